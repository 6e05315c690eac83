/**
 * Huffman codes of Zstandard's literals (RFC 8878, section 4.2).
 * @module
 */
import { buildFse, readFse } from './_zstd-fse.js';

/** What the next `log` bits stand for: a symbol, and below it in four bits the length of its code. */
export interface HuffmanTable {
  readonly log: number;
  readonly entries: Uint16Array;
}

const MAX_LOG = 11;

/** Reads a description of codes. @throws Error when it leaves its section, or the codes are not complete */
export function readHuffman(data: Uint8Array, from: number, end: number): { table: HuffmanTable; end: number } {
  if (from >= end) throw new Error('Zstandard codes');
  const weights = new Uint8Array(256);
  const header = data[from] as number;
  let count: number;
  let at = from + 1;
  if (header < 128) {
    if (at + header > end) throw new Error('Zstandard codes');
    count = packedWeights(data, at, at + header, weights);
    at += header;
  } else {
    count = header - 127;
    if (at + ((count + 1) >> 1) > end) throw new Error('Zstandard codes');
    for (let i = 0; i < count; i++) {
      const pair = data[at + (i >> 1)] as number;
      weights[i] = i % 2 === 0 ? pair >> 4 : pair & 15;
    }
    at += (count + 1) >> 1;
  }
  return { table: tableOf(weights, count), end: at };
}

/** Weights as two interleaved streams of states (section 4.2.1.2). Returns their number. */
function packedWeights(data: Uint8Array, from: number, end: number, weights: Uint8Array): number {
  const read = readFse(data, from, end, 6, 256);
  const { symbols, bits, base, log } = buildFse(read.counts, read.log);
  const mark = read.end < end ? (data[end - 1] as number) : 0;
  if (mark === 0) throw new Error('Zstandard codes');
  const zero = read.end * 8;
  let pos = (end - 1) * 8 + 31 - Math.clz32(mark);
  const take = (width: number): number => {
    pos -= width;
    let value = 0;
    for (let i = 0; i < width; i++) {
      const bit = pos + i;
      if (bit >= zero) value |= (((data[bit >>> 3] as number) >> (bit & 7)) & 1) << i;
    }
    return value;
  };
  const states = [take(log), take(log)];
  if (pos < zero) throw new Error('Zstandard codes');
  for (let count = 0, turn = 0; count < 254; turn ^= 1) {
    const state = states[turn] as number;
    weights[count++] = symbols[state] as number;
    states[turn] = (base[state] as number) + take(bits[state] as number);
    if (pos < zero) {
      weights[count++] = symbols[states[turn ^ 1] as number] as number;
      return count;
    }
  }
  throw new Error('Zstandard codes');
}

/** The last symbol's weight is what is missing to a power of two. */
function tableOf(weights: Uint8Array, count: number): HuffmanTable {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const weight = weights[i] as number;
    if (weight > MAX_LOG) throw new Error('Zstandard codes');
    if (weight > 0) sum += 2 ** (weight - 1);
  }
  const log = 32 - Math.clz32(sum);
  const rest = 2 ** log - sum;
  if (sum === 0 || log > MAX_LOG || (rest & (rest - 1)) !== 0) throw new Error('Zstandard codes');
  weights[count] = 32 - Math.clz32(rest);
  const entries = new Uint16Array(1 << log);
  let at = 0;
  for (let weight = 1; weight <= log; weight++) {
    for (let symbol = 0; symbol <= count; symbol++) {
      if (weights[symbol] !== weight) continue;
      const span = 1 << (weight - 1);
      entries.fill((symbol << 4) | (log + 1 - weight), at, at + span);
      at += span;
    }
  }
  return { log, entries };
}

/** Decodes one stream, read from its end, into `out[start..stop)`. @throws Error unless it ends on its last bit */
export function huffmanStream(
  table: HuffmanTable,
  data: Uint8Array,
  from: number,
  end: number,
  out: Uint8Array,
  start: number,
  stop: number,
): void {
  const { log, entries } = table;
  const mark = from < end ? (data[end - 1] as number) : 0;
  if (mark === 0) throw new Error('Zstandard literals');
  const mask = (1 << log) - 1;
  const zero = from * 8;
  let pos = (end - 1) * 8 + 31 - Math.clz32(mark);
  let at = start;
  // Three bytes hold a code wherever it begins; the source is padded.
  for (const floor = zero + log; at < stop && pos >= floor; ) {
    const bit = pos - log;
    const byte = bit >>> 3;
    const loaded = (data[byte] as number) | ((data[byte + 1] as number) << 8) | ((data[byte + 2] as number) << 16);
    const entry = entries[(loaded >>> (bit & 7)) & mask] as number;
    out[at++] = entry >> 4;
    pos -= entry & 15;
  }
  // The last codes: zeros stand for the bits before the stream.
  while (at < stop) {
    let window = 0;
    for (let i = 0; i < log; i++) {
      const bit = pos - log + i;
      if (bit >= zero) window |= (((data[bit >>> 3] as number) >> (bit & 7)) & 1) << i;
    }
    const entry = entries[window] as number;
    out[at++] = entry >> 4;
    pos -= entry & 15;
    if (pos < zero) throw new Error('Zstandard literals');
  }
  if (pos !== zero) throw new Error('Zstandard literals');
}
