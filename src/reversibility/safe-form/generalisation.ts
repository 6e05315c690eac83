/**
 * Safe form (a): every column generalises a column of one source, and the joint classes hold at least 20 persons of the
 * source. Recognised column by column, verified jointly on persons. See generalisation.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { byRunMeans, classesInOrder, meansInOrder } from './class-means.js';
import { verify } from './class-persons.js';
import { inSameOrder } from './hierarchy.js';
import { isEverything } from './label.js';
import { isSameOrder, settleOpen } from './open-labels.js';
import { recodings } from './read-labels.js';
import type { Recoding } from './recoding.js';
import { settleEnds, settleRare, settleReferences } from './reference-days.js';

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
  // Means of classes may look like rounded numbers: in the order of the source the rows tell.
  const all = product.columns.flatMap((_, column) => (constants.has(column) ? [] : [column]));
  const together = byClassMeans(product, sheet, source, new Map(), all, safeClass);
  if (together !== null) return together;
  const chosen = new Map<number, Recoding>();
  const taken = new Map<number, number>();
  const options: Recoding[] = [];
  const open: number[] = [];
  product.columns.forEach((_, column) => {
    if (constants.has(column) || late()) return;
    options.push(
      ...recodings(product, column, sheet, source)
        .filter((recoding) => recoding.similarity >= 0.45)
        // Of many columns of the same few values the one of the same name is it.
        .sort((a, b) => named(product, sheet, b) - named(product, sheet, a))
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
    chosen.set(recoding.product, inSameOrder(product, sheet, recoding));
    taken.set(recoding.column, recoding.product);
  }
  product.columns.forEach((_, column) => {
    if (!constants.has(column) && !chosen.has(column)) open.push(column);
  });
  settleEnds(product, sheet, chosen, late);
  settleOpen(product, sheet, source, chosen, open, late);
  const left = open.filter((column) => !chosen.has(column));
  for (const column of left) {
    const means = late() ? null : byRunMeans(product, column, sheet, source, safeClass);
    if (means !== null) chosen.set(column, means);
  }
  const inOrder = byClassMeans(
    product,
    sheet,
    source,
    chosen,
    left.filter((column) => !chosen.has(column)),
    safeClass,
  );
  if (inOrder !== null) return inOrder;
  if (chosen.size === 0) return null;
  settleReferences(product, sheet, chosen, safeClass, late);
  settleRare(product, sheet, chosen, late);
  const { smallest, below } = verify(product, sheet, [...chosen.values()], safeClass);
  return { source, recodings: chosen, smallest, below };
}

/** What is left are means of classes of rows, and the rows stand in the order of the source: the classes are counted as they are. */
function byClassMeans(
  product: Sheet,
  sheet: Sheet,
  source: number,
  chosen: ReadonlyMap<number, Recoding>,
  left: readonly number[],
  safeClass: number,
): Generalisation | null {
  if (left.length === 0 || !isSameOrder(product, sheet, [...chosen.values()])) return null;
  const means = meansInOrder(product, left, sheet, safeClass);
  if (means === null) return null;
  const recodings = new Map(chosen);
  for (const [column, position] of means) {
    recodings.set(column, {
      source,
      column: position,
      product: column,
      how: 'class mean',
      map: null,
      fits: null,
      everything: new Set(),
      mass: 1,
      similarity: 1,
      covered: 1,
    });
  }
  return { source, recodings, ...classesInOrder(product, [...recodings.keys()], sheet, safeClass) };
}

/**
 * "Other" beside labels of their own: where the values that no other label covers are about as many as the rows it stands in, it
 * means those values, not all. Read as all, it would hide how few they are. A value of that name in the source is one of them when the
 * product has more rows of it than the source.
 */
function withRest(product: Sheet, sheet: Sheet, recoding: Recoding): Recoding {
  if (recoding.covered >= 1) return recoding;
  const { map } = recoding;
  if (map === null) return recoding;
  const own = product.columns[recoding.product] as SheetColumn;
  const to = sheet.columns[recoding.column] as SheetColumn;
  const rows = new Float64Array(own.distinct);
  let uncovered = 0;
  map.forEach((label, code) => {
    const count = to.counts[code] as number;
    if (label >= 0) rows[label] = (rows[label] as number) + count;
    else uncovered += count;
  });
  if (uncovered === 0) return recoding;
  const ratio = sheet.rows / Math.max(1, product.rows);
  const spare = (label: number): number => (own.counts[label] as number) * ratio - (rows[label] as number);
  const rests = own.values.flatMap((text, label) => {
    if (!isEverything(text)) return [];
    const means = recoding.everything.has(label) ? recoding.everything.size === 1 : spare(label) > 0.05 * uncovered;
    return means && spare(label) <= 1.25 * uncovered + 5 ? [label] : [];
  });
  const rest = rests[0];
  if (rests.length !== 1 || rest === undefined) return recoding;
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
