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
const HANDED_OUT: ReadonlySet<string> = new Set([
  'order',
  'labels',
  'row-order',
  'alignment',
  'neighbours',
  'noise',
  'spectral',
  // The only value under a label, which may itself have been read by frequency.
  'downcoding',
  'minimality',
  'bands',
]);

/** True when a step hands the values of a column out: what it gives comes from the source whatever stands in the product. */
export function isHandedOut({ attack, formula }: Pick<Step, 'attack' | 'formula'>): boolean {
  return HANDED_OUT.has(attack) || isByGroup(formula);
}

/** True for a table of values that was learnt from tied rows: in these it holds whoever was tied. */
export function isTold({ attack, formula }: Pick<Step, 'attack' | 'formula'>): boolean {
  return attack === 'alignment' && formula.startsWith('table(');
}

/** Ranks within groups, which ties alone prove: in a panel all ties are those of the design. */
function isByGroup(formula: string): boolean {
  return formula.startsWith('order-by-group(');
}

/** Values that must come again, and the share of them that may come with another value of the other column. */
const REPEATS = 10;
const LOOSE = 0.05;

const tied = new WeakMap<SheetColumn, WeakMap<SheetColumn, boolean>>();

/** Attacks that learn their values from tied rows: what they give of one value follows from what ties its rows. */
const LEARNT: ReadonlySet<string> = new Set(['row-order', 'alignment', 'neighbours', 'noise', 'spectral']);

function isLearnt({ attack, formula }: Step): boolean {
  return LEARNT.has(attack) || isByGroup(formula);
}

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

/** Pairs of neighbours by one column, of which the other column is asked, and the share that must rise (or fall) with it. */
const NEIGHBOURS = 400;
const TOGETHER = 0.98;

const rising = new WeakMap<SheetColumn, WeakMap<SheetColumn, boolean>>();

/** Order of two values of a column: as numbers, or as texts (times from year to second, numbers with a letter before them). */
function comparison({ isNumeric, numbers, values }: SheetColumn): (one: number, other: number) => number {
  if (isNumeric) return (one, other) => (numbers[one] as number) - (numbers[other] as number);
  return (one, other) => {
    const [x, y] = [values[one] as string, values[other] as string];
    return x < y ? -1 : x > y ? 1 : 0;
  };
}

function isGap({ isNumeric, numbers }: SheetColumn, code: number): boolean {
  return code < 0 || (isNumeric && Number.isNaN(numbers[code]));
}

/** True when one of two columns rises with the other, or falls: whatever gives one gives the other, too. */
export function riseTogether(a: SheetColumn, b: SheetColumn): boolean {
  if (Math.min(a.distinct, b.distinct) < NEIGHBOURS / 4) return false;
  const known = rising.get(a)?.get(b);
  if (known !== undefined) return known;
  const stride = Math.max(1, Math.floor(a.codes.length / NEIGHBOURS));
  const points: (readonly [number, number])[] = [];
  for (let row = 0; row < a.codes.length; row += stride) {
    const [x, y] = [a.codes[row] as number, b.codes[row] as number];
    if (!isGap(a, x) && !isGap(b, y)) points.push([x, y]);
  }
  const [byA, byB] = [comparison(a), comparison(b)];
  points.sort((one, other) => byA(one[0], other[0]));
  let up = 0;
  let down = 0;
  for (let i = 1; i < points.length; i++) {
    const by = byB((points[i] as readonly [number, number])[1], (points[i - 1] as readonly [number, number])[1]);
    if (by >= 0) up++;
    if (by <= 0) down++;
  }
  const own = points.length > NEIGHBOURS / 4 && Math.max(up, down) >= TOGETHER * (points.length - 1);
  const list = rising.get(a) ?? new WeakMap<SheetColumn, boolean>();
  list.set(b, own);
  rising.set(a, list);
  return own;
}

/** True where a step gives values of the source whatever stands in the product: mixes of columns that follow from one another fit strangers, too. */
function isFitted(step: Step): boolean {
  return step.tentative === true || step.attack === 'linear' || isHandedOut(step);
}

/** True when both hand out by the ranks of one product column (or of parts of its cells): what one gives follows from the other. */
function readOneColumn(a: Step, b: Step): boolean {
  const one = a.from.length === 1 && b.from.length === 1 && a.from[0] === b.from[0];
  return one && isHandedOut(a) && isHandedOut(b);
}

const followed = new WeakMap<Int32Array, WeakMap<Int32Array, boolean>>();

/** True when one of two handed out columns, learnt from tied rows, has one value for each value of the other, which comes again. */
function followFromOneAnother(a: Step, b: Step): boolean {
  if (!isLearnt(a) && !isLearnt(b)) return false;
  const own = [a.cells, b.cells] as const;
  const known = followed.get(own[0])?.get(own[1]);
  if (known !== undefined) return known;
  // Rows without a row of the source have no value of either: they share none.
  const held = own.map((cells) =>
    cells.filter((_, row) => Math.min(a.cells[row] as number, b.cells[row] as number) >= 0),
  );
  const sizes = held.map(different);
  const most = Math.max(...sizes);
  const repeats = (held[0] as Int32Array).length - most;
  let follows = repeats >= REPEATS && Math.min(...sizes) >= 2;
  if (follows) follows = combinationsOf(held).groups - most <= LOOSE * Math.min(repeats, most);
  const list = followed.get(own[0]) ?? new WeakMap<Int32Array, boolean>();
  list.set(own[1], follows);
  followed.set(own[0], list);
  return follows;
}

function different(cells: Int32Array): number {
  return combinationsOf([cells]).groups;
}

/** Rows with equal cells, as codes. */
export function combinationsOf(cells: readonly Int32Array[]): {
  readonly groups: number;
  readonly groupOf: Int32Array;
} {
  const codes: Int32Array[] = [];
  const sizes: number[] = [];
  for (const column of cells) {
    const own = new Int32Array(column.length);
    let most = 0;
    for (let row = 0; row < own.length; row++) {
      const code = (column[row] as number) + 2;
      own[row] = code;
      if (code > most) most = code;
    }
    codes.push(own);
    sizes.push(most + 1);
  }
  return groupCodes(codes, sizes);
}

/** Share of the rows and of all pairs of values that different pairs must make for each pair to stand there once. */
const CROSSED = 0.9;

const crossed = new WeakMap<SheetColumn, WeakMap<SheetColumn, boolean>>();

/**
 * True when each value of one column stands once beside each of the other (subjects by visits, shops by days): whoever numbers subjects in
 * the same way has the same pairs, of which columns shuffled apart would lose more than a third.
 */
function areCrossed(sheet: Sheet, one: Step, other: Step): boolean {
  const [a, b] = [one, other].map(({ column }) => sheet.columns[column] as SheetColumn) as [SheetColumn, SheetColumn];
  const all = a.distinct * b.distinct;
  if (Math.min(a.distinct, b.distinct) < 2 || CROSSED * all > sheet.rows || CROSSED * sheet.rows > all) return false;
  const known = crossed.get(a)?.get(b);
  if (known !== undefined) return known;
  const { groups } = combinationsOf([a.codes, b.codes]);
  const own = groups >= CROSSED * all && groups >= CROSSED * sheet.rows;
  const list = crossed.get(a) ?? new WeakMap<SheetColumn, boolean>();
  list.set(b, own);
  crossed.set(a, list);
  return own;
}

/** For each step the first one that its values are shuffled with: itself, unless both are handed out or mixed and their columns stand for one another,
 * or both read one product column, or they are crossed. */
export function shuffledWith(sheet: Sheet, steps: readonly Step[]): number[] {
  const first = steps.map((_, i) => i);
  steps.forEach((step, i) => {
    for (let j = 0; j < i; j++)
      if (first[j] !== first[i] && areCrossed(sheet, steps[j] as Step, step)) merge(first, i, j);
  });
  steps.forEach((step, i) => {
    if (!isFitted(step) || first[i] !== i) return;
    for (let j = 0; j < i; j++) {
      const other = steps[j] as Step;
      if (first[j] !== j || !isFitted(other) || !goTogether(sheet, other, step)) continue;
      first[i] = j;
      break;
    }
    // What is learnt of the same rows as others goes with all of them.
    for (let j = 0; j < i; j++)
      if (first[j] !== first[i] && areLearntTogether(steps[j] as Step, step)) merge(first, i, j);
  });
  return first;
}

function goTogether(sheet: Sheet, a: Step, b: Step): boolean {
  const [own, other] = [a, b].map((step) => sheet.columns[step.column] as SheetColumn) as [SheetColumn, SheetColumn];
  return readOneColumn(a, b) || standForOneAnother(own, other) || riseTogether(own, other) || areLearntTogether(a, b);
}

function areLearntTogether(a: Step, b: Step): boolean {
  return isHandedOut(a) && isHandedOut(b) && followFromOneAnother(a, b);
}

function merge(first: number[], i: number, j: number): void {
  const [low, high] = [first[i] as number, first[j] as number].sort((a, b) => a - b) as [number, number];
  first.forEach((at, k) => {
    if (at === high) first[k] = low;
  });
}

/**
 * {@link shuffledWith} with all columns in one that are not handed out: what was read as it stands keeps its own rows (a shop and its
 * kind, known to anybody), and what is handed out is given to others of them. Null where that is nothing new.
 */
export function givenToOthers(steps: readonly Step[], first: readonly number[]): number[] | null {
  const kept = new Set(steps.flatMap((step, i) => (isHandedOut(step) ? [] : [first[i] as number])));
  if (kept.size < 2 || first.every((at) => kept.has(at))) return null;
  const least = Math.min(...kept);
  return first.map((at) => (kept.has(at) ? least : at));
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
    // What goes with the first column stays where it is.
    if (at === 0) return column;
    if (!first.some((other, j) => j !== i && other === at)) return shuffle(column.slice());
    const order = places.get(at) ?? shuffle(column.map((_, row) => row));
    places.set(at, order);
    return order.map((row) => column[row] as number);
  });
}
