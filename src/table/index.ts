/**
 * `scrim/table`: the columnar Table, its readers and writers, group-by and quality report.
 * @module
 */
export type { Codes } from './codes.js';
export type {
  Column,
  DateColumn,
  DictionaryColumn,
  Field,
  Float64Column,
  Int32Column,
  Int64Column,
  LogicalType,
  PhysicalType,
  Utf8Column,
} from './column.js';
export { cellText, isUnreadable, isValid } from './column.js';
export { Dictionary } from './dictionary.js';
export type { Batch, TableOptions } from './table.js';
export { Table } from './table.js';
