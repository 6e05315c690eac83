/**
 * Equivalence classes of a table on its quasi-identifiers and the distribution of their sizes.
 *
 * Sweeney, IJUFKS 10(5), 2002; El Emam, "Guide to the De-Identification of Personal Health Information", 2013, chapter 16.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { groupBy, type Table } from '../table/index.js';

/** What defines a class. */
export interface ClassOptions {
  /** Columns an attacker may know. At least one. */
  readonly quasiIdentifiers: readonly string[];
  /** Column that names the person: sizes count persons. Default: rows. */
  readonly person?: string;
}

/** The classes of a table. */
export interface ClassSizes {
  /** Class of each row. */
  readonly classOf: Int32Array;
  /** Number of classes. */
  readonly classes: number;
  /** Persons (rows without a person column) of each class. */
  readonly sizes: Float64Array;
  /** Weighted rows of each class. */
  readonly rows: Float64Array;
  /** First row of each class. */
  readonly first: Int32Array;
  /** True when sizes count persons. */
  readonly persons: boolean;
  /** Sum of the sizes: a person in several classes counts in each. */
  readonly total: number;
}

/**
 * Groups the rows.
 *
 * @throws SCRIM_RISK_OPTION without a quasi-identifier, SCRIM_TABLE_UNKNOWN_COLUMN
 * @example
 * const table = tableFromColumns({ sex: ['f', 'm', 'f'] });
 * classSizes(table, { quasiIdentifiers: ['sex'] }).sizes; // => Float64Array [2, 1]
 */
export function classSizes(table: Table, options: ClassOptions): ClassSizes {
  if (options.quasiIdentifiers.length === 0) {
    throw new ScrimError('SCRIM_RISK_OPTION', { option: 'quasiIdentifiers', problem: 'name at least one column' });
  }
  const groups = groupBy(
    table,
    options.quasiIdentifiers,
    options.person === undefined ? {} : { person: options.person },
  );
  const sizes = groups.persons ?? groups.rows;
  return {
    classOf: groups.groupOf,
    classes: groups.groups,
    sizes,
    rows: groups.rows,
    first: groups.first,
    persons: groups.persons !== null,
    total: sizes.reduce((sum, size) => sum + size, 0),
  };
}

/** Number of classes of each size, ascending by size. */
export function sizeHistogram(sizes: Float64Array): { size: number; classes: number }[] {
  const counts = new Map<number, number>();
  for (const size of sizes) if (size > 0) counts.set(size, (counts.get(size) ?? 0) + 1);
  return [...counts].map(([size, classes]) => ({ size, classes })).sort((a, b) => a.size - b.size);
}
