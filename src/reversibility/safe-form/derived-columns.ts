/**
 * Columns that people derive from a source before they count: birth date and sex as resident numbers tell them, months of numbers such
 * as 202503, rows without a value as a kind of their own, members of a household, age at an event, days between two events. Group tables are read against the source with these beside its own columns.
 * @module
 */
import { columnOfTexts, type Sheet, type SheetColumn } from '../intake/sheet.js';

const MOST_ROWS = 300_000;
const MOST_DATES = 5;
/** Characters of a date. */
const SHORTEST = 8;
/** Different values up to which a span of days is one to count by. */
const MOST_DAYS = 1000;
/** Share of the rows in which the later date must be the later one. */
const IN_ORDER = 0.98;
const YEAR = 365.25;
/** Months of a century. */
const MOST_MONTHS = 1200;
/** Values beside which no value is a kind of its own, and what it is called. */
const MOST_KINDS = 40;
const NO_VALUE = '(none)';
/** Groups of rows with one value, at least; rows of a group on average, at least, and of any, at most. */
const LEAST_GROUPS = 40;
const LEAST_MEMBERS = 1.5;
const MOST_MEMBERS = 100;
/** Median years between a birth and an event, at least and at most. */
const AGES = [3, 100] as const;

const known = new WeakMap<Sheet, Sheet | null>();

/** The source with what resident numbers tell, ages and spans beside its columns; null where there are none. Kept per sheet. */
export function withSpans(sheet: Sheet): Sheet | null {
  let own = known.get(sheet);
  if (own === undefined) {
    const told = sheet.rows > MOST_ROWS ? [] : sheet.columns.flatMap(toldOf);
    const columns = [...sheet.columns, ...told];
    const made = sheet.rows > MOST_ROWS ? [] : [...told, ...spansOf({ ...sheet, columns })];
    own = made.length === 0 ? null : { ...sheet, columns: [...sheet.columns, ...made], made: made.length };
    known.set(sheet, own);
  }
  return own;
}

/** What one column tells beside what it holds. */
function toldOf(column: SheetColumn): SheetColumn[] {
  return [...toldByNumbers(column), ...monthsIn(column), ...gapsOf(column), ...membersOf(column)];
}

/** A column of its values' texts under another name; `empty` where it has none. */
function derived(name: string, column: SheetColumn, texts: readonly string[], empty: string | null): SheetColumn {
  return columnOfTexts(
    name,
    Array.from(column.codes, (code) => (code < 0 ? empty : (texts[code] as string))),
  );
}

/** Years and months in one number. */
const MONTH = /^((?:19|20)\d\d)(0[1-9]|1[0-2])$/;

/** Numbers such as 202503 as dates; none of other columns. */
function monthsIn(column: SheetColumn): SheetColumn[] {
  if (column.distinct < 2 || column.distinct > MOST_MONTHS) return [];
  const texts = column.values.map((text) => text.trim().replace(MONTH, '$1-$2-01'));
  return texts.every((text) => text.length === 10) ? [derived(`month in ${column.name}`, column, texts, null)] : [];
}

/** Few values and no value at all, which is one more kind. */
function gapsOf(column: SheetColumn): SheetColumn[] {
  if (column.present === column.rows || column.distinct < 1 || column.distinct > MOST_KINDS) return [];
  return [derived(`${column.name} or none`, column, column.values, NO_VALUE)];
}

/** Rows that share a value, where most values stand in several rows and none in many: members of a household, items of a bill. */
function membersOf(column: SheetColumn): SheetColumn[] {
  const { counts, distinct, present } = column;
  if (distinct < LEAST_GROUPS || present < LEAST_MEMBERS * distinct) return [];
  if (counts.some((count) => count > MOST_MEMBERS) || counts.every((count) => count === counts[0])) return [];
  return [derived(`rows of each ${column.name}`, column, Array.from(counts, String), null)];
}

/** Resident numbers (GB 11643-1999): a day of birth, and a digit that is odd for men. */
const RESIDENT = /^\d{6}((?:19|20)\d\d)(\d\d)(\d\d)\d\d(\d)[\dXx]$/;

/** Birth date and sex as resident numbers tell them; none of other columns. */
function toldByNumbers(column: SheetColumn): SheetColumn[] {
  if (column.distinct === 0 || !RESIDENT.test(column.text(0))) return [];
  const births: string[] = [];
  const sexes: string[] = [];
  for (let code = 0; code < column.distinct; code++) {
    const told = RESIDENT.exec(column.text(code));
    if (told === null) return [];
    births.push(`${told[1]}-${told[2]}-${told[3]}`);
    sexes.push(Number(told[4]) % 2 === 1 ? '男' : '女');
  }
  return [['birth date', births] as const, ['sex', sexes] as const].map(([what, texts]) =>
    columnOfTexts(
      `${what} in ${column.name}`,
      Array.from(column.codes, (code) => (code < 0 ? null : (texts[code] as string))),
    ),
  );
}

function spansOf(sheet: Sheet): SheetColumn[] {
  // Moments are numbers, too; small numbers are no dates.
  const dates = sheet.columns
    .filter((column) => column.isDate && column.distinct > 0 && column.text(0).trim().length >= SHORTEST)
    .slice(0, MOST_DATES);
  return dates.flatMap((from) => dates.flatMap((to) => (from === to ? [] : spansBetween(from, to))));
}

/** Ages, by each way of counting years, or days from one date to the other; none where they come in no order. */
function spansBetween(from: SheetColumn, to: SheetColumn): SheetColumn[] {
  const dayOf = ({ codes, dates }: SheetColumn, row: number): number => {
    const code = codes[row] as number;
    return code < 0 ? Number.NaN : Math.floor(dates[code] as number);
  };
  const days = Float64Array.from(from.codes, (_, row) => dayOf(to, row) - dayOf(from, row));
  const present = days.filter((span) => !Number.isNaN(span)).sort();
  const inOrder = present.reduce((count, span) => count + (span >= 0 ? 1 : 0), 0);
  if (present.length < 0.5 * days.length || inOrder < IN_ORDER * present.length) return [];
  // One day for all is no span.
  if (present[0] === present.at(-1)) return [];
  const middle = present[present.length >> 1] as number;
  const column = (word: string, spans: Float64Array): SheetColumn =>
    columnOfTexts(
      `${word} from ${from.name} to ${to.name}`,
      Array.from(spans, (span) => (Number.isNaN(span) ? null : String(span))),
    );
  if (middle < AGES[0] * YEAR || middle > AGES[1] * YEAR)
    return new Set(present).size > MOST_DAYS ? [] : [column('days', days)];
  return [
    column(
      'years',
      days.map((_, row) => birthdaysBetween(dayOf(from, row), dayOf(to, row))),
    ),
    column(
      'years of 365.25 days',
      days.map((span) => Math.floor(span / YEAR)),
    ),
    column(
      'years of 365 days',
      days.map((span) => Math.floor(span / 365)),
    ),
    column(
      'calendar years',
      days.map((_, row) => yearOf(dayOf(to, row)) - yearOf(dayOf(from, row))),
    ),
  ];
}

function yearOf(day: number): number {
  return new Date(day * 86_400_000).getUTCFullYear();
}

/** Birthdays that have passed; NaN where either date is missing. */
function birthdaysBetween(birth: number, event: number): number {
  const born = new Date(birth * 86_400_000);
  const then = new Date(event * 86_400_000);
  const before =
    then.getUTCMonth() < born.getUTCMonth() ||
    (then.getUTCMonth() === born.getUTCMonth() && then.getUTCDate() < born.getUTCDate());
  return then.getUTCFullYear() - born.getUTCFullYear() - (before ? 1 : 0);
}
