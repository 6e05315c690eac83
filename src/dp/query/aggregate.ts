/**
 * Exact integer aggregates per group over the rows that count.
 *
 * Values are clamped, then rounded to the quantum grid, row by row; sums are kept as two doubles that stay integers, so neither the order
 * of rows nor their number changes a result (Casacuberta, Shoemate, Vadhan, Wagaman, CCS 2022, shows what happens otherwise).
 * @module
 */
import type { Bounded } from './bounding.js';
import { MAGNITUDE_CELLS, magnitudeCell } from './magnitudes.js';
import { centreOf } from './measurements.js';
import type { Query } from './plan.js';

/** Integer high · 2^26 + low. */
export interface WideInteger {
  readonly high: number;
  readonly low: number;
}

/** Aggregates of one query. */
export interface Aggregates {
  /** Rows per group. */
  readonly rows: Float64Array;
  /** Rows with a readable finite number per group. */
  readonly numbers: Float64Array;
  /** Rows per group and bin (of a histogram, or of magnitudes); empty without one. */
  readonly bins: Float64Array;
  /** Sum in quanta (about the centre for means and variances). */
  readonly sum: (group: number) => WideInteger;
  /** Sum of squares in quanta about the centre. */
  readonly squares: (group: number) => WideInteger;
  /** Rows per value of the quantum grid, for quantiles. */
  readonly grid: (group: number, lower: number, size: number) => Float64Array;
}

const SPLIT = 2 ** 26;

class WideSums {
  readonly #high: Float64Array;
  readonly #low: Float64Array;

  constructor(groups: number) {
    this.#high = new Float64Array(groups);
    this.#low = new Float64Array(groups);
  }

  add(group: number, value: number): void {
    const high = Math.trunc(value / SPLIT);
    this.#high[group] = (this.#high[group] as number) + high;
    this.#low[group] = (this.#low[group] as number) + (value - high * SPLIT);
  }

  at(group: number): WideInteger {
    return { high: this.#high[group] as number, low: this.#low[group] as number };
  }
}

/** @param values - the query's column as numbers, NaN where there is none; null for counts */
export function aggregate(
  query: Query,
  values: Float64Array | null,
  bounded: Bounded,
  groupOf: Int32Array,
  groups: number,
): Aggregates {
  const rows = new Float64Array(groups);
  const numbers = new Float64Array(groups);
  const edges = query.kind === 'histogram' ? query.edges : null;
  const cells = query.kind === 'bounds' ? MAGNITUDE_CELLS : edges === null ? 0 : edges.length - 1;
  const bins = new Float64Array(groups * cells);
  const sums = new WideSums(groups);
  const squares = new WideSums(groups);
  const quantised =
    values !== null && query.kind === 'quantiles' ? new Float64Array(bounded.count).fill(Number.NaN) : null;
  const centred = query.kind === 'mean' || query.kind === 'variance';
  const centre = centred ? centreOf(query) : 0;
  for (let i = 0; i < bounded.count; i++) {
    const row = bounded.rows[i] as number;
    const group = groupOf[row] as number;
    rows[group] = (rows[group] as number) + 1;
    if (values === null) continue;
    const value = values[row] as number;
    // NaN and infinities are no numbers: left out before clamping, whatever row they stand in.
    if (!Number.isFinite(value)) continue;
    numbers[group] = (numbers[group] as number) + 1;
    if (edges !== null) {
      const bin = binOf(value, edges);
      const cell = group * cells + bin;
      bins[cell] = (bins[cell] as number) + 1;
    } else if (query.kind === 'bounds') {
      const cell = group * cells + magnitudeCell(value, query.quantum);
      bins[cell] = (bins[cell] as number) + 1;
    } else if ('quantum' in query) {
      const grid = Math.round(Math.min(query.upper, Math.max(query.lower, value)) / query.quantum) + 0;
      if (quantised !== null) quantised[i] = grid;
      sums.add(group, grid - centre);
      if (query.kind === 'variance') squares.add(group, (grid - centre) ** 2);
    }
  }
  let byGroup: Int32Array[] | undefined;
  return {
    rows,
    numbers,
    bins,
    sum: (group) => sums.at(group),
    squares: (group) => squares.at(group),
    grid: (group, lower, size) => {
      byGroup ??= rowsByGroup(bounded, groupOf, groups);
      const counts = new Float64Array(size);
      for (const i of byGroup[group] as Int32Array) {
        const value = (quantised as Float64Array)[i] as number;
        if (Number.isFinite(value)) counts[value - lower] = (counts[value - lower] as number) + 1;
      }
      return counts;
    },
  };
}

/** Values below the first edge count in the first bin, above the last in the last. */
function binOf(value: number, edges: readonly number[]): number {
  let low = 0;
  let high = edges.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (value >= (edges[middle] as number)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function rowsByGroup(bounded: Bounded, groupOf: Int32Array, groups: number): Int32Array[] {
  const sizes = new Int32Array(groups);
  for (let i = 0; i < bounded.count; i++) {
    const group = groupOf[bounded.rows[i] as number] as number;
    sizes[group] = (sizes[group] as number) + 1;
  }
  const lists = Array.from(sizes, (size) => new Int32Array(size));
  const next = new Int32Array(groups);
  for (let i = 0; i < bounded.count; i++) {
    const group = groupOf[bounded.rows[i] as number] as number;
    (lists[group] as Int32Array)[next[group] as number] = i;
    next[group] = (next[group] as number) + 1;
  }
  return lists;
}
