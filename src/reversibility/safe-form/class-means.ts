/**
 * Micro-aggregation: values replaced by the mean (or median) of a class of at least 20. One column by its order (Defays and Nanopoulos,
 * 1993), or several columns by any classes where the rows stand in the order of the source. See generalisation.md.
 * @module
 */
import { groupCodes, groupPersons, groupSizes } from '../../core/index.js';
import { sortedNumbers } from '../attack/shared/sorted-numbers.js';
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { unitOf } from './figure-texts.js';
import { isFigure, numbersByRow } from './grid.js';
import type { Recoding } from './recoding.js';

/** Sizes of fits (labels × values) that are kept. */
const FIT_CELLS = 4e6;

/** A column whose numbers are means of runs of a source column's numbers, each run as long as its mean is frequent. */
export function byRunMeans(
  product: Sheet,
  column: number,
  sheet: Sheet,
  source: number,
  least: number,
): Recoding | null {
  const own = product.columns[column] as SheetColumn;
  if (!own.isNumeric || own.present !== product.rows || own.distinct < 2 || own.distinct > product.rows / least)
    return null;
  const labels = Array.from(own.numbers.keys()).sort((a, b) => (own.numbers[a] as number) - (own.numbers[b] as number));
  if (labels.some((label) => (own.counts[label] as number) < least)) return null;
  for (const [position, to] of sheet.columns.entries()) {
    if (!to.isNumeric || to.present !== product.rows || own.distinct * to.distinct > FIT_CELLS) continue;
    const fits = runsOf(own, labels, to);
    if (fits === null) continue;
    return {
      source,
      column: position,
      product: column,
      how: 'class mean',
      map: null,
      fits,
      everything: new Set(),
      mass: 1,
      similarity: 1,
      covered: 1,
    };
  }
  return null;
}

/** The values in the run of each label; null when a mean is not that of its run. */
function runsOf(own: SheetColumn, labels: readonly number[], to: SheetColumn): Uint8Array | null {
  const codes = sortedNumbers(to)?.codes;
  // Every row is in a run: none has a mean where a value is no number.
  if (codes?.length !== to.distinct || !walkRuns(own, labels, to, codes, null)) return null;
  const fits = new Uint8Array(own.distinct * to.distinct);
  walkRuns(own, labels, to, codes, fits);
  return fits;
}

/** Goes through the runs, writing their values where asked to; false when a mean is not that of its run. */
function walkRuns(
  own: SheetColumn,
  labels: readonly number[],
  to: SheetColumn,
  codes: Int32Array,
  fits: Uint8Array | null,
): boolean {
  let at = 0;
  let left = to.counts[codes[0] as number] as number;
  for (const label of labels) {
    const size = own.counts[label] as number;
    let sum = 0;
    for (let taken = 0; taken < size; ) {
      const code = codes[at] as number;
      const rows = Math.min(left, size - taken);
      sum += rows * (to.numbers[code] as number);
      if (fits !== null) fits[label * to.distinct + code] = 1;
      taken += rows;
      left -= rows;
      if (left > 0 || at + 1 >= codes.length) continue;
      at++;
      left = to.counts[codes[at] as number] as number;
    }
    const text = own.values[label] as string;
    if (!isFigure(own.numbers[label] as number, unitOf(text), sum / size)) return false;
  }
  return true;
}

/** Columns in the order of the source whose numbers are means of classes of rows: product column to source column. */
export function meansInOrder(
  product: Sheet,
  columns: readonly number[],
  sheet: Sheet,
  least: number,
): Map<number, number> | null {
  if (product.rows !== sheet.rows || columns.length === 0) return null;
  const own = columns.map((column) => product.columns[column] as SheetColumn);
  if (own.some((column) => !column.isNumeric || column.present !== product.rows)) return null;
  const classes = groupCodes(
    own.map((column) => column.codes),
    own.map((column) => column.distinct),
  );
  const sizes = groupSizes(classes.groupOf, classes.groups);
  if (classes.groups < 2 || sizes.some((size) => size < least)) return null;
  const found = new Map<number, number>();
  for (const [i, column] of own.entries()) {
    const position = sheet.columns.findIndex(
      (to) => to.isNumeric && to.present > 0 && areMeans(column, to, classes, sizes),
    );
    if (position < 0) return null;
    found.set(columns[i] as number, position);
  }
  return found;
}

function areMeans(
  own: SheetColumn,
  to: SheetColumn,
  classes: { groupOf: Int32Array; groups: number; first: Int32Array },
  sizes: Float64Array,
): boolean {
  const sums = new Float64Array(classes.groups);
  const valid = new Float64Array(classes.groups);
  const numbers = numbersByRow(to);
  for (let row = 0; row < numbers.length; row++) {
    const value = numbers[row] as number;
    const group = classes.groupOf[row] as number;
    if (Number.isNaN(value)) continue;
    sums[group] = (sums[group] as number) + value;
    valid[group] = (valid[group] as number) + 1;
  }
  for (let group = 0; group < classes.groups; group++) {
    const code = own.codes[classes.first[group] as number] as number;
    const n = valid[group] as number;
    if (n < 0.5 * (sizes[group] as number)) return false;
    if (!isFigure(own.numbers[code] as number, unitOf(own.values[code] as string), (sums[group] as number) / n))
      return false;
  }
  return true;
}

/** Persons in the smallest joint class of a product whose rows are those of the source in their order, and the share of rows in small ones. */
export function classesInOrder(
  product: Sheet,
  columns: readonly number[],
  sheet: Sheet,
  least: number,
): { smallest: number; below: number } {
  const own = columns.map((column) => product.columns[column] as SheetColumn);
  const classes = groupCodes(
    own.map((column) => column.codes.map((code) => code + 1)),
    own.map((column) => column.distinct + 1),
  );
  const rows = groupSizes(classes.groupOf, classes.groups);
  const persons =
    sheet.personOf === null ? rows : groupPersons(classes.groupOf, classes.groups, sheet.personOf, sheet.persons);
  let smallest = Number.POSITIVE_INFINITY;
  let below = 0;
  persons.forEach((count, group) => {
    if (count < smallest) smallest = count;
    if (count < least) below += rows[group] as number;
  });
  return { smallest, below: below / product.rows };
}
