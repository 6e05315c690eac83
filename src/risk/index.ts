/**
 * `scrim/risk`: class sizes, uniqueness, attackers, population models.
 * @module
 */
export type { ClassOptions, ClassSizes } from './class-sizes.js';
export { classSizes, sizeHistogram } from './class-sizes.js';
export type { IndividualRisk, IndividualRiskOptions } from './individual-risk.js';
export { individualRisk } from './individual-risk.js';
export type { PopulationUniqueness } from './population.js';
export { populationUniqueness, uniquenessByModel } from './population.js';
export type { QuasiIdentifierScore, RankOptions } from './quasi-identifiers.js';
export { discoverQuasiIdentifiers, rankQuasiIdentifiers, scoreQuasiIdentifier } from './quasi-identifiers.js';
export type { AttackerRisk, RiskOptions, RiskReport } from './report.js';
export { riskReport } from './report.js';
export type { SudaOptions, SudaResult } from './suda2.js';
export { suda2 } from './suda2.js';
