/**
 * Grassberger's G(n) = psi(n) + (-1)^n / 2 (psi((n + 1) / 2) - psi(n / 2)), for entropy from small samples.
 *
 * arXiv:physics/0307138, eq. 28; G(1) = -gamma - ln 2, G(2) = 2 - gamma - ln 2, G(2n + 1) = G(2n), G(2n + 2) = G(2n) + 2 / (2n + 1) (eq. 30-31).
 * @module
 */

const EULER = 0.5772156649015329;
const known: number[] = [0, -EULER - Math.LN2, 2 - EULER - Math.LN2];

/** G(n) of a count n of at least 1; fractional weights are rounded up. */
export function grassberger(count: number): number {
  const n = Math.max(1, Math.ceil(count));
  if (n > 1_000_000) return Math.log(n);
  for (let i = known.length; i <= n; i++) {
    known.push(i % 2 === 1 ? (known[i - 1] as number) : (known[i - 2] as number) + 2 / (i - 1));
  }
  return known[n] as number;
}
