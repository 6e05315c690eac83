/**
 * Dates by the day of the year, by the week, and in years of the Republic of China, as days since 1970-01-01. Whatever does not follow
 * its form strictly is NaN.
 *
 * ISO 8601-1:2019, 5.2.3 (ordinal dates) and 5.2.4 (week dates); the first year of the Republic is 1912.
 * @module
 */
import { daysOf } from '../../table/index.js';

const ORDINAL = /^(\d{4})(?:-(\d{3})|年第(\d{1,3})天)$/;
const WEEK = /^(\d{4})-?W(\d{2})-?([1-7])$/;
const REPUBLIC = /^(?:中华民国|中華民國|民国|民國)\s*(\d{1,3}|元)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?$/;

/** Years before the first one of the Republic. */
const BEFORE_REPUBLIC = 1911;

/** Days since 1970-01-01. */
export function otherCalendarDate(text: string): number {
  const ordinal = ORDINAL.exec(text);
  if (ordinal !== null) return ordinalDate(Number(ordinal[1]), Number(ordinal[2] ?? ordinal[3]));
  const week = WEEK.exec(text);
  if (week !== null) return weekDate(Number(week[1]), Number(week[2]), Number(week[3]));
  const republic = REPUBLIC.exec(text);
  if (republic === null) return Number.NaN;
  const year = republic[1] === '元' ? 1 : Number(republic[1]);
  return daysOf(BEFORE_REPUBLIC + year, Number(republic[2]), Number(republic[3]));
}

function ordinalDate(year: number, day: number): number {
  const first = daysOf(year, 1, 1);
  return day >= 1 && first + day - 1 < daysOf(year + 1, 1, 1) ? first + day - 1 : Number.NaN;
}

function weekDate(year: number, week: number, day: number): number {
  return week >= 1 && week <= 53 && firstMonday(year) + 7 * (week - 1) < firstMonday(year + 1)
    ? firstMonday(year) + 7 * (week - 1) + day - 1
    : Number.NaN;
}

/** The Monday of the week that holds 4 January. */
function firstMonday(year: number): number {
  const fourth = daysOf(year, 1, 4);
  // 1970-01-01 was a Thursday.
  return fourth - ((((fourth + 3) % 7) + 7) % 7);
}
