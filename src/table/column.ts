/**
 * Columns in Arrow's memory layout: validity bitmaps, UTF-8 bytes with offsets, dictionary codes, typed numbers, dates as days.
 *
 * Layout: Apache Arrow columnar format 1.5, "Physical memory layout" (variable-size binary, dictionary-encoded, primitive).
 * @module
 */
import type { Dictionary } from './dictionary.js';

/** How the cells of a column are stored. */
export type PhysicalType = 'utf8' | 'dictionary' | 'float64' | 'int32' | 'int64' | 'date';

/**
 * What the text of a column means. Text columns keep their exact bytes, so `007` stays `007`; numbers and dates are views
 * computed once per distinct value (`numericView`, `dateView`).
 */
export type LogicalType = 'text' | 'integer' | 'decimal' | 'date' | 'timestamp' | 'boolean';

/** Name and types of one column. */
export interface Field {
  readonly name: string;
  readonly type: PhysicalType;
  readonly logical: LogicalType;
  /** Timestamps of a clock on the wall, whose zone is not stated: never written as points in time. */
  readonly local?: true;
}

interface CellStates {
  /** Number of rows. */
  readonly length: number;
  /** Bitmap, least significant bit first; 1 = the cell has a value. `null` = every cell has one. */
  readonly validity: Uint8Array | null;
  /**
   * Bitmap; 1 = something stood in the cell that could not be read (wrong bytes, not of the column's type).
   * Such a cell is not valid either. `null` = no such cell. Null, the empty string and unreadable are three things.
   */
  readonly unreadable: Uint8Array | null;
}

/** Strings one after another: cell i is `bytes[offsets[i] .. offsets[i + 1])`, UTF-8. */
export interface Utf8Column extends CellStates {
  readonly type: 'utf8';
  readonly offsets: Int32Array;
  readonly bytes: Uint8Array;
}

/** Codes into a dictionary that all batches of the column share. The code of a cell that is not valid has no meaning. */
export interface DictionaryColumn extends CellStates {
  readonly type: 'dictionary';
  readonly codes: Uint8Array | Uint16Array | Uint32Array;
  readonly dictionary: Dictionary;
}

/** Doubles; NaN is a value, not null. */
export interface Float64Column extends CellStates {
  readonly type: 'float64';
  readonly values: Float64Array;
}

/** 32-bit integers. */
export interface Int32Column extends CellStates {
  readonly type: 'int32';
  readonly values: Int32Array;
}

/** 64-bit integers; microseconds since 1970 where the field is a timestamp. */
export interface Int64Column extends CellStates {
  readonly type: 'int64';
  readonly values: BigInt64Array;
}

/** Days since 1970-01-01. */
export interface DateColumn extends CellStates {
  readonly type: 'date';
  readonly values: Int32Array;
}

/** One column of one batch. */
export type Column = Utf8Column | DictionaryColumn | Float64Column | Int32Column | Int64Column | DateColumn;

/** True when the cell holds a value (the empty string is one). */
export function isValid(column: Column, row: number): boolean {
  const bitmap = column.validity;
  return bitmap === null || (((bitmap[row >> 3] as number) >> (row & 7)) & 1) === 1;
}

/** True when something stood in the cell that could not be read. */
export function isUnreadable(column: Column, row: number): boolean {
  const bitmap = column.unreadable;
  return bitmap !== null && (((bitmap[row >> 3] as number) >> (row & 7)) & 1) === 1;
}

// A leading U+FEFF inside a cell is part of its value, not a mark of the encoding.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const DAY = 86_400_000;
const LAST_DAY = 100_000_000;

/**
 * The cell as text, `null` where it has no value: the edge of the library, not for inner loops.
 * Numbers in JavaScript's shortest form, dates as `YYYY-MM-DD`, 64-bit integers of a timestamp field as
 * `YYYY-MM-DDThh:mm:ss` with a fraction where there is one.
 *
 * @param logical - of the field; only `timestamp` makes a difference. Default `text`
 */
export function cellText(column: Column, row: number, logical: LogicalType = 'text'): string | null {
  if (!isValid(column, row)) return null;
  switch (column.type) {
    case 'utf8':
      return decoder.decode(column.bytes.subarray(column.offsets[row] as number, column.offsets[row + 1] as number));
    case 'dictionary':
      return column.dictionary.at(column.codes[row] as number);
    case 'date':
      return dateText(column.values[row] as number);
    case 'int64':
      return logical === 'timestamp' ? timestampText(column.values[row] as bigint) : String(column.values[row]);
    default:
      return String(column.values[row]);
  }
}

/** Days since 1970-01-01 as ISO 8601; beyond the calendar of JavaScript (275,760 years) the plain number. */
function dateText(days: number): string {
  if (Math.abs(days) > LAST_DAY) return String(days);
  return new Date(days * DAY).toISOString().split('T')[0] as string;
}

/** Microseconds since 1970 as ISO 8601 without a zone; beyond the calendar of JavaScript the plain number. */
function timestampText(micros: bigint): string {
  const fraction = Number(((micros % 1_000_000n) + 1_000_000n) % 1_000_000n);
  const seconds = Number((micros - BigInt(fraction)) / 1_000_000n);
  if (Math.abs(seconds) > LAST_DAY * 86_400) return String(micros);
  const text = new Date(seconds * 1000).toISOString().slice(0, -5);
  if (fraction === 0) return text;
  return fraction % 1000 === 0
    ? `${text}.${String(fraction / 1000).padStart(3, '0')}`
    : `${text}.${String(fraction).padStart(6, '0')}`;
}
