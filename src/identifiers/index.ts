/**
 * `scrim/identifiers`: Chinese and general identifiers, one file a kind: detect, validate, normalise, domain, customary masks.
 * @module
 */
export type { AddressParts } from './address.js';
export { addressScore, parseAddress } from './address.js';
export type { CardIssuer } from './bank-card.js';
export { cardIssuer } from './bank-card.js';
export { luhnCheck, luhnValid, MOD31_CHARACTERS, mod11Check, mod31Check, organisationCheck } from './check-digits.js';
export type { Position } from './coordinate.js';
export {
  bd09ToGcj02,
  bd09ToWgs84,
  gcj02ToBd09,
  gcj02ToWgs84,
  parsePosition,
  wgs84ToBd09,
  wgs84ToGcj02,
} from './coordinate.js';
export type { CalendarDate } from './date.js';
export { parseCalendarDate } from './date.js';
export type { Detection } from './kinds.js';
export {
  detect,
  identifierKindNames,
  identifierKinds,
  identifierSpec,
  normalize,
  normalizeKey,
  validate,
} from './kinds.js';
export { chineseNameScore, isEnglishGivenName, latinNameScore } from './person-name.js';
export { mobileSegments } from './phone.js';
export type { RegionEntry, RegionFinding } from './regions.js';
export { currentCounties, isKnownRegion, regionAt, regionEntries } from './regions.js';
export type { ResidentIdParts } from './resident-id.js';
export { residentIdParts } from './resident-id.js';
export type { ColumnKind, CustomaryMask, Finding, IdentifierSpec, InvalidReason, Validation } from './spec.js';
export { columnKinds, compact, isCalendarDate, toHalfWidth } from './spec.js';
export { frequentSurnameShare, isFrequentSurname, surnameLists, surnameOf } from './surnames.js';
export { binTableInfo } from './tables/bins.js';
export { givenNameTableInfo } from './tables/given-names.js';
export { regionTableInfo } from './tables/regions.js';
export { surnameTableInfo } from './tables/surnames.js';
export type { TextSpan } from './text.js';
export { detectInText } from './text.js';
