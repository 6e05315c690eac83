/**
 * Safe form (a): every column generalises a column of one source, and the joint classes hold at least 20 persons of the
 * source. Recognised column by column, verified jointly on persons. See generalisation.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { verify } from './class-persons.js';
import { settleOpen } from './open-labels.js';
import { recodings } from './read-labels.js';
import type { Recoding } from './recoding.js';
import { settleReferences } from './reference-days.js';

/** Columns of a product as generalisations of one source. */
export interface Generalisation {
  readonly source: number;
  /** Recoding of each product column that has one. */
  readonly recodings: ReadonlyMap<number, Recoding>;
  /** Persons of the source in the smallest joint class that a product row stands in; 0 when a row fits nobody. */
  readonly smallest: number;
  /** Share of product rows whose joint class holds fewer than `safeClass` persons of the source. */
  readonly below: number;
}

/**
 * Reads a product as a generalisation of a source.
 *
 * @param constants - product columns without information
 */
export function generalisationOf(
  product: Sheet,
  sheet: Sheet,
  source: number,
  constants: ReadonlySet<number>,
  safeClass: number,
  late: () => boolean,
): Generalisation | null {
  if (product.rows === 0 || sheet.rows === 0) return null;
  const chosen = new Map<number, Recoding>();
  const taken = new Map<number, number>();
  const options: Recoding[] = [];
  const open: number[] = [];
  product.columns.forEach((_, column) => {
    if (constants.has(column) || late()) return;
    options.push(
      ...recodings(product, column, sheet, source)
        .filter((recoding) => recoding.similarity >= 0.45)
        .slice(0, 4)
        .map((recoding) => withRest(product, sheet, recoding)),
    );
  });
  // Column by column, the surest first; two product columns may generalise one source column (year and decade).
  options.sort(
    (a, b) => b.mass * b.similarity + named(product, sheet, b) - (a.mass * a.similarity + named(product, sheet, a)),
  );
  for (const recoding of options) {
    if (chosen.has(recoding.product)) continue;
    const rival = taken.get(recoding.column);
    if (rival !== undefined && recoding.how === 'same') continue;
    chosen.set(recoding.product, recoding);
    taken.set(recoding.column, recoding.product);
  }
  product.columns.forEach((_, column) => {
    if (!constants.has(column) && !chosen.has(column)) open.push(column);
  });
  settleOpen(product, sheet, source, chosen, open, late);
  if (chosen.size === 0) return null;
  settleReferences(product, sheet, chosen, late);
  const { smallest, below } = verify(product, sheet, [...chosen.values()], safeClass);
  return { source, recodings: chosen, smallest, below };
}

/**
 * "Other" beside labels of their own: where the values that no other label covers are about as many as the rows it stands in, it
 * means those values, not all. Read as all, it would hide how few they are.
 */
function withRest(product: Sheet, sheet: Sheet, recoding: Recoding): Recoding {
  const { map } = recoding;
  if (map === null || recoding.everything.size !== 1 || recoding.covered >= 1) return recoding;
  const [rest] = recoding.everything as ReadonlySet<number> & Iterable<number>;
  const own = product.columns[recoding.product] as SheetColumn;
  const to = sheet.columns[recoding.column] as SheetColumn;
  let uncovered = 0;
  for (let code = 0; code < map.length; code++) if ((map[code] as number) < 0) uncovered += to.counts[code] as number;
  if (rest === undefined || uncovered === 0) return recoding;
  const scaled = ((own.counts[rest] as number) * sheet.rows) / Math.max(1, product.rows);
  if (scaled > 1.25 * uncovered + 5) return recoding;
  return {
    ...recoding,
    map: map.map((label) => (label < 0 ? rest : label)),
    everything: new Set(),
    covered: 1,
  };
}

/** Equal names decide between equals. */
function named(product: Sheet, sheet: Sheet, recoding: Recoding): number {
  return product.columns[recoding.product]?.name === sheet.columns[recoding.column]?.name ? 0.3 : 0;
}
