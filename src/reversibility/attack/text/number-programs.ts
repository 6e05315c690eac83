/**
 * Programs from product numbers to source numbers that a few known rows give away: maps that are linear over GF(2) (XOR, Gray code, bits
 * in another order, cyclic redundancy checks), lines modulo a number, lines. See synthesis.md.
 *
 * Stinson, "Cryptography", 3rd ed., section 1.2 (affine and linear ciphers under known plaintext).
 * @module
 */
import type { Example, Program } from './synthesis.js';

function wholeNumber(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
}

/** Bits of the larger whole numbers that are asked for. */
const MOST_BITS = 80n;

/** As {@link bitLinear}, of numbers beyond 31 bits. */
function longBitLinear(examples: readonly Example[]): Program | null {
  const few = examples.slice(0, 240);
  if (few.some(([own, source]) => !/^\d{1,24}$/.test(own) || !/^\d{1,24}$/.test(source))) return null;
  const one = 1n << MOST_BITS;
  const rows: [y: bigint, x: bigint][] = [];
  const reduce = (y: bigint, x: bigint): [bigint, bigint] => {
    let left = y;
    let right = x;
    for (const [known, value] of rows) {
      if ((left ^ known) < left) {
        left ^= known;
        right ^= value;
      }
    }
    return [left, right];
  };
  for (const [own, source] of few) {
    const number = BigInt(own);
    if (number >= one) return null;
    const [y, x] = reduce(number | one, BigInt(source));
    if (y === 0n) {
      if (x !== 0n) return null;
    } else {
      rows.push([y, x]);
      rows.sort((p, q) => (p[0] < q[0] ? 1 : -1));
    }
    if (rows.length > Number(MOST_BITS) || rows.length > 0.6 * few.length) return null;
  }
  return {
    name: 'bit-linear',
    bits: 80 * rows.length,
    run: (text) => {
      if (!/^\d{1,24}$/.test(text)) return null;
      const [y, x] = reduce(BigInt(text) | one, 0n);
      return y === 0n ? x.toString() : null;
    },
  };
}

/** Whole numbers under an affine map over GF(2): XOR, Gray code, bits in another order, cyclic redundancy checks. */
export function bitLinear(examples: readonly Example[]): Program | null {
  const pairs: (readonly [y: number, x: number])[] = [];
  for (const [own, source] of examples) {
    const pair = [wholeNumber(own), wholeNumber(source)] as const;
    if (Number.isNaN(pair[0]) || Number.isNaN(pair[1])) return longBitLinear(examples);
    pairs.push(pair);
  }
  // Row echelon of the product bits with the source bits carried along; bit 31 of y is the constant.
  const rows: [y: number, x: number][] = [];
  for (const [own, source] of pairs) {
    let y = (own | 0x80000000) >>> 0;
    let x = source;
    for (const [known, value] of rows) {
      if ((y ^ known) >>> 0 < y) {
        y = (y ^ known) >>> 0;
        x ^= value;
      }
    }
    if (y === 0) {
      if (x !== 0) return null;
    } else {
      rows.push([y, x]);
      rows.sort((a, b) => b[0] - a[0]);
    }
    if (rows.length > 30 || rows.length > pairs.length / 2) return null;
  }
  return {
    name: 'bit-linear',
    bits: 31 * rows.length,
    run: (text) => {
      let y = wholeNumber(text);
      if (Number.isNaN(y)) return null;
      y = (y | 0x80000000) >>> 0;
      let x = 0;
      for (const [known, value] of rows) {
        if ((y ^ known) >>> 0 < y) {
          y = (y ^ known) >>> 0;
          x ^= value;
        }
      }
      return y === 0 ? String(x >>> 0) : null;
    },
  };
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

function inverseOf(a: bigint, modulus: bigint): bigint | null {
  let [r0, r1] = [modulus, ((a % modulus) + modulus) % modulus];
  let [t0, t1] = [0n, 1n];
  while (r1 !== 0n) {
    const q = r0 / r1;
    [r0, r1] = [r1, r0 - q * r1];
    [t0, t1] = [t1, t0 - q * t1];
  }
  return r0 === 1n ? ((t0 % modulus) + modulus) % modulus : null;
}

/** Whole numbers y = a x + b mod m: the modulus divides every determinant of differences. */
export function modular(examples: readonly Example[]): Program | null {
  const pairs: (readonly [y: bigint, x: bigint])[] = [];
  for (const [own, source] of examples.slice(0, 60)) {
    if (!/^\d{1,40}$/.test(own) || !/^\d{1,40}$/.test(source)) return null;
    pairs.push([BigInt(own), BigInt(source)]);
  }
  const [y0, x0] = pairs[0] as readonly [bigint, bigint];
  let modulus = 0n;
  for (let i = 2; i < pairs.length; i++) {
    const [y1, x1] = pairs[i - 1] as readonly [bigint, bigint];
    const [y2, x2] = pairs[i] as readonly [bigint, bigint];
    modulus = gcd(modulus, (y1 - y0) * (x2 - x0) - (y2 - y0) * (x1 - x0));
    if (modulus === 1n) return null;
  }
  if (pairs.some(([y]) => y >= modulus)) return null;
  // The slope of the inverse from a difference of y that can be inverted.
  for (const [y, x] of pairs) {
    const back = inverseOf(y - y0, modulus);
    if (y === y0 || back === null) continue;
    const slope = ((((x - x0) * back) % modulus) + modulus) % modulus;
    const offset = (((x0 - slope * y0) % modulus) + modulus) % modulus;
    return {
      name: `modular(${modulus})`,
      bits: 96,
      run: (text) => (/^\d{1,40}$/.test(text) ? String((slope * BigInt(text) + offset) % modulus) : null),
    };
  }
  return null;
}

/** Numbers on a line through two far examples. */
export function line(examples: readonly Example[]): Program | null {
  const pairs = examples
    .map(([own, source]) => [numberOf(own), numberOf(source)] as const)
    .filter(([y, x]) => Number.isFinite(y) && Number.isFinite(x));
  if (pairs.length < 0.95 * examples.length) return null;
  let low = pairs[0] as readonly [number, number];
  let high = low;
  for (const pair of pairs) {
    if (pair[0] < low[0]) low = pair;
    if (pair[0] > high[0]) high = pair;
  }
  if (high[0] === low[0] || high[1] === low[1]) return null;
  const slope = (high[1] - low[1]) / (high[0] - low[0]);
  const offset = low[1] - slope * low[0];
  const decimals = examples.reduce((most, [, source]) => Math.max(most, (source.split('.')[1] ?? '').length), 0);
  return {
    name: 'line',
    bits: 64,
    run: (text) => {
      const y = numberOf(text);
      return Number.isFinite(y) ? (slope * y + offset).toFixed(Math.min(12, decimals)) : null;
    },
  };
}

/** The number that a text writes plainly; NaN for others. */
export function numberOf(text: string): number {
  return /^\s*[+-]?[\d.]/.test(text) ? Number(text) : Number.NaN;
}
