/**
 * Rows of the KKRT transfer extension: the pseudorandom code of an item, and the two ways to hash a row.
 *
 * Code: 512 bits, four block cipher calls on the item's digest under four public keys of the session (KKRT16, section 3.2: a
 * pseudorandom code; four keyed permutations stand for it). `row`: SHA-256 or SM3 of (domain, row, bin, hash function).
 * `linear`: a public random linear map from 512 to 128 bits, then the tweakable hash pi(pi(v) xor t) xor pi(v) (Guo, Katz, Wang,
 * Yu 2020, section 7.4). Which of the two is conservative, and why: kkrt.md.
 * @module
 */
import {
  type BlockCipher,
  SHA256_IV,
  SM3_IV,
  type Suite,
  sha256CompressWords,
  sm3CompressWords,
  utf8,
} from '../crypto/index.js';
import { keyStream } from './stream.js';

/** Words of a row. */
export const ROW_WORDS = 16;

/** Words of a hash: three for the mask, one unused, four for a pad. */
export const HASH_WORDS = 8;

/** Public cipher with a key made from the session. */
function publicCipher(suite: Suite, session: Uint8Array, label: string): BlockCipher {
  const key = suite.hash(utf8(`scrim psi public ${label}`), session).slice(0, 16);
  return suite.backend.blockCipher(suite.name === 'gm' ? 'sm4' : 'aes', key);
}

/** Codes of digests, 16 words each, written into `out`. */
export class RowCode {
  readonly #ciphers: readonly BlockCipher[];

  constructor(suite: Suite, session: Uint8Array) {
    this.#ciphers = [0, 1, 2, 3].map((i) => publicCipher(suite, session, `code ${i}`));
  }

  write(digests: Uint8Array, count: number, out: Int32Array): void {
    this.#ciphers.forEach((cipher, block) => {
      const bytes = cipher.encrypt(digests.subarray(0, 16 * count));
      spread(asWords(bytes), count, block, out);
    });
  }
}

function asWords(bytes: Uint8Array): Int32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Int32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 2);
}

function spread(words: Int32Array, count: number, block: number, out: Int32Array): void {
  for (let row = 0, from = 0, to = 4 * block; row < count; row++, from += 4, to += ROW_WORDS) {
    out[to] = words[from]!;
    out[to + 1] = words[from + 1]!;
    out[to + 2] = words[from + 2]!;
    out[to + 3] = words[from + 3]!;
  }
}

/** A way to hash rows: what is kept of a row, how a code is folded in, and the hash itself. */
export interface RowHash {
  /** Words kept of each row. */
  readonly width: number;
  /** Reduces `count` rows of 16 words to what is kept. */
  reduce(rows: Int32Array, count: number, out: Int32Array, at: number): void;
  /** Hashes `count` kept rows, each with its bin and hash function, to 8 words each. */
  hash(kept: Int32Array, count: number, bins: Uint32Array, which: Uint8Array, out: Int32Array): void;
}

/** The conservative way. */
export function rowHash(suite: Suite, session: Uint8Array, bucket: number): RowHash {
  const compress = suite.name === 'gm' ? sm3CompressWords : sha256CompressWords;
  const midstate = (suite.name === 'gm' ? SM3_IV : SHA256_IV).slice();
  const domain = new Uint8Array(64);
  domain.set(utf8('scrim psi row hash v1'));
  domain.set(session.subarray(0, 16), 32);
  const view = new DataView(domain.buffer);
  view.setUint32(48, bucket);
  const words = new Int32Array(68);
  for (let i = 0; i < 16; i++) words[i] = view.getInt32(4 * i);
  compress(midstate, words);
  return {
    width: ROW_WORDS,
    reduce(rows, count, out, at) {
      out.set(rows.subarray(0, ROW_WORDS * count), at);
    },
    hash: (kept, count, bins, which, out) => hashRows(compress, midstate, words, kept, count, bins, which, out),
  };
}

function hashRows(
  compress: (state: Int32Array, words: Int32Array) => void,
  midstate: Int32Array,
  words: Int32Array,
  kept: Int32Array,
  count: number,
  bins: Uint32Array,
  which: Uint8Array,
  out: Int32Array,
): void {
  const state = new Int32Array(8);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < 8; i++) state[i] = midstate[i]!;
    const from = ROW_WORDS * row;
    for (let i = 0; i < ROW_WORDS; i++) words[i] = kept[from + i]!;
    compress(state, words);
    words[0] = bins[row]! | 0;
    words[1] = which[row]!;
    words[2] = 0x80000000 | 0;
    for (let i = 3; i < 15; i++) words[i] = 0;
    // 64 of domain, 64 of row, 8 of tweak: in bits.
    words[15] = 8 * 136;
    compress(state, words);
    for (let i = 0; i < HASH_WORDS; i++) out[HASH_WORDS * row + i] = state[i]!;
  }
}

/** The fast way. Its hash fills four of the eight words. */
export function linearHash(suite: Suite, session: Uint8Array, bucket: number): RowHash {
  // 512 x 128 random bits, then a table for each byte of a row: 64 x 256 x 4 words.
  const seed = suite.hash(utf8('scrim psi linear map v1'), session).slice(0, 16);
  const bits = asWords(keyStream(suite, seed).xor(new Uint8Array(512 * 16)));
  const tables = new Int32Array(64 * 256 * 4);
  for (let position = 0; position < 64; position++) {
    for (let value = 1; value < 256; value++) {
      const low = 31 - Math.clz32(value & -value);
      const to = 4 * (256 * position + value);
      const from = 4 * (256 * position + (value & (value - 1)));
      for (let w = 0; w < 4; w++) tables[to + w] = tables[from + w]! ^ bits[4 * (8 * position + low) + w]!;
    }
  }
  const pi = publicCipher(suite, session, 'permutation');
  return {
    width: 4,
    reduce: (rows, count, out, at) => compressRows(tables, rows, count, out, at),
    hash(kept, count, bins, which, out) {
      const bytes = new Uint8Array(kept.buffer, kept.byteOffset, 16 * count);
      const first = asWords(pi.encrypt(bytes));
      const tweaked = new Int32Array(4 * count);
      for (let row = 0; row < count; row++) {
        const at = 4 * row;
        tweaked[at] = first[at]! ^ bins[row]!;
        tweaked[at + 1] = first[at + 1]! ^ which[row]!;
        tweaked[at + 2] = first[at + 2]! ^ bucket;
        tweaked[at + 3] = first[at + 3]!;
      }
      const second = asWords(pi.encrypt(new Uint8Array(tweaked.buffer)));
      for (let row = 0; row < count; row++) {
        for (let w = 0; w < 4; w++) out[HASH_WORDS * row + w] = first[4 * row + w]! ^ second[4 * row + w]!;
      }
    },
  };
}

function compressRows(tables: Int32Array, rows: Int32Array, count: number, out: Int32Array, to: number): void {
  for (let row = 0; row < count; row++) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let word = 0; word < ROW_WORDS; word++) {
      const value = rows[ROW_WORDS * row + word]!;
      const base = word << 12;
      let at = base + ((value & 255) << 2);
      a ^= tables[at]!;
      b ^= tables[at + 1]!;
      c ^= tables[at + 2]!;
      d ^= tables[at + 3]!;
      at = base + 1024 + ((value >>> 6) & 0x3fc);
      a ^= tables[at]!;
      b ^= tables[at + 1]!;
      c ^= tables[at + 2]!;
      d ^= tables[at + 3]!;
      at = base + 2048 + ((value >>> 14) & 0x3fc);
      a ^= tables[at]!;
      b ^= tables[at + 1]!;
      c ^= tables[at + 2]!;
      d ^= tables[at + 3]!;
      at = base + 3072 + ((value >>> 22) & 0x3fc);
      a ^= tables[at]!;
      b ^= tables[at + 1]!;
      c ^= tables[at + 2]!;
      d ^= tables[at + 3]!;
    }
    const at = to + 4 * row;
    out[at] = a;
    out[at + 1] = b;
    out[at + 2] = c;
    out[at + 3] = d;
  }
}
