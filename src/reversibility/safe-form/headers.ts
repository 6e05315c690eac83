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
const MAX_DATES = 200_000;
const DATE_LIKE = /\d{4}|^\d{1,2}$|[Qq]\d|[月周季期]|^[A-Z][a-z]{2}/;

/** Values that a header, or a part of it, names: `男`, `count_2023`, `费用(女)`, `20-29`. */
export function membersOf(header: string, sheet: Sheet): Members[] {
  const whole = header.trim();
  const parts = whole.split(/[_\s.:：()（）/|]+/).filter((part) => part !== '' && part !== whole);
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
    const dated = DATE_LIKE.test(name) && column.distinct <= MAX_DATES && column.isDate;
    const part = dated ? datePart(name, column) : null;
    if (part !== null)
      list.push({ column, position, how: `${part.how} of ${column.name}`, holds: part.holds, category: false });
  });
  return list;
}

/** Dates whose year, month, quarter, ... is written so; null where there is none. */
function datePart(name: string, { dates }: SheetColumn): { how: string; holds: Uint8Array } | null {
  for (const [how, write] of DATE_PARTS) {
    const holds = new Uint8Array(dates.length);
    let any = false;
    for (let code = 0; code < dates.length; code++) {
      const days = dates[code] as number;
      if (Number.isNaN(days) || !write(new Date(days * 86_400_000)).includes(name)) continue;
      holds[code] = 1;
      any = true;
    }
    if (any) return { how, holds };
  }
  return null;
}
