/**
 * Reproducible randomness for tests, benches and attack simulation; never for protection.
 * @module
 */
import seedrandom from 'seedrandom';
import { type RandomSource, uniformBelow } from '../core/index.js';

/**
 * Generator that repeats exactly for the same seed (ARC4 of the `seedrandom` package).
 *
 * @example
 * new SeededRandom('a').uint32() === new SeededRandom('a').uint32(); // => true
 */
export class SeededRandom implements RandomSource {
  readonly kind = 'seeded';
  readonly #next: () => number;

  constructor(seed: string) {
    const generator = seedrandom(seed);
    this.#next = () => generator.int32() >>> 0;
  }

  uint32(): number {
    return this.#next();
  }

  below(bound: number): number {
    return uniformBelow(this.#next, bound);
  }

  uniform(): number {
    return ((this.#next() >>> 5) * 2 ** 26 + (this.#next() >>> 6)) / 2 ** 53;
  }

  fill(target: Uint8Array): Uint8Array {
    for (let i = 0; i < target.length; i++) target[i] = this.#next() & 255;
    return target;
  }
}
