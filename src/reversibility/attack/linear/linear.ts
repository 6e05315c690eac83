/**
 * Linear mixing of numeric columns (rotation, PCA, any invertible, over-determined or projected mix): least squares on tied
 * rows, and without any tie by leverage or independent components.
 *
 * The leverage x'(X'X)^-1 x of a row does not change under an invertible linear map of the columns (Belsley, Kuh and
 * Welsch, "Regression Diagnostics", 1980, section 2.1), so rows of X and XA with equal leverage belong together. See
 * linear.md.
 * @module
 */
import { columnOfTexts, type Sheet, type SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import type { Attack, Board } from '../attack.js';
import { isReadWhole, unexplained } from '../attack.js';
import { matchNumbers } from '../numbers/numeric.js';
import { risingOf } from '../shared/grouped-numbers.js';
import { sortedNumbers } from '../shared/sorted-numbers.js';
import { type Pairs, tie } from '../shared/tied-rows.js';
import { BENDS, CODED } from './bent-columns.js';
import { latticeCoordinates } from './lattice-mixes.js';
import { BENT_COLUMNS, linearSteps, numericQueue } from './linear-fit.js';
import { byMeasures } from './row-measures.js';
import { type Mixed, mixedOf, unmix } from './unmix.js';

/** Numeric columns that no value of the source stands in as it is: a mix may meet an order or a line by chance. */
function mixedColumns(board: Board): Derived[] {
  const whole = board.derived.filter(
    (derived) => derived.attack === 'containment' && !board.settled.has(derived.from[0] as number),
  );
  return numericQueue(
    whole.filter((derived) => {
      const { column } = derived;
      if (column.distinct < 12 || column.distinct < 0.2 * column.present) return false;
      if (isReadWhole(board, derived.from[0] as number)) return false;
      return !board.steps.some(
        (step) => step.attack === 'containment' && step.from[0] === derived.from[0] && step.score >= 0.5,
      );
    }),
  );
}

/** The attack without tied rows. */
export const linear: Attack = {
  id: 'linear',
  knowledge: 'A2',
  run(board) {
    const open = numericQueue(unexplained(board, 0.7).filter((derived) => derived.attack === 'containment'));
    const mixed = mixedColumns(board);
    // A column that meets something by chance is still one of the mix; whole numbers beside fractions are codes, not mixes.
    const fractions = mixed.filter(({ column }) => (sortedNumbers(column)?.unit ?? 1) < 1);
    const seen = new Set<string>();
    const queues = [mixed, fractions, open].filter((queue) => {
      const key = queue.map(({ formula }) => formula).join();
      if (queue.length < 2 || seen.has(key)) return false;
      seen.add(key);
      return true;
    });
    if (queues.length === 0) return 'fewer than two unexplained numeric columns';
    const points = new Map<readonly Derived[], Mixed | null>();
    const pointsOf = (queue: readonly Derived[]): Mixed | null => {
      let own = points.get(queue);
      if (own === undefined) {
        own = board.late() ? null : mixedOf(queue, board.product.rows);
        points.set(queue, own);
      }
      return own;
    };
    board.sources.forEach((sheet, source) => {
      if (byOneColumn(board, sheet, source, queues[0] as readonly Derived[])) return;
      for (const queue of queues) {
        const steps = board.late() ? [] : byMeasures(board, sheet, source, queue);
        board.steps.push(...steps);
        if (steps.length > 0) return;
      }
      for (const queue of queues) {
        const mixed = pointsOf(queue);
        const steps = mixed === null ? [] : unmix(board, sheet, source, mixed, null);
        board.steps.push(...steps);
        if (steps.length > 0) return;
      }
      const mixed = pointsOf(queues[0] as readonly Derived[]);
      // Where all columns are numbers, codes of them are what was asked before.
      const bends = sheet.columns.every(({ isNumeric }) => isNumeric) ? BENDS : [CODED, ...BENDS];
      for (const bend of sheet.columns.length > BENT_COLUMNS ? [] : bends) {
        const steps = mixed === null ? [] : unmix(board, sheet, source, mixed, bend);
        board.steps.push(...steps.map((step) => ({ ...step, formula: `${bend.inverse}(${step.formula})` })));
        if (steps.length > 0) return;
      }
      for (const queue of queues) if (byLattice(board, source, queue)) return;
    });
    return null;
  },
};

/** Rows up to which rotations are asked for their lattice. */
const LATTICE_ROWS = 200_000;

/** Rotations of columns in whole steps, whatever else was mixed in: each coordinate of the lattice is read as a column of numbers. */
function byLattice(board: Board, source: number, queue: readonly Derived[]): boolean {
  if (board.late() || board.product.rows > LATTICE_ROWS || queue.some(({ column }) => column.present < column.rows))
    return false;
  const coordinates = latticeCoordinates(
    queue.map(({ column }) => risingOf(column).values),
    queue.map(({ column }) => sortedNumbers(column)?.unit ?? 1),
    board.late,
  );
  if (coordinates === null) return false;
  const names = queue.map(({ formula }) => formula);
  const inner = names.length > 4 ? `${names[0]}..${names[names.length - 1]}` : names.join(', ');
  const from = queue.flatMap((derived) => derived.from);
  const steps = coordinates.flatMap((values, i) => {
    const formula = `lattice(${inner})#${i + 1}`;
    const column = columnOfTexts(formula, Array.from(values, String));
    const bits = 32 * queue.length;
    const made: Derived = { column, from, formula, attack: 'linear', knowledge: 'A2', bits };
    return matchNumbers(made, board.lookup, LATTICE_BETTER, board.late)
      .filter((step) => step.source === source)
      .map((step): Step => ({ ...step, cells: step.cells, attack: 'linear' }));
  });
  board.steps.push(...steps);
  // Of a mix that is no rotation the lattice's basis are some columns and sums of others: rows tied by those tell the rest.
  const read = onePerColumn(steps);
  const sheet = board.sources[source] as Sheet;
  const pairs = read.length < 2 || read.length >= queue.length ? null : tie(board.product.rows, sheet, read);
  if (pairs !== null && pairs.product.length >= LEAST_PAIRS)
    board.steps.push(...linearSteps(board, source, pairs, queue));
  return steps.length > 0;
}

const LEAST_PAIRS = 24;

/** The best step for each source column. */
function onePerColumn(steps: readonly Step[]): Step[] {
  const best = new Map<number, Step>();
  for (const step of steps)
    if (step.tentative !== true && step.score > (best.get(step.column)?.score ?? 0)) best.set(step.column, step);
  return [...best.values()];
}

const LATTICE_BETTER = 0.5;

const ONE_COLUMN = 3;

/** Rows tied by one column that was read for certain: where others were read wrongly, all together tie nothing. */
function byOneColumn(board: Board, sheet: Sheet, source: number, queue: readonly Derived[]): boolean {
  if (board.steps.some((step) => step.source === source && step.attack === 'linear')) return false;
  const telling = board.steps
    .filter(
      (step) =>
        step.source === source &&
        (step.attack === 'containment' || step.attack === 'decoders') &&
        step.tentative !== true &&
        step.mass > 0.9 &&
        step.similarity > 0.9 &&
        (sheet.columns[step.column] as SheetColumn).distinct > 0.2 * sheet.rows,
    )
    .sort((a, b) => b.score - a.score)
    .slice(0, ONE_COLUMN);
  for (const step of telling) {
    if (board.late()) return false;
    const pairs = pairsBy(step, sheet);
    const steps = pairs.product.length < 24 ? [] : linearSteps(board, source, pairs, queue);
    board.steps.push(...steps);
    if (steps.length > 0) return true;
  }
  return false;
}

const MAX_PAIRS = 30_000;

/** Product and source rows that hold a value alone on either side. */
function pairsBy(step: Step, sheet: Sheet): Pairs {
  const { codes, counts } = sheet.columns[step.column] as SheetColumn;
  const own = new Int32Array(counts.length).fill(-1);
  const { cells } = step;
  for (let row = 0; row < cells.length; row++) {
    const code = cells[row] as number;
    if (code >= 0) own[code] = (own[code] as number) === -1 ? row : -2;
  }
  const product: number[] = [];
  const matched: number[] = [];
  for (let row = 0; row < codes.length && product.length < MAX_PAIRS; row++) {
    const code = codes[row] as number;
    if (code < 0 || counts[code] !== 1 || (own[code] as number) < 0) continue;
    product.push(own[code] as number);
    matched.push(row);
  }
  return { product: Int32Array.from(product), source: Int32Array.from(matched) };
}
