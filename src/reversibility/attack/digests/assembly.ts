/**
 * Putting WebAssembly together: the few instructions that digests need, functions and modules (WebAssembly Core Specification 1.0,
 * section 5, binary format).
 * @module
 */

/** An expression or statement. */
export type Code = readonly number[];

/** Type of words of 32 bits. */
const I32 = 0x7f;

/** Pieces of code one behind the other: concatenation is what engines do fast before anything is warm. */
export const code = (...pieces: readonly (Code | number)[]): Code => ([] as number[]).concat(...pieces);

/** Unsigned LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  do {
    const low = left & 127;
    left >>>= 7;
    bytes.push(left === 0 ? low : low | 128);
  } while (left !== 0);
  return bytes;
}

/** Signed LEB128 of a word of 32 bits. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let left = value | 0; ; left >>= 7) {
    const low = left & 127;
    if (left >> 6 === 0 || left >> 6 === -1) return [...bytes, low];
    bytes.push(low | 128);
  }
}

/** Signed LEB128 of a word of 64 bits. */
function signedLong(value: bigint): number[] {
  const bytes: number[] = [];
  for (let left = BigInt.asIntN(64, value); ; left >>= 7n) {
    const low = Number(left & 127n);
    if (left >> 6n === 0n || left >> 6n === -1n) return [...bytes, low];
    bytes.push(low | 128);
  }
}

export const get = (local: number): Code => [0x20, local];
export const set = (local: number, value: Code): Code => code(value, 0x21, local);
/** Sets a local and leaves its value. */
export const tee = (local: number, value: Code): Code => code(value, 0x22, local);

/** Vectors of 128 bits. */
export const V128 = 0x7b;

/** Words of 32 or 64 bits, as many beside one another as a vector holds, and what can be done with them. */
export interface Words {
  /** Bytes of a word. */
  readonly size: number;
  readonly of: (value: bigint | number) => Code;
  readonly add: (...terms: readonly Code[]) => Code;
  readonly xor: (...terms: readonly Code[]) => Code;
  readonly and: (a: Code, b: Code) => Code;
  readonly or: (a: Code, b: Code) => Code;
  readonly not: (a: Code) => Code;
  readonly rotl: (a: Code, by: number) => Code;
  readonly shr: (a: Code, by: number) => Code;
}

/** An instruction on vectors. */
const vector = (op: number): Code => [0xfd, ...unsigned(op)];

/** The vector at an address and so many bytes on. */
export const loadVector = (at: Code, offset: number): Code => code(at, vector(0x00), 4, unsigned(offset));
export const storeVector = (at: Code, offset: number, value: Code): Code =>
  code(at, value, vector(0x0b), 4, unsigned(offset));

/** @param spare - a local that rotations write */
export function wordsOf(size: 4 | 8, spare: number): Words {
  const wide = size === 8;
  const bits = 8 * size;
  const joined =
    (op: Code) =>
    (...terms: readonly Code[]): Code =>
      code(...terms.flatMap((term, i) => (i === 0 ? [term] : [term, op])));
  const [splat, left, right, plus] = (wide ? [0x12, 203, 205, 206] : [0x11, 171, 173, 174]).map(vector) as [
    ...[Code, Code],
    ...[Code, Code],
  ];
  const shift = (a: Code, op: Code, by: number): Code => code(a, 0x41, signed(by), op);
  const or = joined(vector(0x50));
  return {
    size,
    of: (value) => (wide ? code(0x42, signedLong(BigInt(value)), splat) : code(0x41, signed(Number(value)), splat)),
    add: joined(plus),
    xor: joined(vector(0x51)),
    and: joined(vector(0x4e)),
    or,
    not: (a) => code(a, vector(0x4d)),
    rotl: (a, by) => or(shift(tee(spare, a), left, by), shift(get(spare), right, bits - by)),
    shr: (a, by) => shift(a, right, by),
  };
}

/** A function: its own locals by number and type, and what it does. Locals are numbered below 128. */
export function body(locals: readonly (readonly [number, number])[], does: Code): Code {
  const inside = [locals.length, ...locals.flat()];
  return code(unsigned(inside.length + does.length + 1), inside, does, 0x0b);
}

/** A function of a module: its name, how many words of 32 bits it takes, and its {@link body}. */
export interface Exported {
  readonly name: string;
  readonly parameters: number;
  readonly body: Code;
}

function section(id: number, content: Code): Code {
  return code(id, unsigned(content.length), content);
}

function named(name: string, kind: number, index: number): Code {
  return [name.length, ...Array.from(name, (char) => char.charCodeAt(0)), kind, index];
}

/** A module of functions without results over a memory of one page, exported as `memory`. */
export function moduleOf(functions: readonly Exported[]): Uint8Array<ArrayBuffer> {
  const types = [...new Set(functions.map(({ parameters }) => parameters))];
  return Uint8Array.from(
    code(
      [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      section(1, code(types.length, ...types.map((count) => [0x60, count, ...new Array<number>(count).fill(I32), 0]))),
      section(3, [functions.length, ...functions.map(({ parameters }) => types.indexOf(parameters))]),
      section(5, [1, 0, 1]),
      section(
        7,
        code(functions.length + 1, named('memory', 2, 0), ...functions.map(({ name }, i) => named(name, 0, i))),
      ),
      section(10, code(functions.length, ...functions.map((own) => own.body))),
    ),
  );
}
