/**
 * Which source columns may have been mixed: all of them, those of many values, every choice of the right number. See linear.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../../intake/sheet.js';
import type { Fill } from './design.js';

/** A choice of source columns that may have been mixed. */
export interface Choice {
  readonly columns: readonly number[];
  readonly fill: Fill;
}

const SUBSETS = 120;
const PROBED = 200;

/** True for whole numbers that number things: with leading zeros, or all different. Nobody mixes them. */
function isNumbering(column: SheetColumn): boolean {
  const probed = Math.min(PROBED, column.distinct);
  let whole = true;
  for (let code = 0; code < probed; code++) {
    const text = column.text(code);
    if (/^0\d/.test(text)) return true;
    whole &&= /^\d+$/.test(text);
  }
  return whole && column.distinct > 0.9 * column.present;
}

/** Whole sets of columns that are fewer than the mixed ones. */
export function fewerOf(sheet: Sheet, open: readonly number[], all: readonly number[], size: number): Choice[] {
  const seen = new Set<string>();
  return [open, all].flatMap((set) => {
    const columns = set.filter((position) => {
      const { distinct, present } = sheet.columns[position] as SheetColumn;
      return distinct >= 20 && present === sheet.rows;
    });
    if (columns.length < 2 || columns.length >= size || seen.has(columns.join())) return [];
    seen.add(columns.join());
    return [{ columns, fill: 'none' as const }];
  });
}

/** Source columns that may have been mixed: all that are open, all numeric ones, every choice of the right number. */
export function choicesOf(sheet: Sheet, open: readonly number[], all: readonly number[], size: number): Choice[] {
  const choices: Choice[] = [];
  const seen = new Set<string>();
  const add = (columns: readonly number[]): void => {
    if (columns.length < size || columns.length < 2 || seen.has(columns.join())) return;
    seen.add(columns.join());
    choices.push({ columns: [...columns], fill: 'none' });
    if (columns.some((position) => (sheet.columns[position] as SheetColumn).present < sheet.rows))
      choices.push({ columns: [...columns], fill: 'mean' }, { columns: [...columns], fill: 'zero' });
  };
  const of = (set: readonly number[], test: (column: SheetColumn) => boolean): number[] =>
    set.filter((position) => test(sheet.columns[position] as SheetColumn));
  for (const set of [open, all]) {
    if (set.length <= size + 2) add(set);
    const measured = of(set, (column) => !isNumbering(column));
    if (measured.length < set.length) {
      add(measured);
      add(of(measured, (column) => column.distinct >= 3));
    }
    add(of(set, (column) => column.distinct >= 3));
    add(of(set, (column) => column.present === sheet.rows));
    add(of(set, (column) => column.distinct >= 20));
    add(of(set, (column) => column.distinct >= 20 && column.present === sheet.rows));
  }
  const choose = (set: readonly number[], start: number, chosen: number[]): void => {
    if (choices.length >= SUBSETS) return;
    if (chosen.length === size) {
      add(chosen);
      return;
    }
    for (let i = start; i <= set.length - (size - chosen.length); i++)
      choose(set, i + 1, [...chosen, set[i] as number]);
  };
  if (size < open.length) choose(open, 0, []);
  if (size < all.length) choose(all, 0, []);
  // Only sets of the right number can be the mixed ones, or of more where columns depend on one another.
  return choices.sort((a, b) => Number(a.columns.length !== size) - Number(b.columns.length !== size));
}

/** Choices of a right number of measured columns, gaps filled by the mean, left open, or nought; at most so many. */
export function measuredChoices(sheet: Sheet, size: number): Choice[] {
  const measured = sheet.columns.flatMap((column, position) =>
    column.isNumeric && column.distinct >= 2 && !isNumbering(column) ? [position] : [],
  );
  const choices: Choice[] = [];
  const choose = (start: number, chosen: readonly number[]): void => {
    if (choices.length >= 2 * SUBSETS) return;
    if (chosen.length === size) {
      const isWhole = chosen.every((position) => sheet.columns[position]?.present === sheet.rows);
      for (const fill of isWhole ? (['none'] as const) : (['mean', 'none', 'zero'] as const))
        choices.push({ columns: chosen, fill });
      return;
    }
    for (let i = start; i <= measured.length - (size - chosen.length); i++)
      choose(i + 1, [...chosen, measured[i] as number]);
  };
  if (size >= 2) choose(0, []);
  return choices;
}
