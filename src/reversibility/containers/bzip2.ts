/**
 * bzip2 to bytes: block-sorted text behind run lengths, move-to-front and Huffman codes.
 *
 * The format has no standard of its own; written from the description "bzip2 Format Specification" (J. Tsai, 2016).
 * @module
 */
import { bytesOfText, textOfBytes } from './bytes.js';

class Bits {
  private at = 0;
  private held = 0;
  private buffer = 0;

  constructor(private readonly bytes: Uint8Array) {}

  bit(): number {
    if (this.held === 0) {
      if (this.at >= this.bytes.length) throw new RangeError('end of data');
      this.buffer = this.bytes[this.at++] as number;
      this.held = 8;
    }
    this.held--;
    return (this.buffer >> this.held) & 1;
  }

  read(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 2 + this.bit();
    return value;
  }

  align(): void {
    this.held = 0;
  }

  get ended(): boolean {
    return this.at >= this.bytes.length;
  }
}

/** A canonical Huffman code: for each length its first code, how many there are, and the symbols in order. */
interface Huffman {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly offset: Int32Array;
  readonly symbols: Int32Array;
}

function huffmanOf(lengths: Uint8Array): Huffman {
  const count = new Int32Array(22);
  for (const length of lengths) count[length] = (count[length] as number) + 1;
  const first = new Int32Array(22);
  const offset = new Int32Array(22);
  let code = 0;
  let at = 0;
  for (let length = 1; length < 22; length++) {
    first[length] = code;
    offset[length] = at;
    code = (code + (count[length] as number)) << 1;
    at += count[length] as number;
  }
  const symbols = new Int32Array(at);
  const next = offset.slice();
  lengths.forEach((length, symbol) => {
    const place = next[length] as number;
    symbols[place] = symbol;
    next[length] = place + 1;
  });
  return { first, count, offset, symbols };
}

function symbolOf(bits: Bits, { first, count, offset, symbols }: Huffman): number {
  let code = 0;
  for (let length = 1; length < 21; length++) {
    code = code * 2 + bits.bit();
    const place = code - (first[length] as number);
    if (place >= 0 && place < (count[length] as number)) return symbols[(offset[length] as number) + place] as number;
  }
  throw new RangeError('no symbol');
}

function tablesOf(bits: Bits, groups: number, alphabet: number): Huffman[] {
  return Array.from({ length: groups }, () => {
    const lengths = new Uint8Array(alphabet);
    let length = bits.read(5);
    for (let i = 0; i < alphabet; i++) {
      while (bits.bit() === 1) length += bits.bit() === 0 ? 1 : -1;
      if (length < 1 || length > 20) throw new RangeError('code length');
      lengths[i] = length;
    }
    return huffmanOf(lengths);
  });
}

/** Symbols present in a block: sixteen bits of groups, then sixteen bits a group. */
function usedSymbols(bits: Bits): number[] {
  const groups = bits.read(16);
  const used: number[] = [];
  for (let group = 0; group < 16; group++) {
    if ((groups & (0x8000 >> group)) === 0) continue;
    const own = bits.read(16);
    for (let i = 0; i < 16; i++) if ((own & (0x8000 >> i)) !== 0) used.push(16 * group + i);
  }
  return used;
}

function selectorsOf(bits: Bits, groups: number): Uint8Array {
  const selectors = new Uint8Array(bits.read(15));
  const order = Array.from({ length: groups }, (_, i) => i);
  for (let i = 0; i < selectors.length; i++) {
    let place = 0;
    while (bits.bit() === 1) place++;
    if (place >= groups) throw new RangeError('selector');
    const [own] = order.splice(place, 1) as [number];
    order.unshift(own);
    selectors[i] = own;
  }
  return selectors;
}

/** One block as it was before the run lengths of four and more were shortened. */
function blockOf(bits: Bits, most: number): Uint8Array {
  bits.read(32);
  if (bits.bit() === 1) throw new RangeError('randomised');
  const origin = bits.read(24);
  const front = usedSymbols(bits);
  const groups = bits.read(3);
  const selectors = selectorsOf(bits, groups);
  const tables = tablesOf(bits, groups, front.length + 2);
  const sorted = new Uint8Array(most);
  let length = 0;
  let run = 0;
  let weight = 1;
  for (let symbols = 0; ; symbols++) {
    const table = tables[selectors[Math.floor(symbols / 50)] as number];
    if (table === undefined) throw new RangeError('table');
    const symbol = symbolOf(bits, table);
    if (symbol < 2) {
      run += weight << symbol;
      weight <<= 1;
      if (run > most) throw new RangeError('run');
      continue;
    }
    if (run > 0) {
      if (length + run > most) throw new RangeError('block');
      sorted.fill(front[0] as number, length, length + run);
      length += run;
      run = 0;
      weight = 1;
    }
    if (symbol === front.length + 1) break;
    const [own] = front.splice(symbol - 1, 1) as [number];
    front.unshift(own);
    if (length >= most) throw new RangeError('block');
    sorted[length++] = own;
  }
  return unsorted(sorted.subarray(0, length), origin);
}

/** Burrows and Wheeler's transform undone. */
function unsorted(sorted: Uint8Array, origin: number): Uint8Array {
  const starts = new Int32Array(257);
  for (const byte of sorted) starts[byte + 1] = (starts[byte + 1] as number) + 1;
  for (let i = 1; i < 257; i++) starts[i] = (starts[i] as number) + (starts[i - 1] as number);
  const next = new Int32Array(sorted.length);
  for (let i = 0; i < sorted.length; i++) {
    const byte = sorted[i] as number;
    next[starts[byte] as number] = i;
    starts[byte] = (starts[byte] as number) + 1;
  }
  const out = new Uint8Array(sorted.length);
  let at = next[origin] ?? 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = sorted[at] as number;
    at = next[at] as number;
  }
  return out;
}

/** Four equal bytes are followed by how many more of them there were. */
function expand(block: Uint8Array, into: Uint8Array[], room: number): number {
  let size = 0;
  let run = 0;
  let out = new Uint8Array(Math.min(room, 2 * block.length + 1024));
  const put = (byte: number, times: number): void => {
    if (size + times > room) throw new RangeError('too long');
    if (size + times > out.length) {
      const more = new Uint8Array(Math.min(room, 2 * (size + times)));
      more.set(out.subarray(0, size));
      out = more;
    }
    out.fill(byte, size, size + times);
    size += times;
  };
  for (let i = 0; i < block.length; i++) {
    const byte = block[i] as number;
    if (run === 4) {
      put(block[i - 1] as number, byte);
      run = 0;
      continue;
    }
    run = i > 0 && run > 0 && byte === block[i - 1] ? run + 1 : 1;
    put(byte, 1);
  }
  into.push(out.subarray(0, size));
  return size;
}

/** bzip2 to bytes, at most `most` of them; null for anything else. */
export function fromBzip2(binary: string, most: number): string | null {
  if (!/^BZh[1-9]1AY&SY/.test(binary)) return null;
  const bytes = bytesOfText(binary);
  if (bytes === null) return null;
  const parts: Uint8Array[] = [];
  let total = 0;
  try {
    const bits = new Bits(bytes);
    while (!bits.ended) {
      if (bits.read(24) !== 0x425a68) break;
      const largest = 100_000 * (bits.read(8) - 48);
      while (bits.read(24) === 0x314159) {
        if (bits.read(24) !== 0x265359) return null;
        total += expand(blockOf(bits, largest), parts, most - total);
      }
      bits.read(24);
      bits.read(32);
      bits.align();
    }
  } catch {
    return null;
  }
  return total === 0 ? null : parts.map(textOfBytes).join('');
}
