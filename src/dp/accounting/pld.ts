/**
 * Composed price of a list of mechanisms by privacy-loss distributions: grid, tilt and direction are chosen, the composition is read.
 *
 * The grid step follows the question: what the dots add to epsilon is a fixed small part of 1 / order, whatever the scale of the losses.
 * See pld.md.
 * @module
 */
import { Composition, minimise } from './composition.js';
import { type LossDistribution, lossDistribution, lossSupport, type Support } from './loss-distribution.js';
import { type Direction, lossLaw, type Mechanism } from './mechanism.js';

/** A mechanism and how often it runs. */
export interface Charge {
  readonly mechanism: Mechanism;
  readonly count: number;
}

/** What the grid may add to epsilon, times (order + 1), and to the variance, relatively: with at most FEW distinct mechanisms, with more. */
const GRID_ERROR = 2e-5;
const GRID_ERROR_MANY = 5e-4;
/** An error of epsilon below this part of it need not be undercut. */
const RELATIVE = 2e-6;
const FEW = 32;
/** Most points of the composed law by the number of runs (what the dots add grows with it); all laws together may have twice as many. */
const COMPOSED_POINTS: readonly (readonly [runs: number, points: number])[] = [
  [128, 2 ** 16],
  [8192, 2 ** 18],
  [Number.POSITIVE_INFINITY, 2 ** 19],
];
const LAW_POINTS_EACH = 2 ** 11;
/** Step of the first look against the range of a law. */
const ROUGH = 0.035;

/** max over x of (1 - exp(-x)) exp(-order x), as a logarithm: what Markov's inequality leaves on the table (CKS20, Prop. 12). */
function logFactor(order: number): number {
  return -order * Math.log1p(1 / order) - Math.log1p(order);
}

/**
 * Equal mechanisms counted together. Gaussians without sampling are one Gaussian: their losses add up to a normal variable whose
 * mu^2 is the sum (Dong, Roth, Su, JRSS-B 2022, Cor. 3.3), exactly.
 */
export function merge(charges: readonly Charge[]): Charge[] {
  const merged = new Map<string, Charge>();
  let squares = 0;
  let gaussians = 0;
  let only: Mechanism | undefined;
  for (const { mechanism, count } of charges) {
    if (mechanism.kind === 'gaussian' && (mechanism.sampling ?? 1) === 1) {
      squares += count * (mechanism.sensitivity / mechanism.scale) ** 2;
      gaussians += count;
      only = mechanism;
      continue;
    }
    const key = JSON.stringify(mechanism, Object.keys(mechanism).sort());
    merged.set(key, {
      mechanism: merged.get(key)?.mechanism ?? mechanism,
      count: count + (merged.get(key)?.count ?? 0),
    });
  }
  const list = [...merged.values()];
  if (gaussians === 1) list.push({ mechanism: only as Mechanism, count: 1 });
  if (gaussians > 1) {
    const sensitivity = Math.sqrt(squares) * (1 + 2 ** -46);
    list.push({ mechanism: { kind: 'gaussian', scale: 1, sensitivity }, count: 1 });
  }
  return list;
}

/** Unsampled pairs are symmetric: one direction serves both. */
function directionsOf(charges: readonly Charge[]): readonly Direction[] {
  return charges.every(({ mechanism }) => (mechanism.sampling ?? 1) === 1) ? ['remove'] : ['remove', 'add'];
}

interface Prepared {
  readonly composition: Composition;
  readonly tilt: number;
}

/**
 * Composition in one direction with the tilt that `aim` asks for: first on a grid that just resolves the laws, then on the one that the
 * tilt needs, once more when that moves the tilt.
 *
 * @param aim - logarithm of a bound to be made small by the choice of the order
 * @param tail - what may be moved from a law's far end to its unbounded loss
 * @param least - an error of epsilon that need not be undercut
 */
function prepare(
  charges: readonly Charge[],
  direction: Direction,
  tail: number,
  aim: (composition: Composition, order: number) => number,
  least: (composition: Composition, order: number) => number = () => 0,
): Prepared {
  const supports = charges.map(({ mechanism }) => lossSupport(mechanism, direction, tail));
  const runs = charges.reduce((sum, { count }) => sum + count, 0);
  const points = (COMPOSED_POINTS.find(([most]) => runs <= most) as readonly [number, number])[1];
  const widths = supports.map(({ top, bottom }) => top + bottom);
  const spread = Math.sqrt(charges.reduce((sum, { count }, i) => sum + count * (widths[i] as number) ** 2, 0));
  const widest = widths.reduce((sum, width) => sum + width, 0);
  if (spread === 0) return { composition: compose(charges, supports, direction, 1), tilt: 1 };
  // No law needs more points than all may have together.
  const coarsest = widest / Math.max(2 * points, LAW_POINTS_EACH * charges.length);
  let interval = Math.max(coarsest, (ROUGH * spread) / Math.sqrt(runs));
  let composition = compose(charges, supports, direction, interval);
  const error = charges.length <= FEW ? GRID_ERROR : GRID_ERROR_MANY;
  // About where delta = 1e-6 is read.
  let tilt = 100 / spread;
  for (let round = 0; round < 3; round++) {
    tilt = minimise((order) => aim(composition, order), 8, tilt).order;
    // Dots add at most interval^2 / 4 to the variance of a loss. Out in the tail that moves epsilon by (order + 1) / 8 of it ...
    const allowed = Math.max(error / (tilt + 1), least(composition, tilt));
    const outside = Math.sqrt((8 * allowed) / (runs * (tilt + 1)));
    // ... and in the middle of the law it counts against the variance itself.
    const { variance } = composition;
    const inside = tilt * tilt * variance < 4 ? Math.sqrt((20 * error * variance) / runs) : Number.POSITIVE_INFINITY;
    const enough = Math.min(outside, inside);
    const { low, high } = composition.window(tilt);
    const wanted = aligned(charges, Math.max(coarsest, (high - low) / points, enough));
    // A window estimated too wide may have made the step too coarse: then once more.
    if (wanted >= interval * 0.6) break;
    interval = wanted;
    composition = compose(charges, supports, direction, interval);
  }
  return { composition, tilt };
}

function compose(
  charges: readonly Charge[],
  supports: readonly Support[],
  direction: Direction,
  interval: number,
): Composition {
  const parts = charges.map(({ mechanism, count }, i): { law: LossDistribution; count: number } => ({
    law: lossDistribution(mechanism, direction, interval, supports[i]),
    count,
  }));
  return new Composition(parts);
}

/** A step at most as large, such that the smallest of the bounded losses (an atom of Laplace noise) falls on a grid point. */
function aligned(charges: readonly Charge[], step: number): number {
  let atom = Number.POSITIVE_INFINITY;
  for (const { mechanism } of charges) atom = Math.min(atom, lossLaw(mechanism).maximum);
  return Number.isFinite(atom) && atom > step ? atom / Math.ceil(atom / step) : step;
}

/** Moved from the far end of each law to its unbounded loss: never more than a millionth of the delta that is asked for. */
function tailFor(charges: readonly Charge[], delta: number): number {
  const runs = charges.reduce((sum, { count }) => sum + count, 0);
  return Math.max(1e-290, Math.min(1e-20, (1e-6 * delta) / runs));
}

/** Probability that some loss is unbounded. */
function unbounded(charges: readonly Charge[]): number {
  return -Math.expm1(
    charges.reduce(
      (sum, { mechanism, count }) => sum + count * Math.log1p(-lossLaw(mechanism).infinite * (mechanism.sampling ?? 1)),
      0,
    ),
  );
}

/** Smallest epsilon (rounded up) with delta at most `delta`; Infinity where the unbounded losses alone exceed it. */
export function pldEpsilon(charges: readonly Charge[], delta: number): number {
  const merged = merge(charges);
  const infinite = unbounded(merged);
  if (infinite >= delta) return Number.POSITIVE_INFINITY;
  const target = Math.log(delta - infinite);
  let worst = 0;
  for (const direction of directionsOf(merged)) {
    const aim = (own: Composition, order: number): number => (own.logMoment(order) + logFactor(order) - target) / order;
    const tail = tailFor(merged, delta - infinite);
    const { composition, tilt } = prepare(merged, direction, tail, aim, (own, order) => RELATIVE * aim(own, order));
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
    const aim = (own: Composition, order: number): number => own.logMoment(order) + logFactor(order) - order * epsilon;
    // The first look tells how small delta is, and so how much of the laws' far ends has to be kept.
    const first = prepare(merged, direction, 1e-20, aim);
    const bound = Math.exp(aim(first.composition, first.tilt));
    const tail = tailFor(merged, bound);
    const { composition, tilt } = tail === 1e-20 ? first : prepare(merged, direction, tail, aim);
    worst = Math.max(worst, composition.curve(tilt).delta(epsilon));
  }
  return worst;
}
