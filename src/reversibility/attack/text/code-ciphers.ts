/**
 * A cipher of characters over a public code: one table that exchanges characters, applied to the hexadecimal, base64 or
 * quoted-printable form of a text. The source is written in the code, and its patterns of repeats are looked for in the product.
 *
 * Isomorphs (Friedman, "Military Cryptanalysis", part I, section 7) with the whole source as the crib: characters that are
 * known stand for themselves, so what one column gives away reads the others. See characters.md.
 * @module
 */
import { type Lookup, type SourceColumn, sampleCodes } from '../../intake/lookup.js';
import { SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import { asUtf8 } from '../decoding/decode-bytes.js';
import { type Decoder, STRICT } from '../decoding/decoder-library.js';
import { matchValues } from '../shared/match.js';
import { patternOf } from './isomorphs.js';
import { utf8Binary } from './synthesis.js';

/** How a text is written in a code of the decoder library. */
interface Encoder {
  readonly code: Decoder;
  readonly write: (bytes: string, text: string) => string;
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Each byte in a number of its own. */
function byByte(write: (byte: number) => string, between = ''): (bytes: string) => string {
  return (bytes) => Array.from(bytes, (char) => write(char.charCodeAt(0))).join(between);
}

/** The bytes as one number of another base. */
function asNumber(alphabet: string): (bytes: string) => string {
  const base = BigInt(alphabet.length);
  return (bytes) => {
    let value = 0n;
    for (let i = 0; i < bytes.length; i++) value = value * 256n + BigInt(bytes.charCodeAt(i));
    let out = '';
    for (; value > 0n; value /= base) out = (alphabet[Number(value % base)] as string) + out;
    return out;
  };
}

function base32(bytes: string): string {
  let out = '';
  let bits = 0;
  let value = 0;
  for (let i = 0; i < bytes.length; i++) {
    value = ((value << 8) | bytes.charCodeAt(i)) & 0xffff;
    bits += 8;
    for (; bits >= 5; bits -= 5) out += BASE32[(value >> (bits - 5)) & 31] as string;
  }
  return bits > 0 ? out + (BASE32[(value << (5 - bits)) & 31] as string) : out;
}

function padded(text: string, to: number): string {
  return text.padEnd(Math.ceil(text.length / to) * to, '=');
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0').toUpperCase();
}

/** Customary codes, by the names that the decoder library has for them, and how a text is written in them. */
export const WRITTEN: readonly (readonly [code: string, write: (bytes: string, text: string) => string])[] = [
  ['hex', byByte(hexByte)],
  ['base64', (bytes) => btoa(bytes)],
  ['base64', (bytes) => btoa(bytes).replace(/=+$/, '')],
  ['base32', (bytes) => padded(base32(bytes), 8)],
  ['base32', base32],
  ['base58', asNumber(BASE58)],
  ['base62', asNumber(BASE62)],
  ['quoted-printable', byByte((byte) => `=${hexByte(byte)}`)],
  ['percent', byByte((byte) => `%${hexByte(byte)}`)],
  ['char-codes', byByte(String, ' ')],
  ['html', (_, text) => Array.from(text, (char) => `&#${char.codePointAt(0)};`).join('')],
  [
    'escapes',
    (_, text) =>
      Array.from({ length: text.length }, (__, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  ],
];

const ENCODERS: readonly Encoder[] = WRITTEN.map(([name, write]) => ({
  code: STRICT.find((decoder) => decoder.name === name) as Decoder,
  write,
}));

/** What a code makes of a text; null for long ones. */
function encode(encoder: Encoder, text: string): string | null {
  return text.length > LONGEST ? null : encoder.write(utf8Binary(text), text);
}

const LONGEST = 64;
const PRODUCT_SAMPLE = 600;
const SOURCE_SAMPLE = 6000;
const SIGHT = 80;
const ROUNDS = 8;
const LEAST_VOTES = 3;
const AGREED = 0.7;
const HITS = 0.4;

/** A product column that may be a source column in a code. */
interface Pair {
  readonly at: number;
  readonly own: readonly string[];
  readonly source: readonly string[];
}

/** Sampled texts of a column. */
function textsOf(column: SheetColumn, limit: number): string[] {
  return sampleCodes(column, limit).map((code) => column.text(code));
}

/** Lengths and number of characters of texts. */
interface Look {
  readonly lengths: ReadonlySet<number>;
  readonly characters: number;
}

const looks = new WeakMap<SheetColumn, Map<Encoder, Look | null>>();

/** What a code makes of a source column; null where it does not lengthen every text. Kept, as every product column asks. */
function lookOf(encoder: Encoder, column: SheetColumn): Look | null {
  const kept = looks.get(column) ?? new Map<Encoder, Look | null>();
  looks.set(column, kept);
  let look = kept.get(encoder);
  if (look === undefined) {
    look = encodedLook(encoder, column);
    kept.set(encoder, look);
  }
  return look;
}

function encodedLook(encoder: Encoder, column: SheetColumn): Look | null {
  const lengths = new Set<number>();
  const characters = new Set<string>();
  for (const text of textsOf(column, SIGHT)) {
    const code = encode(encoder, text);
    if (code === null || code.length <= text.length) return null;
    lengths.add(code.length);
    for (const char of code) characters.add(char);
  }
  return { lengths, characters: characters.size };
}

/** True when product texts are as long as encoded ones, with no more characters, and the code changes lengths. */
function alike(own: readonly string[], characters: number, encoder: Encoder, to: SourceColumn): boolean {
  const look = lookOf(encoder, to.column);
  if (look === null || characters > 1.3 * look.characters + 2) return false;
  let missed = 0;
  for (const text of own) if (!look.lengths.has(text.length)) missed++;
  return missed <= 0.1 * own.length;
}

/** How many characters some texts are made of. */
function charactersOf(texts: readonly string[]): number {
  return new Set(texts.flatMap((text) => [...text])).size;
}

/** A text with known characters as they are, others by the place of their first occurrence. */
function keyOf(text: string, known: (char: string) => string | undefined): string {
  const first = new Map<string, number>();
  let key = '';
  for (const char of text) {
    const plain = known(char);
    if (plain !== undefined) {
      key += plain;
      continue;
    }
    let place = first.get(char);
    if (place === undefined) {
      place = first.size;
      first.set(char, place);
    }
    key += String.fromCharCode(0xe000 + place);
  }
  return key;
}

/** Texts by what is the same of them under a table; null where several have it in common. */
type Keys = ReadonlyMap<string, string | null>;

function indexOf(source: readonly string[], keyOfText: (text: string) => string): Keys {
  const index = new Map<string, string | null>();
  for (const text of source) {
    const key = keyOfText(text);
    index.set(key, index.has(key) ? null : text);
  }
  return index;
}

const bare = new WeakMap<readonly string[], Keys>();
const patterns = new WeakMap<readonly string[], readonly string[]>();

/** The texts by their patterns of repeats: what every table begins with. */
function bareIndex(source: readonly string[]): Keys {
  let index = bare.get(source);
  if (index === undefined) {
    index = indexOf(source, patternOf);
    bare.set(source, index);
  }
  return index;
}

function patternsOf(own: readonly string[]): readonly string[] {
  let list = patterns.get(own);
  if (list === undefined) {
    list = own.map(patternOf);
    patterns.set(own, list);
  }
  return list;
}

/** Adds to the table what unique keys of the pairs agree on; false when they add nothing. */
function extend(table: Map<string, string>, pairs: readonly Pair[]): boolean {
  const taken = new Set(table.values());
  const votes = new Map<string, Map<string, number>>();
  const back = new Map<string, number>();
  for (const { own, source } of pairs) {
    const index =
      table.size === 0
        ? bareIndex(source)
        : indexOf(source, (text) => keyOf(text, (char) => (taken.has(char) ? char : undefined)));
    const keys = table.size === 0 ? patternsOf(own) : own.map((text) => keyOf(text, (char) => table.get(char)));
    for (const [at, text] of own.entries()) {
      const plain = index.get(keys[at] as string);
      if (plain === null || plain === undefined) continue;
      for (let i = 0; i < text.length; i++) {
        const from = text[i] as string;
        if (table.has(from)) continue;
        let counts = votes.get(from);
        if (counts === undefined) {
          counts = new Map();
          votes.set(from, counts);
        }
        const to = plain[i] as string;
        counts.set(to, (counts.get(to) ?? 0) + 1);
        back.set(to, (back.get(to) ?? 0) + 1);
      }
    }
  }
  let added = false;
  for (const [from, counts] of votes) {
    let total = 0;
    let best = '';
    let most = 0;
    for (const [to, count] of counts) {
      total += count;
      if (count > most) {
        most = count;
        best = to;
      }
    }
    if (most < LEAST_VOTES || most < AGREED * total || most < AGREED * (back.get(best) ?? 0)) continue;
    table.set(from, best);
    added = true;
  }
  return added;
}

function undo(table: ReadonlyMap<string, string>, code: Decoder, text: string): string | null {
  let plain = '';
  for (const char of text) {
    const own = table.get(char);
    if (own === undefined) return null;
    plain += own;
  }
  const out = code.decode(plain);
  return out === null || code.bytes !== true ? out : asUtf8(out);
}

/** Share of texts that become values of a source column. */
function hitsOf(table: ReadonlyMap<string, string>, code: Decoder, own: readonly string[], to: SheetColumn): number {
  let hits = 0;
  for (const text of own) {
    const plain = undo(table, code, text);
    if (plain !== null && to.index.has(plain)) hits++;
  }
  return own.length === 0 ? 0 : hits / own.length;
}

/** Steps that undo one table of characters and then a public code. */
export function matchCodeCiphers(queue: readonly Derived[], lookup: Lookup, late: () => boolean): Step[] {
  const columns = queue.filter(({ column }) => column.distinct >= 3);
  const learnt = columns.map(({ column }) => textsOf(column, PRODUCT_SAMPLE).filter((text) => text.length <= 400));
  const open = new Set(columns.map((_, i) => i).filter((i) => (learnt[i] as string[]).length >= 3));
  const seen = learnt.map((texts) => texts.slice(0, SIGHT));
  const characters = seen.map(charactersOf);
  // Every second text is kept for the test.
  const halves = learnt.map((texts) => texts.filter((_, i) => i % 2 === 0));
  const steps: Step[] = [];
  for (const encoder of ENCODERS) {
    if (open.size === 0 || late()) break;
    const pairs: (Pair & { readonly to: SourceColumn })[] = [];
    const written = new Map<SheetColumn, readonly string[]>();
    for (const at of open) {
      for (const to of lookup.columns) {
        if (late()) return steps;
        if (to.column.distinct < 3 || !alike(seen[at] as string[], characters[at] as number, encoder, to)) continue;
        const source =
          written.get(to.column) ?? textsOf(to.column, SOURCE_SAMPLE).map((text) => encode(encoder, text) ?? '');
        written.set(to.column, source);
        pairs.push({ at, own: halves[at] as string[], source, to });
      }
    }
    pairs.sort((a, b) => b.own.length - a.own.length);
    for (const seed of pairs) {
      if (late()) return steps;
      if (!open.has(seed.at) || seed.own.length < 10) continue;
      const table = new Map<string, string>();
      for (let round = 0; round < ROUNDS && extend(table, [seed]); round++);
      const test = (learnt[seed.at] as string[]).filter((_, i) => i % 2 === 1);
      if (table.size < 2 || hitsOf(table, encoder.code, test, seed.to.column) < HITS) continue;
      // What one column gives away reads the others, and they give more.
      const others = pairs.filter((pair) => open.has(pair.at) && pair.at !== seed.at);
      for (let round = 0; round < ROUNDS && extend(table, others); round++);
      for (const at of [...open]) {
        const found = stepsBy(table, encoder.code, columns[at] as Derived, lookup);
        if (found.length === 0) continue;
        steps.push(...found);
        open.delete(at);
      }
    }
  }
  return steps;
}

function stepsBy(table: ReadonlyMap<string, string>, code: Decoder, derived: Derived, lookup: Lookup): Step[] {
  const formula = `${code.name}(substitution(${derived.formula}))`;
  const { column } = derived;
  const made: Derived = {
    column: new SheetColumn(
      formula,
      column.codes,
      column.values.map((text) => undo(table, code, text) ?? '\u0000'),
    ),
    from: derived.from,
    formula,
    attack: 'characters',
    knowledge: 'A2',
    bits: derived.bits + code.bits + 8 * table.size,
  };
  return matchValues(made, lookup).filter((step) => step.score > 0.3);
}
