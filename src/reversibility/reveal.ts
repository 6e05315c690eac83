/**
 * What `--reveal` shows: the cells of some restored rows, product and source side by side (`scrim.reveal/1`).
 *
 * It holds raw values and is for the reviewer's own eyes, inside the domain: a verdict never carries it.
 * @module
 */
import type { Sheet, SheetColumn } from './intake/sheet.js';
import type { Outcome } from './restoration/execute.js';

/** One restored cell. */
export interface RevealedCell {
  /** Source column. */
  readonly column: string;
  /** Step of the inverse that gave it. */
  readonly formula: string;
  /** The product's cells that the step reads; null for an empty cell. */
  readonly product: readonly (string | null)[];
  /** The raw value that came back. */
  readonly restored: string;
}

/** One restored row. */
export interface RevealedRow {
  /** Row number of the product, 1-based. */
  readonly row: number;
  readonly cells: readonly RevealedCell[];
}

/** Rows that one attack restored. */
export interface Revealed {
  readonly attack: string;
  /** Names of the product and of the source. */
  readonly product: string;
  readonly source: string;
  readonly rows: readonly RevealedRow[];
}

/** Called with the rows of each attack that restored some: the only way by which raw values leave a review. */
export type RevealSink = (revealed: Revealed) => void;

/** The evidence rows of an outcome, with their values. */
export function revealOf(attack: string, product: Sheet, source: Sheet, outcome: Outcome): Revealed {
  const rows = outcome.evidence.map((row): RevealedRow => {
    const cells = outcome.steps.flatMap((step): RevealedCell[] => {
      const code = step.cells[row - 1] as number;
      if (code < 0) return [];
      const column = source.columns[step.column] as SheetColumn;
      return [
        {
          column: column.name,
          formula: step.formula,
          product: step.from.map((position) => textAt(product.columns[position] as SheetColumn, row - 1)),
          restored: column.text(code),
        },
      ];
    });
    return { row, cells };
  });
  return { attack, product: product.name, source: source.name, rows };
}

function textAt(column: SheetColumn, row: number): string | null {
  const code = column.codes[row] as number;
  return code < 0 ? null : column.text(code);
}
