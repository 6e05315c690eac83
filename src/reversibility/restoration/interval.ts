/**
 * Intervals of a share: Wilson for display, Clopper-Pearson for gates where targets were sampled.
 *
 * Wilson, "Probable inference", JASA 22 (1927); Clopper and Pearson, Biometrika 26 (1934).
 * @module
 */
import { ScrimError } from '../../core/index.js';

/** Centre and half-width of the Wilson score interval. */
export function wilson(successes: number, trials: number, level = 0.95): { rate: number; error: number } {
  check(successes, trials, level);
  const z = normalQuantile(1 - (1 - level) / 2);
  const p = successes / trials;
  const scale = 1 + (z * z) / trials;
  return {
    rate: (p + (z * z) / (2 * trials)) / scale,
    error: (z / scale) * Math.sqrt((p * (1 - p)) / trials + (z * z) / (4 * trials * trials)),
  };
}

/** Exact (Clopper-Pearson) limits, by bisection on the binomial tails. */
export function clopperPearson(successes: number, trials: number, level = 0.95): { lower: number; upper: number } {
  check(successes, trials, level);
  const tail = (1 - level) / 2;
  const lower = successes === 0 ? 0 : bisect((p) => 1 - binomialBelow(successes - 1, trials, p) - tail);
  const upper = successes === trials ? 1 : bisect((p) => tail - binomialBelow(successes, trials, p));
  return { lower, upper };
}

function check(successes: number, trials: number, level: number): void {
  if (!Number.isInteger(successes) || !Number.isInteger(trials) || trials < 1 || successes < 0 || successes > trials) {
    throw new ScrimError('SCRIM_ARGUMENT', {
      name: 'successes',
      problem: 'it must be a count of at most trials, and trials at least 1',
    });
  }
  if (!(level > 0 && level < 1))
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'level', problem: 'it must lie between 0 and 1' });
}

/** The root of an increasing function on [0, 1]. */
function bisect(increasing: (p: number) => number): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (increasing(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(X <= k) for X binomial(n, p), summed in logarithms from the largest term. */
function binomialBelow(k: number, n: number, p: number): number {
  if (p <= 0) return 1;
  if (p >= 1) return k >= n ? 1 : 0;
  let log = n * Math.log1p(-p);
  let sum = Math.exp(log);
  for (let i = 1; i <= k; i++) {
    log += Math.log((n - i + 1) / i) + Math.log(p) - Math.log1p(-p);
    sum += Math.exp(log);
  }
  return Math.min(1, sum);
}

/** Standard normal quantile, by bisection on the distribution function. */
export function normalQuantile(p: number): number {
  if (p === 0.5) return 0;
  let low = -40;
  let high = 40;
  for (let step = 0; step < 200 && high - low > 1e-15 * Math.max(1, Math.abs(low)); step++) {
    const middle = (low + high) / 2;
    if (normalBelow(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(Z <= x): series near the centre, continued fraction in the tails (Abramowitz and Stegun 26.2.10, 26.2.14). */
function normalBelow(x: number): number {
  if (Math.abs(x) < 5) {
    let term = x;
    let sum = x;
    for (let i = 1; i < 400 && Math.abs(term) > 1e-18 * Math.abs(sum); i++) {
      term *= (x * x) / (2 * i + 1);
      sum += term;
    }
    return 0.5 + sum * Math.exp((-x * x) / 2) * 0.3989422804014327;
  }
  let fraction = 0;
  for (let i = 60; i > 0; i--) fraction = i / (Math.abs(x) + fraction);
  const tail = (Math.exp((-x * x) / 2) * 0.3989422804014327) / (Math.abs(x) + fraction);
  return x > 0 ? 1 - tail : tail;
}
