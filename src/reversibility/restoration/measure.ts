/**
 * Measures: what came back gross, net of the null, and the limits of it (execute.md, "Net").
 * @module
 */
import type { Measure } from '../verdict.js';

/** Two-sided 99.9 % normal quantile: at 99 % one of 240 products of other people lay above the threshold by the draw of its null alone. */
const Z = 3.2905;

/** Relative error allowed to the null model before its expectation is subtracted or added. */
export const MODEL_ERROR = 0.1;

/**
 * Gross, net and its limits as shares. `certain` of the count is not discounted; the rest is discounted by the null's
 * expectation with its relative model error and z deviations of a Poisson count.
 */
export function measureOf(count: number, expected: number, deviation: number, certain: number, of: number): Measure {
  if (of === 0) return { gross: 0, net: 0, lower: 0, upper: 0, count: 0, of: 0 };
  const net = Math.max(0, count - expected, certain);
  const slack = Z * deviation + MODEL_ERROR * expected;
  const lower = Math.max(0, count - expected - slack, certain);
  const upper = count === 0 ? 0 : Math.max(net, Math.min(count, count - expected + slack));
  return { gross: count / of, net: net / of, lower: lower / of, upper: upper / of, count, of };
}

export interface Rare {
  readonly net: number;
  readonly lower: number;
}

/** Quantile for the best of the nested strata (two-sided 99 % over eight looks). */
export const Z_STRATA = 3.3;

/** The best lower limit over the rarest 1, 2, ... strata. */
export function rarest(restored: Float64Array, expected: Float64Array, doubt: Float64Array): Rare {
  let best: Rare = { net: 0, lower: 0 };
  let count = 0;
  let chance = 0;
  for (let bin = 0; bin < restored.length; bin++) {
    count += restored[bin] as number;
    chance += expected[bin] as number;
    const lower = count - chance * (1 + MODEL_ERROR) - Z_STRATA * Math.sqrt(chance + 1 + (doubt[bin] as number));
    if (lower > best.lower) best = { net: count - chance, lower };
  }
  return best;
}

export function withRare(measure: Measure, rare: Rare): Measure {
  if (measure.of === 0 || rare.lower <= measure.lower * measure.of) return measure;
  const net = Math.max(measure.net, rare.net / measure.of);
  return { ...measure, net, lower: rare.lower / measure.of, upper: Math.max(measure.upper, net) };
}

export function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] as number;
  return total;
}
