/**
 * Lines, straight or onto a curve of the source, by which a column of numbers may have been made: from extremes, frequent values,
 * quantiles, customary units, offsets that several values agree on. See numeric.md.
 * @module
 */
import { sortOrder } from '../../intake/sort-order.js';
import { gridOf, nearest, nearestIn, type Sorted, scaleOf, topPositions } from '../shared/sorted-numbers.js';
import { latticeLines } from './lattice.js';
import { offsets } from './offset-lines.js';

/** y -> a·y + b, then the inverse of a curve. */
export interface Line {
  readonly a: number;
  readonly b: number;
}

/** A curve of the source under which the product may be affine. */
export interface Curve {
  readonly name: string;
  readonly inverse: string;
  readonly apply: (x: number) => number;
}

/** No curve at all. */
export const LINE: Curve = { name: 'line', inverse: '', apply: (x) => x };
/** Curves that are tried where no line explains a column. */
export const CURVES: readonly Curve[] = [
  { name: 'log', inverse: 'exp', apply: Math.log },
  { name: 'log1p', inverse: 'expm1', apply: Math.log1p },
  { name: 'sqrt', inverse: 'square', apply: Math.sqrt },
  { name: 'square', inverse: 'sqrt', apply: (x) => (x < 0 ? Number.NaN : x * x) },
  { name: 'cube', inverse: 'cbrt', apply: (x) => x * x * x },
  { name: 'reciprocal', inverse: 'reciprocal', apply: (x) => 1 / x },
  { name: 'exp', inverse: 'log', apply: Math.exp },
];

/** Lines only. */
export const STRAIGHT: readonly Curve[] = [LINE];

/** Factors of curves: themselves, their negatives, logarithms to base ten and two. */
const BASES: readonly number[] = [1, Math.LN10, Math.LN2].flatMap((base) => [base, 1 / base, -base]);

/** Customary unit factors and their inverses. */
const UNITS: readonly number[] = [
  1, 10, 100, 1000, 10_000, 1e6, 1e8, 2, 4, 8, 3, 5, 7, 12, 24, 60, 3600, 86_400, 365, 365.25, 1.8, 2.54, 0.0254, 30.48,
  0.3048, 1.609344, 0.45359237, 28.349523125, 1024, 500, 666.6667, 15,
].flatMap((unit) => [unit, 1 / unit, -unit, -1 / unit]);

/**
 * Ticks of 100 ns since 1601 (FILETIME) and since year 1 (.NET), whole or without their noughts, as seconds and as days since 1970.
 * Offsets of whole seconds and days are found without a table.
 */
const TICKS: readonly Line[] = [-134_774, -719_162].flatMap((epoch) => [
  { a: 1e-7, b: 86_400 * epoch },
  { a: 1e-7 / 86_400, b: epoch },
  { a: 1 / 864, b: epoch },
]);

const bent = new WeakMap<Sorted, Map<string, Sorted | null>>();

/** The numbers of a source column on a curve; null where a tenth of them has none. Kept. */
export function bentOnce(source: Sorted, curve: Curve): Sorted | null {
  let images = bent.get(source);
  if (images === undefined) {
    images = new Map();
    bent.set(source, images);
  }
  let image = images.get(curve.name);
  if (image === undefined) {
    image = bend(source, curve);
    images.set(curve.name, image);
  }
  return image;
}

function bend(source: Sorted, curve: Curve): Sorted | null {
  const n = source.values.length;
  const bent = new Float64Array(n);
  const order = new Int32Array(n);
  let finite = 0;
  let rising = true;
  for (let i = 0; i < n; i++) {
    const value = curve.apply(source.values[i] as number);
    bent[i] = value;
    if (!Number.isFinite(value)) continue;
    if (finite > 0 && value < (bent[order[finite - 1] as number] as number)) rising = false;
    order[finite++] = i;
  }
  if (finite < 0.9 * n) return null;
  const own = rising ? order.subarray(0, finite) : sortOrder(bent, order.subarray(0, finite));
  // Where every number keeps its place, so do codes and counts.
  const same = rising && finite === n;
  const values = same ? bent : new Float64Array(finite);
  const codes = same ? source.codes : new Int32Array(finite);
  const counts = same ? source.counts : new Float64Array(finite);
  for (let at = 0; at < finite && !same; at++) {
    const i = own[at] as number;
    values[at] = bent[i] as number;
    codes[at] = source.codes[i] as number;
    counts[at] = source.counts[i] as number;
  }
  return { values, scale: scaleOf(values), codes, counts, rows: source.rows, unit: 0 };
}

/** Candidate lines from extremes, from the most frequent values, from quantiles, from customary units. */
export function linesOf(own: Sorted, source: Sorted, curve: Curve): Line[] {
  const lines: Line[] = [];
  const n = own.values.length;
  const k = source.values.length;
  const add = (y1: number, y2: number, x1: number, x2: number): void => {
    if (y1 === y2 || x1 === x2) return;
    const a = (x2 - x1) / (y2 - y1);
    lines.push({ a, b: x1 - a * y1 });
  };
  const first = own.values[0] as number;
  const last = own.values[n - 1] as number;
  add(first, last, source.values[0] as number, source.values[k - 1] as number);
  add(first, last, source.values[k - 1] as number, source.values[0] as number);
  // The two most frequent values of the product against the most frequent of the source.
  const [top1, top2] = topPositions(own, 2) as unknown as [number, number];
  const frequent = topPositions(source, 6);
  for (const i of frequent) {
    for (const j of frequent) {
      if (i !== j) {
        add(
          own.values[top1] as number,
          own.values[top2] as number,
          source.values[i] as number,
          source.values[j] as number,
        );
      }
    }
  }
  for (const flip of [false, true]) {
    const line = quantileLine(own, source, flip);
    if (line !== null) lines.push(...refine(own, source, line));
  }
  if (curve === LINE) lines.push(...latticeLines(own, source));
  // A customary factor: the offset is where the first sampled value lands on the source and the others follow.
  for (const a of curve === LINE ? UNITS : BASES) lines.push({ a, b: 0 });
  if (curve === LINE) lines.push({ a: 1.8, b: 32 }, { a: 5 / 9, b: -160 / 9 }, ...TICKS);
  if (curve === LINE || curve.name === 'log') lines.push(...offsets(own, source, 1), ...offsets(own, source, -1));
  return lines;
}

const POINTS = 99;

function quantileLine(own: Sorted, source: Sorted, flip: boolean): Line | null {
  const ys = quantilesOf(own).rising;
  const xs = flip ? quantilesOf(source).falling : quantilesOf(source).rising;
  let sx = 0;
  let sy = 0;
  let sxx = 0;
  let sxy = 0;
  for (let i = 0; i < POINTS; i++) {
    const y = ys[i] as number;
    const x = xs[i] as number;
    sx += y;
    sy += x;
    sxx += y * y;
    sxy += x * y;
  }
  const spread = sxx - (sx * sx) / POINTS;
  if (!(spread > 0)) return null;
  const a = (sxy - (sx * sy) / POINTS) / spread;
  return a === 0 || !Number.isFinite(a) ? null : { a, b: (sy - a * sx) / POINTS };
}

interface Quantiles {
  readonly rising: Float64Array;
  readonly falling: Float64Array;
}

const quantiled = new WeakMap<Sorted, Quantiles>();

/** Quantiles of a column by its rows, from either end; kept. */
function quantilesOf(sorted: Sorted): Quantiles {
  let own = quantiled.get(sorted);
  if (own === undefined) {
    const cumulated = new Float64Array(sorted.counts.length);
    let total = 0;
    for (let i = 0; i < cumulated.length; i++) {
      total += sorted.counts[i] as number;
      cumulated[i] = total;
    }
    const at = (q: number): number => sorted.values[nearest(cumulated, q * sorted.rows)] as number;
    const rising = Float64Array.from({ length: POINTS }, (_, i) => at((i + 1) / (POINTS + 1)));
    const falling = Float64Array.from({ length: POINTS }, (_, i) => at(1 - (i + 1) / (POINTS + 1)));
    own = { rising, falling };
    quantiled.set(sorted, own);
  }
  return own;
}

/** Iterated closest points from a first line; also its slopes snapped to few decimals. */
function refine(own: Sorted, source: Sorted, start: Line): Line[] {
  let line = start;
  const grid = gridOf(source.values);
  const n = own.values.length;
  const stride = Math.max(1, Math.floor(n / 300));
  for (let round = 0; round < 8; round++) {
    let count = 0;
    let sx = 0;
    let sy = 0;
    let sxx = 0;
    let sxy = 0;
    for (let i = 0; i < n; i += stride) {
      const y = own.values[i] as number;
      const x = source.values[nearestIn(grid, line.a * y + line.b)] as number;
      count++;
      sx += y;
      sy += x;
      sxx += y * y;
      sxy += x * y;
    }
    const spread = sxx - (sx * sx) / count;
    if (!(spread > 0)) break;
    const a = (sxy - (sx * sy) / count) / spread;
    const next = { a, b: (sy - a * sx) / count };
    const done = Math.abs(next.a - line.a) <= 1e-12 * Math.abs(line.a);
    line = next;
    if (done) break;
  }
  return [line];
}
