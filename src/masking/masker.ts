/**
 * What a masker is: a small object that turns the cells of one column into cells that may be released, and says what they still tell.
 *
 * A masker never lets a value through that it cannot mask: it suppresses the cell (null) and counts it. Masking a column
 * that is stored as a dictionary does the work once per distinct value unless the masker draws afresh for each row.
 * @module
 */
import type { Leakage, Residual } from '../core/index.js';
import type { Column, LogicalType, Table } from '../table/index.js';
import type { CellOperation } from './stream/cell.js';

/** The rows around a column while it is masked: where they stand in the table, and their other columns. */
export interface RowContext {
  /** Row number, in the whole table, of the first cell. */
  readonly firstRow: number;
  /** Another column of the same rows, as it was before masking. @throws SCRIM_TABLE_UNKNOWN_COLUMN */
  column(name: string): Column;
}

/** A masked column. */
export interface MaskedColumn {
  readonly column: Column;
  /** Cells that held something which the masker could not handle: they are null now. */
  readonly suppressed: number;
}

/** What {@link Masker.leakage} may look at. */
export interface LeakageContext {
  /** Name of the output column. */
  readonly column: string;
  /** The released cells, batch by batch; not given in a dry run or in a stream. */
  readonly released?: readonly Column[];
}

/** One way to mask a column. Made by a function of this room, e.g. {@link keep}; immutable. */
export interface Masker {
  /** Name of the rule, as policies write it. */
  readonly name: string;
  /** False when the masker must see the whole column first: call {@link Masker.fit}, and refuse a stream. */
  readonly streams: boolean;
  /** Other columns that it reads through {@link RowContext.column}. Default: none. */
  readonly reads?: readonly string[];
  /** What the text of the output means. Default: `text`. */
  readonly logical?: LogicalType;
  /** True when {@link Masker.unmask} exists: whoever holds the key (or the vault) can restore the values. */
  readonly reversible: boolean;
  /** Looks at the whole column and returns the masker to apply to its batches in order. Present when `streams` is false. */
  fit?(table: Table, column: string): Masker;
  /** Masks the cells of one batch. The input is never written to. */
  apply(column: Column, rows?: RowContext): MaskedColumn;
  /** The same masking as an operation on the bytes of a cell, for the CSV kernel; absent where there is none. */
  readonly cell?: CellOperation;
  /** What the output still tells. */
  leakage(context: LeakageContext): Leakage;
  /** Restores the cells of one batch; only reversible maskers have it. Use `unmask` of this room, which asks for authorisation. */
  unmask?(column: Column, rows?: RowContext): MaskedColumn;
}

/** {@link Leakage} of a column of which nothing is known to leak, with the given exceptions. */
export function leakageOf(
  column: string,
  rule: string,
  facts: Partial<Omit<Leakage, 'column' | 'rule'>> = {},
): Leakage {
  return {
    column,
    rule,
    domainSize: null,
    residual: null,
    equality: false,
    order: false,
    length: false,
    checkDigit: false,
    keyInvertible: false,
    key: null,
    ...facts,
  };
}

/** The same number of candidates for every cell. */
export function sameResidual(candidates: number): Residual {
  return { min: candidates, mean: candidates, max: candidates };
}
