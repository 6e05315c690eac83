/**
 * What text means as a number or a calendar date: the one grammar that inference and views share.
 *
 * Numbers: optional sign, decimal digits with at most one point, optional exponent; ASCII blanks around it are ignored.
 * No thousands separators, hexadecimal, `Infinity` or `NaN`. Dates: year first, `2024-03-01`, `2024/3/1`, `2024.3.1`,
 * `20240301`, `2024年3月1日`, optionally followed by a time of day, which is ignored; proleptic Gregorian calendar
 * (ISO 8601-1:2019, section 4.3.2). Day-first and month-first forms are ambiguous and are no dates here.
 * @module
 */

const NUMBER = /^[ \t]*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[ \t]*$/;
const DATE =
  /^[ \t]*(?:(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})(\d{2})(\d{2})|(\d{4})年(\d{1,2})月(\d{1,2})日)(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?[ ]*(?:Z|[+-]\d{2}:?\d{2})?)?[ \t]*$/;

/** The double nearest to the decimal number, or NaN when the text is none (or beyond the range of doubles). */
export function parseNumber(text: string): number {
  if (!NUMBER.test(text)) return Number.NaN;
  const value = Number(text);
  return Number.isFinite(value) ? value : Number.NaN;
}

/** Days since 1970-01-01, or NaN when the text is no date of the calendar. */
export function parseDate(text: string): number {
  const match = DATE.exec(text);
  if (match === null) return Number.NaN;
  const year = Number(match[1] ?? match[5] ?? match[8]);
  const month = Number(match[3] ?? match[6] ?? match[9]);
  const day = Number(match[4] ?? match[7] ?? match[10]);
  if (Number(match[11] ?? 0) > 24 || Number(match[12] ?? 0) > 59 || Number(match[13] ?? 0) > 60) return Number.NaN;
  return daysOf(year, month, day);
}

/** Days since 1970-01-01 of a calendar day, or NaN when there is no such day. */
export function daysOf(year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1 || day > monthLength(year, month)) return Number.NaN;
  // Count from 1 March of year 0, so that the leap day ends the year.
  const y = month > 2 ? year : year - 1;
  const fromMarch = (month + 9) % 12;
  return (
    365 * y +
    Math.floor(y / 4) -
    Math.floor(y / 100) +
    Math.floor(y / 400) +
    Math.floor((153 * fromMarch + 2) / 5) +
    day -
    719_469
  );
}

function monthLength(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}
