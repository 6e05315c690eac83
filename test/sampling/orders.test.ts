/**
 * First- and second-order inclusion probabilities of every design, drawn through `sample` and compared with exact values.
 *
 * Each probability is estimated from R draws; the band is 5 standard errors. False alarm: below 6e-7 a comparison, below 3e-4 over
 * the about 450 comparisons of this file (seeds are fixed besides). Power: at R = 5,000 the standard error is at most 0.0071, so a
 * probability that is off by 0.055 is caught with probability above 99 % ((0.055 - 0.0354) / 0.0071 = 2.8), one off by 0.07 with
 * more than 99.9999 %.
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type SampleOptions, sample } from '../../src/sampling/index.js';
import { tableFromColumns, tableFromRows } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const R = 5000;

/** Population of 12 rows: 3 households of 4, 2 strata of 6, sizes, 6 persons with 2 rows each. */
const N = 12;
const table = tableFromColumns({
  household: Array.from({ length: N }, (_, i) => `h${i >> 2}`),
  stratum: Array.from({ length: N }, (_, i) => (i % 2 === 0 ? 'a' : 'b')),
  person: Array.from({ length: N }, (_, i) => `p${i >> 1}`),
});

type Given = Omit<SampleOptions, 'random' | 'unsafe'>;

/** Estimates from R draws; `count[i]` is how often row i was drawn in a draw. */
function estimate(given: (r: number) => Given, from = table) {
  const random = new SeededRandom(JSON.stringify(given(0).design));
  const n = from.rows;
  const first = new Float64Array(n);
  const second = new Float64Array(n * n);
  let weights = 0;
  for (let r = 0; r < R; r++) {
    const { rows, inclusion } = sample(from, { ...given(r), random, unsafe: ['seeded-randomness'] });
    const count = new Float64Array(n);
    rows.forEach((row, at) => {
      count[row] = (count[row] as number) + 1;
      weights += 1 / (inclusion[at] as number);
    });
    for (let i = 0; i < n; i++) {
      if (count[i] === 0) continue;
      first[i] = (first[i] as number) + (count[i] as number) / R;
      for (let j = i + 1; j < n; j++)
        second[i * n + j] = (second[i * n + j] as number) + ((count[i] as number) * (count[j] as number)) / R;
    }
  }
  return { first, second, weights: weights / R };
}

function near(observed: number, exact: number, spread = exact * (1 - exact)): void {
  const error = Math.sqrt(Math.max(spread, 0) / R);
  expect(Math.abs(observed - exact), `${observed} against ${exact}`).toBeLessThan(5 * error + 1e-9);
}

const household = (i: number): number => i >> 2;
const stratum = (i: number): number => i % 2;
const person = (i: number): number => i >> 1;

describe('designs with closed forms', () => {
  const cases: [string, Given, (i: number) => number, (i: number, j: number) => number][] = [
    ['srs', { design: 'srs', n: 5 }, () => 5 / 12, () => (5 * 4) / (12 * 11)],
    ['reservoir', { design: 'reservoir', n: 3 }, () => 3 / 12, () => (3 * 2) / (12 * 11)],
    ['bernoulli', { design: 'bernoulli', rate: 0.3 }, () => 0.3, () => 0.09],
    // Cochran, section 8.1: with step 3 two rows are drawn together exactly when they are a multiple of 3 apart.
    ['systematic', { design: 'systematic', n: 4 }, () => 1 / 3, (i, j) => ((j - i) % 3 === 0 ? 1 / 3 : 0)],
    [
      'stratified',
      { design: 'stratified', by: 'stratum', n: 4 },
      () => 1 / 3,
      (i, j) => (stratum(i) === stratum(j) ? (2 * 1) / (6 * 5) : 1 / 9),
    ],
    [
      'stratified, fixed',
      { design: 'stratified', by: 'stratum', n: 3, allocation: 'fixed' },
      () => 1 / 2,
      (i, j) => (stratum(i) === stratum(j) ? (3 * 2) / (6 * 5) : 1 / 4),
    ],
    [
      'cluster',
      { design: 'cluster', by: 'household', n: 2 },
      () => 2 / 3,
      (i, j) => (household(i) === household(j) ? 2 / 3 : (2 * 1) / (3 * 2)),
    ],
    [
      'two-stage',
      { design: 'two-stage', by: 'household', n: 2, perCluster: 3 },
      () => (2 / 3) * (3 / 4),
      (i, j) => (household(i) === household(j) ? (2 / 3) * ((3 * 2) / (4 * 3)) : (1 / 3) * (3 / 4) ** 2),
    ],
    [
      'srs of persons',
      { design: 'srs', person: 'person', n: 2 },
      () => 2 / 6,
      (i, j) => (person(i) === person(j) ? 2 / 6 : (2 * 1) / (6 * 5)),
    ],
  ];

  it.each(cases)('%s', (_, given, first, second) => {
    const found = estimate(() => given);
    for (let i = 0; i < N; i++) {
      near(found.first[i] as number, first(i));
      for (let j = i + 1; j < N; j++) near(found.second[i * N + j] as number, second(i, j));
    }
    // Horvitz-Thompson of 1 is the population (exactly so for designs of fixed size).
    if (given.design !== 'bernoulli') expect(found.weights).toBeCloseTo(N, 6);
  });

  it('with replacement: moments of multinomial counts', () => {
    const n = 4;
    const found = estimate(() => ({ design: 'srs-replacement', n }));
    for (let i = 0; i < N; i++) {
      near(found.first[i] as number, n / N, (n / N) * (1 - 1 / N));
      // E[c_i c_j] = n (n - 1) / N^2; its variance is below E[c_i^2 c_j^2] < 4 E[c_i c_j].
      const product = (n * (n - 1)) / N ** 2;
      for (let j = i + 1; j < N; j++) near(found.second[i * N + j] as number, product, 4 * product);
    }
  });

  it('consistent: independent persons over keys, both rows of a person together', () => {
    const key = (r: number): Uint8Array => new Uint8Array(createHash('sha256').update(`key ${r}`).digest());
    const found = estimate((r) => ({ design: 'consistent', person: 'person', rate: 0.4, key: key(r) }));
    for (let i = 0; i < N; i++) {
      near(found.first[i] as number, 0.4);
      for (let j = i + 1; j < N; j++) near(found.second[i * N + j] as number, person(i) === person(j) ? 0.4 : 0.16);
    }
  });
});

describe('unequal probabilities', () => {
  const sizes = [1, 2, 3, 4];
  const own = tableFromColumns({ size: Float64Array.from(sizes) });

  it('poisson: independent, in proportion to size', () => {
    const found = estimate(() => ({ design: 'poisson', size: 'size', n: 2 }), own);
    const p = sizes.map((size) => (2 * size) / 10);
    for (let i = 0; i < 4; i++) {
      near(found.first[i] as number, p[i] as number);
      for (let j = i + 1; j < 4; j++) near(found.second[i * 4 + j] as number, (p[i] as number) * (p[j] as number));
    }
  });

  it('pps: pairs of the pivotal method in random order, enumerated exactly over all orders and duels', () => {
    const p = sizes.map((size) => (2 * size) / 10);
    const exact = new Float64Array(16);
    /** Deville and Tille 1998, section 2: two units duel; one gets the sum, or one is chosen and the other keeps what exceeds 1. */
    const duel = (order: number[], at: number, held: number, mass: number, chosen: number[], chance: number): void => {
      if (at === order.length) {
        const all = mass > 0.5 ? [...chosen, held] : chosen;
        const [a, b] = all.sort((x, y) => x - y) as [number, number];
        exact[a * 4 + b] = (exact[a * 4 + b] as number) + chance;
        return;
      }
      const unit = order[at] as number;
      const q = p[unit] as number;
      const sum = mass + q;
      if (sum < 1 - 1e-12) {
        duel(order, at + 1, unit, sum, chosen, (chance * q) / sum);
        duel(order, at + 1, held, sum, chosen, (chance * mass) / sum);
      } else {
        // The held unit stays in play with probability (1 - mass) / (2 - sum): then the other is chosen.
        const stays = (1 - mass) / (2 - sum);
        duel(order, at + 1, held, sum - 1, [...chosen, unit], chance * stays);
        duel(order, at + 1, unit, sum - 1, [...chosen, held], chance * (1 - stays));
      }
    };
    const orders = (rest: number[]): number[][] =>
      rest.length === 0
        ? [[]]
        : rest.flatMap((one) => orders(rest.filter((other) => other !== one)).map((tail) => [one, ...tail]));
    const all = orders([0, 1, 2, 3]);
    for (const order of all) duel(order, 1, order[0] as number, p[order[0] as number] as number, [], 1 / all.length);
    const found = estimate(() => ({ design: 'pps', size: 'size', n: 2 }), own);
    for (let i = 0; i < 4; i++) {
      near(found.first[i] as number, p[i] as number);
      let sum = 0;
      for (let j = 0; j < 4; j++) if (j !== i) sum += exact[Math.min(i, j) * 4 + Math.max(i, j)] as number;
      expect(sum).toBeCloseTo(p[i] as number, 9);
      for (let j = i + 1; j < 4; j++) near(found.second[i * 4 + j] as number, exact[i * 4 + j] as number);
    }
  });

  it('weighted reservoir: weights 1 / inclusion make every total unbiased, also of very unequal sizes', () => {
    // E[1_i / p_i] = 1 for each row (rank conditioning); probabilities proportional to size are not those of this design.
    const skewed = [1, 1, 2, 20, 60];
    const table = tableFromRows(skewed.map((size) => ({ size })));
    const runs = 20_000;
    const sums = skewed.map(() => ({ mean: 0, square: 0 }));
    const random = new SeededRandom('rank conditioning');
    for (let run = 0; run < runs; run++) {
      const options = {
        design: 'weighted-reservoir',
        size: 'size',
        n: 3,
        random,
        unsafe: ['seeded-randomness'],
      } as const;
      const { rows, inclusion } = sample(table, options);
      expect(rows.length).toBe(3);
      rows.forEach((row, i) => {
        const weight = 1 / (inclusion[i] as number);
        const sum = sums[row] as { mean: number; square: number };
        sum.mean += weight / runs;
        sum.square += weight ** 2 / runs;
      });
    }
    // Five standard errors: a false alarm in 2 million runs.
    for (const { mean, square } of sums) {
      expect(Math.abs(mean - 1)).toBeLessThan(5 * Math.sqrt((square - mean ** 2) / runs));
    }
    const all = sample(table, {
      design: 'weighted-reservoir',
      size: 'size',
      n: 5,
      random,
      unsafe: ['seeded-randomness'],
    });
    expect([...all.inclusion]).toEqual([1, 1, 1, 1, 1]);
  });

  it('weighted reservoir: pairs of successive draws in proportion to what is left', () => {
    const found = estimate(() => ({ design: 'weighted-reservoir', size: 'size', n: 2 }), own);
    for (let i = 0; i < 4; i++) {
      for (let j = i + 1; j < 4; j++) {
        const [a, b] = [sizes[i] as number, sizes[j] as number];
        near(found.second[i * 4 + j] as number, (a / 10) * (b / (10 - a)) + (b / 10) * (a / (10 - b)));
      }
    }
  });
});
