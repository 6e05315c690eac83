/**
 * Reading a table of any supported format, with its quality report and the digest of its exact bytes.
 * @module
 */
import { type Artifact, nodeFs, type RunOptions, ScrimError, sha256Hex } from '../core/index.js';
import { type CsvOptions, readCsv } from './csv-read.js';
import { type NdjsonOptions, readNdjson } from './ndjson-read.js';
import { isParquet, type ParquetOptions, readParquet } from './parquet-read.js';
import { type QualityReport, tableQuality } from './quality.js';
import { type ByteSource, readBlocks, type SourceFacts, sourceName } from './source.js';
import type { Table } from './table.js';

/** Formats that {@link readTable} knows. */
export type TableFormat = 'csv' | 'parquet' | 'ndjson';

/** Options of {@link readTable}: those of CSV apply to CSV, name, progress and signal to all formats. */
export interface ReadOptions extends CsvOptions {
  /** Format. Default: by the first bytes and the file's extension. */
  readonly format?: TableFormat;
  /** How Parquet is read. */
  readonly parquet?: ParquetOptions;
  /** How NDJSON is read. */
  readonly ndjson?: NdjsonOptions;
}

/** A table, what was found while reading it, and what exactly was read. */
export interface TableFile {
  readonly table: Table;
  readonly quality: QualityReport;
  /** `sha256` is that of the exact bytes of the source, computed while they were read. */
  readonly artifact: Artifact & { readonly sha256: string };
  readonly format: TableFormat;
}

/**
 * Reads a table. Parquet is known by its first bytes, NDJSON by its extension (`.ndjson`, `.jsonl`, `.json`) or, where the
 * extension says nothing, by a leading `{`; everything else is delimited text.
 *
 * @throws as {@link readCsv}, {@link readParquet}, {@link readNdjson}
 */
export async function readTable(source: ByteSource, options: ReadOptions = {}): Promise<TableFile> {
  const { format: wanted, parquet, ndjson, ...csv } = options;
  const shared = {
    name: sourceName(source, options.name),
    ...(options.progress !== undefined && { progress: options.progress }),
    ...(options.signal !== undefined && { signal: options.signal }),
  };
  const { start, whole } = await peek(source);
  const format = wanted ?? tableFormat(start, typeof source === 'string' ? source : shared.name);
  if (format === 'parquet') return readParquetFile(whole, { ...parquet, ...shared });
  if (format === 'ndjson') {
    const { table, findings, source: facts } = await readNdjson(whole, { ...ndjson, ...shared, digest: true });
    return { table, quality: tableQuality(table, facts.name, findings), artifact: artifactOf(facts, table), format };
  }
  const { table, quality, source: facts } = await readCsv(whole, { ...csv, ...shared, digest: true });
  return { table, quality, artifact: artifactOf(facts, table), format };
}

function artifactOf(facts: SourceFacts, table: Table): TableFile['artifact'] {
  return { name: facts.name, sha256: facts.sha256 as string, rows: table.rows, columns: table.names };
}

/** Format of a source by its first 64 bytes and its name, as {@link readTable} tells it. */
export function tableFormat(start: Uint8Array, name: string): TableFormat {
  if (isParquet(start)) return 'parquet';
  if (/\.(ndjson|jsonl|json)$/i.test(name)) return 'ndjson';
  if (/\.(csv|tsv|tab|txt|parquet)$/i.test(name)) return /\.parquet$/i.test(name) ? 'parquet' : 'csv';
  let i = start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf ? 3 : 0;
  while (i < start.length && (start[i] === 0x20 || (start[i] as number) - 9 < 5)) i++;
  return start[i] === 0x7b ? 'ndjson' : 'csv';
}

/** The first bytes of a source, and a source that still gives all of them. */
async function peek(source: ByteSource): Promise<{ start: Uint8Array; whole: ByteSource }> {
  if (source instanceof Uint8Array) return { start: source.subarray(0, 64), whole: source };
  if (typeof source === 'string') {
    for await (const block of readBlocks(source, { name: source, bytes: 0, sha256: null })) {
      return { start: block.slice(0, 64), whole: source };
    }
    return { start: new Uint8Array(0), whole: source };
  }
  const iterator = (async function* () {
    yield* source;
  })();
  const held: Uint8Array[] = [];
  let length = 0;
  while (length < 64) {
    const next = await iterator.next();
    if (next.done === true) break;
    if (!(next.value instanceof Uint8Array)) {
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'source', problem: 'a stream of bytes is needed, not of text' });
    }
    held.push(next.value.slice());
    length += next.value.length;
  }
  const start = new Uint8Array(length);
  let at = 0;
  for (const chunk of held) {
    start.set(chunk, at);
    at += chunk.length;
  }
  const whole = (async function* () {
    yield start;
    yield* iterator;
  })();
  return { start, whole };
}

/** Parquet is read by position: a file is digested first and must be the same afterwards; a stream is collected. */
async function readParquetFile(source: ByteSource, options: ParquetOptions & { name: string }): Promise<TableFile> {
  const facts: SourceFacts = { name: options.name, bytes: 0, sha256: null };
  let table: Table;
  if (typeof source === 'string') {
    const before = stamp(source);
    const { progress: _, ...silent } = options;
    for await (const _block of readBlocks(source, facts, { ...silent, digest: true }));
    table = await readParquet(source, options);
    if (stamp(source) !== before) {
      throw new ScrimError('SCRIM_FILE_UNREADABLE', { path: source, reason: 'changed while it was read' });
    }
  } else {
    const bytes = source instanceof Uint8Array ? source : await collect(source, facts, options);
    facts.sha256 = sha256Hex(bytes);
    table = await readParquet(bytes, options);
  }
  return {
    table,
    quality: tableQuality(table, facts.name, null),
    artifact: artifactOf(facts, table),
    format: 'parquet',
  };
}

function stamp(path: string): string {
  const { size, mtimeMs, ino } = nodeFs('Reading a file').statSync(path);
  return `${size} ${mtimeMs} ${ino}`;
}

async function collect(source: ByteSource, facts: SourceFacts, options: RunOptions): Promise<Uint8Array> {
  const blocks: Uint8Array[] = [];
  for await (const block of readBlocks(source, facts, options)) blocks.push(block.slice());
  const bytes = new Uint8Array(facts.bytes);
  let at = 0;
  for (const block of blocks) {
    bytes.set(block, at);
    at += block.length;
  }
  return bytes;
}
