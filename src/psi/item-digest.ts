/**
 * 128-bit digests of items under the session: hash(64-byte prefix with the session id || item), cut to 16 bytes.
 *
 * The prefix is hashed once; an item of at most 55 bytes then costs one compression in place. Two different items of a session
 * meet with probability 2^-128 per pair. The digests depend on a public session id: they are no protection, only a fixed
 * length for the protocol above.
 * @module
 */
import { SHA256_IV, SM3_IV, type SuiteName, sha256CompressWords, sm3CompressWords, utf8 } from '../crypto/index.js';
import type { ItemSet } from './items.js';

/** The prefix block: tag, zeros, session id. */
export function digestPrefix(session: Uint8Array): Uint8Array {
  const block = new Uint8Array(64);
  block.set(utf8('scrim psi item digest v1'));
  block.set(session.subarray(0, 16), 48);
  return block;
}

/** Digests of all items, 16 bytes each. */
export function itemDigests(suite: SuiteName, session: Uint8Array, items: ItemSet): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(16 * items.count);
  const compress = suite === 'gm' ? sm3CompressWords : sha256CompressWords;
  const start = (suite === 'gm' ? SM3_IV : SHA256_IV).slice();
  const words = new Int32Array(68);
  const prefix = new DataView(digestPrefix(session).buffer);
  for (let i = 0; i < 16; i++) words[i] = prefix.getInt32(4 * i);
  compress(start, words);
  run(compress, start, words, items.bytes, items.offsets, items.count, new DataView(out.buffer));
  return out;
}

function run(
  compress: (state: Int32Array, words: Int32Array) => void,
  start: Int32Array,
  words: Int32Array,
  bytes: Uint8Array,
  offsets: Uint32Array,
  count: number,
  out: DataView,
): void {
  const state = new Int32Array(8);
  const block = new Uint8Array(64);
  const view = new DataView(block.buffer);
  for (let item = 0; item < count; item++) {
    let at = offsets[item]!;
    const end = offsets[item + 1]!;
    const length = end - at + 64;
    for (let i = 0; i < 8; i++) state[i] = start[i]!;
    for (; at + 64 <= end; at += 64) {
      for (let i = 0; i < 64; i++) block[i] = bytes[at + i]!;
      for (let i = 0; i < 16; i++) words[i] = view.getInt32(4 * i);
      compress(state, words);
    }
    let i = 0;
    for (; at < end; at++) block[i++] = bytes[at]!;
    block[i++] = 0x80;
    if (i > 56) {
      while (i < 64) block[i++] = 0;
      for (let w = 0; w < 16; w++) words[w] = view.getInt32(4 * w);
      compress(state, words);
      i = 0;
    }
    while (i < 64) block[i++] = 0;
    for (let w = 0; w < 14; w++) words[w] = view.getInt32(4 * w);
    words[14] = Math.floor(length / 0x20000000);
    words[15] = length << 3;
    compress(state, words);
    out.setInt32(16 * item, state[0]!);
    out.setInt32(16 * item + 4, state[1]!);
    out.setInt32(16 * item + 8, state[2]!);
    out.setInt32(16 * item + 12, state[3]!);
  }
}
