/**
 * Labels that can be read: recodings of a product column by every reader, best first.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { type Interval, inSingles, isEverything, parseInterval } from './label.js';
import { byAge, byAgeOfId, yearOfDays } from './read-ages.js';
import { byDatePart } from './read-dates.js';
import { byInterval } from './read-intervals.js';
import { byCodedEnds, byRounding } from './read-numbers.js';
import { byPrefix, bySame, bySet } from './read-texts.js';
import { byTime, hoursOf } from './read-times.js';
import { type Base, LEAST_MASS, type Recoding } from './recoding.js';

/** Characters of labels on average. */
const LONGEST_LABEL = 1000;
/** Different labels of one column that stand for everything: `*`, a total, others, unknown. */
const MOST_WORDS = 4;

/** Recodings of a product column from columns of a source, best first. */
export function recodings(product: Sheet, column: number, sheet: Sheet, source: number): Recoding[] {
  const own = product.columns[column] as SheetColumn;
  // A label of a class of twenty is no near-unique value.
  if (own.present === 0 || own.distinct > 20_000 || (product.rows > 400 && own.distinct > product.rows / 4)) return [];
  // Nor is it a document: the readers of labels would go over all of it again and again.
  if (own.values.reduce((sum, text) => sum + text.length, 0) > LONGEST_LABEL * own.distinct) return [];
  const everything = new Set<number>();
  own.values.forEach((text, code) => {
    if (isEverything(text)) everything.add(code);
  });
  // Words for nothing in particular that differ from row to row may say something together.
  if (everything.size > MOST_WORDS) return [];
  const found: Recoding[] = [];
  sheet.columns.forEach((to, position) => {
    if (to.present === 0) return;
    // "Other" is a value like any other where the source holds it.
    const held = [...everything].some((code) => to.index.has(own.text(code)));
    const base: Base = {
      own,
      product: column,
      source,
      everything: held ? new Set([...everything].filter((code) => !to.index.has(own.text(code)))) : everything,
    };
    for (const recoding of ofColumn(base, to, position)) {
      if (recoding.mass >= LEAST_MASS && recoding.covered > 0) found.push(recoding);
    }
  });
  return found.sort((a, b) => rank(b) - rank(a));
}

function rank(recoding: Recoding): number {
  return recoding.mass * (0.4 + recoding.similarity) + 0.1 * recoding.covered + (recoding.how === 'same' ? 0.02 : 0);
}

function ofColumn(base: Base, to: SheetColumn, position: number): Recoding[] {
  const { own } = base;
  const list: (Recoding | null)[] = [];
  list.push(bySame(base, to, position));
  const intervals = intervalsOf(own);
  const parsed = intervals.filter((interval, code) => interval !== null || base.everything.has(code)).length;
  if (parsed >= 0.9 * own.distinct && intervals.some((interval) => interval !== null)) {
    if (to.isNumeric) {
      list.push(byInterval(base, to, position, intervals, to.numbers, 'interval'));
      const large = largeIntervalsOf(own);
      if (large !== null) list.push(byInterval(base, to, position, large, to.numbers, 'interval'));
    }
    if (to.isDate) {
      const years = Float64Array.from(to.dates, yearOfDays);
      list.push(byInterval(base, to, position, intervals, years, 'interval of years'));
      list.push(byAge(base, to, position, intervals));
    }
    const hours = hoursOf(to);
    if (hours !== null) list.push(byInterval(base, to, position, intervals, hours, 'interval of hours'));
    if (to.isNumeric && !to.isDate) list.push(byAgeOfId(base, to, position, intervals));
    else if (!to.isNumeric) list.push(byAgeOfId(base, to, position, intervals));
  }
  list.push(...byPrefix(base, to, position));
  if (to.isDate) list.push(...byDatePart(base, to, position));
  list.push(...byTime(base, to, position));
  const numbers = isNumbers(base);
  if (numbers && to.isNumeric) list.push(...byRounding(base, to, position), byCodedEnds(base, to, position));
  if (numbers && to.isDate && own.distinct <= 130) {
    const ages = Array.from(own.numbers, pointOf);
    list.push(byAge(base, to, position, ages));
  }
  // "3~7" of whole numbers is an interval before it is two values.
  if (!list.some((recoding) => recoding !== null && recoding.mass >= 0.99 && recoding.how.startsWith('interval')))
    list.push(bySet(base, to, position));
  return list.filter((recoding): recoding is Recoding => recoding !== null);
}

const read = new WeakMap<SheetColumn, readonly (Interval | null)[]>();

/** Labels as intervals; read once a column. */
function intervalsOf(own: SheetColumn): readonly (Interval | null)[] {
  let intervals = read.get(own);
  if (intervals === undefined) {
    const parsed = own.values.map((text) => parseInterval(text) ?? bracketed(text));
    // "7" beside "[2-6]" is an interval of one value.
    const some = parsed.filter((interval) => interval !== null).length >= 0.3 * own.distinct;
    const points = parsed.map((interval, code) => interval ?? (some ? pointOf(own.numbers[code] as number) : null));
    intervals = some ? withNought(own, points) : points;
    read.set(own, intervals);
  }
  return intervals;
}

/** A customary word for nought of an amount. */
const NOUGHT = /^(?:无|没有|零|nil|nought|zero|无(?:收入|支出|消费|存款)|no (?:income|spending))$/i;

/** "None" beside "below 3000" is nought, and what is below begins above it. */
function withNought(own: SheetColumn, intervals: readonly (Interval | null)[]): readonly (Interval | null)[] {
  const nought = own.values.findIndex((text, code) => intervals[code] === null && NOUGHT.test(text.trim()));
  if (nought < 0) return intervals;
  return intervals.map((interval, code) => {
    if (code === nought) return pointOf(0);
    const below = interval !== null && interval.from === Number.NEGATIVE_INFINITY && interval.to > 0;
    return below ? { ...interval, from: 0, openFrom: true } : interval;
  });
}

/** The interval that a name is explained by: `小型(10-49人)`, `small: 10-49`. */
function bracketed(text: string): Interval | null {
  const match = /^[^\d(（[【:：]{1,16}\s*(?:[(（[【](.+)[)）\]】]|[:：](.+))$/.exec(text.trim());
  return match === null ? null : parseInterval((match[1] ?? match[2] ?? '').trim());
}

const readLarge = new WeakMap<SheetColumn, readonly (Interval | null)[] | null>();

/** Labels as intervals with their large units written out; null where there are none. */
function largeIntervalsOf(own: SheetColumn): readonly (Interval | null)[] | null {
  let intervals = readLarge.get(own);
  if (intervals === undefined) {
    const singles = own.values.map(inSingles);
    intervals = singles.some((text) => text !== null)
      ? own.values.map((text, code) => parseInterval(singles[code] ?? text))
      : null;
    readLarge.set(own, intervals);
  }
  return intervals;
}

function pointOf(value: number): Interval | null {
  return Number.isNaN(value) ? null : { from: value, to: value, openFrom: false, openTo: false };
}

/** True when the labels are numbers, totals and suppressed ones aside. */
function isNumbers({ own, everything }: Base): boolean {
  let numbers = 0;
  let asked = 0;
  own.numbers.forEach((value, code) => {
    if (everything.has(code)) return;
    asked++;
    if (!Number.isNaN(value)) numbers++;
  });
  return asked > 0 && numbers >= 0.9 * asked;
}
