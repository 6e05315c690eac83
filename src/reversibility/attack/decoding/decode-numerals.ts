/**
 * Numbers in Chinese and Roman numerals, and Morse code, to digits and letters. Whatever does not follow the code strictly
 * gives null.
 *
 * Chinese numerals: GB/T 15835-2011, annex A (usual and formal forms); Morse: ITU-R M.1677-1, part I.
 * @module
 */

const DIGITS: ReadonlyMap<string, number> = new Map(
  ['零〇', '一壹', '二贰两', '三叁', '四肆', '五伍', '六陆', '七柒', '八捌', '九玖'].flatMap((forms, digit) =>
    [...forms].map((char) => [char, digit] as const),
  ),
);

const UNITS: ReadonlyMap<string, number> = new Map([
  ['十', 10],
  ['拾', 10],
  ['百', 100],
  ['佰', 100],
  ['千', 1000],
  ['仟', 1000],
]);

/** A whole number in Chinese numerals, by places (一二三) or with units (一百二十三, 壹佰贰拾叁); null when it is none. */
export function fromChineseNumber(text: string): string | null {
  if (text.length === 0 || text.length > 40) return null;
  const negative = text.startsWith('负') || text.startsWith('負');
  const plain = negative ? text.slice(1) : text;
  if (plain.length > 0 && [...plain].every((char) => DIGITS.has(char) || char === '点' || char === '.')) {
    const digits = [...plain].map((char) => DIGITS.get(char) ?? '.').join('');
    return (negative ? '-' : '') + digits;
  }
  let total = 0;
  let section = 0;
  let digit = -1;
  for (const char of plain) {
    const value = DIGITS.get(char);
    const unit = UNITS.get(char);
    if (value !== undefined) {
      if (digit > 0) return null;
      digit = value;
    } else if (unit !== undefined) {
      section += (digit < 0 ? 1 : digit) * unit;
      digit = -1;
    } else if (char === '万' || char === '萬' || char === '亿' || char === '億') {
      section += Math.max(0, digit);
      digit = -1;
      if (char === '万' || char === '萬') total += section * 10_000;
      else total = (total + section) * 100_000_000;
      section = 0;
    } else return null;
  }
  const value = total + section + Math.max(0, digit);
  return (negative ? '-' : '') + String(value);
}

const RUNS = /[零〇一二两三四五六七八九壹贰叁肆伍陆柒捌玖十拾百佰千仟万萬亿億]+/g;

/** A text with whole numbers in Chinese numerals among other characters (二〇二四年六月十日, 一九-零六, 负三.五); null when it has none. */
export function fromChineseNumbers(text: string): string | null {
  if (text.length > 200) return null;
  let any = false;
  const out = text.replace(RUNS, (run) => {
    const digits = fromChineseNumber(run);
    if (digits !== null) any = true;
    return digits ?? run;
  });
  return any ? out.replace(/[负負](?=\d)/g, '-').replace(/(?<=\d)点(?=\d)/g, '.') : null;
}

const ROMAN: readonly (readonly [number, string])[] = [
  [1000, 'M'],
  [900, 'CM'],
  [500, 'D'],
  [400, 'CD'],
  [100, 'C'],
  [90, 'XC'],
  [50, 'L'],
  [40, 'XL'],
  [10, 'X'],
  [9, 'IX'],
  [5, 'V'],
  [4, 'IV'],
  [1, 'I'],
];

/** A Roman numeral in its usual form; null when it is none. */
export function fromRoman(text: string): string | null {
  const plain = text.toUpperCase();
  if (!/^M{0,99}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})$/.test(plain) || plain === '') return null;
  let value = 0;
  let at = 0;
  for (const [worth, letters] of ROMAN) {
    while (plain.startsWith(letters, at)) {
      value += worth;
      at += letters.length;
    }
  }
  return String(value);
}

const MORSE_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const MORSE_SIGNS =
  '.- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.. ----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----.';
const MORSE: ReadonlyMap<string, string> = new Map(
  MORSE_SIGNS.split(' ').map((sign, i) => [sign, MORSE_LETTERS[i] as string]),
);

/** Morse code, signs separated by blanks or slashes; what is no sign stays as it is. Null when most is none. */
export function fromMorse(text: string): string | null {
  if (!/[.-]/.test(text) || text.length > 400) return null;
  const signs = text.trim().split(/[ /]+/);
  let good = 0;
  const out = signs.map((sign) => {
    const letter = MORSE.get(sign);
    if (letter !== undefined) good++;
    return letter ?? sign;
  });
  return good >= 0.5 * signs.length && signs.every((sign) => sign.length <= 5) ? out.join('') : null;
}
