/**
 * Kernels that count per class: size check, histograms of a sensitive column, persons of merged classes.
 * @module
 */
import type { FrequencySet, SensitiveCounts } from './frequency-set.js';

/** Outcome of {@link keepLarge}. */
export interface SizeCounts {
  kept: number;
  suppressed: number;
  rows: number;
}

const sizeCounts: SizeCounts = { kept: 0, suppressed: 0, rows: 0 };

/** Marks the classes of at least `minimum` units that have released rows. The result is reused. */
export function keepLarge(
  rows: Float64Array,
  units: Float64Array,
  classes: number,
  minimum: number,
  kept: Uint8Array,
): SizeCounts {
  let keptClasses = 0;
  let suppressed = 0;
  let suppressedRows = 0;
  for (let c = 0; c < classes; c++) {
    const size = rows[c] as number;
    if ((units[c] as number) >= minimum && size > 0) {
      kept[c] = 1;
      keptClasses++;
    } else {
      kept[c] = 0;
      if (size > 0) suppressed++;
      suppressedRows += size;
    }
  }
  sizeCounts.kept = keptClasses;
  sizeCounts.suppressed = suppressed;
  sizeCounts.rows = suppressedRows;
  return sizeCounts;
}

/** Sum of some cells. */
export function sumOf(cells: Float64Array, from: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += cells[from + i] as number;
  return sum;
}

/** Adds the counts of every tuple to the cells of its class, suppressed or not. */
export function addHistogram(classOf: Int32Array, sensitive: SensitiveCounts, cells: Float64Array): void {
  const { tuple, value, count, values } = sensitive;
  for (let i = 0; i < tuple.length; i++) {
    const at = Math.imul(classOf[tuple[i]!]!, values) + value[i]!;
    cells[at] = cells[at]! + count[i]!;
  }
}

/** Adds persons with several tuples, once a class and value. `last` is -1 everywhere before. */
export function addSharedHistogram(
  shared: NonNullable<SensitiveCounts['shared']>,
  classOf: Int32Array,
  values: number,
  cells: Float64Array,
  last: Int32Array,
): void {
  for (let i = 0; i < shared.tuple.length; i++) {
    const at = (classOf[shared.tuple[i] as number] as number) * values + (shared.value[i] as number);
    const who = shared.person[i] as number;
    if (last[at] !== who) {
      last[at] = who;
      cells[at] = (cells[at] as number) + 1;
    }
  }
}

/**
 * Units of merged classes: classes that `kept` marks count in the group that `groupOf` gives them. Persons with several
 * tuples count once a group. `classOf` is per tuple.
 */
export function unitsByGroup(
  frequency: FrequencySet,
  classOf: Int32Array,
  kept: Uint8Array,
  groupOf: Int32Array,
  groups: number,
): Float64Array {
  const units = new Float64Array(groups);
  for (let tuple = 0; tuple < frequency.tuples; tuple++) {
    const c = classOf[tuple] as number;
    if (kept[c] !== 1) continue;
    const group = groupOf[c] as number;
    units[group] = (units[group] as number) + (frequency.units[tuple] as number);
  }
  const { shared } = frequency;
  if (shared === null) return units;
  const last = new Int32Array(groups).fill(-1);
  for (let i = 0; i < shared.tuple.length; i++) {
    const c = classOf[shared.tuple[i] as number] as number;
    if (kept[c] !== 1) continue;
    const group = groupOf[c] as number;
    if (last[group] === shared.person[i]) continue;
    last[group] = shared.person[i] as number;
    units[group] = (units[group] as number) + 1;
  }
  return units;
}
