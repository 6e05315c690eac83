/**
 * Logarithm of gamma, digamma and trigamma for positive arguments: recurrence up to 12, then the asymptotic series.
 *
 * Abramowitz, Stegun, "Handbook of Mathematical Functions", 6.1.41, 6.3.18, 6.4.12.
 * @module
 */

const SHIFT = 12;

/** ln Gamma(x), x > 0; relative error about 1e-15. */
export function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  while (z < SHIFT) shift -= Math.log(z++);
  const r = 1 / (z * z);
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r * (1 / 1188 - (r * 691) / 360360))))) / z;
  return shift + (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series;
}

/** Digamma, x > 0. */
export function digamma(x: number): number {
  let shift = 0;
  let z = x;
  while (z < SHIFT) shift -= 1 / z++;
  const r = 1 / (z * z);
  return (
    shift +
    Math.log(z) -
    0.5 / z -
    r * (1 / 12 - r * (1 / 120 - r * (1 / 252 - r * (1 / 240 - r * (1 / 132 - (r * 691) / 32760)))))
  );
}

/** Trigamma, x > 0. */
export function trigamma(x: number): number {
  let shift = 0;
  let z = x;
  while (z < SHIFT) {
    shift += 1 / (z * z);
    z++;
  }
  const r = 1 / (z * z);
  return (
    shift +
    1 / z +
    r / 2 +
    (r / z) * (1 / 6 - r * (1 / 30 - r * (1 / 42 - r * (1 / 30 - r * (5 / 66 - (r * 691) / 2730)))))
  );
}
