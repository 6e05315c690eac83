/**
 * Privacy-loss distribution of one mechanism on a grid, never below the true privacy curve.
 *
 * Connect-the-dots: the law on the grid whose curve joins the true curve's values at the grid points by straight lines in
 * exp(epsilon), which lies above a convex curve. Doroshenko, Ghazi, Kamath, Kumar, Manurangsi, PETS 2022, §3. See pld.md.
 * @module
 */
import { ScrimError } from '../../core/index.js';
import { type Direction, lossLaw, type Mechanism, privacyCurve } from './mechanism.js';

/** Probabilities of losses `(first + i) * interval`, and of an unbounded loss. */
export interface LossDistribution {
  readonly interval: number;
  /** Grid index of `probabilities[0]`. */
  readonly first: number;
  readonly probabilities: Float64Array;
  readonly infinite: number;
}

/** Curve values below this are moved to the unbounded loss, unless the caller says otherwise. */
export const TAIL_DELTA = 1e-20;
const MAXIMUM_POINTS = 2 ** 24;

/** Losses above `top` and below `-bottom` hold at most the tail's share of the curves. */
export interface Support {
  readonly top: number;
  readonly bottom: number;
}

/**
 * Smallest epsilon >= 0 with curve(epsilon) <= target, by doubling and bisection; Infinity when it never gets there.
 *
 * @param tolerance - relative excess that is good enough; default none
 */
export function curveEpsilon(curve: (epsilon: number) => number, target: number, tolerance = 0): number {
  if (curve(0) <= target) return 0;
  let high = 1e-3;
  while (curve(high) > target) {
    high *= 2;
    if (high > 1e300) return Number.POSITIVE_INFINITY;
  }
  let low = high / 2;
  if (curve(low) <= target) low = 0;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high || high - low <= tolerance * high) break;
    if (curve(middle) > target) low = middle;
    else high = middle;
  }
  return high;
}

/** Where the losses of a mechanism lie in one direction, all but `tail` of the curves. @throws SCRIM_ARGUMENT */
export function lossSupport(mechanism: Mechanism, direction: Direction, tail: number): Support {
  const unbounded = lossLaw(mechanism).infinite * (mechanism.sampling ?? 1);
  const above = (own: Direction): number =>
    curveEpsilon(privacyCurve(mechanism, own), unbounded + tail * (1 + unbounded), 1e-3);
  return { top: above(direction), bottom: above(direction === 'add' ? 'remove' : 'add') };
}

/**
 * The connect-the-dots distribution of a mechanism in one direction.
 *
 * @param interval - grid step of the loss.
 * @throws SCRIM_ARGUMENT for an unusable mechanism or a grid of more than 2^24 points.
 */
export function lossDistribution(
  mechanism: Mechanism,
  direction: Direction,
  interval: number,
  support: Support = lossSupport(mechanism, direction, TAIL_DELTA),
): LossDistribution {
  const last = Math.ceil(support.top / interval - 1e-9);
  const first = -Math.ceil(support.bottom / interval - 1e-9);
  if (!(last - first < MAXIMUM_POINTS)) {
    throw new ScrimError('SCRIM_ARGUMENT', {
      name: 'mechanism',
      problem: 'its privacy loss is too large for a grid; give it more noise',
    });
  }
  return connectDots(privacyCurve(mechanism, direction), first, last, interval);
}

/** Law on the grid points first..last whose curve joins the given one's values there. */
export function connectDots(
  curve: (epsilon: number) => number,
  first: number,
  last: number,
  interval: number,
): LossDistribution {
  const points = last - first + 1;
  const deltas = new Float64Array(points);
  for (let i = 0; i < points; i++) deltas[i] = curve((first + i) * interval);
  const probabilities = new Float64Array(points);
  const infinite = Math.max(0, deltas[points - 1] as number);
  // Slope in exp(epsilon) times exp(epsilon_j): -p_j sums. p_j = x_j (slope after - slope before), slope after the last = 0.
  const rise = Math.expm1(interval);
  const fall = -Math.expm1(-interval);
  let sum = infinite;
  for (let j = points - 1; j > 0; j--) {
    const before = ((deltas[j - 1] as number) - (deltas[j] as number)) / fall;
    const after = j === points - 1 ? 0 : ((deltas[j] as number) - (deltas[j + 1] as number)) / rise;
    const probability = Math.max(0, before - after);
    probabilities[j] = probability;
    sum += probability;
  }
  probabilities[0] = Math.max(0, 1 - sum);
  return { interval, first, probabilities, infinite };
}
