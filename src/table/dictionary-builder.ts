/**
 * Interning kernel: byte ranges to dense codes in order of first occurrence, without making JavaScript strings.
 *
 * Open addressing with linear probing over (hash, code + 1) pairs in one Int32Array, load at most 1/2; the hash is
 * FNV-1a (Fowler, Noll, Vo; draft-eastlake-fnv) from a seed drawn per process, then the finaliser of MurmurHash3, so that
 * a file cannot be prepared to collide. Equality is decided by the bytes, never by the hash.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { Dictionary } from './dictionary.js';
import { hasReplacementCharacter, isWellFormedUtf8 } from './utf8.js';

/** Start value of {@link hashBytes}; differs from process to process. */
export const HASH_SEED: number = globalThis.crypto.getRandomValues(new Int32Array(1))[0] as number;

/** Multiplier of FNV-1a, 32 bits. */
export const HASH_PRIME = 0x01000193;

/** Largest number of bytes a dictionary may hold. */
export const DICTIONARY_BYTE_LIMIT: number = 2 ** 31 - 1;

/** What {@link DictionaryBuilder.intern} returns for bytes that are not well-formed UTF-8. */
export const NOT_UTF8 = -2;

/** What {@link DictionaryBuilder.intern} returns when the dictionary is full. */
export const DICTIONARY_FULL = -3;

/** FNV-1a of a byte range from {@link HASH_SEED}. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = HASH_SEED;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), HASH_PRIME);
  return hash;
}

/** Growing dictionary: gives every distinct byte string a code, in order of first occurrence. */
export class DictionaryBuilder {
  /** Number of distinct values so far. */
  size = 0;
  /** Cells with U+FFFD are refused like wrong bytes (set when the text was converted from another encoding). */
  readonly refuseReplacement: boolean;
  #slots: Int32Array = new Int32Array(128);
  #mask = 63;
  #offsets: Uint32Array = new Uint32Array(65);
  #bytes: Uint8Array = new Uint8Array(512);
  #used = 0;

  constructor(refuseReplacement = false) {
    this.refuseReplacement = refuseReplacement;
  }

  /** Bytes held by the values so far. */
  get byteLength(): number {
    return this.#used;
  }

  /**
   * Code of `source[start, end)`, new if it was not seen before.
   *
   * @param hash what {@link hashBytes} gives for the range (callers fuse it into their scan)
   * @param high bitwise or of the bytes; below 128 means ASCII, and no validation is needed
   * @returns the code, {@link NOT_UTF8} for wrong bytes (nothing is added), {@link DICTIONARY_FULL} beyond the limit
   */
  intern(source: Uint8Array, start: number, end: number, hash: number, high: number): number {
    let mixed = hash ^ (hash >>> 16);
    mixed = Math.imul(mixed, 0x85ebca6b);
    mixed ^= mixed >>> 13;
    mixed = Math.imul(mixed, 0xc2b2ae35);
    mixed ^= mixed >>> 16;
    const slots = this.#slots;
    const mask = this.#mask;
    const offsets = this.#offsets;
    const bytes = this.#bytes;
    const length = end - start;
    let slot = mixed & mask;
    for (;;) {
      const entry = slots[2 * slot + 1] as number;
      if (entry === 0) break;
      if (slots[2 * slot] === mixed) {
        const from = offsets[entry - 1] as number;
        if ((offsets[entry] as number) - from === length) {
          let i = 0;
          while (i < length && bytes[from + i] === source[start + i]) i++;
          if (i === length) return entry - 1;
        }
      }
      slot = (slot + 1) & mask;
    }
    if (high >= 128) {
      if (!isWellFormedUtf8(source, start, end)) return NOT_UTF8;
      if (this.refuseReplacement && hasReplacementCharacter(source, start, end)) return NOT_UTF8;
    }
    return this.#insert(source, start, end, mixed, slot);
  }

  #insert(source: Uint8Array, start: number, end: number, mixed: number, slot: number): number {
    const length = end - start;
    const used = this.#used;
    if (used + length > DICTIONARY_BYTE_LIMIT) return DICTIONARY_FULL;
    if (used + length > this.#bytes.length) this.#growBytes(used + length);
    const bytes = this.#bytes;
    if (length < 32) for (let i = 0; i < length; i++) bytes[used + i] = source[start + i] as number;
    else bytes.set(source.subarray(start, end), used);
    this.#used = used + length;
    const code = this.size++;
    if (code + 1 === this.#offsets.length) {
      const offsets = new Uint32Array(this.#offsets.length * 2 - 1);
      offsets.set(this.#offsets);
      this.#offsets = offsets;
    }
    this.#offsets[code + 1] = used + length;
    this.#slots[2 * slot] = mixed;
    this.#slots[2 * slot + 1] = code + 1;
    if (this.size * 2 > this.#mask) this.#growSlots();
    return code;
  }

  #growBytes(needed: number): void {
    const bytes = new Uint8Array(Math.min(DICTIONARY_BYTE_LIMIT, Math.max(needed, this.#bytes.length * 2)));
    bytes.set(this.#bytes.subarray(0, this.#used));
    this.#bytes = bytes;
  }

  #growSlots(): void {
    const old = this.#slots;
    const mask = this.#mask * 2 + 1;
    const slots = new Int32Array(2 * (mask + 1));
    for (let i = 0; i < old.length; i += 2) {
      if (old[i + 1] === 0) continue;
      let slot = (old[i] as number) & mask;
      while (slots[2 * slot + 1] !== 0) slot = (slot + 1) & mask;
      slots[2 * slot] = old[i] as number;
      slots[2 * slot + 1] = old[i + 1] as number;
    }
    this.#slots = slots;
    this.#mask = mask;
  }

  /** Offsets of the values so far, for reading only; `size + 1` of them count. */
  get offsets(): Uint32Array {
    return this.#offsets;
  }

  /** Bytes of the values so far, for reading only. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The dictionary; the builder must not be used afterwards. @throws SCRIM_TABLE_SHAPE never by itself */
  finish(): Dictionary {
    const dictionary = new Dictionary(
      this.size,
      this.#offsets.slice(0, this.size + 1),
      this.#bytes.length > this.#used * 1.25 + 64
        ? this.#bytes.slice(0, this.#used)
        : this.#bytes.subarray(0, this.#used),
    );
    this.#slots = new Int32Array(128);
    this.#mask = 63;
    return dictionary;
  }
}

/** Interns a string: for small inputs and tests. @throws SCRIM_TABLE_TOO_LARGE */
export function internString(builder: DictionaryBuilder, text: string, encoder: TextEncoder): number {
  const bytes = encoder.encode(text);
  const code = builder.intern(bytes, 0, bytes.length, hashBytes(bytes, 0, bytes.length), 0);
  if (code === DICTIONARY_FULL)
    throw new ScrimError('SCRIM_TABLE_TOO_LARGE', { what: 'a dictionary', limit: DICTIONARY_BYTE_LIMIT });
  return code;
}
