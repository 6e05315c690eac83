/**
 * Which noise for which error at which cost, before anything is spent.
 * @module
 */
import { ScrimError } from '../../core/index.js';
import { DiscreteGaussian, DiscreteLaplace, MAXIMUM_SCALE } from '../../noise/index.js';
import { account } from '../accounting/index.js';
import { lawOf, noiseReach } from './answer.js';
import type { PricedPlan } from './measurements.js';

/** What one measurement of a plan will look like. */
export interface Forecast {
  readonly query: string;
  /** What is counted or added up. */
  readonly what: string;
  readonly noise: string;
  /** Scale of the noise and half width of the interval, in units of the answer (of the sum, for means and variances). */
  readonly scale: number;
  readonly reach: number;
}

/** Noise and half width of every measurement, at the plan's confidence; nothing of the data is looked at. */
export function forecast(priced: PricedPlan): Forecast[] {
  const { plan, measurements } = priced;
  const confidence = plan.confidence ?? 0.95;
  return measurements.map(({ query, what, noise, depth }) => {
    const asked = plan.queries.find(({ name }) => name === query);
    const quantum = asked !== undefined && 'quantum' in asked ? asked.quantum : 1;
    const unit = what === 'sum' ? quantum : what === 'squares' ? quantum * quantum : 1;
    const parts = measurements.filter((other) => other.query === query).length;
    return {
      query,
      what: depth === undefined ? what : `${what} ${depth}`,
      noise: noise.kind,
      scale: lawOf(noise, unit).scale as number,
      reach: noiseReach(noise, (1 - confidence) / parts) * unit,
    };
  });
}

/** An offer of {@link compareNoise}. */
export interface NoiseOffer {
  readonly kind: 'discrete-laplace' | 'discrete-gaussian';
  /** Largest scale that keeps the error; the price is what it then costs. */
  readonly scale: number;
  readonly epsilon: number;
  readonly delta: number;
}

/** What {@link compareNoise} is asked. */
export interface NoiseWish {
  /** Half width that the noise must keep to, in integer units of the answer. */
  readonly error: number;
  readonly confidence: number;
  /** Most that one unit changes one answer, and how many answers it changes: L1 is their product, L2 per answer sqrt of the number. */
  readonly perGroup: number;
  readonly groups: number;
  /** delta at which Gaussian noise is priced. */
  readonly delta: number;
}

/** Largest scale (to 2^-20) whose noise exceeds `error` with probability at most 1 - confidence. @throws SCRIM_ARGUMENT */
export function scaleForError(
  kind: 'discrete-laplace' | 'discrete-gaussian',
  error: number,
  confidence: number,
): number {
  if (!(error >= 0 && error <= 2 ** 40))
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'error', problem: 'it must lie between 0 and 2^40' });
  if (!(confidence > 0 && confidence < 1))
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'confidence', problem: 'it must lie between 0 and 1' });
  const reach = Math.floor(error);
  const keeps = (scale: number): boolean => {
    const noise = kind === 'discrete-laplace' ? new DiscreteLaplace(scale) : new DiscreteGaussian(scale);
    return 2 * noise.upperTail(reach) <= 1 - confidence;
  };
  let low = 2 ** -4;
  let high = 2 ** -3;
  if (!keeps(low)) throw new ScrimError('SCRIM_ARGUMENT', { name: 'confidence', problem: 'no scale keeps this error' });
  while (high < MAXIMUM_SCALE && keeps(high)) {
    low = high;
    high *= 2;
  }
  for (let i = 0; i < 24; i++) {
    const middle = (low + high) / 2;
    if (keeps(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** Both kinds of noise at the wished error, cheapest first. @throws SCRIM_ARGUMENT */
export function compareNoise(wish: NoiseWish): NoiseOffer[] {
  const { error, confidence, perGroup, groups, delta } = wish;
  const laplace = scaleForError('discrete-laplace', error, confidence);
  const sensitivity = perGroup * groups;
  const pure = account({
    charges: [{ mechanism: { kind: 'discrete-laplace', scale: laplace, sensitivity }, count: 1 }],
    accountant: 'pure',
    delta: 0,
  }).epsilon;
  const offers: NoiseOffer[] = [{ kind: 'discrete-laplace', scale: laplace, epsilon: pure, delta: 0 }];
  if (delta > 0) {
    const gaussian = scaleForError('discrete-gaussian', error, confidence);
    const { epsilon } = account({
      charges: [{ mechanism: { kind: 'discrete-gaussian', scale: gaussian, sensitivity: perGroup }, count: groups }],
      accountant: 'pld',
      delta,
    });
    offers.push({ kind: 'discrete-gaussian', scale: gaussian, epsilon, delta });
  }
  return offers.sort((a, b) => a.epsilon - b.epsilon);
}
