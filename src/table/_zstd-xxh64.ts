/**
 * The checksum of Zstandard frames: the low half of XXH64 with seed 0 (RFC 8878, section 3.1.1; xxHash specification 0.1.1).
 * @module
 */

const M = (1n << 64n) - 1n;
const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;

/** XXH64 of `bytes[start..end)`, its low 32 bits. */
export function xxh64Low(bytes: Uint8Array, start: number, end: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = end - start;
  let at = start;
  let hash = P5;
  if (length >= 32) {
    let [a, b, c, d] = [(P1 + P2) & M, P2, 0n, -P1 & M];
    for (; at + 32 <= end; at += 32) {
      a = round(a, view.getBigUint64(at, true));
      b = round(b, view.getBigUint64(at + 8, true));
      c = round(c, view.getBigUint64(at + 16, true));
      d = round(d, view.getBigUint64(at + 24, true));
    }
    hash = (rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n)) & M;
    for (const lane of [a, b, c, d]) hash = ((hash ^ round(0n, lane)) * P1 + P4) & M;
  }
  hash = (hash + BigInt(length)) & M;
  for (; at + 8 <= end; at += 8) {
    hash = (rotate(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * P1 + P4) & M;
  }
  if (at + 4 <= end) {
    hash = (rotate(hash ^ ((BigInt(view.getUint32(at, true)) * P1) & M), 23n) * P2 + P3) & M;
    at += 4;
  }
  for (; at < end; at++) hash = (rotate(hash ^ ((BigInt(bytes[at] as number) * P5) & M), 11n) * P1) & M;
  hash = ((hash ^ (hash >> 33n)) * P2) & M;
  hash = ((hash ^ (hash >> 29n)) * P3) & M;
  return Number((hash ^ (hash >> 32n)) & 0xffffffffn);
}

function round(lane: bigint, input: bigint): bigint {
  return (rotate((lane + input * P2) & M, 31n) * P1) & M;
}

function rotate(value: bigint, by: bigint): bigint {
  return ((value << by) | (value >> (64n - by))) & M;
}
