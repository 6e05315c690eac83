/**
 * Super columns: quasi-identifiers merged into few columns of seen combinations, so that a tuple's key is a sum of few look-ups.
 * @module
 */
import { groupCodes } from '../../core/index.js';
import type { FrequencySet } from './frequency-set.js';

/** Largest number of combinations that a super column may have. */
const MERGE_LIMIT = 4096;
/** Members of a super column: the key of a level table, a product of their levels, must stay exact. */
const MEMBERS = 6;

/** Some quasi-identifiers as one column. */
export interface SuperColumn {
  /** Positions of the quasi-identifiers in it. */
  readonly members: readonly number[];
  /** Seen combinations: number, and the code of each member. */
  readonly size: number;
  readonly memberCodes: readonly Int32Array[];
  readonly codes: Int32Array;
  /** Level table by level key: dense group of each combination. */
  readonly tables: Map<number, LevelTable>;
}

/** Dense group of each combination at some levels. */
export interface LevelTable {
  readonly groups: number;
  readonly of: Int32Array;
}

const merged = new WeakMap<FrequencySet, readonly Omit<SuperColumn, 'tables'>[]>();

/** The super columns of a frequency set, merged once, with level tables of their own. */
export function superColumnsOf(frequency: FrequencySet): SuperColumn[] {
  let columns = merged.get(frequency);
  if (columns === undefined) {
    columns = mergeColumns(frequency);
    merged.set(frequency, columns);
  }
  return columns.map((column) => ({ ...column, tables: new Map() }));
}

/** Greedy merge: each column joins the first super column whose seen combinations stay under the limit. */
function mergeColumns(frequency: FrequencySet): Omit<SuperColumn, 'tables'>[] {
  const order = frequency.cardinalities
    .map((cardinality, position) => ({ cardinality, position }))
    .sort((x, y) => y.cardinality - x.cardinality || x.position - y.position);
  const supers: { members: number[]; codes: Int32Array; size: number }[] = [];
  for (const { cardinality, position } of order) {
    const codes = frequency.codes[position] as Int32Array;
    let placed = false;
    for (const column of supers) {
      if (column.members.length >= MEMBERS || column.size * cardinality > 64 * MERGE_LIMIT) continue;
      const joined = groupCodes([column.codes, codes], [Math.max(1, column.size), Math.max(1, cardinality)]);
      if (joined.groups > MERGE_LIMIT) continue;
      column.members.push(position);
      column.codes = joined.groupOf;
      column.size = joined.groups;
      placed = true;
      break;
    }
    if (!placed) supers.push({ members: [position], codes, size: cardinality });
  }
  return supers.map(({ members, codes, size }) => {
    const first = new Int32Array(size).fill(-1);
    for (let tuple = 0; tuple < codes.length; tuple++) {
      const code = codes[tuple] as number;
      if ((first[code] as number) < 0) first[code] = tuple;
    }
    const memberCodes = members.map((member) => {
      const source = frequency.codes[member] as Int32Array;
      const out = new Int32Array(size);
      for (let c = 0; c < size; c++) out[c] = (first[c] as number) < 0 ? 0 : (source[first[c] as number] as number);
      return out;
    });
    return { members, size, memberCodes, codes };
  });
}
