/**
 * Recodings: functions from source values to the labels of a product column, by interval, prefix, pattern, date part,
 * rounding, set, order or hierarchy. What is recognised here is verified on joint classes in generalisation.ts.
 * @module
 */
import { parseNumber } from '../../table/index.js';
import { fold } from '../attack/decode-text.js';
import { sampleCodes } from '../intake/lookup.js';
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { contains, type Interval, isEverything, parseInterval, parseStars } from './label.js';

/** Code of a label for source values that no label of the product covers. */
export const UNCOVERED = -1;

/** A source column seen through the labels of a product column. */
export interface Recoding {
  readonly source: number;
  readonly column: number;
  /** Product column. */
  readonly product: number;
  /** In words: `interval`, `prefix(4)`, `year`, `hierarchy`, ... */
  readonly how: string;
  /** Product code of each source code, UNCOVERED where none. Null when labels overlap (local recoding). */
  readonly map: Int32Array | null;
  /** For overlapping labels: 1 for each (product code × source code) pair that fits; null otherwise. */
  readonly fits: Uint8Array | null;
  /** Product codes that stand for everything (suppressed). */
  readonly everything: ReadonlySet<number>;
  /** Share of the product's present rows with a label that is understood. */
  readonly mass: number;
  /** Agreement of label frequencies between product and source, 0 to 1. */
  readonly similarity: number;
  /** Share of source rows that some label covers. */
  readonly covered: number;
  /** For ages: reference days (since 1970) that fit the counts about as well, and the recoding by any other day. */
  readonly reference?: { readonly days: readonly number[]; readonly onDay: (day: number) => Recoding | null };
}

const FIT_CELLS = 40_000_000;
const SCREEN = 256;

/** Recodings of a product column from columns of a source, best first. */
export function recodings(product: Sheet, column: number, sheet: Sheet, source: number): Recoding[] {
  const own = product.columns[column] as SheetColumn;
  // A label of a class of twenty is no near-unique value.
  if (own.present === 0 || own.distinct > 20_000 || (product.rows > 400 && own.distinct > product.rows / 4)) return [];
  const everything = new Set<number>();
  own.values.forEach((text, code) => {
    if (isEverything(text)) everything.add(code);
  });
  const found: Recoding[] = [];
  sheet.columns.forEach((to, position) => {
    if (to.present === 0) return;
    // "Other" is a value like any other where the source holds it.
    const held = [...everything].some((code) => to.index.has(own.values[code] as string));
    const base: Base = {
      own,
      product: column,
      source,
      everything: held
        ? new Set([...everything].filter((code) => !to.index.has(own.values[code] as string)))
        : everything,
    };
    for (const recoding of ofColumn(base, to, position)) {
      if (recoding.mass >= 0.9 && recoding.covered > 0) found.push(recoding);
    }
  });
  return found.sort((a, b) => rank(b) - rank(a));
}

function rank(recoding: Recoding): number {
  return recoding.mass * (0.4 + recoding.similarity) + 0.1 * recoding.covered + (recoding.how === 'same' ? 0.02 : 0);
}

interface Base {
  readonly own: SheetColumn;
  readonly product: number;
  readonly source: number;
  readonly everything: ReadonlySet<number>;
}

function ofColumn(base: Base, to: SheetColumn, position: number): Recoding[] {
  const { own } = base;
  const list: (Recoding | null)[] = [];
  list.push(byText(base, to, position, 'same', (text) => text));
  const intervals = own.values.map(parseInterval);
  const parsed = intervals.filter((interval, code) => interval !== null || base.everything.has(code)).length;
  if (parsed >= 0.9 * own.distinct && intervals.some((interval) => interval !== null)) {
    if (to.isNumeric) list.push(byInterval(base, to, position, intervals, to.numbers, 'interval'));
    if (to.isDate) {
      const years = Float64Array.from(to.dates, yearOfDays);
      list.push(byInterval(base, to, position, intervals, years, 'interval of years'));
      list.push(byAge(base, to, position, intervals));
    }
    if (to.isNumeric && !to.isDate) list.push(byAgeOfId(base, to, position, intervals));
    else if (!to.isNumeric) list.push(byAgeOfId(base, to, position, intervals));
  }
  list.push(...byPrefix(base, to, position));
  if (to.isDate) list.push(...byDatePart(base, to, position));
  const numbers = isNumbers(base);
  if (numbers && to.isNumeric) list.push(...byRounding(base, to, position));
  if (numbers && to.isDate && own.distinct <= 130) {
    const ages = own.values.map((text): Interval | null => {
      const value = parseNumber(text);
      return !Number.isNaN(value) ? { from: value, to: value, openFrom: false, openTo: false } : null;
    });
    list.push(byAge(base, to, position, ages));
  }
  list.push(bySet(base, to, position));
  return list.filter((recoding): recoding is Recoding => recoding !== null);
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

/** Years of days since 1970 (Gregorian). */
function yearOfDays(days: number): number {
  return !Number.isNaN(days) ? new Date(days * 86_400_000).getUTCFullYear() : Number.NaN;
}

function byText(
  base: Base,
  to: SheetColumn,
  position: number,
  how: string,
  label: (text: string, code: number) => string | null,
): Recoding | null {
  const index = foldedIndex(base.own);
  // A look at some values before all are written: labels that cover the source are met at once.
  if (to.distinct > SCREEN) {
    const met = sampleCodes(to, SCREEN).some((code) => {
      const text = label(to.values[code] as string, code);
      return text !== null && index.has(fold(text));
    });
    if (!met) return null;
  }
  const map = new Int32Array(to.distinct).fill(UNCOVERED);
  let any = false;
  for (let code = 0; code < map.length; code++) {
    const text = label(to.values[code] as string, code);
    const found = text === null ? undefined : index.get(fold(text));
    if (found !== undefined) {
      map[code] = found;
      any = true;
    }
  }
  return any ? measured(base, to, position, how, map) : null;
}

const foldedIndexes = new WeakMap<SheetColumn, ReadonlyMap<string, number>>();

function foldedIndex(column: SheetColumn): ReadonlyMap<string, number> {
  let index = foldedIndexes.get(column);
  if (index === undefined) {
    const map = new Map<string, number>();
    column.values.forEach((text, code) => {
      map.set(fold(text), code);
    });
    index = map;
    foldedIndexes.set(column, index);
  }
  return index;
}

/** A partition by a map: mass, agreement of frequencies, cover. */
export function measured(base: Base, to: SheetColumn, position: number, how: string, map: Int32Array): Recoding {
  const { own } = base;
  const counts = new Float64Array(own.distinct);
  let covered = 0;
  for (let code = 0; code < map.length; code++) {
    const label = map[code] as number;
    if (label < 0) continue;
    counts[label] = (counts[label] as number) + (to.counts[code] as number);
    covered += to.counts[code] as number;
  }
  let mass = 0;
  let understood = 0;
  let intersection = 0;
  for (let code = 0; code < counts.length; code++) {
    const rows = own.counts[code] as number;
    if (base.everything.has(code)) {
      mass += rows;
      continue;
    }
    if ((counts[code] as number) === 0) continue;
    mass += rows;
    understood += rows;
  }
  for (let code = 0; code < counts.length; code++) {
    if (base.everything.has(code) || understood === 0) continue;
    intersection += Math.min(
      (own.counts[code] as number) / understood,
      (counts[code] as number) / Math.max(1, to.present),
    );
  }
  return {
    source: base.source,
    column: position,
    product: base.product,
    how,
    map,
    fits: null,
    everything: base.everything,
    mass: mass / own.present,
    similarity: intersection,
    covered: covered / Math.max(1, to.present),
  };
}

function byInterval(
  base: Base,
  to: SheetColumn,
  position: number,
  intervals: readonly (Interval | null)[],
  values: Float64Array,
  how: string,
): Recoding | null {
  const listed = intervals.flatMap((interval, code) => (interval === null ? [] : [{ interval, code }]));
  const closed = closeGaps(listed);
  const map = new Int32Array(to.distinct).fill(UNCOVERED);
  const overlap = coverInto(map, values, closed);
  if (!overlap) {
    settleBorders(base.own, to, values, map, closed);
    return measured(base, to, position, how, map);
  }
  return overlapping(base, to, position, `${how} (local)`, closed, values);
}

/** Writes the label of each value; true when some value has two. */
function coverInto(
  map: Int32Array,
  values: Float64Array,
  listed: readonly { interval: Interval; code: number }[],
): boolean {
  const sorted = [...listed].sort((a, b) => a.interval.from - b.interval.from);
  const starts = Float64Array.from(sorted, ({ interval }) => interval.from);
  // How far the intervals up to here reach: before it, no earlier one can hold a value beyond.
  const reach = new Float64Array(sorted.length);
  sorted.forEach(({ interval }, i) => {
    reach[i] = Math.max(interval.to, i === 0 ? Number.NEGATIVE_INFINITY : (reach[i - 1] as number));
  });
  let overlap = false;
  for (let code = 0; code < map.length; code++) {
    const value = values[code] as number;
    if (Number.isNaN(value)) continue;
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) <= value) low = middle + 1;
      else high = middle;
    }
    for (let i = low - 1; i >= 0 && (reach[i] as number) >= value; i--) {
      const { interval, code: label } = sorted[i] as { interval: Interval; code: number };
      if (!contains(interval, value)) continue;
      if ((map[code] as number) >= 0) overlap = true;
      map[code] = label;
    }
  }
  return overlap;
}

/** Values on either side of a border that may belong to the other side. */
const BORDER = 2;
/** Source rows per product row up to which the product may be the source less suppressed rows. */
const LEFT_OUT = 1.35;

/**
 * Labels are written by people: `0-19` may hold the twenties' first year. Where the product holds more rows of a label than the source
 * has in that range, and the range beside it has room, the values next to the border change sides.
 */
function settleBorders(
  own: SheetColumn,
  to: SheetColumn,
  values: Float64Array,
  map: Int32Array,
  listed: readonly { interval: Interval; code: number }[],
): void {
  const ratio = to.present / Math.max(1, own.present);
  if (ratio < 1 || ratio > LEFT_OUT) return;
  const rows = new Float64Array(own.distinct);
  map.forEach((label, code) => {
    if (label >= 0) rows[label] = (rows[label] as number) + (to.counts[code] as number);
  });
  const lacking = (label: number): number => Math.max(0, (own.counts[label] as number) - (rows[label] as number));
  const order = Array.from(map.keys())
    .filter((code) => (map[code] as number) >= 0)
    .sort((a, b) => (values[a] as number) - (values[b] as number));
  const labels = new Set(listed.map(({ code }) => code));
  for (let i = 1; i < order.length; i++) {
    const left = map[order[i - 1] as number] as number;
    const right = map[order[i] as number] as number;
    if (left === right || !labels.has(left) || !labels.has(right)) continue;
    for (let step = 0; step < BORDER; step++) {
      const fromRight = order[i + step];
      const fromLeft = order[i - 1 - step];
      const moved =
        tryMove(fromRight, right, left, rows, to, map, lacking) ||
        tryMove(fromLeft, left, right, rows, to, map, lacking);
      if (!moved) break;
      if (fromRight !== undefined && map[fromRight] === left) i++;
    }
  }
}

function tryMove(
  code: number | undefined,
  from: number,
  into: number,
  rows: Float64Array,
  to: SheetColumn,
  map: Int32Array,
  lacking: (label: number) => number,
): boolean {
  if (code === undefined || map[code] !== from) return false;
  const count = to.counts[code] as number;
  const before = lacking(from) + lacking(into);
  if (lacking(into) === 0) return false;
  rows[from] = (rows[from] as number) - count;
  rows[into] = (rows[into] as number) + count;
  if (lacking(from) + lacking(into) < before) {
    map[code] = into;
    return true;
  }
  rows[from] = (rows[from] as number) + count;
  rows[into] = (rows[into] as number) - count;
  return false;
}

/** Labels `0-19, 20-39` written for whole numbers cover 19.5 too: each upper end reaches to the next lower end. */
function closeGaps(listed: readonly { interval: Interval; code: number }[]): { interval: Interval; code: number }[] {
  const starts = [...new Set(listed.map(({ interval }) => interval.from))]
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  return listed.map(({ interval, code }) => {
    if (!Number.isFinite(interval.to)) return { interval, code };
    const next = starts.find((start) => start > interval.to);
    if (next !== undefined && next - interval.to <= 1 && !interval.openTo && Number.isInteger(interval.to)) {
      return { interval: { ...interval, to: next, openTo: true }, code };
    }
    return { interval, code };
  });
}

function overlapping(
  base: Base,
  to: SheetColumn,
  position: number,
  how: string,
  listed: readonly { interval: Interval; code: number }[],
  values: Float64Array,
): Recoding | null {
  const size = base.own.distinct;
  if (size * to.distinct > FIT_CELLS) return null;
  // Shared ends (20-40, 40-60): half open reads as a partition.
  const halfOpen = new Int32Array(to.distinct).fill(UNCOVERED);
  let clash = false;
  for (let code = 0; code < halfOpen.length; code++) {
    const value = values[code] as number;
    if (Number.isNaN(value)) continue;
    for (const { interval, code: label } of listed) {
      if (!contains({ ...interval, openTo: interval.to > interval.from }, value)) continue;
      if ((halfOpen[code] as number) >= 0) clash = true;
      halfOpen[code] = label;
    }
  }
  if (!clash) {
    const partition = measured(base, to, position, how.replace(' (local)', ''), halfOpen);
    // A table of groups has a row or two of each label: its frequencies say nothing.
    const groups = 4 * base.own.present < to.present;
    if (partition.mass >= 0.99 && (partition.similarity >= 0.8 || groups)) return partition;
  }
  const fits = new Uint8Array(size * to.distinct);
  for (const { interval, code: label } of listed) {
    for (let code = 0; code < to.distinct; code++) {
      const value = values[code] as number;
      if (!Number.isNaN(value) && contains(interval, value)) fits[label * to.distinct + code] = 1;
    }
  }
  return overlapped(base, to, position, how, fits);
}

function overlapped(base: Base, to: SheetColumn, position: number, how: string, fits: Uint8Array): Recoding {
  const { own } = base;
  let mass = 0;
  let feasible = 0;
  for (let label = 0; label < own.distinct; label++) {
    const rows = own.counts[label] as number;
    if (base.everything.has(label)) {
      mass += rows;
      feasible += rows;
      continue;
    }
    let inside = 0;
    for (let code = 0; code < to.distinct; code++) {
      if (fits[label * to.distinct + code] === 1) inside += to.counts[code] as number;
    }
    if (inside === 0) continue;
    mass += rows;
    if (rows <= inside) feasible += rows;
  }
  return {
    source: base.source,
    column: position,
    product: base.product,
    how,
    map: null,
    fits,
    everything: base.everything,
    mass: mass / own.present,
    similarity: 0.6 * (feasible / own.present),
    covered: 1,
  };
}

/** Age bands of a birth date, whatever the reference date. */
function byAge(
  base: Base,
  to: SheetColumn,
  position: number,
  intervals: readonly (Interval | null)[],
): Recoding | null {
  return byAgeOfBirths(base, to, position, intervals, to.dates);
}

/** Age bands of the birth date inside resident identity numbers. */
function byAgeOfId(
  base: Base,
  to: SheetColumn,
  position: number,
  intervals: readonly (Interval | null)[],
): Recoding | null {
  const sample = to.values[0];
  if (sample === undefined || !/^\d{6}(?:18|19|20)\d{9}[\dXx]$/.test(sample)) return null;
  const births = Float64Array.from(to.values, (text) =>
    text.length === 18
      ? Date.UTC(Number(text.slice(6, 10)), Number(text.slice(10, 12)) - 1, Number(text.slice(12, 14))) / 86_400_000
      : Number.NaN,
  );
  return byAgeOfBirths(base, to, position, intervals, births);
}

/** Years after the latest birth in which ages may have been taken. */
const REFERENCE_YEARS = 30;

/**
 * Ages are completed years on a reference date nobody wrote down; the difference of the years is the age on 31 December. The year whose
 * band counts agree best comes first; `onDay` reads the labels by another date, for the joint classes to decide.
 */
function byAgeOfBirths(
  base: Base,
  to: SheetColumn,
  position: number,
  intervals: readonly (Interval | null)[],
  births: Float64Array,
): Recoding | null {
  const years = Float64Array.from(births, yearOfDays);
  const dayOfYear = births.map((days, code) => days - Date.UTC(years[code] as number, 0, 1) / 86_400_000);
  let latest = 0;
  for (const year of years) if (year > latest) latest = year;
  const ages = new Float64Array(years.length);
  const onDay = (day: number): Recoding | null => {
    const year = yearOfDays(day);
    const passed = day - Date.UTC(year, 0, 1) / 86_400_000;
    for (let code = 0; code < ages.length; code++)
      ages[code] = year - (years[code] as number) - ((dayOfYear[code] as number) > passed && passed < 364 ? 1 : 0);
    return byInterval(base, to, position, intervals, ages, 'age band');
  };
  const found: { recoding: Recoding; day: number }[] = [];
  for (const year of likelyYears(base, to, intervals, years, latest)) {
    const day = Date.UTC(year, 11, 31) / 86_400_000;
    const recoding = onDay(day);
    if (recoding !== null) found.push({ recoding, day });
  }
  found.sort((a, b) => b.recoding.similarity - a.recoding.similarity || a.day - b.day);
  const best = found[0];
  if (best === undefined) return null;
  const days = found
    .filter(({ recoding }) => recoding.similarity > best.recoding.similarity - 0.25)
    .slice(0, 8)
    .map(({ day }) => day);
  return { ...best.recoding, reference: { days, onDay } };
}

/** Reference years kept for a closer look. */
const LIKELY_YEARS = 12;

/** The reference years whose band counts agree best, by the source's rows per birth year. */
function likelyYears(
  base: Base,
  to: SheetColumn,
  intervals: readonly (Interval | null)[],
  years: Float64Array,
  latest: number,
): number[] {
  const rows = new Map<number, number>();
  for (let code = 0; code < years.length; code++) {
    const year = years[code] as number;
    if (!Number.isNaN(year)) rows.set(year, (rows.get(year) ?? 0) + (to.counts[code] as number));
  }
  const closed = closeGaps(intervals.flatMap((interval, code) => (interval === null ? [] : [{ interval, code }])));
  const births = Float64Array.from(rows.keys());
  const weights = [...rows.values()];
  const scored = Array.from({ length: REFERENCE_YEARS + 1 }, (_, i) => {
    const map = new Int32Array(births.length).fill(UNCOVERED);
    coverInto(
      map,
      births.map((birth) => latest + i - birth),
      closed,
    );
    const held = new Float64Array(base.own.distinct);
    map.forEach((label, at) => {
      if (label >= 0) held[label] = (held[label] as number) + (weights[at] as number);
    });
    let agreed = 0;
    held.forEach((count, label) => {
      agreed += Math.min(count / Math.max(1, to.present), (base.own.counts[label] as number) / base.own.present);
    });
    return { year: latest + i, agreed };
  });
  return scored
    .sort((a, b) => b.agreed - a.agreed || a.year - b.year)
    .slice(0, LIKELY_YEARS)
    .map(({ year }) => year);
}

function byPrefix(base: Base, to: SheetColumn, position: number): Recoding[] {
  const { own } = base;
  const list: Recoding[] = [];
  const stars = own.values.map((text, code) => (base.everything.has(code) ? null : parseStars(text)));
  const starred = stars.filter((star) => star !== null).length;
  if (starred > 0 && starred >= 0.9 * (own.distinct - base.everything.size)) {
    const shapes = new Map<string, { first: number; last: number }>();
    for (const star of stars) if (star !== null) shapes.set(`${star.first},${star.last}`, star);
    if (shapes.size <= 8) {
      const index = new Map<string, number>();
      own.values.forEach((text, code) => {
        const star = stars[code];
        if (star !== null && star !== undefined) {
          index.set(`${star.first}|${text.slice(0, star.first)}|${text.slice(text.length - star.last)}`, code);
        }
      });
      const map = new Int32Array(to.distinct).fill(UNCOVERED);
      let clash = false;
      to.values.forEach((text, code) => {
        for (const { first, last } of shapes.values()) {
          if (text.length < first + last) continue;
          const label = index.get(`${first}|${text.slice(0, first)}|${text.slice(text.length - last)}`);
          if (label === undefined) continue;
          if ((map[code] as number) >= 0) clash = true;
          map[code] = label;
        }
      });
      if (!clash) {
        const names = [...shapes.values()].map(({ first, last }) => (last === 0 ? `${first}` : `${first}..${last}`));
        list.push(measured(base, to, position, `prefix(${names.join(',')})`, map));
      }
    }
    return list;
  }
  // Labels that are the first characters of values.
  const lengths = new Set(own.values.filter((_, code) => !base.everything.has(code)).map((text) => text.length));
  if (lengths.size === 0 || lengths.size > 4 || own.distinct > 5000) return list;
  const longest = averageLength(to);
  for (const length of lengths) if (length >= longest) return list;
  const sorted = [...lengths].sort((a, b) => b - a);
  const recoding = byText(base, to, position, `prefix(${sorted.join(',')})`, (text) => {
    for (const length of sorted) {
      const head = text.slice(0, length);
      if (own.index.has(head)) return head;
    }
    return null;
  });
  if (recoding !== null) list.push(recoding);
  // Last characters are no generalisation in order, but a common one of sexes or endings: not recognised here.
  return list;
}

function averageLength(column: SheetColumn): number {
  let total = 0;
  const stride = Math.max(1, column.distinct >> 8);
  let asked = 0;
  for (let code = 0; code < column.distinct; code += stride) {
    total += (column.values[code] as string).length;
    asked++;
  }
  return asked === 0 ? 0 : total / asked;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

const DATE_PARTS: readonly [string, (date: Date) => string[]][] = [
  ['year', (date) => [`${date.getUTCFullYear()}`, `${date.getUTCFullYear()}年`, `${date.getUTCFullYear()}-01-01`]],
  [
    'month',
    (date) => {
      const year = date.getUTCFullYear();
      const month = date.getUTCMonth() + 1;
      return [
        `${year}-${two(month)}`,
        `${year}/${two(month)}`,
        `${year}.${two(month)}`,
        `${year}${two(month)}`,
        `${year}年${month}月`,
        `${year}年${two(month)}月`,
        `${year}-${two(month)}-01`,
        `${year}-${month}`,
        `${year}-${two(month)}-**`,
      ];
    },
  ],
  [
    'quarter',
    (date) => {
      const year = date.getUTCFullYear();
      const quarter = Math.floor(date.getUTCMonth() / 3) + 1;
      return [
        `${year}Q${quarter}`,
        `${year}-Q${quarter}`,
        `${year} Q${quarter}`,
        `${year}年第${quarter}季度`,
        `${year}年${quarter}季度`,
        `Q${quarter} ${year}`,
        `${year}q${quarter}`,
      ];
    },
  ],
  [
    'decade',
    (date) => {
      const decade = Math.floor(date.getUTCFullYear() / 10) * 10;
      return [`${decade}s`, `${decade}年代`, `${decade}`, `${decade}-${decade + 9}`, `${decade}后`];
    },
  ],
  [
    'month of the year',
    (date) => [`${date.getUTCMonth() + 1}`, two(date.getUTCMonth() + 1), `${date.getUTCMonth() + 1}月`],
  ],
  ['day of the week', (date) => [`${date.getUTCDay()}`, `${date.getUTCDay() === 0 ? 7 : date.getUTCDay()}`]],
];

function byDatePart(base: Base, to: SheetColumn, position: number): Recoding[] {
  const list: Recoding[] = [];
  for (const [how, write] of DATE_PARTS) {
    const forms = write(new Date(0)).length;
    for (let form = 0; form < forms; form++) {
      const dates = to.dates;
      const recoding = byText(base, to, position, how, (_, code) => {
        const days = dates[code] as number;
        return !Number.isNaN(days) ? (write(new Date(days * 86_400_000))[form] as string) : null;
      });
      if (recoding !== null && recoding.mass >= 0.9) {
        list.push(recoding);
        break;
      }
    }
  }
  return list;
}

function byRounding(base: Base, to: SheetColumn, position: number): Recoding[] {
  const { own } = base;
  const values = [...own.numbers].filter((value) => !Number.isNaN(value));
  if (values.length < 2 || values.length > 5000) return [];
  const sorted = values.sort((a, b) => a - b);
  let gap = Number.POSITIVE_INFINITY;
  for (let i = 1; i < sorted.length; i++) gap = Math.min(gap, (sorted[i] as number) - (sorted[i - 1] as number));
  if (!(gap > 0) || !Number.isFinite(gap)) return [];
  const index = new Map<string, number>();
  own.numbers.forEach((value, code) => {
    if (!Number.isNaN(value)) index.set(key(value), code);
  });
  const list: Recoding[] = [];
  // The unit is the smallest gap, or a round number just below it.
  const power = 10 ** Math.floor(Math.log10(gap));
  const units = [...new Set([gap, ...[1, 2, 2.5, 5].map((digit) => digit * power)])].filter(
    (unit) => unit <= gap * 1.0001,
  );
  for (const unit of units) {
    for (const [how, round] of [
      ['rounded', Math.round],
      ['rounded down', Math.floor],
      ['rounded up', Math.ceil],
      ['midpoint', (x: number) => Math.floor(x) + 0.5],
    ] as const) {
      const probe = sampleCodes(to, SCREEN);
      const met = probe.filter((code) => index.has(key(round((to.numbers[code] as number) / unit) * unit))).length;
      if (met < 0.8 * probe.length) continue;
      const map = new Int32Array(to.distinct).fill(UNCOVERED);
      for (let code = 0; code < map.length; code++) {
        const value = to.numbers[code] as number;
        const label = !Number.isNaN(value) ? index.get(key(round(value / unit) * unit)) : undefined;
        if (label !== undefined) map[code] = label;
      }
      const recoding = measured(base, to, position, `${how} to ${Number(unit.toPrecision(6))}`, map);
      if (recoding.mass >= 0.9 && recoding.covered >= 0.9) list.push(recoding);
    }
  }
  // Three at most: a table of groups cannot tell by frequencies which of them is meant.
  return list.sort((a, b) => b.similarity - a.similarity).slice(0, 3);
}

function key(value: number): string {
  return String(Number(value.toPrecision(9)));
}

function bySet(base: Base, to: SheetColumn, position: number): Recoding | null {
  const { own } = base;
  if (own.distinct > 500 || to.distinct > 2000) return null;
  const parts = own.values.map((text, code) => (base.everything.has(code) ? [] : partsOf(text, to)));
  if (parts.some((list, code) => list === null && !base.everything.has(code))) return null;
  if (!parts.some((list) => (list?.length ?? 0) > 1)) return null;
  const fits = new Uint8Array(own.distinct * to.distinct);
  const map = new Int32Array(to.distinct).fill(UNCOVERED);
  let overlap = false;
  parts.forEach((list, label) => {
    for (const code of list ?? []) {
      fits[label * to.distinct + code] = 1;
      if ((map[code] as number) >= 0) overlap = true;
      map[code] = label;
    }
  });
  return overlap ? overlapped(base, to, position, 'set (local)', fits) : measured(base, to, position, 'set', map);
}

function partsOf(text: string, to: SheetColumn): number[] | null {
  const whole = to.index.get(text);
  if (whole !== undefined) return [whole];
  for (const delimiter of [',', ';', '|', '/', '、', '~', '+']) {
    const pieces = text
      .replace(/^[{[(]|[})\]]$/g, '')
      .split(delimiter)
      .map((piece) => piece.trim());
    if (pieces.length < 2) continue;
    const codes = pieces.map((piece) => to.index.get(piece));
    if (codes.every((code) => code !== undefined)) return codes as number[];
  }
  return null;
}
