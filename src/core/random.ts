/**
 * Randomness for protection: pooled bytes of the operating system's generator, and exact uniform integers from them.
 *
 * `SeededRandom` (in `scrim/testing`) is a different type on purpose: whatever protects a person takes only
 * {@link SecureRandom}. What may be simulated takes {@link RandomSource}, and marks its result when it was seeded.
 * @module
 */

/** Uniform integers and bytes, secure or seeded. Only simulations and tests may ask for this wider type. */
export interface RandomSource {
  /** `secure` from the operating system, `seeded` from a reproducible generator. */
  readonly kind: 'secure' | 'seeded';
  /** Uniform integer in [0, 2^32). */
  uint32(): number;
  /** Uniform integer in [0, bound), exact by rejection; `bound` from 1 to 2^53. */
  below(bound: number): number;
  /** Uniform double in [0, 1) with 53 random bits. Never decides a privacy-relevant outcome by itself. */
  uniform(): number;
  /** Overwrites the whole array with random bytes and returns it. */
  fill(target: Uint8Array): Uint8Array;
}

/** Exact uniform integer below `bound` (1 ≤ bound ≤ 2^53) from 32-bit words, by rejection. */
export function uniformBelow(next: () => number, bound: number): number {
  if (!(bound >= 1 && bound <= 2 ** 53) || !Number.isInteger(bound)) {
    throw new RangeError('bound must be an integer from 1 to 2^53');
  }
  if (bound <= 2 ** 32) {
    const limit = 2 ** 32 - (2 ** 32 % bound);
    for (;;) {
      const word = next();
      if (word < limit) return word % bound;
    }
  }
  const limit = 2 ** 53 - (2 ** 53 % bound);
  for (;;) {
    const wide = (next() >>> 11) * 2 ** 32 + next();
    if (wide < limit) return wide % bound;
  }
}

const POOL_WORDS = 16384;
const WEB_CRYPTO_LIMIT = 65536;

/**
 * Cryptographically secure randomness (`crypto.getRandomValues`, the operating system's generator in Node and browsers).
 *
 * @example
 * const random = new SecureRandom();
 * random.below(6) < 6; // => true
 */
export class SecureRandom implements RandomSource {
  readonly kind = 'secure';
  readonly #pool = new Uint32Array(POOL_WORDS);
  #next = POOL_WORDS;

  uint32(): number {
    if (this.#next === POOL_WORDS) {
      globalThis.crypto.getRandomValues(this.#pool);
      this.#next = 0;
    }
    const word = this.#pool[this.#next] as number;
    this.#pool[this.#next++] = 0;
    return word;
  }

  below(bound: number): number {
    return uniformBelow(() => this.uint32(), bound);
  }

  uniform(): number {
    return ((this.uint32() >>> 5) * 2 ** 26 + (this.uint32() >>> 6)) / 2 ** 53;
  }

  fill(target: Uint8Array): Uint8Array {
    for (let start = 0; start < target.length; start += WEB_CRYPTO_LIMIT) {
      globalThis.crypto.getRandomValues(target.subarray(start, start + WEB_CRYPTO_LIMIT) as Uint8Array<ArrayBuffer>);
    }
    return target;
  }

  /** A fresh array of `length` random bytes. */
  bytes(length: number): Uint8Array {
    return this.fill(new Uint8Array(length));
  }
}
