/**
 * Products that repeat raw rows openly: a near-unique source column and two more stand together in most rows, by public codes alone.
 *
 * Such a product is no safe form, whatever its other columns are: a class of twenty persons holds no value that fewer than five
 * of them have. What only tells safe forms apart, or ties rows that are tied already, need not be asked of it.
 * @module
 */
import type { Board } from '../attack/attack.js';
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import type { Step } from '../inverse.js';
import { Presence } from './presence.js';
import { assign, PROBE_ROWS, sampleStep } from './select.js';

/** Smaller products are asked everything: it costs little, and the report says more. */
const ROWS = 10_000;
/** Share of the product's rows that must stand in the source. */
const SHARE = 0.5;
/** Rows must come back this many times over what blocks. */
const MARGIN = 4;
/** Columns put together at most. */
const COLUMNS = 6;

const known = new WeakSet<Board>();

/** True when some product column has more values than a safe form could show: the rest is not worth asking. */
export function looksRaw(board: Board): boolean {
  const { product } = board;
  return enough(board) && product.columns.some((column) => isNearUnique(column));
}

function enough({ product, thresholds }: Board): boolean {
  return product.rows >= ROWS && SHARE * product.rows >= MARGIN * thresholds.block.persons;
}

function isNearUnique(column: SheetColumn): boolean {
  return column.present > 0 && column.distinct > 0.5 * column.present;
}

/** True when the steps found so far show that the product repeats raw rows, far above what blocks. */
export function isRawCopy(board: Board): boolean {
  if (known.has(board)) return true;
  if (!enough(board)) return false;
  const raw = board.sources.some((sheet, source) => isCopyOf(board, sheet, source));
  if (raw) known.add(board);
  return raw;
}

function isCopyOf(board: Board, sheet: Sheet, source: number): boolean {
  const { product, thresholds } = board;
  const needed = Math.min(thresholds.rowCells, sheet.columns.length);
  const columnOf = (step: Step): SheetColumn => sheet.columns[step.column] as SheetColumn;
  const sure = board.steps.filter(
    (step) => step.source === source && step.tentative !== true && step.knowledge === 'A0' && step.mass >= 0.9,
  );
  const chosen = assign(sure)
    .sort((a, b) => columnOf(b).distinct - columnOf(a).distinct)
    .slice(0, COLUMNS);
  const first = chosen[0];
  if (first === undefined || chosen.length < needed || !isNearUnique(columnOf(first))) return false;
  const presence = new Presence(sheet, Math.min(product.rows, PROBE_ROWS));
  const small = chosen.map((step) => sampleStep(step, product.rows));
  for (const step of small.slice(0, -1)) presence.add(step);
  return presence.probe(small[small.length - 1] as Step) >= SHARE;
}
