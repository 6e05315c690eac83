/**
 * Labels of a group table that cannot be read: the ways to put the values of a source column under them so that the table's counts
 * come out. Every such way has groups of the same sizes. See aggregate.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { isRare } from './constants.js';
import { figureOf, unitOf } from './figures.js';
import { jointClasses } from './joint-classes.js';
import { isEverything } from './label.js';
import { type Recoding, UNCOVERED } from './recoding.js';

/** Steps of the search, ways kept, and by how much a count may be off (rounding, noise). */
const NODES = 60_000;
const WAYS = 24;
const SLACKS: readonly number[] = [0, 1, 2, 3, 5, 8, 12];
const MOST_LABELS = 12;
const MOST_VALUES = 40;
/** Characters of a label that nothing reads, and persons who must share a value that stands as one. */
const LONGEST = 24;
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
  for (const counts of countColumns(product, figures, sheet.rows)) {
    const targets = new Float64Array(labels * classes).fill(Number.NaN);
    for (let row = 0; row < product.rows; row++)
      if ((cellOf[row] as number) >= 0) targets[cellOf[row] as number] = counts[row] as number;
    const found = sheet.columns.flatMap((to, position) => {
      if (to.distinct < labels - everything.size || to.distinct > MOST_VALUES || to.present !== sheet.rows) return [];
      const ways = waysToPut(countsOf(to, joint.sourceClasses, classes), classes, targets, everything);
      const scores = ways.map((way) => borneOut(way, to, joint.sourceClasses, classes, cellOf, labels, figures, sheet));
      const best = ways[scores.indexOf(Math.max(...scores))];
      if (best === undefined) return [];
      return [
        {
          score: Math.max(...scores) - 0.001 * to.distinct,
          recoding: {
            source,
            column: position,
            product: column,
            how: 'hierarchy',
            map: best,
            fits: null,
            everything,
            mass: 1,
            similarity: 1,
            covered: 1,
          } satisfies Recoding,
        },
      ];
    });
    if (found.length > 0) return found.sort((a, b) => b.score - a.score).map(({ recoding }) => recoding);
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

/** Rows by value × class. */
function countsOf(to: SheetColumn, classOf: Int32Array, classes: number): Float64Array {
  const counts = new Float64Array(to.distinct * classes);
  for (let row = 0; row < classOf.length; row++) {
    const code = to.codes[row] as number;
    const group = classOf[row] as number;
    if (code >= 0 && group >= 0) counts[code * classes + group] = (counts[code * classes + group] as number) + 1;
  }
  return counts;
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
function waysToPut(
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
  if (whole && Math.abs(total - all) > Math.max(12 * wanted.length * classes, 0.02 * all)) return [];
  const ofValue = Float64Array.from({ length: size }, (_, value) =>
    counts.subarray(value * classes, (value + 1) * classes).reduce((sum, count) => sum + count, 0),
  );
  const order = Array.from({ length: size }, (_, value) => value).sort(
    (a, b) => (ofValue[b] as number) - (ofValue[a] as number),
  );
  const exact = whole && total === all;
  for (const slack of exact ? slacks.slice(0, 1) : slacks) {
    const found: Int32Array[] = [];
    const left = Float64Array.from(targets);
    const map = new Int32Array(size).fill(UNCOVERED);
    let nodes = 0;
    const fits = (value: number, label: number): boolean => {
      for (let group = 0; group < classes; group++)
        if ((counts[value * classes + group] as number) > (left[label * classes + group] as number) + slack)
          return false;
      return true;
    };
    const move = (value: number, label: number, sign: number): void => {
      for (let group = 0; group < classes; group++) {
        const cell = label * classes + group;
        left[cell] = (left[cell] as number) + sign * (counts[value * classes + group] as number);
      }
    };
    const place = (at: number): void => {
      if (nodes++ > NODES || found.length >= WAYS) return;
      if (at === size) {
        if (left.every((rest, cell) => skipped.has(Math.floor(cell / classes)) || !(Math.abs(rest) > slack)))
          found.push(map.slice());
        return;
      }
      const value = order[at] as number;
      for (const label of wanted) {
        if (!fits(value, label)) continue;
        move(value, label, -1);
        map[value] = label;
        place(at + 1);
        move(value, label, 1);
      }
      map[value] = UNCOVERED;
    };
    place(0);
    if (found.length > 0) return found;
  }
  return [];
}

/** How many columns of figures are the means or sums of a numeric source column under the labels. */
function borneOut(
  map: Int32Array,
  to: SheetColumn,
  classOf: Int32Array,
  classes: number,
  cellOf: Int32Array,
  labels: number,
  figures: readonly SheetColumn[],
  sheet: Sheet,
): number {
  if (figures.length < 2) return 0;
  let score = 0;
  const sums = sheet.columns
    .filter((column) => column.isNumeric)
    .slice(0, 30)
    .map((column) => {
      const sum = new Float64Array(labels * classes);
      const valid = new Float64Array(labels * classes);
      for (let row = 0; row < classOf.length; row++) {
        const label = map[to.codes[row] as number] as number;
        const value = column.numbers[column.codes[row] as number] as number;
        if (!(label >= 0) || (classOf[row] as number) < 0 || Number.isNaN(value ?? Number.NaN)) continue;
        const cell = label * classes + (classOf[row] as number);
        sum[cell] = (sum[cell] as number) + value;
        valid[cell] = (valid[cell] as number) + 1;
      }
      return { sum, valid };
    });
  for (const figure of figures) {
    const met = sums.some(({ sum, valid }) => {
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
