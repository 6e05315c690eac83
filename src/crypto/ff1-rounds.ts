/**
 * The ten rounds of FF1 (NIST SP 800-38G, algorithms 7 and 8) for many texts of one length at once.
 *
 * For texts of one length under one tweak every block of the round function but the last is constant, so a round costs one
 * cipher block per text, and ten bulk ECB calls serve 4,096 texts. Halves are float64 integers below 2^48.
 *
 * Reduction without division and without branches: for integers x and m with |x| < 2^51,
 * `x - floor((x + 1/2) · fl(1/m)) · m` is exactly x mod m. Proof: (x + 1/2)/m lies at least 1/(2m) from any integer; two
 * roundings of relative size 2^-53 move it by less than |x + 1/2|/m · 2^-52 < 1/(2m); so the floor is the true quotient,
 * and quotient · m, an integer below 2^52, and the difference are exact. Every x below is bounded where it is formed: an
 * earlier prototype that passed all NIST samples failed 313 Wycheproof rows because one product exceeded 2^53.
 * @module
 */
import type { BlockCipher } from './backend.js';
import { concat } from './bytes.js';
import { ff1HeadBlock, ff1Shape } from './ff1.js';

/** Texts per bulk call: 64 KB of blocks. */
export const FF1_CHUNK = 4096;

/** Everything that texts of one length share. */
export interface Ff1Plan {
  readonly cipher: BlockCipher;
  /** Digits of the left and right halves. */
  readonly u: number;
  readonly v: number;
  /** radix^u and radix^v. */
  readonly modulusU: number;
  readonly modulusV: number;
  /** Bytes of NUM(B). */
  readonly b: number;
  /** Bytes of y. */
  readonly d: number;
  /** Last block of P || Q with round number and NUM(B) zero, xored with the CBC state before it. */
  readonly last: Uint8Array;
}

/** Halves stay below 2^48 (18 letters of 36, 28 digits): then the slowest reduction still takes two bits of y at a time. */
const MAX_HALF = 2 ** 48;

/** The plan for a length, or undefined when its halves exceed 48 bits. */
export function ff1Plan(cipher: BlockCipher, radix: number, length: number, tweak: Uint8Array): Ff1Plan | undefined {
  const half = Math.ceil(length / 2);
  if (half > 48 || integerPower(radix, half) >= MAX_HALF) return undefined;
  const { u, v, b, d } = ff1Shape(radix, length);
  const q = new Uint8Array(Math.ceil((tweak.length + 1 + b) / 16) * 16);
  q.set(tweak);
  const input = concat(ff1HeadBlock(radix, length, u, tweak.length), q);
  let state = new Uint8Array(16);
  for (let at = 0; at < input.length; at += 16) {
    const block = state.map((byte, i) => byte ^ (input[at + i] as number));
    state = at + 16 < input.length ? cipher.encrypt(block).slice() : block;
  }
  return { cipher, u, v, modulusU: integerPower(radix, u), modulusV: integerPower(radix, v), b, d, last: state };
}

/** base^exponent by multiplication: exact below 2^53 on every engine, which `**` is not bound to be. */
export function integerPower(base: number, exponent: number): number {
  let power = 1;
  for (let i = 0; i < exponent; i++) power *= base;
  return power;
}

/** Blocks for the rounds of one plan, to be used again for every chunk: only their last eight bytes change. */
export function ff1Blocks(plan: Ff1Plan, most: number): Uint8Array {
  const blocks = new Uint8Array(16 * Math.min(most, FF1_CHUNK));
  blocks.set(plan.last.subarray(0, Math.min(16, blocks.length)));
  for (let filled = 16; filled < blocks.length; filled *= 2) blocks.copyWithin(filled, 0, filled);
  return blocks;
}

/**
 * Runs the rounds in place: `left` and `right` hold the halves of `count` texts, at most {@link FF1_CHUNK}; `blocks`
 * comes from {@link ff1Blocks} with room for them.
 *
 * The half that a round changes is the one that the next round reads, so one pass reduces y and writes the next block.
 */
export function ff1Rounds(
  plan: Ff1Plan,
  direction: 'encrypt' | 'decrypt',
  left: Float64Array,
  right: Float64Array,
  count: number,
  blocks: Uint8Array,
): void {
  const { cipher, modulusU, modulusV, b, d } = plan;
  const used = blocks.subarray(0, 16 * count);
  const view = new DataView(blocks.buffer, blocks.byteOffset, 16 * count);
  const sign = direction === 'encrypt' ? 1 : -1;
  let changed = sign > 0 ? left : right;
  let read = sign > 0 ? right : left;
  const first = lastWords(plan, sign > 0 ? 0 : 9);
  if (b > 4) fillWide(view, read, count, first.high, first.low);
  else fill(view, read, count, first.high, first.low);
  for (let step = 0; step < 10; step++) {
    const round = sign > 0 ? step : 9 - step;
    const output = cipher.encrypt(used);
    const stream = new DataView(output.buffer, output.byteOffset, output.byteLength);
    const modulus = round % 2 === 0 ? modulusU : modulusV;
    const reciprocal = 1 / modulus;
    const { high, low } = lastWords(plan, round + sign);
    if (d > 8) {
      reduceWide(stream, changed, count, modulus, reciprocal, sign);
      fillWide(view, changed, count, high, low);
    } else {
      if (b === 4) fillHigh(view, count, high);
      if (modulus <= NARROW) reduceNarrow(stream, changed, count, modulus, reciprocal, sign, view, low);
      else reduceMedium(stream, changed, count, modulus, reciprocal, sign, view, low);
    }
    const swap = changed;
    changed = read;
    read = swap;
  }
}

/** The last two words of a round's block without NUM(B). The round number stands right before it: b < 8. */
function lastWords({ last, b }: Ff1Plan, round: number): { high: number; low: number } {
  const base = new DataView(last.buffer, last.byteOffset, 16);
  return {
    high: base.getInt32(8) ^ (b > 3 ? round << (8 * (b - 4)) : 0),
    low: base.getInt32(12) ^ (b <= 3 ? round << (8 * b) : 0),
  };
}

function fill(view: DataView, half: Float64Array, count: number, high: number, low: number): void {
  for (let i = 0; i < count; i++) {
    view.setInt32(16 * i + 8, high);
    view.setInt32(16 * i + 12, low ^ half[i]!);
  }
}

function fillWide(view: DataView, half: Float64Array, count: number, high: number, low: number): void {
  for (let i = 0; i < count; i++) {
    const value = half[i]!;
    const upper = Math.floor(value * 2 ** -32);
    view.setInt32(16 * i + 8, high ^ upper);
    view.setInt32(16 * i + 12, low ^ (value - upper * 2 ** 32));
  }
}

function fillHigh(view: DataView, count: number, high: number): void {
  for (let i = 0; i < count; i++) view.setInt32(16 * i + 8, high);
}

/** Largest modulus of {@link reduceNarrow}: 2^31 · m + 2^33 < 2^51. */
const NARROW = 1_048_000;

/** y of 64 bits. With s the residue of 2^32 of least magnitude (at most m/2), |x ± (y0 · s + y1)| < 2^51. */
function reduceNarrow(
  stream: DataView,
  half: Float64Array,
  count: number,
  m: number,
  reciprocal: number,
  sign: number,
  next: DataView,
  low: number,
): void {
  const residue = 2 ** 32 % m;
  const shift = sign * (2 * residue > m ? residue - m : residue);
  for (let i = 0; i < count; i++) {
    const x = half[i]! + stream.getUint32(16 * i) * shift + sign * stream.getUint32(16 * i + 4);
    const r = x - Math.floor((x + 0.5) * reciprocal) * m;
    half[i] = r;
    next.setInt32(16 * i + 12, low ^ r);
  }
}

/** y of 64 bits, m ≤ 2^32: 50 bits of y first, then |x ± (r · 2^14 + 14 bits)| < 2^47. */
function reduceMedium(
  stream: DataView,
  half: Float64Array,
  count: number,
  m: number,
  reciprocal: number,
  sign: number,
  next: DataView,
  low: number,
): void {
  for (let i = 0; i < count; i++) {
    const y1 = stream.getUint32(16 * i + 4);
    const y = stream.getUint32(16 * i) * 2 ** 18 + (y1 >>> 14);
    const partial = y - Math.floor((y + 0.5) * reciprocal) * m;
    const x = half[i]! + sign * (partial * 2 ** 14 + (y1 & 16383));
    const r = x - Math.floor((x + 0.5) * reciprocal) * m;
    half[i] = r;
    next.setInt32(16 * i + 12, low ^ r);
  }
}

/** y of 96 bits, m < 2^48: 50 bits first, then as many at a time as keep r · 2^k below 2^50, then |x ± r| < 2^49. */
function reduceWide(
  stream: DataView,
  half: Float64Array,
  count: number,
  m: number,
  reciprocal: number,
  sign: number,
): void {
  const step = 50 - Math.ceil(Math.log2(m + 1));
  const first = 46 % step === 0 ? step : 46 % step;
  const scale = 2 ** step;
  const shrink = 2 ** -step;
  const high = 2 ** (46 - first);
  const lead = 2 ** first;
  for (let i = 0; i < count; i++) {
    const y1 = stream.getUint32(16 * i + 4);
    let y = stream.getUint32(16 * i) * 2 ** 18 + (y1 >>> 14);
    let r = y - Math.floor((y + 0.5) * reciprocal) * m;
    let rest = (y1 & 16383) * 2 ** 32 + stream.getUint32(16 * i + 8);
    // The bits of rest from the top: first as many as leave a multiple of the step.
    let weight = high;
    let taken = Math.floor(rest / weight);
    y = r * lead + taken;
    r = y - Math.floor((y + 0.5) * reciprocal) * m;
    while (weight > 1) {
      rest -= taken * weight;
      weight *= shrink;
      taken = Math.floor(rest / weight);
      y = r * scale + taken;
      r = y - Math.floor((y + 0.5) * reciprocal) * m;
    }
    const x = half[i]! + sign * r;
    half[i] = x - Math.floor((x + 0.5) * reciprocal) * m;
  }
}
