/**
 * Safe form (b): a table of counts, sums, means and shares of groups of the source, recomputed exactly, rounded or noised.
 *
 * Key columns are read as recodings of source columns; every other column is held against all statistics of the groups
 * that the keys define. See aggregate.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { derivedFrom } from './derived-figures.js';
import { figureOf, isMark } from './figure-texts.js';
import { type AggregateColumn, explain, figuresOf } from './figures.js';
import { hiddenGroups, publishedRows, sizesOf } from './group-sizes.js';
import { keySets } from './key-sets.js';
import { isEverything, parseInterval } from './label.js';
import { givenBack } from './linked-cells.js';
import { partitions } from './partitions.js';
import { recodings } from './read-labels.js';
import { quantileGroups } from './read-quantile-groups.js';
import type { Recoding } from './recoding.js';
import { secondVersions } from './second-versions.js';
import { rowGroups, Statistics } from './statistics.js';
import { twoUnread } from './two-unread.js';
import { fromUnpublished } from './unpublished.js';

/** A product read as a group table of one source. */
export interface Aggregate {
  readonly source: number;
  readonly keys: readonly Recoding[];
  readonly values: readonly AggregateColumn[];
  /** Columns that nothing explains. */
  readonly left: readonly number[];
  /** Those of them that nearly repeat a statistic of another column. */
  readonly versions: readonly number[];
  /** Persons of the smallest group (0 persons left aside). */
  readonly smallest: number;
  /** Groups of 1 to `safeClass - 1` persons. */
  readonly smallGroups: number;
  /** Exact cells of groups under ten persons, by product column. */
  readonly determined: ReadonlyMap<number, number>;
}

/** Columns left open up to which they are held against statistics that are not published. */
const MOST_UNPUBLISHED = 8;
/** At least half of the rows of a group table stand for this many persons. */
const GROUP = 5;

/** Reads a product as a group table of a source; null when it is none. */
export function aggregateOf(
  product: Sheet,
  sheet: Sheet,
  source: number,
  constants: ReadonlySet<number>,
  safeClass: number,
  late: () => boolean,
): Aggregate | null {
  if (
    product.rows === 0 ||
    sheet.rows < 2 ||
    product.rows > Math.max(60, sheet.rows / 3) ||
    product.columns.length > 400
  )
    return null;
  const columns = product.columns.map((_, i) => i).filter((i) => !constants.has(i));
  const textual: number[] = [];
  const numeric: number[] = [];
  for (const column of columns) (isFigures(product.columns[column] as SheetColumn) ? numeric : textual).push(column);
  const options = new Map<number, Recoding[]>();
  for (const column of columns) {
    if (late()) return null;
    const list = recodings(product, column, sheet, source).filter(
      (recoding) => recoding.map !== null && recoding.mass >= 0.95,
    );
    const own = sheet.columns.length - (sheet.made ?? 0);
    const read = byCover(product, sheet, list).filter((recoding, i) => i < 3 || recoding.column >= own);
    if (read.length > 0) options.set(column, read);
  }
  const unread = textual.filter((column) => !options.has(column));
  if (unread.length === 1) {
    const column = unread[0] as number;
    const read = textual.flatMap((other) => options.get(other)?.slice(0, 1) ?? []);
    let found = partitions(product, column, read, numeric, sheet, source);
    // A key may be a column of numbers, too.
    for (const key of numeric.slice(0, 8)) {
      if (found.length > 0) break;
      const recoding = options.get(key)?.[0];
      if (recoding === undefined) continue;
      const figures = numeric.filter((other) => other !== key);
      found = partitions(product, column, [...read, recoding], figures, sheet, source);
    }
    if (found.length > 0) options.set(column, found.slice(0, 3));
  }
  if (unread.length === 2) {
    const read = textual.flatMap((other) => options.get(other)?.slice(0, 1) ?? []);
    for (const [column, recoding] of twoUnread(product, unread as [number, number], read, numeric, sheet, source))
      options.set(column, [recoding]);
  }
  for (const column of columns) {
    const groups = groupsOfQuantiles(product, column, sheet, source);
    if (groups.length > 0) options.set(column, [...(options.get(column) ?? []), ...groups]);
  }
  const base = textual.filter((column) => options.has(column));
  let best: Aggregate | null = null;
  for (const keys of keySets(
    product,
    base,
    numeric.filter((column) => options.has(column)),
  )) {
    if (late()) break;
    const found = settleAges(
      tryKeys(product, sheet, source, columns, keys, options, safeClass),
      product,
      sheet,
      (others) => evaluate(product, sheet, source, columns, others, safeClass),
      late,
    );
    // Keys alone publish nothing: a table of groups has figures.
    if (found.values.length === 0) continue;
    if (best === null || better(found, best)) best = found;
    if (best.left.length === 0 && !best.values.some((value) => value.closeness === 'noised')) break;
  }
  return best !== null && best.values.length > 0 && best.left.length <= best.values.length ? best : null;
}

/** Labels of a column as quantile groups of any source column: only what stands beside them tells of which. */
function groupsOfQuantiles(product: Sheet, column: number, sheet: Sheet, source: number): Recoding[] {
  const own = product.columns[column] as SheetColumn;
  const everything = new Set(own.values.flatMap((text, code) => (isEverything(text) ? [code] : [])));
  return quantileGroups({ own, product: column, source, everything }, sheet);
}

/** Source rows that reading ages by other days may look at. */
const AGE_WORK = 3_000_000;
/** Years and days by which a day of reference is sought. */
const YEARS = Array.from({ length: 31 }, (_, i) => i);
const STEPS = [182, 91, 30, 15, 7, 3, 1];

/** Age bands by the reference day under which most figures are explained, and most nearly: a table of groups has no counts of rows to tell it by. */
function settleAges(
  first: Aggregate,
  product: Sheet,
  sheet: Sheet,
  evaluateKeys: (keys: readonly Recoding[]) => Aggregate,
  late: () => boolean,
): Aggregate {
  const { keys } = first;
  const at = keys.findIndex(({ reference }) => reference !== undefined);
  const { reference } = keys[at] ?? {};
  if (reference === undefined || isSettled(first)) return first;
  let looks = Math.floor(AGE_WORK / Math.max(1, sheet.rows));
  let best = { found: first, day: reference.days[0] as number, misfit: misfitOf(product, first) };
  const look = (day: number): void => {
    if (isSettled(best.found) || looks-- <= 0 || late()) return;
    const other = reference.onDay(day);
    if (other === null || other.map === null) return;
    const found = evaluateKeys(keys.map((key, i) => (i === at ? { ...other, reference } : key)));
    const misfit = misfitOf(product, found);
    if (better(found, best.found) || (misfit < best.misfit && !better(best.found, found)))
      best = { found, day, misfit };
  };
  const earliest = Math.min(...reference.days);
  for (const year of YEARS) look(Math.round(earliest + year * 365.25));
  for (const step of STEPS) {
    const { day } = best;
    look(day - step);
    look(day + step);
  }
  return best.found;
}

/** How far counts lie from those that are published, all together. */
function misfitOf(product: Sheet, { values }: Aggregate): number {
  const counts = values.find(({ statistic }) => statistic.how === 'count');
  const figures = counts === undefined ? null : figuresOf(product, counts.product);
  if (counts === undefined || figures === null) return Number.POSITIVE_INFINITY;
  let misfit = 0;
  figures.values.forEach((figure, row) => {
    if (!Number.isNaN(figure)) misfit += Math.abs(figure - (counts.statistic.values[row] as number));
  });
  return misfit;
}

function isSettled({ left, values }: Aggregate): boolean {
  return left.length === 0 && !values.some(({ closeness }) => closeness === 'noised');
}

const looseness = ({ values }: Aggregate): number =>
  values.reduce((sum, { closeness }) => sum + { exact: 0, rounded: 0.01, noised: 1 }[closeness], 0);

function better(a: Aggregate, b: Aggregate): boolean {
  if (a.left.length !== b.left.length) return a.left.length < b.left.length;
  // Exact figures tell more than rounded ones, and these more than noised ones.
  return looseness(a) < looseness(b);
}

/** Keys of a group table cover the source: the recoding with the widest cover, then the most even match of names. */
function byCover(product: Sheet, sheet: Sheet, list: readonly Recoding[]): Recoding[] {
  const weight = (recoding: Recoding): number =>
    recoding.covered +
    (product.columns[recoding.product]?.name === sheet.columns[recoding.column]?.name ? 0.5 : 0) -
    Math.abs(
      Math.log2(
        (1 + (sheet.columns[recoding.column] as SheetColumn).distinct) /
          (1 + (product.columns[recoding.product] as SheetColumn).distinct),
      ),
    ) *
      0.02;
  return [...list].sort((a, b) => weight(b) - weight(a));
}

/** Numbers, percentages, or marks of a suppressed cell. */
function isFigures(column: SheetColumn): boolean {
  let figures = 0;
  let marks = 0;
  column.values.forEach((text, code) => {
    if (!Number.isNaN(figureOf(text))) figures += column.counts[code] as number;
    else if (isMark(text)) marks += column.counts[code] as number;
  });
  return figures >= 0.5 * Math.max(1, column.present) || (figures > 0 && figures + marks === column.present);
}

function tryKeys(
  product: Sheet,
  sheet: Sheet,
  source: number,
  columns: readonly number[],
  keys: readonly number[],
  options: ReadonlyMap<number, readonly Recoding[]>,
  safeClass: number,
): Aggregate {
  const chosen = keys.map((key) => (options.get(key) as readonly Recoding[])[0] as Recoding);
  let best = evaluate(product, sheet, source, columns, chosen, safeClass);
  // Rival readings of a key, one at a time.
  for (let i = 0; i < chosen.length && best.left.length + looseness(best) > 0; i++) {
    for (const rival of (options.get(keys[i] as number) as readonly Recoding[]).slice(1)) {
      const other = chosen.map((recoding, j) => (j === i ? rival : recoding));
      const found = evaluate(product, sheet, source, columns, other, safeClass);
      if (better(found, best)) best = found;
    }
  }
  // Empty labels of a column that has gaps: of everything, or of those without a value.
  const gaps = best.keys.map((key): Recoding => {
    const of = (own: Sheet, column: number): boolean => (own.columns[column] as SheetColumn).present < own.rows;
    return of(product, key.product) && of(sheet, key.column) ? { ...key, missing: true } : key;
  });
  if (best.left.length + looseness(best) > 0 && gaps.some(({ missing }) => missing === true)) {
    const found = evaluate(product, sheet, source, columns, gaps, safeClass);
    if (better(found, best)) best = found;
  }
  return best;
}

function evaluate(
  product: Sheet,
  sheet: Sheet,
  source: number,
  columns: readonly number[],
  keys: readonly Recoding[],
  safeClass: number,
): Aggregate {
  const groupOf = rowGroups(product, sheet, keys);
  const keyColumns = new Set(keys.map((key) => key.product));
  const statistics = new Statistics(product.rows, sheet, groupOf);
  // Rows of one person each are persons, not groups, whatever their sums are.
  // A row whose figures are all hidden publishes its label alone.
  const shown = publishedRows(product, columns, keyColumns);
  let single = 0;
  statistics.persons.forEach((persons, row) => {
    if (persons < GROUP && shown[row] === 1) single++;
  });
  if (single > 0.5 * shown.reduce((sum, own) => sum + own, 0))
    return {
      source,
      keys,
      values: [],
      left: columns.filter((column) => !keyColumns.has(column)),
      versions: [],
      smallest: 0,
      smallGroups: 0,
      determined: new Map(),
    };
  const values: AggregateColumn[] = [];
  // A label of nobody is content that nothing explains.
  const left: number[] = keys.filter((key) => hasUnread(product, sheet, key)).map((key) => key.product);
  for (const column of columns) {
    if (keyColumns.has(column)) continue;
    const explained = explain(product, column, statistics);
    if (explained === null) left.push(column);
    else values.push(explained);
  }
  // Two versions of one statistic tell by their difference what few persons hold.
  const seconds = secondVersions(product, values);
  for (const second of seconds) {
    values.splice(values.indexOf(second), 1);
    left.push(second.product);
  }
  const versions = seconds.map((second) => second.product);
  const open = left.length;
  for (const column of left.slice()) {
    if (keyColumns.has(column)) continue;
    const derived =
      derivedFrom(product, column, values, statistics, keys) ??
      (open > MOST_UNPUBLISHED ? null : fromUnpublished(product, column, statistics, keys));
    if (derived === null) continue;
    left.splice(left.indexOf(column), 1);
    values.push(derived);
  }
  // What all of a group share is a label beside its key, unless nothing else is published.
  const beyondLabels = values.filter((value) => value.statistic.of !== 'label');
  const figures = beyondLabels.length > 0 ? beyondLabels : values;
  const { smallest, smallGroups, determined } = sizesOf(product, statistics, figures, safeClass);
  const hidden = hiddenGroups(product, statistics, keys, figures, safeClass);
  const back = givenBack(product, statistics, keys, figures, safeClass);
  for (const [column, cells] of back.determined) determined.set(column, (determined.get(column) ?? 0) + cells);
  if (hidden.determined > 0) {
    const exact = values.find((value) => value.closeness === 'exact');
    if (exact !== undefined) determined.set(exact.product, (determined.get(exact.product) ?? 0) + hidden.determined);
  }
  return {
    source,
    keys,
    values,
    left,
    versions,
    smallest,
    smallGroups: smallGroups + hidden.small + back.small,
    determined,
  };
}

/**
 * True when a key column holds a label that no source row stands under, and that is no empty band beside the others: nobody's
 * label may say anything.
 */
function hasUnread(product: Sheet, sheet: Sheet, key: Recoding): boolean {
  const own = product.columns[key.product] as SheetColumn;
  const met = new Uint8Array(own.distinct);
  const { counts } = sheet.columns[key.column] as SheetColumn;
  key.map?.forEach((label, code) => {
    if (label >= 0 && (counts[code] as number) > 0) met[label] = 1;
  });
  const widths = new Set<number>();
  own.values.forEach((text, code) => {
    const interval = met[code] === 1 ? parseInterval(text) : null;
    if (interval !== null) widths.add(widthOf(interval));
  });
  return own.values.some((text, code) => {
    if (met[code] === 1 || key.everything.has(code) || own.counts[code] === 0) return false;
    const interval = parseInterval(text);
    return interval === null || !widths.has(widthOf(interval));
  });
}

function widthOf({ from, to }: { readonly from: number; readonly to: number }): number {
  return Number((to - from).toPrecision(9));
}
