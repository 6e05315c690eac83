/**
 * Source columns as linear forms of product columns: least squares on one half of the tied rows, verified on the other. See linear.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import { FOREIGN } from '../../restoration/tuple-join.js';
import type { Board } from '../attack.js';
import { nearest, sortedNumbers, topPositions } from '../shared/sorted-numbers.js';
import type { Pairs } from '../shared/tied-rows.js';
import { BENDS, bendColumn } from './bent-columns.js';
import { type Design, designOf, orthogonal, predict, regress, trimmedFit } from './design.js';
import { neededTerms } from './needed-terms.js';

const MAX_WIDTH = 80;

/** Steps that give numeric source columns as linear forms of the unexplained numeric product columns. */
export function linearSteps(board: Board, source: number, pairs: Pairs, queue: readonly Derived[]): Step[] {
  if (numericQueue(queue).length === 0) return [];
  // A column that was read may be a term of the others: sums and differences of columns.
  const numeric = numericQueue([
    ...queue,
    ...board.derived.filter(({ attack, from }) => attack === 'containment' && !board.settled.has(from[0] as number)),
  ]);
  if (pairs.product.length < 2 * (numeric.length + 2)) return [];
  const sheet = board.sources[source] as Sheet;
  const design = orthogonal(
    designOf(
      numeric.map((derived) => derived.column),
      board.product.rows,
    ),
  );
  const half = {
    product: pairs.product.filter((_, i) => i % 2 === 0),
    source: pairs.source.filter((_, i) => i % 2 === 0),
  };
  const steps: Step[] = [];
  sheet.columns.forEach((column, position) => {
    if (board.late() || sortedNumbers(column) === null || column.distinct < 3) return;
    // Of what one column gives as it stands, no mix of it with others is asked for: that would explain the others away.
    if (isPlain(board, source, position)) return;
    const step = fitted(board, source, position, column, numeric, design, half, pairs);
    if (step !== null) steps.push(step);
  });
  return [...steps, ...bentSteps(board, source, sheet, numeric, design, half, pairs, steps)];
}

function fitted(
  board: Board,
  source: number,
  position: number,
  column: SheetColumn,
  numeric: readonly Derived[],
  design: Design,
  half: Pairs,
  pairs: Pairs,
): Step | null {
  const target = Float64Array.from(half.source, (row) => numberAt(column, row));
  const weights = regress(design, half.product, target);
  const step = weights === null ? null : linearStep(board, source, position, column, numeric, design, weights, pairs);
  if (step !== null) return pruned(board, step, column, numeric, half, pairs);
  if (numeric.length < 2 || half.source.length < ROBUST_PAIRS || board.late()) return null;
  // Some rows may be tied wrongly, as by the order of a mix in which one column is large.
  const few = half.product.subarray(0, MOST_ROBUST);
  const robust = trimmedFit(design, few, target.subarray(0, MOST_ROBUST));
  return robust === null ? null : linearStep(board, source, position, column, numeric, design, robust, pairs);
}

/** The step without the terms that it does not need. */
function pruned(
  board: Board,
  step: Step,
  column: SheetColumn,
  numeric: readonly Derived[],
  half: Pairs,
  pairs: Pairs,
): Step {
  const needed = neededTerms(column, numeric, pairs, toleranceOf(column));
  if (needed.length === numeric.length || board.late()) return step;
  const design = orthogonal(
    designOf(
      needed.map((derived) => derived.column),
      board.product.rows,
    ),
  );
  const target = Float64Array.from(half.source, (row) => numberAt(column, row));
  const weights = regress(design, half.product, target);
  const shorter =
    weights === null ? null : linearStep(board, step.source, step.column, column, needed, design, weights, pairs);
  return shorter !== null && shorter.mass >= 0.98 * step.mass ? shorter : step;
}

/** Tied rows from which on a fit may leave a third of them out, and that are asked at most. */
const ROBUST_PAIRS = 60;
const MOST_ROBUST = 2000;

/** Rows by which bent columns are asked for, and values of a column up to which they are. */
const BENT_ROWS = 1000;
const BENT_VALUES = 3000;
/** Columns of the source up to which bends are asked for. */
export const BENT_COLUMNS = 60;

/** Columns that were bent before they were mixed; once a bend is found, it is the one of all columns. */
function bentSteps(
  board: Board,
  source: number,
  sheet: Sheet,
  numeric: readonly Derived[],
  design: Design,
  half: Pairs,
  pairs: Pairs,
  straight: readonly Step[],
): Step[] {
  // One column alone is bent in numeric.ts; what a line gives needs no bend.
  if (numeric.length < 2 || sheet.columns.length > BENT_COLUMNS) return [];
  const known = new Set([...board.steps, ...straight].flatMap((own) => (isRead(own, source) ? [own.column] : [])));
  const left = sheet.columns.flatMap((column, position) =>
    !known.has(position) && column.isNumeric && column.distinct >= 12 ? [position] : [],
  );
  if (left.length < 2) return [];
  const few = {
    product: half.product.slice(0, BENT_ROWS),
    source: half.source.slice(0, BENT_ROWS),
  };
  for (const bend of BENDS) {
    const steps: Step[] = [];
    for (const position of left) {
      if (board.late()) return [];
      const column = bendColumn(sheet.columns[position] as SheetColumn, bend);
      // Among so many values any number lies within the tolerance of one.
      if (column === null || sortedNumbers(column) === null || column.distinct > BENT_VALUES) continue;
      const step = fitted(board, source, position, column, numeric, design, few, pairs);
      if (step !== null) steps.push({ ...step, formula: `${bend.inverse}(${step.formula})` });
    }
    if (steps.length >= 2) return steps;
  }
  return [];
}

function isPlain(board: Board, source: number, position: number): boolean {
  return board.steps.some(
    ({ attack, source: own, column, score, mass, tentative }) =>
      attack === 'containment' &&
      own === source &&
      column === position &&
      tentative !== true &&
      score > 0.95 &&
      mass > 0.99,
  );
}

function isRead(step: Step, source: number): boolean {
  return step.source === source && step.tentative !== true && step.score > 0.7;
}

/** Columns of numbers, one reading of each product column. */
export function numericQueue(queue: readonly Derived[]): Derived[] {
  const seen = new Set<number>();
  return queue
    .filter((derived) => {
      const own = derived.from[0] as number;
      if (
        derived.from.length > 1 ||
        seen.has(own) ||
        derived.column.distinct < 3 ||
        sortedNumbers(derived.column) === null
      )
        return false;
      seen.add(own);
      return true;
    })
    .slice(0, MAX_WIDTH);
}

/** The number of a row; NaN where there is none. */
export function numberAt(column: SheetColumn, row: number): number {
  const code = column.codes[row] as number;
  return code < 0 ? Number.NaN : (column.numbers[code] as number);
}

/** Share of tied rows not learnt from that must be met; and of those whose number is not the most frequent one, so many at least. */
const VERIFIED = 0.8;
const VERIFIED_RARE = 0.5;
const LEAST_RARE = 3;

/** True when rows not learnt from bear a form out, those beside the most frequent number as well: a constant meets that one, too. */
function verifies(
  column: SheetColumn,
  design: Design,
  weights: Float64Array,
  pairs: Pairs,
  tolerance: number,
): boolean {
  const frequent = topOf(column);
  let good = 0;
  let asked = 0;
  let rare = 0;
  let goodRare = 0;
  for (let i = 1; i < pairs.product.length; i += 2) {
    const truth = numberAt(column, pairs.source[i] as number);
    if (Number.isNaN(truth)) continue;
    const met = Math.abs(predict(design, pairs.product[i] as number, weights) - truth) <= tolerance;
    asked++;
    if (met) good++;
    if (truth === frequent) continue;
    rare++;
    if (met) goodRare++;
  }
  return asked >= 6 && good >= VERIFIED * asked && rare >= LEAST_RARE && goodRare >= VERIFIED_RARE * rare;
}

/** How near a form must come to a number of a column: half a whole number, or a ten-thousandth of the range. */
function toleranceOf(column: SheetColumn): number {
  const sorted = sortedNumbers(column);
  if (sorted === null) return 0;
  const spread = (sorted.values[sorted.values.length - 1] as number) - (sorted.values[0] as number);
  return Math.max(sorted.unit === 1 ? 0.501 : 0, 1e-4 * spread, Math.min(1e-9, 1e-6 * spread));
}

/** The number that most rows hold. */
function topOf(column: SheetColumn): number {
  const sorted = sortedNumbers(column);
  const top = sorted === null ? undefined : topPositions(sorted, 1)[0];
  return top === undefined ? Number.NaN : (sorted?.values[top] as number);
}

/** The step of a linear form: predicted numbers snapped to source values, kept when tied rows not learnt from verify. */
function linearStep(
  board: Board,
  source: number,
  position: number,
  column: SheetColumn,
  numeric: readonly Derived[],
  design: Design,
  weights: Float64Array,
  pairs: Pairs | null,
): Step | null {
  const sorted = sortedNumbers(column);
  if (sorted === null) return null;
  const tolerance = toleranceOf(column);
  if (pairs !== null && !verifies(column, design, weights, pairs, tolerance)) return null;
  const cells = new Int32Array(board.product.rows).fill(FOREIGN);
  let mass = 0;
  for (let row = 0; row < cells.length; row++) {
    const value = predict(design, row, weights);
    if (Number.isNaN(value)) continue;
    const at = nearest(sorted.values, value);
    if (Math.abs((sorted.values[at] as number) - value) > tolerance) continue;
    cells[row] = sorted.codes[at] as number;
    mass++;
  }
  const share = mass / Math.max(1, cells.length);
  if (share < 0.2) return null;
  const names = numeric.map((derived) => derived.formula);
  return {
    source,
    column: position,
    from: numeric.flatMap((derived) => derived.from),
    formula: `linear(${names.length > 4 ? `${names[0]}..${names[names.length - 1]}` : names.join(', ')})#${position + 1}`,
    attack: 'linear',
    knowledge: 'A1',
    bits: 32 * design.width,
    cells,
    mass: share,
    score: 0.9 * share,
    similarity: 0.9,
  };
}
