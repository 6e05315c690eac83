/** Attacks on a release that are not covered by its refusals: extreme cells, overflow, order, rare keys; exact when the noise is played again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answer, answer, type Plan, pricePlan } from '../../src/dp/index.js';
import { type Table, tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const plan: Plan = {
  schema: 'scrim.dp-plan/1',
  population: 'p',
  unit: { column: 'person' },
  contribution: { groups: 1, rowsPerGroup: 1 },
  groupBy: { columns: ['g'], keys: { public: [['a'], ['b'], ['empty']] } },
  queries: [
    { name: 'n', kind: 'count' },
    { name: 's', kind: 'sum', column: 'x', lower: -(2 ** 30), upper: 2 ** 30, quantum: 2 ** -10 },
    { name: 'm', kind: 'mean', column: 'x', lower: -10, upper: 10, quantum: 0.5 },
    { name: 'v', kind: 'variance', column: 'x', lower: -10, upper: 10, quantum: 0.5 },
    { name: 'h', kind: 'histogram', column: 'x', edges: [-1, 0, 1] },
    {
      name: 'q',
      kind: 'quantiles',
      column: 'x',
      lower: -10,
      upper: 10,
      quantum: 1,
      probabilities: [0.5],
      interval: true,
    },
    { name: 'b', kind: 'bounds', column: 'x', quantum: 1 },
    { name: 't', kind: 'hierarchy' },
  ],
  noise: 'laplace',
  budget: { epsilon: 8, delta: 0 },
};
const priced = pricePlan(plan);
type Row = readonly [person: string, group: string, x: number];
const table = (rows: readonly Row[]): Table =>
  tableFromColumns({
    person: rows.map((row) => row[0]),
    g: rows.map((row) => row[1]),
    x: Float64Array.from(rows, (row) => row[2]),
  });
const run = (rows: readonly Row[], seed = 's'): Answer[] => answer(table(rows), priced, new SeededRandom(seed));

const cell = fc.oneof(
  fc.double(),
  fc.constantFrom(
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    -0,
    5e-324,
    -5e-324,
    1.7e308,
    -1.7e308,
    2 ** 53,
    -(2 ** 53) - 2,
  ),
);
const rows = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'rare', ''), cell), { maxLength: 40 });
const named = (list: readonly (readonly [string, number])[]): Row[] => list.map(([g, x], i) => [`p${i}`, g, x]);

describe('whatever the cells are', () => {
  it('the answer has the same shape, finite numbers and ordered intervals; adding one person changes no format', () => {
    const shape = (answers: Answer[]): string =>
      JSON.stringify(
        answers.map(({ query, key, part, interval, noise }) => [query, key, part, interval === null, noise.kind]),
      );
    const clean = shape(run([]));
    fc.assert(
      fc.property(rows, cell, (list, extra) => {
        for (const data of [named(list), [...named(list), ['one more', 'a', extra] as Row]]) {
          const answers = run(data);
          expect(shape(answers)).toBe(clean);
          for (const { value, interval } of answers) {
            expect(Number.isFinite(value)).toBe(true);
            if (interval !== null) expect(interval[0] <= value && value <= interval[1]).toBe(true);
          }
        }
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it('infinities and NaN count as no number, values beyond the bounds as the bounds', () => {
    const sums = (x: number): number =>
      run([['p', 'a', x]]).find(({ query, key }) => query === 's' && key[0] === 'a')!.value;
    for (const nothing of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 5e-324])
      expect(sums(nothing)).toBe(sums(0));
    expect(sums(1e300)).toBe(sums(2 ** 30));
    expect(sums(-1e300)).toBe(sums(-(2 ** 30)));
  });

  it('2^53 cannot be passed: a thousand largest values, then their negatives, in any order, sum to exactly nothing', () => {
    const big = 2 ** 30;
    const list: Row[] = Array.from({ length: 2000 }, (_, i) => [`p${i}`, 'a', i < 1000 ? big : -big]);
    const at = (data: readonly Row[]): number =>
      run(data).find(({ query, key }) => query === 's' && key[0] === 'a')!.value;
    const zeros: Row[] = Array.from({ length: 2000 }, (_, i) => [`p${i}`, 'a', 0]);
    expect(at(list)).toBe(at(zeros));
    expect(at([...list].reverse())).toBe(at(zeros));
    // An order in which every prefix is as small as it can be.
    const mixed = list.slice(0, 1000).flatMap((row, i) => [row, list[1000 + i]!]);
    expect(at(mixed)).toBe(at(zeros));
  });
});

describe('keys', () => {
  it('a key that appears once is named with probability at most delta, a listed key without rows always', () => {
    const found: Plan = {
      ...plan,
      groupBy: { columns: ['g'], keys: { unknown: 'magic' } },
      queries: [{ name: 'n', kind: 'persons' }],
      budget: { epsilon: 1, delta: 1e-3 },
    };
    const own = pricePlan(found);
    const data = table(named([['once', 1]]));
    const random = new SeededRandom('rare');
    let seen = 0;
    const draws = 5000;
    for (let i = 0; i < draws; i++) seen += answer(data, own, random).length;
    // Expected at most 5; more than 20 happens with probability below 1e-6.
    expect(seen).toBeLessThanOrEqual(20);
    expect(run([]).filter(({ query, key }) => query === 'n' && key[0] === 'empty')).toHaveLength(1);
  });

  it('rows of keys that are not listed change nothing', () => {
    const data = named([
      ['a', 1],
      ['b', 2],
    ]);
    const more: Row[] = [...data, ['z1', 'other', 5], ['z2', 'another', 7]];
    expect(run(more)).toEqual(run(data));
  });
});
