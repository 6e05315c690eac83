/**
 * The first 64 bits of digests: what most digests are turned away by, without being written or kept as texts. See hashes.md.
 * @module
 */

/** Hex digits of a head. */
export const HEAD_DIGITS = 16;

/** Two words of 32 bits. */
export type Head = Int32Array;

/** Words of 32 bits that are kept of a digest: its first three and its last two. */
export const KEPT_WORDS = 5;

/**
 * Where among the kept words the 64 bits stand that a cut digest begins or ends with: those of the digest itself, those behind its
 * first word (eight hex digits), its last ones.
 */
export const PLACE = { first: 0, middle: 1, last: 3 } as const;

/** One of {@link PLACE}. */
export type Place = (typeof PLACE)[keyof typeof PLACE];

const HEX = digitsOf('0123456789abcdef', 'ABCDEF', 10);
const BASE64 = digitsOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', '-_', 62);

/** Value of each character; -1 for others. @param also - other forms of the digits from `from` on */
function digitsOf(alphabet: string, also: string, from: number): Int8Array {
  const table = new Int8Array(128).fill(-1);
  for (let i = 0; i < alphabet.length; i++) table[alphabet.charCodeAt(i)] = i;
  for (let i = 0; i < also.length; i++) table[also.charCodeAt(i)] = from + i;
  return table;
}

function valueAt(table: Int8Array, text: string, at: number): number {
  const code = at < text.length ? text.charCodeAt(at) : 128;
  return code < 128 ? (table[code] as number) : -1;
}

function hexWord(text: string, from: number): number {
  let word = 0;
  for (let at = from; at < from + 8; at++) {
    const digit = valueAt(HEX, text, at);
    if (digit < 0) return Number.NaN;
    word = (word << 4) | digit;
  }
  return word;
}

function put(head: Head, first: number, second: number): boolean {
  head[0] = first;
  head[1] = second;
  return !Number.isNaN(first) && !Number.isNaN(second);
}

/** The head of hex digits in either case; false where there are fewer. */
export function hexHead(text: string, head: Head): boolean {
  return put(head, hexWord(text, 0), hexWord(text, 8));
}

/** As {@link hexHead}, of the last digits. */
export function hexTail(text: string, head: Head): boolean {
  const from = text.length - HEAD_DIGITS;
  return from >= 0 && put(head, hexWord(text, from), hexWord(text, from + 8));
}

/** Writes the {@link KEPT_WORDS} of a digest in hex digits; those that a short one has not are 0. @param at - of the first of them */
export function keepWords(hex: string, kept: Int32Array, at: number): void {
  for (let i = 0; i < 3; i++) kept[at + i] = hexWord(hex, 8 * i);
  const tail = hex.length - HEAD_DIGITS;
  kept[at + 3] = tail < 0 ? 0 : hexWord(hex, tail);
  kept[at + 4] = tail < 0 ? 0 : hexWord(hex, tail + 8);
}

/** As {@link hexHead}, of a UUID. */
export function uuidHead(text: string, head: Head): boolean {
  return hexHead(text.slice(0, 18).replaceAll('-', ''), head);
}

/** As {@link hexHead}, of base64 or base64url. */
export function base64Head(text: string, head: Head): boolean {
  let first = 0;
  let second = 0;
  for (let at = 0; at < 11; at++) {
    const digit = valueAt(BASE64, text, at);
    if (digit < 0) return false;
    // Digits 0 to 4 and two bits of the sixth are the first word; of the last one two bits go beyond.
    if (at < 5) first = (first << 6) | digit;
    else if (at === 5) {
      first = (first << 2) | (digit >> 4);
      second = digit & 15;
    } else second = at < 10 ? (second << 6) | digit : (second << 4) | (digit >> 2);
  }
  return put(head, first, second);
}

/** Heads up to which they are kept as they are; of more only some bits are. */
const MOST_KEPT = 1 << 21;

/** A set of heads: no false "no", and false "yes" only where there are millions, in one of fifty thousand. */
export class HeadSet {
  readonly #words: Int32Array;
  readonly #used: Uint8Array;
  readonly #mask: number;
  /** Of many heads: blocks of eight words, in each of which a head sets one bit (Putze, Sanders and Singler, 2007, section 3). */
  readonly #blocks: Uint32Array | null;

  /**
   * @param most - heads that are added at most
   * @param kept - of more heads only some bits are kept
   */
  constructor(most: number, kept: number = MOST_KEPT) {
    let capacity = 64;
    while (capacity < (most > kept ? most / 8 : 2 * most)) capacity *= 2;
    this.#blocks = most > kept ? new Uint32Array(8 * capacity) : null;
    this.#words = new Int32Array(most > kept ? 0 : 2 * capacity);
    this.#used = new Uint8Array(most > kept ? 0 : capacity);
    this.#mask = capacity - 1;
  }

  #find(first: number, second: number): number {
    const words = this.#words;
    let slot = spread(first, second) & this.#mask;
    while (this.#used[slot] === 1 && (words[2 * slot] !== first || words[2 * slot + 1] !== second))
      slot = (slot + 1) & this.#mask;
    return slot;
  }

  add(head: Head): void {
    const [first, second] = [head[0] as number, head[1] as number];
    if (this.#blocks !== null) {
      addBits(this.#blocks, 8 * (spread(first, second) & this.#mask), spread(second, first));
      return;
    }
    const slot = this.#find(first, second);
    this.#used[slot] = 1;
    this.#words[2 * slot] = first;
    this.#words[2 * slot + 1] = second;
  }

  has(first: number, second: number): boolean {
    if (this.#blocks !== null)
      return hasBits(this.#blocks, 8 * (spread(first, second) & this.#mask), spread(second, first));
    return this.#used[this.#find(first, second)] === 1;
  }
}

/** Odd factors, one a word of a block. */
const FACTORS = Int32Array.of(
  0x47b6137b,
  0x44974d91,
  0x8824ad5b,
  0xa2b7289d,
  0x705495c7,
  0x2df1424b,
  0x9efc4947,
  0x5c6bfb31,
);

function addBits(blocks: Uint32Array, at: number, own: number): void {
  for (let i = 0; i < 8; i++)
    blocks[at + i] = (blocks[at + i] as number) | (1 << (Math.imul(own, FACTORS[i] as number) >>> 27));
}

function hasBits(blocks: Uint32Array, at: number, own: number): boolean {
  for (let i = 0; i < 8; i++)
    if ((((blocks[at + i] as number) >>> (Math.imul(own, FACTORS[i] as number) >>> 27)) & 1) === 0) return false;
  return true;
}

/** Digests are spread evenly; what only looks like them is not. */
function spread(first: number, second: number): number {
  return Math.imul(first ^ (first >>> 15), 0x9e3779b1) ^ second;
}
