/**
 * Secret permutations: Fisher and Yates with secure randomness, and records in a permuted order.
 * @module
 */
import { SecureRandom } from '../core/index.js';

/** Random words drawn together. */
const POOL = 16384;

/** A uniform permutation of 0 .. count - 1. */
export function permutation(count: number): Uint32Array {
  const order = new Uint32Array(count);
  const random = new SecureRandom();
  for (let i = 0; i < count; i++) order[i] = i;
  const words = new Uint32Array(Math.min(POOL, Math.max(1, count)));
  const bytes = new Uint8Array(words.buffer);
  let next = words.length;
  for (let i = count - 1; i > 0; i--) {
    // Uniform up to i: as many bits as i has, again when they are beyond it.
    const mask = 0xffffffff >>> Math.clz32(i);
    let j = i + 1;
    while (j > i) {
      if (next === words.length) {
        random.fill(bytes);
        next = 0;
      }
      j = ((words[next++] as number) & mask) >>> 0;
    }
    const swap = order[i] as number;
    order[i] = order[j] as number;
    order[j] = swap;
  }
  return order;
}

/** Record k of the result is record `order[k]` of the source. */
export function permuted(records: Uint8Array, order: Uint32Array, size: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(order.length * size);
  if (size === 16 && records.byteOffset % 4 === 0) {
    permuteWords(
      new Int32Array(records.buffer, records.byteOffset, records.byteLength >> 2),
      order,
      new Int32Array(out.buffer),
    );
    return out;
  }
  for (let k = 0; k < order.length; k++) {
    const at = (order[k] as number) * size;
    for (let b = 0; b < size; b++) out[k * size + b] = records[at + b] as number;
  }
  return out;
}

function permuteWords(records: Int32Array, order: Uint32Array, out: Int32Array): void {
  for (let k = 0; k < order.length; k++) {
    const at = 4 * order[k]!;
    out[4 * k] = records[at]!;
    out[4 * k + 1] = records[at + 1]!;
    out[4 * k + 2] = records[at + 2]!;
    out[4 * k + 3] = records[at + 3]!;
  }
}
