/**
 * Whether the leverages of a choice of source columns can be those of mixed columns, before anything is made orthogonal: by the
 * Cholesky factor of their products.
 *
 * Golub and Van Loan, "Matrix Computations", 4th edition, section 5.3 (normal equations by Cholesky's method). See linear.md.
 * @module
 */

import type { Cloud } from './cloud.js';
import type { Design } from './design.js';
import { EXTREMES, LEVERAGE_AGREES, largestNorms } from './mixing.js';

/** Share of a column that must be left beside the others: below it the factor says too little. */
export const LEAST_PIVOT = 1e-8;
/** How much further apart than agreeing leverages these must be to be turned away without a second look. */
const MARGIN = 1.1;

/**
 * True when the largest leverages of a choice are surely not those of the mixed points, by what {@link tieMixed} asks of them;
 * false where they may be, or the columns nearly depend on one another.
 *
 * @param design - of the choice, standardised, an intercept first; rows with a gap are NaN
 */
export function leveragesDiffer(own: Cloud, design: Design): boolean {
  const { rows, width } = design;
  const wide = width - 1;
  const points = wholeRows(design);
  const count = points.length / Math.max(1, wide);
  if (count !== own.rows || rows === 0) return true;
  const factor = factorOf(points, count, wide);
  if (factor === null) return false;
  if (wide !== own.width || wide < 2) return true;
  const norms = new Float64Array(count);
  const solved = new Float64Array(wide);
  for (let row = 0; row < count; row++) norms[row] = normOf(points, row * wide, factor, solved);
  return extremesDiffer(own, norms);
}

/** True when the largest of these leverages, of as many rows as the mixed points are, are surely not theirs. */
export function extremesDiffer(own: Cloud, norms: Float64Array): boolean {
  const count = norms.length;
  const most = Math.min(count, EXTREMES);
  const raw = new Float64Array(most);
  let least = Number.POSITIVE_INFINITY;
  let kept = 0;
  for (let row = 0; row < count; row++) {
    const norm = norms[row] as number;
    if (kept < most) {
      raw[kept++] = norm;
      if (kept === most) least = raw.sort()[0] as number;
    } else if (norm > least) {
      // In its place among the largest, rising.
      let at = 0;
      while (at + 1 < most && (raw[at + 1] as number) < norm) at++;
      raw.copyWithin(0, 1, at + 1);
      raw[at] = norm;
      least = raw[0] as number;
    }
  }
  const mixed = largestNorms(own);
  const errors = Float64Array.from(raw, (norm, i) => Math.abs((mixed[i] as number) - norm) / Math.max(1e-12, norm));
  return (errors.sort()[most >> 1] as number) > MARGIN * LEVERAGE_AGREES;
}

/** The rows without a gap, their means taken out, without the intercept. */
function wholeRows({ rows, width, values }: Design): Float64Array {
  const wide = width - 1;
  const points = new Float64Array(rows * wide);
  const sums = new Float64Array(wide);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    let whole = true;
    for (let a = 0; a < width; a++) if (Number.isNaN(values[row * width + a] as number)) whole = false;
    if (!whole) continue;
    for (let a = 0; a < wide; a++) {
      const value = values[row * width + a + 1] as number;
      points[count * wide + a] = value;
      sums[a] = (sums[a] as number) + value;
    }
    count++;
  }
  for (let row = 0; row < count; row++)
    for (let a = 0; a < wide; a++)
      points[row * wide + a] = (points[row * wide + a] as number) - (sums[a] as number) / count;
  return points.subarray(0, count * wide);
}

/** Lower factor of the mean products, row by row, its diagonal inverted; null where columns nearly depend on one another. */
function factorOf(points: Float64Array, count: number, wide: number): Float64Array | null {
  const factor = new Float64Array(wide * wide);
  for (let row = 0; row < count; row++) {
    const start = row * wide;
    for (let a = 0; a < wide; a++) {
      const x = points[start + a] as number;
      for (let b = 0; b <= a; b++)
        factor[a * wide + b] = (factor[a * wide + b] as number) + x * (points[start + b] as number);
    }
  }
  for (let i = 0; i < factor.length; i++) factor[i] = (factor[i] as number) / count;
  for (let a = 0; a < wide; a++) {
    const whole = factor[a * wide + a] as number;
    for (let b = 0; b <= a; b++) {
      let sum = factor[a * wide + b] as number;
      for (let c = 0; c < b; c++) sum -= (factor[a * wide + c] as number) * (factor[b * wide + c] as number);
      if (a === b) {
        if (!(sum > LEAST_PIVOT * whole)) return null;
        factor[a * wide + a] = 1 / Math.sqrt(sum);
      } else factor[a * wide + b] = sum * (factor[b * wide + b] as number);
    }
  }
  return factor;
}

/** Squared norm of a whitened row: its leverage but for a constant. */
function normOf(points: Float64Array, start: number, factor: Float64Array, solved: Float64Array): number {
  const wide = solved.length;
  let norm = 0;
  for (let a = 0; a < wide; a++) {
    let sum = points[start + a] as number;
    for (let b = 0; b < a; b++) sum -= (factor[a * wide + b] as number) * (solved[b] as number);
    const value = sum * (factor[a * wide + a] as number);
    solved[a] = value;
    norm += value * value;
  }
  return norm;
}
