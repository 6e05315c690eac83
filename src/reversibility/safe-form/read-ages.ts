/**
 * Age bands of birth dates (or of those inside resident identity numbers), whatever the reference date.
 * @module
 */
import type { SheetColumn } from '../intake/sheet.js';
import type { Interval } from './label.js';
import { byInterval, closeGaps, coverInto } from './read-intervals.js';
import { type Base, LEAST_MASS, type Recoding, UNCOVERED } from './recoding.js';

/** Years of days since 1970 (Gregorian). */
export function yearOfDays(days: number): number {
  return !Number.isNaN(days) ? new Date(days * 86_400_000).getUTCFullYear() : Number.NaN;
}

/** Age bands of a birth date, whatever the reference date. */
export function byAge(
  base: Base,
  to: SheetColumn,
  position: number,
  intervals: readonly (Interval | null)[],
): Recoding | null {
  return byAgeOfBirths(base, to, position, intervals, to.dates);
}

/** Age bands of the birth date inside resident identity numbers. */
export function byAgeOfId(
  base: Base,
  to: SheetColumn,
  position: number,
  intervals: readonly (Interval | null)[],
): Recoding | null {
  const sample = to.distinct === 0 ? undefined : to.text(0);
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
  if (withinReach(base, intervals, latest + REFERENCE_YEARS - earliestOf(years)) < LEAST_MASS * base.own.present)
    return null;
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
  const weight = ({ recoding }: { readonly recoding: Recoding }): number => recoding.mass + recoding.similarity;
  found.sort((a, b) => weight(b) - weight(a) || a.day - b.day);
  const best = found[0];
  if (best === undefined) return null;
  const days = found
    .filter(({ recoding }) => recoding.similarity > best.recoding.similarity - 0.25)
    .slice(0, 8)
    .map(({ day }) => day);
  return { ...best.recoding, reference: { days, onDay } };
}

function earliestOf(years: Float64Array): number {
  let earliest = Number.POSITIVE_INFINITY;
  for (const year of years) if (year < earliest) earliest = year;
  return earliest;
}

/** Rows of labels that hold the age of anybody in any reference year, whole and one more or less; others are no ages. */
function withinReach(base: Base, intervals: readonly (Interval | null)[], oldest: number): number {
  const { own, everything } = base;
  const held = new Set(everything);
  for (const { interval, code } of closeGaps(listedOf(intervals)))
    if (Math.ceil(Math.max(interval.from, -2)) <= Math.min(interval.to, oldest + 1)) held.add(code);
  let rows = 0;
  for (const code of held) rows += own.counts[code] as number;
  return rows;
}

function listedOf(intervals: readonly (Interval | null)[]): { interval: Interval; code: number }[] {
  return intervals.flatMap((interval, code) => (interval === null ? [] : [{ interval, code }]));
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
  const closed = closeGaps(listedOf(intervals));
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
      // A table of groups has a row of each label, whatever its count: a label under which nobody stands speaks against the year.
      if (count > 0) agreed += (base.own.counts[label] as number) / base.own.present;
      agreed += Math.min(count / Math.max(1, to.present), (base.own.counts[label] as number) / base.own.present);
    });
    return { year: latest + i, agreed };
  });
  return scored
    .sort((a, b) => b.agreed - a.agreed || a.year - b.year)
    .slice(0, LIKELY_YEARS)
    .map(({ year }) => year);
}
