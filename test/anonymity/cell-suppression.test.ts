/** Local suppression and k^m: every printed class recounted from its strings. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kmViolations, metricByName, suppressCells } from '../../src/anonymity/index.js';
import { tableFromColumns, tableFromRows } from '../../src/table/index.js';
import { adultColumns, adultTable } from './adult.js';

test('the printed table is k-anonymous for any table and k, and only blanks differ', () => {
  const row = fc.record({
    a: fc.constantFrom('1', '2', '3', null),
    b: fc.constantFrom('x', 'y', 'z'),
    c: fc.nat(9).map(String),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 3, maxLength: 40 }), fc.integer({ min: 1, max: 3 }), (rows, k) => {
      const { table, total } = suppressCells(tableFromRows(rows), { quasiIdentifiers: ['a', 'b', 'c'], k });
      const counts = new Map<string, number>();
      let blanks = 0;
      [...table.objects()].forEach((cells, i) => {
        for (const name of ['a', 'b', 'c'] as const) {
          if (cells[name] === null) blanks += rows[i]?.[name] === null ? 0 : 1;
          else expect(cells[name]).toBe(rows[i]?.[name]);
        }
        const key = JSON.stringify(cells);
        counts.set(key, (counts.get(key) ?? 0) + 1);
      });
      expect(Math.min(...counts.values())).toBeGreaterThanOrEqual(k);
      expect(total).toBe(blanks);
    }),
    { numRuns: 100 },
  );
});

test('unimportant columns go first', () => {
  const columns = ['sex', 'age', 'race'];
  const first = suppressCells(adultTable(), { quasiIdentifiers: columns, k: 3, importance: ['age', 'race', 'sex'] });
  expect(first.cells['age'] as number).toBeGreaterThan(first.cells['sex'] as number);
  expect(first.total).toBeLessThan(300);
});

test('k^m is weaker than k-anonymity and monotone in m', () => {
  const counts = [1, 2, 3].map((m) => kmViolations(adultTable(), { quasiIdentifiers: adultColumns, k: 2, m }).count);
  expect(counts[0] as number).toBeLessThanOrEqual(counts[1] as number);
  expect(counts[1] as number).toBeLessThanOrEqual(counts[2] as number);
  const two = tableFromColumns({ a: ['1', '1', '2', '2'], b: ['x', 'y', 'x', 'y'] });
  expect(kmViolations(two, { quasiIdentifiers: ['a', 'b'], k: 2, m: 1 }).count).toBe(0);
  expect(kmViolations(two, { quasiIdentifiers: ['a', 'b'], k: 2, m: 2 }).count).toBe(4);
});

test('unknown metrics are refused by name', () => {
  expect(() => metricByName('nothing' as 'loss')).toThrowError(
    expect.objectContaining({ code: 'SCRIM_ANONYMITY_OPTION' }),
  );
});
