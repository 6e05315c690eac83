/**
 * Runs a priced plan over a table: bounds contributions, adds up whole numbers, adds noise, states law and interval of every answer.
 *
 * No exception and no output format depends on a single unit's rows: what cannot be read counts as no value, sums are exact in
 * integers, and refusals come from the plan alone. End-to-end timing is out of scope.
 * @module
 */
import { type RandomSource, ScrimError } from '../../core/index.js';
import type { DiscreteGaussian, DiscreteLaplace } from '../../noise/index.js';
import { encode, groupBy, numericView, type Table } from '../../table/index.js';
import { type Aggregates, aggregate } from './aggregate.js';
import { type Answer, type Group, lawOf, type NoiseLaw, noiseReach } from './answer.js';
import { type Bounded, boundContributions } from './bounding.js';
import { levels } from './levels.js';
import { boundsFrom, MAGNITUDE_CELLS } from './magnitudes.js';
import { centreOf, type Measurement, type PricedPlan } from './measurements.js';
import { partitionRule } from './partition-selection.js';
import type { NumericQuery, Plan, Query } from './plan.js';
import { quantiles } from './quantiles.js';

export { type Answer, type NoiseLaw, noiseReach } from './answer.js';

/**
 * The noisy answers of a plan. Callers reserve the price first; see `Budget.release`.
 *
 * @throws SCRIM_TABLE_UNKNOWN_COLUMN, SCRIM_DP_PLAN
 */
export function answer(table: Table, priced: PricedPlan, random: RandomSource): Answer[] {
  const { plan } = priced;
  if (table.weights !== null)
    throw new ScrimError('SCRIM_DP_PLAN', { field: 'data', problem: 'a frequency table has lost its units' });
  const unit = encode(table, plan.unit.column);
  const grouping = groupsOf(table, plan);
  const bounded = boundContributions(unit.codes, unit.dictionary.size, grouping.groupOf, plan.contribution, random);
  const persons = personsPerGroup(bounded, grouping);
  const groups = chosenGroups(grouping, priced, persons, random);
  const answers: Answer[] = [];
  const confidence = plan.confidence ?? 0.95;
  for (const query of plan.queries) {
    const own = reachable(
      priced.measurements.filter((measurement) => measurement.query === query.name),
      confidence,
    );
    const values = 'column' in query ? numericView(table, query.column).values : null;
    const sums = aggregate(query, values, bounded, grouping.groupOf, grouping.groups);
    if (query.kind === 'hierarchy') {
      answers.push(...levels(query.name, own, grouping.keys, sums.rows, confidence, random));
      continue;
    }
    for (const group of groups) {
      if (query.kind === 'quantiles') {
        const choices = priced.choices.filter((choice) => choice.query === query.name);
        answers.push(...quantiles(query, choices, sums, group, plan.contribution.rowsPerGroup, confidence, random));
      } else answers.push(...numbers(query, own, sums, persons, group, random));
    }
  }
  return answers;
}

interface Grouping {
  readonly groupOf: Int32Array;
  readonly groups: number;
  readonly keys: readonly (readonly (string | null)[])[];
}

function groupsOf(table: Table, plan: Plan): Grouping {
  if (plan.groupBy === null) return { groupOf: new Int32Array(table.rows), groups: 1, keys: [[]] };
  const { columns, keys } = plan.groupBy;
  const found = groupBy(table, columns);
  const codes = columns.map((name) => encode(table, name));
  const own = Array.from({ length: found.groups }, (_, group) =>
    codes.map((column) => {
      const code = column.codes[found.first[group] as number] as number;
      return code < column.dictionary.size ? column.dictionary.at(code) : null;
    }),
  );
  if (!('public' in keys)) return { groupOf: found.groupOf, groups: found.groups, keys: own };
  // Only listed groups count; the others' rows are as if they were not there.
  const position = new Map(keys.public.map((key, i) => [JSON.stringify(key), i]));
  const map = Int32Array.from(own, (key) => position.get(JSON.stringify(key)) ?? -1);
  return { groupOf: found.groupOf.map((group) => map[group] as number), groups: keys.public.length, keys: keys.public };
}

function personsPerGroup(bounded: Bounded, grouping: Grouping): Float64Array {
  const persons = new Float64Array(grouping.groups);
  for (let i = 0; i < bounded.count; i++) {
    if (bounded.first[i] === 1) {
      const group = grouping.groupOf[bounded.rows[i] as number] as number;
      persons[group] = (persons[group] as number) + 1;
    }
  }
  return persons;
}

/** Public groups all, in the plan's order; found groups that pass the selection, in the order of their keys. */
function chosenGroups(grouping: Grouping, priced: PricedPlan, persons: Float64Array, random: RandomSource): Group[] {
  const all = grouping.keys.map((key, at): Group => ({ key, at }));
  if (priced.selection === null) return all;
  const rule = partitionRule(priced.selection, priced.plan.contribution.groups);
  const kept = all.filter(({ at }) => rule.keep(persons[at] as number, random));
  // The order in which groups stand in the data would tell about it.
  return kept.sort((a, b) => compareKeys(a.key, b.key));
}

function compareKeys(a: readonly (string | null)[], b: readonly (string | null)[]): number {
  const x = JSON.stringify(a);
  const y = JSON.stringify(b);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** A measurement with the half width of its interval, the same for every group. */
interface Reachable extends Measurement {
  readonly reach: number;
}

/** Union bound: the measurements of one query share 1 - confidence. */
function reachable(measurements: readonly Measurement[], confidence: number): Reachable[] {
  const alpha = (1 - confidence) / measurements.length;
  return measurements.map((measurement) => ({
    ...measurement,
    // All cells of magnitudes at once: an empty one passes for occupied with probability at most 1 - confidence in all.
    reach: noiseReach(measurement.noise, measurement.what === 'magnitudes' ? alpha / MAGNITUDE_CELLS : alpha),
  }));
}

interface Noisy {
  readonly value: number;
  readonly reach: number;
  readonly noise: DiscreteLaplace | DiscreteGaussian;
}

/** Exact integer (as high and low parts) plus noise, rounded once to a double. */
function noisy(exact: { high: number; low: number }, { noise, reach }: Reachable, random: RandomSource): Noisy {
  const value = exact.high * 2 ** 26 + (exact.low + noise.sample(random));
  return { value, reach, noise };
}

function numbers(
  query: Query,
  measurements: readonly Reachable[],
  sums: Aggregates,
  persons: Float64Array,
  { key, at }: Group,
  random: RandomSource,
): Answer[] {
  const draw = (what: Measurement['what'], exact: { high: number; low: number }): Noisy => {
    const measurement = measurements.find((candidate) => candidate.what === what) as Reachable;
    return noisy(exact, measurement, random);
  };
  const plain = (part: string | null, drawn: Noisy, unit: number): Answer => ({
    query: query.name,
    key,
    part,
    value: drawn.value * unit,
    interval: [(drawn.value - drawn.reach) * unit, (drawn.value + drawn.reach) * unit],
    noise: lawOf(drawn.noise, unit),
  });
  switch (query.kind) {
    case 'count':
      return [plain(null, draw('rows', { high: 0, low: sums.rows[at] as number }), 1)];
    case 'persons':
      return [plain(null, draw('persons', { high: 0, low: persons[at] as number }), 1)];
    case 'sum':
      return [plain(null, draw('sum', sums.sum(at)), query.quantum)];
    case 'histogram':
      return query.edges.slice(0, -1).map((from, bin) => {
        const part = `[${from}, ${query.edges[bin + 1]}${bin === query.edges.length - 2 ? ']' : ')'}`;
        return plain(part, draw('bins', { high: 0, low: sums.bins[at * (query.edges.length - 1) + bin] as number }), 1);
      });
    case 'bounds':
      return bounds(query, measurements, sums, { key, at }, random);
    case 'mean':
    case 'variance':
      return [ratio(query, key, draw('numbers', { high: 0, low: sums.numbers[at] as number }), draw, sums, at)];
    default:
      throw new ScrimError('SCRIM_INTERNAL', { check: 'quantiles and hierarchies are not sums' });
  }
}

/** Lower and upper power of two between which a column lies, from noisy counts by magnitude. */
function bounds(
  query: Query & { readonly kind: 'bounds' },
  measurements: readonly Reachable[],
  sums: Aggregates,
  { key, at }: Group,
  random: RandomSource,
): Answer[] {
  const [measurement] = measurements as readonly [Reachable];
  const counts = new Float64Array(MAGNITUDE_CELLS);
  for (let cell = 0; cell < MAGNITUDE_CELLS; cell++)
    counts[cell] = (sums.bins[at * MAGNITUDE_CELLS + cell] as number) + measurement.noise.sample(random);
  const ends = boundsFrom(counts, measurement.reach + 1);
  return (['lower', 'upper'] as const).map((part, i) => ({
    query: query.name,
    key,
    part,
    value: (ends[i] as number) * query.quantum,
    interval: null,
    noise: { kind: 'magnitude', scale: lawOf(measurement.noise, 1).scale },
  }));
}

/** Mean = centre + S/N; variance = Q/N - (S/N)^2; S and Q about the middle of the bounds. Intervals by the noise's reach at both ends. */
function ratio(
  query: NumericQuery & { readonly kind: 'mean' | 'variance' },
  key: readonly (string | null)[],
  count: Noisy,
  draw: (what: Measurement['what'], exact: { high: number; low: number }) => Noisy,
  sums: Aggregates,
  at: number,
): Answer {
  const sum = draw('sum', sums.sum(at));
  const squares = query.kind === 'variance' ? draw('squares', sums.squares(at)) : null;
  const quantum = query.quantum;
  const middle = centreOf(query) * quantum;
  const most = (query.upper - query.lower) / 2 + quantum;
  const over = (value: number, n: number): number => value / Math.max(1, n);
  const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
  const ends = (drawn: Noisy, limit: number): [number, number] => {
    const n = [Math.max(1, count.value - count.reach), Math.max(1, count.value + count.reach)];
    const corners = n.flatMap((m) => [(drawn.value - drawn.reach) / m, (drawn.value + drawn.reach) / m]);
    return [clamp(Math.min(...corners), -limit, limit), clamp(Math.max(...corners), -limit, limit)];
  };
  const noise: NoiseLaw = { kind: 'ratio', scale: null };
  const meanOffset = clamp(over(sum.value, count.value) * quantum, -most, most);
  const [low, high] = ends(sum, most / quantum).map((end) => end * quantum) as [number, number];
  if (squares === null) {
    const value = clamp(middle + meanOffset, query.lower, query.upper);
    return {
      query: query.name,
      key,
      part: null,
      value,
      interval: [clamp(middle + low, query.lower, query.upper), clamp(middle + high, query.lower, query.upper)],
      noise,
    };
  }
  const limit = most * most;
  const second = clamp(over(squares.value, count.value) * quantum * quantum, 0, limit);
  const [squareLow, squareHigh] = ends(squares, limit / quantum / quantum).map((end) =>
    Math.max(0, end * quantum * quantum),
  ) as [number, number];
  const offsets = [low * low, high * high];
  const least = low <= 0 && high >= 0 ? 0 : Math.min(...offsets);
  const value = clamp(second - meanOffset * meanOffset, 0, limit);
  return {
    query: query.name,
    key,
    part: null,
    value,
    interval: [clamp(squareLow - Math.max(...offsets), 0, limit), clamp(squareHigh - least, 0, limit)],
    noise,
  };
}
