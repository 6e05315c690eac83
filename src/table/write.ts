/**
 * Writing a table in the format that the file's extension names.
 * @module
 */
import type { Artifact } from '../core/index.js';
import { type CsvWriteOptions, writeCsv } from './csv-write.js';
import { writeNdjson } from './ndjson-write.js';
import { type ParquetWriteOptions, writeParquet } from './parquet-write.js';
import type { TableFormat } from './read.js';
import type { Table } from './table.js';
import type { ByteSink } from './text-sink.js';

/** Options of {@link writeTable}: those of CSV apply to CSV, name, progress and signal to all formats. */
export interface WriteOptions extends CsvWriteOptions {
  /** Format. Default: `.parquet`; `.ndjson`, `.jsonl`, `.json`; everything else CSV, `.tsv` and `.tab` with tabs. */
  readonly format?: TableFormat;
  /** How Parquet is written. */
  readonly parquet?: ParquetWriteOptions;
}

/** What was written. */
export interface TableWritten extends Artifact {
  readonly sha256: string;
  readonly bytes: number;
  /** Unreadable cells, which no format can hold: written as null. */
  readonly unreadable: number;
}

/**
 * Writes a table to a file, whole or not at all, or into a sink such as an `AtomicFile`.
 *
 * @throws SCRIM_FILE_UNWRITABLE, SCRIM_CANCELLED, SCRIM_ARGUMENT
 */
export async function writeTable(
  table: Table,
  target: string | ByteSink,
  options: WriteOptions = {},
): Promise<TableWritten> {
  const { format: wanted, parquet, ...csv } = options;
  const path = typeof target === 'string' ? target : (options.name ?? '');
  const format = wanted ?? formatOfName(path);
  const shared = {
    ...(options.name !== undefined && { name: options.name }),
    ...(options.progress !== undefined && { progress: options.progress }),
    ...(options.signal !== undefined && { signal: options.signal }),
  };
  if (format === 'parquet') return writeParquet(table, target, { ...parquet, ...shared });
  if (format === 'ndjson') return writeNdjson(table, target, shared);
  return writeCsv(table, target, { ...(/\.(tsv|tab)$/i.test(path) && { delimiter: '\t' }), ...csv });
}

/** Format that the name of a target says. */
export function formatOfName(path: string): TableFormat {
  if (/\.parquet$/i.test(path)) return 'parquet';
  return /\.(ndjson|jsonl|json)$/i.test(path) ? 'ndjson' : 'csv';
}
