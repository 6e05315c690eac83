/**
 * Rows tied through any recoding of whole columns: colour refinement of the table's value structure.
 *
 * A code that replaces each value of a column by another leaves untouched which rows share a value. Rows and values are
 * coloured alternately, a value by the rows that hold it, a row by the values it holds, until nothing changes (Weisfeiler
 * and Leman, "The reduction of a graph to canonical form", 1968; here on the incidence of rows and values). Rows whose
 * colour is alone on both sides belong together. See refinement.md.
 * @module
 */
import type { Pairs } from './tied-rows.js';

const ROUNDS = 12;
/** Columns that tell all rows apart say nothing about which rows share values. */
const UNIQUE = 0.98;

/** Codes of a column in order of first occurrence: two columns that are codes of one another give the same text. */
interface Partition {
  readonly codes: Int32Array;
  readonly size: number;
  readonly key: string;
  /** Hash of the multiset of class sizes: what a recoding cannot change. */
  readonly signature: number;
}

function mix(a: number, b: number): number {
  let x = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35);
  x ^= x >>> 15;
  x = Math.imul(x, 0x2c1b3c6d);
  x ^= x >>> 12;
  x = Math.imul(x, 0x297a2d39);
  return (x ^ (x >>> 15)) | 0;
}

function partitionOf(codes: Int32Array, distinct: number): Partition | null {
  const rename = new Int32Array(distinct + 2).fill(-1);
  const own = new Int32Array(codes.length);
  let size = 0;
  let first = 17;
  let second = 29;
  for (let row = 0; row < codes.length; row++) {
    // A cell without a value, or with one that was not read, is one more value.
    const code = Math.max(-1, codes[row] as number) + 1;
    let name = rename[code] as number;
    if (name < 0) {
      name = size++;
      rename[code] = name;
    }
    own[row] = name;
    first = mix(first, name);
    second = mix(second ^ 0x5bd1e995, name);
  }
  if (size < 2 || size > UNIQUE * codes.length) return null;
  const counts = new Int32Array(size);
  for (let row = 0; row < own.length; row++) {
    const name = own[row] as number;
    counts[name] = (counts[name] as number) + 1;
  }
  let signature = size;
  for (const count of counts) signature = (signature + mix(count, 77)) | 0;
  return { codes: own, size, key: `${first}/${second}`, signature };
}

/** Different partitions of a table; equal ones count once. */
function partitionsOf(columns: readonly { codes: Int32Array; distinct: number }[]): Partition[] {
  const kept = new Map<string, Partition>();
  for (const { codes, distinct } of columns) {
    const own = partitionOf(codes, distinct);
    if (own !== null && !kept.has(own.key)) kept.set(own.key, own);
  }
  return [...kept.values()];
}

/** Colours of the rows, in two words. */
interface Colours {
  readonly low: Int32Array;
  readonly high: Int32Array;
}

function refineOnce(partition: Partition, label: number, rows: Colours, next: Colours): number {
  const low = new Int32Array(partition.size);
  const high = new Int32Array(partition.size);
  const { codes } = partition;
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    low[code] = ((low[code] as number) + mix(rows.low[row] as number, 1)) | 0;
    high[code] = ((high[code] as number) + mix(rows.high[row] as number, 2)) | 0;
  }
  let column = 0;
  for (let code = 0; code < low.length; code++) {
    low[code] = mix(low[code] as number, label);
    high[code] = mix(high[code] as number, label ^ 0x3c6ef372);
    column = (column + mix(low[code] as number, high[code] as number)) | 0;
  }
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    next.low[row] = ((next.low[row] as number) + (low[code] as number)) | 0;
    next.high[row] = ((next.high[row] as number) + (high[code] as number)) | 0;
  }
  return column;
}

/** The low word and some bits of the high one tell colours apart when they are counted. */
const COUNTED = 4095;

/** Number of different colours. */
function countColours(colours: Colours): number {
  return new ColourIndex(colours, COUNTED).size;
}

/** Rows by their colour, by open addressing. */
class ColourIndex {
  readonly #slots: Int32Array;
  readonly #colours: Colours;
  readonly #mask: number;
  /** For the first row of each colour: 1 where other rows have it, too. */
  readonly #shared: Uint8Array;
  /** Different colours. */
  readonly size: number;

  /** @param mask - bits of the high word that count */
  constructor(colours: Colours, mask: number) {
    const rows = colours.low.length;
    let capacity = 8;
    while (capacity < 2 * rows) capacity *= 2;
    this.#slots = new Int32Array(capacity).fill(-1);
    this.#colours = colours;
    this.#mask = mask;
    this.#shared = new Uint8Array(rows);
    let size = 0;
    for (let row = 0; row < rows; row++) {
      const slot = this.#find(colours.low[row] as number, colours.high[row] as number);
      const first = this.#slots[slot] as number;
      if (first < 0) {
        this.#slots[slot] = row;
        size++;
      } else this.#shared[first] = 1;
    }
    this.size = size;
  }

  #find(low: number, high: number): number {
    const slots = this.#slots;
    const { low: lows, high: highs } = this.#colours;
    const own = high & this.#mask;
    const end = slots.length - 1;
    let slot = mix(low, own) & end;
    for (;;) {
      const row = slots[slot] as number;
      if (row < 0 || (lows[row] === low && ((highs[row] as number) & this.#mask) === own)) return slot;
      slot = (slot + 1) & end;
    }
  }

  /** The first row of a colour, or -1. */
  first(low: number, high: number): number {
    return this.#slots[this.#find(low, high)] as number;
  }

  /** True where the first row of a colour is not its only one. */
  isShared(first: number): boolean {
    return this.#shared[first] === 1;
  }
}

/** Labels of partitions so that those that look alike on both sides share one; null where a side has more of them. */
function labelled(own: readonly number[], other: readonly number[]): (number | null)[] {
  const count = (list: readonly number[]): Map<number, number> => {
    const counts = new Map<number, number>();
    for (const label of list) counts.set(label, (counts.get(label) ?? 0) + 1);
    return counts;
  };
  const a = count(own);
  const b = count(other);
  return own.map((label) => (a.get(label) === b.get(label) ? label : null));
}

/**
 * Ties rows of two tables of equally many rows whose columns are recodings of one another; null when too few columns
 * correspond or too few rows are tied.
 */
export function tieByRefinement(
  product: readonly { codes: Int32Array; distinct: number }[],
  source: readonly { codes: Int32Array; distinct: number }[],
  late: () => boolean,
): Pairs | null {
  const rows = product[0]?.codes.length ?? 0;
  if (rows < 12 || rows !== source[0]?.codes.length) return null;
  let left = partitionsOf(product);
  let right = partitionsOf(source);
  let leftLabels = left.map((own) => own.signature);
  let rightLabels = right.map((own) => own.signature);
  let a: Colours = { low: new Int32Array(rows), high: new Int32Array(rows) };
  let b: Colours = { low: new Int32Array(rows), high: new Int32Array(rows) };
  let known = 1;
  for (let round = 0; round < ROUNDS; round++) {
    const keepLeft = labelled(leftLabels, rightLabels);
    const keepRight = labelled(rightLabels, leftLabels);
    left = left.filter((_, i) => keepLeft[i] !== null);
    right = right.filter((_, i) => keepRight[i] !== null);
    if (left.length < 2 || late()) return null;
    const side = (
      partitions: readonly Partition[],
      labels: readonly number[],
      colours: Colours,
    ): [Colours, number[]] => {
      const next = { low: new Int32Array(rows), high: new Int32Array(rows) };
      const columns = partitions.map((own, i) =>
        mix(refineOnce(own, labels[i] as number, colours, next), labels[i] as number),
      );
      return [next, columns];
    };
    const leftKept = leftLabels.filter((_, i) => keepLeft[i] !== null);
    const rightKept = rightLabels.filter((_, i) => keepRight[i] !== null);
    [a, leftLabels] = side(left, leftKept, a);
    [b, rightLabels] = side(right, rightKept, b);
    const now = countColours(a);
    if (now <= known && round > 1) break;
    known = Math.max(known, now);
  }
  return pairsOf(a, b);
}

function pairsOf(a: Colours, b: Colours): Pairs | null {
  const mine = new ColourIndex(a, -1);
  const other = new ColourIndex(b, -1);
  const product: number[] = [];
  const source: number[] = [];
  let common = 0;
  for (let row = 0; row < a.low.length; row++) {
    const low = a.low[row] as number;
    const high = a.high[row] as number;
    const found = other.first(low, high);
    if (found < 0) continue;
    common++;
    const first = mine.first(low, high);
    if (other.isShared(found) || mine.isShared(first)) continue;
    product.push(row);
    source.push(found);
  }
  // Tables that are not recodings of one another share no colours.
  if (product.length < 12 || common < 0.5 * a.low.length) return null;
  return { product: Int32Array.from(product), source: Int32Array.from(source) };
}
