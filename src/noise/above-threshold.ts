/**
 * Above-threshold: answers "below" to any number of questions for one price, until the first that lies above a noisy threshold.
 *
 * The proven variant only: Lyu, Su, Li, VLDB 2017, Alg. 1 with c = 1 (Dwork and Roth 2014, Alg. 1), with discrete noise: the threshold's
 * noise is drawn once, every question has fresh noise, no noisy answer is given out, and it stops. See above-threshold.md.
 * @module
 */
import { type RandomSource, ScrimError } from '../core/index.js';
import { DiscreteLaplace } from './discrete-laplace.js';
import { type Rational, type RationalLike, rational, reduce } from './rational.js';

/** What one search costs and asks. */
export interface AboveThresholdOptions {
  /** An integer, chosen without looking at the data. */
  readonly threshold: number;
  /** Most that one person changes any of the values, a positive integer. */
  readonly sensitivity: number;
  /** Price of the whole search. */
  readonly epsilon: RationalLike;
  /** True when one person moves all values in the same direction: half the noise on the values. Default false. */
  readonly monotonic?: boolean;
}

/** epsilon is split 1 : 2^(2/3) between threshold and values, 1 : 1 where monotonic (Lyu, Su, Li, §4.2). */
const THRESHOLD_PART = 396n;
const WHOLE = 1024n;

const laws = new Map<string, DiscreteLaplace>();
const KEPT_LAWS = 64;

/** A law is built once: its tables cost more than a search. */
function lawOf(scale: Rational): DiscreteLaplace {
  const name = `${scale.num}/${scale.den}`;
  let law = laws.get(name);
  if (law === undefined) {
    law = new DiscreteLaplace(scale);
    if (laws.size >= KEPT_LAWS) laws.clear();
    laws.set(name, law);
  }
  return law;
}

/** One search. @throws SCRIM_ARGUMENT */
export class AboveThreshold {
  readonly kind = 'above-threshold';
  readonly epsilon: Rational;
  /** Laws of the noise on the threshold and on each value. */
  readonly thresholdNoise: DiscreteLaplace;
  readonly valueNoise: DiscreteLaplace;
  readonly #random: RandomSource;
  readonly #threshold: number;
  #done = false;

  constructor(options: AboveThresholdOptions, random: RandomSource) {
    const { threshold, sensitivity, monotonic = false } = options;
    if (!Number.isSafeInteger(threshold) || Math.abs(threshold) > 2 ** 52)
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'threshold', problem: 'it must be an integer below 2^52' });
    if (!Number.isSafeInteger(sensitivity) || sensitivity < 1)
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'sensitivity', problem: 'it must be a positive integer' });
    this.epsilon = rational(options.epsilon, 'epsilon');
    if (this.epsilon.num === 0n)
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'epsilon', problem: 'it must be above 0' });
    const part = monotonic ? WHOLE / 2n : THRESHOLD_PART;
    const scale = (shift: number, share: bigint): DiscreteLaplace =>
      lawOf(reduce(BigInt(shift) * this.epsilon.den * WHOLE, this.epsilon.num * share));
    this.thresholdNoise = scale(sensitivity, part);
    this.valueNoise = scale((monotonic ? 1 : 2) * sensitivity, WHOLE - part);
    this.#random = random;
    this.#threshold = threshold + this.thresholdNoise.sample(random);
  }

  /** True once it has said "above": it answers no more. */
  get done(): boolean {
    return this.#done;
  }

  /** Whether the value, an integer, lies above; the first "above" ends the search. @throws SCRIM_ARGUMENT */
  ask(value: number): boolean {
    if (this.#done)
      throw new ScrimError('SCRIM_ARGUMENT', {
        name: 'value',
        problem: 'the search has ended; another one costs again',
      });
    if (!Number.isSafeInteger(value) || Math.abs(value) > 2 ** 52)
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'value', problem: 'it must be an integer below 2^52' });
    this.#done = value + this.valueNoise.sample(this.#random) >= this.#threshold;
    return this.#done;
  }
}
