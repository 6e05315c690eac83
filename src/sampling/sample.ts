/**
 * Draws a sample of a table: which rows, with what inclusion probability, and the design weight that goes with each.
 *
 * Design weight = 1 / inclusion probability (Horvitz and Thompson, JASA 47, 1952); with replacement N/n per draw (Hansen and Hurwitz 1943).
 * @module
 */
import {
  type OperationRecord,
  type RandomSource,
  ScrimError,
  type SecureRandom,
  type Unsafe,
  version,
} from '../core/index.js';
import type { KeyLike } from '../crypto/index.js';
import { Table, take } from '../table/index.js';
import type { Allocation } from './design/stratified.js';
import { select } from './draw.js';

/** Names of the designs, as on the command line. */
export type DesignName =
  | 'srs'
  | 'srs-replacement'
  | 'bernoulli'
  | 'poisson'
  | 'systematic'
  | 'stratified'
  | 'cluster'
  | 'two-stage'
  | 'pps'
  | 'reservoir'
  | 'weighted-reservoir'
  | 'consistent';

/** Options of {@link sample}. */
export interface SampleOptions {
  readonly design: DesignName;
  /** Rows to draw (persons with `person`, clusters for `cluster` and `two-stage`, rows per stratum for allocation `fixed`). */
  readonly n?: number;
  /** Expected share of rows or persons, for `bernoulli` and `consistent`; elsewhere instead of `n`. In (0, 1]. */
  readonly rate?: number;
  /** Strata (one or several columns) for `stratified`, the cluster column for `cluster` and `two-stage` (a household, say). */
  readonly by?: string | readonly string[];
  /** Column of sizes for `pps`, `poisson` and `weighted-reservoir`; study variable for Neyman allocation. */
  readonly size?: string;
  /** Column that names the person: persons are drawn, and all rows of a drawn person come along. */
  readonly person?: string;
  /** Rows drawn from each drawn cluster, for `two-stage`. */
  readonly perCluster?: number;
  /** Default `proportional`. */
  readonly allocation?: Allocation;
  /** Key for `consistent`. */
  readonly key?: KeyLike;
  /** Default: a new {@link SecureRandom}. */
  readonly random?: RandomSource;
  /** Must name `seeded-randomness` when `random` is seeded. */
  readonly unsafe?: readonly Unsafe[];
  /** Name of the weight column in the result. Default `_weight`. */
  readonly weightColumn?: string;
}

/** One stratum of the result. */
export interface StratumCount {
  /** Position of the stratum; its values stay in the table. */
  readonly stratum: number;
  readonly population: number;
  readonly sampled: number;
}

/** What {@link sample} returns. */
export interface Sample {
  /** The drawn rows in table order, with the weight column last. */
  readonly table: Table;
  /** Positions of the drawn rows in the source. */
  readonly rows: Int32Array;
  /**
   * Inclusion probability of each drawn row (expected number of draws for sampling with replacement; for a weighted reservoir
   * given the keys of the other rows, which makes totals unbiased).
   */
  readonly inclusion: Float64Array;
  readonly strata: readonly StratumCount[];
  readonly record: OperationRecord;
}

/**
 * Draws a sample.
 *
 * @throws SCRIM_SAMPLE_SIZE, SCRIM_SAMPLE_WEIGHTS, SCRIM_ARGUMENT, SCRIM_TABLE_UNKNOWN_COLUMN, SCRIM_SAMPLE_SEEDED
 */
export function sample(table: Table, options: SampleOptions): Sample {
  const weightColumn = options.weightColumn ?? '_weight';
  if (table.has(weightColumn)) throw new ScrimError('SCRIM_TABLE_DUPLICATE_COLUMN', { column: weightColumn });
  const { rows, inclusion, strata, unitsDrawn } = select(table, options);
  const result = withWeights(take(table, rows), weightColumn, inclusion);
  return {
    table: result,
    rows,
    inclusion,
    strata,
    record: sampleRecord(
      { rows: table.rows, columns: table.names },
      { rows: result.rows, columns: result.names, unitsDrawn },
      options,
    ),
  };
}

/** The table with its weight column last. */
export function withWeights(table: Table, name: string, inclusion: Float64Array): Table {
  let start = 0;
  const batches = table.batches.map((batch) => {
    const values = inclusion.subarray(start, start + batch.rows).map((probability) => 1 / probability);
    start += batch.rows;
    const column = { type: 'float64', length: batch.rows, values, validity: null, unreadable: null } as const;
    return { rows: batch.rows, columns: [...batch.columns, column] };
  });
  return new Table([...table.fields, { name, type: 'float64', logical: 'decimal' }], batches);
}

/** The record of a sample. */
export function sampleRecord(
  source: { readonly rows: number; readonly columns: readonly string[] },
  result: { readonly rows: number; readonly columns: readonly string[]; readonly unitsDrawn: number },
  options: SampleOptions,
): OperationRecord {
  const by = typeof options.by === 'string' ? [options.by] : (options.by ?? []);
  return {
    schema: 'scrim.record/1',
    operation: 'sample',
    tool: { name: 'scrim', version },
    time: new Date().toISOString(),
    parameters: {
      design: options.design,
      n: options.n ?? null,
      rate: options.rate ?? null,
      by: [...by],
      size: options.size ?? null,
      person: options.person ?? null,
      perCluster: options.design === 'two-stage' ? (options.perCluster ?? null) : null,
      allocation: options.design === 'stratified' ? (options.allocation ?? 'proportional') : null,
    },
    inputs: [{ name: 'source', sha256: null, rows: source.rows, columns: source.columns }],
    outputs: [{ name: 'sample', sha256: null, rows: result.rows, columns: result.columns }],
    counts: { rowsRead: source.rows, rowsWritten: result.rows, unitsDrawn: result.unitsDrawn },
    warnings: [],
    columns: source.columns.map((column) => ({
      column,
      rule: 'keep',
      domainSize: null,
      residual: { min: 1, mean: 1, max: 1 },
      equality: true,
      order: true,
      length: true,
      checkDigit: false,
      keyInvertible: false,
      key: null,
    })),
    policy: 'none',
    unsafe: options.random?.kind === 'seeded' ? ['seeded-randomness'] : [],
  };
}
