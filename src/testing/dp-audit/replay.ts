/**
 * Replay on neighbouring data with the same randomness: declared sensitivity against the measured one, and the same control flow.
 *
 * With the noise played again bit by bit the difference of two answers is the difference of what was measured (the record-and-replay
 * audit of arXiv 2602.17454). See replay.md.
 * @module
 */
import type { RandomSource } from '../../core/index.js';
import { RecordingRandom } from './random.js';

/** What a replay found. */
export interface Replay {
  /** Sum of the absolute differences of the answers. */
  readonly l1: number;
  /** Root of the sum of squared differences. */
  readonly l2: number;
  /** True when both runs asked for randomness in the same way and answered with the same shape. */
  readonly sameFlow: boolean;
}

/**
 * Runs a noisy answer on two neighbouring data sets with the same randomness.
 *
 * @param answer - numbers in a fixed order; must take all its randomness from the source it is given
 */
export function replay<Data>(
  answer: (data: Data, random: RandomSource) => ArrayLike<number>,
  data: Data,
  neighbour: Data,
  seed: string,
): Replay {
  const first = new RecordingRandom(seed);
  const second = new RecordingRandom(seed);
  const a = answer(data, first);
  const b = answer(neighbour, second);
  let l1 = 0;
  let squares = 0;
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const gap = Math.abs((a[i] ?? 0) - (b[i] ?? 0));
    l1 += gap;
    squares += gap * gap;
  }
  const sameFlow =
    a.length === b.length &&
    first.requests.length === second.requests.length &&
    first.requests.every((request, i) => request === second.requests[i]);
  return { l1, l2: Math.sqrt(squares), sameFlow };
}
