/**
 * The order of the search: nodes by ascending bound, so that what can still win is a prefix.
 * @module
 */
import { type Lattice, levelSum } from './lattice.js';

/** Values that differ by less than this share are one value. */
export const TIE_TOLERANCE = 1e-12;

/** Nodes in search order: ascending bound, then level sum, then number. */
export interface Order {
  /** Position of each lattice node. */
  readonly position: Uint32Array;
  readonly levels: Uint8Array;
  readonly bounds: Float64Array;
}

/** Orders all nodes of the lattice. */
export function orderNodes(lattice: Lattice, bound: (levels: Int32Array) => number): Order {
  const { nodes, dimensions } = lattice;
  const bounds = new Float64Array(nodes);
  const sums = new Int32Array(nodes);
  const all = new Uint8Array(nodes * dimensions);
  const levels = lattice.minimum.slice();
  let sum = levelSum(levels);
  for (let node = 0; node < nodes; node++) {
    bounds[node] = bound(levels);
    sums[node] = sum;
    for (let d = 0; d < dimensions; d++) all[node * dimensions + d] = levels[d] as number;
    // The next node: count up in mixed radix, the last attribute fastest.
    for (let d = dimensions - 1; d >= 0; d--) {
      if ((levels[d] as number) < (lattice.maximum[d] as number)) {
        levels[d] = (levels[d] as number) + 1;
        sum++;
        break;
      }
      sum -= (levels[d] as number) - (lattice.minimum[d] as number);
      levels[d] = lattice.minimum[d] as number;
    }
  }
  const order = sortNodes(bounds, sums);
  const sortedLevels = new Uint8Array(nodes * dimensions);
  const sortedBounds = new Float64Array(nodes);
  const position = new Uint32Array(nodes);
  for (let i = 0; i < nodes; i++) {
    const node = order[i] as number;
    position[node] = i;
    sortedBounds[i] = bounds[node] as number;
    for (let d = 0; d < dimensions; d++) sortedLevels[i * dimensions + d] = all[node * dimensions + d] as number;
  }
  return { position, levels: sortedLevels, bounds: sortedBounds };
}

/** Numbers by ascending bound, then level sum, then number: a radix sort of rounded bounds, made exact by insertion. */
function sortNodes(bounds: Float64Array, sums: Int32Array): Uint32Array {
  const nodes = bounds.length;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let node = 0; node < nodes; node++) {
    const bound = bounds[node] as number;
    if (bound < low) low = bound;
    if (bound > high) high = bound;
  }
  const scale = high > low && low > Number.NEGATIVE_INFINITY ? (2 ** 29 - 1) / (high - low) : 0;
  const keys = new Int32Array(nodes);
  for (let node = 0; node < nodes; node++) {
    keys[node] = scale === 0 ? (sums[node] as number) : Math.floor(((bounds[node] as number) - low) * scale);
  }
  const order = byKey(keys);
  for (let i = 0; i < nodes; i++) {
    const node = order[i] as number;
    let at = i;
    while (at > 0 && isAfter(order[at - 1] as number, node, bounds, sums)) {
      order[at] = order[at - 1] as number;
      at--;
    }
    order[at] = node;
  }
  return order;
}

const DIGIT = 15;

/** Numbers by ascending key of at most 30 bits, equal keys by number: two stable passes of 15 bits (radix sort). */
function byKey(keys: Int32Array): Uint32Array {
  let order = new Uint32Array(keys.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  for (const shift of [0, DIGIT]) {
    if (shift > 0 && largest(keys) >>> shift === 0) break;
    const starts = new Uint32Array((1 << DIGIT) + 1);
    for (let i = 0; i < keys.length; i++) {
      const digit = ((keys[i]! >>> shift) & ((1 << DIGIT) - 1)) + 1;
      starts[digit] = starts[digit]! + 1;
    }
    for (let digit = 1; digit <= 1 << DIGIT; digit++) starts[digit] = starts[digit]! + starts[digit - 1]!;
    const next = new Uint32Array(keys.length);
    for (let i = 0; i < keys.length; i++) {
      const node = order[i]!;
      const digit = (keys[node]! >>> shift) & ((1 << DIGIT) - 1);
      next[starts[digit]!] = node;
      starts[digit] = starts[digit]! + 1;
    }
    order = next;
  }
  return order;
}

function largest(keys: Int32Array): number {
  let most = 0;
  for (let i = 0; i < keys.length; i++) if (keys[i]! > most) most = keys[i]!;
  return most;
}

function isAfter(a: number, b: number, bounds: Float64Array, sums: Int32Array): boolean {
  const x = bounds[a] as number;
  const y = bounds[b] as number;
  if (x !== y) return x > y;
  const difference = (sums[a] as number) - (sums[b] as number);
  return difference !== 0 ? difference > 0 : a > b;
}

/** First index whose bound is above the value. */
export function prefixEnd(bounds: Float64Array, value: number): number {
  const limit = value + TIE_TOLERANCE * Math.max(1, Math.abs(value));
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bounds[middle] as number) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
