/**
 * Optimised unary encoding: one bit per category, the true one sent honestly half the time, every other raised with 1 / (1 + exp(epsilon)).
 *
 * Wang, Blocki, Li, Jha, "Locally Differentially Private Protocols for Frequency Estimation", USENIX Security 2017, §4.3. See
 * frequency-oracles.md.
 * @module
 */
import { type RandomSource, ScrimError } from '../core/index.js';
import { bernoulliExpFiltered } from './bernoulli-exp.js';
import { type Rational, type RationalLike, rational, toNumber } from './rational.js';

/** Checked number of categories and price of a local mechanism. @throws SCRIM_ARGUMENT */
export function localParameters(answers: number, epsilon: RationalLike, most: number): Rational {
  if (!Number.isSafeInteger(answers) || answers < 2 || answers > most)
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'answers', problem: `it must be an integer from 2 to ${most}` });
  const exact = rational(epsilon, 'epsilon');
  if (exact.num === 0n) throw new ScrimError('SCRIM_ARGUMENT', { name: 'epsilon', problem: 'it must be above 0' });
  return exact;
}

/** @throws SCRIM_ARGUMENT */
export function checkTruth(truth: number, answers: number): void {
  if (!Number.isInteger(truth) || truth < 0 || truth >= answers)
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'truth', problem: 'it must be a code of one of the answers' });
}

/**
 * Sampler and estimator. One response costs epsilon, whatever the number of categories.
 *
 * @throws SCRIM_ARGUMENT for fewer than 2 or more than 2^20 answers, or a price that is not positive
 */
export class UnaryEncoding {
  readonly kind = 'unary-encoding';
  readonly answers: number;
  readonly epsilon: Rational;
  readonly #epsilon: number;

  constructor(answers: number, epsilon: RationalLike) {
    this.epsilon = localParameters(answers, epsilon, 2 ** 20);
    this.answers = answers;
    this.#epsilon = toNumber(this.epsilon);
  }

  /** One response: a bit per category. @throws SCRIM_ARGUMENT */
  respond(truth: number, random: RandomSource): Uint8Array {
    checkTruth(truth, this.answers);
    const bits = new Uint8Array(this.answers);
    for (let i = 0; i < bits.length; i++) bits[i] = i === truth ? random.uint32() & 1 : this.#raised(random);
    return bits;
  }

  /** 1 with probability exactly 1 / (1 + exp(epsilon)): weights 1 for 0 and exp(-epsilon) for 1. */
  #raised(random: RandomSource): number {
    for (;;) {
      if ((random.uint32() & 1) === 0) return 0;
      if (bernoulliExpFiltered(this.#epsilon, () => this.epsilon, random)) return 1;
    }
  }

  /** Probability of a raised bit of a category that is not the truth. */
  get raised(): number {
    return 1 / (1 + Math.exp(this.#epsilon));
  }

  /** Unbiased numbers of persons per category from the numbers of raised bits; may be negative. */
  debias(raised: ArrayLike<number>, persons: number): Float64Array {
    const q = this.raised;
    return Float64Array.from({ length: this.answers }, (_, i) => ((raised[i] as number) - persons * q) / (0.5 - q));
  }

  /** Variance of an estimate when `holders` of `persons` hold the category: (h/4 + (n - h) q (1 - q)) / (1/2 - q)^2. */
  variance(persons: number, holders = 0): number {
    const q = this.raised;
    return (holders / 4 + (persons - holders) * q * (1 - q)) / (0.5 - q) ** 2;
  }
}
