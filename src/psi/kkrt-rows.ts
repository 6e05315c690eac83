/**
 * Rows of the KKRT transfer extension: the pseudorandom code of an item, and the two ways to hash a row.
 *
 * Code: four block cipher calls on the item's digest under four public keys of the session (KKRT16, section 3.2: a pseudorandom
 * code; four keyed permutations stand for it), cut to the row's length. `row`: rows of 448 bits; SHA-256 or SM3 over the fixed
 * 128 bytes (domain, row, bin, hash function), whose second block is the row with its tweak; no padding, since all messages
 * have one length (Coron, Dodis, Malinaud, Puniya 2005, section 3.3: prefix-free). `linear`: rows of 512 bits; a public
 * random linear map to 128 bits, then the tweakable hash pi(pi(v) xor t) xor pi(v) (Guo, Katz, Wang, Yu 2020, section 7.4).
 * Which of the two is conservative, and why: kkrt.md.
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

/** Words of a row in mode `linear`: 512 bits. */
const LINEAR_WORDS = 16;

/** Words of a row in mode `row`: 448 bits, so that row and tweak fill one block. */
const CONSERVATIVE_WORDS = 14;

/** Words of a hash: three for the mask, one unused, four for a pad. */
export const HASH_WORDS = 8;

/** Public cipher with a key made from the session. */
function publicCipher(suite: Suite, session: Uint8Array, label: string): BlockCipher {
  const key = suite.hash(utf8(`scrim psi public ${label}`), session).slice(0, 16);
  return suite.backend.blockCipher(suite.name === 'gm' ? 'sm4' : 'aes', key);
}

/** Codes of digests, `words` words each, written into `out`. */
export class RowCode {
  readonly #ciphers: readonly BlockCipher[];
  readonly #words: number;

  constructor(suite: Suite, session: Uint8Array, words: number) {
    this.#words = words;
    this.#ciphers = [0, 1, 2, 3].map((i) => publicCipher(suite, session, `code ${i}`));
  }

  write(digests: Uint8Array, count: number, out: Int32Array): void {
    this.#ciphers.forEach((cipher, block) => {
      const bytes = cipher.encrypt(digests.subarray(0, 16 * count));
      spread(asWords(bytes), count, 4 * block, Math.min(4, this.#words - 4 * block), this.#words, out);
    });
  }
}

function asWords(bytes: Uint8Array): Int32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Int32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 2);
}

/** `width` words of each block into the rows, from word `first` of a row on. */
function spread(blocks: Int32Array, count: number, first: number, width: number, words: number, out: Int32Array): void {
  for (let row = 0, from = 0, to = first; row < count; row++, from += 4, to += words) {
    out[to] = blocks[from]!;
    out[to + 1] = blocks[from + 1]!;
    if (width < 4) continue;
    out[to + 2] = blocks[from + 2]!;
    out[to + 3] = blocks[from + 3]!;
  }
}

/** A way to hash rows: what is kept of a row, how a code is folded in, and the hash itself. */
export interface RowHash {
  /** Words of a row before reduction. */
  readonly words: number;
  /** Words kept of each row. */
  readonly width: number;
  /** Reduces `count` rows to what is kept. */
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
    words: CONSERVATIVE_WORDS,
    width: CONSERVATIVE_WORDS,
    reduce(rows, count, out, at) {
      out.set(rows.subarray(0, CONSERVATIVE_WORDS * count), at);
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
    const from = CONSERVATIVE_WORDS * row;
    for (let i = 0; i < CONSERVATIVE_WORDS; i++) words[i] = kept[from + i]!;
    words[CONSERVATIVE_WORDS] = bins[row]! | 0;
    words[CONSERVATIVE_WORDS + 1] = which[row]!;
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
    words: LINEAR_WORDS,
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
    for (let word = 0; word < LINEAR_WORDS; word++) {
      const value = rows[LINEAR_WORDS * row + word]!;
      const base = word << 12;
      const p = base | ((value & 255) << 2);
      const q = base | 1024 | ((value >>> 6) & 0x3fc);
      const r = base | 2048 | ((value >>> 14) & 0x3fc);
      const s = base | 3072 | ((value >>> 22) & 0x3fc);
      a ^= tables[p]! ^ tables[q]! ^ tables[r]! ^ tables[s]!;
      b ^= tables[p | 1]! ^ tables[q | 1]! ^ tables[r | 1]! ^ tables[s | 1]!;
      c ^= tables[p | 2]! ^ tables[q | 2]! ^ tables[r | 2]! ^ tables[s | 2]!;
      d ^= tables[p | 3]! ^ tables[q | 3]! ^ tables[r | 3]! ^ tables[s | 3]!;
    }
    const at = to + 4 * row;
    out[at] = a;
    out[at + 1] = b;
    out[at + 2] = c;
    out[at + 3] = d;
  }
}
