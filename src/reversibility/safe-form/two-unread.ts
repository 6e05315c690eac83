/**
 * Two key columns of a group table that cannot be read: the first by the sums of its figures over the labels of the second, the second
 * then in the groups of both. See aggregate.md, unread labels.
 * @module
 */
import { groupCodes } from '../../core/index.js';
import { columnOfTexts, type Sheet, SheetColumn } from '../intake/sheet.js';
import { figuresOf } from './figures.js';
import { partitions } from './partitions.js';
import type { Recoding } from './recoding.js';

/** Readings of the first column that are tried with the second. */
const MOST_FIRST = 12;

/** Recodings of both columns by product column; none where no way of putting values under their labels gives the table's counts. */
export function twoUnread(
  product: Sheet,
  pair: readonly [number, number],
  read: readonly Recoding[],
  numeric: readonly number[],
  sheet: Sheet,
  source: number,
): ReadonlyMap<number, Recoding> {
  for (const [first, second] of [pair, [pair[1], pair[0]] as const]) {
    const sums = withoutColumn(product, second, read, numeric);
    if (sums === null) continue;
    for (const recoding of partitions(sums, first, read, numeric, sheet, source).slice(0, MOST_FIRST)) {
      const [other] = partitions(product, second, [...read, recoding], numeric, sheet, source).filter(
        ({ column }) => column !== recoding.column,
      );
      if (other !== undefined)
        return new Map([
          [first, recoding],
          [second, other],
        ]);
    }
  }
  return new Map();
}

/** The table with its figures summed over the labels of a column, all columns in their places; null where a figure is hidden. */
function withoutColumn(
  product: Sheet,
  dropped: number,
  read: readonly Recoding[],
  numeric: readonly number[],
): Sheet | null {
  const figures = numeric.map((at) => figuresOf(product, at));
  if (figures.some((own) => own === null || own.count < product.rows)) return null;
  const used = product.columns.flatMap((_, at) =>
    at !== dropped && (!numeric.includes(at) || read.some((key) => key.product === at)) ? [at] : [],
  );
  const groups = groupCodes(
    used.map((at) => (product.columns[at] as SheetColumn).codes.map((code) => code + 1)),
    used.map((at) => (product.columns[at] as SheetColumn).distinct + 1),
  );
  if (groups.groups === product.rows) return null;
  const columns = product.columns.map((column, at) => {
    const place = numeric.indexOf(at);
    if (place < 0 || used.includes(at))
      return new SheetColumn(
        column.name,
        Int32Array.from(groups.first, (row) => column.codes[row] as number),
        column.values,
      );
    const sums = new Float64Array(groups.groups);
    figures[place]?.values.forEach((figure, row) => {
      const group = groups.groupOf[row] as number;
      sums[group] = (sums[group] as number) + figure;
    });
    return columnOfTexts(
      column.name,
      Array.from(sums, (sum) => String(Number(sum.toPrecision(12)))),
    );
  });
  return { ...product, rows: groups.groups, columns, personOf: null, persons: groups.groups };
}
