/**
 * Accountants against reference rows of other projects (test/vectors/dp/reference.json names file and line of each).
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  account,
  type Charge,
  calibrate,
  type Mechanism,
  optimalEpsilon,
  optimalEpsilonPerRun,
  pldDelta,
  privacyCurve,
  zcdpBudget,
  zcdpDelta,
  zcdpEpsilon,
} from '../../src/dp/index.js';

interface Row {
  readonly id: string;
  readonly category: string;
  readonly function: string;
  readonly inputs: Record<string, number | string | null>;
  readonly expected: unknown;
  readonly tolerance: { abs?: number; rel?: number; sided?: string };
  readonly source: string;
}

const rows: Row[] = JSON.parse(readFileSync(new URL('../vectors/dp/reference.json', import.meta.url), 'utf8')).rows;
const value = (x: unknown): number =>
  x === 'Infinity' ? Number.POSITIVE_INFINITY : x === '-Infinity' ? Number.NEGATIVE_INFINITY : Number(x);

function close(row: Row, actual: number): void {
  const expected = value(row.expected);
  if (!Number.isFinite(expected)) {
    expect(actual, row.id).toBe(expected);
    return;
  }
  const allowed = Math.max(row.tolerance.abs ?? 0, (row.tolerance.rel ?? 0) * Math.abs(expected), 1e-15);
  expect(Math.abs(actual - expected), `${row.id}: ${actual} for ${expected}`).toBeLessThanOrEqual(allowed);
}

const of = (text: string): Row[] => {
  const found = rows.filter((row) => row.function.startsWith(text));
  expect(found.length).toBeGreaterThan(0);
  return found;
};
const direction = (row: Row): 'add' | 'remove' => (row.inputs['adjacency_type'] === 'REMOVE' ? 'remove' : 'add');
const sampling = (row: Row): { sampling?: number } =>
  row.inputs['sampling_prob'] === undefined ? {} : { sampling: Number(row.inputs['sampling_prob']) };

describe('privacy curves', () => {
  it('Gaussian, with Poisson subsampling', () => {
    for (const row of of('delta(eps) of Gaussian(sigma), per adjacency')) {
      // Replace-one neighbours are not offered: Scrim's neighbours add or remove one unit.
      if (row.inputs['adjacency_type'] === 'REPLACE') continue;
      const { standard_deviation, sensitivity, epsilon } = row.inputs;
      const mechanism: Mechanism = {
        kind: 'gaussian',
        scale: Number(standard_deviation),
        sensitivity: Number(sensitivity),
        ...sampling(row),
      };
      close(row, privacyCurve(mechanism, direction(row))(Number(epsilon)));
    }
  });

  it('Laplace, with Poisson subsampling', () => {
    for (const row of of('delta(eps) of Laplace(b)')) {
      if (row.inputs['adjacency_type'] === 'REPLACE') continue;
      const { parameter, sensitivity, epsilon } = row.inputs;
      const mechanism: Mechanism = {
        kind: 'laplace',
        scale: Number(parameter),
        sensitivity: Number(sensitivity),
        ...sampling(row),
      };
      close(row, privacyCurve(mechanism, direction(row))(Number(epsilon)));
    }
  });

  it('discrete Laplace', () => {
    for (const row of of('delta(eps) of discrete Laplace')) {
      if (row.inputs['adjacency_type'] === 'REPLACE') continue;
      const { parameter, sensitivity, epsilon } = row.inputs;
      const mechanism: Mechanism = {
        kind: 'discrete-laplace',
        scale: 1 / Number(parameter),
        sensitivity: Number(sensitivity),
        ...sampling(row),
      };
      close(row, privacyCurve(mechanism, direction(row))(Number(epsilon)));
    }
  });

  it('discrete Gaussian (CKS20 Theorem 7)', () => {
    for (const row of of('delta(eps) of UNTRUNCATED discrete Gaussian')) {
      const mechanism: Mechanism = {
        kind: 'discrete-gaussian',
        scale: Math.sqrt(Number(row.inputs['sigma2'])),
        sensitivity: 1,
      };
      close(row, privacyCurve(mechanism, 'add')(Number(row.inputs['epsilon'])));
    }
  });

  it('keep the relative accuracy of tiny deltas', () => {
    // sigma = 1: delta(8) = Phi(-7.5) - e^8 Phi(-8.5); 50-digit value from mpmath.
    const curve = privacyCurve({ kind: 'gaussian', scale: 1, sensitivity: 1 }, 'add');
    expect(curve(8) / 3.650821687421791e-15).toBeCloseTo(1, 6);
  });
});

describe('composition by privacy-loss distributions', () => {
  const laplace = (scale: number): Mechanism => ({ kind: 'laplace', scale, sensitivity: 1 });
  const gaussian = (scale: number, rate?: number): Mechanism => ({
    kind: 'gaussian',
    scale,
    sensitivity: 1,
    ...(rate === undefined ? {} : { sampling: rate }),
  });
  const cases: Record<string, Charge[]> = {
    '1 x Gaussian sigma 1': [{ mechanism: gaussian(1), count: 1 }],
    '100 x Gaussian sigma 20': [{ mechanism: gaussian(20), count: 100 }],
    '10 x Laplace b 10': [{ mechanism: laplace(10), count: 10 }],
    '100 x Laplace b 20': [{ mechanism: laplace(20), count: 100 }],
    '1000 x Laplace b 100': [{ mechanism: laplace(100), count: 1000 }],
    '100 x discrete Laplace a .05': [
      { mechanism: { kind: 'discrete-laplace', scale: 20, sensitivity: 1 }, count: 100 },
    ],
    '30 x discrete Laplace a .1 + 10 x Gaussian sigma 10': [
      { mechanism: { kind: 'discrete-laplace', scale: 10, sensitivity: 1 }, count: 30 },
      { mechanism: gaussian(10), count: 10 },
    ],
    '1000 x Poisson(.01) Gaussian sigma 1': [{ mechanism: gaussian(1, 0.01), count: 1000 }],
    '3 x (eps .5, delta 1e-6) black box + 10 x Laplace b 10': [
      { mechanism: { kind: 'approximate', epsilon: 0.5, delta: 1e-6 }, count: 3 },
      { mechanism: laplace(10), count: 10 },
    ],
  };

  it('agrees with dp_accounting, more closely than its grid', () => {
    for (const row of of('PLD epsilon (dp_accounting default')) {
      const name = row.function.replace(/^.*pessimistic\): /, '');
      const charges = cases[name];
      if (charges === undefined) throw new Error(`no case for ${name}`);
      const { epsilon } = account({ charges, accountant: 'pld', delta: Number(row.inputs['delta']) });
      close(row, epsilon);
      // Its grid of 1e-4 adds up to runs · (order + 1) · 1e-8 / 8; ours adds less.
      expect(epsilon - value(row.expected), name).toBeLessThan(1e-5);
      expect(epsilon - value(row.expected), name).toBeGreaterThan(-1e-4);
    }
  }, 120_000);

  it('stays at plain addition where that is the truth', () => {
    const charges = [
      { mechanism: laplace(1), count: 3 },
      { mechanism: laplace(2), count: 2 },
    ];
    expect(account({ charges, accountant: 'pld', delta: 1e-14 }).epsilon).toBeCloseTo(4, 6);
  });

  it('counts a black box by at least 1 - prod(1 - delta)', () => {
    const charges: Charge[] = [{ mechanism: { kind: 'approximate', epsilon: 0.1, delta: 1e-6 }, count: 20 }];
    expect(account({ charges, accountant: 'pld', delta: 1e-5 }).epsilon).toBe(Number.POSITIVE_INFINITY);
    expect(pldDelta(charges, 50)).toBeGreaterThanOrEqual(-Math.expm1(20 * Math.log1p(-1e-6)));
  });

  it('lies between the exact composition of Gaussians and its neighbours, with 1,000 different queries', () => {
    const charges = Array.from({ length: 1000 }, (_, i) => ({ mechanism: gaussian(50 + i / 10), count: 1 }));
    const mu = Math.sqrt(
      charges.reduce((sum, { mechanism }) => sum + (1 / (mechanism as { scale: number }).scale) ** 2, 0),
    );
    const exact = account({
      charges: [{ mechanism: gaussian(1 / mu), count: 1 }],
      accountant: 'pld',
      delta: 1e-6,
    }).epsilon;
    const composed = account({ charges, accountant: 'pld', delta: 1e-6 }).epsilon;
    expect(composed).toBeGreaterThanOrEqual(exact - 1e-9);
    expect(composed - exact).toBeLessThan(1e-3);
  });
});

describe('the other accountants', () => {
  const hundred: Charge[] = [{ mechanism: { kind: 'laplace', scale: 20, sensitivity: 1 }, count: 100 }];

  it('order as the literature says: pure > zCDP > RDP > KOV > PLD', () => {
    const at = (accountant: 'pure' | 'zcdp' | 'rdp' | 'kov' | 'pld'): number =>
      account({ charges: hundred, accountant, delta: 1e-5 }).epsilon;
    expect(at('pure')).toBeCloseTo(5, 12);
    expect(at('rdp')).toBeCloseTo(2.105, 3);
    expect(at('kov')).toBeCloseTo(2, 12);
    expect(at('pld')).toBeCloseTo(1.948, 3);
    expect(at('zcdp')).toBeGreaterThan(at('rdp'));
  });

  it('RDP agrees with dp_accounting', () => {
    for (const row of of('RDP epsilon (dp_accounting default orders)')) {
      const mechanism: Mechanism = row.function.includes('Poisson')
        ? { kind: 'gaussian', scale: 1, sensitivity: 1, sampling: 0.01 }
        : { kind: 'gaussian', scale: 1, sensitivity: 1 };
      const count = row.function.includes('1000 x') ? 1000 : 1;
      close(
        row,
        account({ charges: [{ mechanism, count }], accountant: 'rdp', delta: Number(row.inputs['delta']) }).epsilon,
      );
    }
  });

  it('zCDP agrees with the code of its authors and never rounds down', () => {
    for (const row of of('zCDP rho -> eps at delta'))
      close(row, zcdpEpsilon(Number(row.inputs['rho']), Number(row.inputs['delta'])));
    for (const row of of('(eps,delta) -> largest zCDP rho'))
      close(row, zcdpBudget(Number(row.inputs['epsilon']), Number(row.inputs['delta'])));
    for (const row of of('zCDP rho -> delta at eps')) {
      const delta = zcdpDelta(Number(row.inputs['rho']), Number(row.inputs['epsilon']));
      close(row, delta);
      expect(delta).toBeGreaterThanOrEqual(value(row.expected) * (1 - 1e-14));
    }
  });

  it('optimal composition agrees with dp_accounting', () => {
    for (const row of of('optimal (Kairouz-Oh-Viswanath) total epsilon')) {
      const { epsilon, delta, total_delta, num_queries } = row.inputs;
      const total = optimalEpsilon(
        { epsilon: Number(epsilon), delta: Number(delta) },
        Number(num_queries),
        Number(total_delta),
      );
      if (row.expected === null) expect(total).toBeNull();
      else close(row, total as number);
    }
    for (const row of of('per-query epsilon from optimal composition')) {
      const { total_epsilon, total_delta, delta, num_queries } = row.inputs;
      const each = optimalEpsilonPerRun(Number(total_epsilon), Number(total_delta), Number(delta), Number(num_queries));
      if (row.expected === null) expect(each).toBeNull();
      else close(row, each as number);
    }
    for (const row of of('optimal homogeneous composition (KOV)')) {
      const { epsilon, delta, k, total_delta } = row.inputs;
      close(
        row,
        optimalEpsilon({ epsilon: Number(epsilon), delta: Number(delta) }, Number(k), Number(total_delta)) as number,
      );
    }
  });
});

describe('calibration', () => {
  it('analytic Gaussian (Balle and Wang 2018)', () => {
    for (const row of of('analytic Gaussian (Balle-Wang) sigma')) {
      const { epsilon, delta } = row.inputs;
      close(row, calibrate({ kind: 'gaussian', sensitivity: 1, epsilon: Number(epsilon), delta: Number(delta) }));
    }
  });

  it('epsilon of a Gaussian', () => {
    for (const row of of('eps of Gaussian(sigma), sens 1, at delta')) {
      const mechanism: Mechanism = { kind: 'gaussian', scale: Number(row.inputs['sigma']), sensitivity: 1 };
      close(
        row,
        account({ charges: [{ mechanism, count: 1 }], accountant: 'pld', delta: Number(row.inputs['delta']) }).epsilon,
      );
    }
  });
});

describe('refusals', () => {
  const charge = (mechanism: Mechanism, count = 1): Charge[] => [{ mechanism, count }];
  const good: Mechanism = { kind: 'gaussian', scale: 1, sensitivity: 1 };

  it.each([
    ['a scale of zero', { charges: charge({ ...good, scale: 0 }), accountant: 'pld', delta: 1e-5 }],
    ['a negative scale', { charges: charge({ ...good, scale: -1 }), accountant: 'pld', delta: 1e-5 }],
    [
      'a subnormal epsilon',
      { charges: charge({ kind: 'randomised-response', epsilon: 1e-320 }), accountant: 'pld', delta: 1e-5 },
    ],
    ['NaN', { charges: charge({ ...good, sensitivity: Number.NaN }), accountant: 'rdp', delta: 1e-5 }],
    ['delta of one', { charges: charge(good), accountant: 'pld', delta: 1 }],
    ['negative delta', { charges: charge(good), accountant: 'pld', delta: -1e-9 }],
    ['neither delta nor epsilon', { charges: charge(good), accountant: 'pld' }],
    ['a count of zero', { charges: charge(good, 0), accountant: 'pld', delta: 1e-5 }],
    ['no mechanism', { charges: [], accountant: 'pld', delta: 1e-5 }],
    [
      'a fractional sensitivity of discrete noise',
      { charges: charge({ kind: 'discrete-laplace', scale: 1, sensitivity: 0.5 }), accountant: 'pld', delta: 0 },
    ],
  ] as const)('%s', (_, options) => {
    expect(() => account(options)).toThrowError(expect.objectContaining({ code: 'SCRIM_ARGUMENT' }));
  });

  it('no finite epsilon comes from a curve that underflowed or a tail that was cut off', () => {
    const wide: Mechanism = { kind: 'gaussian', scale: 20, sensitivity: 1 };
    for (const accountant of ['pld', 'rdp', 'zcdp'] as const) {
      for (const count of [1, 5])
        expect(account({ charges: charge(good, count), accountant, delta: 0 }).epsilon).toBe(Number.POSITIVE_INFINITY);
    }
    expect(account({ charges: charge(good), accountant: 'pld', delta: 1e-320 }).epsilon).toBe(Number.POSITIVE_INFINITY);
    // 100 runs at sigma 20 are one run at sigma 2: exact, also far below what a grid resolves.
    for (const delta of [1e-12, 1e-16, 1e-25, 1e-60]) {
      const exact = account({ charges: charge({ ...good, scale: 2 }), accountant: 'pld', delta }).epsilon;
      expect(account({ charges: charge(wide, 100), accountant: 'pld', delta }).epsilon).toBeGreaterThanOrEqual(
        exact - 1e-9,
      );
    }
  });

  it('a Gaussian has no pure price', () => {
    expect(() => account({ charges: charge(good), accountant: 'pure', delta: 1e-5 })).toThrowError(
      expect.objectContaining({ code: 'SCRIM_DP_NO_PURE_PRICE' }),
    );
  });
});
