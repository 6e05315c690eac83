/**
 * Writing CSV (RFC 4180): bytes from bytes, null as an unquoted empty field, the empty string as `""`.
 * @module
 */
import { type RunOptions, throwIfCancelled } from '../core/index.js';
import { type Column, cellText } from './column.js';
import { checkDelimiter, SNIFFED_DELIMITERS } from './csv-sniff.js';
import type { Batch, Table } from './table.js';
import { type ByteSink, type TextWritten, writeChunks } from './text-sink.js';

/** Options of {@link writeCsv}, {@link csvBytes} and {@link csvChunks}. */
export interface CsvWriteOptions extends RunOptions {
  /** Field delimiter. Default `,`. */
  readonly delimiter?: string;
  /** Line end. Default `\n`. */
  readonly lineEnd?: '\n' | '\r\n';
  /** Write the column names first. Default true. */
  readonly header?: boolean;
  /** Start with a byte-order mark, so that Excel reads UTF-8. Default false. */
  readonly bom?: boolean;
  /**
   * Put `'` before cells that a spreadsheet would run as a formula (`=`, `+`, `-`, `@`, tab or CR in front, numbers apart).
   * This changes the data. Default false. Source: OWASP, "CSV Injection".
   */
  readonly neutralizeFormulas?: boolean;
  /** Name in the artifact. Default: the file's name, or `output`. */
  readonly name?: string;
}

/** What was written. */
export type CsvWritten = TextWritten;

const QUOTE = 0x22;
const CHUNK = 1 << 18;
const encoder = new TextEncoder();

/** Output buffer; grows when a single cell needs it. */
interface Output {
  bytes: Uint8Array;
  used: number;
}

interface Dialect {
  readonly delimiter: Uint8Array;
  readonly lineEnd: Uint8Array;
  /** 1 for bytes that make quotes necessary. */
  readonly special: Uint8Array;
  readonly neutralize: boolean;
}

/**
 * Writes a table as CSV to a file (whole or not at all) or into a sink.
 *
 * @throws SCRIM_FILE_UNWRITABLE, SCRIM_CANCELLED, SCRIM_ARGUMENT
 */
export async function writeCsv(
  table: Table,
  target: string | ByteSink,
  options: CsvWriteOptions = {},
): Promise<CsvWritten> {
  return writeChunks(table, csvChunks(table, options), target, options.name);
}

/** The table as CSV in memory. @throws SCRIM_ARGUMENT */
export function csvBytes(table: Table, options: CsvWriteOptions = {}): Uint8Array {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (const chunk of csvChunks(table, options)) {
    chunks.push(chunk.slice());
    length += chunk.length;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/**
 * The table as CSV, chunk by chunk. A chunk is valid until the next one is asked for.
 *
 * @throws SCRIM_ARGUMENT, SCRIM_CANCELLED
 */
export function* csvChunks(table: Table, options: CsvWriteOptions = {}): Generator<Uint8Array, void, undefined> {
  const dialect = dialectOf(options);
  const output: Output = { bytes: new Uint8Array(CHUNK * 2), used: 0 };
  if (options.bom === true) put(output, new Uint8Array([0xef, 0xbb, 0xbf]));
  if (options.header !== false) putHeader(output, table.names, dialect);
  let done = 0;
  for (const batch of table.batches) {
    const writers = batch.columns.map((column) => cellWriter(column, dialect));
    for (let row = 0; row < batch.rows; ) {
      row = putRows(output, batch, writers, row, dialect);
      if (output.used < CHUNK) continue;
      throwIfCancelled(options.signal, 'Writing');
      yield output.bytes.subarray(0, output.used);
      output.used = 0;
      options.progress?.({ stage: 'write', done: done + row, total: table.rows, unit: 'rows' });
    }
    done += batch.rows;
  }
  throwIfCancelled(options.signal, 'Writing');
  if (output.used > 0) yield output.bytes.subarray(0, output.used);
  options.progress?.({ stage: 'write', done, total: table.rows, unit: 'rows' });
}

function dialectOf(options: CsvWriteOptions): Dialect {
  const text = options.delimiter ?? ',';
  checkDelimiter(text);
  const delimiter = encoder.encode(text);
  const special = new Uint8Array(256);
  // Quoting at the delimiter's first byte alone keeps delimiters of several characters unambiguous (`a|` before `||`).
  for (const byte of [delimiter[0] as number, QUOTE, 0x0a, 0x0d, 0]) special[byte] = 1;
  const neutralize = options.neutralizeFormulas === true;
  return { delimiter, lineEnd: encoder.encode(options.lineEnd ?? '\n'), special, neutralize };
}

/** Names that could mislead the reader about delimiter or encoding are quoted. */
function putHeader(output: Output, names: readonly string[], dialect: Dialect): void {
  const careful = dialect.special.slice();
  for (const delimiter of SNIFFED_DELIMITERS) careful[delimiter.charCodeAt(0)] = 1;
  names.forEach((name, i) => {
    if (i > 0) put(output, dialect.delimiter);
    const bytes = encoder.encode(name);
    const quoted = /^sep=/i.test(name) ? QUOTED : verdict(bytes, 0, bytes.length, careful, false);
    putCell(output, bytes, 0, bytes.length, quoted);
  });
  put(output, dialect.lineEnd);
}

function reserve(output: Output, more: number): void {
  if (output.used + more <= output.bytes.length) return;
  const bytes = new Uint8Array(Math.max(output.used + more, output.bytes.length * 2));
  bytes.set(output.bytes.subarray(0, output.used));
  output.bytes = bytes;
}

function put(output: Output, bytes: Uint8Array): void {
  reserve(output, bytes.length);
  output.bytes.set(bytes, output.used);
  output.used += bytes.length;
}

/** How a value is written: as it stands, in quotes, or (with 4) after an apostrophe. */
const BARE = 1;
const QUOTED = 2;
const APOSTROPHE = 4;

function verdict(bytes: Uint8Array, start: number, end: number, special: Uint8Array, neutralize: boolean): number {
  if (start === end) return QUOTED;
  let quoted = bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf;
  for (let i = start; i < end && !quoted; i++) quoted = special[bytes[i] as number] === 1;
  return (quoted ? QUOTED : BARE) | (neutralize && startsFormula(bytes, start, end) ? APOSTROPHE : 0);
}

const PLAIN_NUMBER = /^[+-]\d+(\.\d+)?([eE][+-]?\d+)?$/;

function startsFormula(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start] as number;
  if (first === 0x3d || first === 0x40 || first === 0x09 || first === 0x0d) return true;
  if (first !== 0x2b && first !== 0x2d) return false;
  return end - start > 32 || !PLAIN_NUMBER.test(String.fromCharCode(...bytes.subarray(start, end)));
}

function putCell(output: Output, bytes: Uint8Array, start: number, end: number, how: number): void {
  const length = end - start;
  reserve(output, 2 * length + 4);
  const out = output.bytes;
  let at = output.used;
  if ((how & QUOTED) === 0) {
    if ((how & APOSTROPHE) !== 0) out[at++] = 0x27;
    if (length < 48) for (let i = start; i < end; i++) out[at++] = bytes[i] as number;
    else {
      out.set(bytes.subarray(start, end), at);
      at += length;
    }
  } else {
    out[at++] = QUOTE;
    if ((how & APOSTROPHE) !== 0) out[at++] = 0x27;
    for (let i = start; i < end; i++) {
      const byte = bytes[i] as number;
      if (byte === QUOTE) out[at++] = QUOTE;
      out[at++] = byte;
    }
    out[at++] = QUOTE;
  }
  output.used = at;
}

/** What {@link putRows} needs of a column: text as bytes with offsets, by code or by row. */
interface CellWriter {
  readonly codes: Uint8Array | Uint16Array | Uint32Array | null;
  readonly validity: Uint8Array | null;
  readonly offsets: Uint32Array | Int32Array;
  readonly bytes: Uint8Array;
  /** How each code (or row) is written; 0 = not looked at yet. */
  readonly how: Uint8Array;
}

const verdicts = new WeakMap<Dialect, WeakMap<object, Uint8Array>>();

function cellWriter(column: Column, dialect: Dialect): CellWriter {
  const { validity } = column;
  if (column.type === 'utf8') {
    return { codes: null, validity, offsets: column.offsets, bytes: column.bytes, how: new Uint8Array(column.length) };
  }
  if (column.type === 'dictionary') {
    const { dictionary, codes } = column;
    const known = verdicts.get(dialect) ?? new WeakMap<object, Uint8Array>();
    verdicts.set(dialect, known);
    const how = known.get(dictionary) ?? new Uint8Array(dictionary.size);
    known.set(dictionary, how);
    return { codes, validity, offsets: dictionary.offsets, bytes: dictionary.bytes, how };
  }
  const offsets = new Int32Array(column.length + 1);
  let text = '';
  for (let row = 0; row < column.length; row++) {
    text += cellText(column, row) ?? '';
    offsets[row + 1] = text.length;
  }
  return { codes: null, validity, offsets, bytes: encoder.encode(text), how: new Uint8Array(column.length) };
}

/** Writes rows from `first` until the chunk is full; returns the next row. */
function putRows(
  output: Output,
  batch: Batch,
  writers: readonly CellWriter[],
  first: number,
  dialect: Dialect,
): number {
  const { delimiter, lineEnd, special, neutralize } = dialect;
  const width = writers.length;
  let row = first;
  for (; row < batch.rows && output.used < CHUNK; row++) {
    for (let c = 0; c < width; c++) {
      if (c > 0) {
        reserve(output, delimiter.length);
        for (let i = 0; i < delimiter.length; i++) output.bytes[output.used++] = delimiter[i] as number;
      }
      const { codes, validity, offsets, bytes, how } = writers[c] as CellWriter;
      if (validity !== null && (((validity[row >> 3] as number) >> (row & 7)) & 1) === 0) continue;
      const code = codes === null ? row : (codes[row] as number);
      const start = offsets[code] as number;
      const end = offsets[code + 1] as number;
      let verdictOfCode = how[code] as number;
      if (verdictOfCode === 0) {
        verdictOfCode = verdict(bytes, start, end, special, neutralize);
        how[code] = verdictOfCode;
      }
      putCell(output, bytes, start, end, verdictOfCode);
    }
    reserve(output, lineEnd.length);
    for (let i = 0; i < lineEnd.length; i++) output.bytes[output.used++] = lineEnd[i] as number;
  }
  return row;
}
