/**
 * What attacks on several columns share: sampled rows, derived columns, and which of their steps are worth keeping.
 * @module
 */
import { columnOfTexts, type SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import type { Board } from '../attack.js';
import { scoreOf } from './match.js';

const SAMPLE_ROWS = 64;

/** Rows spread evenly over the product. */
export function sampleRows(rows: number): number[] {
  const count = Math.min(rows, SAMPLE_ROWS);
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * rows) / count));
}

/** Text of a cell, null where there is none. */
export function textAt(column: SheetColumn, row: number): string | null {
  const code = column.codes[row] as number;
  return code < 0 ? null : column.text(code);
}

/** A derived column from one text a row. */
export function derive(
  formula: string,
  from: readonly number[],
  bits: number,
  texts: readonly (string | null)[],
): Derived {
  return deriveFrom(columnOfTexts(formula, texts), from, bits);
}

/** A derived column, named by its formula. */
export function deriveFrom(column: SheetColumn, from: readonly number[], bits: number): Derived {
  return { column, from, formula: column.name, attack: 'combine', knowledge: 'A0', bits };
}

/** What a step must gain to be kept. */
const GAIN = 0.05;

/** The board with best scores kept until a step is added: for a search that changes no step otherwise. */
export function keepingBest(board: Board): Board {
  const best = new Map<number, number>();
  let steps = -1;
  return {
    ...board,
    best(column) {
      if (steps !== board.steps.length) best.clear();
      steps = board.steps.length;
      let score = best.get(column);
      if (score === undefined) {
        score = board.best(column);
        best.set(column, score);
      }
      return score;
    },
  };
}

function known(board: Board, from: readonly number[], key: boolean): number {
  const own = from.map((column) => board.best(column));
  // One key column may serve many others.
  return key ? Math.min(...own) : Math.max(...own);
}

/** Score that a step must pass to be kept. */
function leastOf(board: Board, from: readonly number[], key = false): number {
  return known(board, from, key) + GAIN;
}

/** Share of the present rows that a step of columns this dear must read to be kept: a score is no more than that less the cost. */
export function massToKeep(board: Board, from: readonly number[], bits: number, key = false): number {
  return leastOf(board, from, key) - scoreOf({ mass: 0, similarity: 0 }, bits);
}

/** False where no step of columns this dear can explain more than what is known. */
export function couldKeep(board: Board, from: readonly number[], bits: number, key = false): boolean {
  return scoreOf({ mass: 1, similarity: 1 }, bits) > leastOf(board, from, key);
}

/**
 * Columns read off one product column that hold the same texts in all rows, once: what one joins to, the other does, and a step must
 * beat what is known to be kept.
 *
 * @param priced - false where what the columns cost does not count; a dearer one is left out for a cheaper one before it
 */
export function differentOnes(queue: readonly Derived[], priced = true): Derived[] {
  const found: Derived[] = [];
  for (const derived of queue) {
    const same = (other: Derived): boolean =>
      other.from.length === 1 &&
      derived.from.length === 1 &&
      other.from[0] === derived.from[0] &&
      (!priced || other.bits <= derived.bits) &&
      sameTexts(other.column, derived.column);
    if (!found.some(same)) found.push(derived);
  }
  return found;
}

function sameTexts(a: SheetColumn, b: SheetColumn): boolean {
  if (a === b) return true;
  if (a.present !== b.present) return false;
  // Code of each in the other, where it was met: texts are compared once a value.
  const map = new Int32Array(a.distinct).fill(-1);
  for (let row = 0; row < a.codes.length; row++) {
    const own = a.codes[row] as number;
    const other = b.codes[row] as number;
    if (own < 0 || other < 0) {
      if (own !== other) return false;
      continue;
    }
    if (map[own] === other) continue;
    if (!sameText(a, own, b, other)) return false;
    map[own] = other;
  }
  return true;
}

function sameText(a: SheetColumn, own: number, b: SheetColumn, other: number): boolean {
  return a.packed !== null && b.packed !== null && a.packed.ascii && b.packed.ascii
    ? a.packed.equals(own, b.packed, other)
    : a.text(own) === b.text(other);
}

/** Keeps a derived column and its steps where they explain more than what is known. */
export function keep(board: Board, derived: Derived, steps: readonly Step[], key = false): void {
  const least = leastOf(board, derived.from, key);
  const good = steps.filter((step) => step.score > least && step.mass > 0.3);
  if (good.length === 0) return;
  board.derived.push(derived);
  board.steps.push(...good);
}

/** Sums of numbers as the source writes them: exactly, or rounded where sums of fractions have left noise; null where neither is. */
export function snapped(board: Board, values: Float64Array): readonly string[] | null {
  const rows = sampleRows(values.length);
  // A few rows are written first: most sums are no one's.
  const written = (row: number): string => String(Number((values[row] as number).toPrecision(12)));
  const all = (write: (row: number) => string): string[] => Array.from(values, (_, row) => write(row));
  if (board.lookup.best(rows.map(written)) >= 0.9) return all(written);
  for (const decimals of [6, 4, 3, 2, 1, 0]) {
    const round = (row: number): string => String(Number(Number(written(row)).toFixed(decimals)));
    if (board.lookup.bestFolded(rows.map(round)) >= 0.9) return all(round);
  }
  return null;
}
