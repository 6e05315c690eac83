/**
 * NDJSON files larger than memory: tables of some megabytes each, all with the same fields.
 *
 * Two readings, because which members there are is known only at the end: one for the fields, one for the rows.
 * @module
 */
import { ScrimError } from '../core/index.js';
import type { Column, DictionaryColumn, Field, LogicalType } from './column.js';
import { Dictionary } from './dictionary.js';
import { type NdjsonOptions, NdjsonReader } from './ndjson-read.js';
import { type ByteSource, readBlocks, type SourceFacts, sourceName } from './source.js';
import { Table } from './table.js';

/** Bytes of a piece, about: large enough for dictionaries to pay, small enough to be held several times. */
const PIECE = 1 << 24;

/** What was read. */
export interface NdjsonSource extends SourceFacts {
  /** Lines that are no objects: rows of unreadable cells. */
  invalidLines: number;
}

/** Options of {@link ndjsonFields} and {@link ndjsonTables}. */
export interface NdjsonPieceOptions extends NdjsonOptions {
  /** Bytes of a piece, about. Default 16 MiB. */
  readonly pieceBytes?: number;
}

/**
 * All members of the objects in a file, in the order of their first occurrence, with what they mean.
 *
 * @throws SCRIM_NDJSON_EMPTY, SCRIM_NDJSON_INVALID, and as `readNdjson`
 */
export async function ndjsonFields(source: ByteSource, options: NdjsonPieceOptions = {}): Promise<readonly Field[]> {
  const meanings = new Map<string, LogicalType | null>();
  for await (const table of pieces(source, options)) {
    table.fields.forEach(({ name, logical }) => {
      const chunks = table.chunks(name) as readonly DictionaryColumn[];
      const found = chunks[0]?.dictionary.size === 0 ? null : logical;
      meanings.set(name, joined(meanings.get(name) ?? null, found));
    });
  }
  return Array.from(meanings, ([name, logical]) => ({ name, type: 'dictionary', logical: logical ?? 'text' }));
}

/** What a column means of whose parts it is known. */
function joined(a: LogicalType | null, b: LogicalType | null): LogicalType | null {
  if (a === null || b === null || a === b) return a ?? b;
  const numbers = [a, b].every((logical) => logical === 'integer' || logical === 'decimal');
  return numbers ? 'decimal' : 'text';
}

/**
 * Reads a file piece by piece, each a table with exactly the given fields; where a piece lacks one, its cells are null.
 *
 * @param fields - from {@link ndjsonFields}
 * @returns what was read, with its digest if asked for, when the tables are through
 * @throws SCRIM_TABLE_UNKNOWN_COLUMN when the file has a member that is no field, and as {@link ndjsonFields}
 */
export async function* ndjsonTables(
  source: ByteSource,
  fields: readonly Field[],
  options: NdjsonPieceOptions = {},
): AsyncGenerator<Table, NdjsonSource, undefined> {
  const known = new Set(fields.map(({ name }) => name));
  const reading = pieces(source, options);
  try {
    for (let next = await reading.next(); ; next = await reading.next()) {
      if (next.done === true) return next.value;
      const table = next.value;
      const stranger = table.names.find((name) => !known.has(name));
      if (stranger !== undefined) throw new ScrimError('SCRIM_TABLE_UNKNOWN_COLUMN', { column: stranger });
      const batches = table.batches.map((batch) => ({
        rows: batch.rows,
        columns: fields.map(({ name }) =>
          table.has(name) ? (batch.columns[table.indexOf(name)] as Column) : nothing(batch.rows),
        ),
      }));
      yield new Table(fields, batches);
    }
  } finally {
    // Closes the file when the caller stops early, or a member was no field.
    await reading.return(undefined as never);
  }
}

function nothing(rows: number): DictionaryColumn {
  return {
    type: 'dictionary',
    length: rows,
    validity: new Uint8Array((rows + 7) >> 3),
    unreadable: null,
    codes: new Uint8Array(rows),
    dictionary: Dictionary.from([]),
  };
}

async function* pieces(
  source: ByteSource,
  options: NdjsonPieceOptions,
): AsyncGenerator<Table, NdjsonSource, undefined> {
  const { pieceBytes = PIECE } = options;
  const facts: NdjsonSource = { name: sourceName(source, options.name), bytes: 0, sha256: null, invalidLines: 0 };
  let reader = new NdjsonReader(facts.name, options);
  let size = 0;
  let rows = 0;
  let objects = 0;
  const finished = function* (): Generator<Table> {
    const piece = reader.finishPiece();
    rows += piece.table.rows;
    objects += piece.objects;
    if (piece.table.rows > 0) yield piece.table;
  };
  for await (const block of readBlocks(source, facts, options)) {
    size += block.length;
    const cut = size < pieceBytes ? 0 : block.lastIndexOf(10) + 1;
    if (cut > 0) {
      reader.push(block.subarray(0, cut));
      yield* finished();
      reader = new NdjsonReader(facts.name, options, reader.lines);
      size = block.length - cut;
    }
    reader.push(block.subarray(cut));
  }
  yield* finished();
  if (rows === 0) throw new ScrimError('SCRIM_NDJSON_EMPTY', { source: facts.name });
  if (objects === 0) throw new ScrimError('SCRIM_NDJSON_INVALID', { source: facts.name, line: 1 });
  facts.invalidLines = rows - objects;
  return facts;
}
