/**
 * Tuples of the source over the columns of an inverse, and strata of them by how rare independent columns would make them
 * (execute.md).
 * @module
 */
import { groupPersons } from '../../core/index.js';
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import type { Step } from '../inverse.js';
import { addColumn, countFound, emptyTuples, indexTuples, type TupleHashes, type TupleIndex } from './tuple-join.js';

/** Tuples of the source over the columns of the steps, with the persons of each. */
export interface Joined {
  readonly index: TupleIndex;
  /** Persons (rows) of each tuple. */
  readonly persons: ArrayLike<number>;
}

export function joinSource(sheet: Sheet, steps: readonly Step[]): Joined {
  const tuples = emptyTuples(sheet.rows);
  steps.forEach((step) => {
    addColumn(tuples, (sheet.columns[step.column] as SheetColumn).codes, step.column);
  });
  const index = indexTuples(tuples);
  const persons =
    sheet.personOf === null ? index.rows : groupPersons(index.groupOf, index.groups, sheet.personOf, sheet.persons);
  return { index, persons };
}

export function tuplesOf(cells: readonly Int32Array[], columns: readonly number[], rows: number): TupleHashes {
  const tuples = emptyTuples(rows);
  columns.forEach((column, i) => {
    addColumn(tuples, cells[i] as Int32Array, column);
  });
  return tuples;
}

/**
 * Strata of tuples by how rare independent columns would make them: bin 0 holds the rarest. A stratum depends on the tuple
 * alone, so chance is counted inside each as over all, and a few leaked rare rows are not lost among common ones.
 */
export const STRATA = 8;

export interface Strata {
  readonly own: Uint8Array;
  /** Stratum of each tuple with one of its rows left out: what a new person's hit is compared with. */
  readonly without: Uint8Array;
}

export function strataOf(sheet: Sheet, steps: readonly Step[], joined: Joined): Strata {
  const { groups, groupOf } = joined.index;
  const rarity = new Float64Array(groups);
  const without = new Float64Array(groups);
  const first = new Int32Array(groups).fill(-1);
  for (let row = groupOf.length - 1; row >= 0; row--) first[groupOf[row] as number] = row;
  for (const step of steps) {
    const column = sheet.columns[step.column] as SheetColumn;
    const { counts, codes } = column;
    for (let group = 0; group < groups; group++) {
      const code = codes[first[group] as number] as number;
      if (code < 0) continue;
      const count = counts[code] as number;
      rarity[group] = (rarity[group] as number) + logOf(count);
      without[group] = (without[group] as number) + logOf(count - 1);
    }
  }
  const sample: number[] = [];
  const stride = Math.max(1, Math.floor(groups / 20_000));
  for (let group = 0; group < groups; group += stride) sample.push(rarity[group] as number);
  const sorted = Float64Array.from(sample).sort();
  const cuts = Float64Array.from(
    { length: STRATA - 1 },
    (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / STRATA)] ?? 0,
  );
  return { own: binned(rarity, cuts), without: binned(without, cuts) };
}

/** log2 of a number of rows, of none that of a half. */
function logOf(count: number): number {
  return count < LOGS.length ? (LOGS[count] as number) : Math.log2(count);
}

const LOGS: Float64Array = Float64Array.from({ length: 4096 }, (_, count) => Math.log2(Math.max(0.5, count)));

function binned(values: Float64Array, cuts: Float64Array): Uint8Array {
  const bins = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    let bin = 0;
    while (bin < cuts.length && (values[i] as number) > (cuts[bin] as number)) bin++;
    bins[i] = bin;
  }
  return bins;
}

/** Source rows restored by found tuples, by stratum: min(rows of product, rows of source) of tuples below the limit. */
export function restoredByStratum(joined: Joined, strata: Uint8Array, found: Int32Array, below: number): Float64Array {
  const counts = countFound(found, joined.index.groups);
  const restored = new Float64Array(STRATA);
  for (let group = 0; group < counts.length; group++) {
    if ((counts[group] as number) > 0 && (joined.persons[group] as number) < below) {
      const bin = strata[group] as number;
      restored[bin] = (restored[bin] as number) + Math.min(counts[group] as number, joined.index.rows[group] as number);
    }
  }
  return restored;
}

/** Number of tuples by persons, by stratum. */
export interface CountsOfCounts {
  readonly own: Float64Array;
  readonly without: Float64Array;
}

export function countsOfCounts(joined: Joined, strata: Strata, below: number): CountsOfCounts[] {
  const counts = Array.from({ length: STRATA }, () => ({
    own: new Float64Array(below + 2),
    without: new Float64Array(below + 2),
  }));
  for (let group = 0; group < joined.index.groups; group++) {
    const persons = joined.persons[group] as number;
    if (persons > below) continue;
    const own = (counts[strata.own[group] as number] as CountsOfCounts).own;
    const without = (counts[strata.without[group] as number] as CountsOfCounts).without;
    own[persons] = (own[persons] as number) + 1;
    without[persons] = (without[persons] as number) + 1;
  }
  return counts;
}
