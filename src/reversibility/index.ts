/**
 * `scrim/reversibility`: can the raw table be restored from this product? Attacks, executed inverses, verdict and gate.
 * @module
 */
export type {
  AttackReport,
  Capacity,
  ColumnReport,
  Coverage,
  Decision,
  Digests,
  Explanation,
  Knowledge,
  Measure,
  NullReport,
  Reason,
  Restoration,
  RiskSummary,
  SourceColumnReport,
  Thresholds,
  Verdict,
} from './verdict.js';
