/**
 * Streaming CSV to CSV at constant memory: by the one-pass kernel where every rule works on the bytes of a cell, by batches
 * of columns elsewhere.
 *
 * The kernel takes UTF-8 with a delimiter of one byte. Records with too many fields, text behind a closing quote or an
 * unclosed quote end the run with an error: nothing that was not parsed with certainty is copied.
 * @module
 */
import { type RunOptions, ScrimError, throwIfCancelled } from '../../core/index.js';
import { type ByteSink, type ByteSource, type CsvOptions, csvBatches, csvChunks, Table } from '../../table/index.js';
import { type ColumnMask, maskTable, requireStreaming } from '../mask-table.js';
import { blocksOf } from './blocks.js';
import type { CellOperation } from './cell.js';
import { type CsvRun, csvRun, maskRecords, outputBound } from './csv-kernel.js';

/** Options of {@link maskCsv}. */
export interface MaskCsvOptions extends RunOptions {
  /** Field delimiter. Default `,`. */
  readonly delimiter?: string;
  /** Always take the way by batches, which also reads other encodings. Default false. */
  readonly batches?: boolean;
  /** How batches are read. */
  readonly read?: CsvOptions;
}

/** What a stream did. */
export interface StreamCounts {
  readonly rows: number;
  /** Cells that could not be masked and are empty now, by output column. */
  readonly suppressed: Readonly<Record<string, number>>;
  /** Columns of the input that were left out. */
  readonly dropped: readonly string[];
  /** `bytes`: one pass over bytes; `batches`: by batches of columns. */
  readonly way: 'bytes' | 'batches';
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** The rules for a header: what {@link maskCsv} asks once it has read the column names. */
export type ChooseMasks = (names: readonly string[]) => readonly ColumnMask[];

/**
 * Masks a CSV stream. Columns come out in the order of the input; those without a rule are left out.
 *
 * @throws SCRIM_MASK_NEEDS_FIT for rules that must see the whole column, SCRIM_MASK_CSV, SCRIM_TABLE_UNKNOWN_COLUMN,
 * SCRIM_CANCELLED and the errors of the reader
 */
export async function maskCsv(
  source: ByteSource,
  sink: ByteSink,
  choose: ChooseMasks,
  options: MaskCsvOptions = {},
): Promise<StreamCounts> {
  const delimiter = options.delimiter ?? ',';
  const blocks = blocksOf(source)[Symbol.asyncIterator]();
  try {
    return await maskBlocks(blocks, delimiter, sink, choose, options);
  } finally {
    // Closes the file when the run ends early.
    await blocks.return?.(undefined);
  }
}

async function maskBlocks(
  blocks: AsyncIterator<Uint8Array>,
  delimiter: string,
  sink: ByteSink,
  choose: ChooseMasks,
  options: MaskCsvOptions,
): Promise<StreamCounts> {
  if (options.batches === true || delimiter.length !== 1 || delimiter > '\u007f')
    return byBatches(blocks, sink, choose, options);
  // Read on until the header is complete.
  let held: Uint8Array = new Uint8Array();
  let names: string[] | null = null;
  let body = 0;
  let done = false;
  while (names === null && !done) {
    const next = await blocks.next();
    done = next.done === true;
    if (next.done !== true) held = held.length === 0 ? next.value : joined(held, next.value);
    const header = readHeader(held, delimiter, done);
    // Lines that end in CR alone are for the reader of tables.
    if (header === 'bare-cr') return byBatches(rest(held, blocks), sink, choose, options);
    if (header !== null) [names, body] = [header.names, header.end];
    else if (held.length > 1 << 20)
      throw new ScrimError('SCRIM_MASK_CSV', { row: 1, problem: 'the header is longer than 1 MiB' });
  }
  if (names === null || held.length === 0) throw new ScrimError('SCRIM_CSV_EMPTY', { source: 'the stream' });
  const operations = operationsFor(names, choose(names), delimiter.charCodeAt(0));
  if (operations === null) return byBatches(rest(held, blocks), sink, choose, options);
  return byBytes(held.subarray(body), blocks, done, names, operations, delimiter.charCodeAt(0), sink, options);
}

interface NamedOperation {
  readonly operation: CellOperation;
  readonly output: string;
}

/** Operations by column when every rule is one of bytes; null otherwise. @throws SCRIM_TABLE_UNKNOWN_COLUMN, SCRIM_MASK_NEEDS_FIT */
function operationsFor(
  names: readonly string[],
  masks: readonly ColumnMask[],
  delimiter: number,
): readonly NamedOperation[] | null {
  const byName = new Map(masks.map((mask) => [mask.column, mask]));
  for (const mask of masks) {
    if (!names.includes(mask.column)) throw new ScrimError('SCRIM_TABLE_UNKNOWN_COLUMN', { column: mask.column });
    if (mask.masker !== null) requireStreaming(mask.masker, mask.column);
  }
  const operations: NamedOperation[] = [];
  for (const name of names) {
    const mask = byName.get(name);
    if (mask === undefined) operations.push({ operation: { kind: 'drop' }, output: name });
    else {
      const operation: CellOperation | undefined = mask.masker === null ? { kind: 'copy' } : mask.masker.cell;
      // A mark that CSV gives a meaning to needs quotes: leave it to the writer of tables.
      if (operation === undefined || (operation.kind === 'keep' && [10, 13, 34, delimiter].includes(operation.mark)))
        return null;
      operations.push({ operation, output: mask.as ?? name });
    }
  }
  return operations;
}

const BLOCK = 1 << 18;
const LONGEST_RECORD = 1 << 28;

async function byBytes(
  first: Uint8Array,
  blocks: AsyncIterator<Uint8Array>,
  ended: boolean,
  names: readonly string[],
  operations: readonly NamedOperation[],
  delimiter: number,
  sink: ByteSink,
  options: MaskCsvOptions,
): Promise<StreamCounts> {
  const kept = operations.filter(({ operation }) => operation.kind !== 'drop');
  await sink.write(
    encoder.encode(`${kept.map(({ output }) => quoted(output, delimiter)).join(String.fromCharCode(delimiter))}\n`),
  );
  const run = csvRun(
    operations.map(({ operation }) => operation),
    operations.map(({ operation }) => (operation.kind === 'text' ? cellText(operation.text, delimiter) : null)),
    delimiter,
  );
  let output = new Uint8Array(outputBound(run, 2 * BLOCK));
  // Holds what is left of a block and the next one; grows when records are longer than blocks.
  let store = new Uint8Array(2 * BLOCK);
  let held = first;
  let last = ended;
  for (;;) {
    throwIfCancelled(options.signal, 'mask');
    let at = 0;
    while (at < held.length) {
      // Long inputs are cut into blocks, so that the output stays small; a record longer than a block doubles it.
      let size = held.length - at <= 2 * BLOCK ? held.length - at : BLOCK;
      let next = at;
      for (;;) {
        if (output.length < outputBound(run, size)) output = new Uint8Array(outputBound(run, size));
        next = maskRecords(run, held, at, at + size, last && at + size === held.length, output);
        if (run.problem !== 0 || next > at || at + size === held.length) break;
        size = Math.min(held.length - at, 2 * size);
        if (size > LONGEST_RECORD) throw tooLong(run);
      }
      if (run.written > 0) await sink.write(output.subarray(0, run.written));
      if (run.problem !== 0) throw problem(run);
      if (next === at) break;
      at = next;
    }
    options.progress?.({ stage: 'mask', done: run.rows, total: null, unit: 'rows' });
    if (last) break;
    const next = await blocks.next();
    if (next.done === true) {
      last = true;
      held = held.subarray(at);
    } else if (at === held.length) held = next.value;
    else {
      // A record that was not whole is looked at again when twice as much of it is there: the work stays that of its length.
      const left = held.length - at;
      const wanted = at === 0 ? 2 * left : 0;
      const parts = [held.subarray(at), next.value];
      let total = left + next.value.length;
      while (total < wanted && !last) {
        if (total > LONGEST_RECORD) throw tooLong(run);
        const more = await blocks.next();
        if (more.done === true) last = true;
        else {
          parts.push(more.value);
          total += more.value.length;
        }
      }
      const into = total > store.length ? new Uint8Array(2 * total) : store;
      let end = 0;
      for (const part of parts) {
        into.set(part, end);
        end += part.length;
      }
      store = into;
      held = into.subarray(0, total);
    }
  }
  const suppressed: Record<string, number> = {};
  operations.forEach(({ operation, output: name }, c) => {
    if (operation.kind !== 'drop') suppressed[name] = run.refused[c] as number;
  });
  const dropped = names.filter((_, c) => operations[c]?.operation.kind === 'drop');
  return { rows: run.rows, suppressed, dropped, way: 'bytes' };
}

const PROBLEMS = [
  '',
  'a record has more fields than the header',
  'text stands behind a closing quote',
  'a quote is never closed',
];

function tooLong(run: CsvRun): ScrimError {
  return new ScrimError('SCRIM_MASK_CSV', { row: run.rows + 2, problem: 'a record is longer than 256 MiB' });
}

function problem(run: CsvRun): ScrimError {
  return new ScrimError('SCRIM_MASK_CSV', { row: run.rows + 2, problem: PROBLEMS[run.problem] as string });
}

async function byBatches(
  blocks: AsyncIterator<Uint8Array>,
  sink: ByteSink,
  choose: ChooseMasks,
  options: MaskCsvOptions,
): Promise<StreamCounts> {
  const delimiter = options.delimiter;
  const run = {
    ...(options.signal !== undefined && { signal: options.signal }),
    ...(delimiter !== undefined && { delimiter }),
  };
  let masks: readonly ColumnMask[] | null = null;
  let rows = 0;
  let dropped: readonly string[] = [];
  const suppressed: Record<string, number> = {};
  let header = true;
  for await (const batch of csvBatches({ [Symbol.asyncIterator]: () => blocks }, { ...options.read, ...run })) {
    const names = batch.fields.map((field) => field.name);
    if (masks === null) {
      const chosen = choose(names);
      masks = names.flatMap((name) => chosen.filter((mask) => mask.column === name));
      for (const mask of chosen) {
        if (!names.includes(mask.column)) throw new ScrimError('SCRIM_TABLE_UNKNOWN_COLUMN', { column: mask.column });
        if (mask.masker !== null) requireStreaming(mask.masker, mask.column);
      }
      dropped = names.filter((name) => !chosen.some((mask) => mask.column === name));
    }
    const masked = maskTable(new Table(batch.fields, [batch]), masks);
    for (const [name, count] of Object.entries(masked.suppressed)) suppressed[name] = (suppressed[name] ?? 0) + count;
    for (const chunk of csvChunks(masked.table, { ...(delimiter !== undefined && { delimiter }), header }))
      await sink.write(chunk);
    header = false;
    rows += batch.rows;
    options.progress?.({ stage: 'mask', done: rows, total: null, unit: 'rows' });
  }
  return { rows, suppressed, dropped, way: 'batches' };
}

async function* rest(held: Uint8Array, blocks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (held.length > 0) yield held;
  for (let next = await blocks.next(); next.done !== true; next = await blocks.next()) yield next.value;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** Names of the first record and where the second begins; null while it is not complete. */
function readHeader(
  bytes: Uint8Array,
  delimiter: string,
  last: boolean,
): { names: string[]; end: number } | 'bare-cr' | null {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let quotedNow = false;
  let end = start;
  while (end < bytes.length && (quotedNow || bytes[end] !== 10)) {
    if (bytes[end] === 0x22) quotedNow = !quotedNow;
    else if (!quotedNow && bytes[end] === 13 && end + 1 < bytes.length && bytes[end + 1] !== 10) return 'bare-cr';
    end++;
  }
  if (end === bytes.length && (!last || quotedNow)) return null;
  let line: string;
  try {
    line = decoder.decode(bytes.subarray(start, end)).replace(/\r$/, '');
  } catch {
    throw new ScrimError('SCRIM_MASK_CSV', { row: 1, problem: 'the header is not UTF-8' });
  }
  const names: string[] = [];
  const cell = new RegExp(`"((?:[^"]|"")*)"|([^"\\${delimiter}][^\\${delimiter}]*)?`, 'y');
  for (let at = 0; at <= line.length; at++) {
    cell.lastIndex = at;
    const found = cell.exec(line) as RegExpExecArray;
    names.push(found[1] === undefined ? (found[2] ?? '') : found[1].replaceAll('""', '"'));
    at += found[0].length;
  }
  if (new Set(names).size !== names.length)
    throw new ScrimError('SCRIM_MASK_CSV', { row: 1, problem: 'two columns have one name' });
  return { names, end: Math.min(bytes.length, end + 1) };
}

function quoted(text: string, delimiter: number): string {
  return text === '' || text.includes(String.fromCharCode(delimiter)) || /["\r\n]/.test(text)
    ? `"${text.replaceAll('"', '""')}"`
    : text;
}

/** A replacement text as the bytes of a cell. */
function cellText(text: Uint8Array, delimiter: number): Uint8Array {
  return encoder.encode(quoted(new TextDecoder().decode(text), delimiter));
}
