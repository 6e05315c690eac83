/**
 * FF1 format-preserving encryption (NIST SP 800-38G, section 5.1 and algorithms 7 and 8), any radix and length, exact integers.
 *
 * The plain reading of the standard: reference for the lock-step kernel (`ff1-column.ts`) and its fall-back for texts whose
 * halves exceed 48 bits. Over SM4 the same construction with SM4 as the cipher. Not exported from the package: it computes
 * the vectors down to domains of 100 that Rev. 1 (second public draft, 2025) forbids; maskers get at least 1,000,000.
 * @module
 */
import { ScrimError } from '../core/index.js';
import type { BlockCipher } from './backend.js';
import { concat } from './bytes.js';

/** Limits of a domain: radix^length from `minimum` on; lengths 2 to 4096, radix 2 to 65536. */
export function checkFf1Domain(radix: number, length: number, minimum: number): void {
  const refuse = (problem: string): ScrimError => new ScrimError('SCRIM_FF1_DOMAIN', { problem });
  if (!Number.isInteger(radix) || radix < 2 || radix > 65536) throw refuse('the radix is not from 2 to 65536');
  if (!Number.isInteger(length) || length < 2 || length > 4096)
    throw refuse(`${length} characters are not from 2 to 4096`);
  if (length <= 53 && BigInt(radix) ** BigInt(length) < BigInt(minimum)) {
    throw refuse(`${length} characters of radix ${radix} are fewer than ${minimum} values`);
  }
}

/** Sizes of section 5.1, steps 1 to 4, for texts of one length. */
export function ff1Shape(radix: number, length: number): { u: number; v: number; b: number; d: number } {
  const u = Math.floor(length / 2);
  const v = length - u;
  const bits = (BigInt(radix) ** BigInt(v) - 1n).toString(2).length;
  const b = Math.ceil(bits / 8);
  return { u, v, b, d: 4 * Math.ceil(b / 4) + 4 };
}

/** The block P of step 5. */
export function ff1HeadBlock(radix: number, length: number, u: number, tweakLength: number): Uint8Array {
  const p = Uint8Array.of(1, 2, 1, radix >> 16, radix >> 8, radix, 10, u & 255, 0, 0, 0, 0, 0, 0, 0, 0);
  const view = new DataView(p.buffer);
  view.setUint32(8, length);
  view.setUint32(12, tweakLength);
  return p;
}

/**
 * Encrypts or decrypts numerals, each below the radix; the input is only read.
 *
 * @param minimum - smallest domain that is accepted: 100 for vectors, 1,000,000 for use
 * @throws SCRIM_FF1_DOMAIN, SCRIM_ARGUMENT
 */
export function ff1(
  cipher: BlockCipher,
  direction: 'encrypt' | 'decrypt',
  numerals: ArrayLike<number>,
  options: { readonly radix: number; readonly tweak: Uint8Array; readonly minimum: number },
): Uint16Array {
  const { radix, tweak, minimum } = options;
  const n = numerals.length;
  checkFf1Domain(radix, n, minimum);
  for (let i = 0; i < n; i++) {
    if (!((numerals[i] as number) < radix)) {
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'numerals', problem: `numeral ${i + 1} is not below the radix` });
    }
  }
  const { u, v, b, d } = ff1Shape(radix, n);
  const q = new Uint8Array(Math.ceil((tweak.length + 1 + b) / 16) * 16);
  q.set(tweak);
  const head = ff1HeadBlock(radix, n, u, tweak.length);
  const big = BigInt(radix);
  const moduli = [big ** BigInt(u), big ** BigInt(v)] as const;
  let left = toNumber(numerals, 0, u, big);
  let right = toNumber(numerals, u, n, big);
  for (let step = 0; step < 10; step++) {
    const round = direction === 'encrypt' ? step : 9 - step;
    const modulus = moduli[round % 2] as bigint;
    const fixed = direction === 'encrypt' ? right : left;
    q[q.length - b - 1] = round;
    writeNumber(fixed, q, q.length - b, b);
    const y = bytesToNumber(roundFunction(cipher, concat(head, q), d));
    if (direction === 'encrypt') {
      const next = (left + y) % modulus;
      left = right;
      right = next;
    } else {
      const next = (((right - y) % modulus) + modulus) % modulus;
      right = left;
      left = next;
    }
  }
  const result = new Uint16Array(n);
  toNumerals(left, result, 0, u, big);
  toNumerals(right, result, u, n, big);
  return result;
}

/** PRF of algorithm 6 (CBC-MAC), stretched to `length` bytes as in step 6 iii. */
function roundFunction(cipher: BlockCipher, input: Uint8Array, length: number): Uint8Array {
  let state: Uint8Array = new Uint8Array(16);
  for (let at = 0; at < input.length; at += 16) {
    const block = state.slice();
    for (let i = 0; i < 16; i++) block[i]! ^= input[at + i] as number;
    state = cipher.encrypt(block);
  }
  const parts = [state];
  for (let j = 1; 16 * parts.length < length; j++) {
    const block = state.slice();
    const counter = Uint8Array.of(j >>> 24, j >>> 16, j >>> 8, j);
    for (let i = 0; i < 4; i++) block[12 + i]! ^= counter[i] as number;
    parts.push(cipher.encrypt(block));
  }
  return concat(...parts).subarray(0, length);
}

function toNumber(numerals: ArrayLike<number>, from: number, to: number, radix: bigint): bigint {
  let value = 0n;
  for (let i = from; i < to; i++) value = value * radix + BigInt(numerals[i] as number);
  return value;
}

function toNumerals(value: bigint, numerals: Uint16Array, from: number, to: number, radix: bigint): void {
  for (let i = to - 1, rest = value; i >= from; i--) {
    numerals[i] = Number(rest % radix);
    rest /= radix;
  }
}

function bytesToNumber(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}

function writeNumber(value: bigint, target: Uint8Array, at: number, length: number): void {
  for (let i = at + length - 1, rest = value; i >= at; i--) {
    target[i] = Number(rest & 255n);
    rest >>= 8n;
  }
}
