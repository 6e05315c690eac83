/**
 * (alpha, k)-anonymity: k-anonymity, and no sensitive value has more than a share alpha of a class.
 *
 * Wong, Li, Fu, Wang, "(alpha, k)-Anonymity", KDD 2006, general form. Proof note: alpha-k.md.
 * @module
 */
import { checkCount, checkRange } from './_check.js';
import type { Criterion } from './criterion.js';
import { shareAtMost } from './likeness.js';

/** Classes of at least k in which every value has a share of at most alpha. @throws SCRIM_ANONYMITY_OPTION */
export function alphaK(sensitive: string, alpha: number, k: number): Criterion {
  checkRange('alpha', alpha, 0, 1, 'low');
  checkCount('k', k, 1);
  return {
    name: 'alpha-k-anonymity',
    parameters: { alpha, k },
    monotonicity: { generalization: true, suppression: false },
    sensitive,
    prepare: ({ distribution }) => ({
      ...shareAtMost(new Float64Array(distribution.length).fill(alpha)),
      minimumClassSize: k,
    }),
  };
}
