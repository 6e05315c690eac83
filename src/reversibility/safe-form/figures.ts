/**
 * Which statistic of the groups a column of figures publishes: exact, rounded or noised.
 * @module
 */
import { median } from 'simple-statistics';
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { isOfDifferent, rivalCounts } from './distinct-counts.js';
import { bitsOfNearness, EVIDENCE, log2Choose } from './evidence.js';
import { figureOf, isMark, scaleOf, unitOf } from './figure-texts.js';
import type { Statistic, Statistics } from './statistics.js';

/** How a published column relates to a statistic of the groups. */
export type Closeness = 'exact' | 'rounded' | 'noised';

/** A value column explained. */
export interface AggregateColumn {
  readonly product: number;
  /** `count`, `mean of income`, `share of sex`, ... */
  readonly how: string;
  /** Source column of the statistic, or null for counts. */
  readonly column: number | null;
  readonly closeness: Closeness;
  /** The statistic that it publishes. */
  readonly statistic: Statistic;
  /** 1 where the product publishes a figure. */
  readonly published: Uint8Array;
}

/** The figures of a column row by row. */
export interface Figures {
  /** NaN where none is published. */
  readonly values: Float64Array;
  readonly published: Uint8Array;
  readonly count: number;
  /** The last digit that is written, the least of all. */
  readonly unit: number;
  /** The last digit of each. */
  readonly units: Float64Array;
}

/** Different marks of suppressed cells in one column: more could say something. */
const MOST_MARKS = 3;

/** The figures of a column; null where a cell is neither a figure nor suppressed, or none is published. */
export function figuresOf(product: Sheet, position: number): Figures | null {
  const column = product.columns[position] as SheetColumn;
  const values = new Float64Array(product.rows).fill(Number.NaN);
  const published = new Uint8Array(product.rows);
  let count = 0;
  const units = new Float64Array(product.rows);
  const marks = new Set<string>();
  for (let row = 0; row < product.rows; row++) {
    const code = column.codes[row] as number;
    if (code < 0) continue;
    const text = column.values[code] as string;
    const value = figureOf(text);
    if (Number.isNaN(value)) {
      // A suppressed cell is no figure; other text is not explained by a statistic.
      if (!isMark(text) || marks.add(text.trim()).size > MOST_MARKS) return null;
      continue;
    }
    values[row] = value;
    published[row] = 1;
    count++;
    units[row] = Math.min(Math.max(1, scaleOf(text.trim())), unitOf(text));
  }
  if (count === 0) return null;
  const unit = withoutNoughts(
    values,
    count,
    units.reduce((least, own, row) => (published[row] === 1 ? Math.min(least, own) : least), Number.POSITIVE_INFINITY),
  );
  return { values, published, count, unit, units: units.map((own) => Math.max(own, unit)) };
}

/** The last digit that is not nought in every figure, of decimals: `231874.0` is a whole number. */
function withoutNoughts(values: Float64Array, count: number, unit: number): number {
  let own = unit;
  const are = (step: number): boolean =>
    values.every((value) => Number.isNaN(value) || Math.abs(value / step - Math.round(value / step)) < 1e-6);
  while (count >= 3 && own < 1 && are(10 * own)) own *= 10;
  return Math.min(own, Math.max(1, unit));
}

/** The statistic that a column publishes: exact before rounded before noised. */
export function explain(product: Sheet, position: number, statistics: Statistics): AggregateColumn | null {
  const column = product.columns[position] as SheetColumn;
  const own = figuresOf(product, position);
  if (own === null) return null;
  const { values: figures, published, unit, units } = own;
  const all = [...statistics.all(), ...statistics.bands(column.name), ...statistics.quantiles(column.name)];
  const met = (list: readonly Statistic[]): AggregateColumn | null => {
    const statistic = list.find((own) => agrees(figures, own.values, (row) => 0.501 * (units[row] as number)));
    return statistic === undefined
      ? null
      : { product: position, how: statistic.how, column: statistic.column, closeness: 'exact', statistic, published };
  };
  const exact = met(all);
  if (exact !== null) return exact;
  const cells = statistics.cells(column.name);
  const cell = met(cells);
  if (cell !== null) return cell;
  all.push(...cells);
  const large = inLargeUnits(own, all, position);
  if (large !== null) return large;
  const base = roundingBase(figures);
  if (base > unit) {
    for (const statistic of all) {
      if (statistic.exactOnly !== true && agrees(figures, statistic.values, () => base * 1.0001)) {
        return {
          product: position,
          how: `${statistic.how}, rounded to ${base}`,
          column: statistic.column,
          closeness: 'rounded',
          statistic,
          published,
        };
      }
    }
  }
  let best: { statistic: Statistic; error: number } | null = null;
  for (const statistic of all) {
    if (!statistic.noisy || couldBeMembers(figures, statistic, statistics.sheet)) continue;
    const error = noiseError(figures, statistic, isCount(statistic, cells), statistics);
    if (error !== null && (best === null || error < best.error)) best = { statistic, error };
  }
  // A noised statistic is nobody's value: figures that are single persons' values were taken from them.
  if (best === null || repeatsValues(column, figures, statistics, isCount(best.statistic, cells))) return null;
  return {
    product: position,
    how: `${best.statistic.how}, noised`,
    column: best.statistic.column,
    closeness: 'noised',
    statistic: best.statistic,
    published,
  };
}

/** A count or share of some of a group. */
const PART = /^(?:count|share|percentage) (?:of all )?by /;

/** A count of the group, or of those of it that the column's own header names. */
function isCount({ column, how }: Statistic, named: readonly Statistic[]): boolean {
  return column === null || (PART.test(how) && named.some((own) => own.column === column));
}

/** What a header may count in: ten thousands (万), hundred millions (亿), thousands, millions. */
const LARGE: readonly number[] = [1e4, 1e8, 1e3, 1e6];

/** Sums, means and counts written in larger units, of figures that write enough digits to tell. */
function inLargeUnits(own: Figures, all: readonly Statistic[], position: number): AggregateColumn | null {
  if (digitsOf(own) < TELLING_DIGITS) return null;
  for (const scale of LARGE) {
    const figures = own.values.map((figure) => figure * scale);
    const statistic = all.find(({ values, noisy }) => noisy && agrees(figures, values, () => 0.501 * own.unit * scale));
    if (statistic === undefined) continue;
    const { column } = statistic;
    return {
      product: position,
      how: `${statistic.how}, in units of ${scale}`,
      column,
      closeness: 'exact',
      statistic,
      published: own.published,
    };
  }
  return null;
}

/** Decimal digits of all figures together beyond which they do not agree with a statistic by chance. */
export const TELLING_DIGITS = 6;

/** Decimal digits that figures write, all together. */
export function digitsOf({ values, units }: Figures): number {
  let digits = 0;
  values.forEach((figure, row) => {
    if (!Number.isNaN(figure)) digits += Math.log10(1 + Math.abs(figure) / (units[row] as number));
  });
  return digits;
}

/** Probability below which members of the groups would come so near to the statistic. */
const MEMBERS = 0.003;

const held = new WeakMap<SheetColumn, ReadonlySet<number>>();

/** The different numbers of a column, kept. */
function numbersHeld(column: SheetColumn): ReadonlySet<number> {
  let known = held.get(column);
  if (known === undefined) {
    known = new Set(column.numbers);
    held.set(column, known);
  }
  return known;
}

/**
 * True when a member of each group may stand for its mean: the figures are values of the column, and not so near to the means that
 * members are by chance less often than one time in 300 (normal values; the density of the middle for all).
 */
function couldBeMembers(figures: Float64Array, { values, within, column: of }: Statistic, sheet: Sheet): boolean {
  const source = of === null ? undefined : sheet.columns[of];
  if (within === undefined || source === undefined) return false;
  const known = numbersHeld(source);
  const met = figures.reduce((count, figure) => count + (known.has(figure) ? 1 : 0), 0);
  if (met < 0.8 * figures.reduce((count, figure) => count + (Number.isNaN(figure) ? 0 : 1), 0)) return false;
  let groups = 0;
  let farthest = 0;
  for (let row = 0; row < figures.length; row++) {
    const figure = figures[row] as number;
    const value = values[row] as number;
    if (Number.isNaN(figure) || Number.isNaN(value)) continue;
    groups++;
    const deviation = within?.[row] as number;
    const distance = Math.abs(figure - value);
    // Where all of a group are alike, the figure is everybody's.
    if (distance > 0) farthest = Math.max(farthest, deviation > 0 ? distance / deviation : Number.POSITIVE_INFINITY);
  }
  return groups > 0 && farthest > 1.2533 * MEMBERS ** (1 / groups);
}

/** True when most figures are values that a few rows of one source column hold. */
function repeatsValues(column: SheetColumn, figures: Float64Array, statistics: Statistics, counts: boolean): boolean {
  let asked = 0;
  for (const figure of figures) if (!Number.isNaN(figure) && figure !== 0) asked++;
  if (asked < 2) return false;
  return statistics.sheet.columns.some((source) => {
    if (!source.isNumeric || source.distinct < 0.05 * source.present) return false;
    let met = 0;
    for (let row = 0; row < figures.length; row++) {
      if (Number.isNaN(figures[row]) || figures[row] === 0) continue;
      const code = source.index.get((column.values[column.codes[row] as number] as string).trim());
      if (code !== undefined && (source.counts[code] as number) < 5) met++;
    }
    // By chance a figure meets one of the column's values as often as those fill its range.
    const share = density(source);
    // A few counts meet them by chance; a few means that do may be extremes.
    return met >= 0.8 * asked && (counts ? atLeast(met, asked, share) < CHANCE : met > asked * share * 1.5);
  });
}

/** Chance below which figures that are values of persons were taken from them. */
const CHANCE = 0.01;

/** Binomial probability of `met` or more of `asked`. */
function atLeast(met: number, asked: number, share: number): number {
  if (share >= 1) return 1;
  let sum = 0;
  for (let k = met; k <= asked; k++)
    sum += 2 ** (log2Choose(asked, k) + k * Math.log2(share) + (asked - k) * Math.log2(1 - share));
  return sum;
}

/** Share of the whole numbers between the least and the greatest that the column holds. */
function density(column: SheetColumn): number {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of column.numbers) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return most > least ? Math.min(1, column.distinct / (most - least + 1)) : 1;
}

/** True when all figures are the values, up to what rounding explains. */
export function agrees(figures: Float64Array, values: Float64Array, tolerance: (row: number) => number): boolean {
  let asked = 0;
  for (let row = 0; row < figures.length; row++) {
    const figure = figures[row] as number;
    const value = values[row] as number;
    if (Number.isNaN(figure)) continue;
    if (Number.isNaN(value)) {
      if (figure !== 0) return false;
      continue;
    }
    asked++;
    // What was divided by nothing agrees with no figure.
    if (!Number.isFinite(value) || Math.abs(figure - value) > tolerance(row) + 1e-9 * Math.abs(value)) return false;
  }
  return asked > 0;
}

/** Largest of 5, 10, 20, 25, 50, 100, 1000, ... of which every figure is a multiple, and some more than none of it; 0 when none is. */
function roundingBase(figures: Float64Array): number {
  for (const base of [1e6, 1e5, 10_000, 1000, 500, 100, 50, 25, 20, 10, 5, 3, 2, 1, 0.5, 0.1, 0.05, 0.01]) {
    let all = true;
    let any = false;
    for (const figure of figures) {
      if (Number.isNaN(figure)) continue;
      const times = Math.round(figure / base);
      if (times !== 0) any = true;
      if (Math.abs(figure - times * base) > 1e-9 * Math.max(1e-6, Math.abs(figure))) {
        all = false;
        break;
      }
    }
    if (all && any) return base;
  }
  return 0;
}

/** How much farther off than the median a noised count may be: Laplace's noise is that far off once in a million. */
const FARTHEST = 20;
/** How much more noise small groups may have than others, where it is as a share of them. */
const UNEVEN = 5;
/** Noise of a private count at a usual privacy parameter. */
const NOISE = 12;
/** Groups from which on the noised count of some of each need not be named by its header. */
const NAMED_BELOW = 8;
/** Typical count from which on figures as near as that are the count under noise: of small ones any small number would be. */
const COUNTED = 20;

/**
 * Relative size of the noise where a column is a statistic plus noise: the typical error against the typical difference
 * between groups (against the value itself for fewer than four groups); null when it is none.
 */
function noiseError(
  figures: Float64Array,
  statistic: Statistic,
  counts: boolean,
  statistics: Statistics,
): number | null {
  const { values } = statistic;
  // So many persons more or less are noise of a count, not of a percentage.
  const whole = statistic.how.startsWith('count');
  const pairs: [number, number][] = [];
  for (let row = 0; row < figures.length; row++) {
    const figure = figures[row] as number;
    const value = values[row] as number;
    if (!Number.isNaN(figure) && !Number.isNaN(value)) pairs.push([figure, value]);
  }
  if (pairs.length === 0) return null;
  const errors = pairs.map(([figure, value]) => Math.abs(figure - value));
  const error = median(errors);
  const size = median(pairs.map(([, value]) => Math.abs(value)));
  // Any of several columns may be what is counted.
  if (isOfDifferent(statistic) && bitsOfNearness(pairs) < EVIDENCE + Math.log2(rivalCounts(statistics.all())))
    return null;
  // Of so many values' shares one is always near a few figures, unless the header says of which.
  if (pairs.length < NAMED_BELOW && !counts && PART.test(statistic.how)) return null;
  if (pairs.length < 4) {
    const worst = Math.max(
      ...pairs.map(([figure, value]) => Math.abs(figure - value) / Math.max(1e-12, Math.abs(value))),
    );
    return worst <= (counts ? 0.2 : 0.05) || (whole && counts && size >= COUNTED && errors.every((own) => own <= NOISE))
      ? worst
      : null;
  }
  // A count says how many, whatever the noise: near the value is near enough.
  if (counts && size > 0) {
    const relative = pairs.map(([figure, value]) =>
      whole && size >= COUNTED && Math.abs(figure - value) <= NOISE
        ? 0
        : Math.abs(figure - value) / (whole ? Math.max(1, Math.abs(value)) : Math.abs(value)),
    );
    const near = relative.filter((own) => own <= 0.35).length;
    const far = relative.some((own, i) => own > 0.35 && (errors[i] as number) > Math.max(NOISE, FARTHEST * error));
    if (median(relative) <= 0.15 && near >= 0.8 * relative.length) return far ? null : error / size;
  }
  const centre = median(pairs.map(([, value]) => value));
  const spread = median(pairs.map(([, value]) => Math.abs(value - centre)));
  const scale = Math.max(spread, 1e-12);
  const close = errors.filter((own) => own <= Math.max(8 * error, 1e-12)).length;
  if (close < 0.9 * errors.length || errors.some((own) => own > Math.max(UNEVEN * FARTHEST * error, 1e-9 * size)))
    return null;
  // Noise small against the spread between groups; or, where groups are alike, against the value and what members would make of it.
  const near =
    statistic.within === undefined
      ? error <= 0.02 * size
      : error <= 0.1 * size && nearerThanMembers(figures, statistic, statistics);
  if (error <= 0.35 * scale || near) return error / Math.max(scale, 0.05 * size);
  return null;
}

/**
 * True when every figure lies so near to its group's mean that members of the groups would all do so one time in 2^14: means under
 * noise, where the groups are too alike to tell them by their differences.
 */
function nearerThanMembers(
  figures: Float64Array,
  { values, within, column }: Statistic,
  statistics: Statistics,
): boolean {
  if (within === undefined || column === null) return false;
  const distances = figures.map((figure, row) => Math.abs(figure - (values[row] as number)));
  const shares = statistics.shareWithin(column, values, distances);
  let groups = 0;
  let largest = 0;
  distances.forEach((distance, row) => {
    if (Number.isNaN(distance)) return;
    groups++;
    largest = Math.max(largest, shares[row] as number);
  });
  // Any column might have come so near.
  return -groups * Math.log2(largest) > EVIDENCE + Math.log2(statistics.sheet.columns.length);
}
