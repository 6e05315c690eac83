/**
 * The frequency set of a table: its distinct quasi-identifier tuples with everything that is counted per class.
 *
 * LeFevre, DeWitt, Ramakrishnan, "Incognito", SIGMOD 2005, section 2.1: computed once, rolled up along the lattice.
 * @module
 */
import { groupCodes, groupRows, groupSizes } from '../../core/index.js';
import { type Codes, encode, type Table, weightsOf } from '../../table/index.js';
import type { QuasiIdentifier } from './quasi-identifier.js';

/** Counts of one sensitive column per tuple, in compressed rows. */
export interface SensitiveCounts {
  readonly name: string;
  readonly codes: Codes;
  /** Values of the column (codes in use). */
  readonly values: number;
  /** Pairs of tuple t are `starts[t] .. starts[t + 1]`. */
  readonly starts: Int32Array;
  /** Tuple and value of each pair. */
  readonly tuple: Int32Array;
  readonly value: Int32Array;
  /** Weighted rows; or persons that have no other tuple, where persons are counted. */
  readonly count: Float64Array;
  /** (tuple, value) pairs of persons with several tuples, ordered by person; null where rows are counted. */
  readonly shared: SharedPersons | null;
  /** Count of each value over the whole (released) table, in the same unit. */
  readonly total: Float64Array;
}

/** Occurrences of persons that have several tuples, ordered by person. */
export interface SharedPersons {
  readonly tuple: Int32Array;
  /** Value of the sensitive column; empty for plain class sizes. */
  readonly value: Int32Array;
  readonly person: Int32Array;
}

/** Distinct tuples of the quasi-identifiers. */
export interface FrequencySet {
  readonly tuples: number;
  /** Codes of each quasi-identifier, one per tuple. */
  readonly codes: readonly Int32Array[];
  readonly cardinalities: readonly number[];
  /** Weighted released rows of each tuple: all rows, or those of the subset. */
  readonly rows: Float64Array;
  /** Rows of the population; the same array as `rows` when there is no subset. */
  readonly population: Float64Array;
  /** What class size counts, as far as it is additive: rows, or persons that have one tuple only. */
  readonly units: Float64Array;
  /** Persons with several tuples; null when rows are counted or every person has one tuple. */
  readonly shared: SharedPersons | null;
  /** True when classes count persons. */
  readonly persons: boolean;
  /** Number of released rows (weighted): T in the definitions of the metrics. */
  readonly totalRows: number;
  /** Number of persons, or of rows where no person is named. */
  readonly totalUnits: number;
  readonly sensitive: readonly SensitiveCounts[];
  /** Tuple of each row of the table. */
  readonly tupleOf: Int32Array;
}

/** What is counted beside rows. */
export interface FrequencySetOptions {
  readonly person?: string;
  readonly sensitive?: readonly string[];
  /** One byte per row: 1 = released (research subset), 0 = population only. Default: all rows are released. */
  readonly subset?: Uint8Array;
}

/** Counts a table once. @throws SCRIM_TABLE_UNKNOWN_COLUMN */
export function buildFrequencySet(
  table: Table,
  columns: readonly QuasiIdentifier[],
  options: FrequencySetOptions = {},
): FrequencySet {
  const cardinalities = columns.map((column) => column.codes.cardinality);
  const { groupOf, groups, first } = groupCodes(
    columns.map((column) => column.codes.codes),
    cardinalities,
  );
  const codes = columns.map((column) => gather(column.codes.codes, first));
  const weights = weightsOf(table);
  const population = groupSizes(groupOf, groups, weights);
  const subset = options.subset ?? null;
  const released = subset === null ? null : maskWeights(weights, subset);
  const rows = released === null ? population : groupSizes(groupOf, groups, released);
  const person = options.person === undefined ? null : encode(table, options.person);
  const one = person === null ? null : onlyTuple(groupOf, person.codes, person.cardinality, subset);
  const units = one === null || person === null ? rows : countOnly(one, groups);
  const shared = one === null || person === null ? null : sharedOf(groupOf, null, person.codes, one, subset);
  const sensitive = (options.sensitive ?? []).map((name) =>
    countSensitive(encode(table, name), groupOf, groups, released ?? weights, subset, person, one),
  );
  return {
    tuples: groups,
    codes,
    cardinalities,
    rows,
    population,
    units,
    shared: shared !== null && shared.tuple.length > 0 ? shared : null,
    persons: person !== null,
    totalRows: sum(rows),
    totalUnits: person === null ? sum(rows) : countPersons(person, subset),
    sensitive,
    tupleOf: groupOf,
  };
}

function gather(codes: Int32Array, at: Int32Array): Int32Array {
  const out = new Int32Array(at.length);
  for (let i = 0; i < at.length; i++) out[i] = codes[at[i] as number] as number;
  return out;
}

function maskWeights(weights: Float64Array | null, subset: Uint8Array): Float64Array {
  const out = new Float64Array(subset.length);
  for (let row = 0; row < subset.length; row++) {
    out[row] = subset[row] === 1 ? (weights === null ? 1 : (weights[row] as number)) : 0;
  }
  return out;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] as number;
  return total;
}

const UNSEEN = -1;
const SEVERAL = -2;

/** The only tuple of each person, or SEVERAL, or UNSEEN for persons outside the subset. */
function onlyTuple(groupOf: Int32Array, person: Int32Array, persons: number, subset: Uint8Array | null): Int32Array {
  const only = new Int32Array(persons).fill(UNSEEN);
  for (let row = 0; row < groupOf.length; row++) {
    if (subset !== null && subset[row] !== 1) continue;
    const who = person[row] as number;
    const tuple = groupOf[row] as number;
    if (only[who] === UNSEEN) only[who] = tuple;
    else if (only[who] !== tuple) only[who] = SEVERAL;
  }
  return only;
}

function countOnly(only: Int32Array, tuples: number): Float64Array {
  const counts = new Float64Array(tuples);
  for (let who = 0; who < only.length; who++) {
    const tuple = only[who] as number;
    if (tuple >= 0) counts[tuple] = (counts[tuple] as number) + 1;
  }
  return counts;
}

function countPersons(person: Codes, subset: Uint8Array | null): number {
  if (subset === null) return person.cardinality;
  const seen = new Uint8Array(person.cardinality);
  let count = 0;
  for (let row = 0; row < person.codes.length; row++) {
    const who = person.codes[row] as number;
    if (subset[row] === 1 && seen[who] === 0) {
      seen[who] = 1;
      count++;
    }
  }
  return count;
}

function sharedOf(
  groupOf: Int32Array,
  value: Int32Array | null,
  person: Int32Array,
  only: Int32Array,
  subset: Uint8Array | null,
): SharedPersons {
  const order = groupRows(person, only.length).rows;
  const tuples: number[] = [];
  const values: number[] = [];
  const persons: number[] = [];
  for (let i = 0; i < order.length; i++) {
    const row = order[i] as number;
    if (subset !== null && subset[row] !== 1) continue;
    const who = person[row] as number;
    if (only[who] !== SEVERAL) continue;
    tuples.push(groupOf[row] as number);
    if (value !== null) values.push(value[row] as number);
    persons.push(who);
  }
  return { tuple: Int32Array.from(tuples), value: Int32Array.from(values), person: Int32Array.from(persons) };
}

function countSensitive(
  codes: Codes,
  groupOf: Int32Array,
  tuples: number,
  weights: Float64Array | null,
  subset: Uint8Array | null,
  person: Codes | null,
  only: Int32Array | null,
): SensitiveCounts {
  const columns = [groupOf, codes.codes];
  const cardinalities = [Math.max(1, tuples), codes.cardinality];
  const pairs = groupCodes(columns, cardinalities);
  let counts: Float64Array;
  let shared: SharedPersons | null = null;
  if (person === null || only === null) {
    counts = groupSizes(pairs.groupOf, pairs.groups, weights);
  } else {
    // A person with one tuple counts once per value; others are counted class by class from the shared list.
    const triples = groupCodes([pairs.groupOf, person.codes], [pairs.groups, person.cardinality]);
    counts = new Float64Array(pairs.groups);
    const seen = new Uint8Array(triples.groups);
    for (let row = 0; row < groupOf.length; row++) {
      const triple = triples.groupOf[row] as number;
      if (seen[triple] === 1 || (subset !== null && subset[row] !== 1)) continue;
      seen[triple] = 1;
      const pair = pairs.groupOf[row] as number;
      if ((only[person.codes[row] as number] as number) >= 0) counts[pair] = (counts[pair] as number) + 1;
    }
    shared = sharedOf(groupOf, codes.codes, person.codes, only, subset);
    if (shared.tuple.length === 0) shared = null;
  }
  const starts = new Int32Array(tuples + 1);
  for (let i = 0; i < pairs.groups; i++) {
    const tuple = groupOf[pairs.first[i] as number] as number;
    starts[tuple + 1] = (starts[tuple + 1] as number) + 1;
  }
  for (let tuple = 0; tuple < tuples; tuple++)
    starts[tuple + 1] = (starts[tuple + 1] as number) + (starts[tuple] as number);
  const next = starts.slice(0, tuples);
  const tupleOf = new Int32Array(pairs.groups);
  const value = new Int32Array(pairs.groups);
  const count = new Float64Array(pairs.groups);
  for (let i = 0; i < pairs.groups; i++) {
    const row = pairs.first[i] as number;
    const tuple = groupOf[row] as number;
    const at = next[tuple] as number;
    next[tuple] = at + 1;
    tupleOf[at] = tuple;
    value[at] = codes.codes[row] as number;
    count[at] = counts[i] as number;
  }
  const total = new Float64Array(codes.cardinality);
  for (let i = 0; i < value.length; i++) {
    const code = value[i] as number;
    total[code] = (total[code] as number) + (count[i] as number);
  }
  if (shared !== null) addSharedTotals(shared, total);
  return { name: codes.name, codes, values: codes.cardinality, starts, tuple: tupleOf, value, count, shared, total };
}

function addSharedTotals(shared: SharedPersons, total: Float64Array): void {
  const last = new Int32Array(total.length).fill(-1);
  for (let i = 0; i < shared.person.length; i++) {
    const value = shared.value[i] as number;
    const person = shared.person[i] as number;
    if (last[value] !== person) {
      last[value] = person;
      total[value] = (total[value] as number) + 1;
    }
  }
}
