/**
 * The generalization lattice: vectors of levels between a lowest and a highest one, numbered in mixed radix.
 *
 * Samarati, IEEE TKDE 13(6), 2001, section 4.
 * @module
 */

/** Level vectors from `minimum` to `maximum`, componentwise. */
export class Lattice {
  readonly minimum: Int32Array;
  readonly maximum: Int32Array;
  readonly dimensions: number;
  /** Number of nodes; may exceed what can be enumerated. */
  readonly nodes: number;
  readonly #radix: Int32Array;

  constructor(minimum: Int32Array, maximum: Int32Array) {
    this.minimum = minimum;
    this.maximum = maximum;
    this.dimensions = minimum.length;
    this.#radix = maximum.map((top, d) => top - (minimum[d] as number) + 1);
    this.nodes = this.#radix.reduce((product, levels) => product * levels, 1);
  }

  /** Levels of a node, written into `out`. The last attribute varies fastest: numbers order nodes lexicographically. */
  levelsOf(node: number, out: Int32Array): Int32Array {
    let rest = node;
    for (let d = this.dimensions - 1; d >= 0; d--) {
      const radix = this.#radix[d] as number;
      const digit = rest % radix;
      out[d] = digit + (this.minimum[d] as number);
      rest = (rest - digit) / radix;
    }
    return out;
  }

  /** Number of a node. */
  indexOf(levels: Int32Array | readonly number[]): number {
    let index = 0;
    for (let d = 0; d < this.dimensions; d++) {
      index = index * (this.#radix[d] as number) + (levels[d] as number) - (this.minimum[d] as number);
    }
    return index;
  }
}

/** Sum of levels. */
export function levelSum(levels: Int32Array | readonly number[]): number {
  let sum = 0;
  for (let d = 0; d < levels.length; d++) sum += levels[d] as number;
  return sum;
}
