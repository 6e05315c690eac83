/**
 * Zstandard frames into bytes (RFC 8878), for pages of Parquet where the platform has no decoder of its own.
 *
 * Built for input that means harm: every read is inside its section, every block stays within the 128 KiB of section
 * 3.1.1.2.4, every stream ends on its last bit, checksums are verified, and the whole gives exactly the stated length, so that
 * work and memory are bounded by it. Dictionaries are refused.
 * @module
 */
import { buildFse, type FseTable, fixedFse, predefined, readFse } from './_zstd-fse.js';
import { type HuffmanTable, huffmanStream, readHuffman } from './_zstd-huffman.js';
import { xxh64Low } from './_zstd-xxh64.js';

const BLOCK = 131_072;

/** What later blocks of a frame may refer to, and where the frame's bytes begin. */
interface Frame {
  readonly data: Uint8Array;
  readonly out: Uint8Array;
  readonly start: number;
  at: number;
  huffman: HuffmanTable | null;
  literals: FseTable | null;
  offsets: FseTable | null;
  matches: FseTable | null;
  readonly repeats: Int32Array;
}

/**
 * Decodes Zstandard frames that together hold exactly `length` bytes.
 *
 * @throws Error when the bytes are no such frames; callers turn it into a coded error
 */
export function zstdDecompress(source: Uint8Array, length: number): Uint8Array {
  // Four bytes can stand for a block of 128 KiB, never for more.
  check(length <= (source.length / 4 + 1) * BLOCK, 'stated length');
  // Positions are counted in bits.
  check(source.length < 2 ** 28, 'page size');
  // Padded, so that the bit readers may load whole words.
  const data = new Uint8Array(source.length + 8);
  data.set(source);
  const out = new Uint8Array(length);
  let from = 0;
  let at = 0;
  while (from < source.length) {
    check(from + 8 <= source.length, 'frame header');
    const magic = word(data, from);
    if (magic >>> 4 === 0x184d2a5) {
      from += 8 + word(data, from + 4);
      check(from <= source.length, 'skippable frame');
      continue;
    }
    check(magic === 0xfd2fb528, 'magic number');
    const frame: Frame = {
      data,
      out,
      start: at,
      at,
      huffman: null,
      literals: null,
      offsets: null,
      matches: null,
      repeats: Int32Array.of(1, 4, 8),
    };
    from = readFrame(frame, from + 4, source.length);
    at = frame.at;
  }
  check(at === length, 'stated length');
  return out;
}

function readFrame(frame: Frame, from: number, end: number): number {
  const { data } = frame;
  const descriptor = data[from] as number;
  const single = (descriptor >> 5) & 1;
  const checksum = (descriptor >> 2) & 1;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] as number;
  const sizeBytes = [single, 2, 4, 8][descriptor >> 6] as number;
  check((descriptor & 8) === 0, 'frame descriptor');
  let at = from + 2 - single;
  check(at + dictionaryBytes + sizeBytes <= end, 'frame header');
  for (let i = 0; i < dictionaryBytes; i++) check(data[at + i] === 0, 'dictionary');
  at += dictionaryBytes;
  let size = sizeBytes === 2 ? 256 : 0;
  for (let i = 0; i < sizeBytes; i++) size += (data[at + i] as number) * 2 ** (8 * i);
  at += sizeBytes;
  let last = 0;
  while (last === 0) {
    check(at + 3 <= end, 'block header');
    const header = (data[at] as number) | ((data[at + 1] as number) << 8) | ((data[at + 2] as number) << 16);
    at = readBlock(frame, header, at + 3, end);
    last = header & 1;
  }
  check(sizeBytes === 0 || frame.at - frame.start === size, 'frame content size');
  if (checksum === 1) {
    check(at + 4 <= end, 'checksum');
    check(word(data, at) === xxh64Low(frame.out, frame.start, frame.at), 'checksum');
    at += 4;
  }
  return at;
}

function readBlock(frame: Frame, header: number, at: number, end: number): number {
  const { data, out } = frame;
  const type = (header >> 1) & 3;
  const size = header >> 3;
  const stored = type === 1 ? 1 : size;
  check(type !== 3 && size <= BLOCK && at + stored <= end, 'block');
  if (type === 2) {
    compressedBlock(frame, at, at + size);
  } else {
    check(frame.at + size <= out.length, 'stated length');
    if (type === 0) out.set(data.subarray(at, at + size), frame.at);
    else out.fill(data[at] as number, frame.at, frame.at + size);
    frame.at += size;
  }
  return at + stored;
}

function compressedBlock(frame: Frame, from: number, end: number): void {
  const { data, out } = frame;
  const section = literalsSection(frame, from, end);
  let at = section.end;
  check(at < end, 'sequences');
  let count = data[at++] as number;
  if (count === 255) {
    check(at + 2 <= end, 'sequences');
    count = (data[at] as number) + ((data[at + 1] as number) << 8) + 0x7f00;
    at += 2;
  } else if (count > 127) {
    check(at < end, 'sequences');
    count = ((count - 128) << 8) + (data[at++] as number);
  }
  if (count === 0) {
    check(at === end, 'sequences');
    check(frame.at + section.literals.length <= out.length, 'stated length');
    out.set(section.literals, frame.at);
    frame.at += section.literals.length;
    return;
  }
  check(at < end, 'sequences');
  const modes = data[at++] as number;
  check((modes & 3) === 0, 'sequence modes');
  const next = { at };
  const literals = sequenceTable(data, next, end, modes >> 6, frame.literals, 'literals');
  const offsets = sequenceTable(data, next, end, (modes >> 4) & 3, frame.offsets, 'offsets');
  const matches = sequenceTable(data, next, end, (modes >> 2) & 3, frame.matches, 'matches');
  Object.assign(frame, { literals, offsets, matches });
  frame.at = executeSequences(frame, { literals, offsets, matches }, section.literals, count, next.at, end);
}

/** The literals of a block (section 3.1.1.3.1). */
function literalsSection(frame: Frame, from: number, end: number): { literals: Uint8Array; end: number } {
  const { data } = frame;
  check(from < end, 'literals');
  const type = (data[from] as number) & 3;
  const format = ((data[from] as number) >> 2) & 3;
  const head = (data[from] as number) | ((data[from + 1] as number) << 8) | ((data[from + 2] as number) << 16);
  if (type < 2) {
    const headBytes = format === 1 ? 2 : format === 3 ? 3 : 1;
    const size = format === 1 ? (head & 0xffff) >> 4 : format === 3 ? head >> 4 : (head & 0xff) >> 3;
    const at = from + headBytes;
    const stored = type === 0 ? size : 1;
    check(size <= BLOCK && at + stored <= end, 'literals');
    const literals = type === 0 ? data.subarray(at, at + size) : new Uint8Array(size).fill(data[at] as number);
    return { literals, end: at + stored };
  }
  const headBytes = format < 2 ? 3 : format + 2;
  let at = from + headBytes;
  check(at <= end, 'literals');
  const [size, stored] =
    format < 2
      ? [(head >> 4) & 0x3ff, head >> 14]
      : format === 2
        ? [(head >> 4) & 0x3fff, ((data[from + 2] as number) >> 2) | ((data[from + 3] as number) << 6)]
        : [
            (head >> 4) & 0x3ffff,
            ((data[from + 2] as number) >> 6) | ((data[from + 3] as number) << 2) | ((data[from + 4] as number) << 10),
          ];
  const stop = at + stored;
  check(size <= BLOCK && stop <= end, 'literals');
  if (type === 2) {
    const read = readHuffman(data, at, stop);
    frame.huffman = read.table;
    at = read.end;
  }
  const table = frame.huffman;
  if (table === null) throw new Error('Zstandard literals');
  const literals = new Uint8Array(size);
  if (format === 0) {
    huffmanStream(table, data, at, stop, literals, 0, size);
    return { literals, end: stop };
  }
  check(at + 6 <= stop, 'literals');
  const part = (size + 3) >> 2;
  check(3 * part <= size, 'literals');
  let begin = at + 6;
  for (let i = 0; i < 4; i++) {
    const bytes = i === 3 ? stop - begin : (data[at + 2 * i] as number) | ((data[at + 2 * i + 1] as number) << 8);
    check(bytes >= 0 && begin + bytes <= stop, 'literals');
    huffmanStream(table, data, begin, begin + bytes, literals, i * part, i === 3 ? size : (i + 1) * part);
    begin += bytes;
  }
  return { literals, end: stop };
}

const LIMITS = {
  literals: { log: 9, symbols: 36 },
  offsets: { log: 8, symbols: 32 },
  matches: { log: 9, symbols: 53 },
};

function sequenceTable(
  data: Uint8Array,
  next: { at: number },
  end: number,
  mode: number,
  previous: FseTable | null,
  kind: keyof typeof LIMITS,
): FseTable {
  const { log, symbols } = LIMITS[kind];
  if (mode === 0) return predefined[kind];
  if (mode === 1) {
    check(next.at < end && (data[next.at] as number) < symbols, 'sequence table');
    return fixedFse(data[next.at++] as number);
  }
  if (mode === 2) {
    const counts = readFse(data, next.at, end, log, symbols);
    next.at = counts.end;
    return buildFse(counts.counts, counts.log);
  }
  if (previous === null) throw new Error('Zstandard sequence table');
  return previous;
}

/** Lengths behind their codes (section 3.1.1.3.2.1.1): extra bits, and the least length of each code. */
function lengths(first: number, extra: readonly number[]): { bits: Uint8Array; base: Int32Array } {
  const base = new Int32Array(extra.length);
  let value = first;
  for (const [code, bits] of extra.entries()) {
    base[code] = value;
    value += 2 ** bits;
  }
  return { bits: Uint8Array.from(extra), base };
}

const few = (count: number): number[] => new Array<number>(count).fill(0);
const LITERAL = lengths(0, [...few(16), 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
const MATCH = lengths(3, [...few(32), 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);

function executeSequences(
  frame: Frame,
  tables: Record<'literals' | 'offsets' | 'matches', FseTable>,
  literals: Uint8Array,
  count: number,
  from: number,
  end: number,
): number {
  const { data, out, start, repeats } = frame;
  const { literals: ll, offsets: of, matches: ml } = tables;
  const literalBits = LITERAL.bits;
  const literalBase = LITERAL.base;
  const matchBits = MATCH.bits;
  const matchBase = MATCH.base;
  const mark = from < end ? (data[end - 1] as number) : 0;
  check(mark !== 0, 'sequence bits');
  const zero = from * 8;
  let pos = (end - 1) * 8 + 31 - Math.clz32(mark);
  const limit = Math.min(out.length, frame.at + BLOCK);
  let at = frame.at;
  let literal = 0;
  pos -= ll.log;
  check(pos >= zero, 'sequence bits');
  let literalState = bitsAt(data, pos, ll.log);
  pos -= of.log;
  check(pos >= zero, 'sequence bits');
  let offsetState = bitsAt(data, pos, of.log);
  pos -= ml.log;
  check(pos >= zero, 'sequence bits');
  let matchState = bitsAt(data, pos, ml.log);
  for (let i = 0; i < count; i++) {
    const offsetCode = of.symbols[offsetState] as number;
    const matchCode = ml.symbols[matchState] as number;
    const literalCode = ll.symbols[literalState] as number;
    pos -= offsetCode;
    check(pos >= zero, 'sequence bits');
    let offset =
      offsetCode <= 24
        ? (1 << offsetCode) + bitsAt(data, pos, offsetCode)
        : 2 ** offsetCode + bitsAt(data, pos + 16, offsetCode - 16) * 65_536 + bitsAt(data, pos, 16);
    pos -= matchBits[matchCode] as number;
    check(pos >= zero, 'sequence bits');
    const match = (matchBase[matchCode] as number) + bitsAt(data, pos, matchBits[matchCode] as number);
    pos -= literalBits[literalCode] as number;
    check(pos >= zero, 'sequence bits');
    const copied = (literalBase[literalCode] as number) + bitsAt(data, pos, literalBits[literalCode] as number);
    offset = distance(offset, copied, repeats);
    if (i < count - 1) {
      const literalNext = ll.bits[literalState] as number;
      const matchNext = ml.bits[matchState] as number;
      const offsetNext = of.bits[offsetState] as number;
      check(pos - literalNext - matchNext - offsetNext >= zero, 'sequence bits');
      pos -= literalNext;
      literalState = (ll.base[literalState] as number) + bitsAt(data, pos, literalNext);
      pos -= matchNext;
      matchState = (ml.base[matchState] as number) + bitsAt(data, pos, matchNext);
      pos -= offsetNext;
      offsetState = (of.base[offsetState] as number) + bitsAt(data, pos, offsetNext);
    }
    check(copied <= literals.length - literal && at + copied + match <= limit, 'sequence length');
    for (const stop = literal + copied; literal < stop; ) out[at++] = literals[literal++] as number;
    check(offset > 0 && offset <= at - start, 'match offset');
    copyMatch(out, at, offset, match);
    at += match;
  }
  check(pos === zero, 'sequence bits');
  check(literals.length - literal <= limit - at, 'stated length');
  out.set(literal === 0 ? literals : literals.subarray(literal), at);
  return at + literals.length - literal;
}

/** A stated offset into a distance, by the three last ones (section 3.1.1.5). */
function distance(value: number, literals: number, repeats: Int32Array): number {
  const [first, second, third] = [repeats[0] as number, repeats[1] as number, repeats[2] as number];
  if (value > 3) {
    check(value - 3 < 2 ** 31, 'match offset');
    repeats[2] = second;
    repeats[1] = first;
    repeats[0] = value - 3;
    return value - 3;
  }
  const index = literals === 0 ? value : value - 1;
  if (index === 0) return first;
  const found = index === 1 ? second : index === 2 ? third : first - 1;
  if (index > 1) repeats[2] = second;
  repeats[1] = first;
  repeats[0] = found;
  return found;
}

function copyMatch(out: Uint8Array, at: number, offset: number, length: number): void {
  if (offset === 1) out.fill(out[at - 1] as number, at, at + length);
  else if (offset >= length && length > 48) out.copyWithin(at, at - offset, at - offset + length);
  else for (let i = at; i < at + length; i++) out[i] = out[i - offset] as number;
}

/** `count` (at most 24) bits from bit `at` on, least significant first. */
function bitsAt(data: Uint8Array, at: number, count: number): number {
  const byte = at >>> 3;
  const loaded =
    (data[byte] as number) |
    ((data[byte + 1] as number) << 8) |
    ((data[byte + 2] as number) << 16) |
    ((data[byte + 3] as number) << 24);
  return (loaded >>> (at & 7)) & ((1 << count) - 1);
}

function word(data: Uint8Array, at: number): number {
  return (
    ((data[at] as number) |
      ((data[at + 1] as number) << 8) |
      ((data[at + 2] as number) << 16) |
      ((data[at + 3] as number) << 24)) >>>
    0
  );
}

function check(sound: boolean, what: string): void {
  if (!sound) throw new Error(`Zstandard ${what}`);
}
