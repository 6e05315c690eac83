/**
 * Row alignment: columns that are read already tie product rows to source rows; what the other columns are is learnt on one
 * half of the tied rows and verified on the other. See alignment.md.
 * @module
 */
import type { SourceColumn } from '../../intake/lookup.js';
import type { Sheet } from '../../intake/sheet.js';
import type { Derived } from '../../inverse.js';
import type { Target } from '../../restoration/execute.js';
import { isRawCopy } from '../../restoration/raw-copy.js';
import { FOREIGN } from '../../restoration/tuple-join.js';
import type { Attack, Board } from '../attack.js';
import { unexplained } from '../attack.js';
import { linearSteps } from '../linear/linear-fit.js';
import { productSteps } from '../linear/products.js';
import { fitOf, stepOf } from '../shared/match.js';
import { sortedNumbers } from '../shared/sorted-numbers.js';
import { codesAt, TiedColumn } from '../shared/tied-maps.js';
import { agreement, alignRows, type Pairs, tellingRows, tieRecoded } from '../shared/tied-rows.js';
import { ProgramScreen } from '../text/program-screen.js';
import { examplesOf, programStep, synthesise } from '../text/synthesis.js';

/** Maps of few-valued columns, small programs, and linear forms of numbers, learnt from tied rows. */
export const alignment: Attack = {
  id: 'alignment',
  knowledge: 'A1',
  run(board) {
    const doubtful = board.steps.some((step) => step.tentative === true || step.score < 0.9);
    if (unexplained(board, 0.8).length === 0 && (!doubtful || isRawCopy(board))) return 'no column is left to explain';
    let tied = false;
    board.targets.forEach((target, source) => {
      // What was learnt in one round may tie more rows in the next.
      for (let round = 0; round < 2 && !board.late(); round++) {
        const before = board.steps.length;
        for (const rows of [tiedRows, tellingRows]) {
          const pairs = rows(board, target, source);
          if (pairs === null) continue;
          tied = true;
          const first = board.steps.length;
          learnAll(board, target.sheet, source, pairs);
          // What is learnt on some tied rows and holds on others proves them: steps that say otherwise were read wrongly.
          if (learntColumns(board, target.sheet, source, pairs, first) >= PROOF)
            dropContradicted(board, target.sheet, source, pairs, first);
          if (board.steps.length > first) break;
        }
        if (board.steps.length === before) return;
      }
    });
    return tied ? null : 'too few rows can be tied by the columns read so far';
  },
};

/** Source columns that must have been learnt from tied rows before these outweigh what was read without them. */
const PROOF = 2;

/** Source columns that steps from `first` on give and no step before did: those that tied the rows prove nothing. */
function learntColumns(board: Board, sheet: Sheet, source: number, pairs: Pairs, first: number): number {
  const before = board.steps.slice(0, first).filter((step) => step.source === source);
  const known = new Set(before.flatMap((step) => (agreement(step, sheet, pairs) > CONTRADICTED ? [step.column] : [])));
  const learnt = board.steps.slice(first).filter((step) => step.source === source && step.knowledge !== 'A3');
  return new Set(learnt.map((step) => step.column).filter((column) => !known.has(column))).size;
}

/** Below this a step contradicts rows that are tied for certain. */
const CONTRADICTED = 0.6;

function tiedRows(board: Board, target: Target, source: number): Pairs | null {
  const recoded = tieRecoded(board, target.sheet);
  if (recoded === null) return alignRows(board, target, source);
  // A recoded copy ties rows for certain: steps that say otherwise were read wrongly.
  dropContradicted(board, target.sheet, source, recoded, board.steps.length);
  const read = alignRows(board, target, source);
  return read !== null && read.product.length > recoded.product.length ? read : recoded;
}

/** Takes back those of the first steps that give other values than tied rows have. */
function dropContradicted(board: Board, sheet: Sheet, source: number, pairs: Pairs, first: number): void {
  for (let i = first - 1; i >= 0; i--) {
    const step = board.steps[i] as (typeof board.steps)[number];
    if (step.source === source && agreement(step, sheet, pairs) < CONTRADICTED) board.steps.splice(i, 1);
  }
}

/** Programs, tables and linear forms of all unexplained columns, learnt from tied rows. */
export function learnAll(board: Board, sheet: Sheet, source: number, pairs: Pairs): void {
  const queue = unexplained(board, 0.8);
  const known = new Set(
    board.steps
      .filter((step) => step.source === source && step.score > 0.85 && step.tentative !== true)
      .map((step) => step.column),
  );
  for (const derived of queue) {
    if (derived.from.length > 1) continue;
    const tied = new TiedColumn(derived.column, pairs);
    const screen = new ProgramScreen(derived.column, tied.own);
    sheet.columns.forEach((to, position) => {
      if (known.has(position) || board.late() || to.distinct < 2) return;
      learn(board, derived, tied, screen, { source, position, column: to }, pairs);
    });
  }
  board.steps.push(...linearSteps(board, source, pairs, queue));
  board.steps.push(...productSteps(board, source, pairs, queue));
}

function learn(
  board: Board,
  derived: Derived,
  tied: TiedColumn,
  screen: ProgramScreen,
  target: SourceColumn,
  pairs: Pairs,
): void {
  const to = target.column;
  const values = codesAt(to, pairs.source);
  const program = screen.mayHold(to, values) ? synthesise(...examplesOf(derived.column, to, pairs)) : null;
  if (program !== null) {
    const step = programStep(derived, target, program, board.lookup, 'alignment');
    board.steps.push(step);
    if (step.mass > 0.8) return;
  }
  const learnt = tied.learn(values, to.distinct);
  if (
    learnt !== null &&
    learnt.tested >= 20 &&
    learnt.accuracy >= 0.9 &&
    learnt.accuracy > learnt.baseline + 0.5 * (1 - learnt.baseline)
  ) {
    const { entries } = learnt;
    const map = learnt.map();
    board.steps.push(
      stepOf(derived, target, map, fitOf(derived.column, to, map), {
        formula: `table(${derived.formula}, ${entries} entries)`,
        attack: 'alignment',
        knowledge: 'A1',
        bits: derived.bits + Math.round(entries * Math.log2(Math.max(2, to.distinct))),
      }),
    );
    return;
  }
  // A code of near-unique values cannot be learnt, but that it is one can be seen where values repeat.
  if (tied.repeatsWith(values, to.distinct) && !sortedNumbers(derived.column)) {
    const none = new Int32Array(derived.column.distinct).fill(FOREIGN);
    tied.own.forEach((code, i) => {
      if (code >= 0) none[code] = values[i] as number;
    });
    board.steps.push(
      stepOf(derived, target, none, fitOf(derived.column, to, none), {
        formula: `pseudonym(${derived.formula})`,
        attack: 'keyed-tokens',
        knowledge: 'A3',
        bits: 128,
      }),
    );
  }
}
