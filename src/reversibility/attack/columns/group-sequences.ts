/**
 * Differences and running totals within the groups of another column of the product, in the order of the rows: undone group by
 * group. See combine.md.
 * @module
 */
import type { SheetColumn } from '../../intake/sheet.js';
import type { Derived } from '../../inverse.js';
import type { Board } from '../attack.js';
import { derive, keep, snapped } from '../shared/compose.js';
import { matchValues } from '../shared/match.js';

/** Columns that are asked as groups, and rows a group must have on average. */
const MOST_GROUPINGS = 4;
const LEAST_IN_GROUP = 3;
const LEAST_DISTINCT = 12;

/** For each row the row before it in its group; -1 for the first. */
function rowsBefore({ codes, distinct }: SheetColumn): Int32Array {
  const last = new Int32Array(distinct).fill(-1);
  return Int32Array.from(codes, (code, row) => {
    const before = last[code] as number;
    last[code] = row;
    return before;
  });
}

function groupings({
  product,
  settled,
}: Board): { readonly name: string; readonly at: number; readonly before: Int32Array }[] {
  return product.columns
    .map((column, at) => ({ column, at }))
    .filter(
      ({ column, at }) =>
        !settled.has(at) &&
        column.distinct >= 2 &&
        column.present === column.rows &&
        column.distinct * LEAST_IN_GROUP <= column.rows,
    )
    .sort((a, b) => Number(a.column.isNumeric) - Number(b.column.isNumeric) || a.column.distinct - b.column.distinct)
    .slice(0, MOST_GROUPINGS)
    .map(({ column, at }) => ({ name: column.name, at, before: rowsBefore(column) }));
}

/** Adds what numbers of the queue are differences or running totals of by group. */
export function groupSequences(board: Board, queue: readonly Derived[]): void {
  const numeric = queue.filter(
    ({ attack, column }) => attack === 'containment' && column.isNumeric && column.distinct >= LEAST_DISTINCT,
  );
  if (numeric.length === 0) return;
  for (const { name, at, before } of groupings(board)) {
    for (const derived of numeric) {
      const own = derived.from[0] as number;
      if (board.late()) return;
      if (own === at || board.best(own) >= 0.75) continue;
      const { codes, numbers } = derived.column;
      const values = Float64Array.from(codes, (code) => (code < 0 ? Number.NaN : (numbers[code] as number)));
      const totals = new Float64Array(values.length);
      const steps = new Float64Array(values.length);
      for (let row = 0; row < values.length; row++) {
        const from = before[row] as number;
        const value = values[row] as number;
        totals[row] = value + (from < 0 ? 0 : (totals[from] as number));
        steps[row] = value - (from < 0 ? 0 : (values[from] as number));
      }
      for (const [kind, exact] of [
        ['running-total', totals],
        ['difference', steps],
      ] as const) {
        const texts = snapped(board, exact);
        if (texts === null) continue;
        const made = derive(`${kind}-by-group(${derived.formula}, ${name})`, derived.from, 12, texts);
        keep(
          board,
          made,
          matchValues(made, board.lookup).filter((step) => step.similarity > 0.6),
        );
      }
    }
  }
}
