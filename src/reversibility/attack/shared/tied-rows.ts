/**
 * Which product rows and source rows belong together: by the columns read so far, or by which rows share values.
 * See ../rows/alignment.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../../intake/sheet.js';
import type { Step } from '../../inverse.js';
import type { Target } from '../../restoration/execute.js';
import { LeaveOneOut } from '../../restoration/leave-one-out.js';
import { assign } from '../../restoration/select.js';
import { addColumn, emptyTuples, indexTuples, probeTuples } from '../../restoration/tuple-join.js';
import type { Board } from '../attack.js';
import { tieByRefinement } from './refinement.js';

/** Tied rows: product row and source row, position by position. */
export interface Pairs {
  readonly product: Int32Array;
  readonly source: Int32Array;
}

const MAX_PAIRS = 30_000;

/** What {@link alignRows} last gave for a source, and the steps it gave it for. */
const aligned = new WeakMap<Board, Map<number, { readonly steps: readonly Step[]; readonly pairs: Pairs | null }>>();

/** Rows that agree in all columns read so far and are alone in that on both sides. */
export function alignRows(board: Board, target: Target, source: number): Pairs | null {
  const steps = assign(
    board.steps.filter((step) => step.source === source && step.tentative !== true && step.knowledge !== 'A3'),
  );
  if (steps.length === 0) return null;
  const kept = aligned.get(board) ?? new Map();
  aligned.set(board, kept);
  const last = kept.get(source);
  if (last !== undefined && sameSteps(last.steps, steps)) return last.pairs;
  const pairs = alignBy(board, target, steps);
  if (!board.late()) kept.set(source, { steps, pairs });
  return pairs;
}

function sameSteps(a: readonly Step[], b: readonly Step[]): boolean {
  return a.length === b.length && a.every((step, i) => step === b[i]);
}

function alignBy(board: Board, target: Target, chosen: readonly Step[]): Pairs | null {
  let steps = chosen;
  const { rows } = board.product;
  let best = tie(rows, target.sheet, steps);
  // A column that breaks the rows is left out: it was read wrongly or does not belong.
  for (let round = 0; round < 3 && steps.length > 1 && !board.late(); round++) {
    const tuples = new LeaveOneOut(target.sheet, steps, rows);
    const present = tuples.all();
    if (present > 0.7) break;
    let improved: { steps: Step[]; present: number } | null = null;
    for (const step of steps) {
      const share = tuples.without(step, rows);
      if (share > (improved?.present ?? present) + 0.05)
        improved = { steps: steps.filter((other) => other !== step), present: share };
    }
    if (improved === null) break;
    steps = improved.steps;
    const tied = tie(rows, target.sheet, steps);
    if (tied.product.length > best.product.length) best = tied;
  }
  return best.product.length >= LEAST_TIED ? best : null;
}

const LEAST_TIED = 12;

/**
 * Rows that agree in one near-unique column and are alone in that: where others were read wrongly, it ties rows by itself. That
 * column may itself have been exchanged among the rows: what is learnt of others says so.
 */
export function tellingRows(board: Board, target: Target, source: number): Pairs | null {
  let best: Pairs | null = null;
  for (const step of telling(target.sheet, board.steps, source)) {
    if (board.late()) break;
    const tied = tie(board.product.rows, target.sheet, [step]);
    if (tied.product.length >= LEAST_TIED && tied.product.length > (best?.product.length ?? 0)) best = tied;
  }
  return best;
}

/** Near-unique columns read by their values or by a line, the fullest first. */
function telling(sheet: Sheet, steps: readonly Step[], source: number): Step[] {
  return steps
    .filter((step) => {
      const { distinct, present } = sheet.columns[step.column] as SheetColumn;
      const read = step.source === source && step.tentative !== true && TIES.has(step.attack);
      return read && step.knowledge !== 'A3' && distinct > 0.9 * present && step.similarity > 0.5;
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, TELLING);
}

const TELLING = 3;
const TIES: ReadonlySet<string> = new Set(['containment', 'decoders', 'characters', 'group-lines']);

/** Rows that agree in the columns of some steps and are alone in that on both sides. @param rows - of the product */
export function tie(rows: number, sheet: Sheet, steps: readonly Step[]): Pairs {
  const tuples = emptyTuples(sheet.rows);
  const own = emptyTuples(rows);
  for (const step of steps) {
    addColumn(tuples, (sheet.columns[step.column] as SheetColumn).codes, step.column);
    addColumn(own, step.cells, step.column);
  }
  const index = indexTuples(tuples);
  const found = probeTuples(index, own);
  const sourceRow = new Int32Array(index.groups).fill(-1);
  for (let row = 0; row < sheet.rows; row++) sourceRow[index.groupOf[row] as number] = row;
  const hits = new Int32Array(index.groups);
  for (let row = 0; row < rows; row++) {
    const group = found[row] as number;
    if (group >= 0) hits[group] = (hits[group] as number) + 1;
  }
  const product: number[] = [];
  const source: number[] = [];
  for (let row = 0; row < rows && product.length < MAX_PAIRS; row++) {
    const group = found[row] as number;
    if (group < 0 || (hits[group] as number) > 1 || (index.rows[group] as number) > 1) continue;
    product.push(row);
    source.push(sourceRow[group] as number);
  }
  return { product: Int32Array.from(product), source: Int32Array.from(source) };
}

/** Rows tied through any recoding of whole columns; null when the product is no such copy. */
export function tieRecoded(board: Board, sheet: Sheet): Pairs | null {
  if (board.product.rows !== sheet.rows) return null;
  const columns = board.derived.filter(
    (derived) => derived.from.length === 1 && !board.settled.has(derived.from[0] as number),
  );
  const own = columns.map((derived) => derived.column);
  const last = recoded.get(board)?.get(sheet);
  if (last !== undefined && last.own.length === own.length && own.every((column, i) => column === last.own[i]))
    return last.pairs;
  const pairs = tieByRefinement(own, sheet.columns, board.late);
  if (!board.late()) {
    const tied = recoded.get(board) ?? new Map<Sheet, Recoded>();
    recoded.set(board, tied.set(sheet, { own, pairs }));
  }
  return pairs;
}

/** Columns and the rows of a source that they tied. */
interface Recoded {
  readonly own: readonly SheetColumn[];
  readonly pairs: Pairs | null;
}

/** What was tied last, by source: attacks that add no column tie the same rows. The columns go with their board. */
const recoded = new WeakMap<Board, Map<Sheet, Recoded>>();

/** Share of tied rows for which a step gives the source row's own value. */
export function agreement(step: Step, sheet: Sheet, pairs: Pairs): number {
  const { codes } = sheet.columns[step.column] as SheetColumn;
  const { cells } = step;
  let good = 0;
  let asked = 0;
  for (let i = 0; i < pairs.product.length; i++) {
    const cell = cells[pairs.product[i] as number] as number;
    if (cell < 0) continue;
    asked++;
    if (cell === codes[pairs.source[i] as number]) good++;
  }
  return asked === 0 ? 1 : good / asked;
}
