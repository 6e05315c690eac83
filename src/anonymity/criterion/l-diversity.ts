/**
 * l-diversity in three forms: distinct, entropy (Shannon or Grassberger) and recursive (c,l).
 *
 * Machanavajjhala, Kifer, Gehrke, Venkitasubramaniam, "l-Diversity", ACM TKDD 1(1), 2007, section 4;
 * estimator: Grassberger, "Entropy Estimates from Insufficient Samplings", arXiv:physics/0307138, eq. 28.
 * Proof note: l-diversity.md.
 * @module
 */
import { checkCount, checkRange } from './_check.js';
import type { ClassView, Criterion } from './criterion.js';
import { grassberger } from './grassberger.js';

/** Rounding slack of the logarithms: a class of exactly l equally frequent values satisfies entropy l-diversity. */
const SLACK = 1e-12;

/** At least `l` distinct sensitive values in every class. @throws SCRIM_ANONYMITY_OPTION */
export function distinctDiversity(sensitive: string, l: number): Criterion {
  checkCount('l', l, 1);
  return {
    name: 'distinct-l-diversity',
    parameters: { l },
    monotonicity: { generalization: true, suppression: true },
    sensitive,
    prepare: () => ({ minimumClassSize: 0, holds: (view) => distinctValues(view) >= l }),
  };
}

/** Entropy of the sensitive values at least ln l in every class. @throws SCRIM_ANONYMITY_OPTION */
export function entropyDiversity(
  sensitive: string,
  l: number,
  estimator: 'shannon' | 'grassberger' = 'shannon',
): Criterion {
  checkRange('l', l, 1, Number.POSITIVE_INFINITY);
  const least = Math.log(l) - SLACK;
  const shannon = estimator === 'shannon';
  return {
    name: 'entropy-l-diversity',
    parameters: { l, estimator },
    // Shannon's entropy is concave: a union of classes has at least the least of theirs. Grassberger's correction is not.
    monotonicity: { generalization: shannon, suppression: false },
    sensitive,
    prepare: () => ({
      minimumClassSize: 0,
      holds: shannon
        ? (view) => cappedEntropy(view, Number.POSITIVE_INFINITY) >= least
        : (view) => distinctValues(view) >= l && grassbergerEntropy(view) >= least,
      ...(shannon
        ? { removal: (view: ClassView) => removalByCap(view, (cap) => cappedEntropy(view, cap) >= least) }
        : {}),
    }),
  };
}

/** Most frequent value below c times the l-th and rarer ones together. @throws SCRIM_ANONYMITY_OPTION */
export function recursiveDiversity(sensitive: string, c: number, l: number): Criterion {
  checkCount('l', l, 1);
  checkRange('c', c, 0, Number.POSITIVE_INFINITY, 'low');
  return {
    name: 'recursive-cl-diversity',
    parameters: { c, l },
    monotonicity: { generalization: true, suppression: false },
    sensitive,
    prepare: () => ({
      minimumClassSize: 0,
      holds: (view) => isRecursive(view, Number.POSITIVE_INFINITY, c, l),
      removal: (view) => removalByCap(view, (cap) => isRecursive(view, cap, c, l)),
    }),
  };
}

/** Number of values that occur. */
export function distinctValues({ histogram, from, values }: ClassView): number {
  let count = 0;
  for (let v = 0; v < values; v++) if ((histogram[from + v] as number) > 0) count++;
  return count;
}

/** Shannon entropy (nats) of the counts, each capped. */
function cappedEntropy({ histogram, from, values }: ClassView, cap: number): number {
  let total = 0;
  let sum = 0;
  for (let v = 0; v < values; v++) {
    const count = Math.min(histogram[from + v] as number, cap);
    if (count <= 0) continue;
    total += count;
    sum += count * Math.log(count);
  }
  return total === 0 ? 0 : Math.log(total) - sum / total;
}

/** ARX's form: G stands for the logarithm of the total, too. */
function grassbergerEntropy({ histogram, from, values, total }: ClassView): number {
  let sum = 0;
  for (let v = 0; v < values; v++) {
    const count = histogram[from + v] as number;
    if (count > 0) sum += count * grassberger(count);
  }
  return total === 0 ? 0 : grassberger(total) - sum / total;
}

const sorted: { cells: Float64Array } = { cells: new Float64Array(64) };

function isRecursive({ histogram, from, values }: ClassView, cap: number, c: number, l: number): boolean {
  if (sorted.cells.length < values) sorted.cells = new Float64Array(2 * values);
  let distinct = 0;
  for (let v = 0; v < values; v++) {
    const count = Math.min(histogram[from + v] as number, cap);
    if (count > 0) sorted.cells[distinct++] = count;
  }
  if (distinct < l) return false;
  const counts = sorted.cells.subarray(0, distinct).sort();
  let tail = 0;
  for (let i = 0; i <= distinct - l; i++) tail += counts[i] as number;
  return (counts[distinct - 1] as number) < c * tail;
}

/**
 * Units that must leave before the rest can satisfy a criterion that is best helped by capping all counts:
 * any subset has counts below `min(count, its own maximum)`, so the largest cap that works bounds what may stay.
 */
function removalByCap(view: ClassView, works: (cap: number) => boolean): number {
  const { histogram, from, values, total } = view;
  let low = 0;
  let high = 0;
  for (let v = 0; v < values; v++) high = Math.max(high, histogram[from + v] as number);
  // The largest cap that works, from above: `high` never works at the start of each step.
  for (let step = 0; step < 30 && high - low > 1e-3; step++) {
    const middle = (low + high) / 2;
    if (works(middle)) low = middle;
    else high = middle;
  }
  let stay = 0;
  for (let v = 0; v < values; v++) stay += Math.min(histogram[from + v] as number, high);
  return Math.max(0, Math.ceil(total - stay - 1e-9));
}
