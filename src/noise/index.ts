/**
 * `scrim/noise`: exact discrete noise and private selection. No floating-point number decides an outcome without an exact fallback.
 * @module
 */
export { AboveThreshold, type AboveThresholdOptions } from './above-threshold.js';
export { bernoulliExp } from './bernoulli-exp.js';
export { DiscreteGaussian } from './discrete-gaussian.js';
export { DiscreteLaplace, MAXIMUM_SCALE } from './discrete-laplace.js';
export { type HashedResponse, LocalHashing } from './local-hashing.js';
export { RandomisedResponse } from './randomised-response.js';
export { type Rational, type RationalLike, rational, toNumber } from './rational.js';
export { exponentialMechanism, permuteAndFlip, type SelectionOptions } from './selection.js';
export { UnaryEncoding } from './unary-encoding.js';
