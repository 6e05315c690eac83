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
  /** 1 for lengths in characters or in bytes of UTF-8 that some value has; null where not all values were looked at. */
  readonly lengths: Uint8Array | null;
}

/** Whether some source value is so many bytes long; null where that is not known. */
export function lengthsOf(lookup: Lookup): Uint8Array | null {
  return charactersOf(lookup)?.lengths ?? null;
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
  const lengths = new Uint8Array(3 * LONGEST);
  let all = columns.length === lookup.columns.length;
  for (const { column } of columns) {
    const own = new Int32Array(column.distinct);
    for (let code = 0; code < own.length; code++) {
      const text = column.text(code);
      own[code] = sumOf(text);
      let bytes = 0;
      for (let i = 0; i < Math.min(text.length, LONGEST); i++) {
        const unit = text.charCodeAt(i);
        alphabet[unit] = 1;
        bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3;
      }
      if (text.length >= LONGEST) all = false;
      lengths[text.length] = 1;
      lengths[bytes] = 1;
    }
    sums.add(own);
  }
  return { sums, alphabet, lengths: all ? lengths : null };
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
    if (decoder.local === true && !inAlphabet(text, bytes, decoder, source.alphabet)) return false;
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

/** A number as it is written in decimal digits. */
const NUMBER = /^-?\d+(?:\.\d+)?$/;
/** Numbers, other widths, codes of one form a character, and alphabets of customary codes, the narrow ones first. */
const WRITINGS: readonly ((text: string) => boolean)[] = [
  (text) => NUMBER.test(text),
  (text) => text.charCodeAt(0) > 127 && /^[\uff01-\uff5e\u3000]+$/.test(asUtf8(text) ?? ''),
  ...[
    /^(?:&#x?[0-9a-fA-F]+;)+$/,
    /^(?:[%=][0-9a-fA-F]{2})+$/,
    /^(?:\\u[0-9a-fA-F]{4})+$/,
    /^[0-9a-f]+$/,
    /^[0-9A-F]+$/,
    /^[A-Z2-7]+=*$/,
    /^[0-9a-z]+$/,
    /^[0-9A-Za-z]+$/,
    /^[0-9A-Za-z+/_-]+=*$/,
  ].map((pattern) => (text: string) => pattern.test(text)),
];
/** Of them those that texts of other alphabets are not turned into by changes of a few bits: the first. */
const NARROW = 8;
/** Mean characters of a text in a code, and characters of all texts, from which on they do not come by chance. */
const LEAST_CODE = 6;
const LEAST_CHARACTERS = 30;
/** Share of the samples, the shortest, that may be something else: what stands for a gap. */
const GAPS = 0.3;
const KEPT = 3;

/** A key under which all is written in one way. */
export interface Into {
  readonly decoder: Decoder;
  /** True where it is no chance. */
  readonly narrow: boolean;
}

/** Of keys those under which the samples, but for gaps, are numbers or texts of one customary code, the narrowest first. */
export function intoCodes(samples: readonly (string | null)[], keys: readonly Decoder[]): Into[] {
  const texts = samples.filter((text): text is string => text !== null && text.length <= LONGEST);
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  if (texts.length < 4 || length < LEAST_CHARACTERS) return [];
  texts.sort((a, b) => b.length - a.length);
  const last = length >= LEAST_CODE * texts.length ? WRITINGS.length : 1;
  const first = texts.every((text) => NUMBER.test(text)) ? 1 : 0;
  const found: { decoder: Decoder; rank: number }[] = [];
  for (const decoder of keys) {
    const rank = rankOf(texts, decoder, first, last);
    if (rank < last) found.push({ decoder, rank });
  }
  return found
    .sort((a, b) => a.rank - b.rank)
    .slice(0, KEPT)
    .map(({ decoder, rank }) => ({ decoder, narrow: rank < NARROW }));
}

/** False where the first bytes begin none of the writings: printable ASCII, or characters of three bytes. */
function beginsWriting(head: string | null): boolean {
  if (head === null) return false;
  const first = head.charCodeAt(0);
  if (first >= 0xe3 && first <= 0xef) return true;
  for (let i = 0; i < head.length; i++) {
    const unit = head.charCodeAt(i);
    if (unit < 37 || unit > 122) return false;
  }
  return true;
}

/** The first writing that a decoder's texts are in, but for gaps; `last` where they are in none. @param texts - the longest first */
function rankOf(texts: readonly string[], decoder: Decoder, first: number, last: number): number {
  let rank = first;
  let seen = '';
  if (decoder.local === true && !beginsWriting(decoder.decode((texts[0] as string).slice(0, 4)))) return last;
  for (const [i, text] of texts.entries()) {
    const out = decoder.decode(text);
    let own = rank;
    while (own < last && (out === null || !(WRITINGS[own] as (text: string) => boolean)(out))) own++;
    if (own < last) {
      rank = own;
      seen += out as string;
    } else if (i < (1 - GAPS) * texts.length) return last;
  }
  // One character over and over is in any alphabet.
  return seen.length >= LEAST_CHARACTERS && new Set(seen).size >= 4 ? rank : last;
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
