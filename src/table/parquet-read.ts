/**
 * Parquet files (Apache Parquet format 2.x) into tables, by hyparquet: one batch per row group.
 *
 * Text stays bytes: hyparquet hands each distinct value of a dictionary page to our interning builder, so no JavaScript
 * string is made. What the types become:
 * * strings, enums, JSON, plain byte arrays: dictionary columns of text, utf8 columns where the file has no dictionary of
 *   them; bytes that are no UTF-8 are unreadable cells
 * * DECIMAL, unsigned 64-bit integers: dictionary columns of their exact decimal text; TIME and UUID: of their usual text;
 *   other fixed-length byte arrays: of lower-case hex digits; booleans: of `true` and `false`
 * * integers: int32 or int64 (unsigned 32-bit: float64); FLOAT, FLOAT16 and DOUBLE: float64; DATE: date
 * * timestamps: int64 microseconds, nanoseconds cut off
 * * nested columns (lists, maps, structs): refused, or with `nested: 'json'` dictionary columns of their JSON text
 * * INTERVAL and BSON are refused.
 * @module
 */
import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type SchemaElement,
  type SchemaTree,
} from 'hyparquet';
import { nodeBuiltin, nodeFs, type RunOptions, ScrimError, throwIfCancelled } from '../core/index.js';
import { lz4Block, lz4Hadoop } from './_lz4.js';
import { type ColumnPlan, ParquetColumn, planColumn } from './_parquet-column.js';
import { type ChunkPlan, checkChunks } from './_parquet-guard.js';
import { zstdDecompress } from './_zstd.js';
import type { Column, Field, LogicalType } from './column.js';
import { type ByteSource, sourceName } from './source.js';
import { type Batch, Table } from './table.js';

/** Options of {@link readParquet}. */
export interface ParquetOptions extends RunOptions {
  /** Name for messages. Default: the file's name, or `input`. */
  readonly name?: string;
  /** Columns to read, in this order. Default: all. */
  readonly columns?: readonly string[];
  /** What happens to lists, maps and structs. Default `refuse`. */
  readonly nested?: 'refuse' | 'json';
  /** Decompressors by codec. Default: SNAPPY, ZSTD, LZ4_RAW, LZ4; under Node also GZIP and BROTLI. */
  readonly compressors?: Compressors;
}

/** Key of the file's metadata under which {@link writeParquet} keeps what Parquet has no place for. */
export const PARQUET_KEY = 'scrim.table/1';

/**
 * Reads a whole Parquet file.
 *
 * @throws SCRIM_PARQUET_INVALID for damaged files, SCRIM_PARQUET_UNSUPPORTED, SCRIM_TABLE_UNKNOWN_COLUMN,
 * SCRIM_TABLE_DUPLICATE_COLUMN, SCRIM_FILE_MISSING, SCRIM_FILE_UNREADABLE, SCRIM_CANCELLED
 */
export async function readParquet(source: ByteSource, options: ParquetOptions = {}): Promise<Table> {
  return withFile(source, options, async (file) => {
    const columns = file.plans.map((plan) => new ParquetColumn(plan));
    const groups: number[] = [];
    for (let group = 0; group < file.groups.length; group++) {
      groups.push(await readGroup(file, group, columns, options));
    }
    const finished = columns.map((column) => column.finish());
    const batches = groups.map((rows, group): Batch => {
      return { rows, columns: finished.map((parts) => parts[group] as Column) };
    });
    return tableOf(file, batches);
  });
}

/**
 * Reads a Parquet file one row group at a time, each as a table of its own with its own dictionaries.
 *
 * @throws as {@link readParquet}
 */
export async function* parquetTables(
  source: ByteSource,
  options: ParquetOptions = {},
): AsyncGenerator<Table, void, undefined> {
  const opened = await openSource(source);
  try {
    const file = await openParquet(opened.buffer, sourceName(source, options.name), options);
    for (let group = 0; group < file.groups.length; group++) {
      const columns = file.plans.map((plan) => new ParquetColumn(plan));
      const rows = await readGroup(file, group, columns, options);
      yield tableOf(file, [{ rows, columns: columns.map((column) => column.finish()[0] as Column) }]);
    }
  } finally {
    await opened.close();
  }
}

/** True when the bytes begin as a Parquet file does. */
export function isParquet(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[0] === 0x50 && bytes[1] === 0x41 && bytes[2] === 0x52 && bytes[3] === 0x31;
}

/** First row, number of rows and position in the file of a row group. */
interface Group {
  readonly index: number;
  readonly start: number;
  readonly rows: number;
}

interface ParquetFile {
  readonly name: string;
  readonly buffer: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly plans: readonly ColumnPlan[];
  /** Row groups that have rows. */
  readonly groups: readonly Group[];
  readonly columns: ReadonlyMap<string, SchemaTree>;
  readonly weights: string | null;
  readonly compressors: Compressors;
}

async function withFile<Result>(
  source: ByteSource,
  options: ParquetOptions,
  work: (file: ParquetFile) => Promise<Result>,
): Promise<Result> {
  const opened = await openSource(source);
  try {
    return await work(await openParquet(opened.buffer, sourceName(source, options.name), options));
  } finally {
    await opened.close();
  }
}

async function openParquet(buffer: AsyncBuffer, name: string, options: ParquetOptions): Promise<ParquetFile> {
  const compressors = { ...builtinCompressors(), ...options.compressors };
  let metadata: FileMetaData;
  let children: readonly SchemaTree[];
  try {
    metadata = exactMetadata(await parquetMetadataAsync(buffer, { geoparquet: false }));
    children = parquetSchema(metadata).children;
  } catch (error) {
    throw invalid(name, 'footer', error);
  }
  const notes = ownNotes(metadata);
  const byName = new Map<string, SchemaTree>();
  for (const child of children) {
    if (byName.has(child.element.name)) {
      throw new ScrimError('SCRIM_TABLE_DUPLICATE_COLUMN', { column: child.element.name });
    }
    byName.set(child.element.name, child);
  }
  const names = options.columns ?? [...byName.keys()];
  const plans = names.map((column): ColumnPlan => {
    const child = byName.get(column);
    if (child === undefined) throw new ScrimError('SCRIM_TABLE_UNKNOWN_COLUMN', { column });
    return planColumn(child, name, options.nested ?? 'refuse', notes.logical.get(column), isPlain(metadata, column));
  });
  checkCodecs(metadata, new Set(names), compressors, name);
  const groups: Group[] = [];
  let start = 0;
  for (const [index, group] of metadata.row_groups.entries()) {
    const rows = Number(group.num_rows);
    if (!Number.isInteger(rows) || rows < 0 || rows > 2 ** 31 - 1) throw invalid(name, 'row group size', undefined);
    if (rows > 0) groups.push({ index, start, rows });
    start += rows;
  }
  const weights = notes.weights !== null && names.includes(notes.weights) ? notes.weights : null;
  return { name, buffer, metadata, plans, groups, columns: byName, weights, compressors };
}

async function readGroup(
  file: ParquetFile,
  group: number,
  columns: readonly ParquetColumn[],
  options: ParquetOptions,
): Promise<number> {
  const { index, start, rows } = file.groups[group] as Group;
  for (const column of columns) {
    throwIfCancelled(options.signal, 'Reading');
    await readColumn(file, column, index, start, rows);
  }
  options.progress?.({ stage: 'read', done: start + rows, total: Number(file.metadata.num_rows), unit: 'rows' });
  return rows;
}

async function readColumn(
  file: ParquetFile,
  column: ParquetColumn,
  group: number,
  start: number,
  rows: number,
): Promise<void> {
  const { name } = column.plan.field;
  try {
    const parts: ArrayLike<unknown>[] = [];
    const checked = await checkChunks(file.buffer, chunksOf(file, name, group, rows), file.compressors);
    await parquetRead({
      file: checked.file,
      metadata: file.metadata,
      columns: [name],
      rowStart: start,
      rowEnd: start + rows,
      compressors: checked.compressors,
      parsers: column.parsers,
      geoparquet: false,
      // Only collected here: an exception in this callback would be lost.
      onChunk: (chunk) => parts.push(chunk.columnData),
    });
    column.add(parts, rows);
  } catch (error) {
    if (error instanceof ScrimError) throw error;
    throw invalid(file.name, `column ${name}`, error);
  }
}

/** The chunks that hold a column in one row group: one, or several where it is nested. */
function chunksOf(file: ParquetFile, name: string, group: number, rows: number): ChunkPlan[] {
  const levels = new Map<string, Pick<ChunkPlan, 'definition' | 'repetition'>>();
  const visit = (node: SchemaTree, definition: number, repetition: number): void => {
    const kind = node.element.repetition_type;
    const own = {
      definition: definition + (kind === 'REQUIRED' ? 0 : 1),
      repetition: repetition + (kind === 'REPEATED' ? 1 : 0),
    };
    if (node.children.length === 0) levels.set(node.path.join('.'), own);
    for (const child of node.children) visit(child, own.definition, own.repetition);
  };
  visit(file.columns.get(name) as SchemaTree, 0, 0);
  const chunks = (file.metadata.row_groups[group]?.columns ?? []).flatMap(({ meta_data: meta }): ChunkPlan[] => {
    const own = meta === undefined ? undefined : levels.get(meta.path_in_schema.join('.'));
    return meta === undefined || own === undefined ? [] : [{ meta, ...own }];
  });
  if (chunks.length !== levels.size) throw new RangeError('a column chunk is missing');
  for (const { meta, repetition } of chunks) {
    if (repetition === 0 && Number(meta.num_values) !== rows)
      throw new RangeError('the number of values differs from rows');
  }
  return chunks;
}

function tableOf(file: ParquetFile, batches: readonly Batch[]): Table {
  const fields: Field[] = file.plans.map((plan) => plan.field);
  return new Table(fields, batches, file.weights === null ? {} : { weights: file.weights });
}

/**
 * Decimals of flat columns would come as rounded doubles: without their mark hyparquet hands out the stored integers.
 * Inside nested columns they stay doubles.
 */
function exactMetadata(metadata: FileMetaData): FileMetaData {
  const flat = new Set(
    parquetSchema(metadata)
      .children.filter(({ children }) => children.length === 0)
      .map(({ element }) => element),
  );
  const schema = metadata.schema.map((element): SchemaElement => {
    if (!flat.has(element) || element.converted_type !== 'DECIMAL') return element;
    const { converted_type: _, ...rest } = element;
    return { ...rest, logical_type: { type: 'DECIMAL', precision: element.precision ?? 0, scale: element.scale ?? 0 } };
  });
  return { ...metadata, schema };
}

interface Notes {
  readonly logical: ReadonlyMap<string, LogicalType>;
  readonly weights: string | null;
}

const LOGICAL: readonly string[] = ['text', 'integer', 'decimal', 'date', 'timestamp', 'boolean'];

function ownNotes(metadata: FileMetaData): Notes {
  const none: Notes = { logical: new Map(), weights: null };
  const text = metadata.key_value_metadata?.find(({ key }) => key === PARQUET_KEY)?.value;
  if (text === undefined) return none;
  try {
    const notes = JSON.parse(text) as { logical?: Record<string, unknown>; weights?: unknown };
    const logical = Object.entries(notes.logical ?? {}).filter(([, type]) => LOGICAL.includes(String(type)));
    return {
      logical: new Map(logical as [string, LogicalType][]),
      weights: typeof notes.weights === 'string' ? notes.weights : null,
    };
  } catch {
    // Written by something else: the data does not depend on it.
    return none;
  }
}

/** True when no row group keeps a dictionary of the column: its writer found nearly all values distinct. */
function isPlain(metadata: FileMetaData, column: string): boolean {
  const chunks = metadata.row_groups.flatMap((group) =>
    group.columns.filter(({ meta_data: chunk }) => chunk?.path_in_schema[0] === column),
  );
  return chunks.every(({ meta_data: chunk }) =>
    chunk?.encodings.every((encoding) => !String(encoding).endsWith('_DICTIONARY')),
  );
}

function checkCodecs(
  metadata: FileMetaData,
  names: ReadonlySet<string>,
  compressors: Compressors,
  source: string,
): void {
  for (const group of metadata.row_groups) {
    for (const { meta_data: chunk } of group.columns) {
      const column = chunk?.path_in_schema[0];
      if (chunk === undefined || column === undefined || !names.has(column)) continue;
      const known =
        chunk.codec === 'UNCOMPRESSED' || chunk.codec === 'SNAPPY' || compressors[chunk.codec] !== undefined;
      if (!known) {
        throw new ScrimError('SCRIM_PARQUET_UNSUPPORTED', { source, column, feature: `codec ${chunk.codec}` });
      }
    }
  }
}

type Inflate = (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;

function builtinCompressors(): Compressors {
  const zlib = nodeBuiltin<Record<string, Inflate | undefined>>('node:zlib');
  const compressors: Compressors = {};
  const add = (codec: 'GZIP' | 'BROTLI' | 'ZSTD', inflate: Inflate | undefined): void => {
    // A page never exceeds the size its header states: a lying one ends as a damaged file.
    if (inflate !== undefined) {
      compressors[codec] = (bytes, length) => inflate(bytes, { maxOutputLength: Math.max(1, length) });
    }
  };
  add('GZIP', zlib?.['gunzipSync']);
  add('BROTLI', zlib?.['brotliDecompressSync']);
  add('ZSTD', zlib?.['zstdDecompressSync']);
  return { ZSTD: zstdDecompress, LZ4_RAW: lz4Block, LZ4: lz4Hadoop, ...compressors };
}

function invalid(source: string, part: string, cause: unknown): ScrimError {
  return cause instanceof ScrimError ? cause : new ScrimError('SCRIM_PARQUET_INVALID', { source, part });
}

interface OpenSource {
  readonly buffer: AsyncBuffer;
  readonly close: () => Promise<void>;
}

async function openSource(source: ByteSource): Promise<OpenSource> {
  if (typeof source === 'string') return openPath(source);
  const bytes = source instanceof Uint8Array ? source : await collect(source);
  const slice = (start: number, end = bytes.length): ArrayBuffer => {
    const part = bytes.subarray(start, end);
    const copy = new Uint8Array(part.length);
    copy.set(part);
    return copy.buffer;
  };
  return { buffer: { byteLength: bytes.length, slice }, close: async () => undefined };
}

async function openPath(path: string): Promise<OpenSource> {
  const fs = nodeFs('Reading a file').promises;
  const failed = (error: unknown): ScrimError => {
    const reason = String((error as { code?: string }).code ?? 'unknown');
    return reason === 'ENOENT'
      ? new ScrimError('SCRIM_FILE_MISSING', { path })
      : new ScrimError('SCRIM_FILE_UNREADABLE', { path, reason });
  };
  try {
    const handle = await fs.open(path, 'r');
    const { size } = await handle.stat();
    const slice = async (start: number, end = size): Promise<ArrayBuffer> => {
      const bytes = new Uint8Array(end - start);
      let done = 0;
      while (done < bytes.length) {
        const { bytesRead } = await handle.read(bytes, done, bytes.length - done, start + done).catch((error) => {
          throw failed(error);
        });
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return done === bytes.length ? bytes.buffer : bytes.buffer.slice(0, done);
    };
    return { buffer: { byteLength: size, slice }, close: () => handle.close() };
  } catch (error) {
    throw failed(error);
  }
}

async function collect(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of source) {
    parts.push(new Uint8Array(part));
    length += part.length;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
