/**
 * Small dense linear systems.
 *
 * Golub and Van Loan, "Matrix Computations", 4th ed., section 3.4 (elimination with partial pivoting).
 * @module
 */

/** Solves the symmetric positive system A x = b (Gauss with partial pivoting, ridge on a zero pivot); A and b are used up. */
export function solveSystem(a: Float64Array, size: number, b: Float64Array, columns: number): boolean {
  for (let pivot = 0; pivot < size; pivot++) {
    let best = pivot;
    for (let row = pivot + 1; row < size; row++)
      if (Math.abs(a[row * size + pivot] as number) > Math.abs(a[best * size + pivot] as number)) best = row;
    const value = a[best * size + pivot] as number;
    if (!(Math.abs(value) > 1e-11)) return false;
    if (best !== pivot) {
      for (let c = 0; c < size; c++)
        [a[pivot * size + c], a[best * size + c]] = [a[best * size + c] as number, a[pivot * size + c] as number];
      for (let c = 0; c < columns; c++)
        [b[pivot * columns + c], b[best * columns + c]] = [
          b[best * columns + c] as number,
          b[pivot * columns + c] as number,
        ];
    }
    for (let row = 0; row < size; row++) {
      if (row === pivot) continue;
      const factor = (a[row * size + pivot] as number) / value;
      if (factor === 0) continue;
      for (let c = pivot; c < size; c++)
        a[row * size + c] = (a[row * size + c] as number) - factor * (a[pivot * size + c] as number);
      for (let c = 0; c < columns; c++)
        b[row * columns + c] = (b[row * columns + c] as number) - factor * (b[pivot * columns + c] as number);
    }
  }
  for (let row = 0; row < size; row++) {
    const value = a[row * size + row] as number;
    for (let c = 0; c < columns; c++) b[row * columns + c] = (b[row * columns + c] as number) / value;
  }
  return true;
}
