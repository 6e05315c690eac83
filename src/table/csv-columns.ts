/**
 * Column builders of the CSV reader: cells in as byte ranges, Arrow-layout batches out, as dictionary codes or plain UTF-8.
 * @module
 */
import { ScrimError } from '../core/index.js';
import type { Column, DictionaryColumn, Utf8Column } from './column.js';
import type { Dictionary } from './dictionary.js';
import { DICTIONARY_BYTE_LIMIT, DictionaryBuilder, NOT_UTF8 } from './dictionary-builder.js';
import { hasReplacementCharacter, isWellFormedUtf8 } from './utf8.js';

/** How the reader stores cells: `auto` starts with a dictionary and leaves it when nearly all values are distinct. */
export type CsvEncoding = 'auto' | 'dictionary' | 'utf8';

/** Code of a null cell inside a batch that is being built. */
export const NULL_CELL = -1;
/** Code of an unreadable cell inside a batch that is being built. */
export const UNREADABLE_CELL = -2;

/** `auto` looks at the share of distinct values from this many values on. */
const AUTO_ROWS = 262_144;
/** `auto` leaves the dictionary when more than this share of the values is distinct. */
const AUTO_DISTINCT = 0.9;

/** A finished dictionary batch whose dictionary is still growing. */
interface PendingCodes {
  readonly length: number;
  readonly codes: Uint8Array | Uint16Array | Uint32Array;
  readonly validity: Uint8Array | null;
  readonly unreadable: Uint8Array | null;
}

/** Collects the cells of one column. One class for both layouts, so that the scanner's calls stay monomorphic. */
export class ColumnBuilder {
  /** Cells go into the dictionary (false: into `bytes` and `offsets`). */
  interning: boolean;
  readonly auto: boolean;
  readonly dictionary: DictionaryBuilder;
  /** Codes of the current batch; in the plain layout 0 for a value. */
  codes: Int32Array;
  nulls = 0;
  /** Cells that are null because of their text, over all batches. */
  nullTokens = 0;
  wrong = 0;
  /** Values (neither null nor unreadable) over all batches. */
  values = 0;
  bytes: Uint8Array;
  offsets: Int32Array;
  used = 0;
  readonly pending: PendingCodes[] = [];
  /** A cell was taken back: its dictionary entry may have no cell any more. */
  spoiled = false;
  readonly refuseReplacement: boolean;

  constructor(encoding: CsvEncoding, batchRows: number, refuseReplacement: boolean) {
    this.interning = encoding !== 'utf8';
    this.auto = encoding === 'auto';
    this.refuseReplacement = refuseReplacement;
    this.dictionary = new DictionaryBuilder(refuseReplacement);
    this.codes = new Int32Array(batchRows);
    this.bytes = new Uint8Array(this.interning ? 0 : batchRows);
    this.offsets = new Int32Array(this.interning ? 0 : batchRows + 1);
  }
}

/** Adds a value. @throws SCRIM_TABLE_TOO_LARGE */
export function addCell(column: ColumnBuilder, row: number, source: Uint8Array, start: number, end: number): void {
  if (column.interning) {
    const code = column.dictionary.intern(source, start, end);
    if (code >= 0 || code === NOT_UTF8) {
      if (code === NOT_UTF8) column.wrong++;
      column.codes[row] = code;
      return;
    }
    leaveDictionary(column, row);
  }
  addPlain(column, row, source, start, end);
}

function addPlain(column: ColumnBuilder, row: number, source: Uint8Array, start: number, end: number): void {
  const used = column.used;
  const after = used + end - start;
  if (after > column.bytes.length) growPlain(column, after);
  const bytes = column.bytes;
  let high = 0;
  if (end - start < 32) {
    for (let i = start, o = used; i < end; i++, o++) {
      const byte = source[i] as number;
      high |= byte;
      bytes[o] = byte;
    }
  } else {
    bytes.set(source.subarray(start, end), used);
    for (let i = start; i < end; i++) high |= source[i] as number;
  }
  if (
    high >= 128 &&
    (!isWellFormedUtf8(source, start, end) || (column.refuseReplacement && hasReplacementCharacter(source, start, end)))
  ) {
    addUnreadable(column, row);
    return;
  }
  column.used = after;
  column.codes[row] = 0;
  column.offsets[row + 1] = after;
}

/** Marks the cell as null. */
export function addNull(column: ColumnBuilder, row: number): void {
  column.codes[row] = NULL_CELL;
  column.nulls++;
  if (!column.interning) column.offsets[row + 1] = column.used;
}

/** Marks the cell as unreadable. */
export function addUnreadable(column: ColumnBuilder, row: number): void {
  column.codes[row] = UNREADABLE_CELL;
  column.wrong++;
  if (!column.interning) column.offsets[row + 1] = column.used;
}

/** Turns the cell that was added last (at `row`) into an unreadable one. */
export function spoilCell(column: ColumnBuilder, row: number): void {
  const code = column.codes[row] as number;
  if (code === UNREADABLE_CELL) return;
  if (code === NULL_CELL) column.nulls--;
  else column.spoiled = true;
  column.codes[row] = UNREADABLE_CELL;
  column.wrong++;
  if (!column.interning) {
    column.used = column.offsets[row] as number;
    column.offsets[row + 1] = column.used;
  }
}

function growPlain(column: ColumnBuilder, needed: number): void {
  if (needed > DICTIONARY_BYTE_LIMIT) {
    throw new ScrimError('SCRIM_TABLE_TOO_LARGE', { what: 'the text of one batch', limit: DICTIONARY_BYTE_LIMIT });
  }
  const bytes = new Uint8Array(Math.min(DICTIONARY_BYTE_LIMIT, Math.max(needed, column.bytes.length * 2, 1024)));
  bytes.set(column.bytes.subarray(0, column.used));
  column.bytes = bytes;
}

/** Rewrites what the current batch has so far as plain text; earlier batches follow in {@link finishColumn}. */
function leaveDictionary(column: ColumnBuilder, rows: number): void {
  if (!column.auto) {
    throw new ScrimError('SCRIM_TABLE_TOO_LARGE', { what: 'a dictionary', limit: DICTIONARY_BYTE_LIMIT });
  }
  column.interning = false;
  column.offsets = new Int32Array(column.codes.length + 1);
  column.bytes = new Uint8Array(1024);
  // Nothing is looked up in it again.
  column.dictionary.seal();
  const { offsets, bytes } = column.dictionary;
  for (let row = 0; row < rows; row++) {
    const code = column.codes[row] as number;
    if (code >= 0) {
      addPlain(column, row, bytes, offsets[code] as number, offsets[code + 1] as number);
    } else column.offsets[row + 1] = column.used;
  }
}

function bitmap(codes: Int32Array, rows: number, count: number, mark: number, invert: boolean): Uint8Array | null {
  if (count === 0) return null;
  const bits = new Uint8Array((rows + 7) >> 3);
  for (let row = 0; row < rows; row++) {
    const hit = invert ? (codes[row] as number) >= 0 : codes[row] === mark;
    if (hit) bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7));
  }
  return bits;
}

function narrow(codes: Int32Array, rows: number, size: number): Uint8Array | Uint16Array | Uint32Array {
  const narrowed =
    size <= 2 ** 8 ? new Uint8Array(rows) : size <= 2 ** 16 ? new Uint16Array(rows) : new Uint32Array(rows);
  for (let row = 0; row < rows; row++) {
    const code = codes[row] as number;
    narrowed[row] = Math.max(code, 0);
  }
  return narrowed;
}

/**
 * Closes the current batch of the column.
 *
 * @returns a finished column in the plain layout; null while the dictionary still grows (see {@link finishColumn})
 */
export function flushColumn(column: ColumnBuilder, rows: number): Utf8Column | null {
  const { codes, nulls, wrong } = column;
  const validity = bitmap(codes, rows, nulls + wrong, 0, true);
  const unreadable = bitmap(codes, rows, wrong, UNREADABLE_CELL, false);
  column.values += rows - nulls - wrong;
  column.nulls = 0;
  column.wrong = 0;
  if (column.interning) {
    column.pending.push({ length: rows, codes: narrow(codes, rows, column.dictionary.size), validity, unreadable });
    if (column.auto && column.values >= AUTO_ROWS && column.dictionary.size > AUTO_DISTINCT * column.values) {
      leaveDictionary(column, 0);
    }
    return null;
  }
  const finished: Utf8Column = {
    type: 'utf8',
    length: rows,
    validity,
    unreadable,
    offsets: column.offsets.slice(0, rows + 1),
    bytes: column.bytes.slice(0, column.used),
  };
  column.used = 0;
  return finished;
}

/** All batches of the column: `plain` are those that {@link flushColumn} returned, null where it was pending. */
export function finishColumn(column: ColumnBuilder, plain: readonly (Utf8Column | null)[]): Column[] {
  let dictionary = column.dictionary.finish();
  if (column.spoiled && column.interning) dictionary = dropUnused(column, dictionary);
  let next = 0;
  return plain.map((finished) => {
    if (finished !== null) return finished;
    const pending = column.pending[next++] as PendingCodes;
    return column.interning ? withDictionary(pending, dictionary) : withText(pending, dictionary);
  });
}

/** Removes values without a cell, for nothing of a row that was taken back may stay in the table. */
function dropUnused(column: ColumnBuilder, dictionary: Dictionary): Dictionary {
  const renumbered = new Int32Array(dictionary.size).fill(-1);
  const kept = new DictionaryBuilder();
  for (const batch of column.pending) {
    for (let row = 0; row < batch.length; row++) {
      if (batch.validity !== null && (((batch.validity[row >> 3] as number) >> (row & 7)) & 1) === 0) {
        batch.codes[row] = 0;
        continue;
      }
      const code = batch.codes[row] as number;
      if (renumbered[code] === -1) {
        renumbered[code] = kept.intern(
          dictionary.bytes,
          dictionary.offsets[code] as number,
          dictionary.offsets[code + 1] as number,
        );
      }
      batch.codes[row] = renumbered[code] as number;
    }
  }
  return kept.finish();
}

function withDictionary(pending: PendingCodes, dictionary: Dictionary): DictionaryColumn {
  return { type: 'dictionary', ...pending, dictionary };
}

function withText(pending: PendingCodes, dictionary: Dictionary): Utf8Column {
  const { length, codes, validity, unreadable } = pending;
  const offsets = new Int32Array(length + 1);
  const from = dictionary.offsets;
  let total = 0;
  for (let row = 0; row < length; row++) {
    if (validity === null || (((validity[row >> 3] as number) >> (row & 7)) & 1) === 1) {
      const code = codes[row] as number;
      total += (from[code + 1] as number) - (from[code] as number);
    }
    offsets[row + 1] = total;
  }
  const bytes = new Uint8Array(total);
  for (let row = 0; row < length; row++) {
    const start = offsets[row] as number;
    if (offsets[row + 1] === start) continue;
    const code = codes[row] as number;
    bytes.set(dictionary.bytes.subarray(from[code] as number, from[code + 1] as number), start);
  }
  return { type: 'utf8', length, validity, unreadable, offsets, bytes };
}
