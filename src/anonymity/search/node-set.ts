/**
 * Sets of lattice nodes as bitmaps: up-sets and down-sets are ANDs of one mask per attribute and level.
 *
 * Nodes are numbered in the order of the search (ascending bound), so "all that can still win" is a prefix.
 * @module
 */

/** Masks of a numbered list of level vectors. */
export class NodeMasks {
  readonly size: number;
  readonly words: number;
  /** `#atMost[d][level - minimum]`: nodes whose level of d is at most this one. */
  readonly #atMost: readonly (readonly Int32Array[])[];
  readonly #minimum: Int32Array;
  readonly #maximum: Int32Array;

  /** @param levels - level vectors one after another, in search order */
  constructor(levels: Uint8Array, minimum: Int32Array, maximum: Int32Array) {
    const dimensions = minimum.length;
    this.size = levels.length / dimensions;
    this.words = (this.size + 31) >> 5;
    this.#minimum = minimum;
    this.#maximum = maximum;
    this.#atMost = Array.from(minimum, (low, d) => {
      const masks = Array.from({ length: (maximum[d] as number) - low }, () => new Int32Array(this.words));
      markLevels(levels, dimensions, d, low, masks);
      for (let level = 1; level < masks.length; level++)
        addAll(masks[level] as Int32Array, masks[level - 1] as Int32Array);
      return masks;
    });
  }

  /** All nodes. */
  all(): Int32Array {
    const set = new Int32Array(this.words).fill(-1);
    if ((this.size & 31) !== 0) set[this.words - 1] = (1 << (this.size & 31)) - 1;
    return set;
  }

  /** Masks whose AND is the set of nodes below or at the levels. */
  below(levels: Int32Array): Int32Array[] {
    const masks: Int32Array[] = [];
    for (let d = 0; d < levels.length; d++) {
      const level = levels[d] as number;
      if (level < (this.#maximum[d] as number)) {
        masks.push((this.#atMost[d] as Int32Array[])[level - (this.#minimum[d] as number)] as Int32Array);
      }
    }
    return masks;
  }

  /** Masks none of whose nodes lie above or at the levels; everything outside all of them does. */
  notAbove(levels: Int32Array): Int32Array[] {
    const masks: Int32Array[] = [];
    for (let d = 0; d < levels.length; d++) {
      const level = (levels[d] as number) - (this.#minimum[d] as number);
      if (level > 0) masks.push((this.#atMost[d] as Int32Array[])[level - 1] as Int32Array);
    }
    return masks;
  }
}

/** Marks each node in the mask of its own level; the highest level has none. */
function markLevels(
  levels: Uint8Array,
  dimensions: number,
  d: number,
  low: number,
  masks: readonly Int32Array[],
): void {
  let node = 0;
  for (let at = d; at < levels.length; at += dimensions, node++) {
    const mask = masks[levels[at]! - low];
    if (mask !== undefined) mask[node >> 5] = mask[node >> 5]! | (1 << (node & 31));
  }
}

function addAll(to: Int32Array, from: Int32Array): void {
  for (let w = 0; w < to.length; w++) to[w] = to[w]! | from[w]!;
}

function bits(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Number of members that lie in all masks, in the first `words` words. */
export function countInAll(set: Int32Array, masks: readonly Int32Array[], words: number): number {
  let count = 0;
  for (let w = 0; w < words; w++) {
    let word = set[w] as number;
    for (let m = 0; word !== 0 && m < masks.length; m++) word &= (masks[m] as Int32Array)[w] as number;
    if (word !== 0) count += bits(word);
  }
  return count;
}

/** Number of members that lie in none of the masks, in the first `words` words. */
export function countInNone(set: Int32Array, masks: readonly Int32Array[], words: number): number {
  let count = 0;
  for (let w = 0; w < words; w++) {
    let word = set[w] as number;
    for (let m = 0; word !== 0 && m < masks.length; m++) word &= ~((masks[m] as Int32Array)[w] as number);
    if (word !== 0) count += bits(word);
  }
  return count;
}

/** Takes away the members that lie in all masks; `words` words only. Returns how many. */
export function removeInAll(set: Int32Array, masks: readonly Int32Array[], words: number): number {
  let count = 0;
  for (let w = 0; w < words; w++) {
    let word = set[w] as number;
    for (let m = 0; word !== 0 && m < masks.length; m++) word &= (masks[m] as Int32Array)[w] as number;
    if (word !== 0) {
      count += bits(word);
      set[w] = (set[w] as number) & ~word;
    }
  }
  return count;
}

/** Takes away the members that lie in none of the masks. Returns how many. */
export function removeInNone(set: Int32Array, masks: readonly Int32Array[], words: number): number {
  let count = 0;
  for (let w = 0; w < words; w++) {
    let word = set[w] as number;
    for (let m = 0; word !== 0 && m < masks.length; m++) word &= ~((masks[m] as Int32Array)[w] as number);
    if (word !== 0) {
      count += bits(word);
      set[w] = (set[w] as number) & ~word;
    }
  }
  return count;
}

/** The first member at or after the node, below `end`; -1 when there is none. */
export function nextMember(set: Int32Array, from: number, end: number): number {
  let w = from >> 5;
  const words = (end + 31) >> 5;
  let word = w < words ? (set[w] as number) & (-1 << (from & 31)) : 0;
  for (;;) {
    if (word !== 0) {
      const node = (w << 5) + (31 - Math.clz32(word & -word));
      return node < end ? node : -1;
    }
    if (++w >= words) return -1;
    word = set[w] as number;
  }
}

/** True when the node is in the set. */
export function hasMember(set: Int32Array, node: number): boolean {
  return (((set[node >> 5] as number) >> (node & 31)) & 1) === 1;
}

/** Takes one node away. */
export function removeMember(set: Int32Array, node: number): void {
  set[node >> 5] = (set[node >> 5] as number) & ~(1 << (node & 31));
}
