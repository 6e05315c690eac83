/**
 * What a release says about each row, as sets of base values: the common ground of the utility measures.
 * @module
 */
import { encode, parseNumber, type Table } from '../../table/index.js';
import type { Hierarchy } from '../hierarchy/hierarchy.js';

/** One quasi-identifier before and after. */
export interface PublishedColumn {
  readonly name: string;
  /** Number of base values: lines of the hierarchy, one more for null cells that it does not list. */
  readonly size: number;
  /** Base value of every input row. */
  readonly baseOf: Int32Array;
  /** Published cell of every input row; -1 where the row is not released. */
  readonly cellOf: Int32Array;
  /** Base values that a cell may stand for, as ascending ranks; index is the cell. */
  readonly leaves: readonly Int32Array[];
  /** True when base values are numbers: ranks follow their size, and range queries make sense. */
  readonly ordered: boolean;
}

/** Ranks of base values: by size where all are numbers (null last), else in the order given. */
export function ranksOf(values: readonly (string | null)[]): { readonly rank: Int32Array; readonly ordered: boolean } {
  const numbers = values.map((value) => (value === null ? Number.POSITIVE_INFINITY : parseNumber(value)));
  const ordered = values.length > 2 && values.every((value, i) => value === null || !Number.isNaN(numbers[i]));
  const order = values.map((_, i) => i);
  if (ordered) order.sort((a, b) => compare(numbers[a] as number, numbers[b] as number) || a - b);
  const rank = new Int32Array(values.length);
  order.forEach((value, at) => {
    rank[value] = at;
  });
  return { rank, ordered };
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Columns of any product that keeps rows in place: a cell that is a base value stands for itself, a label of the hierarchy for
 * its group at the lowest level that has it, anything else (`*`, a token, null) for the whole domain.
 *
 * @param sourceRow - input row of each product row; input rows that do not occur are not released
 */
export function publishedColumns(
  source: Table,
  product: Table,
  sourceRow: Int32Array,
  names: readonly string[],
  hierarchies: Readonly<Record<string, Hierarchy>>,
): PublishedColumn[] {
  return names.map((name) => {
    const raw = encode(source, name);
    const hierarchy = Object.hasOwn(hierarchies, name) ? hierarchies[name] : undefined;
    const known = hierarchy?.values ?? raw.dictionary.strings();
    const hasNull = raw.cardinality > raw.dictionary.size && !known.includes('');
    const values: (string | null)[] = hasNull ? [...known, null] : [...known];
    const { rank, ordered } = ranksOf(values);
    const indexOf = new Map(known.map((value, i) => [value, i]));
    const empty = indexOf.get('') ?? values.length - 1;
    const baseOfCode = Int32Array.from({ length: raw.cardinality }, (_, code) => {
      const at = code < raw.dictionary.size ? (indexOf.get(raw.dictionary.at(code)) ?? -1) : empty;
      return at < 0 ? -1 : (rank[at] as number);
    });
    const whole = Int32Array.from(values, (_, i) => i);
    const leaves: Int32Array[] = [];
    const after = product.has(name) ? encode(product, name) : null;
    const cellOfCode = Int32Array.from({ length: after?.cardinality ?? 1 }, (_, code) => {
      const text = after !== null && code < after.dictionary.size ? after.dictionary.at(code) : null;
      return leaves.push(text === null ? whole : (leavesOfText(text, indexOf, hierarchy, rank) ?? whole)) - 1;
    });
    const cellOf = new Int32Array(source.rows).fill(-1);
    for (let row = 0; row < sourceRow.length; row++) {
      cellOf[sourceRow[row] as number] = cellOfCode[after === null ? 0 : (after.codes[row] as number)] as number;
    }
    return {
      name,
      size: values.length,
      baseOf: raw.codes.map((code) => baseOfCode[code] as number),
      cellOf,
      leaves,
      ordered,
    };
  });
}

function leavesOfText(
  text: string,
  indexOf: ReadonlyMap<string, number>,
  hierarchy: Hierarchy | undefined,
  rank: Int32Array,
): Int32Array | null {
  const base = indexOf.get(text);
  if (base !== undefined) return Int32Array.of(rank[base] as number);
  if (hierarchy === undefined) return null;
  for (let level = 1; level < hierarchy.levels; level++) {
    const group = (hierarchy.labels[level] as readonly string[]).indexOf(text);
    if (group < 0) continue;
    const groups = hierarchy.groupOf[level] as Int32Array;
    return Int32Array.from(groups.keys())
      .filter((value) => groups[value] === group)
      .map((value) => rank[value] as number)
      .sort();
  }
  return null;
}
