/**
 * Restoring masked values: only reversible maskers, only with an authorisation, and never without a trace in the ledger.
 * @module
 */
import { entry, type LedgerEntry } from '../audit/index.js';
import { ScrimError } from '../core/index.js';
import { type Column, Table } from '../table/index.js';
import { rowContext } from './mask-table.js';
import type { MaskedColumn, Masker, RowContext } from './masker.js';

/** Who may restore what, for what purpose, until when. */
export interface Authorisation {
  readonly tenant: string;
  readonly environment: string;
  readonly scenario: string;
  /** Real-name operator who restores. */
  readonly operator: string;
  readonly purpose: string;
  /** Reference of the approval. */
  readonly reference: string;
  /** Columns that may be restored; a list that says "all" is refused. */
  readonly columns: readonly string[];
  /** Last day of validity, YYYY-MM-DD. */
  readonly expires: string;
}

/** Takes the entry: a `Ledger` is one. */
export interface UnmaskLedger {
  append(entry: LedgerEntry): Promise<unknown>;
}

/** Options of {@link unmask}. */
export interface UnmaskOptions {
  /** The masker that made the column, made again with the same options and key. */
  readonly masker: Masker;
  /** Name of the column, as the authorisation names it. */
  readonly name: string;
  readonly column: Column;
  readonly authorisation: Authorisation;
  readonly ledger: UnmaskLedger;
  /** Other columns of the rows, for maskers that read them. */
  readonly rows?: RowContext;
  /** The day, YYYY-MM-DD. Default: today (UTC). */
  readonly today?: string;
}

/**
 * Restores a column. The ledger entry is on disk before anything is restored; values that do not belong to the key are
 * suppressed and counted.
 *
 * @throws SCRIM_MASK_NOT_REVERSIBLE, SCRIM_MASK_UNAUTHORISED, and the ledger's errors
 */
export async function unmask(options: UnmaskOptions): Promise<MaskedColumn> {
  const { masker, column, rows, name, authorisation, ledger, today } = options;
  const restore = restorer(masker, name, authorisation, ledger, today);
  await ledger.append(unmaskEntry(masker, name, authorisation, column.length));
  return restore(column, rows);
}

/** A column to restore, and the masker that made it. */
export interface ColumnToUnmask {
  readonly column: string;
  /** Made again with the same options and key. */
  readonly masker: Masker;
}

/** Options of {@link unmaskTable}. */
export interface UnmaskTableOptions {
  readonly authorisation: Authorisation;
  readonly ledger: UnmaskLedger;
  /** The day, YYYY-MM-DD. Default: today (UTC). */
  readonly today?: string;
}

/** A table with restored columns. */
export interface UnmaskedTable {
  readonly table: Table;
  /** Cells by restored column that do not belong to the key: null now. */
  readonly suppressed: Readonly<Record<string, number>>;
}

/**
 * Restores columns of a table, in the given order, so that a column which another one reads (the person of a date shift) can
 * be restored before it. Everything is checked and every column noted in the ledger before anything is restored.
 *
 * @throws as {@link unmask}, SCRIM_TABLE_UNKNOWN_COLUMN
 */
export async function unmaskTable(
  table: Table,
  columns: readonly ColumnToUnmask[],
  options: UnmaskTableOptions,
): Promise<UnmaskedTable> {
  const { authorisation, ledger, today } = options;
  const restorers = columns.map(({ column, masker }) => {
    table.field(column);
    return restorer(masker, column, authorisation, ledger, today);
  });
  for (const { column, masker } of columns) {
    await ledger.append(unmaskEntry(masker, column, authorisation, table.rows));
  }
  let now = table;
  const suppressed: Record<string, number> = {};
  columns.forEach(({ column, masker }, i) => {
    const restore = restorers[i] as Restore;
    const source = now;
    const at = source.indexOf(column);
    let refused = 0;
    let firstRow = 0;
    const batches = source.batches.map((batch) => {
      const result = restore(batch.columns[at] as Column, rowContext(source, batch, firstRow));
      refused += result.suppressed;
      firstRow += batch.rows;
      return { rows: batch.rows, columns: batch.columns.map((one, c) => (c === at ? result.column : one)) };
    });
    suppressed[column] = refused;
    const type = batches[0]?.columns[at]?.type ?? 'utf8';
    const logical = masker.logical ?? 'text';
    now = new Table(
      source.fields.map((field, c) => (c === at ? { name: column, type, logical } : field)),
      batches,
    );
  });
  return { table: now, suppressed };
}

type Restore = (column: Column, rows?: RowContext) => MaskedColumn;

/** The function that restores, after everything but the ledger has agreed. */
function restorer(
  masker: Masker,
  name: string,
  authorisation: Authorisation,
  ledger: UnmaskLedger,
  today = new Date().toISOString().slice(0, 10),
): Restore {
  const restore = masker.unmask;
  if (!masker.reversible || restore === undefined) {
    throw new ScrimError('SCRIM_MASK_NOT_REVERSIBLE', { rule: masker.name });
  }
  const refuse = (problem: string): never => {
    throw new ScrimError('SCRIM_MASK_UNAUTHORISED', { column: name, problem });
  };
  if (authorisation === undefined || authorisation === null) refuse('there is no authorisation');
  if (ledger === undefined || ledger === null) refuse('there is no ledger');
  const { tenant, environment, scenario, operator, purpose, reference, columns, expires } = authorisation;
  for (const [field, value] of Object.entries({ tenant, environment, scenario, operator, purpose, reference })) {
    if (typeof value !== 'string' || value.trim() === '') refuse(`its field ${field} is empty`);
  }
  if (!columns.includes(name)) refuse('the authorisation does not name it');
  if (!/^\d{4}-\d{2}-\d{2}$/.test(expires)) refuse('the authorisation has no day of expiry');
  if (expires < today) refuse('the authorisation has expired');
  return (column, rows) => restore.call(masker, column, rows);
}

function unmaskEntry(masker: Masker, name: string, authorisation: Authorisation, cells: number): LedgerEntry {
  const { tenant, environment, scenario, operator, purpose, reference } = authorisation;
  const { key } = masker.leakage({ column: name });
  const who = { tenant, environment, scenario, operator, purpose, approval: reference };
  return entry('unmask', { ...who, key: key?.id ?? 'none', column: name, cells });
}
