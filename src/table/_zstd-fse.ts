/**
 * Finite state entropy tables of Zstandard (RFC 8878, section 4.1).
 * @module
 */

/** A decoding table: what each state stands for, and how the next state follows. */
export interface FseTable {
  /** Bits of a first state. */
  readonly log: number;
  readonly symbols: Uint8Array;
  /** Bits to read for the next state, and what they are added to. */
  readonly bits: Uint8Array;
  readonly base: Uint16Array;
}

/** Reads normalised counts. @throws Error when they leave their section, or do not fill the table */
export function readFse(
  data: Uint8Array,
  from: number,
  end: number,
  maxLog: number,
  maxSymbols: number,
): { counts: Int16Array; log: number; end: number } {
  let bit = from * 8;
  const stop = end * 8;
  const peek = (count: number): number => {
    const byte = bit >>> 3;
    if (byte >= end) throw new Error('Zstandard entropy table');
    const loaded = (data[byte] as number) | ((data[byte + 1] as number) << 8) | ((data[byte + 2] as number) << 16);
    return (loaded >>> (bit & 7)) & ((1 << count) - 1);
  };
  const log = peek(4) + 5;
  bit += 4;
  const counts = new Int16Array(maxSymbols);
  let left = 1 << log;
  let symbol = 0;
  if (log > maxLog) throw new Error('Zstandard entropy table');
  while (left > 0 && symbol < maxSymbols) {
    const width = 32 - Math.clz32(left + 1);
    const low = (1 << (width - 1)) - 1;
    // The smallest values need one bit less.
    const spare = (1 << width) - 2 - left;
    let value = peek(width);
    if ((value & low) < spare) {
      bit += width - 1;
      value &= low;
    } else {
      bit += width;
      if (value > low) value -= spare;
    }
    const count = value - 1;
    left -= count < 0 ? 1 : count;
    counts[symbol++] = count;
    if (count === 0) {
      let zeros: number;
      do {
        zeros = peek(2);
        bit += 2;
        symbol += zeros;
      } while (zeros === 3);
    }
  }
  if (left !== 0 || symbol > maxSymbols || bit > stop) throw new Error('Zstandard entropy table');
  return { counts, log, end: (bit + 7) >>> 3 };
}

/** Spreads the symbols over the states. */
export function buildFse(counts: Int16Array, log: number): FseTable {
  const size = 1 << log;
  const symbols = new Uint8Array(size);
  const next = new Uint16Array(counts.length);
  let high = size - 1;
  for (let symbol = 0; symbol < counts.length; symbol++) {
    const count = counts[symbol] as number;
    next[symbol] = count < 0 ? 1 : count;
    if (count < 0) symbols[high--] = symbol;
  }
  const step = (size >> 1) + (size >> 3) + 3;
  let at = 0;
  for (let symbol = 0; symbol < counts.length; symbol++) {
    for (let i = 0; i < (counts[symbol] as number); i++) {
      symbols[at] = symbol;
      do at = (at + step) & (size - 1);
      while (at > high);
    }
  }
  const bits = new Uint8Array(size);
  const base = new Uint16Array(size);
  for (let state = 0; state < size; state++) {
    const symbol = symbols[state] as number;
    const rank = next[symbol] as number;
    next[symbol] = rank + 1;
    bits[state] = log - (31 - Math.clz32(rank));
    base[state] = (rank << (bits[state] as number)) - size;
  }
  return { log, symbols, bits, base };
}

/** The table of one symbol, which takes no bits. */
export function fixedFse(symbol: number): FseTable {
  return { log: 0, symbols: Uint8Array.of(symbol), bits: Uint8Array.of(0), base: Uint16Array.of(0) };
}

/** The tables of section 3.1.1.3.2.2. */
export const predefined: Record<'literals' | 'offsets' | 'matches', FseTable> = {
  literals: buildFse(
    Int16Array.of(
      ...[4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1],
      ...[-1, -1, -1, -1],
    ),
    6,
  ),
  offsets: buildFse(
    Int16Array.of(1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1),
    5,
  ),
  matches: buildFse(
    Int16Array.of(
      ...[1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
      ...[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1],
    ),
    6,
  ),
};
