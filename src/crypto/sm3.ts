/**
 * SM3 hash in plain TypeScript (GB/T 32905-2016, section 5; ISO/IEC 10118-3:2018), for platforms without OpenSSL.
 *
 * The compression function works on raw state, so that HMAC can start from midstates (`hmac-tokens.ts`).
 * @module
 */

/** Initial value, section 4.1. */
export const SM3_IV: Int32Array = Int32Array.of(
  0x7380166f,
  0x4914b2b9,
  0x172442d7,
  0xda8a0600 | 0,
  0xa96f30bc | 0,
  0x163138aa,
  0xe38dee4d | 0,
  0xb0fb0e4e | 0,
);

/** Constants T_j rotated left by j mod 32, section 4.2 and 5.3.3. */
const TJ = new Int32Array(64);
for (let j = 0; j < 64; j++) {
  const t = j < 16 ? 0x79cc4519 : 0x7a879d8a;
  TJ[j] = (t << (j % 32)) | (t >>> ((32 - (j % 32)) % 32));
  if (j % 32 === 0) TJ[j] = t;
}

const W = new Int32Array(68);

/** One block into the state: section 5.3. `state` holds eight words; the block starts at `at` of `block`. */
export function sm3Compress(state: Int32Array, block: Uint8Array, at: number): void {
  for (let j = 0; j < 16; j++, at += 4) {
    W[j] = (block[at]! << 24) | (block[at + 1]! << 16) | (block[at + 2]! << 8) | block[at + 3]!;
  }
  sm3CompressWords(state, W);
}

/** The same for a block whose 16 words already stand in `words[0..15]` (68 words of room; the rest is scratch). */
export function sm3CompressWords(state: Int32Array, words: Int32Array): void {
  for (let j = 16; j < 68; j++) {
    const w3 = words[j - 3]!;
    const x = words[j - 16]! ^ words[j - 9]! ^ ((w3 << 15) | (w3 >>> 17));
    const w13 = words[j - 13]!;
    words[j] = x ^ ((x << 15) | (x >>> 17)) ^ ((x << 23) | (x >>> 9)) ^ ((w13 << 7) | (w13 >>> 25)) ^ words[j - 6]!;
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let j = 0; j < 16; j++) {
    const a12 = (a << 12) | (a >>> 20);
    const s = (a12 + e + TJ[j]!) | 0;
    const ss1 = (s << 7) | (s >>> 25);
    const w = words[j]!;
    const tt1 = ((a ^ b ^ c) + d + (ss1 ^ a12) + (w ^ words[j + 4]!)) | 0;
    const tt2 = ((e ^ f ^ g) + h + ss1 + w) | 0;
    d = c;
    c = (b << 9) | (b >>> 23);
    b = a;
    a = tt1;
    h = g;
    g = (f << 19) | (f >>> 13);
    f = e;
    e = tt2 ^ ((tt2 << 9) | (tt2 >>> 23)) ^ ((tt2 << 17) | (tt2 >>> 15));
  }
  for (let j = 16; j < 64; j++) {
    const a12 = (a << 12) | (a >>> 20);
    const s = (a12 + e + TJ[j]!) | 0;
    const ss1 = (s << 7) | (s >>> 25);
    const w = words[j]!;
    const tt1 = (((a & b) | (c & (a | b))) + d + (ss1 ^ a12) + (w ^ words[j + 4]!)) | 0;
    const tt2 = ((((f ^ g) & e) ^ g) + h + ss1 + w) | 0;
    d = c;
    c = (b << 9) | (b >>> 23);
    b = a;
    a = tt1;
    h = g;
    g = (f << 19) | (f >>> 13);
    f = e;
    e = tt2 ^ ((tt2 << 9) | (tt2 >>> 23)) ^ ((tt2 << 17) | (tt2 >>> 15));
  }
  state[0]! ^= a;
  state[1]! ^= b;
  state[2]! ^= c;
  state[3]! ^= d;
  state[4]! ^= e;
  state[5]! ^= f;
  state[6]! ^= g;
  state[7]! ^= h;
}

/**
 * SM3 of the parts, as if they were one text.
 *
 * @example
 * sm3(new Uint8Array()).length; // => 32
 */
export function sm3(...parts: readonly Uint8Array[]): Uint8Array {
  const state = SM3_IV.slice();
  const block = new Uint8Array(64);
  let filled = 0;
  let total = 0;
  for (const part of parts) {
    total += part.length;
    let at = 0;
    if (filled > 0) {
      const take = Math.min(64 - filled, part.length);
      block.set(part.subarray(0, take), filled);
      filled += take;
      at = take;
      if (filled < 64) continue;
      sm3Compress(state, block, 0);
      filled = 0;
    }
    for (; at + 64 <= part.length; at += 64) sm3Compress(state, part, at);
    block.set(part.subarray(at), 0);
    filled = part.length - at;
  }
  block[filled++] = 0x80;
  if (filled > 56) {
    block.fill(0, filled);
    sm3Compress(state, block, 0);
    filled = 0;
  }
  block.fill(0, filled);
  const view = new DataView(block.buffer);
  view.setUint32(56, Math.floor(total / 0x20000000));
  view.setUint32(60, (total << 3) >>> 0);
  sm3Compress(state, block, 0);
  const digest = new Uint8Array(32);
  const out = new DataView(digest.buffer);
  for (let i = 0; i < 8; i++) out.setInt32(4 * i, state[i]!);
  return digest;
}
