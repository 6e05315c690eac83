/**
 * Independent components of a whitened cloud: those of a mix are those of the source, whatever the mix.
 *
 * Hyvärinen, "Fast and robust fixed-point algorithms for independent component analysis", IEEE Trans. Neural Networks 10(3), 1999
 * (symmetric fixed point with tanh). See linear.md.
 * @module
 */

import { ranked } from '../shared/ranked.js';
import { type Cloud, sampleOf } from './cloud.js';

const POINTS = 4000;
const ROUNDS = 80;

/** Rows of W made orthonormal (Newton and Schulz: W <- 1.5 W - 0.5 W W' W). */
function orthonormal(w: Float64Array, width: number): void {
  let norm = 0;
  for (const value of w) norm += value * value;
  norm = Math.sqrt(norm);
  for (let i = 0; i < w.length; i++) w[i] = (w[i] as number) / norm;
  const gram = new Float64Array(width * width);
  const next = new Float64Array(width * width);
  for (let pass = 0; pass < 40; pass++) {
    let off = 0;
    for (let a = 0; a < width; a++) {
      for (let b = 0; b < width; b++) {
        let sum = 0;
        for (let c = 0; c < width; c++) sum += (w[a * width + c] as number) * (w[b * width + c] as number);
        gram[a * width + b] = sum;
        off = Math.max(off, Math.abs(sum - (a === b ? 1 : 0)));
      }
    }
    if (off < 1e-9) break;
    for (let a = 0; a < width; a++) {
      for (let c = 0; c < width; c++) {
        let sum = 0;
        for (let b = 0; b < width; b++) sum += (gram[a * width + b] as number) * (w[b * width + c] as number);
        next[a * width + c] = 1.5 * (w[a * width + c] as number) - 0.5 * sum;
      }
    }
    w.set(next);
  }
}

/** Steps of the table of tanh in a unit, and the place from which on it is one to sixteen digits. */
const STEPS = 256;
const FLAT = 20;
let table: Float64Array | undefined;

function tableOf(): Float64Array {
  table ??= Float64Array.from({ length: FLAT * STEPS + 2 }, (_, i) => Math.tanh(i / STEPS));
  return table;
}

/**
 * tanh of numbers in their place, by cubics between the table's places (Hermite; the slope is 1 - tanh^2): within 3e-12.
 *
 * @returns the sum of their squares
 */
function tanhAll(numbers: Float64Array, places: Float64Array): number {
  let squares = 0;
  for (let i = 0; i < numbers.length; i++) {
    const x = numbers[i] as number;
    const size = Math.abs(x);
    let t = 1;
    if (size < FLAT) {
      const at = size * STEPS;
      const below = Math.floor(at);
      const u = at - below;
      const p = places[below] as number;
      const q = places[below + 1] as number;
      const rise = q - p;
      const m = (1 - p * p) / STEPS;
      const n = (1 - q * q) / STEPS;
      t = p + u * (m + u * (3 * rise - 2 * m - n + u * (m + n - 2 * rise)));
    }
    squares += t * t;
    numbers[i] = x < 0 ? -t : t;
  }
  return squares;
}

/** Adds shares of a column to a sum. */
function addShare(sums: Float64Array, share: number, column: Float64Array): void {
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + share * (column[i] as number);
}

/** Adds shares of three columns to a sum: one pass over it instead of three. */
function addShares(
  sums: Float64Array,
  shares: Float64Array,
  at: number,
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
): void {
  const x = shares[at] as number;
  const y = shares[at + 1] as number;
  const z = shares[at + 2] as number;
  for (let i = 0; i < sums.length; i++)
    sums[i] = (sums[i] as number) + x * (a[i] as number) + y * (b[i] as number) + z * (c[i] as number);
}

function along(t: Float64Array, column: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < t.length; i++) sum += (t[i] as number) * (column[i] as number);
  return sum;
}

/** Products of one column with three others. */
function alongThree(
  out: Float64Array,
  at: number,
  t: Float64Array,
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
): void {
  let x = 0;
  let y = 0;
  let z = 0;
  for (let i = 0; i < t.length; i++) {
    const own = t[i] as number;
    x += own * (a[i] as number);
    y += own * (b[i] as number);
    z += own * (c[i] as number);
  }
  out[at] = x;
  out[at + 1] = y;
  out[at + 2] = z;
}

/** The sampled points, column by column. */
function columnsOf({ width, points }: Cloud, rows: Int32Array): Float64Array[] {
  return Array.from({ length: width }, (_, c) => {
    const column = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) column[i] = points[(rows[i] as number) * width + c] as number;
    return column;
  });
}

/** One step of the fixed point for direction `a`: the mean of x tanh(w'x), less the mean slope times w. */
function towards(
  columns: readonly Float64Array[],
  w: Float64Array,
  a: number,
  y: Float64Array,
  next: Float64Array,
): void {
  const width = columns.length;
  const start = a * width;
  const threes = width - (width % 3);
  const at = (c: number): Float64Array => columns[c] as Float64Array;
  y.fill(0);
  for (let c = 0; c < threes; c += 3) addShares(y, w, start + c, at(c), at(c + 1), at(c + 2));
  for (let c = threes; c < width; c++) addShare(y, w[start + c] as number, at(c));
  const slope = y.length - tanhAll(y, tableOf());
  for (let c = 0; c < threes; c += 3) alongThree(next, start + c, y, at(c), at(c + 1), at(c + 2));
  for (let c = threes; c < width; c++) next[start + c] = along(y, at(c));
  for (let c = start; c < start + width; c++)
    next[c] = ((next[c] as number) - slope * (w[c] as number)) / Math.max(1, y.length);
}

/** Unmixing directions of a whitened cloud, one a row. */
function components(cloud: Cloud, turn: number): Float64Array {
  const { width } = cloud;
  const columns = columnsOf(cloud, sampleOf(cloud.rows, POINTS));
  const w = new Float64Array(width * width);
  // A fixed start, another for each turn.
  for (let i = 0; i < w.length; i++) w[i] = Math.sin(1.7 + 12.9898 * (i + 1) + 78.233 * turn);
  orthonormal(w, width);
  const next = new Float64Array(width * width);
  const y = new Float64Array((columns[0] as Float64Array).length);
  for (let round = 0; round < ROUNDS; round++) {
    for (let a = 0; a < width; a++) towards(columns, w, a, y, next);
    orthonormal(next, width);
    let change = 0;
    for (let a = 0; a < width; a++) {
      let same = 0;
      for (let c = 0; c < width; c++) same += (w[a * width + c] as number) * (next[a * width + c] as number);
      change = Math.max(change, 1 - Math.abs(same));
    }
    w.set(next);
    if (change < 1e-7) break;
  }
  return w;
}

/** Places of a distribution by which two are held beside one another. */
export const QUANTILES = 49;

function quantilesAlong(cloud: Cloud, w: Float64Array, at: number): Float64Array {
  const { width, points } = cloud;
  const values = new Float64Array(cloud.rows);
  for (let i = 0; i < values.length; i++) {
    let sum = 0;
    for (let c = 0; c < width; c++) sum += (w[at * width + c] as number) * (points[i * width + c] as number);
    values[i] = sum;
  }
  return ranked(
    values,
    Array.from({ length: QUANTILES }, (_, i) => Math.floor(((i + 0.5) / QUANTILES) * values.length)),
  );
}

/** Unmixing directions of a cloud and how its points lie along each. */
export interface Parts {
  readonly directions: Float64Array;
  readonly quantiles: readonly Float64Array[];
}

const parted = new WeakMap<Cloud, Parts[]>();

/** The components of a turn; kept, as the mixed points are held against many choices of source columns. */
export function partsOf(cloud: Cloud, turn: number): Parts {
  let turns = parted.get(cloud);
  if (turns === undefined) {
    turns = [];
    parted.set(cloud, turns);
  }
  let own = turns[turn];
  if (own === undefined) {
    const directions = components(cloud, turn);
    own = {
      directions,
      quantiles: Array.from({ length: cloud.width }, (_, i) => quantilesAlong(cloud, directions, i)),
    };
    turns[turn] = own;
  }
  return own;
}
