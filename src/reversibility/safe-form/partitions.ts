/**
 * Labels of a group table that cannot be read: the ways to put the values of a source column under them so that the table's counts
 * come out. Every such way has groups of the same sizes. See aggregate.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { isRare } from './constants.js';
import { figureOf, unitOf } from './figure-texts.js';
import { membersOf } from './headers.js';
import { jointClasses } from './joint-classes.js';
import { isEverything } from './label.js';
import { type Recoding, UNCOVERED } from './recoding.js';

/** Steps of the search, ways kept, and by how much a count may be off (rounding, noise). */
const NODES = 80_000;
const WAYS = 300;
const SLACKS: readonly number[] = [0, 1, 2, 3, 5, 8, 12];
const MOST_LABELS = 12;
const MOST_VALUES = 40;
/** Characters of a label that nothing reads, and persons who must share a value that stands as one. */
const LONGEST = 24;
/** Headers of a cross table that are looked at. */
const MOST_HEADERS = 12;
const SHARED_BY = 5;

/**
 * Recodings of an unread key column of a group table, those first that other figures of the table bear out.
 *
 * @param read - recodings of the table's other keys; numeric - columns of figures
 */
export function partitions(
  product: Sheet,
  column: number,
  read: readonly Recoding[],
  numeric: readonly number[],
  sheet: Sheet,
  source: number,
): Recoding[] {
  const own = product.columns[column] as SheetColumn;
  const everything = new Set<number>();
  own.values.forEach((text, code) => {
    if (isEverything(text)) everything.add(code);
  });
  const labels = own.distinct;
  if (labels - everything.size > MOST_LABELS || labels - everything.size < 2) return [];
  // A label that nobody can read may say anything: not much, and no person's value.
  if (own.values.some((text) => text.length > LONGEST || isRare(text, [sheet], SHARED_BY))) return [];
  const joint = jointClasses(product, sheet, read);
  if (joint === null || joint.classes > 400) return [];
  const { classes } = joint;
  const cellOf = cellsOf(product, own, everything, joint.productClasses, classes);
  if (cellOf === null) return [];
  const figures = numeric.map((figure) => product.columns[figure] as SheetColumn);
  const targetsOf = (list: Float64Array): Float64Array => {
    const targets = new Float64Array(labels * classes).fill(Number.NaN);
    for (let row = 0; row < product.rows; row++)
      if ((cellOf[row] as number) >= 0) targets[cellOf[row] as number] = list[row] as number;
    return targets;
  };
  const put = (targets: Float64Array, slacks: readonly number[], of: SheetColumn | null): Recoding[] => {
    const found = sheet.columns.flatMap((to, position) => {
      if (to.distinct < labels - everything.size || to.distinct > MOST_VALUES || to.present !== sheet.rows) return [];
      const ways = waysToPut(amountsOf(to, joint.sourceClasses, classes, of), classes, targets, everything, slacks);
      const sums = sumsOf(to, joint.sourceClasses, classes, sheet);
      if (figures.length > 1) sums.push(...cellsUnderHeaders(to, joint.sourceClasses, classes, sheet, figures));
      const scores = ways.map((way) => borneOut(way, sums, classes, cellOf, labels, figures));
      const score = Math.max(...scores);
      const map = ways[scores.indexOf(score)];
      if (map === undefined) return [];
      const recoding: Recoding = {
        source,
        column: position,
        product: column,
        how: 'labels by counts',
        map,
        fits: null,
        everything,
        mass: 1,
        similarity: 1,
        covered: 1,
      };
      const namesake = own.name === to.name ? 0.5 : 0;
      return [{ score: score + namesake - 0.001 * to.distinct, recoding }];
    });
    return found.sort((a, b) => b.score - a.score).map(({ recoding }) => recoding);
  };
  for (const counts of countColumns(product, figures, sheet.rows)) {
    const found = put(targetsOf(counts), SLACKS, null);
    if (found.length > 0) return found;
  }
  // No counts: sums of a column that is never negative.
  for (const figure of figures.slice(0, 4)) {
    const list = Float64Array.from(figure.codes, (code) =>
      code < 0 ? Number.NaN : figureOf(figure.values[code] as string),
    );
    const unit = Math.max(...figure.values.map(unitOf));
    for (const of of sheet.columns) {
      if (!of.isNumeric || of.numbers.some((value) => value < 0)) continue;
      const found = put(targetsOf(list), [0.501 * unit + 1e-9 * Math.max(...list)], of);
      if (found.length > 0) return found;
    }
  }
  return [];
}

/** Cell (label × class) of each row, -1 for totals; null when two rows share one. */
function cellsOf(
  product: Sheet,
  own: SheetColumn,
  everything: ReadonlySet<number>,
  classOf: Int32Array,
  classes: number,
): Int32Array | null {
  const cellOf = new Int32Array(product.rows).fill(-1);
  const seen = new Set<number>();
  for (let row = 0; row < product.rows; row++) {
    const label = own.codes[row] as number;
    if (label < 0) return null;
    const group = classOf[row] as number;
    if (everything.has(label) || group < 0) continue;
    const cell = label * classes + group;
    if (seen.has(cell)) return null;
    seen.add(cell);
    cellOf[row] = cell;
  }
  return cellOf;
}

/** Columns of figures that may be counts, shares of all as counts, and the sum of all of them. */
function countColumns(product: Sheet, figures: readonly SheetColumn[], rows: number): Float64Array[] {
  const lists = figures.map(({ codes, values }) =>
    Float64Array.from(codes, (code) => (code < 0 ? Number.NaN : figureOf(values[code] as string))),
  );
  const shares = lists.flatMap((list) => {
    const total = list.reduce((sum, value) => sum + value, 0);
    const whole = [1, 100].find((all) => Math.abs(total - all) <= 0.005 * all);
    return whole === undefined ? [] : [list.map((value) => Math.round((value * rows) / whole))];
  });
  if (lists.length < 2) return [...lists, ...shares];
  const all = new Float64Array(product.rows);
  for (const list of lists)
    for (let row = 0; row < all.length; row++) all[row] = (all[row] as number) + (list[row] as number);
  return [...lists, ...shares, all];
}

/** Rows by value × class, or sums of a numeric column. */
function amountsOf(to: SheetColumn, classOf: Int32Array, classes: number, of: SheetColumn | null): Float64Array {
  const amounts = new Float64Array(to.distinct * classes);
  for (let row = 0; row < classOf.length; row++) {
    const code = to.codes[row] as number;
    const group = classOf[row] as number;
    if (code < 0 || group < 0) continue;
    const own = of === null ? 0 : (of.codes[row] as number);
    const amount = of === null ? 1 : own < 0 ? 0 : (of.numbers[own] as number);
    const cell = code * classes + group;
    if (!Number.isNaN(amount)) amounts[cell] = (amounts[cell] as number) + amount;
  }
  return amounts;
}

/** A way to put all values of a column under labels so that the rows of each label come out exactly; null when there is none. */
export function partitionByCounts(to: SheetColumn, targets: Float64Array): Int32Array | null {
  return waysToPut(Float64Array.from(to.counts), 1, targets, new Set(), [0])[0] ?? null;
}

/**
 * Ways to put values under labels so that the counts of each label and class come out, with the least slack that has any.
 *
 * @param counts - rows by value × class; targets - rows by label × class, NaN where none is published
 * @returns labels of the values, at most {@link WAYS}
 */
export function waysToPut(
  counts: Float64Array,
  classes: number,
  targets: Float64Array,
  skipped: ReadonlySet<number>,
  slacks: readonly number[] = SLACKS,
): Int32Array[] {
  const size = counts.length / classes;
  const labels = targets.length / classes;
  const wanted = Array.from({ length: labels }, (_, label) => label).filter((label) => !skipped.has(label));
  const published = (label: number): number => {
    let sum = 0;
    for (let group = 0; group < classes; group++) sum += targets[label * classes + group] as number;
    return sum;
  };
  const whole = wanted.every((label) => !Number.isNaN(published(label)));
  let all = 0;
  for (const count of counts) all += count;
  const total = wanted.reduce((sum, label) => sum + published(label), 0);
  const most = Math.max(...slacks) * wanted.length;
  if (whole && Math.abs(total - all) > Math.max(12 * wanted.length * classes, 0.02 * all, most)) return [];
  const ofValue = Float64Array.from({ length: size }, (_, value) =>
    counts.subarray(value * classes, (value + 1) * classes).reduce((sum, count) => sum + count, 0),
  );
  const order = Array.from({ length: size }, (_, value) => value).sort(
    (a, b) => (ofValue[b] as number) - (ofValue[a] as number),
  );
  // Labels with figures first, the smallest first: few subsets come out at little. What is left stands under the others.
  const ranked = wanted.filter((label) => !Number.isNaN(published(label))).sort((a, b) => published(a) - published(b));
  const rest = wanted.filter((label) => Number.isNaN(published(label)));
  if (rest.length > 1) return [];
  const search: Search = { counts, classes, targets, order, ofValue, ranked, rest: rest[0] ?? -1 };
  for (const slack of slacks) {
    const found = subsetsFor(search, slack);
    if (found.length > 0) return found;
  }
  return [];
}

interface Search {
  readonly counts: Float64Array;
  readonly classes: number;
  readonly targets: Float64Array;
  readonly order: readonly number[];
  readonly ofValue: Float64Array;
  readonly ranked: readonly number[];
  readonly rest: number;
}

/** Label after label, the subsets of the values left that come out at its counts; the last label takes what is left. */
function subsetsFor({ counts, classes, targets, order, ofValue, ranked, rest }: Search, slack: number): Int32Array[] {
  const size = order.length;
  const map = new Int32Array(size).fill(UNCOVERED);
  const found: Int32Array[] = [];
  let nodes = 0;
  const next = (at: number): void => {
    if (at < ranked.length) {
      const label = ranked[at] as number;
      const left = targets.slice(label * classes, (label + 1) * classes);
      take(
        at,
        label,
        0,
        left,
        left.reduce((sum, count) => sum + count, 0),
      );
      return;
    }
    if (rest < 0 && map.includes(UNCOVERED)) return;
    found.push(rest < 0 ? map.slice() : map.map((label) => (label < 0 ? rest : label)));
  };
  const take = (at: number, label: number, from: number, left: Float64Array, sum: number): void => {
    if (nodes++ > NODES || found.length >= WAYS) return;
    if (sum <= slack * classes && left.every((count) => Math.abs(count) <= slack)) next(at + 1);
    for (let i = from; i < size; i++) {
      const value = order[i] as number;
      const own = ofValue[value] as number;
      if (map[value] !== UNCOVERED || own > sum + slack * classes) continue;
      let fits = true;
      for (let group = 0; group < classes && fits; group++)
        fits = (counts[value * classes + group] as number) <= (left[group] as number) + slack;
      if (!fits) continue;
      map[value] = label;
      const less = left.map((count, group) => count - (counts[value * classes + group] as number));
      take(at, label, i + 1, less, sum - own);
      map[value] = UNCOVERED;
    }
  };
  next(0);
  return found;
}

/** Sums and numbers of values of the numeric columns, by value × class; or of rows that a header names, for its column alone. */
interface Sums {
  readonly under?: SheetColumn;
  readonly sum: Float64Array;
  readonly valid: Float64Array;
}

function sumsOf(to: SheetColumn, classOf: Int32Array, classes: number, sheet: Sheet): Sums[] {
  return sheet.columns
    .filter((column) => column.isNumeric)
    .slice(0, 30)
    .map((column) => {
      const sum = new Float64Array(to.distinct * classes);
      const valid = new Float64Array(to.distinct * classes);
      for (let row = 0; row < classOf.length; row++) {
        const value = to.codes[row] as number;
        const code = column.codes[row] as number;
        const group = classOf[row] as number;
        if (value < 0 || code < 0 || group < 0 || Number.isNaN(column.numbers[code])) continue;
        const cell = value * classes + group;
        sum[cell] = (sum[cell] as number) + (column.numbers[code] as number);
        valid[cell] = (valid[cell] as number) + 1;
      }
      return { sum, valid };
    });
}

/** Rows of values that the headers of figures name, and all rows, by value × class: cross tables. */
function cellsUnderHeaders(
  to: SheetColumn,
  classOf: Int32Array,
  classes: number,
  sheet: Sheet,
  figures: readonly SheetColumn[],
): Sums[] {
  return figures.slice(0, MOST_HEADERS).flatMap((under) =>
    membersOf(under.name, sheet).map(({ column, holds }) => {
      const sum = new Float64Array(to.distinct * classes);
      const valid = new Float64Array(to.distinct * classes);
      for (let row = 0; row < classOf.length; row++) {
        const value = to.codes[row] as number;
        const code = column.codes[row] as number;
        const group = classOf[row] as number;
        if (value < 0 || code < 0 || group < 0) continue;
        const cell = value * classes + group;
        sum[cell] = (sum[cell] as number) + (holds[code] as number);
        valid[cell] = (valid[cell] as number) + 1;
      }
      return { under, sum, valid };
    }),
  );
}

/** How many columns of figures are the means or sums of a numeric source column under the labels, or counts of what their headers name. */
function borneOut(
  map: Int32Array,
  sums: readonly Sums[],
  classes: number,
  cellOf: Int32Array,
  labels: number,
  figures: readonly SheetColumn[],
): number {
  if (figures.length < 2 || sums.length === 0) return 0;
  let score = 0;
  const gathered = sums.map((own) => {
    const sum = new Float64Array(labels * classes);
    const valid = new Float64Array(labels * classes);
    map.forEach((label, value) => {
      if (label < 0) return;
      for (let group = 0; group < classes; group++) {
        const cell = label * classes + group;
        sum[cell] = (sum[cell] as number) + (own.sum[value * classes + group] as number);
        valid[cell] = (valid[cell] as number) + (own.valid[value * classes + group] as number);
      }
    });
    return { under: own.under, sum, valid };
  });
  for (const figure of figures) {
    const met = gathered.some(({ under, sum, valid }) => {
      if (under !== undefined && under !== figure) return false;
      const agrees = (of: (cell: number) => number): boolean =>
        cellOf.every((cell, row) => {
          const code = figure.codes[row] as number;
          if (cell < 0 || code < 0) return true;
          const text = figure.values[code] as string;
          const value = figureOf(text);
          return !(Math.abs(value - of(cell)) > 0.501 * unitOf(text) + 1e-9 * Math.abs(value));
        });
      return agrees((cell) => (sum[cell] as number) / (valid[cell] as number)) || agrees((cell) => sum[cell] as number);
    });
    if (met) score++;
  }
  return score;
}
