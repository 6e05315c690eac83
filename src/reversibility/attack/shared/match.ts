/**
 * Column matching without names: which source columns hold the values of a (decoded) product column, and how well the
 * frequencies agree.
 * @module
 */

import { fold } from '../../intake/fold.js';
import { foldedIndex, foldedTexts } from '../../intake/folded.js';
import type { Lookup, SourceColumn } from '../../intake/lookup.js';
import { sampleCodes } from '../../intake/lookup.js';
import type { Texts } from '../../intake/packed-texts.js';
import { codesInOrder, plainOrder } from '../../intake/plain-numbers.js';
import type { SheetColumn } from '../../intake/sheet.js';
import type { TextIndex } from '../../intake/text-index.js';
import { type CodeMap, cellsFrom, type Derived, type Step } from '../../inverse.js';
import { FOREIGN } from '../../restoration/tuple-join.js';
import { RandomTexts } from './fit-at-most.js';
import { standsAnywhere } from './stand-anywhere.js';

/** Share of the column's present rows that a map sends into the source, and how well frequencies agree. */
export interface Fit {
  readonly mass: number;
  readonly similarity: number;
}

/** Rows by source code, all 0 between two measures. */
let hits = new Float64Array(0);

/** Measures a map from codes of the derived column to codes of the source column. */
export function fitOf(column: SheetColumn, source: SheetColumn, map: Int32Array): Fit {
  if (hits.length < source.distinct) hits = new Float64Array(source.distinct);
  const { counts } = column;
  // Few values meet few codes: the others need not be gone through.
  const few = 8 * map.length < source.distinct;
  const met: number[] = [];
  let mass = 0;
  for (let code = 0; code < map.length; code++) {
    const to = map[code] as number;
    if (to < 0) continue;
    if (few && hits[to] === 0) met.push(to);
    hits[to] = (hits[to] as number) + (counts[code] as number);
    mass += counts[code] as number;
  }
  if (mass === 0 || column.present === 0) return { mass: 0, similarity: 0 };
  if (few) met.sort((a, b) => a - b);
  let intersection = 0;
  let contained = 0;
  let distinct = 0;
  const sourceCounts = source.counts;
  const size = few ? met.length : source.distinct;
  for (let i = 0; i < size; i++) {
    const code = few ? (met[i] as number) : i;
    const hit = hits[code] as number;
    if (hit === 0) continue;
    hits[code] = 0;
    const own = sourceCounts[code] as number;
    distinct++;
    intersection += Math.min(hit / column.present, own / source.present);
    contained += Math.min(hit, own);
  }
  const spread = distinct / mass;
  return {
    mass: mass / column.present,
    similarity: Math.min(1, Math.max(intersection, (spread * contained) / column.present)),
  };
}

/** One score from mass, agreement of frequencies and length of the program. */
export function scoreOf(fit: Fit, bits: number): number {
  return fit.mass * (0.3 + 0.7 * fit.similarity) - 0.003 * Math.min(40, bits);
}

/** A step of a map. */
export function stepOf(
  derived: Derived,
  to: SourceColumn,
  map: CodeMap,
  fit: Fit,
  extra: Partial<Pick<Step, 'formula' | 'attack' | 'knowledge' | 'bits' | 'costBits' | 'tentative'>> = {},
): Step {
  const bits = extra.bits ?? derived.bits;
  const cells = cellsFrom(derived.column, map);
  const same = derived.from.length === 1 && derived.column.name === to.column.name ? 0.02 : 0;
  return {
    source: to.source,
    column: to.position,
    from: derived.from,
    formula: extra.formula ?? derived.formula,
    attack: extra.attack ?? derived.attack,
    knowledge: extra.knowledge ?? derived.knowledge,
    bits,
    ...(extra.costBits === undefined ? {} : { costBits: extra.costBits }),
    ...(extra.tentative === undefined ? {} : { tentative: extra.tentative }),
    get cells() {
      return cells();
    },
    mass: fit.mass * (derived.column.present / Math.max(1, derived.column.rows)),
    score: scoreOf(fit, bits) + same,
    similarity: fit.similarity,
  };
}

const SCREEN = 400;

/** Steps that read a column's values as values of a source column, exactly or folded. */
export function matchValues(derived: Derived, lookup: Lookup): Step[] {
  const { column } = derived;
  if (column.present === 0) return [];
  const screen = sampleCodes(column, SCREEN).map((code) => column.text(code));
  let keys: readonly string[] | undefined;
  let random: RandomTexts | undefined;
  const steps: Step[] = [];
  for (const to of lookup.candidates(screen, column.distinct)) {
    const exact = hitShare(screen, to.column.index);
    // Folding is tried where it could tell more: not for values that are all found as they stand.
    if (exact <= 0.95) keys ??= screen.map(fold);
    const folded = keys === undefined || exact > 0.95 ? exact : foldedShare(screen, keys, lookup, to.column);
    if (Math.max(exact, folded) === 0) continue;
    const useFold = folded > exact * 1.05;
    if (derived.bits > 4 && column.distinct >= MANY && isDense(to.column)) {
      random ??= new RandomTexts(column);
      // No map agrees better than by the share of the rows that it reads: this much must be read, too.
      if (!random.couldAgree(to.column, useFold, DENSE_SIMILARITY)) continue;
    }
    const map = useFold ? foldedMap(column, to.column) : exactMap(column, to.column);
    const fit = fitOf(column, to.column, map);
    if (!plausible(fit, column, to.column, map)) continue;
    // A guessed decoder that yields a few short values has found nothing unless their frequencies agree too.
    if (derived.bits > 4 && fit.similarity < 0.6 && distinctHits(map, 10) < 10) continue;
    // Digits of any origin fall among dense whole numbers: there only frequencies tell.
    if (derived.bits > 4 && fit.similarity < DENSE_SIMILARITY && isDense(to.column)) continue;
    // And where they agree: what guesses made of other digits agrees as well a few places off.
    if (derived.bits >= GUESSED && isDense(to.column) && standsAnywhere(column.numbers, column.counts, to.column))
      continue;
    const formula = useFold ? `fold(${derived.formula})` : derived.formula;
    steps.push(stepOf(derived, to, map, fit, { formula, bits: derived.bits + (useFold ? 4 : 0) }));
  }
  return steps.sort((a, b) => b.score - a.score).slice(0, 6);
}

/** Bits of two decoders or an operation on two columns, from which on digits are held against the places beside theirs. */
export const GUESSED = 10;

/** Agreement of frequencies below which digits among dense whole numbers are no find. */
export const DENSE_SIMILARITY = 0.4;

const dense = new WeakMap<SheetColumn, boolean>();

/** True for a column that holds most whole numbers from its least to its largest one: digits of any origin stand in it. */
export function isDense(column: SheetColumn): boolean {
  let known = dense.get(column);
  if (known === undefined) {
    known = column.isNumeric && mostBetween(column.numbers) > 0.5;
    dense.set(column, known);
  }
  return known;
}

/** Share of the whole numbers between the least and the largest one that stand in a list; 0 where not all are whole. */
function mostBetween(numbers: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  let largest = Number.NEGATIVE_INFINITY;
  let count = 0;
  for (const value of numbers) {
    if (Number.isNaN(value)) continue;
    if (!Number.isInteger(value)) return 0;
    if (value < least) least = value;
    if (value > largest) largest = value;
    count++;
  }
  return count === 0 ? 0 : count / (largest - least + 1);
}

function distinctHits(map: Int32Array, limit: number): number {
  const seen = new Set<number>();
  for (const code of map) {
    if (code >= 0) seen.add(code);
    if (seen.size >= limit) break;
  }
  return seen.size;
}

/** Short or few values coincide between any two columns; long or many do not. */
function plausible(fit: Fit, column: SheetColumn, source: SheetColumn, map: Int32Array): boolean {
  if (fit.mass >= 0.5) return true;
  if (fit.mass === 0) return false;
  let hits = 0;
  let length = 0;
  for (let code = 0; code < map.length && hits < 1000; code++) {
    if ((map[code] as number) < 0) continue;
    hits++;
    length += column.text(code).length;
  }
  // A few long values of a near-unique column are evidence even among many decoys.
  const rare = source.distinct > 0.3 * source.present && length / hits >= 5;
  return (rare && (hits >= 3 || fit.mass > 0.05)) || (fit.mass >= 0.2 && length / hits >= 3);
}

function hitShare(texts: readonly string[], index: TextIndex): number {
  let hits = 0;
  for (const text of texts) if (index.has(text)) hits++;
  return texts.length === 0 ? 0 : hits / texts.length;
}

/** Share of folded texts in the source, folded. */
function foldedShare(texts: readonly string[], keys: readonly string[], lookup: Lookup, source: SheetColumn): number {
  // A quick look at folded samples of both sides before a large index is built.
  if (source.distinct > 200_000) {
    const changed = texts.some((text, i) => keys[i] !== text);
    const sourceChanged = sampleCodes(source, 50).some((code) => fold(source.text(code)) !== source.text(code));
    if (!changed && !sourceChanged) return 0;
  }
  return hitShare(keys, lookup.folded(source));
}

function exactMap(column: SheetColumn, source: SheetColumn): Int32Array {
  const values = column.packed ?? column.values;
  const others = source.packed ?? source.values;
  const byOrder = column.distinct < MANY || source.distinct < MANY ? null : codesByOrder(values, others);
  return byOrder ?? source.index.codesOf(values, column.hashes, FOREIGN);
}

function foldedMap(column: SheetColumn, source: SheetColumn): Int32Array {
  const { texts, hashes } = foldedTexts(column);
  const byOrder =
    column.distinct < MANY || source.distinct < MANY ? null : codesByOrder(texts, foldedTexts(source).texts);
  return byOrder ?? foldedIndex(source).codesOf(texts, hashes, FOREIGN);
}

/** Of fewer values an index answers as soon. */
const MANY = 2000;

/** Where both lists are numbers; null where an index of texts must be asked. */
function codesByOrder(texts: Texts, others: Texts): Int32Array | null {
  const own = plainOrder(texts);
  const other = own === null ? null : plainOrder(others);
  return own === null || other === null ? null : codesInOrder(own, other, FOREIGN);
}
