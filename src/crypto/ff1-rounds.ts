/**
 * The ten rounds of FF1 (NIST SP 800-38G, algorithms 7 and 8) for many texts of one length at once.
 *
 * For texts of one length under one tweak every block of the round function but the last is constant, so a round costs one
 * cipher block per text, and ten bulk ECB calls serve 4,096 texts. Halves are float64 integers below 2^45; y mod m is
 * reduced by a reciprocal that is rounded down, so the quotient never exceeds the true one and no product leaves 2^53.
 * Every intermediate value is bounded where it is formed: an earlier prototype that passed all NIST samples failed 313
 * Wycheproof rows with halves of 8 and 9 digits because one product exceeded 2^53.
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

/** Halves may take 45 bits: then the slowest reduction still takes eight bits of y at a time. */
const MAX_HALF = 2 ** 45;

/** The plan for a length, or undefined when its halves exceed 45 bits. */
export function ff1Plan(cipher: BlockCipher, radix: number, length: number, tweak: Uint8Array): Ff1Plan | undefined {
  const half = Math.ceil(length / 2);
  if (half > 45 || integerPower(radix, half) > MAX_HALF) return undefined;
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

/** Runs the rounds in place: `left` and `right` hold the halves of `count` texts, at most {@link FF1_CHUNK}. */
export function ff1Rounds(
  plan: Ff1Plan,
  direction: 'encrypt' | 'decrypt',
  left: Float64Array,
  right: Float64Array,
  count: number,
): void {
  const { cipher, modulusU, modulusV, b, d, last } = plan;
  const blocks = new Uint8Array(16 * count);
  for (let i = 0; i < count; i++) blocks.set(last, 16 * i);
  const view = new DataView(blocks.buffer);
  const base = new DataView(last.buffer, last.byteOffset, 16);
  const sign = direction === 'encrypt' ? 1 : -1;
  // The half that a round changes and the half that it reads; they swap roles after every round.
  let changed = sign > 0 ? left : right;
  let read = sign > 0 ? right : left;
  for (let step = 0; step < 10; step++) {
    const round = sign > 0 ? step : 9 - step;
    // The round number stands right before NUM(B): b < 8, so in one of the last two words.
    const high = base.getInt32(8) ^ (b > 3 ? round << (8 * (b - 4)) : 0);
    const low = base.getInt32(12) ^ (b <= 3 ? round << (8 * b) : 0);
    if (b > 4) fillWide(view, read, count, high, low);
    else fill(view, read, count, high, low, b === 4);
    const output = cipher.encrypt(blocks);
    const stream = new DataView(output.buffer, output.byteOffset, output.byteLength);
    const modulus = round % 2 === 0 ? modulusU : modulusV;
    const reciprocal = (1 / modulus) * (1 - 2 ** -51);
    if (d > 8) reduceWide(stream, changed, count, modulus, reciprocal, sign);
    else if (modulus <= 2 ** 20) reduceNarrow(stream, changed, count, modulus, reciprocal, 2 ** 32 % modulus, sign);
    else reduceMedium(stream, changed, count, modulus, reciprocal, sign);
    const swap = changed;
    changed = read;
    read = swap;
  }
}

function fill(view: DataView, half: Float64Array, count: number, high: number, low: number, both: boolean): void {
  if (both) for (let i = 0; i < count; i++) view.setInt32(16 * i + 8, high);
  for (let i = 0; i < count; i++) view.setInt32(16 * i + 12, low ^ half[i]!);
}

function fillWide(view: DataView, half: Float64Array, count: number, high: number, low: number): void {
  for (let i = 0; i < count; i++) {
    const value = half[i]!;
    const upper = Math.floor(value * 2 ** -32);
    view.setInt32(16 * i + 8, high ^ upper);
    view.setInt32(16 * i + 12, low ^ (value - upper * 2 ** 32));
  }
}

/** y of 64 bits, m ≤ 2^20: y0 · (2^32 mod m) + y1 + x < 2^52 + 2^33. */
function reduceNarrow(
  stream: DataView,
  half: Float64Array,
  count: number,
  m: number,
  reciprocal: number,
  shift: number,
  sign: number,
): void {
  for (let i = 0; i < count; i++) {
    const y = stream.getUint32(16 * i) * shift + stream.getUint32(16 * i + 4);
    let r = y - Math.floor(y * reciprocal) * m;
    if (r >= m) r -= m;
    let x = half[i]! + sign * r;
    if (x >= m) x -= m;
    else if (x < 0) x += m;
    half[i] = x;
  }
}

/** y of 64 bits, m ≤ 2^32: 53 bits of y first, then r · 2^11 + 11 bits < 2^44. */
function reduceMedium(
  stream: DataView,
  half: Float64Array,
  count: number,
  m: number,
  reciprocal: number,
  sign: number,
): void {
  for (let i = 0; i < count; i++) {
    const y1 = stream.getUint32(16 * i + 4);
    let y = stream.getUint32(16 * i) * 2 ** 21 + (y1 >>> 11);
    let r = y - Math.floor(y * reciprocal) * m;
    if (r >= m) r -= m;
    y = r * 2 ** 11 + (y1 & 2047);
    r = y - Math.floor(y * reciprocal) * m;
    if (r >= m) r -= m;
    let x = half[i]! + sign * r;
    if (x >= m) x -= m;
    else if (x < 0) x += m;
    half[i] = x;
  }
}

/** y of 96 bits, m ≤ 2^45: 53 bits first, then as many at a time as keep r · 2^k below 2^53. */
function reduceWide(
  stream: DataView,
  half: Float64Array,
  count: number,
  m: number,
  reciprocal: number,
  sign: number,
): void {
  const step = Math.min(43, 53 - Math.ceil(Math.log2(m + 1)));
  for (let i = 0; i < count; i++) {
    const y1 = stream.getUint32(16 * i + 4);
    let y = stream.getUint32(16 * i) * 2 ** 21 + (y1 >>> 11);
    let r = y - Math.floor(y * reciprocal) * m;
    if (r >= m) r -= m;
    let rest = (y1 & 2047) * 2 ** 32 + stream.getUint32(16 * i + 8);
    for (let bits = 43; bits > 0; ) {
      const taken = Math.min(step, bits);
      bits -= taken;
      const top = Math.floor(rest / 2 ** bits);
      rest -= top * 2 ** bits;
      y = r * 2 ** taken + top;
      r = y - Math.floor(y * reciprocal) * m;
      if (r >= m) r -= m;
    }
    let x = half[i]! + sign * r;
    if (x >= m) x -= m;
    else if (x < 0) x += m;
    half[i] = x;
  }
}
