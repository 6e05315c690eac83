/**
 * Rigorous bounds of exp(-x) for a rational x, as fixed-point integers of any precision.
 *
 * Argument halving and the Taylor series of exp, every rounding bounded (Brent and Zimmermann, Modern Computer
 * Arithmetic, §4.3-4.4).
 * @module
 */
import type { Rational } from './rational.js';

/** `low / 2^bits <= value <= high / 2^bits`. */
export interface Interval {
  readonly low: bigint;
  readonly high: bigint;
}

const GUARD = 64;

/** Bounds of exp(-num/den) with `bits` fractional bits; `high - low` is at most 2. */
export function expNegative(x: Rational, bits: number): Interval {
  const one = 1n << BigInt(bits);
  if (x.num === 0n) return { low: one, high: one };
  // exp(-x) < 2^-bits once x > bits·ln 2: nothing but the last place is left.
  if (x.num > x.den * BigInt(bits)) return { low: 0n, high: 1n };

  // x = n + f; halve until below 2^-8, so that few terms of the series suffice.
  const magnitude = (x.num / x.den).toString(2).length;
  const halvings = magnitude + 8;
  const precision = bits + GUARD + halvings;
  const unit = 1n << BigInt(precision);
  const small = (x.num << BigInt(precision - halvings)) / x.den;
  let sum = unit;
  let term = unit;
  for (let i = 1n; term !== 0n; i++) {
    term = (term * small) / (unit * i);
    sum = i % 2n === 1n ? sum - term : sum + term;
  }
  // Fewer than 32 truncations of the series so far, the truncated argument and the omitted tail: error below 64 units.
  for (let i = 0; i < halvings; i++) sum = (sum * sum) >> BigInt(precision);
  // Each squaring at most doubles the error (the value is below 1) and adds one unit: below 2^(halvings + 7) units.
  const error = 1n << BigInt(halvings + 7);
  const down = BigInt(precision - bits);
  const low = (sum - error) >> down;
  const high = ((sum + error) >> down) + 1n;
  return { low: low < 0n ? 0n : low, high: high > one ? one : high };
}
