/**
 * HKDF, extract and expand (RFC 5869, section 2), over the HMAC of a back end.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { type Backend, defaultBackend, type HashName } from './backend.js';

/** Input of {@link hkdf}. */
export interface HkdfOptions {
  /** Input keying material. */
  readonly key: Uint8Array;
  /** Default: 32 zero bytes (section 2.2). */
  readonly salt?: Uint8Array;
  /** What the output is bound to. */
  readonly info: Uint8Array;
  /** Bytes wanted, 1 to 8160. */
  readonly length: number;
  /** Default `sha256`. */
  readonly hash?: HashName;
  /** Default: the back end of the platform. */
  readonly backend?: Backend;
}

/**
 * Key material of the wanted length.
 *
 * @throws SCRIM_ARGUMENT when the length is out of range
 * @example
 * hkdf({ key: new Uint8Array(32), info: new Uint8Array(), length: 16 }).length; // => 16
 */
export function hkdf(options: HkdfOptions): Uint8Array {
  const { key, info, length, hash = 'sha256', backend = defaultBackend() } = options;
  if (!Number.isInteger(length) || length < 1 || length > 255 * 32) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'length', problem: 'it is not from 1 to 8160' });
  }
  const extracted = backend.hmac(hash, options.salt ?? new Uint8Array(32), key);
  const output = new Uint8Array(length);
  let block: Uint8Array = new Uint8Array();
  for (let at = 0, counter = 1; at < length; at += 32, counter++) {
    block = backend.hmac(hash, extracted, block, info, Uint8Array.of(counter));
    output.set(block.subarray(0, Math.min(32, length - at)), at);
  }
  return output;
}
