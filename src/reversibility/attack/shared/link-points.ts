/**
 * Rows linked to their nearest source row in the space of several numeric columns, where product rows lie nearer to source rows
 * than those to one another. See ../rows/neighbours.md.
 *
 * Pagliuca and Seri, "Some results of individual ranking method on the system of enterprise accounts annual survey", 1999
 * (distance-based linkage).
 * @module
 */
import type { SheetColumn } from '../../intake/sheet.js';
import type { Step } from '../../inverse.js';
import { FOREIGN } from '../../restoration/tuple-join.js';
import type { Board } from '../attack.js';
import { KdTree } from './kd-tree.js';
import { rowNumbers } from './sorted-numbers.js';

const TARGETS = 2000;
const EXECUTED = 20_000;
/** Columns that make the space; the others are only compared. */
const MAX_AXES = 8;
/** A number is restored within this share of its column's standard deviation. */
export const TOLERANCE = 0.02;

const NONE: ReadonlySet<number> = new Set();

/** A source column that is one axis of the space. */
export interface Axis {
  readonly position: number;
  readonly column: SheetColumn;
}

/** How the steps are told. */
export interface Telling {
  readonly from: readonly (readonly number[])[];
  readonly formula: (axis: number) => string;
  readonly attack: string;
  readonly knowledge: Step['knowledge'];
  readonly bits: number;
}

/** Rows at even steps, at most so many. */
export function spreadRows(rows: Int32Array, most: number): Int32Array {
  const count = Math.min(rows.length, most);
  return Int32Array.from({ length: count }, (_, i) => rows[Math.floor(((i + 0.5) * rows.length) / count)] as number);
}

/**
 * The distance under which product rows are linked: far more of them are that near to a source row than source rows are to
 * one another. Null when there is none.
 */
export function linkingDistance(product: Float64Array, apart: Float64Array): number | null {
  const own = product.slice().sort();
  const others = apart.slice().sort();
  if (own.length < 20 || others.length < 20) return null;
  const below = (sorted: Float64Array, t: number): number => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] as number) <= t) low = middle + 1;
      else high = middle;
    }
    return low / sorted.length;
  };
  let best: { t: number; lower: number } | null = null;
  for (let i = 0; i < 200; i++) {
    const t = own[Math.floor(((i + 0.5) * own.length) / 200)] as number;
    const f = below(own, t);
    const p = below(others, t);
    // Chance: the share of source rows with another row as near, with its own error.
    const error = 3.3 * Math.sqrt((p * (1 - p) + 1 / others.length) / others.length + (f * (1 - f)) / own.length);
    const lower = f - 1.1 * p - error;
    if (p > 0.1 * f || lower * own.length < 10) continue;
    if (best === null || lower > best.lower) best = { t, lower };
  }
  return best?.t ?? null;
}

/** Standard deviation of the numbers that there are. */
export function deviation(values: Float64Array): number {
  let count = 0;
  let sum = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    count++;
    sum += value;
  }
  const mean = sum / Math.max(1, count);
  let squares = 0;
  for (const value of values) if (!Number.isNaN(value)) squares += (value - mean) ** 2;
  return Math.sqrt(squares / Math.max(1, count));
}

/** Coordinates in standard deviations row by row, and the rows that have all of them. */
export function spaceOf(columns: readonly Float64Array[], spreads: readonly number[]): [Float64Array, Int32Array] {
  const width = columns.length;
  const rows = columns[0]?.length ?? 0;
  const points = new Float64Array(rows * width);
  const kept: number[] = [];
  for (let row = 0; row < rows; row++) {
    let whole = true;
    for (let a = 0; a < width; a++) {
      const value = ((columns[a] as Float64Array)[row] as number) / (spreads[a] as number);
      if (!Number.isFinite(value)) whole = false;
      points[row * width + a] = value;
    }
    if (whole) kept.push(row);
  }
  return [points, Int32Array.from(kept)];
}

/**
 * Steps that give each product row the cells of its nearest source row, where a linking distance exists.
 *
 * @param given - the first eight make the space, the telling ones first
 * @param values - the product's numbers by axis and row, in the units of the source column
 * @param learnt - product rows that the numbers were fitted on: whether rows are linked is decided without them. Default: none
 */
export function linkPoints(
  board: Board,
  source: number,
  given: readonly Axis[],
  values: readonly Float64Array[],
  telling: Telling,
  learnt: ReadonlySet<number> = NONE,
): Step[] {
  const rawAll = given.map(({ column }) => rowNumbers(column));
  const spreads = rawAll.map(deviation);
  const order = given
    .map((_, i) => i)
    .filter((i) => (spreads[i] as number) > 0)
    .slice(0, MAX_AXES);
  const width = order.length;
  if (width === 0) return [];
  const ownSpreads = order.map((i) => spreads[i] as number);
  const [raw, rawRows] = spaceOf(
    order.map((i) => rawAll[i] as Float64Array),
    ownSpreads,
  );
  const [own, ownRows] = spaceOf(
    order.map((i) => values[i] as Float64Array),
    ownSpreads,
  );
  if (rawRows.length < 20 || ownRows.length < 20) return [];
  const tree = new KdTree(raw, width, rawRows);
  const distances = (rows: Int32Array, points: Float64Array, self: boolean): Float64Array =>
    Float64Array.from(rows, (row) => {
      if (board.late()) return Number.POSITIVE_INFINITY;
      return tree.nearest(points.subarray(row * width, (row + 1) * width), self ? row : -1)[1];
    });
  const apart = distances(spreadRows(rawRows, TARGETS), raw, true);
  const unseen = learnt.size === 0 ? ownRows : ownRows.filter((row) => !learnt.has(row));
  const near = distances(spreadRows(unseen, TARGETS), own, false);
  const t = linkingDistance(near, apart);
  if (t === null || board.late()) return [];
  const cells = given.map(() => new Int32Array(board.product.rows).fill(FOREIGN));
  const within = new Int32Array(given.length);
  let linked = 0;
  for (const row of spreadRows(ownRows, EXECUTED)) {
    if ((row & 255) === 0 && board.late()) return [];
    const [found, squared] = tree.nearest(own.subarray(row * width, (row + 1) * width));
    if (found < 0 || squared > t) continue;
    linked++;
    for (let a = 0; a < given.length; a++) {
      const truth = (rawAll[a] as Float64Array)[found] as number;
      const gap = Math.abs(((values[a] as Float64Array)[row] as number) - truth);
      if (!(gap <= Math.max(TOLERANCE * (spreads[a] as number), board.thresholds.tolerance * Math.abs(truth))))
        continue;
      (cells[a] as Int32Array)[row] = (given[a] as Axis).column.codes[found] as number;
      within[a] = (within[a] as number) + 1;
    }
  }
  if (linked < 10) return [];
  return given.flatMap(({ position }, a): Step[] => {
    // Linked, but not restored within the tolerance: no step.
    const share = (within[a] as number) / linked;
    if (share < 0.5) return [];
    return [
      {
        source,
        column: position,
        from: telling.from[a] as readonly number[],
        formula: telling.formula(a),
        attack: telling.attack,
        knowledge: telling.knowledge,
        bits: telling.bits,
        cells: cells[a] as Int32Array,
        mass: (within[a] as number) / Math.max(1, ownRows.length),
        // The link is proven as a whole: what is put together starts from it.
        score: 0.9 + 0.08 * share,
        similarity: 0.8,
      },
    ];
  });
}
