/**
 * A product that is the source in its own order less some rows: which source row each product row is, and what the labels of a
 * column stand for then.
 *
 * The offset between product row and source row only grows. The path of offsets with the fewest mismatches on columns that are
 * read already is found by dynamic programming (Viterbi, IEEE Trans. Inf. Theory 13, 1967). See hierarchy.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { bitsOfOrder, EVIDENCE, log2Choose } from './evidence.js';
import { bitsOfLabels, contiguous } from './hierarchy.js';
import { measured, type Recoding, UNCOVERED } from './recoding.js';

/** Cells of the table of offsets at most: 2 bytes each. */
const MOST_CELLS = 1.5e7;
/** Share of rows left out at most, and of rows that may not match. */
const LEFT_OUT = 0.3;
const MISMATCHES = 0.01;
/** Share of rows whose label may differ while rows are still being aligned, and how often they are. */
const FIRST_OFF = 0.2;
const ROUNDS = 4;

/**
 * Source row of each product row, or null when the order is another one.
 *
 * @param productClasses - class of each product row on the columns that are read; sourceClasses - of each source row;
 * tolerated - share of rows that may not match
 */
export function alignedRows(
  productClasses: Int32Array,
  sourceClasses: Int32Array,
  tolerated: number = MISMATCHES,
): Int32Array | null {
  const rows = productClasses.length;
  const spare = sourceClasses.length - rows;
  if (rows === 0 || spare <= 0 || spare > LEFT_OUT * sourceClasses.length || spare > 65_000) return null;
  if (rows * (spare + 1) > MOST_CELLS) return null;
  const before = new Uint16Array(rows * (spare + 1));
  const cost = fewestMismatches(productClasses, sourceClasses, spare, before);
  let offset = 0;
  for (let d = 1; d <= spare; d++) if ((cost[d] as number) < (cost[offset] as number)) offset = d;
  if ((cost[offset] as number) > tolerated * rows + 1) return null;
  const rowOf = new Int32Array(rows);
  for (let row = rows - 1; row >= 0; row--) {
    rowOf[row] = row + offset;
    offset = before[row * (spare + 1) + offset] as number;
  }
  return rowOf;
}

/** Fewest mismatches up to the last row, by its offset; `before` takes the offset of the row before. */
function fewestMismatches(own: Int32Array, source: Int32Array, spare: number, before: Uint16Array): Int32Array {
  let cost = new Int32Array(spare + 1);
  let next = new Int32Array(spare + 1);
  for (let row = 0; row < own.length; row++) {
    const code = own[row] as number;
    const at = row * (spare + 1);
    let best = 0;
    for (let d = 0; d <= spare; d++) {
      // A row may come from any smaller offset; staying is preferred.
      if ((cost[d] as number) <= (cost[best] as number)) best = d;
      before[at + d] = best;
      // A row of no class fits anywhere.
      next[d] = (cost[best] as number) + (code < 0 || source[row + d] === code ? 0 : 1);
    }
    const spent = cost;
    cost = next;
    next = spent;
  }
  return cost;
}

/** What {@link alignedRows} was given and found. */
export interface Alignment {
  readonly productClasses: Int32Array;
  readonly sourceClasses: Int32Array;
  readonly rowOf: Int32Array;
}

/** The source column of which a product column is a function, row by row; the one of fewest values. */
export function byAlignedRows(
  product: Sheet,
  column: number,
  sheet: Sheet,
  source: number,
  alignment: Alignment,
): Recoding | null {
  const own = product.columns[column] as SheetColumn;
  if (own.distinct < 2 || own.distinct > 5000) return null;
  const chance = bitsOfOrder(own.counts);
  let best: Recoding | null = null;
  sheet.columns.forEach((to, position) => {
    if (best !== null && to.distinct >= (sheet.columns[best.column] as SheetColumn).distinct) return;
    if (to.distinct < 2 || to.distinct * own.distinct > 4e6) return;
    const found = settledMap(own, to, alignment);
    const map = found?.map ?? null;
    if (found === null || map === null || (to.present < 4 * to.distinct && !contiguous(to, map))) return;
    // Which rows were left out, and which do not fit, is part of the reading.
    const differing = Math.round(found.off * own.present);
    const reading =
      log2Choose(sheet.rows, product.rows) +
      log2Choose(own.present, differing) +
      differing * Math.log2(own.distinct) +
      bitsOfLabels(to, map, own.distinct);
    if (chance - Math.log2(sheet.columns.length) - reading < EVIDENCE) return;
    best = measured({ own, product: column, source, everything: new Set() }, to, position, 'hierarchy', map);
  });
  return best;
}

/**
 * The label of each source value. Near a row left out the first alignment may be off by a row: where most labels agree, the labels
 * themselves join the columns that rows are aligned by, until nearly all agree.
 */
function settledMap(
  own: SheetColumn,
  to: SheetColumn,
  alignment: Alignment,
): { readonly map: Int32Array; readonly off: number } | null {
  let { rowOf } = alignment;
  let common = 0;
  for (const count of own.counts) if (count > common) common = count;
  // Where one label stands nearly everywhere, few rows tell: of those that do not hold it nine in ten must agree.
  const telling = 1 - common / Math.max(1, own.present);
  const allowed = Math.min(MISMATCHES, 0.1 * telling);
  for (let round = 0; ; round++) {
    const { map, off } = majority(own, to, rowOf);
    if (off <= allowed) return { map, off };
    // No better than one label for all: another column.
    if (off > Math.min(FIRST_OFF, 0.5 * telling) || round === ROUNDS) return null;
    const labels = own.distinct + 1;
    const productKeys = alignment.productClasses.map((group, row) => group * labels + (own.codes[row] as number) + 1);
    const sourceKeys = alignment.sourceClasses.map((group, row) => {
      const value = to.codes[row] as number;
      return group * labels + (value < 0 ? 0 : Math.max(-1, map[value] as number) + 1);
    });
    const again = alignedRows(productKeys, sourceKeys, FIRST_OFF);
    if (again === null) return null;
    rowOf = again;
  }
}

/** The label in which most rows of each source value stand, and the share of rows that stand in another. */
function majority(own: SheetColumn, to: SheetColumn, rowOf: Int32Array): { map: Int32Array; off: number } {
  const labels = own.distinct;
  const counts = new Int32Array(to.distinct * labels);
  let rows = 0;
  for (let row = 0; row < rowOf.length; row++) {
    const label = own.codes[row] as number;
    const value = to.codes[rowOf[row] as number] as number;
    if (label < 0 || value < 0) continue;
    counts[value * labels + label] = (counts[value * labels + label] as number) + 1;
    rows++;
  }
  const map = new Int32Array(to.distinct).fill(UNCOVERED);
  let kept = 0;
  for (let value = 0; value < to.distinct; value++) {
    let best = -1;
    let most = 0;
    for (let label = 0; label < labels; label++) {
      const count = counts[value * labels + label] as number;
      if (count > most) {
        most = count;
        best = label;
      }
    }
    if (best >= 0) map[value] = best;
    kept += most;
  }
  return { map, off: rows === 0 ? 1 : (rows - kept) / rows };
}
