/**
 * What different writings of one value have in common: the key by which values are looked up.
 * @module
 */

/** Longer texts are compared as they stand. */
const FOLD_LIMIT = 10_000;

/** Letters of other scripts and the Latin ones they look like, in pairs (Unicode TR 39: Cyrillic, Greek). */
const LOOKALIKE_PAIRS =
  '\u0430a\u0435e\u043eo\u0441c\u0440p\u0445x\u0443y\u0456i\u0458j\u0455s\u04bbh\u0501d\u0410A\u0412B\u0415E\u041aK\u041cM\u041dH\u041eO\u0420P\u0421C\u0422T\u0425X\u0406I\u0408J\u0405S\u0391A\u0392B\u0395E\u0396Z\u0397H\u0399I\u039aK\u039cM\u039dN\u039fO\u03a1P\u03a4T\u03a5Y\u03a7X\u03bfo\u03b1a';
const LOOKALIKES: ReadonlyMap<string, string> = new Map(
  Array.from(
    { length: LOOKALIKE_PAIRS.length / 2 },
    (_, i) => [LOOKALIKE_PAIRS[2 * i], LOOKALIKE_PAIRS[2 * i + 1]] as [string, string],
  ),
);

/** Characters that take no room: zero-width, joiners, directions, soft hyphens, variation selectors. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/** True for a text that folding surely leaves as it is: most are, and are turned away here by one look at each character. */
function isPlain(text: string): boolean {
  const { length } = text;
  if (length === 0) return true;
  const first = text.charCodeAt(0);
  const digits = first >= 48 && first <= 57;
  // Signs and points begin numbers, which have other writings; so do zeros.
  if (first === 43 || first === 45 || first === 46 || first <= 32 || (first === 48 && length > 1)) return false;
  let word = false;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) continue;
    // Blanks, capitals, characters beyond ASCII.
    if (code <= 32 || code > 126 || (code >= 65 && code <= 90)) return false;
    word = true;
  }
  // Digits with anything else may be an amount; beside letters alone they are not.
  return !digits || !word || length > 24;
}

/**
 * The text of a decimal number of few digits without zeros that say nothing, as {@link fold} writes it; null for any other text,
 * and where a double is written with an exponent.
 */
function foldDecimal(text: string): string | null {
  const { length } = text;
  if (length > 15) return null;
  const from = text.charCodeAt(0) === 45 ? 1 : 0;
  let point = -1;
  for (let i = from; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 46 && point < 0) point = i;
    else if (unit < 48 || unit > 57) return null;
  }
  if (point < 0) point = length;
  if (point === from || point === length - 1) return null;
  let start = from;
  while (start < point - 1 && text.charCodeAt(start) === 48) start++;
  let end = length;
  if (point < length) {
    while (text.charCodeAt(end - 1) === 48) end--;
    if (end === point + 1) end = point;
  }
  const zero = text.charCodeAt(start) === 48;
  if (zero && end <= point) return '0';
  if (zero && text.startsWith('000000', point + 1)) return null;
  return from === 1 ? `-${text.slice(start, end)}` : text.slice(start, end);
}

/** Numbers of telephones, cards and persons written in groups, or with the country's code: `138-1234-5678`, `+86 13812345678`. */
const SET_APART = /^(?:\+86[- ]?\d+|\d{2,8})(?:[- ]\d{2,8}){0,6}$/;
/** Digits from which on they are a number of that kind, and no date. */
const LONG_NUMBER = 10;

/** A long number in groups, or with the country's code, without either; any other text as it stands. */
export function digitsTogether(text: string): string {
  if (!SET_APART.test(text)) return text;
  const digits = text.replace(/^\+86[- ]?/, '').replace(/[- ]/g, '');
  return digits.length >= LONG_NUMBER ? digits : text;
}

/**
 * What two writings of one value have in common: width (NFKC), case, blanks, invisible characters, letters that look alike,
 * leading zeros, decimals, exponents and thousands separators of numbers, groups of long ones.
 */
export function fold(text: string): string {
  if (text.length > FOLD_LIMIT || isPlain(text)) return text;
  const decimal = foldDecimal(text);
  if (decimal !== null) return decimal;
  let plain = text;
  if (!/^[ -~]*$/.test(plain)) {
    plain = plain.normalize('NFKC').replace(INVISIBLE, '');
    if (/[\u0370-\u052f]/.test(plain)) plain = [...plain].map((char) => LOOKALIKES.get(char) ?? char).join('');
  }
  plain = plain.trim().toLowerCase().replace(/\s+/g, ' ');
  if (plain.length > 24 || !/^[+-]?[\d.]/.test(plain)) return plain;
  const digits = digitsTogether(plain);
  if (digits !== plain) return digits;
  if (/^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(plain)) plain = plain.replace(/,/g, '');
  if (/^[+-]?\d*\.?\d+$/.test(plain)) return plain.length <= 15 ? String(Number(plain)) : plain;
  return /^[+-]?\d+(?:\.\d+)?e[+-]?\d{1,3}$/.test(plain) ? String(Number(plain)) : plain;
}
