/**
 * The kernels under `keep`: UTF-8 values one after another in, masked values out.
 *
 * Three ways, the first that fits: values of one length, ASCII by words of four bytes under a pattern that repeats (mobiles,
 * resident IDs, cards), or Han; values of any length whose mark is one byte, where ASCII
 * and Han characters are found without a table; everything else by graphemes. A batch that the first way finds unfit is done
 * again by the second. Measured on Node 20: bench/results/masking.md.
 * @module
 */
import { graphemeStarts, plainHan } from './graphemes.js';
import { isDigitOrX, markAscii } from './keep-ascii.js';
import { markHan } from './keep-han.js';
import { bit, type MaskedValues, type Values } from './values.js';
import { allHan, copyWords, fillWords, hasForm, plainAscii, SLACK, viewOf } from './words.js';

/** What is kept, and which values may be shown with their ends. */
export interface KeepShape {
  /** Characters kept at the start. */
  readonly from: number;
  /** Characters kept at the end. */
  readonly last: number;
  /** Marks per value; -1: one for each hidden character. */
  readonly fill: number;
  /** Fewest hidden characters; -1: a quarter of the value. */
  readonly minHidden: number;
  readonly shortest: number;
  readonly longest: number;
  /** Bit n: length n is allowed; -1: all lengths between shortest and longest are. */
  readonly lengths: number;
  /** 0 any, 1 digits, 2 digits and a final digit or X. */
  readonly characters: number;
  readonly mark: Uint8Array;
}

/** Masks many values. */
export function keepKernel(values: Values, shape: KeepShape): MaskedValues {
  if (shape.fill < 0 && shape.mark.length === 1) {
    const length = values.validity === null ? sameLength(values.offsets, values.length) : 0;
    // The first value says which way is worth trying.
    const first = length > 0 ? (values.bytes[values.offsets[0] as number] as number) : 0;
    if (length > 0 && first < 0x80 && mayShow(length, shape)) {
      const bytes = markAscii(values, length, shape);
      if (bytes !== null) return { offsets: rebased(values), bytes, refused: null };
    } else if (first >= 0xe4 && length % 3 === 0 && shape.characters === 0 && mayShow(length / 3, shape)) {
      const marked = markHan(values, length / 3, shape);
      if (marked !== null) return marked;
    }
    return keepEach(values, shape);
  }
  return keepGraphemes(values, shape);
}

/** True when values of so many characters may be shown with their ends. */
export function mayShow(count: number, shape: Omit<KeepShape, 'mark' | 'fill' | 'characters'>): boolean {
  const { from, last, minHidden, shortest, longest, lengths } = shape;
  const hidden = count - from - last;
  if (hidden < 1 || count < shortest || count > longest) return false;
  if (lengths !== -1 && (count > 31 || (lengths & (1 << count)) === 0)) return false;
  return minHidden < 0 ? hidden * 4 >= count : hidden >= minHidden;
}

/** True for digits, with `characters` 2 for digits that end in a digit or X. */
export function hasCharacters(bytes: Uint8Array, start: number, end: number, characters: number): boolean {
  const stop = characters === 2 ? end - 1 : end;
  for (let at = start; at < stop; at++) {
    const digit = (bytes[at] as number) - 48;
    if (digit < 0 || digit > 9) return false;
  }
  return characters === 1 || isDigitOrX(bytes[end - 1] as number);
}

/** Offsets that begin at 0; the given ones where they do. Offsets are only read. */
function rebased({ offsets, length }: Values): Int32Array {
  const base = offsets[0] as number;
  if (base === 0 && offsets instanceof Int32Array && offsets.length === length + 1) return offsets;
  const to = new Int32Array(length + 1);
  for (let i = 0; i <= length; i++) to[i] = (offsets[i] as number) - base;
  return to;
}

/** The length of all values when it is the same, else 0. */
function sameLength(offsets: Int32Array | Uint32Array, rows: number): number {
  if (rows < 1) return 0;
  const length = (offsets[1] as number) - (offsets[0] as number);
  let difference = 0;
  let expected = offsets[0] as number;
  let i = 0;
  for (; i + 3 <= rows; i += 4) {
    const next = expected + 2 * length;
    difference |= (offsets[i]! ^ expected) | (offsets[i + 1]! ^ (expected + length));
    difference |= (offsets[i + 2]! ^ next) | (offsets[i + 3]! ^ (next + length));
    expected = next + 2 * length;
  }
  for (; i <= rows; i++, expected += length) difference |= offsets[i]! ^ expected;
  return difference === 0 ? length : 0;
}

/** Values of any length, a mark of one byte for each hidden character: no value grows. */
function keepEach(values: Values, shape: KeepShape): MaskedValues {
  const rows = values.length;
  const out = new Uint8Array((values.offsets[rows] as number) - (values.offsets[0] as number) + SLACK);
  const offsets = new Int32Array(rows + 1);
  const refused = new Uint8Array((rows + 7) >> 3);
  const { bytes, validity } = values;
  const count = eachValue(bytes, values.offsets, rows, validity, shape, allowedLengths(shape), out, offsets, refused);
  return { offsets, bytes: out.subarray(0, offsets[rows]), refused: count === 0 ? null : refused };
}

/** Lengths below this are looked up. */
const TABLE = 64;

function allowedLengths(shape: KeepShape): Uint8Array {
  return Uint8Array.from({ length: TABLE }, (_, count) => (mayShow(count, shape) ? 1 : 0));
}

/** The loop of {@link keepEach}; returns how many values were refused. */
function eachValue(
  source: Uint8Array,
  from: Int32Array | Uint32Array,
  rows: number,
  validity: Uint8Array | null,
  shape: KeepShape,
  allowed: Uint8Array,
  out: Uint8Array,
  offsets: Int32Array,
  refused: Uint8Array,
): number {
  const { from: first, last, characters } = shape;
  const input = viewOf(source);
  const target = viewOf(out);
  const limit = source.length - SLACK;
  const mark = (shape.mark[0] as number) * 0x01010101;
  let end = 0;
  let count = 0;
  let stop = from[0]!;
  for (let row = 0; row < rows; row++) {
    const start = stop;
    stop = from[row + 1]!;
    if (validity !== null && ((validity[row >> 3]! >> (row & 7)) & 1) === 0) {
      offsets[row + 1] = end;
      continue;
    }
    const width = stop > limit ? 0 : plainAscii(input, start, stop) ? 1 : allHan(input, start, stop) ? 3 : 0;
    const letters = width === 3 ? (stop - start) / 3 : stop - start;
    if (width === 0 || letters >= TABLE) {
      const next = oneByGraphemes(source, start, stop, shape, out, end);
      if (next >= 0) end = next;
      else {
        refused[row >> 3]! |= 1 << (row & 7);
        count++;
      }
    } else if (
      allowed[letters] === 0 ||
      (characters !== 0 && (width === 3 || !hasForm(input, start, stop, characters)))
    ) {
      refused[row >> 3]! |= 1 << (row & 7);
      count++;
    } else {
      end = copyWords(input, start, start + width * first, target, end);
      end = fillWords(target, end, letters - first - last, mark);
      end = copyWords(input, stop - width * last, stop, target, end);
    }
    offsets[row + 1] = end;
  }
  return count;
}

let places = new Int32Array(256);

/** One value by whole characters; returns the new end of the output, or -1 when it must be refused. */
function oneByGraphemes(
  source: Uint8Array,
  start: number,
  stop: number,
  shape: KeepShape,
  out: Uint8Array,
  end: number,
): number {
  if (stop - start + 1 > places.length) places = new Int32Array(2 * (stop - start + 1));
  const count = graphemeStarts(source, start, stop, places);
  if (!mayShow(count, shape) || (shape.characters !== 0 && !hasCharacters(source, start, stop, shape.characters)))
    return -1;
  let at = end;
  const head = places[shape.from] as number;
  for (let i = start; i < head; i++) out[at++] = source[i] as number;
  for (let i = shape.from + shape.last; i < count; i++) out[at++] = shape.mark[0] as number;
  for (let i = places[count - shape.last] as number; i < stop; i++) out[at++] = source[i] as number;
  return at;
}

/** Any mark and any number of marks, by whole characters. */
function keepGraphemes(values: Values, shape: KeepShape): MaskedValues {
  const { from: first, last, fill, characters, mark } = shape;
  const source = values.bytes;
  const offsets = new Int32Array(values.length + 1);
  let out = new Uint8Array((values.offsets[values.length] as number) - (values.offsets[0] as number) + 64);
  let refused: Uint8Array | null = null;
  let starts = new Int32Array(64);
  let end = 0;
  for (let i = 0; i < values.length; i++) {
    offsets[i + 1] = end;
    if (values.validity !== null && !bit(values.validity, i)) continue;
    const from = values.offsets[i] as number;
    const to = values.offsets[i + 1] as number;
    if (to - from + 1 > starts.length) starts = new Int32Array(2 * (to - from + 1));
    const han = plainHan(source, from, to);
    const count = han > 0 ? han : graphemeStarts(source, from, to, starts);
    if (!mayShow(count, shape) || (characters !== 0 && !hasCharacters(source, from, to, characters))) {
      refused ??= new Uint8Array((values.length + 7) >> 3);
      refused[i >> 3] = (refused[i >> 3] as number) | (1 << (i & 7));
      continue;
    }
    const marks = fill < 0 ? count - first - last : fill;
    const need = end + (to - from) + marks * mark.length;
    if (need > out.length) {
      const larger = new Uint8Array(Math.max(need, out.length * 2));
      larger.set(out.subarray(0, end));
      out = larger;
    }
    const headEnd = han > 0 ? from + 3 * first : (starts[first] as number);
    for (let at = from; at < headEnd; at++) out[end++] = source[at] as number;
    for (let k = 0; k < marks; k++) for (let b = 0; b < mark.length; b++) out[end++] = mark[b] as number;
    for (let at = han > 0 ? to - 3 * last : (starts[count - last] as number); at < to; at++)
      out[end++] = source[at] as number;
    offsets[i + 1] = end;
  }
  return { offsets, bytes: out.subarray(0, end), refused };
}
