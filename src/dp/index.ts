/**
 * `scrim/dp`: differentially private aggregates: accounting, queries, budget.
 * @module
 */
export * from './accounting/index.js';
