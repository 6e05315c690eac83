/**
 * `scrim/masking`: maskers for columns, and what each of them still tells.
 * @module
 */
export { type KeepOptions, keep } from './keep.js';
export { type ColumnMask, type MaskedTable, maskTable } from './mask-table.js';
export type { LeakageContext, MaskedColumn, Masker, RowContext } from './masker.js';
export { constant, nullify, type ReplaceOptions, redact } from './redact.js';
export { hash, type KeyedOptions, type KeySource, type TokenOptions, token } from './token.js';
