/**
 * Which groups that nobody listed may be named: a group appears only when its number of units makes that safe.
 *
 * Optimal ("magic") selection: Desfontaines, Voss, Gipson, Mandayam, PETS 2022, Thm. 1. Threshold: Korolova, Kenthapadi, Mishra,
 * Ntoulas, WWW 2009, with discrete noise. See partition-selection.md.
 * @module
 */
import type { RandomSource } from '../../core/index.js';
import { ScrimError } from '../../core/index.js';
import { type DiscreteGaussian, DiscreteLaplace } from '../../noise/index.js';

/** Rule that decides for a group from its true number of units. */
export interface PartitionRule {
  /** True when the group may be named. */
  readonly keep: (units: number, random: RandomSource) => boolean;
  /** Probability that a group of this many units is named. */
  readonly probability: (units: number) => number;
}

/** delta of one group when a unit counts in l0 of them: 1 - (1 - delta)^(1/l0), rounded down. */
function perGroupDelta(delta: number, l0: number): number {
  return l0 === 1 ? delta : -Math.expm1(Math.log1p(-delta) / l0) * (1 - 2 ** -40);
}

/** What the doubles of the table may be wrong by is taken off the price first: relative 2^-30 of delta, 2^-40 of epsilon. */
const DELTA_SLACK = 1 - 2 ** -30;
const EPSILON_SLACK = 1 - 2 ** -40;
const MOST_UNITS = 2 ** 20;

/**
 * Optimal selection: pi(0) = 0 and pi(n + 1) = min(e^eps pi(n) + delta, 1 - e^-eps (1 - pi(n) - delta), 1).
 *
 * The table keeps pi and 1 - pi, each with its own relative precision; a draw is exact for the number in the table.
 *
 * @throws SCRIM_DP_PLAN when delta is zero
 */
export function magicRule(epsilon: number, delta: number, l0: number): PartitionRule {
  if (!(delta > 0))
    throw new ScrimError('SCRIM_DP_PLAN', { field: 'budget.delta', problem: 'groups found in the data cost delta' });
  const exponent = (epsilon / l0) * EPSILON_SLACK;
  const each = (delta / l0) * DELTA_SLACK;
  const rise = Math.exp(exponent);
  const fall = Math.exp(-exponent);
  const kept: number[] = [0];
  const left: number[] = [1];
  /** Extends the tables; the position from which every group is kept, or -1. */
  let certain = -1;
  const reach = (units: number): void => {
    while (kept.length <= units && certain < 0 && kept.length < MOST_UNITS) {
      const rising = rise * (kept.at(-1) as number) + each;
      const falling = fall * ((left.at(-1) as number) - each);
      if (falling <= 0) certain = kept.length;
      else if (rising < 1 - falling) {
        kept.push(rising);
        left.push(1 - rising);
      } else {
        kept.push(1 - falling);
        left.push(falling);
      }
    }
  };
  const at = (units: number): number => {
    reach(units);
    return certain >= 0 && units >= certain ? -1 : Math.min(units, kept.length - 1);
  };
  return {
    probability: (units) => (at(units) < 0 ? 1 : (kept[at(units)] as number)),
    keep: (units, random) => {
      if (units <= 0) return false;
      const place = at(units);
      if (place < 0) return true;
      const probability = kept[place] as number;
      return probability <= 0.5 ? below(probability, random) : !below(left[place] as number, random);
    },
  };
}

/** One exact Bernoulli draw of a double's probability: its binary digits are compared with uniform bits. */
function below(probability: number, random: RandomSource): boolean {
  if (probability >= 1) return true;
  let rest = probability;
  for (;;) {
    rest *= 2 ** 32;
    const digit = Math.floor(rest);
    const word = random.uint32();
    if (word !== digit) return word < digit;
    rest -= digit;
    if (rest === 0) return false;
  }
}

/** Smallest integer T such that a group of one unit passes `count + noise > T` with probability at most `delta` per group. */
export function thresholdFor(
  noise: DiscreteLaplace | DiscreteGaussian,
  delta: number,
  l0: number,
  perGroup = 1,
): number {
  const each = perGroupDelta(delta, l0);
  let low = perGroup - 1;
  let high = perGroup;
  const passes = (threshold: number): number => noise.upperTail(threshold - perGroup) * (1 + 2 ** -30);
  while (passes(high) > each) {
    low = high;
    high = perGroup + 2 * (high - perGroup + 1);
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (passes(middle) > each) low = middle;
    else high = middle;
  }
  return high;
}

/** Noisy count of units above a threshold that the very noise object sets. */
export function thresholdRule(
  noise: DiscreteLaplace | DiscreteGaussian,
  delta: number,
  l0: number,
): PartitionRule & { readonly threshold: number } {
  const threshold = thresholdFor(noise, delta, l0);
  return {
    threshold,
    keep: (units, random) => units > 0 && units + noise.sample(random) > threshold,
    probability: (units) => {
      if (units === 0) return 0;
      const gap = threshold - units;
      return gap >= 0 ? noise.upperTail(gap) : 1 - noise.upperTail(-gap - 1);
    },
  };
}

/** The rule of a priced selection. Below `atLeast` units nothing is named; above, the rule sees the units from there on. */
export function partitionRule(
  selection: { kind: 'magic' | 'threshold'; epsilon: number; delta: number; atLeast?: number },
  l0: number,
): PartitionRule {
  const rule =
    selection.kind === 'magic'
      ? magicRule(selection.epsilon, selection.delta, l0)
      : thresholdRule(new DiscreteLaplace((l0 / selection.epsilon) * (1 + 2 ** -51)), selection.delta, l0);
  const skipped = (selection.atLeast ?? 1) - 1;
  if (skipped === 0) return rule;
  return {
    keep: (units, random) => rule.keep(Math.max(0, units - skipped), random),
    probability: (units) => rule.probability(Math.max(0, units - skipped)),
  };
}
