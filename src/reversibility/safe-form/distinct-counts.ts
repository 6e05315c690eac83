/**
 * How many different persons, cards or shops there are in each group, and how many of its rows have a value in a column: what reports
 * on visits, payments and laboratory values give beside the number of records. See aggregate.md.
 * @module
 */
import { median } from 'simple-statistics';
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import type { Statistic } from './statistics.js';

/** Values from which on a column of texts or long numbers may name who or what is counted. */
const NAMES = 61;
/** Typical count from which on it is told from other small numbers. */
const COUNTED = 20;
/** Digits of numbers that name something. */
const NAME_DIGITS = 6;
/** Values by which that is told. */
const LOOK = 40;

/**
 * Different values of each column by group, and rows with one where some have none.
 *
 * @param partitions - product row of each source row, or -1, for each partition of the rows
 * @param rows - of the product
 */
export function distinctCounts(sheet: Sheet, partitions: readonly Int32Array[], rows: number): Statistic[] {
  const all = sheet.columns.flatMap((column, position) => {
    const list: Statistic[] = [];
    if (column.present < column.rows && column.present > 0) {
      const how = `count with a value of ${column.name}`;
      const values = withValue(column, partitions, rows);
      list.push({ how, column: position, values, noisy: false, support: values, of: 'part' });
    }
    // Of values that do not come again there are as many as rows.
    if (column.distinct < 2 || column.distinct === column.present) return list;
    const values = different(column, partitions, rows);
    const how = `${DIFFERENT}${column.name}`;
    // Few departments are no few persons.
    if (names(column)) list.push({ how, column: null, values, noisy: true, support: values });
    else list.push({ how, column: position, values, noisy: false, exactOnly: true });
    return list;
  });
  return all.filter(({ values }) => median(Array.from(values)) >= COUNTED);
}

const DIFFERENT = 'count of different ';

/** True for a count of the different values of a column. */
export function isOfDifferent({ how }: Statistic): boolean {
  return how.startsWith(DIFFERENT);
}

/** Counts of different values that are not the same in all groups: names and numbers of the same persons are one. */
export function rivalCounts(statistics: readonly Statistic[]): number {
  return new Set(statistics.flatMap((own) => (own.noisy && isOfDifferent(own) ? [own.values.join()] : []))).size;
}

/** True for a column whose values may be names or numbers of persons. */
function names(column: SheetColumn): boolean {
  if (column.distinct < NAMES || column.isDate) return false;
  if (!column.isNumeric) return true;
  const step = Math.max(1, Math.floor(column.distinct / LOOK));
  for (let code = 0; code < column.distinct; code += step)
    if (!/^\d+$/.test(column.text(code)) || column.text(code).length < NAME_DIGITS) return false;
  return true;
}

function withValue({ codes }: SheetColumn, partitions: readonly Int32Array[], rows: number): Float64Array {
  const counts = new Float64Array(rows);
  for (const of of partitions) {
    for (let row = 0; row < of.length; row++) {
      const group = of[row] as number;
      if (group >= 0 && (codes[row] as number) >= 0) counts[group] = (counts[group] as number) + 1;
    }
  }
  return counts;
}

function different({ codes, distinct }: SheetColumn, partitions: readonly Int32Array[], rows: number): Float64Array {
  const counts = new Float64Array(rows);
  for (const of of partitions) {
    const met = new Set<number>();
    for (let row = 0; row < of.length; row++) {
      const group = of[row] as number;
      const code = codes[row] as number;
      if (group < 0 || code < 0) continue;
      const pair = group * distinct + code;
      if (met.has(pair)) continue;
      met.add(pair);
      counts[group] = (counts[group] as number) + 1;
    }
  }
  return counts;
}
