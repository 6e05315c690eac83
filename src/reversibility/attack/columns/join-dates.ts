/**
 * Columns of years, months and days read as one of dates. See combine.md.
 * @module
 */
import { daysOf } from '../../../table/index.js';
import type { Derived } from '../../inverse.js';
import type { Board } from '../attack.js';
import { couldKeep, derive, differentOnes, keep, sampleRows, textAt } from '../shared/compose.js';
import { matchValues } from '../shared/match.js';

const DATE_BITS = 16;

/** Year, month and day columns as dates. */
export function joinDates(board: Board, queue: readonly Derived[]): void {
  const numeric = differentOnes(
    queue.filter((derived) => derived.column.isNumeric && derived.column.distinct <= 400),
    false,
  );
  const within = (derived: Derived, low: number, high: number): boolean =>
    derived.column.numbers.every((value) => Number.isNaN(value) || (value >= low && value <= high));
  const years = numeric.filter((derived) => within(derived, 1850, 2200));
  const months = numeric.filter((derived) => within(derived, 1, 12));
  const days = numeric.filter((derived) => within(derived, 1, 31));
  const rows = sampleRows(board.product.rows);
  for (const year of years) {
    for (const month of months) {
      for (const day of days) {
        if (month === day || board.late()) continue;
        const from = [...year.from, ...month.from, ...day.from];
        if (!couldKeep(board, from, DATE_BITS)) continue;
        for (const form of ['-', '/', '', '年']) {
          const at = (row: number): string | null => {
            const y = Number(textAt(year.column, row));
            const m = Number(textAt(month.column, row));
            const d = Number(textAt(day.column, row));
            if (Number.isNaN(daysOf(y, m, d))) return null;
            if (form === '年') return `${y}年${m}月${d}日`;
            return form === '/' ? `${y}/${m}/${d}` : `${y}${form}${pad(m)}${form}${pad(d)}`;
          };
          if (board.lookup.best(rows.map(at)) < 0.5) continue;
          const texts = Array.from({ length: board.product.rows }, (_, row) => at(row));
          const joined = derive(`date(${year.formula}, ${month.formula}, ${day.formula})`, from, DATE_BITS, texts);
          keep(board, joined, matchValues(joined, board.lookup));
        }
      }
    }
  }
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
