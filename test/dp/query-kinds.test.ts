/** Hierarchies that add up, bounds discovery, intervals of quantiles, rows in all (l1), groups of at least so many units. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SecureRandom } from '../../src/core/index.js';
import { type Answer, account, answer, forecast, type Plan, pricePlan, reconcile } from '../../src/dp/index.js';
import { type Table, tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const random = new SecureRandom();
const N = 2400;
const province = (i: number): string => ['A', 'B', 'C'][i % 3] as string;
const city = (i: number): string => `${province(i)}${i % 4}`;
const table: Table = tableFromColumns({
  person: Array.from({ length: N }, (_, i) => `p${i}`),
  province: Array.from({ length: N }, (_, i) => province(i)),
  city: Array.from({ length: N }, (_, i) => city(i)),
  x: Float64Array.from({ length: N }, (_, i) => (i % 1000) + 1),
});
const keys = ['A', 'B', 'C'].flatMap((p) => [0, 1, 2, 3].map((c) => [p, `${p}${c}`]));
const base: Plan = {
  schema: 'scrim.dp-plan/1',
  population: 'register',
  unit: { column: 'person' },
  contribution: { groups: 1, rowsPerGroup: 1 },
  groupBy: { columns: ['province', 'city'], keys: { public: keys } },
  queries: [{ name: 'tree', kind: 'hierarchy' }],
  noise: 'laplace',
  budget: { epsilon: 1, delta: 0 },
};
const at = (answers: Answer[], ...key: string[]): Answer =>
  answers.find((one) => JSON.stringify(one.key) === JSON.stringify(key)) as Answer;

describe('hierarchical counts', () => {
  it.each(['laplace', 'gaussian'] as const)(
    '%s: children sum to their parents, exactly, and lie near the truth',
    (noise) => {
      const plan: Plan = { ...base, noise, budget: { epsilon: 1, delta: noise === 'gaussian' ? 1e-6 : 0 } };
      for (let run = 0; run < 20; run++) {
        const answers = answer(table, pricePlan(plan), random);
        expect(answers).toHaveLength(1 + 3 + 12);
        expect(answers.every(({ value }) => Number.isInteger(value))).toBe(true);
        const children = (...key: string[]): number =>
          answers
            .filter((one) => one.key.length === key.length + 1 && key.every((part, i) => one.key[i] === part))
            .reduce((sum, one) => sum + one.value, 0);
        expect(children()).toBe(at(answers).value);
        for (const p of ['A', 'B', 'C']) expect(children(p)).toBe(at(answers, p).value);
        expect(Math.abs(at(answers).value - N)).toBeLessThan(150);
      }
    },
  );

  it('equals least squares by the normal equations, with its variances', () => {
    // Root with two children, the first with two leaves: solved by hand from the normal equations over the three leaves.
    const measured = [10, 6, 1, 4, 5];
    const variances = [1, 2, 4, 1, 3];
    const parents = [-1, 0, 0, 1, 1];
    const nodes = parents.map((parent, i) => ({ parent, measured: measured[i]!, variance: variances[i]! }));
    // Leaves: node 2, 3, 4. Rows of the design: root 111, node 1 011, leaf 2 100, leaf 3 010, leaf 4 001.
    const design = [
      [1, 1, 1],
      [0, 1, 1],
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
    const normal = [0, 1, 2].map((a) =>
      [0, 1, 2].map((b) => design.reduce((sum, row, i) => sum + (row[a]! * row[b]!) / variances[i]!, 0)),
    );
    const right = [0, 1, 2].map((a) =>
      design.reduce((sum, row, i) => sum + (row[a]! * measured[i]!) / variances[i]!, 0),
    );
    const inverse = inverse3(normal);
    const leaves = inverse.map((row) => row.reduce((sum, x, i) => sum + x * right[i]!, 0));
    const found = reconcile(nodes);
    [2, 3, 4].forEach((node, leaf) => {
      expect(found[node]!.estimate).toBeCloseTo(leaves[leaf]!, 10);
      expect(found[node]!.variance).toBeCloseTo(inverse[leaf]![leaf]!, 10);
    });
    expect(found[0]!.estimate).toBeCloseTo(leaves[0]! + leaves[1]! + leaves[2]!, 10);
    expect(found[0]!.variance).toBeCloseTo(
      inverse.flat().reduce((a, b) => a + b, 0),
      10,
    );
  });

  it('adds up for any tree, near the estimates', () => {
    const tree = fc.array(fc.tuple(fc.nat(), fc.integer({ min: -50, max: 500 }), fc.integer({ min: 1, max: 9 })), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(tree, (list) => {
        const nodes = list.map(([pick, value, variance], i) => ({
          parent: i === 0 ? -1 : pick % i,
          measured: value,
          variance,
        }));
        const found = reconcile(nodes);
        const sums = new Map<number, number>();
        nodes.forEach(({ parent }, i) => sums.set(parent, (sums.get(parent) ?? 0) + found[i]!.value));
        for (const [parent, sum] of sums) if (parent >= 0) expect(sum).toBe(found[parent]!.value);
        found.forEach(({ variance }, i) => expect(variance).toBeLessThanOrEqual(nodes[i]!.variance + 1e-9));
      }),
    );
  });

  it('covers the truth at least as often as its intervals say, and beats the leaves added up', () => {
    const priced = pricePlan(base);
    let [inside, all, own, plain] = [0, 0, 0, 0];
    for (let run = 0; run < 100; run++) {
      const answers = answer(table, priced, new SeededRandom(`tree-${run}`));
      for (const { key, value, interval } of answers) {
        const truth = Array.from({ length: N }, (_, i) => [province(i), city(i)]).filter((row) =>
          key.every((part, i) => row[i] === part),
        ).length;
        all++;
        if (interval![0] <= truth && truth <= interval![1]) inside++;
        if (key.length === 0) own += (value - truth) ** 2;
      }
      plain += 12 * 2 * 3 ** 2;
    }
    expect(inside / all).toBeGreaterThan(0.95);
    expect(own).toBeLessThan(plain / 2);
  });

  it('is priced for rows of a unit that meet in one node, and refuses unknown keys', () => {
    const plan: Plan = {
      ...base,
      contribution: { groups: 3, rowsPerGroup: 2 },
      noise: 'gaussian',
      budget: { epsilon: 1, delta: 1e-6 },
    };
    const { charges, measurements } = pricePlan(plan);
    expect(measurements.map(({ perGroup }) => perGroup)).toEqual([6, 6, 2]);
    expect(charges[0]).toMatchObject({ mechanism: { sensitivity: 6 }, count: 1 });
    expect(account({ charges, accountant: 'pld', delta: 1e-6 }).epsilon).toBeLessThanOrEqual(1 + 1e-9);
    const unknown: Plan = { ...plan, groupBy: { columns: ['city'], keys: { unknown: 'magic' } } };
    expect(() => pricePlan(unknown)).toThrowError(expect.objectContaining({ code: 'SCRIM_DP_PLAN' }));
  });
});

function inverse3(m: number[][]): number[][] {
  const c = (i: number, j: number): number => {
    const [a, b] = [0, 1, 2].filter((k) => k !== i) as [number, number];
    const [x, y] = [0, 1, 2].filter((k) => k !== j) as [number, number];
    return ((i + j) % 2 === 0 ? 1 : -1) * (m[a]![x]! * m[b]![y]! - m[a]![y]! * m[b]![x]!);
  };
  const det = [0, 1, 2].reduce((sum, j) => sum + m[0]![j]! * c(0, j), 0);
  return [0, 1, 2].map((i) => [0, 1, 2].map((j) => c(j, i) / det));
}

describe('bounds discovery', () => {
  const plan = (epsilon: number): Plan => ({
    ...base,
    groupBy: null,
    queries: [{ name: 'range', kind: 'bounds', column: 'x', quantum: 1 }],
    budget: { epsilon, delta: 0 },
    // An empty cell passes for occupied with probability 1e-6 a run.
    confidence: 0.999999,
  });
  const ends = (data: Table, epsilon = 1): number[] =>
    answer(data, pricePlan(plan(epsilon)), random).map(({ value }) => value);

  it('finds the powers of two about the data: 1..1000 lies in (0, 1024]', () => {
    for (let i = 0; i < 20; i++) {
      const [low, high] = ends(table) as [number, number];
      expect(high).toBe(1024);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(low).toBeLessThanOrEqual(64);
    }
  });

  it('does not follow one person: an outlier moves nothing, empty data gives [0, 0], shapes are the same', () => {
    const far = tableFromColumns({
      person: Array.from({ length: N + 1 }, (_, i) => `p${i}`),
      x: Float64Array.from({ length: N + 1 }, (_, i) => (i === N ? -1e30 : 5)),
    });
    for (let i = 0; i < 20; i++) expect(ends(far)).toEqual([4, 8]);
    expect(ends(tableFromColumns({ person: [], x: new Float64Array(0) }))).toEqual([0, 0]);
    const odd = tableFromColumns({
      person: ['a', 'b', 'c'],
      x: Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY, -0),
    });
    expect(ends(odd, 0.01)).toHaveLength(2);
  });

  it('names the sign: negative values give a negative lower bound', () => {
    const signed = tableFromColumns({
      person: Array.from({ length: N }, (_, i) => `p${i}`),
      x: Float64Array.from({ length: N }, (_, i) => (i % 2 === 0 ? -100 : 3)),
    });
    expect(ends(signed)).toEqual([-128, 4]);
  });
});

describe('intervals of quantiles', () => {
  const plan: Plan = {
    ...base,
    groupBy: null,
    queries: [
      {
        name: 'q',
        kind: 'quantiles',
        column: 'x',
        lower: 0,
        upper: 1024,
        quantum: 1,
        probabilities: [0.25, 0.5],
        interval: true,
      },
    ],
    budget: { epsilon: 6, delta: 0 },
  };

  it('cover the true quantile at least as often as they say and are no wider than the plan can pay for', () => {
    const priced = pricePlan(plan);
    expect(priced.charges).toHaveLength(6);
    expect(account({ charges: priced.charges, accountant: 'pure', delta: 0 }).epsilon).toBeLessThanOrEqual(
      6 * (1 + 1e-12),
    );
    const sorted = Float64Array.from({ length: N }, (_, i) => (i % 1000) + 1).sort();
    let inside = 0;
    for (let run = 0; run < 60; run++) {
      answer(table, priced, new SeededRandom(`quantile-${run}`)).forEach(({ interval, value }, i) => {
        const truth = sorted[Math.floor(N * (i === 0 ? 0.25 : 0.5))] as number;
        expect(interval![0] <= value && value <= interval![1]).toBe(true);
        expect(interval![1] - interval![0]).toBeLessThan(200);
        if (interval![0] <= truth && truth <= interval![1]) inside++;
      });
    }
    expect(inside).toBeGreaterThanOrEqual(114);
  });
});

describe('rows in all (l1)', () => {
  const heavy = tableFromColumns({
    person: Array.from({ length: 1000 }, () => 'heavy'),
    city: Array.from({ length: 1000 }, (_, i) => `c${i % 20}`),
  });
  const plan: Plan = {
    ...base,
    contribution: { groups: 8, rowsPerGroup: 4, rows: 10 },
    groupBy: { columns: ['city'], keys: { public: Array.from({ length: 20 }, (_, i) => [`c${i}`]) } },
    queries: [{ name: 'n', kind: 'count' }],
    budget: { epsilon: 1024, delta: 0 },
  };

  it('keeps at most so many rows of a unit, and prices them', () => {
    for (let i = 0; i < 10; i++) {
      const values = answer(heavy, pricePlan(plan), random).map(({ value }) => value);
      expect(values.reduce((a, b) => a + b, 0)).toBe(10);
      expect(Math.max(...values)).toBeLessThanOrEqual(4);
    }
    const own = (change: Partial<Plan>) => pricePlan({ ...plan, budget: { epsilon: 1, delta: 0 }, ...change });
    expect(own({}).charges[0]).toMatchObject({ mechanism: { sensitivity: 10 } });
    expect(own({ contribution: { groups: 8, rowsPerGroup: 4 } }).charges[0]).toMatchObject({
      mechanism: { sensitivity: 32 },
    });
    // Three groups at the full limit bound the L2 norm: 4² + 4² + 2² <= 3 · 4².
    const gaussian = own({ noise: 'gaussian', budget: { epsilon: 1, delta: 1e-6 } });
    expect(gaussian.charges[0]).toMatchObject({ mechanism: { sensitivity: 4 }, count: 3 });
  });
});

describe('groups of at least so many units', () => {
  it('never names a smaller one, however certain the rule is', () => {
    const data = tableFromColumns({
      person: Array.from({ length: 300 }, (_, i) => `p${i}`),
      city: Array.from({ length: 300 }, (_, i) => (i < 90 ? 'small' : 'large')),
    });
    const plan: Plan = {
      ...base,
      groupBy: { columns: ['city'], keys: { unknown: 'magic', atLeast: 100 } },
      queries: [{ name: 'n', kind: 'persons' }],
      budget: { epsilon: 8, delta: 1e-3 },
    };
    for (let i = 0; i < 30; i++)
      expect(answer(data, pricePlan(plan), random).map(({ key }) => key[0])).toEqual(['large']);
  });
});

describe('a forecast before anything is spent', () => {
  it('says noise and half width of every measurement', () => {
    const plan: Plan = {
      ...base,
      queries: [
        { name: 'n', kind: 'count' },
        { name: 's', kind: 'sum', column: 'x', lower: 0, upper: 100, quantum: 0.5 },
      ],
    };
    const [count, sum] = forecast(pricePlan(plan));
    expect(count).toMatchObject({ query: 'n', what: 'rows', noise: 'discrete-laplace' });
    // Laplace of scale 2 at 95 %: 2 ln 20 = 6.
    expect(count!.scale).toBeCloseTo(2, 9);
    expect(count!.reach).toBeLessThanOrEqual(6);
    expect(sum!.scale).toBeCloseTo(200, 6);
  });
});
