/**
 * Files that `scrim sample` reads twice: CSV, NDJSON and Parquet batch by batch, and the drawn rows into any of them.
 * @module
 */
import fs from 'node:fs';
import { basename } from 'node:path';
import { type Artifact, type AtomicFile, type OperationRecord, ScrimError, Sha256 } from '../core/index.js';
import type { SampleOptions, StratumCount, StreamParts } from '../sampling/index.js';
import type { CsvOptions, Field, QualityReport, Table } from '../table/index.js';

/** What was drawn, and what was read and written. */
export interface Done {
  readonly rows: number;
  readonly population: number;
  readonly strata: readonly StratumCount[];
  readonly record: OperationRecord;
  readonly artifact: Artifact;
  readonly columns: readonly string[];
  readonly sha256: string;
}

/** A file that can be read again and again. */
export interface StreamedFile {
  readonly name: string;
  readonly fields: readonly Field[];
  /** One reading. */
  read(): AsyncGenerator<StreamParts, Reading, undefined>;
}

interface Reading {
  /** Digest of what was read. */
  readonly sha256: string;
  readonly unreadableRows: number;
}

/** Rows that could not be read as rows and stand as unreadable cells. */
export function unreadableRows({ text, lines }: Pick<QualityReport, 'text' | 'lines'>): number {
  return (text?.longRows.count ?? 0) + (lines?.invalidLines.count ?? 0);
}

/** Says in the record that rows could not be read; the record as it is when all were. */
export function withUnreadable(record: OperationRecord, count: number): OperationRecord {
  if (count === 0) return record;
  const message = `${count} rows of the source could not be read: where they were drawn, their cells are empty.`;
  return { ...record, warnings: [...record.warnings, { code: 'rows-unreadable', message, count }] };
}

/** Opens a file in the format that its first bytes and its name say. @throws as the readers of the formats */
export async function streamOf(path: string, name: string, options: CsvOptions): Promise<StreamedFile> {
  const { tableFormat } = await import('../table/index.js');
  const format = tableFormat(await firstBytes(path), path);
  if (format === 'csv') return csvFile(path, { ...options, name });
  const { progress, signal } = options;
  const run = { name, ...(progress !== undefined && { progress }), ...(signal !== undefined && { signal }) };
  return format === 'ndjson' ? ndjsonFile(path, run) : parquetFile(path, run);
}

async function firstBytes(path: string): Promise<Uint8Array> {
  const handle = await fs.promises.open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(64), 0, 64, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function csvFile(path: string, options: CsvOptions & { readonly name: string }): Promise<StreamedFile> {
  const { csvBatches } = await import('../table/index.js');
  const start = bytesOf(path);
  const batches = csvBatches(start, options);
  const first = await batches.next();
  await batches.return(undefined as never);
  await start.return(undefined);
  const fields: readonly Field[] =
    first.done === true
      ? first.value.columns.map(({ name }) => ({ name, type: 'utf8', logical: 'text' }) as const)
      : first.value.fields;
  return {
    name: options.name,
    fields,
    async *read() {
      const digest = new Sha256();
      const quality = yield* csvBatches(bytesOf(path, digest), options);
      return { sha256: digest.hex(), unreadableRows: unreadableRows(quality) };
    },
  };
}

async function* bytesOf(path: string, digest?: Sha256): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const block of fs.createReadStream(path, { highWaterMark: 1 << 20 })) {
    digest?.update(block as Uint8Array);
    yield block as Uint8Array;
  }
}

type Run = Pick<CsvOptions, 'progress' | 'signal'> & { readonly name: string };

async function ndjsonFile(path: string, run: Run): Promise<StreamedFile> {
  const { ndjsonFields, ndjsonTables } = await import('../table/index.js');
  const fields = await ndjsonFields(path, run);
  return {
    name: run.name,
    fields,
    async *read() {
      const { sha256, invalidLines } = yield* parts(ndjsonTables(path, fields, { ...run, digest: true }));
      return { sha256: sha256 as string, unreadableRows: invalidLines };
    },
  };
}

async function parquetFile(path: string, run: Run): Promise<StreamedFile> {
  const { parquetTables, readParquet } = await import('../table/index.js');
  // A file without row groups has fields all the same.
  const { fields } = (await firstTable(parquetTables(path, run))) ?? (await readParquet(path, run));
  return {
    name: run.name,
    fields,
    async *read() {
      // Read by position, so the digest is a reading of its own; both passes must find the same.
      const digest = new Sha256();
      for await (const block of bytesOf(path)) digest.update(block);
      yield* parts(parquetTables(path, run));
      return { sha256: digest.hex(), unreadableRows: 0 };
    },
  };
}

async function firstTable(tables: AsyncGenerator<Table, void, undefined>): Promise<Table | undefined> {
  const first = await tables.next();
  await tables.return();
  return first.done === true ? undefined : first.value;
}

async function* parts<Result>(tables: AsyncGenerator<Table, Result, undefined>): AsyncGenerator<StreamParts, Result> {
  try {
    for (let next = await tables.next(); ; next = await tables.next()) {
      if (next.done === true) return next.value;
      const { fields, batches } = next.value;
      for (const batch of batches) yield { ...batch, fields };
    }
  } finally {
    await tables.return(undefined as never);
  }
}

/** Draws in two readings and writes each batch's rows as they come. @throws SCRIM_SAMPLE_CHANGED, and as `sampleStream` */
export async function drawTo(
  source: StreamedFile,
  file: AtomicFile,
  options: SampleOptions & { readonly signal?: AbortSignal },
): Promise<Done> {
  const { sampleStream } = await import('../sampling/index.js');
  const readings: Reading[] = [];
  async function* reading(): AsyncGenerator<StreamParts> {
    readings.push(yield* source.read());
  }
  const writer = await writerFor(file);
  const result = await sampleStream(reading, { ...options, fields: source.fields }, (rows) => writer.add(rows));
  const [read, again] = readings as [Reading, Reading];
  if (read.sha256 !== again.sha256) throw new ScrimError('SCRIM_SAMPLE_CHANGED');
  const sha256 = await writer.finish();
  const { rows, population, strata } = result;
  const record = withUnreadable(result.record, read.unreadableRows);
  const header = source.fields.map(({ name }) => name);
  const artifact = { name: source.name, sha256: read.sha256, rows: population, columns: header };
  return { rows, population, strata, record, artifact, columns: [...header, '_weight'], sha256 };
}

interface Appender {
  add(rows: Table): Promise<void>;
  /** Returns the digest of all bytes. */
  finish(): Promise<string>;
}

/** What appends tables to a file in the format that its name says. */
async function writerFor(file: AtomicFile): Promise<Appender> {
  const { csvChunks, formatOfName, ndjsonChunks, ParquetAppender } = await import('../table/index.js');
  const format = formatOfName(file.path);
  if (format === 'parquet') {
    const appender = new ParquetAppender(file, { name: basename(file.path) });
    return { add: (rows) => appender.add(rows), finish: async () => (await appender.finish()).sha256 };
  }
  const digest = new Sha256();
  const delimiter = /\.(tsv|tab)$/i.test(file.path) ? { delimiter: '\t' } : {};
  let header = true;
  return {
    async add(rows) {
      for (const chunk of format === 'ndjson' ? ndjsonChunks(rows) : csvChunks(rows, { ...delimiter, header })) {
        digest.update(chunk);
        await file.write(chunk);
      }
      header = false;
    },
    finish: async () => digest.hex(),
  };
}
