/**
 * `scrim/masking`: maskers for columns, and what each of them still tells.
 * @module
 */

export { type BasisOptions, unlessBasis } from './basis.js';
export {
  type Classification,
  type ClassifyOptions,
  type ColumnClass,
  type ColumnClassification,
  classifyTable,
  type Evidence,
  type GradeLadder,
  gradeLadders,
  type HeaderMeaning,
  type ProposedRule,
  readHeader,
} from './classify/index.js';
export { conditional, type MaskCase, type RowTest } from './conditional.js';
export { type DateShiftOptions, type DateUnit, dateShift, dateTruncate } from './dates.js';
export { encrypt } from './encrypt.js';
export { fake, fakeKinds } from './fake.js';
export { type Ff1MaskOptions, ff1 } from './ff1.js';
export { json, type PathRule } from './json.js';
export { type KeepOptions, keep, keepRange } from './keep.js';
export { keepParts, partKinds } from './keep-parts.js';
export {
  type CellStatus,
  controlledRounding,
  type MagnitudeOptions,
  type MagnitudeResult,
  magnitudeTable,
} from './magnitude/magnitudes.js';
export { type ColumnMask, type MaskedTable, maskTable, releasedLeakage } from './mask-table.js';
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
export type { CellOperation } from './stream/cell.js';
export { type ChooseMasks, type MaskCsvOptions, maskCsv, type StreamCounts } from './stream/mask-csv.js';
export { maskNdjson, type NdjsonCounts } from './stream/mask-ndjson.js';
export { maskParquet } from './stream/mask-parquet.js';
export { type SurrogateOptions, surrogate, surrogateKinds } from './surrogate.js';
export { type TextOptions, text } from './text.js';
export { hash, type KeyedOptions, type KeySource, type TokenOptions, token } from './token.js';
export {
  type Authorisation,
  type ColumnToUnmask,
  type UnmaskedTable,
  type UnmaskLedger,
  type UnmaskOptions,
  type UnmaskTableOptions,
  unmask,
  unmaskTable,
} from './unmask.js';
export { randomToken, TokenVault } from './vault.js';
