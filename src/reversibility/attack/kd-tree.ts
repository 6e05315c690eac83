/**
 * Nearest neighbours among points of few dimensions.
 *
 * Bentley, "Multidimensional binary search trees used for associative searching", CACM 18(9), 1975: a tree over medians,
 * kept as one permutation of the points.
 * @module
 */

const LEAF = 12;

/** Points by number, `width` coordinates each. */
export class KdTree {
  readonly #points: Float64Array;
  readonly #width: number;
  readonly #order: Int32Array;

  constructor(points: Float64Array, width: number, kept: Int32Array) {
    this.#points = points;
    this.#width = width;
    this.#order = kept.slice();
    this.#build(0, this.#order.length, 0);
  }

  #build(from: number, to: number, depth: number): void {
    if (to - from <= LEAF) return;
    const middle = (from + to) >> 1;
    select(this.#order, from, to - 1, middle, this.#points, this.#width, depth % this.#width);
    this.#build(from, middle, depth + 1);
    this.#build(middle + 1, to, depth + 1);
  }

  /** Nearest point to `at` other than `not`; its number (-1 for none) and squared distance. */
  nearest(at: ArrayLike<number>, not = -1): [point: number, squared: number] {
    const best: [number, number] = [-1, Number.POSITIVE_INFINITY];
    this.#search(at, not, 0, this.#order.length, 0, best);
    return best;
  }

  #search(at: ArrayLike<number>, not: number, from: number, to: number, depth: number, best: [number, number]): void {
    if (to - from <= LEAF) {
      for (let i = from; i < to; i++) this.#look(at, not, this.#order[i] as number, best);
      return;
    }
    const middle = (from + to) >> 1;
    const axis = depth % this.#width;
    const point = this.#order[middle] as number;
    const gap = (at[axis] as number) - (this.#points[point * this.#width + axis] as number);
    if (gap <= 0) {
      this.#search(at, not, from, middle, depth + 1, best);
      this.#look(at, not, point, best);
      if (gap * gap < best[1]) this.#search(at, not, middle + 1, to, depth + 1, best);
    } else {
      this.#search(at, not, middle + 1, to, depth + 1, best);
      this.#look(at, not, point, best);
      if (gap * gap < best[1]) this.#search(at, not, from, middle, depth + 1, best);
    }
  }

  #look(at: ArrayLike<number>, not: number, point: number, best: [number, number]): void {
    if (point === not) return;
    let sum = 0;
    const start = point * this.#width;
    for (let a = 0; a < this.#width && sum < best[1]; a++) {
      const gap = (at[a] as number) - (this.#points[start + a] as number);
      sum += gap * gap;
    }
    if (sum < best[1]) {
      best[0] = point;
      best[1] = sum;
    }
  }
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
