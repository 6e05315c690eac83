/**
 * Reading a table of any supported format, with its quality report and the digest of its exact bytes.
 * @module
 */
import type { Artifact } from '../core/index.js';
import { type CsvOptions, readCsv } from './csv-read.js';
import type { QualityReport } from './quality.js';
import type { ByteSource } from './source.js';
import type { Table } from './table.js';

/** A table, what was found while reading it, and what exactly was read. */
export interface TableFile {
  readonly table: Table;
  readonly quality: QualityReport;
  /** `sha256` is that of the exact bytes of the source, computed while they were read. */
  readonly artifact: Artifact & { readonly sha256: string };
}

/**
 * Reads a table; the format is found by its bytes.
 *
 * @throws as {@link readCsv}
 */
export async function readTable(source: ByteSource, options: CsvOptions = {}): Promise<TableFile> {
  const { table, quality, source: facts } = await readCsv(source, { ...options, digest: true });
  const artifact = { name: facts.name, sha256: facts.sha256 as string, rows: table.rows, columns: table.names };
  return { table, quality, artifact };
}
