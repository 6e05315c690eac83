/**
 * Numbers and dates of a column, computed once per distinct value; the column itself keeps its text.
 * @module
 */
import { type Column, isValid } from './column.js';
import type { Dictionary } from './dictionary.js';
import { encode } from './encode.js';
import { parseDate, parseNumber } from './parse.js';
import type { Table } from './table.js';

/** A column as doubles. */
export interface NumericView {
  /** One value per row; NaN where the cell is null, unreadable or not of the kind asked for. */
  readonly values: Float64Array;
  /** Number of rows with a value. */
  readonly valid: number;
}

/**
 * The column as numbers: text by {@link parseNumber}, dates as days since 1970-01-01, timestamps as microseconds.
 * Integers beyond 2^53 are rounded to the nearest double.
 *
 * @throws SCRIM_TABLE_UNKNOWN_COLUMN
 */
export function numericView(table: Table, name: string): NumericView {
  const type = table.field(name).type;
  if (type === 'utf8' || type === 'dictionary') return viewOfText(table, name, parseNumber);
  return viewOfNumbers(table.chunks(name), table.rows, 1);
}

/**
 * The column as days since 1970-01-01: text by {@link parseDate}, timestamps as the UTC day they fall on.
 *
 * @throws SCRIM_TABLE_UNKNOWN_COLUMN
 */
export function dateView(table: Table, name: string): NumericView {
  const { type, logical } = table.field(name);
  if (type === 'date') return viewOfNumbers(table.chunks(name), table.rows, 1);
  if (type === 'int64' && logical === 'timestamp') return viewOfNumbers(table.chunks(name), table.rows, 86_400_000_000);
  return viewOfText(table, name, parseDate);
}

function viewOfText(table: Table, name: string, parse: (text: string) => number): NumericView {
  const { codes, dictionary, cardinality } = encode(table, name);
  const distinct = new Float64Array(cardinality).fill(Number.NaN);
  parseAll(dictionary, parse, distinct);
  const values = new Float64Array(codes.length);
  return { values, valid: gather(codes, distinct, values) };
}

function parseAll(dictionary: Dictionary, parse: (text: string) => number, distinct: Float64Array): void {
  for (let code = 0; code < dictionary.size; code++) distinct[code] = parse(dictionary.at(code));
}

function gather(codes: Int32Array, distinct: Float64Array, values: Float64Array): number {
  let valid = 0;
  for (let row = 0; row < codes.length; row++) {
    const value = distinct[codes[row] as number] as number;
    values[row] = value;
    if (!Number.isNaN(value)) valid++;
  }
  return valid;
}

function viewOfNumbers(chunks: readonly Column[], rows: number, unit: number): NumericView {
  const values = new Float64Array(rows);
  let at = 0;
  let valid = 0;
  for (const column of chunks) {
    if (column.type === 'utf8' || column.type === 'dictionary') continue;
    for (let row = 0; row < column.length; row++, at++) {
      const value = isValid(column, row) ? Number(column.values[row]) : Number.NaN;
      values[at] = unit === 1 ? value : Math.floor(value / unit);
      if (!Number.isNaN(value)) valid++;
    }
  }
  return { values, valid };
}
