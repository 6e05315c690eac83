/**
 * How many records are unique in the population, estimated from the class sizes of a sample: Zayatz, Pitman, SNB, Dankar.
 *
 * Zayatz, "Estimation of the Number of Unique Population Elements Using a Sample", 1991; Hoshino, "Applying Pitman's
 * Sampling Formula to Microdata Disclosure Risk Assessment", J. Official Statistics 17(4), 2001; Chen, Keller-McNulty,
 * "Estimation of Identification Disclosure Risk in Microdata", J. Official Statistics 14(1), 1998 (slide negative
 * binomial); decision rule: Dankar et al., "Estimating the Re-identification Risk of Clinical Data Sets", BMC Med.
 * Inform. Decis. Mak. 12:66, 2012. Population size = sample / fraction; as ARX computes them.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { sizeHistogram } from './class-sizes.js';
import { digamma, logGamma, trigamma } from './special-functions.js';

/** Estimated shares of the population that are unique; null where an estimator found no solution. */
export interface PopulationUniqueness {
  readonly samplingFraction: number;
  readonly populationSize: number;
  readonly zayatz: number;
  readonly pitman: number | null;
  readonly snb: number | null;
  /** Dankar's rule: Pitman up to a fraction of 0.1, above it Zayatz (or the smaller of Zayatz and SNB when asked). */
  readonly dankar: number;
  /** The model that the rule chose. */
  readonly model: 'PITMAN' | 'ZAYATZ' | 'SNB' | 'DANKAR';
}

type Histogram = readonly { size: number; classes: number }[];

/**
 * Estimates population uniqueness.
 *
 * @param sizes - class sizes in the sample
 * @param fraction - sample / population, in (0, 1]
 * @param useSnb - let the decision rule choose SNB above a fraction of 0.1; default false
 * @throws SCRIM_RISK_OPTION
 */
export function populationUniqueness(sizes: Float64Array, fraction: number, useSnb = false): PopulationUniqueness {
  if (!(fraction > 0 && fraction <= 1)) {
    throw new ScrimError('SCRIM_RISK_OPTION', {
      option: 'samplingFraction',
      problem: 'it must be above 0 and at most 1',
    });
  }
  const histogram = sizeHistogram(sizes);
  const sample = histogram.reduce((sum, { size, classes }) => sum + size * classes, 0);
  const population = sample / fraction;
  const base = { samplingFraction: fraction, populationSize: population };
  if (countOf(histogram, 1) === 0) {
    return { ...base, zayatz: 0, pitman: 0, snb: 0, dankar: 0, model: 'DANKAR' };
  }
  const share = (uniques: number | null): number | null => (uniques === null ? null : uniques / population);
  const zayatz = zayatzUniques(histogram, sample, fraction) / population;
  const pitman = share(pitmanUniques(histogram, sample, population));
  const snb = share(snbUniques(histogram, fraction, population));
  if (fraction <= 0.1) {
    return pitman === null
      ? { ...base, zayatz, pitman, snb, dankar: zayatz, model: 'ZAYATZ' }
      : { ...base, zayatz, pitman, snb, dankar: pitman, model: 'PITMAN' };
  }
  // The published rule takes the smaller of Zayatz and SNB. SNB is reported, but decides only when asked to: its
  // equations often have no or a spurious solution (ARX's solver finds none on Adult), and Zayatz is the cautious one.
  return useSnb && snb !== null && snb <= zayatz
    ? { ...base, zayatz, pitman, snb, dankar: snb, model: 'SNB' }
    : { ...base, zayatz, pitman, snb, dankar: zayatz, model: 'ZAYATZ' };
}

/**
 * One model's estimate of the unique share of the population from a histogram of class sizes; null without a solution.
 * `dankar` is Pitman up to a fraction of 0.1 and Zayatz above it.
 */
export function uniquenessByModel(
  histogram: readonly { size: number; classes: number }[],
  fraction: number,
  model: 'dankar' | 'pitman' | 'zayatz' | 'snb',
): number | null {
  const sample = histogram.reduce((sum, { size, classes }) => sum + size * classes, 0);
  const population = sample / fraction;
  if (countOf(histogram, 1) === 0) return 0;
  const chosen = model === 'dankar' ? (fraction <= 0.1 ? 'pitman' : 'zayatz') : model;
  if (chosen === 'zayatz') return zayatzUniques(histogram, sample, fraction) / population;
  const uniques =
    chosen === 'pitman' ? pitmanUniques(histogram, sample, population) : snbUniques(histogram, fraction, population);
  return uniques === null ? null : uniques / population;
}

function countOf(histogram: Histogram, size: number): number {
  return histogram.find((bin) => bin.size === size)?.classes ?? 0;
}

/** Zayatz: sample uniques times the chance that a sample unique comes from a population unique, over the fraction. */
function zayatzUniques(histogram: Histogram, sample: number, fraction: number): number {
  const population = Math.floor(sample / fraction);
  const classes = histogram.reduce((sum, bin) => sum + bin.classes, 0);
  let all = 0;
  for (const { size, classes: count } of histogram) all += (count / classes) * oneSampled(population, size, sample);
  const ones = countOf(histogram, 1);
  const conditional = ((ones / classes) * oneSampled(population, 1, sample)) / all;
  return (ones * conditional) / fraction;
}

/** Hypergeometric: exactly one of `size` marked among `population` falls into a sample. */
function oneSampled(population: number, size: number, sample: number): number {
  let probability = (size * sample) / population;
  for (let j = 1; j < size; j++) {
    probability *= (population - sample - j + 1) / (population - j);
    if (probability <= 0) return 0;
  }
  return probability;
}

/** Pitman: maximum likelihood of (theta, alpha), then Gamma(theta + 1) / Gamma(theta + alpha) N^alpha. */
function pitmanUniques(histogram: Histogram, n: number, population: number): number | null {
  const u = histogram.reduce((sum, bin) => sum + bin.classes, 0);
  const c1 = countOf(histogram, 1);
  const c2 = countOf(histogram, 2) || 1;
  const c = (c1 * (c1 - 1)) / c2;
  let t = (n * u * c - c1 * (n - 1) * (2 * u + c)) / (2 * c1 * u + c1 * c - n * c);
  let a = (t * (c1 - n) + (n - 1) * c1) / (n * u);
  if (!(a > 0 && a < 1) || !(t > -a)) {
    a = Math.min(0.9, Math.max(0.1, c1 / u));
    t = 1;
  }
  for (let step = 0; step < 300; step++) {
    const g = pitmanGradient(histogram, n, u, t, a);
    const determinant = g.tt * g.aa - g.ta * g.ta;
    let dt = (g.aa * g.t - g.ta * g.a) / determinant;
    let da = (g.tt * g.a - g.ta * g.t) / determinant;
    // Newton where the likelihood is concave, gradient ascent where it is not.
    if (!(g.tt < 0 && determinant > 0)) {
      dt = -g.t / Math.abs(g.tt || 1);
      da = -g.a / Math.abs(g.aa || 1);
    }
    if (!Number.isFinite(dt) || !Number.isFinite(da)) return null;
    let scale = 1;
    while (scale > 1e-12 && !(a - scale * da > 0 && a - scale * da < 1 && t - scale * dt > -(a - scale * da))) {
      scale /= 2;
    }
    t -= scale * dt;
    a -= scale * da;
    if (Math.abs(scale * dt) <= 1e-12 * Math.max(1, Math.abs(t)) && Math.abs(scale * da) <= 1e-14) break;
  }
  if (!(a > 0 && a < 1)) return null;
  const uniques = Math.exp(logGamma(t + 1) - logGamma(t + a) + a * Math.log(population));
  return uniques >= 0 && uniques <= population ? uniques : null;
}

interface Gradient {
  t: number;
  a: number;
  tt: number;
  ta: number;
  aa: number;
}

/** First and second derivatives of Pitman's log likelihood (Hoshino 2001, eq. 11-15). */
function pitmanGradient(histogram: Histogram, n: number, u: number, t: number, a: number): Gradient {
  let t1 = 0;
  let a1 = 0;
  let tt = 0;
  let ta = 0;
  let aa = 0;
  // Sums over i = 1 .. u - 1 of 1 / (t + i a) and its like, in closed form with x = t / a.
  const x = t / a;
  if (x > -0.5 && a > 1e-6) {
    const s1 = (digamma(x + u) - digamma(x + 1)) / a;
    const s2 = (trigamma(x + 1) - trigamma(x + u)) / (a * a);
    t1 = s1;
    a1 = (u - 1 - t * s1) / a;
    tt = -s2;
    ta = -(s1 - t * s2) / a;
    aa = -(u - 1 - 2 * t * s1 + t * t * s2) / (a * a);
  } else {
    for (let i = 1; i < u; i++) {
      const inverse = 1 / (t + i * a);
      t1 += inverse;
      a1 += i * inverse;
      tt -= inverse * inverse;
      ta -= i * inverse * inverse;
      aa -= i * inverse * (i * inverse);
    }
  }
  t1 -= digamma(n + t) - digamma(t + 1);
  tt += trigamma(t + 1) - trigamma(n + t);
  for (const { size, classes } of histogram) {
    if (size === 1) continue;
    a1 -= classes * (digamma(size - a) - digamma(1 - a));
    aa -= classes * (trigamma(1 - a) - trigamma(size - a));
  }
  return { t: t1, a: a1, tt, ta, aa };
}

/** SNB: Shlosser's estimate of the population's classes, then alpha and beta from the singles and pairs. */
function snbUniques(histogram: Histogram, f: number, population: number): number | null {
  const classes = histogram.reduce((sum, bin) => sum + bin.classes, 0);
  const c1 = countOf(histogram, 1);
  const c2 = countOf(histogram, 2);
  let v1 = 0;
  let v2 = 0;
  let v3 = 0;
  let v4 = 0;
  for (const { size, classes: count } of histogram) {
    const rest = (1 - f) ** size * count;
    v1 += size * f * f * (1 - f * f) ** (size - 1) * count;
    v2 += (1 - f) ** size * ((1 + f) ** size - 1) * count;
    v3 += rest;
    v4 += size * f * (1 - f) ** (size - 1) * count;
  }
  const k = classes + c1 * (v1 / v2) * (v3 / v4) ** 2;
  if (!Number.isFinite(k)) return null;
  const equations = (a: number, b: number): [number, number] => {
    const d = (1 - f) * (1 - b);
    return [
      k * f * (b / (1 - d)) ** a * ((a * d) / (1 - d) + 1) - c1,
      ((k * a * b ** a * f * f * (1 - b)) / 2 / (1 - d) ** (a + 2)) * (2 - (1 - a) * d) - c2,
    ];
  };
  for (const [a0, b0] of [
    [0.5, 0.5],
    [1, 0.1],
    [0.1, 0.01],
    [2, 0.9],
    [0.05, 0.001],
  ] as const) {
    const found = solve(equations, a0, b0);
    if (found === null) continue;
    const uniques = k * found[1] ** found[0];
    if (uniques > 0 && uniques <= population) return uniques;
  }
  return null;
}

/** Newton with numeric derivatives and backtracking in a > 0, 0 < b < 1; null when it does not converge. */
function solve(f: (a: number, b: number) => [number, number], a0: number, b0: number): [number, number] | null {
  let a = a0;
  let b = b0;
  for (let step = 0; step < 200; step++) {
    const [x, y] = f(a, b);
    const norm = Math.hypot(x, y);
    if (norm < 1e-6) return [a, b];
    const ha = 1e-7 * Math.max(1e-3, a);
    const hb = 1e-7 * Math.max(1e-3, b);
    const [xa, ya] = f(a + ha, b);
    const [xb, yb] = f(a, b + hb);
    const [j11, j21, j12, j22] = [(xa - x) / ha, (ya - y) / ha, (xb - x) / hb, (yb - y) / hb];
    const determinant = j11 * j22 - j12 * j21;
    const da = (j22 * x - j12 * y) / determinant;
    const db = (j11 * y - j21 * x) / determinant;
    if (!Number.isFinite(da) || !Number.isFinite(db)) return null;
    let scale = 1;
    for (; scale > 1e-10; scale /= 2) {
      const na = a - scale * da;
      const nb = b - scale * db;
      if (na > 0 && nb > 0 && nb < 1 && Math.hypot(...f(na, nb)) < norm) break;
    }
    if (scale <= 1e-10) return null;
    a -= scale * da;
    b -= scale * db;
  }
  return null;
}
