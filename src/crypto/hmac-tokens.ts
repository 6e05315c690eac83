/**
 * HMAC tokens of a whole column (RFC 2104, section 2; FIPS 198-1, section 4) with SHA-256 or SM3.
 *
 * The key blocks are hashed once into two midstates; a value of at most 55 bytes then costs two compressions and no
 * object. Words are loaded straight from the column; no string, no call into OpenSSL per value.
 * @module
 */
import { defaultBackend } from './backend.js';
import { type KeyLike, withKey } from './secret-key.js';
import { SHA256_IV, sha256CompressWords } from './sha256.js';
import { SM3_IV, sm3CompressWords } from './sm3.js';
import { type ByteColumn, type TokenForm, TokenWriter } from './token-text.js';

/** Options of {@link hmacTokens}. */
export interface HmacTokensOptions extends TokenForm {
  /** HMAC-SHA-256 (`intl`, default) or HMAC-SM3 (`gm`). */
  readonly suite?: 'intl' | 'gm';
}

type Compress = (state: Int32Array, words: Int32Array) => void;

const CHUNK = 4096;

/**
 * One token per value. Equal values give equal tokens; the order of rows is kept.
 *
 * @example
 * hmacTokens(key, { bytes: utf8('ab'), offsets: Int32Array.of(0, 1, 2) }).offsets; // => Int32Array [0, 22, 44]
 */
export function hmacTokens(key: KeyLike, column: ByteColumn, options: HmacTokensOptions = {}): ByteColumn {
  const gm = options.suite === 'gm';
  const compress = gm ? sm3CompressWords : sha256CompressWords;
  const rows = Math.max(0, column.offsets.length - 1);
  const writer = new TokenWriter(rows, 32, options);
  withKey(key, (secret) => {
    const block = new Uint8Array(64);
    block.set(secret.length > 64 ? defaultBackend().hash(gm ? 'sm3' : 'sha256', secret) : secret);
    const words = new Int32Array(68);
    const [inner, outer] = [0x36, 0x5c].map((pad) => {
      const state = (gm ? SM3_IV : SHA256_IV).slice();
      const view = new DataView(block.map((byte) => byte ^ pad).buffer);
      for (let i = 0; i < 16; i++) words[i] = view.getInt32(4 * i);
      compress(state, words);
      return state;
    }) as [Int32Array, Int32Array];
    const tags = new Uint8Array(32 * CHUNK);
    const view = new DataView(tags.buffer);
    const { bytes, offsets } = column;
    const source = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const state = new Int32Array(8);
    for (let from = 0; from < rows; from += CHUNK) {
      const to = Math.min(rows, from + CHUNK);
      chunk(compress, source, bytes, offsets, from, to, inner, outer, state, words, view);
      writer.write(tags, 32, to - from);
    }
    for (const trace of [inner, outer, words, state]) trace.fill(0);
    block.fill(0);
  });
  return writer.column();
}

function chunk(
  compress: Compress,
  source: DataView,
  bytes: Uint8Array,
  offsets: Int32Array,
  from: number,
  to: number,
  inner: Int32Array,
  outer: Int32Array,
  state: Int32Array,
  words: Int32Array,
  tags: DataView,
): void {
  const limit = bytes.length;
  for (let row = from; row < to; row++) {
    let at = offsets[row]!;
    const end = offsets[row + 1]!;
    const length = end - at;
    state[0] = inner[0]!;
    state[1] = inner[1]!;
    state[2] = inner[2]!;
    state[3] = inner[3]!;
    state[4] = inner[4]!;
    state[5] = inner[5]!;
    state[6] = inner[6]!;
    state[7] = inner[7]!;
    for (; at + 64 <= end; at += 64) {
      for (let i = 0; i < 16; i++) words[i] = source.getInt32(at + 4 * i);
      compress(state, words);
    }
    let i = 0;
    for (; at + 4 <= end; at += 4) words[i++] = source.getInt32(at);
    const left = end - at;
    let last = 0x80000000 >>> (8 * left);
    if (left > 0) {
      if (at + 4 <= limit) last |= source.getInt32(at) & (0xffffff00 << (8 * (3 - left)));
      else for (let j = 0; j < left; j++) last |= bytes[at + j]! << (24 - 8 * j);
    }
    words[i++] = last;
    if (i > 14) {
      while (i < 16) words[i++] = 0;
      compress(state, words);
      i = 0;
    }
    while (i < 14) words[i++] = 0;
    // The key block counts: 64 + length bytes.
    words[14] = (length + 64) >>> 29;
    words[15] = (length + 64) << 3;
    compress(state, words);
    words[0] = state[0]!;
    words[1] = state[1]!;
    words[2] = state[2]!;
    words[3] = state[3]!;
    words[4] = state[4]!;
    words[5] = state[5]!;
    words[6] = state[6]!;
    words[7] = state[7]!;
    words[8] = 0x80000000 | 0;
    for (let j = 9; j < 15; j++) words[j] = 0;
    words[15] = 768;
    state[0] = outer[0]!;
    state[1] = outer[1]!;
    state[2] = outer[2]!;
    state[3] = outer[3]!;
    state[4] = outer[4]!;
    state[5] = outer[5]!;
    state[6] = outer[6]!;
    state[7] = outer[7]!;
    compress(state, words);
    const out = 32 * (row - from);
    tags.setInt32(out, state[0]!);
    tags.setInt32(out + 4, state[1]!);
    tags.setInt32(out + 8, state[2]!);
    tags.setInt32(out + 12, state[3]!);
    tags.setInt32(out + 16, state[4]!);
    tags.setInt32(out + 20, state[5]!);
    tags.setInt32(out + 24, state[6]!);
    tags.setInt32(out + 28, state[7]!);
  }
}
