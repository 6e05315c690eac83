/**
 * Ways to make one value of the cells of two columns: texts side by side or by turns, digits, arithmetic, dates moved by days.
 * See combine.md.
 * @module
 */
import { parseDate } from '../../../table/index.js';
import { asUtf8, fromBase64, fromHex } from '../decoding/decode-bytes.js';
import { type Figures, isWhole } from './joined-cells.js';

/** An operation on the numbers of two cells. */
export interface Operation {
  /** Number of a cell; NaN where it has none. */
  readonly of: (text: string) => number;
  readonly compute: (x: number, y: number) => number;
  /** Digits that a result is written with. */
  readonly digits: number;
  /** True where the order of the two cells says nothing. */
  readonly symmetric?: boolean;
}

/** A way to make one text of the cells of two columns. */
export interface Join {
  readonly name: string;
  readonly bits: number;
  readonly join: (a: string, b: string) => string | null;
  /** Where the join is arithmetic: its results are looked up as numbers, however they are written. */
  readonly operation?: Operation;
  /** Where the join is made of what the cells stand for: each value is read once, each result written once. */
  readonly figures?: Figures;
  /** What cells of the first and of the second column must be for the join to give anything. Default: anything. */
  readonly left?: (text: string) => boolean;
  readonly right?: (text: string) => boolean;
}

/** All joins, in the order in which they are tried. */
export const JOINS: readonly Join[] = [
  { name: '', bits: 8, join: (a, b) => a + b },
  { name: ' ', bits: 9, join: (a, b) => `${a} ${b}` },
  { name: '-', bits: 9, join: (a, b) => `${a}-${b}` },
  { name: '/', bits: 9, join: (a, b) => `${a}/${b}` },
  { name: '.', bits: 9, join: (a, b) => `${a}.${b}` },
  { name: '@', bits: 9, join: (a, b) => `${a}@${b}` },
  { name: '_', bits: 9, join: (a, b) => `${a}_${b}` },
  { name: '*10+', bits: 10, join: (a, b) => digits(a, b, 10), left: isInteger, right: isInteger },
  { name: '*100+', bits: 10, join: (a, b) => digits(a, b, 100), left: isInteger, right: isInteger },
  { name: '*1000+', bits: 10, join: (a, b) => digits(a, b, 1000), left: isInteger, right: isInteger },
  { name: '*10000+', bits: 10, join: (a, b) => digits(a, b, 10_000), left: isInteger, right: isInteger },
  arithmetic('+', { of: finite, compute: (x, y) => x + y, digits: 12, symmetric: true }),
  arithmetic('-', { of: finite, compute: (x, y) => x - y, digits: 12 }),
  arithmetic('*', { of: numberOf, compute: (x, y) => x * y, digits: 10, symmetric: true }),
  arithmetic('/', { of: numberOf, compute: (x, y) => (y === 0 ? Number.NaN : x / y), digits: 10 }),
  arithmetic('xor', {
    of: wholeOf,
    compute: xorOf,
    digits: 16,
    symmetric: true,
  }),
  { name: 'xor-bytes', bits: 12, join: xorBytes, left: (text) => bytesOf(text) !== null },
  { name: 'turns', bits: 10, join: inTurns, left: (text) => text.length >= 2 && text.length <= 64 },
  dateMoved('date-', -1),
  dateMoved('date+', 1),
];

function arithmetic(name: string, operation: Operation): Join {
  const { of, compute } = operation;
  const isOne = (text: string): boolean => !Number.isNaN(of(text));
  const write = (value: number): string | null => resultText(value, operation);
  return {
    name,
    bits: 10,
    join: (a, b) => write(compute(of(a), of(b))),
    operation,
    figures: { left: of, right: of, compute, write },
    left: isOne,
    right: isOne,
  };
}

function resultText(value: number, { digits }: Operation): string | null {
  if (isWhole(value)) return String(value);
  return Number.isFinite(value) ? String(Number(value.toPrecision(digits))) : null;
}

function finite(text: string): number {
  const value = text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : Number.NaN;
}

function numberOf(text: string): number {
  return text === '' || text.length > 26 ? Number.NaN : Number(text);
}

function wholeOf(text: string): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}

/** Exclusive or of whole numbers below 2^53. */
export function xorOf(x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const high = (Math.floor(x / TWO_32) ^ Math.floor(y / TWO_32)) >>> 0;
  return high * TWO_32 + ((x ^ y) >>> 0);
}

const TWO_32 = 4_294_967_296;

/** The characters of two cells by turns. */
function inTurns(a: string, b: string): string | null {
  if (a.length < 2 || a.length > 64 || (a.length !== b.length && a.length !== b.length + 1)) return null;
  let out = '';
  for (let i = 0; i < a.length; i++) out += (a[i] as string) + (b[i] ?? '');
  return out;
}

function bytesOf(text: string): string | null {
  const own = fromHex(text) ?? (text.length % 4 === 0 ? fromBase64(text) : null);
  return own === null || own.length < 2 ? null : own;
}

/** Bytes behind hex or base64, XORed with the bytes (or the characters) of another column, repeated. */
function xorBytes(a: string, b: string): string | null {
  const own = bytesOf(a);
  if (own === null) return null;
  for (const key of [fromHex(b), fromBase64(b), b]) {
    if (key === null || key.length === 0) continue;
    let out = '';
    for (let i = 0; i < own.length; i++)
      out += String.fromCharCode((own.charCodeAt(i) ^ key.charCodeAt(i % key.length)) & 255);
    const text = asUtf8(out);
    if (text !== null) return text;
  }
  return null;
}

function isShift(text: string): boolean {
  return /^-?\d{1,6}$/.test(text);
}

function isDay(text: string): boolean {
  return /\d{4}/.test(text) && !Number.isNaN(parseDate(text));
}

function isInteger(text: string): boolean {
  return text !== '' && Number.isInteger(Number(text));
}

/** A date moved by the days of another column. */
function dateMoved(name: string, sign: number): Join {
  const figures: Figures = {
    left: (text) => (/\d{4}/.test(text) ? parseDate(text) : Number.NaN),
    right: (text) => (isShift(text) ? Number(text) : Number.NaN),
    compute: (day, shift) => day + sign * shift,
    write: (day) => new Date(day * 86_400_000).toISOString().slice(0, 10),
  };
  return { name, bits: 12, join: (a, b) => joined(a, b, figures), figures, left: isDay, right: isShift };
}

function joined(a: string, b: string, { left, right, compute, write }: Figures): string | null {
  const value = compute(left(a), right(b));
  return Number.isNaN(value) ? null : write(value);
}

function digits(a: string, b: string, base: number): string | null {
  const x = Number(a);
  const y = Number(b);
  if (a === '' || b === '' || !Number.isInteger(x) || !Number.isInteger(y) || y < 0 || y >= base) return null;
  return String(x * base + y);
}
