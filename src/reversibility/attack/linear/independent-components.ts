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

/** Directions and coordinates that are gone through together: each number that is read serves three sums. */
const THREE = 3;

/** Adds shares of three columns to three sums; `at` is the place of the first share, `width` the next row of them. */
function addShares(
  y: readonly Float64Array[],
  w: Float64Array,
  at: number,
  width: number,
  columns: readonly Float64Array[],
): void {
  const [p, q, r] = y as [Float64Array, Float64Array, Float64Array];
  const [a, b, c] = columns as [Float64Array, Float64Array, Float64Array];
  const pa = w[at] as number;
  const pb = w[at + 1] as number;
  const pc = w[at + 2] as number;
  const qa = w[at + width] as number;
  const qb = w[at + width + 1] as number;
  const qc = w[at + width + 2] as number;
  const ra = w[at + 2 * width] as number;
  const rb = w[at + 2 * width + 1] as number;
  const rc = w[at + 2 * width + 2] as number;
  for (let i = 0; i < p.length; i++) {
    const x = a[i] as number;
    const z = b[i] as number;
    const u = c[i] as number;
    p[i] = (p[i] as number) + pa * x + pb * z + pc * u;
    q[i] = (q[i] as number) + qa * x + qb * z + qc * u;
    r[i] = (r[i] as number) + ra * x + rb * z + rc * u;
  }
}

/** Products of three lists with three columns. */
function productsOf(
  t: readonly Float64Array[],
  out: Float64Array,
  at: number,
  width: number,
  columns: readonly Float64Array[],
): void {
  const [p, q, r] = t as [Float64Array, Float64Array, Float64Array];
  const [a, b, c] = columns as [Float64Array, Float64Array, Float64Array];
  let pa = 0;
  let pb = 0;
  let pc = 0;
  let qa = 0;
  let qb = 0;
  let qc = 0;
  let ra = 0;
  let rb = 0;
  let rc = 0;
  for (let i = 0; i < p.length; i++) {
    const x = a[i] as number;
    const z = b[i] as number;
    const u = c[i] as number;
    const k = p[i] as number;
    const l = q[i] as number;
    const m = r[i] as number;
    pa += k * x;
    pb += k * z;
    pc += k * u;
    qa += l * x;
    qb += l * z;
    qc += l * u;
    ra += m * x;
    rb += m * z;
    rc += m * u;
  }
  out.set([pa, pb, pc], at);
  out.set([qa, qb, qc], at + width);
  out.set([ra, rb, rc], at + 2 * width);
}

/** The sampled points, three columns together; columns of zeros fill the last three. */
function columnsOf({ width, points }: Cloud, rows: Int32Array): Float64Array[][] {
  return Array.from({ length: Math.ceil(width / THREE) }, (_, block) =>
    Array.from({ length: THREE }, (_, i) => {
      const c = block * THREE + i;
      const column = new Float64Array(rows.length);
      for (let row = 0; row < rows.length && c < width; row++)
        column[row] = points[(rows[row] as number) * width + c] as number;
      return column;
    }),
  );
}

/** What one step of the fixed point works on. */
interface Work {
  readonly columns: readonly (readonly Float64Array[])[];
  /** Directions and their successors, rows and columns filled up with zeros to a multiple of three. */
  readonly w: Float64Array;
  readonly next: Float64Array;
  readonly y: readonly Float64Array[];
}

/** One step of the fixed point: for each direction the mean of x tanh(w'x), less the mean slope of tanh times w. */
function step({ columns, w, next, y }: Work): void {
  const wide = columns.length * THREE;
  const points = (y[0] as Float64Array).length;
  for (let a = 0; a < wide; a += THREE) {
    for (const own of y) own.fill(0);
    columns.forEach((three, block) => {
      addShares(y, w, a * wide + block * THREE, wide, three);
    });
    const slopes = y.map((own) => points - tanhAll(own, tableOf()));
    columns.forEach((three, block) => {
      productsOf(y, next, a * wide + block * THREE, wide, three);
    });
    for (let i = a * wide; i < (a + THREE) * wide; i++)
      next[i] =
        ((next[i] as number) - (slopes[Math.floor(i / wide) - a] as number) * (w[i] as number)) / Math.max(1, points);
  }
}

/** Unmixing directions of a whitened cloud, one a row. */
function components(cloud: Cloud, turn: number): Float64Array {
  const { width } = cloud;
  const columns = columnsOf(cloud, sampleOf(cloud.rows, POINTS));
  const wide = columns.length * THREE;
  const points = (columns[0] as Float64Array[])[0] as Float64Array;
  const y = Array.from({ length: THREE }, () => new Float64Array(points.length));
  const work: Work = { columns, w: new Float64Array(wide * wide), next: new Float64Array(wide * wide), y };
  const w = new Float64Array(width * width);
  // A fixed start, another for each turn.
  for (let i = 0; i < w.length; i++) w[i] = Math.sin(1.7 + 12.9898 * (i + 1) + 78.233 * turn);
  orthonormal(w, width);
  const next = new Float64Array(width * width);
  for (let round = 0; round < ROUNDS; round++) {
    for (let a = 0; a < width; a++) work.w.set(w.subarray(a * width, (a + 1) * width), a * wide);
    step(work);
    for (let a = 0; a < width; a++) next.set(work.next.subarray(a * wide, a * wide + width), a * width);
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
