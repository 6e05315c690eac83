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
  const codes = new Int32Array(n);
  let size = internDigits(bytes, starts, ends, codes);
  if (size < 0) {
    const hashes = new Int32Array(n);
    for (let i = 0; i < n; i++) hashes[i] = hashBytes(bytes, starts[i] as number, ends[i] as number);
    size = intern(bytes, starts, ends, hashes, codes, perhapsTwice(hashes, starts, ends));
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

/** Digits up to which pieces are told by their number. */
const MOST_DIGITS = 6;

/** As {@link intern}, of pieces that are all as many digits: their numbers are places in a table. @returns -1 where they are not */
function internDigits(bytes: Uint8Array, starts: Uint32Array, ends: Uint32Array, codes: Int32Array): number {
  const n = starts.length;
  const length = n === 0 ? 0 : (ends[0] as number) - (starts[0] as number);
  if (length < 1 || length > MOST_DIGITS || n < 10 ** length / 8) return -1;
  for (let i = 0; i < n; i++) {
    const from = starts[i] as number;
    if ((ends[i] as number) - from !== length) return -1;
    let number = 0;
    for (let at = from; at < from + length; at++) {
      const digit = (bytes[at] as number) - 48;
      if (digit < 0 || digit > 9) return -1;
      number = 10 * number + digit;
    }
    codes[i] = number;
  }
  const met = new Int32Array(10 ** length).fill(-1);
  let size = 0;
  for (let i = 0; i < n; i++) {
    const number = codes[i] as number;
    let code = met[number] as number;
    if (code < 0) {
      code = size++;
      met[number] = code;
      starts[code] = starts[i] as number;
      ends[code] = ends[i] as number;
    }
    codes[i] = code;
  }
  return size;
}

/** Two bits a hash: whether it was met, and whether it was met again. */
interface Met {
  readonly twice: Uint32Array;
  readonly mask: number;
  /** Pieces that may stand there twice. */
  readonly count: number;
}

/** Hashes that come twice, or share their bits with another: small enough to stay near, where a table of all pieces is not. */
function perhapsTwice(hashes: Int32Array, starts: Uint32Array, ends: Uint32Array): Met {
  let words = 64;
  while (words < hashes.length / 2) words *= 2;
  const once = new Uint32Array(words);
  const twice = new Uint32Array(words);
  const mask = words - 1;
  for (let i = 0; i < hashes.length; i++) {
    if ((ends[i] as number) < (starts[i] as number)) continue;
    const hash = hashes[i] as number;
    const word = (hash >>> 5) & mask;
    const bit = 1 << (hash & 31);
    if (((once[word] as number) & bit) === 0) once[word] = (once[word] as number) | bit;
    else twice[word] = (twice[word] as number) | bit;
  }
  let count = 0;
  for (let i = 0; i < hashes.length; i++) {
    const hash = hashes[i] as number;
    if ((((twice[(hash >>> 5) & mask] as number) >>> (hash & 31)) & 1) === 1) count++;
  }
  return { twice, mask, count };
}

/** Codes in order of first occurrence; starts and ends of the different pieces are put at the beginning of the lists. @returns how many */
function intern(
  bytes: Uint8Array,
  starts: Uint32Array,
  ends: Uint32Array,
  hashes: Int32Array,
  codes: Int32Array,
  { twice, mask, count }: Met,
): number {
  let capacity = 16;
  while (capacity < 2 * count) capacity *= 2;
  const slots = new Int32Array(capacity).fill(-1);
  let size = 0;
  for (let i = 0; i < hashes.length; i++) {
    const from = starts[i] as number;
    const to = ends[i] as number;
    if (to < from) {
      codes[i] = -1;
      continue;
    }
    const hash = hashes[i] as number;
    let code = -1;
    if ((((twice[(hash >>> 5) & mask] as number) >>> (hash & 31)) & 1) === 1) {
      let slot = (hash >>> 3) & (capacity - 1);
      code = slots[slot] as number;
      while (
        code >= 0 &&
        !(hashes[code] === hash && areEqual(bytes, starts[code] as number, ends[code] as number, from, to))
      ) {
        slot = (slot + 1) & (capacity - 1);
        code = slots[slot] as number;
      }
      if (code < 0) slots[slot] = size;
    }
    if (code < 0) {
      code = size++;
      hashes[code] = hash;
      starts[code] = from;
      ends[code] = to;
    }
    codes[i] = code;
  }
  return size;
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
  // All texts are different, each has its parts, and nothing but marks was left out.
  let whole = texts.different;
  for (let code = 0; code < size; code++) {
    const from = texts.starts[code] as number;
    const to = texts.ends[code] as number;
    let count = 0;
    cuts[0] = from;
    for (let i = from; i < to && count < parts; i++) if (bytes[i] === mark) cuts[++count] = i + 1;
    if (count !== parts - 1) {
      whole = false;
      continue;
    }
    cuts[parts] = to + 1;
    for (let part = 0; part < parts; part++) {
      let start = cuts[part] as number;
      let end = (cuts[part + 1] as number) - 1;
      while (start < end && isBlank(bytes[start] as number)) start++;
      while (end > start && isBlank(bytes[end - 1] as number)) end--;
      if (start !== cuts[part] || end !== (cuts[part + 1] as number) - 1) whole = false;
      (starts[part] as Uint32Array)[code] = start;
      (ends[part] as Uint32Array)[code] = end;
    }
  }
  const varied = starts.flatMap((own, part) => (isOne(bytes, own, ends[part] as Uint32Array) ? [] : [part]));
  return starts.map((own, part) => {
    const last = ends[part] as Uint32Array;
    // Different texts that differ in one part differ there.
    return whole && varied.length === 1 && varied[0] === part
      ? { codes: Int32Array.from(own, (_, code) => code), texts: new PackedTexts(own, last, bytes, true, true) }
      : internPieces(bytes, own, last, true);
  });
}

/** True where all pieces are equal. */
function isOne(bytes: Uint8Array, starts: Uint32Array, ends: Uint32Array): boolean {
  const from = starts[0] as number;
  const to = ends[0] as number;
  for (let i = 1; i < starts.length; i++) {
    const start = starts[i] as number;
    const end = ends[i] as number;
    if (end < start || !areEqual(bytes, from, to, start, end)) return false;
  }
  return true;
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
  const first = columns[0]?.packed.bytes;
  const shared = columns.every(({ packed }) => packed.bytes === first);
  const total = shared ? 0 : columns.reduce((sum, { packed }) => sum + textBytes(packed), 0);
  if (total > MOST_BYTES) return null;
  const bytes = shared ? (first as Uint8Array) : new Uint8Array(total);
  const rows = columns.reduce((sum, { codes }) => sum + codes.length, 0);
  const starts = new Uint32Array(rows);
  const ends = new Uint32Array(rows);
  let used = 0;
  let row = 0;
  for (const { codes, packed } of columns) {
    const placed = shared ? packed.starts : new Uint32Array(packed.size);
    for (let code = 0; !shared && code < packed.size; ) {
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
