/**
 * Range checks of criterion parameters.
 * @module
 */
import { ScrimError } from '../../core/index.js';

/** @throws SCRIM_ANONYMITY_OPTION unless the value is an integer of at least `least` */
export function checkCount(option: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new ScrimError('SCRIM_ANONYMITY_OPTION', { option, problem: `it must be an integer of at least ${least}` });
  }
}

/** @throws SCRIM_ANONYMITY_OPTION unless least ≤ value ≤ most (or < where `open`) */
export function checkRange(option: string, value: number, least: number, most: number, open: '' | 'low' = ''): void {
  const low = open === 'low' ? value > least : value >= least;
  if (!(low && value <= most)) {
    const from = open === 'low' ? `above ${least}` : `at least ${least}`;
    const to = most === Number.POSITIVE_INFINITY ? '' : ` and at most ${most}`;
    throw new ScrimError('SCRIM_ANONYMITY_OPTION', { option, problem: `it must be ${from}${to}` });
  }
}
