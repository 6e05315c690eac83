/**
 * Frequency tables: the distinct rows of some columns with the number of source rows behind each; a Table like any other.
 * @module
 */
import { groupBy } from './group-by.js';
import { Table } from './table.js';
import { BATCH_ROWS, take } from './take.js';

/** Options of {@link frequencyTable}. */
export interface FrequencyOptions {
  /** Name of the weight column that is added. Default `weight`. */
  readonly weights?: string;
}

/**
 * The distinct rows of the named columns, in order of first appearance, with their weight as the last column.
 *
 * @throws SCRIM_TABLE_UNKNOWN_COLUMN, SCRIM_TABLE_DUPLICATE_COLUMN when a column already has the name of the weights
 * @example
 * const table = tableFromColumns({ sex: ['f', 'm', 'f'] });
 * [...frequencyTable(table, ['sex']).objects()]; // => [{ sex: 'f', weight: '2' }, { sex: 'm', weight: '1' }]
 */
export function frequencyTable(table: Table, names: readonly string[], options: FrequencyOptions = {}): Table {
  const weights = options.weights ?? 'weight';
  const groups = groupBy(table, names);
  const distinct = take(table.select(names), groups.first);
  const fields = [...distinct.fields, { name: weights, type: 'float64', logical: 'integer' } as const];
  const batches = distinct.batches.map((batch, i) => {
    const values = groups.rows.slice(i * BATCH_ROWS, i * BATCH_ROWS + batch.rows);
    const column = { type: 'float64', length: batch.rows, validity: null, unreadable: null, values } as const;
    return { rows: batch.rows, columns: [...batch.columns, column] };
  });
  return new Table(fields, batches, { weights });
}
