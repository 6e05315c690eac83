/**
 * Mixed columns undone without a tied row: which source columns were mixed, which rows belong together, which linear forms give the
 * columns back. See linear.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import { addColumn, emptyTuples, indexTuples } from '../../restoration/tuple-join.js';
import type { Board } from '../attack.js';
import { type Axis, linkPoints } from '../shared/link-points.js';
import { sortedNumbers } from '../shared/sorted-numbers.js';
import { type Bend, bendSheet, bentNumbers } from './bent-columns.js';
import type { Cloud } from './cloud.js';
import { type Design, designOf, type Numbered, orthogonal, predict, trimmedFit } from './design.js';
import { LeverageChains } from './leverage-chains.js';
import { leveragesDiffer } from './leverages.js';
import { numberAt } from './linear-fit.js';
import { type Choice, choicesOf, fewerOf } from './mix-choices.js';
import { MAX_WIDTH, tieMixed } from './mixing.js';

/** Subsets whose independent components are asked for. */
const BY_PARTS = 4;
/** Choices of columns that are tried for each bend of the source, fewer for large tables. */
const BENT_CHOICES = 6;
/** Cells of a choice times choices, for each bend. */
const BENT_CELLS = 1_000_000;

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

/** Rows that repeat an earlier one in all of these columns. */
function repeatsOf(columns: readonly Numbered[], rows: number): Uint8Array {
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

/** Product columns that may be mixes, as points. */
export interface Mixed {
  readonly queue: readonly Derived[];
  readonly design: Design;
  readonly cloud: Cloud;
  /** Different rows. */
  readonly different: number;
  /** The product has rows twice: such rows of the source are left out, too. */
  readonly once: boolean;
}

/** Columns that are asked whatever the number of rows; more of them cost rows times columns squared, again and again. */
const USUAL_WIDTH = 24;
const LARGEST_WORK = 3e7;

function isWithinReach(width: number, rows: number): boolean {
  return width <= USUAL_WIDTH || (width <= MAX_WIDTH && rows * width * width <= LARGEST_WORK);
}

/** The points of some product columns; null where they are too few. */
export function mixedOf(queue: readonly Derived[], rows: number): Mixed | null {
  if (rows < 20) return null;
  const columns = queue.map((derived) => derived.column);
  const repeats = repeatsOf(columns, rows);
  const different = repeats.reduce((count, repeated) => count - repeated, rows);
  const once = different < rows;
  if (different < 20) return null;
  const units = columns.map((column) => sortedNumbers(column)?.unit ?? 0);
  const plain = designOf(columns, rows, 'none', units);
  const design = orthogonal(once ? without(plain, repeats) : plain, true);
  return design.width < 3 || !isWithinReach(design.width - 1, rows)
    ? null
    : { queue, design, cloud: cloudOf(design), different, once };
}

/** Columns of the source, straight or bent; the bent ones are written only where their leverages may agree. */
interface View {
  readonly rows: number;
  /** Numbers of a column; null where it has none. */
  numbers(position: number): Numbered | null;
  sheet(): Sheet;
}

function straight(sheet: Sheet): View {
  return {
    rows: sheet.rows,
    numbers: (position) => {
      const column = sheet.columns[position] as SheetColumn;
      return column.isNumeric ? column : null;
    },
    sheet: () => sheet,
  };
}

/** A bent view; null where fewer than two columns can be bent. */
function bentView(sheet: Sheet, bend: Bend): View | null {
  const numbers = sheet.columns.map((column) => bentNumbers(column, bend));
  if (numbers.filter((own) => own !== null).length < 2) return null;
  let written: Sheet | undefined;
  return {
    rows: sheet.rows,
    numbers: (position) => numbers[position] as Numbered | null,
    sheet: () => {
      written ??= bendSheet(sheet, bend) as Sheet;
      return written;
    },
  };
}

function unlinked(
  board: Board,
  source: number,
  view: View,
  { queue: numeric, design: own, cloud, once }: Mixed,
  choice: Choice,
  byParts: boolean,
  chains: LeverageChains,
): Step[] {
  const told = byParts || once ? null : chains.differ(cloud, choice.columns);
  if (told === true) return [];
  const numbers = choice.columns.map((position) => view.numbers(position) as Numbered);
  const plain = designOf(numbers, view.rows, choice.fill);
  const design = once ? without(plain, repeatsOf(numbers, view.rows)) : plain;
  if (!byParts && told === null && leveragesDiffer(cloud, design)) return [];
  const raw = orthogonal(design);
  // A projection to fewer dimensions, or a mix of other columns, has other leverages.
  if (own.width < raw.width || raw.width < 3) return [];
  const rawCloud = cloudOf(raw);
  const tied = tieMixed(cloud, rawCloud, board.late, byParts);
  if (tied === null) return [];
  const sheet = view.sheet();
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

/**
 * Steps that give the columns of a source back from mixes of them.
 *
 * @param bend - how all columns of the source were bent before they were mixed; null for not at all
 */
export function unmix(board: Board, sheet: Sheet, source: number, mixed: Mixed, bend: Bend | null): Step[] {
  if (board.late() || mixed.different > 1.02 * sheet.rows) return [];
  const few = bend === null ? 0 : Math.min(BENT_CHOICES, Math.floor(BENT_CELLS / (sheet.rows * mixed.queue.length)));
  if (bend !== null && few < 1) return [];
  const view = bend === null ? straight(sheet) : bentView(sheet, bend);
  if (view === null) return [];
  const known = new Set(
    board.steps
      .filter((step) => step.source === source && step.score > 0.85 && step.tentative !== true)
      .map((step) => step.column),
  );
  const all = sheet.columns.flatMap((column, position) =>
    view.numbers(position) !== null && column.distinct >= 2 ? [position] : [],
  );
  const left = all.filter((position) => !known.has(position));
  // Fewer choices for large tables: each costs a pass over all rows.
  const most = Math.max(2, Math.floor(2_000_000 / sheet.rows));
  const size = mixed.design.width - 1;
  const choices = choicesOf(sheet, left, all, size).slice(0, bend === null ? most : Math.min(few, most));
  // Columns that are no one's may have been mixed in: fewer of the source then.
  const fewer = bend === null ? fewerOf(sheet, left, all, size) : [];
  const chains = new LeverageChains(view.rows, (position) => view.numbers(position));
  for (const [i, choice] of [...choices, ...fewer].entries()) {
    if (board.late()) return [];
    const byParts = bend === null && (i < BY_PARTS || i >= choices.length);
    const steps = unlinked(board, source, view, mixed, choice, byParts, chains);
    if (steps.length > 0) return steps;
  }
  return [];
}
