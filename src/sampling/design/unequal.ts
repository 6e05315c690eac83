/**
 * Unequal probabilities: inclusion probabilities proportional to size, and the pivotal method that realises them.
 *
 * Deville and Tille, Biometrika 85(1), 1998 (pivotal method); Tille, Sampling Algorithms, 2006, Alg. 2.1 (probabilities capped at 1).
 * @module
 */
import { type RandomSource, ScrimError } from '../../core/index.js';
import { checkSize } from './simple.js';

/** Sizes must be finite and not negative. @throws SCRIM_SAMPLE_WEIGHTS */
export function checkSizes(sizes: ArrayLike<number>): void {
  let bad = 0;
  for (let i = 0; i < sizes.length; i++) if (!((sizes[i] as number) >= 0 && Number.isFinite(sizes[i]))) bad++;
  if (bad > 0) throw new ScrimError('SCRIM_SAMPLE_WEIGHTS', { count: bad });
}

/**
 * Inclusion probabilities proportional to size that add up to `n`; what would exceed 1 is taken with certainty.
 *
 * @throws SCRIM_SAMPLE_WEIGHTS for negative, NaN or infinite sizes; SCRIM_SAMPLE_SIZE when fewer than `n` sizes are positive
 */
export function inclusionProbabilities(sizes: ArrayLike<number>, n: number): Float64Array {
  checkSizes(sizes);
  let positive = 0;
  let sum = 0;
  for (let i = 0; i < sizes.length; i++) {
    if ((sizes[i] as number) > 0) positive++;
    sum += sizes[i] as number;
  }
  checkSize(n, positive, 'rows of positive size');
  const result = new Float64Array(sizes.length);
  const certain = new Uint8Array(sizes.length);
  let left = n;
  for (let changed = n > 0; changed; ) {
    changed = false;
    for (let i = 0; i < sizes.length; i++) {
      if (certain[i] === 0 && (sizes[i] as number) > 0 && left * (sizes[i] as number) >= sum) {
        certain[i] = 1;
        changed = true;
      }
    }
    if (changed) {
      left = n;
      sum = 0;
      for (let i = 0; i < sizes.length; i++) {
        if (certain[i] === 1) left--;
        else sum += sizes[i] as number;
      }
      // Rounding may name one too many as certain; then nothing is left for the others.
      if (left <= 0 || sum === 0) break;
    }
  }
  for (let i = 0; i < sizes.length; i++) {
    result[i] = certain[i] === 1 ? 1 : left > 0 && sum > 0 ? (left * (sizes[i] as number)) / sum : 0;
  }
  return result;
}

/**
 * A sample of fixed size with the given inclusion probabilities (their sum must be an integer): units fight pairwise for each other's probability.
 *
 * @param order - order in which units meet, a permutation; random order makes every pair possible.
 */
export function pivotal(probabilities: Float64Array, order: Int32Array, random: RandomSource): Int32Array {
  const chosen: number[] = [];
  let holder = -1;
  let held = 0;
  for (let i = 0; i < order.length; i++) {
    const unit = order[i] as number;
    const probability = probabilities[unit] as number;
    if (probability <= 0) continue;
    if (probability >= 1) {
      chosen.push(unit);
      continue;
    }
    if (holder < 0) {
      holder = unit;
      held = probability;
      continue;
    }
    const sum = held + probability;
    if (sum < 1) {
      // One gets the whole sum, the other nothing.
      if (random.uniform() * sum < probability) holder = unit;
      held = sum;
    } else {
      // One is chosen, the other keeps sum - 1: the holder is chosen with probability (1 - p) / (2 - sum).
      const holderWins = random.uniform() * (2 - sum) < 1 - probability;
      chosen.push(holderWins ? holder : unit);
      if (holderWins) holder = unit;
      held = sum - 1;
    }
  }
  // What is left is 0 or 1 up to rounding.
  if (holder >= 0 && held > 0.5) chosen.push(holder);
  return Int32Array.from(chosen).sort();
}

/** A uniform permutation of 0..n-1 (Fisher and Yates). */
export function permutation(n: number, random: RandomSource): Int32Array {
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  for (let i = n - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const other = order[j] as number;
    order[j] = order[i] as number;
    order[i] = other;
  }
  return order;
}
