/**
 * Normal tail functions with full relative accuracy far out, as privacy curves need them.
 *
 * erfc by its series with positive terms below 1 and its continued fraction above (Abramowitz and Stegun 7.1.6 and 7.1.14).
 * @module
 */

const SQRT_PI: number = Math.sqrt(Math.PI);
const SQRT_2: number = Math.SQRT2;
const SQRT_2_PI: number = Math.sqrt(2 * Math.PI);

/** erf(x) for |x| <= 1.5: 2/sqrt(pi) exp(-x^2) sum of 2^n x^(2n+1) / (2n+1)!!. */
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    const next = sum + term;
    if (next === sum) break;
    sum = next;
  }
  return (2 / SQRT_PI) * Math.exp(-x * x) * sum;
}

/** exp(x^2) erfc(x) for x >= 1 by the continued fraction, evaluated from the back. */
function erfcxFraction(x: number): number {
  const terms = Math.ceil(20 + 300 / (x * x));
  let tail = x;
  for (let k = terms; k >= 1; k--) tail = x + k / 2 / tail;
  return 1 / (SQRT_PI * tail);
}

/** Mills ratio from series and continued fraction. */
function millsSlow(z: number): number {
  const x = z / SQRT_2;
  return Math.sqrt(Math.PI / 2) * (x >= 1 ? erfcxFraction(x) : Math.exp(x * x) * (1 - erfSeries(x)));
}

const FIRST = -1.5;
const LAST = 40;
const PER_UNIT = 32;
let grid: Float64Array | undefined;

/**
 * Mills ratio P(N > z) / density(z), for z >= -1; the part of a tail that varies slowly. Taylor's series of order 9 about the nearest of
 * 1,329 tabulated points (at most 1/64 away): m' = z m - 1 and m^(n+1) = z m^(n) + n m^(n-1).
 */
export function millsRatio(z: number): number {
  if (!(z >= FIRST && z <= LAST)) return millsSlow(z);
  grid ??= Float64Array.from({ length: (LAST - FIRST) * PER_UNIT + 1 }, (_, i) => millsSlow(FIRST + i / PER_UNIT));
  const place = Math.round((z - FIRST) * PER_UNIT);
  const at = FIRST + place / PER_UNIT;
  const step = z - at;
  let before = grid[place] as number;
  let current = at * before - 1;
  let factor = step;
  let sum = before + current * factor;
  for (let n = 1; n < 9; n++) {
    const next = at * current + n * before;
    before = current;
    current = next;
    factor *= step / (n + 1);
    sum += current * factor;
  }
  return sum;
}

/** P(N > z) of a standard normal variable, relative error about 1e-14. */
export function normalSurvival(z: number): number {
  const far = Math.abs(z);
  const tail = (Math.exp((-far * far) / 2) / SQRT_2_PI) * millsRatio(far);
  return z >= 0 ? tail : 1 - tail;
}

/** log P(N > z); no underflow however far out. */
export function logNormalSurvival(z: number): number {
  const x = z / SQRT_2;
  return x >= 1 ? -x * x + Math.log(0.5 * erfcxFraction(x)) : Math.log(normalSurvival(z));
}

/** z with P(N > z) = p, 0 < p < 1, by bisection on the logarithm (and symmetry above 1/2). */
export function normalQuantileUpper(p: number): number {
  if (p > 0.5) return -normalQuantileUpper(1 - p);
  const target = Math.log(p);
  let low = 0;
  let high = Math.sqrt(-2 * target) + 1;
  for (let i = 0; i < 200 && low < high; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (logNormalSurvival(middle) > target) low = middle;
    else high = middle;
  }
  return high;
}

/** log(exp(a) + exp(b)) without overflow. */
export function logAdd(a: number, b: number): number {
  if (a === Number.NEGATIVE_INFINITY) return b;
  if (b === Number.NEGATIVE_INFINITY) return a;
  const high = Math.max(a, b);
  return high + Math.log1p(Math.exp(Math.min(a, b) - high));
}
