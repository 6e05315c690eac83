/**
 * k-ary randomised response with exact probabilities: the truth has weight 1, every other answer weight exp(-epsilon).
 *
 * Warner 1965; Kairouz, Oh, Viswanath, "Extremal Mechanisms for Local Differential Privacy", JMLR 2016, §3. See randomised-response.md.
 * @module
 */
import type { RandomSource } from '../core/index.js';
import { ScrimError } from '../core/index.js';
import { bernoulliExpFiltered } from './bernoulli-exp.js';
import { type Rational, type RationalLike, rational, toNumber } from './rational.js';

/** Exact sampler of k-ary randomised response. @throws SCRIM_ARGUMENT for fewer than 2 answers or a price that is not positive */
export class RandomisedResponse {
  readonly kind = 'randomised-response';
  /** Number of possible answers. */
  readonly answers: number;
  /** Price of one response, exact. */
  readonly epsilon: Rational;
  readonly #epsilonNumber: number;

  constructor(answers: number, epsilon: RationalLike) {
    if (!Number.isSafeInteger(answers) || answers < 2) {
      throw new ScrimError('SCRIM_ARGUMENT', {
        name: 'answers',
        problem: 'there must be at least two possible answers',
      });
    }
    this.answers = answers;
    this.epsilon = rational(epsilon, 'epsilon');
    if (this.epsilon.num === 0n)
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'epsilon', problem: 'it must be above 0' });
    this.#epsilonNumber = toNumber(this.epsilon);
  }

  /** One response to the true answer `truth` in [0, answers). @throws SCRIM_ARGUMENT */
  respond(truth: number, random: RandomSource): number {
    if (!Number.isInteger(truth) || truth < 0 || truth >= this.answers) {
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'truth', problem: 'it must be a code of one of the answers' });
    }
    for (;;) {
      const candidate = random.below(this.answers);
      if (candidate === truth) return candidate;
      if (bernoulliExpFiltered(this.#epsilonNumber, () => this.epsilon, random)) return candidate;
    }
  }

  /** Probability of answering the truth: 1 / (1 + (k - 1) exp(-epsilon)). */
  get truthful(): number {
    return 1 / (1 + (this.answers - 1) * Math.exp(-this.#epsilonNumber));
  }

  /** Unbiased estimates of the number of persons per true answer from the counts of the responses. */
  debias(counts: ArrayLike<number>): Float64Array {
    const truthful = this.truthful;
    const other = (1 - truthful) / (this.answers - 1);
    let total = 0;
    for (let i = 0; i < counts.length; i++) total += counts[i] as number;
    return Float64Array.from(
      { length: counts.length },
      (_, i) => ((counts[i] as number) - total * other) / (truthful - other),
    );
  }

  /** Variance of an estimate when `holders` of `persons` hold the answer. */
  variance(persons: number, holders = 0): number {
    const p = this.truthful;
    const q = (1 - p) / (this.answers - 1);
    return (holders * p * (1 - p) + (persons - holders) * q * (1 - q)) / (p - q) ** 2;
  }
}
