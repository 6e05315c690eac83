/**
 * Columns that number the rows (1 to n, S0001 to S5000): strangers' rows bear the same numbers, so that such a column ties nobody to anybody.
 * What rows of a survey hold together under other numbers is chance: their answers keep all their dependences. See execute.md.
 * @module
 */
import type { SheetColumn } from '../intake/sheet.js';

/** Fewer rows number nothing. */
const LEAST = 20;
/** Numbers of the range that may be missing, as a share of those there are. */
const MISSING = 0.05;

const known = new WeakMap<SheetColumn, boolean>();

/** True for a column of different whole numbers, all behind the same letters, that leave hardly any out. */
export function isNumbering(column: SheetColumn): boolean {
  let own = known.get(column);
  if (own === undefined) {
    own = numbersRows(column);
    known.set(column, own);
  }
  return own;
}

function numbersRows(column: SheetColumn): boolean {
  const { distinct } = column;
  if (distinct < LEAST || distinct < column.present) return false;
  const [, letters] = /^(\D{0,8})\d{1,9}$/.exec(column.text(0)) ?? [];
  if (letters === undefined) return false;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let code = 0; code < distinct; code++) {
    const text = column.text(code);
    const digits = text.slice(letters.length);
    if (!text.startsWith(letters) || !/^\d{1,9}$/.test(digits)) return false;
    const number = Number(digits);
    if (number < least) least = number;
    if (number > most) most = number;
    if (most - least > (1 + MISSING) * column.rows) return false;
  }
  return most - least < (1 + MISSING) * distinct;
}

/**
 * Cells under other numbers: those of the numbering columns are given out anew, together.
 *
 * @param shuffle - shuffles a list in place
 */
export function renumbered(
  cells: readonly Int32Array[],
  numbering: readonly number[],
  shuffle: (values: Int32Array) => Int32Array,
): Int32Array[] {
  const order = shuffle(Int32Array.from((cells[0] as Int32Array).keys()));
  return cells.map((column, i) => (numbering.includes(i) ? order.map((row) => column[row] as number) : column));
}
