/**
 * Reservoir sampling: one pass over a stream of unknown length.
 *
 * Li, ACM TOMS 20(4), 1994, Algorithm L (equal probabilities, geometric skips); Efraimidis and Spirakis, IPL 97(5), 2006, A-ExpJ
 * (weighted, exponential jumps).
 * @module
 */
import { type RandomSource, ScrimError } from '../../core/index.js';

/** A uniform number in (0, 1]: never zero, so its logarithm exists. */
function open(random: RandomSource): number {
  return 1 - random.uniform();
}

/**
 * Keeps a simple random sample of what it has seen. `accept(count)` is told how many further rows there are and answers which of them enter
 * and which slot each takes.
 *
 * @example
 * const reservoir = new Reservoir(100, new SecureRandom());
 * reservoir.accept(4096, (row, slot) => { slots[slot] = row; });
 */
export class Reservoir {
  readonly size: number;
  readonly #random: RandomSource;
  #seen = 0;
  /** Position of the next row that enters. */
  #next = 0;
  #logW = 0;

  /** @throws SCRIM_ARGUMENT unless the size is a positive integer */
  constructor(size: number, random: RandomSource) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'n', problem: 'it must be a positive integer' });
    }
    this.size = size;
    this.#random = random;
  }

  /** Rows seen so far. */
  get seen(): number {
    return this.#seen;
  }

  /** Offers `count` further rows; `enter(row, slot)` is called for each that enters, `row` counted from 0 within this call. */
  accept(count: number, enter: (row: number, slot: number) => void): void {
    const end = this.#seen + count;
    const start = this.#seen;
    let position = start;
    while (position < end && position < this.size) {
      enter(position - start, position);
      position++;
      if (position === this.size) this.#skip(position);
    }
    if (position >= this.size) {
      while (this.#next < end) {
        enter(this.#next - start, this.#random.below(this.size));
        this.#skip(this.#next + 1);
      }
    }
    this.#seen = end;
  }

  /** Algorithm L: W shrinks by u^(1/k); the gap to the next entry is geometric in W. Logarithms keep W from underflow. */
  #skip(from: number): void {
    this.#logW += Math.log(open(this.#random)) / this.size;
    const gap = Math.floor(Math.log(open(this.#random)) / Math.log1p(-Math.exp(this.#logW)));
    this.#next = Number.isFinite(gap) ? from + gap : Number.MAX_SAFE_INTEGER;
  }
}

/**
 * Positions of a weighted reservoir sample without replacement (A-ExpJ): the next pick is always proportional to weight among what is left.
 *
 * @throws SCRIM_SAMPLE_WEIGHTS for weights that are negative, NaN or infinite
 */
export function weightedReservoir(weights: ArrayLike<number>, size: number, random: RandomSource): Int32Array {
  const { rows, filled } = largestKeys(weights, size, random);
  return rows.slice(0, filled).sort();
}

/** A weighted reservoir sample, and the probability of each drawn row given the keys of all others. */
export interface WeightedDraw {
  readonly rows: Int32Array;
  /** Of each of `rows`. */
  readonly inclusion: Float64Array;
}

/**
 * {@link weightedReservoir} with what its design weights need. The probability that a row is drawn has no closed form; given the
 * keys of all other rows it has: one more key than wanted is drawn, and a row stays when its own exponential variate lies below
 * that one's, t, with probability 1 - exp(-weight t). Weights 1 / probability make every total unbiased (rank conditioning:
 * Cohen and Kaplan, "Summarizing data using bottom-k sketches", PODC 2007, section 3; Duffield, Lund, Thorup, J. ACM 54, 2007).
 *
 * @throws SCRIM_SAMPLE_WEIGHTS for weights that are negative, NaN or infinite
 */
export function weightedDraw(weights: ArrayLike<number>, size: number, random: RandomSource): WeightedDraw {
  const { keys, rows, filled } = largestKeys(weights, size + 1, random);
  // The root has the smallest key. With no more rows than wanted nothing was left to chance.
  const drawn = (filled > size ? rows.slice(1, filled) : rows.slice(0, filled)).sort();
  const threshold = filled > size ? -(keys[0] as number) : Number.POSITIVE_INFINITY;
  const inclusion = Float64Array.from(drawn, (row) => -Math.expm1(-(weights[row] as number) * threshold));
  return { rows: drawn, inclusion };
}

function largestKeys(
  weights: ArrayLike<number>,
  size: number,
  random: RandomSource,
): { readonly keys: Float64Array; readonly rows: Int32Array; readonly filled: number } {
  const heapKeys = new Float64Array(size);
  const heapRows = new Int32Array(size);
  let filled = 0;
  let bad = 0;
  let jump = 0;
  for (let row = 0; row < weights.length; row++) {
    const weight = weights[row] as number;
    if (!(weight >= 0 && Number.isFinite(weight))) {
      bad++;
      continue;
    }
    if (weight === 0 || size === 0) continue;
    if (filled < size) {
      // Keys are logarithms of u^(1/w): order is the same, underflow is not.
      pushHeap(heapKeys, heapRows, filled++, Math.log(open(random)) / weight, row);
      if (filled === size) jump = Math.log(open(random)) / (heapKeys[0] as number);
      continue;
    }
    jump -= weight;
    if (jump > 0) continue;
    const least = Math.exp((heapKeys[0] as number) * weight);
    const key = Math.log(least + (1 - least) * open(random)) / weight;
    replaceRoot(heapKeys, heapRows, size, key, row);
    jump = Math.log(open(random)) / (heapKeys[0] as number);
  }
  if (bad > 0) throw new ScrimError('SCRIM_SAMPLE_WEIGHTS', { count: bad });
  return { keys: heapKeys, rows: heapRows, filled };
}

function pushHeap(keys: Float64Array, rows: Int32Array, at: number, key: number, row: number): void {
  let child = at;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    if ((keys[parent] as number) <= key) break;
    keys[child] = keys[parent] as number;
    rows[child] = rows[parent] as number;
    child = parent;
  }
  keys[child] = key;
  rows[child] = row;
}

function replaceRoot(keys: Float64Array, rows: Int32Array, size: number, key: number, row: number): void {
  let parent = 0;
  for (;;) {
    let child = 2 * parent + 1;
    if (child >= size) break;
    if (child + 1 < size && (keys[child + 1] as number) < (keys[child] as number)) child++;
    if ((keys[child] as number) >= key) break;
    keys[parent] = keys[child] as number;
    rows[parent] = rows[child] as number;
    parent = child;
  }
  keys[parent] = key;
  rows[parent] = row;
}
