/**
 * What attacks on several columns share: sampled rows, derived columns, and which of their steps are worth keeping.
 * @module
 */
import { columnOfTexts, type SheetColumn } from '../intake/sheet.js';
import type { Derived, Step } from '../inverse.js';
import type { Board } from './attack.js';

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
  return { column: columnOfTexts(formula, texts), from, formula, attack: 'combine', knowledge: 'A0', bits };
}

/** Keeps a derived column and its steps where they explain more than what is known. */
export function keep(board: Board, derived: Derived, steps: readonly Step[], key = false): void {
  const known = derived.from.map((column) => board.best(column));
  // One key column may serve many others.
  const best = key ? Math.min(...known) : Math.max(...known);
  const good = steps.filter((step) => step.score > best + 0.05 && step.mass > 0.3);
  if (good.length === 0) return;
  board.derived.push(derived);
  board.steps.push(...good);
}
