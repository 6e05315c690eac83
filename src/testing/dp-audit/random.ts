/**
 * Randomness that can be played again, and a log of how it was asked for: the control flow that randomness sees.
 * @module
 */
import type { RandomSource } from '../../core/index.js';
import { SeededRandom } from '../seeded-random.js';

/** A source that writes down every request: word, below n, bytes. */
export class RecordingRandom implements RandomSource {
  readonly kind = 'seeded';
  /** One letter and number per request. */
  readonly requests: string[] = [];
  readonly #source: SeededRandom;

  constructor(seed: string) {
    this.#source = new SeededRandom(seed);
  }

  uint32(): number {
    this.requests.push('w');
    return this.#source.uint32();
  }

  below(n: number): number {
    this.requests.push(`b${n}`);
    return this.#source.below(n);
  }

  uniform(): number {
    this.requests.push('u');
    return this.#source.uniform();
  }

  fill(target: Uint8Array): Uint8Array {
    this.requests.push(`f${target.length}`);
    return this.#source.fill(target);
  }
}
