/**
 * Public codes of bytes as text and their inverses: base-N alphabets, hex, escapes, compressed blobs.
 *
 * RFC 4648 (base16/32/64), RFC 1951/1952 (deflate, gzip), RFC 3986 section 2.1 (percent), HTML entities (HTML, 13.5).
 * Bytes travel as strings of the characters U+0000 to U+00FF. Whatever does not decode strictly gives null.
 * @module
 */
import { nodeBuiltin } from '../../../core/index.js';
import { maybeGb18030, maybeUtf16 } from './code-pages.js';

/** Longest decoded blob; what is longer (a zip bomb) does not decode. */
export const BLOB_LIMIT: number = 1 << 20;

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const BASE32_HEX = '0123456789ABCDEFGHIJKLMNOPQRSTUV';
const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE62_LOWER = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const BASE36 = '0123456789abcdefghijklmnopqrstuvwxyz';

const tables = new Map<string, Int16Array>();

function tableOf(alphabet: string): Int16Array {
  let table = tables.get(alphabet);
  if (table === undefined) {
    table = new Int16Array(128).fill(-1);
    for (let i = 0; i < alphabet.length; i++) table[alphabet.charCodeAt(i)] = i;
    tables.set(alphabet, table);
  }
  return table;
}

/** Methods of Node's Buffer that its types leave out. */
interface Slices {
  latin1Slice(from: number, to: number): string;
}

let scratch: Uint8Array = new Uint8Array(0);
let slices: Slices | null = null;

/** Room for so many decoded bytes, used again by the next value. */
function scratchOf(length: number): Uint8Array {
  if (scratch.length < length) {
    scratch = new Uint8Array(2 * length + 4096);
    slices = typeof Buffer === 'undefined' ? null : (Buffer.from(scratch.buffer) as Buffer & Slices);
  }
  return scratch;
}

/** The first bytes of the scratch as characters U+0000 to U+00FF. */
function scratchText(length: number): string {
  if (slices !== null) return slices.latin1Slice(0, length);
  let out = '';
  for (let i = 0; i < length; i += 4096) out += String.fromCharCode(...scratch.subarray(i, Math.min(length, i + 4096)));
  return out;
}

function bitDecode(text: string, alphabet: string, bits: number): string | null {
  const table = tableOf(alphabet);
  const out = scratchOf(text.length);
  let length = 0;
  let buffer = 0;
  let held = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    const digit = char < 128 ? (table[char] as number) : -1;
    if (digit < 0) return null;
    buffer = ((buffer << bits) | digit) & 0xffff;
    held += bits;
    if (held >= 8) {
      held -= 8;
      out[length++] = (buffer >> held) & 255;
    }
  }
  // Left-over bits must be zero and fewer than one digit: otherwise it was no code of bytes.
  return held < bits && (buffer & ((1 << held) - 1)) === 0 ? scratchText(length) : null;
}

/** The text without the padding at its end. */
function unpadded(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 61) end--;
  return end === text.length ? text : text.slice(0, end);
}

/** base64 or base64url, padded or not, to bytes. */
export function fromBase64(text: string): string | null {
  if (text.length < 2) return null;
  const bare = unpadded(text);
  const plain = /[-_]/.test(bare) ? bare.replace(/-/g, '+').replace(/_/g, '/') : bare;
  if (plain.length % 4 === 1) return null;
  return bitDecode(plain, BASE64, 6);
}

/** base32 (RFC 4648, either alphabet, any case) to bytes. */
export function fromBase32(text: string): string | null {
  if (text.length < 2) return null;
  const plain = unpadded(text).toUpperCase();
  return bitDecode(plain, BASE32, 5) ?? null;
}

/** base32hex to bytes. */
export function fromBase32Hex(text: string): string | null {
  if (text.length < 2) return null;
  return bitDecode(unpadded(text).toUpperCase(), BASE32_HEX, 5);
}

function hexDigit(code: number): number {
  return code < 58 ? code - 48 : (code | 32) - 87;
}

/** Hexadecimal (optionally 0x, \x or separated by blanks or colons) to bytes. */
export function fromHex(text: string): string | null {
  const plain = text.replace(/^0x|\\x|[\s:]/gi, '');
  if (plain.length < 2 || plain.length % 2 !== 0 || !/^[0-9a-f]+$/i.test(plain)) return null;
  return bytesOfHex(plain);
}

/** Hexadecimal digits, two a byte, to bytes. */
function bytesOfHex(plain: string): string {
  const out = scratchOf(plain.length);
  for (let i = 0; i < plain.length; i += 2)
    out[i >> 1] = 16 * hexDigit(plain.charCodeAt(i)) + hexDigit(plain.charCodeAt(i + 1));
  return scratchText(plain.length >> 1);
}

/** The number that a text is in an alphabet's base; null when it holds other characters. */
function bigNumber(text: string, alphabet: string): bigint | null {
  const table = tableOf(alphabet);
  const base = alphabet.length;
  // As many digits as a double holds are put together before they meet the long number.
  const many = Math.floor(53 / Math.log2(base));
  let value = 0n;
  for (let i = 0; i < text.length; ) {
    const end = Math.min(text.length, i + many);
    const scale = BigInt(base ** (end - i));
    let part = 0;
    for (; i < end; i++) {
      const char = text.charCodeAt(i);
      const digit = char < 128 ? (table[char] as number) : -1;
      if (digit < 0) return null;
      part = part * base + digit;
    }
    value = value === 0n ? BigInt(part) : value * scale + BigInt(part);
  }
  return value;
}

function bigDecode(text: string, alphabet: string): string | null {
  if (text.length < 2 || text.length > 256) return null;
  const value = bigNumber(text, alphabet);
  if (value === null) return null;
  let hex = value.toString(16);
  if (hex.length % 2 === 1) hex = `0${hex}`;
  return bytesOfHex(hex);
}

/** base58 (Bitcoin alphabet) to bytes. */
export function fromBase58(text: string): string | null {
  return bigDecode(text, BASE58);
}

/** base62 to bytes. */
export function fromBase62(text: string): string | null {
  return bigDecode(text, BASE62);
}

/** base62 with small letters before capitals to bytes. */
export function fromBase62Lower(text: string): string | null {
  return bigDecode(text, BASE62_LOWER);
}

/** base36 in either case to bytes. */
export function fromBase36(text: string): string | null {
  return bigDecode(text.toLowerCase(), BASE36);
}

/** Ascii85 (Adobe or plain) to bytes. */
export function fromAscii85(text: string): string | null {
  const plain = text.replace(/^<~|~>$/g, '').replace(/z/g, '!!!!!');
  if (plain.length < 5 || plain.length % 5 === 1) return null;
  return fromGroups(plain, ASCII85);
}

const ASCII85 = Int8Array.from({ length: 128 }, (_, code) => (code >= 33 && code < 33 + 85 ? code - 33 : -1));

/** Groups of five digits of base 85, the last one cut and filled with the highest digit, to bytes. @param table - digits by character */
export function fromGroups(text: string, table: Int8Array): string | null {
  const out = scratchOf(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i += 5) {
    const size = Math.min(5, text.length - i);
    let value = 0;
    for (let j = 0; j < 5; j++) {
      const char = j < size ? text.charCodeAt(i + j) : -1;
      const digit = char < 0 ? 84 : char < 128 ? (table[char] as number) : -1;
      if (digit < 0) return null;
      value = value * 85 + digit;
    }
    if (value > 0xffffffff) return null;
    for (let j = 0; j < size - 1; j++) out[length++] = value >>> (24 - 8 * j);
  }
  return scratchText(length);
}

/** An integer in base 2, 8, 16 or 36 as decimal text. */
export function fromRadix(radix: 2 | 8 | 16 | 36): (text: string) => string | null {
  const digits = BASE36.slice(0, radix);
  return (text) => {
    const plain = text.replace(/^0[xbo]/i, '').toLowerCase();
    if (plain.length === 0 || plain.length > 64) return null;
    const value = bigNumber(plain, digits);
    return value === null ? null : value.toString();
  };
}

function bytesOf(binary: string): Uint8Array | null {
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) {
    const code = binary.charCodeAt(i);
    if (code > 255) return null;
    bytes[i] = code;
  }
  return bytes;
}

/** Bytes as UTF-8 text; null when they are none or hold control characters (RFC 3629, section 3, strictly). */
export function asUtf8(binary: string): string | null {
  let ascii = true;
  for (let i = 0; i < binary.length; i++) {
    const code = binary.charCodeAt(i);
    if (code >= 128 || code < 9) {
      ascii = false;
      break;
    }
  }
  if (ascii) return binary;
  let out = '';
  for (let i = 0; i < binary.length; ) {
    const first = binary.charCodeAt(i++);
    if (first < 128) {
      if (first < 9 || (first > 13 && first < 32)) return null;
      out += String.fromCharCode(first);
      continue;
    }
    const more =
      first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xf0 && first < 0xf5 ? 3 : 0;
    if (more === 0 || i + more > binary.length) return null;
    let point = first & (0x3f >> more);
    for (let k = 0; k < more; k++) {
      const next = binary.charCodeAt(i++);
      if (next < 0x80 || next > 0xbf) return null;
      point = (point << 6) | (next & 0x3f);
    }
    // No overlong forms, no surrogates, nothing beyond Unicode.
    if ((more === 2 && point < 0x800) || (more === 3 && (point < 0x10000 || point > 0x10ffff))) return null;
    if (point >= 0xd800 && point < 0xe000) return null;
    out += String.fromCodePoint(point);
  }
  return out;
}

/** Bytes as text of another code page; null when they are none. */
export function asEncoding(label: 'gb18030' | 'utf-16le' | 'utf-16be'): (binary: string) => string | null {
  let decoder: TextDecoder | null = null;
  try {
    decoder = new TextDecoder(label, { fatal: true });
  } catch {
    decoder = null;
  }
  return (binary) => {
    if (label === 'gb18030' ? !maybeGb18030(binary) : !maybeUtf16(binary, label === 'utf-16be' ? 0 : 1)) return null;
    const bytes = bytesOf(binary);
    if (bytes === null || decoder === null) return null;
    try {
      return decoder.decode(bytes);
    } catch {
      return null;
    }
  };
}

/** Gunzips or inflates bytes that begin as gzip or zlib do, at most `most` of them. */
export function decompress(binary: string, most: number = BLOB_LIMIT): string | null {
  if (binary.length < 3) return null;
  const first = binary.charCodeAt(0);
  const second = binary.charCodeAt(1);
  const gzip = first === 0x1f && second === 0x8b;
  if (!gzip && ((first & 15) !== 8 || ((first << 8) | second) % 31 !== 0)) return null;
  const zlib = nodeBuiltin<typeof import('node:zlib')>('node:zlib');
  const bytes = bytesOf(binary);
  if (zlib === undefined || bytes === null) return null;
  const limit = { maxOutputLength: most };
  try {
    const out: Uint8Array = gzip ? zlib.gunzipSync(bytes, limit) : zlib.inflateSync(bytes, limit);
    return out.length === 0 ? null : Buffer.from(out).toString('latin1');
  } catch {
    return null;
  }
}

/**
 * False where the head of a raw deflate stream is surely refused: a block of no kind, a stored one without its length's complement,
 * code lengths that are too many or no complete code (RFC 1951, sections 3.2.3, 3.2.4 and 3.2.7). A refusal costs an exception.
 */
function maybeDeflated(binary: string): boolean {
  const at = (byte: number): number => (byte < binary.length ? binary.charCodeAt(byte) : 0);
  const kind = (at(0) >> 1) & 3;
  if (kind === 0) return (at(1) ^ at(3)) === 255 && (at(2) ^ at(4)) === 255;
  if (kind !== 2) return kind === 1;
  const bits = (from: number, count: number): number =>
    ((at(from >> 3) | (at((from >> 3) + 1) << 8)) >> (from & 7)) & ((1 << count) - 1);
  if (bits(3, 5) > 29 || bits(8, 5) > 29) return false;
  // A complete code: the shares of its code space make one.
  let space = 0;
  const lengths = bits(13, 4) + 4;
  for (let i = 0; i < lengths; i++) {
    const length = bits(17 + 3 * i, 3);
    if (length > 0) space += 128 >> length;
  }
  return space === 128;
}

/** Raw deflate, which has no magic number. */
export function inflateRaw(binary: string, most: number = BLOB_LIMIT): string | null {
  if (binary.length < 3 || !maybeDeflated(binary)) return null;
  const zlib = nodeBuiltin<typeof import('node:zlib')>('node:zlib');
  const bytes = bytesOf(binary);
  if (zlib === undefined || bytes === null) return null;
  try {
    const out = zlib.inflateRawSync(bytes, { maxOutputLength: most });
    return out.length === 0 ? null : Buffer.from(out).toString('latin1');
  } catch {
    return null;
  }
}

/** Brotli, which has no magic number. */
export function unbrotli(binary: string, most: number = BLOB_LIMIT): string | null {
  const zlib = nodeBuiltin<typeof import('node:zlib')>('node:zlib');
  const bytes = bytesOf(binary);
  if (zlib === undefined || bytes === null || binary.length < 4) return null;
  try {
    return Buffer.from(zlib.brotliDecompressSync(bytes, { maxOutputLength: most })).toString('latin1');
  } catch {
    return null;
  }
}

/** Percent-encoding (and + for a blank) to text; null when nothing is encoded. */
export function fromPercent(text: string): string | null {
  if (!/%[0-9a-f]{2}/i.test(text)) return null;
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    return null;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
};

/** HTML character references to text; null when there is none. */
export function fromEntities(text: string): string | null {
  let found = false;
  const plain = text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, (whole, decimal, hex, name) => {
    const code = decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(hex, 16) : -1;
    if (code > 0x10ffff) return whole;
    const char = code >= 0 ? String.fromCodePoint(code) : ENTITIES[String(name).toLowerCase()];
    if (char === undefined) return whole;
    found = true;
    return char;
  });
  return found ? plain : null;
}

/** `\u4e2d`, `\x41`, `U+4E2D` escapes to text; null when there is none. */
export function fromEscapes(text: string): string | null {
  if (!/\\u|\\x|U\+/i.test(text)) return null;
  let found = false;
  const plain = text.replace(/\\u\{?([0-9a-f]{4,6})\}?|\\x([0-9a-f]{2})|U\+([0-9a-f]{4,6})[ ]?/gi, (whole, a, b, c) => {
    const code = Number.parseInt(a ?? b ?? c, 16);
    if (code > 0x10ffff) return whole;
    found = true;
    return String.fromCharCode(code);
  });
  return found ? plain : null;
}

/** Character codes in decimal, separated ("22269 23478" or "65,66"), to text. */
export function fromCharCodes(text: string): string | null {
  if (!/^\d{2,7}(?:[ ,;|.-]\d{2,7})*$/.test(text)) return null;
  let out = '';
  for (const part of text.split(/[ ,;|.-]/)) {
    const code = Number(part);
    if (code > 0x10ffff || code < 32) return null;
    out += String.fromCodePoint(code);
  }
  return out;
}

/** Bits ("01100001 ...", multiples of 8) to bytes. */
export function fromBits(text: string): string | null {
  const plain = text.replace(/\s/g, '');
  if (plain.length === 0 || plain.length % 8 !== 0 || !/^[01]+$/.test(plain)) return null;
  let out = '';
  for (let i = 0; i < plain.length; i += 8) out += String.fromCharCode(Number.parseInt(plain.slice(i, i + 8), 2));
  return out;
}

/** A JSON string literal to its text. */
export function fromJsonString(text: string): string | null {
  if (!text.startsWith('"') || text.length > BLOB_LIMIT) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}
