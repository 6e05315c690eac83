/**
 * Whole numbers under XOR with a constant: the key is the difference of a product value and a source value. See numeric.md.
 * @module
 */
import type { Lookup } from '../../intake/lookup.js';
import type { SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import { FOREIGN } from '../../restoration/tuple-join.js';
import { FIRST, fitOfRandom, moreThan, randomCodes } from '../shared/fit-at-most.js';
import { type Fit, fitOf, scoreOf, stepOf } from '../shared/match.js';
import { canAgree, type Sorted, sortedNumbers, topPositions } from '../shared/sorted-numbers.js';

/** Source values that keys are made from. */
const OFFSETS = 4000;
/** Values looked at to judge the keys of one product column: where whole numbers lie close, nearly every key hits. */
const WORK = 60_000_000;
/** Frequencies agree by so much where a key is taken. */
const AGREES = 0.6;
/** Share of the rows that a key which is taken reads. */
const LEAST_MASS = 0.5;
/** Keys held against all rows where random ones have told which agree best. */
const LEADERS = 24;

/** Steps that read whole numbers as `x XOR key` of a source column. */
export function matchXor(derived: Derived, lookup: Lookup, better: number): Step[] {
  const own = sortedNumbers(derived.column);
  if (own === null || own.values.length < 6 || !whole(own)) return [];
  // No key is worth more than one that gives all.
  if (scoreOf({ mass: 1, similarity: 1 }, derived.bits + 32) + 0.02 <= better) return [];
  const steps: Step[] = [];
  let left = WORK;
  for (const to of lookup.columns) {
    const source = sortedNumbers(to.column);
    if (source === null || source.values.length < 4 || !canAgree(own, derived.column, source, to.column, AGREES))
      continue;
    if (!whole(source)) continue;
    const codes = codesOf(source);
    const n = own.values.length;
    const [top] = topPositions(own, 1) as unknown as [number];
    const probes = [
      own.values[top] as number,
      ...[0.1, 0.3, 0.5, 0.7, 0.9].map((q) => own.values[Math.floor(q * (n - 1))] as number),
    ];
    let best: { key: number; map: Int32Array; fit: Fit } | null = null;
    for (const key of likely(own, keysOf(source, probes, codes), codes, derived.column, to.column)) {
      if (left < 0) break;
      const least = best === null ? 0 : scoreOf(best.fit, 0) - 1e-9;
      const [most, looked] = atMost(own, key, codes, derived.column, to.column, least);
      left -= looked;
      if (most < least || most === 0) continue;
      left -= n + to.column.distinct;
      const map = new Int32Array(derived.column.distinct).fill(FOREIGN);
      for (let j = 0; j < n; j++) map[own.codes[j] as number] = codeIn(codes, ((own.values[j] as number) ^ key) >>> 0);
      const fit = fitOf(derived.column, to.column, map);
      if (best === null || scoreOf(fit, 0) > scoreOf(best.fit, 0)) best = { key, map, fit };
      if (fit.similarity > 0.97) break;
    }
    if (best === null || best.fit.mass < LEAST_MASS || best.fit.similarity < AGREES) continue;
    const step = stepOf(derived, to, best.map, best.fit, {
      formula: `${derived.formula} xor ${best.key}`,
      attack: 'numeric',
      knowledge: 'A1',
      bits: derived.bits + 32,
    });
    if (step.score > better) steps.push(step);
  }
  return steps.sort((a, b) => b.score - a.score).slice(0, 3);
}

/** Keys that send the commonest number to one of the source, and most of the other probes, too. */
function keysOf(source: Sorted, probes: readonly number[], codes: Codes): number[] {
  const keys: number[] = [];
  const stride = Math.max(1, Math.ceil(source.values.length / OFFSETS));
  for (let i = 0; i < source.values.length; i += stride) {
    const key = ((source.values[i] as number) ^ (probes[0] as number)) >>> 0;
    if (key === 0) continue;
    let hits = 0;
    for (const probe of probes) if (codeIn(codes, (probe ^ key) >>> 0) >= 0) hits++;
    if (hits >= 5) keys.push(key);
  }
  return keys;
}

/**
 * The keys that random rows leave, of many rows: those under which frequencies may yet agree, and of these the {@link LEADERS} under
 * which they agree best, the best first. A key by which a column was made reads more of the rows than those that hit by chance; were so
 * many of these before it, it would not stand out.
 */
function likely(
  own: Sorted,
  keys: readonly number[],
  codes: Codes,
  column: SheetColumn,
  to: SheetColumn,
): readonly number[] {
  const drawn = keys.length > LEADERS ? drawnOf(own, column) : null;
  if (drawn === null) return keys;
  const { values, hits } = drawn;
  const { counts } = to;
  const length = Math.min(FIRST, values.length);
  const more = moreThan(length);
  const rows = new Int32Array(length);
  const left: { readonly key: number; readonly score: number }[] = [];
  for (const key of keys) {
    for (let i = 0; i < length; i++) {
      const code = codeIn(codes, ((values[i] as number) ^ key) >>> 0);
      rows[i] = code < 0 ? 0 : (counts[code] as number);
    }
    const most = fitOfRandom({ hits, rows, length }, [column.present, to.present], more);
    if (most.mass < LEAST_MASS || most.similarity < AGREES) continue;
    left.push({ key, score: scoreOf(fitOfRandom({ hits, rows, length }, [column.present, to.present], 0), 0) });
  }
  left.sort((a, b) => b.score - a.score);
  return left.slice(0, LEADERS).map(({ key }) => key);
}

/** Numbers in random rows, and rows of each. */
interface DrawnNumbers {
  readonly values: Float64Array;
  readonly hits: Float64Array;
}

const drawnNumbers = new WeakMap<Sorted, DrawnNumbers | null>();

function drawnOf(own: Sorted, column: SheetColumn): DrawnNumbers | null {
  let drawn = drawnNumbers.get(own);
  if (drawn === undefined) {
    const codes = randomCodes(column);
    // What is no number meets no code.
    const values = Float64Array.from(codes ?? [], (code) => column.numbers[code] as number);
    const hits = Float64Array.from(codes ?? [], (code) => column.counts[code] as number);
    drawn = codes === null || values.some(Number.isNaN) ? null : { values, hits };
    drawnNumbers.set(own, drawn);
  }
  return drawn;
}

const byCounts = new WeakMap<Sorted, Int32Array>();

/** Places of the numbers, the commonest first. */
function commonestFirst(own: Sorted): Int32Array {
  let order = byCounts.get(own);
  if (order === undefined) {
    const { counts } = own;
    order = Int32Array.from(counts, (_, i) => i).sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b);
    byCounts.set(own, order);
  }
  return order;
}

/**
 * What a key can score at most: as {@link fitOf} of its map, where numbers written in several ways count once each. 0 as soon as it
 * cannot be `least`, or frequencies cannot agree by {@link AGREES}. With it, how many values were looked at.
 */
function atMost(
  own: Sorted,
  key: number,
  codes: Codes,
  column: SheetColumn,
  to: SheetColumn,
  least: number,
): [score: number, looked: number] {
  const { values, counts } = own;
  const order = commonestFirst(own);
  const rowsOf = to.counts;
  const { present } = column;
  const others = to.present;
  const needed = Math.max(AGREES, (least - 0.3) / 0.7);
  // The other way to agree is at most the different values by the rows.
  const byIntersection = values.length < (needed - 1e-9) * present;
  let mass = 0;
  let distinct = 0;
  let intersection = 0;
  let contained = 0;
  let seen = 0;
  for (let k = 0; k < order.length; k++) {
    const j = order[k] as number;
    const hit = counts[j] as number;
    seen += hit;
    const code = codeIn(codes, ((values[j] as number) ^ key) >>> 0);
    if (code >= 0) {
      const rows = rowsOf[code] as number;
      mass += hit;
      distinct++;
      intersection += Math.min(hit / present, rows / others);
      contained += Math.min(hit, rows);
    }
    const open = 1 - seen / present;
    if (mass / present + open < least || (byIntersection && intersection + open < needed - 1e-9)) return [0, k + 1];
  }
  if (mass === 0) return [0, order.length];
  const similarity = Math.min(1, Math.max(intersection, ((distinct / mass) * contained) / present));
  return [scoreOf({ mass: mass / present, similarity }, 0), order.length];
}

/** Whole numbers below which codes stand in a list. */
const DENSE = 1 << 20;

/** Code of each whole number: in a list where they are small. */
interface Codes {
  readonly list: Int32Array;
  readonly map: ReadonlyMap<number, number> | null;
}

const known = new WeakMap<Sorted, Codes>();

function codesOf(source: Sorted): Codes {
  let codes = known.get(source);
  if (codes === undefined) {
    const { values } = source;
    const size = Math.max(0, values[values.length - 1] as number) + 1;
    if (size <= DENSE) {
      const list = new Int32Array(Math.ceil(size)).fill(FOREIGN);
      for (let i = 0; i < values.length; i++) list[values[i] as number] = source.codes[i] as number;
      codes = { list, map: null };
    } else {
      const map = new Map<number, number>();
      for (let i = 0; i < values.length; i++) map.set(values[i] as number, source.codes[i] as number);
      codes = { list: new Int32Array(0), map };
    }
    known.set(source, codes);
  }
  return codes;
}

/** Code of a whole number, or FOREIGN. */
function codeIn({ list, map }: Codes, value: number): number {
  if (map !== null) return map.get(value) ?? FOREIGN;
  return value < list.length ? (list[value] as number) : FOREIGN;
}

function whole(sorted: Sorted): boolean {
  const stride = Math.max(1, sorted.values.length >> 6);
  for (let i = 0; i < sorted.values.length; i += stride) {
    const value = sorted.values[i] as number;
    if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) return false;
  }
  return true;
}
