/**
 * Bytes that were changed by the byte before them or by their place, bits that were turned within each byte, bytes written as
 * one whole number, and single values pickled: each undone without a key.
 *
 * Pickle: Python `pickletools`, protocols 0 to 5 (opcodes of numbers and short texts); the others are customary home-made masks.
 * @module
 */

import { asUtf8 } from './decode-bytes.js';

type Change = (byte: number, before: number, place: number) => number;

function eachByte(plain: Change, before: 'coded' | 'plain'): (text: string) => string | null {
  return (text) => {
    let out = '';
    let last = 0;
    for (let i = 0; i < text.length; i++) {
      const byte = text.charCodeAt(i);
      if (byte > 255) return null;
      const own = plain(byte, last, i) & 255;
      out += String.fromCharCode(own);
      last = before === 'coded' ? byte : own;
    }
    return out;
  };
}

function turned(byte: number, by: number): number {
  return (byte << by) | (byte >> (8 - by));
}

function mirrored(byte: number): number {
  let out = 0;
  for (let bit = 0; bit < 8; bit++) out |= ((byte >> bit) & 1) << (7 - bit);
  return out;
}

/** Name and inverse of each change of bytes. */
export const RUNS: readonly { readonly name: string; readonly decode: (text: string) => string | null }[] = [
  { name: 'xor-before', decode: eachByte((byte, before) => byte ^ before, 'plain') },
  { name: 'xor-chain', decode: eachByte((byte, before) => byte ^ before, 'coded') },
  { name: 'sum-before', decode: eachByte((byte, before) => byte + before, 'plain') },
  { name: 'sum-chain', decode: eachByte((byte, before) => byte - before, 'coded') },
  { name: 'minus-place', decode: eachByte((byte, _, place) => byte - place, 'plain') },
  { name: 'minus-place(1)', decode: eachByte((byte, _, place) => byte - place - 1, 'plain') },
  { name: 'plus-place', decode: eachByte((byte, _, place) => byte + place, 'plain') },
  { name: 'xor-place', decode: eachByte((byte, _, place) => byte ^ place, 'plain') },
  { name: 'xor-place(1)', decode: eachByte((byte, _, place) => byte ^ (place + 1), 'plain') },
  { name: 'mirror-bits', decode: eachByte((byte) => mirrored(byte), 'plain') },
  ...[1, 2, 3, 4, 5, 6, 7].map((by) => ({
    name: `turn-bits(${by})`,
    decode: eachByte((byte) => turned(byte, by), 'plain'),
  })),
];

/** Digits below which a whole number is not read as bytes: two bytes are five digits. */
const LEAST_DIGITS = 5;
const MOST_DIGITS = 1200;

/** A whole number to the text whose bytes it is in base 256, most significant first or, `little`, last. */
export function fromWholeNumber(little: boolean): (text: string) => string | null {
  return (text) => {
    if (text.length < LEAST_DIGITS || text.length > MOST_DIGITS || !/^[1-9]\d+$/.test(text)) return null;
    const hex = BigInt(text).toString(16);
    const even = hex.length % 2 === 0 ? hex : `0${hex}`;
    const bytes: string[] = [];
    for (let i = 0; i < even.length; i += 2) bytes.push(String.fromCharCode(Number.parseInt(even.slice(i, i + 2), 16)));
    const plain = asUtf8((little ? bytes.reverse() : bytes).join(''));
    return plain === null || /[\p{Cc}\p{Cn}\p{Co}]/u.test(plain) ? null : plain;
  };
}

/** Unsigned whole number of bytes, least significant first. */
function whole(bytes: string): bigint {
  let sum = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) sum = sum * 256n + BigInt(bytes.charCodeAt(i));
  return sum;
}

/** Bytes of whole numbers by opcode: K and M are unsigned, J is signed. */
const SIZES: ReadonlyMap<string | undefined, number> = new Map([
  ['K', 1],
  ['M', 2],
  ['J', 4],
]);

/** One pickled number or text; texts as their UTF-8 bytes. */
export function fromPickle(text: string): string | null {
  if (text.length < 3 || !text.endsWith('.')) return null;
  let at = text.startsWith('\x80') ? 2 : 0;
  if (text[at] === '\x95') at += 9;
  // What is remembered for later (MEMOIZE, BINPUT, PUT) changes nothing.
  const code = text[at];
  const own = text.slice(at + 1, -1);
  const size = SIZES.get(code);
  if (size !== undefined) {
    if (own.length !== size) return null;
    return (code === 'J' ? BigInt.asIntN(32, whole(own)) : whole(own)).toString();
  }
  if (code === '\x8a') {
    const length = own.charCodeAt(0);
    return own.length === length + 1 ? BigInt.asIntN(8 * length, whole(own.slice(1))).toString() : null;
  }
  if (code === 'G' && own.length === 8) {
    const bytes = Uint8Array.from(own, (char) => char.charCodeAt(0));
    return String(new DataView(bytes.buffer).getFloat64(0));
  }
  if (code === 'I' || code === 'L' || code === 'F') {
    return /^-?[\d.e+-]+L?\n$/.test(own) ? own.replace(/L?\n$/, '') : null;
  }
  const length = code === '\x8c' ? own.charCodeAt(0) : code === 'X' ? Number(whole(own.slice(0, 4))) : -1;
  const from = code === '\x8c' ? 1 : 4;
  const rest = own.slice(from + length);
  const remembered = rest === '' || rest === '\x94' || /^(?:q[\s\S]|p\d+\n)$/.test(rest);
  return length > 0 && own.length >= from + length && remembered ? own.slice(from, from + length) : null;
}
