/**
 * WebAssembly of the compressions of chained digests: MD5 (RFC 1321, section 3.4), SHA-1, SHA-256 and SHA-512 (FIPS 180-4, sections
 * 6.1.2, 6.2.2 and 6.4.2) and SM3 (GB/T 32905-2016, section 5.3).
 * The code is put together here, from the standards' own tables, when it is first asked for. See hashes.md.
 * @module
 */
import {
  body,
  type Code,
  type Exported,
  get,
  loadVector,
  moduleOf,
  set,
  signed,
  storeVector,
  tee,
  V128,
  type Words,
  wordsOf,
} from './assembly.js';

/** Bytes from which the state stands: a vector for each of its words. */
export const STATE = 0;

/** Locals: the parameters, one for rotations, 16 words of the block, the working variables, and what is needed for a moment. */
const [FROM, END, SPARE, WORDS] = [0, 1, 2, 3];
const word = (at: number): number => WORDS + (at & 15);
const own = (at: number): number => WORDS + 16 + at;

const narrow: Words = wordsOf(4, SPARE);
const wide: Words = wordsOf(8, SPARE);

/** Bytes of a word of all lanes. */
const VECTOR = 16;
const START: Code = [0x41, 0];

/** A function of the address of the first block and that behind the last: chains them into the state. */
function chained(variables: number, spare: number, block: Code): Exported {
  const loop: number[] = [0x03, 0x40];
  for (let at = 0; at < 16; at++) loop.push(...set(word(at), loadVector(get(FROM), VECTOR * at)));
  loop.push(...block);
  // The next block, while there is one.
  loop.push(...tee(FROM, [...get(FROM), 0x41, ...signed(16 * VECTOR), 0x6a]), ...get(END), 0x49, 0x0d, 0, 0x0b);
  return { name: 'compress', parameters: 2, body: body([[17 + variables + spare, V128]], loop) };
}

function loaded(count: number): number[] {
  const code: number[] = [];
  for (let at = 0; at < count; at++) code.push(...set(own(at), loadVector(START, STATE + VECTOR * at)));
  return code;
}

/** Joins the working variables to the state. */
function stored(count: number, join: Words['add']): number[] {
  const code: number[] = [];
  for (let at = 0; at < count; at++) {
    const place = STATE + VECTOR * at;
    code.push(...storeVector(START, place, join(loadVector(START, place), get(own(at)))));
  }
  return code;
}

function primes(count: number): bigint[] {
  const found: bigint[] = [];
  for (let n = 2n; found.length < count; n++) if (found.every((prime) => n % prime !== 0n)) found.push(n);
  return found;
}

/** The first 64 bits of the fraction of a root of a prime, computed in whole numbers. */
function fractionOfRoot(prime: bigint, power: 2n | 3n): bigint {
  const scaled = prime << (64n * power);
  const near = BigInt(Math.floor(Number(prime) ** (1 / Number(power)) * 2 ** 40)) << 24n;
  let [low, high] = [near - (1n << 26n), near + (1n << 26n)];
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** power <= scaled) low = middle;
    else high = middle;
  }
  return BigInt.asUintN(64, low);
}

/** FIPS 180-4, section 4.2.3; the first halves are those of section 4.2.2. */
function cubeRoots(): bigint[] {
  return primes(80).map((prime) => fractionOfRoot(prime, 3n));
}

/** FIPS 180-4, sections 5.3.3 to 5.3.5: of these words the initial values of SHA-2 are made. */
export function squareRoots(): bigint[] {
  return primes(16).map((prime) => fractionOfRoot(prime, 2n));
}

/** What SHA-256 and SHA-512 differ in: rotations and shifts, FIPS 180-4, sections 4.1.2 and 4.1.3, and rounds. */
interface Sha2 {
  readonly kind: Words;
  readonly rounds: number;
  readonly sums: readonly [readonly number[], readonly number[]];
  readonly sigmas: readonly [readonly number[], readonly number[]];
}

function sha2({ kind, rounds, sums, sigmas }: Sha2): Exported {
  const bits = 8 * kind.size;
  const rotr = (local: number, by: number): Code => kind.rotl(get(local), bits - by);
  const sum = (which: 0 | 1, local: number): Code => kind.xor(...sums[which].map((by) => rotr(local, by)));
  const sigma = (which: 0 | 1, local: number): Code => {
    const [first, second, shift] = sigmas[which] as [number, number, number];
    return kind.xor(rotr(local, first), rotr(local, second), kind.shr(get(local), shift));
  };
  const constants = cubeRoots();
  const code = loaded(8);
  for (let t = 0; t < rounds; t++) {
    if (t >= 16)
      code.push(
        ...set(word(t), kind.add(get(word(t)), sigma(1, word(t - 2)), get(word(t - 7)), sigma(0, word(t - 15)))),
      );
    const [a, b, c, d, e, f, g, h] = Array.from({ length: 8 }, (_, i) => own((i + 8 * rounds - t) % 8)) as [
      ...[number, number, number, number],
      ...[number, number, number, number],
    ];
    const constant = constants[t] as bigint;
    const k = kind.of(kind === wide ? constant : Number(constant >> 32n) | 0);
    const choice = kind.xor(get(g), kind.and(get(e), kind.xor(get(f), get(g))));
    code.push(...set(h, kind.add(get(h), sum(1, e), choice, k, get(word(t)))));
    code.push(...set(d, kind.add(get(d), get(h))));
    const majority = kind.or(kind.and(get(a), get(b)), kind.and(get(c), kind.or(get(a), get(b))));
    code.push(...set(h, kind.add(get(h), sum(0, a), majority)));
  }
  code.push(...stored(8, kind.add));
  return chained(8, 0, code);
}

/** Rotations of MD5 by round. */
const MD5_TURNS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
];

function md5(): Exported {
  const code = loaded(4);
  for (let t = 0; t < 64; t++) {
    const round = t >> 4;
    const [a, b, c, d] = Array.from({ length: 4 }, (_, i) => own((i + 64 - t) % 4)) as [number, number, number, number];
    const mixed = [
      narrow.xor(get(d), narrow.and(get(b), narrow.xor(get(c), get(d)))),
      narrow.xor(get(c), narrow.and(get(d), narrow.xor(get(b), get(c)))),
      narrow.xor(get(b), get(c), get(d)),
      narrow.xor(get(c), narrow.or(get(b), narrow.not(get(d)))),
    ][round] as Code;
    const at = [t, 5 * t + 1, 3 * t + 5, 7 * t][round] as number;
    const constant = narrow.of(Math.floor(Math.abs(Math.sin(t + 1)) * 2 ** 32) | 0);
    const turned = narrow.rotl(
      narrow.add(get(a), mixed, constant, get(word(at))),
      (MD5_TURNS[round] as number[])[t & 3]!,
    );
    code.push(...set(a, narrow.add(get(b), turned)));
  }
  code.push(...stored(4, narrow.add));
  return chained(4, 0, code);
}

function sha1(): Exported {
  const code = loaded(5);
  for (let t = 0; t < 80; t++) {
    if (t >= 16)
      code.push(
        ...set(
          word(t),
          narrow.rotl(narrow.xor(get(word(t)), get(word(t - 3)), get(word(t - 8)), get(word(t - 14))), 1),
        ),
      );
    const [a, b, c, d, e] = Array.from({ length: 5 }, (_, i) => own((i + 80 - t) % 5)) as [
      ...[number, number],
      ...[number, number, number],
    ];
    const round = Math.floor(t / 20);
    const parity = narrow.xor(get(b), get(c), get(d));
    const mixed = [
      narrow.xor(get(d), narrow.and(get(b), narrow.xor(get(c), get(d)))),
      parity,
      narrow.or(narrow.and(get(b), get(c)), narrow.and(get(d), narrow.or(get(b), get(c)))),
      parity,
    ][round] as Code;
    const constant = narrow.of([0x5a827999, 0x6ed9eba1, 0x8f1bbcdc | 0, 0xca62c1d6 | 0][round] as number);
    code.push(...set(e, narrow.add(get(e), narrow.rotl(get(a), 5), mixed, constant, get(word(t)))));
    code.push(...set(b, narrow.rotl(get(b), 30)));
  }
  code.push(...stored(5, narrow.add));
  return chained(5, 0, code);
}

function sm3(): Exported {
  const spare = own(8);
  const code = loaded(8);
  const p1 = (): Code => narrow.xor(get(spare), narrow.rotl(get(spare), 15), narrow.rotl(get(spare), 23));
  for (let t = 0; t < 64; t++) {
    // Words are made four rounds before they are needed as themselves.
    if (t >= 12) {
      const at = t + 4;
      const sum = narrow.xor(get(word(at)), get(word(at - 9)), narrow.rotl(get(word(at - 3)), 15));
      code.push(...set(spare, sum));
      code.push(...set(word(at), narrow.xor(p1(), narrow.rotl(get(word(at - 13)), 7), get(word(at - 6)))));
    }
    const [a, b, c, d, e, f, g, h] = Array.from({ length: 8 }, (_, i) => own((((i % 4) + 64 - t) % 4) + (i & 4))) as [
      ...[number, number, number, number],
      ...[number, number, number, number],
    ];
    const constant = t < 16 ? 0x79cc4519 : 0x7a879d8a;
    const turn = t % 32;
    const turned = (constant << turn) | (turn === 0 ? 0 : constant >>> (32 - turn));
    code.push(...set(spare, narrow.rotl(narrow.add(narrow.rotl(get(a), 12), get(e), narrow.of(turned)), 7)));
    const ff =
      t < 16
        ? narrow.xor(get(a), get(b), get(c))
        : narrow.or(narrow.and(get(a), get(b)), narrow.and(get(c), narrow.or(get(a), get(b))));
    const gg =
      t < 16 ? narrow.xor(get(e), get(f), get(g)) : narrow.xor(get(g), narrow.and(get(e), narrow.xor(get(f), get(g))));
    const ss2 = narrow.xor(get(spare), narrow.rotl(get(a), 12));
    code.push(...set(d, narrow.add(get(d), ff, ss2, narrow.xor(get(word(t)), get(word(t + 4))))));
    code.push(...set(h, narrow.add(get(h), gg, get(spare), get(word(t)))));
    // P0 of what becomes the fifth variable.
    code.push(...set(h, narrow.xor(get(h), narrow.rotl(get(h), 9), narrow.rotl(get(h), 17))));
    code.push(...set(b, narrow.rotl(get(b), 9)), ...set(f, narrow.rotl(get(f), 19)));
  }
  code.push(...stored(8, narrow.xor));
  return chained(8, 1, code);
}

/** A kind of compression. */
export type Compression = 'md5' | 'sha1' | 'sha256' | 'sha512' | 'sm3';

const compressions: Readonly<Record<Compression, () => Exported>> = {
  md5,
  sha1,
  sha256: () =>
    sha2({
      kind: narrow,
      rounds: 64,
      sums: [
        [2, 13, 22],
        [6, 11, 25],
      ],
      sigmas: [
        [7, 18, 3],
        [17, 19, 10],
      ],
    }),
  sha512: () =>
    sha2({
      kind: wide,
      rounds: 80,
      sums: [
        [28, 34, 39],
        [14, 18, 41],
      ],
      sigmas: [
        [1, 8, 7],
        [19, 61, 6],
      ],
    }),
  sm3,
};

/**
 * The module: `compress(from, end)` chains the blocks from one address to another into the state at {@link STATE}. Each word is a
 * vector: of four digests of words of 32 bits, of two of 64.
 */
export function chainedModule(compression: Compression): Uint8Array<ArrayBuffer> {
  return moduleOf([compressions[compression]()]);
}
