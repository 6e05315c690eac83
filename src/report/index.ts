/**
 * `scrim/report`: reports that a person reads, completes and signs (zh-CN and en), and their charts.
 * @module
 */
export type { AcroChecksum, AcroOptions } from './acro.js';
export { acroResults } from './acro.js';
export { attackName, attackReason } from './attack-names.js';
export type { Clause, ClauseCheck } from './clauses.js';
export { CLAUSE_VERSION, clauseSources, clauses } from './clauses.js';
export { dpReleaseHtml } from './dp-release-html.js';
export { type ExtractView, extractHtml } from './extract-html.js';
export { bits, count, percent, plain } from './format.js';
export type { Estimate, GridMeasure, GridResult, GridRow } from './grid.js';
export { costOf, frontier, frontierRisks, frontierUtilities, gridMeasures } from './grid.js';
export { gridHtml } from './grid-html.js';
export { inspectHtml } from './inspect-html.js';
export { lineageHtml } from './lineage-html.js';
export type { Manifest, ManifestField, ProductKind } from './manifest.js';
export { manifestReasons, withReasons } from './manifest.js';
export type { PlanView } from './plan-html.js';
export { planHtml } from './plan-html.js';
export type { QualityCode, QualityFinding } from './quality.js';
export { qualityFindings, qualityText } from './quality.js';
export { recordHtml } from './record-html.js';
export type { ReviewHtmlOptions } from './review-html.js';
export { reviewHtml } from './review-html.js';
export { broughtBack } from './review-restored.js';
export type { RiskHtmlOptions } from './risk-html.js';
export { riskHtml } from './risk-html.js';
