/**
 * Tokens as text of one fixed length: lower-case hex, base32 or base64url (RFC 4648, sections 8, 6, 5), or raw bytes.
 *
 * base64url is written two letters at a time from a table of 4,096 pairs, hex likewise from 256.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { utf8 } from './bytes.js';

/** Texts one after another: value i is `bytes[offsets[i] .. offsets[i + 1])`. Arrow's layout; offsets may start anywhere. */
export interface ByteColumn {
  readonly bytes: Uint8Array;
  readonly offsets: Int32Array;
}

/** How tokens are written. */
export interface TokenForm {
  /**
   * Bytes of the tag that are kept, from the left, 8 to the tag's length; default 16. Among n distinct values two tokens
   * collide with probability about n² / 2^(8 · tokenBytes + 1).
   */
  readonly tokenBytes?: number;
  /** Default `base64url` without padding. `base32` is lower-case and safe where letter case is lost. */
  readonly encoding?: 'base64url' | 'base32' | 'hex' | 'raw';
  /** Printable ASCII before every token; default none. */
  readonly prefix?: string;
}

const BASE64 = utf8('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
const BASE32 = utf8('abcdefghijklmnopqrstuvwxyz234567');
const HEX = utf8('0123456789abcdef');
const BITS = { base64url: 6, base32: 5, hex: 4, raw: 8 } as const;

/** Two letters per entry, the first in the low byte. */
function pairs(letters: Uint8Array, bits: number): Uint16Array {
  const mask = (1 << bits) - 1;
  return Uint16Array.from({ length: 1 << (2 * bits) }, (_, i) => letters[i >> bits]! | (letters[i & mask]! << 8));
}

const BASE64_PAIRS = pairs(BASE64, 6);
const HEX_PAIRS = pairs(HEX, 4);

/** Length of every token in bytes of text. */
export function tokenLength(form: TokenForm): number {
  const { tokenBytes = 16, encoding = 'base64url', prefix = '' } = form;
  return prefix.length + Math.ceil((8 * tokenBytes) / BITS[encoding]);
}

/** Receives tags in order and writes them as tokens. */
export class TokenWriter {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #length: number;
  readonly #head: Uint8Array;
  readonly #kept: number;
  readonly #encoding: NonNullable<TokenForm['encoding']>;
  #at = 0;

  /** @param tagLength - bytes of the tags that will come. @throws SCRIM_ARGUMENT */
  constructor(rows: number, tagLength: number, form: TokenForm) {
    const { tokenBytes = 16, encoding = 'base64url', prefix = '' } = form;
    if (!Number.isInteger(tokenBytes) || tokenBytes < 8 || tokenBytes > tagLength) {
      throw new ScrimError('SCRIM_ARGUMENT', {
        name: 'tokenBytes',
        problem: `it is not an integer from 8 to ${tagLength}`,
      });
    }
    if (!(encoding in BITS)) throw new ScrimError('SCRIM_ARGUMENT', { name: 'encoding', problem: 'it is unknown' });
    if (!/^[\x20-\x7e]*$/.test(prefix)) {
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'prefix', problem: 'it is not printable ASCII' });
    }
    this.#length = tokenLength(form);
    if (this.#length * rows > 0x7fffffff) {
      throw new ScrimError('SCRIM_ARGUMENT', {
        name: 'column',
        problem: 'its tokens exceed 2 GiB; pass smaller batches',
      });
    }
    this.#bytes = new Uint8Array(this.#length * rows);
    this.#view = new DataView(this.#bytes.buffer);
    this.#head = utf8(prefix);
    this.#kept = tokenBytes;
    this.#encoding = encoding;
  }

  /** Writes the next `count` tags, which stand `stride` bytes apart. */
  write(tags: Uint8Array, stride: number, count: number): void {
    const length = this.#length;
    const skip = this.#head.length;
    const kept = this.#kept;
    const at = this.#at;
    if (skip > 0) for (let i = 0; i < count; i++) this.#bytes.set(this.#head, at + i * length);
    const from = at + skip;
    const source = new DataView(tags.buffer, tags.byteOffset, tags.byteLength);
    if (this.#encoding === 'base64url') {
      if (kept === 16) writeBase64Of16(source, stride, count, this.#view, from, length, BASE64_PAIRS);
      else writeBase64(tags, stride, count, kept, this.#view, from, length, BASE64_PAIRS, BASE64);
    } else if (this.#encoding === 'hex') writeHex(tags, stride, count, kept, this.#view, from, length, HEX_PAIRS);
    else if (this.#encoding === 'base32') writeBase32(tags, stride, count, kept, this.#bytes, from, length, BASE32);
    else if (stride === kept && length === kept) this.#bytes.set(tags.subarray(0, count * kept), from);
    else copyRaw(tags, stride, count, kept, this.#bytes, from, length);
    this.#at += count * length;
  }

  /** The column of tokens. */
  column(): ByteColumn {
    const rows = this.#length === 0 ? 0 : this.#bytes.length / this.#length;
    const offsets = new Int32Array(rows + 1);
    for (let row = 0; row <= rows; row++) offsets[row] = row * this.#length;
    return { bytes: this.#bytes, offsets };
  }
}

function copyRaw(
  tags: Uint8Array,
  stride: number,
  count: number,
  kept: number,
  out: Uint8Array,
  at: number,
  length: number,
): void {
  for (let row = 0; row < count; row++) {
    const from = row * stride;
    const to = at + row * length;
    for (let i = 0; i < kept; i++) out[to + i] = tags[from + i]!;
  }
}

function writeHex(
  tags: Uint8Array,
  stride: number,
  count: number,
  kept: number,
  out: DataView,
  at: number,
  length: number,
  table: Uint16Array,
): void {
  for (let row = 0; row < count; row++) {
    const from = row * stride;
    const to = at + row * length;
    for (let i = 0; i < kept; i++) out.setUint16(to + 2 * i, table[tags[from + i]!]!, true);
  }
}

/** 128 bits: ten groups of 12 bits and a last one of 8. */
function writeBase64Of16(
  tags: DataView,
  stride: number,
  count: number,
  out: DataView,
  at: number,
  length: number,
  table: Uint16Array,
): void {
  for (let row = 0; row < count; row++) {
    const from = row * stride;
    const a = tags.getInt32(from);
    const b = tags.getInt32(from + 4);
    const c = tags.getInt32(from + 8);
    const d = tags.getInt32(from + 12);
    const to = at + row * length;
    out.setInt32(to, table[a >>> 20]! | (table[(a >>> 8) & 4095]! << 16), true);
    out.setInt32(to + 4, table[((a & 255) << 4) | (b >>> 28)]! | (table[(b >>> 16) & 4095]! << 16), true);
    out.setInt32(to + 8, table[(b >>> 4) & 4095]! | (table[((b & 15) << 8) | (c >>> 24)]! << 16), true);
    out.setInt32(to + 12, table[(c >>> 12) & 4095]! | (table[c & 4095]! << 16), true);
    out.setInt32(to + 16, table[d >>> 20]! | (table[(d >>> 8) & 4095]! << 16), true);
    out.setUint16(to + 20, table[(d & 255) << 4]!, true);
  }
}

function writeBase64(
  tags: Uint8Array,
  stride: number,
  count: number,
  kept: number,
  out: DataView,
  at: number,
  length: number,
  table: Uint16Array,
  letters: Uint8Array,
): void {
  const whole = kept - (kept % 3);
  for (let row = 0; row < count; row++) {
    const from = row * stride;
    let to = at + row * length;
    for (let i = 0; i < whole; i += 3) {
      const word = (tags[from + i]! << 16) | (tags[from + i + 1]! << 8) | tags[from + i + 2]!;
      out.setUint16(to, table[word >> 12]!, true);
      out.setUint16(to + 2, table[word & 4095]!, true);
      to += 4;
    }
    if (kept - whole === 1) out.setUint16(to, table[tags[from + whole]! << 4]!, true);
    else if (kept - whole === 2) {
      const word = (tags[from + whole]! << 10) | (tags[from + whole + 1]! << 2);
      out.setUint16(to, table[word >> 6]!, true);
      out.setUint8(to + 2, letters[word & 63]!);
    }
  }
}

function writeBase32(
  tags: Uint8Array,
  stride: number,
  count: number,
  kept: number,
  out: Uint8Array,
  at: number,
  length: number,
  letters: Uint8Array,
): void {
  for (let row = 0; row < count; row++) {
    const from = row * stride;
    let to = at + row * length;
    let held = 0;
    let bits = 0;
    for (let i = 0; i < kept; i++) {
      held = ((held << 8) | tags[from + i]!) & 0xfff;
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        out[to++] = letters[(held >> bits) & 31]!;
      }
    }
    if (bits > 0) out[to] = letters[(held << (5 - bits)) & 31]!;
  }
}
