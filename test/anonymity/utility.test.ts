/** Query-workload error and classification accuracy against plain recounts. */
import { describe, expect, test } from 'vitest';
import {
  anonymize,
  classificationAccuracy,
  drawQueries,
  Hierarchy,
  intervalHierarchy,
  kAnonymity,
  kmViolations,
  publishedColumns,
  trueCounts,
  workloadError,
} from '../../src/anonymity/index.js';
import { tableFromColumns, tableFromRows, take } from '../../src/table/index.js';
import { adultColumns, adultHierarchies, adultTable } from './adult.js';

const hierarchies = adultHierarchies();
/** The first 4,000 rows. */
const table = take(
  adultTable(),
  Int32Array.from({ length: 4000 }, (_, row) => row),
);

describe('query-workload error', () => {
  test('true counts are what counting the raw strings gives', () => {
    const { published } = anonymize(table, {
      quasiIdentifiers: adultColumns,
      hierarchies,
      k: 5,
      suppression: 0.05,
    });
    const columns = published();
    const queries = drawQueries(columns, { queries: 60, dimensions: 3, seed: 7 });
    const truth = trueCounts(columns, queries);
    const rows = [...table.objects()];
    const age = [...(hierarchies['age'] as Hierarchy).values].map(Number).sort((a, b) => a - b);
    queries.forEach((query, i) => {
      // Only age is a column of numbers: ranks of the other columns follow the lines of their hierarchy.
      const count = rows.filter((row) =>
        query.columns.every((d, j) => {
          const name = adultColumns[d] as string;
          const rank =
            name === 'age'
              ? age.indexOf(Number(row[name]))
              : (hierarchies[name] as Hierarchy).values.indexOf(row[name] as string);
          return rank >= (query.from[j] as number) && rank <= (query.to[j] as number);
        }),
      ).length;
      expect(truth[i]).toBe(count);
    });
  });

  test('nothing changed has no error; the estimate spreads a cell evenly (by hand)', () => {
    const table = tableFromRows(['1', '2', '3', '4'].map((a) => ({ a })));
    const own = { a: intervalHierarchy(['1', '2', '3', '4', '5'], { widths: [3] }) };
    const raw = anonymize(table, { quasiIdentifiers: ['a'], hierarchies: own, k: 1 }).published();
    expect(workloadError(raw, { queries: 50 }).mean).toBe(0);
    // 1, 2 are [0, 3) and 3, 4, 5 are [3, 6): a query for one value of five counts 1 raw.
    const coarse = anonymize(table, { quasiIdentifiers: ['a'], hierarchies: own, k: 2 }).published();
    const queries = drawQueries(coarse, { queries: 200, dimensions: 1, share: 0.2 });
    const errors = queries.map(({ from }) => {
      const value = (from[0] as number) + 1;
      const estimate = value <= 2 ? 1 : 2 / 3;
      const truth = value === 5 ? 0 : 1;
      return Math.abs(estimate - truth) / Math.max(truth, 0.004);
    });
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    expect(workloadError(coarse, { queries: 200, dimensions: 1, share: 0.2 }).mean).toBeCloseTo(mean, 9);
  });

  test('a product read from its strings gives what the solution says; local recoding is nearer than the full domain', () => {
    const options = { quasiIdentifiers: adultColumns, hierarchies, k: 5, suppression: 0.05 } as const;
    const full = anonymize(table, options);
    const rows = Int32Array.from(full.solution.kept.keys()).filter((row) => full.solution.kept[row] === 1);
    const read = publishedColumns(table, full.table, rows, adultColumns, hierarchies);
    const error = workloadError(full.published());
    expect(workloadError(read)).toEqual(error);
    const local = anonymize(table, { ...options, recoding: 'local', algorithm: 'top-down' });
    expect(workloadError(local.published()).mean).toBeLessThan(error.mean);
    expect(workloadError(full.published(), { seed: 2 })).not.toEqual(error);
  });
});

describe('classification accuracy', () => {
  test('a target that a column decides is learnt before and lost after that column is gone', () => {
    const size = 400;
    const x = Array.from({ length: size }, (_, i) => String(i % 2));
    const y = x.map((value) => (value === '0' ? 'no' : 'yes'));
    const z = Array.from({ length: size }, (_, i) => String((i * 7) % 5));
    const table = tableFromColumns({ x, z, y });
    const gone = anonymize(table, { quasiIdentifiers: ['x', 'z'], k: 1, minimumLevels: { x: 1 } });
    const found = classificationAccuracy(table, gone.published(), 'y');
    expect(found.before).toEqual({ naiveBayes: 1, logisticRegression: 1 });
    expect(found.baseline).toBe(0.5);
    expect(found.after.naiveBayes).toBeLessThan(0.65);
    expect(found.after.logisticRegression).toBeLessThan(0.65);
  });

  test('suppressed rows are predicted by the most frequent value', () => {
    const table = tableFromColumns({ x: ['a', 'a', 'b', 'b', 'b', 'b'], y: ['1', '1', '2', '2', '2', '2'] });
    const result = anonymize(table, {
      quasiIdentifiers: ['x'],
      hierarchies: { x: Hierarchy.fromRows([['a'], ['b']]) },
      criteria: [kAnonymity(3)],
      suppression: 0.4,
    });
    expect(result.solution.suppressedRows).toBe(2);
    expect(classificationAccuracy(table, result.published(), 'y', { folds: 2 }).after.naiveBayes).toBeCloseTo(4 / 6, 9);
  });

  test('a target without two values, or no feature, is refused', () => {
    const table = tableFromColumns({ x: ['a', 'b'], y: ['1', '1'] });
    const { published } = anonymize(table, { quasiIdentifiers: ['x'], k: 1 });
    for (const target of ['y', 'x']) {
      expect(() => classificationAccuracy(table, published(), target)).toThrowError(
        expect.objectContaining({ code: 'SCRIM_ANONYMITY_OPTION' }),
      );
    }
  });
});

test('k^m in the search: no row of the output breaks it, and it costs less than k-anonymity', () => {
  const options = { quasiIdentifiers: adultColumns.slice(0, 5), hierarchies, suppression: 0.01 } as const;
  const loss = [1, 2, 3].map((m) => {
    const { table: output, solution } = anonymize(table, { ...options, k: 10, m });
    expect(kmViolations(output, { quasiIdentifiers: options.quasiIdentifiers, k: 10, m }).count).toBe(0);
    expect(solution.criteria[0]).toMatchObject({ name: 'km-anonymity', holds: true });
    return solution.metric.value;
  });
  const whole = anonymize(table, { ...options, k: 10 }).solution.metric.value;
  expect([...loss, whole]).toEqual([...loss, whole].sort((a, b) => a - b));
  expect(loss[0] as number).toBeLessThan(whole);
});
