/**
 * Values spread over several product columns, or several values in one: joined columns, digit groups, parts of dates,
 * segments of fixed width, columns of one hot bit, bits of a code, differences and running totals. See combine.md.
 * @module
 */

import { sampleCodes } from '../../intake/lookup.js';
import type { SheetColumn } from '../../intake/sheet.js';
import type { Derived } from '../../inverse.js';
import type { Attack, Board } from '../attack.js';
import { unexplained } from '../attack.js';
import { matchNumbers } from '../numbers/numeric.js';
import { derive, keep, snapped } from '../shared/compose.js';
import { matchValues } from '../shared/match.js';
import { groupSequences } from './group-sequences.js';
import { indicators } from './indicators.js';
import { joinPairs, joinRead } from './join-columns.js';
import { joinDates } from './join-dates.js';
import { residentParts } from './resident-parts.js';
import { roundedPairs } from './rounded-pairs.js';
import { secretShares } from './secret-shares.js';
import { segments } from './segments.js';

/** Differences and running totals in the order of the rows. */
function sequences(board: Board, queue: readonly Derived[]): void {
  for (const derived of queue) {
    if (board.late() || !derived.column.isNumeric || derived.column.distinct < 3) continue;
    const { codes, numbers } = derived.column;
    const values = numbersByRow(codes, numbers);
    const { totals, twice, steps } = sequencesOf(values);
    for (const [name, exact] of [
      ['running-total', totals],
      ['running-total-twice', twice],
      ['difference', steps],
    ] as const) {
      const texts = snapped(board, exact);
      if (texts === null) continue;
      const made = derive(`${name}(${derived.formula})`, derived.from, 8, texts);
      keep(
        board,
        made,
        matchValues(made, board.lookup).filter((step) => step.similarity > 0.6),
      );
    }
  }
}

/** Running totals, those of the totals, and steps from row to row; a row without a number adds nothing. */
function sequencesOf(values: Float64Array): { totals: Float64Array; twice: Float64Array; steps: Float64Array } {
  const totals = new Float64Array(values.length);
  const steps = new Float64Array(values.length);
  const twice = new Float64Array(values.length);
  let total = 0;
  let ofTotals = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    total += !Number.isNaN(value) ? value : 0;
    totals[row] = total;
    ofTotals += total;
    twice[row] = ofTotals;
    steps[row] = value - (row === 0 ? 0 : (values[row - 1] as number));
  }
  return { totals, twice, steps };
}

/** Rows from which on a walk of independent steps leaves the range of its steps. */
const WALK_ROWS = 60;
/** Range of running totals against that of their steps up to which they stay in place, and from which on they have gone away. */
const IN_PLACE = 1.5;
const GONE = 5;

/**
 * Columns that are differences or running totals of some column whatever stands in the source: totals that stay within the range
 * of their steps are no walk, and a column that goes far beyond its own steps is one. What is behind is left to the attacks
 * on numbers, order and labels.
 */
function behindSequences(board: Board): void {
  for (const derived of board.derived.filter(({ attack, from }) => attack === 'containment' && from.length === 1)) {
    const { column } = derived;
    if (board.late()) return;
    if (!column.isNumeric || column.rows < WALK_ROWS || column.present < column.rows || column.distinct < 3) continue;
    const position = derived.from[0] as number;
    if (board.settled.has(position) || board.best(position) >= 0.97) continue;
    let values = numbersByRow(column.codes, column.numbers);
    if (!allFinite(values)) continue;
    let { formula } = derived;
    for (let level = 0; level < 2; level++) {
      const totals = totalsOf(values);
      const back = rangeOf(totals) <= IN_PLACE * rangeOf(values);
      const steps = back || level > 0 ? totals : differencesOf(values);
      if (!back && (level > 0 || rangeOf(values) < GONE * rangeOf(steps))) break;
      formula = `${back ? 'running-total' : 'difference'}(${formula})`;
      const made = derive(formula, derived.from, 8 * (level + 1), written(steps, decimalsOf(column)));
      if (made.column.distinct < 3 || board.derived.some((own) => own.formula === formula)) break;
      board.derived.push(made);
      board.steps.push(...matchNumbers(made, board.lookup, 0.6, board.late));
      values = steps;
      if (!back) break;
    }
  }
}

function written(values: Float64Array, decimals: number): string[] {
  return Array.from(values, (value) => String(Number(value.toFixed(decimals))));
}

/** Decimals that the numbers of a column are written with. */
function decimalsOf(column: SheetColumn): number {
  let most = 0;
  for (const text of column.values) {
    const point = text.indexOf('.');
    if (point >= 0) most = Math.max(most, text.length - point - 1);
  }
  return Math.min(12, most);
}

function numbersByRow(codes: Int32Array, numbers: Float64Array): Float64Array {
  const values = new Float64Array(codes.length);
  for (let row = 0; row < values.length; row++) {
    const code = codes[row] as number;
    values[row] = code < 0 ? Number.NaN : (numbers[code] as number);
  }
  return values;
}

function allFinite(values: Float64Array): boolean {
  for (let row = 0; row < values.length; row++) if (!Number.isFinite(values[row] as number)) return false;
  return true;
}

function totalsOf(values: Float64Array): Float64Array {
  const totals = new Float64Array(values.length);
  let total = 0;
  for (let row = 0; row < values.length; row++) {
    total += values[row] as number;
    totals[row] = total;
  }
  return totals;
}

function differencesOf(values: Float64Array): Float64Array {
  const steps = values.slice();
  for (let row = 1; row < values.length; row++) steps[row] = (values[row] as number) - (values[row - 1] as number);
  return steps;
}

/** Largest less smallest value but for the first, from which a sequence starts. */
function rangeOf(values: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let row = 1; row < values.length; row++) {
    const value = values[row] as number;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return most - least;
}

/** The attack. */
export const combine: Attack = {
  id: 'combine',
  knowledge: 'A0',
  run(board) {
    indicators(board);
    behindSequences(board);
    residentParts(board);
    const queue = unexplained(board, 0.75).filter((derived) => derived.column.present > 0);
    if (queue.length === 0) return 'no column is left to explain';
    sequences(board, queue);
    groupSequences(board, queue);
    segments(
      board,
      queue.filter((derived) => !derived.column.isNumeric || averageLength(derived.column) > 5),
    );
    const parts = board.derived.filter(
      (derived) =>
        derived.from.length === 1 &&
        !board.settled.has(derived.from[0] as number) &&
        derived.attack !== 'combine' &&
        board.best(derived.from[0] as number) < 0.92,
    );
    joinPairs(board, parts);
    joinRead(board, queue);
    roundedPairs(board);
    secretShares(
      board,
      queue.filter(({ from }) => board.best(from[0] as number) < 0.75),
    );
    joinDates(board, parts);
    return null;
  },
};

function averageLength(column: SheetColumn): number {
  const sample = sampleCodes(column, 50);
  let total = 0;
  for (const code of sample) total += column.text(code).length;
  return sample.length === 0 ? 0 : total / sample.length;
}
