/**
 * The total price of a list of mechanisms, by the accountant of one's choice, rounded up.
 * @module
 */
import { ScrimError } from '../../core/index.js';
import { curveEpsilon } from './loss-distribution.js';
import { type Direction, lossLaw, type Mechanism, privacyCurve } from './mechanism.js';
import { kovDelta, kovEpsilon, purePrice } from './optimal-composition.js';
import { type Charge, merge, pldDelta, pldEpsilon } from './pld.js';
import { renyiDelta, renyiEpsilon, renyiTotal } from './rdp.js';
import { zcdpDelta, zcdpEpsilon, zcdpPrice } from './zcdp.js';

/** `pure`: plain addition. `kov`: optimal composition. `zcdp`, `rdp`: by moments. `pld`: privacy-loss distributions, the tightest. */
export type Accountant = 'pure' | 'kov' | 'zcdp' | 'rdp' | 'pld';

/** What to account for, and which of epsilon and delta is given. */
export interface AccountOptions {
  readonly charges: readonly Charge[];
  readonly accountant: Accountant;
  /** Total delta, to learn epsilon. Exactly one of `delta` and `epsilon` is given. */
  readonly delta?: number;
  /** Total epsilon, to learn delta. */
  readonly epsilon?: number;
}

/** (epsilon, delta) that the charges together satisfy. `epsilon` may be Infinity: no epsilon reaches the given delta. */
export interface Account {
  readonly accountant: Accountant;
  readonly epsilon: number;
  readonly delta: number;
}

const ROUND_UP = 1 + 2 ** -46;
const SMALLEST_NORMAL = 2 ** -1022;

/** @throws SCRIM_ARGUMENT, SCRIM_DP_NO_PURE_PRICE */
export function account(options: AccountOptions): Account {
  const { charges, accountant } = options;
  for (const { count } of charges) {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'count', problem: 'it must be a positive integer' });
    }
  }
  if (charges.length === 0) throw new ScrimError('SCRIM_ARGUMENT', { name: 'mechanisms', problem: 'there is none' });
  const { delta, epsilon } = options;
  if ((delta === undefined) === (epsilon === undefined)) {
    throw new ScrimError('SCRIM_ARGUMENT', {
      name: 'delta',
      problem: 'exactly one of delta and epsilon must be given',
    });
  }
  if (delta !== undefined) {
    if (!(delta >= 0 && delta < 1))
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'delta', problem: 'it must be at least 0 and below 1' });
    return { accountant, epsilon: totalEpsilon(charges, accountant, delta), delta };
  }
  if (!((epsilon as number) >= 0))
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'epsilon', problem: 'it must not be negative' });
  return {
    accountant,
    epsilon: epsilon as number,
    delta: Math.min(1, totalDelta(charges, accountant, epsilon as number)),
  };
}

function totalEpsilon(charges: readonly Charge[], accountant: Accountant, delta: number): number {
  switch (accountant) {
    case 'pure':
      return pureSum(charges).delta > delta ? Number.POSITIVE_INFINITY : pureSum(charges).epsilon;
    case 'kov':
      return kovEpsilon(charges, delta);
    case 'zcdp': {
      const total = zcdpSum(charges);
      if (delta <= total.delta) return total.rho === 0 && delta === total.delta ? 0 : Number.POSITIVE_INFINITY;
      return zcdpEpsilon(total.rho, (delta - total.delta) / (1 - total.delta));
    }
    case 'rdp':
      return renyiEpsilon(renyiTotal(charges), delta) * ROUND_UP;
    case 'pld':
      return pldTotalEpsilon(charges, delta);
  }
}

function totalDelta(charges: readonly Charge[], accountant: Accountant, epsilon: number): number {
  switch (accountant) {
    case 'pure': {
      const sum = pureSum(charges);
      return epsilon >= sum.epsilon ? sum.delta : 1;
    }
    case 'kov':
      return kovDelta(charges, epsilon);
    case 'zcdp': {
      const total = zcdpSum(charges);
      return total.delta + (1 - total.delta) * zcdpDelta(total.rho, epsilon);
    }
    case 'rdp':
      return renyiDelta(renyiTotal(charges), epsilon) * ROUND_UP;
    case 'pld': {
      const single = onlyOne(charges);
      return single === undefined
        ? pldDelta(charges, epsilon)
        : curves(single).reduce((worst, curve) => Math.max(worst, curve(epsilon)), 0) * ROUND_UP;
    }
  }
}

/** One run needs no grid: its exact curve answers. Several: the grid, never above plain addition where that is finite. */
function pldTotalEpsilon(charges: readonly Charge[], delta: number): number {
  const single = onlyOne(charges);
  if (single !== undefined) {
    // A curve that never vanishes still underflows: no epsilon is proved by a zero that rounding made.
    if (delta < SMALLEST_NORMAL && !Number.isFinite(lossLaw(single).maximum)) return Number.POSITIVE_INFINITY;
    return curves(single).reduce((worst, curve) => Math.max(worst, curveEpsilon(curve, delta)), 0);
  }
  let sum = Number.POSITIVE_INFINITY;
  if (charges.every(({ mechanism }) => !mechanism.kind.endsWith('gaussian'))) {
    const pure = pureSum(charges);
    if (pure.delta <= delta) sum = pure.epsilon;
  }
  if (delta === 0) return sum;
  const composed = pldEpsilon(charges, delta);
  // Below what the grid resolves (a delta under 1e-18 or so) moments still prove something.
  return Math.min(sum, Number.isFinite(composed) ? composed : renyiEpsilon(renyiTotal(charges), delta) * ROUND_UP);
}

/** The one mechanism that the charges come to: a single run, or Gaussians that add up to one. */
function onlyOne(charges: readonly Charge[]): Mechanism | undefined {
  const [first, ...others] = merge(charges);
  return others.length === 0 && first?.count === 1 ? first.mechanism : undefined;
}

const both: readonly Direction[] = ['remove', 'add'];

function curves(mechanism: Mechanism): ((epsilon: number) => number)[] {
  return both.map((direction) => privacyCurve(mechanism, direction));
}

/** Sums of epsilon; delta by 1 - product (1 - delta), both rounded up. */
function pureSum(charges: readonly Charge[]): { epsilon: number; delta: number } {
  let epsilon = 0;
  let log = 0;
  for (const { mechanism, count } of charges) {
    const price = purePrice(mechanism);
    epsilon += count * price.epsilon;
    log += count * Math.log1p(-price.delta);
  }
  return {
    epsilon: charges.length === 1 ? epsilon : epsilon * ROUND_UP,
    delta: log === 0 ? 0 : -Math.expm1(log) * ROUND_UP,
  };
}

function zcdpSum(charges: readonly Charge[]): { rho: number; delta: number } {
  let rho = 0;
  let log = 0;
  for (const { mechanism, count } of charges) {
    const price = zcdpPrice(mechanism);
    rho += count * price.rho;
    log += count * Math.log1p(-price.delta);
  }
  return { rho, delta: log === 0 ? 0 : -Math.expm1(log) };
}

/** What is to be calibrated: everything of a noise mechanism but its scale. */
export interface CalibrationTarget {
  readonly kind: 'laplace' | 'gaussian' | 'discrete-laplace' | 'discrete-gaussian';
  readonly sensitivity: number;
  readonly sampling?: number;
  /** Number of runs. Default 1. */
  readonly count?: number;
  readonly epsilon: number;
  readonly delta: number;
  /** Default `pld`. */
  readonly accountant?: Accountant;
}

/** Smallest scale (rounded up) at which the runs together satisfy (epsilon, delta). @throws SCRIM_ARGUMENT, SCRIM_DP_NO_PURE_PRICE */
export function calibrate(target: CalibrationTarget): number {
  const { kind, sensitivity, sampling, epsilon, delta } = target;
  if (!(epsilon > 0 && Number.isFinite(epsilon))) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'epsilon', problem: 'it must be a positive finite number' });
  }
  if (!(delta >= 0 && delta < 1))
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'delta', problem: 'it must be at least 0 and below 1' });
  if (delta === 0 && kind.endsWith('gaussian')) throw new ScrimError('SCRIM_DP_NO_PURE_PRICE', { kind });
  const enough = (scale: number): boolean => {
    const mechanism: Mechanism = { kind, scale, sensitivity, ...(sampling === undefined ? {} : { sampling }) };
    const charges = [{ mechanism, count: target.count ?? 1 }];
    return account({ charges, accountant: target.accountant ?? 'pld', delta }).epsilon <= epsilon * (1 + 1e-15);
  };
  let high = sensitivity;
  while (!enough(high)) high *= 2;
  let low = high / 2;
  while (low > 2 ** -40 * sensitivity && enough(low)) {
    high = low;
    low /= 2;
  }
  // A composed price is not worth more digits than its grid has.
  const digits = (target.count ?? 1) === 1 ? 1e-13 : 1e-7;
  for (let i = 0; i < 60 && high - low > digits * high; i++) {
    const middle = (low + high) / 2;
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
