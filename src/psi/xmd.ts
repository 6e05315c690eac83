/**
 * expand_message_xmd and hash_to_field (RFC 9380, sections 5.3.1 and 5.2) over a hash function of the caller.
 * @module
 */
import { sha512 } from '@noble/hashes/sha2.js';
import { nodeCrypto } from '../core/index.js';
import { utf8 } from '../crypto/index.js';

/** A hash function with its input block length in bytes. */
export interface BlockHash {
  readonly block: number;
  readonly length: number;
  readonly hash: (bytes: Uint8Array) => Uint8Array;
}

/** SHA-512: OpenSSL where it exists, noble elsewhere. */
export function sha512Hash(): BlockHash {
  const crypto = nodeCrypto();
  if (crypto === undefined) return { block: 128, length: 64, hash: sha512 };
  // One call is cheaper than an object (Node 20.12 and later have it).
  const once = (crypto as { hash?: (name: string, data: Uint8Array, form: 'buffer') => Uint8Array }).hash;
  const hash = (bytes: Uint8Array): Uint8Array =>
    once === undefined ? crypto.createHash('sha512').update(bytes).digest() : once('sha512', bytes, 'buffer');
  return { block: 128, length: 64, hash };
}

/** Expander with one domain separation tag: messages in, uniform bytes out. Tags of at most 255 bytes. */
export function expander(
  { block, length, hash }: BlockHash,
  tag: string | Uint8Array,
  wanted: number,
): (message: Uint8Array) => Uint8Array {
  const dst = typeof tag === 'string' ? utf8(tag) : tag;
  const rounds = Math.ceil(wanted / length);
  if (dst.length > 255 || rounds > 255) throw new RangeError('tag or output too long');
  const suffix = new Uint8Array(dst.length + 1);
  suffix.set(dst);
  suffix[dst.length] = dst.length;
  const next = new Uint8Array(length + 1 + suffix.length);
  next.set(suffix, length + 1);
  return (message) => {
    const first = new Uint8Array(block + message.length + 3 + suffix.length);
    first.set(message, block);
    first[block + message.length] = wanted >> 8;
    first[block + message.length + 1] = wanted & 255;
    first.set(suffix, block + message.length + 3);
    const b0 = hash(first);
    const out = new Uint8Array(wanted);
    let previous = new Uint8Array(length);
    for (let i = 1; i <= rounds; i++) {
      for (let j = 0; j < length; j++) next[j] = (b0[j] as number) ^ (previous[j] as number);
      next[length] = i;
      previous = new Uint8Array(hash(next));
      out.set(previous.subarray(0, Math.min(length, wanted - (i - 1) * length)), (i - 1) * length);
    }
    return out;
  };
}

/** Big-endian bytes as a number. */
export function bigEndian(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let value = 0n;
  let at = 0;
  for (; at + 8 <= bytes.length; at += 8) value = (value << 64n) | view.getBigUint64(at);
  for (; at < bytes.length; at++) value = (value << 8n) | BigInt(bytes[at] as number);
  return value;
}
