/**
 * Numbers in other forms: sums of money in formal Chinese numerals, Roman numerals among marks, English words, fractions, binary-coded
 * decimals, whole numbers in other bases. Whatever does not follow its form strictly gives null.
 *
 * 支付结算办法 (People's Bank of China, 银发〔1997〕393号), annex 1 (formal amounts); Crockford, Base 32; elementary otherwise.
 * @module
 */
import { fromChineseNumber, fromRoman } from './decode-numerals.js';

/** An amount in formal Chinese numerals (壹佰贰拾叁元肆角伍分, 负伍元整) as a number; null when it is none. */
export function fromChineseMoney(text: string): string | null {
  const match =
    /^([负負])?(?:人民币)?(?:([^元圆圓角分整正]+)[元圆圓])?(?:零|([^元角分])角)?(?:零|([^元角分零])分)?[整正]?$/.exec(
      text,
    );
  if (match === null || text.length < 2 || !/[元圆圓角分]/.test(text)) return null;
  const [, minus = '', yuan, jiao, fen] = match;
  const parts = [yuan ?? '零', jiao ?? '零', fen ?? '零'].map(fromChineseNumber);
  const [whole, tenths, hundredths] = parts;
  if (parts.some((part) => part === null || !/^\d+$/.test(part)) || tenths?.length !== 1 || hundredths?.length !== 1)
    return null;
  return (minus === '' ? '' : '-') + String(Number(`${whole}.${tenths}${hundredths}`));
}

/** Roman numerals among marks (MCMXC.XII.VI, X+IV) with digits in their places; null when letters stand there that are none. */
export function fromRomanNumbers(text: string): string | null {
  if (text.length > 100 || !/[IVXLCDM]/i.test(text) || !/[^A-Za-z]/.test(text)) return null;
  let good = true;
  const out = text.replace(/\p{L}+/gu, (run) => {
    const digits = fromRoman(run);
    if (digits === null) good = false;
    return digits ?? run;
  });
  return good ? out : null;
}

const SMALL: ReadonlyMap<string, number> = new Map(
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'
    .split(' ')
    .map((word, value) => [word, value] as const),
);
const TENS: ReadonlyMap<string, number> = new Map(
  'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ').map((word, i) => [word, 20 + 10 * i] as const),
);
const LARGE: ReadonlyMap<string, number> = new Map([
  ['thousand', 1e3],
  ['million', 1e6],
  ['billion', 1e9],
]);

/** A whole number in English words, or digits as words one by one; null for other words. */
export function fromEnglishNumber(text: string): string | null {
  if (text.length > 300 || !/^[a-z][a-z\s,-]*$/i.test(text)) return null;
  const words = text.toLowerCase().split(/[\s,-]+/);
  if (words.length > 1 && words.every((word) => (SMALL.get(word) ?? 10) < 10))
    return words.map((word) => SMALL.get(word)).join('');
  let total = 0;
  let group = 0;
  let any = false;
  for (const word of words) {
    if (word === 'and' || word === 'minus' || word === '') continue;
    const value = SMALL.get(word) ?? TENS.get(word);
    const large = LARGE.get(word);
    if (value !== undefined) group += value;
    else if (word === 'hundred') group *= 100;
    else if (large !== undefined) {
      total += group * large;
      group = 0;
    } else return null;
    any = true;
  }
  return any ? (words[0] === 'minus' ? '-' : '') + String(total + group) : null;
}

/** A fraction of whole numbers (`5/8`) as a decimal number. */
export function fromFraction(text: string): string | null {
  const match = /^(-?\d{1,40})\/(\d{1,40})$/.exec(text);
  const value = match === null ? Number.NaN : Number(match[1]) / Number(match[2]);
  return Number.isFinite(value) ? String(value) : null;
}

/** Digits as groups of four bits. */
export function fromBcd(text: string): string | null {
  const bits = text.replace(/\s/g, '');
  if (bits.length < 8 || bits.length % 4 !== 0 || !/^[01]+$/.test(bits)) return null;
  let out = '';
  for (let i = 0; i < bits.length; i += 4) {
    const digit = Number.parseInt(bits.slice(i, i + 4), 2);
    if (digit > 9) return null;
    out += digit;
  }
  return out;
}

const DIGITS = '0123456789';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LOWER = UPPER.toLowerCase();

/** Alphabets of whole numbers: of base 62 and 58, base 32 and letters alone, and of the small bases. */
const BASES: readonly (readonly [name: string, alphabet: string])[] = [
  ['62', DIGITS + UPPER + LOWER],
  ['62-small', DIGITS + LOWER + UPPER],
  ['62-letters', UPPER + LOWER + DIGITS],
  ['62-letters-small', LOWER + UPPER + DIGITS],
  ['64', `${UPPER}${LOWER}${DIGITS}+/`],
  ['64-url', `${UPPER}${LOWER}${DIGITS}-_`],
  ['58', '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'],
  ['58-flickr', '123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ'],
  ['52', UPPER + LOWER],
  ['32-crockford', '0123456789ABCDEFGHJKMNPQRSTVWXYZ'],
  ['32-rfc', `${UPPER}234567`],
  ['26', UPPER],
  ['26-small', LOWER],
  ...[3, 4, 5, 6, 7, 9, 11, 12, 20, 24, 30, 31, 32, 33, 34].map(
    (base) => [String(base), (DIGITS + UPPER).slice(0, base)] as const,
  ),
];

function inBase(alphabet: string): (text: string) => string | null {
  const single = alphabet.toUpperCase() === alphabet;
  const base = BigInt(alphabet.length);
  const digits = new Map([...alphabet].map((char, i) => [char, BigInt(i)] as const));
  return (text) => {
    if (text.length < 4 || text.length > 64) return null;
    let value = 0n;
    for (const char of single ? text.toUpperCase() : text) {
      const digit = digits.get(char);
      if (digit === undefined) return null;
      value = value * base + digit;
    }
    return value.toString();
  };
}

/** Whole numbers in other bases: kept only where they hit the source at once. */
export const NUMBER_BASES: readonly {
  readonly name: string;
  readonly bits: number;
  readonly decode: (text: string) => string | null;
}[] = BASES.map(([name, alphabet]) => ({ name: `radix(${name})`, bits: 11, decode: inBase(alphabet) }));
