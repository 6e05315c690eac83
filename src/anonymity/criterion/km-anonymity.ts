/**
 * k^m-anonymity: every combination of at most m published quasi-identifier values is shared by at least k persons (rows).
 *
 * Terrovitis, Mamoulis, Kalnis, "Privacy-preserving Anonymization of Set-valued Data", PVLDB 1(1), 2008, definition 1; here over
 * the columns of a table. Proof note: km-anonymity.md.
 * @module
 */
import { groupCodes } from '../../core/index.js';
import { checkCount } from './_check.js';
import type { Criterion, ReleaseView } from './criterion.js';

/** At least `k` share every combination of at most `m` values. @throws SCRIM_ANONYMITY_OPTION */
export function kmAnonymity(k: number, m: number): Criterion {
  checkCount('k', k, 1);
  checkCount('m', m, 1);
  return {
    name: 'km-anonymity',
    parameters: { k, m },
    monotonicity: { generalization: true, suppression: true },
    prepare: () => ({ minimumClassSize: 0, prune: (release) => prune(release, k, m) }),
  };
}

/** Takes away classes with a combination that fewer than k share, again and again until none is left. */
function prune(release: ReleaseView, k: number, m: number): void {
  const { classes, labels, cardinalities, kept } = release;
  // Fewer values are shared by at least as many: combinations of m columns decide (of all, where there are fewer).
  const combinations = subsets(labels.length, Math.min(m, labels.length)).map((columns) =>
    groupCodes(
      columns.map((d) => (labels[d] as Int32Array).subarray(0, classes)),
      columns.map((d) => Math.max(1, cardinalities[d] as number)),
    ),
  );
  for (let again = true; again; ) {
    again = false;
    for (const { groupOf, groups } of combinations) {
      const units = release.unitsBy(groupOf, groups);
      for (let c = 0; c < classes; c++) {
        if (kept[c] !== 1 || (units[groupOf[c] as number] as number) >= k) continue;
        kept[c] = 0;
        again = true;
      }
    }
  }
}

/** Index sets of the given size. */
function subsets(count: number, size: number, from = 0): number[][] {
  if (size === 0) return [[]];
  const all: number[][] = [];
  for (let d = from; d <= count - size; d++) for (const rest of subsets(count, size - 1, d + 1)) all.push([d, ...rest]);
  return all;
}
