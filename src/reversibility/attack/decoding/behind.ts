/**
 * Whether a guessed key leads on although no source value appears at once: what it makes of the product are source values with
 * their characters in other places, or texts in a customary code. See decoders.md.
 *
 * An exchange of places keeps the characters of a text (Friedman, "Military Cryptanalysis", part I, section 4: uniliteral
 * frequencies survive transposition), so the sum of a hash over characters finds its original among all values at once.
 * @module
 */
import type { Lookup } from '../../intake/lookup.js';
import { HashSketch } from '../../intake/text-index.js';
import { asUtf8 } from './decode-bytes.js';
import type { Decoder } from './decoder-library.js';

/** Columns of more values, and values in all, that are not indexed. */
const MOST_VALUES = 60_000;
const MOST_IN_ALL = 400_000;
/** Mean length from which on few values share their characters. */
const TELLING = 5;
const LONGEST = 200;
const NEEDED = 0.85;

/** The characters of the source and their sums by value; null for sources too large. */
interface Characters {
  readonly sums: HashSketch;
  readonly alphabet: Uint8Array;
}

const known = new WeakMap<Lookup, Characters | null>();

function charactersOf(lookup: Lookup): Characters | null {
  let own = known.get(lookup);
  if (own === undefined) {
    own = collect(lookup);
    known.set(lookup, own);
  }
  return own;
}

function collect(lookup: Lookup): Characters | null {
  const columns = lookup.columns.filter(({ column }) => column.distinct <= MOST_VALUES);
  const size = columns.reduce((sum, { column }) => sum + column.distinct, 0);
  if (size === 0 || size > MOST_IN_ALL) return null;
  const sums = new HashSketch(size);
  const alphabet = new Uint8Array(65_536);
  for (const { column } of columns) {
    const own = new Int32Array(column.distinct);
    for (let code = 0; code < own.length; code++) {
      const text = column.text(code);
      own[code] = sumOf(text);
      for (let i = 0; i < Math.min(text.length, LONGEST); i++) alphabet[text.charCodeAt(i)] = 1;
    }
    sums.add(own);
  }
  return { sums, alphabet };
}

/** A hash of the characters of a text, whatever their order. */
function sumOf(text: string): number {
  let sum = text.length;
  for (let i = 0; i < text.length; i++) {
    let own = Math.imul(text.charCodeAt(i) + 0x51ed27, 0x85ebca6b);
    own ^= own >>> 15;
    own = Math.imul(own, 0xc2b2ae35);
    sum = (sum + (own ^ (own >>> 13))) | 0;
  }
  sum = Math.imul(sum ^ (sum >>> 16), 0x27d4eb2f);
  return sum ^ (sum >>> 15);
}

/** True when a decoder makes of the samples source values with their characters in other places. */
export function rearranges(
  samples: readonly (string | null)[],
  bytes: boolean,
  decoder: Decoder,
  lookup: Lookup,
): boolean {
  const source = charactersOf(lookup);
  if (source === null) return false;
  let asked = 0;
  let hits = 0;
  let length = 0;
  for (const text of samples) {
    if (text === null || text.length > LONGEST || text.length < 3) continue;
    if (!inAlphabet(text, bytes, decoder, source.alphabet)) return false;
    const out = decoder.decode(text);
    const plain = out === null || !bytes ? out : asUtf8(out);
    asked++;
    if (plain !== null && plain !== text && source.sums.maybe(sumOf(plain))) {
      hits++;
      length += plain.length;
    }
    if (hits < NEEDED * asked - 1) return false;
  }
  return asked >= 6 && hits >= NEEDED * asked && length >= TELLING * hits;
}

/** True when nearly all samples, none of them short, have the characters of source values, whatever their order. */
export function sharesCharacters(samples: readonly string[], lookup: Lookup): boolean {
  const length = samples.reduce((sum, text) => sum + text.length, 0);
  if (samples.length < 6 || length < 8 * samples.length) return false;
  const source = charactersOf(lookup);
  if (source === null) return false;
  let hits = 0;
  samples.forEach((text) => {
    if (source.sums.maybe(sumOf(text))) hits++;
  });
  return hits >= NEEDED * samples.length;
}

/** False when the first characters become characters that no source value has. */
function inAlphabet(text: string, bytes: boolean, decoder: Decoder, alphabet: Uint8Array): boolean {
  const head = text.slice(0, 4);
  if (/[\ud800-\udfff]/.test(head)) return true;
  const out = decoder.decode(head);
  if (out === null) return false;
  for (let i = 0; i < out.length; i++) {
    const code = out.charCodeAt(i);
    if (alphabet[code] === 0 && !(bytes && code > 127)) return false;
  }
  return true;
}

/** Alphabets of customary codes, the narrow ones first. */
const ALPHABETS: readonly RegExp[] = [
  /^[0-9a-f]+$/,
  /^[0-9A-F]+$/,
  /^[A-Z2-7]+=*$/,
  /^[0-9a-z]+$/,
  /^[0-9A-Za-z]+$/,
  /^[0-9A-Za-z+/_-]+=*$/,
];
const KEPT = 3;

/** Of one-byte keys those under which all samples are texts of one customary code, the narrowest codes first. */
export function intoCodes(samples: readonly (string | null)[], keys: readonly Decoder[]): Decoder[] {
  const texts = samples.filter((text): text is string => text !== null && text.length <= LONGEST);
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  if (texts.length < 4 || length < 6 * texts.length) return [];
  const found: { decoder: Decoder; rank: number }[] = [];
  for (const decoder of keys) {
    let rank = 0;
    for (const text of texts) {
      const out = decoder.decode(text);
      while (rank < ALPHABETS.length && (out === null || !(ALPHABETS[rank] as RegExp).test(out))) rank++;
      if (rank === ALPHABETS.length) break;
    }
    if (rank < ALPHABETS.length) found.push({ decoder, rank });
  }
  return found
    .sort((a, b) => a.rank - b.rank)
    .slice(0, KEPT)
    .map(({ decoder }) => decoder);
}

/** True when a decoder's output, read as one of the codes, stands in the source. */
export function hitsBehind(
  samples: readonly (string | null)[],
  decoder: Decoder,
  codes: readonly Decoder[],
  lookup: Lookup,
): boolean {
  let asked = 0;
  for (const text of samples) {
    if (text === null || text.length > LONGEST || text.length < 4) continue;
    if (++asked > 3) return false;
    const out = decoder.decode(text);
    if (out === null || out === text) continue;
    for (const code of codes) {
      const plain = code.decode(out);
      if (plain === null) continue;
      const read = code.bytes === true ? asUtf8(plain) : plain;
      if (read !== null && read.length > 2 && lookup.holds(read)) return true;
    }
  }
  return false;
}
