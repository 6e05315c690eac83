/**
 * What the text of a cell looks like, and what a column therefore means; decided on bytes, once per distinct value.
 *
 * Careful by design: a column is a number only when *every* value is a plain number that a double holds and prints back
 * as it stands. Leading zeros, a leading `+`, thousands separators, more than 15 digits of an integer, `1e5` without point or
 * exponent sign, and blanks around the value make it text. docs/tables.md has the full grammar.
 * @module
 */
import type { LogicalType } from './column.js';

/** Kinds of cell text; the low four bits of {@link cellTraits}. */
export const Kind = {
  empty: 0,
  integer: 1,
  decimal: 2,
  date: 3,
  timestamp: 4,
  boolean: 5,
  text: 6,
  /** Eight digits that are a day from 1900 to 2099: an integer unless the whole column and its name say date. */
  compactDate: 7,
} as const;

/** Names of the kinds, by number. */
export const KIND_NAMES = [
  'empty',
  'integer',
  'decimal',
  'date',
  'timestamp',
  'boolean',
  'text',
  'compactDate',
] as const;

/** Blanks at the start or end of the cell. */
export const PADDED = 16;
/** Full-width digits (U+FF10 to U+FF19). */
export const FULL_WIDTH = 32;
/** Control characters other than tab and line ends, or invisible format characters. */
export const CONTROL = 64;
/** U+FFFD, the mark of text that was damaged before. */
export const REPLACEMENT = 128;

const DASH = 0x2d;
const DOT = 0x2e;
const SLASH = 0x2f;
const MAX_INTEGER_DIGITS = 15;
const MAX_DECIMAL_DIGITS = 17;
const IDENTIFIER_DIGITS = 11;

/** Kind (low four bits) and flags of a cell. Reads every byte at most a few times. */
export function cellTraits(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return Kind.empty;
  const first = bytes[start] as number;
  if ((first >= 0x30 && first <= 0x39) || first === DASH || first === DOT) {
    const kind = numberKind(bytes, start, end);
    if (kind !== Kind.text) return kind;
    if (first >= 0x30) {
      const dated = dateKind(bytes, start, end);
      if (dated !== Kind.text) return dated;
    }
  } else if (isBoolean(bytes, start, end)) return Kind.boolean;
  return Kind.text | textFlags(bytes, start, end);
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function numberKind(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  const negative = bytes[i] === DASH;
  if (negative) i++;
  const whole = i;
  while (i < end && isDigit(bytes[i])) i++;
  const wholeDigits = i - whole;
  if (wholeDigits > 1 && bytes[whole] === 0x30) return Kind.text;
  if (i === end) {
    if (wholeDigits === 0 || wholeDigits > MAX_INTEGER_DIGITS || (negative && bytes[whole] === 0x30)) return Kind.text;
    return wholeDigits === 8 && !negative && isCompactDate(bytes, start) ? Kind.compactDate : Kind.integer;
  }
  let point = false;
  let digits = wholeDigits;
  if (bytes[i] === DOT) {
    point = true;
    const fraction = ++i;
    while (i < end && isDigit(bytes[i])) i++;
    if (i === fraction) return Kind.text;
    digits += i - fraction;
  } else if (wholeDigits === 0) return Kind.text;
  if (digits > MAX_DECIMAL_DIGITS + (bytes[whole] === 0x30 ? 8 : 0)) return Kind.text;
  if (i === end) return point ? Kind.decimal : Kind.text;
  if ((bytes[i] as number | 0x20) !== 0x65) return Kind.text;
  i++;
  const signed = bytes[i] === DASH || bytes[i] === 0x2b;
  if (signed) i++;
  const exponent = i;
  while (i < end && isDigit(bytes[i])) i++;
  const length = i - exponent;
  return i === end && length >= 1 && length <= 3 && (point || signed) && wholeDigits > 0 ? Kind.decimal : Kind.text;
}

function digitsAt(bytes: Uint8Array, start: number, count: number): number {
  let value = 0;
  for (let i = 0; i < count; i++) {
    const byte = bytes[start + i] as number;
    if (byte < 0x30 || byte > 0x39) return -1;
    value = value * 10 + byte - 0x30;
  }
  return value;
}

function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  if (month === 2) return day <= (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28);
  return day <= 30 || (month !== 4 && month !== 6 && month !== 9 && month !== 11);
}

function isCompactDate(bytes: Uint8Array, start: number): boolean {
  const year = digitsAt(bytes, start, 4);
  return year >= 1900 && year <= 2099 && isDay(year, digitsAt(bytes, start + 4, 2), digitsAt(bytes, start + 6, 2));
}

/** True when the three bytes at `i` are the given ones (a Chinese character in UTF-8). */
function isCharacter(bytes: Uint8Array, i: number, a: number, b: number, c: number): boolean {
  return bytes[i] === a && bytes[i + 1] === b && bytes[i + 2] === c;
}

/** `2024-03-07`, `2024/3/7`, `2024.3.7`, `2024年3月7日`, each also with a time of day. */
function dateKind(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 8 || end - start > 40) return Kind.text;
  const year = digitsAt(bytes, start, 4);
  if (year < 1000) return Kind.text;
  const mark = bytes[start + 4] as number;
  const chinese = isCharacter(bytes, start + 4, 0xe5, 0xb9, 0xb4);
  if (!chinese && mark !== DASH && mark !== SLASH && mark !== DOT) return Kind.text;
  let i = start + (chinese ? 7 : 5);
  const monthDigits = i + 1 < end && isDigit(bytes[i + 1]) ? 2 : 1;
  const month = digitsAt(bytes, i, monthDigits);
  i += monthDigits;
  if (chinese ? !isCharacter(bytes, i, 0xe6, 0x9c, 0x88) : bytes[i] !== mark) return Kind.text;
  i += chinese ? 3 : 1;
  if (i >= end) return Kind.text;
  const dayDigits = i + 1 < end && isDigit(bytes[i + 1]) ? 2 : 1;
  const day = digitsAt(bytes, i, dayDigits);
  i += dayDigits;
  if (chinese) {
    if (i + 3 > end || !isCharacter(bytes, i, 0xe6, 0x97, 0xa5)) return Kind.text;
    i += 3;
  }
  if (!isDay(year, month, day)) return Kind.text;
  if (i === end) return Kind.date;
  const gap = bytes[i] as number;
  if (gap !== 0x20 && gap !== 0x54 && !chinese) return Kind.text;
  if (gap === 0x20 || gap === 0x54) i++;
  return isTime(bytes, i, end) ? Kind.timestamp : Kind.text;
}

/** `h:mm`, `hh:mm:ss`, with fraction, with `Z` or `+08:00`. */
function isTime(bytes: Uint8Array, start: number, end: number): boolean {
  let i = start;
  const hourDigits = isDigit(bytes[i + 1]) ? 2 : 1;
  if (i + hourDigits + 3 > end) return false;
  const hour = digitsAt(bytes, i, hourDigits);
  i += hourDigits;
  const minute = digitsAt(bytes, i + 1, 2);
  if (hour < 0 || hour > 24 || bytes[i] !== 0x3a || minute < 0 || minute > 59) return false;
  i += 3;
  if (i < end && bytes[i] === 0x3a) {
    if (i + 3 > end) return false;
    const second = digitsAt(bytes, i + 1, 2);
    if (second < 0 || second > 60) return false;
    i += 3;
    if (i < end && bytes[i] === DOT) {
      const fraction = ++i;
      while (i < end && isDigit(bytes[i])) i++;
      if (i === fraction || i - fraction > 9) return false;
    }
  }
  if (i === end) return true;
  if (bytes[i] === 0x5a) return i + 1 === end;
  if (bytes[i] !== 0x2b && bytes[i] !== DASH) return false;
  const zoneHour = i + 3 <= end ? digitsAt(bytes, i + 1, 2) : -1;
  if (zoneHour < 0 || zoneHour > 14) return false;
  i += 3;
  if (i < end && bytes[i] === 0x3a) i++;
  const zoneMinute = i + 2 === end ? digitsAt(bytes, i, 2) : -1;
  return zoneMinute >= 0 && zoneMinute < 60;
}

function isBoolean(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length !== 4 && length !== 5) return false;
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode((bytes[i] as number) | 0x20);
  return text === 'true' || text === 'false';
}

/** Width in bytes of the blank character that starts at `i`, or 0. */
function blankAt(bytes: Uint8Array, i: number): number {
  const byte = bytes[i] as number;
  if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) return 1;
  if (byte === 0xc2 && bytes[i + 1] === 0xa0) return 2;
  return isCharacter(bytes, i, 0xe3, 0x80, 0x80) ? 3 : 0;
}

function textFlags(bytes: Uint8Array, start: number, end: number): number {
  let flags = blankAt(bytes, start) > 0 ? PADDED : 0;
  for (let width = 1; width <= 3; width++) {
    if (end - width >= start && blankAt(bytes, end - width) === width) flags |= PADDED;
  }
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte < 0x20) {
      if (byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) flags |= CONTROL;
    } else if (byte >= 0x7f) flags |= highFlags(bytes, i, byte);
  }
  return flags;
}

function highFlags(bytes: Uint8Array, i: number, byte: number): number {
  if (byte === 0x7f) return CONTROL;
  const second = bytes[i + 1] as number;
  if (byte === 0xc2) return second >= 0x80 && second < 0xa0 ? CONTROL : 0;
  if (byte === 0xe2) {
    // U+200B to U+200F, U+202A to U+202E, U+2060 to U+206F: invisible and directional characters.
    const third = bytes[i + 2] as number;
    if (second === 0x80) return (third >= 0x8b && third <= 0x8f) || (third >= 0xaa && third <= 0xae) ? CONTROL : 0;
    return second === 0x81 && third >= 0xa0 && third <= 0xaf ? CONTROL : 0;
  }
  if (byte !== 0xef) return 0;
  const third = bytes[i + 2] as number;
  if (second === 0xbc) return third >= 0x90 && third <= 0x99 ? FULL_WIDTH : 0;
  if (second === 0xbb) return third === 0xbf ? CONTROL : 0;
  return second === 0xbf && third === 0xbd ? REPLACEMENT : 0;
}

/** What inference needs to know of a column: how many values are of each kind, and how long its integers are. */
export interface KindCounts {
  /** Number of values by {@link Kind}. */
  readonly kinds: Float64Array;
  /** Shortest and longest integer in bytes. */
  shortest: number;
  longest: number;
}

/** Fresh counts. */
export function kindCounts(): KindCounts {
  return { kinds: new Float64Array(16), shortest: Number.POSITIVE_INFINITY, longest: 0 };
}

const DATE_NAME = /date|day|birth|dob|time|日期|日$|时间|生日|出生|_dt$|^dt_/i;

/** The kind that a column would have if values of other kinds were errors: the most frequent one. */
export function dominantType(name: string, counts: KindCounts): LogicalType {
  const { kinds } = counts;
  const at = (kind: number): number => kinds[kind] as number;
  const compact = at(Kind.compactDate);
  const integers = at(Kind.integer);
  const compactIsDate = compact > 0 && integers === 0 && DATE_NAME.test(name);
  const dates = at(Kind.date) + (compactIsDate ? compact : 0);
  const numbers = integers + (compactIsDate ? 0 : compact) + at(Kind.decimal);
  const shares: [LogicalType, number][] = [
    ['text', at(Kind.text)],
    [at(Kind.timestamp) > 0 ? 'timestamp' : 'date', dates + at(Kind.timestamp)],
    [at(Kind.decimal) > 0 ? 'decimal' : 'integer', numbers],
    ['boolean', at(Kind.boolean)],
  ];
  let best = shares[0] as [LogicalType, number];
  for (const share of shares) if (share[1] > best[1]) best = share;
  // Integers all of one great length are identifiers (telephone and card numbers), not amounts.
  if (best[0] === 'integer' && counts.shortest === counts.longest && counts.longest >= IDENTIFIER_DIGITS) return 'text';
  return best[0];
}

/** True when a cell of this kind is a value of the type. The empty string is of no type and of every type. */
export function kindFits(kind: number, type: LogicalType): boolean {
  switch (type) {
    case 'text':
      return true;
    case 'integer':
      return kind === Kind.integer || kind === Kind.compactDate || kind === Kind.empty;
    case 'decimal':
      return kind === Kind.integer || kind === Kind.decimal || kind === Kind.compactDate || kind === Kind.empty;
    case 'date':
      return kind === Kind.date || kind === Kind.compactDate || kind === Kind.empty;
    case 'timestamp':
      return kind === Kind.timestamp || kind === Kind.date || kind === Kind.empty;
    case 'boolean':
      return kind === Kind.boolean || kind === Kind.empty;
  }
}

/** What the column means: the dominant type when every value is of it, else text. */
export function inferLogical(name: string, counts: KindCounts): LogicalType {
  const type = dominantType(name, counts);
  for (let kind = 0; kind < KIND_NAMES.length; kind++) {
    if ((counts.kinds[kind] as number) > 0 && !kindFits(kind, type)) return 'text';
  }
  return type;
}
