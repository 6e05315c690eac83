/**
 * Leverages of many choices of columns of one table: columns are whitened one after the other, and choices that begin with the same
 * columns share what was whitened.
 *
 * Golub and Van Loan, "Matrix Computations", 4th edition, sections 4.2 (Cholesky's method, row by row) and 5.3 (normal equations).
 * See linear.md.
 * @module
 */

import type { Cloud } from './cloud.js';
import type { Numbered } from './design.js';
import { extremesDiffer, LEAST_PIVOT } from './leverages.js';

/** Choices of columns of one table without gaps. */
export class LeverageChains {
  readonly #rows: number;
  readonly #numbers: (position: number) => Numbered | null;
  readonly #columns = new Map<number, Float64Array | null>();
  readonly #products = new Map<string, number>();
  /** Columns of the last choice, the rows of their factor, the whitened columns. */
  #chain: number[] = [];
  readonly #factor: Float64Array[] = [];
  readonly #whitened: Float64Array[] = [];

  /** @param numbers - of each column by its position */
  constructor(rows: number, numbers: (position: number) => Numbered | null) {
    this.#rows = rows;
    this.#numbers = numbers;
  }

  /** As {@link leveragesDiffer} of the design of these columns; null where one of them has a gap. */
  differ(own: Cloud, positions: readonly number[]): boolean | null {
    const columns = positions.map((position) => this.#column(position));
    if (columns.includes(null)) return null;
    if (this.#rows !== own.rows || this.#rows === 0) return true;
    let same = 0;
    while (same < positions.length && this.#chain[same] === positions[same]) same++;
    this.#chain.length = Math.min(this.#chain.length, same);
    for (let a = same; a < positions.length; a++) {
      if (!this.#whiten(positions, a, columns[a] as Float64Array)) return false;
      this.#chain.push(positions[a] as number);
    }
    const wide = positions.length;
    if (wide !== own.width || wide < 2) return true;
    const norms = new Float64Array(this.#rows);
    for (let a = 0; a < wide; a++) addSquares(norms, this.#whitened[a] as Float64Array);
    return extremesDiffer(own, norms);
  }

  /** Whitens the next column beside those before it; false where it nearly depends on them. */
  #whiten(positions: readonly number[], a: number, column: Float64Array): boolean {
    const own = new Float64Array(a + 1);
    const whole = this.#product(positions[a] as number, positions[a] as number);
    let left = whole;
    for (let b = 0; b < a; b++) {
      const other = this.#factor[b] as Float64Array;
      let sum = this.#product(positions[a] as number, positions[b] as number);
      for (let c = 0; c < b; c++) sum -= (own[c] as number) * (other[c] as number);
      const share = sum / (other[b] as number);
      own[b] = share;
      left -= share * share;
    }
    if (!(left > LEAST_PIVOT * whole)) return false;
    own[a] = Math.sqrt(left);
    const out = this.#whitened[a] ?? new Float64Array(this.#rows);
    out.set(column);
    for (let b = 0; b < a; b++) takeAway(out, own[b] as number, this.#whitened[b] as Float64Array);
    const scale = 1 / (own[a] as number);
    for (let row = 0; row < out.length; row++) out[row] = (out[row] as number) * scale;
    this.#factor[a] = own;
    this.#whitened[a] = out;
    return true;
  }

  #product(a: number, b: number): number {
    const key = a < b ? `${a},${b}` : `${b},${a}`;
    let own = this.#products.get(key);
    if (own === undefined) {
      own = meanProduct(this.#column(a) as Float64Array, this.#column(b) as Float64Array);
      this.#products.set(key, own);
    }
    return own;
  }

  #column(position: number): Float64Array | null {
    let own = this.#columns.get(position);
    if (own === undefined) {
      own = standardised(this.#numbers(position), this.#rows);
      this.#columns.set(position, own);
    }
    return own;
  }
}

/** Numbers of a column by row with mean zero and variance one; null where a row has none. */
function standardised(column: Numbered | null, rows: number): Float64Array | null {
  if (column === null) return null;
  const { codes, numbers } = column;
  const values = new Float64Array(rows);
  let sum = 0;
  let squares = 0;
  for (let row = 0; row < rows; row++) {
    const code = codes[row] as number;
    const value = code < 0 ? Number.NaN : (numbers[code] as number);
    values[row] = value;
    sum += value;
    squares += value * value;
  }
  if (Number.isNaN(sum)) return null;
  const mean = sum / rows;
  const scale = Math.sqrt(Math.max(1e-300, squares / rows - mean * mean));
  // The mean once more: what rounding left of it.
  let rest = 0;
  for (let row = 0; row < rows; row++) {
    const value = ((values[row] as number) - mean) / scale;
    values[row] = value;
    rest += value;
  }
  for (let row = 0; row < rows; row++) values[row] = (values[row] as number) - rest / rows;
  return values;
}

function meanProduct(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let row = 0; row < a.length; row++) sum += (a[row] as number) * (b[row] as number);
  return sum / a.length;
}

function takeAway(from: Float64Array, share: number, column: Float64Array): void {
  for (let row = 0; row < from.length; row++) from[row] = (from[row] as number) - share * (column[row] as number);
}

function addSquares(sums: Float64Array, column: Float64Array): void {
  for (let row = 0; row < sums.length; row++)
    sums[row] = (sums[row] as number) + (column[row] as number) * (column[row] as number);
}
