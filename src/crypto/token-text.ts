/**
 * Tokens as text of one fixed length: lower-case hex, base32 or base64url (RFC 4648, sections 8, 6, 5), or raw bytes.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { utf8 } from './bytes.js';
import type { ByteColumn } from './hmac-tokens.js';

/** How tokens are written. */
export interface TokenForm {
  /**
   * Bytes of the tag that are kept, from the left, 8 to the tag's length; default 16. With 2^k distinct values two of
   * them collide with probability about 2^(2k - 1 - 8 · tokenBytes).
   */
  readonly tokenBytes?: number;
  /** Default `base64url` without padding. `base32` is lower-case and safe where letter case is lost. */
  readonly encoding?: 'base64url' | 'base32' | 'hex' | 'raw';
  /** ASCII text before every token; default none. */
  readonly prefix?: string;
}

const ALPHABETS = {
  base64url: utf8('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'),
  base32: utf8('abcdefghijklmnopqrstuvwxyz234567'),
  hex: utf8('0123456789abcdef'),
} as const;

/** Length of every token in bytes of text. */
export function tokenLength(form: TokenForm): number {
  const { tokenBytes = 16, encoding = 'base64url', prefix = '' } = form;
  const bits = { base64url: 6, base32: 5, hex: 4, raw: 8 }[encoding];
  return prefix.length + Math.ceil((8 * tokenBytes) / bits);
}

/** Writes `rows` tags of `stride` bytes each as tokens. @throws SCRIM_ARGUMENT */
export function encodeTokens(tags: Uint8Array, stride: number, rows: number, form: TokenForm): ByteColumn {
  const { tokenBytes = 16, encoding = 'base64url', prefix = '' } = form;
  if (!Number.isInteger(tokenBytes) || tokenBytes < 8 || tokenBytes > stride) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'tokenBytes', problem: `it is not an integer from 8 to ${stride}` });
  }
  if (!/^[\x20-\x7e]*$/.test(prefix)) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'prefix', problem: 'it is not printable ASCII' });
  }
  const length = tokenLength(form);
  if (length * rows > 0x7fffffff) {
    throw new ScrimError('SCRIM_ARGUMENT', {
      name: 'column',
      problem: 'its tokens exceed 2 GiB; pass smaller batches',
    });
  }
  const bytes = new Uint8Array(length * rows);
  const offsets = new Int32Array(rows + 1);
  for (let row = 0; row <= rows; row++) offsets[row] = row * length;
  const head = utf8(prefix);
  if (head.length > 0) for (let row = 0; row < rows; row++) bytes.set(head, row * length);
  if (encoding === 'raw') copyRaw(tags, stride, rows, tokenBytes, bytes, length, head.length);
  else if (encoding === 'hex') writeHex(tags, stride, rows, tokenBytes, bytes, length, head.length, ALPHABETS.hex);
  else if (encoding === 'base32')
    writeBase32(tags, stride, rows, tokenBytes, bytes, length, head.length, ALPHABETS.base32);
  else writeBase64(tags, stride, rows, tokenBytes, bytes, length, head.length, ALPHABETS.base64url);
  return { bytes, offsets };
}

function copyRaw(
  tags: Uint8Array,
  stride: number,
  rows: number,
  kept: number,
  out: Uint8Array,
  length: number,
  skip: number,
): void {
  for (let row = 0; row < rows; row++) {
    const from = row * stride;
    const to = row * length + skip;
    for (let i = 0; i < kept; i++) out[to + i] = tags[from + i]!;
  }
}

function writeHex(
  tags: Uint8Array,
  stride: number,
  rows: number,
  kept: number,
  out: Uint8Array,
  length: number,
  skip: number,
  digits: Uint8Array,
): void {
  for (let row = 0; row < rows; row++) {
    const from = row * stride;
    let to = row * length + skip;
    for (let i = 0; i < kept; i++) {
      const byte = tags[from + i]!;
      out[to++] = digits[byte >> 4]!;
      out[to++] = digits[byte & 15]!;
    }
  }
}

function writeBase64(
  tags: Uint8Array,
  stride: number,
  rows: number,
  kept: number,
  out: Uint8Array,
  length: number,
  skip: number,
  digits: Uint8Array,
): void {
  const whole = kept - (kept % 3);
  for (let row = 0; row < rows; row++) {
    const from = row * stride;
    let to = row * length + skip;
    for (let i = 0; i < whole; i += 3) {
      const word = (tags[from + i]! << 16) | (tags[from + i + 1]! << 8) | tags[from + i + 2]!;
      out[to] = digits[word >> 18]!;
      out[to + 1] = digits[(word >> 12) & 63]!;
      out[to + 2] = digits[(word >> 6) & 63]!;
      out[to + 3] = digits[word & 63]!;
      to += 4;
    }
    if (kept - whole === 1) {
      const byte = tags[from + whole]!;
      out[to] = digits[byte >> 2]!;
      out[to + 1] = digits[(byte & 3) << 4]!;
    } else if (kept - whole === 2) {
      const word = (tags[from + whole]! << 8) | tags[from + whole + 1]!;
      out[to] = digits[word >> 10]!;
      out[to + 1] = digits[(word >> 4) & 63]!;
      out[to + 2] = digits[(word & 15) << 2]!;
    }
  }
}

function writeBase32(
  tags: Uint8Array,
  stride: number,
  rows: number,
  kept: number,
  out: Uint8Array,
  length: number,
  skip: number,
  digits: Uint8Array,
): void {
  for (let row = 0; row < rows; row++) {
    const from = row * stride;
    let to = row * length + skip;
    let held = 0;
    let bits = 0;
    for (let i = 0; i < kept; i++) {
      held = ((held << 8) | tags[from + i]!) & 0xfff;
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        out[to++] = digits[(held >> bits) & 31]!;
      }
    }
    if (bits > 0) out[to] = digits[(held << (5 - bits)) & 31]!;
  }
}
