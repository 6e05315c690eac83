/**
 * Which rows a design draws, with what inclusion probability: units (rows, persons, clusters), strata, stages.
 * @module
 */
import { type RandomSource, ScrimError, SecureRandom } from '../core/index.js';
import { encode, groupBy, numericView, type Table } from '../table/index.js';
import { consistentMembers } from './design/consistent.js';
import { weightedDraw } from './design/reservoir.js';
import { poisson, simpleRandom, systematic, withReplacement } from './design/simple.js';
import { allocate } from './design/stratified.js';
import { checkSizes, inclusionProbabilities, permutation, pivotal } from './design/unequal.js';
import type { DesignName, SampleOptions, StratumCount } from './sample.js';

/** Options whose randomness stands. */
type DrawOptions = SampleOptions & { readonly random: RandomSource };

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
export function select(table: Table, given: SampleOptions): Selection {
  const options: DrawOptions = { ...given, random: given.random ?? new SecureRandom() };
  const { kind } = options.random;
  if (kind !== 'secure' && kind !== 'seeded') {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'random', problem: 'it is no SecureRandom' });
  }
  if (kind === 'seeded' && !(options.unsafe ?? []).includes('seeded-randomness')) {
    throw new ScrimError('SCRIM_SAMPLE_SEEDED');
  }
  refuseIdle(given);
  const units = unitsOf(table, options);
  const drawn = draw(table, units, options);
  const found = options.design === 'two-stage' ? secondStage(units, drawn, options) : rowsOf(units, drawn);
  return { ...found, strata: drawn.strata ?? [], unitsDrawn: drawn.units.length };
}

/** Options that only some designs look at. */
const LOOKED_AT = {
  by: ['stratified', 'cluster', 'two-stage'],
  size: ['poisson', 'pps', 'weighted-reservoir', 'stratified'],
  perCluster: ['two-stage'],
  allocation: ['stratified'],
  key: ['consistent'],
} as const satisfies Partial<Record<keyof SampleOptions, readonly DesignName[]>>;

/** What was asked and would be ignored is refused: the sample would not be the one that was meant. @throws SCRIM_ARGUMENT */
function refuseIdle(options: SampleOptions): void {
  const { design, by } = options;
  const refuse = (name: string, problem: string): never => {
    throw new ScrimError('SCRIM_ARGUMENT', { name, problem });
  };
  for (const [name, designs] of Object.entries(LOOKED_AT)) {
    const given = options[name as keyof typeof LOOKED_AT] !== undefined;
    if (given && !(designs as readonly DesignName[]).includes(design)) refuse(name, `design ${design} does not use it`);
  }
  const clustered = design === 'cluster' || design === 'two-stage';
  if (clustered && options.person !== undefined) refuse('person', `design ${design} draws clusters, not persons`);
  if (clustered && typeof by === 'object' && by.length > 1) refuse('by', `design ${design} takes one column`);
  if (design === 'stratified' && options.size !== undefined && options.allocation !== 'neyman') {
    refuse('size', 'only the Neyman allocation of a stratified sample uses it');
  }
  if (options.n !== undefined && options.rate !== undefined) refuse('rate', 'n is given too');
}

/** Rows, persons or clusters; a row without an identifier is a unit of its own. */
function unitsOf(table: Table, options: DrawOptions): Units {
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

function columnsOf(options: DrawOptions, least: number): readonly string[] {
  const by = typeof options.by === 'string' ? [options.by] : (options.by ?? []);
  if (by.length < least)
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'by', problem: `design ${options.design} needs a column` });
  return by;
}

function sizeOf(options: DrawOptions, population: number): number {
  if (options.n !== undefined) return options.n;
  const rate = rateOf(options);
  return Math.round(rate * population);
}

function rateOf(options: DrawOptions): number {
  const { rate, design } = options;
  if (rate === undefined)
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'n', problem: `design ${design} needs n or rate` });
  if (!(rate > 0 && rate <= 1))
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'rate', problem: 'it must be above 0 and at most 1' });
  return rate;
}

function draw(table: Table, units: Units, options: DrawOptions): Drawn {
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

function drawBySize(table: Table, units: Units, options: DrawOptions): Drawn {
  const sizes = unitSizes(table, units, options);
  const n = sizeOf(options, units.count);
  if (options.design === 'weighted-reservoir') {
    checkSizes(sizes);
    const chosen = weightedDraw(sizes, n, options.random);
    const inclusionOf = new Map(Array.from(chosen.rows, (unit, i) => [unit, chosen.inclusion[i] as number]));
    return { units: chosen.rows, inclusion: (unit) => inclusionOf.get(unit) as number };
  }
  const probabilities = inclusionProbabilities(sizes, n);
  const inclusion = (unit: number): number => probabilities[unit] as number;
  if (options.design === 'poisson') return { units: poisson(probabilities, units.count, options.random), inclusion };
  return { units: pivotal(probabilities, permutation(units.count, options.random), options.random), inclusion };
}

/** Size of each unit: sum over its rows; a missing size is NaN and refused later. */
function unitSizes(table: Table, units: Units, options: DrawOptions): Float64Array {
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

function drawStratified(table: Table, units: Units, options: DrawOptions): Drawn {
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

function drawConsistent(table: Table, units: Units, options: DrawOptions): Drawn {
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
function secondStage(units: Units, drawn: Drawn, options: DrawOptions): { rows: Int32Array; inclusion: Float64Array } {
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
