/**
 * Group rows by several columns of dense integer codes: exact, linear, on typed arrays only.
 *
 * Three ways, chosen by the product of the cardinalities: a directly addressed table while the product is small, one
 * mixed-radix number per row (Knuth, TAOCP vol. 2, section 4.1) in a double while it stays below 2^53, and beyond that a
 * 64-bit hash whose every match is verified against the codes of the group's first row. All three number the groups by
 * first appearance, so the result does not depend on the way.
 * @module
 */

import { hashRows, representativesByKey, separateCollisions } from './_probe.js';
import { ScrimError } from './errors.js';

/** Which rows belong together. */
export interface CodeGroups {
  /** Group of each row, in [0, groups); groups are numbered by first appearance. */
  readonly groupOf: Int32Array;
  /** Number of groups. */
  readonly groups: number;
  /** First row of each group, ascending. */
  readonly first: Int32Array;
}

/** Products of cardinalities below this are exact in a double. */
const EXACT = 2 ** 53;

/**
 * Groups the rows whose codes agree in every column. No column: all rows are one group.
 *
 * @param columns - one code per row, each in [0, cardinality); only read
 * @param cardinalities - number of codes of each column
 * @throws SCRIM_ARGUMENT when lengths differ, a cardinality is no count, or a code lies outside its range
 * @example
 * groupCodes([Int32Array.of(0, 1, 0), Int32Array.of(2, 2, 2)], [2, 3]).groupOf; // => Int32Array [0, 1, 0]
 */
export function groupCodes(columns: readonly Int32Array[], cardinalities: readonly number[]): CodeGroups {
  const rows = checkColumns(columns, cardinalities);
  // A column of one code tells nothing; leaving it out keeps more tables on the fast paths.
  const telling = columns.filter((_, i) => (cardinalities[i] as number) > 1);
  const radices = cardinalities.filter((cardinality) => cardinality > 1);
  const product = radices.reduce((all, radix) => all * radix, 1);
  const representative = new Int32Array(rows);
  if (rows === 0) return { groupOf: representative, groups: 0, first: new Int32Array(0) };
  if (telling.length === 0) return { groupOf: representative, groups: 1, first: new Int32Array(1) };
  if (product <= directLimit(rows)) {
    representativesDirect(packInt32(telling, radices, rows), new Int32Array(product), representative);
  } else if (product <= EXACT) {
    representativesByKey(packFloat64(telling, radices, rows), representative);
  } else {
    representativesByKey(hashRows(telling, rows), representative);
    separateCollisions(telling, representative);
  }
  return numberGroups(representative);
}

/**
 * The wide path of {@link groupCodes} with hashes of the caller: groups by hash, verifies every match code by code.
 * Any hashes give the right groups; bad ones only cost time.
 *
 * @param hashes - 64 bits per row, as two words
 * @throws SCRIM_ARGUMENT when lengths differ
 */
export function groupCodesByHash(columns: readonly Int32Array[], hashes: Uint32Array): CodeGroups {
  for (const column of columns) if (2 * column.length !== hashes.length) throw lengthsDiffer();
  const representative = new Int32Array(hashes.length / 2);
  representativesByKey(hashes, representative);
  separateCollisions(columns, representative);
  return numberGroups(representative);
}

/**
 * Groups rows by 64-bit keys: equal bits, equal group. Doubles, 64-bit integers and packed codes are all of this kind.
 *
 * @param words - two words per row, for instance `new Uint32Array(values.buffer)` of a Float64Array; only read
 */
export function groupKeys64(words: Uint32Array): CodeGroups {
  const representative = new Int32Array(words.length >> 1);
  representativesByKey(words, representative);
  return numberGroups(representative);
}

/** Rows of each group; with `weights` their sum. Length `groups`. @throws SCRIM_ARGUMENT when lengths differ */
export function groupSizes(groupOf: Int32Array, groups: number, weights: Float64Array | null = null): Float64Array {
  if (weights !== null && weights.length !== groupOf.length) throw lengthsDiffer();
  const sizes = new Float64Array(groups);
  if (weights === null) addOnes(groupOf, sizes);
  else addWeights(groupOf, weights, sizes);
  return sizes;
}

/** Rows ordered by group: those of group g are `rows[starts[g] .. starts[g + 1])`, ascending. */
export interface GroupRows {
  readonly starts: Int32Array;
  readonly rows: Int32Array;
}

/** The rows of every group, by counting sort. */
export function groupRows(groupOf: Int32Array, groups: number): GroupRows {
  const starts = new Int32Array(groups + 1);
  const rows = new Int32Array(groupOf.length);
  countingSort(groupOf, starts, rows);
  return { starts, rows };
}

/**
 * Number of distinct persons in each group: exact, linear, independent of how often a person occurs.
 *
 * @param persons - person code of each row, in [0, personCount)
 * @throws SCRIM_ARGUMENT when lengths differ
 */
export function groupPersons(
  groupOf: Int32Array,
  groups: number,
  persons: Int32Array,
  personCount: number,
): Float64Array {
  if (persons.length !== groupOf.length) throw lengthsDiffer();
  const distinct = new Float64Array(groups);
  const { starts, rows } = groupRows(groupOf, groups);
  countDistinct(starts, rows, persons, new Int32Array(personCount), distinct);
  return distinct;
}

function checkColumns(columns: readonly Int32Array[], cardinalities: readonly number[]): number {
  if (columns.length !== cardinalities.length) throw lengthsDiffer();
  const rows = columns[0]?.length ?? 0;
  columns.forEach((column, i) => {
    const cardinality = cardinalities[i] as number;
    if (column.length !== rows) throw lengthsDiffer();
    if (!Number.isInteger(cardinality) || cardinality < 0 || cardinality > 2 ** 31) {
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'cardinalities', problem: 'it must hold counts up to 2^31' });
    }
    if (!codesBelow(column, cardinality)) {
      throw new ScrimError('SCRIM_ARGUMENT', {
        name: 'columns',
        problem: `a code of column ${i} is outside its ${cardinality} codes`,
      });
    }
  });
  return rows;
}

function lengthsDiffer(): ScrimError {
  return new ScrimError('SCRIM_ARGUMENT', { name: 'columns', problem: 'the lengths differ' });
}

/** Largest product for which a table with one slot per possible key is cheaper than hashing. */
function directLimit(rows: number): number {
  return Math.min(2 ** 24, Math.max(2 ** 16, 4 * rows));
}

/** Rows packed at a time: their keys stay in the first-level cache while the columns pass by. */
const BLOCK = 4096;

function packInt32(columns: readonly Int32Array[], radices: readonly number[], rows: number): Int32Array {
  if (columns.length === 1) return columns[0] as Int32Array;
  const keys = new Int32Array(rows);
  for (let start = 0; start < rows; start += BLOCK) {
    const end = Math.min(rows, start + BLOCK);
    for (let c = 0; c < columns.length; c++) {
      appendInt32(keys, columns[c] as Int32Array, radices[c] as number, start, end);
    }
  }
  return keys;
}

function appendInt32(keys: Int32Array, codes: Int32Array, radix: number, start: number, end: number): void {
  for (let i = start; i < end; i++) keys[i] = Math.imul(keys[i] as number, radix) + (codes[i] as number);
}

function packFloat64(columns: readonly Int32Array[], radices: readonly number[], rows: number): Uint32Array {
  const keys = new Float64Array(rows);
  for (let start = 0; start < rows; start += BLOCK) {
    const end = Math.min(rows, start + BLOCK);
    for (let c = 0; c < columns.length; c++) {
      appendFloat64(keys, columns[c] as Int32Array, radices[c] as number, start, end);
    }
  }
  return new Uint32Array(keys.buffer);
}

function appendFloat64(keys: Float64Array, codes: Int32Array, radix: number, start: number, end: number): void {
  for (let i = start; i < end; i++) keys[i] = (keys[i] as number) * radix + (codes[i] as number);
}

function codesBelow(codes: Int32Array, cardinality: number): boolean {
  let outside = 0;
  // The sign bit stays set as soon as a code is negative or not below the cardinality.
  const last = cardinality - 1;
  for (let i = 0; i < codes.length; i++) outside |= (codes[i] as number) | (last - (codes[i] as number));
  return outside >= 0;
}

function representativesDirect(keys: Int32Array, slots: Int32Array, representative: Int32Array): void {
  for (let row = 0; row < keys.length; row++) {
    const key = keys[row] as number;
    const seen = slots[key] as number;
    if (seen === 0) {
      slots[key] = row + 1;
      representative[row] = row;
    } else {
      representative[row] = seen - 1;
    }
  }
}

/** Turns "first row of my group" into dense group numbers, in place: a representative always precedes its followers. */
function numberGroups(representative: Int32Array): CodeGroups {
  const groups = countOwn(representative);
  const first = new Int32Array(groups);
  let next = 0;
  for (let row = 0; row < representative.length; row++) {
    const leader = representative[row] as number;
    if (leader === row) {
      first[next] = row;
      representative[row] = next++;
    } else {
      representative[row] = representative[leader] as number;
    }
  }
  return { groupOf: representative, groups, first };
}

function countOwn(representative: Int32Array): number {
  let count = 0;
  for (let row = 0; row < representative.length; row++) if (representative[row] === row) count++;
  return count;
}

function addOnes(groupOf: Int32Array, sizes: Float64Array): void {
  for (let row = 0; row < groupOf.length; row++) {
    const group = groupOf[row] as number;
    sizes[group] = (sizes[group] as number) + 1;
  }
}

function addWeights(groupOf: Int32Array, weights: Float64Array, sizes: Float64Array): void {
  for (let row = 0; row < groupOf.length; row++) {
    const group = groupOf[row] as number;
    sizes[group] = (sizes[group] as number) + (weights[row] as number);
  }
}

function countingSort(groupOf: Int32Array, starts: Int32Array, rows: Int32Array): void {
  const groups = starts.length - 1;
  for (let row = 0; row < groupOf.length; row++) {
    const group = groupOf[row] as number;
    starts[group] = (starts[group] as number) + 1;
  }
  // Ends first; filling backwards turns them into starts and keeps rows ascending.
  for (let group = 1; group < groups; group++)
    starts[group] = (starts[group] as number) + (starts[group - 1] as number);
  for (let row = groupOf.length - 1; row >= 0; row--) {
    const group = groupOf[row] as number;
    const position = (starts[group] as number) - 1;
    starts[group] = position;
    rows[position] = row;
  }
  starts[groups] = groupOf.length;
}

function countDistinct(
  starts: Int32Array,
  rows: Int32Array,
  persons: Int32Array,
  lastGroup: Int32Array,
  distinct: Float64Array,
): void {
  for (let group = 0; group < distinct.length; group++) {
    const end = starts[group + 1] as number;
    let count = 0;
    for (let at = starts[group] as number; at < end; at++) {
      const person = persons[rows[at] as number] as number;
      if (lastGroup[person] !== group + 1) {
        lastGroup[person] = group + 1;
        count++;
      }
    }
    distinct[group] = count;
  }
}
