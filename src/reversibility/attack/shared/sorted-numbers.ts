/**
 * The distinct numbers (or days) of a column in order with their counts, and its numbers row by row: what attacks on numbers compare. Kept per column.
 * @module
 */
import type { SheetColumn } from '../../intake/sheet.js';
import { sortOrder } from '../../intake/sort-order.js';

/** Distinct numbers of a column, ascending, with their codes and row counts. */
export interface Sorted {
  readonly values: Float64Array;
  readonly codes: Int32Array;
  readonly counts: Float64Array;
  readonly rows: number;
  /** Unit of the last written decimal. */
  readonly unit: number;
  /** Largest absolute value. */
  readonly scale: number;
}

const kept = new WeakMap<SheetColumn, Map<string, Sorted | null>>();

/** Distinct numbers (or days) of a column in order; null when it is not numeric. Kept per column. */
export function sortedNumbers(column: SheetColumn, view: 'numbers' | 'dates' = 'numbers'): Sorted | null {
  let views = kept.get(column);
  if (views === undefined) {
    views = new Map();
    kept.set(column, views);
  }
  let sorted = views.get(view);
  if (sorted === undefined) {
    sorted = sortColumn(column, view);
    views.set(view, sorted);
  }
  return sorted;
}

function sortColumn(column: SheetColumn, view: 'numbers' | 'dates'): Sorted | null {
  if (view === 'numbers' ? !column.isNumeric : !column.isDate) return null;
  const numbers = view === 'numbers' ? column.numbers : column.dates;
  const order = new Int32Array(numbers.length);
  let held = 0;
  for (let code = 0; code < numbers.length; code++) if (!Number.isNaN(numbers[code] as number)) order[held++] = code;
  const codes = sortOrder(numbers, order.subarray(0, held));
  const values = new Float64Array(held);
  const counts = new Float64Array(held);
  for (let i = 0; i < held; i++) {
    values[i] = numbers[codes[i] as number] as number;
    counts[i] = column.counts[codes[i] as number] as number;
  }
  let rows = 0;
  for (const count of counts) rows += count;
  return { values, codes, counts, rows, unit: view === 'dates' ? 1 : unitOf(column), scale: scaleOf(values) };
}

/** Largest absolute value of ascending numbers. */
export function scaleOf(values: Float64Array): number {
  return values.length === 0
    ? 0
    : Math.max(Math.abs(values[0] as number), Math.abs(values[values.length - 1] as number));
}

function unitOf(column: SheetColumn): number {
  let decimals = 0;
  const stride = Math.max(1, column.distinct >> 8);
  for (let code = 0; code < column.distinct; code += stride) {
    const text = column.text(code);
    const point = text.indexOf('.');
    if (point >= 0 && text.length < 40) decimals = Math.max(decimals, text.trim().length - point - 1);
    if (/e/i.test(text)) decimals = 15;
  }
  return 10 ** -Math.min(15, decimals);
}

/** Numbers of a column row by row; NaN where there is none. */
export function rowNumbers({ codes, numbers }: SheetColumn): Float64Array {
  const values = new Float64Array(codes.length);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    values[row] = code < 0 ? Number.NaN : (numbers[code] as number);
  }
  return values;
}

/** Position of the value nearest to x in an ascending array. */
export function nearest(values: Float64Array, x: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) < x) low = middle + 1;
    else high = middle;
  }
  if (low > 0 && Math.abs((values[low - 1] as number) - x) <= Math.abs((values[low] as number) - x)) return low - 1;
  return low;
}

/** Ascending numbers with the place in them where each of many even stretches of their range begins. */
export interface Grid {
  readonly values: Float64Array;
  readonly starts: Int32Array;
  readonly from: number;
  readonly by: number;
}

/** Stretches of a grid at most. */
const STRETCHES = 1 << 16;

const grids = new WeakMap<Float64Array, Grid>();

/** The grid of ascending numbers; kept as long as they are. */
export function gridOf(values: Float64Array): Grid {
  let own = grids.get(values);
  if (own === undefined) {
    const n = values.length;
    const from = values[0] ?? 0;
    const by = Math.min(n, STRETCHES) / ((values[n - 1] ?? 0) - from);
    const even = Number.isFinite(by) && by > 0 && Number.isFinite(from);
    own = even
      ? { values, starts: startsOf(values, from, by, Math.min(n, STRETCHES)), from, by }
      : { values, starts: Int32Array.of(0, n), from: 0, by: 0 };
    grids.set(values, own);
  }
  return own;
}

function startsOf(values: Float64Array, from: number, by: number, stretches: number): Int32Array {
  const starts = new Int32Array(stretches + 1);
  for (let i = 0; i < values.length; i++) {
    const stretch = Math.min(stretches - 1, Math.floor(((values[i] as number) - from) * by));
    starts[stretch + 1] = (starts[stretch + 1] as number) + 1;
  }
  for (let i = 0; i < stretches; i++) starts[i + 1] = (starts[i + 1] as number) + (starts[i] as number);
  return starts;
}

/** As {@link nearest} of the numbers of a grid: the stretch of a number is found at once, and holds few. */
export function nearestIn(grid: Grid, x: number): number {
  const { values, starts } = grid;
  const place = (x - grid.from) * grid.by;
  const last = starts.length - 2;
  const stretch = place >= last ? last : place > 0 ? Math.floor(place) : 0;
  let low = starts[stretch] as number;
  let high = Math.min(starts[stretch + 1] as number, values.length - 1);
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) < x) low = middle + 1;
    else high = middle;
  }
  if (low > 0 && Math.abs((values[low - 1] as number) - x) <= Math.abs((values[low] as number) - x)) return low - 1;
  return low;
}

const tops = new WeakMap<Sorted, readonly number[]>();

/** Positions of the most frequent values, at most six. */
export function topPositions(sorted: Sorted, limit: number): readonly number[] {
  let own = tops.get(sorted);
  if (own === undefined) {
    own = mostFrequent(sorted, 6);
    tops.set(sorted, own);
  }
  return own.slice(0, limit);
}

function mostFrequent(sorted: Sorted, limit: number): number[] {
  const top: number[] = [];
  for (let i = 0; i < sorted.counts.length; i++) {
    const count = sorted.counts[i] as number;
    if (top.length < limit || count > (sorted.counts[top[top.length - 1] as number] as number)) {
      top.push(i);
      top.sort((x, y) => (sorted.counts[y] as number) - (sorted.counts[x] as number) || x - y);
      if (top.length > limit) top.pop();
    }
  }
  return top;
}

const summed = new WeakMap<Sorted, Float64Array>();

/** Rows of the most frequent values, so many of them. */
function largestCounts(sorted: Sorted, values: number): number {
  let sums = summed.get(sorted);
  if (sums === undefined) {
    sums = sorted.counts.slice().sort().reverse();
    for (let i = 1; i < sums.length; i++) sums[i] = (sums[i] as number) + (sums[i - 1] as number);
    summed.set(sorted, sums);
  }
  return sums[values - 1] as number;
}

/**
 * How far frequencies agree at most, as `fitOf` measures agreement, where numbers of the product are sent to so many different ones of
 * the source.
 */
export function agreesAtMost(own: Sorted, source: Sorted, met: number): number {
  if (met >= source.values.length || met >= own.rows) return 1;
  return Math.max(met / own.rows, largestCounts(source, met) / source.rows);
}

/**
 * False where frequencies cannot agree by a share under any map, as `fitOf` measures agreement: each number of the product is sent to
 * one of the source, so that as many of the source are met at most, and these hold too few rows.
 */
export function canAgree(own: Sorted, column: SheetColumn, source: Sorted, to: SheetColumn, share: number): boolean {
  const met = own.values.length;
  if (met >= source.values.length || met >= share * column.present) return true;
  return largestCounts(source, met) >= (share - 1e-9) * to.present;
}
