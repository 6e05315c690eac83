/**
 * Exact geometric numbers of any scale, digit by digit: the base-256 digits of a geometric variable are independent.
 *
 * P(G = g) is proportional to q^g with q = exp(-1/scale). Writing g = d_0 + 256 d_1 + ..., q^g factors over the digits, so d_j is a
 * geometric variable with ratio q^(256^j) cut to 0..255, and the part above the last digit is geometric again (a fact used, in
 * base 2, by Canonne, Kamath, Steinke 2020, Alg. 2). The number of random words does not depend on the outcome, ties apart.
 * @module
 */
import type { RandomSource } from '../core/index.js';
import { bernoulliExpFiltered } from './bernoulli-exp.js';
import { expNegative } from './exp-interval.js';
import type { Rational } from './rational.js';
import { reduce, toNumber } from './rational.js';
import { type CumulativeBounds, ThresholdTable } from './threshold-table.js';

const BASE = 256n;
const GUARD = 96;
/** exp(-32): the digits are made to reach so far that the part above them is almost always zero. */
const REACH = 32n;

/** Cumulative probabilities of a geometric variable of ratio exp(-x) cut to 0..255. */
function digitBounds(x: Rational): (bits: number) => CumulativeBounds {
  return (bits) => {
    const precision = bits + GUARD;
    const shift = BigInt(precision);
    const one = 1n << shift;
    const ratio = expNegative(x, precision);
    const low: bigint[] = [];
    const high: bigint[] = [];
    const powers: { low: bigint; high: bigint }[] = [];
    let power = ratio;
    for (let i = 0; i < 256; i++) {
      powers.push(power);
      power = { low: (power.low * ratio.low) >> shift, high: ((power.high * ratio.high) >> shift) + 1n };
    }
    const last = powers[255] as { low: bigint; high: bigint };
    for (let i = 0; i < 255; i++) {
      const { low: powerLow, high: powerHigh } = powers[i] as { low: bigint; high: bigint };
      // (1 - q^(i+1)) / (1 - q^256), each part bounded on its own side.
      low.push(((one - powerHigh) << BigInt(bits)) / (one - last.low));
      high.push(((one - powerLow) << BigInt(bits)) / (one - last.high) + 1n);
    }
    return { low, high, complete: true };
  };
}

/** Sampler of geometric numbers with ratio exp(-1/scale), as doubles. */
export class Geometric {
  /** One table per base-256 digit, lowest first. */
  readonly digits: readonly ThresholdTable[];
  /** 256^(number of digits). */
  readonly #top: number;
  readonly #topExponent: Rational;
  readonly #topExponentNumber: number;

  /** @param scale - positive. */
  constructor(scale: Rational) {
    const digits: ThresholdTable[] = [];
    let weight = 1n;
    while (digits.length === 0 || weight * scale.den < REACH * scale.num) {
      digits.push(new ThresholdTable(digitBounds(reduce(weight * scale.den, scale.num))));
      weight *= BASE;
    }
    this.digits = digits;
    this.#top = Number(weight);
    this.#topExponent = reduce(weight * scale.den, scale.num);
    this.#topExponentNumber = toNumber(this.#topExponent);
  }

  /** One exact draw; `word` serves the lowest digit (its two low bits are not used). */
  sample(word: number, random: RandomSource): number {
    const digits = this.digits;
    let value = (digits[0] as ThresholdTable).sample(word, random);
    let weight = 256;
    for (let j = 1; j < digits.length; j++) {
      value += weight * (digits[j] as ThresholdTable).sample(random.uint32(), random);
      weight *= 256;
    }
    while (bernoulliExpFiltered(this.#topExponentNumber, () => this.#topExponent, random)) value += this.#top;
    return value;
  }
}
