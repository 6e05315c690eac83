/**
 * `scrim/table`: the columnar Table, its readers and writers, group-by and quality report.
 * @module
 */
export type { ArrowBuffers, ArrowType } from './arrow.js';
export { arrowBuffers, columnFromArrow } from './arrow.js';
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
export type { CsvEncoding } from './csv-columns.js';
export type { LongRows } from './csv-parser.js';
export type { CsvOptions, CsvResult, StreamBatch } from './csv-read.js';
export { csvBatches, readCsv } from './csv-read.js';
export type { CsvWriteOptions, CsvWritten } from './csv-write.js';
export { csvBytes, csvChunks, writeCsv } from './csv-write.js';
export { Dictionary } from './dictionary.js';
export { encode } from './encode.js';
export type { FrequencyOptions } from './frequency.js';
export { frequencyTable } from './frequency.js';
export type { GroupOptions, Groups } from './group-by.js';
export { groupBy, groupEncoded, weightsOf } from './group-by.js';
export type { NdjsonPieceOptions, NdjsonSource } from './ndjson-pieces.js';
export { ndjsonFields, ndjsonTables } from './ndjson-pieces.js';
export type { NdjsonFindings, NdjsonOptions, NdjsonResult } from './ndjson-read.js';
export { readNdjson } from './ndjson-read.js';
export type { NdjsonWriteOptions, NdjsonWritten } from './ndjson-write.js';
export { ndjsonChunks, writeNdjson } from './ndjson-write.js';
export type { ParquetOptions } from './parquet-read.js';
export { isParquet, parquetTables, readParquet } from './parquet-read.js';
export type { ParquetWriteOptions, ParquetWritten } from './parquet-write.js';
export { ParquetAppender, writeParquet, writeParquetTables } from './parquet-write.js';
export { daysOf, parseDate, parseNumber } from './parse.js';
export type { ColumnQuality, Count, Finding, LineQuality, QualityReport, TextQuality } from './quality.js';
export { tableQuality } from './quality.js';
export { mergeQuality } from './quality-merge.js';
export type { ReadOptions, TableFile, TableFormat } from './read.js';
export { readTable, tableFormat } from './read.js';
export type { ByteSource, SourceFacts } from './source.js';
export type { Batch, TableOptions } from './table.js';
export { Table } from './table.js';
export { BATCH_ROWS, filterRows, take } from './take.js';
export type { ByteSink, TextWritten } from './text-sink.js';
export type { NumericView } from './views.js';
export { dateView, numericView } from './views.js';
export type { TableWritten, WriteOptions } from './write.js';
export { formatOfName, writeTable } from './write.js';
