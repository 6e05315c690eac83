/**
 * Persons behind codes and rows: how many hold a value, and which rare values a step gives back.
 * @module
 */
import { groupPersons } from '../../core/index.js';
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import type { Step } from '../inverse.js';

const personCounts = new WeakMap<SheetColumn, ArrayLike<number>>();

/** Persons (rows) that hold each code of a column. */
export function personsPerCode(sheet: Sheet, column: SheetColumn): ArrayLike<number> {
  if (sheet.personOf === null) return column.counts;
  let counts = personCounts.get(column);
  if (counts === undefined) {
    const shifted = Int32Array.from(column.codes, (code) => code + 1);
    counts = groupPersons(shifted, column.distinct + 1, sheet.personOf, sheet.persons).subarray(1);
    personCounts.set(column, counts);
  }
  return counts;
}

/**
 * 1 for each code that the step gives and fewer than `below` persons hold.
 *
 * @param held - persons who hold each code. Default: by the person column, or each row's own
 */
export function rareHits(
  sheet: Sheet,
  step: Step,
  below: number,
  held: ArrayLike<number> = personsPerCode(sheet, sheet.columns[step.column] as SheetColumn),
): Uint8Array {
  const column = sheet.columns[step.column] as SheetColumn;
  const hit = new Uint8Array(column.distinct);
  const { cells } = step;
  for (let row = 0; row < cells.length; row++) {
    const code = cells[row] as number;
    if (code >= 0) hit[code] = 1;
  }
  for (let code = 0; code < hit.length; code++) if ((held[code] as number) >= below) hit[code] = 0;
  return hit;
}

/** Distinct persons of the flagged rows. */
export function personsOf(flags: Uint8Array, personOf: Int32Array, persons: number): number {
  const seen = new Uint8Array(persons);
  let count = 0;
  for (let row = 0; row < flags.length; row++) {
    if (flags[row] === 0) continue;
    const person = personOf[row] as number;
    if (seen[person] === 0) {
      seen[person] = 1;
      count++;
    }
  }
  return count;
}
