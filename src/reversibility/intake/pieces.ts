/**
 * Columns made of pieces of texts that are bytes: the different pieces are told by hash and bytes, and no string is made.
 * @module
 */
import { PackedTexts } from './packed-texts.js';
import { hashBytes } from './text-index.js';

/** Pieces of bytes by position, and which of them are equal. */
export interface Interned {
  /** Code of each piece in order of first occurrence; -1 where there is none. */
  readonly codes: Int32Array;
  readonly texts: PackedTexts;
}

/**
 * The different pieces of ASCII or UTF-8, in order of first occurrence.
 *
 * @param starts - where each piece begins; changed
 * @param ends - where each ends; smaller than its start where there is no piece; changed
 */
export function internPieces(bytes: Uint8Array, starts: Uint32Array, ends: Uint32Array, ascii: boolean): Interned {
  const n = starts.length;
  let capacity = 16;
  while (capacity < 2 * n) capacity *= 2;
  const mask = capacity - 1;
  const slots = new Int32Array(capacity).fill(-1);
  const hashes = new Int32Array(n);
  const codes = new Int32Array(n);
  let size = 0;
  for (let i = 0; i < n; i++) {
    const from = starts[i] as number;
    const to = ends[i] as number;
    if (to < from) {
      codes[i] = -1;
      continue;
    }
    const hash = hashBytes(bytes, from, to);
    let slot = hash & mask;
    let code = slots[slot] as number;
    // Starts and ends of the pieces kept stand at the beginning of the lists.
    while (
      code >= 0 &&
      !(hashes[code] === hash && areEqual(bytes, starts[code] as number, ends[code] as number, from, to))
    ) {
      slot = (slot + 1) & mask;
      code = slots[slot] as number;
    }
    if (code < 0) {
      code = size++;
      slots[slot] = code;
      hashes[code] = hash;
      starts[code] = from;
      ends[code] = to;
    }
    codes[i] = code;
  }
  // What was read is not kept where few pieces are different.
  const kept = size > 0.5 * n;
  return {
    codes,
    texts: new PackedTexts(
      kept ? starts.subarray(0, size) : starts.slice(0, size),
      kept ? ends.subarray(0, size) : ends.slice(0, size),
      bytes,
      ascii,
    ),
  };
}

function areEqual(bytes: Uint8Array, from: number, to: number, start: number, end: number): boolean {
  if (to - from !== end - start) return false;
  for (let i = from, k = start; i < to; i++, k++) if (bytes[i] !== bytes[k]) return false;
  return true;
}

/**
 * The parts of ASCII texts between delimiters, without the blanks around them; none of texts that have another number of parts.
 *
 * @returns the parts at each place; null where texts are not ASCII or the delimiter is not one character of it
 */
export function splitPacked(texts: PackedTexts, delimiter: string, parts: number): Interned[] | null {
  if (!texts.ascii || delimiter.length !== 1 || delimiter.charCodeAt(0) > 127) return null;
  const { bytes, size } = texts;
  const mark = delimiter.charCodeAt(0);
  const starts = Array.from({ length: parts }, () => new Uint32Array(size).fill(1));
  const ends = Array.from({ length: parts }, () => new Uint32Array(size));
  const cuts = new Uint32Array(parts + 1);
  for (let code = 0; code < size; code++) {
    const from = texts.starts[code] as number;
    const to = texts.ends[code] as number;
    let count = 0;
    cuts[0] = from;
    for (let i = from; i < to && count < parts; i++) if (bytes[i] === mark) cuts[++count] = i + 1;
    if (count !== parts - 1) continue;
    cuts[parts] = to + 1;
    for (let part = 0; part < parts; part++) {
      let start = cuts[part] as number;
      let end = (cuts[part + 1] as number) - 1;
      while (start < end && isBlank(bytes[start] as number)) start++;
      while (end > start && isBlank(bytes[end - 1] as number)) end--;
      (starts[part] as Uint32Array)[code] = start;
      (ends[part] as Uint32Array)[code] = end;
    }
  }
  return starts.map((own, part) => internPieces(bytes, own, ends[part] as Uint32Array, true));
}

/** What `trim` takes off of ASCII. */
function isBlank(byte: number): boolean {
  return byte === 32 || (byte > 8 && byte < 14);
}

/**
 * The texts of several columns one after the other as pieces of one list of bytes, by row.
 *
 * @returns null where they would be too many bytes for one list
 */
export function oneBelowTheOther(
  columns: readonly { readonly codes: Int32Array; readonly packed: PackedTexts }[],
): Interned | null {
  const lengths = columns.map(({ packed }) => textBytes(packed));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total > MOST_BYTES) return null;
  const bytes = new Uint8Array(total);
  const rows = columns.reduce((sum, { codes }) => sum + codes.length, 0);
  const starts = new Uint32Array(rows);
  const ends = new Uint32Array(rows);
  let used = 0;
  let row = 0;
  for (const { codes, packed } of columns) {
    const placed = new Uint32Array(packed.size);
    for (let code = 0; code < packed.size; ) {
      // As much at once as stands in one piece.
      const from = packed.starts[code] as number;
      let to = from;
      for (; code < packed.size && packed.starts[code] === to; code++) {
        placed[code] = used + to - from;
        to = packed.ends[code] as number;
      }
      bytes.set(packed.bytes.subarray(from, to), used);
      used += to - from;
    }
    for (let i = 0; i < codes.length; i++, row++) {
      const code = codes[i] as number;
      const start = code < 0 ? 1 : (placed[code] as number);
      starts[row] = start;
      ends[row] = code < 0 ? 0 : start + (packed.ends[code] as number) - (packed.starts[code] as number);
    }
  }
  return internPieces(
    bytes,
    starts,
    ends,
    columns.every(({ packed }) => packed.ascii),
  );
}

/** Bytes of one list. */
const MOST_BYTES = 2 ** 31;

function textBytes({ starts, ends, size }: PackedTexts): number {
  let total = 0;
  for (let code = 0; code < size; code++) total += (ends[code] as number) - (starts[code] as number);
  return total;
}
