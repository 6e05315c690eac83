/**
 * P(X > m) of the discrete Gaussian, summed from the far end so that small tails keep their relative accuracy.
 * @module
 */
import { ScrimError } from '../../core/index.js';

const REACH = 40;
/** Largest parameter whose curve is summed outcome by outcome. */
export const LARGEST_SUMMED: number = 2 ** 16;

/** Tail function of the discrete Gaussian with parameter sigma up to 2^16. @throws SCRIM_ARGUMENT beyond */
export class DiscreteTail {
  /** `#tails[k]` = P(X > k), k >= 0. */
  readonly #tails: Float64Array;

  constructor(sigma: number) {
    if (sigma > LARGEST_SUMMED) {
      throw new ScrimError('SCRIM_ARGUMENT', {
        name: 'scale',
        problem: 'discrete Gaussian curves are offered up to 2^16; price it as zCDP or as Gaussian beyond',
      });
    }
    const end = Math.ceil(REACH * sigma) + 1;
    const weights = new Float64Array(end + 1);
    for (let k = 0; k <= end; k++) weights[k] = Math.exp(-((k / sigma) ** 2) / 2);
    let sum = 0;
    const tails = new Float64Array(end + 1);
    for (let k = end; k >= 0; k--) {
      tails[k] = sum;
      sum += weights[k] as number;
    }
    const total = 2 * (sum - 1) + 1;
    for (let k = 0; k <= end; k++) tails[k] = (tails[k] as number) / total;
    this.#tails = tails;
  }

  /** P(X > m) for an integer m. */
  above(m: number): number {
    if (m < 0) return 1 - this.above(-m - 1);
    return m < this.#tails.length ? (this.#tails[m] as number) : 0;
  }
}
