/**
 * `scrim/reversibility`: can the raw table be restored from this product? Attacks, executed inverses, verdict and gate.
 * @module
 */
export { anonymityLoss, precisionRecall } from './attack/anonymity/anonymity-loss.js';
export type { LinkageRecord } from './attack/rows/record-linkage.js';
export { gowerDistances, linkRecords } from './attack/rows/record-linkage.js';
export type { GateState } from './gate.js';
export { gate } from './gate.js';
export type { ReviewInput, ReviewTable } from './intake/inputs.js';
export { attackName, phrase } from './phrases.js';
export type { ReasonCode } from './reasons.js';
export { reasonCodes } from './reasons.js';
export type { RecordClaim } from './record-claims.js';
export { clopperPearson, wilson } from './restoration/interval.js';
export type { Revealed, RevealedCell, RevealedRow, RevealSink } from './reveal.js';
export type { ReviewOptions } from './review.js';
export { canonicalVerdict, review } from './review.js';
export { BATTERY, defaultThresholds } from './thresholds.js';
export type {
  AttackReport,
  Capacity,
  ColumnReport,
  Coverage,
  Decision,
  Digests,
  Explanation,
  Gbt42460,
  Knowledge,
  Measure,
  NullReport,
  Reason,
  Restoration,
  RiskSummary,
  SensitiveRisk,
  SourceColumnReport,
  Thresholds,
  Verdict,
} from './verdict.js';
