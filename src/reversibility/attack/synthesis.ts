/**
 * Known rows give the code away: a small program is fitted to tied rows, source text as a function of product text.
 *
 * A library of program shapes, shortest first: characters replaced one by one (one table, or one a place of a repeated
 * key), bytes likewise, places exchanged, whole numbers under a linear map over GF(2), lines, lines modulo a number. Each is
 * learnt on every second tied row and kept when it gives the others (a known-plaintext attack: Stinson, "Cryptography",
 * 3rd ed., section 1.2). See synthesis.md.
 * @module
 */
import type { Lookup, SourceColumn } from '../intake/lookup.js';
import { sampleCodes } from '../intake/lookup.js';
import type { SheetColumn } from '../intake/sheet.js';
import type { Derived, Step } from '../inverse.js';
import { FOREIGN } from '../restoration/tuple-join.js';
import { asUtf8, fromBase32, fromBase64, fromHex } from './decode-bytes.js';
import { fold } from './decode-text.js';
import { fitOf, stepOf } from './match.js';
import type { Pairs } from './tied-rows.js';

/** A program from product text to source text; null where it does not apply. */
export interface Program {
  readonly name: string;
  readonly bits: number;
  readonly run: (text: string) => string | null;
}

/** Product text and the source text that stands in the same row. */
export type Example = readonly [product: string, source: string];

const EXAMPLES = 400;
const ENOUGH = 12;

/** Distinct examples from tied rows: for learning every second, the others for the test. */
export function examplesOf(own: SheetColumn, to: SheetColumn, pairs: Pairs): [learn: Example[], test: Example[]] {
  const learn: Example[] = [];
  const test: Example[] = [];
  const seen = new Set<number>();
  const stride = Math.max(1, Math.floor(pairs.product.length / (6 * EXAMPLES)));
  for (let i = 0; i < pairs.product.length; i += stride) {
    const code = own.codes[pairs.product[i] as number] as number;
    const value = to.codes[pairs.source[i] as number] as number;
    if (code < 0 || value < 0 || seen.has(code)) continue;
    seen.add(code);
    const list = seen.size % 2 === 0 ? test : learn;
    if (list.length < EXAMPLES) list.push([own.values[code] as string, to.values[value] as string]);
    if (learn.length >= EXAMPLES && test.length >= EXAMPLES) break;
  }
  return [learn, test];
}

function charTable(examples: readonly Example[], period: number): Map<number, string> | null {
  const table = new Map<number, string>();
  let asked = 0;
  let conflicts = 0;
  for (const [own, source] of examples) {
    const from = [...own];
    const to = [...source];
    if (from.length !== to.length) return null;
    for (let place = 0; place < from.length; place++) {
      const key = (from[place] as string).codePointAt(0) as number;
      const slot = (place % period) * 0x110000 + key;
      const known = table.get(slot);
      asked++;
      if (known === undefined) table.set(slot, to[place] as string);
      else if (known !== to[place]) conflicts++;
    }
    if (conflicts > 4 + 0.02 * asked) return null;
  }
  return table;
}

const PERIODS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 20, 24, 32, 64];

/** Characters replaced by a table, the same at every place or one for each place of a repeated key. */
function replaced(examples: readonly Example[]): Program | null {
  // Most lengths must agree; a code that keeps lengths keeps all of them.
  const kept = examples.filter(([own, source]) => [...own].length === [...source].length);
  if (kept.length < 0.95 * examples.length) return null;
  for (const period of PERIODS) {
    const quick = kept.slice(0, 40);
    if (charTable(quick, period) === null) continue;
    const table = charTable(kept, period);
    if (table === null) continue;
    return {
      name: period === 1 ? 'substitution' : `place-substitution(${period})`,
      bits: Math.min(2000, 6 * table.size),
      run: (text) => {
        let out = '';
        let place = 0;
        for (const char of text) {
          const to = table.get((place % period) * 0x110000 + (char.codePointAt(0) as number));
          if (to === undefined) return null;
          out += to;
          place++;
        }
        return out;
      },
    };
  }
  return null;
}

/** Bytes XORed with, or moved by, a repeated key: one key byte a place. */
function keyedBytes(examples: readonly Example[]): Program | null {
  const pairs = examples.map(([own, source]) => [own, utf8Binary(source)] as const);
  if (pairs.some(([own, source]) => own.length !== source.length)) return null;
  for (const [name, solve, undo] of BYTE_GROUPS) {
    const key: number[] = [];
    let good = true;
    for (const [own, source] of pairs) {
      for (let i = 0; i < own.length && good; i++) {
        const byte = own.charCodeAt(i);
        if (byte > 255) return null;
        const part = solve(byte, source.charCodeAt(i));
        if (key[i] === undefined) key[i] = part;
        else if (key[i] !== part) good = false;
      }
      if (!good) break;
    }
    if (!good || key.length === 0) continue;
    const period = periodOf(key);
    return {
      name: `${name}(${period})`,
      bits: 8 * period,
      run: (text) => {
        let out = '';
        for (let i = 0; i < text.length; i++)
          out += String.fromCharCode(undo(text.charCodeAt(i), key[i % period] as number));
        return asUtf8(out);
      },
    };
  }
  return null;
}

/** Groups under which a byte is moved by a key byte: the key from a pair, and the inverse. */
export const BYTE_GROUPS: readonly [
  name: string,
  solve: (product: number, source: number) => number,
  undo: (product: number, key: number) => number,
][] = [
  ['xor-key', (product, source) => product ^ source, (product, key) => product ^ key],
  ['add-key', (product, source) => (product - source) & 255, (product, key) => (product - key) & 255],
];

/** Shortest period of a key. */
export function periodOf(key: readonly number[]): number {
  for (let period = 1; period < key.length; period++) {
    let good = true;
    for (let i = period; i < key.length && good; i++) good = key[i] === key[i - period];
    if (good && 2 * period <= key.length) return period;
  }
  return key.length;
}

const encoder = new TextEncoder();

/** A text's UTF-8 bytes as characters U+0000 to U+00FF. */
export function utf8Binary(text: string): string {
  let plain = true;
  for (let i = 0; i < text.length && plain; i++) plain = text.charCodeAt(i) < 128;
  if (plain) return text;
  let out = '';
  for (const byte of encoder.encode(text)) out += String.fromCharCode(byte);
  return out;
}

/** Where a character of the source text stands in the product text: an index from the left, or from the right (below 0). */
interface Origin {
  readonly at: number;
  readonly literal: string | null;
}

/** Characters at fixed places: exchanged, spread among others, with constants between. */
function placed(examples: readonly Example[]): Program | null {
  const width = (examples[0] as Example)[1].length;
  const padded = examples.every(([, source]) => /^\d+$/.test(source));
  const most = padded ? examples.reduce((longest, [, source]) => Math.max(longest, source.length), 0) : width;
  if (most < 2 || most > 64 || (!padded && examples.some(([, source]) => source.length !== width))) return null;
  const shortest = examples.reduce((least, [own]) => Math.min(least, own.length), 1000);
  if (shortest < 2 || shortest > 512) return null;
  const sources = examples.map(([, source]) => source.padStart(most, '0'));
  const origins: Origin[] = [];
  for (let place = 0; place < most; place++) {
    const first = (sources[0] as string)[place] as string;
    if (sources.every((source) => source[place] === first)) {
      origins.push({ at: 0, literal: first });
      continue;
    }
    let found: Origin | null = null;
    for (let at = -shortest; at < shortest && found === null; at++) {
      if (examples.every(([own], i) => own[at < 0 ? own.length + at : at] === (sources[i] as string)[place]))
        found = { at, literal: null };
    }
    if (found === null) return null;
    origins.push(found);
  }
  return {
    name: 'places',
    bits: 8 * most,
    run: (text) => {
      if (text.length < shortest) return null;
      let out = '';
      for (const { at, literal } of origins) out += literal ?? text[at < 0 ? text.length + at : at] ?? '';
      return padded ? out.replace(/^0+(?=\d)/, '') : out;
    },
  };
}

function wholeNumber(text: string): number {
  return /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
}

/** Whole numbers under an affine map over GF(2): XOR, Gray code, bits in another order, cyclic redundancy checks. */
function bitLinear(examples: readonly Example[]): Program | null {
  const pairs = examples.map(([own, source]) => [wholeNumber(own), wholeNumber(source)] as const);
  if (pairs.some(([y, x]) => Number.isNaN(y) || Number.isNaN(x) || y > 0x7fffffff || x > 0x7fffffff)) return null;
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
function modular(examples: readonly Example[]): Program | null {
  const pairs: (readonly [y: bigint, x: bigint])[] = [];
  for (const [own, source] of examples.slice(0, 60)) {
    if (!/^\d{1,18}$/.test(own) || !/^\d{1,18}$/.test(source)) return null;
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
      run: (text) => (/^\d{1,18}$/.test(text) ? String((slope * BigInt(text) + offset) % modulus) : null),
    };
  }
  return null;
}

/** Numbers on a line through two far examples. */
function line(examples: readonly Example[]): Program | null {
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

function numberOf(text: string): number {
  return /^\s*[+-]?[\d.]/.test(text) ? Number(text) : Number.NaN;
}

/** Ways to read the product's cells before a program is fitted. */
const VIEWS: readonly [name: string, view: (text: string) => string | null][] = [
  ['', (text) => text],
  ['hex', fromHex],
  ['base64', fromBase64],
  ['base32', fromBase32],
];

const SHAPES: readonly ((examples: readonly Example[]) => Program | null)[] = [
  line,
  bitLinear,
  modular,
  replaced,
  placed,
];

/** The shortest program that gives at least nine tenths of the examples not used to learn it; null when none does. */
export function synthesise(learn: readonly Example[], test: readonly Example[]): Program | null {
  if (learn.length < ENOUGH || test.length < ENOUGH) return null;
  const common = new Map<string, number>();
  for (const [, source] of test) common.set(source, (common.get(source) ?? 0) + 1);
  const baseline = Math.max(...common.values()) / test.length;
  for (const [name, view] of VIEWS) {
    const seen = viewed(learn, view);
    if (seen === null) continue;
    for (const shape of name === '' ? SHAPES : [keyedBytes, replaced]) {
      const program = shape(seen);
      if (program === null) continue;
      const run = (text: string): string | null => {
        const plain = view(text);
        return plain === null ? null : program.run(plain);
      };
      let good = 0;
      for (const [own, source] of test) {
        const out = run(own);
        if (out !== null && (out === source || fold(out) === fold(source))) good++;
      }
      const accuracy = good / test.length;
      // A table of single examples restores no more than it was told.
      if (accuracy >= 0.9 && accuracy > baseline + 0.5 * (1 - baseline))
        return { name: name === '' ? program.name : `${program.name}.${name}`, bits: program.bits + 6, run };
    }
  }
  return null;
}

function viewed(examples: readonly Example[], view: (text: string) => string | null): Example[] | null {
  const list: Example[] = [];
  for (const [own, source] of examples) {
    const plain = view(own);
    if (plain === null || plain.length > 2000) return null;
    list.push([plain, source]);
  }
  return list;
}

/** The step of a program executed on every value of a column. */
export function programStep(
  derived: Derived,
  to: SourceColumn,
  program: Program,
  lookup: Lookup,
  attack: string,
): Step {
  const map = new Int32Array(derived.column.distinct).fill(FOREIGN);
  const exact = to.column.index;
  const sample = sampleCodes(derived.column, 50).map((code) => program.run(derived.column.values[code] as string));
  const folded = sample.filter((text) => text !== null && exact.has(text)).length < 0.5 * sample.length;
  const index = folded ? lookup.folded(to.column) : exact;
  for (let code = 0; code < map.length; code++) {
    const text = program.run(derived.column.values[code] as string);
    if (text !== null) map[code] = index.get(folded ? fold(text) : text) ?? FOREIGN;
  }
  return stepOf(derived, to, map, fitOf(derived.column, to.column, map), {
    formula: `${program.name}(${derived.formula})`,
    attack,
    knowledge: 'A1',
    bits: derived.bits + program.bits,
  });
}
