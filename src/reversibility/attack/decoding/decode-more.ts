/**
 * More public codes and their inverses: base85 of RFC 1924 and of ZeroMQ, uuencode, quoted-printable, UTF-7, UTF-8 read as
 * Latin-1, byte literals, numbers in binary form. Whatever does not decode strictly gives null.
 *
 * RFC 1924 (base85 alphabet), ZeroMQ RFC 32 (Z85), POSIX uuencode, RFC 2045 section 6.7, RFC 2152, IEEE 754-2019.
 * @module
 */
import { asUtf8, fromGroups } from './decode-bytes.js';

const RFC1924 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~';
const Z85 = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

function base85(alphabet: string): (text: string) => string | null {
  const table = new Int8Array(128).fill(-1);
  for (let i = 0; i < alphabet.length; i++) table[alphabet.charCodeAt(i)] = i;
  return (text) => {
    if (text.length < 3 || text.length % 5 === 1) return null;
    const out = fromGroups(text, table);
    if (out === null || text.length % 5 > 0 || out.charCodeAt(out.length - 1) !== 0) return out;
    // Some writers fill the last group of a text with zeros; what is no text may end in zeros of its own.
    const filled = out.replace(/\0{1,3}$/, '');
    return asUtf8(filled) === null ? out : filled;
  };
}

/** base85 with the alphabet of RFC 1924 (Python's b85encode) to bytes. */
export const fromBase85: (text: string) => string | null = base85(RFC1924);

/** Z85 to bytes. */
export const fromZ85: (text: string) => string | null = base85(Z85);

/** One line of uuencode to bytes. */
export function fromUuencode(text: string): string | null {
  if (text.length < 5 || !/^[ -`]+$/.test(text)) return null;
  const length = (text.charCodeAt(0) - 32) & 63;
  const body = text.slice(1);
  if (
    length === 0 ||
    Math.ceil(length / 3) * 4 < body.trimEnd().length ||
    Math.ceil((length * 4) / 3) > body.length + 3
  )
    return null;
  let out = '';
  for (let i = 0; i < body.length && out.length < length; i += 4) {
    let value = 0;
    for (let j = 0; j < 4; j++) value = value * 64 + (((body.charCodeAt(i + j) || 32) - 32) & 63);
    out += String.fromCharCode((value >> 16) & 255, (value >> 8) & 255, value & 255);
  }
  return out.slice(0, length);
}

/** Quoted-printable to bytes; null when nothing is quoted. */
export function fromQuotedPrintable(text: string): string | null {
  if (!/=[0-9A-F]{2}/.test(text)) return null;
  const plain = text.replace(/=\r?\n/g, '');
  if (/=(?![0-9A-F]{2})/.test(plain)) return null;
  return plain.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Percent-encoded bytes that are no UTF-8; null for others. */
export function fromPercentBytes(text: string): string | null {
  if (!/%[0-9a-f]{2}/i.test(text) || /%(?![0-9a-f]{2})|[^!-~]/i.test(text)) return null;
  const plain = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return asUtf8(plain) === null ? plain : null;
}

/** UTF-7 to text; null when nothing is shifted. */
export function fromUtf7(text: string): string | null {
  if (!/\+[A-Za-z0-9+/]+/.test(text) || !/^[ -~]*$/.test(text)) return null;
  let good = true;
  const plain = text.replace(/\+([A-Za-z0-9+/]*)-?/g, (_, body: string) => {
    if (body === '') return '+';
    // One digit alone is no byte: atob would throw.
    if (body.length % 4 === 1) {
      good = false;
      return '';
    }
    try {
      const bytes = atob(body);
      let out = '';
      for (let i = 0; i + 1 < bytes.length; i += 2)
        out += String.fromCharCode(bytes.charCodeAt(i) * 256 + bytes.charCodeAt(i + 1));
      return out;
    } catch {
      good = false;
      return '';
    }
  });
  return good ? plain : null;
}

/** UTF-8 that was read as Latin-1 (or as bytes) to text; null when it was not. */
export function fromMojibake(text: string): string | null {
  if (!/[\u0080-\u00ff]/.test(text) || /[^\0-\u00ff]/.test(text)) return null;
  return asUtf8(text);
}

/** A byte literal (b'..' with \x escapes) to bytes. */
export function fromByteLiteral(text: string): string | null {
  const body = /^b(['"])([\s\S]*)\1$/.exec(text)?.[2];
  if (body === undefined) return null;
  return body.replace(/\\(?:x([0-9a-f]{2})|([\\'"nrt]))/gi, (_, hex: string | undefined, char: string | undefined) =>
    hex === undefined
      ? ({ n: '\n', r: '\r', t: '\t' }[char as 'n'] ?? (char as string))
      : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** A hexadecimal floating-point literal (0x1.8p+3) to decimal text. */
export function fromHexFloat(text: string): string | null {
  const found = /^(-?)0x([01])(?:\.([0-9a-f]{1,14}))?p([+-]?\d{1,4})$/i.exec(text);
  if (found === null) return null;
  const [, sign, whole, fraction, exponent] = found;
  const mantissa = Number(whole) + (fraction === undefined ? 0 : Number.parseInt(fraction, 16) / 16 ** fraction.length);
  return String((sign === '-' ? -1 : 1) * mantissa * 2 ** Number(exponent));
}

/** Shortest decimal of a single-precision number. */
function shortSingle(value: number): string {
  const short = (digits: number): number => Number(value.toPrecision(digits));
  const isIt = (digits: number): boolean => Math.fround(short(digits)) === value;
  // One digit more is no farther away, except beside powers of two, whose neighbours are not equally far: there all are tried.
  let digits = 8;
  if (Number.isInteger(Math.log2(Math.abs(value)))) {
    digits = 1;
    while (digits < 9 && !isIt(digits)) digits++;
    return digits === 9 ? String(value) : String(short(digits));
  }
  if (!isIt(digits)) return String(value);
  while (digits > 1 && isIt(digits - 1)) digits--;
  return String(short(digits));
}

/** Kinds of binary numbers. */
export type BinaryKind = 'float64' | 'float32' | 'int64';

const SIZES: Readonly<Record<BinaryKind, number>> = { float64: 8, float32: 4, int64: 8 };

/**
 * False for bytes that are surely beyond any measure, by the highest of them: exponents outside those of 1e-12 to 1e18, whole numbers
 * of more than 53 bits.
 */
function maybeNumber(binary: string, at: number, kind: BinaryKind, little: boolean): boolean {
  const last = at + SIZES[kind] - 1;
  const first = binary.charCodeAt(little ? last : at);
  const second = binary.charCodeAt(little ? last - 1 : at + 1);
  if (kind === 'int64') return (first === 0 && second <= 0x20) || (first === 0xff && second >= 0xe0);
  const exponent = kind === 'float64' ? ((first & 127) << 4) | (second >> 4) : ((first & 127) << 1) | (second >> 7);
  const zero = kind === 'float64' ? 1023 : 127;
  return exponent === 0 || (exponent >= zero - 40 && exponent <= zero + 59);
}

/** False for bytes that are no list of binary numbers, by the highest bytes of each. */
export function maybeBinary(kind: BinaryKind, little: boolean): (binary: string) => boolean {
  const size = SIZES[kind];
  return (binary) => {
    if (binary.length === 0 || binary.length % size !== 0 || binary.length > 4096) return false;
    for (let at = 0; at < binary.length; at += size) if (!maybeNumber(binary, at, kind, little)) return false;
    return true;
  };
}

/** Bytes as one binary number, or several as a list in brackets; null when a number is not a customary one. */
export function fromBinary(kind: BinaryKind, little: boolean): (binary: string) => string | null {
  const size = SIZES[kind];
  const may = maybeBinary(kind, little);
  return (binary) => {
    if (!may(binary)) return null;
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) {
      const code = binary.charCodeAt(i);
      if (code > 255) return null;
      bytes[i] = code;
    }
    const view = new DataView(bytes.buffer);
    const out: string[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      if (kind === 'float64' || kind === 'float32') {
        const value = kind === 'float64' ? view.getFloat64(at, little) : view.getFloat32(at, little);
        // Bytes of anything else are numbers beyond any measure.
        if (!Number.isFinite(value) || (value !== 0 && (Math.abs(value) > 1e18 || Math.abs(value) < 1e-12)))
          return null;
        out.push(kind === 'float64' ? String(value) : shortSingle(value));
      } else {
        const value = view.getBigInt64(at, little);
        if (value > 1n << 53n || value < -(1n << 53n)) return null;
        out.push(String(value));
      }
    }
    return out.length === 1 ? (out[0] as string) : `[${out.join(',')}]`;
  };
}

/** Bits below which two signs are no text. */
const FEWEST_BITS = 16;

/**
 * Bits written in two signs other than 0 and 1 (blanks and tabs, characters that take no room, two letters) behind whatever else a
 * text begins with, to bytes. Null where there are none, or one sign alone.
 *
 * @param swapped - the sign of the higher code is 0
 */
export function fromTwoSigns(swapped: boolean): (text: string) => string | null {
  return (text) => {
    const { length } = text;
    if (length < FEWEST_BITS) return null;
    const last = text.charCodeAt(length - 1);
    let other = -1;
    let from = length - 1;
    for (; from > 0; from--) {
      const code = text.charCodeAt(from - 1);
      if (code === last) continue;
      if (other < 0) other = code;
      else if (code !== other) break;
    }
    if (other < 0 || length - from < FEWEST_BITS || (last + other === 97 && Math.abs(last - other) === 1)) return null;
    // What stands before may end with one of the signs; bytes are whole.
    const start = from + ((length - from) % 8);
    const one = swapped ? Math.min(last, other) : Math.max(last, other);
    let out = '';
    for (let at = start; at < length; at += 8) {
      let byte = 0;
      for (let i = 0; i < 8; i++) byte = 2 * byte + (text.charCodeAt(at + i) === one ? 1 : 0);
      out += String.fromCharCode(byte);
    }
    return out;
  };
}

/**
 * Bytes as packed decimal digits, two a byte: `13812345678f`, with F as a filler, or C, D and F as signs at the end (IBM packed decimal).
 * Null where they are none.
 */
export function fromPackedDecimal(binary: string): string | null {
  if (binary.length < 2 || binary.length > 16) return null;
  let digits = '';
  for (let i = 0; i < binary.length; i++) {
    const byte = binary.charCodeAt(i);
    const high = byte >> 4;
    const low = byte & 15;
    if (byte > 255 || high > 9) return null;
    const sign = low === 12 || low === 13 || low === 15;
    if (low > 9 && !(sign && i === binary.length - 1)) return null;
    digits += low > 9 ? high : `${high}${low}`;
    if (low === 13) digits = `-${digits}`;
  }
  return digits;
}
