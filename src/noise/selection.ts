/**
 * Private selection with exact probabilities: permute-and-flip and the exponential mechanism.
 *
 * McKenna and Sheldon, "Permute-and-Flip", NeurIPS 2020, Alg. 1; McSherry and Talwar, FOCS 2007. See selection.md.
 * @module
 */
import type { RandomSource } from '../core/index.js';
import { ScrimError } from '../core/index.js';
import { bernoulliExpFiltered } from './bernoulli-exp.js';
import { type Rational, type RationalLike, rational, reduce, toNumber } from './rational.js';

/** Candidates' scores with what one person can change of them. */
export interface SelectionOptions {
  /** Integer scores, one per candidate (fixed point: multiply by the quantum first). */
  readonly scores: ArrayLike<number>;
  /** Largest change of a score that one person can cause, a positive integer in the same units. */
  readonly sensitivity: number;
  /** Price of the selection. */
  readonly epsilon: RationalLike;
  /** True when one person can move scores in one direction only: half the noise for the same price. Default false. */
  readonly monotonic?: boolean;
}

interface Prepared {
  readonly best: number;
  readonly scores: ArrayLike<number>;
  /** exponent = gap · num / den. */
  readonly unit: Rational;
  readonly unitNumber: number;
}

function prepare(options: SelectionOptions): Prepared {
  const { scores, sensitivity } = options;
  if (scores.length === 0) throw new ScrimError('SCRIM_ARGUMENT', { name: 'scores', problem: 'there is no candidate' });
  if (!Number.isSafeInteger(sensitivity) || sensitivity < 1) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'sensitivity', problem: 'it must be a positive integer' });
  }
  let best = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] as number;
    if (!Number.isInteger(score) || Math.abs(score) > 2 ** 52) {
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'scores', problem: 'scores must be integers below 2^52' });
    }
    if (score > best) best = score;
  }
  const epsilon = rational(options.epsilon, 'epsilon');
  if (epsilon.num === 0n) throw new ScrimError('SCRIM_ARGUMENT', { name: 'epsilon', problem: 'it must be above 0' });
  const factor = options.monotonic === true ? 1n : 2n;
  const unit = reduce(epsilon.num, factor * BigInt(sensitivity) * epsilon.den);
  return { best, scores, unit, unitNumber: toNumber(unit) };
}

/** Bernoulli(exp(-(best - score) · unit)). */
function flip(prepared: Prepared, candidate: number, random: RandomSource): boolean {
  const gap = prepared.best - (prepared.scores[candidate] as number);
  if (gap === 0) return true;
  const exact = (): Rational => reduce(BigInt(gap) * prepared.unit.num, prepared.unit.den);
  return bernoulliExpFiltered(gap * prepared.unitNumber, exact, random);
}

/**
 * Index of the selected candidate by permute-and-flip: never worse than the exponential mechanism at the same price.
 *
 * @throws SCRIM_ARGUMENT for no candidate, scores that are not integers, or a price or sensitivity that is not positive.
 */
export function permuteAndFlip(options: SelectionOptions, random: RandomSource): number {
  const prepared = prepare(options);
  const order = Int32Array.from({ length: prepared.scores.length }, (_, i) => i);
  for (let left = order.length; left > 0; left--) {
    const pick = random.below(left);
    const candidate = order[pick] as number;
    if (flip(prepared, candidate, random)) return candidate;
    order[pick] = order[left - 1] as number;
    order[left - 1] = candidate;
  }
  throw new ScrimError('SCRIM_INTERNAL', { check: 'permute-and-flip always accepts the best candidate' });
}

/** Index of the selected candidate by the exponential mechanism (uniform proposals, exact rejection). @throws SCRIM_ARGUMENT */
export function exponentialMechanism(options: SelectionOptions, random: RandomSource): number {
  const prepared = prepare(options);
  for (;;) {
    const candidate = random.below(prepared.scores.length);
    if (flip(prepared, candidate, random)) return candidate;
  }
}
