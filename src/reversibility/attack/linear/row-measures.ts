/**
 * Rows tied by one number of each that a transform leaves as it was or that is made of two columns: the length of a row under a
 * rotation, sums, differences, products and quotients of two columns. What ties them proves nothing; linear forms learnt on a half of
 * the tied rows must hold on the other. See linear.md.
 *
 * Liu, Giannella and Kargupta, "An attacker's view of distance preserving maps for privacy preserving data mining", PKDD 2006.
 * @module
 */
import type { Sheet, SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import type { Board } from '../attack.js';
import type { Pairs } from '../shared/tied-rows.js';
import { linearSteps, numberAt } from './linear-fit.js';
import { measuredChoices } from './mix-choices.js';
import { lengthsOf, pairFigures } from './source-measures.js';

/** Numbers looked at in one search. */
const WORK = 3e7;
/** Rows by which a measure is judged first, and how many of them must meet a source row. */
const FIRST = 64;
const MET = 0.6;
/** Share of shifted values that meet one by chance, at most. */
const BY_CHANCE = 0.3;
const LEAST_PAIRS = 24;
const MAX_PAIRS = 20_000;
const BINARY = 2e-9;

/** A number of each row and how far rounding may have moved it; NaN where there is none. */
export interface Measure {
  readonly values: Float64Array;
  readonly open: Float64Array;
}

/** Steps that give source columns as linear forms of unread columns, by rows tied through one number of each. */
export function byMeasures(board: Board, sheet: Sheet, source: number, queue: readonly Derived[]): Step[] {
  if (sheet.rows < LEAST_PAIRS || board.product.rows < LEAST_PAIRS) return [];
  const columns = queue.map(({ column }) => figures(column));
  const lengths = [squaredLength(columns)];
  for (const values of lengthsOf(sheet, measuredChoices(sheet, queue.length), WORK)) {
    if (board.late()) return [];
    const steps = byTies(board, sheet, source, queue, lengths, values);
    if (steps.length > 0) return steps;
  }
  for (const values of pairFigures(sheet, WORK / (1 + columns.length))) {
    if (board.late()) return [];
    const steps = byTies(board, sheet, source, queue, columns, values);
    if (steps.length > 0) return steps;
  }
  return [];
}

function figures(column: SheetColumn): Measure {
  const half = Float64Array.from({ length: column.distinct }, (_, code) => halfOf(column.text(code)));
  const values = Float64Array.from(column.codes, (_, row) => numberAt(column, row));
  const open = Float64Array.from(column.codes, (code, row) =>
    code < 0 ? 0 : (half[code] as number) * 1.05 + BINARY * Math.abs(values[row] as number),
  );
  return { values, open };
}

/** Half of the last digit of a decimal; whole numbers are taken as exact. */
function halfOf(text: string): number {
  const found = /\.(\d+)(?:e([-+]?\d+))?$/i.exec(text);
  return found === null ? 0 : 0.5 * 10 ** (Number(found[2] ?? 0) - (found[1] as string).length);
}

function squaredLength(columns: readonly Measure[]): Measure {
  const rows = columns[0]?.values.length ?? 0;
  const values = new Float64Array(rows);
  const open = new Float64Array(rows);
  for (const own of columns)
    for (let row = 0; row < rows; row++) {
      const value = own.values[row] as number;
      const half = own.open[row] as number;
      values[row] = (values[row] as number) + value * value;
      open[row] = (open[row] as number) + half * (2 * Math.abs(value) + half);
    }
  return { values, open };
}

/** What rows tied by the first measure that meets the source's give. */
function byTies(
  board: Board,
  sheet: Sheet,
  source: number,
  queue: readonly Derived[],
  measures: readonly Measure[],
  values: Float64Array,
): Step[] {
  const order = Int32Array.from(values.keys()).filter((row) => !Number.isNaN(values[row] as number));
  const sorted = Float64Array.from(order, (row) => values[row] as number);
  if (sorted.length < 0.5 * sheet.rows) return [];
  sorted.sort();
  const met = measures.filter((own) => meets(own, sorted));
  if (met.length === 0) return [];
  order.sort((a, b) => (values[a] as number) - (values[b] as number));
  for (const own of met) {
    const pairs = tied(own, sorted, order);
    const steps = pairs.product.length < LEAST_PAIRS ? [] : linearSteps(board, source, pairs, queue);
    if (steps.length >= Math.min(2, queue.length)) return steps;
  }
  return [];
}

/** First place of a sorted list that is not less. */
function placeOf(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isWithin(sorted: Float64Array, value: number, open: number): boolean {
  const place = placeOf(sorted, value - open);
  return place < sorted.length && (sorted[place] as number) <= value + open;
}

/** True where most of some rows meet a source row, and numbers between theirs do not. */
function meets({ values, open }: Measure, sorted: Float64Array): boolean {
  const count = Math.min(FIRST, values.length);
  let asked = 0;
  let met = 0;
  let chance = 0;
  for (let i = 0; i < count; i++) {
    const row = Math.floor(((i + 0.5) * values.length) / count);
    const next = Math.floor(((i + 1.5) * values.length) / count) % values.length;
    const value = values[row] as number;
    if (Number.isNaN(value)) continue;
    asked++;
    if (isWithin(sorted, value, open[row] as number)) met++;
    else if (asked - met > (1 - MET) * count) return false;
    // A number between that of this row and that of another one.
    if (isWithin(sorted, 0.43 * value + 0.57 * (values[next] as number), open[row] as number)) chance++;
  }
  return asked >= LEAST_PAIRS && met >= MET * asked && chance <= BY_CHANCE * asked;
}

/** Rows that meet one source row alone, and it them. */
function tied({ values, open }: Measure, sorted: Float64Array, order: Int32Array): Pairs {
  const rowOf = new Int32Array(sorted.length).fill(-1);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (Number.isNaN(value)) continue;
    const half = open[row] as number;
    const place = placeOf(sorted, value - half);
    if (place >= sorted.length || (sorted[place] as number) > value + half) continue;
    if (place + 1 < sorted.length && (sorted[place + 1] as number) <= value + half) continue;
    rowOf[place] = rowOf[place] === -1 ? row : -2;
  }
  const product: number[] = [];
  const matched: number[] = [];
  for (let place = 0; place < rowOf.length && product.length < MAX_PAIRS; place++) {
    if ((rowOf[place] as number) < 0) continue;
    product.push(rowOf[place] as number);
    matched.push(order[place] as number);
  }
  return { product: Int32Array.from(product), source: Int32Array.from(matched) };
}
