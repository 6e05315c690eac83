/**
 * k-map and delta-presence: what an attacker learns who knows the population that the table is drawn from.
 *
 * Sweeney, "Computational Disclosure Control", MIT 2001, section 4.3 (k-map); El Emam, Dankar, JAMIA 15(5), 2008, estimators
 * D3 (Poisson) and D4 (zero-truncated Poisson); Nergiz, Atzori, Clifton, "Hiding the Presence of Individuals from Shared
 * Databases", SIGMOD 2007 (delta-presence). Proof note: presence.md.
 * @module
 */
import { checkCount, checkRange } from './_check.js';
import type { Criterion } from './criterion.js';

/** How k-map knows the population. */
export interface KMapOptions {
  /** Default `subset`: the table is the population and `subset` marks the released rows. */
  readonly estimator?: 'subset' | 'poisson' | 'zero-truncated-poisson';
  /** Released rows / population, in (0, 1]; for the estimators. */
  readonly samplingFraction?: number;
  /** Chance that a class is in truth smaller, in (0, 1). Default 0.01. */
  readonly significance?: number;
}

/** Every class of the release matches at least k rows of the population. @throws SCRIM_ANONYMITY_OPTION */
export function kMap(k: number, options: KMapOptions = {}): Criterion {
  checkCount('k', k, 1);
  const estimator = options.estimator ?? 'subset';
  const monotonicity = { generalization: true, suppression: true };
  if (estimator === 'subset') {
    return {
      name: 'k-map',
      parameters: { k, estimator },
      monotonicity,
      prepare: () => ({ minimumClassSize: 0, holds: (view) => view.population >= k }),
    };
  }
  const fraction = options.samplingFraction ?? Number.NaN;
  const significance = options.significance ?? 0.01;
  checkRange('samplingFraction', fraction, 0, 1, 'low');
  checkRange('significance', significance, 0, 1, 'low');
  const derived = derivedK(k, fraction, significance, estimator);
  return {
    name: 'k-map',
    parameters: { k, estimator, samplingFraction: fraction, significance, derivedK: derived },
    monotonicity,
    prepare: ({ totalUnits }) => ({ minimumClassSize: Math.min(derived, Math.max(1, Math.floor(totalUnits))) }),
  };
}

/**
 * Smallest class size in the sample that stands for at least k in the population at the given significance, as ARX derives
 * it: terms of the Poisson law with mean fraction x k are summed until they reach 1 - significance. Never above k.
 */
export function derivedK(
  k: number,
  fraction: number,
  significance: number,
  estimator: 'poisson' | 'zero-truncated-poisson',
): number {
  const mean = fraction * k;
  const threshold = 1 - significance;
  let term = Math.exp(-mean);
  let sum = estimator === 'poisson' ? term : 0;
  let count = 1;
  if (estimator === 'zero-truncated-poisson') {
    const positive = 1 - term;
    while (sum < threshold && count <= k) {
      term *= mean / count;
      sum += term / positive;
      count++;
    }
    return Math.min(k, count);
  }
  while (sum < threshold && count <= k) {
    term *= mean / count;
    sum += term;
    count++;
  }
  return Math.min(k, count + 1);
}

/**
 * Share of each population class that is in the release lies in [minimum, maximum]: nobody's presence is too sure.
 *
 * @throws SCRIM_ANONYMITY_OPTION
 */
export function deltaPresence(minimum: number, maximum: number): Criterion {
  checkRange('minimum', minimum, 0, 1);
  checkRange('maximum', maximum, minimum, 1);
  return {
    name: 'delta-presence',
    parameters: { minimum, maximum },
    // Classes without released rows are not looked at, and merging with one lowers the share: with a minimum above 0 a
    // union of satisfying classes may fail.
    monotonicity: { generalization: minimum === 0, suppression: false },
    prepare: () => ({
      minimumClassSize: 0,
      holds: ({ rows, population }) => rows / population >= minimum && rows / population <= maximum,
    }),
  };
}
