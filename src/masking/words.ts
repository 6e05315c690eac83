/**
 * Bytes of short values four at a time: what the keep kernels of columns and of CSV share.
 *
 * Reads and writes may go up to three bytes beyond a value: callers leave that room behind the last value of a buffer, and
 * the bytes written there are written again by the next value. Small top-level functions, which V8 inlines.
 * @module
 */

/** Room that reads and writes need behind a value. */
export const SLACK = 4;

/** A view of all bytes of an array. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Copies `input[from .. to)` to `output[out ..)`; returns the new end of the output. */
export function copyWords(input: DataView, from: number, to: number, output: DataView, out: number): number {
  let end = out;
  for (let at = from; at < to; at += 4, end += 4) output.setInt32(end, input.getInt32(at, true), true);
  return out + to - from;
}

/** Writes `count` times the byte that `word` repeats; returns the new end of the output. */
export function fillWords(output: DataView, out: number, count: number, word: number): number {
  const stop = out + count;
  for (let at = out; at < stop; at += 4) output.setInt32(at, word, true);
  return stop;
}

/** True when `input[from .. to)` has digits only. With t = byte xor '0', t + 0x76 reaches 0x80 for every t above 9. */
export function allDigits(input: DataView, from: number, to: number): boolean {
  let found = 0;
  let at = from;
  for (; at + 4 <= to; at += 4) {
    const digit = input.getInt32(at, true) ^ 0x30303030;
    found |= (digit + 0x76767676) | digit;
  }
  if (at < to) {
    // The last one to three bytes: what lies behind them is taken for zeros.
    const digit = (input.getInt32(at, true) ^ 0x30303030) & (0x00ffffff >> (8 * (3 - to + at)));
    found |= (digit + 0x76767676) | digit;
  }
  return (found & 0x80808080) === 0;
}

/** True for digits (`characters` 1), or digits that end in a digit or X (2). */
export function hasForm(input: DataView, from: number, to: number, characters: number): boolean {
  if (characters === 1) return allDigits(input, from, to);
  if (!allDigits(input, from, to - 1)) return false;
  const final = input.getUint8(to - 1);
  return (final >= 48 && final <= 57) || final === 88 || final === 120;
}

/** True when `input[from .. to)` is ASCII without CR. */
export function plainAscii(input: DataView, from: number, to: number): boolean {
  let found = 0;
  let at = from;
  for (; at + 4 <= to; at += 4) {
    const word = input.getInt32(at, true);
    const cr = word ^ 0x0d0d0d0d;
    found |= word | ((cr - 0x01010101) & ~cr);
  }
  if (at < to) {
    const word = input.getInt32(at, true) & (0x00ffffff >> (8 * (3 - to + at)));
    const cr = word ^ 0x0d0d0d0d;
    found |= word | ((cr - 0x01010101) & ~cr);
  }
  return (found & 0x80808080) === 0;
}

/** True when `input[from .. to)` is made of Han characters of the common block: three bytes, leads E4 to E9. */
export function allHan(input: DataView, from: number, to: number): boolean {
  let at = from;
  while (at + 3 <= to) {
    const word = input.getInt32(at, true);
    if ((word & 0xc0c0f0) !== 0x8080e0 || (word & 15) < 4 || (word & 15) > 9) return false;
    at += 3;
  }
  return at === to;
}
