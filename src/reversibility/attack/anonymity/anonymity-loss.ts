/**
 * Anonymity loss coefficient: how much better an attribute inference does with the product than a baseline without it.
 *
 * Francis and others, arXiv:2507.01710, section 4: PRC = (1 - (log R / log Rmin)^alpha) P, ALC = (PRCa - PRCb) / (1 - PRCb).
 * @module
 */

/** Precision-recall coefficient; recall below `least` counts as `least`. */
export function precisionRecall(precision: number, recall: number, alpha = 3, least = 1e-4): number {
  const bounded = Math.max(recall, least);
  return (1 - (Math.log10(bounded) / Math.log10(least)) ** alpha) * precision;
}

/** Anonymity loss coefficient of an attack over a baseline; 1 is full loss, 0 or less none. */
export function anonymityLoss(
  attack: { precision: number; recall: number },
  baseline: { precision: number; recall: number },
): number {
  const own = precisionRecall(attack.precision, attack.recall);
  const base = precisionRecall(baseline.precision, baseline.recall);
  return base >= 1 ? 0 : (own - base) / (1 - base);
}
