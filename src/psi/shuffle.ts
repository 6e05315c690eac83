/**
 * Secret permutations: Fisher and Yates with secure randomness, and records in a permuted order.
 * @module
 */
import { SecureRandom } from '../core/index.js';

/** A uniform permutation of 0 .. count - 1. */
export function permutation(count: number): Uint32Array {
  const order = new Uint32Array(count);
  const random = new SecureRandom();
  for (let i = 0; i < count; i++) order[i] = i;
  for (let i = count - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const swap = order[i] as number;
    order[i] = order[j] as number;
    order[j] = swap;
  }
  return order;
}

/** Record k of the result is record `order[k]` of the source. */
export function permuted(records: Uint8Array, order: Uint32Array, size: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(order.length * size);
  for (let k = 0; k < order.length; k++) {
    const at = (order[k] as number) * size;
    for (let b = 0; b < size; b++) out[k * size + b] = records[at + b] as number;
  }
  return out;
}
