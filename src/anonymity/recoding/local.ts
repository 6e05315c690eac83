/**
 * Local recoding: runs the algorithms that fit, refines each, takes the best, and recounts the criteria on what is published.
 *
 * Cells may overlap: a row can be published as `Europe` while others stay `Germany` (as ARX does). The strict form partitions
 * the domain instead. Left-over rows join the nearest cell; what cannot is suppressed, within the limit.
 * @module
 */
import { groupCodes, ScrimError } from '../../core/index.js';
import { aggregateValues } from '../metric/loss.js';
import { bindCriteria } from '../search/evaluate.js';
import type { Problem } from '../search/problem.js';
import { type Attribute, CellSpace, type Recoding } from './cells.js';
import { refine } from './refine.js';
import { sweep } from './sweep.js';
import { topDown } from './top-down.js';

/** Names of the algorithms; `best` runs all that fit. */
export type LocalAlgorithm = 'best' | 'lattice-sweep' | 'top-down' | 'top-down-strict';

/** A local recoding by tuple. */
export interface LocalSolution {
  readonly algorithm: string;
  /** `published[d][tuple]`: position in `labels[d]`, or -1 where the tuple is suppressed. */
  readonly published: readonly Int32Array[];
  readonly labels: readonly (readonly (string | null)[])[];
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
export function recodeLocally(problem: Problem, algorithm: LocalAlgorithm = 'best'): LocalSolution {
  const criteria = bindCriteria(problem.criteria, problem.frequency);
  const wide = criteria.find(({ prepared }) => prepared.tableHolds !== undefined);
  if (wide !== undefined) {
    throw new ScrimError('SCRIM_ANONYMITY_OPTION', {
      option: 'criteria',
      problem: `${wide.criterion.name} is about the whole table; local recoding checks class by class`,
    });
  }
  const space = new CellSpace(problem, criteria);
  const found: Recoding[] = [];
  if (algorithm === 'best' || algorithm === 'lattice-sweep') {
    const swept = sweep(space);
    if (swept !== null) found.push(refine(space, swept));
  }
  if (algorithm === 'top-down-strict') found.push(topDown(space, true));
  // The sweep beats the other wherever both run (bench/anonymity.ts), so the second is the fallback.
  if (algorithm === 'top-down' || (algorithm === 'best' && found.length === 0))
    found.push(refine(space, topDown(space)));
  const best = found.reduce<Recoding | null>(
    (least, one) => (least === null || space.loss(one) < space.loss(least) ? one : least),
    null,
  );
  if (best === null) {
    throw new ScrimError('SCRIM_ANONYMITY_LATTICE', { nodes: problem.lattice.nodes, limit: 300_000 });
  }
  return publish(space, best);
}

function publish(space: CellSpace, recoding: Recoding): LocalSolution {
  const { problem, frequency, attributes } = space;
  const offsets = attributes.map(({ groups }) => {
    const starts = [0];
    for (const count of groups) starts.push((starts.at(-1) as number) + count);
    return starts;
  });
  const labels = problem.columns.map((column, d) => {
    const maximum = problem.context.maximum[d] as number;
    const list = column.labels.slice(0, maximum + 1).flat();
    return (attributes[d] as Attribute).groups.length > maximum + 1 ? [...list, '*'] : list;
  });
  const published = attributes.map(() => new Int32Array(frequency.tuples).fill(-1));
  const kept = new Uint8Array(frequency.tuples);
  const levels = new Int32Array(attributes.length);
  for (const cell of recoding.cells) {
    for (let d = 0; d < attributes.length; d++) {
      const { codes, groupOf } = attributes[d] as Attribute;
      const level = cell.levels[d] as number;
      levels[d] = Math.max(levels[d] as number, Math.min(level, problem.columns[d]?.height ?? level));
      const position =
        ((offsets[d] as number[])[level] as number) +
        ((groupOf[level] as Int32Array)[codes[cell.tuples[0] as number] as number] as number);
      const column = published[d] as Int32Array;
      for (const tuple of cell.tuples) column[tuple] = position;
    }
    for (const tuple of cell.tuples) kept[tuple] = 1;
  }
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
  const metrics = measure(space, recoding, kept, classes, suppressedRows);
  return {
    algorithm: recoding.algorithm,
    published,
    labels,
    kept,
    suppressedRows,
    levels,
    classes: classes.length,
    metrics,
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
    let sum = 0;
    for (const cell of recoding.cells) {
      const level = cell.levels[d] as number;
      for (const tuple of cell.tuples) {
        const rows = frequency.rows[tuple] as number;
        const code = (frequency.codes[d] as Int32Array)[tuple] as number;
        const leaves =
          level > column.height || kept[tuple] === 0
            ? column.size
            : ((column.leaves[level] as Float64Array)[(column.groupOf[level] as Int32Array)[code] as number] as number);
        sum += rows * leaves;
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
