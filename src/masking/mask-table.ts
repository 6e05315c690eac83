/**
 * Masks the columns of a table: fits the maskers that need it, applies all of them batch by batch, counts what they refused.
 * @module
 */
import { type Leakage, type RunOptions, ScrimError, throwIfCancelled } from '../core/index.js';
import { type Batch, type Column, type Field, Table } from '../table/index.js';
import { leakageOf, type Masker, type RowContext } from './masker.js';

/** A column to be written: from which column, by which masker (null = released as it is), under which name. */
export interface ColumnMask {
  readonly column: string;
  readonly masker: Masker | null;
  /** Name in the output. Default: the same. */
  readonly as?: string;
}

/** A masked table. */
export interface MaskedTable {
  readonly table: Table;
  /** One entry per output column, in order. */
  readonly leakage: readonly Leakage[];
  /** Cells that each output column's masker could not handle and suppressed. */
  readonly suppressed: Readonly<Record<string, number>>;
}

/**
 * Writes exactly the named columns; every other column of the source is left out.
 *
 * @throws SCRIM_TABLE_UNKNOWN_COLUMN, SCRIM_CANCELLED and the errors of the maskers
 */
export function maskTable(table: Table, masks: readonly ColumnMask[], options: RunOptions = {}): MaskedTable {
  const chunks = masks.map(() => [] as Column[]);
  const suppressed: Record<string, number> = {};
  const leakage: Leakage[] = [];
  const fields: Field[] = [];
  const total = masks.length * table.batches.length;
  let done = 0;
  masks.forEach((mask, i) => {
    const name = mask.as ?? mask.column;
    const field = table.field(mask.column);
    const masker = mask.masker?.fit !== undefined ? mask.masker.fit(table, mask.column) : mask.masker;
    const written = chunks[i] as Column[];
    let refused = 0;
    let firstRow = 0;
    for (const batch of table.batches) {
      throwIfCancelled(options.signal, 'mask');
      const column = batch.columns[table.indexOf(mask.column)] as Column;
      if (masker === null) written.push(column);
      else {
        const result = masker.apply(column, rowContext(table, batch, firstRow));
        refused += result.suppressed;
        written.push(result.column);
      }
      firstRow += batch.rows;
      options.progress?.({ stage: 'mask', done: ++done, total, unit: 'steps' });
    }
    suppressed[name] = refused;
    const type = written[0]?.type ?? (masker === null ? field.type : 'utf8');
    fields.push(masker === null ? { ...field, name, type } : { name, type, logical: masker.logical ?? 'text' });
    leakage.push(masker === null ? releasedLeakage(name) : masker.leakage({ column: name, released: written }));
  });
  const batches = table.batches.map((batch, b) => ({
    rows: batch.rows,
    columns: chunks.map((column) => column[b] as Column),
  }));
  return { table: new Table(fields, batches), leakage, suppressed };
}

/** {@link Leakage} of a column that is released as it is. */
export function releasedLeakage(column: string): Leakage {
  return leakageOf(column, 'release', {
    residual: { min: 1, mean: 1, max: 1 },
    equality: true,
    order: true,
    length: true,
    checkDigit: true,
  });
}

/** The rows of a batch, for maskers that read other columns. */
export function rowContext(table: Table, batch: Batch, firstRow: number): RowContext {
  return { firstRow, column: (name) => batch.columns[table.indexOf(name)] as Column };
}

/** Refuses a masker that cannot work on a stream. @throws SCRIM_MASK_NEEDS_FIT */
export function requireStreaming(masker: Masker, column: string): Masker {
  if (!masker.streams) throw new ScrimError('SCRIM_MASK_NEEDS_FIT', { rule: masker.name, column });
  return masker;
}
