/**
 * Nearest neighbours among points of few dimensions.
 *
 * Bentley, "Multidimensional binary search trees used for associative searching", CACM 18(9), 1975: a tree over medians,
 * kept as one permutation of the points.
 * Arya and Mount, "Algorithms for fast vector quantization", DCC 1993: the distance to a cell is kept axis by axis, so a cell is left out
 * by all axes together.
 * @module
 */

const LEAF = 12;

/** Points by number, `width` coordinates each. */
export class KdTree {
  readonly #width: number;
  readonly #order: Int32Array;
  /** Coordinates of the points in the order of the tree: what is looked at together stands together. */
  readonly #placed: Float64Array;
  /** Of the cell that is looked at: how far it lies beside the asked place along each axis. */
  readonly #gaps: Float64Array;

  constructor(points: Float64Array, width: number, kept: Int32Array) {
    this.#width = width;
    this.#gaps = new Float64Array(width);
    this.#order = kept.slice();
    build(this.#order, 0, kept.length, 0, points, width);
    this.#placed = new Float64Array(kept.length * width);
    for (let i = 0; i < kept.length; i++) {
      const start = (this.#order[i] as number) * width;
      for (let a = 0; a < width; a++) this.#placed[i * width + a] = points[start + a] as number;
    }
  }

  /**
   * Nearest point to `at` other than `not`; its number (-1 for none) and squared distance.
   *
   * @param within - squared distance that a point is known to be nearer than
   */
  nearest(
    at: ArrayLike<number>,
    not = -1,
    within: number = Number.POSITIVE_INFINITY,
  ): [point: number, squared: number] {
    const best: Best = { point: -1, squared: within };
    this.#gaps.fill(0);
    search(this.#order, this.#placed, this.#width, at, not, 0, this.#order.length, 0, this.#gaps, 0, best);
    return [best.point, best.squared];
  }
}

interface Best {
  point: number;
  squared: number;
}

function build(order: Int32Array, from: number, to: number, depth: number, points: Float64Array, width: number): void {
  if (to - from <= LEAF) return;
  const middle = (from + to) >> 1;
  select(order, from, to - 1, middle, points, width, depth % width);
  build(order, from, middle, depth + 1, points, width);
  build(order, middle + 1, to, depth + 1, points, width);
}

/** What rounding may add to the distance of a cell. */
const SLACK = 1 - 1e-9;

/** @param aside - squared distance to the cell, of which `gaps` are the parts */
function search(
  order: Int32Array,
  placed: Float64Array,
  width: number,
  at: ArrayLike<number>,
  not: number,
  from: number,
  to: number,
  axis: number,
  gaps: Float64Array,
  aside: number,
  best: Best,
): void {
  if (to - from <= LEAF) {
    for (let i = from; i < to; i++) look(order, placed, width, at, not, i, best);
    return;
  }
  const middle = (from + to) >> 1;
  const next = axis + 1 === width ? 0 : axis + 1;
  const gap = (at[axis] as number) - (placed[middle * width + axis] as number);
  const near = gap <= 0;
  if (near) search(order, placed, width, at, not, from, middle, next, gaps, aside, best);
  else search(order, placed, width, at, not, middle + 1, to, next, gaps, aside, best);
  look(order, placed, width, at, not, middle, best);
  const before = gaps[axis] as number;
  const beyond = aside - before * before + gap * gap;
  if (!(beyond * SLACK < best.squared)) return;
  gaps[axis] = gap;
  if (near) search(order, placed, width, at, not, middle + 1, to, next, gaps, beyond, best);
  else search(order, placed, width, at, not, from, middle, next, gaps, beyond, best);
  gaps[axis] = before;
}

function look(
  order: Int32Array,
  placed: Float64Array,
  width: number,
  at: ArrayLike<number>,
  not: number,
  place: number,
  best: Best,
): void {
  const most = best.squared;
  let sum = 0;
  const start = place * width;
  for (let a = 0; a < width && sum < most; a++) {
    const gap = (at[a] as number) - (placed[start + a] as number);
    sum += gap * gap;
  }
  if (!(sum < most) || order[place] === not) return;
  best.point = order[place] as number;
  best.squared = sum;
}

/** Puts the element of rank `wanted` along an axis in its place (Hoare, "Algorithm 65: find", CACM 4(7), 1961). */
function select(
  order: Int32Array,
  low: number,
  high: number,
  wanted: number,
  points: Float64Array,
  width: number,
  axis: number,
): void {
  let left = low;
  let right = high;
  while (left < right) {
    const pivot = points[(order[(left + right) >> 1] as number) * width + axis] as number;
    let i = left;
    let j = right;
    while (i <= j) {
      while ((points[(order[i] as number) * width + axis] as number) < pivot) i++;
      while ((points[(order[j] as number) * width + axis] as number) > pivot) j--;
      if (i <= j) {
        const kept = order[i] as number;
        order[i] = order[j] as number;
        order[j] = kept;
        i++;
        j--;
      }
    }
    if (wanted <= j) right = j;
    else if (wanted >= i) left = i;
    else return;
  }
}
