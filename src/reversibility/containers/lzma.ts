/**
 * LZMA and xz to bytes: a range coder over adaptive bits that writes literals and matches.
 *
 * "LZMA specification" (I. Pavlov, 2015, public domain) and "The .xz File Format" 1.1.0 (L. Collin): LZMA alone, LZMA2 in xz.
 * @module
 */
import { bytesOfText, textOfBytes } from './bytes.js';

const HALF = 1024;

function probabilities(count: number): Uint16Array {
  return new Uint16Array(count).fill(HALF);
}

/** Lengths of matches: short, middle and long ones by trees of their own. */
class Lengths {
  readonly choice: Uint16Array = probabilities(2);
  readonly low: Uint16Array = probabilities(16 * 8);
  readonly middle: Uint16Array = probabilities(16 * 8);
  readonly high: Uint16Array = probabilities(256);
}

class Decoder {
  private range = 0;
  private code = 0;
  private state = 0;
  private readonly reps = [0, 0, 0, 0];
  private literals: Uint16Array = probabilities(0);
  private isMatch: Uint16Array = probabilities(192);
  private isRep: Uint16Array = probabilities(12);
  private isRep0: Uint16Array = probabilities(12);
  private isRep1: Uint16Array = probabilities(12);
  private isRep2: Uint16Array = probabilities(12);
  private isLong: Uint16Array = probabilities(192);
  private slots: Uint16Array = probabilities(256);
  private special: Uint16Array = probabilities(128);
  private aligned: Uint16Array = probabilities(16);
  private lengths = new Lengths();
  private repLengths = new Lengths();
  out: Uint8Array = new Uint8Array(4096);
  size = 0;
  private lc = 3;
  private lp = 0;
  private pb = 2;

  constructor(
    private readonly bytes: Uint8Array,
    public at: number,
    private readonly most: number,
  ) {}

  properties(byte: number): void {
    if (byte >= 225) throw new RangeError('properties');
    this.lc = byte % 9;
    this.lp = Math.floor(byte / 9) % 5;
    this.pb = Math.floor(byte / 45);
  }

  resetState(): void {
    this.literals = probabilities(0x300 << (this.lc + this.lp));
    this.isMatch = probabilities(192);
    this.isRep = probabilities(12);
    this.isRep0 = probabilities(12);
    this.isRep1 = probabilities(12);
    this.isRep2 = probabilities(12);
    this.isLong = probabilities(192);
    this.slots = probabilities(256);
    this.special = probabilities(128);
    this.aligned = probabilities(16);
    this.lengths = new Lengths();
    this.repLengths = new Lengths();
    this.state = 0;
    this.reps.fill(0);
  }

  startRange(): void {
    this.at++;
    this.range = 0xffffffff;
    this.code = 0;
    for (let i = 0; i < 4; i++) this.code = ((this.code << 8) | this.next()) >>> 0;
  }

  private next(): number {
    if (this.at >= this.bytes.length) throw new RangeError('end of data');
    return this.bytes[this.at++] as number;
  }

  put(byte: number): void {
    if (this.size >= this.most) throw new RangeError('too long');
    if (this.size === this.out.length) {
      const more = new Uint8Array(Math.min(this.most, 2 * this.out.length));
      more.set(this.out);
      this.out = more;
    }
    this.out[this.size++] = byte;
  }

  private bit(table: Uint16Array, at: number): number {
    const probability = table[at] as number;
    const bound = (this.range >>> 11) * probability;
    let bit: number;
    if (this.code < bound) {
      this.range = bound;
      table[at] = probability + ((2048 - probability) >> 5);
      bit = 0;
    } else {
      this.range = (this.range - bound) >>> 0;
      this.code = (this.code - bound) >>> 0;
      table[at] = probability - (probability >> 5);
      bit = 1;
    }
    if (this.range < 0x1000000) {
      this.range = (this.range << 8) >>> 0;
      this.code = ((this.code << 8) | this.next()) >>> 0;
    }
    return bit;
  }

  private direct(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) {
      this.range >>>= 1;
      let bit = 0;
      if (this.code >= this.range) {
        this.code = (this.code - this.range) >>> 0;
        bit = 1;
      }
      value = value * 2 + bit;
      if (this.range < 0x1000000) {
        this.range = (this.range << 8) >>> 0;
        this.code = ((this.code << 8) | this.next()) >>> 0;
      }
    }
    return value;
  }

  private tree(table: Uint16Array, offset: number, bits: number): number {
    let node = 1;
    for (let i = 0; i < bits; i++) node = node * 2 + this.bit(table, offset + node);
    return node - (1 << bits);
  }

  private reversed(table: Uint16Array, offset: number, bits: number): number {
    let node = 1;
    let value = 0;
    for (let i = 0; i < bits; i++) {
      const bit = this.bit(table, offset + node);
      node = node * 2 + bit;
      value |= bit << i;
    }
    return value;
  }

  private length(own: Lengths, place: number): number {
    if (this.bit(own.choice, 0) === 0) return 2 + this.tree(own.low, 8 * place, 3);
    if (this.bit(own.choice, 1) === 0) return 10 + this.tree(own.middle, 8 * place, 3);
    return 18 + this.tree(own.high, 0, 8);
  }

  private distance(length: number): number {
    const slot = this.tree(this.slots, 64 * Math.min(3, length - 2), 6);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const base = (2 | (slot & 1)) * 2 ** bits;
    if (slot < 14) return base + this.reversed(this.special, base - slot, bits);
    return base + this.direct(bits - 4) * 16 + this.reversed(this.aligned, 0, 4);
  }

  private literal(): void {
    const before = this.size > 0 ? (this.out[this.size - 1] as number) : 0;
    const context = ((this.size & ((1 << this.lp) - 1)) << this.lc) + (before >> (8 - this.lc));
    const offset = 0x300 * context;
    let node = 1;
    if (this.state >= 7) {
      let match = this.out[this.size - (this.reps[0] as number) - 1] as number;
      do {
        const bit = (match >> 7) & 1;
        match <<= 1;
        const own = this.bit(this.literals, offset + ((1 + bit) << 8) + node);
        node = node * 2 + own;
        if (bit !== own) break;
      } while (node < 0x100);
    }
    while (node < 0x100) node = node * 2 + this.bit(this.literals, offset + node);
    this.put(node & 255);
    this.state = this.state < 4 ? 0 : this.state < 10 ? this.state - 3 : this.state - 6;
  }

  /** Decodes until the output holds `until` bytes, or its end mark. */
  run(until: number): void {
    while (this.size < until) {
      const place = this.size & ((1 << this.pb) - 1);
      if (this.bit(this.isMatch, 16 * this.state + place) === 0) {
        this.literal();
        continue;
      }
      let length: number;
      if (this.bit(this.isRep, this.state) !== 0) {
        if (this.bit(this.isRep0, this.state) === 0) {
          if (this.bit(this.isLong, 16 * this.state + place) === 0) {
            this.state = this.state < 7 ? 9 : 11;
            this.copy(1);
            continue;
          }
        } else this.turnReps();
        length = this.length(this.repLengths, place);
        this.state = this.state < 7 ? 8 : 11;
      } else {
        this.reps.unshift(0);
        this.reps.length = 4;
        length = this.length(this.lengths, place);
        this.state = this.state < 7 ? 7 : 10;
        const distance = this.distance(length);
        if (distance === 0xffffffff) return;
        this.reps[0] = distance;
      }
      this.copy(length);
    }
  }

  private turnReps(): void {
    const at = this.bit(this.isRep1, this.state) === 0 ? 1 : this.bit(this.isRep2, this.state) === 0 ? 2 : 3;
    const [own] = this.reps.splice(at, 1) as [number];
    this.reps.unshift(own);
  }

  private copy(length: number): void {
    const back = (this.reps[0] as number) + 1;
    if (back > this.size) throw new RangeError('distance');
    for (let i = 0; i < length; i++) this.put(this.out[this.size - back] as number);
  }
}

function alone(bytes: Uint8Array, most: number): Uint8Array {
  const decoder = new Decoder(bytes, 13, most);
  decoder.properties(bytes[0] as number);
  let size = 0;
  for (let i = 12; i >= 5; i--) size = size * 256 + (bytes[i] as number);
  decoder.resetState();
  decoder.startRange();
  decoder.run(size >= 2 ** 63 ? Number.POSITIVE_INFINITY : size);
  return decoder.out.subarray(0, decoder.size);
}

/** The first block of an xz file, whose one filter is LZMA2. */
function xz(bytes: Uint8Array, most: number): Uint8Array {
  const header = 4 * ((bytes[12] as number) + 1);
  const decoder = new Decoder(bytes, 12 + header, most);
  for (;;) {
    const control = bytes[decoder.at++];
    if (control === undefined) throw new RangeError('end of data');
    if (control === 0) break;
    const two = (): number => {
      const value = 256 * (bytes[decoder.at] as number) + (bytes[decoder.at + 1] as number);
      decoder.at += 2;
      return value;
    };
    if (control < 0x80) {
      if (control > 2) throw new RangeError('chunk');
      const size = two() + 1;
      for (let i = 0; i < size; i++) decoder.put(bytes[decoder.at++] as number);
      continue;
    }
    const size = (control & 31) * 65536 + two() + 1;
    const end = two() + 1 + (control >= 0xc0 ? 1 : 0) + decoder.at;
    if (control >= 0xc0) decoder.properties(bytes[decoder.at++] as number);
    if (control >= 0xa0) decoder.resetState();
    decoder.startRange();
    decoder.run(decoder.size + size);
    decoder.at = end;
  }
  return decoder.out.subarray(0, decoder.size);
}

/** LZMA or xz to bytes, at most `most` of them; null for anything else. */
export function fromLzma(binary: string, most: number): string | null {
  const isXz = binary.startsWith('\xfd7zXZ\0');
  // LZMA alone: properties below 225, a dictionary of a power of two (or three halves of one), a size below 2^40 or none.
  const isAlone =
    binary.length > 18 &&
    /^[\0-\xe0]\0[\s\S]{3}(?:[\s\S]{5}\0{3}|\xff{8})\0/.test(binary) &&
    !binary.startsWith('\0\0\0\0\0');
  if (!isXz && !isAlone) return null;
  const bytes = bytesOfText(binary);
  if (bytes === null) return null;
  try {
    const out = isXz ? xz(bytes, most) : alone(bytes, most);
    return out.length === 0 ? null : textOfBytes(out);
  } catch {
    return null;
  }
}
