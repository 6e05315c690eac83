/**
 * One answer: value, interval, law of the noise.
 * @module
 */
import { type DiscreteGaussian, type DiscreteLaplace, toNumber } from '../../noise/index.js';

/** Law of the noise in an answer: `scale` is b for Laplace, sigma for Gaussian, in units of the answer; for a choice, in ranks. */
export interface NoiseLaw {
  readonly kind:
    | 'discrete-laplace'
    | 'discrete-gaussian'
    | 'ratio'
    | 'permute-and-flip'
    | 'least-squares'
    | 'magnitude';
  readonly scale: number | null;
}

/** One noisy number. */
export interface Answer {
  readonly query: string;
  /** Values of the group columns, null for "no value"; empty without groups; of a hierarchy's upper levels only the first ones. */
  readonly key: readonly (string | null)[];
  /** Bin of a histogram `[from, to)`, probability of a quantile, `lower` or `upper` of bounds, else null. */
  readonly part: string | null;
  readonly value: number;
  /** Interval that covers the bounded data's true answer with the plan's confidence; null where none is known. */
  readonly interval: readonly [low: number, high: number] | null;
  readonly noise: NoiseLaw;
}

/** A group that is answered. */
export interface Group {
  readonly key: readonly (string | null)[];
  /** Position among the aggregated groups, or -1 when nobody is in it. */
  readonly at: number;
}

/** Half width of the interval that noise leaves with probability at most `alpha`. */
export function noiseReach(noise: DiscreteLaplace | DiscreteGaussian, alpha: number): number {
  let high = 1;
  while (2 * noise.upperTail(high) > alpha) high *= 2;
  let low = -1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (2 * noise.upperTail(middle) > alpha) low = middle;
    else high = middle;
  }
  return high;
}

/** The noise's law in units of the answer. */
export function lawOf(noise: DiscreteLaplace | DiscreteGaussian, unit: number): NoiseLaw {
  return { kind: noise.kind, scale: toNumber(noise.scale) * unit };
}
