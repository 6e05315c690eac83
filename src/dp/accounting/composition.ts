/**
 * Composition of loss laws on one grid: tilted, convolved by FFT, tilted back; every omission is added to delta.
 *
 * Tilting (Esscher 1932) moves the mass to where delta is read, so the transform's rounding is relative to the answer, not to 1.
 * Koskela, Jaelkoe, Honkela, AISTATS 2020 (FFT accounting). See pld.md.
 * @module
 */
import { multiplyAll, power, type Sequence } from './convolution.js';
import type { LossDistribution } from './loss-distribution.js';

/** A law and how often it runs. */
export interface Part {
  readonly law: LossDistribution;
  readonly count: number;
}

const OMITTED = 1e-18;
/** Powers of two between which an order is looked for. */
const SMALLEST_ORDER = -60;
const LARGEST_ORDER = 500;
/** Logarithm of a probability below every double. */
const UNDERFLOW = -760;
const CREEP = 1e-3;

/** log of sum p exp(order · loss) over the finite losses. */
function logMoment(law: LossDistribution, order: number): number {
  const { first, interval, probabilities } = law;
  const high = Math.max(0, order * (first + probabilities.length - 1) * interval, order * first * interval);
  const step = Math.exp(order * interval);
  let factor = Math.exp(order * first * interval - high);
  let sum = 0;
  if (factor > 1e-300 && Number.isFinite(step)) {
    for (let i = 0; i < probabilities.length; i++) {
      sum += (probabilities[i] as number) * factor;
      factor *= step;
    }
  } else {
    for (let i = 0; i < probabilities.length; i++) {
      factor = Math.exp(order * (first + i) * interval - high);
      sum += (probabilities[i] as number) * factor;
    }
  }
  return sum > 1e-280 ? high + Math.log(sum) : logMomentFar(law, order);
}

/** The same where the far end, however unlikely, would make everything else underflow. */
function logMomentFar({ first, interval, probabilities }: LossDistribution, order: number): number {
  let high = Number.NEGATIVE_INFINITY;
  const log = (i: number): number => Math.log(probabilities[i] as number) + order * (first + i) * interval;
  for (let i = 0; i < probabilities.length; i++) high = Math.max(high, log(i));
  if (high === Number.NEGATIVE_INFINITY) return high;
  let sum = 0;
  for (let i = 0; i < probabilities.length; i++) sum += Math.exp(log(i) - high);
  return high + Math.log(sum);
}

/** Smallest value of a unimodal function over powers of two, looked for from `guess` on, refined by `rounds` of golden section. */
export function minimise(
  f: (order: number) => number,
  rounds: number,
  guess: number,
): { order: number; value: number } {
  const start = Math.min(LARGEST_ORDER, Math.max(SMALLEST_ORDER, Math.round(Math.log2(guess))));
  let best = { order: 2 ** start, value: f(2 ** start) };
  for (const way of [1, -1]) {
    let worse = 0;
    for (let at = start + way; at >= SMALLEST_ORDER && at <= LARGEST_ORDER && worse < 2; at += way) {
      if (best.value < UNDERFLOW) break;
      const value = f(2 ** at);
      // A bound that only creeps towards its limit is good enough.
      worse = value < best.value - Math.abs(best.value) * CREEP ? 0 : worse + 1;
      if (value < best.value) best = { order: 2 ** at, value };
    }
  }
  let low = Math.log(best.order / 2);
  let high = Math.log(best.order * 2);
  const ratio = (Math.sqrt(5) - 1) / 2;
  for (let i = 0; i < rounds; i++) {
    const a = high - ratio * (high - low);
    const b = low + ratio * (high - low);
    if (f(Math.exp(a)) < f(Math.exp(b))) high = b;
    else low = a;
  }
  const order = Math.exp((low + high) / 2);
  const value = f(order);
  return value < best.value ? { order, value } : best;
}

/** The composed loss law in one direction, ready to be read near the place it was tilted to. */
export class Composition {
  readonly #parts: readonly Part[];
  /** log of the probability that no loss is unbounded, summed over all runs. */
  readonly #finiteLog: number;

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
    this.#finiteLog = parts.reduce((sum, { law, count }) => sum + count * Math.log1p(-law.infinite), 0);
  }

  /** 1 - product of (1 - delta of each run): no answer of delta may lie below it. */
  get infinite(): number {
    return -Math.expm1(this.#finiteLog);
  }

  logMoment(order: number): number {
    return this.#parts.reduce((sum, { law, count }) => sum + count * logMoment(law, order), 0);
  }

  /** Losses between which all but 2e-18 of the tilted law lies (Chernoff's bound on both sides, and the ends of the law). */
  window(order: number): { low: number; high: number } {
    const centre = this.logMoment(order);
    const [low, high] = this.#ends();
    // Six standard deviations are where the bound of a normal law is least; 12 of them are about the range of a law cut at 1e-20.
    const guess = Math.max(order, 100 / (high - low));
    const wide = minimise((s) => (this.logMoment(order + s) - centre - Math.log(OMITTED)) / s, 0, guess);
    const narrow = minimise((s) => (this.logMoment(order - s) - centre - Math.log(OMITTED)) / s, 0, guess);
    return { low: Math.max(low, -narrow.value), high: Math.min(high, wide.value) };
  }

  #ends(): [number, number] {
    let [low, high] = [0, 0];
    for (const { law, count } of this.#parts) {
      low += count * law.first * law.interval;
      high += count * (law.first + law.probabilities.length - 1) * law.interval;
    }
    return [low, high];
  }

  /** delta as a function of epsilon, exact to rounding near the epsilon that the tilt was chosen for, never below the truth. */
  curve(order: number): { delta: (epsilon: number) => number; reach: number } {
    const interval = (this.#parts[0] as Part).law.interval;
    const centre = this.logMoment(order);
    const { low, high } = this.window(order);
    const top = Math.ceil(high / interval) + 1;
    const bottom = Math.floor(low / interval) - 1;
    let size = 64;
    while (size < top - bottom + 1) size *= 2;
    const total = this.#convolve(order, size);
    // Cell j of the cyclic result holds losses congruent to j; the window starts at `bottom`.
    const runs = this.#parts.reduce((sum, part) => sum + part.count, 0);
    const noise = 4.5e-16 * (runs + 4 * this.#parts.length * Math.log2(size)) + OMITTED;
    const losses = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      const index = (((bottom + i) % size) + size) % size;
      losses[i] = Math.max(0, total[index] as number);
    }
    const infinite = this.infinite;
    const delta = (epsilon: number): number => {
      // sum over losses above epsilon of tilted p · exp(centre - order · loss) (1 - exp(epsilon - loss))
      const start = Math.max(0, Math.floor(epsilon / interval) + 1 - bottom);
      const scale = centre - order * epsilon;
      let sum = 0;
      for (let i = start; i < size; i++) {
        const excess = (bottom + i) * interval - epsilon;
        const weight = Math.exp(-order * excess);
        if (weight === 0) break;
        sum += (losses[i] as number) * weight * -Math.expm1(-excess);
      }
      const cells = Math.min(size, 1 / -Math.expm1(-order * interval));
      return Math.min(1, infinite + Math.exp(scale) * (sum + noise * cells));
    };
    return { delta, reach: (bottom + size - 1) * interval };
  }

  /** The composed tilted law on the cycle. */
  #convolve(order: number, size: number): Float64Array {
    return multiplyAll(
      this.#parts.map(({ law, count }) => power(tilted(law, order), count, size)),
      size,
    );
  }

  /** Variance of the composed finite losses. */
  get variance(): number {
    return this.#parts.reduce((sum, { law, count }) => sum + count * varianceOf(law), 0);
  }
}

function varianceOf({ first, interval, probabilities }: LossDistribution): number {
  let [sum, square, mass] = [0, 0, 0];
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i] as number;
    const loss = first + i;
    mass += p;
    sum += p * loss;
    square += p * loss * loss;
  }
  return mass === 0 ? 0 : Math.max(0, square / mass - (sum / mass) ** 2) * interval * interval;
}

/** The law tilted by exp(order · loss) and normalised. */
function tilted(law: LossDistribution, order: number): Sequence {
  const centre = logMoment(law, order);
  const values = new Float64Array(law.probabilities.length);
  for (let i = 0; i < values.length; i++) {
    const p = law.probabilities[i] as number;
    if (p > 0) values[i] = Math.exp(Math.log(p) + order * (law.first + i) * law.interval - centre);
  }
  return { first: law.first, values };
}
