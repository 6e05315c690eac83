/**
 * Linear mixing of numeric columns (rotation, PCA, any invertible, over-determined or projected mix): least squares on tied
 * rows, and without any tie by leverage or independent components.
 *
 * The leverage x'(X'X)^-1 x of a row does not change under an invertible linear map of the columns (Belsley, Kuh and
 * Welsch, "Regression Diagnostics", 1980, section 2.1), so rows of X and XA with equal leverage belong together. See
 * linear.md.
 * @module
 */
import { columnOfTexts, type Sheet, type SheetColumn } from '../intake/sheet.js';
import type { Derived, Step } from '../inverse.js';
import { addColumn, emptyTuples, FOREIGN, indexTuples } from '../restoration/tuple-join.js';
import type { Attack, Board } from './attack.js';
import { isReadWhole, unexplained } from './attack.js';
import { BENDS, bendColumn, bendSheet } from './bent-columns.js';
import { type Design, designOf, type Fill, orthogonal, predict, regress } from './design.js';
import { latticeCoordinates } from './lattice-mixes.js';
import { type Axis, linkPoints } from './link-points.js';
import { type Cloud, tieMixed } from './mixing.js';
import { matchNumbers } from './numeric.js';
import { nearest, sortedNumbers } from './sorted-numbers.js';
import type { Pairs } from './tied-rows.js';

const MAX_WIDTH = 40;

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
  if (step !== null || numeric.length < 2 || half.source.length < ROBUST_PAIRS || board.late()) return step;
  // Some rows may be tied wrongly, as by the order of a mix in which one column is large.
  const few = half.product.subarray(0, MOST_ROBUST);
  const robust = trimmedFit(design, few, target.subarray(0, MOST_ROBUST));
  return robust === null ? null : linearStep(board, source, position, column, numeric, design, robust, pairs);
}

/** Tied rows from which on a fit may leave a third of them out, and that are asked at most. */
const ROBUST_PAIRS = 60;
const MOST_ROBUST = 2000;

/** Rows by which bent columns are asked for, and columns of the source up to which they are. */
const BENT_ROWS = 1000;
const BENT_VALUES = 3000;
const BENT_COLUMNS = 60;

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

function isRead(step: Step, source: number): boolean {
  return step.source === source && step.tentative !== true && step.score > 0.7;
}

function numericQueue(queue: readonly Derived[]): Derived[] {
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

function numberAt(column: SheetColumn, row: number): number {
  const code = column.codes[row] as number;
  return code < 0 ? Number.NaN : (column.numbers[code] as number);
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
  const spread = (sorted.values[sorted.values.length - 1] as number) - (sorted.values[0] as number);
  const tolerance = Math.max(
    0.501 * sorted.unit * (sorted.unit === 1 ? 1 : 0),
    1e-4 * spread,
    Math.min(1e-9, 1e-6 * spread),
  );
  if (pairs !== null) {
    let good = 0;
    let asked = 0;
    for (let i = 1; i < pairs.product.length; i += 2) {
      const truth = numberAt(column, pairs.source[i] as number);
      if (Number.isNaN(truth)) continue;
      asked++;
      if (Math.abs(predict(design, pairs.product[i] as number, weights) - truth) <= tolerance) good++;
    }
    if (asked < 6 || good < 0.8 * asked) return null;
  }
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

const SUBSETS = 120;
/** Subsets whose independent components are asked for. */
const BY_PARTS = 4;

/** Whitened points of the rows without a gap. */
function cloudOf(design: Design): Cloud {
  const width = design.width - 1;
  const kept: number[] = [];
  for (let row = 0; row < design.rows; row++)
    if (!Number.isNaN(design.values[row * design.width] as number)) kept.push(row);
  const points = new Float64Array(kept.length * width);
  kept.forEach((row, i) => {
    for (let a = 0; a < width; a++) points[i * width + a] = design.values[row * design.width + a + 1] as number;
  });
  return { width, rows: kept.length, points, rowOf: Int32Array.from(kept) };
}

/** A choice of source columns that may have been mixed. */
interface Choice {
  readonly columns: readonly number[];
  readonly fill: Fill;
  /** Rows that repeat others are left out: the product has some twice. */
  readonly once?: boolean;
}

/** Rows that repeat an earlier one in all of these columns. */
function repeatsOf(columns: readonly SheetColumn[], rows: number): Uint8Array {
  const tuples = emptyTuples(rows);
  columns.forEach((column, i) => {
    addColumn(tuples, column.codes, i);
  });
  const { groupOf, groups } = indexTuples(tuples);
  const seen = new Uint8Array(groups);
  return Uint8Array.from(groupOf, (group) => {
    const known = seen[group] as number;
    seen[group] = 1;
    return known;
  });
}

/** A design without some rows. */
function without(design: Design, left: Uint8Array): Design {
  const values = design.values.slice();
  for (let row = 0; row < design.rows; row++) if (left[row] === 1) values[row * design.width] = Number.NaN;
  return { ...design, values };
}

function unlinked(
  board: Board,
  source: number,
  sheet: Sheet,
  numeric: readonly Derived[],
  own: Design,
  cloud: Cloud,
  choice: Choice,
  byParts: boolean,
): Step[] {
  const chosen = choice.columns.map((position) => sheet.columns[position] as SheetColumn);
  const plain = designOf(chosen, sheet.rows, choice.fill);
  const raw = orthogonal(choice.once ? without(plain, repeatsOf(chosen, sheet.rows)) : plain);
  // A projection to fewer dimensions, or a mix of other columns, has other leverages.
  if (own.width < raw.width || raw.width < 3) return [];
  const rawCloud = cloudOf(raw);
  const tied = tieMixed(cloud, rawCloud, board.late, byParts);
  if (tied === null) return [];
  const product = tied.own.map((point) => cloud.rowOf[point] as number);
  const matched = tied.raw.map((point) => rawCloud.rowOf[point] as number);
  const axes: Axis[] = [];
  const predicted: Float64Array[] = [];
  // Telling columns make the space.
  const order = [...choice.columns].sort(
    (a, b) => (sheet.columns[b] as SheetColumn).distinct - (sheet.columns[a] as SheetColumn).distinct || a - b,
  );
  order.forEach((position) => {
    const column = sheet.columns[position] as SheetColumn;
    const target = Float64Array.from(matched, (row) => numberAt(column, row));
    const weights = trimmedFit(own, product, target);
    if (weights === null) return;
    axes.push({ position, column });
    predicted.push(Float64Array.from({ length: own.rows }, (_, row) => predict(own, row, weights)));
  });
  if (axes.length < 2) return [];
  const names = numeric.map((derived) => derived.formula);
  const inner = names.length > 4 ? `${names[0]}..${names[names.length - 1]}` : names.join(', ');
  const steps = linkPoints(board, source, axes, predicted, {
    from: axes.map(() => numeric.flatMap((derived) => derived.from)),
    formula: (axis) => `unmixed(${inner})#${(axes[axis] as Axis).position + 1}`,
    attack: 'linear',
    knowledge: 'A2',
    bits: 32 * own.width,
  });
  // A few columns that come near prove nothing of the mix.
  return steps.length >= 0.6 * axes.length ? steps : [];
}

/** Least squares that leaves the worst third of the pairs out. */
function trimmedFit(own: Design, product: Int32Array, target: Float64Array): Float64Array | null {
  let weights = regress(own, product, target);
  for (let round = 0; round < 4 && weights !== null; round++) {
    const fitted = weights;
    const errors = Float64Array.from(product, (row, i) => Math.abs(predict(own, row, fitted) - (target[i] as number)));
    const cut = Float64Array.from(errors).sort()[Math.floor(errors.length * 0.7)] as number;
    weights = regress(
      own,
      product,
      target,
      errors.map((error) => (error <= cut ? 1 : 0)),
    );
  }
  return weights;
}

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
    board.sources.forEach((sheet, source) => {
      if (byOneColumn(board, sheet, source, queues[0] as readonly Derived[])) return;
      for (const queue of queues) {
        const steps = unmix(board, sheet, source, queue);
        board.steps.push(...steps);
        if (steps.length > 0) return;
      }
      for (const bend of sheet.columns.length > BENT_COLUMNS ? [] : BENDS) {
        const bent = board.late() ? null : bendSheet(sheet, bend);
        const queue = queues[0] as readonly Derived[];
        const few = Math.min(BENT_CHOICES, Math.floor(BENT_CELLS / (sheet.rows * queue.length)));
        const steps = bent === null || few < 1 ? [] : unmix(board, bent, source, queue, few);
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
    queue.map(({ column }) => Float64Array.from(column.codes, (code) => column.numbers[code] as number)),
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
  return steps.length > 0;
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

/** Choices of columns that are tried for each bend of the source, fewer for large tables. */
const BENT_CHOICES = 6;
/** Cells of a choice times choices, for each bend. */
const BENT_CELLS = 1_000_000;

/** @param few - at most so many choices, by leverage alone; 0 for all there is time for */
function unmix(board: Board, sheet: Sheet, source: number, queue: readonly Derived[], few = 0): Step[] {
  const { rows } = board.product;
  if (board.late() || rows < 20) return [];
  const mixed = queue.map((derived) => derived.column);
  const repeats = repeatsOf(mixed, rows);
  const different = repeats.reduce((count, repeated) => count - repeated, rows);
  const once = different < rows;
  if (different > 1.02 * sheet.rows || different < 20) return [];
  const plain = designOf(mixed, rows);
  const own = orthogonal(once ? without(plain, repeats) : plain, true);
  if (own.width < 3) return [];
  const cloud = cloudOf(own);
  const known = new Set(
    board.steps
      .filter((step) => step.source === source && step.score > 0.85 && step.tentative !== true)
      .map((step) => step.column),
  );
  const all = sheet.columns.flatMap((column, position) =>
    sortedNumbers(column) !== null && column.distinct >= 2 ? [position] : [],
  );
  const left = all.filter((position) => !known.has(position));
  // Fewer choices for large tables: each costs a pass over all rows.
  const most = Math.max(2, Math.floor(2_000_000 / sheet.rows));
  const size = own.width - 1;
  const choices = choicesOf(sheet, left, all, size).slice(0, few === 0 ? most : Math.min(few, most));
  // Columns that are no one's may have been mixed in: fewer of the source then.
  const fewer = few === 0 ? fewerOf(sheet, left, all, size) : [];
  for (const [i, choice] of [...choices, ...fewer].entries()) {
    if (board.late()) return [];
    const byParts = few === 0 && (i < BY_PARTS || i >= choices.length);
    const steps = unlinked(board, source, sheet, queue, own, cloud, { ...choice, once }, byParts);
    if (steps.length > 0) return steps;
  }
  return [];
}

/** Whole sets of columns that are fewer than the mixed ones. */
function fewerOf(sheet: Sheet, open: readonly number[], all: readonly number[], size: number): Choice[] {
  const seen = new Set<string>();
  return [open, all].flatMap((set) => {
    const columns = set.filter((position) => {
      const { distinct, present } = sheet.columns[position] as SheetColumn;
      return distinct >= 20 && present === sheet.rows;
    });
    if (columns.length < 2 || columns.length >= size || seen.has(columns.join())) return [];
    seen.add(columns.join());
    return [{ columns, fill: 'none' as const }];
  });
}

/** Source columns that may have been mixed: all that are open, all numeric ones, every choice of the right number. */
function choicesOf(sheet: Sheet, open: readonly number[], all: readonly number[], size: number): Choice[] {
  const choices: Choice[] = [];
  const seen = new Set<string>();
  const add = (columns: readonly number[]): void => {
    if (columns.length < size || columns.length < 2 || seen.has(columns.join())) return;
    seen.add(columns.join());
    choices.push({ columns: [...columns], fill: 'none' });
    if (columns.some((position) => (sheet.columns[position] as SheetColumn).present < sheet.rows))
      choices.push({ columns: [...columns], fill: 'mean' }, { columns: [...columns], fill: 'zero' });
  };
  const of = (set: readonly number[], test: (column: SheetColumn) => boolean): number[] =>
    set.filter((position) => test(sheet.columns[position] as SheetColumn));
  for (const set of [open, all]) {
    if (set.length <= size + 2) add(set);
    add(of(set, (column) => column.distinct >= 3));
    add(of(set, (column) => column.present === sheet.rows));
    add(of(set, (column) => column.distinct >= 20));
    add(of(set, (column) => column.distinct >= 20 && column.present === sheet.rows));
  }
  const choose = (set: readonly number[], start: number, chosen: number[]): void => {
    if (choices.length >= SUBSETS) return;
    if (chosen.length === size) {
      add(chosen);
      return;
    }
    for (let i = start; i <= set.length - (size - chosen.length); i++)
      choose(set, i + 1, [...chosen, set[i] as number]);
  };
  if (size < open.length) choose(open, 0, []);
  if (size < all.length) choose(all, 0, []);
  // Only sets of the right number can be the mixed ones, or of more where columns depend on one another.
  return choices.sort((a, b) => Number(a.columns.length !== size) - Number(b.columns.length !== size));
}
