/** Grouped releases: exact when noise is negligible, bounded per unit, silent about rare groups, indifferent to bad cells. */
import { describe, expect, it } from 'vitest';
import { SecureRandom } from '../../src/core/index.js';
import { type Answer, account, answer, type Charge, type Mechanism, type Plan, pricePlan } from '../../src/dp/index.js';
import { type Table, tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const N = 3000;
const city = (i: number): string | null => ['甲', '乙', null][i % 3] as string | null;
const table: Table = tableFromColumns({
  person: Array.from({ length: N }, (_, i) => `p${i % 1000}`),
  city: Array.from({ length: N }, (_, i) => city(i % 1000)),
  income: Float64Array.from({ length: N }, (_, i) => (i % 1000) / 10),
});
const base: Plan = {
  schema: 'scrim.dp-plan/1',
  population: 'register',
  unit: { column: 'person' },
  contribution: { groups: 1, rowsPerGroup: 3 },
  groupBy: { columns: ['city'], keys: { public: [['甲'], ['乙'], [null], ['丁']] } },
  queries: [
    { name: 'rows', kind: 'count' },
    { name: 'persons', kind: 'persons' },
    { name: 'total', kind: 'sum', column: 'income', lower: 0, upper: 100, quantum: 0.1 },
    { name: 'mean', kind: 'mean', column: 'income', lower: 0, upper: 100, quantum: 0.1 },
    { name: 'variance', kind: 'variance', column: 'income', lower: 0, upper: 100, quantum: 0.1 },
    { name: 'bins', kind: 'histogram', column: 'income', edges: [0, 25, 50, 100] },
    { name: 'median', kind: 'quantiles', column: 'income', lower: 0, upper: 100, quantum: 0.1, probabilities: [0.5] },
  ],
  noise: 'laplace',
  budget: { epsilon: 1000, delta: 0 },
};
const random = new SecureRandom();
const find = (answers: Answer[], query: string, key: string | null, part: string | null = null): Answer =>
  answers.find((own) => own.query === query && own.key[0] === key && own.part === part) as Answer;
const run = (plan: Plan, data: Table = table): Answer[] => answer(data, pricePlan(plan), random);

describe('a release at a price at which noise is negligible', () => {
  const answers = run(base);
  const members = Array.from({ length: 1000 }, (_, i) => i).filter((i) => city(i) === '甲');
  const incomes = members.map((i) => i / 10);
  const mean = incomes.reduce((a, b) => a + b, 0) / incomes.length;

  it('recounts what a plain loop counts', () => {
    expect(Math.abs(find(answers, 'rows', '甲').value - 3 * members.length)).toBeLessThan(3);
    expect(Math.abs(find(answers, 'persons', '甲').value - members.length)).toBeLessThan(2);
    expect(Math.abs(find(answers, 'total', '甲').value - 3 * incomes.reduce((a, b) => a + b, 0))).toBeLessThan(50);
    expect(find(answers, 'mean', '甲').value).toBeCloseTo(mean, 0);
    const variance = incomes.reduce((sum, x) => sum + (x - mean) ** 2, 0) / incomes.length;
    expect(Math.abs(find(answers, 'variance', '甲').value / variance - 1)).toBeLessThan(0.02);
    expect(
      Math.abs(find(answers, 'bins', '甲', '[0, 25)').value - 3 * incomes.filter((x) => x < 25).length),
    ).toBeLessThan(4);
    expect(Math.abs(find(answers, 'median', '甲', '0.5').value - 50)).toBeLessThan(2);
  });

  it('answers listed groups that nobody is in, and "no value" as a group', () => {
    expect(Math.abs(find(answers, 'rows', '丁').value)).toBeLessThan(3);
    expect(Math.abs(find(answers, 'persons', null).value - 333)).toBeLessThan(2);
  });

  it('covers the truth with its intervals and names the law', () => {
    const rows = find(answers, 'rows', '甲');
    expect(rows.noise.kind).toBe('discrete-laplace');
    expect((rows.interval as readonly [number, number])[0]).toBeLessThanOrEqual(rows.value);
    const [low, high] = find(answers, 'mean', '甲').interval as readonly [number, number];
    expect(low <= mean && mean <= high).toBe(true);
  });
});

describe('prices', () => {
  it.each(['laplace', 'gaussian'] as const)('%s: the accountants find no more than the plan says', (noise) => {
    for (const keys of [base.groupBy!.keys, { unknown: 'magic' as const }]) {
      const plan: Plan = {
        ...base,
        contribution: { groups: 4, rowsPerGroup: 2 },
        groupBy: { columns: ['city'], keys },
        noise,
        budget: { epsilon: 1, delta: 1e-6 },
      };
      const { charges } = pricePlan(plan);
      expect(account({ charges, accountant: 'pld', delta: 1e-6 }).epsilon).toBeLessThanOrEqual(1 + 1e-9);
      if (noise === 'laplace')
        expect(account({ charges, accountant: 'pure', delta: 1e-6 }).epsilon).toBeLessThanOrEqual(1 + 1e-9);
    }
  });

  it('Gaussian: charges the discrete curve of every group a unit counts in, not the continuous one', () => {
    const plan: Plan = {
      ...base,
      contribution: { groups: 3, rowsPerGroup: 2 },
      queries: [{ name: 'n', kind: 'count' }],
      noise: 'gaussian',
      budget: { epsilon: 8, delta: 1e-3 },
    };
    const [charge] = pricePlan(plan).charges;
    expect(charge).toMatchObject({ mechanism: { kind: 'discrete-gaussian', sensitivity: 2 }, count: 3 });
    // Continuous of L2 sensitivity 2 sqrt(3) at the same scale: cheaper than what the discrete noise really costs.
    const { scale } = charge!.mechanism as { scale: number };
    const cheap: Mechanism = { kind: 'gaussian', scale, sensitivity: 2 * Math.sqrt(3) };
    const price = (charges: Charge[]): number => account({ charges, accountant: 'pld', delta: 1e-3 }).epsilon;
    expect(price([charge!])).toBeGreaterThan(price([{ mechanism: cheap, count: 1 }]));
  });

  it('Gaussian histograms: rows spread over two bins cost no more than all rows in one bin, by enumeration', () => {
    for (const scale of [0.3, 0.5, 0.8, 1.3, 3]) {
      const reach = Math.ceil(10 * scale) + 6;
      const weight = (x: number): number => Math.exp(-(x * x) / (2 * scale * scale));
      let total = 0;
      for (let x = -reach - 9; x <= reach + 9; x++) total += weight(x);
      const law = (x: number): number => weight(x) / total;
      for (const [a, b] of [
        [1, 1],
        [1, 2],
        [2, 2],
        [1, 3],
      ] as const) {
        for (const epsilon of [0, 0.1, 0.5, 1, 2, 4, 8]) {
          let spread = 0;
          let whole = 0;
          for (let x = -reach; x <= reach; x++) {
            whole += Math.max(0, law(x) - Math.exp(epsilon) * law(x - a - b));
            for (let y = -reach; y <= reach; y++)
              spread += Math.max(0, law(x) * law(y) - Math.exp(epsilon) * law(x - a) * law(y - b));
          }
          expect(spread).toBeLessThanOrEqual(whole + 1e-12);
        }
      }
    }
  });

  it('gives shares their parts', () => {
    const plan: Plan = {
      ...base,
      queries: [
        { name: 'a', kind: 'count', share: 3 },
        { name: 'b', kind: 'count' },
      ],
      budget: { epsilon: 1, delta: 0 },
    };
    const [a, b] = pricePlan(plan).measurements;
    const scale = (own: typeof a): number => Number(own!.noise.scale.num) / Number(own!.noise.scale.den);
    expect(scale(b) / scale(a)).toBeCloseTo(3, 9);
  });
});

describe('bounding', () => {
  it('holds a unit to its limits whatever it brings', () => {
    // One person with 5,000 rows in 50 cities against the same table without: counts differ by at most l0 · linf.
    const heavy = tableFromColumns({
      person: [...Array.from({ length: 100 }, (_, i) => `p${i}`), ...Array.from({ length: 5000 }, () => 'heavy')],
      city: [
        ...Array.from({ length: 100 }, (_, i) => `c${i % 50}`),
        ...Array.from({ length: 5000 }, (_, i) => `c${i % 50}`),
      ],
    });
    const keys = Array.from({ length: 50 }, (_, i) => [`c${i}`]);
    const plan: Plan = {
      ...base,
      contribution: { groups: 2, rowsPerGroup: 3 },
      groupBy: { columns: ['city'], keys: { public: keys } },
      queries: [{ name: 'rows', kind: 'count' }],
      budget: { epsilon: 1024, delta: 0 },
    };
    const total = run(plan, heavy).reduce((sum, own) => sum + own.value, 0);
    expect(Math.abs(total - 106)).toBeLessThanOrEqual(3);
  });

  it('lets rows without a unit count for nobody', () => {
    const nameless = tableFromColumns({ person: [null, null, 'a'], city: ['甲', '甲', '甲'] });
    const plan: Plan = { ...base, queries: [{ name: 'rows', kind: 'count' }], budget: { epsilon: 1024, delta: 0 } };
    expect(find(run(plan, nameless), 'rows', '甲').value).toBe(1);
  });
});

describe('groups found in the data', () => {
  const plan: Plan = {
    ...base,
    groupBy: { columns: ['city'], keys: { unknown: 'magic' } },
    queries: [{ name: 'n', kind: 'persons' }],
    budget: { epsilon: 1, delta: 1e-9 },
  };
  const skewed = tableFromColumns({
    person: Array.from({ length: 503 }, (_, i) => `p${i}`),
    city: Array.from({ length: 503 }, (_, i) => (i < 500 ? 'large' : `rare${i}`)),
  });

  it.each(['magic', 'threshold'] as const)('%s names large groups and keeps silent about single persons', (unknown) => {
    const own: Plan = { ...plan, groupBy: { columns: ['city'], keys: { unknown } } };
    for (let i = 0; i < 50; i++) expect(run(own, skewed).map((found) => found.key[0])).toEqual(['large']);
  });

  it('does not show the order of the data', () => {
    const many = (order: number[]): Table =>
      tableFromColumns({ person: order.map((i) => `p${i}`), city: order.map((i) => `c${i % 5}`) });
    const order = Array.from({ length: 1000 }, (_, i) => i);
    const keys = run(plan, many(order)).map((own) => own.key[0]);
    expect(run(plan, many([...order].reverse())).map((own) => own.key[0])).toEqual(keys);
  });
});

describe('cells that are no numbers', () => {
  it('never raise, never change the shape of the answer', () => {
    const plan: Plan = { ...base, budget: { epsilon: 10, delta: 0 } };
    const shape = (answers: Answer[]): string =>
      JSON.stringify(answers.map(({ query, key, part }) => [query, key, part]));
    const clean = shape(run(plan));
    for (const bad of ['NaN', 'Infinity', '-Infinity', '-0', '1e400', '', null, '９', 'x']) {
      const dirty = tableFromColumns({ person: ['a', 'b'], city: ['甲', '乙'], income: [bad, '3'] });
      expect(shape(run(plan, dirty))).toBe(clean);
    }
    const empty = tableFromColumns({ person: [], city: [], income: [] });
    expect(shape(run(plan, empty))).toBe(clean);
  });

  it('sums stay exact whatever the order of rows and however many', () => {
    const values = Array.from({ length: 4000 }, (_, i) => (i % 2 === 0 ? 2 ** 30 + 0.1 : -(2 ** 30)));
    const plan: Plan = {
      ...base,
      groupBy: null,
      contribution: { groups: 1, rowsPerGroup: 1 },
      queries: [{ name: 's', kind: 'sum', column: 'x', lower: -(2 ** 31), upper: 2 ** 31, quantum: 2 ** -9 }],
      budget: { epsilon: 1024, delta: 0 },
    };
    const priced = pricePlan(plan);
    const total = (order: number[]): number => {
      const data = tableFromColumns({
        person: order.map((i) => `p${i}`),
        x: Float64Array.from(order, (i) => values[i] as number),
      });
      return answer(data, priced, new SeededRandom('same'))[0]!.value;
    };
    const order = values.map((_, i) => i);
    // The same randomness over reordered rows: bounding keeps every row, so the answers are equal to the last bit.
    expect(total([...order].reverse())).toBe(total(order));
  });
});

describe('refusals come from the plan alone', () => {
  it.each([
    [
      'no delta for unknown groups',
      { groupBy: { columns: ['city'], keys: { unknown: 'magic' } }, budget: { epsilon: 1, delta: 0 } },
    ],
    ['no delta for Gaussian noise', { noise: 'gaussian', budget: { epsilon: 1, delta: 0 } }],
    ['epsilon zero', { budget: { epsilon: 0, delta: 0 } }],
    ['negative epsilon', { budget: { epsilon: -1, delta: 0 } }],
    ['subnormal epsilon', { budget: { epsilon: 5e-324, delta: 0 } }],
    ['delta one', { budget: { epsilon: 1, delta: 1 } }],
    ['bounds upside down', { queries: [{ name: 's', kind: 'sum', column: 'income', lower: 1, upper: 0, quantum: 1 }] }],
    [
      'infinite bounds',
      {
        queries: [{ name: 's', kind: 'sum', column: 'income', lower: 0, upper: Number.POSITIVE_INFINITY, quantum: 1 }],
      },
    ],
    [
      'more quanta than integers',
      { queries: [{ name: 's', kind: 'sum', column: 'income', lower: 0, upper: 2 ** 60, quantum: 1 }] },
    ],
    ['a quantum of zero', { queries: [{ name: 's', kind: 'sum', column: 'income', lower: 0, upper: 1, quantum: 0 }] }],
    [
      'two queries of one name',
      {
        queries: [
          { name: 'a', kind: 'count' },
          { name: 'a', kind: 'persons' },
        ],
      },
    ],
    ['no query', { queries: [] }],
    ['a group of one unit', { groupBy: { columns: ['person'], keys: { public: [['p1']] } } }],
    ['limits of zero', { contribution: { groups: 0, rowsPerGroup: 1 } }],
  ] as const)('%s', (_, change) => {
    expect(() => pricePlan({ ...base, ...(change as Partial<Plan>) })).toThrowError(
      expect.objectContaining({ code: 'SCRIM_DP_PLAN' }),
    );
  });
});
