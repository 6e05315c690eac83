/**
 * Rows that were left in their order: product row i and source row i belong together, so every code is learnt as from known rows,
 * and numbers that were carried along the rows (moving and exponential averages, ratios to the row before) are undone.
 *
 * Difference equations as in Box, Jenkins and Reinsel, "Time Series Analysis", 4th ed., chapter 4, here without noise. See
 * row-order.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import { FOREIGN, MISSING } from '../../restoration/tuple-join.js';
import type { Attack, Board } from '../attack.js';
import { isReadWhole, unexplained } from '../attack.js';
import { solveSystem } from '../shared/solve-system.js';
import { nearest, rowNumbers, type Sorted, sortedNumbers } from '../shared/sorted-numbers.js';
import type { Pairs } from '../shared/tied-rows.js';
import { learnAll } from './alignment.js';

const LEAST_ROWS = 40;
const MOST_PAIRS = 30_000;
const SAMPLE = 400;
const PURE = 0.98;
/** Share of the commonest value from which on what depends on a column says little. */
const COMMON = 0.9;

/** The attack. */
export const rowOrder: Attack = {
  id: 'row-order',
  knowledge: 'A1',
  run(board) {
    const queue = unexplained(board, 0.8).filter(({ from }) => from.length === 1);
    if (queue.length === 0) return 'no column is left to explain';
    const rows = board.product.rows;
    const sheets = board.sources.flatMap((sheet, source) => (sheet.rows === rows ? [{ sheet, source }] : []));
    if (sheets.length === 0 || rows < LEAST_ROWS) return 'no source has as many rows as the product';
    for (const { sheet, source } of sheets) {
      if (board.late()) break;
      if (isInOrder(board, sheet)) {
        const each = Int32Array.from({ length: Math.min(rows, MOST_PAIRS) }, (_, i) =>
          Math.floor((i * rows) / Math.min(rows, MOST_PAIRS)),
        );
        const pairs: Pairs = { product: each, source: each };
        learnAll(board, sheet, source, pairs);
      }
      board.steps.push(...carried(board, sheet, source));
    }
    return null;
  },
};

/** True when some product column goes with some source column row by row: no order of rows but the source's does that. */
function isInOrder(board: Board, sheet: Sheet): boolean {
  const rows = board.product.rows;
  const asked = Int32Array.from({ length: Math.min(rows, SAMPLE) }, (_, i) =>
    Math.floor(((i + 0.5) * rows) / Math.min(rows, SAMPLE)),
  );
  const sources = sheet.columns.map((column) => marksOf(column, asked));
  for (const column of board.product.columns) {
    if (board.late()) return false;
    for (const own of marksOf(column, asked)) {
      for (const marks of sources) for (const to of marks) if (goTogether(own, to)) return true;
    }
  }
  return false;
}

/** Marks of the asked rows: values of a column with few, lengths of texts, order of numbers. */
interface Marks {
  readonly marks: Int32Array;
  readonly few: boolean;
}

function marksOf(column: SheetColumn, asked: Int32Array): Marks[] {
  if (column.present < 0.5 * column.rows) return [];
  const list: Marks[] = [];
  const codes = asked.map((row) => column.codes[row] as number);
  if (isFew(codes)) list.push({ marks: codes, few: true });
  const lengths = codes.map((code) => (code < 0 ? -1 : column.text(code).length));
  if (isFew(lengths)) list.push({ marks: lengths, few: true });
  if (column.isNumeric && new Set(codes).size > 0.5 * codes.length) {
    const numbers = Array.from(codes, (code) => (code < 0 ? Number.NaN : (column.numbers[code] as number)));
    const order = numbers.flatMap((value, i) => (Number.isNaN(value) ? [] : [i]));
    order.sort((a, b) => (numbers[a] as number) - (numbers[b] as number));
    const ranks = new Int32Array(codes.length).fill(-1);
    order.forEach((at, rank) => {
      ranks[at] = rank;
    });
    list.push({ marks: ranks, few: false });
  }
  return list;
}

/** Few different marks, none of which is nearly all of them. */
function isFew(marks: Int32Array): boolean {
  const counts = new Map<number, number>();
  for (const mark of marks) counts.set(mark, (counts.get(mark) ?? 0) + 1);
  if (counts.size < 2 || counts.size > 0.25 * marks.length) return false;
  return Math.max(...counts.values()) < COMMON * marks.length;
}

function goTogether(own: Marks, to: Marks): boolean {
  if (own.few !== to.few) return false;
  return own.few ? determines(own.marks, to.marks) || determines(to.marks, own.marks) : isAligned(own.marks, to.marks);
}

/** One mark of `to` for nearly all rows of each mark of `from`, learnt on the first half and better than the commonest. */
function determines(from: Int32Array, to: Int32Array): boolean {
  const map = new Map<number, number>();
  const half = from.length >> 1;
  for (let i = 0; i < half; i++) if (!map.has(from[i] as number)) map.set(from[i] as number, to[i] as number);
  const counts = new Map<number, number>();
  let tested = 0;
  let good = 0;
  for (let i = half; i < from.length; i++) {
    const expected = map.get(from[i] as number);
    if (expected === undefined) continue;
    tested++;
    if (expected === to[i]) good++;
    else if (tested - good > 4 + (1 - PURE) * half) return false;
    counts.set(to[i] as number, (counts.get(to[i] as number) ?? 0) + 1);
  }
  return (
    tested >= 0.6 * half && tested >= 20 && good >= PURE * tested && Math.max(...counts.values()) < COMMON * tested
  );
}

/** Ranks that agree (or are each other's mirror) far beyond chance. */
function isAligned(a: Int32Array, b: Int32Array): boolean {
  const middle = a.length / 2;
  let along = 0;
  let own = 0;
  let other = 0;
  for (let i = 0; i < a.length; i++) {
    if ((a[i] as number) < 0 || (b[i] as number) < 0) continue;
    const x = (a[i] as number) - middle;
    const y = (b[i] as number) - middle;
    along += x * y;
    own += x * x;
    other += y * y;
  }
  return Math.abs(along) > 0.95 * Math.sqrt(own * other);
}

// Numbers carried along the rows.

/** A relation between neighbouring rows: terms of a row, given product numbers y and source numbers x restored so far. */
interface Relation {
  readonly name: string;
  readonly terms: (y: Float64Array, x: Float64Array, row: number) => number[];
  /** Rows before that it looks at. */
  readonly back: number;
}

const at = (values: Float64Array, row: number): number => values[row] as number;

const RELATIONS: readonly Relation[] = [
  { name: 'average', back: 1, terms: (y, _, i) => [1, at(y, i), at(y, i - 1)] },
  { name: 'average-so-far', back: 1, terms: (y, _, i) => [(i + 1) * at(y, i), i * at(y, i - 1)] },
  { name: 'by-number', back: 0, terms: (y, _, i) => [at(y, i) / (i + 1)] },
  { name: 'plus-number', back: 0, terms: (y, _, i) => [1, at(y, i), i] },
  { name: 'change', back: 1, terms: (y, x, i) => [at(x, i - 1), at(x, i - 1) * at(y, i)] },
  { name: 'change-back', back: 1, terms: (y, x, i) => [at(x, i - 1) * at(y, i), at(y, i)] },
  { name: 'recursion', back: 1, terms: (y, x, i) => [1, at(y, i), at(y, i - 1), at(x, i - 1)] },
  {
    name: 'recursion',
    back: 2,
    terms: (y, x, i) => [1, at(y, i), at(y, i - 1), at(y, i - 2), at(x, i - 1), at(x, i - 2)],
  },
];
const LONGEST_WINDOW = 60;
const FIT_ROWS = 48;

/** Source columns as what product columns carry along the rows. */
function carried(board: Board, sheet: Sheet, source: number): Step[] {
  const steps: Step[] = [];
  // A part of a cell may have been read; what was carried along is the whole number.
  const whole = board.derived.filter(({ attack, from: [own] }) => {
    const position = own as number;
    return attack === 'containment' && !board.settled.has(position) && !isReadWhole(board, position);
  });
  const rows = board.product.rows;
  const targets = sheet.columns.flatMap((column, position) => {
    const sorted = column.isNumeric && column.distinct >= 3 ? sortedNumbers(column) : null;
    if (sorted === null || column.present < 0.8 * rows) return [];
    const numbers = rowNumbers(column);
    return isForeseen(numbers) ? [] : [{ column, position, sorted, numbers }];
  });
  for (const derived of whole) {
    const { column } = derived;
    if (!column.isNumeric || column.distinct < Math.max(12, 0.1 * rows)) continue;
    const own = rowNumbers(column);
    for (const target of targets) {
      if (board.late()) return steps;
      const found = relationOf(own, target.numbers);
      if (found === null) continue;
      const step = stepBy(found, own, target.numbers, target.sorted, derived);
      if (step === null) continue;
      steps.push({ ...step, source, column: target.position });
    }
  }
  return steps;
}

/** A relation with its weights. */
interface Found {
  readonly relation: Relation;
  readonly weights: readonly number[];
}

/** Rows at which a relation is fitted, spread over the table. */
function fitRows(rows: number, back: number): number[] {
  const count = Math.min(FIT_ROWS, rows - back);
  return Array.from({ length: count }, (_, i) => back + Math.floor(((i + 0.37) * (rows - back)) / count));
}

/** True for a source column whose own rows before give each row: its product need not be asked. */
function isForeseen(x: Float64Array): boolean {
  const alone: Relation = { name: '', back: 2, terms: (_, own, i) => [1, at(own, i - 1), at(own, i - 2)] };
  return weightsOf(alone, x, x) !== null;
}

function relationOf(y: Float64Array, x: Float64Array): Found | null {
  for (const relation of RELATIONS) {
    const weights = weightsOf(relation, y, x);
    if (weights !== null) return { relation, weights };
  }
  const window = windowOf(y, x);
  return window;
}

/** Weights learnt on half of the fitted rows that give the other half exactly; null where none do. */
function weightsOf(relation: Relation, y: Float64Array, x: Float64Array): number[] | null {
  const rows = fitRows(x.length, relation.back);
  const lines: { terms: number[]; to: number }[] = [];
  for (const row of rows) {
    const terms = relation.terms(y, x, row);
    const to = at(x, row);
    if (Number.isFinite(to) && terms.every(Number.isFinite)) lines.push({ terms, to });
  }
  const size = lines[0]?.terms.length ?? 0;
  if (lines.length < 4 * size + 8) return null;
  const scale = Array.from({ length: size }, (_, k) =>
    Math.max(...lines.map(({ terms }) => Math.abs(terms[k] as number))),
  );
  if (scale.some((own) => own === 0)) return null;
  const a = new Float64Array(size * size);
  const b = new Float64Array(size);
  lines.forEach(({ terms, to }, line) => {
    if (line % 2 === 1) return;
    for (let k = 0; k < size; k++) {
      const own = (terms[k] as number) / (scale[k] as number);
      b[k] = (b[k] as number) + own * to;
      for (let m = 0; m < size; m++)
        a[k * size + m] = (a[k * size + m] as number) + (own * (terms[m] as number)) / (scale[m] as number);
    }
  });
  if (!solveSystem(a, size, b, 1)) return null;
  const weights = Array.from(b, (weight, k) => weight / (scale[k] as number));
  const spread = spreadOf(lines.map(({ to }) => to));
  if (spread === 0) return null;
  let good = 0;
  let tested = 0;
  lines.forEach(({ terms, to }, line) => {
    if (line % 2 === 0) return;
    tested++;
    if (Math.abs(dot(terms, weights) - to) <= NEAR * spread) good++;
  });
  return good >= 0.9 * tested ? weights : null;
}

/** Deviation that an exact relation may leave, as a share of the range: products are written with some digits. */
const NEAR = 2e-4;

function spreadOf(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}

function dot(terms: readonly number[], weights: readonly number[]): number {
  let sum = 0;
  for (let k = 0; k < terms.length; k++) sum += (terms[k] as number) * (weights[k] as number);
  return sum;
}

/** Sums or means over a window of rows: what leaves it is a source value restored before. */
function windowOf(y: Float64Array, x: Float64Array): Found | null {
  const rows = fitRows(x.length, LONGEST_WINDOW + 1);
  if (x.length < 2 * LONGEST_WINDOW || rows.length < 24) return null;
  const spread = spreadOf(rows.map((row) => at(x, row)).filter(Number.isFinite));
  if (!(spread > 0)) return null;
  for (let width = 2; width <= LONGEST_WINDOW; width++) {
    for (const factor of [1, width]) {
      let good = 0;
      let bad = 0;
      for (const row of rows) {
        const gone = factor * (at(y, row) - at(y, row - 1)) - (at(x, row) - at(x, row - width));
        if (Math.abs(gone) <= factor * NEAR * spread) good++;
        else bad++;
        if (bad > 4) break;
      }
      // Two values far from one another are seldom equal: mostly equal ones would fit any window.
      if (bad > 4 || good < 20 || isMostlyLevel(x, rows, width)) continue;
      const relation: Relation = {
        name: `window-${width}`,
        back: width,
        terms: (own, restored, row) => [own[row] as number, own[row - 1] as number, restored[row - width] as number],
      };
      return { relation, weights: [factor, -factor, 1] };
    }
  }
  return null;
}

function isMostlyLevel(x: Float64Array, rows: readonly number[], width: number): boolean {
  return rows.filter((row) => at(x, row) === at(x, row - width)).length > 0.5 * rows.length;
}

/** The step of a relation, run down the rows on what it restored itself; the first rows are known ones. */
function stepBy(
  { relation, weights }: Found,
  y: Float64Array,
  x: Float64Array,
  sorted: Sorted,
  derived: Derived,
): Step | null {
  const { values, codes } = sorted;
  const spread = (values[values.length - 1] as number) - (values[0] as number);
  const cells = new Int32Array(y.length).fill(FOREIGN);
  const restored = new Float64Array(y.length);
  let mass = 0;
  let right = 0;
  for (let row = 0; row < y.length; row++) {
    const given = row < relation.back ? at(x, row) : dot(relation.terms(y, restored, row), weights);
    restored[row] = given;
    if (!Number.isFinite(given)) {
      // A gap in the product: the row is known, or the relation ends here.
      restored[row] = at(x, row);
      cells[row] = MISSING;
      continue;
    }
    const place = nearest(values, given);
    const value = values[place] as number;
    if (Math.abs(value - given) > Math.max(NEAR * spread, 0.5 * sorted.unit)) continue;
    restored[row] = value;
    cells[row] = codes[place] as number;
    mass++;
    if (value === x[row]) right++;
  }
  if (mass < 0.5 * y.length || right < 0.9 * mass) return null;
  const share = mass / y.length;
  return {
    source: 0,
    column: 0,
    from: derived.from,
    formula: `along-rows-${relation.name}(${derived.formula})`,
    attack: 'row-order',
    knowledge: 'A1',
    bits: derived.bits + 32 * (weights.length + relation.back),
    cells,
    mass: share,
    score: 0.9 * share,
    similarity: 0.9,
  };
}
