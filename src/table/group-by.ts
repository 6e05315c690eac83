/**
 * Group-by over columns of a table, counting rows (weighted in a frequency table) and persons.
 * @module
 */
import { type CodeGroups, groupCodes, groupKeys64, groupPersons, groupSizes } from '../core/index.js';
import { packKeys } from './_pack-keys.js';
import type { Codes } from './codes.js';
import { encode } from './encode.js';
import type { Table } from './table.js';
import { numericView } from './views.js';

/** Groups of equal rows and how much each holds. */
export interface Groups extends CodeGroups {
  /** Number of source rows of each group: sum of the table's weights, or plain count. */
  readonly rows: Float64Array;
  /** Number of distinct persons of each group; null when no person column was named. */
  readonly persons: Float64Array | null;
}

/** Options of {@link groupBy}. */
export interface GroupOptions {
  /** Column that names the person of a row. Default: none. */
  readonly person?: string;
}

/**
 * Groups rows that agree in all named columns; null agrees with null, unreadable with unreadable. No name: one group.
 *
 * Rows without a person all count as one person, so that a missing identifier never makes a group look larger.
 *
 * @throws SCRIM_TABLE_UNKNOWN_COLUMN
 * @example
 * const table = tableFromColumns({ sex: ['f', 'm', 'f'], id: ['1', '2', '1'] });
 * groupBy(table, ['sex'], { person: 'id' }).persons; // => Float64Array [1, 1]
 */
export function groupBy(table: Table, names: readonly string[], options: GroupOptions = {}): Groups {
  // Large keys are packed from the batches; small ones go through codes, which later calls share.
  const keys = packKeys(
    names.map((name) => table.chunks(name)),
    table.rows,
  );
  if (keys !== null) return complete(table, groupKeys64(keys), options);
  const encoded = names.map((name) => encode(table, name));
  return groupEncoded(table, encoded, options);
}

/** {@link groupBy} over columns that are already codes, one per row of the table. @throws SCRIM_TABLE_UNKNOWN_COLUMN */
export function groupEncoded(table: Table, columns: readonly Codes[], options: GroupOptions = {}): Groups {
  const found =
    columns.length === 0
      ? {
          groupOf: new Int32Array(table.rows),
          groups: Math.min(1, table.rows),
          first: new Int32Array(Math.min(1, table.rows)),
        }
      : groupCodes(
          columns.map((column) => column.codes),
          columns.map((column) => column.cardinality),
        );
  return complete(table, found, options);
}

function complete(table: Table, found: CodeGroups, options: GroupOptions): Groups {
  const rows = groupSizes(found.groupOf, found.groups, weightsOf(table));
  if (options.person === undefined) return { ...found, rows, persons: null };
  const person = encode(table, options.person);
  return { ...found, rows, persons: groupPersons(found.groupOf, found.groups, person.codes, person.cardinality) };
}

/** Weight of each row of a frequency table (0 where there is none), or null for a plain table. */
export function weightsOf(table: Table): Float64Array | null {
  if (table.weights === null) return null;
  const { values, valid } = numericView(table, table.weights);
  return valid === values.length ? values : values.map((value) => (Number.isNaN(value) ? 0 : value));
}
