/**
 * k-anonymity: every class holds at least k persons (rows where no person column is named).
 *
 * Sweeney, "k-Anonymity: A Model for Protecting Privacy", IJUFKS 10(5), 2002, section 3. Proof note: k-anonymity.md.
 * @module
 */
import { checkCount } from './_check.js';
import type { Criterion } from './criterion.js';

/** Classes of at least `k`. @throws SCRIM_ANONYMITY_OPTION unless k is an integer of at least 1 */
export function kAnonymity(k: number): Criterion {
  checkCount('k', k, 1);
  return {
    name: 'k-anonymity',
    parameters: { k },
    monotonicity: { generalization: true, suppression: true },
    prepare: () => ({ minimumClassSize: k }),
  };
}
