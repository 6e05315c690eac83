/**
 * Kinds of digests: native ones where the platform has them, portable ones elsewhere. See hashes.md.
 * @module
 */
import { blake2b, blake2s } from '@noble/hashes/blake2.js';
import { md5, ripemd160, sha1 } from '@noble/hashes/legacy.js';
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { keccak_256, sha3_224, sha3_256, sha3_384, sha3_512 } from '@noble/hashes/sha3.js';
import { hexOf, nodeCrypto } from '../../../core/index.js';
import { CHECKSUMS } from './checksums.js';
import { blake2Hex, keccakHex } from './wide-digests.js';

/** A kind of digest. */
export interface HashKind {
  readonly name: string;
  /** Hex digits of a whole digest. */
  readonly length: number;
  readonly hex: (text: string) => string;
  /** Time of one digest, in those of a native one, counted in budgets. */
  readonly cost: number;
}

/**
 * Measured: noble's BLAKE2 and Keccak against OpenSSL's SHA-256, on texts of 20 bytes. With WebAssembly they take less, but are
 * counted alike, so that a search within a budget reaches as far on every platform.
 */
const PORTABLE_COST = 8;

const encoder = new TextEncoder();

function kind(
  name: string,
  node: string,
  length: number,
  fallback: ((bytes: Uint8Array) => Uint8Array) | null,
  wide: ((text: string) => string | null) | null = null,
): HashKind | null {
  const crypto = nodeCrypto();
  const native = node !== '' && crypto?.getHashes().includes(node) === true;
  if (crypto !== undefined && native) {
    // The one-shot form (Node 20.12) costs half of an object per digest.
    if (typeof crypto.hash === 'function')
      return { name, length, cost: 1, hex: (text) => crypto.hash(node, text, 'hex') };
    return { name, length, cost: 2, hex: (text) => crypto.createHash(node).update(text).digest('hex') };
  }
  if (fallback === null) return null;
  const portable = (text: string): string => hexText(fallback(encoder.encode(text)));
  return { name, length, cost: PORTABLE_COST, hex: wide === null ? portable : (text) => wide(text) ?? portable(text) };
}

function hexText(bytes: Uint8Array): string {
  return typeof Buffer === 'undefined'
    ? hexOf(bytes)
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}

let kinds: readonly HashKind[] | undefined;

/** Kinds of digests, the commonest first. */
export function allKinds(): readonly HashKind[] {
  kinds ??= [
    kind('md5', 'md5', 32, md5),
    kind('sha1', 'sha1', 40, sha1),
    kind('sha256', 'sha256', 64, sha256),
    kind('sm3', 'sm3', 64, null),
    kind('sha512', 'sha512', 128, sha512),
    kind('sha224', 'sha224', 56, sha224),
    kind('sha384', 'sha384', 96, sha384),
    kind('sha3-256', 'sha3-256', 64, sha3_256),
    kind('sha3-512', 'sha3-512', 128, sha3_512),
    kind('sha3-224', 'sha3-224', 56, sha3_224),
    kind('sha3-384', 'sha3-384', 96, sha3_384),
    kind('ripemd160', 'ripemd160', 40, ripemd160),
    kind('keccak-256', '', 64, keccak_256, keccakHex(32, 1)),
    kind('blake2b', 'blake2b512', 128, blake2b),
    kind('blake2s', 'blake2s256', 64, blake2s),
    kind('blake2b-256', '', 64, (bytes) => blake2b(bytes, { dkLen: 32 }), blake2Hex('b', 32)),
    kind('blake2b-160', '', 40, (bytes) => blake2b(bytes, { dkLen: 20 }), blake2Hex('b', 20)),
    kind('blake2b-128', '', 32, (bytes) => blake2b(bytes, { dkLen: 16 }), blake2Hex('b', 16)),
    kind('blake2s-128', '', 32, (bytes) => blake2s(bytes, { dkLen: 16 }), blake2Hex('s', 16)),
    { name: 'crc32', length: 8, cost: 1, hex: crc32 },
    ...CHECKSUMS.map((own) => ({ ...own, cost: 1 })),
  ].filter((own: HashKind | null) => own !== null);
  return kinds;
}

let crcTable: Int32Array | undefined;

function crc32(text: string): string {
  if (crcTable === undefined) {
    crcTable = new Int32Array(256);
    for (let i = 0; i < 256; i++) {
      let value = i;
      for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
      crcTable[i] = value;
    }
  }
  let crc = -1;
  for (const byte of encoder.encode(text)) crc = (crcTable[(crc ^ byte) & 255] as number) ^ (crc >>> 8);
  return ((crc ^ -1) >>> 0).toString(16).padStart(8, '0');
}
