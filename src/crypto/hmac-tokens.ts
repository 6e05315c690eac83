/**
 * HMAC tokens of a whole column (RFC 2104), as raw bytes or text, from UTF-8 bytes and offsets.
 * @module
 */
import { defaultBackend } from './backend.js';
import { type KeyLike, withKey } from './secret-key.js';
import { encodeTokens, type TokenForm } from './token-text.js';

/** Texts one after another: value i is `bytes[offsets[i] .. offsets[i + 1])`. */
export interface ByteColumn {
  readonly bytes: Uint8Array;
  readonly offsets: Int32Array;
}

/** Options of {@link hmacTokens}. */
export interface HmacTokensOptions extends TokenForm {
  /** HMAC-SHA-256 (`intl`, default) or HMAC-SM3 (`gm`). */
  readonly suite?: 'intl' | 'gm';
}

/** One token per value. Equal values give equal tokens; the order of values is kept. */
export function hmacTokens(key: KeyLike, column: ByteColumn, options: HmacTokensOptions = {}): ByteColumn {
  const { bytes, offsets } = column;
  const rows = Math.max(0, offsets.length - 1);
  const tags = new Uint8Array(32 * rows);
  const hash = options.suite === 'gm' ? 'sm3' : 'sha256';
  withKey(key, (secret) => {
    for (let row = 0; row < rows; row++) {
      tags.set(defaultBackend().hmac(hash, secret, bytes.subarray(offsets[row]!, offsets[row + 1]!)), 32 * row);
    }
  });
  return encodeTokens(tags, 32, rows, options);
}
