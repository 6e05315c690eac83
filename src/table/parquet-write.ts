/**
 * Tables into Parquet files (Apache Parquet format 2.x), by hyparquet-writer: one row group per batch of rows, Snappy.
 *
 * Text columns are written as UTF-8 strings from their bytes, numbers, dates and timestamps as such. What Parquet has no
 * place for (what text means, which column holds weights) stands in the file's metadata and is read back. Unreadable
 * cells cannot be told from null in Parquet: they are written as null and counted.
 * @module
 */
import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import {
  type Artifact,
  AtomicFile,
  type RunOptions,
  ScrimError,
  Sha256,
  throwIfCancelled,
  version,
} from '../core/index.js';
import { type Column, type Field, isUnreadable, isValid } from './column.js';
import type { Dictionary } from './dictionary.js';
import { PARQUET_KEY } from './parquet-read.js';
import type { Batch, Table } from './table.js';
import type { ByteSink } from './text-sink.js';

/** Options of {@link writeParquet}. */
export interface ParquetWriteOptions extends RunOptions {
  /** Largest number of rows of a row group. Default 131072. */
  readonly rowGroupRows?: number;
  /** Name in the artifact. Default: the file's name, or `output`. */
  readonly name?: string;
}

/** What was written. */
export interface ParquetWritten extends Artifact {
  readonly sha256: string;
  readonly bytes: number;
  /** Unreadable cells, which Parquet cannot hold: written as null. */
  readonly unreadable: number;
}

/**
 * Writes a table as Parquet to a file (whole or not at all) or into a sink.
 *
 * @throws SCRIM_FILE_UNWRITABLE, SCRIM_CANCELLED
 */
export async function writeParquet(
  table: Table,
  target: string | ByteSink,
  options: ParquetWriteOptions = {},
): Promise<ParquetWritten> {
  const file = typeof target === 'string' ? await AtomicFile.create(target) : null;
  const writer = new SinkWriter(file ?? (target as ByteSink));
  try {
    const unreadable = await writeAll(table, writer, options);
    await file?.commit();
    const name = options.name ?? (typeof target === 'string' ? (target.split(/[\\/]/).pop() as string) : 'output');
    const { digest, offset: bytes } = writer;
    return { name, sha256: digest.hex(), rows: table.rows, columns: table.names, bytes, unreadable };
  } catch (error) {
    await file?.abort();
    throw error;
  }
}

/** Hands its bytes to a sink after every row group instead of keeping the file in memory. */
class SinkWriter extends ByteWriter {
  readonly digest: Sha256 = new Sha256();
  readonly #sink: ByteSink;

  constructor(sink: ByteSink) {
    super(1 << 20);
    this.#sink = sink;
  }

  async flush(): Promise<void> {
    const bytes = this.getBytes();
    this.digest.update(bytes);
    await this.#sink.write(bytes);
    this.index = 0;
  }
}

async function writeAll(table: Table, sink: SinkWriter, options: ParquetWriteOptions): Promise<number> {
  const groups = new RowGroups(table, sink, options);
  await groups.add(table, table.rows);
  return groups.finish();
}

/**
 * Writes tables of the same columns one after another into one Parquet file, at the memory of one of them: their row groups follow each other.
 *
 * @throws SCRIM_CANCELLED; SCRIM_INTERNAL when the tables differ in columns; SCRIM_PARQUET_INVALID when there is none
 */
export async function writeParquetTables(
  tables: AsyncIterable<Table>,
  target: ByteSink,
  options: ParquetWriteOptions = {},
): Promise<ParquetWritten> {
  const appender = new ParquetAppender(target, options);
  for await (const table of tables) await appender.add(table);
  return appender.finish();
}

/** The same where the tables are handed over one by one. */
export class ParquetAppender {
  readonly #writer: SinkWriter;
  readonly #options: ParquetWriteOptions;
  #groups: RowGroups | undefined;
  #names: readonly string[] = [];
  #rows = 0;

  constructor(target: ByteSink, options: ParquetWriteOptions = {}) {
    this.#writer = new SinkWriter(target);
    this.#options = options;
  }

  /** Writes the rows of a table. @throws SCRIM_CANCELLED; SCRIM_INTERNAL when its columns are not those of the first */
  async add(table: Table): Promise<void> {
    if (this.#groups === undefined) {
      this.#groups = new RowGroups(table, this.#writer, this.#options);
      this.#names = table.names;
    }
    await this.#groups.add(table, null);
    this.#rows += table.rows;
  }

  /** Writes the footer. @throws SCRIM_PARQUET_INVALID when there was no table */
  async finish(): Promise<ParquetWritten> {
    const name = this.#options.name ?? 'output';
    if (this.#groups === undefined)
      throw new ScrimError('SCRIM_PARQUET_INVALID', { source: name, part: 'the first row group' });
    const unreadable = await this.#groups.finish();
    const { digest, offset: bytes } = this.#writer;
    return { name, sha256: digest.hex(), rows: this.#rows, columns: this.#names, bytes, unreadable };
  }
}

/** A Parquet file being written, whose columns are those of its first table. */
class RowGroups {
  readonly #sink: SinkWriter;
  readonly #options: ParquetWriteOptions;
  readonly #writer: ParquetWriter;
  readonly #schema: string;
  readonly #booleans: readonly boolean[];
  #unreadable = 0;
  #done = 0;

  constructor(first: Table, sink: SinkWriter, options: ParquetWriteOptions) {
    this.#sink = sink;
    this.#options = options;
    this.#booleans = first.fields.map((field) => isBoolean(first, field));
    const schema: SchemaElement[] = [
      { name: 'root', num_children: first.fields.length },
      ...first.fields.map((field, i) => elementOf(field, this.#booleans[i] as boolean)),
    ];
    this.#schema = JSON.stringify(schema);
    const notes = {
      logical: Object.fromEntries(first.fields.map(({ name, logical }) => [name, logical])),
      ...(first.weights === null ? {} : { weights: first.weights }),
    };
    const kvMetadata = [{ key: PARQUET_KEY, value: JSON.stringify(notes) }];
    this.#writer = new ParquetWriter({ writer: sink, schema, kvMetadata, createdBy: `scrim ${version}` });
  }

  /** @param total - rows of all tables, for progress; null where it is not known */
  async add(table: Table, total: number | null): Promise<void> {
    const options = this.#options;
    const schema = JSON.stringify([
      { name: 'root', num_children: table.fields.length },
      ...table.fields.map((field) => elementOf(field, isBoolean(table, field))),
    ]);
    if (schema !== this.#schema)
      throw new ScrimError('SCRIM_INTERNAL', { check: 'all row groups have the same columns' });
    const bytesOf = new Map<Dictionary, Uint8Array[]>();
    for (const { batch, start, end } of rowGroups(table, options.rowGroupRows ?? 131_072)) {
      throwIfCancelled(options.signal, 'Writing');
      const columnData = table.fields.map((field, i) => {
        const column = batch.columns[i] as Column;
        if (column.unreadable !== null)
          for (let row = start; row < end; row++) if (isUnreadable(column, row)) this.#unreadable++;
        return { name: field.name, data: cellsOf(column, start, end, this.#booleans[i] as boolean, bytesOf) };
      });
      await this.#writer.write({ columnData, rowGroupSize: end - start });
      this.#done += end - start;
      options.progress?.({ stage: 'write', done: this.#done, total, unit: 'rows' });
    }
  }

  /** Writes the footer; returns the number of unreadable cells. */
  async finish(): Promise<number> {
    await this.#writer.finish();
    await this.#sink.flush();
    return this.#unreadable;
  }
}

function* rowGroups(table: Table, size: number): Generator<{ batch: Batch; start: number; end: number }> {
  for (const batch of table.batches) {
    for (let start = 0; start < batch.rows; start += size) {
      yield { batch, start, end: Math.min(batch.rows, start + size) };
    }
  }
}

/** True for columns of the texts `true` and `false`, which Parquet has a type for. */
function isBoolean(table: Table, field: Field): boolean {
  if (field.logical !== 'boolean' || field.type !== 'dictionary') return false;
  return table.chunks(field.name).every((column) => {
    if (column.type !== 'dictionary') return false;
    return (
      column.dictionary.size <= 2 && column.dictionary.strings().every((text) => text === 'true' || text === 'false')
    );
  });
}

function elementOf(field: Field, boolean: boolean): SchemaElement {
  const head = { name: field.name, repetition_type: 'OPTIONAL' } as const;
  if (boolean) return { ...head, type: 'BOOLEAN' };
  switch (field.type) {
    case 'float64':
      return { ...head, type: 'DOUBLE' };
    case 'int32':
      return { ...head, type: 'INT32' };
    case 'date':
      return { ...head, type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } };
    case 'int64':
      return field.logical === 'timestamp'
        ? {
            ...head,
            type: 'INT64',
            logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: field.local !== true, unit: 'MICROS' },
          }
        : { ...head, type: 'INT64' };
    default:
      return { ...head, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } };
  }
}

type Cell = Uint8Array | number | bigint | boolean | null;

function cellsOf(
  column: Column,
  start: number,
  end: number,
  boolean: boolean,
  bytesOf: Map<Dictionary, Uint8Array[]>,
): Cell[] {
  const cells = new Array<Cell>(end - start);
  const write = (cell: (row: number) => Cell): Cell[] => {
    for (let row = start; row < end; row++) cells[row - start] = isValid(column, row) ? cell(row) : null;
    return cells;
  };
  switch (column.type) {
    case 'dictionary': {
      const { codes, dictionary } = column;
      if (boolean) {
        const truth = dictionary.strings().map((text) => text === 'true');
        return write((row) => truth[codes[row] as number] as boolean);
      }
      // One array per distinct value, shared by all row groups: the writer recognises values by identity.
      let values = bytesOf.get(dictionary);
      if (values === undefined) {
        values = Array.from({ length: dictionary.size }, (_, code) => dictionary.bytesAt(code));
        bytesOf.set(dictionary, values);
      }
      const known = values;
      return write((row) => known[codes[row] as number] as Uint8Array);
    }
    case 'utf8': {
      const { offsets, bytes } = column;
      return write((row) => bytes.subarray(offsets[row] as number, offsets[row + 1] as number));
    }
    default: {
      const { values } = column;
      return write((row) => values[row] as number | bigint);
    }
  }
}
