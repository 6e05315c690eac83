/**
 * Exact Bernoulli(exp(-x)): a double decides when it is far from the border, integers of growing precision when it is near.
 *
 * The distribution is that of Canonne, Kamath, Steinke, "The Discrete Gaussian for Differential Privacy", NeurIPS 2020, Alg. 1; the
 * method is a filtered exact predicate: lazily drawn bits of one uniform number are compared with rigorous bounds of exp(-x).
 * @module
 */
import type { RandomSource } from '../core/index.js';
import { expNegative } from './exp-interval.js';
import type { Rational } from './rational.js';
import { toNumber } from './rational.js';

/** Far above the error of any engine's Math.exp (relative 2^-50 granted) plus that of the rounded argument (absolute 2^-43). */
export const FILTER_MARGIN: number = 2 ** -40;

/** Beyond this argument the filter is not used: exp(-x) is below 2^-86 and only exact comparison is sound. */
const FILTER_RANGE = 60;

/** Settings that only tests change. */
export interface FilterOptions {
  /** Width of the band in which the double is not trusted. Default {@link FILTER_MARGIN}; 1 forces the exact path. */
  readonly margin?: number;
}

/** True when a uniform number whose first bits are `head` (of `headBits`) lies below exp(-x); draws further bits as needed. */
export function uniformBelowExp(head: bigint, headBits: number, x: Rational, random: RandomSource): boolean {
  let bits = headBits;
  let value = head;
  for (;;) {
    const bound = expNegative(x, bits);
    if (value + 1n <= bound.low) return true;
    if (value >= bound.high) return false;
    value = (value << 64n) | (BigInt(random.uint32()) << 32n) | BigInt(random.uint32());
    bits += 64;
  }
}

/**
 * One exact draw of Bernoulli(exp(-x)).
 *
 * @param approximate - `x` as a double, absolute error at most 2^-43 where `x` is below 60.
 * @param exact - `x` as a fraction, asked for only near the border.
 */
export function bernoulliExpFiltered(
  approximate: number,
  exact: () => Rational,
  random: RandomSource,
  margin: number = FILTER_MARGIN,
): boolean {
  const high = random.uint32() >>> 6;
  const low = random.uint32() >>> 5;
  const uniform = (high * 2 ** 27 + low) / 2 ** 53;
  if (approximate < FILTER_RANGE) {
    const probability = Math.exp(-approximate);
    if (uniform + margin < probability) return true;
    if (uniform - margin > probability) return false;
  } else if (uniform > margin) {
    return false;
  }
  return uniformBelowExp((BigInt(high) << 27n) | BigInt(low), 53, exact(), random);
}

/**
 * One exact draw of Bernoulli(exp(-x)).
 *
 * @example
 * bernoulliExp({ num: 0n, den: 1n }, new SecureRandom()); // => true
 */
export function bernoulliExp(x: Rational, random: RandomSource, options: FilterOptions = {}): boolean {
  if (x.num === 0n) return true;
  return bernoulliExpFiltered(toNumber(x), () => x, random, options.margin ?? FILTER_MARGIN);
}
