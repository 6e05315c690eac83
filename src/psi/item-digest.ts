/**
 * 128-bit digests of items under the session, a fixed length for the protocols above; the session id is public, so they protect
 * nothing by themselves. Two different items of a session meet with probability 2^-128 per pair.
 *
 * `hash`: hash(64-byte prefix with the session id || item), cut to 16 bytes; the prefix is hashed once, an item of at most 55
 * bytes then costs one compression in place. `cipher`: CBC-MAC of AES or SM4 under a key from the session id (Bellare, Kilian,
 * Rogaway 2000), made prefix-free by the item's length in front; whole columns go through the cipher at once. The second is
 * for KKRT, whose sessions are fresh: items are chosen before the key is known. A publication lives long: it takes the first.
 * @module
 */
import {
  type BlockCipher,
  SHA256_IV,
  SM3_IV,
  type Suite,
  type SuiteName,
  sha256CompressWords,
  sm3CompressWords,
  utf8,
} from '../crypto/index.js';
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

/** Gives the digests of items, 16 bytes each. */
export type ItemDigests = (items: ItemSet) => Uint8Array<ArrayBuffer>;

/** Items whose blocks go through the cipher together: 128 KiB. */
const BATCH = 8192;

/** Digests by CBC-MAC under a key from `session`. */
export function cipherDigests(suite: Suite, session: Uint8Array): ItemDigests {
  const key = suite.hash(utf8('scrim psi item digest key v1'), session).slice(0, 16);
  const cipher = suite.backend.blockCipher(suite.name === 'gm' ? 'sm4' : 'aes', key);
  return (items) => {
    const out = new Uint8Array(16 * items.count);
    for (let from = 0; from < items.count; from += BATCH) {
      macBatch(cipher, items, from, Math.min(BATCH, items.count - from), out);
    }
    return out;
  };
}

/** Block `round` of each item that has one, xored onto its state, enciphered together; until no item has more. */
function macBatch(cipher: BlockCipher, items: ItemSet, from: number, count: number, out: Uint8Array): void {
  const { bytes, offsets } = items;
  const state = out.subarray(16 * from, 16 * (from + count));
  let active = new Int32Array(count);
  for (let i = 0; i < count; i++) active[i] = i;
  let blocks = new Uint8Array(16 * count);
  for (let round = 0; active.length > 0; round++) {
    blocks = blocks.subarray(0, 16 * active.length);
    xorBlocks(active, round, from, bytes, offsets, state, blocks);
    const enciphered = cipher.encrypt(blocks);
    active = keepStates(active, round, from, offsets, enciphered, state);
  }
}

/** Data of block 0 begins after two bytes of length; an item of 65,535 bytes or more has its length alone there. */
function dataStart(length: number, round: number): number {
  return length < 65535 ? 16 * round - 2 : 16 * (round - 1);
}

function xorBlocks(
  active: Int32Array,
  round: number,
  from: number,
  bytes: Uint8Array,
  offsets: Uint32Array,
  state: Uint8Array,
  blocks: Uint8Array,
): void {
  for (let k = 0; k < active.length; k++) {
    const i = active[k]!;
    const start = offsets[from + i]!;
    const length = offsets[from + i + 1]! - start;
    const to = 16 * k;
    for (let b = 0; b < 16; b++) blocks[to + b] = round === 0 ? 0 : state[16 * i + b]!;
    let b = 0;
    let at = dataStart(length, round);
    if (round === 0) {
      const short = length < 65535;
      blocks[to] = short ? length >>> 8 : 255;
      blocks[to + 1] = short ? length & 255 : 255;
      if (!short) {
        for (let j = 0; j < 4; j++) blocks[to + 2 + j] = (length >>> (24 - 8 * j)) & 255;
        continue;
      }
      b = 2;
      at = 0;
    }
    for (; b < 16 && at < length; b++, at++) blocks[to + b] = blocks[to + b]! ^ bytes[start + at]!;
  }
}

/** Writes the states back; returns the items that have another block. */
function keepStates(
  active: Int32Array,
  round: number,
  from: number,
  offsets: Uint32Array,
  enciphered: Uint8Array,
  state: Uint8Array,
): Int32Array<ArrayBuffer> {
  const more = new Int32Array(active.length);
  let kept = 0;
  for (let k = 0; k < active.length; k++) {
    const i = active[k]!;
    for (let b = 0; b < 16; b++) state[16 * i + b] = enciphered[16 * k + b]!;
    const length = offsets[from + i + 1]! - offsets[from + i]!;
    if (dataStart(length, round + 1) < length) more[kept++] = i;
  }
  return more.slice(0, kept);
}
