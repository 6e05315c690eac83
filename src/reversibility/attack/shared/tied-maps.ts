/**
 * What tied rows say of one product column and one source column: a map of values learnt on one half of them and verified on the
 * other, and whether values repeat together. See ../rows/alignment.md.
 * @module
 */
import type { SheetColumn } from '../../intake/sheet.js';
import { FOREIGN } from '../../restoration/tuple-join.js';
import type { Pairs } from './tied-rows.js';

/** A code so often seen means one value in at least this share of its rows, or nothing. */
const SEEN = 8;
const PURE = 0.5;
/** A table of more entries than this share of the tied rows would restore no more than it was told. */
const SHORT = 0.25;

/** A map of values and how well it held on rows that it was not learnt from. */
export interface LearntMap {
  /** Made when it is asked for. */
  readonly map: () => Int32Array;
  readonly entries: number;
  readonly accuracy: number;
  readonly tested: number;
  /** Accuracy of the commonest value. */
  readonly baseline: number;
}

/** Codes of a column in the tied rows. */
export function codesAt({ codes }: SheetColumn, rows: Int32Array): Int32Array {
  const own = new Int32Array(rows.length);
  for (let i = 0; i < own.length; i++) own[i] = codes[rows[i] as number] as number;
  return own;
}

/** A product column in tied rows: the even ones in the order of its codes. */
export class TiedColumn {
  readonly column: SheetColumn;
  readonly own: Int32Array;
  readonly #even: Int32Array;

  constructor(column: SheetColumn, pairs: Pairs) {
    this.column = column;
    this.own = codesAt(column, pairs.product);
    this.#even = evenByCode(this.own, column.distinct);
  }

  /** A map of values learnt on even pairs, verified on odd ones whose value was seen; null where it is no short table. */
  learn(to: Int32Array, distinct: number): LearntMap | null {
    const { own } = this;
    const even = this.#even;
    const most = SHORT * own.length;
    if (fewSeen(own, to, even, most)) return null;
    const images = IMAGES.of(this.column.distinct);
    const votes = VOTES.of(distinct);
    const codes = new Int32Array(even.length);
    let entries = 0;
    for (let from = 0; from < even.length; ) {
      const code = own[even[from] as number] as number;
      let end = from;
      let seen = 0;
      let best = -1;
      for (; end < even.length && own[even[end] as number] === code; end++) {
        const value = to[even[end] as number] as number;
        if (value < 0) continue;
        seen++;
        const count = (votes[value] as number) + 1;
        votes[value] = count;
        if (best < 0 || count > (votes[best] as number)) best = value;
      }
      // One mark for many values, as of hidden cells, tells nothing.
      if (best >= 0 && (seen < SEEN || (votes[best] as number) >= PURE * seen)) {
        images[code] = best;
        codes[entries++] = code;
      }
      for (; from < end; from++) {
        const value = to[even[from] as number] as number;
        if (value >= 0) votes[value] = 0;
      }
    }
    const held = entries > most ? null : verify(own, to, images, votes);
    const learnt = codes.slice(0, entries);
    const values = learnt.map((code) => images[code] as number);
    for (const code of learnt) images[code] = -1;
    const map = (): Int32Array => {
      const full = new Int32Array(this.column.distinct).fill(FOREIGN);
      learnt.forEach((code, i) => {
        full[code] = values[i] as number;
      });
      return full;
    };
    return held === null ? null : { map, entries, ...held };
  }

  /**
   * True where source values that come again among the tied rows bring the product value again, and only that: a code of
   * near-unique values, which cannot be learnt, is seen so.
   */
  repeatsWith(to: Int32Array, distinct: number): boolean {
    const { own } = this;
    const seen = SEEN_WITH.of(distinct);
    const back = BACK.of(this.column.distinct);
    let asked = 0;
    let misses = 0;
    let rows = 0;
    // So many misses are too many whatever the other rows say.
    const most = TOGETHER * own.length;
    for (; rows < own.length && misses <= most; rows++) {
      const code = own[rows] as number;
      const value = to[rows] as number;
      if (code < 0 || value < 0) continue;
      const known = seen[value] as number;
      const other = back[code] as number;
      if (known >= 0 || other >= 0) {
        asked++;
        if (known !== code || other !== value) misses++;
      }
      if (known < 0) seen[value] = code;
      if (other < 0) back[code] = value;
    }
    for (let i = 0; i < rows; i++) {
      if ((to[i] as number) >= 0) seen[to[i] as number] = -1;
      if ((own[i] as number) >= 0) back[own[i] as number] = -1;
    }
    return misses <= most && asked >= LEAST && asked - misses >= (1 - TOGETHER) * asked;
  }
}

const TOGETHER = 0.02;
const LEAST = 20;

/** How a map holds on odd pairs. @param counts - zeros by source value, zeros again after it */
function verify(
  own: Int32Array,
  to: Int32Array,
  map: Int32Array,
  counts: Int32Array,
): { readonly accuracy: number; readonly tested: number; readonly baseline: number } {
  let good = 0;
  let tested = 0;
  let common = 0;
  for (let i = 1; i < own.length; i += 2) {
    const code = own[i] as number;
    const value = to[i] as number;
    if (code < 0 || value < 0 || (map[code] as number) < 0) continue;
    tested++;
    if (map[code] === value) good++;
    const count = (counts[value] as number) + 1;
    counts[value] = count;
    if (count > common) common = count;
  }
  for (let i = 1; i < own.length; i += 2) if ((to[i] as number) >= 0) counts[to[i] as number] = 0;
  return {
    accuracy: tested === 0 ? 0 : good / tested,
    tested,
    baseline: tested === 0 ? 1 : common / tested,
  };
}

/** A list by code or value that is blank between uses: a few rows of a column of a million values touch little of it. */
class Scratch {
  readonly #blank: number;
  #cells = new Int32Array(0);

  constructor(blank: number) {
    this.#blank = blank;
  }

  of(size: number): Int32Array {
    if (this.#cells.length < size) this.#cells = new Int32Array(size).fill(this.#blank);
    return this.#cells;
  }
}

const VOTES = new Scratch(0);
const IMAGES = new Scratch(-1);
const SEEN_WITH = new Scratch(-1);
const BACK = new Scratch(-1);

/** Even pairs that have a code, in the order of codes and, of one code, of pairs. */
function evenByCode(own: Int32Array, distinct: number): Int32Array {
  const starts = new Int32Array(distinct + 1);
  let count = 0;
  for (let i = 0; i < own.length; i += 2) {
    const code = own[i] as number;
    if (code < 0) continue;
    starts[code + 1] = (starts[code + 1] as number) + 1;
    count++;
  }
  for (let code = 0; code < distinct; code++)
    starts[code + 1] = (starts[code + 1] as number) + (starts[code] as number);
  const even = new Int32Array(count);
  for (let i = 0; i < own.length; i += 2) {
    const code = own[i] as number;
    if (code < 0) continue;
    const at = starts[code] as number;
    even[at] = i;
    starts[code] = at + 1;
  }
  return even;
}

/** True where so many codes are seen so seldom that their table is longer than `most`, whatever they mean. */
function fewSeen(own: Int32Array, to: Int32Array, even: Int32Array, most: number): boolean {
  if (even.length <= most) return false;
  let few = 0;
  let seen = 0;
  let last = -1;
  for (let k = 0; k < even.length; k++) {
    const i = even[k] as number;
    const code = own[i] as number;
    if (code !== last) {
      if (seen > 0 && seen < SEEN) few++;
      seen = 0;
      last = code;
    }
    if ((to[i] as number) >= 0) seen++;
  }
  if (seen > 0 && seen < SEEN) few++;
  return few > most;
}
