/**
 * What attacks on several columns share: sampled rows, derived columns, and which of their steps are worth keeping.
 * @module
 */
import { columnOfTexts, type SheetColumn } from '../intake/sheet.js';
import type { Derived, Step } from '../inverse.js';
import type { Board } from './attack.js';
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
  return code < 0 ? null : (column.values[code] as string);
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

function known(board: Board, from: readonly number[], key: boolean): number {
  const own = from.map((column) => board.best(column));
  // One key column may serve many others.
  return key ? Math.min(...own) : Math.max(...own);
}

/** False where no step of columns this dear can explain more than what is known. */
export function couldKeep(board: Board, from: readonly number[], bits: number, key = false): boolean {
  return scoreOf({ mass: 1, similarity: 1 }, bits) > known(board, from, key) + GAIN;
}

/** Keeps a derived column and its steps where they explain more than what is known. */
export function keep(board: Board, derived: Derived, steps: readonly Step[], key = false): void {
  const best = known(board, derived.from, key);
  const good = steps.filter((step) => step.score > best + GAIN && step.mass > 0.3);
  if (good.length === 0) return;
  board.derived.push(derived);
  board.steps.push(...good);
}
