/**
 * SHA-256 (FIPS 180-4, section 6.2): OpenSSL through node:crypto where it exists, noble elsewhere; the same bytes from both.
 * @module
 */
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { nodeCrypto } from './platform.js';

/** Which implementation computes. */
export type DigestEngine = 'node' | 'noble';

interface Hasher {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
}

/**
 * Incremental SHA-256.
 *
 * @example
 * new Sha256().update(new Uint8Array()).hex().slice(0, 8); // => 'e3b0c442'
 */
export class Sha256 {
  readonly #hasher: Hasher;
  #result: Uint8Array | undefined;

  /** @param engine - default: node:crypto when present, else noble */
  constructor(engine?: DigestEngine) {
    const crypto = engine === 'noble' ? undefined : nodeCrypto();
    this.#hasher = crypto === undefined ? nobleSha256.create() : crypto.createHash('sha256');
  }

  /** Appends bytes; not after the digest was taken. */
  update(bytes: Uint8Array): this {
    if (this.#result !== undefined) throw new Error('digest already taken');
    this.#hasher.update(bytes);
    return this;
  }

  /** The 32 bytes of the digest; the same on every call. */
  digest(): Uint8Array {
    this.#result ??= Uint8Array.from(this.#hasher.digest());
    return this.#result.slice();
  }

  /** The digest as 64 lower-case hex digits. */
  hex(): string {
    return hexOf(this.digest());
  }
}

/** SHA-256 of the bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return new Sha256().update(bytes).digest();
}

/** SHA-256 of the bytes as 64 lower-case hex digits. */
export function sha256Hex(bytes: Uint8Array): string {
  return new Sha256().update(bytes).hex();
}

/** Lower-case hex digits of the bytes. */
export function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i++) text += (bytes[i] as number).toString(16).padStart(2, '0');
  return text;
}
