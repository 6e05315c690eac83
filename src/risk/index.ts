/**
 * `scrim/risk`: class sizes, uniqueness, attackers, population models.
 * @module
 */
export type { ClassOptions, ClassSizes } from './class-sizes.js';
export { classSizes, sizeHistogram } from './class-sizes.js';
export type { PopulationUniqueness } from './population.js';
export { populationUniqueness, uniquenessByModel } from './population.js';
export type { AttackerRisk, RiskOptions, RiskReport } from './report.js';
export { riskReport } from './report.js';
