/**
 * Columns that stand for one another row by row (a contribution and the pay it is a share of). What hands their values out by rank or
 * frequency hands all of them out alike: strangers with the same rule between their columns then make whole rows of anything, and chance
 * must shuffle such columns together. See execute.md.
 * @module
 */
import { groupCodes } from '../../core/index.js';
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import type { Step } from '../inverse.js';

/** Attacks that hand a column's values out by rank, frequency or place: any two columns can be put together so. */
export const HANDED_OUT: ReadonlySet<string> = new Set([
  'order',
  'labels',
  'row-order',
  'alignment',
  'neighbours',
  'noise',
  'spectral',
]);

/** Attacks whose values chance shuffles together: mixes of columns that follow from one another fit strangers as well. */
const FITTED: ReadonlySet<string> = new Set([...HANDED_OUT, 'linear']);

/** Values that must come again, and the share of them that may come with another value of the other column. */
const REPEATS = 10;
const LOOSE = 0.05;

const tied = new WeakMap<SheetColumn, WeakMap<SheetColumn, boolean>>();

/** True when two columns, whose values come again, have one value for each value of the other. */
function standForOneAnother(a: SheetColumn, b: SheetColumn): boolean {
  const most = Math.max(a.distinct, b.distinct);
  const repeats = a.present - most;
  if (repeats < REPEATS || Math.min(a.distinct, b.distinct) < 2 || a.present !== b.present) return false;
  // Of few values a few pairs more are many, of values that seldom come again those that do tell.
  const spare = LOOSE * Math.min(repeats, most);
  if (most - Math.min(a.distinct, b.distinct) > spare) return false;
  const known = tied.get(a)?.get(b);
  if (known !== undefined) return known;
  const codes = [a, b].map(({ codes: own }) => own.map((code) => code + 1));
  const pairs = groupCodes(codes, [a.distinct + 1, b.distinct + 1]).groups;
  const own = pairs - most <= spare;
  const list = tied.get(a) ?? new WeakMap<SheetColumn, boolean>();
  list.set(b, own);
  tied.set(a, list);
  return own;
}

/** True when both hand out by the ranks of one product column (or of parts of its cells): what one gives follows from the other. */
function readOneColumn(a: Step, b: Step): boolean {
  const one = a.from.length === 1 && b.from.length === 1 && a.from[0] === b.from[0];
  return one && HANDED_OUT.has(a.attack) && HANDED_OUT.has(b.attack);
}

/** For each step the first one that its values are shuffled with: itself, unless both are handed out or mixed and their columns stand for one another,
 * or both read one product column. */
export function shuffledWith(sheet: Sheet, steps: readonly Step[]): number[] {
  const first = steps.map((_, i) => i);
  steps.forEach((step, i) => {
    if (!FITTED.has(step.attack)) return;
    for (let j = 0; j < i; j++) {
      const other = steps[j] as Step;
      if (first[j] !== j || !FITTED.has(other.attack)) continue;
      if (
        !readOneColumn(step, other) &&
        !standForOneAnother(sheet.columns[other.column] as SheetColumn, sheet.columns[step.column] as SheetColumn)
      )
        continue;
      first[i] = j;
      return;
    }
  });
  return first;
}

/**
 * Columns of a product with the same values and no rows: each shuffled by itself, those of one place in `first` together.
 *
 * @param shuffle - shuffles a list in place
 */
export function shuffledApart(
  cells: readonly Int32Array[],
  first: readonly number[],
  shuffle: (values: Int32Array) => Int32Array,
): Int32Array[] {
  const places = new Map<number, Int32Array>();
  return cells.map((column, i) => {
    const at = first[i] as number;
    if (at === 0) return column;
    if (!first.some((other, j) => j !== i && other === at)) return shuffle(column.slice());
    const order = places.get(at) ?? shuffle(Int32Array.from(column.keys()));
    places.set(at, order);
    return order.map((row) => column[row] as number);
  });
}
