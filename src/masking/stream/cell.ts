/**
 * Maskers that need nothing but the bytes of one cell, as numbers that the CSV kernel reads without a call per cell.
 * @module
 */

/** What to do with a cell. */
export type CellOperation =
  | { readonly kind: 'copy' | 'drop' | 'empty' }
  | { readonly kind: 'text'; readonly text: Uint8Array }
  | {
      readonly kind: 'keep';
      readonly first: number;
      readonly last: number;
      readonly mark: number;
      /** -1: a quarter of the value. */
      readonly minHidden: number;
      readonly shortest: number;
      readonly longest: number;
      /** Bit n: length n is allowed; -1: any. */
      readonly lengths: number;
      /** 0 any, 1 digits, 2 digits and a final X. */
      readonly characters: number;
    };

/** Numbers per column in {@link cellTable}. */
export const CELL_STRIDE = 9;
/** Operation codes. */
export const COPY = 0;
export const DROP = 1;
export const EMPTY = 2;
export const TEXT = 3;
export const KEEP = 4;

/** Operations of all columns: code, first, last, mark (four times), minHidden, shortest, longest, lengths, characters. */
export function cellTable(operations: readonly CellOperation[]): Int32Array {
  const table = new Int32Array(operations.length * CELL_STRIDE);
  operations.forEach((operation, c) => {
    const at = c * CELL_STRIDE;
    table[at] = { copy: COPY, drop: DROP, empty: EMPTY, text: TEXT, keep: KEEP }[operation.kind];
    if (operation.kind !== 'keep') return;
    const longest = Math.min(operation.longest, 2 ** 31 - 1);
    const { first, last, mark, minHidden, shortest, lengths, characters } = operation;
    table.set([first, last, mark * 0x01010101, minHidden, shortest, longest, lengths, characters], at + 1);
  });
  return table;
}
