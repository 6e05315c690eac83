/**
 * `scrim/table`: the columnar Table, its readers and writers, group-by and quality report.
 * @module
 */
export type { CellValue, ColumnValues } from './build.js';
export { tableFromColumns, tableFromRows } from './build.js';
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
export { encode } from './encode.js';
export type { FrequencyOptions } from './frequency.js';
export { frequencyTable } from './frequency.js';
export type { GroupOptions, Groups } from './group-by.js';
export { groupBy, groupEncoded, weightsOf } from './group-by.js';
export { daysOf, parseDate, parseNumber } from './parse.js';
export type { Batch, TableOptions } from './table.js';
export { Table } from './table.js';
export { BATCH_ROWS, filterRows, take } from './take.js';
export type { NumericView } from './views.js';
export { dateView, numericView } from './views.js';
