/**
 * What the suites need from a platform: the primitives, with the same bytes from every back end.
 *
 * Two exist: `node` (OpenSSL through node:crypto) and `portable` (noble and our own SM3, SM4, GHASH). One contract test
 * runs over both. A test or a platform with its own cryptography may inject another.
 * @module
 */
import { nodeCrypto, ScrimError } from '../core/index.js';
import { nodeBackend } from './node-backend.js';
import { portableBackend } from './portable-backend.js';

/** Hash functions: FIPS 180-4 and GB/T 32905. */
export type HashName = 'sha256' | 'sm3';

/** Block ciphers: AES with 16, 24 or 32 bytes of key (FIPS 197), SM4 with 16 (GB/T 32907). */
export type CipherName = 'aes' | 'sm4';

/** A keyed block cipher over whole 16-byte blocks, each by itself. A building block of modes, never a way to hide data. */
export interface BlockCipher {
  /** Encrypts every block; the input is only read and the result is a new array. */
  encrypt(blocks: Uint8Array): Uint8Array;
  /** Decrypts every block. */
  decrypt(blocks: Uint8Array): Uint8Array;
}

/** Cost of scrypt (RFC 7914, section 2): `N` a power of two, block size `r`, parallelism `p`. */
export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** Primitives of one platform. Keys, nonces and tags are raw bytes; lengths are checked by the suites. */
export interface Backend {
  readonly name: string;
  /** Hash of the parts in order. */
  hash(name: HashName, ...parts: readonly Uint8Array[]): Uint8Array;
  /** HMAC (RFC 2104) of the parts in order. */
  hmac(name: HashName, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array;
  blockCipher(name: CipherName, key: Uint8Array): BlockCipher;
  /** Counter mode with a 128-bit big-endian counter (SP 800-38A, section 6.5). */
  ctr(name: CipherName, key: Uint8Array, counter: Uint8Array, data: Uint8Array): Uint8Array;
  /** GCM (SP 800-38D) with a 12-byte nonce: ciphertext, then a 16-byte tag. */
  gcmSeal(name: CipherName, key: Uint8Array, nonce: Uint8Array, text: Uint8Array, aad: Uint8Array): Uint8Array;
  /** The text, or undefined when the tag does not fit. */
  gcmOpen(
    name: CipherName,
    key: Uint8Array,
    nonce: Uint8Array,
    sealed: Uint8Array,
    aad: Uint8Array,
  ): Uint8Array | undefined;
  scrypt(password: Uint8Array, salt: Uint8Array, cost: ScryptCost, length: number): Uint8Array;
  /** X25519 (RFC 7748): public key of 32 secret bytes. */
  x25519Public(secret: Uint8Array): Uint8Array;
  /** Shared secret, or undefined for a peer key of small order (all-zero result). */
  x25519(secret: Uint8Array, peer: Uint8Array): Uint8Array | undefined;
  /** Ed25519 (RFC 8032): public key of a 32-byte seed. */
  ed25519Public(seed: Uint8Array): Uint8Array;
  ed25519Sign(seed: Uint8Array, message: Uint8Array): Uint8Array;
  ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}

let chosen: Backend | undefined;

/** The back end of this platform: `node` where node:crypto exists, `portable` elsewhere. */
export function defaultBackend(): Backend {
  chosen ??= nodeCrypto() === undefined ? portableBackend() : nodeBackend();
  return chosen;
}

/** A back end by name. @throws SCRIM_ARGUMENT when `node` is asked for where node:crypto does not exist */
export function backend(name: 'node' | 'portable'): Backend {
  if (name === 'portable') return portableBackend();
  if (nodeCrypto() === undefined) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'backend', problem: 'node:crypto does not exist here' });
  }
  return nodeBackend();
}
