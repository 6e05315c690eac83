/**
 * The numbers of a column within the groups of another, in rising order: sorted once a column, dealt out to the groups in one
 * pass a grouping.
 *
 * Stable distribution by key: Knuth, "The Art of Computer Programming" 3, 5.2 (algorithm D). See ../numbers/group-lines.md.
 * @module
 */
import type { SheetColumn } from '../../intake/sheet.js';
import { sortOrder } from '../../intake/sort-order.js';

/** Numbers of a column, and its rows that hold one in rising order, equal numbers by row. */
export interface Rising {
  /** Number of each row; NaN where there is none. */
  readonly values: Float64Array;
  readonly rows: Int32Array;
}

const kept = new WeakMap<SheetColumn, Rising>();

/** The rows of a column in order of their numbers; kept per column. */
export function risingOf(column: SheetColumn): Rising {
  let own = kept.get(column);
  if (own === undefined) {
    const values = valuesOf(column.codes, column.numbers);
    own = { values, rows: sortOrder(values, present(values)) };
    kept.set(column, own);
  }
  return own;
}

function valuesOf(codes: Int32Array, numbers: Float64Array): Float64Array {
  const values = new Float64Array(codes.length);
  for (let row = 0; row < values.length; row++) {
    const code = codes[row] as number;
    values[row] = code < 0 ? Number.NaN : (numbers[code] as number);
  }
  return values;
}

function present(values: Float64Array): Int32Array {
  const rows = new Int32Array(values.length);
  let count = 0;
  for (let row = 0; row < values.length; row++) {
    if (Number.isNaN(values[row] as number)) continue;
    rows[count++] = row;
  }
  return rows.subarray(0, count);
}

/** Numbers of a column by group: those of group g stand from `starts[g]` to before `starts[g + 1]`, rising. */
export interface Grouped {
  readonly starts: Int32Array;
  readonly values: Float64Array;
  /** Row of each number. */
  readonly rows: Int32Array;
  /** Mean of each group. */
  readonly means: Float64Array;
  /** Sum of squares of each group about its mean. */
  readonly squares: Float64Array;
}

/** Deals the numbers of a column out to groups; a row of a negative group is left out. */
export function groupedBy(column: SheetColumn, groupOf: Int32Array, groups: number): Grouped {
  const { values, rows } = risingOf(column);
  const starts = new Int32Array(groups + 1);
  for (let i = 0; i < rows.length; i++) {
    const group = groupOf[rows[i] as number] as number;
    if (group >= 0) starts[group + 1] = (starts[group + 1] as number) + 1;
  }
  for (let group = 0; group < groups; group++)
    starts[group + 1] = (starts[group + 1] as number) + (starts[group] as number);
  const count = starts[groups] as number;
  const own = { values: new Float64Array(count), rows: new Int32Array(count) };
  deal(values, rows, groupOf, starts.slice(), own.values, own.rows);
  const means = new Float64Array(groups);
  const squares = new Float64Array(groups);
  for (let group = 0; group < groups; group++) {
    const from = starts[group] as number;
    const to = starts[group + 1] as number;
    let sum = 0;
    for (let i = from; i < to; i++) sum += own.values[i] as number;
    const mean = sum / (to - from);
    let square = 0;
    for (let i = from; i < to; i++) {
      const apart = (own.values[i] as number) - mean;
      square += apart * apart;
    }
    means[group] = mean;
    squares[group] = square;
  }
  return { starts, ...own, means, squares };
}

function deal(
  values: Float64Array,
  rows: Int32Array,
  groupOf: Int32Array,
  next: Int32Array,
  outValues: Float64Array,
  outRows: Int32Array,
): void {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const group = groupOf[row] as number;
    if (group < 0) continue;
    const at = next[group] as number;
    next[group] = at + 1;
    outValues[at] = values[row] as number;
    outRows[at] = row;
  }
}
