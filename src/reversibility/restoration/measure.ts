/**
 * Measures: what came back gross, net of the null, and the limits of it (execute.md, "Net").
 * @module
 */
import type { Measure } from '../verdict.js';
import { Z } from './deviation.js';

/** Relative error allowed to the null model's odds before its expectation is subtracted or added. */
export const MODEL_ERROR = 0.1;

/** What chance gives of a count: its expectation, one deviation of it, and the most that it could give. */
export interface Chance {
  readonly expected: number;
  readonly deviation: number;
  /** Default: without limit, for events that are rare whatever the model says. */
  readonly most?: number;
}

/**
 * Error of the model as a count. Where few of many come back by chance a tenth of them; where most do, a tenth of those that do not:
 * the odds are what may be off by a tenth.
 */
export function modelError(expected: number, most: number = Number.POSITIVE_INFINITY): number {
  return MODEL_ERROR * expected * Math.max(0, 1 - expected / Math.max(most, 1));
}

/**
 * Gross, net and its limits as shares. `certain` of the count is not discounted; the rest is discounted by the null's
 * expectation with the error of the model and z deviations.
 */
export function measureOf(count: number, chance: Chance, certain: number, of: number): Measure {
  if (of === 0) return { gross: 0, net: 0, lower: 0, upper: 0, count: 0, of: 0 };
  const { expected, deviation, most } = chance;
  const net = Math.max(0, count - expected, certain);
  const slack = Z * deviation + modelError(expected, most);
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

/**
 * The best lower limit over the rarest 1, 2, ... strata.
 *
 * @param expected - by stratum
 * @param deviation - over the rarest 1, 2, ... strata, and so are `most` and `doubt` (a variance)
 */
export function rarest(
  restored: Float64Array,
  chance: { readonly expected: Float64Array; readonly deviation: Float64Array; readonly most: Float64Array },
  doubt: Float64Array,
): Rare {
  let best: Rare = { net: 0, lower: 0 };
  let count = 0;
  let expected = 0;
  for (let bin = 0; bin < restored.length; bin++) {
    count += restored[bin] as number;
    expected += chance.expected[bin] as number;
    const deviation = Math.sqrt((chance.deviation[bin] as number) ** 2 + 1 + (doubt[bin] as number));
    const lower = count - expected - modelError(expected, chance.most[bin]) - Z_STRATA * deviation;
    if (lower > best.lower) best = { net: count - expected, lower };
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
