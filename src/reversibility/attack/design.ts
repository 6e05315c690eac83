/**
 * Numbers of columns as a matrix, the same span with orthogonal columns, and least squares on it.
 *
 * Björck, "Solving linear least squares problems by Gram-Schmidt orthogonalization", BIT 7, 1967.
 * @module
 */
import type { SheetColumn } from '../intake/sheet.js';
import { solveSystem } from './solve-system.js';
import { sortedNumbers } from './sorted-numbers.js';

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

export function designOf(columns: readonly SheetColumn[], rows: number, fill: Fill = 'none'): Design {
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
    floor = Math.max(floor, (sortedNumbers(column)?.unit ?? 0) / scale);
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
    const own = Float64Array.from({ length: rows }, (_, row) =>
      whole[row] === 1 ? (values[row * width + a] as number) : 0,
    );
    const before = Math.sqrt(dot(own, own));
    for (let pass = 0; pass < 2; pass++) {
      for (const other of columns) {
        const share = dot(own, other) / count;
        for (let row = 0; row < rows; row++) own[row] = (own[row] as number) - share * (other[row] as number);
      }
    }
    const length = Math.sqrt(dot(own, own) / Math.max(1, count));
    if (!(length > Math.max(1e-11 * before, rounded ? 3 * design.floor : 0))) continue;
    for (let row = 0; row < rows; row++) own[row] = (own[row] as number) / length;
    columns.push(own);
  }
  const kept = columns.length;
  const result = new Float64Array(rows * kept);
  for (let row = 0; row < rows; row++)
    for (let a = 0; a < kept; a++)
      result[row * kept + a] = whole[row] === 1 ? ((columns[a] as Float64Array)[row] as number) : Number.NaN;
  return { rows, width: kept, values: result, floor: design.floor };
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
