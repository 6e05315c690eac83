/**
 * Cells that carry their own key: bytes masked by the first or the last bytes of the cell, digits moved by the first or last digit;
 * and the one-byte key that a customary beginning gives away. Undone without knowledge of any other cell. See decoders.md.
 *
 * A key sent with what it hides is no key (Kerckhoffs, "La cryptographie militaire", 1883); cribs of file signatures as usual in
 * the analysis of masked files.
 * @module
 */
import type { Decoder } from './decoder-library.js';

const KEY_LENGTHS = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 24, 32];

type Undo = (byte: number, key: number) => number;

function masked(length: number, last: boolean, undo: Undo): (text: string) => string | null {
  return (text) => {
    const body = text.length - length;
    if (body < 1) return null;
    const keyAt = last ? body : 0;
    const bodyAt = last ? 0 : length;
    let out = '';
    for (let i = 0; i < body; i++) {
      const byte = text.charCodeAt(bodyAt + i);
      if (byte > 255) return null;
      out += String.fromCharCode(undo(byte, text.charCodeAt(keyAt + (i % length))) & 255);
    }
    return out;
  };
}

const UNDO: readonly (readonly [name: string, undo: Undo])[] = [
  ['xor', (byte, key) => byte ^ key],
  ['minus', (byte, key) => byte - key],
];

/** Bytes masked by a key that the cell begins or ends with. */
export const OWN_KEYS: readonly Decoder[] = UNDO.flatMap(([name, undo]) =>
  KEY_LENGTHS.flatMap((length) =>
    [false, true].map((last) => ({
      name: `${name}-own(${last ? -length : length})`,
      bits: 11,
      shorter: length,
      decode: masked(length, last, undo),
    })),
  ),
);

function byDigit(last: boolean, sign: number): (text: string) => string | null {
  return (text) => {
    const key = last ? text.charCodeAt(text.length - 1) - 48 : text.charCodeAt(0) - 48;
    if (text.length < 5 || !(key >= 0 && key <= 9)) return null;
    const body = last ? text.slice(0, -1) : text.slice(1);
    return body.replace(/\d/g, (digit) => String((Number(digit) + sign * key + 10) % 10));
  };
}

/** Digits moved by the first or the last of them. */
export const OWN_SHIFTS: readonly Decoder[] = [false, true].flatMap((last) =>
  [-1, 1].map((sign) => ({
    name: `shift-own(${last ? 'last' : 'first'}${sign < 0 ? '-' : '+'})`,
    bits: 11,
    decode: byDigit(last, sign),
  })),
);

/** First bytes of what may stand behind a mask: compressed data, archives, JSON. */
const BEGINNINGS: readonly (readonly [first: number, fits: (second: number) => boolean])[] = [
  [0x78, (second) => (0x7800 + second) % 31 === 0],
  [0x1f, (second) => second === 0x8b],
  [0x50, (second) => second === 0x4b],
  [0x42, (second) => second === 0x5a],
  [0x7b, (second) => second === 0x22],
  [0x5b, (second) => second === 0x22 || second === 0x7b || second === 0x5b],
];
const LEAST_BYTES = 8;

/** The one-byte key under which all samples begin as a customary format does; null where none does, or no key is needed. */
export function keyByBeginning(samples: readonly (string | null)[]): number | null {
  const texts = samples.filter((text): text is string => text !== null);
  if (texts.length < 2 || texts.some((text) => text.length < LEAST_BYTES)) return null;
  const first = texts[0] as string;
  for (const [byte, fits] of BEGINNINGS) {
    const key = first.charCodeAt(0) ^ byte;
    if (key === 0 || key > 255) continue;
    if (texts.every((text) => text[0] === first[0] && fits(text.charCodeAt(1) ^ key))) return key;
  }
  return null;
}

/** How documents in cells begin and end. */
const DOCUMENTS: Readonly<Record<string, string>> = { '{': '}', '[': ']', '<': '>' };
const LEAST_DOCUMENTS = 3;

/** True when a decoder makes of every sample what begins and ends as a document does: such a key hits no value of the source. */
export function opensDocuments(samples: readonly (string | null)[], decoder: Decoder): boolean {
  let seen = 0;
  for (const text of samples) {
    if (text === null) continue;
    if (text.length < LEAST_BYTES) return false;
    const out = decoder.decode(text);
    const end = out === null ? undefined : DOCUMENTS[out[0] as string];
    if (out === null || end === undefined || !out.endsWith(end)) return false;
    if (++seen >= 2 * LEAST_DOCUMENTS) break;
  }
  return seen >= LEAST_DOCUMENTS;
}
