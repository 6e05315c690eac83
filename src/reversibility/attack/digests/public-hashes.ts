/**
 * Hashes of 32, 64 and 128 bits that are fast and public, but no cryptography: data frames, databases and languages number texts by them.
 *
 * Fowler, Noll and Vo, draft-eastlake-fnv, sections 2 and 5; Collet, xxHash specification 0.1.1 (XXH32, XXH64); Appleby, MurmurHash2 and
 * MurmurHash3 (public domain); Aumasson and Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012, section 2 (with the key of
 * bytes that pandas publishes, and of nought); Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014
 * (the finalizer, which pandas puts numbers through); ECMA-182, annex B (CRC-64, also reflected as in xz). See hashes.md.
 * @module
 */

const MASK = (1n << 64n) - 1n;
const encoder = new TextEncoder();

function rotate(value: bigint, by: bigint): bigint {
  return ((value << by) | (value >> (64n - by))) & MASK;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Up to eight bytes from a place on, the first the lowest. */
function little(bytes: Uint8Array, from: number, end: number): bigint {
  let value = 0n;
  for (let i = end - 1; i >= from; i--) value = (value << 8n) | BigInt(bytes[i] as number);
  return value;
}

function fnv(alternate: boolean): (bytes: Uint8Array) => bigint {
  const prime = 0x100000001b3n;
  return (bytes) => {
    let hash = 0xcbf29ce484222325n;
    for (const byte of bytes)
      hash = alternate ? ((hash ^ BigInt(byte)) * prime) & MASK : ((hash * prime) & MASK) ^ BigInt(byte);
    return hash;
  };
}

const X1 = 0x9e3779b185ebca87n;
const X2 = 0xc2b2ae3d27d4eb4fn;
const X3 = 0x165667b19e3779f9n;
const X4 = 0x85ebca77c2b2ae63n;
const X5 = 0x27d4eb2f165667c5n;

function xround(lane: bigint, input: bigint): bigint {
  return (rotate((lane + input * X2) & MASK, 31n) * X1) & MASK;
}

function xxh64(seed: bigint): (bytes: Uint8Array) => bigint {
  return (bytes) => {
    const { length } = bytes;
    const data = view(bytes);
    let at = 0;
    let hash = seed + X5;
    if (length >= 32) {
      let [a, b, c, d] = [(seed + X1 + X2) & MASK, (seed + X2) & MASK, seed, (seed - X1) & MASK];
      for (; at + 32 <= length; at += 32) {
        a = xround(a, data.getBigUint64(at, true));
        b = xround(b, data.getBigUint64(at + 8, true));
        c = xround(c, data.getBigUint64(at + 16, true));
        d = xround(d, data.getBigUint64(at + 24, true));
      }
      hash = (rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n)) & MASK;
      for (const lane of [a, b, c, d]) hash = ((hash ^ xround(0n, lane)) * X1 + X4) & MASK;
    }
    hash = (hash + BigInt(length)) & MASK;
    for (; at + 8 <= length; at += 8)
      hash = (rotate(hash ^ xround(0n, data.getBigUint64(at, true)), 27n) * X1 + X4) & MASK;
    if (at + 4 <= length) {
      hash = (rotate(hash ^ ((BigInt(data.getUint32(at, true)) * X1) & MASK), 23n) * X2 + X3) & MASK;
      at += 4;
    }
    for (; at < length; at++) hash = (rotate(hash ^ ((BigInt(bytes[at] as number) * X5) & MASK), 11n) * X1) & MASK;
    hash = ((hash ^ (hash >> 33n)) * X2) & MASK;
    hash = ((hash ^ (hash >> 29n)) * X3) & MASK;
    return hash ^ (hash >> 32n);
  };
}

function rotate32(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

const Y1 = 0x9e3779b1;
const Y2 = 0x85ebca77;
const Y3 = 0xc2b2ae3d;
const Y4 = 0x27d4eb2f;
const Y5 = 0x165667b1;

/** XXH32 with seed 0. */
export function xxh32(bytes: Uint8Array): bigint {
  const { length } = bytes;
  const data = view(bytes);
  const round = (lane: number, at: number): number =>
    Math.imul(rotate32((lane + Math.imul(data.getUint32(at, true), Y2)) | 0, 13), Y1);
  let at = 0;
  let hash = Y5;
  if (length >= 16) {
    let [a, b, c, d] = [(Y1 + Y2) | 0, Y2 | 0, 0, -Y1 | 0];
    for (; at + 16 <= length; at += 16) {
      a = round(a, at);
      b = round(b, at + 4);
      c = round(c, at + 8);
      d = round(d, at + 12);
    }
    hash = rotate32(a, 1) + rotate32(b, 7) + rotate32(c, 12) + rotate32(d, 18);
  }
  hash = (hash + length) | 0;
  for (; at + 4 <= length; at += 4)
    hash = Math.imul(rotate32((hash + Math.imul(data.getUint32(at, true), Y3)) | 0, 17), Y4);
  for (; at < length; at++) hash = Math.imul(rotate32((hash + Math.imul(bytes[at] as number, Y5)) | 0, 11), Y1);
  hash = Math.imul(hash ^ (hash >>> 15), Y2);
  hash = Math.imul(hash ^ (hash >>> 13), Y3);
  return BigInt((hash ^ (hash >>> 16)) >>> 0);
}

const C1 = 0x87c37b91114253d5n;
const C2 = 0x4cf5ad432745937fn;

function fmix(value: bigint): bigint {
  let k = ((value ^ (value >> 33n)) * 0xff51afd7ed558ccdn) & MASK;
  k = ((k ^ (k >> 33n)) * 0xc4ceb9fe1a85ec53n) & MASK;
  return k ^ (k >> 33n);
}

/** MurmurHash3 of 128 bits for 64-bit platforms with seed 0: its two words. */
function murmur128(bytes: Uint8Array): [bigint, bigint] {
  const { length } = bytes;
  const data = view(bytes);
  const first = (k: bigint): bigint => (rotate((k * C1) & MASK, 31n) * C2) & MASK;
  const second = (k: bigint): bigint => (rotate((k * C2) & MASK, 33n) * C1) & MASK;
  let [a, b] = [0n, 0n];
  let at = 0;
  for (; at + 16 <= length; at += 16) {
    a ^= first(data.getBigUint64(at, true));
    a = ((rotate(a, 27n) + b) * 5n + 0x52dce729n) & MASK;
    b ^= second(data.getBigUint64(at + 8, true));
    b = ((rotate(b, 31n) + a) * 5n + 0x38495ab5n) & MASK;
  }
  b ^= second(little(bytes, Math.min(length, at + 8), length));
  a ^= first(little(bytes, at, Math.min(length, at + 8)));
  a ^= BigInt(length);
  b ^= BigInt(length);
  a = (a + b) & MASK;
  b = (b + a) & MASK;
  a = fmix(a);
  b = fmix(b);
  a = (a + b) & MASK;
  return [a, (b + a) & MASK];
}

/** MurmurHash2 for 64-bit platforms (64A). */
function murmur64(seed: bigint): (bytes: Uint8Array) => bigint {
  const m = 0xc6a4a7935bd1e995n;
  return (bytes) => {
    const { length } = bytes;
    let hash = seed ^ ((BigInt(length) * m) & MASK);
    let at = 0;
    for (; at + 8 <= length; at += 8) {
      let k = (little(bytes, at, at + 8) * m) & MASK;
      k = ((k ^ (k >> 47n)) * m) & MASK;
      hash = ((hash ^ k) * m) & MASK;
    }
    if (at < length) hash = ((hash ^ little(bytes, at, length)) * m) & MASK;
    hash = ((hash ^ (hash >> 47n)) * m) & MASK;
    return hash ^ (hash >> 47n);
  };
}

/** SipHash-2-4 under a key of two words. */
function sipHash(low: bigint, high: bigint): (bytes: Uint8Array) => bigint {
  return (bytes) => {
    const { length } = bytes;
    let [a, b, c, d] = [
      low ^ 0x736f6d6570736575n,
      high ^ 0x646f72616e646f6dn,
      low ^ 0x6c7967656e657261n,
      high ^ 0x7465646279746573n,
    ];
    const rounds = (count: number): void => {
      for (let i = 0; i < count; i++) {
        a = (a + b) & MASK;
        b = rotate(b, 13n) ^ a;
        a = rotate(a, 32n);
        c = (c + d) & MASK;
        d = rotate(d, 16n) ^ c;
        a = (a + d) & MASK;
        d = rotate(d, 21n) ^ a;
        c = (c + b) & MASK;
        b = rotate(b, 17n) ^ c;
        c = rotate(c, 32n);
      }
    };
    const word = (m: bigint): void => {
      d ^= m;
      rounds(2);
      a ^= m;
    };
    let at = 0;
    for (; at + 8 <= length; at += 8) word(little(bytes, at, at + 8));
    word((BigInt(length & 255) << 56n) | little(bytes, at, length));
    c ^= 0xffn;
    rounds(4);
    return a ^ b ^ c ^ d;
  };
}

/** The key of pandas' `hash_array`: `0123456789123456`. */
const PANDAS = sipHash(0x3736353433323130n, 0x3635343332313938n);

/** The finalizer of SplitMix64, through which pandas puts the hash of a text and the 64 bits of a number. */
function splitMix(bits: bigint): bigint {
  let value = ((bits ^ (bits >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
  value = ((value ^ (value >> 27n)) * 0x94d049bb133111ebn) & MASK;
  return value ^ (value >> 31n);
}

const scratch: DataView = new DataView(new ArrayBuffer(8));

/** The bits of a number as pandas holds it; null for texts. */
function bitsOf(text: string, whole: boolean): bigint | null {
  if (!/^-?\d{1,18}(?:\.\d{1,12})?$/.test(text)) return null;
  if (!whole) {
    scratch.setFloat64(0, Number(text));
    return scratch.getBigUint64(0);
  }
  return text.includes('.') ? null : BigInt(text) & MASK;
}

/** CRC-64 by bytes, reflected with all bits set (xz), or plain (ECMA-182). */
function crc64(reflected: boolean): (bytes: Uint8Array) => bigint {
  let table: bigint[] | undefined;
  return (bytes) => {
    table ??= Array.from({ length: 256 }, (_, i) => {
      let value = reflected ? BigInt(i) : BigInt(i) << 56n;
      for (let bit = 0; bit < 8; bit++) {
        if (reflected) value = (value & 1n) === 1n ? (value >> 1n) ^ 0xc96c5795d7870f42n : value >> 1n;
        else value = value >> 63n === 1n ? ((value << 1n) & MASK) ^ 0x42f0e1eba9ea3693n : (value << 1n) & MASK;
      }
      return value;
    });
    let crc = reflected ? MASK : 0n;
    for (const byte of bytes) {
      const at = Number((reflected ? crc : crc >> 56n) & 255n) ^ byte;
      crc = (reflected ? crc >> 8n : (crc << 8n) & MASK) ^ (table[at] as bigint);
    }
    return reflected ? crc ^ MASK : crc;
  };
}

/** A hash: its number of a text, null where it takes none such. */
export interface PublicHash {
  readonly name: string;
  readonly bits: 32 | 64 | 128;
  readonly of: (text: string) => bigint | null;
}

function ofText(name: string, bits: 32 | 64 | 128, hash: (bytes: Uint8Array) => bigint): PublicHash {
  return { name, bits, of: (text) => hash(encoder.encode(text)) };
}

/** Bytes of a word the other way round, as digests in bytes are written. */
function turned(word: bigint): bigint {
  scratch.setBigUint64(0, word);
  return scratch.getBigUint64(0, true);
}

/** Hashes that are tried on unread columns of long numbers. */
export const PUBLIC_HASHES: readonly PublicHash[] = [
  ofText('pandas-hash', 64, (bytes) => splitMix(PANDAS(bytes))),
  { name: 'pandas-hash of fractions', bits: 64, of: (text) => splitBits(text, false) },
  { name: 'pandas-hash of whole numbers', bits: 64, of: (text) => splitBits(text, true) },
  ofText('fnv1a-64', 64, fnv(true)),
  ofText('fnv1-64', 64, fnv(false)),
  ofText('xxh64', 64, xxh64(0n)),
  ofText('xxh64 with seed 42', 64, xxh64(42n)),
  ofText('xxh32', 32, xxh32),
  ofText('murmur3-128 first half', 64, (bytes) => murmur128(bytes)[0]),
  ofText('murmur3-128 second half', 64, (bytes) => murmur128(bytes)[1]),
  ofText('murmur3-128', 128, (bytes) => {
    const [low, high] = murmur128(bytes);
    return (high << 64n) | low;
  }),
  ofText('murmur3-128 in bytes', 128, (bytes) => {
    const [low, high] = murmur128(bytes);
    return (turned(low) << 64n) | turned(high);
  }),
  ofText('murmur2-64', 64, murmur64(0n)),
  ofText('siphash-2-4 without a key', 64, sipHash(0n, 0n)),
  ofText('crc64-xz', 64, crc64(true)),
  ofText('crc64-ecma', 64, crc64(false)),
];

function splitBits(text: string, whole: boolean): bigint | null {
  const bits = bitsOf(text, whole);
  return bits === null ? null : splitMix(bits);
}
