/**
 * `scrim/noise`: exact discrete noise and private selection. No floating-point number decides an outcome without an exact fallback.
 * @module
 */
export { bernoulliExp } from './bernoulli-exp.js';
export { DiscreteGaussian } from './discrete-gaussian.js';
export { DiscreteLaplace, MAXIMUM_SCALE } from './discrete-laplace.js';
export { RandomisedResponse } from './randomised-response.js';
export { type Rational, type RationalLike, rational, toNumber } from './rational.js';
export { exponentialMechanism, permuteAndFlip, type SelectionOptions } from './selection.js';
