/**
 * WebAssembly of Keccak-f[1600] (FIPS 202, section 3) and of the compression of BLAKE2b and BLAKE2s (RFC 7693, section 3.2): words
 * of 64 bits, which JavaScript has to do in halves. The code is put together here, from the standards' own tables, when it is
 * first asked for. See hashes.md.
 * @module
 */

import { body, type Code, get, moduleOf, set, signed, unsigned } from './assembly.js';

/** Where things stand in the memory of the module. */
export const PLACE: Readonly<Record<'state' | 'block' | 'constants' | 'iv64' | 'iv32' | 'text', number>> = {
  /** 25 words of Keccak, 8 words of BLAKE2. */
  state: 0,
  /** 16 words of a block of BLAKE2. */
  block: 256,
  /** 24 round constants of Keccak. */
  constants: 512,
  /** Initial value of BLAKE2b: 8 words. */
  iv64: 768,
  /** Initial value of BLAKE2s: 8 words. */
  iv32: 832,
  /** What is digested. */
  text: 1024,
};

/** Bytes of the memory. */
export const MEMORY = 65_536;

const small = (value: number): Code => [0x41, ...signed(value)];
const long = (value: number): Code => [0x42, ...signed(value)];
const load = (place: number, at: Code = small(0)): Code => [...at, 0x29, 3, ...unsigned(place)];
const store = (place: number, value: Code): Code => [...small(0), ...value, 0x37, 3, ...unsigned(place)];
const and = (a: Code, b: Code): Code => [...a, ...b, 0x83];
const xor = (a: Code, b: Code): Code => [...a, ...b, 0x85];
const rotl = (a: Code, by: number): Code => (by === 0 ? a : [...a, ...long(by), 0x89]);

/** Keccak-f[1600] on the state: 24 rounds of theta, rho, pi, chi and iota. */
function keccak(): Code {
  const lane = (x: number, y: number): number => (x % 5) + 5 * (y % 5);
  const parity = (x: number): number => 25 + ((x + 5) % 5);
  const moved = (at: number): number => 30 + at;
  const round = 55;
  const code: number[] = [];
  for (let at = 0; at < 25; at++) code.push(...set(at, load(PLACE.state + 8 * at)));
  code.push(0x03, 0x40);
  for (let x = 0; x < 5; x++) {
    let sum = get(lane(x, 0));
    for (let y = 1; y < 5; y++) sum = xor(sum, get(lane(x, y)));
    code.push(...set(parity(x), sum));
  }
  // Rho and pi walk the lanes in one order, with rotations by triangular numbers.
  let [x, y] = [1, 0];
  const theta = (px: number, py: number): Code =>
    xor(get(lane(px, py)), xor(get(parity(px + 4)), rotl(get(parity(px + 1)), 1)));
  code.push(...set(moved(0), theta(0, 0)));
  for (let t = 0; t < 24; t++) {
    const [nx, ny] = [y, (2 * x + 3 * y) % 5];
    code.push(...set(moved(lane(nx, ny)), rotl(theta(x, y), (((t + 1) * (t + 2)) / 2) % 64)));
    [x, y] = [nx, ny];
  }
  for (let py = 0; py < 5; py++) {
    for (let px = 0; px < 5; px++) {
      const not = xor(get(moved(lane(px + 1, py))), long(-1));
      const chi = xor(get(moved(lane(px, py))), and(not, get(moved(lane(px + 2, py)))));
      code.push(...set(lane(px, py), px + py > 0 ? chi : xor(chi, load(PLACE.constants, get(round)))));
    }
  }
  // The local of the round counts bytes of constants.
  code.push(...get(round), ...small(8), 0x6a, 0x22, ...unsigned(round), ...small(192), 0x49, 0x0d, 0, 0x0b);
  for (let at = 0; at < 25; at++) code.push(...store(PLACE.state + 8 * at, get(at)));
  return body(
    [
      [55, 0x7e],
      [1, 0x7f],
    ],
    code,
  );
}

/** RFC 7693, section 2.7. */
const SIGMA: readonly string[] = [
  '0123456789abcdef',
  'ea489fd61c02b753',
  'b8c052fdae367194',
  '7931dcbe265a40f8',
  '905724afe1bc683d',
  '2c6a0b834d75fe19',
  'c51fed4a0763928b',
  'db7ec13950f4862a',
  '6fe9b308c2d714a5',
  'a2847615fb9e3cd0',
];

/** What BLAKE2b and BLAKE2s differ in: width of a word, operations on it, rounds and rotations. */
interface Width {
  readonly type: number;
  readonly size: number;
  readonly iv: number;
  readonly load: Code;
  readonly store: Code;
  readonly add: number;
  readonly xor: number;
  readonly rotr: (by: number) => Code;
  /** From a parameter, its sign kept. */
  readonly widen: Code;
  readonly rounds: number;
  readonly turns: readonly [number, number, number, number];
}

const WIDE: Width = {
  type: 0x7e,
  size: 8,
  iv: PLACE.iv64,
  load: [0x29, 3],
  store: [0x37, 3],
  add: 0x7c,
  xor: 0x85,
  rotr: (by) => [...long(by), 0x8a],
  widen: [0xac],
  rounds: 12,
  turns: [32, 24, 16, 63],
};

const NARROW: Width = {
  type: 0x7f,
  size: 4,
  iv: PLACE.iv32,
  load: [0x28, 2],
  store: [0x36, 2],
  add: 0x6a,
  xor: 0x73,
  rotr: (by) => [...small(by), 0x78],
  widen: [],
  rounds: 10,
  turns: [16, 12, 8, 7],
};

/** Compression of the block into the state; parameters: bytes counted so far, all ones for the last block. */
function blake2(width: Width): Code {
  const v = (at: number): number => 2 + at;
  const m = (at: number): number => 18 + at;
  const word = (place: number, at: number): Code => [...small(0), ...width.load, ...unsigned(place + width.size * at)];
  const plus = (a: Code, b: Code): Code => [...a, ...b, width.add];
  const mixed = (a: Code, b: Code): Code => [...a, ...b, width.xor];
  const code: number[] = [];
  for (let at = 0; at < 8; at++) {
    code.push(...set(v(at), word(PLACE.state, at)));
    code.push(...set(v(8 + at), word(width.iv, at)));
  }
  for (let at = 0; at < 16; at++) code.push(...set(m(at), word(PLACE.block, at)));
  code.push(...set(v(12), mixed(get(v(12)), [...get(0), ...width.widen])));
  code.push(...set(v(14), mixed(get(v(14)), [...get(1), ...width.widen])));
  const mix = (a: number, b: number, c: number, d: number, words: readonly [number, number]): void => {
    words.forEach((own, half) => {
      const turn = (at: 0 | 1): Code => width.rotr(width.turns[2 * half + at] as number);
      code.push(...set(v(a), plus(plus(get(v(a)), get(v(b))), get(m(own)))));
      code.push(...set(v(d), [...mixed(get(v(d)), get(v(a))), ...turn(0)]));
      code.push(...set(v(c), plus(get(v(c)), get(v(d)))));
      code.push(...set(v(b), [...mixed(get(v(b)), get(v(c))), ...turn(1)]));
    });
  };
  for (let round = 0; round < width.rounds; round++) {
    const two = (i: number): [number, number] => {
      const sigma = SIGMA[round % 10] as string;
      return [Number.parseInt(sigma[2 * i] as string, 16), Number.parseInt(sigma[2 * i + 1] as string, 16)];
    };
    for (let i = 0; i < 4; i++) mix(i, 4 + i, 8 + i, 12 + i, two(i));
    for (let i = 0; i < 4; i++) mix(i, 4 + ((i + 1) % 4), 8 + ((i + 2) % 4), 12 + ((i + 3) % 4), two(4 + i));
  }
  for (let at = 0; at < 8; at++) {
    const sum = mixed(word(PLACE.state, at), mixed(get(v(at)), get(v(8 + at))));
    code.push(...small(0), ...sum, ...width.store, ...unsigned(PLACE.state + width.size * at));
  }
  return body([[32, width.type]], code);
}

/** The module: memory `memory`, functions `keccak()`, `blake2b(counted, last)` and `blake2s(counted, last)`. */
export function wideModule(): Uint8Array<ArrayBuffer> {
  return moduleOf([
    { name: 'keccak', parameters: 0, body: keccak() },
    { name: 'blake2b', parameters: 2, body: blake2(WIDE) },
    { name: 'blake2s', parameters: 2, body: blake2(NARROW) },
  ]);
}
