import { describe, expect, it } from 'vitest';
import { recount } from '../../src/policy/recount.js';
import { tableFromRows } from '../../src/table/index.js';

const rows = (spec: string): ReturnType<typeof tableFromRows> =>
  tableFromRows(spec.split(' ').map((row) => ({ q: row.charAt(0), s: row.charAt(1), p: row.slice(2) })));

describe('the independent recount', () => {
  // Two classes: a with values x, x, y, y of four persons; b with x, y, z of three.
  const good = rows('ax1 ax2 ay3 ay4 bx5 by6 bz7');
  const k = (n: number) => ({ model: 'k-anonymity', k: n }) as const;

  it('counts classes and persons', () => {
    expect(recount(good, ['q'], 'p', [k(3)], good)).toEqual({ classes: 2, smallest: 3, models: ['k-anonymity'] });
    expect(recount(rows('ax1 ax1 ay1 ay2'), ['q'], 'p', [k(2)], good)).toMatchObject({ smallest: 2 });
    expect(() => recount(good, ['q'], 'p', [k(4)], good)).toThrowError(
      expect.objectContaining({
        code: 'SCRIM_POLICY_RECOUNT',
        parameters: { model: 'k-anonymity', found: 3, limit: 4 },
      }),
    );
    // Five rows of one person are not five persons.
    expect(() => recount(rows('ax1 ax1 ax1 ax1 ax1'), ['q'], 'p', [k(5)], good)).toThrow();
    expect(recount(rows('ax1 ax1 ax1 ax1 ax1'), ['q'], null, [k(5)], good)).toMatchObject({ smallest: 5 });
  });

  it('checks distinct, entropy and recursive l-diversity', () => {
    const l = (value: number, variant: 'distinct' | 'entropy' | 'recursive', c?: number) =>
      ({ model: 'l-diversity', column: 's', l: value, variant, ...(c !== undefined && { c }) }) as const;
    const run = (model: ReturnType<typeof l>): string[] => [...recount(good, ['q'], 'p', [model], good).models];
    expect(run(l(2, 'distinct'))).toEqual(['l-diversity']);
    expect(() => run(l(3, 'distinct'))).toThrow();
    expect(run(l(2, 'entropy'))).toEqual(['l-diversity']);
    expect(() => run(l(2.1, 'entropy'))).toThrow();
    // Class a: 2 < c * 2 for l = 2 needs c > 1; class b: 1 < c * 2.
    expect(run(l(2, 'recursive', 1.01))).toEqual(['l-diversity']);
    expect(() => run(l(2, 'recursive', 1))).toThrow();
  });

  it('checks t-closeness against the whole table', () => {
    // Whole: x 3/7, y 3/7, z 1/7. Class a: x 1/2, y 1/2: distance 1/7. Class b: 1/3 each: distance 2 * (3/7 - 1/3) = 4/21.
    const t = (value: number) => ({ model: 't-closeness', column: 's', t: value }) as const;
    expect(recount(good, ['q'], 'p', [t(4 / 21)], good).models).toEqual(['t-closeness']);
    expect(() => recount(good, ['q'], 'p', [t(0.19)], good)).toThrow();
    expect(recount(good, ['q'], 'p', [{ ...t(0.01), distance: 'ordered' }], good).models).toEqual([]);
  });
});
