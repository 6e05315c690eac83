/**
 * Composition of privacy-loss distributions: tilted, convolved by FFT, tilted back; every omission is added to delta.
 *
 * Tilting (Esscher 1932) moves the mass to where delta is read, so the transform's rounding is relative to the answer, not to 1.
 * Koskela, Jaelkoe, Honkela, AISTATS 2020 (FFT accounting). See pld.md.
 * @module
 */
import { FastFourier } from './fft.js';
import { type LossDistribution, lossDistribution } from './loss-distribution.js';
import { type Direction, lossLaw, type Mechanism } from './mechanism.js';

/** A mechanism and how often it runs. */
export interface Charge {
  readonly mechanism: Mechanism;
  readonly count: number;
}

interface Part {
  readonly law: LossDistribution;
  readonly count: number;
}

const OMITTED = 1e-18;
const FINEST = 1e-5;
const COARSEST = 1e-3;
/** Step for at most FEW distinct mechanisms. */
const USUAL = 1e-4;
const FEW = 32;
/** What the grid may add to epsilon: with few distinct mechanisms, with many. */
const GRID_ERROR = 1e-4;
const GRID_ERROR_MANY = 5e-4;

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
  return high + Math.log(sum);
}

/** Smallest value of a unimodal function over powers of two, refined by `rounds` of golden section. */
function minimise(f: (order: number) => number, rounds: number): { order: number; value: number } {
  let best = { order: 1, value: Number.POSITIVE_INFINITY };
  let rising = 0;
  for (let exponent = -6; exponent <= 14 && rising < 3; exponent++) {
    const order = 2 ** exponent;
    const value = f(order);
    rising = value < best.value ? 0 : rising + 1;
    if (value < best.value) best = { order, value };
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
class Composition {
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

  /** delta as a function of epsilon, exact to rounding near the epsilon that the tilt was chosen for, never below the truth. */
  curve(order: number): { delta: (epsilon: number) => number; reach: number } {
    const interval = (this.#parts[0] as Part).law.interval;
    const centre = this.logMoment(order);
    const wide = minimise((s) => (this.logMoment(order + s) - centre - Math.log(OMITTED)) / s, 0);
    const narrow = minimise((s) => (this.logMoment(order - s) - centre - Math.log(OMITTED)) / s, 0);
    const top = Math.ceil(wide.value / interval) + 1;
    const bottom = Math.floor(-narrow.value / interval) - 1;
    let size = 64;
    while (size < top - bottom + 1) size *= 2;
    const total = this.#convolve(order, size);
    // Cell j of the cyclic result holds losses congruent to j; the window starts at `bottom`.
    const runs = this.#parts.reduce((sum, part) => sum + part.count, 0);
    const noise = 4.5e-16 * (runs + 4 * Math.log2(size)) + OMITTED;
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

  #convolve(order: number, size: number): Float64Array {
    const fourier = new FastFourier(size);
    const re = new Float64Array(size).fill(1);
    const im = new Float64Array(size);
    // Two real laws share one complex transform: z = a + ib, and a, b come apart by conjugate symmetry.
    const pairRe = new Float64Array(size);
    const pairIm = new Float64Array(size);
    for (let i = 0; i < this.#parts.length; i += 2) {
      const a = this.#parts[i] as Part;
      const b = this.#parts[i + 1];
      place(pairRe, a.law, order);
      if (b === undefined) pairIm.fill(0);
      else place(pairIm, b.law, order);
      fourier.forward(pairRe, pairIm);
      multiplyPair(re, im, pairRe, pairIm, a.count, b?.count ?? 0);
    }
    fourier.inverse(re, im);
    return re;
  }
}

/** The tilted law, normalised, folded onto the cycle. */
function place(target: Float64Array, law: LossDistribution, order: number): void {
  target.fill(0);
  const size = target.length;
  const centre = logMoment(law, order);
  for (let i = 0; i < law.probabilities.length; i++) {
    const index = law.first + i;
    const cell = ((index % size) + size) % size;
    const weight = Math.exp(order * index * law.interval - centre);
    target[cell] = (target[cell] as number) + (law.probabilities[i] as number) * weight;
  }
}

/** (re + i im) *= A^countA · B^countB, cell by cell, where z = A + iB are transforms of two real sequences. */
function multiplyPair(
  re: Float64Array,
  im: Float64Array,
  zRe: Float64Array,
  zIm: Float64Array,
  countA: number,
  countB: number,
): void {
  const size = re.length;
  for (let k = 0; k < size; k++) {
    const mirror = k === 0 ? 0 : size - k;
    const aRe = ((zRe[k] as number) + (zRe[mirror] as number)) / 2;
    const aIm = ((zIm[k] as number) - (zIm[mirror] as number)) / 2;
    multiplyPower(re, im, k, aRe, aIm, countA);
    if (countB > 0) {
      const bRe = ((zIm[k] as number) + (zIm[mirror] as number)) / 2;
      const bIm = ((zRe[mirror] as number) - (zRe[k] as number)) / 2;
      multiplyPower(re, im, k, bRe, bIm, countB);
    }
  }
}

/** (re + i im)[k] *= (x + iy)^count, by modulus and angle when count is above 1. */
function multiplyPower(re: Float64Array, im: Float64Array, k: number, x: number, y: number, count: number): void {
  let a = x;
  let b = y;
  if (count > 1) {
    const modulus = Math.hypot(x, y) ** count;
    const angle = Math.atan2(y, x) * count;
    a = modulus * Math.cos(angle);
    b = modulus * Math.sin(angle);
  }
  const u = re[k] as number;
  const v = im[k] as number;
  re[k] = u * a - v * b;
  im[k] = u * b + v * a;
}

function compose(charges: readonly Charge[], direction: Direction, interval: number): Composition {
  return new Composition(
    charges.map(({ mechanism, count }) => ({ law: lossDistribution(mechanism, direction, interval), count })),
  );
}

/**
 * Grid step: so fine that the dots' extra variance adds at most GRID_ERROR to epsilon, finer where there are few distinct mechanisms,
 * and such that the largest bounded loss (an atom of Laplace noise) falls on a grid point.
 */
function chooseInterval(charges: readonly Charge[], order: number): number {
  const runs = charges.reduce((sum, { count }) => sum + count, 0);
  const few = charges.length <= FEW;
  const enough = Math.sqrt((8 * (few ? GRID_ERROR : GRID_ERROR_MANY)) / ((order + 1) * runs));
  const usual = few ? USUAL : COARSEST;
  const step = Math.min(usual, Math.max(FINEST, enough));
  let atom = Number.POSITIVE_INFINITY;
  for (const { mechanism } of charges) atom = Math.min(atom, lossLaw(mechanism).maximum);
  return Number.isFinite(atom) && atom > step ? atom / Math.ceil(atom / step) : step;
}

/** max over x of (1 - exp(-x)) exp(-order x), as a logarithm: what Markov's inequality leaves on the table (CKS20, Prop. 12). */
function logFactor(order: number): number {
  return order * Math.log1p(-1 / (order + 1)) - Math.log1p(order);
}

/** Equal mechanisms counted together; one entry per distinct mechanism. */
function merge(charges: readonly Charge[]): Charge[] {
  const merged = new Map<string, Charge>();
  for (const { mechanism, count } of charges) {
    const key = JSON.stringify(mechanism, Object.keys(mechanism).sort());
    merged.set(key, { mechanism, count: count + (merged.get(key)?.count ?? 0) });
  }
  return [...merged.values()];
}

/** Unsampled pairs are symmetric: one direction serves both. */
function directionsOf(charges: readonly Charge[]): readonly Direction[] {
  return charges.every(({ mechanism }) => (mechanism.sampling ?? 1) === 1) ? ['remove'] : ['remove', 'add'];
}

/** Composition in one direction with the tilt that `aim` asks for: built on a coarse grid first, then on the one that the tilt needs. */
function prepare(
  charges: readonly Charge[],
  direction: Direction,
  aim: (rough: Composition, order: number) => number,
): { composition: Composition; tilt: number } {
  const rough = compose(charges, direction, COARSEST);
  const tilt = minimise((order) => aim(rough, order), 8).order;
  const interval = chooseInterval(charges, tilt);
  return { composition: interval > 0.7 * COARSEST ? rough : compose(charges, direction, interval), tilt };
}

/** Smallest epsilon (rounded up) with delta at most `delta`; Infinity where the unbounded losses alone exceed it. */
export function pldEpsilon(charges: readonly Charge[], delta: number): number {
  const merged = merge(charges);
  const infinite = -Math.expm1(
    merged.reduce(
      (sum, { mechanism, count }) => sum + count * Math.log1p(-lossLaw(mechanism).infinite * (mechanism.sampling ?? 1)),
      0,
    ),
  );
  if (infinite >= delta) return Number.POSITIVE_INFINITY;
  const target = Math.log(delta - infinite);
  let worst = 0;
  for (const direction of directionsOf(merged)) {
    const { composition, tilt } = prepare(
      merged,
      direction,
      (rough, order) => (rough.logMoment(order) + logFactor(order) - target) / order,
    );
    const { delta: curve, reach } = composition.curve(tilt);
    if (curve(0) <= delta) continue;
    // What was cut off the tails alone may exceed a tiny delta: then the grid proves nothing.
    if (curve(reach) > delta) return Number.POSITIVE_INFINITY;
    let low = 0;
    let high = reach;
    for (let i = 0; i < 60 && high - low > 1e-12 * high; i++) {
      const middle = (low + high) / 2;
      if (curve(middle) > delta) low = middle;
      else high = middle;
    }
    worst = Math.max(worst, high);
  }
  return worst;
}

/** delta (rounded up) at the given epsilon. */
export function pldDelta(charges: readonly Charge[], epsilon: number): number {
  const merged = merge(charges);
  let worst = 0;
  for (const direction of directionsOf(merged)) {
    const { composition, tilt } = prepare(
      merged,
      direction,
      (rough, order) => rough.logMoment(order) + logFactor(order) - order * epsilon,
    );
    worst = Math.max(worst, composition.curve(tilt).delta(epsilon));
  }
  return worst;
}
