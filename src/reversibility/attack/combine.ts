/**
 * Values spread over several product columns, or several values in one: joined columns, digit groups, parts of dates,
 * segments of fixed width, columns of one hot bit, bits of a code, differences and running totals. See combine.md.
 * @module
 */

import { daysOf, parseDate } from '../../table/index.js';
import { sampleCodes } from '../intake/lookup.js';
import { columnOfTexts, type SheetColumn } from '../intake/sheet.js';
import type { Derived, Step } from '../inverse.js';
import type { Attack, Board } from './attack.js';
import { unexplained } from './attack.js';
import { asUtf8, fromBase64, fromHex } from './decode-bytes.js';
import { part } from './decoders.js';
import { labelPairs, labelStep } from './labels.js';
import { matchValues } from './match.js';

const SAMPLE_ROWS = 64;

/** Rows spread evenly over the product. */
function sampleRows(rows: number): number[] {
  const count = Math.min(rows, SAMPLE_ROWS);
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * rows) / count));
}

function textAt(column: SheetColumn, row: number): string | null {
  const code = column.codes[row] as number;
  return code < 0 ? null : (column.values[code] as string);
}

function derive(
  _board: Board,
  formula: string,
  from: readonly number[],
  bits: number,
  texts: readonly (string | null)[],
): Derived {
  return { column: columnOfTexts(formula, texts), from, formula, attack: 'combine', knowledge: 'A0', bits };
}

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
  return text === '' || text.length > 20 ? Number.NaN : Number(text);
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
function joinPairs(board: Board, queue: readonly Derived[]): void {
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
        const joined = derive(board, formula, [...a.from, ...b.from], a.bits + b.bits + bits, texts);
        keep(board, joined, matchValues(joined, board.lookup), numbers || /^(?:xor|date)/.test(name));
      }
    }
  }
}

function pairTexts(a: SheetColumn, b: SheetColumn, join: (a: string, b: string) => string | null): (string | null)[] {
  const texts = new Array<string | null>(a.codes.length);
  const memo = new Map<number, string | null>();
  for (let row = 0; row < texts.length; row++) {
    const x = a.codes[row] as number;
    const y = b.codes[row] as number;
    if (x < 0 || y < 0) {
      texts[row] = null;
      continue;
    }
    const key = x * b.distinct + y;
    let text = memo.get(key);
    if (text === undefined) {
      text = join(a.values[x] as string, b.values[y] as string);
      memo.set(key, text);
    }
    texts[row] = text;
  }
  return texts;
}

/** Keeps a derived column and its steps where they explain more than what is known. */
function keep(board: Board, derived: Derived, steps: readonly Step[], key = false): void {
  const known = derived.from.map((column) => board.best(column));
  // One key column may serve many others.
  const best = key ? Math.min(...known) : Math.max(...known);
  const good = steps.filter((step) => step.score > best + 0.05 && step.mass > 0.3);
  if (good.length === 0) return;
  board.derived.push(derived);
  board.steps.push(...good);
}

/** Year, month and day columns as dates. */
function joinDates(board: Board, queue: readonly Derived[]): void {
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
            board,
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

/** Segments of a glued column without delimiter: fixed places from either end whose pieces stand in the source. */
function segments(board: Board, queue: readonly Derived[]): void {
  for (const derived of queue) {
    if (board.late()) return;
    const samples = sampleCodes(derived.column, 48).map((code) => derived.column.values[code] as string);
    const shortest = samples.reduce((least, text) => Math.min(least, text.length), 200);
    const longest = samples.reduce((most, text) => Math.max(most, text.length), 0);
    if (shortest < 3 || longest > 200) continue;
    const found: { formula: string; cut: (text: string) => string; share: number }[] = [];
    const lengths = sourceLengths(board);
    for (let start = 0; start < shortest; start++) {
      for (const length of lengths) {
        if (start + length > shortest || length === longest) continue;
        tryCut(
          board,
          samples,
          found,
          `substr(${derived.formula}, ${start + 1}, ${length})`,
          (text) => text.slice(start, start + length),
          length,
        );
        if (shortest !== longest) {
          tryCut(
            board,
            samples,
            found,
            `substr(${derived.formula}, -${start + length}, ${length})`,
            (text) => text.slice(text.length - start - length, text.length - start),
            length,
          );
        }
      }
      if (shortest !== longest && start > 0) {
        tryCut(board, samples, found, `slice(${derived.formula}, ${start})`, (text) => text.slice(start), 3);
        tryCut(board, samples, found, `slice(${derived.formula}, 0, -${start})`, (text) => text.slice(0, -start), 3);
      }
    }
    for (const { formula, cut } of found.slice(0, 12)) {
      const piece = { ...part(derived, formula, derived.column.values.map(cut)), attack: 'combine' };
      const steps = matchValues(piece, board.lookup).filter(
        (step) => step.mass > 0.5 && (step.similarity > 0.6 || step.mass > 0.95),
      );
      board.derived.push(piece);
      board.steps.push(...steps);
    }
    wordSegments(board, derived);
  }
}

function sourceLengths(board: Board): number[] {
  const lengths = new Set<number>();
  for (const { column } of board.lookup.columns) {
    const own = new Set(sampleCodes(column, 50).map((code) => (column.values[code] as string).length));
    if (own.size <= 6) for (const length of own) if (length >= 1) lengths.add(length);
  }
  return [...lengths].sort((a, b) => b - a).slice(0, 16);
}

function tryCut(
  board: Board,
  samples: readonly string[],
  found: { formula: string; cut: (text: string) => string; share: number }[],
  formula: string,
  cut: (text: string) => string,
  length: number,
): void {
  const pieces = samples.map(cut);
  if (new Set(pieces).size < 2) return;
  const share = board.lookup.best(pieces);
  if (share >= (length >= 5 ? 0.5 : 0.95)) found.push({ formula, cut, share });
}

/** Values of few-valued columns glued without delimiter: the longest source value at the start, then at the rest. */
function wordSegments(board: Board, derived: Derived): void {
  const columns = board.lookup.columns.filter(
    ({ column }) => column.distinct <= 5000 && column.distinct >= 2 && column.present > 0,
  );
  const values = derived.column.values;
  const samples = sampleCodes(derived.column, 40);
  let rest = values.slice();
  let restSamples = samples.map((code) => rest[code] as string);
  const used = new Set<SheetColumn>();
  for (let depth = 0; depth < 12; depth++) {
    let best: { column: SheetColumn; share: number } | null = null;
    for (const { column } of columns) {
      if (used.has(column)) continue;
      const longest = longestValue(column);
      const share =
        restSamples.filter((text) => headIn(text, column, longest) > 0).length / Math.max(1, restSamples.length);
      if (share > 0.95 && (best === null || share > best.share)) best = { column, share };
    }
    if (best === null) return;
    const { column } = best;
    const longest = longestValue(column);
    used.add(column);
    const texts: (string | null)[] = [];
    rest = rest.map((text) => {
      const cut = headIn(text, column, longest);
      texts.push(cut > 0 ? text.slice(0, cut) : null);
      return cut > 0 ? text.slice(cut) : '';
    });
    restSamples = samples.map((code) => rest[code] as string);
    // A head alone is not a glued column: something must follow.
    if (depth === 0 && restSamples.every((text) => text === '')) return;
    const piece = { ...part(derived, `segment(${derived.formula}, ${depth + 1})`, texts), attack: 'combine' };
    board.derived.push(piece);
    board.steps.push(...matchValues(piece, board.lookup).filter((step) => step.similarity > 0.6));
  }
}

function longestValue(column: SheetColumn): number {
  let longest = 0;
  for (const text of column.values) if (text.length > longest) longest = text.length;
  return Math.min(longest, 64);
}

function headIn(text: string, column: SheetColumn, longest: number): number {
  for (let length = Math.min(longest, text.length); length > 0; length--)
    if (column.index.has(text.slice(0, length))) return length;
  return 0;
}

/** Groups of 0/1 columns: one hot among several, or the bits of a code. */
function bits(board: Board): void {
  const binary: number[] = [];
  board.product.columns.forEach((column, position) => {
    if (board.settled.has(position) || column.distinct > 2 || column.present < column.rows) return;
    if (column.values.every((text) => /^(?:0|1|true|false|yes|no|y|n|是|否)$/i.test(text))) binary.push(position);
  });
  if (binary.length < 2) return;
  const set = binary.map((position) => {
    const column = board.product.columns[position] as SheetColumn;
    return column.codes.map((code) => (/^(?:1|true|yes|y|是)$/i.test(column.values[code] as string) ? 1 : 0));
  });
  for (let start = 0; start < binary.length; start++) {
    const sums = new Int32Array(board.product.rows);
    for (let end = start; end < Math.min(binary.length, start + 120); end++) {
      if (board.late()) return;
      // Only columns side by side in the product.
      if (end > start && (binary[end] as number) !== (binary[end - 1] as number) + 1) break;
      let least = 2;
      let most = 0;
      const own = set[end] as Int32Array;
      for (let row = 0; row < sums.length; row++) {
        const sum = (sums[row] as number) + (own[row] as number);
        sums[row] = sum;
        if (sum < least) least = sum;
        if (sum > most) most = sum;
      }
      if (most > 1) break;
      if (end > start && least === 1) {
        oneHot(board, binary.slice(start, end + 1), set.slice(start, end + 1));
        start = end;
        break;
      }
    }
  }
  for (let start = 0; start + 1 < binary.length; start++) {
    for (let end = start + 1; end < Math.min(binary.length, start + 16); end++) {
      if (board.late() || (binary[end] as number) !== (binary[end - 1] as number) + 1) break;
      bitCode(board, binary.slice(start, end + 1), set.slice(start, end + 1));
    }
  }
}

function oneHot(board: Board, positions: readonly number[], set: readonly Int32Array[]): void {
  const names = positions.map((position) => (board.product.columns[position] as SheetColumn).name);
  const texts: string[] = [];
  for (let row = 0; row < board.product.rows; row++)
    texts.push(names[set.findIndex((column) => column[row] === 1)] ?? '');
  const formula = `hot(${names[0]}..${names[names.length - 1]})`;
  const hot = derive(board, formula, positions, 10, texts);
  const steps = matchValues(hot, board.lookup);
  // Headers such as sex_Male: what follows the last delimiter.
  const short = derive(
    board,
    `after-prefix(${formula})`,
    positions,
    12,
    texts.map((text) => text.replace(/^.*?[_=:.-]/, '')),
  );
  steps.push(...matchValues(short, board.lookup));
  for (const pair of labelPairs(hot, board.lookup)) steps.push({ ...labelStep(pair), attack: 'combine' });
  board.derived.push(hot);
  board.steps.push(...steps);
}

function bitCode(board: Board, positions: readonly number[], set: readonly Int32Array[]): void {
  const seen = new Set<number>();
  const codes = new Int32Array(board.product.rows);
  for (let row = 0; row < codes.length; row++) {
    let code = 0;
    for (const column of set) code = code * 2 + (column[row] as number);
    codes[row] = code;
    seen.add(code);
    if (seen.size > 2000) return;
  }
  const names = positions.map((position) => (board.product.columns[position] as SheetColumn).name);
  const make = (label: string, write: (code: number) => number): Derived =>
    derive(
      board,
      `${label}(${names[0]}..${names[names.length - 1]})`,
      positions,
      10 + positions.length,
      Array.from(codes, (code) => String(write(code))),
    );
  const flipped = (code: number): number => {
    let out = 0;
    for (let i = 0; i < positions.length; i++) out = out * 2 + ((code >> i) & 1);
    return out;
  };
  for (const derived of [make('bits', (code) => code), make('bits-reversed', flipped)]) {
    const exact = labelPairs(derived, board.lookup).filter((pair) => pair.exact && pair.to.column.distinct > 2);
    const values = matchValues(derived, board.lookup).filter((step) => step.mass > 0.95 && step.similarity > 0.9);
    if (exact.length === 0 && values.length === 0) continue;
    board.derived.push(derived);
    board.steps.push(...values, ...exact.map((pair) => ({ ...labelStep(pair), attack: 'combine' })));
  }
}

/** Differences and running totals in the order of the rows. */
function sequences(board: Board, queue: readonly Derived[]): void {
  for (const derived of queue) {
    if (board.late() || !derived.column.isNumeric || derived.column.distinct < 3) continue;
    const { codes, numbers } = derived.column;
    const values = Float64Array.from(codes, (code) => (code < 0 ? Number.NaN : (numbers[code] as number)));
    const totals = new Array<string | null>(values.length);
    const steps = new Array<string | null>(values.length);
    let total = 0;
    for (let row = 0; row < values.length; row++) {
      const value = values[row] as number;
      total += !Number.isNaN(value) ? value : 0;
      totals[row] = String(Number(total.toPrecision(12)));
      const before = row === 0 ? 0 : (values[row - 1] as number);
      steps[row] = String(Number((value - before).toPrecision(12)));
    }
    for (const [name, texts] of [
      ['running-total', totals],
      ['difference', steps],
    ] as const) {
      if (board.lookup.best(sampleRows(texts.length).map((row) => texts[row] as string | null)) < 0.9) continue;
      const made = derive(board, `${name}(${derived.formula})`, derived.from, 8, texts);
      keep(
        board,
        made,
        matchValues(made, board.lookup).filter((step) => step.similarity > 0.6),
      );
    }
  }
}

/** The attack. */
export const combine: Attack = {
  id: 'combine',
  knowledge: 'A0',
  run(board) {
    const queue = unexplained(board, 0.75).filter((derived) => derived.column.present > 0);
    if (queue.length === 0) return 'no column is left to explain';
    bits(board);
    sequences(board, queue);
    segments(
      board,
      queue.filter((derived) => !derived.column.isNumeric || averageLength(derived.column) > 5),
    );
    const parts = board.derived.filter(
      (derived) =>
        derived.from.length === 1 &&
        !board.settled.has(derived.from[0] as number) &&
        derived.attack !== 'combine' &&
        board.best(derived.from[0] as number) < 0.92,
    );
    joinPairs(board, parts);
    joinDates(board, parts);
    return null;
  },
};

function averageLength(column: SheetColumn): number {
  const sample = sampleCodes(column, 50);
  let total = 0;
  for (const code of sample) total += (column.values[code] as string).length;
  return sample.length === 0 ? 0 : total / sample.length;
}
