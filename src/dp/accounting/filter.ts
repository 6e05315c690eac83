/**
 * Filters and odometers: spending decided while answers come in, each charge possibly chosen by looking at the answers before it.
 *
 * Rogers, Roth, Ullman, Vadhan, NeurIPS 2016 (filters, odometers); Feldman and Zrnic, NeurIPS 2021 (Renyi filters at full composition
 * cost); Lecuyer 2021 (odometer from nested filters). See filter.md.
 * @module
 */
import { ScrimError } from '../../core/index.js';
import { type Accountant, account } from './account.js';
import type { Charge } from './pld.js';
import { defaultOrders } from './rdp.js';

/** Accountants whose price holds although charges are chosen one by one. */
export type AdaptiveAccountant = 'pure' | 'zcdp' | 'rdp';

const ADAPTIVE: readonly string[] = ['pure', 'zcdp', 'rdp'];
/** What rounding may take from a sum of prices that is meant to be exactly the cap. */
const ROUNDING = 1 + 2 ** -45;

/** @throws SCRIM_ARGUMENT */
function checkAdaptive(accountant: Accountant): asserts accountant is AdaptiveAccountant {
  if (!ADAPTIVE.includes(accountant))
    throw new ScrimError('SCRIM_ARGUMENT', {
      name: 'accountant',
      problem: 'charges that are chosen one by one need pure, zcdp or rdp: no filter is proved for the others',
    });
}

/** The order that proves the price may depend on the answers: for `rdp` each order gets its part of delta. */
function price(charges: readonly Charge[], accountant: AdaptiveAccountant, delta: number): number {
  const part = accountant === 'rdp' ? delta / defaultOrders.length : delta;
  return account({ charges, accountant, delta: part }).epsilon;
}

/** A cap that is never passed: a charge that would pass it is refused and costs nothing. @throws SCRIM_ARGUMENT */
export class PrivacyFilter {
  readonly accountant: AdaptiveAccountant;
  readonly epsilon: number;
  readonly delta: number;
  #charges: readonly Charge[] = [];

  constructor(cap: { readonly accountant: Accountant; readonly epsilon: number; readonly delta: number }) {
    checkAdaptive(cap.accountant);
    if (!(cap.epsilon > 0 && Number.isFinite(cap.epsilon)))
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'epsilon', problem: 'it must be a positive finite number' });
    if (!(cap.delta >= 0 && cap.delta < 1))
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'delta', problem: 'it must be at least 0 and below 1' });
    this.accountant = cap.accountant;
    this.epsilon = cap.epsilon;
    this.delta = cap.delta;
  }

  /** What is spent. */
  get spent(): number {
    return this.#charges.length === 0 ? 0 : this.#price(this.#charges);
  }

  /** Takes the charge and returns true, or returns false and stays as it was. @throws SCRIM_ARGUMENT, SCRIM_DP_NO_PURE_PRICE */
  spend(charge: Charge): boolean {
    const charges = [...this.#charges, charge];
    if (!(this.#price(charges) <= this.epsilon * ROUNDING)) return false;
    this.#charges = charges;
    return true;
  }

  #price(charges: readonly Charge[]): number {
    return price(charges, this.accountant, this.delta);
  }
}

/** Smallest step of an odometer that is no pure sum; each further step is twice as large. */
const FIRST_STEP = 2 ** -10;

/** A running total without a cap, valid at whatever moment one stops, also when that depends on the answers. @throws SCRIM_ARGUMENT */
export class PrivacyOdometer {
  readonly accountant: AdaptiveAccountant;
  /** Probability with which a reading may ever be too low; 0 for `pure`. */
  readonly delta: number;
  #charges: readonly Charge[] = [];

  constructor(options: { readonly accountant: Accountant; readonly delta: number }) {
    checkAdaptive(options.accountant);
    if (!(options.delta >= 0 && options.delta < 1))
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'delta', problem: 'it must be at least 0 and below 1' });
    this.accountant = options.accountant;
    this.delta = options.delta;
  }

  /** Adds a charge and returns the new reading. @throws SCRIM_ARGUMENT, SCRIM_DP_NO_PURE_PRICE */
  add(charge: Charge): number {
    const charges = [...this.#charges, charge];
    const reading = this.#read(charges);
    this.#charges = charges;
    return reading;
  }

  /** Total epsilon so far. */
  get reading(): number {
    return this.#read(this.#charges);
  }

  /** The smallest of nested filters that would have taken everything; filter k has epsilon 2^k steps and its part of delta. */
  #read(charges: readonly Charge[]): number {
    if (charges.length === 0) return 0;
    if (this.accountant === 'pure') return price(charges, 'pure', this.delta);
    for (let k = 0; k < 64; k++) {
      const epsilon = FIRST_STEP * 2 ** k;
      const delta = this.delta / ((k + 1) * (k + 2));
      if (price(charges, this.accountant, delta) <= epsilon) return epsilon;
    }
    return Number.POSITIVE_INFINITY;
  }
}
