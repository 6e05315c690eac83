/**
 * Known rows give the code away: a small program is fitted to tied rows, source text as a function of product text.
 *
 * A library of program shapes, shortest first: characters replaced one by one (one table, or one a place of a repeated
 * key), bytes likewise, places exchanged, whole numbers under a linear map over GF(2), lines, lines modulo a number. Each is
 * learnt on every second tied row and kept when it gives the others (a known-plaintext attack: Stinson, "Cryptography",
 * 3rd ed., section 1.2). See synthesis.md.
 * @module
 */

import { fold } from '../../intake/fold.js';
import type { Lookup, SourceColumn } from '../../intake/lookup.js';
import { sampleCodes } from '../../intake/lookup.js';
import type { SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import { FOREIGN } from '../../restoration/tuple-join.js';
import { asUtf8, fromBase32, fromBase64, fromHex } from '../decoding/decode-bytes.js';
import { fitOf, stepOf } from '../shared/match.js';
import type { Pairs } from '../shared/tied-rows.js';
import { bitLinear, line, modular } from './number-programs.js';

/** A program from product text to source text; null where it does not apply. */
export interface Program {
  readonly name: string;
  readonly bits: number;
  readonly run: (text: string) => string | null;
}

/** Product text and the source text that stands in the same row. */
export type Example = readonly [product: string, source: string];

/** Examples to learn from, and to test on: at most, and at least. */
export const EXAMPLES = 400;
export const ENOUGH = 12;

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
    if (list.length < EXAMPLES) list.push([own.text(code), to.text(value)]);
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

/** Ways to read the product's cells before a program is fitted. */
export const VIEWS: readonly [name: string, view: (text: string) => string | null][] = [
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
      for (const [i, [own, source]] of test.entries()) {
        const out = run(own);
        if (out !== null && (out === source || fold(out) === fold(source))) good++;
        if (good + test.length - 1 - i < 0.89 * test.length) break;
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
  const sample = sampleCodes(derived.column, 50).map((code) => program.run(derived.column.text(code)));
  const folded = sample.filter((text) => text !== null && exact.has(text)).length < 0.5 * sample.length;
  const index = folded ? lookup.folded(to.column) : exact;
  for (let code = 0; code < map.length; code++) {
    const text = program.run(derived.column.text(code));
    if (text !== null) map[code] = index.get(folded ? fold(text) : text) ?? FOREIGN;
  }
  return stepOf(derived, to, map, fitOf(derived.column, to.column, map), {
    formula: `${program.name}(${derived.formula})`,
    attack,
    knowledge: 'A1',
    bits: derived.bits + program.bits,
  });
}
