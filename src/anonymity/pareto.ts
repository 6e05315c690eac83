/**
 * The Pareto front over k and suppression limits from one indexed table: one count, many searches.
 * @module
 */
import type { Table } from '../table/index.js';
import { kAnonymity } from './criterion/k-anonymity.js';
import type { AnonymizeOptions } from './options.js';
import { searchOptimal } from './search/optimal.js';
import { evaluatorOf, prepareProblem } from './search/problem.js';

/** One setting and its optimum. */
export interface ParetoPoint {
  readonly k: number;
  readonly suppression: number;
  /** Proven optimum; null when no node is feasible. */
  readonly value: number | null;
  readonly levels: Readonly<Record<string, number>> | null;
  readonly suppressedRows: number | null;
  /** True when no other setting has at least this k, at most this suppression and at most this value. */
  readonly efficient: boolean;
}

/**
 * The optimum for every pair of k and suppression limit; the table is counted once.
 *
 * @throws what `anonymize` throws for its options
 */
export function paretoFront(
  table: Table,
  options: Omit<AnonymizeOptions, 'k' | 'suppression' | 'recoding'>,
  ks: readonly number[],
  suppressions: readonly number[],
): ParetoPoint[] {
  const problem = prepareProblem(table, { ...options, k: 1 });
  const others = problem.criteria.filter(
    (criterion) => criterion.name !== 'k-anonymity' || criterion.parameters['k'] !== 1,
  );
  const points = ks.flatMap((k) =>
    suppressions.map((suppression) => {
      const limit = Math.floor(suppression * problem.frequency.totalRows);
      const context = { ...problem.context, limit };
      const evaluator = evaluatorOf({ ...problem, criteria: [kAnonymity(k), ...others], context }, limit);
      const found = searchOptimal(problem.lattice, evaluator, options);
      const best = found.ties[0];
      return {
        k,
        suppression,
        value: best === undefined ? null : found.value,
        levels:
          best === undefined
            ? null
            : Object.fromEntries(problem.columns.map(({ name }, d) => [name, best.levels[d] as number])),
        suppressedRows: best === undefined ? null : best.suppressedRows,
      };
    }),
  );
  return points.map((point) => ({
    ...point,
    efficient:
      point.value !== null &&
      !points.some(
        (other) =>
          other !== point &&
          other.value !== null &&
          other.k >= point.k &&
          other.suppression <= point.suppression &&
          other.value <= (point.value as number) &&
          (other.k > point.k || other.suppression < point.suppression || other.value < (point.value as number)),
      ),
  }));
}
