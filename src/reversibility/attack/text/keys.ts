/**
 * Repeated keys of any length without known rows: if a product value hides one of the source's values, their difference is
 * the key, and the key must send other product values into the source too.
 *
 * A crib attack with the whole source column as the crib (Kasiski, 1863, and Friedman, 1922, need frequencies; flat digits
 * have none, membership in the source is what tells). Groups: XOR and addition of bytes or UTF-16 units, shifts within
 * digits, letters or an alphabet. See keys.md.
 * @module
 */
import { type Lookup, type SourceColumn, sampleCodes } from '../../intake/lookup.js';
import { SheetColumn } from '../../intake/sheet.js';
import { hashUnits } from '../../intake/text-index.js';
import type { Derived, Step } from '../../inverse.js';
import { asUtf8, fromBase32, fromBase64, fromHex } from '../decoding/decode-bytes.js';
import { matchValues } from '../shared/match.js';
import { windowOf } from './crib-windows.js';
import { type Crib, type Cribs, cribOf, LONGEST_CRIB } from './cribs.js';
import { type Group, outcomeOf, WindowTrial } from './key-trials.js';
import { BYTE_GROUPS, periodOf, utf8Binary } from './synthesis.js';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const UPPER = LOWER.toUpperCase();

function alphabetGroup(name: string, alphabet: string): Group {
  const at = new Int16Array(128).fill(-1);
  for (let i = 0; i < alphabet.length; i++) at[alphabet.charCodeAt(i)] = i;
  const size = alphabet.length;
  return {
    name,
    digits: alphabet.includes(DIGITS) && !alphabet.includes('-'),
    solve: (product, source) => {
      const a = product < 128 ? (at[product] as number) : -1;
      const b = source < 128 ? (at[source] as number) : -1;
      if (a < 0 || b < 0) return product === source ? KEEP : -1;
      return (a - b + size) % size;
    },
    undo: (product, key) => {
      const a = product < 128 ? (at[product] as number) : -1;
      if (a < 0) return product;
      return key === KEEP ? -1 : alphabet.charCodeAt((a - key + size) % size);
    },
  };
}

/** Key of a place where the character stands outside the alphabet: it is not moved, and the key is not known. */
const KEEP = 1 << 20;

/** Digits among digits, letters among letters of their case; the key is the place's shift in each. */
const CLASSES: Group = {
  name: 'shift-key',
  solve: (product, source) => {
    const own = classOf(product);
    if (own !== classOf(source)) return -1;
    if (own === 0) return product === source ? KEEP : -1;
    const size = own === 48 ? 10 : 26;
    // The class is part of the key: a shift among digits says nothing of letters.
    return (product - source + size) % size;
  },
  undo: (product, key) => {
    const own = classOf(product);
    if (own === 0) return product;
    if (key === KEEP) return -1;
    const size = own === 48 ? 10 : 26;
    return own + ((product - own - key + 2 * size) % size);
  },
};

function classOf(code: number): number {
  if (code >= 48 && code <= 57) return 48;
  if (code >= 65 && code <= 90) return 65;
  return code >= 97 && code <= 122 ? 97 : 0;
}

const TEXT_GROUPS: readonly Group[] = [
  CLASSES,
  alphabetGroup('shift-key-base36', DIGITS + LOWER),
  alphabetGroup('shift-key-alnum', DIGITS + LOWER + UPPER),
  alphabetGroup('shift-key-alnum', DIGITS + UPPER + LOWER),
  alphabetGroup('shift-key-alnum', UPPER + LOWER + DIGITS),
  alphabetGroup('shift-key-alnum', LOWER + UPPER + DIGITS),
  alphabetGroup('shift-key-ascii', Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('')),
];

const UNIT_GROUPS: readonly Group[] = [
  { name: 'xor-key', solve: (a, b) => a ^ b, undo: (a, key) => a ^ key },
  { name: 'add-key', solve: (a, b) => (a - b) & 0xffff, undo: (a, key) => (a - key) & 0xffff },
];

const BYTE_KEYS: readonly Group[] = BYTE_GROUPS.map(([name, solve, undo]) => ({ name, solve, undo }));

interface View {
  readonly name: string;
  readonly groups: readonly Group[];
  /** Product texts in the view's characters. */
  readonly own: readonly string[];
  readonly read: (text: string) => string | null;
  readonly bytes: boolean;
}

const PROBES = 10;

function viewsOf(texts: readonly string[]): View[] {
  const views: View[] = [];
  const ascii = texts.every((text) => /^[ -~]*$/.test(text));
  views.push({
    name: '',
    groups: ascii ? TEXT_GROUPS : [...UNIT_GROUPS, CLASSES],
    own: texts,
    read: (text) => text,
    bytes: false,
  });
  for (const [name, read] of [
    ['hex', fromHex],
    ['base64', fromBase64],
    ['base32', fromBase32],
  ] as const) {
    const own = texts.map(read);
    if (own.every((text): text is string => text !== null))
      views.push({ name, groups: BYTE_KEYS, own, read, bytes: true });
  }
  return views;
}

/** Lengths of most of the texts. */
function lengthsOf(texts: readonly string[]): Set<number> {
  return new Set(texts.map((text) => text.length));
}

/** The key between two texts of one length, written into `key`; false where no key joins them. @param from - where the source text begins */
function solveKey(group: Group, own: string, units: Uint16Array, from: number, key: Int32Array): boolean {
  let moved = false;
  for (let i = 0; i < own.length; i++) {
    const part = group.solve(own.charCodeAt(i), units[from + i] as number);
    if (part < 0) return false;
    key[i] = part;
    if (part !== 0 && part !== KEEP) moved = true;
  }
  return moved;
}

/** Hash of what a key makes of a text, as {@link hashText} of the text itself; null where the key does not undo it. */
function hashOfUndone(group: Group, key: Int32Array, length: number, text: string, units: number[]): number | null {
  for (let i = 0; i < text.length; i++) {
    const code = group.undo(text.charCodeAt(i), key[i % length] as number);
    if (code < 0) return null;
    units[i] = code & 0xffff;
  }
  return hashUnits(units, text.length);
}

function undoKey(group: Group, key: ArrayLike<number>, text: string): string | null {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const code = group.undo(text.charCodeAt(i), key[i % key.length] as number);
    if (code < 0) return null;
    out += String.fromCharCode(code);
  }
  return out;
}

/** Share of all numbers of a length from which on wrong keys find four of nine samples in a column. */
const DENSE = 0.1;

function findKey(view: View, group: Group, crib: Crib, late: () => boolean): number[] | null {
  const longest = Math.max(...lengthsOf(view.own));
  const cribs = crib.byLength.get(longest);
  if (cribs === undefined) return null;
  const starts = view.own.filter((text) => text.length === longest).slice(0, 3);
  // Where numbers of this length are dense, each key finds some: nothing would tell the right one.
  const dense = cribs.count > DENSE * 10 ** longest;
  for (const start of starts) {
    if (dense && /^\d+$/.test(start)) continue;
    const key = keyFrom(start, view, group, crib, cribs, late);
    if (key !== null) return key;
  }
  return null;
}

/** The key between one product text and some source text that sends other product texts into the source, too. */
function keyFrom(
  start: string,
  view: View,
  group: Group,
  crib: Crib,
  cribs: Cribs,
  late: () => boolean,
): number[] | null {
  const probes = view.own.slice(0, PROBES).filter((probe) => probe !== start);
  if (probes.length < 3) return null;
  const need = Math.max(3, Math.ceil(0.4 * probes.length));
  const { units, length, count } = cribs;
  const window = windowOf(crib, cribs);
  const trial = window === null ? null : new WindowTrial(group, start, probes, crib, window, need);
  const outcome = outcomeOf(group, start, probes.slice(0, 2), crib, cribs);
  const numbers = window?.numbers ?? null;
  // What a window tells is the same for all texts that are alike there: 0 unknown, 1 no, 2 perhaps.
  const told = new Uint8Array(window?.different ?? 0);
  const key = new Int32Array(length);
  const scratch: number[] = [];
  for (let i = 0, from = 0; i < count; i++, from += length) {
    if ((i & 4095) === 0 && late()) return null;
    const number = numbers === null ? -1 : (numbers[i] as number);
    if (number >= 0 && told[number] === 1) continue;
    if (window !== null && (number < 0 || told[number] === 0)) {
      const may = (trial as WindowTrial).may(units, from + window.at);
      if (number >= 0) told[number] = may ? 2 : 1;
      if (!may) continue;
    }
    if (outcome?.may(units, from) === false) continue;
    if (!solveKey(group, start, units, from, key)) continue;
    let hits = 0;
    for (let asked = 0; asked < probes.length && (hits > 0 || asked < 2); asked++) {
      const probe = probes[asked] as string;
      const hash = hashOfUndone(group, key, length, probe, scratch);
      if (hash === null || !crib.sketch.maybe(hash)) continue;
      const out = undoKey(group, key, probe);
      if (out !== null && crib.all.has(out)) hits++;
    }
    if (hits >= need) return [...key];
  }
  return null;
}

/** A key that reads a column, in the characters of a view of it. */
export interface FoundKey {
  readonly view: string;
  readonly group: string;
  readonly key: readonly number[];
}

/** Keys of other columns that are tried on one. */
const SHARED_KEYS = 3;

/**
 * Steps that undo the keys of other columns, the longest first: people write all columns under one key, and on short numbers, of
 * which any key makes others, it is these that tell the right one.
 */
export function matchSharedKeys(derived: Derived, lookup: Lookup, keys: readonly FoundKey[]): Step[] {
  const texts = sampleCodes(derived.column, 40).map((code) => derived.column.text(code));
  const longest = [...keys].sort((a, b) => b.key.length - a.key.length).slice(0, SHARED_KEYS);
  return longest.flatMap(({ view: name, group: alphabet, key }) => {
    const view = viewsOf(texts).find((own) => own.name === name);
    const group = view?.groups.find((own) => own.name === alphabet);
    if (view === undefined || group === undefined) return [];
    return keyed(derived, view, group, key, lookup);
  });
}

/** Steps that undo a key of one part a place. @param keys - where the key is noted that was found */
export function matchKeys(derived: Derived, lookup: Lookup, late: () => boolean, keys: FoundKey[] = []): Step[] {
  const { column } = derived;
  if (column.distinct < 8) return [];
  const texts = sampleCodes(column, 40).map((code) => column.text(code));
  if (texts.some((text) => text.length > LONGEST_CRIB)) return [];
  for (const view of viewsOf(texts)) {
    const lengths = lengthsOf(view.own);
    const longest = Math.max(...lengths);
    if (longest < 3) continue;
    for (const to of lookup.columns) {
      if (late()) return [];
      if (to.column.distinct < 20 || !couldHold(to, view, longest)) continue;
      const crib = cribOf(to.column, view.bytes);
      // Over texts without letters, what one of the alphabets that hold digits in one piece cannot undo, none can.
      const alike = !crib.letters && view.own.every((text) => !/[a-z]/i.test(text));
      let inVain = false;
      for (const group of view.groups) {
        const digits = alike && group.digits === true;
        if (digits && inVain) continue;
        const key = findKey(view, group, crib, late);
        if (key === null) {
          inVain ||= digits;
          continue;
        }
        const steps = keySteps(derived, to, view, group, key, lookup);
        if (steps.length === 0) continue;
        keys.push({ view: view.name, group: group.name, key });
        return steps;
      }
    }
  }
  return [];
}

/** A source column of values as long as the product's. */
function couldHold(to: SourceColumn, view: View, longest: number): boolean {
  const sample = sampleCodes(to.column, 60).map((code) => {
    const text = to.column.text(code);
    return view.bytes ? utf8Binary(text).length : text.length;
  });
  let most = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const length of sample) {
    if (length > most) most = length;
    if (length < least) least = length;
  }
  return longest >= least && Math.abs(most - longest) <= 0.25 * longest;
}

function keySteps(
  derived: Derived,
  to: SourceColumn,
  view: View,
  group: Group,
  key: readonly number[],
  lookup: Lookup,
): Step[] {
  return keyed(derived, view, group, key, lookup).filter((step) => step.source === to.source);
}

/** Steps of what a key makes of a column. */
function keyed(derived: Derived, view: View, group: Group, key: readonly number[], lookup: Lookup): Step[] {
  const period = key.includes(KEEP) ? key.length : periodOf(key);
  const own = key.slice(0, period);
  const inner = view.name === '' ? derived.formula : `${view.name}(${derived.formula})`;
  const formula = `${group.name}(${inner}, ${period} places)`;
  const values = derived.column.values.map((text) => {
    const plain = view.read(text);
    const out = plain === null ? null : undoKey(group, own, plain);
    if (out === null) return '\u0000';
    return view.bytes ? (asUtf8(out) ?? '\u0000') : out;
  });
  const decoded: Derived = {
    column: new SheetColumn(formula, derived.column.codes, values),
    from: derived.from,
    formula,
    attack: 'characters',
    knowledge: 'A2',
    bits: derived.bits + 8 * period,
  };
  return matchValues(decoded, lookup);
}
