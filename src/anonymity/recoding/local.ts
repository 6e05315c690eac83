/**
 * Local recoding: runs the algorithms that fit, refines each, takes the best, and recounts the criteria on what is published.
 *
 * Cells may overlap: a row can be published as `Europe` while others stay `Germany` (as ARX does). In the strict forms the
 * regions are disjoint: no raw row fits two printed classes. Left-over rows join the nearest cell; what cannot is suppressed, within the limit.
 * @module
 */
import { groupCodes, ScrimError } from '../../core/index.js';
import { aggregateValues } from '../metric/loss.js';
import { bindCriteria } from '../search/evaluate.js';
import type { Problem } from '../search/problem.js';
import { leavesAt, type QuasiIdentifier } from '../search/quasi-identifier.js';
import { type Attribute, CellSpace, type NumberStyle, type Range, type Recoding } from './cells.js';
import { mdav, numberLabel } from './mdav.js';
import { mondrian } from './mondrian.js';
import { refine } from './refine.js';
import { SWEEP_LIMIT, sweep } from './sweep.js';
import { topDown } from './top-down.js';

/** Names of the algorithms; `best` runs those that promise most and takes the one with the least loss. */
export type LocalAlgorithm =
  | 'best'
  | 'lattice-sweep'
  | 'top-down'
  | 'top-down-strict'
  | 'mondrian'
  | 'mondrian-relaxed'
  | 'mdav';

/** All algorithms, for messages and command lines. */
export const localAlgorithms: readonly LocalAlgorithm[] = [
  'best',
  'lattice-sweep',
  'top-down',
  'top-down-strict',
  'mondrian',
  'mondrian-relaxed',
  'mdav',
];

/** A local recoding by tuple. */
export interface LocalSolution {
  readonly algorithm: string;
  /** `published[d][tuple]`: position in `labels[d]`, or -1 where the tuple is suppressed. */
  readonly published: readonly Int32Array[];
  readonly labels: readonly (readonly (string | null)[])[];
  /** Base values (positions among the column's labels of level 0) under each label of a column. */
  readonly leaves: (d: number) => Int32Array[];
  /** One byte per tuple. */
  readonly kept: Uint8Array;
  readonly suppressedRows: number;
  /** Highest level used per attribute. */
  readonly levels: Int32Array;
  readonly classes: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * Recodes locally.
 *
 * @throws SCRIM_ANONYMITY_OPTION for table-wide criteria, SCRIM_ANONYMITY_IMPOSSIBLE when more rows than allowed are left over
 */
export function recodeLocally(
  problem: Problem,
  algorithm: LocalAlgorithm = 'best',
  numbers: Readonly<Record<string, NumberStyle>> = {},
): LocalSolution {
  const criteria = bindCriteria(problem.criteria, problem.frequency);
  const wide = criteria.find(({ prepared }) => prepared.tableHolds !== undefined || prepared.prune !== undefined);
  if (wide !== undefined) {
    throw new ScrimError('SCRIM_ANONYMITY_OPTION', {
      option: 'criteria',
      problem: `${wide.criterion.name} is about the whole table; local recoding checks class by class`,
    });
  }
  const space = new CellSpace(problem, criteria, numbers);
  const ranges = space.ranges.some((range) => range !== null);
  const found = ranges ? byRanges(space, algorithm) : byHierarchies(space, algorithm);
  const best = found.reduce<Recoding | null>(
    (least, one) => (least === null || space.loss(one) < space.loss(least) ? one : least),
    null,
  );
  if (best === null) {
    throw new ScrimError('SCRIM_ANONYMITY_LATTICE', { nodes: problem.lattice.nodes, limit: SWEEP_LIMIT });
  }
  return publish(space, best);
}

/** Every cell prints labels of the hierarchies. */
function byHierarchies(space: CellSpace, algorithm: LocalAlgorithm): Recoding[] {
  const swept = algorithm === 'best' || algorithm === 'lattice-sweep' ? sweep(space) : null;
  switch (algorithm) {
    case 'best':
      // The sweep beats the others wherever it runs, the rest is close behind it (bench/anonymity.ts).
      return [refine(space, swept ?? topDown(space)), refine(space, mondrian(space, true))];
    case 'lattice-sweep':
      return swept === null ? [] : [refine(space, swept)];
    case 'top-down':
      return [refine(space, topDown(space))];
    case 'top-down-strict':
      return [topDown(space, true)];
    case 'mondrian':
      return [mondrian(space, false)];
    case 'mondrian-relaxed':
      return [refine(space, mondrian(space, true))];
    case 'mdav':
      return [refine(space, mdav(space))];
    default:
      throw unknown();
  }
}

/** Some columns print ranges or means: the algorithms that know them. */
function byRanges(space: CellSpace, algorithm: LocalAlgorithm): Recoding[] {
  switch (algorithm) {
    case 'best':
      return [mondrian(space, true), mdav(space)];
    case 'mondrian':
      return [mondrian(space, false)];
    case 'mondrian-relaxed':
      return [mondrian(space, true)];
    case 'mdav':
      return [mdav(space)];
    case 'lattice-sweep':
    case 'top-down':
    case 'top-down-strict':
      throw new ScrimError('SCRIM_ANONYMITY_OPTION', {
        option: 'algorithm',
        problem: `${algorithm} works by hierarchies; numbers published by range need best, mondrian, mondrian-relaxed or mdav`,
      });
    default:
      throw unknown();
  }
}

function unknown(): ScrimError {
  return new ScrimError('SCRIM_ANONYMITY_OPTION', {
    option: 'algorithm',
    problem: `it is one of ${localAlgorithms.join(', ')}`,
  });
}

function publish(space: CellSpace, recoding: Recoding): LocalSolution {
  const { problem, frequency, attributes } = space;
  const columns = problem.columns.map((_, d) => printColumn(space, recoding, d));
  const kept = new Uint8Array(frequency.tuples);
  const levels = new Int32Array(attributes.length);
  for (const cell of recoding.cells) {
    for (let d = 0; d < attributes.length; d++) {
      const level = cell.levels[d] as number;
      levels[d] = Math.max(levels[d] as number, Math.min(level, problem.columns[d]?.height ?? level));
    }
    for (const tuple of cell.tuples) kept[tuple] = 1;
  }
  const published = columns.map((column) => column.published);
  const labels = columns.map((column) => column.labels);
  const classes = dropFailing(space, published, labels, kept);
  let suppressedRows = 0;
  for (let tuple = 0; tuple < kept.length; tuple++) {
    if (kept[tuple] === 0) suppressedRows += frequency.rows[tuple] as number;
  }
  if (suppressedRows > problem.limit) {
    throw new ScrimError('SCRIM_ANONYMITY_IMPOSSIBLE', {
      criterion: problem.criteria.map(({ name }) => name).join(' + '),
      shortfall: `local recoding leaves ${suppressedRows} rows over, ${problem.limit} may be suppressed`,
    });
  }
  return {
    algorithm: recoding.algorithm,
    published,
    labels,
    leaves: (d) => (columns[d] as PrintedColumn).leaves(),
    kept,
    suppressedRows,
    levels,
    classes: classes.length,
    metrics: measure(space, recoding, kept, classes, suppressedRows),
  };
}

/** One column as it is printed. */
interface PrintedColumn {
  readonly published: Int32Array;
  readonly labels: readonly (string | null)[];
  readonly leaves: () => Int32Array[];
}

function printColumn(space: CellSpace, recoding: Recoding, d: number): PrintedColumn {
  const { codes, groupOf, groups } = space.attributes[d] as Attribute;
  const column = space.problem.columns[d] as QuasiIdentifier;
  const published = new Int32Array(space.frequency.tuples).fill(-1);
  const range = space.ranges[d] as Range | null;
  if (range !== null) {
    const labels = recoding.cells.map((cell, c) => {
      for (const tuple of cell.tuples) published[tuple] = c;
      return numberLabel(space, d, cell.tuples);
    });
    // Ranks follow the numbers: a cell stands for the base values from its lowest to its highest.
    const leaves = (): Int32Array[] =>
      recoding.cells.map(({ tuples }) => {
        const { low, high } = space.extent(d, tuples);
        return range.bases.slice(low, high + 1);
      });
    return { published, labels, leaves };
  }
  const starts = [0];
  for (const count of groups) starts.push((starts.at(-1) as number) + count);
  const maximum = space.problem.context.maximum[d] as number;
  const list = column.labels.slice(0, maximum + 1).flat();
  for (const cell of recoding.cells) {
    const level = cell.levels[d] as number;
    const group = (groupOf[level] as Int32Array)[codes[cell.tuples[0] as number] as number] as number;
    const position = (starts[level] as number) + group;
    for (const tuple of cell.tuples) published[tuple] = position;
  }
  return {
    published,
    labels: groups.length > maximum + 1 ? [...list, '*'] : list,
    leaves: () => groups.flatMap((_, level) => leavesAt(column, level)),
  };
}

/** Groups by what is printed, so that equal labels of different levels are one class, and suppresses classes that fail. */
function dropFailing(
  space: CellSpace,
  published: readonly Int32Array[],
  labels: readonly (readonly (string | null)[])[],
  kept: Uint8Array,
): Float64Array {
  const tuples = Int32Array.from(kept.keys()).filter((tuple) => kept[tuple] === 1);
  if (tuples.length === 0) return new Float64Array(0);
  const columns: Int32Array[] = [];
  const cardinalities: number[] = [];
  published.forEach((column, d) => {
    const words = new Map<string | null, number>();
    const wordOf = (labels[d] as readonly (string | null)[]).map((label) => {
      const known = words.get(label) ?? words.size;
      words.set(label, known);
      return known;
    });
    columns.push(tuples.map((tuple) => wordOf[column[tuple] as number] as number));
    cardinalities.push(Math.max(1, words.size));
  });
  const { groupOf, groups } = groupCodes(columns, cardinalities);
  const members: number[][] = Array.from({ length: groups }, () => []);
  tuples.forEach((tuple, i) => {
    (members[groupOf[i] as number] as number[]).push(tuple);
  });
  const sizes: number[] = [];
  for (const list of members) {
    if (space.satisfies(list)) {
      sizes.push(space.rowsOf(list));
      continue;
    }
    for (const tuple of list) kept[tuple] = 0;
  }
  return Float64Array.from(sizes);
}

function measure(
  space: CellSpace,
  recoding: Recoding,
  kept: Uint8Array,
  classes: Float64Array,
  suppressedRows: number,
): Record<string, number> {
  const { frequency, problem } = space;
  const total = frequency.totalRows;
  const plain = problem.columns.map((column, d) => {
    const range = space.ranges[d] as Range | null;
    let sum = 0;
    for (const cell of recoding.cells) {
      const level = cell.levels[d] as number;
      const { low, high } = range === null ? { low: 0, high: 0 } : space.extent(d, cell.tuples);
      for (const tuple of cell.tuples) {
        const rows = frequency.rows[tuple] as number;
        const code = (frequency.codes[d] as Int32Array)[tuple] as number;
        if (kept[tuple] === 0) sum += rows * column.size;
        else if (range !== null) sum += rows * (high - low + 1);
        else if (level > column.height) sum += rows * column.size;
        else {
          const group = (column.groupOf[level] as Int32Array)[code] as number;
          sum += rows * ((column.leaves[level] as Float64Array)[group] as number);
        }
      }
    }
    for (const tuple of recoding.left) sum += (frequency.rows[tuple] as number) * column.size;
    return column.size <= 1 ? 0 : Math.max(0, (sum - total) / (total * (column.size - 1)));
  });
  const values = Float64Array.from(plain);
  const { weights } = problem.context;
  const squares = classes.reduce((sum, size) => sum + size * size, 0);
  const arithmetic = aggregateValues('arithmetic', values, weights);
  return {
    loss: arithmetic,
    granularity: 1 - values.reduce((sum, value) => sum + value, 0) / values.length,
    'loss-geometric': aggregateValues('geometric', values, weights),
    'loss-sum': aggregateValues('sum', values, weights),
    'loss-maximum': aggregateValues('maximum', values, weights),
    dm: squares + total * suppressedRows,
    aecs: total / (classes.length + (suppressedRows > 0 ? 1 : 0)),
  };
}
