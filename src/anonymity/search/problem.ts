/**
 * The problem of a search, bound to one table: quasi-identifiers, frequency set, criteria, metric, limit.
 * @module
 */
import { ScrimError } from '../../core/index.js';
import { encode, type Table } from '../../table/index.js';
import type { Criterion } from '../criterion/criterion.js';
import { criteriaFromSettings } from '../criterion/settings.js';
import { keepOrSuppress } from '../hierarchy/trivial.js';
import type { Metric, MetricContext } from '../metric/metric.js';
import { metricByName } from '../metric/registry.js';
import type { AnonymizeOptions } from '../options.js';
import { bindCriteria, Evaluator } from './evaluate.js';
import { buildFrequencySet, type FrequencySet } from './frequency-set.js';
import { Grouper } from './grouping.js';
import { Lattice } from './lattice.js';
import { bindQuasiIdentifier, type QuasiIdentifier } from './quasi-identifier.js';

/** Distinct values above which a column must bring a hierarchy. */
const TRIVIAL_LIMIT = 10_000;

/** Everything a search needs, counted once. */
export interface Problem {
  readonly columns: readonly QuasiIdentifier[];
  readonly frequency: FrequencySet;
  readonly lattice: Lattice;
  readonly criteria: readonly Criterion[];
  readonly sensitive: readonly string[];
  readonly metric: Metric;
  readonly context: MetricContext;
  /** Rows that may be suppressed: floor(limit x rows). */
  readonly limit: number;
}

/**
 * Checks options and counts the table.
 *
 * @throws SCRIM_ANONYMITY_OPTION, SCRIM_ANONYMITY_EMPTY, SCRIM_ANONYMITY_SENSITIVE_IS_QI, SCRIM_ANONYMITY_K_TOO_LARGE,
 * SCRIM_HIERARCHY_REQUIRED, SCRIM_HIERARCHY_MISSING_VALUE, SCRIM_TABLE_UNKNOWN_COLUMN
 */
export function prepareProblem(table: Table, options: AnonymizeOptions): Problem {
  const names = options.quasiIdentifiers;
  if (names.length === 0) throw badOption('quasiIdentifiers', 'name at least one column');
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw badOption('quasiIdentifiers', `column ${twice} is named twice`);
  for (const name of names) table.indexOf(name);
  if (options.person !== undefined) {
    table.indexOf(options.person);
    if (names.includes(options.person)) throw badOption('person', 'the person column cannot be a quasi-identifier');
  }
  if (table.rows === 0) throw new ScrimError('SCRIM_ANONYMITY_EMPTY');
  const suppression = options.suppression ?? 0;
  if (!(suppression >= 0 && suppression <= 1)) throw badOption('suppression', 'it must be a share from 0 to 1');
  const factor = options.factor ?? 0.5;
  if (!(factor >= 0 && factor <= 1)) throw badOption('factor', 'it must be from 0 to 1');
  if (options.subset !== undefined && options.subset.length !== table.rows) {
    throw badOption('subset', `it has ${options.subset.length} entries for ${table.rows} rows`);
  }
  const criteria = criteriaFromSettings(options);
  const sensitive = sensitiveColumns(options, criteria);
  for (const column of sensitive) {
    table.indexOf(column);
    if (names.includes(column)) throw new ScrimError('SCRIM_ANONYMITY_SENSITIVE_IS_QI', { column });
  }
  // The population of a printed class is every row that could print it: local recoding has no such rule for rows it does not see.
  if (options.subset !== undefined && options.recoding === 'local') {
    throw badOption('subset', 'k-map and delta-presence by subset need full-domain recoding');
  }
  for (const name of Object.keys(options.numbers ?? {})) {
    if (!names.includes(name)) throw badOption('numbers', `${name} is no quasi-identifier`);
    if (options.recoding !== 'local') throw badOption('numbers', 'ranges and means belong to local recoding');
  }
  const columns = names.map((name) => {
    const limit = Object.hasOwn(options.numbers ?? {}, name) ? Number.POSITIVE_INFINITY : TRIVIAL_LIMIT;
    return bindQuasiIdentifier(table, name, options.hierarchies?.[name] ?? trivial(table, name, limit));
  });
  const frequency = buildFrequencySet(table, columns, {
    ...(options.person === undefined ? {} : { person: options.person }),
    ...(options.subset === undefined ? {} : { subset: options.subset }),
    sensitive: [...new Set(criteria.flatMap((criterion) => criterion.sensitive ?? []))],
  });
  if (!(frequency.totalRows > 0)) throw new ScrimError('SCRIM_ANONYMITY_EMPTY');
  const limit = Math.floor(suppression * frequency.totalRows);
  checkSizes(criteria, frequency, limit);
  const minimum = levelLimits('minimumLevels', options.minimumLevels, columns, 0);
  const maximum = levelLimits('maximumLevels', options.maximumLevels, columns, null);
  columns.forEach((column, d) => {
    if ((minimum[d] as number) > (maximum[d] as number)) {
      throw badOption('minimumLevels', `column ${column.name}: the lowest level is above the highest`);
    }
  });
  const weights = attributeWeights(options.weights, columns);
  const metric =
    typeof options.metric === 'object' ? options.metric : metricByName(options.metric ?? 'loss', options.k ?? 1);
  const context = { columns, frequency, weights, factor, minimum, maximum, limit };
  return { columns, frequency, lattice: new Lattice(minimum, maximum), criteria, sensitive, metric, context, limit };
}

/** A class size that not even the whole table has. */
function checkSizes(criteria: readonly Criterion[], frequency: FrequencySet, limit: number): void {
  for (const { criterion, prepared } of bindCriteria(criteria, frequency)) {
    if (prepared.minimumClassSize > frequency.totalUnits && limit < frequency.totalRows) {
      throw new ScrimError('SCRIM_ANONYMITY_K_TOO_LARGE', {
        criterion: criterion.name,
        needed: prepared.minimumClassSize,
        found: frequency.totalUnits,
        unit: frequency.persons ? 'persons' : 'rows',
      });
    }
  }
}

/** An evaluator of the problem; each has its own scratch. */
export function evaluatorOf(problem: Problem, limit: number = problem.limit): Evaluator {
  const { frequency, columns, criteria, metric, context } = problem;
  const bound = bindCriteria(criteria, frequency);
  return new Evaluator(frequency, new Grouper(frequency, columns), bound, metric.prepare(context), limit);
}

function badOption(option: string, problem: string): ScrimError {
  return new ScrimError('SCRIM_ANONYMITY_OPTION', { option, problem });
}

function sensitiveColumns(options: AnonymizeOptions, criteria: readonly Criterion[]): string[] {
  const named = typeof options.sensitive === 'string' ? [options.sensitive] : (options.sensitive ?? []);
  return [...new Set([...named, ...criteria.flatMap((criterion) => criterion.sensitive ?? [])])];
}

function trivial(table: Table, name: string, limit: number): ReturnType<typeof keepOrSuppress> {
  const { dictionary } = encode(table, name);
  if (dictionary.size > limit) {
    throw new ScrimError('SCRIM_HIERARCHY_REQUIRED', { column: name, count: dictionary.size });
  }
  // A column of nulls only: null is a base value of its own beside the placeholder.
  return keepOrSuppress(dictionary.size === 0 ? ['*'] : dictionary.strings(), name);
}

function levelLimits(
  option: string,
  limits: Readonly<Record<string, number>> | undefined,
  columns: readonly QuasiIdentifier[],
  fallback: number | null,
): Int32Array {
  for (const name of Object.keys(limits ?? {})) {
    if (!columns.some((column) => column.name === name)) throw badOption(option, `${name} is no quasi-identifier`);
  }
  return Int32Array.from(columns, (column) => {
    const level = limits?.[column.name] ?? fallback ?? column.height;
    if (!Number.isInteger(level) || level < 0 || level > column.height) {
      throw badOption(option, `column ${column.name} has levels 0 to ${column.height}`);
    }
    return level;
  });
}

function attributeWeights(
  weights: Readonly<Record<string, number>> | undefined,
  columns: readonly QuasiIdentifier[],
): Float64Array {
  for (const name of Object.keys(weights ?? {})) {
    if (!columns.some((column) => column.name === name)) throw badOption('weights', `${name} is no quasi-identifier`);
  }
  const raw = Float64Array.from(columns, (column) => weights?.[column.name] ?? 1);
  const largest = raw.reduce((most, weight) => Math.max(most, weight), 0);
  if (!raw.every((weight) => weight >= 0 && Number.isFinite(weight)) || largest === 0) {
    throw badOption('weights', 'each must be a number of at least 0, one above 0');
  }
  return raw.map((weight) => weight / largest);
}
