/**
 * Tables from JavaScript values: rows as objects, or columns as arrays and typed arrays.
 * @module
 */
import { ScrimError } from '../core/index.js';
import type { Column, Field, LogicalType } from './column.js';
import { Dictionary } from './dictionary.js';
import { Table, type TableOptions } from './table.js';

/** What a cell may be given as; objects and arrays become their JSON text. */
export type CellValue = string | number | bigint | boolean | Date | null | undefined | object;

/** One column as JavaScript values or a typed array (taken over without copying: do not write to it afterwards). */
export type ColumnValues = readonly CellValue[] | Float64Array | Int32Array | BigInt64Array;

/**
 * A table from columns of equal length. Strings become dictionary columns of text, numbers doubles, bigints 64-bit
 * integers, booleans the texts `true` and `false`, dates timestamps, null and undefined null; a column of several kinds is text.
 *
 * @throws SCRIM_TABLE_SHAPE when lengths differ
 * @example
 * tableFromColumns({ age: Int32Array.of(34, 35), sex: ['f', 'm'] }).rows; // => 2
 */
export function tableFromColumns(columns: Readonly<Record<string, ColumnValues>>, options: TableOptions = {}): Table {
  const fields: Field[] = [];
  const built: Column[] = [];
  let rows = -1;
  for (const [name, values] of Object.entries(columns)) {
    if (rows !== -1 && values.length !== rows) {
      throw new ScrimError('SCRIM_TABLE_SHAPE', { problem: `column ${name} has ${values.length} cells, not ${rows}` });
    }
    rows = values.length;
    const { column, logical } = buildColumn(values);
    fields.push({ name, type: column.type, logical });
    built.push(column);
  }
  return new Table(fields, rows > 0 ? [{ rows, columns: built }] : [], options);
}

/**
 * A table from row objects; columns in order of first appearance, missing members are null.
 *
 * @param options.columns - names and order of the columns; default: all that occur
 * @example
 * tableFromRows([{ sex: 'f', age: 34 }, { sex: 'm' }]).names; // => ['sex', 'age']
 */
export function tableFromRows(
  rows: readonly Readonly<Record<string, CellValue>>[],
  options: TableOptions & { readonly columns?: readonly string[] } = {},
): Table {
  const names = options.columns ?? [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map((name) => buildColumn(rows.map((row) => (Object.hasOwn(row, name) ? row[name] : null))));
  const fields = columns.map(({ column, logical }, i) => ({ name: names[i] as string, type: column.type, logical }));
  const batches = rows.length > 0 ? [{ rows: rows.length, columns: columns.map(({ column }) => column) }] : [];
  return new Table(fields, batches, options.weights === undefined ? {} : { weights: options.weights });
}

interface Built {
  readonly column: Column;
  readonly logical: LogicalType;
}

function buildColumn(values: ColumnValues): Built {
  const length = values.length;
  const whole = { length, validity: null, unreadable: null };
  if (values instanceof Float64Array) return { column: { ...whole, type: 'float64', values }, logical: 'decimal' };
  if (values instanceof Int32Array) return { column: { ...whole, type: 'int32', values }, logical: 'integer' };
  if (values instanceof BigInt64Array) return { column: { ...whole, type: 'int64', values }, logical: 'integer' };
  const validity = validityOf(values);
  const states = { length, validity, unreadable: null };
  switch (kindOf(values)) {
    case 'number': {
      const numbers = Float64Array.from(values as readonly (number | null)[], (value) => value ?? 0);
      const logical = numbers.every(Number.isSafeInteger) ? 'integer' : 'decimal';
      return { column: { ...states, type: 'float64', values: numbers }, logical };
    }
    case 'bigint': {
      const numbers = BigInt64Array.from(values as readonly (bigint | null)[], (value) => value ?? 0n);
      return { column: { ...states, type: 'int64', values: numbers }, logical: 'integer' };
    }
    case 'date': {
      const micros = (value: Date | null | undefined): bigint => BigInt(value?.getTime() ?? 0) * 1000n;
      const numbers = BigInt64Array.from(values as readonly (Date | null)[], micros);
      return { column: { ...states, type: 'int64', values: numbers }, logical: 'timestamp' };
    }
    case 'boolean':
      return { column: { ...textColumn(values), ...states }, logical: 'boolean' };
    default:
      return { column: { ...textColumn(values), ...states }, logical: 'text' };
  }
}

type Kind = 'number' | 'bigint' | 'date' | 'boolean' | 'text';

function kindOf(values: readonly CellValue[]): Kind {
  let kind: Kind | undefined;
  for (const value of values) {
    if (value === null || value === undefined) continue;
    const own = kindOfValue(value);
    if (kind !== undefined && kind !== own) return 'text';
    kind = own;
  }
  return kind ?? 'text';
}

function kindOfValue(value: NonNullable<CellValue>): Kind {
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? 'bigint' : 'text';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'text' : 'date';
  return 'text';
}

function validityOf(values: readonly CellValue[]): Uint8Array | null {
  const bitmap = new Uint8Array((values.length + 7) >> 3);
  let nulls = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value === null || value === undefined) nulls++;
    else bitmap[row >> 3] = (bitmap[row >> 3] as number) | (1 << (row & 7));
  }
  return nulls === 0 ? null : bitmap;
}

function textColumn(values: readonly CellValue[]): {
  type: 'dictionary';
  codes: Uint8Array | Uint16Array | Uint32Array;
  dictionary: Dictionary;
} {
  const seen = new Map<string, number>();
  const codes = new Uint32Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value === null || value === undefined) continue;
    const text = textOf(value);
    let code = seen.get(text);
    if (code === undefined) {
      code = seen.size;
      seen.set(text, code);
    }
    codes[row] = code;
  }
  return { type: 'dictionary', codes: narrowCodes(codes, seen.size), dictionary: Dictionary.from([...seen.keys()]) };
}

function textOf(value: NonNullable<CellValue>): string {
  if (typeof value === 'string') return value;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The narrowest code array for a dictionary of `size` values. */
export function narrowCodes(codes: Uint32Array, size: number): Uint8Array | Uint16Array | Uint32Array {
  if (size <= 2 ** 8) return Uint8Array.from(codes);
  if (size <= 2 ** 16) return Uint16Array.from(codes);
  return codes;
}
