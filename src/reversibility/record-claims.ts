/**
 * What the record beside a product claims (`scrim.record/1`): it may raise a verdict, never lower one (DESIGN §1 and §6).
 *
 * Content that a key restores is at least *review*, and *block* when it is a direct identifier or makes up raw rows, unless
 * the ledger shows the key destroyed. That a record itself calls a key destroyed is no proof.
 * @module
 */
import type { Leakage, OperationRecord } from '../core/index.js';
import { reason } from './reasons.js';
import type { Reason, SourceColumnReport, Thresholds } from './verdict.js';

/** The record of a product, as far as there is one: read, absent (null), or there but not readable. */
export type RecordClaim = OperationRecord | null | 'unreadable';

/** What a record is held against. */
export interface RecordSubject {
  readonly name: string;
  /** SHA-256 of the product's bytes; null where only a table was given. */
  readonly sha256: string | null;
  readonly columns: readonly string[];
}

/** Rules whose few candidates are no news: the cell is kept, or generalised, which the safe forms judge by persons. */
const OPEN = /^(?:keep|generalize|none)/;

/** Reasons that follow from one record. */
export function recordReasons(
  record: RecordClaim,
  subject: RecordSubject,
  sourceColumns: readonly SourceColumnReport[],
  destroyed: ReadonlySet<string>,
  thresholds: Thresholds,
): Reason[] {
  if (record === null) return [];
  if (record === 'unreadable' || !isRecord(record)) return [reason('record-unreadable', { product: subject.name })];
  const reasons: Reason[] = [];
  const { outputs, unsafe, policy } = record;
  if (subject.sha256 !== null && !outputs.some((output) => output.sha256 === subject.sha256)) {
    reasons.push(reason('record-digest', { product: subject.name }));
  }
  if (policy === 'none') reasons.push(reason('record-no-policy'));
  if (unsafe.length > 0) reasons.push(reason('record-unsafe', { claims: unsafe.map(String).join(', ') }));
  const present = new Set(subject.columns);
  const columns = record.columns.filter((column) => present.has(column.column));
  reasons.push(...keyReasons(columns, sourceColumns, destroyed, thresholds));
  const narrow = columns.filter(
    (column) => !OPEN.test(column.rule) && column.residual !== null && column.residual.max <= 1,
  );
  if (narrow.length > 0) {
    reasons.push(reason('record-candidates', { columns: names(narrow) }));
  }
  return reasons;
}

function keyReasons(
  columns: readonly Leakage[],
  sourceColumns: readonly SourceColumnReport[],
  destroyed: ReadonlySet<string>,
  thresholds: Thresholds,
): Reason[] {
  const invertible = columns.filter((column) => column.keyInvertible);
  if (invertible.length === 0) return [];
  const gone = invertible.filter((column) => column.key !== null && destroyed.has(column.key.id));
  const held = invertible.filter((column) => !gone.includes(column));
  const reasons: Reason[] = [];
  if (gone.length > 0) reasons.push(reason('key-destroyed', { columns: names(gone), keys: keys(gone) }));
  if (held.length === 0) return reasons;
  // The operation keeps the names of columns: an encrypted column is the source column of its name.
  const direct = new Set(sourceColumns.filter((one) => one.directIdentifier).map((one) => one.column));
  const distinct = new Map(sourceColumns.map((one) => [one.column, one.distinct]));
  const rows = held.filter((column) => (distinct.get(column.column) ?? 2) > 1).length >= thresholds.rowCells;
  const raw = rows || held.some((column) => direct.has(column.column));
  reasons.push(reason(raw ? 'key-invertible-raw' : 'key-invertible', { columns: names(held), keys: keys(held) }));
  return reasons;
}

function names(columns: readonly Leakage[]): string {
  return columns.map((column) => column.column).join(', ');
}

function keys(columns: readonly Leakage[]): string {
  const ids = columns.map((column) => column.key?.id ?? '?');
  return [...new Set(ids)].join(', ');
}

/** The parts that are used have the shape that they should have: a record is a file that anyone may have written. */
function isRecord(record: Partial<OperationRecord>): record is OperationRecord {
  const isColumn = (column: Partial<Leakage> | null): boolean =>
    column !== null &&
    typeof column === 'object' &&
    typeof column.column === 'string' &&
    typeof column.rule === 'string' &&
    typeof column.keyInvertible === 'boolean' &&
    (column.residual === null || typeof column.residual?.max === 'number') &&
    (column.key === null || typeof column.key?.id === 'string');
  return (
    record.schema === 'scrim.record/1' &&
    typeof record.policy === 'string' &&
    Array.isArray(record.outputs) &&
    record.outputs.every((output) => output !== null && typeof output === 'object') &&
    Array.isArray(record.unsafe) &&
    Array.isArray(record.columns) &&
    record.columns.every(isColumn)
  );
}
