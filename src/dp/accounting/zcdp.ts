/**
 * Zero-concentrated differential privacy and its conversions.
 *
 * Bun and Steinke, TCC 2016 (definition, Prop. 3); Canonne, Kamath, Steinke 2020, Prop. 12 and Cor. 13 (conversion).
 * @module
 */
import { ScrimError } from '../../core/index.js';
import { checkMechanism, type Mechanism } from './mechanism.js';

/** Relative rounding of a logarithm that is a sum of a few terms: what delta is enlarged by. */
const LOG_ERROR = 2 ** -49;

/**
 * Price of one run as (rho, delta). Subsampling is not counted in its favour: the unsampled price is an upper bound.
 *
 * @throws SCRIM_ARGUMENT
 */
export function zcdpPrice(mechanism: Mechanism): { rho: number; delta: number } {
  checkMechanism(mechanism);
  switch (mechanism.kind) {
    case 'gaussian':
    case 'discrete-gaussian':
      return { rho: (mechanism.sensitivity / mechanism.scale) ** 2 / 2, delta: 0 };
    case 'laplace':
    case 'discrete-laplace':
      return { rho: (mechanism.sensitivity / mechanism.scale) ** 2 / 2, delta: 0 };
    case 'randomised-response':
      return { rho: mechanism.epsilon ** 2 / 2, delta: 0 };
    case 'approximate':
      return { rho: mechanism.epsilon ** 2 / 2, delta: mechanism.delta };
  }
}

/** Smallest delta that rho-zCDP proves at epsilon, rounded up: the best order by bisection on the derivative. */
export function zcdpDelta(rho: number, epsilon: number): number {
  if (!(rho >= 0) || Number.isNaN(epsilon))
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'rho', problem: 'it must not be negative' });
  if (rho === 0) return epsilon >= 0 ? 0 : -Math.expm1(epsilon);
  let low = 1 + 2 ** -30;
  let high = (epsilon + 1) / (2 * rho) + 2;
  for (let i = 0; i < 500 && low < high; i++) {
    const order = (low + high) / 2;
    if (order === low || order === high) break;
    const slope = (2 * order - 1) * rho - epsilon + Math.log1p(-1 / order);
    if (slope < 0) low = order;
    else high = order;
  }
  const order = (low + high) / 2;
  const log = (order - 1) * (order * rho - epsilon) + order * Math.log1p(-1 / order) - Math.log(order - 1);
  return Math.min(1, Math.exp(log + LOG_ERROR * (1 + Math.abs(log) + (order - 1) * (order * rho + epsilon))));
}

/** Smallest epsilon that rho-zCDP proves at delta, rounded up. @throws SCRIM_ARGUMENT unless 0 < delta < 1 */
export function zcdpEpsilon(rho: number, delta: number): number {
  if (!(delta > 0 && delta < 1))
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'delta', problem: 'it must be above 0 and below 1' });
  if (rho === 0) return 0;
  let low = 0;
  let high = rho + 2 * Math.sqrt(rho * Math.log(1 / delta));
  for (let i = 0; i < 500; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (zcdpDelta(rho, middle) <= delta) high = middle;
    else low = middle;
  }
  return high;
}

/** Largest rho (rounded down) that proves (epsilon, delta). */
export function zcdpBudget(epsilon: number, delta: number): number {
  let low = 0;
  let high = epsilon + 1;
  for (let i = 0; i < 500; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (zcdpDelta(middle, epsilon) <= delta) low = middle;
    else high = middle;
  }
  return low;
}
