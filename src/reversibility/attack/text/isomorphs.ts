/**
 * Substitution read from repeated characters: `ABBA` stays `XYYX` under any exchange of characters, so a value whose pattern
 * of repeats is alone in the source has been found, and gives its characters away.
 *
 * Isomorphs in the sense of Friedman, "Military Cryptanalysis", part I, section 7 (word patterns). See isomorphs.md.
 * @module
 */
import { type Lookup, type SourceColumn, sampleCodes } from '../../intake/lookup.js';
import { SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import { matchValues } from '../shared/match.js';

const LIMIT = 60_000;
const SAMPLE = 2000;

/** Place of first occurrence of each UTF-16 unit, and the text that it was seen in. */
const placeOf = new Uint16Array(0x10000);
const seenIn = new Uint32Array(0x10000);
let asked = 0;

/** The pattern of repeats of a text: each character by the place of its first occurrence. */
export function patternOf(text: string): string {
  let pattern = '';
  let size = 0;
  asked = asked === 0xffffffff ? 1 : asked + 1;
  if (asked === 1) seenIn.fill(0);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit < 0xe000) return patternOfPoints(text);
    if (seenIn[unit] !== asked) {
      seenIn[unit] = asked;
      placeOf[unit] = size++;
    }
    pattern += String.fromCharCode(48 + (placeOf[unit] as number));
  }
  return pattern;
}

/** The same for texts with characters of two units. */
function patternOfPoints(text: string): string {
  const first = new Map<string, number>();
  let pattern = '';
  for (const char of text) {
    let place = first.get(char);
    if (place === undefined) {
      place = first.size;
      first.set(char, place);
    }
    pattern += String.fromCharCode(48 + place);
  }
  return pattern;
}

const indexes = new WeakMap<SheetColumn, Map<number, ReadonlyMap<string, number>>>();

/** Code of each pattern of a length that one source value alone has; -1 where several have it. */
function patternIndex(column: SheetColumn, length: number): ReadonlyMap<string, number> {
  let byLength = indexes.get(column);
  if (byLength === undefined) {
    byLength = new Map();
    indexes.set(column, byLength);
  }
  let index = byLength.get(length);
  if (index === undefined) {
    const made = new Map<string, number>();
    for (let code = 0; code < column.distinct; code++) {
      const text = column.text(code);
      // A character has one unit or two.
      if (text.length < length || text.length > 2 * length) continue;
      const pattern = patternOf(text);
      if (pattern.length === length) made.set(pattern, made.has(pattern) ? -1 : code);
    }
    index = made;
    byLength.set(length, index);
  }
  return index;
}

/** The character table that most unique patterns agree on; null when few do. */
function tableBy(texts: readonly string[], patterns: readonly string[], to: SourceColumn): Map<string, string> | null {
  const votes = new Map<string, Map<string, number>>();
  let found = 0;
  for (const [at, text] of texts.entries()) {
    const pattern = patterns[at] as string;
    const code = patternIndex(to.column, pattern.length).get(pattern);
    if (code === undefined || code < 0) continue;
    found++;
    const source = [...to.column.text(code)];
    [...text].forEach((char, i) => {
      let own = votes.get(char);
      if (own === undefined) {
        own = new Map();
        votes.set(char, own);
      }
      own.set(source[i] as string, (own.get(source[i] as string) ?? 0) + 1);
    });
  }
  if (found < 3) return null;
  const table = new Map<string, string>();
  const ranked = [...votes].flatMap(([from, own]) => [...own].map(([char, count]) => [count, from, char] as const));
  ranked.sort((a, b) => b[0] - a[0]);
  const taken = new Set<string>();
  for (const [, from, char] of ranked) {
    if (table.has(from) || taken.has(char)) continue;
    table.set(from, char);
    taken.add(char);
  }
  return table;
}

/** Steps that undo a substitution of characters found by patterns of repeats. */
export function matchIsomorphs(derived: Derived, lookup: Lookup, late: () => boolean): Step[] {
  const { column } = derived;
  if (column.distinct < 8) return [];
  const texts = sampleCodes(column, SAMPLE).map((code) => column.text(code));
  const longest = texts.reduce((most, text) => Math.max(most, text.length), 0);
  // Short words have few patterns; patterns are kept in one character a place.
  if (longest < 6 || longest > 400) return [];
  const patterns = texts.map(patternOf);
  let best: Step[] = [];
  for (const to of lookup.columns) {
    if (late()) return best;
    if (to.column.distinct < 20 || to.column.distinct > LIMIT) continue;
    const table = tableBy(texts, patterns, to);
    if (table === null) continue;
    const decode = (text: string): string => [...text].map((char) => table.get(char) ?? char).join('');
    const probe = texts.slice(0, 100);
    const hits = probe.filter((text) => to.column.index.has(decode(text))).length;
    if (hits < Math.max(3, 0.05 * probe.length) || probe.every((text) => decode(text) === text)) continue;
    const formula = `substitution(${derived.formula})`;
    const made: Derived = {
      column: new SheetColumn(formula, column.codes, column.values.map(decode)),
      from: derived.from,
      formula,
      attack: 'characters',
      knowledge: 'A2',
      bits: derived.bits + 8 * table.size,
    };
    const steps = matchValues(made, lookup);
    if ((steps[0]?.score ?? 0) > (best[0]?.score ?? 0)) best = steps;
  }
  return best;
}
