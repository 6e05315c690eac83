/**
 * How many persons stand behind what a group table publishes: its groups, the cells of a cross table, what a total leaves of them.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { isMark } from './figure-texts.js';
import { type AggregateColumn, figuresOf } from './figures.js';
import type { Recoding } from './recoding.js';
import type { Statistics } from './statistics.js';

const DETERMINED_BELOW = 10;

/** 1 for each row in which a column that is no key holds anything but a mark; for all rows where none does. */
export function publishedRows(product: Sheet, columns: readonly number[], keys: ReadonlySet<number>): Uint8Array {
  const shown = new Uint8Array(product.rows);
  for (const at of columns) {
    if (keys.has(at)) continue;
    const { codes, values } = product.columns[at] as SheetColumn;
    const tells = values.map((text) => !isMark(text));
    codes.forEach((code, row) => {
      if (code >= 0 && tells[code]) shown[row] = 1;
    });
  }
  return shown.includes(1) ? shown : shown.fill(1);
}

/** Persons behind the published figures: the groups, those of a group with a value, the cells of a cross table. */
export function sizesOf(
  product: Sheet,
  statistics: Statistics,
  values: readonly AggregateColumn[],
  safeClass: number,
): { smallest: number; smallGroups: number; determined: Map<number, number> } {
  const determined = new Map<number, number>();
  const least = new Float64Array(product.rows).fill(Number.POSITIVE_INFINITY);
  const lower = (row: number, persons: number): void => {
    if (persons > 0 && persons < (least[row] as number)) least[row] = persons;
  };
  // A group without a figure publishes nothing: its label stands, its figures are suppressed.
  statistics.persons.forEach((persons, row) => {
    if (values.some(({ published }) => published[row] === 1)) lower(row, persons);
  });
  const counted = values.some(({ statistic, closeness }) => closeness === 'exact' && statistic.how === 'count');
  for (const value of values) {
    const { product: column, statistic, closeness, published } = value;
    if (counted && closeness === 'exact') countedShares(product, value, statistics, lower);
    let cells = 0;
    for (let row = 0; row < product.rows; row++) {
      if (published[row] === 0) continue;
      const group = statistics.persons[row] as number;
      const behind = Math.min(group, statistic.support?.[row] ?? group);
      // A noised or rounded count of some of a group hides how many they are; what few persons' values make does not.
      if (closeness !== 'exact' && statistic.of === 'part') continue;
      lower(row, behind);
      if (closeness === 'exact' && behind > 0 && behind < DETERMINED_BELOW) cells++;
    }
    // One figure alone is some statistic of some few persons by chance: it makes a small group, but no cell that is known.
    if (cells > 0 && different(product.columns[column] as SheetColumn, published) > 1) determined.set(column, cells);
  }
  let smallest = Number.POSITIVE_INFINITY;
  let smallGroups = 0;
  for (const persons of least) {
    if (!Number.isFinite(persons)) continue;
    if (persons < smallest) smallest = persons;
    if (persons < safeClass) smallGroups++;
  }
  return { smallest: Number.isFinite(smallest) ? smallest : 0, smallGroups, determined };
}

/** Persons behind a share of a group whose size stands beside it, where the share is written finely enough to tell them one by one. */
function countedShares(
  product: Sheet,
  { product: column, statistic, published }: AggregateColumn,
  statistics: Statistics,
  lower: (row: number, persons: number) => void,
): void {
  const whole = /^(share|percentage) (?:by|from) /.exec(statistic.how)?.[1];
  const figures = whole === undefined ? null : figuresOf(product, column);
  if (figures === null) return;
  const one = whole === 'share' ? 1 : 100;
  published.forEach((shown, row) => {
    const group = statistics.persons[row] as number;
    const share = (statistic.values[row] as number) / one;
    if (shown === 1 && ((figures.units[row] as number) / one) * group < 1) lower(row, Math.round(share * group));
  });
}

/** Different figures that a column publishes. */
function different({ codes }: SheetColumn, published: Uint8Array): number {
  return new Set(codes.filter((code, row) => code >= 0 && published[row] === 1)).size;
}

/**
 * Groups that stand in no row but are the difference of two: a total less the groups below it. What is left out of a table with
 * totals must itself be no small group.
 */
export function hiddenGroups(
  product: Sheet,
  statistics: Statistics,
  keys: readonly Recoding[],
  values: readonly AggregateColumn[],
  safeClass: number,
): { small: number; determined: number } {
  let small = 0;
  let determined = 0;
  const codeAt = (key: Recoding, row: number): number => {
    const code = (product.columns[key.product] as SheetColumn).codes[row] as number;
    if (code < 0 && key.missing === true) return (product.columns[key.product] as SheetColumn).distinct;
    return code < 0 || key.everything.has(code) ? -1 : code;
  };
  const labels = Array.from({ length: product.rows }, (_, row) => keys.map((key) => codeAt(key, row)));
  const { persons } = statistics;
  if (product.rows > 5000 || keys.length === 0 || !labels.some((own) => own.includes(-1))) return { small, determined };
  labels.forEach((total, row) => {
    total.forEach((label, open) => {
      if (label >= 0) return;
      const below = labels.flatMap((own, other) =>
        (own[open] as number) < 0 || own.some((code, i) => i !== open && code !== total[i]) ? [] : [other],
      );
      let rest = Number.POSITIVE_INFINITY;
      for (const { published } of values) {
        if (published[row] === 0) continue;
        // A suppressed group is part of what is left of the total; a figure of no group leaves nothing.
        const told = below.filter((other) => published[other] === 1);
        const left = told.reduce((all, other) => all - (persons[other] as number), persons[row] as number);
        if (told.length > 0 && left > 0) rest = Math.min(rest, left);
      }
      if (rest < safeClass) small++;
      if (rest < DETERMINED_BELOW) determined++;
    });
  });
  return { small, determined };
}
