/**
 * Linear mixing of numeric columns (rotation, PCA, any invertible or over-determined mix): least squares on tied rows, and
 * without any tie by the leverage fingerprint.
 *
 * The leverage x'(X'X)^-1 x of a row does not change under an invertible linear map of the columns (Belsley, Kuh and
 * Welsch, "Regression Diagnostics", 1980, section 2.1), so rows of X and XA with equal leverage belong together. See
 * linear.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import type { Derived, Step } from '../inverse.js';
import { FOREIGN } from '../restoration/tuple-join.js';
import type { Attack, Board } from './attack.js';
import { unexplained } from './attack.js';
import { nearest, sortedNumbers } from './sorted-numbers.js';
import type { Pairs } from './tied-rows.js';

/** Solves the symmetric positive system A x = b (Gauss with partial pivoting, ridge on a zero pivot); A and b are used up. */
export function solveSystem(a: Float64Array, size: number, b: Float64Array, columns: number): boolean {
  for (let pivot = 0; pivot < size; pivot++) {
    let best = pivot;
    for (let row = pivot + 1; row < size; row++)
      if (Math.abs(a[row * size + pivot] as number) > Math.abs(a[best * size + pivot] as number)) best = row;
    const value = a[best * size + pivot] as number;
    if (!(Math.abs(value) > 1e-11)) return false;
    if (best !== pivot) {
      for (let c = 0; c < size; c++)
        [a[pivot * size + c], a[best * size + c]] = [a[best * size + c] as number, a[pivot * size + c] as number];
      for (let c = 0; c < columns; c++)
        [b[pivot * columns + c], b[best * columns + c]] = [
          b[best * columns + c] as number,
          b[pivot * columns + c] as number,
        ];
    }
    for (let row = 0; row < size; row++) {
      if (row === pivot) continue;
      const factor = (a[row * size + pivot] as number) / value;
      if (factor === 0) continue;
      for (let c = pivot; c < size; c++)
        a[row * size + c] = (a[row * size + c] as number) - factor * (a[pivot * size + c] as number);
      for (let c = 0; c < columns; c++)
        b[row * columns + c] = (b[row * columns + c] as number) - factor * (b[pivot * columns + c] as number);
    }
  }
  for (let row = 0; row < size; row++) {
    const value = a[row * size + row] as number;
    for (let c = 0; c < columns; c++) b[row * columns + c] = (b[row * columns + c] as number) / value;
  }
  return true;
}

/** Numbers of columns by row, standardised with an intercept first; rows with a gap are NaN. */
interface Design {
  readonly rows: number;
  readonly width: number;
  readonly values: Float64Array;
}

function designOf(columns: readonly SheetColumn[], rows: number): Design {
  const width = columns.length + 1;
  const values = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) values[row * width] = 1;
  columns.forEach((column, i) => {
    const numbers = column.numbers;
    let sum = 0;
    let squares = 0;
    let count = 0;
    for (let row = 0; row < rows; row++) {
      const code = column.codes[row] as number;
      const value = code < 0 ? Number.NaN : (numbers[code] as number);
      values[row * width + i + 1] = value;
      if (!Number.isNaN(value)) {
        sum += value;
        squares += value * value;
        count++;
      }
    }
    const mean = sum / Math.max(1, count);
    const scale = Math.sqrt(Math.max(1e-300, squares / Math.max(1, count) - mean * mean));
    for (let row = 0; row < rows; row++)
      values[row * width + i + 1] = ((values[row * width + i + 1] as number) - mean) / scale;
  });
  return { rows, width, values };
}

/**
 * The same span with orthogonal columns of mean square one: mixes of columns of very different size are nearly parallel, and
 * normal equations would lose the small ones. Modified Gram-Schmidt, twice (Björck, "Solving linear least squares problems
 * by Gram-Schmidt orthogonalization", BIT 7, 1967). Dependent columns become zero and are left out.
 */
function orthogonal(design: Design): Design {
  const { rows, width, values } = design;
  const whole = new Uint8Array(rows).fill(1);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    for (let a = 0; a < width; a++) if (Number.isNaN(values[row * width + a] as number)) whole[row] = 0;
    count += whole[row] as number;
  }
  const columns: Float64Array[] = [];
  for (let a = 0; a < width; a++) {
    const own = Float64Array.from({ length: rows }, (_, row) =>
      whole[row] === 1 ? (values[row * width + a] as number) : 0,
    );
    const before = Math.sqrt(dot(own, own));
    for (let pass = 0; pass < 2; pass++) {
      for (const other of columns) {
        const share = dot(own, other) / count;
        for (let row = 0; row < rows; row++) own[row] = (own[row] as number) - share * (other[row] as number);
      }
    }
    const length = Math.sqrt(dot(own, own) / Math.max(1, count));
    if (!(length > 1e-11 * before)) continue;
    for (let row = 0; row < rows; row++) own[row] = (own[row] as number) / length;
    columns.push(own);
  }
  const kept = columns.length;
  const result = new Float64Array(rows * kept);
  for (let row = 0; row < rows; row++)
    for (let a = 0; a < kept; a++)
      result[row * kept + a] = whole[row] === 1 ? ((columns[a] as Float64Array)[row] as number) : Number.NaN;
  return { rows, width: kept, values: result };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** Least squares of numbers on a design over the given rows; null when the design is singular. */
function regress(
  design: Design,
  rows: ArrayLike<number>,
  target: ArrayLike<number>,
  weights: ArrayLike<number> | null = null,
): Float64Array | null {
  const { width, values } = design;
  const gram = new Float64Array(width * width);
  const right = new Float64Array(width);
  for (let i = 0; i < rows.length; i++) {
    if (weights !== null && weights[i] === 0) continue;
    const start = (rows[i] as number) * width;
    const y = target[i] as number;
    if (Number.isNaN(y) || !Number.isFinite(y)) continue;
    let good = true;
    for (let a = 0; a < width; a++) if (Number.isNaN(values[start + a] as number)) good = false;
    if (!good) continue;
    for (let a = 0; a < width; a++) {
      const x = values[start + a] as number;
      right[a] = (right[a] as number) + x * y;
      for (let b = 0; b < width; b++)
        gram[a * width + b] = (gram[a * width + b] as number) + x * (values[start + b] as number);
    }
  }
  for (let a = 0; a < width; a++) gram[a * width + a] = (gram[a * width + a] as number) * (1 + 1e-12);
  return solveSystem(gram, width, right, 1) ? right : null;
}

function predict(design: Design, row: number, weights: Float64Array): number {
  let sum = 0;
  for (let a = 0; a < design.width; a++)
    sum += (design.values[row * design.width + a] as number) * (weights[a] as number);
  return sum;
}

const MAX_WIDTH = 40;

/** Steps that give numeric source columns as linear forms of the unexplained numeric product columns. */
export function linearSteps(board: Board, source: number, pairs: Pairs, queue: readonly Derived[]): Step[] {
  const numeric = numericQueue(queue);
  if (numeric.length === 0 || pairs.product.length < 2 * (numeric.length + 2)) return [];
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
    const target = Float64Array.from(half.source, (row) => numberAt(column, row));
    const weights = regress(design, half.product, target);
    if (weights === null) return;
    const step = linearStep(board, source, position, column, numeric, design, weights, pairs);
    if (step !== null) steps.push(step);
  });
  return steps;
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
  const tolerance = Math.max(0.501 * sorted.unit * (sorted.unit === 1 ? 1 : 0), 1e-4 * spread, 1e-9);
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

/** Leverage of every row; NaN for rows with gaps. Null when the design is singular. */
export function leverages(design: Design): Float64Array | null {
  const { width, values, rows } = design;
  const gram = new Float64Array(width * width);
  for (let row = 0; row < rows; row++) {
    const start = row * width;
    for (let a = 0; a < width; a++) {
      for (let b = 0; b < width; b++) {
        const value = (values[start + a] as number) * (values[start + b] as number);
        if (!Number.isNaN(value)) gram[a * width + b] = (gram[a * width + b] as number) + value;
      }
    }
  }
  const inverse = new Float64Array(width * width);
  for (let a = 0; a < width; a++) inverse[a * width + a] = 1;
  if (!solveSystem(gram, width, inverse, width)) return null;
  const result = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    const start = row * width;
    for (let a = 0; a < width; a++) {
      let inner = 0;
      for (let b = 0; b < width; b++) inner += (inverse[a * width + b] as number) * (values[start + b] as number);
      sum += (values[start + a] as number) * inner;
    }
    result[row] = sum;
  }
  return result;
}

/** Rows of greatest leverage, matched by rank: the gaps between them are wide. */
const EXTREMES = 400;
const SUBSETS = 120;

function byLeverage(board: Board, source: number, numeric: readonly Derived[], subset: readonly number[]): Step[] {
  const sheet = board.sources[source] as Sheet;
  const own = orthogonal(
    designOf(
      numeric.map((derived) => derived.column),
      board.product.rows,
    ),
  );
  const raw = orthogonal(
    designOf(
      subset.map((position) => sheet.columns[position] as SheetColumn),
      sheet.rows,
    ),
  );
  // A projection to fewer dimensions, or a mix of other columns, has other leverages.
  if (own.width !== raw.width) return [];
  const ownLeverage = leverages(own);
  const rawLeverage = leverages(raw);
  if (ownLeverage === null || rawLeverage === null) return [];
  const ownOrder = ranked(ownLeverage);
  const rawOrder = ranked(rawLeverage);
  const count = Math.min(ownOrder.length, rawOrder.length, Math.max(40, EXTREMES));
  let agree = 0;
  for (let i = 0; i < count; i++) {
    const x = ownLeverage[ownOrder[i] as number] as number;
    const y = rawLeverage[rawOrder[i] as number] as number;
    if (Math.abs(x - y) <= 1e-3 * Math.abs(y)) agree++;
  }
  if (agree < 0.8 * count) return [];
  const product = ownOrder.slice(0, count);
  const matched = rawOrder.slice(0, count);
  const steps: Step[] = [];
  for (const position of subset) {
    const column = sheet.columns[position] as SheetColumn;
    const target = Float64Array.from(matched, (row) => numberAt(column, row));
    let weights = regress(own, product, target);
    // Misplaced neighbours are left out and the fit repeated.
    for (let round = 0; round < 6 && weights !== null; round++) {
      const fitted = weights;
      const errors = Float64Array.from(product, (row, i) =>
        Math.abs(predict(own, row, fitted) - (target[i] as number)),
      );
      const cut = Float64Array.from(errors).sort()[Math.floor(errors.length * 0.7)] as number;
      weights = regress(
        own,
        product,
        target,
        Float64Array.from(errors, (error) => (error <= cut ? 1 : 0)),
      );
    }
    if (weights === null) continue;
    const step = linearStep(board, source, position, column, numeric, own, weights, null);
    if (step !== null && step.mass > 0.5)
      steps.push({
        ...step,
        tentative: column.distinct < 30,
        formula: step.formula.replace('linear(', 'leverage-linear('),
      });
  }
  return steps;
}

function ranked(values: Float64Array): number[] {
  return Array.from(values, (_, i) => i)
    .filter((i) => !Number.isNaN(values[i]))
    .sort((a, b) => (values[b] as number) - (values[a] as number));
}

/** The attack without tied rows. */
export const linear: Attack = {
  id: 'linear',
  knowledge: 'A2',
  run(board) {
    const numeric = numericQueue(unexplained(board, 0.7));
    if (numeric.length < 2) return 'fewer than two unexplained numeric columns';
    board.sources.forEach((sheet, source) => {
      if (sheet.rows !== board.product.rows || board.late()) return;
      const known = new Set(
        board.steps
          .filter((step) => step.source === source && step.score > 0.85 && step.tentative !== true)
          .map((step) => step.column),
      );
      const all = sheet.columns.flatMap((column, position) =>
        sortedNumbers(column) !== null && column.distinct >= 3 ? [position] : [],
      );
      const open = all.filter((position) => !known.has(position));
      // Fewer choices for large tables: each costs a pass over all rows.
      const most = Math.max(2, Math.floor(2_000_000 / sheet.rows));
      for (const subset of subsetsOf(open, all, numeric.length).slice(0, most)) {
        if (board.late()) return;
        const steps = byLeverage(board, source, numeric, subset);
        if (steps.length > 0) {
          board.steps.push(...steps);
          return;
        }
      }
    });
    return null;
  },
};

/** Source columns that may have been mixed: all that are open, all numeric ones, every choice of the right number. */
function subsetsOf(open: readonly number[], all: readonly number[], size: number): number[][] {
  const sets: number[][] = [];
  if (open.length >= 2) sets.push([...open]);
  if (all.length !== open.length && all.length >= 2) sets.push([...all]);
  const choose = (start: number, chosen: number[]): void => {
    if (sets.length >= SUBSETS) return;
    if (chosen.length === size) {
      sets.push([...chosen]);
      return;
    }
    for (let i = start; i < open.length; i++) choose(i + 1, [...chosen, open[i] as number]);
  };
  if (size < open.length && size >= 2) choose(0, []);
  return sets;
}
