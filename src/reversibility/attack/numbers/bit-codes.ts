/**
 * Whole numbers whose bits were put in another order: Gray code, bits or bytes backwards, rotations, multiplication by a public odd
 * number modulo 2^32. The inverse under which a column takes the shape of a source column is followed by a line.
 *
 * Gray, US patent 2,632,058, 1953; Knuth, "The Art of Computer Programming", vol. 3, 2nd ed., section 6.4 (multiplicative hashing).
 * See bit-codes.md.
 * @module
 */
import type { SourceColumn } from '../../intake/lookup.js';
import { SheetColumn } from '../../intake/sheet.js';
import type { Derived } from '../../inverse.js';
import type { Attack, Board } from '../attack.js';
import { unexplained } from '../attack.js';
import { matchValues } from '../shared/match.js';
import { sortedNumbers } from '../shared/sorted-numbers.js';
import { matchNumbers } from './numeric.js';

interface Code {
  readonly name: string;
  readonly undo: (value: number) => number;
}

const SAMPLE = 1500;
const QUANTILES = 19;
const KEPT = 2;
/** Bits of the largest whole number that a double tells from its neighbours. */
const WIDEST = 53;

function ungray(value: number): number {
  const high = ungray32(Math.floor(value / 2 ** 32));
  const low = ungray32(value % 2 ** 32);
  // A bit is the sum of all above it.
  return high * 2 ** 32 + ((high & 1) === 1 ? ~low >>> 0 : low);
}

function ungray32(value: number): number {
  let x = value >>> 0;
  for (let shift = 1; shift < 32; shift <<= 1) x = (x ^ (x >>> shift)) >>> 0;
  return x;
}

function reversed(value: number, width: number): number {
  let rest = value;
  let out = 0;
  for (let i = 0; i < width; i++) {
    out = out * 2 + (rest % 2);
    rest = Math.floor(rest / 2);
  }
  return out;
}

function swapped(value: number, bytes: number): number {
  let rest = value;
  let out = 0;
  for (let i = 0; i < bytes; i++) {
    out = out * 256 + (rest % 256);
    rest = Math.floor(rest / 256);
  }
  return out;
}

function rotated(value: number, by: number, width: number): number {
  const cut = 2 ** by;
  return (value % cut) * 2 ** (width - by) + Math.floor(value / cut);
}

/** Inverse of an odd number modulo 2^32 (Newton). */
function inverse32(odd: number): number {
  let x = odd;
  for (let i = 0; i < 5; i++) x = Math.imul(x, 2 - Math.imul(odd, x));
  return x | 0;
}

/** Shifts of the customary xorshift generators (Marsaglia, "Xorshift RNGs", J. Stat. Software 8(14), 2003). */
const XORSHIFTS: readonly number[] = [1, 3, 5, 7, 11, 13, 15, 16, 17];

/** x of x ^ (x << by), or of x ^ (x >>> -by). */
function unxorshift(value: number, by: number): number {
  let x = value | 0;
  for (let shift = by; Math.abs(shift) < 32; shift += shift) x ^= shift > 0 ? x << shift : x >>> -shift;
  return x >>> 0;
}

/** Multipliers that people take: of the golden ratio, of Murmur and of two linear congruential generators. */
const MULTIPLIERS: readonly number[] = [2_654_435_761, 0x85ebca6b, 0xc2b2ae35, 1_664_525, 1_103_515_245, 0x01000193];

function codesFor(most: number): Code[] {
  const width = Math.max(1, Math.floor(Math.log2(Math.max(1, most))) + 1);
  if (width > WIDEST) return [];
  const list: Code[] = [{ name: 'gray', undo: ungray }];
  for (const own of new Set([width, width + 1, 8, 16, 24, 32, 40, 48]))
    if (own >= width && own <= Math.max(32, Math.min(WIDEST, width + 8)))
      list.push({ name: `reverse-bits(${own})`, undo: (value) => reversed(value, own) });
  for (const bytes of [2, 3, 4, 5, 6])
    if (8 * bytes >= width && (bytes <= 4 || width > 32))
      list.push({ name: `reverse-bytes(${bytes})`, undo: (value) => swapped(value, bytes) });
  for (const own of new Set([16, 32]))
    for (let by = 1; by < own && own >= width; by++)
      list.push({ name: `rotate-bits(${by}, ${own})`, undo: (value) => rotated(value, by, own) });
  if (width > 32) return list;
  for (const by of XORSHIFTS) {
    list.push({ name: `unxorshift(${by})`, undo: (value) => unxorshift(value, by) });
    list.push({ name: `unxorshift(-${by})`, undo: (value) => unxorshift(value, -by) });
  }
  for (const odd of MULTIPLIERS) {
    const back = inverse32(odd);
    list.push({ name: `divide-mod-2^32(${odd})`, undo: (value) => Math.imul(value, back) >>> 0 });
  }
  return list;
}

/** Quantiles as shares of the range between the second and the last but one; null when nothing spreads. */
function shapeOf(values: Float64Array): Float64Array | null {
  const sorted = values.slice().sort();
  const at = (i: number): number => sorted[Math.floor(((i + 0.5) / QUANTILES) * sorted.length)] as number;
  const low = at(1);
  const high = at(QUANTILES - 2);
  return high > low ? Float64Array.from({ length: QUANTILES }, (_, i) => (at(i) - low) / (high - low)) : null;
}

function distance(a: Float64Array, b: Float64Array): number {
  let straight = 0;
  let flipped = 0;
  for (let i = 1; i < QUANTILES - 1; i++) {
    straight += Math.abs((a[i] as number) - (b[i] as number));
    flipped += Math.abs(1 - (a[QUANTILES - 1 - i] as number) - (b[i] as number));
  }
  return Math.min(straight, flipped) / (QUANTILES - 2);
}

function sampleOf(column: SheetColumn): Float64Array {
  const rows = column.codes.length;
  const count = Math.min(rows, SAMPLE);
  const values: number[] = [];
  for (let i = 0; i < count; i++) {
    const code = column.codes[Math.floor(((i + 0.5) * rows) / count)] as number;
    const value = code < 0 ? Number.NaN : (column.numbers[code] as number);
    if (!Number.isNaN(value)) values.push(value);
  }
  return Float64Array.from(values);
}

function isWhole(column: SheetColumn): boolean {
  const sorted = sortedNumbers(column);
  if (sorted === null || column.distinct < 12) return false;
  return (
    (sorted.values[0] as number) >= 0 &&
    (sorted.values[sorted.values.length - 1] as number) < 2 ** WIDEST &&
    sampleOf(column).every(Number.isInteger)
  );
}

const shapes = new WeakMap<SheetColumn, Float64Array | null>();

function sourceShape({ column }: SourceColumn): Float64Array | null {
  let shape = shapes.get(column);
  if (shape === undefined) {
    shape = sortedNumbers(column) === null || column.distinct < 12 ? null : shapeOf(sampleOf(column));
    shapes.set(column, shape);
  }
  return shape;
}

function decode(derived: Derived, code: Code): Derived {
  const formula = `${code.name}(${derived.formula})`;
  const { column } = derived;
  return {
    column: new SheetColumn(
      formula,
      column.codes,
      column.values.map((text, i) => {
        const value = column.numbers[i] as number;
        return Number.isNaN(value) ? text : String(code.undo(value));
      }),
    ),
    from: derived.from,
    formula,
    attack: 'bit-codes',
    knowledge: 'A0',
    bits: derived.bits + 12,
  };
}

function attackColumn(board: Board, derived: Derived): void {
  const sample = sampleOf(derived.column);
  const sorted = sortedNumbers(derived.column);
  const own = shapeOf(sample);
  if (own === null || sorted === null) return;
  const targets = board.lookup.columns.flatMap((to) => {
    const shape = sourceShape(to);
    return shape === null ? [] : [shape];
  });
  const nearest = (shape: Float64Array): number =>
    targets.reduce((least, target) => Math.min(least, distance(shape, target)), 1);
  const before = nearest(own);
  const quick = sample.subarray(0, 200);
  const held = board.lookup.best(Array.from(quick, String));
  const found: { code: Code; gain: number }[] = [];
  for (const code of codesFor(sorted.values[sorted.values.length - 1] as number)) {
    const shape = shapeOf(sample.map(code.undo));
    if (shape === null) continue;
    const near = nearest(shape);
    const share = board.lookup.best(Array.from(quick, (value) => String(code.undo(value))));
    if (share >= 0.9 && share > held + 0.3) found.push({ code, gain: 1 + share });
    else if (near < 0.04 && near < 0.5 * before) found.push({ code, gain: before - near });
  }
  found.sort((a, b) => b.gain - a.gain);
  for (const { code } of found.slice(0, KEPT)) {
    if (board.late()) return;
    const made = decode(derived, code);
    const steps = [
      ...matchValues(made, board.lookup).filter((step) => step.similarity > 0.6),
      ...matchNumbers(made, board.lookup, 0.4, board.late),
    ].filter((step) => step.mass > 0.5);
    if (steps.length === 0) continue;
    board.derived.push(made);
    board.steps.push(...steps.map((step) => ({ ...step, attack: 'bit-codes' })));
    return;
  }
}

/** The attack. */
export const bitCodes: Attack = {
  id: 'bit-codes',
  knowledge: 'A0',
  run(board) {
    const queue = unexplained(board, 0.8).filter(({ attack, column }) => attack === 'containment' && isWhole(column));
    if (queue.length === 0) return 'no unexplained column holds whole numbers';
    for (const derived of queue) if (!board.late()) attackColumn(board, derived);
    return null;
  },
};
