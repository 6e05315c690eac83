/**
 * SIV over columns (RFC 5297, sections 2.4 to 2.7): deterministic authenticated encryption of many values in lock step.
 *
 * With fixed associated data the state before the last string of S2V is one constant D. A text of at least 16 bytes is
 * authenticated as `text xorend D`, a shorter one as one block `dbl(D) xor pad(text)`: a column again, for `cmacColumn`.
 * Counter mode follows with the key streams of all values in bulk ECB calls.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { type Backend, type BlockCipher, defaultBackend } from './backend.js';
import { utf8 } from './bytes.js';
import { double } from './cmac.js';
import { cmacColumn } from './cmac-tokens.js';
import { type KeyLike, withKey } from './secret-key.js';
import { s2vPrefix } from './siv.js';
import { type SuiteName, suiteParts } from './suite.js';
import type { ByteColumn } from './token-text.js';

/** Options of {@link sivSealColumn} and {@link sivOpenColumn}. */
export interface SivColumnOptions {
  /** AES-SIV (`intl`, default; key of 32, 48 or 64 bytes) or SIV over SM4 (`gm`; 32 bytes). */
  readonly suite?: SuiteName;
  /** Texts that are authenticated with every value, for instance the column's name; at most 126 (section 7). */
  readonly associated?: readonly Uint8Array[];
  /** Default `base64url` without padding (RFC 4648, section 5); `raw` bytes. */
  readonly encoding?: 'base64url' | 'raw';
  /** Default: the back end of the platform. */
  readonly backend?: Backend;
}

/** Result of {@link sivOpenColumn}. */
export interface SivOpened {
  /** Same rows; a refused row is empty. */
  readonly column: ByteColumn;
  /** Rows that do not open, ascending: wrong key, other associated data, or changed bytes. */
  readonly refused: Int32Array;
}

const CHUNK = 4096;

interface Ciphers {
  readonly mac: BlockCipher;
  readonly ctr: BlockCipher;
  /** State of S2V before the last string. */
  readonly d: Uint8Array;
}

function prepare(key: KeyLike, options: SivColumnOptions): Ciphers {
  const { suite = 'intl', associated = [], backend = defaultBackend() } = options;
  const { cipher } = suiteParts[suite];
  if (associated.length > 126) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'associated', problem: 'it has more than 126 texts' });
  }
  return withKey(key, (bytes) => {
    if (bytes.length % 2 !== 0) throw new ScrimError('SCRIM_ARGUMENT', { name: 'key', problem: 'its length is odd' });
    const mac = backend.blockCipher(cipher, bytes.subarray(0, bytes.length / 2));
    return { mac, ctr: backend.blockCipher(cipher, bytes.subarray(bytes.length / 2)), d: s2vPrefix(mac, associated) };
  });
}

/** Seals every value: synthetic IV (16 bytes), then ciphertext. Equal values give equal results. @throws SCRIM_ARGUMENT */
export function sivSealColumn(key: KeyLike, column: ByteColumn, options: SivColumnOptions = {}): ByteColumn {
  const ciphers = prepare(key, options);
  const rows = Math.max(0, column.offsets.length - 1);
  const offsets = new Int32Array(rows + 1);
  const total = (column.offsets[rows] ?? 0) - (column.offsets[0] ?? 0) + 16 * rows;
  if (total > 0x5fffffff) {
    throw new ScrimError('SCRIM_ARGUMENT', {
      name: 'column',
      problem: 'its texts exceed 1.5 GiB; pass smaller batches',
    });
  }
  const bytes = new Uint8Array(total);
  for (let row = 0; row < rows; row++) {
    const from = column.offsets[row]!;
    const end = column.offsets[row + 1]!;
    const to = offsets[row]! + 16;
    for (let i = from; i < end; i++) bytes[to + i - from] = column.bytes[i]!;
    offsets[row + 1] = to + end - from;
  }
  const sealed = { bytes, offsets };
  let done = 0;
  cmacColumn(ciphers.mac, authenticated(column, ciphers.d), (tags, count) => {
    for (let i = 0; i < count; i++) for (let j = 0; j < 16; j++) bytes[offsets[done + i]! + j] = tags[16 * i + j]!;
    done += count;
  });
  applyStream(ciphers.ctr, sealed);
  return options.encoding === 'raw' ? sealed : toBase64Url(sealed);
}

/** Opens what {@link sivSealColumn} sealed. Rows that do not open are refused one by one. @throws SCRIM_ARGUMENT */
export function sivOpenColumn(key: KeyLike, column: ByteColumn, options: SivColumnOptions = {}): SivOpened {
  const ciphers = prepare(key, options);
  const rows = Math.max(0, column.offsets.length - 1);
  const { sealed, bad } = options.encoding === 'raw' ? copyRaw(column) : fromBase64Url(column);
  applyStream(ciphers.ctr, sealed);
  const offsets = new Int32Array(rows + 1);
  const bytes = new Uint8Array(Math.max(0, sealed.bytes.length - 16 * rows));
  for (let row = 0; row < rows; row++) {
    const from = sealed.offsets[row]! + 16;
    const to = offsets[row]!;
    bytes.set(sealed.bytes.subarray(from, sealed.offsets[row + 1]!), to);
    offsets[row + 1] = to + sealed.offsets[row + 1]! - from;
  }
  const text = { bytes, offsets };
  let done = 0;
  cmacColumn(ciphers.mac, authenticated(text, ciphers.d), (tags, count) => {
    for (let i = 0; i < count; i++) {
      let difference = 0;
      for (let j = 0; j < 16; j++) difference |= sealed.bytes[sealed.offsets[done + i]! + j]! ^ tags[16 * i + j]!;
      if (difference !== 0) bad[done + i] = 1;
    }
    done += count;
  });
  return dropBad(text, bad);
}

/** What S2V passes to its last CMAC, value by value. */
function authenticated({ bytes, offsets }: ByteColumn, d: Uint8Array): ByteColumn {
  const rows = Math.max(0, offsets.length - 1);
  const doubled = double(d);
  const own = new Int32Array(rows + 1);
  for (let row = 0; row < rows; row++) own[row + 1] = own[row]! + Math.max(16, offsets[row + 1]! - offsets[row]!);
  const out = new Uint8Array(own[rows] ?? 0);
  for (let row = 0; row < rows; row++) {
    const from = offsets[row]!;
    const length = offsets[row + 1]! - from;
    const to = own[row]!;
    for (let i = 0; i < length; i++) out[to + i] = bytes[from + i]!;
    if (length >= 16) for (let i = 0; i < 16; i++) out[to + length - 16 + i]! ^= d[i]!;
    else {
      out[to + length] = 0x80;
      for (let i = 0; i < 16; i++) out[to + i]! ^= doubled[i]!;
    }
  }
  return { bytes: out, offsets: own };
}

/** Counter mode over every value behind its first 16 bytes, in place; many values share one bulk call. */
function applyStream(cipher: BlockCipher, { bytes, offsets }: ByteColumn): void {
  const rows = offsets.length - 1;
  const counters = new Uint8Array(16 * CHUNK);
  const targets = new Int32Array(CHUNK);
  const ends = new Int32Array(CHUNK);
  let filled = 0;
  const flush = (): void => {
    xorStream(bytes, cipher.encrypt(counters.subarray(0, 16 * filled)), targets, ends, filled);
    filled = 0;
  };
  for (let row = 0; row < rows; row++) {
    const v = offsets[row]!;
    const end = offsets[row + 1]!;
    for (let at = v + 16, block = 0; at < end; at += 16, block++) {
      writeCounter(bytes, v, block, counters, 16 * filled);
      targets[filled] = at;
      ends[filled] = end;
      if (++filled === CHUNK) flush();
    }
  }
  if (filled > 0) flush();
}

/** V with bits 31 and 63 from the right cleared, plus the block number: no carry beyond 63 bits (section 2.5). */
function writeCounter(bytes: Uint8Array, v: number, block: number, out: Uint8Array, to: number): void {
  for (let j = 0; j < 16; j++) out[to + j] = bytes[v + j]!;
  out[to + 8]! &= 0x7f;
  out[to + 12]! &= 0x7f;
  let carry = block;
  for (let j = 15; carry > 0; j--) {
    carry += out[to + j]!;
    out[to + j] = carry & 255;
    carry = Math.floor(carry / 256);
  }
}

function xorStream(bytes: Uint8Array, stream: Uint8Array, targets: Int32Array, ends: Int32Array, count: number): void {
  for (let i = 0; i < count; i++) {
    const at = targets[i]!;
    const length = Math.min(16, ends[i]! - at);
    for (let j = 0; j < length; j++) bytes[at + j]! ^= stream[16 * i + j]!;
  }
}

const LETTERS = utf8('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
const VALUES = new Uint8Array(256).fill(255);
LETTERS.forEach((letter, value) => {
  VALUES[letter] = value;
});

function toBase64Url({ bytes, offsets }: ByteColumn): ByteColumn {
  const rows = offsets.length - 1;
  const own = new Int32Array(rows + 1);
  for (let row = 0; row < rows; row++)
    own[row + 1] = own[row]! + Math.ceil(((offsets[row + 1]! - offsets[row]!) * 4) / 3);
  const out = new Uint8Array(own[rows] ?? 0);
  for (let row = 0; row < rows; row++) {
    let held = 0;
    let bits = 0;
    let to = own[row]!;
    for (let i = offsets[row]!; i < offsets[row + 1]!; i++) {
      held = ((held << 8) | bytes[i]!) & 0x3fff;
      bits += 8;
      while (bits >= 6) {
        bits -= 6;
        out[to++] = LETTERS[(held >> bits) & 63]!;
      }
    }
    if (bits > 0) out[to] = LETTERS[(held << (6 - bits)) & 63]!;
  }
  return { bytes: out, offsets: own };
}

interface Decoded {
  readonly sealed: { readonly bytes: Uint8Array; readonly offsets: Int32Array };
  /** 1 = no canonical base64url, or shorter than an IV; such a row stands as 16 zeros. */
  readonly bad: Uint8Array;
}

function fromBase64Url({ bytes, offsets }: ByteColumn): Decoded {
  const rows = Math.max(0, offsets.length - 1);
  const bad = new Uint8Array(rows);
  const own = new Int32Array(rows + 1);
  for (let row = 0; row < rows; row++) {
    const length = offsets[row + 1]! - offsets[row]!;
    if (length < 22 || length % 4 === 1) bad[row] = 1;
    own[row + 1] = own[row]! + (bad[row] === 1 ? 16 : Math.floor((length * 3) / 4));
  }
  const out = new Uint8Array(own[rows] ?? 0);
  for (let row = 0; row < rows; row++) {
    if (bad[row] === 1) continue;
    let held = 0;
    let bits = 0;
    let to = own[row]!;
    for (let i = offsets[row]!; i < offsets[row + 1]!; i++) {
      const value = VALUES[bytes[i]!]!;
      if (value === 255) bad[row] = 1;
      held = ((held << 6) | (value & 63)) & 0x3fff;
      bits += 6;
      if (bits >= 8) {
        bits -= 8;
        out[to++] = held >> bits;
      }
    }
    // Bits left over must be zero: one text per ciphertext.
    if ((held & ((1 << bits) - 1)) !== 0) bad[row] = 1;
  }
  return { sealed: { bytes: out, offsets: own }, bad };
}

function copyRaw({ bytes, offsets }: ByteColumn): Decoded {
  const rows = Math.max(0, offsets.length - 1);
  const bad = new Uint8Array(rows);
  const own = new Int32Array(rows + 1);
  for (let row = 0; row < rows; row++) {
    const length = offsets[row + 1]! - offsets[row]!;
    if (length < 16) bad[row] = 1;
    own[row + 1] = own[row]! + Math.max(16, length);
  }
  const out = new Uint8Array(own[rows] ?? 0);
  for (let row = 0; row < rows; row++) {
    if (bad[row] === 0) out.set(bytes.subarray(offsets[row]!, offsets[row + 1]!), own[row]!);
  }
  return { sealed: { bytes: out, offsets: own }, bad };
}

function dropBad({ bytes, offsets }: ByteColumn, bad: Uint8Array): SivOpened {
  const refused: number[] = [];
  const own = new Int32Array(offsets.length);
  let to = 0;
  for (let row = 0; row < bad.length; row++) {
    if (bad[row] === 1) refused.push(row);
    else {
      bytes.copyWithin(to, offsets[row]!, offsets[row + 1]!);
      to += offsets[row + 1]! - offsets[row]!;
    }
    own[row + 1] = to;
  }
  // What was refused must not stay readable behind the last row.
  return { column: { bytes: bytes.slice(0, to), offsets: own }, refused: Int32Array.from(refused) };
}
