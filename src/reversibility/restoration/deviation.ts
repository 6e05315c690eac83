/**
 * How far the count that chance alone restores may lie from its expectation: that of so many rows each restored or not, more
 * where the draws of a null vary by more, wider where they are few (execute.md).
 * @module
 */

/** Two-sided 99.9 % normal quantile: at 99 % one of 240 products of other people lay above the threshold by the draw of its null alone. */
export const Z = 3.2905;

/** Draws from which a deviation can be told at that level; the deviation of fewer is that of rare events. */
const ENOUGH = 12;

/** Counts of one null by stratum, cumulated over the rarest 1, 2, ... strata. */
export interface Spread {
  readonly draws: number;
  readonly mean: Float64Array;
  /** Sample variance between draws; 0 of a single draw. */
  readonly variance: Float64Array;
}

/** Mean and variance between the draws of one null, over the rarest 1, 2, ... strata. */
export function spreadOf(drawn: readonly Float64Array[]): Spread {
  const strata = drawn[0]?.length ?? 0;
  const mean = new Float64Array(strata);
  const variance = new Float64Array(strata);
  for (let bin = 0; bin < strata; bin++) {
    const counts = drawn.map((draw) => draw.subarray(0, bin + 1).reduce((total, count) => total + count, 0));
    const middle = counts.reduce((total, count) => total + count, 0) / counts.length;
    mean[bin] = middle;
    variance[bin] = counts.reduce((total, count) => total + (count - middle) ** 2, 0) / Math.max(1, counts.length - 1);
  }
  return { draws: drawn.length, mean, variance };
}

/**
 * One deviation of a count with the expectation, to be multiplied by {@link Z}.
 *
 * Of `most` rows, each restored or not by chance, the count has the variance `expected (1 - expected / most)`: hardly less is
 * ever taken. Rows that go together (the months of a person) vary by more, which the draws show: a further draw lies within
 * `t s sqrt(1 + 1/draws)` of their mean (Student's t). Fewer than twelve draws tell the variance too badly: that of rare events (Poisson)
 * stands in for it, or that of the draws where it is larger.
 *
 * @param expected - of the count, at most `most`
 * @param most - rows that could be restored at all
 * @param variance - between draws of one null
 */
export function deviationOf(expected: number, most: number, draws: number, variance: number): number {
  const another = Math.sqrt(1 + 1 / Math.max(1, draws));
  const further = Math.sqrt(variance) * another;
  if (draws < ENOUGH) return Math.max(Math.sqrt(expected + 1) * another, further);
  return Math.max(binomialDeviation(expected, most), (further * studentQuantile(Z, draws - 1)) / Z);
}

/** Deviation of a count of `most` rows, each restored or not; as if one more of either had been seen (Agresti and Coull, 1998). */
export function binomialDeviation(expected: number, most: number): number {
  const rows = Math.max(most, expected);
  return Math.sqrt(((expected + 1) * (rows - expected + 1)) / (rows + 2));
}

/**
 * Quantile of Student's t that corresponds to a normal one, for eleven degrees of freedom and more within 0.5 %: Cornish and Fisher's
 * expansion (Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.5).
 */
export function studentQuantile(z: number, degrees: number): number {
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  const fourth = (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92_160;
  return z + first / degrees + second / degrees ** 2 + third / degrees ** 3 + fourth / degrees ** 4;
}
