import { describe, expect, it } from 'vitest';
import {
  binomialDeviation,
  deviationOf,
  spreadOf,
  studentQuantile,
  Z,
} from '../../src/reversibility/restoration/deviation.js';
import { MODEL_ERROR, measureOf, modelError } from '../../src/reversibility/restoration/measure.js';
import { SeededRandom } from '../../src/testing/index.js';

/** Draws of how many of `rows` come back, each with the same chance: the first count that a uniform number falls on. */
function binomial(random: SeededRandom, rows: number, chance: number): () => number {
  const below = new Float64Array(rows + 1);
  let log = rows * Math.log1p(-chance);
  let sum = 0;
  for (let count = 0; count <= rows; count++) {
    sum += Math.exp(log);
    below[count] = sum;
    log += Math.log(((rows - count) * chance) / ((count + 1) * (1 - chance)));
  }
  return () => {
    const uniform = random.uniform();
    let [low, high] = [0, rows];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((below[middle] as number) < uniform) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

const PRODUCTS = 2000;

/** Share of products of strangers above the limit that `draws` of their null give; `together` rows come back at once. */
function above(rows: number, chance: number, draws: number, together = 1): number {
  const random = new SeededRandom(`${rows}/${chance}/${draws}/${together}`);
  const units = binomial(random, rows / together, chance);
  const count = (): number => together * units();
  let over = 0;
  for (let product = 0; product < PRODUCTS; product++) {
    const { mean, variance } = spreadOf(Array.from({ length: draws }, () => Float64Array.of(count())));
    const expected = mean[0] as number;
    const deviation = deviationOf(expected, rows, draws, variance[0] as number);
    if (count() > expected + Z * deviation) over++;
  }
  return over / PRODUCTS;
}

describe('the deviation of chance', () => {
  // By the level one of 2,000 lies above; of 2,000 more than eight do in one of 10^5 runs.
  it.each([0.02, 0.2, 0.4, 0.6, 0.9])('covers exactly binomial counts with a chance of %f', (chance) => {
    for (const rows of [60, 300, 2000])
      for (const draws of [3, 24]) expect(above(rows, chance, draws)).toBeLessThan(9 / PRODUCTS);
  });
  it.each([4, 12])('covers counts of %d rows that come back together', (together) => {
    for (const chance of [0.1, 0.4, 0.8]) expect(above(480, chance, 24, together)).toBeLessThan(9 / PRODUCTS);
  });
  it('is far from the next limit where most rows come back by chance', () => {
    // 250 of 300: sqrt(300 * 5/6 * 1/6) = 6.45, that of rare events 15.8; one more of either seen.
    expect(binomialDeviation(250, 300)).toBeCloseTo(Math.sqrt((251 * 51) / 302), 9);
    expect(deviationOf(250, 300, 24, 0)).toBe(binomialDeviation(250, 300));
    expect(deviationOf(250, 300, 3, 0)).toBeCloseTo(Math.sqrt((251 * 4) / 3), 9);
    expect(deviationOf(300, 300, 24, 0)).toBeCloseTo(1, 2);
    expect(deviationOf(0, 300, 3, 0)).toBeCloseTo(Math.sqrt(4 / 3), 9);
  });
  it('quantiles of Student at two-sided 99.9 % (scipy.stats.t.ppf)', () => {
    expect(studentQuantile(Z, 11)).toBeCloseTo(4.437, 2);
    expect(studentQuantile(Z, 15)).toBeCloseTo(4.0728, 2);
    expect(studentQuantile(Z, 23)).toBeCloseTo(3.7676, 3);
  });
});

describe('the error of the model', () => {
  it('is a tenth of the odds: of what comes back by chance, or of what does not', () => {
    expect(modelError(3, 1000)).toBeCloseTo(0.3, 2);
    expect(modelError(997, 1000)).toBeCloseTo(0.3, 2);
    expect(modelError(3)).toBe(3 * MODEL_ERROR);
  });
  it('lets a whole copy stand out among rows of which chance gives five in six', () => {
    const deviation = deviationOf(250, 300, 24, 40);
    const chance = { expected: 250, deviation, most: 300 };
    expect(300 * measureOf(300, chance, 0, 300).lower).toBeGreaterThan(20);
    expect(measureOf(265, chance, 0, 300).lower).toBe(0);
  });
});
