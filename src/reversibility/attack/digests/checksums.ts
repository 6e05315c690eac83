/**
 * Short checksums that are taken for hashes: Adler-32, FNV-1a, MurmurHash3, djb2, Java's hashCode, as eight hex digits.
 *
 * RFC 1950, section 8.2 (Adler-32); Fowler, Noll and Vo, draft-eastlake-fnv, section 2; Appleby, MurmurHash3 (public domain);
 * Java SE, String.hashCode.
 * @module
 */

const encoder = new TextEncoder();

function hex32(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}

function adler32(text: string): string {
  let a = 1;
  let b = 0;
  for (const byte of encoder.encode(text)) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return hex32(b * 65_536 + a);
}

function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of encoder.encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hex32(hash);
}

function djb2(text: string): string {
  let hash = 5381;
  for (const byte of encoder.encode(text)) hash = (Math.imul(hash, 33) + byte) | 0;
  return hex32(hash);
}

function javaHash(text: string): string {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hex32(hash);
}

function scramble(k: number): number {
  const first = Math.imul(k, 0xcc9e2d51);
  return Math.imul((first << 15) | (first >>> 17), 0x1b873593);
}

function murmur3(text: string): string {
  const bytes = encoder.encode(text);
  let hash = 0;
  const blocks = bytes.length & ~3;
  for (let i = 0; i < blocks; i += 4) {
    const k =
      (bytes[i] as number) |
      ((bytes[i + 1] as number) << 8) |
      ((bytes[i + 2] as number) << 16) |
      ((bytes[i + 3] as number) << 24);
    hash ^= scramble(k);
    hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
  }
  let rest = 0;
  for (let i = bytes.length - 1; i >= blocks; i--) rest = (rest << 8) | (bytes[i] as number);
  hash ^= scramble(rest) ^ bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hex32(hash ^ (hash >>> 16));
}

/** Name, hex digits and function of each checksum. */
export const CHECKSUMS: readonly { name: string; length: number; hex: (text: string) => string }[] = [
  { name: 'adler32', length: 8, hex: adler32 },
  { name: 'fnv1a', length: 8, hex: fnv1a },
  { name: 'murmur3', length: 8, hex: murmur3 },
  { name: 'djb2', length: 8, hex: djb2 },
  { name: 'java-hash', length: 8, hex: javaHash },
];
