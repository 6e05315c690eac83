/**
 * Simple random sampling: without replacement, with replacement, Bernoulli, systematic.
 *
 * Cochran, Sampling Techniques, 3rd ed., §2.1 (simple random), §8.1 (systematic); Fan, Muller, Rezucha 1962 (sequential selection).
 * @module
 */
import { type RandomSource, ScrimError } from '../../core/index.js';

/** Refuses a sample size that the population cannot give. @throws SCRIM_SAMPLE_SIZE */
export function checkSize(size: number, population: number, what: string): void {
  if (!Number.isSafeInteger(size) || size < 0 || size > population) {
    throw new ScrimError('SCRIM_SAMPLE_SIZE', { size: String(size), population, what });
  }
}

/**
 * Positions of a simple random sample without replacement, ascending; each set of `size` positions is equally likely.
 * First- and second-order inclusion probabilities are n/N and n(n-1)/(N(N-1)).
 */
export function simpleRandom(population: number, size: number, random: RandomSource): Int32Array {
  checkSize(size, population, 'rows');
  // Floyd's method touches only `size` positions; beyond a quarter the sequential method is cheaper.
  return size * 4 < population ? floyd(population, size, random) : sequential(population, size, random);
}

/** Bentley and Floyd, CACM 30(9), 1987. */
function floyd(population: number, size: number, random: RandomSource): Int32Array {
  const chosen = new Set<number>();
  for (let top = population - size; top < population; top++) {
    const pick = random.below(top + 1);
    chosen.add(chosen.has(pick) ? top : pick);
  }
  return Int32Array.from(chosen).sort();
}

function sequential(population: number, size: number, random: RandomSource): Int32Array {
  const chosen = new Int32Array(size);
  let taken = 0;
  for (let position = 0; taken < size; position++) {
    if (random.below(population - position) < size - taken) chosen[taken++] = position;
  }
  return chosen;
}

/** Draws with replacement per unit of the population; more is a slip of the pen, and would fill the memory. */
const MOST_DRAWS = 100;

/** Positions of `size` independent uniform draws, ascending; a position may occur several times. */
export function withReplacement(population: number, size: number, random: RandomSource): Int32Array {
  checkSize(size, population * MOST_DRAWS, 'rows');
  const chosen = new Int32Array(size);
  for (let i = 0; i < size; i++) chosen[i] = random.below(population);
  return chosen.sort();
}

/** Positions that independent coins of probability `rate` keep; also per position when `rate` is an array (Poisson sampling). */
export function poisson(rate: number | Float64Array, population: number, random: RandomSource): Int32Array {
  const chosen = new Int32Array(population);
  let taken = 0;
  for (let position = 0; position < population; position++) {
    const probability = typeof rate === 'number' ? rate : (rate[position] as number);
    if (random.uniform() < probability) chosen[taken++] = position;
  }
  return chosen.slice(0, taken);
}

/**
 * Every (N/n)-th position from a random start, exact for fractional steps: position floor((r + iN)/n), r uniform in [0, N).
 * Each position has inclusion probability n/N; many pairs are never drawn together, so variances cannot be estimated without a model.
 */
export function systematic(population: number, size: number, random: RandomSource): Int32Array {
  checkSize(size, population, 'rows');
  const chosen = new Int32Array(size);
  if (size === 0) return chosen;
  const start = random.below(population);
  for (let i = 0; i < size; i++) chosen[i] = Math.floor((start + i * population) / size);
  return chosen;
}
