/**
 * The discrete Gaussian distribution, drawn exactly: P(X = x) proportional to exp(-x^2 / (2 scale^2)) over the integers.
 *
 * Definition: Canonne, Kamath, Steinke 2020, Def. 1. Samplers: see discrete-gaussian.md.
 * @module
 */
import type { RandomSource } from '../core/index.js';
import { ScrimError } from '../core/index.js';
import { bernoulliExpFiltered } from './bernoulli-exp.js';
import { fillSigned, MAXIMUM_SCALE } from './discrete-laplace.js';
import { expNegative } from './exp-interval.js';
import { type Rational, type RationalLike, rational, reduce, toNumber } from './rational.js';
import { type CumulativeBounds, ThresholdTable } from './threshold-table.js';

/** Up to this scale one table serves a draw; beyond it, a table of strata and one rejection. */
const TABLE_SCALE = 1024n;
const GUARD = 64;

/**
 * Cumulative probabilities of 1, m·w_1, m·w_2, ... over their total, w_k = exp(-k^2 / (2 scale^2)): with m = 2 the law of |X|.
 */
export function gaussianMagnitudeBounds(scale: Rational, multiplicity: bigint): (bits: number) => CumulativeBounds {
  const exponent = reduce(scale.den * scale.den, 2n * scale.num * scale.num);
  return (bits) => {
    const precision = bits + GUARD;
    const shift = BigInt(precision);
    const one = 1n << shift;
    // w_{k+1} = w_k · s_k with s_k = r^(2k+1), r = exp(-1 / (2 scale^2)); lower and upper bounds side by side.
    const r = expNegative(exponent, precision);
    const squareLow = (r.low * r.low) >> shift;
    const squareHigh = ((r.high * r.high) >> shift) + 1n;
    let [weightLow, weightHigh] = [r.low, r.high];
    let [stepLow, stepHigh] = [(r.low * squareLow) >> shift, ((r.high * squareHigh) >> shift) + 1n];
    const sumLow: bigint[] = [one];
    const sumHigh: bigint[] = [one];
    const enough = 1n << BigInt(GUARD / 2);
    let tailHigh: bigint;
    for (;;) {
      sumLow.push((sumLow.at(-1) as bigint) + multiplicity * weightLow);
      sumHigh.push((sumHigh.at(-1) as bigint) + multiplicity * weightHigh);
      weightLow = (weightLow * stepLow) >> shift;
      weightHigh = ((weightHigh * stepHigh) >> shift) + 1n;
      stepLow = (stepLow * squareLow) >> shift;
      stepHigh = ((stepHigh * squareHigh) >> shift) + 1n;
      // The ratios only fall from here: what is left is below weight / (1 - step).
      tailHigh = (2n * weightHigh * one) / (one - stepHigh) + 1n;
      if (tailHigh < enough * BigInt(sumLow.length)) break;
    }
    const totalLow = sumLow.at(-1) as bigint;
    const totalHigh = (sumHigh.at(-1) as bigint) + tailHigh;
    return {
      low: sumLow.map((sum) => (sum << BigInt(bits)) / totalHigh),
      high: sumHigh.map((sum) => (sum << BigInt(bits)) / totalLow + 1n),
      complete: false,
    };
  };
}

/** Strata per sigma, 64 to 128: about 99 % of the proposals are accepted. */
const FINENESS = 64n;

/**
 * Sampler for large scales. The magnitudes fall into strata [cB, (c + 1)B), B a power of two; a table draws c with weight
 * exp(-(cB)^2 / (2 sigma^2)), the place u within is uniform, and the proposal m = cB + u is accepted with probability
 * exp(-(m^2 - (cB)^2) / (2 sigma^2)).
 */
class Strata {
  readonly #table: ThresholdTable;
  readonly #width: number;
  readonly #doubleVariance: Rational;
  readonly #doubleVarianceNumber: number;

  constructor(scale: Rational) {
    let width = 1n;
    while (2n * width * FINENESS * scale.den <= scale.num) width *= 2n;
    this.#table = new ThresholdTable(gaussianMagnitudeBounds(reduce(scale.num, scale.den * width), 1n));
    this.#width = Number(width);
    this.#doubleVariance = reduce(2n * scale.num * scale.num, scale.den * scale.den);
    this.#doubleVarianceNumber = toNumber(this.#doubleVariance);
  }

  sample(random: RandomSource): number {
    const width = this.#width;
    for (;;) {
      const word = random.uint32();
      const base = this.#table.sample(word, random) * width;
      const place = width <= 2 ** 32 ? random.uint32() & (width - 1) : random.below(width);
      const offset = place < 0 ? place + 2 ** 32 : place;
      const gain = (offset * (2 * base + offset)) / this.#doubleVarianceNumber;
      if (!bernoulliExpFiltered(gain, () => this.#exponent(base, offset), random)) continue;
      const magnitude = base + offset;
      if ((word & 1) === 0) return magnitude;
      if (magnitude !== 0) return -magnitude;
    }
  }

  #exponent(base: number, offset: number): Rational {
    const u = BigInt(offset);
    return reduce(u * (2n * BigInt(base) + u) * this.#doubleVariance.den, this.#doubleVariance.num);
  }
}

/**
 * Exact sampler and law of discrete Gaussian noise.
 *
 * @throws SCRIM_ARGUMENT for a scale that is zero, negative, not finite or above 2^46.
 */
export class DiscreteGaussian {
  readonly kind = 'discrete-gaussian';
  /** The parameter sigma as an exact fraction; the price of sensitivity 1 is 1/(2 sigma^2) in zCDP. */
  readonly scale: Rational;
  readonly #sigma: number;
  readonly #table: ThresholdTable | null = null;
  readonly #strata: Strata | null = null;
  #norm: number | undefined;

  constructor(scale: RationalLike) {
    this.scale = rational(scale, 'scale');
    this.#sigma = toNumber(this.scale);
    if (this.scale.num === 0n || this.#sigma > MAXIMUM_SCALE) {
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'scale', problem: 'it must be above 0 and at most 2^46' });
    }
    if (this.scale.num <= TABLE_SCALE * this.scale.den)
      this.#table = new ThresholdTable(gaussianMagnitudeBounds(this.scale, 2n));
    else this.#strata = new Strata(this.scale);
  }

  /** One exact draw. */
  sample(random: RandomSource): number {
    if (this.#table !== null) {
      const word = random.uint32();
      const magnitude = this.#table.sample(word, random);
      return (word & 1) === 1 && magnitude !== 0 ? -magnitude : magnitude;
    }
    return (this.#strata as Strata).sample(random);
  }

  /** Fills the array with independent exact draws and returns it. An `Int32Array` is refused above scale 2^24. */
  fill<Target extends Int32Array | Float64Array>(target: Target, random: RandomSource): Target {
    if (this.#table !== null) fillSigned(target, this.#table, random);
    else {
      if (target instanceof Int32Array && this.#sigma > 2 ** 24) {
        throw new ScrimError('SCRIM_ARGUMENT', { name: 'target', problem: 'draws of this scale need a Float64Array' });
      }
      for (let i = 0; i < target.length; i++) target[i] = this.sample(random);
    }
    return target;
  }

  /** P(X = x), within a relative 2^-40. */
  probability(x: number): number {
    const z = x / this.#sigma;
    return Math.exp((-z * z) / 2) / this.#total();
  }

  /** An upper bound of the variance: sigma^2 (Canonne, Kamath, Steinke 2020, Cor. 9). */
  get variance(): number {
    return this.#sigma * this.#sigma;
  }

  /** An upper bound of P(X > x) for x >= 0: the sum up to scale 2^16, the Gaussian bound of CKS20 Prop. 25 beyond. */
  upperTail(x: number): number {
    const first = Math.floor(x) + 1;
    if (this.#sigma <= 2 ** 16) {
      let sum = 0;
      for (let k = first; ; k++) {
        const term = this.probability(k);
        sum += term;
        if (term === 0 || term < sum * 2 ** -60) return sum * (1 + 2 ** -30);
      }
    }
    const z = (first - 1) / this.#sigma;
    return z <= 0.5 ? 0.5 : Math.min(0.5, Math.exp((-z * z) / 2) / (z * Math.sqrt(2 * Math.PI)));
  }

  /** Normalising sum; beyond scale 16 it equals sigma·sqrt(2 pi) to double precision (Poisson summation). */
  #total(): number {
    if (this.#norm === undefined) {
      if (this.#sigma > 16) this.#norm = this.#sigma * Math.sqrt(2 * Math.PI);
      else {
        let sum = 1;
        for (let k = 1; ; k++) {
          const term = 2 * Math.exp(-((k / this.#sigma) ** 2) / 2);
          if (sum + term === sum) break;
          sum += term;
        }
        this.#norm = sum;
      }
    }
    return this.#norm;
  }
}
