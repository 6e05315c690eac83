/**
 * Marks of values that are all of one number of Han characters, as names often are: four characters are three words of four bytes, which
 * are checked under a fixed pattern; heads and tails are copied value by value.
 * @module
 */
import type { KeepShape } from './keep-kernel.js';
import type { MaskedValues, Values } from './values.js';
import { copyWords, fillWords, SLACK, viewOf } from './words.js';

/** Masked values of `letters` characters each (three bytes, leads E4 to E9); null when any is not Han. */
export function markHan(values: Values, letters: number, shape: KeepShape): MaskedValues | null {
  const { from: first, last } = shape;
  const rows = values.length;
  const start = values.offsets[0] as number;
  const input = viewOf(values.bytes);
  if (!hanOnly(input, start, start + 3 * letters * rows)) return null;
  const size = 3 * (first + last) + letters - first - last;
  const out = new Uint8Array(rows * size + SLACK);
  // Words are read up to three bytes behind a value: the last row of a buffer is copied byte by byte.
  const most = start + 3 * letters * rows + SLACK <= values.bytes.length ? rows : rows - 1;
  hanRows(input, start, most, letters, first, last, (shape.mark[0] as number) * 0x01010101, viewOf(out));
  if (most < rows) {
    const at = start + 3 * letters * most;
    const stop = at + 3 * letters;
    out.set(values.bytes.subarray(at, at + 3 * first), most * size);
    out.fill(shape.mark[0] as number, most * size + 3 * first, rows * size - 3 * last);
    out.set(values.bytes.subarray(stop - 3 * last, stop), rows * size - 3 * last);
  }
  return { offsets: evenOffsets(rows, size), bytes: out.subarray(0, rows * size), refused: null };
}

let even: { readonly size: number; readonly offsets: Int32Array } = { size: 0, offsets: new Int32Array(1) };

/** Offsets of values of one size: for batch after batch the same memory, which is only read. */
function evenOffsets(rows: number, size: number): Int32Array {
  // Also made anew when someone sent its memory away: it is of length 0 then.
  if (even.size !== size || even.offsets.length <= rows) {
    const offsets = new Int32Array(rows + 1);
    for (let row = 1, end = size; row <= rows; row++, end += size) offsets[row] = end;
    even = { size, offsets };
  }
  return even.offsets.subarray(0, rows + 1);
}

/** The loop of {@link markHan}. */
function hanRows(
  input: DataView,
  start: number,
  rows: number,
  letters: number,
  first: number,
  last: number,
  mark: number,
  out: DataView,
): void {
  const hidden = letters - first - last;
  let end = 0;
  for (let row = 0, at = start; row < rows; row++) {
    const stop = at + 3 * letters;
    end = copyWords(input, at, at + 3 * first, out, end);
    end = fillWords(out, end, hidden, mark);
    end = copyWords(input, stop - 3 * last, stop, out, end);
    at = stop;
  }
}

/**
 * True when bytes are Han characters of the common block only. Of every twelve bytes four are leads: E4 to E9, by a nibble n that
 * reaches 0x80 with 0x7c and not with 0x76; the others are 80 to BF.
 */
function hanOnly(input: DataView, from: number, to: number): boolean {
  let found = 0;
  let at = from;
  for (; at + 12 <= to; at += 12) {
    const x = input.getInt32(at, true);
    const y = input.getInt32(at + 4, true);
    const z = input.getInt32(at + 8, true);
    const k = x & 0x0f00000f;
    const l = y & 0x000f0000;
    const m = z & 0x00000f00;
    found |= ((x ^ 0xe08080e0) & 0xf0c0c0f0) | ((~(k + 0x7c00007c) | (k + 0x76000076)) & 0x80000080);
    found |= ((y ^ 0x80e08080) & 0xc0f0c0c0) | ((~(l + 0x007c0000) | (l + 0x00760000)) & 0x00800000);
    found |= ((z ^ 0x8080e080) & 0xc0c0f0c0) | ((~(m + 0x00007c00) | (m + 0x00007600)) & 0x00008000);
  }
  return found === 0 && hanBytes(input, at, to);
}

/** The same for the last few characters, byte by byte. */
function hanBytes(input: DataView, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = input.getUint8(at);
    if ((at - from) % 3 === 0 ? byte < 0xe4 || byte > 0xe9 : (byte & 0xc0) !== 0x80) return false;
  }
  return true;
}
