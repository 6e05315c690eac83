/**
 * Noise, small rounding, micro-aggregation and rows remembered by a generator: product rows that lie nearer to a source row
 * than source rows lie to one another.
 *
 * Pagliuca and Seri, "Some results of individual ranking method on the system of enterprise accounts annual survey", 1999
 * (distance-based linkage); Yancey, Winkler and Creecy, "Disclosure risk assessment in perturbative microdata protection",
 * LNCS 2316, 2002. See neighbours.md.
 * @module
 */
import type { Derived, Step } from '../../inverse.js';
import type { Attack, Board } from '../attack.js';
import { leavesOut, unexplained } from '../attack.js';
import { linkPoints, TOLERANCE } from '../shared/link-points.js';
import { rowNumbers } from '../shared/sorted-numbers.js';
import { bentSamples } from './bent-samples.js';
import { calibrated } from './calibrated.js';
import { type Match, matchColumns } from './column-matches.js';
import { matchSnapped } from './snap.js';

const MAX_ROWS = 1_000_000;

/** The steps of rows linked in the space of the matched columns. */
function link(board: Board, source: number, matches: readonly Match[]): Step[] {
  const width = matches.length;
  const own = matches.map(({ derived }) => rowNumbers(derived.column));
  return linkPoints(board, source, matches, own, {
    from: matches.map(({ derived }) => derived.from),
    formula: (axis) =>
      `nearest(${(matches[axis] as Match).derived.formula} of ${width} columns, within ${100 * TOLERANCE} % of the standard deviation)`,
    attack: 'neighbours',
    knowledge: 'A1',
    bits: 20,
  });
}

/** True for a whole column of which no good step reads more than a part of each cell. */
function isReadInPart(board: Board, { attack, from: [own] }: Derived): boolean {
  if (attack !== 'containment' || board.settled.has(own as number)) return false;
  return !board.steps.some(
    (step) =>
      step.from.includes(own as number) && step.tentative !== true && step.score >= 0.8 && !leavesOut(step.formula),
  );
}

/** Whole columns of numbers that do not stand in the source as they are. */
function unread(board: Board): Derived[] {
  return board.derived.filter(
    ({ attack, column, from: [own] }) =>
      attack === 'containment' &&
      column.isNumeric &&
      !board.settled.has(own as number) &&
      !board.steps.some((step) => step.attack === 'containment' && step.from[0] === own && step.score >= 0.8),
  );
}

/** The attack. */
export const neighbours: Attack = {
  id: 'neighbours',
  knowledge: 'A1',
  run(board) {
    const open = new Set(unexplained(board, 0.8));
    // The digits before a point may have been read, which fall among dense whole numbers by chance: noise lies on the whole number.
    const queue = board.derived.filter(
      (derived) => derived.column.isNumeric && (open.has(derived) || isReadInPart(board, derived)),
    );
    if (queue.length < 2) return 'fewer than two unexplained numeric columns';
    let tried = false;
    for (const derived of queue) if (!board.late()) board.steps.push(...matchSnapped(derived, board.lookup));
    board.sources.forEach((sheet, source) => {
      if (board.late() || sheet.rows > MAX_ROWS) return;
      const matches = matchColumns(queue, sheet);
      tried ||= matches.length >= 2;
      const linked = matches.length < 2 ? [] : link(board, source, matches);
      const lined = linked.length > 0 ? linked : calibrated(board, source, queue);
      const steps = lined.length > 0 ? lined : bentSamples(board, source, unread(board));
      board.steps.push(...steps);
      tried ||= steps.length > 0;
    });
    return tried ? null : 'no unexplained columns have the distribution of source columns';
  },
};
