/**
 * Numbers of columns as a matrix, the same span with orthogonal columns, and least squares on it.
 *
 * Björck, "Solving linear least squares problems by Gram-Schmidt orthogonalization", BIT 7, 1967.
 * @module
 */
import type { SheetColumn } from '../../intake/sheet.js';
import { solveSystem } from '../shared/solve-system.js';

/** Numbers of columns by row, standardised with an intercept first; rows with a gap are NaN. */
export interface Design {
  readonly rows: number;
  readonly width: number;
  readonly values: Float64Array;
  /** What rounding adds to a standardised column at most: what is left of a column below it is no column. */
  readonly floor: number;
}

/** What stands for a missing number: nothing (the row is left out), the column's mean, zero. */
export type Fill = 'none' | 'mean' | 'zero';

/** Numbers by code. */
export type Numbered = Pick<SheetColumn, 'codes' | 'numbers'>;

/** @param units - of the last written decimal of each column, where rounding is to be told from content */
export function designOf(
  columns: readonly Numbered[],
  rows: number,
  fill: Fill = 'none',
  units: readonly number[] = [],
): Design {
  const width = columns.length + 1;
  const values = new Float64Array(rows * width);
  let floor = 0;
  for (let row = 0; row < rows; row++) values[row * width] = 1;
  columns.forEach((column, i) => {
    const numbers = column.numbers;
    let sum = 0;
    let squares = 0;
    let count = 0;
    for (let row = 0; row < rows; row++) {
      const code = column.codes[row] as number;
      const read = code < 0 ? Number.NaN : (numbers[code] as number);
      const value = fill === 'zero' && Number.isNaN(read) ? 0 : read;
      values[row * width + i + 1] = value;
      if (!Number.isNaN(value)) {
        sum += value;
        squares += value * value;
        count++;
      }
    }
    const mean = sum / Math.max(1, count);
    const scale = Math.sqrt(Math.max(1e-300, squares / Math.max(1, count) - mean * mean));
    for (let row = 0; row < rows; row++) {
      const value = ((values[row * width + i + 1] as number) - mean) / scale;
      values[row * width + i + 1] = fill === 'mean' && Number.isNaN(value) ? 0 : value;
    }
    floor = Math.max(floor, (units[i] ?? 0) / scale);
  });
  return { rows, width, values, floor };
}

/**
 * The same span with orthogonal columns of mean square one: mixes of columns of very different size are nearly parallel, and
 * normal equations would lose the small ones. Modified Gram-Schmidt, twice (Björck, "Solving linear least squares problems
 * by Gram-Schmidt orthogonalization", BIT 7, 1967). Dependent columns become zero and are left out;
 * with `rounded`, so do columns of which only rounding is left.
 */
export function orthogonal(design: Design, rounded = false): Design {
  const { rows, width, values } = design;
  const whole = new Uint8Array(rows).fill(1);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    for (let a = 0; a < width; a++) if (Number.isNaN(values[row * width + a] as number)) whole[row] = 0;
    count += whole[row] as number;
  }
  const columns: Float64Array[] = [];
  for (let a = 0; a < width; a++) {
    const own = new Float64Array(rows);
    for (let row = 0; row < rows; row++) if (whole[row] === 1) own[row] = values[row * width + a] as number;
    const before = Math.sqrt(dot(own, own));
    // Each column taken out and the share of the next one in the same pass: the same sums in half the time.
    for (let pass = 0; pass < 2; pass++) {
      let sum = columns.length === 0 ? 0 : dot(own, columns[0] as Float64Array);
      for (let i = 0; i < columns.length; i++)
        sum = takeOut(own, sum / count, columns[i] as Float64Array, columns[i + 1] ?? own);
    }
    const length = Math.sqrt(dot(own, own) / Math.max(1, count));
    if (!(length > Math.max(1e-11 * before, rounded ? 3 * design.floor : 0))) continue;
    for (let row = 0; row < rows; row++) own[row] = (own[row] as number) / length;
    columns.push(own);
  }
  const kept = columns.length;
  const result = new Float64Array(rows * kept);
  columns.forEach((own, a) => {
    for (let row = 0; row < rows; row++) result[row * kept + a] = whole[row] === 1 ? (own[row] as number) : Number.NaN;
  });
  return { rows, width: kept, values: result, floor: design.floor };
}

/** Takes a share of a column out of another; what is left times the next column. */
function takeOut(own: Float64Array, share: number, out: Float64Array, next: Float64Array): number {
  let sum = 0;
  for (let row = 0; row < own.length; row++) {
    const value = (own[row] as number) - share * (out[row] as number);
    own[row] = value;
    sum += value * (next[row] as number);
  }
  return sum;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** Least squares of numbers on a design over the given rows; null when the design is singular. */
export function regress(
  design: Design,
  rows: ArrayLike<number>,
  target: ArrayLike<number>,
  weights: ArrayLike<number> | null = null,
): Float64Array | null {
  const { width, values } = design;
  const gram = new Float64Array(width * width);
  const right = new Float64Array(width);
  for (let i = 0; i < rows.length; i++) {
    if (weights !== null && weights[i] === 0) continue;
    const start = (rows[i] as number) * width;
    const y = target[i] as number;
    if (Number.isNaN(y) || !Number.isFinite(y)) continue;
    let good = true;
    for (let a = 0; a < width; a++) if (Number.isNaN(values[start + a] as number)) good = false;
    if (!good) continue;
    for (let a = 0; a < width; a++) {
      const x = values[start + a] as number;
      right[a] = (right[a] as number) + x * y;
      for (let b = 0; b < width; b++)
        gram[a * width + b] = (gram[a * width + b] as number) + x * (values[start + b] as number);
    }
  }
  for (let a = 0; a < width; a++) gram[a * width + a] = (gram[a * width + a] as number) * (1 + 1e-12);
  return solveSystem(gram, width, right, 1) ? right : null;
}

export function predict(design: Design, row: number, weights: Float64Array): number {
  let sum = 0;
  for (let a = 0; a < design.width; a++)
    sum += (design.values[row * design.width + a] as number) * (weights[a] as number);
  return sum;
}

/** Least squares that leaves the worst third of the pairs out. */
export function trimmedFit(own: Design, product: Int32Array, target: Float64Array): Float64Array | null {
  let weights = regress(own, product, target);
  for (let round = 0; round < 4 && weights !== null; round++) {
    const fitted = weights;
    const errors = Float64Array.from(product, (row, i) => Math.abs(predict(own, row, fitted) - (target[i] as number)));
    const cut = Float64Array.from(errors).sort()[Math.floor(errors.length * 0.7)] as number;
    weights = regress(
      own,
      product,
      target,
      errors.map((error) => (error <= cut ? 1 : 0)),
    );
  }
  return weights;
}
