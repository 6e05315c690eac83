/**
 * The discrete Laplace distribution, drawn exactly: P(X = x) proportional to exp(-|x| / scale) over the integers.
 *
 * Definition: Ghosh, Roughgarden, Sundararajan 2009; Canonne, Kamath, Steinke 2020, Def. 24. See discrete-laplace.md.
 * @module
 */
import type { RandomSource } from '../core/index.js';
import { ScrimError } from '../core/index.js';
import { expNegative } from './exp-interval.js';
import { Geometric } from './geometric.js';
import { type Rational, type RationalLike, rational, reduce, toNumber } from './rational.js';
import { type CumulativeBounds, ThresholdTable } from './threshold-table.js';

/** Largest scale: draws stay exact integers of a double (a draw beyond 2^53 has probability below exp(-128)). */
export const MAXIMUM_SCALE: number = 2 ** 46;

/** Up to this scale one table serves a draw; beyond it, base-256 digits. */
const TABLE_SCALE = 1024n;
const GUARD = 64;
const POOL = 16384;

/** Cumulative probabilities of |X|: 1 - 2 q^(k+1) / (1 + q). */
export function laplaceMagnitudeBounds(scale: Rational): (bits: number) => CumulativeBounds {
  const exponent = reduce(scale.den, scale.num);
  return (bits) => {
    const precision = bits + GUARD;
    const shift = BigInt(precision);
    const one = 1n << shift;
    const ratio = expNegative(exponent, precision);
    const low: bigint[] = [];
    const high: bigint[] = [];
    const unit = 1n << BigInt(GUARD);
    let powerLow = ratio.low;
    let powerHigh = ratio.high;
    for (;;) {
      const tailLow = ((powerLow << 1n) << shift) / (one + ratio.high);
      const tailHigh = ((powerHigh << 1n) << shift) / (one + ratio.low) + 1n;
      low.push((one - tailHigh) >> BigInt(GUARD));
      high.push(((one - tailLow) >> BigInt(GUARD)) + 1n);
      if (tailHigh < unit) return { low, high, complete: false };
      powerLow = (powerLow * ratio.low) >> shift;
      powerHigh = ((powerHigh * ratio.high) >> shift) + 1n;
    }
  };
}

/**
 * Exact sampler and exact law of discrete Laplace noise.
 *
 * @throws SCRIM_ARGUMENT for a scale that is zero, negative, not finite or above 2^46.
 * @example
 * const noise = new DiscreteLaplace('1/3');
 * Number.isInteger(noise.sample(new SecureRandom())); // => true
 */
export class DiscreteLaplace {
  readonly kind = 'discrete-laplace';
  /** The scale b as an exact fraction; the price of sensitivity 1 is 1/b. */
  readonly scale: Rational;
  readonly #ratio: number;
  readonly #table: ThresholdTable | null;
  readonly #geometric: Geometric | null;

  constructor(scale: RationalLike) {
    this.scale = rational(scale, 'scale');
    if (this.scale.num === 0n || toNumber(this.scale) > MAXIMUM_SCALE) {
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'scale', problem: 'it must be above 0 and at most 2^46' });
    }
    this.#ratio = Math.exp(-1 / toNumber(this.scale));
    const small = this.scale.num <= TABLE_SCALE * this.scale.den;
    this.#table = small ? new ThresholdTable(laplaceMagnitudeBounds(this.scale)) : null;
    this.#geometric = small ? null : new Geometric(this.scale);
  }

  /** One exact draw. */
  sample(random: RandomSource): number {
    if (this.#table !== null) {
      const word = random.uint32();
      const magnitude = this.#table.sample(word, random);
      return (word & 1) === 1 && magnitude !== 0 ? -magnitude : magnitude;
    }
    const geometric = this.#geometric as Geometric;
    for (;;) {
      const word = random.uint32();
      const magnitude = geometric.sample(word, random);
      if ((word & 1) === 0) return magnitude;
      if (magnitude !== 0) return -magnitude;
    }
  }

  /** Fills the array with independent exact draws and returns it. An `Int32Array` is refused above scale 2^24. */
  fill<Target extends Int32Array | Float64Array>(target: Target, random: RandomSource): Target {
    if (this.#table !== null) fillSigned(target, this.#table, random);
    else {
      if (target instanceof Int32Array && toNumber(this.scale) > 2 ** 24) {
        throw new ScrimError('SCRIM_ARGUMENT', { name: 'target', problem: 'draws of this scale need a Float64Array' });
      }
      for (let i = 0; i < target.length; i++) target[i] = this.sample(random);
    }
    return target;
  }

  /** P(X = x). */
  probability(x: number): number {
    return ((1 - this.#ratio) / (1 + this.#ratio)) * this.#ratio ** Math.abs(x);
  }

  /** P(X > x) for x >= 0, within a relative 2^-40. */
  upperTail(x: number): number {
    return this.#ratio ** (x + 1) / (1 + this.#ratio);
  }

  /** Variance 2q / (1 - q)^2. */
  get variance(): number {
    const gap = -Math.expm1(-1 / toNumber(this.scale));
    return (2 * this.#ratio) / (gap * gap);
  }
}

/** Bulk draws of sign and magnitude, one word each, entropy in blocks of 64 KiB that are wiped after use. */
export function fillSigned(target: Int32Array | Float64Array, table: ThresholdTable, random: RandomSource): void {
  const words = new Uint32Array(Math.min(POOL, Math.max(1, target.length)));
  const bytes = new Uint8Array(words.buffer);
  for (let start = 0; start < target.length; start += words.length) {
    random.fill(bytes);
    const end = Math.min(target.length, start + words.length);
    if (target instanceof Int32Array) signedInt32(target, start, end, words, table, random);
    else signedFloat64(target, start, end, words, table, random);
  }
  words.fill(0);
}

function signedInt32(
  target: Int32Array,
  start: number,
  end: number,
  words: Uint32Array,
  table: ThresholdTable,
  random: RandomSource,
): void {
  const { floors, guide, guideShift } = table;
  for (let i = start; i < end; i++) {
    const word = words[i - start] as number;
    const prefix = word >>> 2;
    let outcome = guide[prefix >>> guideShift] as number;
    while ((floors[outcome] as number) < prefix) outcome++;
    if (floors[outcome] === prefix) outcome = table.resolve(prefix, outcome, random);
    target[i] = (word & 1) === 1 ? -outcome : outcome;
  }
}

function signedFloat64(
  target: Float64Array,
  start: number,
  end: number,
  words: Uint32Array,
  table: ThresholdTable,
  random: RandomSource,
): void {
  const { floors, guide, guideShift } = table;
  for (let i = start; i < end; i++) {
    const word = words[i - start] as number;
    const prefix = word >>> 2;
    let outcome = guide[prefix >>> guideShift] as number;
    while ((floors[outcome] as number) < prefix) outcome++;
    if (floors[outcome] === prefix) outcome = table.resolve(prefix, outcome, random);
    target[i] = (word & 1) === 1 && outcome !== 0 ? -outcome : outcome;
  }
}
