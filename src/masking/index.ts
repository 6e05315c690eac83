/**
 * `scrim/masking`: maskers for columns, and what each of them still tells.
 * @module
 */
export { type KeepOptions, keep } from './keep.js';
export type { LeakageContext, MaskedColumn, Masker, RowContext } from './masker.js';
export { constant, nullify, type ReplaceOptions, redact } from './redact.js';
