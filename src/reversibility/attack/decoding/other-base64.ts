/**
 * Base64 in other orders of its alphabet, and which of them surely make no text of some samples. See decoders.md.
 * @module
 */
import { asUtf8, fromBase64 } from './decode-bytes.js';
import type { Decoder } from './decoder-library.js';

const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const SMALL = CAPITALS.toLowerCase();
const DIGITS = '0123456789';
const BASE64 = `${CAPITALS}${SMALL}${DIGITS}+/`;

/** Base64 in another order of its alphabet; only what becomes text is taken, others are bytes of anything. */
function otherBase64(alphabet: string): (text: string) => string | null {
  const to = lettersOf(alphabet);
  const values = valuesOf(alphabet);
  return (text) => {
    // Numbers, which are most of what is asked, are no such text.
    if (text.length < 4 || text.length > 100_000 || !becomesText(text, values) || !/[A-Za-z]/.test(text)) return null;
    let own = '';
    for (const char of text) own += to.get(char) ?? char;
    const bytes = fromBase64(own);
    const plain = bytes === null ? null : asUtf8(bytes);
    return plain === null || /[\p{Cc}\p{Cn}\p{Co}]/u.test(plain) ? null : plain;
  };
}

/** False where digits of six bits are surely no UTF-8 without control characters; nearly all others end after a few bytes. */
function becomesText(text: string, values: Int16Array): boolean {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 61) end--;
  let buffer = 0;
  let held = 0;
  let open = 0;
  for (let i = 0; i < end; i++) {
    const char = text.charCodeAt(i);
    const value = char < 128 ? (values[char] as number) : -1;
    if (value < 0) return false;
    buffer = ((buffer << 6) | value) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    const byte = (buffer >> held) & 255;
    if (open > 0) {
      if (byte < 0x80 || byte > 0xbf) return false;
      open--;
    } else if (byte < 0x80) {
      if (byte < 0x20 || byte === 0x7f) return false;
    } else if (byte < 0xc2 || byte > 0xf4) return false;
    else open = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
  }
  return open === 0;
}

function turned(letters: string, by: number): string {
  return letters.slice(by) + letters.slice(0, by);
}

/** Customary other alphabets: cases exchanged, digits first, those of crypt and bcrypt, letters shifted. */
const ALPHABETS: readonly (readonly [string, string])[] = [
  ['swapped', `${SMALL}${CAPITALS}${DIGITS}+/`],
  ['digits-first', `${DIGITS}${CAPITALS}${SMALL}+/`],
  ['digits-small-first', `${DIGITS}${SMALL}${CAPITALS}+/`],
  ['crypt', `./${DIGITS}${CAPITALS}${SMALL}`],
  ['bcrypt', `./${CAPITALS}${SMALL}${DIGITS}`],
  ...Array.from({ length: 25 }, (_, i): [string, string] => [
    `shifted(${i + 1})`,
    `${turned(CAPITALS, i + 1)}${turned(SMALL, i + 1)}${DIGITS}+/`,
  ]),
  ...Array.from({ length: 51 }, (_, i): [string, string] => [
    `turned(${i + 1})`,
    `${turned(CAPITALS + SMALL, i + 1)}${DIGITS}+/`,
  ]),
];

/** The usual letter of each letter of an alphabet. */
function lettersOf(alphabet: string): Map<string, string> {
  return new Map(Array.from(alphabet, (char, i) => [char, BASE64[i] as string]));
}

/** Six bits of each character of ASCII; -1 where it has none. */
function valuesOf(alphabet: string): Int16Array {
  const to = lettersOf(alphabet);
  const values = new Int16Array(128).fill(-1);
  for (const char of new Set(`${BASE64}${alphabet}-_`)) {
    const usual = (to.get(char) ?? char).replace('-', '+').replace('_', '/');
    values[char.charCodeAt(0)] = BASE64.indexOf(usual);
  }
  return values;
}

/** The decoders of all alphabets. */
export const OTHER_BASE64: readonly Decoder[] = ALPHABETS.map(([name, alphabet], other) => ({
  name: `base64-${name}`,
  bits: 12,
  decode: otherBase64(alphabet),
  other,
}));

const WORDS: number = Math.ceil(ALPHABETS.length / 32);

let failing: Uint32Array | undefined;

/** By two characters of ASCII: bits of the alphabets in which they begin no text. */
function failingPairs(): Uint32Array {
  if (failing !== undefined) return failing;
  const bits = new Uint32Array((WORDS << 14) + WORDS).fill(0xffffffff);
  ALPHABETS.forEach(([, alphabet], other) => {
    const values = valuesOf(alphabet);
    for (let first = 0; first < 128; first++) {
      const high = values[first] as number;
      for (let second = 0; high >= 0 && second < 128; second++) {
        const low = values[second] as number;
        const byte = (high << 2) | (low >> 4);
        if (low < 0 || byte < 0x20 || (byte >= 0x7f && byte < 0xc2) || byte > 0xf4) continue;
        const at = WORDS * ((first << 7) | second) + (other >> 5);
        bits[at] = (bits[at] as number) & ~(1 << (other & 31));
      }
    }
  });
  failing = bits;
  return bits;
}

/** In which alphabets too many of some samples surely are no text: told by their first two characters, for all alphabets at once. */
export class OtherAlphabets {
  readonly #out: Uint32Array;

  /** @param most - samples that may fail: of more than two none is told */
  constructor(samples: readonly (string | null)[], most: number) {
    const pairs = failingPairs();
    const once = new Uint32Array(WORDS);
    const twice = new Uint32Array(WORDS);
    const more = new Uint32Array(WORDS);
    for (const text of samples) {
      const at = text === null ? NO_PAIR : pairOf(text);
      if (at < 0) continue;
      for (let word = 0; word < WORDS; word++) {
        const own = pairs[WORDS * at + word] as number;
        more[word] = (more[word] as number) | ((twice[word] as number) & own);
        twice[word] = (twice[word] as number) | ((once[word] as number) & own);
        once[word] = (once[word] as number) | own;
      }
    }
    this.#out = most === 0 ? once : most === 1 ? twice : most === 2 ? more : new Uint32Array(WORDS);
  }

  /** True where a decoder is that of an alphabet which is out. */
  excludes({ other }: Decoder): boolean {
    return other !== undefined && (((this.#out[other >> 5] as number) >>> (other & 31)) & 1) === 1;
  }
}

/** The place where all alphabets fail. */
const NO_PAIR = 1 << 14;

/** Place of a text's first two characters among the pairs; negative where they tell nothing. */
function pairOf(text: string): number {
  if (text.length < 4) return NO_PAIR;
  const first = text.charCodeAt(0);
  const second = text.charCodeAt(1);
  if (first === 61 || second === 61) return -1;
  return first > 127 || second > 127 ? NO_PAIR : (first << 7) | second;
}
