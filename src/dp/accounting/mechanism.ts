/**
 * What a mechanism is to an accountant, and its privacy curve with Poisson subsampling.
 *
 * Neighbours differ by adding or removing one privacy unit; every mechanism here has a worst-case pair that is symmetric, and Poisson
 * subsampling breaks the symmetry, so curves are asked for per direction. Source: Zhu, Dong, Wang, AISTATS 2022, Prop. 30.
 * @module
 */
import { ScrimError } from '../../core/index.js';
import { type LossLaw, lawOf } from './loss-law.js';

/** Noise added to a numeric answer. `scale`: standard deviation for (discrete) Gaussian, b for (discrete) Laplace. */
export interface NoiseMechanism {
  readonly kind: 'laplace' | 'gaussian' | 'discrete-laplace' | 'discrete-gaussian';
  readonly scale: number;
  /** L2 for Gaussians, L1 for Laplace; an integer for the discrete kinds. */
  readonly sensitivity: number;
  /** Probability with which each unit is in the sample (Poisson). Default 1. */
  readonly sampling?: number;
}

/** One of `answers` categories, the true one exp(epsilon) times likelier than any other. */
export interface ResponseMechanism {
  readonly kind: 'randomised-response';
  readonly epsilon: number;
  /** Default 2, which is also an upper bound for any number. */
  readonly answers?: number;
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

function unusable(name: string, problem: string): ScrimError {
  return new ScrimError('SCRIM_ARGUMENT', { name, problem });
}

function checkPositive(name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) throw unusable(name, 'it must be a positive finite number');
  if (value < 2 ** -1022) throw unusable(name, 'it is too close to zero to be counted');
}

/** Refuses what has no price. @throws SCRIM_ARGUMENT */
export function checkMechanism(mechanism: Mechanism): void {
  const { sampling } = mechanism;
  if (sampling !== undefined && !(sampling > 0 && sampling <= 1))
    throw unusable('sampling', 'it must be above 0 and at most 1');
  if (sampling !== undefined && sampling < 2 ** -500)
    throw unusable('sampling', 'it is too close to zero to be counted');
  switch (mechanism.kind) {
    case 'randomised-response': {
      checkPositive('epsilon', mechanism.epsilon);
      const { answers = 2 } = mechanism;
      if (!Number.isSafeInteger(answers) || answers < 2) throw unusable('answers', 'it must be an integer from 2');
      return;
    }
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
  checkPositive('scale', mechanism.scale);
  checkPositive('sensitivity', mechanism.sensitivity);
  const ratio = mechanism.sensitivity / mechanism.scale;
  if (!(ratio >= 2 ** -500 && ratio <= 2 ** 500))
    throw unusable('scale', 'against the sensitivity it is outside of what can be counted: 2^-500 to 2^500');
}

const laws = new WeakMap<Mechanism, LossLaw>();

/** The pair's law before subsampling. @throws SCRIM_ARGUMENT */
export function lossLaw(mechanism: Mechanism): LossLaw {
  let law = laws.get(mechanism);
  if (law === undefined) {
    checkMechanism(mechanism);
    law = lawOf(mechanism);
    laws.set(mechanism, law);
  }
  return law;
}

/** Hockey-stick divergence at any real epsilon, from the law's values at epsilon >= 0 (symmetric pair). */
function deltaAnywhere(law: LossLaw, epsilon: number): number {
  if (epsilon >= 0) return law.delta(epsilon);
  return -Math.expm1(epsilon) + Math.exp(epsilon) * law.delta(-epsilon);
}

/** Beyond this exp overflows a double. */
const LARGE = 700;

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
      if (epsilon > LARGE) return q * law.delta(epsilon - Math.log(q) + Math.log1p(-(1 - q) * Math.exp(-epsilon)));
      const gap = Math.expm1(epsilon);
      if (gap <= -q) return -gap;
      return q * deltaAnywhere(law, Math.log1p(gap / q));
    };
  }
  // Q against qP + (1-q)Q.
  return (epsilon) => {
    const left = q - Math.expm1(epsilon) * (1 - q);
    if (left <= 0) return 0;
    return left * deltaAnywhere(law, epsilon + Math.log(q) - Math.log(left));
  };
}
