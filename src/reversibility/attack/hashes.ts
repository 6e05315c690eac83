/**
 * Unkeyed hashes of source values: the reviewer hashes the raw columns; an outsider enumerates the domain, whose size is
 * stated as a cost. Kinds, truncation, public salts and concatenations. See hashes.md.
 * @module
 */

import { blake2b, blake2s } from '@noble/hashes/blake2.js';
import { md5, ripemd160, sha1 } from '@noble/hashes/legacy.js';
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { keccak_256, sha3_224, sha3_256, sha3_384, sha3_512 } from '@noble/hashes/sha3.js';
import { hexOf, nodeCrypto } from '../../core/index.js';
import { enumerationBits } from '../intake/domain.js';
import type { Lookup, SourceColumn } from '../intake/lookup.js';
import { sampleCodes } from '../intake/lookup.js';
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import type { Derived, Step } from '../inverse.js';
import { FOREIGN } from '../restoration/tuple-join.js';
import type { Attack } from './attack.js';
import { unexplained } from './attack.js';
import { CHECKSUMS } from './checksums.js';
import { digestParts } from './hash-parts.js';
import { matchTuples } from './hash-tuples.js';
import { fitOf, stepOf } from './match.js';
import { nameBased, nestedHashes, type Stretched, stretchedKeys } from './stretched-hashes.js';

/** A kind of digest. */
export interface HashKind {
  readonly name: string;
  /** Hex digits of a whole digest. */
  readonly length: number;
  readonly hex: (text: string) => string;
  /** Time of one digest, in those of a native one. */
  readonly cost: number;
}

/** Measured: noble's BLAKE2 and Keccak against OpenSSL's SHA-256, on texts of 20 bytes. */
const PORTABLE_COST = 8;

const encoder = new TextEncoder();

function kind(
  name: string,
  node: string,
  length: number,
  fallback: ((bytes: Uint8Array) => Uint8Array) | null,
): HashKind | null {
  const crypto = nodeCrypto();
  const native = node !== '' && crypto?.getHashes().includes(node) === true;
  if (crypto !== undefined && native) {
    // The one-shot form (Node 20.12) costs half of an object per digest.
    if (typeof crypto.hash === 'function')
      return { name, length, cost: 1, hex: (text) => crypto.hash(node, text, 'hex') };
    return { name, length, cost: 2, hex: (text) => crypto.createHash(node).update(text).digest('hex') };
  }
  return fallback === null
    ? null
    : { name, length, cost: PORTABLE_COST, hex: (text) => hexText(fallback(encoder.encode(text))) };
}

function hexText(bytes: Uint8Array): string {
  return typeof Buffer === 'undefined'
    ? hexOf(bytes)
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}

let kinds: readonly HashKind[] | undefined;

/** Kinds of digests, the commonest first. */
export function allKinds(): readonly HashKind[] {
  kinds ??= [
    kind('md5', 'md5', 32, md5),
    kind('sha1', 'sha1', 40, sha1),
    kind('sha256', 'sha256', 64, sha256),
    kind('sm3', 'sm3', 64, null),
    kind('sha512', 'sha512', 128, sha512),
    kind('sha224', 'sha224', 56, sha224),
    kind('sha384', 'sha384', 96, sha384),
    kind('sha3-256', 'sha3-256', 64, sha3_256),
    kind('sha3-512', 'sha3-512', 128, sha3_512),
    kind('sha3-224', 'sha3-224', 56, sha3_224),
    kind('sha3-384', 'sha3-384', 96, sha3_384),
    kind('ripemd160', 'ripemd160', 40, ripemd160),
    kind('keccak-256', '', 64, keccak_256),
    kind('blake2b', 'blake2b512', 128, blake2b),
    kind('blake2s', 'blake2s256', 64, blake2s),
    kind('blake2b-256', '', 64, (bytes) => blake2b(bytes, { dkLen: 32 })),
    kind('blake2b-160', '', 40, (bytes) => blake2b(bytes, { dkLen: 20 })),
    kind('blake2b-128', '', 32, (bytes) => blake2b(bytes, { dkLen: 16 })),
    kind('blake2s-128', '', 32, (bytes) => blake2s(bytes, { dkLen: 16 })),
    { name: 'crc32', length: 8, cost: 1, hex: crc32 },
    ...CHECKSUMS.map((own) => ({ ...own, cost: 1 })),
  ].filter((own: HashKind | null) => own !== null);
  return kinds;
}

let crcTable: Int32Array | undefined;

function crc32(text: string): string {
  if (crcTable === undefined) {
    crcTable = new Int32Array(256);
    for (let i = 0; i < 256; i++) {
      let value = i;
      for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
      crcTable[i] = value;
    }
  }
  let crc = -1;
  for (const byte of encoder.encode(text)) crc = (crcTable[(crc ^ byte) & 255] as number) ^ (crc >>> 8);
  return ((crc ^ -1) >>> 0).toString(16).padStart(8, '0');
}

/** How a product column writes a digest: alphabet, length, which end was cut. */
export interface Writing {
  readonly name: string;
  /** Hex digits that the column holds of a digest. */
  readonly digits: number;
  readonly write: (hex: string) => string;
}

function hexToBase64(hex: string): string {
  // A few hundred kinds of digest of every probe are written so: Buffer is ten times as fast.
  if (typeof Buffer !== 'undefined') return Buffer.from(hex, 'hex').toString('base64');
  let binary = '';
  for (let i = 0; i < hex.length; i += 2) binary += String.fromCharCode(Number.parseInt(hex.slice(i, i + 2), 16));
  return btoa(binary);
}

/** Writings that fit the shape of the column's values; none when they are no digests. */
export function writingsOf(values: readonly string[]): Writing[] {
  const first = values[0];
  if (first === undefined) return [];
  const length = first.length;
  if (length < 6 || length > 160) return [];
  if (values.every((text) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text))) {
    const upper = values.some((text) => /[A-F]/.test(text));
    const dashed = (hex: string): string =>
      `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
    return [{ name: 'uuid ', digits: 32, write: (hex) => (upper ? dashed(hex).toUpperCase() : dashed(hex)) }];
  }
  if (values.every((text) => /^-?\d{1,160}$/.test(text))) return decimalWritings(values);
  if (
    values.every((text) => /^[0-9a-f]+$/.test(text) && text.length === length) &&
    values.some((text) => /[a-f]/.test(text))
  ) {
    return [
      { name: '', digits: length, write: (hex) => hex.slice(0, length) },
      { name: 'last ', digits: length, write: (hex) => hex.slice(-length) },
      { name: 'middle ', digits: length, write: (hex) => hex.slice(8, 8 + length) },
    ];
  }
  if (
    values.every((text) => /^[0-9A-F]+$/.test(text) && text.length === length) &&
    values.some((text) => /[A-F]/.test(text))
  ) {
    return [
      { name: '', digits: length, write: (hex) => hex.slice(0, length).toUpperCase() },
      { name: 'last ', digits: length, write: (hex) => hex.slice(-length).toUpperCase() },
    ];
  }
  if (
    values.every((text) => /^[A-Za-z0-9+/_=-]+$/.test(text)) &&
    values.every((text) => Math.abs(text.length - length) <= 2)
  ) {
    const plain = (text: string): string => text.replace(/=+$/, '').replace(/-/g, '+').replace(/_/g, '/');
    const cut = plain(first).length;
    const padded = first.endsWith('=');
    const url = values.some((text) => /[-_]/.test(text));
    // Only the lengths of whole digests: 16, 20, 28, 32, 48, 64 bytes.
    const bytes = Math.floor((cut * 3) / 4);
    if (![16, 20, 28, 32, 48, 64].includes(bytes)) return [];
    return [
      {
        name: 'base64 ',
        digits: 2 * bytes,
        write: (hex) => {
          let text = hexToBase64(hex);
          if (!padded) text = text.replace(/=+$/, '').slice(0, cut);
          return url ? text.replace(/\+/g, '-').replace(/\//g, '_') : text;
        },
      },
    ];
  }
  return [];
}

/** Digests written as whole numbers: all of one, the first 32, 60 or 64 bits, or the remainder by a power of ten. */
function decimalWritings(values: readonly string[]): Writing[] {
  const most = values.reduce((longest, text) => Math.max(longest, text.replace('-', '').length), 0);
  const number = (hex: string): bigint => BigInt(`0x${hex}`);
  const decimal = (name: string, digits: number): Writing => ({
    name,
    digits,
    write: (hex) => String(number(hex.slice(0, digits))),
  });
  if (most < 7 || values.length < 12) return [];
  const list: Writing[] = [];
  if (values.some((text) => text.startsWith('-'))) {
    if (most <= 10 && fills(values, -(2 ** 31), 2 ** 31))
      list.push({ name: 'signed ', digits: 8, write: (hex) => String(Number.parseInt(hex.slice(0, 8), 16) | 0) });
    return list;
  }
  for (const digits of [8, 15, 16, 32, 40, 56, 64, 96, 128])
    if (fills(values, 0, 16 ** digits)) list.push(decimal('decimal ', digits));
  if (most <= 12 && fills(values, 0, 10 ** most)) {
    const modulus = 10n ** BigInt(most);
    list.push({
      name: 'remainder ',
      digits: 16,
      write: (hex) => (hex.length < 16 ? '' : String(number(hex) % modulus)),
    });
  }
  return list;
}

/** Digests fill their range evenly (Kolmogorov's distance under 0.2): other numbers are not worth a thousand hashes. */
function fills(values: readonly string[], from: number, to: number): boolean {
  const sorted = values.map(Number).sort((a, b) => a - b);
  return sorted.every((value, i) => {
    const share = (value - from) / (to - from);
    return share >= 0 && share < 1 && Math.abs(share - (i + 0.5) / sorted.length) < 0.2;
  });
}

/** Variants of a value that people hash. */
const VARIANTS: readonly [string, (text: string) => string][] = [
  ['', (text) => text],
  ['upper ', (text) => text.toUpperCase()],
  ['lower ', (text) => text.toLowerCase()],
  ['trimmed ', (text) => text.trim()],
];

const COMMON_SALTS = ['salt', 'pepper', 'secret', 'abc', '123456', 'password', 'scrim', 'test', 'key', 'SALT'];
const PROBES = 96;

/** What is hashed: a kind, a variant of the text, a salt and where it stands. */
export interface Recipe {
  readonly key: string;
  readonly hash: HashKind;
  readonly formula: (inner: string) => string;
  readonly hex: (text: string) => string;
  readonly changes: (text: string) => boolean;
}

/** A recipe and the writing of its digests. */
export interface Candidate {
  readonly recipe: Recipe;
  readonly writing: Writing;
}

function recipes(hash: HashKind, salts: readonly string[]): Recipe[] {
  const list: Recipe[] = [];
  for (const [variant, vary] of VARIANTS) {
    list.push({
      key: `${hash.name}/${variant}`,
      hash,
      formula: (inner) => `${hash.name}(${variant}${inner})`,
      hex: (text) => hash.hex(vary(text)),
      changes: (text) => variant === '' || vary(text) !== text,
    });
  }
  for (const salt of salts) {
    list.push({
      key: `${hash.name}/s${salt}`,
      hash,
      formula: (inner) => `${hash.name}(public salt + ${inner})`,
      hex: (text) => hash.hex(salt + text),
      changes: () => true,
    });
    list.push({
      key: `${hash.name}/${salt}s`,
      hash,
      formula: (inner) => `${hash.name}(${inner} + public salt)`,
      hex: (text) => hash.hex(text + salt),
      changes: () => true,
    });
  }
  list.push({
    key: `${hash.name}/twice`,
    hash,
    formula: (inner) => `${hash.name}(${hash.name}(${inner}))`,
    hex: (text) => hash.hex(hash.hex(text)),
    changes: () => true,
  });
  return list;
}

/** Recipes by how well the length fits: whole digests first, cut ones after. */
function candidates(values: readonly string[], salts: readonly string[]): Candidate[] {
  const whole: Candidate[] = [];
  const cut: Candidate[] = [];
  for (const writing of writingsOf(values)) {
    if (writing.name === 'uuid ') for (const recipe of nameBased()) whole.push({ recipe, writing });
    for (const hash of allKinds()) {
      if (
        hash.length < writing.digits ||
        (hash.length === writing.digits && (writing.name === 'last ' || writing.name === 'middle '))
      )
        continue;
      const list = hash.length === writing.digits ? whole : cut;
      const number = /^(?:decimal|signed|remainder) $/.test(writing.name);
      for (const recipe of number
        ? recipes(hash, []).slice(0, 1)
        : recipes(hash, hash.length === writing.digits || writing.name === '' ? salts : []))
        list.push({ recipe, writing });
    }
  }
  // Where whole digests of a kind have this length, cut digests of other kinds are unlikely: only plain ones are tried.
  return whole.length > 0 ? [...whole, ...cut.filter(({ recipe }) => recipe.key.endsWith('/'))] : cut;
}

const probed = new WeakMap<SheetColumn, Map<string, readonly string[]>>();

/** Digests of the probes of a source column under a recipe; kept, as every product column asks for them. */
function probesOf(source: SheetColumn, recipe: Recipe): readonly string[] {
  let kept = probed.get(source);
  if (kept === undefined) {
    kept = new Map();
    probed.set(source, kept);
  }
  let digests = kept.get(recipe.key);
  if (digests === undefined) {
    const texts = sampleCodes(source, PROBES).map((code) => source.values[code] as string);
    digests = texts.some(recipe.changes) ? texts.map(recipe.hex) : [];
    kept.set(recipe.key, digests);
  }
  return digests;
}

/** Steps that read a column as digests of source columns or of pairs of them. */
export function matchHashes(
  derived: Derived,
  lookup: Lookup,
  sources: readonly Sheet[],
  salts: readonly string[],
  late: () => boolean,
): Step[] {
  const { column } = derived;
  if (column.distinct < 2) return [];
  const values = sampleCodes(column, 60).map((code) => column.values[code] as string);
  const tried = candidates(values, [...new Set([...COMMON_SALTS, ...salts])]);
  if (tried.length === 0) return [];
  const single = readBySingle(derived, lookup, tried, late);
  if (single.length > 0) return single;
  // Concatenations: quasi-identifiers hashed together. Few candidates, many lists of columns.
  const plain = tried.filter(({ recipe }) => recipe.key.endsWith('/')).slice(0, 6);
  const joined = matchTuples(derived, sources, plain, late);
  if (joined.length > 0) return joined;
  const step = tryStretched(derived, lookup, values, [...new Set([...salts, ...COMMON_SALTS.slice(0, 3)])], late);
  return step === null ? [] : [step];
}

/** Hashes that one search for stretched digests may take, and the execution of one. */
const STRETCH_SEARCH = 250_000;
const STRETCH_EXECUTE = 4_000_000;
/** Source columns asked, those with as many values as the digests first. */
const STRETCH_COLUMNS = 6;

const stretchedBefore = new WeakMap<Lookup, Stretched>();

/** Stretched digests of a few values of a source column: dear, and asked for by every product column. */
function stretchedOf(source: SheetColumn, recipe: Recipe, asked: number): readonly string[] {
  let kept = stretched.get(source);
  if (kept === undefined) {
    kept = new Map();
    stretched.set(source, kept);
  }
  let digests = kept.get(recipe.key);
  if (digests === undefined || digests.length < Math.min(asked, source.distinct)) {
    digests = sampleCodes(source, asked).map((code) => recipe.hex(source.values[code] as string));
    kept.set(recipe.key, digests);
  }
  return digests;
}

const stretched = new WeakMap<SheetColumn, Map<string, readonly string[]>>();

function tryStretched(
  derived: Derived,
  lookup: Lookup,
  values: readonly string[],
  salts: readonly string[],
  late: () => boolean,
): Step | null {
  const known = derived.column.index;
  const { distinct } = derived.column;
  const near = [...lookup.columns]
    .filter(({ column }) => column.distinct >= 2)
    .sort((a, b) => Math.abs(a.column.distinct - distinct) - Math.abs(b.column.distinct - distinct))
    .slice(0, STRETCH_COLUMNS);
  const before = stretchedBefore.get(lookup);
  let left = STRETCH_SEARCH;
  for (const writing of writingsOf(values)) {
    if (writing.name === 'middle ') continue;
    const exact = allKinds().some((kind) => kind.length === writing.digits);
    const tried = [
      ...nestedHashes(allKinds(), (kind) => (exact ? kind.length === writing.digits : kind.length > writing.digits)),
      ...stretchedKeys(allKinds(), writing.digits, ['', ...salts]),
    ].sort((a, b) => a.rounds - b.rounds);
    // People digest all columns in one way.
    const same = before === undefined ? undefined : tried.find((one) => one.recipe.key === before.recipe.key);
    for (const one of same === undefined ? tried : [same, ...tried]) {
      const asked = one.rounds > 20 ? 3 : 12;
      for (const to of near) {
        if (late()) return null;
        left -= asked * one.rounds;
        if (left < 0) return null;
        let hits = 0;
        for (const digest of stretchedOf(to.column, one.recipe, asked)) if (known.has(writing.write(digest))) hits++;
        if (hits < 2) continue;
        stretchedBefore.set(lookup, one);
        return stretchedStep(derived, to, writing, one);
      }
    }
  }
  return null;
}

function stretchedStep(derived: Derived, to: SourceColumn, writing: Writing, { recipe, rounds }: Stretched): Step {
  const known = derived.column.index;
  const source = to.column;
  const map = new Int32Array(derived.column.distinct).fill(FOREIGN);
  const most = Math.min(source.distinct, Math.floor(STRETCH_EXECUTE / rounds));
  for (let code = 0; code < most; code++) {
    const at = known.get(writing.write(recipe.hex(source.values[code] as string)));
    if (at !== undefined) map[at] = code;
  }
  return stepOf(derived, to, map, fitOf(derived.column, source, map), {
    formula: `preimage(${writing.name}${recipe.formula(derived.formula)})`,
    attack: 'hashes',
    knowledge: 'A2',
    bits: derived.bits + 16,
    costBits: enumerationBits(source) + Math.log2(rounds),
  });
}

const RIVALS = 4;

/** Steps of the first recipe that hits: columns that share values are rivals, the best first. */
function readBySingle(derived: Derived, lookup: Lookup, tried: readonly Candidate[], late: () => boolean): Step[] {
  const steps: Step[] = [];
  let left = tried;
  for (const to of lookup.columns) {
    if (late()) return steps;
    const found = tryColumn(derived, to, to.column, left);
    if (found === null) continue;
    steps.push(found.step);
    left = [found.by];
    if (found.step.score > 0.98) break;
  }
  return steps.sort((a, b) => b.score - a.score).slice(0, RIVALS);
}

function tryColumn(
  derived: Derived,
  to: SourceColumn,
  source: SheetColumn,
  tried: readonly Candidate[],
): { readonly step: Step; readonly by: Candidate } | null {
  const known = derived.column.index;
  for (const by of tried) {
    const { recipe, writing } = by;
    const digests = probesOf(source, recipe);
    let hits = 0;
    for (const digest of digests) if (known.has(writing.write(digest))) hits++;
    if (hits === 0 || hits < Math.min(2, digests.length)) continue;
    // Numbers of few digits meet by chance.
    const space = Math.min(
      16 ** writing.digits,
      writing.name === 'remainder ' ? 10 ** derived.column.values[0]!.length : 1e38,
    );
    if (hits < 2 + (20 * digests.length * derived.column.distinct) / space) continue;
    const map = new Int32Array(derived.column.distinct).fill(FOREIGN);
    for (let code = 0; code < source.distinct; code++) {
      const at = known.get(writing.write(recipe.hex(source.values[code] as string)));
      if (at !== undefined) map[at] = code;
    }
    const step = stepOf(derived, to, map, fitOf(derived.column, source, map), {
      formula: `preimage(${writing.name}${recipe.formula(derived.formula)})`,
      attack: 'hashes',
      knowledge: 'A2',
      bits: derived.bits + 12,
      costBits: enumerationBits(source),
    });
    return { step, by };
  }
  return null;
}

/** Parts of cells read as plain digests. */
function matchParts(derived: Derived, lookup: Lookup, late: () => boolean): Step[] {
  const steps: Step[] = [];
  for (const part of digestParts(derived)) {
    const values = sampleCodes(part.column, 60).map((code) => part.column.values[code] as string);
    const tried = candidates(values, []).filter(({ recipe }) => recipe.key.endsWith('/'));
    if (late()) return steps;
    steps.push(...readBySingle(part, lookup, tried, late));
  }
  return steps;
}

/** The attack. */
export const hashes: Attack = {
  id: 'hashes',
  knowledge: 'A2',
  run(board) {
    const queue = unexplained(board, 0.6);
    let any = false;
    for (const derived of queue) {
      if (board.late()) break;
      if (writingsOf(sampleCodes(derived.column, 60).map((code) => derived.column.values[code] as string)).length === 0)
        continue;
      any = true;
      const salts = [...board.salts, ...constantsOf(board.product)];
      const found = matchHashes(derived, board.lookup, board.sources, salts, board.late);
      if (found.length === 0) found.push(...matchParts(derived, board.lookup, board.late));
      for (const step of found) {
        // Beyond enumeration the digest is a pseudonym, not an encoding: the content cannot be had without the source.
        const reachable = (step.costBits ?? 0) <= board.thresholds.enumerationBits;
        board.steps.push(reachable ? step : { ...step, knowledge: 'A3' });
      }
    }
    return any ? null : 'no column looks like digests';
  },
};

/** Values of constant columns: a salt that travels with the product is public. */
function constantsOf(product: Sheet): string[] {
  return product.columns
    .filter((column) => column.distinct === 1 && column.present > 0)
    .map((column) => column.values[0] as string);
}
