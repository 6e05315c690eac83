/**
 * Safe form (c): constants. One value in every row says nothing of a person, unless the value itself was taken from one, or the
 * constants are so long that a table fits into them.
 *
 * A table of one row has no constants: every cell of it may be data.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { personsPerCode } from '../restoration/persons.js';
import { isEverything } from './label.js';

/** Longest constant, and characters of all constants together, that are taken for what they seem. */
const LONGEST = 40;
const ALL = 400;
/** Shorter values coincide with anything. */
const TELLING = 5;

/** Product columns that hold one harmless value, or none. */
export function constantsOf(product: Sheet, sources: readonly Sheet[], below: number): Set<number> {
  const constants = new Set<number>();
  const worded: number[] = [];
  let characters = 0;
  product.columns.forEach((column, position) => {
    if (column.present === 0) {
      constants.add(position);
      return;
    }
    const value = onlyValue(column, product.rows);
    if (value === null) return;
    if (isEverything(value)) {
      constants.add(position);
      return;
    }
    if (product.rows < 2 || value.length > LONGEST || isRare(value, sources, below)) return;
    worded.push(position);
    characters += value.length;
  });
  if (characters <= ALL) for (const position of worded) constants.add(position);
  return constants;
}

/** The value that stands in every row, or null. */
function onlyValue(column: SheetColumn, rows: number): string | null {
  if (column.present !== rows) return null;
  const first = column.codes[0] as number;
  for (let row = 1; row < column.codes.length; row++) if (column.codes[row] !== first) return null;
  return column.text(first);
}

/** True for a value that fewer than `below` persons of some source hold, long enough to be no coincidence. */
export function isRare(value: string, sources: readonly Sheet[], below: number): boolean {
  const plain = value.trim();
  if (plain.length < TELLING && !/[^\u0020-\u007e]/.test(plain)) return false;
  return sources.some((sheet) =>
    sheet.columns.some((column) => {
      const code = column.index.get(plain) ?? column.index.get(value);
      return code !== undefined && (personsPerCode(sheet, column)[code] as number) < below;
    }),
  );
}
