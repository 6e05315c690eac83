/**
 * FF1 over columns of text and over integers of any range: what maskers use (NIST SP 800-38G with the limit of Rev. 1,
 * second public draft, February 2025: at least 1,000,000 values).
 *
 * Texts keep their length and alphabet. Integers of a range that is no power are enciphered in the smallest FF1 domain
 * that holds them and again while the result lies outside (cycle walking: Black and Rogaway, CT-RSA 2002, section 5).
 * FF3 and FF3-1 are not offered: Rev. 1 withdraws them.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { type Backend, type BlockCipher, defaultBackend } from './backend.js';
import { utf8 } from './bytes.js';
import { checkFf1Domain, ff1 } from './ff1.js';
import { FF1_CHUNK, type Ff1Plan, ff1Blocks, ff1Plan, ff1Rounds, integerPower } from './ff1-rounds.js';
import { type KeyLike, withKey } from './secret-key.js';
import { type SuiteName, suiteParts } from './suite.js';
import type { ByteColumn } from './token-text.js';

/** Smallest domain of Rev. 1. */
export const FF1_MINIMUM = 1_000_000;

/** Options common to texts and integers. */
export interface Ff1Options {
  /** Public; values under different tweaks are unrelated. Default: empty. */
  readonly tweak?: Uint8Array;
  /** FF1-AES (`intl`, default; key of 16, 24 or 32 bytes) or FF1-SM4 (`gm`; 16 bytes). */
  readonly suite?: SuiteName;
  /** Default: the back end of the platform. */
  readonly backend?: Backend;
}

/** Options of {@link ff1Column}. */
export interface Ff1ColumnOptions extends Ff1Options {
  /** The letters of the texts in numeral order: 2 to 95 different printable ASCII characters; default the ten digits. */
  readonly alphabet?: string;
}

/** Result of {@link ff1Column}. */
export interface Ff1Result {
  /** Same rows; a refused row is empty. */
  readonly column: ByteColumn;
  /** Rows that were refused, ascending: a letter outside the alphabet, or fewer than 1,000,000 texts of that length. */
  readonly refused: Int32Array;
}

/**
 * Enciphers or deciphers every text of a column.
 *
 * @throws SCRIM_ARGUMENT for an unusable alphabet, tweak or key
 * @example
 * ff1Column(key, 'encrypt', { bytes: utf8('13812345678'), offsets: Int32Array.of(0, 11) }).column.bytes.length; // => 11
 */
export function ff1Column(
  key: KeyLike,
  direction: 'encrypt' | 'decrypt',
  column: ByteColumn,
  options: Ff1ColumnOptions = {},
): Ff1Result {
  const { alphabet = '0123456789', tweak = new Uint8Array() } = options;
  return ff1ColumnWith(cipherOf(key, options), direction, column, { alphabet, tweak, minimum: FF1_MINIMUM });
}

function cipherOf(key: KeyLike, { suite = 'intl', backend = defaultBackend(), tweak }: Ff1Options): BlockCipher {
  if (tweak !== undefined && tweak.length > 65535) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'tweak', problem: 'it has more than 65535 bytes' });
  }
  return withKey(key, (bytes) => backend.blockCipher(suiteParts[suite].cipher, bytes));
}

/** {@link ff1Column} with another limit, for the vectors. Internal. */
export function ff1ColumnWith(
  cipher: BlockCipher,
  direction: 'encrypt' | 'decrypt',
  column: ByteColumn,
  options: { readonly alphabet: string; readonly tweak: Uint8Array; readonly minimum: number },
): Ff1Result {
  const { alphabet, tweak, minimum } = options;
  if (!/^[\x20-\x7e]{2,95}$/.test(alphabet) || new Set(alphabet).size !== alphabet.length) {
    throw new ScrimError('SCRIM_ARGUMENT', {
      name: 'alphabet',
      problem: 'it is not 2 to 95 different printable ASCII characters',
    });
  }
  const letters = utf8(alphabet);
  const numerals = new Uint8Array(256).fill(255);
  letters.forEach((letter, numeral) => {
    numerals[letter] = numeral;
  });
  const { bytes, offsets } = column;
  const rows = Math.max(0, offsets.length - 1);
  const base = offsets[0] ?? 0;
  const output = new Uint8Array((offsets[rows] ?? 0) - base);
  const bad = new Uint8Array(rows);
  const most = Math.min(FF1_CHUNK, rows);
  const work = {
    left: new Float64Array(most),
    right: new Float64Array(most),
    at: new Int32Array(most),
    bad: new Uint8Array(most),
  };
  let refused = 0;
  for (const { length, members, count: total } of rowsByLength(offsets)) {
    if (length > 4096 || !fitsDomain(letters.length, length, minimum)) {
      for (let i = 0; i < total; i++) bad[members === null ? i : members[i]!] = 1;
      refused += total;
      continue;
    }
    const plan = ff1Plan(cipher, letters.length, length, tweak);
    const blocks = plan === undefined ? new Uint8Array() : ff1Blocks(plan, total);
    for (let start = 0; start < total; start += FF1_CHUNK) {
      const count = Math.min(FF1_CHUNK, total - start);
      for (let i = 0; i < count; i++) work.at[i] = offsets[members === null ? start + i : members[start + i]!]!;
      work.bad.fill(0, 0, count);
      let faults: number;
      if (plan === undefined)
        faults = longTexts(cipher, direction, bytes, base, length, letters, numerals, tweak, count, work, output);
      else faults = shortTexts(plan, blocks, direction, bytes, base, letters, numerals, count, work, output);
      if (faults > 0)
        for (let i = 0; i < count; i++) bad[members === null ? start + i : members[start + i]!] = work.bad[i]!;
      refused += faults;
    }
  }
  return refused === 0 ? whole(output, offsets, base) : without(output, offsets, base, bad, refused);
}

interface Work {
  readonly left: Float64Array;
  readonly right: Float64Array;
  /** Where the texts begin. */
  readonly at: Int32Array;
  /** 1 = a letter outside the alphabet. */
  readonly bad: Uint8Array;
}

function fitsDomain(radix: number, length: number, minimum: number): boolean {
  try {
    checkFf1Domain(radix, length, minimum);
    return true;
  } catch {
    return false;
  }
}

interface LengthGroup {
  /** 4097 stands for everything longer than FF1 takes here. */
  readonly length: number;
  /** Its rows, ascending; null = all rows. */
  readonly members: Int32Array | null;
  readonly count: number;
}

/** The rows by length of text. */
function rowsByLength(offsets: Int32Array): LengthGroup[] {
  const rows = Math.max(0, offsets.length - 1);
  const counts = new Int32Array(4098);
  for (let row = 0; row < rows; row++) counts[Math.min(4097, offsets[row + 1]! - offsets[row]!)]!++;
  const groups: { length: number; members: Int32Array; count: number }[] = [];
  const groupOf = new Int32Array(4098);
  for (let length = 0; length < 4098; length++) {
    const count = counts[length]!;
    if (count === 0) continue;
    if (count === rows) return [{ length, members: null, count }];
    groupOf[length] = groups.length;
    groups.push({ length, members: new Int32Array(count), count });
  }
  const filled = new Int32Array(groups.length);
  for (let row = 0; row < rows; row++) {
    const group = groupOf[Math.min(4097, offsets[row + 1]! - offsets[row]!)]!;
    groups[group]!.members[filled[group]!++] = row;
  }
  return groups;
}

function shortTexts(
  plan: Ff1Plan,
  blocks: Uint8Array,
  direction: 'encrypt' | 'decrypt',
  bytes: Uint8Array,
  base: number,
  letters: Uint8Array,
  numerals: Uint8Array,
  count: number,
  work: Work,
  output: Uint8Array,
): number {
  const { u, v } = plan;
  const { left, right, at, bad } = work;
  let faults = readHalves(bytes, at, count, 0, u, numerals, letters.length, left, bad);
  faults += readHalves(bytes, at, count, u, v, numerals, letters.length, right, bad);
  ff1Rounds(plan, direction, left, right, count, blocks);
  writeHalves(output, at, base, count, 0, u, letters, left);
  writeHalves(output, at, base, count, u, v, letters, right);
  return faults;
}

/** Reads `digits` letters of every text as one number; returns how many texts became bad. */
function readHalves(
  bytes: Uint8Array,
  at: Int32Array,
  count: number,
  skip: number,
  digits: number,
  numerals: Uint8Array,
  radix: number,
  half: Float64Array,
  bad: Uint8Array,
): number {
  let faults = 0;
  for (let i = 0; i < count; i++) {
    const from = at[i]! + skip;
    let value = 0;
    let seen = 0;
    for (let j = 0; j < digits; j++) {
      const numeral = numerals[bytes[from + j]!]!;
      seen |= numeral;
      value = value * radix + numeral;
    }
    if (seen > 127) {
      if (bad[i] === 0) faults++;
      bad[i] = 1;
      value = 0;
    }
    half[i] = value;
  }
  return faults;
}

function writeHalves(
  output: Uint8Array,
  at: Int32Array,
  base: number,
  count: number,
  skip: number,
  digits: number,
  letters: Uint8Array,
  half: Float64Array,
): void {
  const radix = letters.length;
  // Exact below 2^51, see ff1-rounds.ts.
  const reciprocal = 1 / radix;
  for (let i = 0; i < count; i++) {
    const first = at[i]! - base + skip;
    let value = half[i]!;
    for (let j = first + digits - 1; j >= first; j--) {
      const quotient = Math.floor((value + 0.5) * reciprocal);
      output[j] = letters[value - quotient * radix]!;
      value = quotient;
    }
  }
}

/** Texts whose halves exceed 48 bits: one after another in exact integers. */
function longTexts(
  cipher: BlockCipher,
  direction: 'encrypt' | 'decrypt',
  bytes: Uint8Array,
  base: number,
  length: number,
  letters: Uint8Array,
  numerals: Uint8Array,
  tweak: Uint8Array,
  count: number,
  { at, bad }: Work,
  output: Uint8Array,
): number {
  let faults = 0;
  const text = new Uint16Array(length);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < length; j++) text[j] = numerals[bytes[at[i]! + j]!]!;
    if (text.includes(255)) {
      bad[i] = 1;
      faults++;
      continue;
    }
    const result = ff1(cipher, direction, text, { radix: letters.length, tweak, minimum: 0 });
    for (let j = 0; j < length; j++) output[at[i]! - base + j] = letters[result[j]!]!;
  }
  return faults;
}

function whole(output: Uint8Array, offsets: Int32Array, base: number): Ff1Result {
  const own =
    offsets.length === 0 ? new Int32Array(1) : base === 0 ? offsets.slice() : offsets.map((offset) => offset - base);
  return { column: { bytes: output, offsets: own }, refused: new Int32Array(0) };
}

/** Closes the gaps of refused rows. */
function without(output: Uint8Array, offsets: Int32Array, base: number, bad: Uint8Array, count: number): Ff1Result {
  const refused = new Int32Array(count);
  const own = new Int32Array(offsets.length);
  let filled = 0;
  let to = 0;
  for (let row = 0; row < bad.length; row++) {
    const from = offsets[row]! - base;
    const end = offsets[row + 1]! - base;
    if (bad[row] === 1) refused[filled++] = row;
    else {
      output.copyWithin(to, from, end);
      to += end - from;
    }
    own[row + 1] = to;
  }
  return { column: { bytes: output.slice(0, to), offsets: own }, refused };
}

/**
 * A keyed permutation of the integers 0 to `size` - 1, for ranks of identifiers, dates or codes.
 *
 * @param size - 1,000,000 to 2^52
 * @throws SCRIM_FF1_DOMAIN when the size is out of range; SCRIM_ARGUMENT when a value is not an integer below it
 * @example
 * const hidden = ff1Integers(key, 'encrypt', Float64Array.of(7, 8), 46_021_000);
 * ff1Integers(key, 'decrypt', hidden, 46_021_000); // => Float64Array [7, 8]
 */
export function ff1Integers(
  key: KeyLike,
  direction: 'encrypt' | 'decrypt',
  values: Float64Array,
  size: number,
  options: Ff1Options = {},
): Float64Array {
  if (!Number.isInteger(size) || size < FF1_MINIMUM || size > 2 ** 52) {
    throw new ScrimError('SCRIM_FF1_DOMAIN', { problem: `${size} values are not from ${FF1_MINIMUM} to 2^52` });
  }
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!(value >= 0 && value < size && Number.isInteger(value))) {
      throw new ScrimError('SCRIM_ARGUMENT', {
        name: 'values',
        problem: `value ${i + 1} is no integer below the size`,
      });
    }
  }
  const length = size <= 2 ** 32 ? 2 : 4;
  const radix = smallestRadix(size, length);
  const plan = ff1Plan(cipherOf(key, options), radix, length, options.tweak ?? new Uint8Array());
  if (plan === undefined) throw new ScrimError('SCRIM_INTERNAL', { check: 'integer domains have short halves' });
  const output = values.slice();
  const left = new Float64Array(Math.min(FF1_CHUNK, output.length));
  const right = new Float64Array(left.length);
  const blocks = ff1Blocks(plan, output.length);
  for (let start = 0; start < output.length; start += FF1_CHUNK) {
    walk(plan, direction, output.subarray(start, start + FF1_CHUNK), size, left, right, blocks);
  }
  return output;
}

/** Smallest radix whose `length` digits reach `size`; exact, since another radix would be another permutation. */
function smallestRadix(size: number, length: number): number {
  let radix = Math.max(2, Math.floor(size ** (1 / length)) - 2);
  while (integerPower(radix, length) < size) radix++;
  return radix;
}

/** Enciphers until every value lies in the range again; with this radix nearly all do after one round. */
function walk(
  plan: Ff1Plan,
  direction: 'encrypt' | 'decrypt',
  values: Float64Array,
  size: number,
  left: Float64Array,
  right: Float64Array,
  blocks: Uint8Array,
): void {
  const active = Int32Array.from(values, (_, i) => i);
  for (let count = values.length; count > 0; ) {
    for (let i = 0; i < count; i++) {
      const value = values[active[i]!]!;
      const upper = Math.floor(value / plan.modulusV);
      left[i] = upper;
      right[i] = value - upper * plan.modulusV;
    }
    ff1Rounds(plan, direction, left, right, count, blocks);
    let outside = 0;
    for (let i = 0; i < count; i++) {
      const value = left[i]! * plan.modulusV + right[i]!;
      values[active[i]!] = value;
      if (value >= size) active[outside++] = active[i]!;
    }
    count = outside;
  }
}
