/**
 * Hash buckets of a public size: which items run together, padded with random dummies so that no bucket tells its number.
 *
 * An item's bucket comes from the fourth word of its session digest, so both sides agree and nobody can choose it before the
 * session. The public size is n / B and a slack by Bernstein's inequality for an overflow below 2^-40.
 * @module
 */
import { ScrimError, SecureRandom } from '../core/index.js';

/** Public size of each of `buckets` buckets of `count` items. */
export function bucketSize(count: number, buckets: number): number {
  if (buckets === 1) return count;
  const mean = count / buckets;
  const bound = Math.LN2 * (40 + Math.log2(buckets));
  return Math.min(count, Math.ceil(mean + bound / 3 + Math.sqrt((bound * bound) / 9 + 2 * mean * bound)));
}

/** Items by bucket. */
export interface Split {
  /** Public size of every bucket. */
  readonly size: number;
  /** Positions of the real items of a bucket. */
  members(bucket: number): Uint32Array;
  /** Digests of a bucket, real ones first, then fresh random dummies. */
  digests(bucket: number): Uint8Array;
}

/** Splits digests of 16 bytes into buckets; `announced` is the public number of items. @throws SCRIM_PSI_OVERFLOW */
export function splitIntoBuckets(digests: Uint8Array, buckets: number, announced: number): Split {
  const count = digests.length / 16;
  const size = bucketSize(announced, buckets);
  const view = new DataView(digests.buffer, digests.byteOffset, digests.byteLength);
  const starts = new Uint32Array(buckets + 1);
  const bucketOf = (i: number): number => Math.floor((view.getUint32(16 * i + 12) * buckets) / 2 ** 32);
  for (let i = 0; i < count; i++) starts[bucketOf(i) + 1] = (starts[bucketOf(i) + 1] as number) + 1;
  for (let b = 0; b < buckets; b++) {
    if ((starts[b + 1] as number) > size) throw new ScrimError('SCRIM_PSI_OVERFLOW', { what: 'a hash bucket' });
    starts[b + 1] = (starts[b + 1] as number) + (starts[b] as number);
  }
  const order = new Uint32Array(count);
  const next = starts.slice();
  for (let i = 0; i < count; i++) {
    const bucket = bucketOf(i);
    order[next[bucket] as number] = i;
    next[bucket] = (next[bucket] as number) + 1;
  }
  const members = (bucket: number): Uint32Array => order.subarray(starts[bucket], starts[bucket + 1]);
  return {
    size,
    members,
    digests(bucket) {
      const own = members(bucket);
      if (buckets === 1 && own.length === size) return digests;
      const out = new Uint8Array(16 * size);
      for (let k = 0; k < own.length; k++) {
        const at = 16 * (own[k] as number);
        for (let b = 0; b < 16; b++) out[16 * k + b] = digests[at + b] as number;
      }
      new SecureRandom().fill(out.subarray(16 * own.length));
      return out;
    },
  };
}
