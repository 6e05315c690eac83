/**
 * Rows of a mixed table and rows of the source that belong together, without a single known row: by leverage where all rows left,
 * by independent components where a part did, then by nearest neighbours again and again.
 *
 * Belsley, Kuh and Welsch, "Regression Diagnostics", 1980, section 2.1 (leverage); Hyvärinen, "Fast and robust fixed-point
 * algorithms for independent component analysis", IEEE Trans. Neural Networks 10(3), 1999 (components of a mix are those of the
 * source, whatever the mix); Besl and McKay, "A method for registration of 3-D shapes", IEEE PAMI 14(2), 1992 (iterated closest
 * points). See linear.md.
 * @module
 */

import { KdTree } from '../shared/kd-tree.js';
import { ranked } from '../shared/ranked.js';
import { solveSystem } from '../shared/solve-system.js';
import { type Cloud, sampleOf } from './cloud.js';
import { partsOf, QUANTILES } from './independent-components.js';
import { byMoments } from './moment-axes.js';

/** Pairs of points of two clouds. */
export interface Tied {
  readonly own: Int32Array;
  readonly raw: Int32Array;
  /** Median distance of the pairs, and of a source point to its nearest other, in whitened units. */
  readonly residual: number;
  readonly apart: number;
}

const ICP_POINTS = 500;
const ICP_ROUNDS = 14;
/** Rounds after which points that lie farther off than source points from one another are given up. */
const HOPELESS_ROUND = 6;
/** Dimensions up to which points are tied. */
export const MAX_WIDTH = 64;
/** Source rows up to which components are asked for where leverage says nothing. */
const PARTS_ROWS = 150_000;
/** Columns and source rows up to which axes of moments are asked for. */
const MOMENT_WIDTH = 10;
const MOMENT_ROWS = 60_000;

/** How many of the largest leverages are compared before rows are, and how far apart they may lie in the median. */
export const EXTREMES = 200;
export const LEVERAGE_AGREES = 0.03;

const normed = new WeakMap<Cloud, { readonly norms: Float64Array; readonly largest: Float64Array }>();

function normsOf(cloud: Cloud): { readonly norms: Float64Array; readonly largest: Float64Array } {
  let own = normed.get(cloud);
  if (own === undefined) {
    const norms = squaredNorms(cloud);
    const [least] = ranked(norms, [Math.max(0, norms.length - EXTREMES)]);
    const largest = norms.filter((norm) => norm >= (least as number)).sort();
    own = { norms, largest: largest.slice(-EXTREMES) };
    normed.set(cloud, own);
  }
  return own;
}

/** The largest squared norms of the points, at most {@link EXTREMES}, rising. */
export function largestNorms(cloud: Cloud): Float64Array {
  return normsOf(cloud).largest;
}

function squaredNorms(cloud: Cloud): Float64Array {
  const norms = new Float64Array(cloud.rows);
  for (let i = 0; i < cloud.rows; i++) {
    let sum = 0;
    for (let a = 0; a < cloud.width; a++) sum += (cloud.points[i * cloud.width + a] as number) ** 2;
    norms[i] = sum;
  }
  return norms;
}

/** Positions of the largest values, falling; of equal ones the first. */
function falling(values: Float64Array, most: number): Int32Array {
  const least = ranked(values, [Math.max(0, values.length - most)])[0] as number;
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) if ((values[i] as number) >= least) found.push(i);
  return Int32Array.from(found)
    .sort((a, b) => (values[b] as number) - (values[a] as number) || a - b)
    .slice(0, most);
}

/** First pairs by leverage: points of equal norm, alone in it, of equally many rows. */
function byLeverage(own: Cloud, raw: Cloud): [Int32Array, Int32Array] | null {
  if (own.rows !== raw.rows) return null;
  const { norms: a, largest: x } = normsOf(own);
  const { norms: b, largest: y } = normsOf(raw);
  const count = Math.min(own.rows, 1500);
  // The largest norms alone say whether it is worth knowing whose they are.
  const errors = Float64Array.from(y, (norm, i) => Math.abs((x[i] as number) - norm) / Math.max(1e-12, norm)).sort();
  const typical = errors[errors.length >> 1] as number;
  if (!(typical < LEVERAGE_AGREES)) return null;
  const left = falling(a, count + 1);
  const right = falling(b, count + 1);
  const first: number[] = [];
  const second: number[] = [];
  for (let i = 0; i < count; i++) {
    const y = b[right[i] as number] as number;
    const above = i === 0 ? Number.POSITIVE_INFINITY : (b[right[i - 1] as number] as number) - y;
    const below = i + 1 === raw.rows ? Number.POSITIVE_INFINITY : y - (b[right[i + 1] as number] as number);
    const error = Math.abs((a[left[i] as number] as number) - y);
    if (error > 0.03 * y || 3 * error > Math.min(above, below)) continue;
    first.push(left[i] as number);
    second.push(right[i] as number);
  }
  return first.length >= 3 * own.width + 6 ? [Int32Array.from(first), Int32Array.from(second)] : null;
}

/**
 * A first map from own to raw coordinates by components with like distributions, raw row by row; components of the product that
 * are no one's are left out.
 */
function byComponents(own: Cloud, raw: Cloud, turn: number): Float64Array | null {
  const { width } = raw;
  const wide = own.width;
  const { directions: a, quantiles: left } = partsOf(own, turn);
  const { directions: b, quantiles: right } = partsOf(raw, turn);
  const pairs: { i: number; j: number; sign: number; distance: number }[] = [];
  for (let i = 0; i < wide; i++) {
    for (let j = 0; j < width; j++) {
      for (const sign of [1, -1]) {
        let distance = 0;
        for (let q = 0; q < QUANTILES; q++)
          distance += Math.abs(
            sign * ((left[i] as Float64Array)[sign === 1 ? q : QUANTILES - 1 - q] as number) -
              ((right[j] as Float64Array)[q] as number),
          );
        pairs.push({ i, j, sign, distance: distance / QUANTILES });
      }
    }
  }
  pairs.sort((x, y) => x.distance - y.distance);
  const usedOwn = new Set<number>();
  const usedRaw = new Set<number>();
  const map = new Float64Array(width * wide);
  let worst = 0;
  for (const { i, j, sign, distance } of pairs) {
    if (usedOwn.has(i) || usedRaw.has(j)) continue;
    usedOwn.add(i);
    usedRaw.add(j);
    worst = Math.max(worst, distance);
    for (let r = 0; r < width; r++)
      for (let c = 0; c < wide; c++)
        map[r * wide + c] =
          (map[r * wide + c] as number) + (b[j * width + r] as number) * sign * (a[i * wide + c] as number);
  }
  return worst < 0.5 ? map : null;
}

/** Least-squares affine map from own to raw points over pairs, by normal equations; null when singular. */
function fitMap(own: Cloud, raw: Cloud, left: ArrayLike<number>, right: ArrayLike<number>): Float64Array | null {
  const { width } = raw;
  const wide = own.width;
  const size = wide + 1;
  const gram = new Float64Array(size * size);
  const sides = new Float64Array(size * width);
  const x = new Float64Array(size);
  x[wide] = 1;
  for (let i = 0; i < left.length; i++) {
    for (let a = 0; a < wide; a++) x[a] = own.points[(left[i] as number) * wide + a] as number;
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++)
        gram[a * size + b] = (gram[a * size + b] as number) + (x[a] as number) * (x[b] as number);
      for (let b = 0; b < width; b++)
        sides[a * width + b] =
          (sides[a * width + b] as number) +
          (x[a] as number) * (raw.points[(right[i] as number) * width + b] as number);
    }
  }
  for (let a = 0; a < size; a++) gram[a * size + a] = (gram[a * size + a] as number) * (1 + 1e-9) + 1e-12;
  return solveSystem(gram, size, sides, width) ? sides : null;
}

function mapped(own: Cloud, map: Float64Array, row: number, out: Float64Array): void {
  const width = out.length;
  const wide = own.width;
  for (let b = 0; b < width; b++) {
    let sum = map[wide * width + b] as number;
    for (let a = 0; a < wide; a++) sum += (own.points[row * wide + a] as number) * (map[a * width + b] as number);
    out[b] = sum;
  }
}

/** Squared distance of a point of a cloud from another place. */
function apartFrom(cloud: Cloud, point: number, at: Float64Array): number {
  let sum = 0;
  for (let a = 0; a < at.length; a++) sum += ((at[a] as number) - (cloud.points[point * at.length + a] as number)) ** 2;
  return sum;
}

interface Registered {
  readonly own: Int32Array;
  readonly raw: Int32Array;
  readonly residual: number;
}

/** Iterated closest points from a first map (own coordinates and a constant to raw coordinates, column by column). */
function register(
  own: Cloud,
  raw: Cloud,
  start: Float64Array,
  tree: KdTree,
  apart: number,
  late: () => boolean,
): Registered {
  const { width } = raw;
  const rows = sampleOf(own.rows, Math.max(ICP_POINTS, 12 * own.width));
  let map = start;
  let best: Registered = { own: new Int32Array(0), raw: new Int32Array(0), residual: Number.POSITIVE_INFINITY };
  const at = new Float64Array(width);
  let before: Int32Array | null = null;
  for (let round = 0; round < ICP_ROUNDS && !late(); round++) {
    const found = new Int32Array(rows.length);
    const squared = new Float64Array(rows.length);
    rows.forEach((row, i) => {
      mapped(own, map, row, at);
      // The point of the round before is near: none farther is looked for.
      const last = before === null ? -1 : (before[i] as number);
      const known = last < 0 ? Number.NaN : 1e-12 + (1 + 1e-9) * apartFrom(raw, last, at);
      const within = Number.isNaN(known) ? Number.POSITIVE_INFINITY : known;
      [found[i], squared[i]] = tree.nearest(at, -1, within);
    });
    before = found;
    const sorted = squared.slice().sort();
    const residual = Math.sqrt(sorted[sorted.length >> 1] as number);
    if (residual < best.residual) best = { own: rows.slice(), raw: found, residual };
    else if (round > 3 && residual > 0.98 * best.residual) break;
    if (round >= HOPELESS_ROUND && residual > apart) break;
    // The nearer half are right more often than not.
    const cut = sorted[Math.floor(sorted.length * (round < 4 ? 0.5 : 0.8))] as number;
    const kept = rows.map((_, i) => i).filter((i) => (squared[i] as number) <= cut);
    const next = fitMap(
      own,
      raw,
      kept.map((i) => rows[i] as number),
      kept.map((i) => found[i] as number),
    );
    if (next === null) break;
    map = next;
    if (residual < 1e-9) break;
  }
  return best;
}

/** Median distance of spread source points to their nearest other point, of those that have no double; 0 where few are. */
function apartOf(raw: Cloud, tree: KdTree): number {
  const distances = Float64Array.from(sampleOf(raw.rows, 400), (row) =>
    Math.sqrt(tree.nearest(raw.points.subarray(row * raw.width, (row + 1) * raw.width), row)[1]),
  )
    .filter((distance) => distance > 1e-9)
    .sort();
  return distances.length < 12 ? 0 : (distances[distances.length >> 1] as number);
}

/** How far two maps from components may differ to be one: an end of the fixed point is known to 4e-4. */
const ONE_MAP = 2e-3;

function isSame(known: Float64Array, map: Float64Array): boolean {
  for (let i = 0; i < map.length; i++) if (Math.abs((known[i] as number) - (map[i] as number)) > ONE_MAP) return false;
  return true;
}

/** A tie counts when the mixed rows lie this much nearer to a source row than source rows to one another. */
const NEARER = 0.3;

/**
 * Pairs of points that belong together, or null. The mixed cloud may have more dimensions: columns that are no one's were mixed in.
 *
 * @param byParts - false leaves the independent components out
 */
export function tieMixed(own: Cloud, raw: Cloud, late: () => boolean, byParts = true): Tied | null {
  const { width } = raw;
  if (width > own.width || width < 2 || own.width > MAX_WIDTH || own.rows < 20 || raw.rows < 20) return null;
  if (own.rows > raw.rows) return null;
  const extremes = own.width === width ? byLeverage(own, raw) : null;
  const parts = byParts && own.rows >= 12 * own.width && own.width <= 12 && raw.rows <= PARTS_ROWS;
  if (extremes === null && !parts) return null;
  // Nothing is searched among the points before there is a map.
  let space: { readonly tree: KdTree; readonly apart: number } | undefined;
  const spaceOf = (): { readonly tree: KdTree; readonly apart: number } => {
    const tree = new KdTree(
      raw.points,
      width,
      Int32Array.from({ length: raw.rows }, (_, i) => i),
    );
    return { tree, apart: apartOf(raw, tree) };
  };
  const from = (map: Float64Array | null): Tied | null => {
    if (map === null || late()) return null;
    space ??= spaceOf();
    const { tree, apart } = space;
    if (!(apart > 0)) return null;
    const found = register(own, raw, map, tree, apart, late);
    return found.residual < NEARER * apart ? { ...found, apart } : null;
  };
  if (extremes !== null) {
    const tied = from(fitMap(own, raw, extremes[0], extremes[1]));
    if (tied !== null) return tied;
  }
  // Components need many rows against few columns.
  if (!parts) return null;
  const turned = (map: Float64Array): Float64Array => {
    const columns = new Float64Array((own.width + 1) * width);
    for (let r = 0; r < width; r++)
      for (let c = 0; c < own.width; c++) columns[c * width + r] = map[r * own.width + c] as number;
    return columns;
  };
  const tried: Float64Array[] = [];
  for (let turn = 0; turn < 3 && !late(); turn++) {
    const map = byComponents(own, raw, turn);
    // The same components once more lead to the same place.
    if (map === null || tried.some((known) => isSame(known, map))) continue;
    tried.push(map);
    const tied = from(turned(map));
    if (tied !== null) return tied;
  }
  // Columns that go with one another have no components of their own; a rotation carries their moments along all the same.
  const byAxes = own.width === width && width <= MOMENT_WIDTH && raw.rows <= MOMENT_ROWS && own.rows < raw.rows;
  for (const map of byAxes ? byMoments(own, raw) : []) {
    const tied = from(turned(map));
    if (tied !== null) return tied;
  }
  return null;
}
