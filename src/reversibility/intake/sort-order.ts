/**
 * Order of numbers: positions by rising value, equal values by position.
 *
 * Radix sort of the bits of doubles (Knuth, "The Art of Computer Programming" 3, 5.2.5), 11 or 16 at a time; a comparator on a million
 * positions costs ten times as much.
 * @module
 */

const SMALL = 512;
/** Up to so many numbers, digits of eleven bits cost less than those of sixteen: their lists stay near. */
const NEAR = 1 << 17;

/** Positions of the given values in rising order; equal values stay in the order given. No value may be NaN. */
export function sortOrder(values: Float64Array, positions: Int32Array): Int32Array {
  if (positions.length <= SMALL) {
    return Int32Array.from(positions, (_, i) => i)
      .sort((a, b) => (values[positions[a] as number] as number) - (values[positions[b] as number] as number) || a - b)
      .map((i) => positions[i] as number);
  }
  const n = positions.length;
  const keys = new Float64Array(n);
  // Adding zero makes one of the two zeros.
  for (let i = 0; i < n; i++) keys[i] = (values[positions[i] as number] as number) + 0;
  const words = new Uint32Array(keys.buffer);
  if (n <= NEAR) {
    const order = inElevens(words, n);
    for (let i = 0; i < n; i++) order[i] = positions[order[i] as number] as number;
    return order;
  }
  const low = new Uint32Array(n);
  const high = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    const first = words[2 * i] as number;
    const second = words[2 * i + 1] as number;
    // The bits of a negative number fall where the number rises.
    const negative = second >>> 31 === 1;
    low[i] = negative ? ~first : first;
    high[i] = negative ? ~second : second ^ 0x80000000;
  }
  let order = Int32Array.from(positions, (_, i) => i);
  let spare = new Int32Array(n);
  for (const [word, shift] of [
    [low, 0],
    [low, 16],
    [high, 0],
    [high, 16],
  ] as const) {
    if (pass(word, shift, order, spare)) [order, spare] = [spare, order];
  }
  for (let i = 0; i < n; i++) spare[i] = positions[order[i] as number] as number;
  return spare;
}

const DIGITS = 6;
const VALUES = 2048;

/** Six digits of eleven bits, all counted at once. @param words - of the doubles, the low one first; changed */
function inElevens(words: Uint32Array, n: number): Int32Array {
  const counts = new Int32Array(DIGITS * VALUES);
  for (let i = 0; i < n; i++) {
    // The bits of a negative number fall where the number rises.
    const negative = -((words[2 * i + 1] as number) >>> 31);
    words[2 * i] = (words[2 * i] as number) ^ negative;
    words[2 * i + 1] = (words[2 * i + 1] as number) ^ (negative | 0x80000000);
    for (let digit = 0; digit < DIGITS; digit++) {
      const at = digit * VALUES + digitOf(words, i, digit);
      counts[at] = (counts[at] as number) + 1;
    }
  }
  let order: Int32Array<ArrayBuffer> = new Int32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  let spare: Int32Array<ArrayBuffer> = new Int32Array(n);
  for (let digit = 0; digit < DIGITS; digit++) {
    const starts = counts.subarray(digit * VALUES, (digit + 1) * VALUES);
    if (starts[digitOf(words, 0, digit)] === n) continue;
    let sum = 0;
    for (let value = 0; value < VALUES; value++) {
      const count = starts[value] as number;
      starts[value] = sum;
      sum += count;
    }
    for (let i = 0; i < n; i++) {
      const at = order[i] as number;
      const own = digitOf(words, at, digit);
      const slot = starts[own] as number;
      starts[own] = slot + 1;
      spare[slot] = at;
    }
    [order, spare] = [spare, order];
  }
  return order;
}

function digitOf(words: Uint32Array, i: number, digit: number): number {
  const low = words[2 * i] as number;
  const high = words[2 * i + 1] as number;
  switch (digit) {
    case 0:
      return low & 2047;
    case 1:
      return (low >>> 11) & 2047;
    case 2:
      return ((low >>> 22) | (high << 10)) & 2047;
    case 3:
      return (high >>> 1) & 2047;
    case 4:
      return (high >>> 12) & 2047;
    default:
      return high >>> 23;
  }
}

/** One pass; false when all digits are equal and nothing was moved. */
function pass(word: Uint32Array, shift: number, from: Int32Array, to: Int32Array): boolean {
  const starts = new Int32Array(65_537);
  for (let i = 0; i < word.length; i++) {
    const digit = ((word[i] as number) >>> shift) & 0xffff;
    starts[digit + 1] = (starts[digit + 1] as number) + 1;
  }
  if (starts[(((word[0] as number) >>> shift) & 0xffff) + 1] === word.length) return false;
  for (let digit = 0; digit < 65_536; digit++)
    starts[digit + 1] = (starts[digit + 1] as number) + (starts[digit] as number);
  for (let i = 0; i < from.length; i++) {
    const at = from[i] as number;
    const digit = ((word[at] as number) >>> shift) & 0xffff;
    const slot = starts[digit] as number;
    starts[digit] = slot + 1;
    to[slot] = at;
  }
  return true;
}
