/**
 * The worst-case pair of every mechanism before subsampling: privacy curve, largest loss, Renyi divergence.
 *
 * All formulas keep their relative accuracy for tiny and huge losses: differences of nearly equal numbers are rewritten, exponentials that
 * overflow stay logarithms. Sources: Balle and Wang, ICML 2018, Thm. 8 (Gaussian); Canonne, Kamath, Steinke 2020, Thm. 4 and 7
 * (discrete Gaussian); Mironov 2017, Prop. 6 (Laplace); Kairouz, Oh, Viswanath 2016 (response). See loss-law.md.
 * @module
 */
import { DiscreteTail, LARGEST_SUMMED } from './discrete-tail.js';
import type { Mechanism } from './mechanism.js';
import { logAdd, logNormalSurvival, millsRatio, normalSurvival } from './special.js';

/** The worst-case pair of a mechanism before subsampling; symmetric. */
export interface LossLaw {
  /** Hockey-stick divergence of the pair at exp(epsilon), for epsilon >= 0. */
  readonly delta: (epsilon: number) => number;
  /** Smallest finite bound of the loss, or Infinity. */
  readonly maximum: number;
  /** Renyi divergence at an order above 1. */
  readonly renyi: (order: number) => number;
  /** Probability of an unbounded loss. */
  readonly infinite: number;
}

/** The law of a checked mechanism. */
export function lawOf(mechanism: Mechanism): LossLaw {
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
      return responseLaw(mechanism.epsilon, 0, mechanism.answers ?? 2);
    case 'approximate':
      return responseLaw(mechanism.epsilon, mechanism.delta, 2);
  }
}

/** What rounding may take from a Renyi divergence computed as a logarithm near 0; added before dividing by order - 1. */
const LOG_ROUNDING = 2 ** -50;
const RENYI_UP = 1 + 2 ** -40;

/** Step below which the difference of two Mills ratios is taken as an integral of their slope. */
const NARROW = 2 ** -10;

/** Mills ratio at z minus that at z + mu, z > -1, without cancellation: the slope is z m(z) - 1 (Simpson's rule where mu is small). */
function millsDrop(z: number, mu: number): number {
  if (mu > NARROW) return millsRatio(z) - millsRatio(z + mu);
  const fall = (t: number): number => 1 - t * millsRatio(t);
  return (mu / 6) * (fall(z) + 4 * fall(z + mu / 2) + fall(z + mu));
}

/** Gaussian with sensitivity / sigma = mu. */
function gaussianLaw(mu: number): LossLaw {
  return {
    delta: (epsilon) => {
      const z = epsilon / mu - mu / 2;
      // exp(epsilon) density(z + mu) = density(z): the difference of the tails is one of Mills ratios.
      if (z <= -1) return normalSurvival(z) - Math.exp(epsilon + logNormalSurvival(z + mu));
      const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
      return Math.max(0, density * millsDrop(z, mu));
    },
    maximum: Number.POSITIVE_INFINITY,
    renyi: (order) => ((order * mu * mu) / 2) * (1 + 2 ** -50),
    infinite: 0,
  };
}

/** exp(x) - 1 - x. */
function expm1MinusX(x: number): number {
  if (Math.abs(x) > 0.1) return Math.expm1(x) - x;
  let term = (x * x) / 2;
  let sum = term;
  for (let n = 3; n < 16; n++) {
    term *= x / n;
    sum += term;
  }
  return sum;
}

/** Laplace with sensitivity / b = a. */
function laplaceLaw(a: number): LossLaw {
  return {
    delta: (epsilon) => (epsilon >= a ? 0 : -Math.expm1((epsilon - a) / 2)),
    maximum: a,
    renyi: (order) => {
      if (!Number.isFinite(order)) return a;
      const [x, y] = [(order - 1) * a, order * a];
      if (x < 1) {
        const rest = (order * expm1MinusX(x) + (order - 1) * expm1MinusX(-y)) / (2 * order - 1);
        return (Math.log1p(rest) / (order - 1)) * RENYI_UP;
      }
      const log = logAdd(Math.log(order / (2 * order - 1)) + x, Math.log((order - 1) / (2 * order - 1)) - y);
      return (log / (order - 1)) * RENYI_UP;
    },
    infinite: 0,
  };
}

function discreteLaplaceLaw(scale: number, sensitivity: number): LossLaw {
  const a = sensitivity / scale;
  const q = Math.exp(-1 / scale);
  /** P(X <= m) - exp(epsilon) P(X <= m - sensitivity) for 0 <= m < sensitivity. */
  const cut = (m: number, epsilon: number): number => {
    const at = Math.min(sensitivity - 1, Math.max(0, m));
    const first = -Math.expm1(-(at + 1) / scale);
    return (first - q * Math.expm1(epsilon - (sensitivity - at - 1) / scale)) / (1 + q);
  };
  const response = responseLaw(a, 0, 2);
  return {
    delta: (epsilon) => {
      if (epsilon >= a) return 0;
      // The divergence is the largest value over all cuts: near a border both sides are tried, so rounding never loses any.
      const m = Math.ceil((sensitivity - epsilon * scale) / 2) - 1;
      return Math.max(0, cut(m - 1, epsilon), cut(m, epsilon), cut(m + 1, epsilon));
    },
    maximum: a,
    renyi: (order) => {
      if (!Number.isFinite(order)) return a;
      // log of sum p(x) exp((order - 1) loss(x)): both geometric ends and the finite geometric middle, exp((order - 1) a) taken out.
      const c = (2 * order - 1) / scale;
      const ends = (1 + Math.exp(-(2 * order - 1) * a)) / (1 + q);
      const sum = (Math.exp(-c) * Math.expm1(-c * (sensitivity - 1))) / Math.expm1(-c);
      const log = (order - 1) * a + Math.log(ends + (-Math.expm1(-1 / scale) / (1 + q)) * sum);
      const own = ((log + LOG_ROUNDING * (1 + (order - 1) * a)) / (order - 1)) * RENYI_UP;
      // Where rounding governs, the response of the same largest loss is a bound that does not round to nothing.
      return Math.min(own, response.renyi(order));
    },
    infinite: 0,
  };
}

/** exp(-z^2 / 2) is below every positive double from here on. */
const FARTHEST = 40;

function discreteGaussianLaw(sigma: number, sensitivity: number): LossLaw {
  const mu = sensitivity / sigma;
  // Canonne, Kamath, Steinke 2020, Thm. 4: never above the continuous Gaussian's.
  const { renyi } = gaussianLaw(mu);
  const law = { maximum: Number.POSITIVE_INFINITY, renyi, infinite: 0 };
  if (sigma > LARGEST_SUMMED) {
    // A sum over the integers exceeds the integral by at most the largest value: at most (z + 2) / sigma of it (proof in loss-law.md).
    const continuous = gaussianLaw(mu);
    const lattice = (epsilon: number): number => 1 + (Math.max(0, epsilon / mu - mu / 2) + 2) / sigma;
    return { ...law, delta: (epsilon) => Math.min(1, continuous.delta(epsilon) * lattice(epsilon)) };
  }
  let tail: DiscreteTail | undefined;
  return {
    ...law,
    delta: (epsilon) => {
      tail ??= new DiscreteTail(sigma);
      const m = Math.floor((epsilon * sigma * sigma) / sensitivity - sensitivity / 2);
      if (m > FARTHEST * sigma) return 0;
      const cut = (at: number): number => {
        const above = (tail as DiscreteTail).above(at);
        const beyond = (tail as DiscreteTail).above(at + sensitivity);
        return beyond === 0 ? above : above - Math.exp(epsilon + Math.log(beyond));
      };
      return Math.max(0, cut(m - 1), cut(m), cut(m + 1));
    },
  };
}

/** E[(P/Q)^order] - 1 of one outcome of loss l, divided by its probability under Q and freed of the part that sums to nothing. */
function excess(order: number, l: number): number {
  if (Math.abs(order * l) > 0.1) return Math.expm1(order * l) - order * Math.expm1(l);
  return expm1MinusX(order * l) - order * expm1MinusX(l);
}

/**
 * Response that reaches loss +-epsilon0 (and 0 when there are more than two answers), with probability delta0 of an unbounded loss. With
 * two answers it dominates every (epsilon0, delta0) mechanism (Kairouz, Oh, Viswanath 2015, Thm. 3.3).
 */
function responseLaw(epsilon0: number, delta0: number, answers: number): LossLaw {
  const other = Math.exp(-epsilon0) / (1 + (answers - 1) * Math.exp(-epsilon0));
  const truth = 1 / (1 + (answers - 1) * Math.exp(-epsilon0));
  return {
    delta: (epsilon) => delta0 + (epsilon >= epsilon0 ? 0 : (1 - delta0) * truth * -Math.expm1(epsilon - epsilon0)),
    maximum: delta0 > 0 ? Number.POSITIVE_INFINITY : epsilon0,
    renyi: (order) => {
      if (delta0 > 0) return Number.POSITIVE_INFINITY;
      if (epsilon0 === 0) return 0;
      if (!Number.isFinite(order)) return epsilon0;
      if (order * epsilon0 < 1) {
        const rest = other * excess(order, epsilon0) + truth * excess(order, -epsilon0);
        return (Math.log1p(rest) / (order - 1)) * RENYI_UP;
      }
      const sides = logAdd(Math.log(truth) + (order - 1) * epsilon0, Math.log(truth) - order * epsilon0);
      const log = answers === 2 ? sides : logAdd(sides, Math.log(truth) - epsilon0 + Math.log(answers - 2));
      return Math.min(epsilon0, (log / (order - 1)) * RENYI_UP);
    },
    infinite: delta0,
  };
}
