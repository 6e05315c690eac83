/**
 * Whether digits stand among dense whole numbers for what they are, or as any others would: by moving them a little. See match.md.
 * @module
 */
import type { SheetColumn } from '../../intake/sheet.js';

/** How far the numbers are moved, to either side. */
const MOVES: readonly number[] = [1, 2, 3, 5, 8, 13, 21, 34];
/** Share of copied rows that has to be seen twice over, were it there: half of it is not lost. */
const COPIED = 0.1;
/** Standard deviations above which something is there. */
const DEVIATIONS = 3;

/**
 * True when the whole numbers of a column stand in a dense column as well wherever they are moved, and a copy of a tenth of the
 * rows would have been seen. Pairs of equal rows are counted: a copied row gives its own pair above what its neighbours give.
 *
 * @param numbers - of the column, NaN where there is none
 * @param counts - rows of each; null for one each
 */
export function standsAnywhere(numbers: Float64Array, counts: Int32Array | null, source: SheetColumn): boolean {
  const theirs = rowsByNumber(source);
  if (theirs === null) return false;
  const { least, rows } = theirs;
  const own = new Float64Array(rows.length);
  let held = 0;
  for (let i = 0; i < numbers.length; i++) {
    const at = (numbers[i] as number) - least;
    if (!(at >= 0 && at < rows.length) || !Number.isInteger(at)) continue;
    const weight = counts === null ? 1 : (counts[i] as number);
    own[at] = (own[at] as number) + weight;
    held += weight;
  }
  let variance = 0;
  for (let i = 0; i < own.length; i++) variance += (own[i] as number) * (rows[i] as number) ** 2;
  const deviation = Math.sqrt(variance);
  // What one copied row gives.
  const one = above(rows, rows) / Math.max(1, source.present);
  if (!(COPIED * held * one >= 2 * DEVIATIONS * deviation)) return false;
  return above(own, rows) <= DEVIATIONS * deviation;
}

/** Pairs of equal rows above the mean of those under the moves. */
function above(own: Float64Array, rows: Float64Array): number {
  let there = 0;
  for (let i = 0; i < own.length; i++) there += (own[i] as number) * (rows[i] as number);
  let moved = 0;
  for (const move of MOVES) {
    for (let i = move; i < own.length; i++) {
      moved += (own[i] as number) * (rows[i - move] as number) + (own[i - move] as number) * (rows[i] as number);
    }
  }
  return there - moved / (2 * MOVES.length);
}

const tallied = new WeakMap<SheetColumn, { readonly least: number; readonly rows: Float64Array }>();

/** Rows of each whole number from the least on of a dense column; null where it holds none. Kept. */
function rowsByNumber(column: SheetColumn): { readonly least: number; readonly rows: Float64Array } | null {
  let tally = tallied.get(column);
  if (tally === undefined) {
    const { numbers, counts } = column;
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (const value of numbers) {
      if (value < least) least = value;
      if (value > most) most = value;
    }
    if (!(most - least < 4 * numbers.length)) return null;
    const rows = new Float64Array(most - least + 1);
    for (let code = 0; code < numbers.length; code++) {
      const at = (numbers[code] as number) - least;
      if (at >= 0) rows[at] = (rows[at] as number) + (counts[code] as number);
    }
    tally = { least, rows };
    tallied.set(column, tally);
  }
  return tally;
}
