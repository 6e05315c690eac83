/**
 * `scrim/dp`: differentially private aggregates: accounting, queries, the durable budget.
 * @module
 */
export * from './accounting/index.js';
export type { BudgetCap, BudgetScope, BudgetState } from './books.js';
export { Budget, type Release, type ReleaseOptions } from './budget.js';
export {
  compareNoise,
  type Forecast,
  forecast,
  type NoiseOffer,
  type NoiseWish,
  scaleForError,
} from './query/forecast.js';
export { type HierarchyNode, type Reconciled, reconcile } from './query/hierarchy.js';
export { type Choice, type Measurement, type PricedPlan, pricePlan, type Selection } from './query/measurements.js';
export {
  magicRule,
  type PartitionRule,
  partitionRule,
  thresholdFor,
  thresholdRule,
} from './query/partition-selection.js';
export { checkPlan, type GroupKeys, type NumericQuery, type Plan, planDigest, type Query } from './query/plan.js';
export { type Answer, answer, type NoiseLaw, noiseReach } from './query/release.js';
