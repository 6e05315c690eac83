/**
 * The public codes and simple transforms that {@link searchDecoders} chains: each undoes one writing. See decoders.md.
 * @module
 */
import { fromBzip2, fromLzma } from '../../containers/index.js';
import {
  asEncoding,
  asUtf8,
  BLOB_LIMIT,
  decompress,
  fromAscii85,
  fromBase32,
  fromBase32Hex,
  fromBase36,
  fromBase58,
  fromBase62,
  fromBase62Lower,
  fromBase64,
  fromBits,
  fromCharCodes,
  fromEntities,
  fromEscapes,
  fromHex,
  fromJsonString,
  fromPercent,
  fromRadix,
  inflateRaw,
  unbrotli,
} from './decode-bytes.js';
import {
  fromBase85,
  fromBinary,
  fromByteLiteral,
  fromHexFloat,
  fromMojibake,
  fromPackedDecimal,
  fromPercentBytes,
  fromQuotedPrintable,
  fromTwoSigns,
  fromUtf7,
  fromUuencode,
  fromZ85,
  maybeBinary,
} from './decode-more.js';
import { fromBcd, fromChineseMoney, fromEnglishNumber, fromFraction, fromRomanNumbers } from './decode-numbers.js';
import { fromChineseNumber, fromChineseNumbers, fromMorse, fromRoman } from './decode-numerals.js';
import { fromPickle, fromWholeNumber, RUNS } from './decode-runs.js';
import {
  atbash,
  fromSpaced,
  reverse,
  rot47,
  swapPairs,
  unshiftBoth,
  unshiftCodePoints,
  unshiftDigits,
  unshiftLetters,
  xorConstant,
} from './decode-text.js';
import { fromGuid, fromHexGroups, fromIpv6, fromOctets, withoutNoughts } from './grouped-bytes.js';
import { OTHER_BASE64 } from './other-base64.js';

/** One decoder: null where it does not apply to a text. */
export interface Decoder {
  readonly name: string;
  readonly bits: number;
  readonly decode: (text: string) => string | null;
  /** True when its output is bytes, false for text. */
  readonly bytes?: boolean;
  /** True when a character is decoded by itself or those before it: the first ones tell whether the rest is worth it. */
  readonly local?: boolean;
  /** Of what does nothing but change bytes: how many fewer come out. */
  readonly shorter?: number;
  /** False where {@link decode} surely gives null: costs less. */
  readonly may?: (text: string) => boolean;
  /** Of Base64 in another alphabet: which; see {@link OtherAlphabets}. */
  readonly other?: number;
  /** Of cuts: characters that are taken off the beginning and the end of a longer text. */
  readonly cut?: readonly [number, number];
  /** Of local ones: what a UTF-16 unit, no half of a character, becomes; negative where the text does not decode. */
  readonly unit?: (unit: number) => number;
}

const TWO_SIGNS: readonly Decoder[] = [
  { name: 'two-signs', bits: 6, decode: fromTwoSigns(false), bytes: true },
  { name: 'two-signs-swapped', bits: 6, decode: fromTwoSigns(true), bytes: true },
];

/** Codes that a text follows or does not. */
export const STRICT: readonly Decoder[] = [
  { name: 'base64', bits: 6, decode: fromBase64, bytes: true },
  ...OTHER_BASE64,
  { name: 'hex', bits: 6, decode: fromHex, bytes: true },
  { name: 'hex-groups', bits: 4, decode: fromHexGroups },
  { name: 'guid', bits: 5, decode: fromGuid },
  { name: 'octets', bits: 5, decode: fromOctets },
  { name: 'ipv6', bits: 5, decode: fromIpv6 },
  { name: 'base32', bits: 6, decode: fromBase32, bytes: true },
  { name: 'base32hex', bits: 6, decode: fromBase32Hex, bytes: true },
  { name: 'base58', bits: 6, decode: fromBase58, bytes: true },
  { name: 'base62', bits: 6, decode: fromBase62, bytes: true },
  { name: 'base62-lower', bits: 6, decode: fromBase62Lower, bytes: true },
  { name: 'base36', bits: 6, decode: fromBase36, bytes: true },
  { name: 'ascii85', bits: 6, decode: fromAscii85, bytes: true },
  { name: 'ascii85-rfc1924', bits: 6, decode: fromBase85, bytes: true },
  { name: 'ascii85-z', bits: 6, decode: fromZ85, bytes: true },
  // Long texts do not decode by chance: what they hold is opened.
  { name: 'base85', bits: 6, decode: (text) => (text.length < 24 ? null : fromBase85(text)), bytes: true },
  { name: 'base85-adobe', bits: 6, decode: (text) => (text.length < 24 ? null : fromAscii85(text)), bytes: true },
  { name: 'base85-z', bits: 6, decode: (text) => (text.length < 24 ? null : fromZ85(text)), bytes: true },
  { name: 'ascii85-uu', bits: 6, decode: fromUuencode, bytes: true },
  { name: 'bits', bits: 6, decode: fromBits, bytes: true },
  ...TWO_SIGNS,
  { name: 'whole-number', bits: 6, decode: fromWholeNumber(false) },
  { name: 'whole-number-little', bits: 6, decode: fromWholeNumber(true) },
  { name: 'quoted-printable', bits: 6, decode: fromQuotedPrintable, bytes: true },
  { name: 'byte-literal', bits: 6, decode: fromByteLiteral, bytes: true },
  { name: 'utf7', bits: 6, decode: fromUtf7 },
  { name: 'latin1-utf8', bits: 6, decode: fromMojibake },
  { name: 'hex-float', bits: 6, decode: fromHexFloat },
  { name: 'percent', bits: 6, decode: fromPercent },
  { name: 'percent-bytes', bits: 6, decode: fromPercentBytes, bytes: true },
  { name: 'html', bits: 6, decode: fromEntities },
  { name: 'escapes', bits: 6, decode: fromEscapes },
  { name: 'char-codes', bits: 6, decode: fromCharCodes },
  { name: 'json-string', bits: 6, decode: fromJsonString },
  { name: 'chinese-number', bits: 6, decode: fromChineseNumber },
  { name: 'roman', bits: 6, decode: fromRoman },
  { name: 'chinese-money', bits: 6, decode: fromChineseMoney },
  { name: 'roman-numbers', bits: 6, decode: fromRomanNumbers },
  { name: 'english-number', bits: 6, decode: fromEnglishNumber },
  { name: 'fraction', bits: 6, decode: fromFraction },
  { name: 'bcd', bits: 6, decode: fromBcd },
  { name: 'morse', bits: 6, decode: fromMorse },
  { name: 'spaced', bits: 6, decode: fromSpaced },
  { name: 'radix2', bits: 6, decode: fromRadix(2) },
  { name: 'radix8', bits: 6, decode: fromRadix(8) },
  { name: 'radix16', bits: 6, decode: fromRadix(16) },
  { name: 'radix36', bits: 6, decode: fromRadix(36) },
];

/** What writes bytes in groups, and what reads the digits that come of it. */
export const GROUPED: readonly Decoder[] = STRICT.filter(({ name }) => /^(?:hex-groups|guid|octets|ipv6)$/.test(name));
export const OF_GROUPED: readonly Decoder[] = STRICT.filter(({ name }) => /^(?:hex|radix16)$/.test(name));

/** Full-width and other compatibility forms to the usual ones (Unicode NFKC); null where there are none. */
function fromOtherWidth(text: string): string | null {
  const usual = text.normalize('NFKC');
  return usual === text ? null : usual;
}

/** Codes that may stand among characters beyond ASCII: of texts behind bytes, too. */
export const WIDE: readonly Decoder[] = [
  ...STRICT.filter(({ name }) =>
    /^(?:latin1-utf8|spaced|percent|html|escapes|json-string|chinese-number|chinese-money)$/.test(name),
  ),
  ...TWO_SIGNS,
  { name: 'chinese-numbers', bits: 6, decode: fromChineseNumbers },
  { name: 'usual-width', bits: 3, decode: fromOtherWidth },
];

/** What bytes may be. */
export const OF_BYTES: readonly Decoder[] = [
  { name: 'utf8', bits: 1, decode: asUtf8 },
  { name: 'without-noughts', bits: 3, decode: withoutNoughts, bytes: true },
  { name: 'pickle', bits: 4, decode: fromPickle, bytes: true },
  { name: 'packed-decimal', bits: 4, decode: fromPackedDecimal },
  { name: 'decompress', bits: 4, decode: (text) => decompress(text), bytes: true },
  { name: 'inflate', bits: 5, decode: (text) => inflateRaw(text), bytes: true },
  { name: 'brotli', bits: 5, decode: (text) => unbrotli(text), bytes: true },
  { name: 'bzip2', bits: 4, decode: (text) => fromBzip2(text, BLOB_LIMIT), bytes: true },
  { name: 'lzma', bits: 4, decode: (text) => fromLzma(text, BLOB_LIMIT), bytes: true },
  { name: 'utf16le', bits: 4, decode: asEncoding('utf-16le') },
  { name: 'utf16be', bits: 4, decode: asEncoding('utf-16be') },
  { name: 'gb18030', bits: 4, decode: asEncoding('gb18030') },
  // Numbers end a chain (the name says so to the search); lists of them are opened.
  ...(['float64', 'float32', 'int64'] as const).flatMap((kind) =>
    [true, false].map((little) => ({
      name: `radix-${kind}${little ? 'le' : 'be'}`,
      bits: 5,
      decode: fromBinary(kind, little),
      may: maybeBinary(kind, little),
    })),
  ),
];

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** Transforms that apply to every text: tried once or twice in a chain. */
export const FREE: readonly Decoder[] = [
  { name: 'reverse', bits: 6, decode: reverse },
  { name: 'rot13', bits: 7, decode: unshiftLetters(13) },
  { name: 'atbash', bits: 7, decode: atbash },
  { name: 'rot47', bits: 7, decode: rot47 },
  { name: 'swap-pairs', bits: 7, decode: swapPairs },
  { name: 'rot13+rot5', bits: 8, decode: unshiftBoth(13, 5) },
];
/** A letter moved back in its own alphabet. */
function letterBack(unit: number, shift: number): number {
  const small = unit | 32;
  if (unit > 127 || small < 97 || small > 122) return unit;
  return ((small - 97 - shift + 26) % 26) + (unit & 0x60) + 1;
}

function digitBack(unit: number, shift: number): number {
  return unit >= 48 && unit <= 57 ? ((unit - 48 - shift + 10) % 10) + 48 : unit;
}

const SHIFTS: readonly Decoder[] = [
  ...range(1, 25)
    .filter((shift) => shift !== 13)
    .map((shift) => ({
      name: `shift-letters(${shift})`,
      bits: 11,
      decode: unshiftLetters(shift),
      local: true,
      unit: (unit: number): number => letterBack(unit, shift),
    })),
  ...range(1, 9).map((shift) => ({
    name: `shift-digits(${shift})`,
    bits: 10,
    decode: unshiftDigits(shift),
    local: true,
    unit: (unit: number): number => digitBack(unit, shift),
  })),
  ...range(1, 25).map((shift) => ({
    name: `shift-both(${shift})`,
    bits: 11,
    decode: unshiftBoth(shift, shift % 10),
    local: true,
    unit: (unit: number): number => letterBack(digitBack(unit, shift % 10), shift),
  })),
  ...range(1, 32)
    .flatMap((shift) => [shift, -shift])
    .map((shift) => ({
      name: `shift-code-points(${shift})`,
      bits: 12,
      decode: unshiftCodePoints(shift),
      local: true,
      unit: (unit: number): number => unit - shift,
    })),
];
const SURROGATES = /[\ud800-\udfff]/;
const FILLED = /^[ _*~\0]|[ _*~\0]$/;

function everyOf(step: number, from: number): (text: string) => string | null {
  return (text) => {
    if (text.length < 2 * step) return null;
    const chars: ArrayLike<string> = SURROGATES.test(text) ? [...text] : text;
    let out = '';
    for (let i = from; i < chars.length; i += step) out += chars[i] as string;
    // Texts of unlike length were filled up to be put together.
    return FILLED.test(out) ? out.replace(/^[ _*~\0]+|[ _*~\0]+$/g, '') : out;
  };
}

/** A text written in two rails, read along the zigzag again. */
function unrail(text: string): string | null {
  const chars = [...text];
  if (chars.length < 3) return null;
  const half = Math.ceil(chars.length / 2);
  let out = '';
  for (let i = 0; i < half; i++) out += (chars[i] as string) + (chars[half + i] ?? '');
  return out;
}

/** The halves of a text exchanged, put back. */
function unhalve(text: string): string | null {
  const second = text.length - (text.length >> 1);
  return text.length < 2 ? null : text.slice(second) + text.slice(0, second);
}

/** Texts that take turns character by character. */
const TURNS: readonly Decoder[] = range(2, 4).flatMap((step) =>
  range(0, step - 1).map((from) => ({ name: `every(${step},${from + 1})`, bits: 9, decode: everyOf(step, from) })),
);

/** Customary exchanges of places that may stand before another code. */
export const ARRANGED: readonly Decoder[] = [
  { name: 'unrail', bits: 8, decode: unrail },
  { name: 'unhalve', bits: 8, decode: unhalve },
  ...TURNS,
];

/** Texts whose characters stand in other places, or among others. */
export const PLACES: readonly Decoder[] = [
  ...ARRANGED,
  ...range(1, 8).flatMap((by) => [
    {
      name: `rotate(${by})`,
      bits: 10,
      decode: (text: string): string | null => (text.length > by ? text.slice(-by) + text.slice(0, -by) : null),
    },
    {
      name: `rotate(-${by})`,
      bits: 10,
      decode: (text: string): string | null => (text.length > by ? text.slice(by) + text.slice(0, by) : null),
    },
  ]),
];

/** XOR with one byte. */
export const XORS: readonly Decoder[] = range(1, 255).map((key) => ({
  name: `xor(${key})`,
  bits: 14,
  decode: xorConstant(key),
  local: true,
  shorter: 0,
  unit: (unit: number): number => unit ^ key,
}));

/** XOR with one byte, and bytes changed by others or by their place. */
export const BYTE_KEYS: readonly Decoder[] = [
  ...XORS,
  ...RUNS.map(({ name, decode }) => ({ name, bits: 10, decode, local: true, shorter: 0 })),
];

/** Transforms with a key: kept only when they hit the source at once. */
export const KEYED: readonly Decoder[] = [...PLACES, ...SHIFTS, ...XORS];

/** The same and what is done to bytes: for printable bytes. */
export const PRINTABLE_KEYS: readonly Decoder[] = [...new Set([...KEYED, ...BYTE_KEYS])];
