/**
 * Row alignment: columns that are read already tie product rows to source rows; what the other columns are is learnt on one
 * half of the tied rows and verified on the other. See alignment.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import type { Derived, Step } from '../inverse.js';
import { probeSteps, type Target } from '../restoration/execute.js';
import { assign } from '../restoration/select.js';
import { addColumn, emptyTuples, FOREIGN, indexTuples, probeTuples } from '../restoration/tuple-join.js';
import type { Attack, Board } from './attack.js';
import { unexplained } from './attack.js';
import { linearSteps } from './linear.js';
import { fitOf, stepOf } from './match.js';
import { sortedNumbers } from './numeric.js';

/** Tied rows: product row and source row, position by position. */
export interface Pairs {
  readonly product: Int32Array;
  readonly source: Int32Array;
}

const MAX_PAIRS = 30_000;

/** Rows that agree in all columns read so far and are alone in that on both sides. */
export function alignRows(board: Board, target: Target, source: number): Pairs | null {
  let steps = assign(
    board.steps.filter((step) => step.source === source && step.tentative !== true && step.knowledge !== 'A3'),
  );
  if (steps.length === 0) return null;
  let best = tie(board.product.rows, target.sheet, steps);
  // A column that breaks the rows is left out: it was read wrongly or does not belong.
  for (let round = 0; round < 3 && steps.length > 1 && !board.late(); round++) {
    const [present] = probeSteps(target, steps, board.product.rows, board.thresholds.restoredBelow);
    if (present > 0.7) break;
    let improved: { steps: Step[]; present: number } | null = null;
    for (const step of steps) {
      const rest = steps.filter((other) => other !== step);
      const [share] = probeSteps(target, rest, board.product.rows, board.thresholds.restoredBelow);
      if (share > (improved?.present ?? present) + 0.05) improved = { steps: rest, present: share };
    }
    if (improved === null) break;
    steps = improved.steps;
    const tied = tie(board.product.rows, target.sheet, steps);
    if (tied.product.length > best.product.length) best = tied;
  }
  return best.product.length >= 12 ? best : null;
}

function tie(rows: number, sheet: Sheet, steps: readonly Step[]): Pairs {
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

/** A map of values learnt on even pairs, verified on odd ones whose value was seen. */
function learnMap(
  derived: Derived,
  to: SheetColumn,
  pairs: Pairs,
): { map: Int32Array; accuracy: number; tested: number; baseline: number } {
  const { codes, distinct } = derived.column;
  const map = new Int32Array(distinct).fill(FOREIGN);
  const votes = new Map<number, number>();
  for (let i = 0; i < pairs.product.length; i += 2) {
    const code = codes[pairs.product[i] as number] as number;
    const value = to.codes[pairs.source[i] as number] as number;
    if (code < 0 || value < 0) continue;
    const key = code * to.distinct + value;
    const count = (votes.get(key) ?? 0) + 1;
    votes.set(key, count);
    const known = map[code] as number;
    if (known < 0 || count > (votes.get(code * to.distinct + known) ?? 0)) map[code] = value;
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

/** Maps of few-valued columns and linear forms of numbers. */
export const alignment: Attack = {
  id: 'alignment',
  knowledge: 'A1',
  run(board) {
    const queue = unexplained(board, 0.8);
    if (queue.length === 0) return 'no column is left to explain';
    let tied = false;
    board.targets.forEach((target, source) => {
      if (board.late()) return;
      const pairs = alignRows(board, target, source);
      if (pairs === null) return;
      tied = true;
      const known = new Set(
        board.steps
          .filter((step) => step.source === source && step.score > 0.85 && step.tentative !== true)
          .map((step) => step.column),
      );
      for (const derived of queue) {
        if (derived.from.length > 1) continue;
        target.sheet.columns.forEach((to, position) => {
          if (known.has(position) || board.late() || to.distinct < 2) return;
          learn(board, derived, target.sheet, source, position, pairs);
        });
      }
      board.steps.push(...linearSteps(board, source, pairs, queue));
    });
    return tied ? null : 'too few rows can be tied by the columns read so far';
  },
};

function learn(board: Board, derived: Derived, sheet: Sheet, source: number, position: number, pairs: Pairs): void {
  const to = sheet.columns[position] as SheetColumn;
  const { map, accuracy, tested, baseline } = learnMap(derived, to, pairs);
  const target = { source, position, column: to };
  if (tested >= 20 && accuracy >= 0.9 && accuracy > baseline + 0.5 * (1 - baseline)) {
    const entries = map.reduce((count, code) => count + (code >= 0 ? 1 : 0), 0);
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
