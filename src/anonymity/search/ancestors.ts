/**
 * Classes of finer nodes that a node can be grouped from, so that not every node starts at the tuples.
 *
 * Two kinds. Where all but one or two attributes are one group, as the subset checks of the search have it, the combinations of those
 * alone, counted from their codes. Otherwise a trie: attribute by attribute, those with most values first, each takes its level in
 * the node while the rest stays at the lowest; nodes that share a prefix share the work.
 * @module
 */
import type { FrequencySet } from './frequency-set.js';
import { addPairs, gatherCodes, gatherValues } from './grouping-kernels.js';
import type { QuasiIdentifier } from './quasi-identifier.js';

/** Items that are grouped: tuples, or the classes of a finer node. */
export interface Items {
  readonly count: number;
  readonly representative: Int32Array | null;
  /** Codes of each super column per item. */
  readonly codes: readonly Int32Array[];
  readonly rows: Float64Array;
  readonly units: Float64Array;
  readonly population: Float64Array;
}

interface TrieNode {
  readonly items: Items;
  readonly children: Map<number, TrieNode>;
}

/** Groups items at a node. */
export type Coarsen = (items: Items, levels: Int32Array) => Items;
/** Items of some representatives; null: what is counted is rows. */
export type Gather = (
  representative: Int32Array,
  rows: Float64Array,
  units: Float64Array | null,
  population: Float64Array | null,
) => Items;

/** Items below which an ancestor is not refined further. */
const SMALL = 256;
/** Ancestors of the deepest kind that the trie may have. */
const BRANCHES = 256;
/** Items that are held in all before the trie starts again: about 100 MB. */
const KEPT_ITEMS = 4_000_000;
/** Cells of a table of pairs: it stays in the second-level cache. */
const PAIR_CELLS = 2 ** 16;
/** A coarser set of more than this share of the items saves too little to be kept. */
const WORTH = 0.85;

/** Known ancestors of one search. */
export class Ancestors {
  readonly #frequency: FrequencySet;
  readonly #columns: readonly QuasiIdentifier[];
  readonly #order: readonly number[];
  /** Attributes that the trie branches by. */
  readonly #depth: number;
  readonly #trie: TrieNode;
  readonly #coarsen: Coarsen;
  readonly #gather: Gather;
  /** Combinations of two attributes, by their numbers. */
  readonly #pairs: Map<number, Items> = new Map();
  #kept = 0;

  constructor(
    base: Items,
    frequency: FrequencySet,
    columns: readonly QuasiIdentifier[],
    coarsen: Coarsen,
    gather: Gather,
  ) {
    this.#frequency = frequency;
    this.#columns = columns;
    this.#coarsen = coarsen;
    this.#gather = gather;
    this.#trie = { items: base, children: new Map() };
    this.#order = frequency.cardinalities
      .map((cardinality, d) => ({ cardinality, d }))
      .sort((x, y) => y.cardinality - x.cardinality || x.d - y.d)
      .map(({ d }) => d);
    let branches = 1;
    let depth = 0;
    while (depth < this.#order.length - 1) {
      branches *= (columns[this.#order[depth] as number] as QuasiIdentifier).height + 1;
      if (branches > BRANCHES) break;
      depth++;
    }
    this.#depth = depth;
  }

  /** The coarsest known ancestor of a node. */
  of(levels: Int32Array): Items {
    return this.#fromPair(levels) ?? this.#fromTrie(levels);
  }

  /** Combinations of the only two attributes that have groups; null where there are more, or too many combinations. */
  #fromPair(levels: Int32Array): Items | null {
    let [a, b] = [-1, -1];
    for (let d = 0; d < levels.length; d++) {
      if ((this.#columns[d] as QuasiIdentifier).groups[levels[d] as number] === 1) continue;
      if (b >= 0) return null;
      if (a < 0) a = d;
      else b = d;
    }
    if (levels.length < 2) return null;
    if (a < 0) a = 0;
    if (b < 0) b = a > 0 ? 0 : 1;
    const name = Math.min(a, b) * levels.length + Math.max(a, b);
    const known = this.#pairs.get(name);
    if (known !== undefined) return known;
    const { cardinalities, tuples } = this.#frequency;
    if ((cardinalities[a] as number) * (cardinalities[b] as number) > Math.min(PAIR_CELLS, tuples)) return null;
    const items = this.#pair(Math.min(a, b), Math.max(a, b));
    this.#pairs.set(name, items);
    return items;
  }

  #pair(a: number, b: number): Items {
    const { codes, cardinalities, rows, units, population } = this.#frequency;
    const x = codes[a] as Int32Array;
    const y = codes[b] as Int32Array;
    const width = cardinalities[b] as number;
    const cells = (cardinalities[a] as number) * width;
    const some = new Int32Array(cells).fill(-1);
    const sum = (of: Float64Array): Float64Array => {
      const sums = new Float64Array(2 * cells);
      addPairs(x, y, width, of, sums, some);
      return sums;
    };
    const rowSums = sum(rows);
    const unitSums = units === rows ? rowSums : sum(units);
    const populationSums = population === rows ? rowSums : sum(population);
    const seen = placesOf(some);
    return this.#gather(
      gatherCodes(some, seen),
      gatherValues(rowSums, seen),
      units === rows ? null : gatherValues(unitSums, seen),
      population === rows ? null : gatherValues(populationSums, seen),
    );
  }

  #fromTrie(levels: Int32Array): Items {
    let at = this.#trie;
    for (let j = 0; j < this.#depth; j++) {
      if (at.items.count < SMALL) break;
      const d = this.#order[j] as number;
      const level = levels[d] as number;
      let child = at.children.get(level);
      if (child === undefined) {
        const own = new Int32Array(levels.length);
        for (let i = 0; i <= j; i++) own[this.#order[i] as number] = levels[this.#order[i] as number] as number;
        child = { items: level === 0 ? at.items : this.#keep(at.items, own), children: new Map() };
        at.children.set(level, child);
      }
      at = child;
    }
    return at.items;
  }

  /** The items at coarser levels, or the same items where that saves little. */
  #keep(items: Items, levels: Int32Array): Items {
    if (this.#kept > KEPT_ITEMS) {
      this.#trie.children.clear();
      this.#pairs.clear();
      this.#kept = 0;
    }
    const coarser = this.#coarsen(items, levels);
    if (coarser.count > WORTH * items.count) return items;
    this.#kept += coarser.count;
    return coarser;
  }
}

/** Positions of entries that are not below zero. */
function placesOf(entries: Int32Array): Int32Array {
  const places = new Int32Array(entries.length);
  let count = 0;
  for (let i = 0; i < entries.length; i++) if (entries[i]! >= 0) places[count++] = i;
  return places.slice(0, count);
}
