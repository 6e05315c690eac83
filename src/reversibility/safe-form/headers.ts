/**
 * What the header of a cross table's column stands for: a value of a source column, a part of its dates, a band of its numbers.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { contains, parseInterval } from './label.js';
import { DATE_PARTS } from './read-dates.js';

/** Values of a source column that a header names. */
export interface Members {
  readonly column: SheetColumn;
  readonly position: number;
  /** What names them: the column, or a part of its dates. */
  readonly how: string;
  /** 1 for each code that is meant. */
  readonly holds: Uint8Array;
  /** True for a value of few, whose counts are asked for by the value itself. */
  readonly category: boolean;
}

const MAX_CATEGORIES = 60;
const MAX_MEMBERS = 8;
/** Different days of a column up to which parts of them are written. */
const MAX_DAYS = 20_000;
const DATE_LIKE = /\d{4}|^\d{1,2}$|[Qq]\d|[月周季期]|^[A-Z][a-z]{2}/;

const known = new WeakMap<Sheet, Map<string, readonly Members[]>>();

/** Values that a header, or a part of it, names: `男`, `count_2023`, `费用(女)`, `20-29`. Kept per sheet. */
export function membersOf(header: string, sheet: Sheet): readonly Members[] {
  const own = known.get(sheet) ?? new Map<string, readonly Members[]>();
  known.set(sheet, own);
  let members = own.get(header);
  if (members === undefined) {
    members = search(header, sheet);
    own.set(header, members);
  }
  return members;
}

function search(header: string, sheet: Sheet): Members[] {
  const whole = header.trim();
  const parts = whole.split(/[_\s.:：,，、;；=()（）[\]/|]+/).filter((part) => part !== '' && part !== whole);
  for (const name of [whole, ...parts.slice(0, 6)]) {
    const found = namedBy(name, sheet);
    // A lone digit stands in many columns: only as a whole header is it looked for in all.
    if (found.length > 0) return found.slice(0, MAX_MEMBERS);
  }
  return [];
}

function namedBy(name: string, sheet: Sheet): Members[] {
  const list: Members[] = [];
  const interval = parseInterval(name);
  sheet.columns.forEach((column, position) => {
    const wanted = column.distinct <= MAX_CATEGORIES ? column.index.get(name) : undefined;
    if (wanted !== undefined) {
      const holds = new Uint8Array(column.distinct);
      holds[wanted] = 1;
      list.push({ column, position, how: column.name, holds, category: true });
      return;
    }
    if (interval !== null && column.isNumeric) {
      const holds = Uint8Array.from(column.numbers, (value) => (contains(interval, value) ? 1 : 0));
      list.push({ column, position, how: `band of ${column.name}`, holds, category: false });
    }
    const dated = DATE_LIKE.test(name) && column.isDate;
    const part = dated ? datePart(name, column) : null;
    if (part !== null)
      list.push({ column, position, how: `${part.how} of ${column.name}`, holds: part.holds, category: false });
  });
  return list;
}

/** Dates whose year, month, quarter, ... is written so; null where there is none. */
function datePart(name: string, { dates }: SheetColumn): { how: string; holds: Uint8Array } | null {
  const days = new Set(dates);
  days.delete(Number.NaN);
  if (days.size > MAX_DAYS) return null;
  for (const [how, write] of DATE_PARTS) {
    const meant = new Set<number>();
    for (const day of days) if (write(new Date(day * 86_400_000)).includes(name)) meant.add(day);
    if (meant.size > 0) return { how, holds: Uint8Array.from(dates, (day) => (meant.has(day) ? 1 : 0)) };
  }
  return null;
}
