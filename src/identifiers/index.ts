/**
 * `scrim/identifiers`: Chinese and general identifiers, one file a kind: detect, validate, normalise, domain, customary masks.
 * @module
 */
export type { RegionEntry, RegionFinding } from './regions.js';
export { currentCounties, isKnownRegion, regionAt, regionEntries } from './regions.js';
export { frequentSurnameShare, isFrequentSurname, surnameLists, surnameOf } from './surnames.js';
export { regionTableInfo } from './tables/regions.js';
export { surnameTableInfo } from './tables/surnames.js';
