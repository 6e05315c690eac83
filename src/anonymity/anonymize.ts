/**
 * `anonymize`: table + hierarchies + criteria -> a table that satisfies them, its record, and what was found.
 *
 * Full-domain: the proven minimum of the metric over the lattice (search/). Local: recoding/.
 * @module
 */
import { ScrimError, version } from '../core/index.js';
import type { Table } from '../table/index.js';
import { cpuMilliseconds } from './_cpu.js';
import { leakageOf, recordOf } from './_record.js';
import { type Printed, recountCriteria } from './_recount.js';
import { writeTable } from './_write.js';
import { metricByName, metricNames } from './metric/registry.js';
import type { AnonymizeOptions, AnonymizeResult, CriterionOutcome, Solution } from './options.js';
import { recodeLocally } from './recoding/local.js';
import { searchAnytime } from './search/anytime.js';
import { certificateOf } from './search/certificate.js';
import { type SearchResult, searchOptimal } from './search/optimal.js';
import { evaluatorOf, type Problem, prepareProblem } from './search/problem.js';
import { leavesAt, type QuasiIdentifier } from './search/quasi-identifier.js';
import { type PublishedColumn, ranksOf } from './utility/published.js';

/** Largest lattice that is enumerated by default. */
const LATTICE_LIMIT = 4_194_304;

/**
 * Anonymises a table.
 *
 * Classes count persons where `person` names a column. A class that breaks a criterion is suppressed whole; at most
 * floor(suppression x rows) rows may go. Ties: lowest value, then lowest sum of levels, then lexicographic.
 *
 * @throws SCRIM_ANONYMITY_OPTION, SCRIM_ANONYMITY_EMPTY, SCRIM_ANONYMITY_SENSITIVE_IS_QI, SCRIM_ANONYMITY_K_TOO_LARGE,
 * SCRIM_ANONYMITY_IMPOSSIBLE, SCRIM_ANONYMITY_NOT_FOUND, SCRIM_ANONYMITY_LATTICE, SCRIM_HIERARCHY_MISSING_VALUE, SCRIM_HIERARCHY_REQUIRED,
 * SCRIM_TABLE_UNKNOWN_COLUMN, SCRIM_CANCELLED
 */
export function anonymize(table: Table, options: AnonymizeOptions): AnonymizeResult {
  const t0 = cpuMilliseconds();
  const problem = prepareProblem(table, options);
  if (options.recoding === 'local') return anonymizeLocally(table, problem, options, t0);
  const evaluator = evaluatorOf(problem);
  const t1 = cpuMilliseconds();
  const limit = options.latticeLimit ?? LATTICE_LIMIT;
  const found =
    problem.lattice.nodes <= limit
      ? searchOptimal(problem.lattice, evaluator, options)
      : searchAnytime(problem.lattice, evaluator, limit, options);
  if (found.ties.length === 0) {
    if (found.complete) throw impossible(problem);
    throw new ScrimError('SCRIM_ANONYMITY_NOT_FOUND', { nodes: found.checkedNodes, lattice: problem.lattice.nodes });
  }
  const t2 = cpuMilliseconds();
  const best = found.ties[0] as SearchResult['ties'][number];
  const levels = Int32Array.from(best.levels);
  const outcome = evaluator.check(levels, true);
  if (!outcome.feasible)
    throw new ScrimError('SCRIM_INTERNAL', { check: 'the chosen solution satisfies the criteria' });
  const { frequency } = problem;
  const { classOf } = evaluator.node.classes;
  const kept = new Uint8Array(table.rows);
  for (let row = 0; row < kept.length; row++) {
    const tuple = frequency.tupleOf[row] as number;
    kept[row] = evaluator.node.kept[classOf[tuple] as number] as number;
    if (options.subset !== undefined && options.subset[row] !== 1) kept[row] = 0;
  }
  const metrics: Record<string, number> = {};
  for (const name of metricNames) {
    metrics[name] = metricByName(name, options.k ?? 1)
      .prepare(problem.context)
      .value(evaluator.node);
  }
  metrics[problem.metric.name] = outcome.value;
  const printed: Printed = {
    cell: (d, row) => {
      const { codes, groupOf } = problem.columns[d] as QuasiIdentifier;
      return (groupOf[levels[d] as number] as Int32Array)[codes.codes[row] as number] as number;
    },
    labels: problem.columns.map((column, d) => column.labels[levels[d] as number] as readonly (string | null)[]),
  };
  const criteria = outcomes(table, problem, options, kept, printed);
  const output = writeTable(table, problem, options, kept, printed.cell, (d) => printed.labels[d] as (string | null)[]);
  const t3 = cpuMilliseconds();
  const byName = (list: readonly number[]): Record<string, number> =>
    Object.fromEntries(problem.columns.map((column, d) => [column.name, list[d] as number]));
  const solution: Solution = {
    recoding: 'full-domain',
    rows: frequency.totalRows,
    persons: frequency.persons ? frequency.totalUnits : null,
    quasiIdentifiers: options.quasiIdentifiers,
    levels: byName(best.levels),
    ties: found.ties.map((tie) => ({ levels: byName(tie.levels), suppressedRows: tie.suppressedRows })),
    suppressedRows: outcome.suppressedRows,
    classes: evaluator.node.keptClasses,
    metric: { name: problem.metric.name, value: outcome.value },
    metrics,
    criteria,
    checkedNodes: found.checkedNodes,
    latticeNodes: problem.lattice.nodes,
    optimal: found.complete,
    lowerBound: found.lowerBound,
    algorithm: null,
    cpuMilliseconds: { load: 0, index: t1 - t0, search: t2 - t1, apply: t3 - t2 },
    kept,
    certificate: found.complete && problem.lattice.nodes <= limit ? certificateOf(problem, found) : null,
  };
  const leakage = leakageOf(problem, levels, output);
  const record = recordOf(table, output, problem, options, solution, leakage, version);
  const published = (): PublishedColumn[] =>
    publishedOf(problem, kept, printed.cell, (d) =>
      leavesAt(problem.columns[d] as QuasiIdentifier, levels[d] as number),
    );
  return { table: output, record, leakage, solution, published };
}

/** Every criterion with what the recount says. @throws SCRIM_INTERNAL when one does not hold: nothing is released then */
function outcomes(
  table: Table,
  problem: Problem,
  options: AnonymizeOptions,
  kept: Uint8Array,
  printed: Printed,
): CriterionOutcome[] {
  const holds = recountCriteria(table, problem, options, kept, printed);
  const failing = problem.criteria.find((_, i) => holds[i] !== true);
  if (failing !== undefined) {
    throw new ScrimError('SCRIM_INTERNAL', { check: `the recount of ${failing.name}` });
  }
  return problem.criteria.map(({ name, parameters, sensitive }, i) => ({
    name,
    parameters: { ...parameters, ...(sensitive === undefined ? {} : { sensitive }) },
    holds: holds[i] as boolean,
  }));
}

function anonymizeLocally(table: Table, problem: Problem, options: AnonymizeOptions, t0: number): AnonymizeResult {
  const t1 = cpuMilliseconds();
  const found = recodeLocally(problem, options.algorithm, options.numbers);
  const t2 = cpuMilliseconds();
  const { frequency } = problem;
  const kept = new Uint8Array(table.rows);
  for (let row = 0; row < kept.length; row++) {
    kept[row] = found.kept[frequency.tupleOf[row] as number] as number;
    if (options.subset !== undefined && options.subset[row] !== 1) kept[row] = 0;
  }
  const printed: Printed = {
    cell: (d, row) => (found.published[d] as Int32Array)[frequency.tupleOf[row] as number] as number,
    labels: found.labels,
  };
  const criteria = outcomes(table, problem, options, kept, printed);
  const output = writeTable(table, problem, options, kept, printed.cell, (d) => printed.labels[d] as (string | null)[]);
  const t3 = cpuMilliseconds();
  const levels = Object.fromEntries(problem.columns.map((column, d) => [column.name, found.levels[d] as number]));
  const name = Object.hasOwn(found.metrics, problem.metric.name) ? problem.metric.name : 'loss';
  const solution: Solution = {
    recoding: 'local',
    rows: frequency.totalRows,
    persons: frequency.persons ? frequency.totalUnits : null,
    quasiIdentifiers: options.quasiIdentifiers,
    levels,
    ties: [{ levels, suppressedRows: found.suppressedRows }],
    suppressedRows: found.suppressedRows,
    classes: found.classes,
    metric: { name, value: found.metrics[name] as number },
    metrics: found.metrics,
    criteria,
    checkedNodes: 0,
    latticeNodes: problem.lattice.nodes,
    optimal: false,
    lowerBound: null,
    algorithm: found.algorithm,
    cpuMilliseconds: { load: 0, index: t1 - t0, search: t2 - t1, apply: t3 - t2 },
    kept,
    certificate: null,
  };
  const leakage = leakageOf(problem, null, output);
  return {
    table: output,
    record: recordOf(table, output, problem, options, solution, leakage, version),
    leakage,
    solution,
    published: () => publishedOf(problem, kept, printed.cell, found.leaves),
  };
}

/** The printed cells as sets of base values, ranked by size where they are numbers. */
function publishedOf(
  problem: Problem,
  kept: Uint8Array,
  cell: (d: number, row: number) => number,
  leaves: (d: number) => Int32Array[],
): PublishedColumn[] {
  return problem.columns.map(({ name, size, labels, groupOf, codes }, d) => {
    const { rank, ordered } = ranksOf(labels[0] as readonly (string | null)[]);
    const base = groupOf[0] as Int32Array;
    return {
      name,
      size,
      baseOf: codes.codes.map((code) => rank[base[code] as number] as number),
      cellOf: Int32Array.from(kept, (one, row) => (one === 1 ? cell(d, row) : -1)),
      leaves: leaves(d).map((list) => list.map((one) => rank[one] as number).sort()),
      ordered,
    };
  });
}

/** Which criterion fails at the highest levels allowed, and by how much. */
function impossible(problem: Problem): ScrimError {
  const alone = problem.criteria.map((criterion) => {
    const single = evaluatorOf({ ...problem, criteria: [criterion] });
    const { feasible, suppressedRows } = single.check(problem.lattice.maximum, true);
    return { name: criterion.name, feasible, suppressedRows };
  });
  const failing = alone.filter(({ feasible }) => !feasible);
  const rows =
    failing.length > 0
      ? failing.reduce((most, one) => Math.max(most, one.suppressedRows), 0)
      : evaluatorOf(problem).check(problem.lattice.maximum, true).suppressedRows;
  return new ScrimError('SCRIM_ANONYMITY_IMPOSSIBLE', {
    criterion: (failing.length > 0 ? failing : alone).map(({ name }) => name).join(' + '),
    shortfall:
      rows > problem.limit
        ? `${rows} rows stand in classes that break it, ${problem.limit} may be suppressed`
        : `the class sizes as a whole break it, whichever ${problem.limit} rows are suppressed`,
  });
}
