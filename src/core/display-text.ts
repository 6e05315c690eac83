/**
 * Text as people see it: its width in columns (Chinese characters take two) and a form without invisible control characters.
 *
 * Wide ranges: Unicode Standard Annex #11, East Asian Width, classes W and F (by block).
 * @module
 */

const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

function isWide(code: number): boolean {
  if (code < 0x1100) return false;
  for (const [low, high] of WIDE) if (code >= low && code <= high) return true;
  return false;
}

/**
 * Columns that a text takes in a fixed-width display: 2 for a wide character, 0 for a combining mark, else 1.
 *
 * @example
 * displayWidth('姓名 a'); // => 6
 */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code < 0x300) width++;
    else if (!/\p{M}/u.test(character)) width += isWide(code) ? 2 : 1;
  }
  return width;
}

/**
 * The text with control characters, lone surrogates, line and direction marks written out (`\u001b`): names come from files, and a file
 * must not steer the reader's terminal or turn a report's lines around.
 *
 * @example
 * visibleText('a\tb'); // => 'a\\u0009b'
 */
export function visibleText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    return `\\u${(character.codePointAt(0) as number).toString(16).padStart(4, '0')}`;
  });
}

/** Cuts a text to `width` columns, with an ellipsis where something was cut off. */
export function truncateText(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let result = '';
  let used = 0;
  for (const character of text) {
    const size = displayWidth(character);
    if (used + size > width - 1) break;
    result += character;
    used += size;
  }
  return `${result}…`;
}
