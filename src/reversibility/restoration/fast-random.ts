/**
 * A fast generator for null products: xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom number generators",
 * ACM Trans. Math. Softw. 47(4), 2021), seeded from the review's generator. Simulates chance; protects nobody.
 * @module
 */
import type { RandomSource } from '../../core/index.js';

/** Draws seeded by another source: the same source state gives the same draws. */
export class FastRandom {
  readonly #state: Int32Array;

  constructor(random: RandomSource) {
    this.#state = Int32Array.from([random.uint32(), random.uint32(), random.uint32(), random.uint32() | 1]);
  }

  /** Uniform integer in [0, 2^32). */
  uint32(): number {
    return step(this.#state) >>> 0;
  }

  /** Uniform double in [0, 1) with 53 random bits. */
  uniform(): number {
    const high = (step(this.#state) >>> 0) >>> 5;
    const low = (step(this.#state) >>> 0) >>> 6;
    return (high * 67_108_864 + low) / 9_007_199_254_740_992;
  }

  /** Integer in [0, bound), bound up to 2^53; uneven by less than bound / 2^53. */
  below(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /** Puts an array into random order (Fisher and Yates). */
  shuffle(values: Int32Array): Int32Array {
    shuffleInto(values, this.#state);
    return values;
  }
}

function step(state: Int32Array): number {
  const s1 = state[1] as number;
  const scrambled = Math.imul(s1, 5);
  const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9);
  const s2 = (state[2] as number) ^ (state[0] as number);
  const s3 = (state[3] as number) ^ s1;
  state[1] = s1 ^ s2;
  state[0] = (state[0] as number) ^ s3;
  state[2] = s2 ^ (s1 << 9);
  state[3] = (s3 << 11) | (s3 >>> 21);
  return result;
}

function shuffleInto(values: Int32Array, state: Int32Array): void {
  for (let i = values.length - 1; i > 0; i--) {
    const other = Math.floor(((step(state) >>> 0) * (i + 1)) / 4_294_967_296);
    const kept = values[i] as number;
    values[i] = values[other] as number;
    values[other] = kept;
  }
}
