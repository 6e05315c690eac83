/**
 * SM4 block cipher in plain TypeScript (GB/T 32907-2016, sections 6 and 7), for platforms without OpenSSL.
 *
 * Table-driven, hence not constant in time: where others share the processor's cache, prefer the node back end.
 * @module
 */
import { ScrimError } from '../core/index.js';

/** Multiplication in GF(2^8) modulo x^8+x^7+x^6+x^5+x^4+x^2+1. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let i = 0; i < 8; i++) {
    if ((b >> i) & 1) product ^= a << i;
  }
  for (let i = 14; i >= 8; i--) {
    if ((product >> i) & 1) product ^= 0x1f5 << (i - 8);
  }
  return product;
}

/** The affine map of the S-box: a circulant matrix over GF(2) and the constant 0xd3. */
function affine(x: number): number {
  let y = 0;
  for (let row = 0; row < 8; row++) {
    const mask = ((0xa7 << row) | (0xa7 >> (8 - row))) & 0xff;
    let bit = mask & x;
    bit ^= bit >> 4;
    bit ^= bit >> 2;
    bit ^= bit >> 1;
    y |= (bit & 1) << row;
  }
  return y ^ 0xd3;
}

/** The S-box of section 6.2 in its algebraic form: affine, inverse, affine (Liu et al., ACISP 2007). */
function substitutionBox(): Uint8Array {
  const inverse = new Uint8Array(256);
  for (let a = 1; a < 256; a++) {
    for (let b = a; b < 256; b++) {
      if (multiply(a, b) === 1) {
        inverse[a] = b;
        inverse[b] = a;
      }
    }
  }
  return Uint8Array.from({ length: 256 }, (_, x) => affine(inverse[affine(x)] as number));
}

const rotl = (x: number, n: number): number => (x << n) | (x >>> (32 - n));

let tables: { s: Uint8Array; t0: Int32Array; t1: Int32Array; t2: Int32Array; t3: Int32Array } | undefined;

/** S-box joined with the linear map L, one table per byte position; built at first use. */
function roundTables(): NonNullable<typeof tables> {
  if (tables === undefined) {
    const s = substitutionBox();
    const t = [new Int32Array(256), new Int32Array(256), new Int32Array(256), new Int32Array(256)] as const;
    for (let x = 0; x < 256; x++) {
      for (let position = 0; position < 4; position++) {
        const b = (s[x] as number) << (24 - 8 * position);
        (t[position] as Int32Array)[x] = b ^ rotl(b, 2) ^ rotl(b, 10) ^ rotl(b, 18) ^ rotl(b, 24);
      }
    }
    tables = { s, t0: t[0], t1: t[1], t2: t[2], t3: t[3] };
  }
  return tables;
}

const FK = [0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc] as const;

/** The 32 round keys of section 7.3. */
export function sm4ExpandKey(key: Uint8Array): Int32Array {
  if (key.length !== 16) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'key', problem: `an SM4 key has 16 bytes, not ${key.length}` });
  }
  const { s } = roundTables();
  const view = new DataView(key.buffer, key.byteOffset, 16);
  const k = FK.map((fk, i) => view.getInt32(4 * i) ^ fk);
  const roundKeys = new Int32Array(32);
  for (let i = 0; i < 32; i++) {
    let constant = 0;
    for (let j = 0; j < 4; j++) constant = (constant << 8) | ((7 * (4 * i + j)) & 0xff);
    const x = k[1]! ^ k[2]! ^ k[3]! ^ constant;
    const b = (s[x >>> 24]! << 24) | (s[(x >>> 16) & 255]! << 16) | (s[(x >>> 8) & 255]! << 8) | s[x & 255]!;
    const next = k[0]! ^ b ^ rotl(b, 13) ^ rotl(b, 23);
    roundKeys[i] = next;
    k.shift();
    k.push(next);
  }
  return roundKeys;
}

/** ECB over whole blocks; `roundKeys` in order encrypt, reversed decrypt (section 7.2). Writes to a new array. */
export function sm4Blocks(roundKeys: Int32Array, input: Uint8Array): Uint8Array {
  const output = new Uint8Array(input.length);
  const { t0, t1, t2, t3 } = roundTables();
  blocks(roundKeys, input, output, t0, t1, t2, t3);
  return output;
}

function blocks(
  rk: Int32Array,
  input: Uint8Array,
  output: Uint8Array,
  t0: Int32Array,
  t1: Int32Array,
  t2: Int32Array,
  t3: Int32Array,
): void {
  for (let at = 0; at < input.length; at += 16) {
    let a = (input[at]! << 24) | (input[at + 1]! << 16) | (input[at + 2]! << 8) | input[at + 3]!;
    let b = (input[at + 4]! << 24) | (input[at + 5]! << 16) | (input[at + 6]! << 8) | input[at + 7]!;
    let c = (input[at + 8]! << 24) | (input[at + 9]! << 16) | (input[at + 10]! << 8) | input[at + 11]!;
    let d = (input[at + 12]! << 24) | (input[at + 13]! << 16) | (input[at + 14]! << 8) | input[at + 15]!;
    for (let i = 0; i < 32; i += 4) {
      let x = b ^ c ^ d ^ rk[i]!;
      a ^= t0[x >>> 24]! ^ t1[(x >>> 16) & 255]! ^ t2[(x >>> 8) & 255]! ^ t3[x & 255]!;
      x = c ^ d ^ a ^ rk[i + 1]!;
      b ^= t0[x >>> 24]! ^ t1[(x >>> 16) & 255]! ^ t2[(x >>> 8) & 255]! ^ t3[x & 255]!;
      x = d ^ a ^ b ^ rk[i + 2]!;
      c ^= t0[x >>> 24]! ^ t1[(x >>> 16) & 255]! ^ t2[(x >>> 8) & 255]! ^ t3[x & 255]!;
      x = a ^ b ^ c ^ rk[i + 3]!;
      d ^= t0[x >>> 24]! ^ t1[(x >>> 16) & 255]! ^ t2[(x >>> 8) & 255]! ^ t3[x & 255]!;
    }
    output[at] = d >>> 24;
    output[at + 1] = d >>> 16;
    output[at + 2] = d >>> 8;
    output[at + 3] = d;
    output[at + 4] = c >>> 24;
    output[at + 5] = c >>> 16;
    output[at + 6] = c >>> 8;
    output[at + 7] = c;
    output[at + 8] = b >>> 24;
    output[at + 9] = b >>> 16;
    output[at + 10] = b >>> 8;
    output[at + 11] = b;
    output[at + 12] = a >>> 24;
    output[at + 13] = a >>> 16;
    output[at + 14] = a >>> 8;
    output[at + 15] = a;
  }
}
