/**
 * Where a party's items come from: an array in memory, or anything else that can be split into buckets once the session is known.
 * @module
 */
import { Sha256 } from '../core/index.js';
import { type Split, splitIntoBuckets } from './buckets.js';
import type { ItemDigests } from './item-digest.js';
import type { ItemSet } from './items.js';

/** Items by number, 0 .. count - 1. */
export interface ItemSource {
  readonly count: number;
  /** Tells two sets, or two numberings of one set, apart: a resumed run must have the numbers of the run before. */
  fingerprint(): string;
  /**
   * All items by bucket.
   *
   * @param digests - gives the digests under the session
   * @param announced - the public number of items
   * @throws SCRIM_PSI_OVERFLOW
   */
  split(digests: ItemDigests, buckets: number, announced: number): Split;
}

/** Items of a set in memory: 16 bytes each while the run lasts. */
export function memoryItems(items: ItemSet): ItemSource {
  return {
    count: items.count,
    fingerprint() {
      const { buffer, byteOffset } = items.offsets;
      const hash = new Sha256();
      hash.update(items.bytes);
      hash.update(new Uint8Array(buffer, byteOffset, 4 * (items.count + 1)));
      return hash.hex();
    },
    split: (digests, buckets, announced) => splitIntoBuckets(digests(items), buckets, announced),
  };
}

/** A set is taken as a source in memory. */
export function asSource(items: ItemSet | ItemSource): ItemSource {
  return 'split' in items ? items : memoryItems(items);
}
