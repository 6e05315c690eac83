/**
 * Ciphers of characters: substitution, Vigenère and XOR with a repeated key. At each place of a value the characters have
 * their own frequencies; the map (or the shift, or the key) is the one that makes product and source frequencies agree.
 *
 * Kasiski and index-of-coincidence reasoning (Friedman, "The Index of Coincidence and Its Applications in Cryptography",
 * 1922), here with the source's own frequencies known. See characters.md.
 * @module
 */
import { type Lookup, type SourceColumn, sampleCodes } from '../../intake/lookup.js';
import { SheetColumn } from '../../intake/sheet.js';
import { HASHED_WHOLE, hashEnd, hashNext, hashStart } from '../../intake/text-index.js';
import type { Derived, Step } from '../../inverse.js';
import type { Attack } from '../attack.js';
import { unexplained } from '../attack.js';
import { xorKey } from '../decoding/decode-text.js';
import { differentOnes } from '../shared/compose.js';
import { isDense, matchValues } from '../shared/match.js';
import { matchCodeCiphers } from './code-ciphers.js';
import { forgetCribs } from './cribs.js';
import { matchIsomorphs } from './isomorphs.js';
import { type FoundKey, matchKeys, matchSharedKeys } from './keys.js';
import { shiftChar, vigenere, xorRepeated } from './phases.js';

const SAMPLE = 3000;
const PLACES = 24;

const sampled = new WeakMap<SheetColumn, readonly string[]>();

/** A sample of a column's values, the same list at every call: what is counted of it is kept with it. */
function samplesOf(column: SheetColumn): readonly string[] {
  let texts = sampled.get(column);
  if (texts === undefined) {
    texts = sampleCodes(column, SAMPLE).map((code) => column.text(code));
    sampled.set(column, texts);
  }
  return texts;
}

const places = new WeakMap<readonly string[], ReadonlyMap<string, Float64Array>>();

/** Share of each character at each place; kept with the texts. */
function placeFrequencies(texts: readonly string[]): ReadonlyMap<string, Float64Array> {
  let table = places.get(texts);
  if (table === undefined) {
    table = countPlaces(texts);
    places.set(texts, table);
  }
  return table;
}

function countPlaces(texts: readonly string[]): Map<string, Float64Array> {
  const table = new Map<string, Float64Array>();
  for (const text of texts) {
    const chars = [...text];
    for (let place = 0; place < Math.min(PLACES, chars.length); place++) {
      const char = chars[place] as string;
      let row = table.get(char);
      if (row === undefined) {
        row = new Float64Array(PLACES + 1);
        table.set(char, row);
      }
      row[place] = (row[place] as number) + 1 / texts.length;
      row[PLACES] = (row[PLACES] as number) + 1 / texts.length;
    }
  }
  return table;
}

/** A substitution of characters: the assignment of least distance between the frequencies by place. */
function substitution(own: readonly string[], source: readonly string[]): Map<string, string> | null {
  const p = placeFrequencies(own);
  const q = placeFrequencies(source);
  if (p.size > 300 || q.size > 300 || p.size < 2 || p.size > q.size * 1.5 + 2) return null;
  const pairs: { from: string; to: string; distance: number }[] = [];
  for (const [from, a] of p) {
    for (const [to, b] of q) {
      let distance = 0;
      for (let place = 0; place <= PLACES; place++) distance += Math.abs((a[place] as number) - (b[place] as number));
      pairs.push({ from, to, distance: distance / Math.max(1e-9, (a[PLACES] as number) + (b[PLACES] as number)) });
    }
  }
  pairs.sort((x, y) => x.distance - y.distance);
  const map = new Map<string, string>();
  const taken = new Set<string>();
  for (const { from, to } of pairs) {
    if (map.has(from) || taken.has(to)) continue;
    map.set(from, to);
    taken.add(to);
  }
  return map;
}

/** Samples that a substitution is judged by. */
const PROBES = 120;

/** Swaps of two images while more samples stand in the source: the share of samples that do. */
function improve(map: Map<string, string>, texts: readonly string[], to: SourceColumn): number {
  const { probe, chars, images } = probesOf(map, texts);
  const { index } = to.column;
  // Most texts that a wrong map makes have no one's hash, and are not made.
  const units = Int32Array.from(images, (image) => (image.length === 1 ? image.charCodeAt(0) : -1));
  const single = units.every((unit) => unit >= 0);
  const mayStand = (text: Int32Array): boolean => {
    if (!single || text.length > HASHED_WHOLE) return true;
    let hash = hashStart(text.length);
    for (let i = 0; i < text.length; i++) hash = hashNext(hash, units[text[i] as number] as number);
    return index.meets(hashEnd(hash));
  };
  const stands = (text: Int32Array): boolean => {
    if (!mayStand(text)) return false;
    let sent = '';
    for (const id of text) sent += images[id] as string;
    return index.has(sent);
  };
  const isHit = probe.map(stands);
  let hits = isHit.filter(Boolean).length;
  // From nothing, an exchange of two among many has nothing to climb.
  if (chars.length > 64 || (hits === 0 && chars.length > 12)) return hits / probe.length;
  // Samples that hold each character: an exchange changes no others.
  const holders = chars.map((_, id) => probe.flatMap((text, i) => (text.includes(id) ? [i] : [])));
  const exchange = (one: number, other: number): void => {
    [images[one], images[other]] = [images[other] as string, images[one] as string];
    [units[one], units[other]] = [units[other] as number, units[one] as number];
  };
  let climbed = true;
  for (let pass = 0; pass < 2 && climbed && hits < 0.98 * probe.length; pass++) {
    climbed = false;
    for (let i = 0; i < chars.length; i++) {
      for (let j = i + 1; j < chars.length; j++) {
        const touched = [...new Set([...(holders[i] as number[]), ...(holders[j] as number[])])];
        const before = touched.filter((at) => isHit[at]).length;
        // No more can be gained than what does not stand in the source yet.
        if (before === touched.length) continue;
        exchange(i, j);
        const now = touched.map((at) => stands(probe[at] as Int32Array));
        const after = now.filter(Boolean).length;
        if (after > before) {
          hits += after - before;
          climbed = true;
          touched.forEach((at, k) => {
            isHit[at] = now[k] as boolean;
          });
        } else exchange(i, j);
      }
    }
  }
  chars.forEach((char, id) => {
    map.set(char, images[id] as string);
  });
  return hits / probe.length;
}

/** Samples as places in a list of characters: those of a map first, then others, which stay as they are; and what each is sent to. */
interface Probes {
  readonly probe: readonly Int32Array[];
  readonly chars: readonly string[];
  readonly images: string[];
}

function probesOf(map: ReadonlyMap<string, string>, texts: readonly string[]): Probes {
  const ids = new Map([...map.keys()].map((char, id) => [char, id]));
  const images = [...map.values()];
  const idOf = (char: string): number => {
    let id = ids.get(char);
    if (id === undefined) {
      id = images.push(char) - 1;
      ids.set(char, id);
    }
    return id;
  };
  const probe = texts.slice(0, PROBES).map((text) => Int32Array.from([...text], idOf));
  return { probe, chars: [...map.keys()], images };
}

function decoded(derived: Derived, formula: string, bits: number, decode: (text: string) => string): Derived {
  return {
    column: new SheetColumn(formula, derived.column.codes, derived.column.values.map(decode)),
    from: derived.from,
    formula,
    attack: 'characters',
    knowledge: 'A2',
    bits: derived.bits + bits,
  };
}

/** Share of samples that a cipher must send into a column of dense whole numbers, where wrong ones stand, too. */
const NEARLY_ALL = 0.9;
/** Share of samples that may stand in such a column as they are. */
const UNTOUCHED = 0.6;
/** Samples that a cipher is judged by. */
const TRIED = 60;

/** True where so many samples stand in a column of dense whole numbers as they are that {@link tryDecode} takes no cipher. */
function standsUntouched(texts: readonly string[], to: SheetColumn): boolean {
  if (!isDense(to)) return false;
  const probe = texts.slice(0, TRIED);
  return probe.filter((text) => to.index.has(text)).length > UNTOUCHED * probe.length;
}

function tryDecode(
  derived: Derived,
  texts: readonly string[],
  to: SourceColumn,
  lookup: Lookup,
  name: string,
  bits: number,
  decode: (text: string) => string,
): Step[] {
  const probe = texts.slice(0, TRIED);
  const hits = probe.filter((text) => to.column.index.has(decode(text))).length;
  const before = probe.filter((text) => to.column.index.has(text)).length;
  const [needed, most] = isDense(to.column) ? [NEARLY_ALL, UNTOUCHED * probe.length] : [0.3, hits - 1];
  if (hits < needed * probe.length || before > most) return [];
  return matchValues(decoded(derived, `${name}(${derived.formula})`, bits, decode), lookup);
}

/** Steps by ciphers of characters. */
export function matchCharacters(derived: Derived, lookup: Lookup, late: () => boolean): Step[] {
  const own = samplesOf(derived.column);
  if (own.length < 3) return [];
  const length = own.reduce((sum, text) => sum + text.length, 0) / own.length;
  if (length < 2 || length > 80) return [];
  let best: Step[] = [];
  for (const to of lookup.columns) {
    if (late()) return best;
    const source = samplesOf(to.column);
    if (source.length < 3) continue;
    const sourceLength = source.reduce((sum, text) => sum + text.length, 0) / source.length;
    if (Math.abs(sourceLength - length) > 0.15 * length + 0.5) continue;
    if (standsUntouched(own, to.column)) continue;
    const found: Step[] = [];
    const map = substitution(own, source);
    if (map !== null && length >= 3) {
      if (improve(map, own, to) >= 0.3) {
        found.push(
          ...tryDecode(derived, own, to, lookup, 'substitution', 8 * map.size, (text) =>
            [...text].map((char) => map.get(char) ?? char).join(''),
          ),
        );
      }
    }
    for (let period = 1; period <= 12 && found.length === 0; period++) {
      const shifts = vigenere(own, source, period);
      if (shifts !== null)
        found.push(
          ...tryDecode(derived, own, to, lookup, `vigenere(${period})`, 5 * period, (text) =>
            [...text].map((char, place) => shiftChar(char, shifts[place % period] as number)).join(''),
          ),
        );
      if (found.length > 0) break;
      const key = xorRepeated(own, source, period);
      if (key !== null)
        found.push(...tryDecode(derived, own, to, lookup, `xor-key(${period})`, 8 * period, xorKey(key)));
    }
    if ((found[0]?.score ?? 0) > (best[0]?.score ?? 0)) best = found;
    if ((best[0]?.score ?? 0) > 0.9) break;
  }
  return best;
}

/** The attack. */
export const characters: Attack = {
  id: 'characters',
  knowledge: 'A2',
  run(board) {
    const queue = differentOnes(unexplained(board, 0.6).filter((derived) => derived.column.distinct >= 3));
    if (queue.length === 0) return 'no column is left to explain';
    const keys: FoundKey[] = [];
    for (const derived of queue) {
      if (board.late()) break;
      const steps = matchIsomorphs(derived, board.lookup, board.late);
      if (!isGood(steps)) steps.push(...matchKeys(derived, board.lookup, board.late, keys));
      if (!isGood(steps)) steps.push(...matchCharacters(derived, board.lookup, board.late));
      board.steps.push(...steps);
    }
    for (const derived of keys.length === 0 ? [] : queue)
      if (derived.attack === 'containment' && !board.late())
        board.steps.push(...matchSharedKeys(derived, board.lookup, keys));
    forgetCribs(board.lookup.columns.map(({ column }) => column));
    const left = unexplained(board, 0.6).filter((derived) => derived.attack === 'containment');
    board.steps.push(...matchCodeCiphers(left, board.lookup, board.late));
    return null;
  },
};

/** Steps that explain a column: frequencies need not be asked. */
function isGood(steps: readonly Step[]): boolean {
  return steps.some((step) => step.score > 0.6);
}
