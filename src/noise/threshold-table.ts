/**
 * Exact inversion sampling from a table of cumulative thresholds that are deepened only when a draw ties with one.
 *
 * A 30-bit prefix of a uniform number U is compared with the 30-bit floors of the cumulative probabilities; a guide table
 * (Chen and Asau 1974) gives the starting place. Only when prefix and floor are equal are further bits of U drawn and compared with
 * rigorous bounds of the threshold at that precision. No probability is ever rounded: the result is exact.
 * @module
 */
import type { RandomSource } from '../core/index.js';

/** Bounds of the cumulative probabilities P(X <= 0), P(X <= 1), ... as integers over 2^bits. */
export interface CumulativeBounds {
  readonly low: readonly bigint[];
  readonly high: readonly bigint[];
  /**
   * True when the outcome after the last threshold is the last outcome of all; false when more outcomes follow, which a
   * higher precision would list.
   */
  readonly complete: boolean;
}

/** Prefix length in bits; two bits of a 32-bit word stay free (one is the sign). */
export const PREFIX_BITS = 30;
const PREFIX_RANGE = 2 ** PREFIX_BITS;
const STEP = 64;

/** A sampler of outcomes 0, 1, 2, ... with the given cumulative probabilities. */
export class ThresholdTable {
  /** 30-bit floors; the last entry is a sentinel (2^30 when complete, 2^30 - 1 when a draw there must be resolved). */
  readonly floors: Int32Array;
  /** First candidate outcome by the leading bits of the prefix. */
  readonly guide: Int32Array;
  /** Prefix bits that the guide does not look at. */
  readonly guideShift: number;
  readonly #bounds: (bits: number) => CumulativeBounds;
  readonly #deep = new Map<number, CumulativeBounds>();

  constructor(bounds: (bits: number) => CumulativeBounds) {
    this.#bounds = bounds;
    this.floors = certainFloors(bounds);
    const guideBits = Math.min(14, Math.max(6, Math.ceil(Math.log2(this.floors.length)) + 1));
    this.guideShift = PREFIX_BITS - guideBits;
    this.guide = new Int32Array(2 ** guideBits);
    let outcome = 0;
    for (let i = 0; i < this.guide.length; i++) {
      const start = i * 2 ** this.guideShift;
      while ((this.floors[outcome] as number) < start) outcome++;
      this.guide[i] = outcome;
    }
  }

  /** The outcome for one 32-bit random word (its two low bits are not used); ties draw further words. */
  sample(word: number, random: RandomSource): number {
    const prefix = word >>> 2;
    const floors = this.floors;
    let outcome = this.guide[prefix >>> this.guideShift] as number;
    while ((floors[outcome] as number) < prefix) outcome++;
    return floors[outcome] === prefix ? this.resolve(prefix, outcome, random) : outcome;
  }

  /** Settles a tie: smallest outcome whose threshold lies above U, by as many further bits as it takes. */
  resolve(prefix: number, firstTie: number, random: RandomSource): number {
    let value = BigInt(prefix);
    let bits = PREFIX_BITS;
    for (;;) {
      value = (value << 64n) | (BigInt(random.uint32()) << 32n) | BigInt(random.uint32());
      bits += STEP;
      const outcome = this.#locate(value, bits, firstTie);
      if (outcome >= 0) return outcome;
    }
  }

  #locate(value: bigint, bits: number, first: number): number {
    let bounds = this.#deep.get(bits);
    if (bounds === undefined) {
      bounds = this.#bounds(bits);
      this.#deep.set(bits, bounds);
    }
    const { low, high, complete } = bounds;
    for (let outcome = first; outcome < low.length; outcome++) {
      if (value + 1n <= (low[outcome] as bigint)) return outcome;
      if (value < (high[outcome] as bigint)) return -1;
    }
    return complete ? low.length : -1;
  }
}

/** Floors of the thresholds at 30 bits, from bounds so tight that every floor is certain. */
function certainFloors(bounds: (bits: number) => CumulativeBounds): Int32Array {
  for (let bits = PREFIX_BITS + STEP; ; bits += STEP) {
    const { low, high, complete } = bounds(bits);
    const down = BigInt(bits - PREFIX_BITS);
    const floors: number[] = [];
    let certain = true;
    for (let i = 0; i < low.length && certain; i++) {
      // Every listed threshold is below 1, so a floor of 2^30 only means that the bounds are wide there.
      const floor = Math.min(Number((low[i] as bigint) >> down), PREFIX_RANGE - 1);
      if (!complete && floor === PREFIX_RANGE - 1) break;
      certain = floor === Math.min(Number((high[i] as bigint) >> down), PREFIX_RANGE - 1);
      floors.push(floor);
    }
    if (certain) return Int32Array.from([...floors, complete ? PREFIX_RANGE : PREFIX_RANGE - 1]);
  }
}
