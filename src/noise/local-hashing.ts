/**
 * Optimised local hashing: the answer is hashed into about exp(epsilon) + 1 cells by a function of the person's own, and the cell goes
 * through randomised response: as accurate as unary encoding, a few bytes a person however many categories there are.
 *
 * Wang, Blocki, Li, Jha, USENIX Security 2017, §4.4; multiply-shift hashing: Dietzfelbinger, STACS 1996. See frequency-oracles.md.
 * @module
 */
import { type RandomSource, ScrimError } from '../core/index.js';
import { RandomisedResponse } from './randomised-response.js';
import { type Rational, type RationalLike, toNumber } from './rational.js';
import { checkTruth, localParameters } from './unary-encoding.js';

/** What a person sends: which hash function, and the perturbed cell. */
export interface HashedResponse {
  /** Two 64-bit numbers a, b of h(x) = ((a x + b) mod 2^64) >> 32, as four 32-bit words, high before low. */
  readonly hash: readonly [number, number, number, number];
  readonly cell: number;
}

/** High 32 bits of the product of two 32-bit numbers. */
function highProduct(a: number, b: number): number {
  const [aHigh, aLow, bHigh, bLow] = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff];
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const other = aLow * bHigh + (middle % 65_536);
  return aHigh * bHigh + Math.floor(middle / 65_536) + Math.floor(other / 65_536);
}

/** Cell of an answer: the 32 high bits of (a x + b) mod 2^64, scaled to [0, cells). */
export function hashedCell(hash: HashedResponse['hash'], answer: number, cells: number): number {
  const [aHigh, aLow, bHigh, bLow] = hash;
  const low = (Math.imul(aLow, answer) >>> 0) + bLow;
  const carry = low >= 2 ** 32 ? 1 : 0;
  const high = ((Math.imul(aHigh, answer) >>> 0) + highProduct(aLow, answer) + bHigh + carry) % 2 ** 32;
  return Math.floor((high * cells) / 2 ** 32);
}

/**
 * Sampler and estimator. One response costs epsilon.
 *
 * @throws SCRIM_ARGUMENT for fewer than 2 or more than 2^32 answers, a price that is not positive or one above 13 (too many cells)
 */
export class LocalHashing {
  readonly kind = 'local-hashing';
  readonly answers: number;
  readonly epsilon: Rational;
  /** Number of cells: exp(epsilon) + 1, rounded, at least 2. */
  readonly cells: number;
  readonly #response: RandomisedResponse;

  constructor(answers: number, epsilon: RationalLike) {
    this.epsilon = localParameters(answers, epsilon, 2 ** 32);
    const price = toNumber(this.epsilon);
    if (price > 13) throw new ScrimError('SCRIM_ARGUMENT', { name: 'epsilon', problem: 'it must be at most 13' });
    this.answers = answers;
    this.cells = Math.max(2, Math.round(Math.exp(price) + 1));
    this.#response = new RandomisedResponse(this.cells, this.epsilon);
  }

  /** One response. @throws SCRIM_ARGUMENT */
  respond(truth: number, random: RandomSource): HashedResponse {
    checkTruth(truth, this.answers);
    const hash = [random.uint32(), random.uint32(), random.uint32(), random.uint32()] as const;
    return { hash, cell: this.#response.respond(hashedCell(hash, truth, this.cells), random) };
  }

  /** Unbiased numbers of persons per category; work grows with responses times categories. */
  estimate(responses: readonly HashedResponse[]): Float64Array {
    const counts = new Float64Array(this.answers);
    for (const { hash, cell } of responses) {
      for (let answer = 0; answer < counts.length; answer++)
        if (hashedCell(hash, answer, this.cells) === cell) counts[answer] = (counts[answer] as number) + 1;
    }
    const p = this.#response.truthful;
    const q = 1 / this.cells;
    return counts.map((count) => (count - responses.length * q) / (p - q));
  }

  /** Variance of an estimate when `holders` of `persons` hold the category, over responses and hash functions. */
  variance(persons: number, holders = 0): number {
    const p = this.#response.truthful;
    const q = 1 / this.cells;
    return (holders * p * (1 - p) + (persons - holders) * q * (1 - q)) / (p - q) ** 2;
  }
}
