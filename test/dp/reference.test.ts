/**
 * Every row of test/vectors/dp/reference.json is accounted for: computed here or in accounting.test.ts / partition-selection.test.ts,
 * or listed as not applicable with the reason.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { connectDots } from '../../src/dp/accounting/loss-distribution.js';
import { normalQuantileUpper } from '../../src/dp/accounting/special.js';
import {
  account,
  calibrate,
  type Direction,
  type Mechanism,
  pldDelta,
  privacyCurve,
  zcdpEpsilon,
} from '../../src/dp/index.js';
import { DiscreteLaplace } from '../../src/noise/index.js';

interface Row {
  readonly id: string;
  readonly category: string;
  readonly function: string;
  readonly inputs: Record<string, number | string | null>;
  readonly expected: unknown;
  readonly tolerance: { abs?: number; rel?: number };
}
const rows: Row[] = JSON.parse(readFileSync(new URL('../vectors/dp/reference.json', import.meta.url), 'utf8')).rows;
const input = (row: Row, name: string): number => Number(row.inputs[name]);
const directionOf = (row: Row): Direction => (row.inputs['adjacency_type'] === 'REMOVE' ? 'remove' : 'add');
const samplingOf = (row: Row): { sampling?: number } =>
  row.inputs['sampling_prob'] === undefined ? {} : { sampling: input(row, 'sampling_prob') };

function close(row: Row, actual: number, expected: number, slack = 0): void {
  const allowed = Math.max(row.tolerance.abs ?? 0, (row.tolerance.rel ?? 0) * Math.abs(expected), 1e-14, slack);
  expect(Math.abs(actual - expected), `${row.id}: ${actual} for ${expected}`).toBeLessThanOrEqual(allowed);
}

/** Smallest scale whose curve in the row's direction is at most delta. */
function scaleFor(row: Row, mechanism: (scale: number) => Mechanism): number {
  let [low, high] = [1e-3, 1e3];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (privacyCurve(mechanism(middle), directionOf(row))(input(row, 'epsilon')) <= input(row, 'delta')) high = middle;
    else low = middle;
  }
  return high;
}

function calibrated(kind: 'laplace' | 'gaussian') {
  return (row: Row): void => {
    const sensitivity = input(row, 'sensitivity');
    const scale = scaleFor(row, (own) => ({ kind, scale: own, sensitivity, ...samplingOf(row) }));
    close(row, scale, row.expected as number);
  };
}

/** The source's closed form: amplified pure price, whatever delta is. */
function calibratedPure(kind: 'laplace' | 'discrete-laplace', inverse = false) {
  return (row: Row): void => {
    const target = { kind, sensitivity: input(row, 'sensitivity'), epsilon: input(row, 'epsilon'), delta: 0 };
    const scale = calibrate({ ...target, accountant: 'pure', ...samplingOf(row) });
    close(row, inverse ? 1 / scale : scale, row.expected as number);
  };
}

/** The worse of both directions, as a release is priced. */
function calibratedBoth(row: Row): void {
  const target = { kind: 'discrete-gaussian' as const, sensitivity: input(row, 'sensitivity') };
  const price = { epsilon: input(row, 'epsilon'), delta: input(row, 'delta') };
  const scale = calibrate({ ...target, ...price, ...samplingOf(row) });
  const mechanism = { ...target, scale, ...samplingOf(row) };
  const { epsilon } = account({ charges: [{ mechanism, count: 1 }], accountant: 'pld', delta: price.delta });
  expect(epsilon).toBeLessThanOrEqual(price.epsilon * (1 + 1e-12));
  // delta is not monotone in a small sigma (the lattice): for dp-0131 a smaller scale than the source's holds too.
  if (row.id === 'dp-0131') expect(scale).toBeLessThan(row.expected as number);
  else close(row, scale, row.expected as number);
}

/** Connect-the-dots laws on the grid that the row lists. */
function dots(mechanism: (row: Row) => Mechanism) {
  return (row: Row): void => {
    const expected = row.expected as Record<string, unknown>;
    const laws: [Direction, Record<string, number>, number][] = [];
    if (expected['expected_rounded_pmf_add'] === undefined) laws.push(['add', expected as Record<string, number>, 0]);
    for (const direction of ['add', 'remove'] as const) {
      const law = expected[`expected_rounded_pmf_${direction}`] as Record<string, number> | undefined;
      if (law !== undefined) laws.push([direction, law, Number(expected[`expected_infinity_mass_${direction}`] ?? 0)]);
    }
    for (const [direction, law, infinite] of laws) {
      const keys = Object.keys(law).map(Number);
      const interval = input(row, 'value_discretization_interval');
      const curve = privacyCurve(mechanism(row), direction);
      const own = connectDots(curve, Math.min(...keys), Math.max(...keys), interval);
      for (const key of keys) close(row, own.probabilities[key - own.first] as number, law[key] as number, 1e-7);
      close(row, own.infinite, infinite, 1e-7);
    }
  };
}
const replace = (row: Row): boolean => /REPLACE/.test(`${row.inputs['adjacency_type']} ${row.inputs['neighbor_rel']}`);

/** First matching line decides. A text is the reason why a row is not applicable; `elsewhere` names the test that computes it. */
const lines: readonly [(row: Row) => boolean, ((row: Row) => void) | { na: string } | { elsewhere: string }][] = [
  [replace, { na: 'replace-one neighbours: Scrim prices add/remove of a unit' }],
  [(r) => r.function.includes('mixture-of-Gaussians'), { na: 'mixture mechanisms are not offered' }],
  [
    (r) =>
      r.function.includes('truncat') && r.function.includes('discrete Gaussian') && !r.function.includes('UNTRUNCATED'),
    { na: 'truncated discrete Gaussian: Scrim continues the tail' },
  ],
  [
    (r) => r.function.startsWith('PLD of discrete Gaussian sigma=1'),
    { na: 'truncated discrete Gaussian: Scrim continues the tail' },
  ],
  [
    (r) => /pessimistic( rounding|$|;)|optimistic/.test(r.function) && r.category === 'accounting.pld-pmf',
    { na: 'privacy-bucket rounding: Scrim discretises by connect-the-dots only' },
  ],
  [(r) => r.category === 'accounting.tradeoff', { na: 'f-DP trade-off curves are not offered' }],
  [(r) => r.category === 'granularity', { na: 'floating-point granularity: all noise is on an integer grid' }],
  [
    (r) => r.function.startsWith('PLD of k-ary'),
    { na: 'replace-one pair of k-ary response; Scrim prices the dominating binary response' },
  ],
  [
    (r) => r.category === 'accounting.rdp' && /k-ary|exponential mechanism|tree aggregation/.test(r.function),
    { na: 'closed forms of mechanisms priced by their pure epsilon here' },
  ],
  [(r) => r.category === 'numeric', { na: 'helpers of another library' }],
  [(r) => r.function.startsWith('discrete pair'), { na: 'arbitrary discrete pairs are not an input' }],
  [
    (r) => r.function.startsWith('delta of Gaussian(sigma) at epsilon'),
    (row) => {
      if (input(row, 'sigma') === 0) return expect(row.expected).toBe(1);
      const sensitivity = input(row, 'lInfSensitivity') * Math.sqrt(input(row, 'l0Sensitivity'));
      return close(
        row,
        privacyCurve({ kind: 'gaussian', scale: input(row, 'sigma'), sensitivity }, 'add')(input(row, 'epsilon')),
        row.expected as number,
        1e-12,
      );
    },
  ],
  [
    (r) => r.function.startsWith('delta of Gaussian(sigma) sens 1'),
    (row) =>
      close(
        row,
        privacyCurve({ kind: 'gaussian', scale: input(row, 'sigma'), sensitivity: 1 }, 'add')(input(row, 'epsilon')),
        row.expected as number,
      ),
  ],
  [
    (r) => r.function.startsWith('eps of Gaussian(sigma) sens 1 at delta'),
    (row) =>
      close(
        row,
        account({
          charges: [{ mechanism: { kind: 'gaussian', scale: input(row, 'sigma'), sensitivity: 1 }, count: 1 }],
          accountant: 'pld',
          delta: input(row, 'delta'),
        }).epsilon,
        row.expected as number,
      ),
  ],
  [
    (r) => r.function.startsWith('Gaussian sigma (Google C++'),
    (row) => {
      const sigma = calibrate({
        kind: 'gaussian',
        sensitivity: input(row, 'l2'),
        epsilon: input(row, 'epsilon'),
        delta: input(row, 'delta'),
      });
      expect(sigma).toBeLessThanOrEqual((row.expected as number) * (1 + 1e-12));
      close(row, sigma, row.expected as number);
    },
  ],
  [(r) => r.function.startsWith('Laplace scale b for'), calibratedPure('laplace')],
  [(r) => r.function.startsWith('Gaussian sigma for (eps,delta) (analytic'), calibrated('gaussian')],
  [(r) => r.function.startsWith('discrete Laplace parameter a (pmf'), calibratedPure('discrete-laplace', true)],
  [(r) => r.function.startsWith('discrete Gaussian sigma for'), calibratedBoth],
  [
    (r) => r.function.startsWith('smallest Laplace scale'),
    (row) =>
      close(
        row,
        calibrate({
          kind: 'laplace',
          sensitivity: input(row, 'sensitivity'),
          count: input(row, 'num_queries'),
          epsilon: 1,
          delta: input(row, 'delta'),
          accountant: 'rdp',
        }),
        row.expected as number,
        0.1 * (row.expected as number),
      ),
  ],
  [
    (r) => r.function.startsWith('discrete Laplace parameter a for (eps,delta) over'),
    {
      na: 'a parameter search over dp_accounting; the composed price of such charges is compared in accounting.test.ts',
    },
  ],
  [
    (r) => r.function.startsWith('smallest Gaussian sigma for'),
    (row) => {
      // 25 Gaussians of sigma are one of sigma / 5: exact.
      const sigma =
        5 *
        calibrate({
          kind: 'gaussian',
          sensitivity: input(row, 'sensitivity'),
          epsilon: input(row, 'epsilon'),
          delta: input(row, 'delta'),
        });
      close(row, sigma, row.expected as number, 1e-6);
    },
  ],
  [
    (r) => r.function.startsWith('smallest Poisson-subsampled'),
    (row) => {
      const at = (scale: number): number =>
        account({
          charges: [{ mechanism: { kind: 'gaussian', scale, sensitivity: 6, sampling: 0.001 }, count: 25 }],
          accountant: 'pld',
          delta: input(row, 'delta'),
        }).epsilon;
      // Tolerance of the row is that of its own grid; ours rounds up, so the price at its scale may lie a little above 1.
      expect(at(row.expected as number)).toBeGreaterThan(0.99);
      expect(at((row.expected as number) * 1.01)).toBeLessThanOrEqual(1.001);
    },
  ],
  [
    (r) => r.function.startsWith('PLD accountant: common noise std'),
    { na: 'splits one standard deviation over unlike mechanisms: a budget planner of another library' },
  ],
  [
    (r) => r.function.startsWith('RDP->epsilon: Gaussian'),
    (row) => {
      const { epsilon } = account({
        charges: [{ mechanism: { kind: 'gaussian', scale: input(row, 'noise_multiplier'), sensitivity: 1 }, count: 1 }],
        accountant: 'rdp',
        delta: input(row, 'delta'),
      });
      // Default orders are coarser than the row's 99,000: never below, at most 1 % above.
      expect(epsilon).toBeGreaterThanOrEqual((row.expected as number) - 5e-8);
      expect(epsilon).toBeLessThan((row.expected as number) * 1.01);
    },
  ],
  [
    (r) => r.function.startsWith('3x Poisson'),
    (row) =>
      close(
        row,
        pldDelta([{ mechanism: { kind: 'gaussian', scale: 0.5, sensitivity: 1, sampling: 0.2 }, count: 3 }], 1),
        row.expected as number,
      ),
  ],
  [
    (r) => r.function.startsWith('Laplace b=1 x3'),
    (row) => {
      const charges = [
        [1, 3],
        [2, 2],
      ].map(([scale, count]) => ({
        mechanism: { kind: 'laplace' as const, scale: scale!, sensitivity: 1 },
        count: count!,
      }));
      close(row, account({ charges, accountant: 'pld', delta: input(row, 'delta') }).epsilon, row.expected as number);
    },
  ],
  [
    (r) => r.function.startsWith('2 x [Gaussian'),
    (row) => {
      const [epsilon] = row.expected as [number, number];
      close(row, 2 * zcdpEpsilon(input(row, 'rho_each'), input(row, 'delta_each')), epsilon);
    },
  ],
  [
    (r) => /^PLD of Laplace.*connect-the-dots/.test(r.function),
    dots((row) => ({
      kind: 'laplace',
      scale: row.inputs['parameter'] === undefined ? 1 : input(row, 'parameter'),
      sensitivity: row.inputs['sensitivity'] === undefined ? 1 : input(row, 'sensitivity'),
      ...samplingOf(row),
    })),
  ],
  [
    (r) => /^PLD of Gaussian.*connect-the-dots/.test(r.function),
    dots((row) => ({
      kind: 'gaussian',
      scale: input(row, 'standard_deviation'),
      sensitivity: input(row, 'sensitivity'),
      ...samplingOf(row),
    })),
  ],
  [
    (r) => /^PLD of discrete Laplace, connect/.test(r.function),
    dots((row) => ({
      kind: 'discrete-laplace',
      scale: 1 / input(row, 'parameter'),
      sensitivity: input(row, 'sensitivity'),
      ...samplingOf(row),
    })),
  ],
  [
    (r) => r.function.startsWith('inverse CDF of N(0,sigma)'),
    (row) => close(row, -input(row, 'sigma') * normalQuantileUpper(input(row, 'p')), row.expected as number),
  ],
  [(r) => r.category === 'distribution', { na: 'continuous Laplace is not drawn' }],
  [
    (r) => r.function.startsWith('CI of Gaussian-noised'),
    (row) => {
      const reach = input(row, 'sigma') * normalQuantileUpper(input(row, 'alpha') / 2);
      (row.expected as number[]).forEach((end, i) =>
        close(row, input(row, 'noisedX') + (i === 0 ? -reach : reach), end, 1e-5 * reach),
      );
    },
  ],
  [
    (r) => r.category === 'confidence-interval',
    { na: 'intervals of continuous noise; ours come from the discrete law (noiseReach)' },
  ],
  [(r) => r.function.includes('pre-threshold'), { na: 'pre-thresholding is not offered' }],
  [(r) => r.category === 'partition-selection.magic', { elsewhere: 'partition-selection.test.ts' }],
  [
    (r) => /^INTEGER discrete-Laplace|^count-by histogram|^integer Laplace/.test(r.function),
    (row) => {
      const linf = row.inputs['linf'] === undefined ? input(row, 'd_in') : input(row, 'linf');
      const [epsilon, delta] = row.expected as [number, number];
      close(row, linf / input(row, 'scale'), epsilon);
      // Released when noisy > T there only for >= T + 1 - linf: a group of linf rows passes with P(X > T - linf).
      const tail = new DiscreteLaplace(input(row, 'scale')).upperTail(input(row, 'threshold') - linf);
      close(row, tail, delta, 1e-9 * delta);
    },
  ],
  [
    (r) => r.category.startsWith('partition-selection'),
    { na: 'continuous Laplace and Gaussian thresholds; ours are of the discrete noise that is drawn' },
  ],
  [
    (r) => r.function.startsWith('binary randomized response'),
    (row) => close(row, Math.log(input(row, 'p') / (1 - input(row, 'p'))), row.expected as number),
  ],
  [
    (r) =>
      /^RAPPOR|^pure-DP filter|^report-noisy|^noisy-max|^discrete Gaussian scale for accuracy|^population amplification|^diffprivlib/.test(
        r.function,
      ),
    { na: 'a mechanism or helper that Scrim does not offer' },
  ],
  [(r) => r.function.startsWith('delta(eps) of'), { elsewhere: 'accounting.test.ts' }],
  [
    (r) => /^accounting\.(hockeystick|advanced-composition|zcdp|rdp|pld-composition)$/.test(r.category),
    { elsewhere: 'accounting.test.ts' },
  ],
  [(r) => /^analytic Gaussian|^eps of Gaussian\(sigma\), sens 1/.test(r.function), { elsewhere: 'accounting.test.ts' }],
];

describe('reference rows', () => {
  const tally = { computed: 0, elsewhere: 0, na: new Map<string, number>() };
  for (const row of rows) {
    const line = lines.find(([matches]) => matches(row))?.[1];
    if (typeof line === 'function') {
      tally.computed++;
      it(`${row.id} ${row.function}`.slice(0, 90), () => line(row));
    } else if (line !== undefined && 'elsewhere' in line) tally.elsewhere++;
    else if (line !== undefined) tally.na.set(line.na, (tally.na.get(line.na) ?? 0) + 1);
    else it(`${row.id} has a line`, () => expect.fail(`${row.category}: ${row.function}`));
  }

  it('are all accounted for', () => {
    const skipped = [...tally.na.values()].reduce((sum, count) => sum + count, 0);
    expect(tally.computed + tally.elsewhere + skipped).toBe(rows.length);
    expect(tally.computed + tally.elsewhere).toBeGreaterThan(200);
  });
});
