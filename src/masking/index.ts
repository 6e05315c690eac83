/**
 * `scrim/masking`: maskers for columns, and what each of them still tells.
 * @module
 */

export { type DateShiftOptions, type DateUnit, dateShift, dateTruncate } from './dates.js';
export { type KeepOptions, keep } from './keep.js';
export { type ColumnMask, type MaskedTable, maskTable } from './mask-table.js';
export type { LeakageContext, MaskedColumn, Masker, RowContext } from './masker.js';
export { type BucketOptions, bucket, clamp, round } from './numbers.js';
export {
  microAggregate,
  type NoiseOptions,
  noise,
  pram,
  type RandomOptions,
  rankSwap,
  shuffle,
} from './perturb.js';
export { constant, nullify, type ReplaceOptions, redact } from './redact.js';
export { countIpv4, countLuhn, countMobile, countPassport, countPlate, countUscc } from './residual/codes.js';
export { countOldResidentIds, countResidentIds, type ResidentFacts } from './residual/resident-id.js';
export { residualCandidates, residualKinds } from './residual/residual.js';
export { hash, type KeyedOptions, type KeySource, type TokenOptions, token } from './token.js';
