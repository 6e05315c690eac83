/**
 * Exact rational parameters: a scale of `0.1` means one tenth when it is written as text, the double's exact value when it is a number.
 * @module
 */
import { ScrimError } from '../core/index.js';

/** A non-negative fraction `num / den` in lowest terms, `den > 0`. */
export interface Rational {
  readonly num: bigint;
  readonly den: bigint;
}

/** What a parameter may be given as. Text is decimal (`"0.1"`, `"1e-3"`) or a fraction (`"1/3"`). */
export type RationalLike = number | bigint | string | Rational;

const DECIMAL = /^(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;
const FRACTION = /^(\d+)\/(\d+)$/;

/** Greatest common divisor of two non-negative integers. */
export function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** The fraction in lowest terms. */
export function reduce(num: bigint, den: bigint): Rational {
  const divisor = gcd(num, den);
  return divisor > 1n ? { num: num / divisor, den: den / divisor } : { num, den };
}

function fromDouble(value: number, name: string): Rational {
  if (!Number.isFinite(value) || value < 0) throw unusable(name);
  let scaled = value;
  let power = 0;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    power++;
  }
  return reduce(BigInt(scaled), 1n << BigInt(power));
}

function fromText(text: string, name: string): Rational {
  const fraction = FRACTION.exec(text);
  if (fraction !== null) {
    const den = BigInt(fraction[2] as string);
    if (den === 0n) throw unusable(name);
    return reduce(BigInt(fraction[1] as string), den);
  }
  const decimal = DECIMAL.exec(text);
  if (decimal === null) throw unusable(name);
  const digits = decimal[2] ?? '';
  const exponent = Number(decimal[3] ?? '0') - digits.length;
  const num = BigInt((decimal[1] as string) + digits);
  return exponent >= 0 ? reduce(num * 10n ** BigInt(exponent), 1n) : reduce(num, 10n ** BigInt(-exponent));
}

function unusable(name: string): ScrimError {
  return new ScrimError('SCRIM_ARGUMENT', {
    name,
    problem: 'it must be a finite number or fraction that is not negative',
  });
}

/**
 * The exact fraction that a parameter stands for.
 *
 * @throws SCRIM_ARGUMENT when it is negative, not finite or not a number.
 * @example
 * rational('0.1', 'scale'); // => { num: 1n, den: 10n }
 */
export function rational(value: RationalLike, name: string): Rational {
  switch (typeof value) {
    case 'number':
      return fromDouble(value, name);
    case 'bigint':
      if (value < 0n) throw unusable(name);
      return { num: value, den: 1n };
    case 'string':
      return fromText(value.trim(), name);
    default:
      if (value.den <= 0n || value.num < 0n) throw unusable(name);
      return reduce(value.num, value.den);
  }
}

/** The nearest double, for display and for filters that have an exact fallback. */
export function toNumber(value: Rational): number {
  const num = Number(value.num);
  const den = Number(value.den);
  if (Number.isFinite(num) && Number.isFinite(den)) return num / den;
  const shift = BigInt(Math.max(value.num.toString(2).length, value.den.toString(2).length) - 1000);
  return Number(value.num >> shift) / Number(value.den >> shift);
}
