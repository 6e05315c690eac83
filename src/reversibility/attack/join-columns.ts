/**
 * Values spread over several columns: joined texts, digit groups, operations with a key column, parts of dates.
 * See combine.md.
 * @module
 */
import { daysOf, parseDate } from '../../table/index.js';
import type { SheetColumn } from '../intake/sheet.js';
import type { Derived } from '../inverse.js';
import type { Board } from './attack.js';
import { derive, keep, sampleRows, textAt } from './compose.js';
import { asUtf8, fromBase64, fromHex } from './decode-bytes.js';
import { matchValues } from './match.js';

type Join = readonly [name: string, bits: number, join: (a: string, b: string) => string | null];

const JOINS: readonly Join[] = [
  ['', 8, (a, b) => a + b],
  [' ', 9, (a, b) => `${a} ${b}`],
  ['-', 9, (a, b) => `${a}-${b}`],
  ['/', 9, (a, b) => `${a}/${b}`],
  ['.', 9, (a, b) => `${a}.${b}`],
  ['@', 9, (a, b) => `${a}@${b}`],
  ['_', 9, (a, b) => `${a}_${b}`],
  ['*10+', 10, (a, b) => digits(a, b, 10)],
  ['*100+', 10, (a, b) => digits(a, b, 100)],
  ['*1000+', 10, (a, b) => digits(a, b, 1000)],
  ['*10000+', 10, (a, b) => digits(a, b, 10_000)],
  ['+', 10, (a, b) => sumOf(a, b, 1)],
  ['-', 10, (a, b) => sumOf(a, b, -1)],
  ['*', 10, (a, b) => arithmetic(a, b, (x, y) => x * y)],
  ['/', 10, (a, b) => arithmetic(a, b, (x, y) => (y === 0 ? Number.NaN : x / y))],
  ['xor', 10, xorOf],
  ['xor-bytes', 12, xorBytes],
  ['date-', 12, (a, b) => dateMoved(a, b, -1)],
  ['date+', 12, (a, b) => dateMoved(a, b, 1)],
];

/** Operations on numbers: their results are looked up as numbers, however they are written. */
const ARITHMETIC = new Set(['+', '-', '*', '/', 'xor']);

function arithmetic(a: string, b: string, compute: (x: number, y: number) => number): string | null {
  const x = numberOf(a);
  const y = numberOf(b);
  const value = compute(x, y);
  return Number.isFinite(value) ? String(Number(value.toPrecision(10))) : null;
}

function numberOf(text: string): number {
  return text === '' || text.length > 26 ? Number.NaN : Number(text);
}

function xorOf(a: string, b: string): string | null {
  if (!/^\d{1,10}$/.test(a) || !/^\d{1,10}$/.test(b)) return null;
  return String((Number(a) ^ Number(b)) >>> 0);
}

/** Bytes behind hex or base64, XORed with the bytes (or the characters) of another column, repeated. */
function xorBytes(a: string, b: string): string | null {
  const own = fromHex(a) ?? (a.length % 4 === 0 ? fromBase64(a) : null);
  if (own === null || own.length < 2) return null;
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

function dateMoved(a: string, b: string, sign: number): string | null {
  if (!/^-?\d{1,6}$/.test(b) || !/\d{4}/.test(a)) return null;
  const days = parseDate(a);
  return Number.isNaN(days) ? null : new Date((days + sign * Number(b)) * 86_400_000).toISOString().slice(0, 10);
}

function sumOf(a: string, b: string, sign: number): string | null {
  const x = Number(a);
  const y = Number(b);
  if (a === '' || b === '' || !Number.isFinite(x) || !Number.isFinite(y)) return null;
  return String(Number((x + sign * y).toPrecision(12)));
}

function digits(a: string, b: string, base: number): string | null {
  const x = Number(a);
  const y = Number(b);
  if (a === '' || b === '' || !Number.isInteger(x) || !Number.isInteger(y) || y < 0 || y >= base) return null;
  return String(x * base + y);
}

/** Joins pairs (then triples) of columns whose join stands in the source. */
export function joinPairs(board: Board, queue: readonly Derived[]): void {
  const rows = sampleRows(board.product.rows);
  const quick = rows.filter((_, i) => i % 8 === 0);
  const columns = queue.slice(0, 30);
  for (const a of columns) {
    for (const b of columns) {
      if (a === b || a.from[0] === b.from[0] || board.late()) continue;
      for (const [name, bits, join] of JOINS) {
        const numbers = ARITHMETIC.has(name);
        if (numbers && (!a.column.isNumeric || !b.column.isNumeric)) continue;
        const at = (row: number): string | null => {
          const x = textAt(a.column, row);
          const y = textAt(b.column, row);
          return x === null || y === null ? null : join(x, y);
        };
        const share = (texts: readonly (string | null)[]): number =>
          numbers ? board.lookup.bestFolded(texts) : board.lookup.best(texts);
        const first = quick.map(at);
        if (first.every((text) => text === null) || share(first) < 0.3) continue;
        const samples = rows.map(at);
        const long = samples.reduce((sum, text) => sum + (text?.length ?? 0), 0) / samples.length >= 4;
        if (share(samples) < (long ? 0.5 : 0.95)) continue;
        const texts = pairTexts(a.column, b.column, join);
        const formula =
          name.startsWith('*') || numbers
            ? `${a.formula} ${name} ${b.formula}`
            : /^(?:xor|date)/.test(name)
              ? `${name}(${a.formula}, ${b.formula})`
              : `concat(${a.formula}, ${JSON.stringify(name)}, ${b.formula})`;
        const joined = derive(formula, [...a.from, ...b.from], a.bits + b.bits + bits, texts);
        keep(board, joined, matchValues(joined, board.lookup), numbers || /^(?:xor|date)/.test(name));
      }
    }
  }
}

function pairTexts(a: SheetColumn, b: SheetColumn, join: (a: string, b: string) => string | null): (string | null)[] {
  const texts = new Array<string | null>(a.codes.length);
  // Where few pairs come twice, remembering them costs more than joining them.
  const memo = a.distinct * b.distinct > 8 * texts.length ? null : new Map<number, string | null>();
  for (let row = 0; row < texts.length; row++) {
    const x = a.codes[row] as number;
    const y = b.codes[row] as number;
    if (x < 0 || y < 0) {
      texts[row] = null;
      continue;
    }
    const key = x * b.distinct + y;
    let text = memo?.get(key);
    if (text === undefined) {
      text = join(a.values[x] as string, b.values[y] as string);
      memo?.set(key, text);
    }
    texts[row] = text;
  }
  return texts;
}

/** Year, month and day columns as dates. */
export function joinDates(board: Board, queue: readonly Derived[]): void {
  const numeric = queue.filter((derived) => derived.column.isNumeric && derived.column.distinct <= 400);
  const within = (derived: Derived, low: number, high: number): boolean =>
    derived.column.numbers.every((value) => Number.isNaN(value) || (value >= low && value <= high));
  const years = numeric.filter((derived) => within(derived, 1850, 2200));
  const months = numeric.filter((derived) => within(derived, 1, 12));
  const days = numeric.filter((derived) => within(derived, 1, 31));
  for (const year of years) {
    for (const month of months) {
      for (const day of days) {
        if (month === day || board.late()) continue;
        for (const form of ['-', '/', '', '年']) {
          const texts = Array.from({ length: board.product.rows }, (_, row) => {
            const y = Number(textAt(year.column, row));
            const m = Number(textAt(month.column, row));
            const d = Number(textAt(day.column, row));
            if (Number.isNaN(daysOf(y, m, d))) return null;
            if (form === '年') return `${y}年${m}月${d}日`;
            return form === '/' ? `${y}/${m}/${d}` : `${y}${form}${pad(m)}${form}${pad(d)}`;
          });
          if (board.lookup.best(sampleRows(texts.length).map((row) => texts[row] as string | null)) < 0.5) continue;
          const joined = derive(
            `date(${year.formula}, ${month.formula}, ${day.formula})`,
            [...year.from, ...month.from, ...day.from],
            16,
            texts,
          );
          keep(board, joined, matchValues(joined, board.lookup));
        }
      }
    }
  }
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
