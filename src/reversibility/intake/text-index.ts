/**
 * Code of a text, by open addressing over 32-bit hashes: an eighth of the memory of a Map at a million values.
 *
 * Hash: FNV-1a over UTF-16 units (draft-eastlake-fnv-21, section 2), finished by the mixer of MurmurHash3; equality is always
 * checked on the texts themselves. Of long texts only the ends are hashed, so a cell of a gigabyte costs no more than a short one.
 * @module
 */

import { PackedTexts, type Texts } from './packed-texts.js';

const HEAD = 256;
const TAIL = 64;

/** 32-bit hash of a text. */
export function hashText(text: string): number {
  const length = text.length;
  let hash = 0x811c9dc5 ^ length;
  const head = Math.min(length, HEAD);
  for (let i = 0; i < head; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  if (length > HEAD) {
    for (let i = length - TAIL; i < length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return mixed(hash);
}

/** {@link hashText} of the text that these UTF-16 units make. */
export function hashUnits(units: ArrayLike<number>, length: number): number {
  let hash = 0x811c9dc5 ^ length;
  const head = Math.min(length, HEAD);
  for (let i = 0; i < head; i++) hash = Math.imul(hash ^ (units[i] as number), 0x01000193);
  if (length > HEAD) {
    for (let i = length - TAIL; i < length; i++) hash = Math.imul(hash ^ (units[i] as number), 0x01000193);
  }
  return mixed(hash);
}

/** Units of a text of which each counts in its hash. */
export const HASHED_WHOLE: number = HEAD;

/** {@link hashUnits} unit by unit, of at most {@link HASHED_WHOLE} units: before the first of so many. */
export function hashStart(length: number): number {
  return 0x811c9dc5 ^ length;
}

/** As {@link hashStart}: with one more unit. */
export function hashNext(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193);
}

/** As {@link hashStart}: after the last one. */
export function hashEnd(hash: number): number {
  return mixed(hash);
}

function mixed(hash: number): number {
  let own = hash ^ (hash >>> 16);
  own = Math.imul(own, 0x85ebca6b);
  own ^= own >>> 13;
  own = Math.imul(own, 0xc2b2ae35);
  return own ^ (own >>> 16);
}

/** The codes of a list of texts; of equal texts the first. */
export class TextIndex {
  readonly #values: readonly string[];
  /** Instead of the values: texts as bytes. */
  readonly #packed: PackedTexts | null;
  readonly #slots: Int32Array;
  readonly #hashes: Int32Array;

  /** @param hashes - {@link hashText} of each text, where it is known */
  constructor(texts: Texts, hashes?: Int32Array) {
    this.#packed = texts instanceof PackedTexts ? texts : null;
    this.#values = texts instanceof PackedTexts ? [] : texts;
    this.#hashes = hashes ?? hashTexts(texts);
    let capacity = 8;
    while (capacity < 2 * this.#hashes.length) capacity *= 2;
    this.#slots = new Int32Array(capacity).fill(-1);
    if (this.#packed === null) fill(this.#values, this.#slots, this.#hashes);
    else fillDifferent(this.#slots, this.#hashes);
  }

  /** Code of a text, or undefined. */
  get(text: string): number | undefined {
    const code = this.#find(text, hashText(text));
    return code < 0 ? undefined : code;
  }

  /** Code of each of these texts, or what stands for none. @param hashes - {@link hashText} of each */
  codesOf(texts: Texts, hashes: Int32Array, none: number): Int32Array {
    const codes = new Int32Array(hashes.length);
    const packed = texts instanceof PackedTexts ? texts : null;
    for (let i = 0; i < codes.length; i++) {
      const hash = hashes[i] as number;
      // Most texts of strangers are in no list, and need not be made.
      const text =
        packed === null ? ((texts as readonly string[])[i] as string) : this.meets(hash) ? packed.at(i) : null;
      const code = text === null ? -1 : this.#find(text, hash);
      codes[i] = code < 0 ? none : code;
    }
    return codes;
  }

  /** True when a text is there. @param hash - {@link hashText} of it, where it is known */
  has(text: string, hash: number = hashText(text)): boolean {
    return this.#find(text, hash) >= 0;
  }

  /** Calls back with the hash of every text. */
  hashes(): Int32Array {
    return this.#hashes;
  }

  /** False when no text has this hash. */
  meets(hash: number): boolean {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hash & mask; (slots[slot] as number) >= 0; slot = (slot + 1) & mask)
      if (this.#hashes[slots[slot] as number] === hash) return true;
    return false;
  }

  #find(text: string, hash: number): number {
    const packed = this.#packed;
    if (packed === null) return find(this.#values, this.#slots, this.#hashes, text, hash);
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const code = slots[slot] as number;
      if (code < 0 || (this.#hashes[code] === hash && packed.at(code) === text)) return code;
    }
  }
}

/** {@link hashText} of each text. */
export function hashTexts(texts: Texts): Int32Array {
  if (texts instanceof PackedTexts) return hashPacked(texts);
  const hashes = new Int32Array(texts.length);
  for (let i = 0; i < hashes.length; i++) hashes[i] = hashText(texts[i] as string);
  return hashes;
}

function hashPacked(texts: PackedTexts): Int32Array {
  const { bytes, starts, ends, ascii } = texts;
  const hashes = new Int32Array(texts.size);
  for (let code = 0; code < hashes.length; code++)
    hashes[code] = ascii ? hashBytes(bytes, starts[code] as number, ends[code] as number) : hashText(texts.at(code));
  return hashes;
}

/** {@link hashText} of ASCII. */
export function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from;
  let hash = 0x811c9dc5 ^ length;
  const head = Math.min(to, from + HEAD);
  for (let i = from; i < head; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  if (length > HEAD) {
    for (let i = to - TAIL; i < to; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  }
  return mixed(hash);
}

/** Texts as bytes are different as a rule: of equal ones the first is met first. */
function fillDifferent(slots: Int32Array, hashes: Int32Array): void {
  const mask = slots.length - 1;
  for (let code = 0; code < hashes.length; code++) {
    let slot = (hashes[code] as number) & mask;
    while ((slots[slot] as number) >= 0) slot = (slot + 1) & mask;
    slots[slot] = code;
  }
}

function fill(values: readonly string[], slots: Int32Array, hashes: Int32Array): void {
  const mask = slots.length - 1;
  for (let code = 0; code < hashes.length; code++) {
    const text = values[code] as string;
    const hash = hashes[code] as number;
    let slot = hash & mask;
    for (;;) {
      const other = slots[slot] as number;
      if (other < 0) {
        slots[slot] = code;
        break;
      }
      if (hashes[other] === hash && values[other] === text) break;
      slot = (slot + 1) & mask;
    }
  }
}

function find(values: readonly string[], slots: Int32Array, hashes: Int32Array, text: string, hash: number): number {
  const mask = slots.length - 1;
  let slot = hash & mask;
  for (;;) {
    const code = slots[slot] as number;
    if (code < 0 || (hashes[code] === hash && values[code] === text)) return code;
    slot = (slot + 1) & mask;
  }
}

/** Hashes of many texts as bits: no false "no", one false "yes" in about a hundred. */
export class HashSketch {
  readonly #bits: Uint32Array;

  constructor(texts: number) {
    let words = 64;
    while (words * 2 < texts) words *= 2;
    this.#bits = new Uint32Array(words);
  }

  /** Adds a list of hashes. */
  add(hashes: Int32Array): void {
    addBits(this.#bits, hashes);
  }

  /** False when no text of this hash was added. */
  maybe(hash: number): boolean {
    const bits = this.#bits;
    const mask = bits.length - 1;
    if ((((bits[(hash >>> 5) & mask] as number) >>> (hash & 31)) & 1) === 0) return false;
    const second = secondOf(hash);
    return (((bits[(second >>> 5) & mask] as number) >>> (second & 31)) & 1) === 1;
  }
}

/** A second hash of a hash: its lower bits, too, hang on all of the first one's, so that they tell more than those alone. */
function secondOf(hash: number): number {
  const own = Math.imul(hash ^ (hash >>> 15), 0x9e3779b1);
  return own ^ (own >>> 15);
}

function addBits(bits: Uint32Array, hashes: Int32Array): void {
  const mask = bits.length - 1;
  for (let i = 0; i < hashes.length; i++) {
    const hash = hashes[i] as number;
    const at = (hash >>> 5) & mask;
    bits[at] = ((bits[at] as number) | (1 << (hash & 31))) >>> 0;
    const second = secondOf(hash);
    const other = (second >>> 5) & mask;
    bits[other] = ((bits[other] as number) | (1 << (second & 31))) >>> 0;
  }
}
