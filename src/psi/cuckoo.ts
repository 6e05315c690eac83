/**
 * Cuckoo hashing with three hash functions and no stash: Pinkas, Schneider, Zohner 2018 (section 3.2.2), parameters as in KKRT
 * implementations: m = e n bins, e = (40 + log2 n + 256) / 240, for a failure below 2^-40.
 * @module
 */
import { ScrimError, SecureRandom } from '../core/index.js';

/** Hash functions. */
export const HASHES = 3;

/** Number of bins for `count` items. */
export function cuckooBins(count: number): number {
  const n = Math.max(256, count);
  return Math.ceil((n * (40 + Math.log2(n) + 256)) / 240);
}

/** Bin of a digest under hash function `which`: from its words 0, 1, 2 (big endian). */
export function binOf(digests: DataView, item: number, which: number, bins: number): number {
  return Math.floor((digests.getUint32(16 * item + 4 * which) * bins) / 2 ** 32);
}

/** Where items lie. */
export interface CuckooTable {
  /** Item of each bin, -1 for an empty one. */
  readonly itemOf: Int32Array;
  /** Hash function by which the item of a bin came there. */
  readonly hashOf: Uint8Array;
}

/** Places all items. @throws SCRIM_PSI_OVERFLOW when one finds no place; nothing is ever left out */
export function cuckooTable(digests: Uint8Array, count: number, bins: number): CuckooTable {
  const view = new DataView(digests.buffer, digests.byteOffset, digests.byteLength);
  const itemOf = new Int32Array(bins).fill(-1);
  const hashOf = new Uint8Array(bins);
  let state = new SecureRandom().uint32() | 1;
  const limit = 2000;
  for (let i = 0; i < count; i++) {
    let item = i;
    let which = i % HASHES;
    let moves = 0;
    for (;;) {
      // A free place first, then a random walk.
      let placed = false;
      for (let k = 0; k < HASHES; k++) {
        const bin = binOf(view, item, k, bins);
        if (itemOf[bin] === -1) {
          itemOf[bin] = item;
          hashOf[bin] = k;
          placed = true;
          break;
        }
      }
      if (placed) break;
      if (++moves > limit) throw new ScrimError('SCRIM_PSI_OVERFLOW', { what: 'the cuckoo table' });
      const bin = binOf(view, item, which, bins);
      const other = itemOf[bin]!;
      const otherHash = hashOf[bin]!;
      itemOf[bin] = item;
      hashOf[bin] = which;
      item = other;
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      which = (otherHash + 1 + (state & 1)) % HASHES;
    }
  }
  return { itemOf, hashOf };
}
