/**
 * Query-workload error: how far counts asked of the release are from counts asked of the raw table.
 *
 * LeFevre, DeWitt, Ramakrishnan, "Workload-Aware Anonymization", KDD 2006, section 6.2; Xiao, Tao, "Anatomy", VLDB 2006, section 6
 * (relative error with a sanity bound). Counts under generalized cells by the uniform assumption.
 * @module
 */
import { groupCodes, ScrimError } from '../../core/index.js';
import { type Draw, drawFrom } from './draw.js';
import type { PublishedColumn } from './published.js';

/** Options of {@link workloadError}. */
export interface WorkloadOptions {
  /** Number of queries. Default 1000. */
  readonly queries?: number;
  /** Quasi-identifiers in each query. Default 2, or all where there are fewer. */
  readonly dimensions?: number;
  /** Share of the domain that a query covers over its range attributes together. Default 0.1. */
  readonly share?: number;
  /** Smallest count that errors are taken relative to, as a share of the rows. Default 0.001. */
  readonly sanity?: number;
  /** Equal seeds ask equal queries. Default 1. */
  readonly seed?: number;
  /** Weight of each input row. Default 1 each. */
  readonly weights?: Float64Array | null;
  /** Factor on the counts of the release, such as rows / sampled rows. Default 1. */
  readonly scale?: number;
}

/** Relative errors of a workload. */
export interface WorkloadError {
  readonly queries: number;
  readonly dimensions: number;
  readonly mean: number;
  readonly median: number;
}

/** One count query: for some columns, an interval of ranks of base values. */
export interface CountQuery {
  readonly columns: readonly number[];
  readonly from: readonly number[];
  /** Inclusive. */
  readonly to: readonly number[];
}

/**
 * Draws the queries. On a column of numbers: an interval of base values, `share ** (1 / range columns)` of them long, its start
 * uniform. On other columns: equal to the value of a row drawn at random.
 */
export function drawQueries(columns: readonly PublishedColumn[], options: WorkloadOptions = {}): CountQuery[] {
  const { queries = 1000, share = 0.1, seed = 1 } = options;
  const dimensions = Math.min(options.dimensions ?? 2, columns.length);
  if (!(Number.isInteger(queries) && queries > 0 && dimensions > 0 && share > 0 && share <= 1)) {
    throw new ScrimError('SCRIM_ANONYMITY_OPTION', {
      option: 'queries',
      problem: 'queries and dimensions must be integers of at least 1, share above 0 and at most 1',
    });
  }
  const draw = drawFrom(seed);
  return Array.from({ length: queries }, () => {
    const chosen = sample(columns.length, dimensions, draw);
    const ranges = chosen.filter((d) => (columns[d] as PublishedColumn).ordered).length;
    const bounds = chosen.map((d): [number, number] => {
      const { size, ordered, baseOf } = columns[d] as PublishedColumn;
      if (!ordered) {
        const value = Math.max(0, baseOf[draw(baseOf.length)] as number);
        return [value, value];
      }
      const length = Math.max(1, Math.round(size * share ** (1 / ranges)));
      const from = draw(size - length + 1);
      return [from, from + length - 1];
    });
    return { columns: chosen, from: bounds.map(([from]) => from), to: bounds.map(([, to]) => to) };
  });
}

function sample(count: number, size: number, draw: Draw): number[] {
  const all = Array.from({ length: count }, (_, i) => i);
  for (let i = 0; i < size; i++) {
    const j = i + draw(count - i);
    [all[i], all[j]] = [all[j] as number, all[i] as number];
  }
  return all.slice(0, size).sort((a, b) => a - b);
}

/** Rows that are alike in all columns, with their weight. */
interface Bag {
  readonly codes: readonly Int32Array[];
  readonly weight: Float64Array;
}

/** Distinct rows; rows with a code below 0 in the first column are left out. */
function bagOf(codes: readonly Int32Array[], sizes: readonly number[], weights: Float64Array | null): Bag {
  const rows = (codes[0] as Int32Array).length;
  const shifted = codes.map((own) => own.map((code) => code + 1));
  const { groupOf, groups, first } = groupCodes(
    shifted,
    sizes.map((size) => size + 1),
  );
  const weight = new Float64Array(groups);
  for (let row = 0; row < rows; row++) {
    if ((codes[0]?.[row] as number) < 0) continue;
    const at = groupOf[row] as number;
    weight[at] = (weight[at] as number) + (weights === null ? 1 : (weights[row] as number));
  }
  return { codes: codes.map((own) => Int32Array.from(first, (row) => own[row] as number)), weight };
}

/** True counts of the queries over the raw rows. */
export function trueCounts(
  columns: readonly PublishedColumn[],
  queries: readonly CountQuery[],
  weights: Float64Array | null = null,
): Float64Array {
  const bag = bagOf(
    columns.map(({ baseOf }) => baseOf),
    columns.map(({ size }) => size),
    weights,
  );
  return Float64Array.from(queries, (query) => {
    const shares = query.columns.map((d, i) => {
      const inside = new Float64Array((columns[d] as PublishedColumn).size + 1);
      inside.fill(1, query.from[i], (query.to[i] as number) + 1);
      return inside;
    });
    return countBag(bag, query.columns, shares);
  });
}

/** Counts that an analyst estimates from the release: each cell spread evenly over its base values. */
export function estimatedCounts(
  columns: readonly PublishedColumn[],
  queries: readonly CountQuery[],
  weights: Float64Array | null = null,
): Float64Array {
  const bag = bagOf(
    columns.map(({ cellOf }) => cellOf),
    columns.map(({ leaves }) => leaves.length),
    weights,
  );
  return Float64Array.from(queries, (query) => {
    const shares = query.columns.map((d, i) =>
      Float64Array.from((columns[d] as PublishedColumn).leaves, (leaves) =>
        leaves.length === 0
          ? 0
          : (lowerBound(leaves, (query.to[i] as number) + 1) - lowerBound(leaves, query.from[i] as number)) /
            leaves.length,
      ),
    );
    return countBag(bag, query.columns, shares);
  });
}

function countBag({ codes, weight }: Bag, columns: readonly number[], shares: readonly Float64Array[]): number {
  let sum = 0;
  const product = weight.slice();
  for (let i = 0; i < columns.length; i++)
    multiply(product, codes[columns[i] as number] as Int32Array, shares[i] as Float64Array);
  for (let at = 0; at < product.length; at++) sum += product[at] as number;
  return sum;
}

function multiply(product: Float64Array, codes: Int32Array, share: Float64Array): void {
  for (let at = 0; at < product.length; at++) {
    const code = codes[at] as number;
    product[at] = code < 0 ? 0 : (product[at] as number) * (share[code] as number);
  }
}

/** Number of entries below the bound. */
function lowerBound(sorted: Int32Array, bound: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** |estimate - truth| / max(truth, sanity x rows): mean and median. */
export function relativeErrors(
  truth: Float64Array,
  estimate: Float64Array,
  floor: number,
): { readonly mean: number; readonly median: number } {
  const errors = Float64Array.from(truth, (count, i) => {
    const against = Math.max(count, floor);
    return against === 0 ? 0 : Math.abs((estimate[i] as number) - count) / against;
  }).sort();
  const middle = errors.length >> 1;
  return {
    mean: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    median:
      errors.length % 2 === 1
        ? (errors[middle] as number)
        : ((errors[middle - 1] as number) + (errors[middle] as number)) / 2,
  };
}

/**
 * Error of a workload of random count queries.
 *
 * A query asks for rows with given values of some quasi-identifiers ({@link drawQueries}); the analyst spreads each published cell
 * evenly over the base values it may stand for; rows that are not released count nothing.
 *
 * @throws SCRIM_ANONYMITY_OPTION
 */
export function workloadError(columns: readonly PublishedColumn[], options: WorkloadOptions = {}): WorkloadError {
  const { sanity = 0.001, scale = 1, weights = null } = options;
  const queries = drawQueries(columns, options);
  const rows = (columns[0] as PublishedColumn).baseOf.length;
  const total = weights === null ? rows : weights.reduce((sum, weight) => sum + weight, 0);
  const estimate = estimatedCounts(columns, queries, weights).map((count) => count * scale);
  const errors = relativeErrors(trueCounts(columns, queries, weights), estimate, sanity * total);
  return { queries: queries.length, dimensions: Math.min(options.dimensions ?? 2, columns.length), ...errors };
}
