/**
 * Optimal composition of (epsilon, delta) mechanisms.
 *
 * Kairouz, Oh, Viswanath, ICML 2015, Thm. 3.3 (k equal mechanisms). Different ones: the laws that dominate them are composed on a grid
 * (Murtagh and Vadhan, TCC 2016, show that the exact answer is #P-hard), never below the optimum.
 * @module
 */
import { ScrimError } from '../../core/index.js';
import { lossLaw, type Mechanism } from './mechanism.js';
import { type Charge, pldDelta, pldEpsilon } from './pld.js';
import { logAdd } from './special.js';

/** (epsilon, delta) of one run with subsampling; refuses what has no pure price. @throws SCRIM_DP_NO_PURE_PRICE */
export function purePrice(mechanism: Mechanism): { epsilon: number; delta: number } {
  const law = lossLaw(mechanism);
  const epsilon = mechanism.kind === 'approximate' ? mechanism.epsilon : law.maximum;
  if (!Number.isFinite(epsilon)) throw new ScrimError('SCRIM_DP_NO_PURE_PRICE', { kind: mechanism.kind });
  const sampling = mechanism.sampling ?? 1;
  if (sampling === 1) return { epsilon, delta: law.infinite };
  // log(1 + q (e^epsilon - 1)), also where e^epsilon overflows.
  const amplified =
    epsilon > 700
      ? epsilon + Math.log(sampling + (1 - sampling) * Math.exp(-epsilon))
      : Math.log1p(sampling * Math.expm1(epsilon));
  return { epsilon: amplified, delta: sampling * law.infinite };
}

const MOST_RUNS = 2 ** 24;

/** log of C(k, l), l = 0..k. */
function logBinomials(k: number): Float64Array {
  if (k > MOST_RUNS)
    throw new ScrimError('SCRIM_ARGUMENT', {
      name: 'count',
      problem: 'optimal composition is offered up to 2^24 runs',
    });
  const logs = new Float64Array(k + 1);
  let lost = 0;
  for (let l = 1; l <= k; l++) {
    // Kahan's summation: a million roundings must not add up.
    const term = Math.log((k - l + 1) / l) - lost;
    const before = logs[l - 1] as number;
    const sum = before + term;
    lost = sum - before - term;
    logs[l] = sum;
  }
  return logs;
}

/** delta'_i of Thm. 3.3: what is left above epsilon_i = (k - 2i) epsilon. */
function remainder(k: number, epsilon: number, i: number, binomials: Float64Array): number {
  const norm = k * logAdd(0, epsilon);
  let sum = 0;
  for (let l = 0; l < i; l++) {
    const outer = (binomials[l] as number) + (k - l) * epsilon - norm;
    sum += Math.exp(outer) * -Math.expm1((2 * l - 2 * i) * epsilon);
  }
  return sum;
}

/** Total epsilon of `count` runs of an (epsilon, delta) mechanism at `totalDelta`, or null where no epsilon reaches it. */
export function optimalEpsilon(
  price: { epsilon: number; delta: number },
  count: number,
  totalDelta: number,
): number | null {
  const infinite = -Math.expm1(count * Math.log1p(-price.delta));
  const binomials = logBinomials(count);
  const fits = (i: number): boolean =>
    infinite + (1 - infinite) * remainder(count, price.epsilon, i, binomials) <= totalDelta * (1 + 1e-12);
  if (!fits(0)) return null;
  // The remainder falls as epsilon_i = (k - 2i) epsilon grows: the largest i that fits, by bisection.
  let low = 0;
  let high = Math.floor(count / 2) + 1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return (count - 2 * low) * price.epsilon;
}

/** delta of `count` runs of an (epsilon, delta) mechanism at any total epsilon: the divergence of k responses, summed exactly. */
export function optimalDelta(price: { epsilon: number; delta: number }, count: number, totalEpsilon: number): number {
  const infinite = -Math.expm1(count * Math.log1p(-price.delta));
  const binomials = logBinomials(count);
  const norm = count * logAdd(0, price.epsilon);
  let sum = 0;
  // l responses of k are false: the loss is (k - 2l) epsilon.
  for (let l = 0; l <= count; l++) {
    const loss = (count - 2 * l) * price.epsilon;
    if (loss <= totalEpsilon) break;
    sum += Math.exp((binomials[l] as number) + (count - l) * price.epsilon - norm) * -Math.expm1(totalEpsilon - loss);
  }
  return Math.min(1, infinite + (1 - infinite) * sum * (1 + 1e-9));
}

/** Largest epsilon per run such that `count` runs stay within (totalEpsilon, totalDelta), or null where none does. */
export function optimalEpsilonPerRun(
  totalEpsilon: number,
  totalDelta: number,
  delta: number,
  count: number,
): number | null {
  if (-Math.expm1(count * Math.log1p(-delta)) > totalDelta * (1 + 1e-12)) return null;
  const binomials = logBinomials(count);
  const finite = Math.exp(count * Math.log1p(-delta));
  let best: number | null = null;
  for (let i = 0; i <= Math.floor(count / 2); i++) {
    const runs = count - 2 * i;
    if (runs === 0) break;
    const epsilon = totalEpsilon / runs;
    const total = -Math.expm1(count * Math.log1p(-delta)) + finite * remainder(count, epsilon, i, binomials);
    if (total <= totalDelta * (1 + 1e-12)) best = Math.max(best ?? 0, epsilon);
  }
  return best;
}

/** Charges as the black boxes that their (epsilon, delta) describe. */
function boxes(charges: readonly Charge[]): Charge[] {
  return charges.map(({ mechanism, count }) => ({
    mechanism: { kind: 'approximate', ...purePrice(mechanism) },
    count,
  }));
}

/** Total epsilon of charges at delta: the theorem for equal ones, the composed dominating laws otherwise; never above plain addition. */
export function kovEpsilon(charges: readonly Charge[], delta: number): number {
  const priced = boxes(charges);
  const sum = charges.reduce((total, { mechanism, count }) => total + count * purePrice(mechanism).epsilon, 0);
  const only = priced.length === 1 ? priced[0] : undefined;
  if (only !== undefined)
    return optimalEpsilon(purePrice(only.mechanism), only.count, delta) ?? Number.POSITIVE_INFINITY;
  const composed = pldEpsilon(priced, delta);
  return Number.isFinite(composed) ? Math.min(sum, composed) : composed;
}

/** Total delta of charges at epsilon. */
export function kovDelta(charges: readonly Charge[], epsilon: number): number {
  const priced = boxes(charges);
  const only = priced.length === 1 ? priced[0] : undefined;
  return only === undefined ? pldDelta(priced, epsilon) : optimalDelta(purePrice(only.mechanism), only.count, epsilon);
}
