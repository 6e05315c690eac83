/**
 * Marks of ASCII values of one length: mobiles, resident IDs, cards. Their bytes are copied at once; then, block by block, four bytes at
 * a time, they are checked and the hidden ones written over under a pattern that repeats.
 * @module
 */
import type { KeepShape } from './keep-kernel.js';
import type { Values } from './values.js';

/** Words that are masked at a time: they stay in the first-level cache. */
const CACHED = 4096;
const COMMON_DIVISORS = [4, 1, 2, 1] as const;

/** Masked bytes, or null when a value is not ASCII, has a control character or is of another form. */
export function markAscii(values: Values, length: number, shape: KeepShape): Uint8Array | null {
  const { characters } = shape;
  const start = values.offsets[0] as number;
  const total = values.length * length;
  const period = length / COMMON_DIVISORS[(length & 3) as 0 | 1 | 2 | 3];
  const { bytes: pattern, words } = patternOf(length, period, shape);
  // A copy whatever kind of array it is: `slice` of a Buffer is none.
  const output = new Uint8Array(values.bytes.subarray(start, start + total));
  const target = new Int32Array(output.buffer, output.byteOffset, total >> 2);
  const block = period * Math.max(1, Math.floor(CACHED / period));
  for (let from = 0; from < target.length; from += block) {
    const to = Math.min(target.length, from + block);
    const found =
      plainWords(target, from, to) | (characters === 0 ? 0 : otherThanDigits(target, from, to, words, period));
    if ((found & 0x80808080) !== 0) return null;
    markWords(target, from, to, words, period);
  }
  for (let i = 4 * target.length; i < total; i++) {
    const byte = output[i] as number;
    const at = i % (4 * period);
    if (byte > 127 || byte < 16 || ((pattern[8 * period + at] as number) !== 0 && (byte < 48 || byte > 57)))
      return null;
    output[i] = (byte & (pattern[at] as number)) | (pattern[4 * period + at] as number);
  }
  if (characters === 2 && !endsInDigitOrX(values.bytes, start + length - 1, length, values.length)) return null;
  return output;
}

/** What repeats every `period` words: bits kept, marks, and bits 0x80 where there must be a digit. */
function patternOf(length: number, period: number, shape: KeepShape): { bytes: Uint8Array; words: Int32Array } {
  const { characters } = shape;
  const bytes = new Uint8Array(12 * period);
  const mark = shape.mark[0] as number;
  for (let i = 0; i < 4 * period; i++) {
    const place = i % length;
    const hidden = place >= shape.from && place < length - shape.last;
    bytes[i] = hidden ? 0 : 255;
    bytes[4 * period + i] = hidden ? mark : 0;
    bytes[8 * period + i] = characters === 1 || (characters === 2 && place < length - 1) ? 0x80 : 0;
  }
  return { bytes, words: new Int32Array(bytes.buffer) };
}

/** Bits 0x80 of the result: a byte is above 127 or below 16 (a CR and a LF are one character together). */
function plainWords(words: Int32Array, from: number, to: number): number {
  // Four at a time, so that they do not wait for one another. Subtracting borrows from a higher byte only below one that is found.
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = from;
  for (; i + 3 < to; i += 4) {
    const w = words[i]!;
    const x = words[i + 1]!;
    const y = words[i + 2]!;
    const z = words[i + 3]!;
    a |= w | (w - 0x10101010);
    b |= x | (x - 0x10101010);
    c |= y | (y - 0x10101010);
    d |= z | (z - 0x10101010);
  }
  for (; i < to; i++) a |= words[i]! | (words[i]! - 0x10101010);
  return a | b | c | d;
}

/** Bits 0x80 of the result: a byte is no digit where there must be one. With t = byte xor '0', t + 0x76 reaches 0x80 for every t above 9. */
function otherThanDigits(words: Int32Array, from: number, to: number, pattern: Int32Array, period: number): number {
  let found = 0;
  for (let j = 0; j < period; j++) {
    const digits = pattern[2 * period + j]!;
    if (digits === 0) continue;
    for (let i = from + j; i < to; i += period) found |= ((words[i]! ^ 0x30303030) + 0x76767676) & digits;
  }
  return found;
}

/** Hidden bytes written over, word by word of the pattern: what is kept whole is not touched. `from` is a multiple of the period. */
function markWords(words: Int32Array, from: number, to: number, pattern: Int32Array, period: number): void {
  for (let j = 0; j < period; j++) {
    const keep = pattern[j]!;
    const mark = pattern[period + j]!;
    if (keep === 0) for (let i = from + j; i < to; i += period) words[i] = mark;
    else if (keep !== -1) for (let i = from + j; i < to; i += period) words[i] = (words[i]! & keep) | mark;
  }
}

function endsInDigitOrX(bytes: Uint8Array, first: number, length: number, rows: number): boolean {
  for (let i = 0, at = first; i < rows; i++, at += length) if (!isDigitOrX(bytes[at]!)) return false;
  return true;
}

/** True for the byte of a digit, X or x. */
export function isDigitOrX(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || byte === 88 || byte === 120;
}
