/**
 * Whole-table codes of a column: dictionary columns are joined batch by batch, other columns get a dictionary of their text.
 * @module
 */
import type { Codes } from './codes.js';
import { type Column, cellText, isUnreadable, isValid } from './column.js';
import { Dictionary } from './dictionary.js';
import type { Table } from './table.js';

const kept = new WeakMap<Table, Map<string, Codes>>();

/**
 * The column as dense codes over all batches; every code below `cardinality` occurs. Computed once per table and column,
 * so the result is shared: only read it.
 *
 * Two cells have one code exactly when they have the same text ({@link cellText}), are both null, or both unreadable.
 *
 * @throws SCRIM_TABLE_UNKNOWN_COLUMN
 * @example
 * const table = tableFromColumns({ sex: ['f', 'm', null, 'f'] });
 * encode(table, 'sex').codes; // => Int32Array [0, 1, 2, 0]
 */
export function encode(table: Table, name: string): Codes {
  let columns = kept.get(table);
  if (columns === undefined) {
    columns = new Map();
    kept.set(table, columns);
  }
  let codes = columns.get(name);
  if (codes === undefined) {
    codes = encodeColumn(name, table.chunks(name), table.rows);
    columns.set(name, codes);
  }
  return codes;
}

function encodeColumn(name: string, chunks: readonly Column[], rows: number): Codes {
  const codes = new Int32Array(rows);
  const values: string[] = [];
  const seen = new Map<string, number>();
  const NULL = -1;
  const UNREADABLE = -2;
  let at = 0;
  let nulls = 0;
  let unreadable = 0;
  for (const column of chunks) {
    for (let row = 0; row < column.length; row++, at++) {
      if (!isValid(column, row)) {
        const bad = isUnreadable(column, row);
        if (bad) unreadable++;
        else nulls++;
        codes[at] = bad ? UNREADABLE : NULL;
        continue;
      }
      const text = cellText(column, row) as string;
      let code = seen.get(text);
      if (code === undefined) {
        code = values.push(text) - 1;
        seen.set(text, code);
      }
      codes[at] = code;
    }
  }
  const nullCode = nulls > 0 ? values.length : -1;
  const unreadableCode = unreadable > 0 ? values.length + (nulls > 0 ? 1 : 0) : -1;
  for (let i = 0; i < rows; i++) {
    if (codes[i] === NULL) codes[i] = nullCode;
    else if (codes[i] === UNREADABLE) codes[i] = unreadableCode;
  }
  const cardinality = values.length + (nulls > 0 ? 1 : 0) + (unreadable > 0 ? 1 : 0);
  return { name, codes, dictionary: Dictionary.from(values), nullCode, unreadableCode, cardinality };
}
