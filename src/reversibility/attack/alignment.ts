/**
 * Row alignment: columns that are read already tie product rows to source rows; what the other columns are is learnt on one
 * half of the tied rows and verified on the other. See alignment.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import type { Derived } from '../inverse.js';
import type { Target } from '../restoration/execute.js';
import { isRawCopy } from '../restoration/raw-copy.js';
import { FOREIGN } from '../restoration/tuple-join.js';
import type { Attack, Board } from './attack.js';
import { unexplained } from './attack.js';
import { linearSteps } from './linear-fit.js';
import { fitOf, stepOf } from './match.js';
import { productSteps } from './products.js';
import { sortedNumbers } from './sorted-numbers.js';
import { examplesOf, programStep, synthesise } from './synthesis.js';
import { agreement, alignRows, type Pairs, tellingRows, tieRecoded } from './tied-rows.js';

/** A code so often seen means one value in at least this share of its rows, or nothing. */
const SEEN = 8;
const PURE = 0.5;

/** A map of values learnt on even pairs, verified on odd ones whose value was seen. */
function learnMap(
  derived: Derived,
  to: SheetColumn,
  pairs: Pairs,
): { map: Int32Array; accuracy: number; tested: number; baseline: number } {
  const { codes, distinct } = derived.column;
  const map = new Int32Array(distinct).fill(FOREIGN);
  const votes = new Map<number, number>();
  const seen = new Int32Array(distinct);
  const stride = to.distinct;
  for (let i = 0; i < pairs.product.length; i += 2) {
    const code = codes[pairs.product[i] as number] as number;
    const value = to.codes[pairs.source[i] as number] as number;
    if (code < 0 || value < 0) continue;
    const key = code * stride + value;
    const count = (votes.get(key) ?? 0) + 1;
    votes.set(key, count);
    seen[code] = (seen[code] as number) + 1;
    const known = map[code] as number;
    if (known < 0 || count > (votes.get(code * stride + known) ?? 0)) map[code] = value;
  }
  // One mark for many values, as of hidden cells, tells nothing.
  for (let code = 0; code < distinct; code++) {
    const asked = seen[code] as number;
    const to = map[code] as number;
    if (asked >= SEEN && (votes.get(code * stride + to) ?? 0) < PURE * asked) map[code] = FOREIGN;
  }
  const common = new Map<number, number>();
  let good = 0;
  let tested = 0;
  for (let i = 1; i < pairs.product.length; i += 2) {
    const code = codes[pairs.product[i] as number] as number;
    const value = to.codes[pairs.source[i] as number] as number;
    if (code < 0 || value < 0 || (map[code] as number) < 0) continue;
    tested++;
    if (map[code] === value) good++;
    common.set(value, (common.get(value) ?? 0) + 1);
  }
  const baseline = tested === 0 ? 1 : Math.max(0, ...common.values()) / tested;
  return { map, accuracy: tested === 0 ? 0 : good / tested, tested, baseline };
}

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

function learnAll(board: Board, sheet: Sheet, source: number, pairs: Pairs): void {
  const queue = unexplained(board, 0.8);
  const known = new Set(
    board.steps
      .filter((step) => step.source === source && step.score > 0.85 && step.tentative !== true)
      .map((step) => step.column),
  );
  for (const derived of queue) {
    if (derived.from.length > 1) continue;
    sheet.columns.forEach((to, position) => {
      if (known.has(position) || board.late() || to.distinct < 2) return;
      learn(board, derived, sheet, source, position, pairs);
    });
  }
  board.steps.push(...linearSteps(board, source, pairs, queue));
  board.steps.push(...productSteps(board, source, pairs, queue));
}

function learn(board: Board, derived: Derived, sheet: Sheet, source: number, position: number, pairs: Pairs): void {
  const to = sheet.columns[position] as SheetColumn;
  const { map, accuracy, tested, baseline } = learnMap(derived, to, pairs);
  const target = { source, position, column: to };
  const program = synthesise(...examplesOf(derived.column, to, pairs));
  if (program !== null) {
    const step = programStep(derived, target, program, board.lookup, 'alignment');
    board.steps.push(step);
    if (step.mass > 0.8) return;
  }
  const entries = map.reduce((count, code) => count + (code >= 0 ? 1 : 0), 0);
  // A table of single values would restore no more than it was told.
  const short = entries <= 0.25 * pairs.product.length;
  if (short && tested >= 20 && accuracy >= 0.9 && accuracy > baseline + 0.5 * (1 - baseline)) {
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
  const repeated = repeats(derived.column, to, pairs);
  if (repeated.asked >= 20 && repeated.agree >= 0.98 * repeated.asked && !sortedNumbers(derived.column)) {
    const none = new Int32Array(derived.column.distinct).fill(FOREIGN);
    pairs.product.forEach((row, i) => {
      const code = derived.column.codes[row] as number;
      if (code >= 0) none[code] = to.codes[pairs.source[i] as number] as number;
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

/** Tied rows whose source value occurs again among them: does the product value repeat with it, and only with it? */
function repeats(own: SheetColumn, to: SheetColumn, pairs: Pairs): { asked: number; agree: number } {
  const seen = new Map<number, number>();
  const back = new Map<number, number>();
  let asked = 0;
  let agree = 0;
  for (let i = 0; i < pairs.product.length; i++) {
    const code = own.codes[pairs.product[i] as number] as number;
    const value = to.codes[pairs.source[i] as number] as number;
    if (code < 0 || value < 0) continue;
    const known = seen.get(value);
    const other = back.get(code);
    if (known !== undefined || other !== undefined) {
      asked++;
      if (known === code && other === value) agree++;
    }
    if (known === undefined) seen.set(value, code);
    if (other === undefined) back.set(code, value);
  }
  return { asked, agree };
}
