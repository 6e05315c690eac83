/**
 * Tables into NDJSON: one JSON object per line, every column in every object.
 *
 * Columns that mean numbers or booleans are written bare where their text is a JSON number, `true` or `false`; all else
 * as strings. Null is `null`; unreadable cells, which JSON cannot hold, are written as null and counted.
 * @module
 */
import { type RunOptions, throwIfCancelled } from '../core/index.js';
import { type Column, cellText, type Field, isValid } from './column.js';
import type { Dictionary } from './dictionary.js';
import type { Batch, Table } from './table.js';
import { type ByteSink, type TextWritten, writeChunks } from './text-sink.js';

/** Options of {@link writeNdjson}. */
export interface NdjsonWriteOptions extends RunOptions {
  /** Name in the artifact. Default: the file's name, or `output`. */
  readonly name?: string;
}

/** What was written. */
export type NdjsonWritten = TextWritten;

const CHUNK = 1 << 18;
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const encoder = new TextEncoder();

/**
 * Writes a table as NDJSON to a file (whole or not at all) or into a sink.
 *
 * @throws SCRIM_FILE_UNWRITABLE, SCRIM_CANCELLED
 */
export async function writeNdjson(
  table: Table,
  target: string | ByteSink,
  options: NdjsonWriteOptions = {},
): Promise<NdjsonWritten> {
  return writeChunks(table, ndjsonChunks(table, options), target, options.name);
}

/** The table as NDJSON in chunks; each is valid until the next is asked for. */
export function* ndjsonChunks(table: Table, options: NdjsonWriteOptions = {}): Generator<Uint8Array, void, undefined> {
  const keys = table.names.map((name, i) => encoder.encode(`${i === 0 ? '{' : ','}${JSON.stringify(name)}:`));
  const end = encoder.encode(keys.length === 0 ? '{}\n' : '}\n');
  const tokens = new Map<Field, Tokens>();
  let output: Uint8Array = new Uint8Array(CHUNK);
  let used = 0;
  let done = 0;
  for (const batch of table.batches) {
    throwIfCancelled(options.signal, 'Writing');
    const cells = table.fields.map((field, i) => cellWriter(field, batch, i, tokens));
    for (let row = 0; row < batch.rows; row++) {
      for (let c = 0; c <= cells.length; c++) {
        const key = c < cells.length ? (keys[c] as Uint8Array) : end;
        const cell = c < cells.length ? (cells[c] as (row: number) => Uint8Array)(row) : null;
        const needed = key.length + (cell?.length ?? 0);
        if (used + needed > output.length) {
          if (used > 0) yield output.subarray(0, used);
          used = 0;
          if (needed > output.length) output = new Uint8Array(needed);
        }
        output.set(key, used);
        used += key.length;
        if (cell !== null) {
          output.set(cell, used);
          used += cell.length;
        }
      }
    }
    done += batch.rows;
    options.progress?.({ stage: 'write', done, total: table.rows, unit: 'rows' });
  }
  if (used > 0) yield output.subarray(0, used);
}

/** JSON tokens of a dictionary, made when first needed. */
interface Tokens {
  readonly dictionary: Dictionary;
  readonly made: (Uint8Array | undefined)[];
}

const NULL: Uint8Array = encoder.encode('null');

function cellWriter(
  field: Field,
  batch: Batch,
  position: number,
  tokens: Map<Field, Tokens>,
): (row: number) => Uint8Array {
  const column = batch.columns[position] as Column;
  if (column.type !== 'dictionary') {
    return (row) => (isValid(column, row) ? token(cellText(column, row, field.logical) as string, field) : NULL);
  }
  const { codes, dictionary } = column;
  let known = tokens.get(field);
  if (known?.dictionary !== dictionary) {
    known = { dictionary, made: new Array<Uint8Array | undefined>(dictionary.size) };
    tokens.set(field, known);
  }
  const { made } = known;
  return (row) => {
    if (!isValid(column, row)) return NULL;
    const code = codes[row] as number;
    let bytes = made[code];
    if (bytes === undefined) {
      bytes = token(dictionary.at(code), field);
      made[code] = bytes;
    }
    return bytes;
  };
}

function token(text: string, field: Field): Uint8Array {
  const number = field.logical === 'integer' || field.logical === 'decimal';
  const bare = number ? JSON_NUMBER.test(text) : field.logical === 'boolean' && (text === 'true' || text === 'false');
  return encoder.encode(bare ? text : JSON.stringify(text));
}
