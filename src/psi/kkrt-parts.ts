/**
 * What both sides of KKRT share: sizes of chunks and masks, the row hash of a bucket, words and bytes.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { linearHash, type RowHash, rowHash } from './kkrt-rows.js';
import type { BucketInput, ProtocolContext } from './protocol.js';
import { keyStream, type Stream } from './stream.js';

/** Most rows of a chunk: 4 KiB of each column, 2 MiB of corrections at most. */
const CHUNK = 2 ** 15;
/** Most items of a bucket in mode `row`: beyond, its code is too short for a failure below 2^-40 (kkrt.md). */
const CONSERVATIVE_LIMIT = 2 ** 24;
/** Bytes of the wrapped payload key. */
export const WRAP = 16;

/** Rows of a chunk: whole cipher blocks of every column, no more than there are bins. */
export function chunkRows(bins: number): number {
  return Math.min(CHUNK, 128 * Math.ceil(bins / 128));
}

/** Bytes of a mask for a false match below 2^-40. */
export function maskBytes(receiverCount: number, senderCount: number): number {
  const bits = 40 + Math.log2(Math.max(1, receiverCount)) + Math.log2(Math.max(1, senderCount));
  return Math.min(12, Math.max(8, Math.ceil(bits / 8)));
}

/** The row hash of a bucket. @throws SCRIM_PSI_UNSUPPORTED when a bucket of mode `row` is too large */
export function hashOf(context: ProtocolContext, { bucket, count, peerCount }: BucketInput): RowHash {
  const { agreed, suite, channel } = context;
  if (agreed.rowHash === 'linear') return linearHash(suite, channel.session, bucket);
  if (Math.max(count, peerCount) > CONSERVATIVE_LIMIT) {
    const what = `${Math.max(count, peerCount)} items in a bucket`;
    throw new ScrimError('SCRIM_PSI_UNSUPPORTED', { protocol: 'kkrt', what, reason: 'more buckets are needed' });
  }
  return rowHash(suite, channel.session, bucket);
}

/** True when payload goes along with the masks because the sender is to learn nothing. */
export function wrapsPayload(context: ProtocolContext): boolean {
  return context.agreed.mode === 'payload' && context.agreed.learns !== 'both';
}

/** Streams of the columns that rows of so many words have. */
export function streams(context: ProtocolContext, keys: readonly Uint8Array[], words: number): Stream[] {
  return keys.slice(0, 32 * words).map((key) => keyStream(context.suite, key));
}

/** Words as bytes, least significant first. */
export function writeMask(words: Int32Array, from: number, out: Uint8Array, to: number, size: number): void {
  for (let b = 0; b < size; b++) out[to + b] = (words[from + (b >> 2)]! >>> (8 * (b & 3))) & 255;
}

/** Bytes as words; copied where they are not aligned. */
export function wordsOf(bytes: Uint8Array): Int32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Int32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 2);
}
