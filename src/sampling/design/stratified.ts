/**
 * Stratified sampling: how many rows each stratum gives.
 *
 * Cochran, §5.5 (Neyman 1934), §5.9; largest-remainder rounding (Hamilton). Within a stratum the draw is simple random.
 * @module
 */
import { ScrimError } from '../../core/index.js';

/** `proportional` to size, `neyman` to size times standard deviation, `fixed` the same number from each, `equal` the total split evenly. */
export type Allocation = 'proportional' | 'neyman' | 'fixed' | 'equal';

/** What {@link allocate} needs. */
export interface AllocationOptions {
  /** Rows of each stratum. */
  readonly sizes: ArrayLike<number>;
  /** Total sample size; the number per stratum for `fixed`. */
  readonly n: number;
  /** Default `proportional`. */
  readonly allocation?: Allocation;
  /** Standard deviation of the study variable in each stratum, for `neyman`. */
  readonly deviations?: ArrayLike<number>;
  /** Least number from each stratum that has rows; an unvisited stratum would have no weight. Default 1. */
  readonly minimum?: number;
}

/**
 * Number of rows to draw from each stratum; adds up to `n` (to `n` times the strata for `fixed`), never above a stratum's size.
 *
 * @throws SCRIM_SAMPLE_SIZE when a stratum or the table is too small, SCRIM_ARGUMENT for unusable deviations
 * @example
 * allocate({ sizes: [50, 30, 20], n: 10 }); // => Int32Array [5, 3, 2]
 */
export function allocate(options: AllocationOptions): Int32Array {
  const { sizes, n, allocation = 'proportional', minimum = 1 } = options;
  const strata = sizes.length;
  const population = Array.from(sizes).reduce((sum, size) => sum + size, 0);
  if (allocation === 'fixed') {
    const smallest = Math.min(...Array.from(sizes).filter((size) => size > 0));
    if (!Number.isSafeInteger(n) || n < 0 || n > smallest) {
      throw new ScrimError('SCRIM_SAMPLE_SIZE', {
        size: String(n),
        population: smallest,
        what: 'rows of the smallest stratum',
      });
    }
    return Int32Array.from(sizes, (size) => (size > 0 ? n : 0));
  }
  if (!Number.isSafeInteger(n) || n < 0 || n > population) {
    throw new ScrimError('SCRIM_SAMPLE_SIZE', { size: String(n), population, what: 'rows' });
  }
  const shares = sharesOf(options, strata);
  const result = new Int32Array(strata);
  let left = n;
  for (let h = 0; h < strata; h++) {
    result[h] = Math.min(sizes[h] as number, minimum);
    left -= result[h] as number;
  }
  if (left < 0) {
    const what = `rows: ${strata} strata need at least ${minimum} each`;
    throw new ScrimError('SCRIM_SAMPLE_SIZE', { size: String(n), population, what });
  }
  round(result, sizes, shares, n);
  return result;
}

function sharesOf({ sizes, allocation, deviations }: AllocationOptions, strata: number): Float64Array {
  if (allocation === 'equal') return Float64Array.from(sizes, (size) => (size > 0 ? 1 : 0));
  if (allocation !== 'neyman') return Float64Array.from(sizes);
  if (deviations === undefined || deviations.length !== strata) {
    throw new ScrimError('SCRIM_ARGUMENT', {
      name: 'deviations',
      problem: 'Neyman allocation needs one standard deviation per stratum',
    });
  }
  const shares = new Float64Array(strata);
  for (let h = 0; h < strata; h++) {
    const deviation = deviations[h] as number;
    if (!(deviation >= 0 && Number.isFinite(deviation))) {
      throw new ScrimError('SCRIM_ARGUMENT', {
        name: 'deviations',
        problem: `stratum ${h + 1} has no finite standard deviation`,
      });
    }
    shares[h] = (sizes[h] as number) * deviation;
  }
  // No spread anywhere: size alone decides.
  return shares.some((share) => share > 0) ? shares : Float64Array.from(sizes);
}

/** Writes whole numbers that add up to `n`: clamp(scale · share) between minimum and size, floors, then largest remainders. */
function round(result: Int32Array, sizes: ArrayLike<number>, shares: Float64Array, n: number): void {
  const floor = Int32Array.from(result);
  const exact = clampedShares(floor, sizes, shares, n);
  let total = 0;
  for (let h = 0; h < result.length; h++) {
    result[h] = Math.floor((exact[h] as number) + 1e-9);
    total += result[h] as number;
  }
  const order = [...exact.keys()].sort((a, b) => remainder(b, exact, result) - remainder(a, exact, result) || a - b);
  for (let i = 0; total < n; i = (i + 1) % order.length) {
    const h = order[i] as number;
    if ((result[h] as number) < (sizes[h] as number)) {
      result[h] = (result[h] as number) + 1;
      total++;
    }
  }
}

/** clamp(scale · share, floor, size) with the scale at which they add up to `n`, by bisection. */
function clampedShares(floor: Int32Array, sizes: ArrayLike<number>, shares: Float64Array, n: number): Float64Array {
  // A stratum without share (no spread) still gives rows when the others are exhausted.
  const smallest = shares.reduce(
    (least, share) => (share > 0 ? Math.min(least, share) : least),
    Number.POSITIVE_INFINITY,
  );
  const weights = Float64Array.from(shares, (share) => (share > 0 ? share : smallest * 1e-9));
  const at = (scale: number): Float64Array =>
    Float64Array.from(weights, (weight, h) =>
      Math.min(sizes[h] as number, Math.max(floor[h] as number, scale * weight)),
    );
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  let high = 1;
  while (sum(at(high)) < n) high *= 2;
  let low = 0;
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (sum(at(middle)) < n) low = middle;
    else high = middle;
  }
  return at(low);
}

function remainder(h: number, exact: Float64Array, result: Int32Array): number {
  return (exact[h] as number) - (result[h] as number);
}
