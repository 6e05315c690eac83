/**
 * A quasi-identifier of one table: its codes bound to its hierarchy, level by level.
 * @module
 */
import { ScrimError } from '../../core/index.js';
import { type Codes, encode, type Table } from '../../table/index.js';
import type { Hierarchy } from '../hierarchy/hierarchy.js';

/** A column of the table with the groups of every level, by code. */
export interface QuasiIdentifier {
  readonly name: string;
  readonly codes: Codes;
  readonly hierarchy: Hierarchy;
  /** Base values that loss measures against: lines of the hierarchy, plus one for null cells it does not list. */
  readonly size: number;
  /** Highest level. */
  readonly height: number;
  /** `groupOf[level][code]`. */
  readonly groupOf: readonly Int32Array[];
  /** Number of groups at each level. */
  readonly groups: readonly number[];
  /** `leaves[level][group]`: base values under a group. */
  readonly leaves: readonly Float64Array[];
  /** `labels[level][group]`; null for a null cell that stays null. */
  readonly labels: readonly (readonly (string | null)[])[];
  /** Rows with a null cell that the hierarchy does not list; they are a base value of their own. */
  readonly nullRows: number;
}

/**
 * Binds a column to its hierarchy.
 *
 * A null cell is the hierarchy's empty base value when it lists one; otherwise null is a base value of its own that joins
 * the others where the top level is a single group. The same holds for unreadable cells.
 *
 * @throws SCRIM_HIERARCHY_MISSING_VALUE when the table has values that the hierarchy does not list
 */
export function bindQuasiIdentifier(table: Table, name: string, hierarchy: Hierarchy): QuasiIdentifier {
  const codes = encode(table, name);
  const values = codes.dictionary.strings();
  const baseOf = new Int32Array(codes.cardinality);
  const missing: number[] = [];
  for (let code = 0; code < codes.dictionary.size; code++) {
    const base = hierarchy.indexOf(values[code] as string);
    baseOf[code] = base;
    if (base < 0) missing.push(code);
  }
  if (missing.length > 0) throw missingValues(name, codes, missing);
  const empty = hierarchy.indexOf('');
  const own = codes.cardinality > codes.dictionary.size && empty < 0;
  for (let code = codes.dictionary.size; code < codes.cardinality; code++) baseOf[code] = empty;
  const groupOf: Int32Array[] = [];
  const leaves: Float64Array[] = [];
  const labels: (string | null)[][] = [];
  for (let level = 0; level < hierarchy.levels; level++) {
    const source = hierarchy.groupOf[level] as Int32Array;
    const levelLabels: (string | null)[] = [...(hierarchy.labels[level] as readonly string[])];
    const levelLeaves = Array.from(hierarchy.leaves[level] as Int32Array);
    let nullGroup = -1;
    if (own) {
      if (level === hierarchy.height && level > 0 && levelLabels.length === 1) {
        nullGroup = 0;
        levelLeaves[0] = (levelLeaves[0] as number) + 1;
      } else {
        nullGroup = levelLabels.push(null) - 1;
        levelLeaves.push(1);
      }
    }
    const groups = new Int32Array(codes.cardinality);
    for (let code = 0; code < codes.cardinality; code++) {
      const base = baseOf[code] as number;
      groups[code] = base >= 0 ? (source[base] as number) : nullGroup;
    }
    groupOf.push(groups);
    leaves.push(Float64Array.from(levelLeaves));
    labels.push(levelLabels);
  }
  return {
    name,
    codes,
    hierarchy,
    size: hierarchy.size + (own ? 1 : 0),
    height: hierarchy.height,
    groupOf,
    groups: labels.map((list) => list.length),
    leaves,
    labels,
    nullRows: own ? countAtLeast(codes.codes, codes.dictionary.size) : 0,
  };
}

/** Base values (positions among the labels of level 0) under each group of a level. */
export function leavesAt(column: QuasiIdentifier, level: number): Int32Array[] {
  const { hierarchy } = column;
  const count = column.groups[level];
  // Beyond the highest level: everything.
  if (count === undefined) return [Int32Array.from({ length: column.size }, (_, base) => base)];
  const lists: number[][] = Array.from({ length: count }, () => []);
  const groups = hierarchy.groupOf[level] as Int32Array;
  for (let base = 0; base < groups.length; base++) (lists[groups[base] as number] as number[]).push(base);
  // A null cell that the hierarchy does not list is the last base value: in the only top group, or the last group.
  if (column.size > hierarchy.size) (lists[count - 1] as number[]).push(hierarchy.size);
  return lists.map((list) => Int32Array.from(list));
}

function countAtLeast(codes: Int32Array, bound: number): number {
  let count = 0;
  for (let row = 0; row < codes.length; row++) if ((codes[row] as number) >= bound) count++;
  return count;
}

function missingValues(column: string, codes: Codes, missing: readonly number[]): ScrimError {
  const absent = new Uint8Array(codes.cardinality);
  for (const code of missing) absent[code] = 1;
  let rows = 0;
  let first = -1;
  for (let row = 0; row < codes.codes.length; row++) {
    if (absent[codes.codes[row] as number] === 1) {
      rows++;
      if (first < 0) first = row;
    }
  }
  return new ScrimError('SCRIM_HIERARCHY_MISSING_VALUE', { column, count: missing.length, rows, row: first + 1 });
}
