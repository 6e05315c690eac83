/**
 * The record of an anonymization: parameters, counts, warnings and what each written column still tells.
 * @module
 */
import type { Json, Leakage, OperationRecord, Warning } from '../core/index.js';
import type { Table } from '../table/index.js';
import type { AnonymizeOptions, Solution } from './options.js';
import type { Problem } from './search/problem.js';

/** Leakage of every written column; the quasi-identifiers at one level each. */
export function leakageOf(problem: Problem, levels: Int32Array | null, output: Table): Leakage[] {
  return output.names.map((name): Leakage => {
    const d = problem.columns.findIndex((column) => column.name === name);
    const none = { length: false, checkDigit: false, keyInvertible: false, key: null } as const;
    if (d < 0) {
      return { column: name, rule: 'keep', domainSize: null, residual: null, equality: true, order: true, ...none };
    }
    const column = problem.columns[d] as Problem['columns'][number];
    const level = levels === null ? null : (levels[d] as number);
    if (level === null) {
      const residual = { min: 1, mean: column.size, max: column.size };
      return {
        column: name,
        rule: 'generalize-local',
        domainSize: column.size,
        residual,
        equality: false,
        order: true,
        ...none,
      };
    }
    const top = (column.groups[level] as number) === 1;
    return {
      column: name,
      rule: level === 0 ? 'keep' : `generalize-level-${level}`,
      domainSize: column.size,
      residual: residualOf(problem, d, level),
      equality: !top,
      order: !top,
      ...none,
    };
  });
}

function residualOf(problem: Problem, d: number, level: number): { min: number; mean: number; max: number } {
  const column = problem.columns[d] as Problem['columns'][number];
  const { codes, rows } = problem.frequency;
  const groups = column.groupOf[level] as Int32Array;
  const leaves = column.leaves[level] as Float64Array;
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  let sum = 0;
  let total = 0;
  const own = codes[d] as Int32Array;
  for (let i = 0; i < own.length; i++) {
    const size = leaves[groups[own[i] as number] as number] as number;
    min = Math.min(min, size);
    max = Math.max(max, size);
    sum += size * (rows[i] as number);
    total += rows[i] as number;
  }
  return { min, mean: sum / total, max };
}

/** The record; artifacts are in-memory tables (digest null): whoever writes the file fills them in. */
export function recordOf(
  table: Table,
  output: Table,
  problem: Problem,
  options: AnonymizeOptions,
  solution: Solution,
  leakage: readonly Leakage[],
  version: string,
): OperationRecord {
  const warnings: Warning[] = [];
  for (const column of problem.columns) {
    if (column.nullRows > 0) {
      warnings.push({
        code: 'null-is-a-base-value',
        message: `Column ${column.name} has null cells that its hierarchy does not list; they are a base value of their own.`,
        column: column.name,
        count: column.nullRows,
      });
    }
    if (!column.hierarchy.notes.singleTop) {
      warnings.push({
        code: 'several-top-groups',
        message: `The highest level of the hierarchy of column ${column.name} has several groups.`,
        column: column.name,
        count: column.groups[column.height] as number,
      });
    }
    if (column.hierarchy.notes.repeatedLines > 0) {
      warnings.push({
        code: 'repeated-hierarchy-lines',
        message: `The hierarchy of column ${column.name} repeats lines; each is counted once.`,
        column: column.name,
        count: column.hierarchy.notes.repeatedLines,
      });
    }
  }
  if (!solution.optimal && solution.recoding === 'full-domain') {
    warnings.push({
      code: 'not-proven-optimal',
      message: 'The time limit ended the search; the gap between the value and the proven lower bound is stated.',
    });
  }
  const dropped = table.names.filter((name) => !output.has(name));
  if (dropped.length > 0) {
    warnings.push({
      code: 'columns-not-written',
      message: 'Columns that were not asked for are left out.',
      count: dropped.length,
    });
  }
  const parameters: Record<string, Json> = {
    quasiIdentifiers: [...options.quasiIdentifiers],
    person: options.person ?? null,
    criteria: solution.criteria.map(({ name, parameters: own }) => ({ name, parameters: own })),
    suppression: options.suppression ?? 0,
    metric: solution.metric.name,
    recoding: solution.recoding,
    algorithm: solution.algorithm,
    levels: { ...solution.levels },
    suppressedRows: options.suppressedRows ?? 'drop',
    columnsNotWritten: dropped,
  };
  return {
    schema: 'scrim.record/1',
    operation: 'anonymize',
    tool: { name: 'scrim', version },
    time: new Date().toISOString(),
    parameters,
    inputs: [{ name: 'table', sha256: null, rows: table.rows, columns: table.names }],
    outputs: [{ name: 'table', sha256: null, rows: output.rows, columns: output.names }],
    counts: {
      rowsRead: table.rows,
      rowsWritten: output.rows,
      rowsSuppressed: solution.suppressedRows,
      classes: solution.classes,
    },
    warnings,
    columns: leakage,
    policy: 'none',
    unsafe: [],
  };
}
