/**
 * Equivalence classes of a lattice node: keys from merged columns, a direct table or open addressing, roll-up from finer nodes.
 *
 * Columns are merged into few "super columns" (seen combinations of base codes), so that a tuple's key is a sum of two
 * to four table look-ups instead of one per quasi-identifier. Measured on Node 20, Adult, 9 quasi-identifiers, 19,502
 * tuples: three super columns, about 0.1 ms a node from the base, less from a rolled-up node.
 * @module
 */
import { groupCodes } from '../../core/index.js';
import type { FrequencySet } from './frequency-set.js';
import type { QuasiIdentifier } from './quasi-identifier.js';

/** Largest number of combinations that a super column may have. */
const MERGE_LIMIT = 4096;

/** Classes of one node; arrays are scratch of the grouper and valid until its next call. */
export interface NodeClasses {
  /** Number of classes. */
  classes: number;
  /** A tuple of each class. */
  representative: Int32Array;
  /** Released rows of each class. */
  rows: Float64Array;
  /** What criteria count: rows, or distinct persons. The same array as `rows` when rows are counted. */
  units: Float64Array;
  /** Population rows; the same array as `rows` without a subset. */
  population: Float64Array;
  /** Class of each item that was grouped; items are tuples when `fromTuples`. */
  classOf: Int32Array;
  /** True when the items were the tuples themselves and not classes of a finer node. */
  fromTuples: boolean;
}

/** Items that are grouped: tuples, or the classes of a finer node. */
interface Items {
  readonly count: number;
  readonly representative: Int32Array | null;
  /** Codes of each super column per item. */
  readonly codes: readonly Int32Array[];
  readonly rows: Float64Array;
  readonly units: Float64Array;
  readonly population: Float64Array;
  readonly levels: Int32Array;
}

interface TrieNode {
  readonly items: Items;
  readonly children: Map<number, TrieNode>;
}

/** Products of group counts up to which a level table is numbered by a direct table. */
const DIRECT_TABLE = 2 ** 16;
/** Items below which an ancestor is not refined further. */
const SMALL = 256;
/** Ancestors of the deepest kind that the trie may have. */
const BRANCHES = 256;
/** Members of a super column: the key of a level table, a product of their levels, must stay exact. */
const MEMBERS = 6;
/** Entries that level tables may hold in all before they are made anew: 64 MB. */
const KEPT_ENTRIES = 16_000_000;
/** Items that the trie may hold in all before it starts again: about 100 MB. */
const KEPT_ITEMS = 4_000_000;

interface SuperColumn {
  /** Positions of the quasi-identifiers in it. */
  readonly members: readonly number[];
  /** Seen combinations: number, and the code of each member. */
  readonly size: number;
  readonly memberCodes: readonly Int32Array[];
  readonly codes: Int32Array;
  /** Level table by level key: dense group of each combination. */
  readonly tables: Map<number, LevelTable>;
}

interface LevelTable {
  readonly groups: number;
  readonly of: Int32Array;
}

/** Tuples that {@link Grouper.select} made ready. */
export type TupleSelection = Items;

/** Groups the tuples of a frequency set by the node's levels; one per search, not re-entrant. */
export class Grouper {
  readonly #frequency: FrequencySet;
  readonly #columns: readonly QuasiIdentifier[];
  readonly #supers: readonly SuperColumn[];
  readonly #base: Items;
  readonly #out: NodeClasses;
  readonly #keys: Int32Array;
  readonly #high: Int32Array;
  readonly #scratch: Scratch;
  readonly #ranks: Int32Array = new Int32Array(DIRECT_TABLE);
  readonly #lastPerson: Int32Array | null;
  /** Items grouped so far: the work of the search. */
  groupedItems = 0;
  readonly #order: readonly number[];
  /** Attributes that the trie branches by. */
  readonly #depth: number;
  readonly #trie: TrieNode;
  /** Items held by the trie. */
  #kept = 0;
  #tableEntries = 0;

  constructor(frequency: FrequencySet, columns: readonly QuasiIdentifier[]) {
    this.#frequency = frequency;
    this.#columns = columns;
    this.#supers = mergeColumns(frequency);
    const tuples = frequency.tuples;
    this.#base = {
      count: tuples,
      representative: null,
      codes: this.#supers.map((column) => column.codes),
      rows: frequency.rows,
      units: frequency.units,
      population: frequency.population,
      levels: new Int32Array(columns.length),
    };
    const rows = new Float64Array(tuples);
    const units = frequency.units === frequency.rows ? rows : new Float64Array(tuples);
    this.#out = {
      classes: 0,
      representative: new Int32Array(tuples),
      rows,
      units,
      population: frequency.population === frequency.rows ? rows : new Float64Array(tuples),
      classOf: new Int32Array(tuples),
      fromTuples: true,
    };
    this.#keys = new Int32Array(tuples);
    this.#high = new Int32Array(tuples);
    this.#scratch = new Scratch();
    this.#trie = { items: this.#base, children: new Map() };
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
    this.#lastPerson = frequency.shared === null ? null : new Int32Array(tuples);
  }

  /**
   * The classes at a node.
   *
   * @param needClassOfTuples - group the tuples themselves, so that `classOf` is per tuple
   */
  group(levels: Int32Array, needClassOfTuples = false): NodeClasses {
    const direct = needClassOfTuples || this.#frequency.shared !== null;
    const out = this.#out;
    this.#groupItems(direct ? this.#base : this.#source(levels), levels);
    out.fromTuples = direct;
    const shared = this.#frequency.shared;
    if (shared !== null && this.#lastPerson !== null) {
      addShared(shared.tuple, shared.person, out.classOf, out.units, this.#lastPerson.fill(-1, 0, out.classes));
    }
    return out;
  }

  /** Group of each code of an attribute at a level. */
  groupsAt(d: number, level: number): Int32Array {
    return (this.#columns[d] as QuasiIdentifier).groupOf[level] as Int32Array;
  }

  /** Number of groups of an attribute at a level. */
  groupCount(d: number, level: number): number {
    return (this.#columns[d] as QuasiIdentifier).groups[level] as number;
  }

  /** Some tuples, made ready to be grouped at many nodes. */
  select(tuples: Int32Array): TupleSelection {
    return {
      ...this.#base,
      count: tuples.length,
      codes: this.#supers.map((column) => gatherCodes(column.codes, tuples)),
      units: gatherValues(this.#frequency.units, tuples),
    };
  }

  /** The classes of selected tuples at a node; `classOf` and `representative` are positions in the selection. Units only. */
  groupSelection(levels: Int32Array, selection: TupleSelection): NodeClasses {
    const out = this.#out;
    const tables = this.#supers.map((column) => this.#table(column, levels));
    this.#assign(selection, tables);
    addUp(out.classOf, selection.count, selection.units, out.units, out.classes);
    return out;
  }

  #groupItems(items: Items, levels: Int32Array): void {
    const out = this.#out;
    const tables = this.#supers.map((column) => this.#table(column, levels));
    this.#assign(items, tables);
    this.groupedItems += items.count;
    const { classes } = out;
    addUp(out.classOf, items.count, items.rows, out.rows, classes);
    if (out.units !== out.rows) addUp(out.classOf, items.count, items.units, out.units, classes);
    if (out.population !== out.rows) addUp(out.classOf, items.count, items.population, out.population, classes);
    if (items.representative !== null) mapThrough(out.representative, classes, items.representative);
  }

  /**
   * The coarsest known ancestor to start from. Ancestors form a trie: attribute by attribute, those with most values first,
   * each takes its level in the node while the rest stays at the lowest. Nodes that share a prefix share the work.
   */
  #source(levels: Int32Array): Items {
    let at = this.#trie;
    const order = this.#order;
    for (let j = 0; j < this.#depth; j++) {
      if (at.items.count < SMALL) break;
      const d = order[j] as number;
      const level = levels[d] as number;
      let child = at.children.get(level);
      if (child === undefined) {
        child = { items: this.#coarser(at.items, d, level), children: new Map() };
        at.children.set(level, child);
      }
      at = child;
    }
    return at.items;
  }

  /** The items with one more attribute raised, or the same items where that saves little. */
  #coarser(items: Items, d: number, level: number): Items {
    if (level === (this.#base.levels[d] as number)) return items;
    const levels = items.levels.slice();
    levels[d] = level;
    if (this.#kept > KEPT_ITEMS) this.#forget();
    this.#groupItems(items, levels);
    const out = this.#out;
    const { classes } = out;
    if (classes > 0.85 * items.count) return items;
    this.#kept += classes;
    const representative = out.representative.slice(0, classes);
    const rows = out.rows.slice(0, classes);
    return {
      count: classes,
      representative,
      codes: this.#supers.map((column) => gatherCodes(column.codes, representative)),
      rows,
      units: out.units === out.rows ? rows : out.units.slice(0, classes),
      population: out.population === out.rows ? rows : out.population.slice(0, classes),
      levels,
    };
  }

  #forget(): void {
    this.#trie.children.clear();
    this.#kept = 0;
  }

  #table(column: SuperColumn, levels: Int32Array): LevelTable {
    let key = 0;
    for (const member of column.members) {
      key = key * ((this.#columns[member] as QuasiIdentifier).height + 1) + (levels[member] as number);
    }
    let table = column.tables.get(key);
    if (table === undefined) {
      table = this.#buildTable(column, levels);
      this.#tableEntries += column.size;
      if (this.#tableEntries > KEPT_ENTRIES) {
        for (const one of this.#supers) one.tables.clear();
        this.#tableEntries = column.size;
      }
      column.tables.set(key, table);
    }
    return table;
  }

  #buildTable(column: SuperColumn, levels: Int32Array): LevelTable {
    let product = 1;
    for (const member of column.members) {
      product *= (this.#columns[member] as QuasiIdentifier).groups[levels[member] as number] as number;
    }
    if (product <= DIRECT_TABLE) {
      const of = new Int32Array(column.size);
      let span = 1;
      column.members.forEach((member, i) => {
        const quasi = this.#columns[member] as QuasiIdentifier;
        const level = levels[member] as number;
        const count = quasi.groups[level] as number;
        if (count > 1) addTable(of, column.memberCodes[i] as Int32Array, quasi.groupOf[level] as Int32Array, span);
        span *= count;
      });
      return { groups: Math.max(1, renumber(of, this.#ranks)), of };
    }
    const parts: Int32Array[] = [];
    const cardinalities: number[] = [];
    column.members.forEach((member, i) => {
      const quasi = this.#columns[member] as QuasiIdentifier;
      const level = levels[member] as number;
      const groups = quasi.groupOf[level] as Int32Array;
      const codes = column.memberCodes[i] as Int32Array;
      const at = new Int32Array(column.size);
      for (let c = 0; c < at.length; c++) at[c] = groups[codes[c] as number] as number;
      parts.push(at);
      cardinalities.push(quasi.groups[level] as number);
    });
    const found = groupCodes(parts, cardinalities);
    return { groups: Math.max(1, found.groups), of: found.groupOf };
  }

  /** Fills `classOf`, `classes` and `representative` (as item positions). */
  #assign(items: Items, tables: readonly LevelTable[]): void {
    const out = this.#out;
    const used: { codes: Int32Array; of: Int32Array; groups: number }[] = [];
    for (let c = 0; c < tables.length; c++) {
      const table = tables[c] as LevelTable;
      if (table.groups > 1) used.push({ codes: items.codes[c] as Int32Array, of: table.of, groups: table.groups });
    }
    const count = items.count;
    let product = 1;
    for (const part of used) product *= part.groups;
    const a = used[0];
    if (a === undefined) {
      out.classOf.fill(0, 0, count);
      out.classes = count > 0 ? 1 : 0;
      out.representative[0] = 0;
      return;
    }
    const keys = this.#keys;
    if (product <= 2 ** 31) {
      const b = used[1];
      const c = used[2];
      if (b === undefined) keys1(keys, count, a.codes, a.of);
      else if (c === undefined) keys2(keys, count, a.codes, a.of, b.codes, b.of, a.groups);
      else {
        const stride = a.groups * b.groups;
        keys3(keys, count, a.codes, a.of, b.codes, b.of, a.groups, c.codes, c.of, stride);
        let next = stride * c.groups;
        for (let i = 3; i < used.length; i++) {
          const part = used[i] as (typeof used)[number];
          addKeys(keys, count, part.codes, part.of, next);
          next *= part.groups;
        }
      }
      out.classes = this.#scratch.classify(keys, count, product, out.classOf, out.representative);
      return;
    }
    this.#assignWide(used, count);
  }

  /** Beyond 31 bits: columns are folded in one after another, re-ranked when the next would not fit. */
  #assignWide(used: readonly { codes: Int32Array; of: Int32Array; groups: number }[], count: number): void {
    const out = this.#out;
    const keys = this.#keys;
    let span = 1;
    keys.fill(0, 0, count);
    for (const part of used) {
      if (span * part.groups > 2 ** 31) {
        span = this.#scratch.classify(keys, count, span, out.classOf, out.representative);
        keys.set(out.classOf.subarray(0, count));
        if (span * part.groups > 2 ** 31) {
          const high = this.#high;
          high.set(keys.subarray(0, count));
          keys1(keys, count, part.codes, part.of);
          span = this.#scratch.classifyPairs(keys, high, count, out.classOf, out.representative);
          keys.set(out.classOf.subarray(0, count));
          continue;
        }
      }
      addKeys(keys, count, part.codes, part.of, span);
      span *= part.groups;
    }
    out.classes = this.#scratch.classify(keys, count, span, out.classOf, out.representative);
  }
}

function addTable(of: Int32Array, codes: Int32Array, groups: Int32Array, span: number): void {
  for (let c = 0; c < of.length; c++) of[c] = (of[c] as number) + (groups[codes[c] as number] as number) * span;
}

/** Dense numbers by first appearance, in place; `ranks` is all 0 before and after. */
function renumber(of: Int32Array, ranks: Int32Array): number {
  let next = 0;
  const seen = of.slice();
  for (let c = 0; c < of.length; c++) {
    const key = of[c] as number;
    if (ranks[key] === 0) ranks[key] = ++next;
    of[c] = (ranks[key] as number) - 1;
  }
  for (let c = 0; c < seen.length; c++) ranks[seen[c] as number] = 0;
  return next;
}

/** Greedy merge: each column joins the first super column whose seen combinations stay under the limit. */
function mergeColumns(frequency: FrequencySet): SuperColumn[] {
  const order = frequency.cardinalities
    .map((cardinality, position) => ({ cardinality, position }))
    .sort((x, y) => y.cardinality - x.cardinality || x.position - y.position);
  const supers: { members: number[]; codes: Int32Array; size: number }[] = [];
  for (const { cardinality, position } of order) {
    const codes = frequency.codes[position] as Int32Array;
    let placed = false;
    for (const column of supers) {
      if (column.members.length >= MEMBERS || column.size * cardinality > 64 * MERGE_LIMIT) continue;
      const joined = groupCodes([column.codes, codes], [Math.max(1, column.size), Math.max(1, cardinality)]);
      if (joined.groups > MERGE_LIMIT) continue;
      column.members.push(position);
      column.codes = joined.groupOf;
      column.size = joined.groups;
      placed = true;
      break;
    }
    if (!placed) supers.push({ members: [position], codes, size: cardinality });
  }
  return supers.map(({ members, codes, size }) => {
    const first = new Int32Array(size).fill(-1);
    for (let tuple = 0; tuple < codes.length; tuple++) {
      const code = codes[tuple] as number;
      if ((first[code] as number) < 0) first[code] = tuple;
    }
    const memberCodes = members.map((member) => {
      const source = frequency.codes[member] as Int32Array;
      const out = new Int32Array(size);
      for (let c = 0; c < size; c++) out[c] = (first[c] as number) < 0 ? 0 : (source[first[c] as number] as number);
      return out;
    });
    return { members, size, memberCodes, codes, tables: new Map() };
  });
}

function keys1(keys: Int32Array, count: number, a: Int32Array, ta: Int32Array): void {
  for (let i = 0; i < count; i++) keys[i] = ta[a[i] as number] as number;
}

function keys2(
  keys: Int32Array,
  count: number,
  a: Int32Array,
  ta: Int32Array,
  b: Int32Array,
  tb: Int32Array,
  sb: number,
): void {
  for (let i = 0; i < count; i++) {
    keys[i] = (ta[a[i] as number] as number) + Math.imul(tb[b[i] as number] as number, sb);
  }
}

function keys3(
  keys: Int32Array,
  count: number,
  a: Int32Array,
  ta: Int32Array,
  b: Int32Array,
  tb: Int32Array,
  sb: number,
  c: Int32Array,
  tc: Int32Array,
  sc: number,
): void {
  for (let i = 0; i < count; i++) {
    keys[i] =
      ((ta[a[i] as number] as number) +
        Math.imul(tb[b[i] as number] as number, sb) +
        Math.imul(tc[c[i] as number] as number, sc)) |
      0;
  }
}

function addKeys(keys: Int32Array, count: number, a: Int32Array, ta: Int32Array, stride: number): void {
  for (let i = 0; i < count; i++) {
    keys[i] = ((keys[i] as number) + Math.imul(ta[a[i] as number] as number, stride)) | 0;
  }
}

/** Slot tables that are reused from node to node. */
class Scratch {
  #direct = new Int32Array(0);
  #slots = new Int32Array(0);

  /** Numbers equal keys by first appearance; fills the first item of each. Keys are below `span`. */
  classify(keys: Int32Array, count: number, span: number, classOf: Int32Array, first: Int32Array): number {
    if (span <= Math.min(2 ** 22, Math.max(2 ** 16, 16 * count))) {
      if (this.#direct.length < span) this.#direct = new Int32Array(Math.max(span, 2 ** 16)).fill(-1);
      return classifyDirect(keys, count, this.#direct, classOf, first);
    }
    let capacity = 1024;
    while (capacity < 2 * count) capacity *= 2;
    if (this.#slots.length < capacity) this.#slots = new Int32Array(capacity);
    const slots = this.#slots.subarray(0, capacity).fill(-1);
    return classifyHash(keys, count, slots, classOf, first);
  }

  /** As {@link classify} for pairs of keys. */
  classifyPairs(low: Int32Array, high: Int32Array, count: number, classOf: Int32Array, first: Int32Array): number {
    let capacity = 1024;
    while (capacity < 2 * count) capacity *= 2;
    if (this.#slots.length < capacity) this.#slots = new Int32Array(capacity);
    return classifyPairs(low, high, count, this.#slots.subarray(0, capacity).fill(-1), classOf, first);
  }
}

function classifyDirect(
  keys: Int32Array,
  count: number,
  direct: Int32Array,
  classOf: Int32Array,
  first: Int32Array,
): number {
  let classes = 0;
  for (let i = 0; i < count; i++) {
    const key = keys[i] as number;
    let found = direct[key] as number;
    if (found < 0) {
      found = classes++;
      direct[key] = found;
      first[found] = i;
    }
    classOf[i] = found;
  }
  for (let c = 0; c < classes; c++) direct[keys[first[c] as number] as number] = -1;
  return classes;
}

function classifyHash(
  keys: Int32Array,
  count: number,
  slots: Int32Array,
  classOf: Int32Array,
  first: Int32Array,
): number {
  const mask = slots.length - 1;
  let classes = 0;
  for (let i = 0; i < count; i++) {
    const key = keys[i] as number;
    let hash = Math.imul(key, 0x9e3779b1);
    hash = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const found = slots[hash] as number;
      if (found < 0) {
        slots[hash] = classes;
        first[classes] = i;
        classOf[i] = classes++;
        break;
      }
      if (keys[first[found] as number] === key) {
        classOf[i] = found;
        break;
      }
      hash = (hash + 1) & mask;
    }
  }
  return classes;
}

function classifyPairs(
  low: Int32Array,
  high: Int32Array,
  count: number,
  slots: Int32Array,
  classOf: Int32Array,
  first: Int32Array,
): number {
  const mask = slots.length - 1;
  let classes = 0;
  for (let i = 0; i < count; i++) {
    const a = low[i] as number;
    const b = high[i] as number;
    let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77);
    hash = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const found = slots[hash] as number;
      if (found < 0) {
        slots[hash] = classes;
        first[classes] = i;
        classOf[i] = classes++;
        break;
      }
      const leader = first[found] as number;
      if (low[leader] === a && high[leader] === b) {
        classOf[i] = found;
        break;
      }
      hash = (hash + 1) & mask;
    }
  }
  return classes;
}

function addUp(classOf: Int32Array, count: number, from: Float64Array, to: Float64Array, classes: number): void {
  to.fill(0, 0, classes);
  for (let i = 0; i < count; i++) {
    const at = classOf[i] as number;
    to[at] = (to[at] as number) + (from[i] as number);
  }
}

function gatherValues(values: Float64Array, at: Int32Array): Float64Array {
  const out = new Float64Array(at.length);
  for (let i = 0; i < at.length; i++) out[i] = values[at[i] as number] as number;
  return out;
}

function mapThrough(at: Int32Array, count: number, through: Int32Array): void {
  for (let i = 0; i < count; i++) at[i] = through[at[i] as number] as number;
}

function gatherCodes(codes: Int32Array, at: Int32Array): Int32Array {
  const out = new Int32Array(at.length);
  for (let i = 0; i < at.length; i++) out[i] = codes[at[i] as number] as number;
  return out;
}

function addShared(
  tuple: Int32Array,
  person: Int32Array,
  classOf: Int32Array,
  units: Float64Array,
  last: Int32Array,
): void {
  for (let i = 0; i < tuple.length; i++) {
    const at = classOf[tuple[i] as number] as number;
    const who = person[i] as number;
    if (last[at] !== who) {
      last[at] = who;
      units[at] = (units[at] as number) + 1;
    }
  }
}
