/**
 * GHASH, the universal hash of GCM (NIST SP 800-38D, section 6.4), with 4-bit tables (Shoup).
 *
 * Used for SM4-GCM (RFC 8998), which neither OpenSSL 3.0 nor noble offers. Table look-ups are not constant in time.
 * @module
 */

/** R = 11100001 || 0^120 folded in for the four bits that leave on the right. */
const REDUCE = new Int32Array(16);
for (let i = 0; i < 16; i++) {
  let r = 0;
  for (let bit = 0; bit < 4; bit++) if ((i >> bit) & 1) r ^= 0xe1000000 >>> (3 - bit);
  REDUCE[i] = r;
}

/** GHASH of the texts, each padded to whole blocks, then of the block of their bit lengths. */
export function ghash(subkey: Uint8Array, aad: Uint8Array, text: Uint8Array): Uint8Array {
  const table = new Int32Array(64);
  const view = new DataView(subkey.buffer, subkey.byteOffset, 16);
  let v0 = view.getInt32(0);
  let v1 = view.getInt32(4);
  let v2 = view.getInt32(8);
  let v3 = view.getInt32(12);
  for (let i = 8; i > 0; i >>= 1) {
    table.set([v0, v1, v2, v3], 4 * i);
    const carry = v3 & 1;
    v3 = (v3 >>> 1) | (v2 << 31);
    v2 = (v2 >>> 1) | (v1 << 31);
    v1 = (v1 >>> 1) | (v0 << 31);
    v0 = (v0 >>> 1) ^ (carry === 1 ? 0xe1000000 : 0);
  }
  for (let i = 2; i < 16; i <<= 1) {
    for (let j = 1; j < i; j++) {
      for (let word = 0; word < 4; word++) {
        table[4 * (i + j) + word] = (table[4 * i + word] as number) ^ (table[4 * j + word] as number);
      }
    }
  }
  const state = new Int32Array(4);
  absorb(state, table, aad);
  absorb(state, table, text);
  const lengths = new Uint8Array(16);
  const tail = new DataView(lengths.buffer);
  tail.setUint32(0, Math.floor(aad.length / 0x20000000));
  tail.setUint32(4, (aad.length << 3) >>> 0);
  tail.setUint32(8, Math.floor(text.length / 0x20000000));
  tail.setUint32(12, (text.length << 3) >>> 0);
  absorb(state, table, lengths);
  const digest = new Uint8Array(16);
  const out = new DataView(digest.buffer);
  for (let i = 0; i < 4; i++) out.setInt32(4 * i, state[i] as number);
  return digest;
}

function absorb(state: Int32Array, table: Int32Array, data: Uint8Array): void {
  const block = new Uint8Array(16);
  for (let at = 0; at < data.length; at += 16) {
    if (at + 16 <= data.length) block.set(data.subarray(at, at + 16));
    else {
      block.fill(0);
      block.set(data.subarray(at));
    }
    for (let i = 0; i < 4; i++) {
      state[i]! ^= (block[4 * i]! << 24) | (block[4 * i + 1]! << 16) | (block[4 * i + 2]! << 8) | block[4 * i + 3]!;
    }
    timesSubkey(state, table);
  }
}

function timesSubkey(state: Int32Array, table: Int32Array): void {
  let z0 = 0;
  let z1 = 0;
  let z2 = 0;
  let z3 = 0;
  for (let word = 3; word >= 0; word--) {
    const x = state[word]!;
    for (let shift = 0; shift < 32; shift += 4) {
      const out = z3 & 15;
      z3 = (z3 >>> 4) | (z2 << 28);
      z2 = (z2 >>> 4) | (z1 << 28);
      z1 = (z1 >>> 4) | (z0 << 28);
      z0 = (z0 >>> 4) ^ REDUCE[out]!;
      const entry = 4 * ((x >>> shift) & 15);
      z0 ^= table[entry]!;
      z1 ^= table[entry + 1]!;
      z2 ^= table[entry + 2]!;
      z3 ^= table[entry + 3]!;
    }
  }
  state[0] = z0;
  state[1] = z1;
  state[2] = z2;
  state[3] = z3;
}
