/**
 * Which columns of a group table may be its keys.
 * @module
 */
import { groupCodes } from '../../core/index.js';
import type { Sheet, SheetColumn } from '../intake/sheet.js';

/** Key columns of labels: no table of groups has more, and each set of keys is a pass over the source a column. */
const MOST_KEYS = 16;

/**
 * Sets of columns that tell all rows of a group table apart.
 *
 * @param base - columns of labels that are read; numeric - columns of numbers that may be keys, too
 */
export function keySets(product: Sheet, base: readonly number[], numeric: readonly number[]): number[][] {
  const sets: number[][] = [];
  if (base.length > MOST_KEYS) return sets;
  if (unique(product, base)) sets.push([...base]);
  for (const column of numeric.slice(0, 8)) if (unique(product, [...base, column])) sets.push([...base, column]);
  for (let i = 0; i < Math.min(5, numeric.length); i++) {
    for (let j = i + 1; j < Math.min(5, numeric.length); j++) {
      const set = [...base, numeric[i] as number, numeric[j] as number];
      if (unique(product, set)) sets.push(set);
    }
  }
  if (sets.length === 0 || base.length > 3) {
    // A textual column may be no key at all.
    for (const dropped of base) {
      const set = base.filter((column) => column !== dropped);
      if (unique(product, set)) sets.push(set);
    }
  }
  return sets.slice(0, 24);
}

function unique(product: Sheet, columns: readonly number[]): boolean {
  if (product.rows === 1) return true;
  if (columns.length === 0) return false;
  const groups = groupCodes(
    columns.map((column) => (product.columns[column] as SheetColumn).codes.map((code) => code + 1)),
    columns.map((column) => (product.columns[column] as SheetColumn).distinct + 1),
  );
  return groups.groups === product.rows;
}
