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
import { type Artifact, AtomicFile, type RunOptions, Sha256, throwIfCancelled, version } from '../core/index.js';
import { type Column, type Field, isUnreadable, isValid } from './column.js';
import type { ByteSink } from './csv-write.js';
import type { Dictionary } from './dictionary.js';
import { PARQUET_KEY } from './parquet-read.js';
import type { Batch, Table } from './table.js';

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
  const booleans = table.fields.map((field) => isBoolean(table, field));
  const schema: SchemaElement[] = [
    { name: 'root', num_children: table.fields.length },
    ...table.fields.map((field, i) => elementOf(field, booleans[i] as boolean)),
  ];
  const notes = {
    logical: Object.fromEntries(table.fields.map(({ name, logical }) => [name, logical])),
    ...(table.weights === null ? {} : { weights: table.weights }),
  };
  const kvMetadata = [{ key: PARQUET_KEY, value: JSON.stringify(notes) }];
  const writer = new ParquetWriter({ writer: sink, schema, kvMetadata, createdBy: `scrim ${version}` });
  const size = options.rowGroupRows ?? 131_072;
  const bytesOf = new Map<Dictionary, Uint8Array[]>();
  let unreadable = 0;
  let done = 0;
  for (const { batch, start, end } of rowGroups(table, size)) {
    throwIfCancelled(options.signal, 'Writing');
    const columnData = table.fields.map((field, i) => {
      const column = batch.columns[i] as Column;
      if (column.unreadable !== null)
        for (let row = start; row < end; row++) if (isUnreadable(column, row)) unreadable++;
      return { name: field.name, data: cellsOf(column, start, end, booleans[i] as boolean, bytesOf) };
    });
    await writer.write({ columnData, rowGroupSize: end - start });
    done += end - start;
    options.progress?.({ stage: 'write', done, total: table.rows, unit: 'rows' });
  }
  await writer.finish();
  await sink.flush();
  return unreadable;
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
        ? { ...head, type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' } }
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
