/**
 * Restoring masked values: only reversible maskers, only with an authorisation, and never without a trace in the ledger.
 * @module
 */
import { entry, type LedgerEntry } from '../audit/index.js';
import { ScrimError } from '../core/index.js';
import type { Column } from '../table/index.js';
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
  const { masker, name, column, authorisation, ledger } = options;
  if (!masker.reversible || masker.unmask === undefined) {
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
  if (expires < (options.today ?? new Date().toISOString().slice(0, 10))) refuse('the authorisation has expired');
  const { key } = masker.leakage({ column: name });
  await ledger.append(
    entry('unmask', {
      tenant,
      environment,
      scenario,
      operator,
      purpose,
      approval: reference,
      key: key?.id ?? 'none',
      column: name,
      cells: column.length,
    }),
  );
  return masker.unmask(column, options.rows);
}
