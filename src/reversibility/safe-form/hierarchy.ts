/**
 * Labels without a readable meaning ("Higher education", "Q3", "B") in rows of the source's order: which source values each label
 * stands for, row by row. Any other order: profiles.ts. See hierarchy.md.
 * @module
 */
import { sortedNumbers } from '../attack/shared/sorted-numbers.js';
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { bitsOfMap, bitsOfOrder, EVIDENCE } from './evidence.js';
import { isHidden } from './label.js';
import { measured, type Recoding, UNCOVERED } from './recoding.js';

/** A recoding by rows in the same order: each source value always stands in the same label, or in one that says nothing. */
export function bySameOrder(product: Sheet, column: number, sheet: Sheet, source: number): Recoding | null {
  const own = product.columns[column] as SheetColumn;
  if (product.rows !== sheet.rows || own.distinct < 2 || own.distinct > 5000) return null;
  const everything = hiddenOf(own);
  const counts = own.counts.map((count, code) => (everything.has(code) ? 0 : count));
  const chance = bitsOfOrder(counts);
  let best: Recoding | null = null;
  sheet.columns.forEach((to, position) => {
    if (to.distinct < 2) return;
    const map = dependence(to.codes, own.codes, to.distinct, everything);
    if (map === null) return;
    // A near-unique column determines everything: only labels that are contiguous in its order are a recoding of it.
    const repeats = to.present / Math.max(1, to.distinct);
    if (repeats < 4 && !contiguous(to, map)) return;
    if (chance - Math.log2(sheet.columns.length) - bitsOfLabels(to, map, own.distinct) < EVIDENCE) return;
    const recoding = measured({ own, product: column, source, everything }, to, position, 'hierarchy', map);
    if (recoding.mass > 0.99 && (best === null || to.distinct < (sheet.columns[best.column] as SheetColumn).distinct))
      best = recoding;
  });
  return best;
}

/** A reading of labels, put right by the rows themselves where they stand in the order of the source: bands one year off, loose ends. */
export function inSameOrder(product: Sheet, sheet: Sheet, recoding: Recoding): Recoding {
  const own = product.columns[recoding.product] as SheetColumn;
  const to = sheet.columns[recoding.column] as SheetColumn;
  if (product.rows !== sheet.rows || recoding.map === null || to.present < 2 * to.distinct) return recoding;
  const map = dependence(to.codes, own.codes, to.distinct, recoding.everything);
  if (map === null || map.every((label, code) => label === recoding.map?.[code])) return recoding;
  const counts = own.counts.map((count, code) => (recoding.everything.has(code) ? 0 : count));
  if (bitsOfOrder(counts) - bitsOfLabels(to, map, own.distinct) < EVIDENCE) return recoding;
  return measured({ ...recoding, own }, to, recoding.column, recoding.how, map);
}

/** Codes of labels of cells that were taken out. */
export function hiddenOf(own: SheetColumn): Set<number> {
  const hidden = new Set<number>();
  own.values.forEach((text, code) => {
    if (isHidden(text)) hidden.add(code);
  });
  return hidden;
}

/** Bits of the labels of a column's values, in their order where they have one. */
export function bitsOfLabels(to: SheetColumn, map: Int32Array, labels: number): number {
  const order = orderOf(to);
  const codes = order === null ? Array.from(map.keys()) : Array.from(order);
  const labelOf = codes.filter((code) => (map[code] as number) >= 0).map((code) => map[code] as number);
  return bitsOfMap(labelOf, labels, order !== null);
}

function dependence(
  from: Int32Array,
  to: Int32Array,
  size: number,
  everything: ReadonlySet<number>,
): Int32Array | null {
  const map = new Int32Array(size).fill(-3);
  for (let row = 0; row < from.length; row++) {
    const source = from[row] as number;
    const label = to[row] as number;
    if (source < 0 || (everything.size > 0 && everything.has(label))) continue;
    const known = map[source] as number;
    if (known === -3) map[source] = label;
    else if (known !== label) return null;
  }
  for (let code = 0; code < size; code++) if ((map[code] as number) < 0) map[code] = UNCOVERED;
  return map;
}

/** True when every label covers a run of the column's numbers or dates. */
export function contiguous(to: SheetColumn, map: Int32Array): boolean {
  const values = to.isNumeric ? to.numbers : to.isDate ? to.dates : null;
  if (values === null) return false;
  const order = inOrder(to, values);
  const seen = new Set<number>();
  let last = -2;
  for (const code of order) {
    const label = map[code] as number;
    if (label === last || label < 0) continue;
    if (seen.has(label)) return false;
    seen.add(label);
    last = label;
  }
  return true;
}

/** Positions of a column's values in their order, or null for texts. Only read. */
export function orderOf(column: SheetColumn): Int32Array | null {
  const values = column.isNumeric ? column.numbers : column.isDate ? column.dates : null;
  if (values === null) return null;
  return inOrder(column, values);
}

/** Codes of a column by rising number or date. Only read. */
function inOrder(column: SheetColumn, values: Float64Array): Int32Array {
  const codes = sortedNumbers(column, values === column.numbers ? 'numbers' : 'dates')?.codes;
  if (codes?.length === values.length) return codes;
  return Int32Array.from(values.keys()).sort((a, b) => (values[a] as number) - (values[b] as number));
}
