/**
 * The first and last words of digests of short texts by MD5, SHA-1, SHA-2 and SM3, and of HMAC over them (RFC 2104), several texts at once:
 * a fraction of what a call of the platform takes for a text of a few bytes. See hashes.md.
 * @module
 */
import { SM3_IV } from '../../../crypto/index.js';
import { type Compression, chainedModule, STATE, squareRoots } from './chained-code.js';
import { KEPT_WORDS } from './digest-heads.js';

/** Units of texts that are taken. */
const LONGEST = 500;
const TEXT = 1024;
/** Longest key or text in bytes, and where the bytes of others than ASCII are written. */
const MOST_BYTES = 3 * LONGEST;
const SCRATCH = 60_000;

interface Module {
  readonly compress: (from: number, end: number) => void;
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
}

const modules = new Map<Compression, Module | null>();

function started(compression: Compression): Module | null {
  let own = modules.get(compression);
  if (own === undefined) {
    try {
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(chainedModule(compression)));
      const { memory, compress } = exports as unknown as { memory: { buffer: ArrayBuffer } } & Pick<Module, 'compress'>;
      own = { compress, bytes: new Uint8Array(memory.buffer), words: new Int32Array(memory.buffer) };
      // The memory is little-endian everywhere; words of the platform must be, too.
      own.bytes[0] = 1;
      if (own.words[0] !== 1) own = null;
    } catch {
      // No WebAssembly, no vectors, or a policy that forbids it.
      own = null;
    }
    modules.set(compression, own);
  }
  return own;
}

/** A chained digest, as its standard writes it. */
interface Chained {
  readonly compression: Compression;
  /** Initial value in words of 32 bits; of words of 64 bits the lower half is first. */
  readonly iv: Int32Array;
  /** Bytes of the digest. */
  readonly length: number;
  /** Bytes of a word. */
  readonly word: 4 | 8;
  /** True where the first byte of a word weighs least. */
  readonly little: boolean;
}

const encoder = new TextEncoder();

/** Digests several texts at once. Not to be used again before the words are read. */
export class LaneDigester {
  /** Texts at once. */
  readonly lanes: number;
  /** What is kept after {@link run}: {@link KEPT_WORDS} a lane. */
  readonly words: Int32Array;
  /** Which words of a digest these are. */
  readonly #which: readonly number[];
  readonly #kind: Chained;
  readonly #module: Module;
  /** Words of 32 bits of a lane's word. */
  readonly #parts: number;
  /** Bytes of a block of one lane. */
  readonly #block: number;
  /** Place of each byte of the first lane's text. */
  readonly #places: Int32Array;
  readonly #blocks: Int32Array;
  /** States behind the padded key of the last HMAC. */
  #key: string | undefined;
  readonly #inner: Int32Array;
  readonly #outer: Int32Array;
  readonly #kept: Int32Array;

  constructor(kind: Chained, module: Module) {
    const { word, little, iv } = kind;
    this.#kind = kind;
    this.#module = module;
    this.#parts = word / 4;
    this.lanes = 16 / word;
    this.words = new Int32Array(KEPT_WORDS * this.lanes);
    const count = kind.length / 4;
    this.#which = [0, 1, 2, count - 2, count - 1];
    this.#blocks = new Int32Array(this.lanes);
    this.#block = 16 * word;
    const turned = little ? 0 : word - 1;
    this.#places = Int32Array.from(
      { length: MOST_BYTES + 2 * this.#block },
      (_, i) => TEXT + 16 * Math.floor(i / word) + ((i % word) ^ turned),
    );
    this.#inner = new Int32Array(iv.length);
    this.#outer = new Int32Array(iv.length);
    this.#kept = new Int32Array(iv.length * this.lanes);
  }

  /** Puts texts one behind the other into a lane; false for long ones, which are left to others. */
  put(lane: number, first: string, second: string, third: string): boolean {
    return this.#put(lane, first, second, third, 0);
  }

  /** @param before - bytes that the state already counts */
  #put(lane: number, first: string, second: string, third: string, before: number): boolean {
    if (first.length + second.length + third.length > LONGEST) return false;
    let end = this.#write(lane, 0, first);
    if (end >= 0) end = this.#write(lane, end, second);
    if (end >= 0) end = this.#write(lane, end, third);
    if (end < 0) end = this.#writeBytes(lane, first + second + third);
    this.#pad(lane, end, before);
    return true;
  }

  /** Where the text ends; -1 if it holds more than ASCII. */
  #write(lane: number, from: number, text: string): number {
    const { bytes } = this.#module;
    const places = this.#places;
    const own = lane * this.#kind.word;
    const { length } = text;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 127) return -1;
      bytes[(places[from + i] as number) + own] = unit;
    }
    return from + length;
  }

  #writeBytes(lane: number, text: string): number {
    const { bytes } = this.#module;
    const own = lane * this.#kind.word;
    const { written } = encoder.encodeInto(text, bytes.subarray(SCRATCH, SCRATCH + MOST_BYTES));
    for (let i = 0; i < written; i++) bytes[(this.#places[i] as number) + own] = bytes[SCRATCH + i] as number;
    return written;
  }

  /** A one, zeros and the number of bits (FIPS 180-4, section 5.1; RFC 1321, sections 3.1 and 3.2). */
  #pad(lane: number, size: number, before: number): void {
    const { bytes, words } = this.#module;
    const { word, little } = this.#kind;
    const block = this.#block;
    const blocks = Math.ceil((size + 1 + block / 8) / block);
    this.#blocks[lane] = blocks;
    const own = lane * word;
    let at = size;
    bytes[(this.#places[at++] as number) + own] = 0x80;
    for (; at % word !== 0; at++) bytes[(this.#places[at] as number) + own] = 0;
    const parts = this.#parts;
    const last = blocks * 16;
    let to = TEXT / 4 + 4 * (at / word) + lane * parts;
    for (let i = at / word; i < last; i++, to += 4) {
      words[to] = 0;
      if (parts === 2) words[to + 1] = 0;
    }
    const bits = 8 * (size + before);
    words[TEXT / 4 + 4 * (little ? last - 2 : last - 1) + lane * parts] = bits;
  }

  /** Digests what was put into the first lanes. */
  run(count: number): void {
    this.#start(this.#kind.iv);
    this.#chain(count, false);
  }

  /** The same state for all lanes. */
  #start(state: Int32Array): void {
    const { words } = this.#module;
    const parts = this.#parts;
    for (let i = 0; i < state.length; i++) {
      const to = STATE / 4 + 4 * Math.floor(i / parts) + (i % parts);
      for (let lane = 0; lane < 4; lane += parts) words[to + lane] = state[i] as number;
    }
  }

  /** @param whole - keeps the states, not only some words */
  #chain(count: number, whole: boolean): void {
    const { compress } = this.#module;
    const step = 16 * 16;
    let most = 1;
    for (let lane = 0; lane < count; lane++) most = Math.max(most, this.#blocks[lane] as number);
    for (let done = 1; done <= most; done++) {
      compress(TEXT + (done - 1) * step, TEXT + done * step);
      // What other lanes go on with is behind the end of this one's text.
      for (let lane = 0; lane < count; lane++) {
        if (this.#blocks[lane] !== done) continue;
        if (whole) this.#keep(lane);
        else this.#read(lane);
      }
    }
  }

  #read(lane: number): void {
    const { words } = this.#module;
    const { little } = this.#kind;
    const parts = this.#parts;
    const at = STATE / 4 + lane * parts;
    for (let i = 0; i < KEPT_WORDS; i++) {
      const which = this.#which[i] as number;
      // Of words of 64 bits the lower half stands first, and the upper one is written first.
      const own = words[parts === 2 ? at + 4 * (which >> 1) + 1 - (which & 1) : at + 4 * which] as number;
      this.words[KEPT_WORDS * lane + i] = little ? reversed(own) : own;
    }
  }

  #keep(lane: number): void {
    const { words } = this.#module;
    const { length } = this.#kind.iv;
    const parts = this.#parts;
    for (let i = 0; i < length; i++)
      this.#kept[lane * length + i] = words[
        STATE / 4 + 4 * Math.floor(i / parts) + lane * parts + (i % parts)
      ] as number;
  }

  /** Puts the kept state of a lane in front of the padding, as the message of the outer digest, or as much as is one. */
  #putKept(lane: number): void {
    const { words } = this.#module;
    const { iv, length } = this.#kind;
    const parts = this.#parts;
    for (let i = 0; i * 4 < length; i++)
      words[TEXT / 4 + 4 * Math.floor(i / parts) + lane * parts + (i % parts)] = this.#kept[
        lane * iv.length + i
      ] as number;
    this.#pad(lane, length, this.#block);
  }

  /** As {@link run} of {@link put}, of HMAC under a key; false for long keys or texts, which are left to others. */
  keyed(key: string, texts: readonly string[]): boolean {
    if (key !== this.#key && !this.#startKey(key)) return false;
    for (const [lane, text] of texts.entries()) if (!this.#put(lane, text, '', '', this.#block)) return false;
    this.#start(this.#inner);
    this.#chain(texts.length, true);
    for (let lane = 0; lane < texts.length; lane++) this.#putKept(lane);
    this.#start(this.#outer);
    this.#chain(texts.length, false);
    return true;
  }

  #startKey(key: string): boolean {
    const { bytes, compress } = this.#module;
    this.#key = undefined;
    const size =
      key.length > this.#block
        ? -1
        : encoder.encodeInto(key, bytes.subarray(SCRATCH, SCRATCH + 4 * this.#block)).written;
    if (size < 0 || size > this.#block) return false;
    for (const [pad, kept] of [
      [0x36, this.#inner],
      [0x5c, this.#outer],
    ] as const) {
      for (let i = 0; i < this.#block; i++)
        bytes[this.#places[i] as number] = i < size ? (bytes[SCRATCH + i] as number) ^ pad : pad;
      this.#start(this.#kind.iv);
      compress(TEXT, TEXT + 16 * 16);
      this.#keep(0);
      kept.set(this.#kept.subarray(0, kept.length));
    }
    this.#key = key;
    return true;
  }
}

function reversed(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}

/** Words of 64 bits as two of 32, the lower first. */
function longs(words: readonly bigint[]): Int32Array {
  return Int32Array.from(
    words.flatMap((word) => [word, word >> 32n]),
    (word) => Number(BigInt.asIntN(32, word)),
  );
}

function halves(words: readonly bigint[], by: bigint): Int32Array {
  return Int32Array.from(words, (word) => Number(BigInt.asIntN(32, word >> by)));
}

/** RFC 1321, section 3.3, and FIPS 180-4, section 5.3.1. */
const SHORT_IV = Int32Array.of(0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0);

let kinds: ReadonlyMap<string, Chained> | undefined;

function chainedKinds(): ReadonlyMap<string, Chained> {
  if (kinds === undefined) {
    const roots = squareRoots();
    const [first, second] = [roots.slice(0, 8), roots.slice(8)];
    const narrow = { word: 4, little: false } as const;
    const wide = { word: 8, little: false, compression: 'sha512' } as const;
    kinds = new Map<string, Chained>([
      ['md5', { compression: 'md5', iv: SHORT_IV.slice(0, 4), length: 16, word: 4, little: true }],
      ['sha1', { compression: 'sha1', iv: SHORT_IV, length: 20, ...narrow }],
      ['sha256', { compression: 'sha256', iv: halves(first, 32n), length: 32, ...narrow }],
      ['sha224', { compression: 'sha256', iv: halves(second, 0n), length: 28, ...narrow }],
      ['sm3', { compression: 'sm3', iv: SM3_IV, length: 32, ...narrow }],
      ['sha512', { iv: longs(first), length: 64, ...wide }],
      ['sha384', { iv: longs(second), length: 48, ...wide }],
    ]);
  }
  return kinds;
}

const digesters = new Map<string, LaneDigester | null>();

/** Digests several texts at once by MD5, SHA-1, SHA-2 or SM3; null for other kinds and platforms. @param name - of the kind */
export function laneDigester(name: string): LaneDigester | null {
  let own = digesters.get(name);
  if (own === undefined) {
    const kind = chainedKinds().get(name);
    const module = kind === undefined ? null : started(kind.compression);
    own = kind === undefined || module === null ? null : new LaneDigester(kind, module);
    digesters.set(name, own);
  }
  return own;
}
