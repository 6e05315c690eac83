/**
 * Accounting: what mechanisms cost together, and which scale meets a price.
 * @module
 */
export {
  type Account,
  type Accountant,
  type AccountOptions,
  account,
  type CalibrationTarget,
  calibrate,
} from './account.js';
export { type AdaptiveAccountant, PrivacyFilter, PrivacyOdometer } from './filter.js';
export {
  type BlackBoxMechanism,
  type Direction,
  type Mechanism,
  type NoiseMechanism,
  privacyCurve,
  type ResponseMechanism,
} from './mechanism.js';
export { kovDelta, kovEpsilon, optimalDelta, optimalEpsilon, optimalEpsilonPerRun } from './optimal-composition.js';
export { type Charge, pldDelta, pldEpsilon } from './pld.js';
export { defaultOrders, renyiDelta, renyiEpsilon, renyiPrice } from './rdp.js';
export { zcdpBudget, zcdpDelta, zcdpEpsilon, zcdpPrice } from './zcdp.js';
