/**
 * Draws a sample of a table: which rows, with what inclusion probability, and the design weight that goes with each.
 *
 * Design weight = 1 / inclusion probability (Horvitz and Thompson, JASA 47, 1952); with replacement N/n per draw (Hansen and Hurwitz 1943).
 * @module
 */
import { type OperationRecord, type RandomSource, ScrimError, type Unsafe, version } from '../core/index.js';
import type { KeyLike } from '../crypto/index.js';
import { encode, groupBy, numericView, Table, take } from '../table/index.js';
import { consistentMembers } from './design/consistent.js';
import { weightedReservoir } from './design/reservoir.js';
import { poisson, simpleRandom, systematic, withReplacement } from './design/simple.js';
import { type Allocation, allocate } from './design/stratified.js';
import { checkSizes, inclusionProbabilities, permutation, pivotal } from './design/unequal.js';

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
  readonly random: RandomSource;
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
  /** Inclusion probability of each drawn row (expected number of draws for sampling with replacement). */
  readonly inclusion: Float64Array;
  readonly strata: readonly StratumCount[];
  readonly record: OperationRecord;
}

interface Units {
  /** Number of units that are drawn: rows, persons or clusters. */
  readonly count: number;
  /** Unit of each row. */
  readonly of: Int32Array;
}

interface Drawn {
  /** Chosen units, ascending; repeated for sampling with replacement. */
  readonly units: Int32Array;
  readonly inclusion: (unit: number) => number;
  readonly strata?: readonly StratumCount[];
}

/** Which rows are drawn, before any of them is taken. */
export interface Selection {
  /** Ascending positions; repeated for sampling with replacement. */
  readonly rows: Int32Array;
  readonly inclusion: Float64Array;
  readonly strata: readonly StratumCount[];
  readonly unitsDrawn: number;
}

/** Columns that a design looks at: all it needs to know of a table. */
export function designColumns(options: SampleOptions): string[] {
  const by = typeof options.by === 'string' ? [options.by] : (options.by ?? []);
  return [...new Set([...by, options.size, options.person].filter((name) => name !== undefined))];
}

/**
 * Draws rows of a table, which needs to have only the columns that the design looks at.
 *
 * @throws as {@link sample}
 */
export function select(table: Table, options: SampleOptions): Selection {
  if (options.random.kind === 'seeded' && !(options.unsafe ?? []).includes('seeded-randomness')) {
    throw new ScrimError('SCRIM_SAMPLE_SEEDED');
  }
  const units = unitsOf(table, options);
  const drawn = draw(table, units, options);
  const found = options.design === 'two-stage' ? secondStage(units, drawn, options) : rowsOf(units, drawn);
  return { ...found, strata: drawn.strata ?? [], unitsDrawn: drawn.units.length };
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

/** Rows, persons or clusters; a row without an identifier is a unit of its own. */
function unitsOf(table: Table, options: SampleOptions): Units {
  const clustered = options.design === 'cluster' || options.design === 'two-stage';
  const column = clustered ? columnsOf(options, 1)[0] : options.person;
  if (column === undefined) {
    const of = new Int32Array(table.rows);
    for (let i = 0; i < of.length; i++) of[i] = i;
    return { count: table.rows, of };
  }
  const codes = encode(table, column);
  const of = new Int32Array(table.rows);
  const seen = new Int32Array(codes.cardinality).fill(-1);
  let count = 0;
  for (let row = 0; row < of.length; row++) {
    const code = codes.codes[row] as number;
    if (code >= codes.dictionary.size) of[row] = count++;
    else {
      if ((seen[code] as number) < 0) seen[code] = count++;
      of[row] = seen[code] as number;
    }
  }
  return { count, of };
}

function columnsOf(options: SampleOptions, least: number): readonly string[] {
  const by = typeof options.by === 'string' ? [options.by] : (options.by ?? []);
  if (by.length < least)
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'by', problem: `design ${options.design} needs a column` });
  return by;
}

function sizeOf(options: SampleOptions, population: number): number {
  if (options.n !== undefined) return options.n;
  const rate = rateOf(options);
  return Math.round(rate * population);
}

function rateOf(options: SampleOptions): number {
  const { rate, design } = options;
  if (rate === undefined)
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'n', problem: `design ${design} needs n or rate` });
  if (!(rate > 0 && rate <= 1))
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'rate', problem: 'it must be above 0 and at most 1' });
  return rate;
}

function draw(table: Table, units: Units, options: SampleOptions): Drawn {
  const { random, design } = options;
  const N = units.count;
  switch (design) {
    case 'srs':
    case 'reservoir':
    case 'cluster':
    case 'two-stage': {
      const n = sizeOf(options, N);
      return { units: simpleRandom(N, n, random), inclusion: () => n / N };
    }
    case 'srs-replacement': {
      const n = sizeOf(options, N);
      return { units: withReplacement(N, n, random), inclusion: () => n / N };
    }
    case 'systematic': {
      const n = sizeOf(options, N);
      return { units: systematic(N, n, random), inclusion: () => n / N };
    }
    case 'bernoulli': {
      const rate = options.rate === undefined ? sizeOf(options, N) / Math.max(1, N) : rateOf(options);
      return { units: poisson(rate, N, random), inclusion: () => rate };
    }
    case 'stratified':
      return drawStratified(table, units, options);
    case 'consistent':
      return drawConsistent(table, units, options);
    default:
      return drawBySize(table, units, options);
  }
}

function drawBySize(table: Table, units: Units, options: SampleOptions): Drawn {
  const sizes = unitSizes(table, units, options);
  const n = sizeOf(options, units.count);
  if (options.design === 'weighted-reservoir') {
    checkSizes(sizes);
    const chosen = weightedReservoir(sizes, n, options.random);
    // Sequential Poisson-type draws have no closed form; the weights are those of the size-proportional design it approximates.
    const probabilities = inclusionProbabilities(sizes, chosen.length);
    return { units: chosen, inclusion: (unit) => probabilities[unit] as number };
  }
  const probabilities = inclusionProbabilities(sizes, n);
  const inclusion = (unit: number): number => probabilities[unit] as number;
  if (options.design === 'poisson') return { units: poisson(probabilities, units.count, options.random), inclusion };
  return { units: pivotal(probabilities, permutation(units.count, options.random), options.random), inclusion };
}

/** Size of each unit: sum over its rows; a missing size is NaN and refused later. */
function unitSizes(table: Table, units: Units, options: SampleOptions): Float64Array {
  if (options.size === undefined) {
    throw new ScrimError('SCRIM_ARGUMENT', {
      name: 'size',
      problem: `design ${options.design} needs a column of sizes`,
    });
  }
  const { values } = numericView(table, options.size);
  const sizes = new Float64Array(units.count);
  for (let row = 0; row < values.length; row++) {
    const unit = units.of[row] as number;
    sizes[unit] = (sizes[unit] as number) + (values[row] as number);
  }
  return sizes;
}

function drawStratified(table: Table, units: Units, options: SampleOptions): Drawn {
  const groups = groupBy(table, columnsOf(options, 1));
  const stratumOf = new Int32Array(units.count).fill(-1);
  let split = 0;
  for (let row = 0; row < table.rows; row++) {
    const unit = units.of[row] as number;
    const group = groups.groupOf[row] as number;
    if ((stratumOf[unit] as number) < 0) stratumOf[unit] = group;
    else if (stratumOf[unit] !== group) split++;
  }
  if (split > 0) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'by', problem: `${split} rows put a person into a second stratum` });
  }
  const strata = unitsByStratum(stratumOf, groups.groups);
  const allocation = options.allocation ?? 'proportional';
  const n = allocation === 'fixed' ? (options.n ?? Number.NaN) : sizeOf(options, units.count);
  const deviations = allocation === 'neyman' ? stratumDeviations(unitSizes(table, units, options), strata) : undefined;
  const counts = allocate({ sizes: strata.sizes, n, allocation, ...(deviations === undefined ? {} : { deviations }) });
  const chosen = new Int32Array(counts.reduce((sum, count) => sum + count, 0));
  const inclusion = new Float64Array(groups.groups);
  let taken = 0;
  for (let h = 0; h < groups.groups; h++) {
    const [size, start] = [strata.sizes[h] as number, strata.starts[h] as number];
    inclusion[h] = (counts[h] as number) / size;
    for (const position of simpleRandom(size, counts[h] as number, options.random)) {
      chosen[taken++] = strata.order[start + position] as number;
    }
  }
  return {
    units: chosen.sort(),
    inclusion: (unit) => inclusion[stratumOf[unit] as number] as number,
    strata: Array.from(strata.sizes, (population, stratum) => ({
      stratum,
      population,
      sampled: counts[stratum] as number,
    })),
  };
}

interface Strata {
  readonly sizes: Int32Array;
  /** First position of each stratum in `order`. */
  readonly starts: Int32Array;
  /** Units, stratum after stratum. */
  readonly order: Int32Array;
}

/** Counting sort of units by stratum. */
function unitsByStratum(stratumOf: Int32Array, count: number): Strata {
  const sizes = new Int32Array(count);
  for (let unit = 0; unit < stratumOf.length; unit++) {
    const h = stratumOf[unit] as number;
    sizes[h] = (sizes[h] as number) + 1;
  }
  const starts = new Int32Array(count);
  for (let h = 1; h < count; h++) starts[h] = (starts[h - 1] as number) + (sizes[h - 1] as number);
  const next = starts.slice();
  const order = new Int32Array(stratumOf.length);
  for (let unit = 0; unit < stratumOf.length; unit++) {
    const h = stratumOf[unit] as number;
    order[next[h] as number] = unit;
    next[h] = (next[h] as number) + 1;
  }
  return { sizes, starts, order };
}

function stratumDeviations(values: Float64Array, { sizes, starts, order }: Strata): Float64Array {
  return Float64Array.from(sizes, (size, h) => {
    if (size < 2) return 0;
    const list = order.subarray(starts[h], (starts[h] as number) + size);
    let mean = 0;
    for (const unit of list) mean += values[unit] as number;
    mean /= size;
    let squares = 0;
    for (const unit of list) squares += ((values[unit] as number) - mean) ** 2;
    return Math.sqrt(squares / (size - 1));
  });
}

function drawConsistent(table: Table, units: Units, options: SampleOptions): Drawn {
  const { person, key } = options;
  if (person === undefined || key === undefined) {
    throw new ScrimError('SCRIM_ARGUMENT', {
      name: 'person',
      problem: 'consistent sampling needs a person column and a key',
    });
  }
  const codes = encode(table, person);
  const rate = options.rate ?? Math.min(1, sizeOf(options, units.count) / Math.max(1, units.count));
  const members = consistentMembers(codes, rate, key);
  const chosen = new Set<number>();
  for (let row = 0; row < table.rows; row++) {
    if (members[codes.codes[row] as number] === 1) chosen.add(units.of[row] as number);
  }
  return { units: Int32Array.from(chosen).sort(), inclusion: () => rate };
}

/** All rows of the drawn units, in table order; as often as the unit was drawn. */
function rowsOf(units: Units, drawn: Drawn): { rows: Int32Array; inclusion: Float64Array } {
  const times = new Int32Array(units.count);
  for (const unit of drawn.units) times[unit] = (times[unit] as number) + 1;
  let total = 0;
  for (let row = 0; row < units.of.length; row++) total += times[units.of[row] as number] as number;
  const rows = new Int32Array(total);
  const inclusion = new Float64Array(total);
  let at = 0;
  for (let row = 0; row < units.of.length; row++) {
    const unit = units.of[row] as number;
    for (let i = times[unit] as number; i > 0; i--) {
      rows[at] = row;
      inclusion[at++] = drawn.inclusion(unit);
    }
  }
  return { rows, inclusion };
}

/** Simple random rows within each drawn cluster; the probabilities of both stages multiply. */
function secondStage(
  units: Units,
  drawn: Drawn,
  options: SampleOptions,
): { rows: Int32Array; inclusion: Float64Array } {
  const perCluster = options.perCluster;
  if (perCluster === undefined || !Number.isSafeInteger(perCluster) || perCluster < 1) {
    throw new ScrimError('SCRIM_ARGUMENT', {
      name: 'perCluster',
      problem: 'two-stage sampling needs a positive number of rows per cluster',
    });
  }
  const members = new Map<number, number[]>();
  for (const unit of drawn.units) members.set(unit, []);
  for (let row = 0; row < units.of.length; row++) members.get(units.of[row] as number)?.push(row);
  const chosen: [row: number, inclusion: number][] = [];
  for (const [unit, rows] of members) {
    const size = Math.min(perCluster, rows.length);
    const probability = (drawn.inclusion(unit) * size) / rows.length;
    for (const position of simpleRandom(rows.length, size, options.random))
      chosen.push([rows[position] as number, probability]);
  }
  chosen.sort((a, b) => a[0] - b[0]);
  return {
    rows: Int32Array.from(chosen, ([row]) => row),
    inclusion: Float64Array.from(chosen, ([, probability]) => probability),
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
    unsafe: options.random.kind === 'seeded' ? ['seeded-randomness'] : [],
  };
}
