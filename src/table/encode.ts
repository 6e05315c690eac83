/**
 * Whole-table codes of a column: dictionary columns are joined batch by batch, other columns get a dictionary of their text.
 * @module
 */
import { type CodeGroups, groupKeys64, ScrimError } from '../core/index.js';
import type { Codes } from './codes.js';
import {
  type Column,
  cellText,
  type DictionaryColumn,
  type Float64Column,
  type Int64Column,
  isUnreadable,
  isValid,
  type LogicalType,
  type Utf8Column,
} from './column.js';
import { Dictionary } from './dictionary.js';
import { DICTIONARY_FULL, DictionaryBuilder } from './dictionary-builder.js';
import { internDifferent } from './intern-cells.js';
import type { Table } from './table.js';

const kept = new WeakMap<Table, Map<string, Codes>>();

/** Marks in a code array that is being built. */
const NULL = -1;
const UNREADABLE = -2;

/**
 * The column as dense codes over all batches; every code below `cardinality` occurs. Computed once per table and column,
 * so the result is shared: only read it.
 *
 * Two cells have one code exactly when they have the same text ({@link cellText}), are both null, or both unreadable.
 *
 * @throws SCRIM_TABLE_UNKNOWN_COLUMN, SCRIM_TABLE_TOO_LARGE when the distinct values exceed 2 GiB
 * @example
 * const table = tableFromColumns({ sex: ['f', 'm', null, 'f'] });
 * encode(table, 'sex').codes; // => Int32Array [0, 1, 2, 0]
 */
export function encode(table: Table, name: string): Codes {
  let columns = kept.get(table);
  if (columns === undefined) {
    columns = new Map();
    kept.set(table, columns);
  }
  let codes = columns.get(name);
  if (codes === undefined) {
    codes = encodeChunks(name, table.chunks(name), table.rows, table.field(name).logical);
    columns.set(name, codes);
  }
  return codes;
}

function encodeChunks(name: string, chunks: readonly Column[], rows: number, logical: LogicalType): Codes {
  const codes = new Int32Array(rows);
  let dictionary: Dictionary;
  switch (chunks[0]?.type) {
    case undefined:
      dictionary = Dictionary.from([]);
      break;
    case 'dictionary':
      dictionary = joinDictionaries(name, chunks as readonly DictionaryColumn[], codes);
      break;
    case 'utf8':
      dictionary = internCells(name, chunks as readonly Utf8Column[], codes);
      break;
    default:
      dictionary = groupNumbers(chunks, codes, logical);
  }
  return finish(
    name,
    codes,
    dictionary,
    chunks.every((chunk) => chunk.validity === null),
  );
}

/** Replaces the marks by the codes after the dictionary. */
function finish(name: string, codes: Int32Array, dictionary: Dictionary, whole: boolean): Codes {
  const size = dictionary.size;
  if (whole) return { name, codes, dictionary, nullCode: -1, unreadableCode: -1, cardinality: size };
  const { nulls, unreadable } = countMarks(codes);
  const nullCode = nulls > 0 ? size : -1;
  const unreadableCode = unreadable > 0 ? size + (nulls > 0 ? 1 : 0) : -1;
  if (nulls + unreadable > 0) replaceMarks(codes, nullCode, unreadableCode);
  const cardinality = size + (nulls > 0 ? 1 : 0) + (unreadable > 0 ? 1 : 0);
  return { name, codes, dictionary, nullCode, unreadableCode, cardinality };
}

function countMarks(codes: Int32Array): { nulls: number; unreadable: number } {
  let nulls = 0;
  let unreadable = 0;
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    if (code === NULL) nulls++;
    else if (code === UNREADABLE) unreadable++;
  }
  return { nulls, unreadable };
}

function replaceMarks(codes: Int32Array, nullCode: number, unreadableCode: number): void {
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    if (code === NULL) codes[row] = nullCode;
    else if (code === UNREADABLE) codes[row] = unreadableCode;
  }
}

// --- dictionary columns ---------------------------------------------------------------------------------------------

function joinDictionaries(name: string, chunks: readonly DictionaryColumn[], codes: Int32Array): Dictionary {
  const first = (chunks[0] as DictionaryColumn).dictionary;
  if (chunks.every((chunk) => chunk.dictionary === first)) {
    const used = new Uint8Array(first.size);
    let at = 0;
    for (const chunk of chunks) {
      if (chunk.validity === null) copyAndMark(chunk.codes, codes, at, used);
      else copyValid(chunk, codes, at, used);
      at += chunk.length;
    }
    return compact(first, used, codes);
  }
  // Batches of different origin: values meet by their bytes.
  const builder = new DictionaryBuilder();
  const translations = new Map<Dictionary, Int32Array>();
  let at = 0;
  for (const chunk of chunks) {
    let translation = translations.get(chunk.dictionary);
    if (translation === undefined) {
      translation = new Int32Array(chunk.dictionary.size);
      internRange(name, builder, chunk.dictionary.offsets, chunk.dictionary.bytes, null, translation, 0);
      translations.set(chunk.dictionary, translation);
    }
    codes.set(chunk.codes, at);
    markInvalid(chunk, codes, at);
    translate(codes, at, at + chunk.length, translation);
    at += chunk.length;
  }
  const union = builder.finish();
  const used = new Uint8Array(union.size);
  markUsed(codes, used);
  return compact(union, used, codes);
}

function copyAndMark(
  source: Uint8Array | Uint16Array | Uint32Array,
  codes: Int32Array,
  at: number,
  used: Uint8Array,
): void {
  for (let row = 0; row < source.length; row++) {
    const code = source[row] as number;
    codes[at + row] = code;
    used[code] = 1;
  }
}

function copyValid(chunk: DictionaryColumn, codes: Int32Array, at: number, used: Uint8Array): void {
  for (let row = 0; row < chunk.length; row++) {
    if (isValid(chunk, row)) {
      const code = chunk.codes[row] as number;
      codes[at + row] = code;
      used[code] = 1;
    } else {
      codes[at + row] = isUnreadable(chunk, row) ? UNREADABLE : NULL;
    }
  }
}

/** Writes the marks of null and unreadable cells. */
function markInvalid(column: Column, codes: Int32Array, at: number): void {
  if (column.validity === null) return;
  for (let row = 0; row < column.length; row++) {
    if (!isValid(column, row)) codes[at + row] = isUnreadable(column, row) ? UNREADABLE : NULL;
  }
}

function markUsed(codes: Int32Array, used: Uint8Array): void {
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    if (code >= 0) used[code] = 1;
  }
}

function translate(codes: Int32Array, start: number, end: number, translation: Int32Array): void {
  for (let row = start; row < end; row++) {
    const code = codes[row] as number;
    if (code >= 0) codes[row] = translation[code] as number;
  }
}

/** The dictionary without values that do not occur (a table of chosen rows shares that of its source). */
function compact(dictionary: Dictionary, used: Uint8Array, codes: Int32Array): Dictionary {
  const translation = new Int32Array(used.length);
  let size = 0;
  for (let code = 0; code < used.length; code++) {
    translation[code] = size;
    size += used[code] as number;
  }
  if (size === used.length) return dictionary;
  translate(codes, 0, codes.length, translation);
  const offsets = new Uint32Array(size + 1);
  for (let code = 0; code < used.length; code++) {
    if (used[code] === 0) continue;
    const at = translation[code] as number;
    offsets[at + 1] =
      (offsets[at] as number) + (dictionary.offsets[code + 1] as number) - (dictionary.offsets[code] as number);
  }
  const bytes = new Uint8Array(offsets[size] as number);
  for (let code = 0; code < used.length; code++) {
    if (used[code] === 1) bytes.set(dictionary.bytesAt(code), offsets[translation[code] as number] as number);
  }
  return new Dictionary(size, offsets, bytes);
}

// --- text -----------------------------------------------------------------------------------------------------------

function internCells(name: string, chunks: readonly Utf8Column[], codes: Int32Array): Dictionary {
  let at = 0;
  for (const chunk of chunks) {
    markInvalid(chunk, codes, at);
    at += chunk.length;
  }
  const different = internDifferent(chunks, codes);
  if (different !== null) return different;
  const builder = new DictionaryBuilder();
  at = 0;
  for (const chunk of chunks) {
    internRange(name, builder, chunk.offsets, chunk.bytes, chunk.validity, codes, at);
    at += chunk.length;
  }
  return builder.finish();
}

/** Codes of consecutive byte ranges, written from `at` on; cells without a value are left alone. */
function internRange(
  name: string,
  builder: DictionaryBuilder,
  offsets: Int32Array | Uint32Array,
  bytes: Uint8Array,
  validity: Uint8Array | null,
  codes: Int32Array,
  at: number,
): void {
  for (let i = 0; i + 1 < offsets.length; i++) {
    if (validity !== null && (((validity[i >> 3] as number) >> (i & 7)) & 1) === 0) continue;
    const start = offsets[i] as number;
    const end = offsets[i + 1] as number;
    const code = builder.intern(bytes, start, end);
    if (code === DICTIONARY_FULL) throw new ScrimError('SCRIM_TABLE_TOO_LARGE', { what: name, limit: 2 ** 31 - 1 });
    codes[at + i] = code;
  }
}

// --- numbers and dates ----------------------------------------------------------------------------------------------

function groupNumbers(chunks: readonly Column[], codes: Int32Array, logical: LogicalType): Dictionary {
  const keys = new Float64Array(codes.length);
  const places = new Int32Array(codes.length);
  let valid = 0;
  let at = 0;
  for (const chunk of chunks) {
    markInvalid(chunk, codes, at);
    valid = gatherKeys(chunk, keys, places, valid, codes, at);
    at += chunk.length;
  }
  const groups = groupKeys64(new Uint32Array(keys.buffer, 0, 2 * valid));
  scatterCodes(groups, places, codes);
  return Dictionary.from(Array.from(groups.first, (i) => textAt(chunks, places[i] as number, logical)));
}

function gatherKeys(
  column: Column,
  keys: Float64Array,
  places: Int32Array,
  valid: number,
  codes: Int32Array,
  at: number,
): number {
  if (column.type === 'int64') return gatherWide(column, keys, places, valid, codes, at);
  if (column.type === 'utf8' || column.type === 'dictionary') return valid;
  return gatherDoubles(column.values, keys, places, valid, codes, at);
}

function gatherDoubles(
  values: Float64Column['values'] | Int32Array,
  keys: Float64Array,
  places: Int32Array,
  valid: number,
  codes: Int32Array,
  at: number,
): number {
  for (let row = 0; row < values.length; row++) {
    if ((codes[at + row] as number) < 0) continue;
    const value = values[row] as number;
    // One bit pattern for all NaN, one for both zeros: they have one text.
    keys[valid] = Number.isNaN(value) ? Number.NaN : value + 0;
    places[valid++] = at + row;
  }
  return valid;
}

function gatherWide(
  column: Int64Column,
  keys: Float64Array,
  places: Int32Array,
  valid: number,
  codes: Int32Array,
  at: number,
): number {
  const bits = new BigInt64Array(keys.buffer);
  for (let row = 0; row < column.length; row++) {
    if ((codes[at + row] as number) < 0) continue;
    bits[valid] = column.values[row] as bigint;
    places[valid++] = at + row;
  }
  return valid;
}

function scatterCodes(groups: CodeGroups, places: Int32Array, codes: Int32Array): void {
  for (let i = 0; i < groups.groupOf.length; i++) codes[places[i] as number] = groups.groupOf[i] as number;
}

function textAt(chunks: readonly Column[], row: number, logical: LogicalType): string {
  let at = row;
  for (const chunk of chunks) {
    if (at < chunk.length) return cellText(chunk, at, logical) as string;
    at -= chunk.length;
  }
  throw new ScrimError('SCRIM_INTERNAL', { check: 'a row position lies within the table' });
}
