/**
 * Writing a table in the format that the file's extension names.
 * @module
 */
import { type CsvWriteOptions, type CsvWritten, writeCsv } from './csv-write.js';
import type { Table } from './table.js';

/**
 * Writes a table to a file, whole or not at all: `.tsv` and `.tab` with tabs, everything else as CSV.
 *
 * @throws SCRIM_FILE_UNWRITABLE, SCRIM_CANCELLED
 */
export async function writeTable(table: Table, path: string, options: CsvWriteOptions = {}): Promise<CsvWritten> {
  const tabs = /\.(tsv|tab)$/i.test(path) && options.delimiter === undefined;
  return writeCsv(table, path, tabs ? { ...options, delimiter: '\t' } : options);
}
