/**
 * What a released label says about a date or an age: the interval that it stands for.
 * @module
 */
import { daysOf, parseDate } from '../../table/index.js';

/** First and last day, days since 1970-01-01, or first and last year of age. */
export type Interval = readonly [from: number, to: number];

/** Interval of a date label: a day, `2024-03`, `2024-Q1`, `2024`, `2020-2024`; null for any other text. */
export function datesOfLabel(label: string): Interval | null {
  const day = parseDate(label);
  if (!Number.isNaN(day)) return [day, day];
  const months = (year: number, first: number, count: number): Interval => {
    const last = first + count - 1;
    return [daysOf(year, first, 1), daysOf(last === 12 ? year + 1 : year, last === 12 ? 1 : last + 1, 1) - 1];
  };
  const month = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(label);
  if (month !== null) return months(Number(month[1]), Number(month[2]), 1);
  const quarter = /^(\d{4})-Q([1-4])$/.exec(label);
  if (quarter !== null) return months(Number(quarter[1]), 3 * Number(quarter[2]) - 2, 3);
  const years = /^(\d{4})(?:-(\d{4}))?$/.exec(label);
  if (years === null) return null;
  return [daysOf(Number(years[1]), 1, 1), daysOf(Number(years[2] ?? years[1]), 12, 31)];
}

/** Interval of an age label: `37`, `[30,40)`, `30-39`, `<18`, `>=65`; null for any other text. */
export function agesOfLabel(label: string): Interval | null {
  const text = label.trim();
  if (/^\d{1,3}$/.test(text)) return [Number(text), Number(text)];
  const half = /^\[(-?\d+),(\d+)\)$/.exec(text);
  if (half !== null) return [Number(half[1]), Number(half[2]) - 1];
  const closed = /^(\d{1,3})-(\d{1,3})$/.exec(text);
  if (closed !== null) return [Number(closed[1]), Number(closed[2])];
  const below = /^<(\d{1,3})$/.exec(text);
  if (below !== null) return [0, Number(below[1]) - 1];
  const above = /^>=?(\d{1,3})$/.exec(text);
  return above === null ? null : [Number(above[1]), 150];
}

/** The same calendar day so many years later (29 February becomes 1 March). */
export function yearsLater(day: number, years: number): number {
  const date = new Date(day * 86_400_000);
  const [y, m, d] = [date.getUTCFullYear() + years, date.getUTCMonth() + 1, date.getUTCDate()];
  const same = daysOf(y, m, d);
  return Number.isNaN(same) ? daysOf(y, 3, 1) : same;
}
