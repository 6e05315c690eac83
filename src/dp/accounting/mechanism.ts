/**
 * What a mechanism costs, as functions of its parameters: privacy curve, privacy-loss law, Renyi divergence.
 *
 * Neighbours differ by adding or removing one privacy unit; every mechanism here has a worst-case pair that is symmetric, and Poisson
 * subsampling breaks the symmetry, so curves are asked for per direction. Sources: Balle and Wang, ICML 2018, Thm. 8 (Gaussian);
 * Canonne, Kamath, Steinke 2020, Thm. 7 (discrete Gaussian); Mironov 2017, Prop. 6 (Laplace); Zhu, Dong, Wang 2022, Prop. 30 (subsampling).
 * @module
 */
import { ScrimError } from '../../core/index.js';
import { DiscreteTail } from './discrete-tail.js';
import { millsRatio, normalSurvival } from './special.js';

/** Noise added to a numeric answer. `scale`: standard deviation for (discrete) Gaussian, b for (discrete) Laplace. */
export interface NoiseMechanism {
  readonly kind: 'laplace' | 'gaussian' | 'discrete-laplace' | 'discrete-gaussian';
  readonly scale: number;
  /** L2 for Gaussians, L1 for Laplace; an integer for the discrete kinds. */
  readonly sensitivity: number;
  /** Probability with which each unit is in the sample (Poisson). Default 1. */
  readonly sampling?: number;
}

/** An answer of one of `answers` categories that is true with the probability that `epsilon` gives. */
export interface ResponseMechanism {
  readonly kind: 'randomised-response';
  readonly epsilon: number;
  readonly sampling?: number;
}

/** Anything of which only (epsilon, delta) is known. */
export interface BlackBoxMechanism {
  readonly kind: 'approximate';
  readonly epsilon: number;
  readonly delta: number;
  readonly sampling?: number;
}

/** A mechanism that accountants can price. */
export type Mechanism = NoiseMechanism | ResponseMechanism | BlackBoxMechanism;

/** Which neighbour is the first of the pair: the one with the unit (`remove`) or the one without (`add`). */
export type Direction = 'add' | 'remove';

/** The worst-case pair of a mechanism before subsampling; symmetric. */
export interface LossLaw {
  /** Hockey-stick divergence of the pair at exp(epsilon), for epsilon >= 0. */
  readonly delta: (epsilon: number) => number;
  /** P(loss > epsilon) under the first of the pair, any real epsilon. */
  readonly tail: (epsilon: number) => number;
  /** Smallest finite bound of the loss, or Infinity. */
  readonly maximum: number;
  /** Renyi divergence at an order above 1. */
  readonly renyi: (order: number) => number;
  /** Probability of an unbounded loss. */
  readonly infinite: number;
}

function unusable(name: string, problem: string): ScrimError {
  return new ScrimError('SCRIM_ARGUMENT', { name, problem });
}

/** Refuses what has no price. @throws SCRIM_ARGUMENT */
export function checkMechanism(mechanism: Mechanism): void {
  const positive = (name: string, value: number): void => {
    if (!(value > 0 && Number.isFinite(value))) throw unusable(name, 'it must be a positive finite number');
    if (value < 2 ** -1022) throw unusable(name, 'it is too close to zero to be counted');
  };
  const { sampling } = mechanism;
  if (sampling !== undefined && !(sampling > 0 && sampling <= 1))
    throw unusable('sampling', 'it must be above 0 and at most 1');
  switch (mechanism.kind) {
    case 'randomised-response':
      positive('epsilon', mechanism.epsilon);
      return;
    case 'approximate':
      if (!(mechanism.epsilon >= 0 && Number.isFinite(mechanism.epsilon)))
        throw unusable('epsilon', 'it must be a finite number that is not negative');
      if (!(mechanism.delta >= 0 && mechanism.delta < 1)) throw unusable('delta', 'it must be at least 0 and below 1');
      return;
    case 'discrete-laplace':
    case 'discrete-gaussian':
      if (!Number.isSafeInteger(mechanism.sensitivity))
        throw unusable('sensitivity', 'discrete noise needs an integer sensitivity');
      break;
    case 'laplace':
    case 'gaussian':
      break;
    default:
      throw unusable(
        'kind',
        'it is not one of laplace, gaussian, discrete-laplace, discrete-gaussian, randomised-response, approximate',
      );
  }
  positive('scale', mechanism.scale);
  positive('sensitivity', mechanism.sensitivity);
}

/** The pair's law before subsampling. @throws SCRIM_ARGUMENT */
export function lossLaw(mechanism: Mechanism): LossLaw {
  checkMechanism(mechanism);
  switch (mechanism.kind) {
    case 'gaussian':
      return gaussianLaw(mechanism.sensitivity / mechanism.scale);
    case 'laplace':
      return laplaceLaw(mechanism.sensitivity / mechanism.scale);
    case 'discrete-laplace':
      return discreteLaplaceLaw(mechanism.scale, mechanism.sensitivity);
    case 'discrete-gaussian':
      return discreteGaussianLaw(mechanism.scale, mechanism.sensitivity);
    case 'randomised-response':
      return responseLaw(mechanism.epsilon, 0);
    case 'approximate':
      return responseLaw(mechanism.epsilon, mechanism.delta);
  }
}

/** Gaussian with sensitivity / sigma = mu. */
function gaussianLaw(mu: number): LossLaw {
  return {
    delta: (epsilon) => {
      const z = epsilon / mu - mu / 2;
      if (z <= 0) return normalSurvival(z) - Math.exp(epsilon) * normalSurvival(z + mu);
      // exp(epsilon) density(z + mu) = density(z): the difference of the tails is one of Mills ratios, without cancellation.
      const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
      return Math.max(0, density * (millsRatio(z) - millsRatio(z + mu)));
    },
    tail: (epsilon) => normalSurvival(epsilon / mu - mu / 2),
    maximum: Number.POSITIVE_INFINITY,
    renyi: (order) => (order * mu * mu) / 2,
    infinite: 0,
  };
}

/** Laplace with sensitivity / b = a. */
function laplaceLaw(a: number): LossLaw {
  return {
    delta: (epsilon) => (epsilon >= a ? 0 : -Math.expm1((epsilon - a) / 2)),
    tail: (epsilon) => (epsilon >= a ? 0 : epsilon < -a ? 1 : 1 - 0.5 * Math.exp((epsilon - a) / 2)),
    maximum: a,
    renyi: (order) => {
      if (!Number.isFinite(order)) return a;
      const first = Math.log(order / (2 * order - 1)) + (order - 1) * a;
      const second = Math.log((order - 1) / (2 * order - 1)) - order * a;
      return (first + Math.log1p(Math.exp(second - first))) / (order - 1);
    },
    infinite: 0,
  };
}

/** P(X <= m) of discrete Laplace with ratio q = exp(-1/scale). */
function discreteLaplaceCdf(m: number, scale: number): number {
  const q = Math.exp(-1 / scale);
  return m >= 0 ? 1 - Math.exp(-(m + 1) / scale) / (1 + q) : Math.exp(m / scale) / (1 + q);
}

function discreteLaplaceLaw(scale: number, sensitivity: number): LossLaw {
  const a = sensitivity / scale;
  /** Largest outcome whose loss (sensitivity - 2x) / scale lies above epsilon, up to rounding. */
  const last = (epsilon: number): number => Math.ceil((sensitivity - epsilon * scale) / 2) - 1;
  const cut = (m: number, epsilon: number): number => {
    const inside = Math.min(sensitivity - 1, Math.max(0, m));
    return discreteLaplaceCdf(inside, scale) - Math.exp(epsilon) * discreteLaplaceCdf(inside - sensitivity, scale);
  };
  const q = Math.exp(-1 / scale);
  return {
    delta: (epsilon) => {
      if (epsilon >= a) return 0;
      // The divergence is the largest value over all cuts: near a border both sides are tried, so rounding never loses any.
      const m = last(epsilon);
      return Math.max(0, cut(m - 1, epsilon), cut(m, epsilon), cut(m + 1, epsilon));
    },
    tail: (epsilon) => {
      if (epsilon >= a) return 0;
      if (epsilon < -a) return 1;
      return discreteLaplaceCdf(Math.min(sensitivity - 1, Math.max(0, last(epsilon))), scale);
    },
    maximum: a,
    renyi: (order) => {
      if (!Number.isFinite(order)) return a;
      // Both geometric ends and the finite middle of sum p(x) exp((order - 1) loss(x)).
      const ends = (Math.exp((order - 1) * a) + Math.exp(-order * a)) / (1 + q);
      let middle = 0;
      for (let x = 1; x < sensitivity; x++)
        middle += Math.exp(-x / scale + ((order - 1) * (sensitivity - 2 * x)) / scale);
      return Math.log(ends + ((1 - q) / (1 + q)) * middle) / (order - 1);
    },
    infinite: 0,
  };
}

/** Beyond this parameter the continuous curve, enlarged by {@link LATTICE}, bounds the discrete one. */
const LARGEST_SUMMED = 2 ** 16;
/**
 * The discrete curve is a sum of f(x) = p(x) - exp(epsilon) p(x + s) over the integers where f > 0, the continuous one its integral.
 * Euler and Maclaurin: they differ by at most a relative (1 + z^2) / (2 sigma^2) at z standard deviations, below 2^-22 for z <= 40.
 */
const LATTICE = 1 + 2 ** -20;

function discreteGaussianLaw(sigma: number, sensitivity: number): LossLaw {
  if (sigma > LARGEST_SUMMED) {
    const continuous = gaussianLaw(sensitivity / sigma);
    return { ...continuous, delta: (epsilon) => Math.min(1, continuous.delta(epsilon) * LATTICE) };
  }
  const law = new DiscreteTail(sigma);
  const border = (epsilon: number): number => (epsilon * sigma * sigma) / sensitivity - sensitivity / 2;
  return {
    delta: (epsilon) => {
      const m = Math.floor(border(epsilon));
      const cut = (at: number): number => law.above(at) - Math.exp(epsilon) * law.above(at + sensitivity);
      return Math.max(0, cut(m - 1), cut(m), cut(m + 1));
    },
    tail: (epsilon) => law.above(Math.floor(border(epsilon) + 1e-9)),
    maximum: Number.POSITIVE_INFINITY,
    // Canonne, Kamath, Steinke 2020, Thm. 4: never above the continuous Gaussian's.
    renyi: (order) => (order * sensitivity * sensitivity) / (2 * sigma * sigma),
    infinite: 0,
  };
}

/** Binary response that reaches loss +-epsilon, with probability delta of an unbounded loss: dominates every (epsilon, delta) mechanism. */
function responseLaw(epsilon0: number, delta0: number): LossLaw {
  const high = (1 - delta0) / (1 + Math.exp(-epsilon0));
  const low = (1 - delta0) / (1 + Math.exp(epsilon0));
  return {
    delta: (epsilon) => delta0 + Math.max(0, high - Math.exp(epsilon) * low),
    tail: (epsilon) => delta0 + (epsilon < epsilon0 ? high : 0) + (epsilon < -epsilon0 ? low : 0),
    maximum: delta0 > 0 ? Number.POSITIVE_INFINITY : epsilon0,
    renyi: (order) => {
      if (delta0 > 0) return Number.POSITIVE_INFINITY;
      if (!Number.isFinite(order)) return epsilon0;
      return Math.log(high * Math.exp((order - 1) * epsilon0) + low * Math.exp(-(order - 1) * epsilon0)) / (order - 1);
    },
    infinite: delta0,
  };
}

/** Hockey-stick divergence at any real epsilon, from the law's values at epsilon >= 0 (symmetric pair). */
function deltaAnywhere(law: LossLaw, epsilon: number): number {
  if (epsilon >= 0) return law.delta(epsilon);
  return -Math.expm1(epsilon) + Math.exp(epsilon) * law.delta(-epsilon);
}

/**
 * The privacy curve delta(epsilon) of a mechanism in one direction, any real epsilon.
 *
 * @throws SCRIM_ARGUMENT
 */
export function privacyCurve(mechanism: Mechanism, direction: Direction): (epsilon: number) => number {
  const law = lossLaw(mechanism);
  const q = mechanism.sampling ?? 1;
  if (q === 1) return (epsilon) => deltaAnywhere(law, epsilon);
  if (direction === 'remove') {
    // Mixture qP + (1-q)Q against Q.
    return (epsilon) => {
      const gap = Math.expm1(epsilon);
      if (gap <= -q) return -gap;
      return q * deltaAnywhere(law, Math.log1p(gap / q));
    };
  }
  // Q against qP + (1-q)Q.
  return (epsilon) => {
    const left = 1 - Math.exp(epsilon) * (1 - q);
    if (left <= 0) return 0;
    return left * deltaAnywhere(law, epsilon + Math.log(q) - Math.log(left));
  };
}
