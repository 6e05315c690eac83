/**
 * HMAC of one value (RFC 2104; FIPS 198-1; GB/T 15852.2 with SM3): the one-way keyed pseudonym.
 *
 * For columns use the batch kernels; this form is for single values and as their reference.
 * @module
 */
import { type Backend, defaultBackend } from './backend.js';
import { type KeyLike, withKey } from './secret-key.js';

/** Options of {@link hmacToken}. */
export interface HmacTokenOptions {
  /** HMAC-SHA-256 (`intl`, default) or HMAC-SM3 (`gm`). */
  readonly suite?: 'intl' | 'gm';
  /** Default: the back end of the platform. */
  readonly backend?: Backend;
}

/** The 32 bytes of the HMAC of `value`; truncate from the right if fewer are wanted. */
export function hmacToken(key: KeyLike, value: Uint8Array, options: HmacTokenOptions = {}): Uint8Array {
  const { suite = 'intl', backend = defaultBackend() } = options;
  return withKey(key, (bytes) => backend.hmac(suite === 'gm' ? 'sm3' : 'sha256', bytes, value));
}
