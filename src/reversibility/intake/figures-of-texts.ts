/**
 * Numbers and dates that texts stand for, and a quick answer where most of a column's texts surely stand for none.
 *
 * Plain decimals of at most fifteen digits are read at once: whole and power of ten are exact, so their quotient is the double
 * nearest to what is written (Clinger, "How to Read Floating Point Numbers Accurately", PLDI 1990).
 * @module
 */
import { parseDate, parseNumber } from '../../table/index.js';
import { PackedTexts, type Texts } from './packed-texts.js';

/** Longer texts stand for no number and no date. */
const LONGEST = 40;
/** More digits than a double tells apart: a name, not a number. */
const DIGITS = 15;

const POWERS: Float64Array = Float64Array.from({ length: DIGITS + 1 }, (_, i) => Number(`1e${i}`));

/** Units of which numbers are written. */
const OF_NUMBERS: Uint8Array = unitsOf('0123456789+-.eE \t');

function unitsOf(chars: string): Uint8Array {
  const units = new Uint8Array(128);
  for (const char of chars) units[char.charCodeAt(0)] = 1;
  return units;
}

/** The number each text stands for; NaN where it is none. */
export function numbersOf(texts: Texts): Float64Array {
  return texts instanceof PackedTexts ? numbersOfBytes(texts) : parsed(texts, parseNumber, mayBeNumber);
}

/** Days since 1970-01-01 of each text; NaN where it is no date. */
export function datesOf(texts: Texts): Float64Array {
  if (!(texts instanceof PackedTexts)) return parsed(texts, parseDate, mayBeDate);
  const dates = new Float64Array(texts.size).fill(Number.NaN);
  for (let code = 0; code < dates.length; code++)
    if (bytesMayBeDate(texts.bytes, texts.starts[code] as number, texts.ends[code] as number))
      dates[code] = figureOf(texts.at(code), parseDate);
  return dates;
}

function parsed(
  texts: readonly string[],
  parse: (text: string) => number,
  may: (text: string) => boolean,
): Float64Array {
  const figures = new Float64Array(texts.length).fill(Number.NaN);
  for (let code = 0; code < figures.length; code++) {
    const text = texts[code] as string;
    if (may(text)) figures[code] = figureOf(text, parse);
  }
  return figures;
}

function figureOf(text: string, parse: (text: string) => number): number {
  return text.length > LONGEST || (text.length > DIGITS && /^\s*[+-]?\d{16,}/.test(text)) ? Number.NaN : parse(text);
}

function numbersOfBytes(texts: PackedTexts): Float64Array {
  const { bytes, starts, ends } = texts;
  const numbers = new Float64Array(texts.size);
  for (let code = 0; code < numbers.length; code++) {
    const from = starts[code] as number;
    const to = ends[code] as number;
    const plain = decimalOf(bytes, from, to);
    numbers[code] =
      Number.isNaN(plain) && bytesMayBeNumber(bytes, from, to) ? figureOf(texts.at(code), parseNumber) : plain;
  }
  return numbers;
}

/** The number of a sign, at most fifteen digits and a point; NaN for any other bytes. */
function decimalOf(bytes: Uint8Array, from: number, to: number): number {
  const sign = bytes[from];
  const start = sign === 45 || sign === 43 ? from + 1 : from;
  if (to - start > DIGITS + 1) return Number.NaN;
  let whole = 0;
  let digits = 0;
  let decimals = -1;
  for (let i = start; i < to; i++) {
    const byte = bytes[i] as number;
    if (byte === 46 && decimals < 0) {
      decimals = 0;
      continue;
    }
    if (byte < 48 || byte > 57) return Number.NaN;
    whole = 10 * whole + byte - 48;
    digits++;
    if (decimals >= 0) decimals++;
  }
  if (digits === 0 || digits > DIGITS) return Number.NaN;
  const value = decimals > 0 ? whole / (POWERS[decimals] as number) : whole;
  return sign === 45 ? -value : value;
}

function bytesMayBeNumber(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from > 4 * LONGEST || to === from) return false;
  for (let i = from; i < to; i++) {
    const byte = bytes[i] as number;
    if (byte > 127 || OF_NUMBERS[byte] === 0) return false;
  }
  return true;
}

/** Blanks and four digits at the beginning. */
function bytesMayBeDate(bytes: Uint8Array, from: number, to: number): boolean {
  let i = from;
  while (i < to && (bytes[i] === 32 || bytes[i] === 9)) i++;
  if (i + 4 > to || to - from > 4 * LONGEST) return false;
  for (const end = i + 4; i < end; i++) if ((bytes[i] as number) < 48 || (bytes[i] as number) > 57) return false;
  return true;
}

function mayBeNumber(text: string): boolean {
  if (text.length > LONGEST || text.length === 0) return false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 127 || OF_NUMBERS[unit] === 0) return false;
  }
  return true;
}

function mayBeDate(text: string): boolean {
  let i = 0;
  while (i < text.length && (text.charCodeAt(i) === 32 || text.charCodeAt(i) === 9)) i++;
  if (i + 4 > text.length || text.length > LONGEST) return false;
  for (const end = i + 4; i < end; i++) if (text.charCodeAt(i) < 48 || text.charCodeAt(i) > 57) return false;
  return true;
}

/**
 * False where so many rows surely hold no such figure that fewer than the least are left.
 *
 * @param counts - rows of each text
 * @param least - rows that must hold one
 */
export function enoughMayBe(
  texts: Texts,
  counts: Int32Array,
  present: number,
  least: number,
  figure: 'number' | 'date',
): boolean {
  let left = present;
  for (let code = 0; code < counts.length; code++) {
    if (mayBe(texts, code, figure)) continue;
    left -= counts[code] as number;
    if (left < least) return false;
  }
  return true;
}

function mayBe(texts: Texts, code: number, figure: 'number' | 'date'): boolean {
  if (!(texts instanceof PackedTexts)) {
    const text = texts[code] as string;
    return figure === 'number' ? mayBeNumber(text) : mayBeDate(text);
  }
  const from = texts.starts[code] as number;
  const to = texts.ends[code] as number;
  return figure === 'number' ? bytesMayBeNumber(texts.bytes, from, to) : bytesMayBeDate(texts.bytes, from, to);
}
