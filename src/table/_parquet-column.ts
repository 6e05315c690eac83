/**
 * One column of a Parquet file on its way into the table: what its type becomes, and the cells of each row group.
 * @module
 */
import type { ParquetParsers, SchemaTree } from 'hyparquet';
import { ScrimError } from '../core/index.js';
import { setBit } from './_bitmap.js';
import { jsonText } from './_json-text.js';
import { narrowCodes } from './build.js';
import type { Column, Field, LogicalType, Utf8Column } from './column.js';
import { DICTIONARY_FULL, DictionaryBuilder, NOT_UTF8 } from './dictionary-builder.js';
import { isWellFormedUtf8 } from './utf8.js';

/** How stored values become cells. */
type Reading =
  | { readonly kind: 'values' }
  /** The parser has already interned the bytes: values are codes. */
  | { readonly kind: 'codes'; readonly scale: number }
  /** Values are turned into text and interned. */
  | { readonly kind: 'text'; readonly text: (value: unknown) => string }
  /** Values are bytes of text that are copied: the file has no dictionary, so nearly all of them differ. */
  | { readonly kind: 'bytes' }
  /** Values are nested and become JSON text. */
  | { readonly kind: 'json' };

/** What a column of the file becomes. */
export interface ColumnPlan {
  readonly field: Field;
  readonly reading: Reading;
}

const encoder = new TextEncoder();

/** Decides what a column becomes. @throws SCRIM_PARQUET_UNSUPPORTED */
export function planColumn(
  column: SchemaTree,
  source: string,
  nested: 'refuse' | 'json',
  noted: LogicalType | undefined,
  plain: boolean,
): ColumnPlan {
  const { element } = column;
  const { name, type, converted_type: converted, logical_type: logical } = element;
  const refuse = (feature: string): ScrimError =>
    new ScrimError('SCRIM_PARQUET_UNSUPPORTED', { source, column: name, feature });
  const typed = (physical: Field['type'], meaning: LogicalType): ColumnPlan => ({
    field: { name, type: physical, logical: meaning },
    reading: { kind: 'values' },
  });
  const texts = (text: (value: unknown) => string, meaning: LogicalType = 'text'): ColumnPlan => ({
    field: { name, type: 'dictionary', logical: meaning },
    reading: { kind: 'text', text },
  });
  if (column.children.length > 0 || element.repetition_type === 'REPEATED') {
    if (nested === 'refuse') throw refuse('nested column');
    return { field: { name, type: 'dictionary', logical: 'text' }, reading: { kind: 'json' } };
  }
  if (converted === 'INTERVAL' || converted === 'BSON') throw refuse(converted);
  if (logical?.type === 'DECIMAL') {
    const scale = logical.scale;
    if (type === 'BYTE_ARRAY') return codes(name, 'decimal', scale);
    return texts((value) => decimalText(value, scale), 'decimal');
  }
  switch (type) {
    case 'BOOLEAN':
      return texts(String, 'boolean');
    case 'INT32':
      if (converted === 'DATE' || logical?.type === 'DATE') return typed('date', 'date');
      if (converted === 'TIME_MILLIS' || logical?.type === 'TIME') return texts((value) => timeText(value, 1000n));
      if (converted === 'UINT_32' || (logical?.type === 'INTEGER' && logical.bitWidth === 32 && !logical.isSigned)) {
        return typed('float64', 'integer');
      }
      return typed('int32', 'integer');
    case 'INT64':
      if (converted === 'TIMESTAMP_MILLIS' || converted === 'TIMESTAMP_MICROS' || logical?.type === 'TIMESTAMP') {
        // Older converted types always mean UTC; the logical type says it.
        const local = logical?.type === 'TIMESTAMP' && !logical.isAdjustedToUTC;
        const plan = typed('int64', 'timestamp');
        return local ? { ...plan, field: { ...plan.field, local } } : plan;
      }
      // Times that are not adjusted to UTC have no converted type: the unit stands in the logical one alone.
      if (converted === 'TIME_MICROS') return texts((value) => timeText(value, 1_000_000n));
      if (logical?.type === 'TIME') return texts((value) => timeText(value, PER_SECOND[logical.unit]));
      if (converted === 'UINT_64' || (logical?.type === 'INTEGER' && logical.bitWidth === 64 && !logical.isSigned)) {
        return texts(String, 'integer');
      }
      return typed('int64', 'integer');
    case 'INT96':
      return typed('int64', 'timestamp');
    case 'FLOAT':
    case 'DOUBLE':
      return typed('float64', 'decimal');
    case 'BYTE_ARRAY':
      if (plain && isText(element)) {
        return { field: { name, type: 'utf8', logical: noted ?? 'text' }, reading: { kind: 'bytes' } };
      }
      return codes(name, noted ?? 'text');
    case 'FIXED_LEN_BYTE_ARRAY':
      if (logical?.type === 'FLOAT16') return typed('float64', 'decimal');
      if (logical?.type === 'UUID') return codes(name, 'text');
      if (converted === 'UTF8' || logical?.type === 'STRING') return codes(name, noted ?? 'text');
      return texts((value) => hexText(value as Uint8Array));
    default:
      throw refuse(`type ${String(type)}`);
  }
}

const PER_SECOND = { MILLIS: 1000n, MICROS: 1_000_000n, NANOS: 1_000_000_000n };

/** Strings and enums; JSON goes through a parser of its own. */
function isText({ converted_type: converted, logical_type: logical }: SchemaTree['element']): boolean {
  if (converted === 'UTF8' || converted === 'ENUM') return true;
  return converted === undefined && (logical === undefined || logical.type === 'STRING' || logical.type === 'ENUM');
}

function codes(name: string, logical: LogicalType, scale = -1): ColumnPlan {
  return { field: { name, type: 'dictionary', logical }, reading: { kind: 'codes', scale } };
}

/** Collects a column row group by row group. */
export class ParquetColumn {
  readonly plan: ColumnPlan;
  /** What hyparquet calls for values that are not plain numbers: once per distinct value of a dictionary page. */
  readonly parsers: Partial<ParquetParsers>;
  readonly #builder = new DictionaryBuilder();
  readonly #known = new Map<unknown, number>();
  readonly #parts: Part[] = [];
  readonly #texts: Utf8Column[] = [];
  #scratch: Uint8Array = new Uint8Array(64);
  #page: Uint8Array = new Uint8Array(0);

  constructor(plan: ColumnPlan) {
    this.plan = plan;
    this.parsers = plan.reading.kind === 'json' ? {} : (this.#exactParsers() as unknown as Partial<ParquetParsers>);
  }

  #exactParsers(): Record<string, (value: never) => unknown> {
    const { reading } = this.plan;
    const scale = reading.kind === 'codes' ? reading.scale : -1;
    const intern = (bytes: Uint8Array | undefined): unknown => bytes && this.#internPart(bytes);
    const decimal = (bytes: Uint8Array | undefined): unknown => bytes && this.#internText(decimalText(bytes, scale));
    return {
      timestampFromMilliseconds: (millis: bigint) => micros(BigInt(millis) * 1000n),
      timestampFromMicroseconds: (value: bigint) => BigInt(value),
      timestampFromNanoseconds: (nanos: bigint) => micros(floorDivide(BigInt(nanos), 1000n)),
      dateFromDays: (days: number) => days,
      stringFromBytes: reading.kind === 'bytes' ? (bytes: Uint8Array) => bytes : scale >= 0 ? decimal : intern,
      jsonFromBytes: intern,
      geometryFromBytes: intern,
      geographyFromBytes: intern,
      uuidFromBytes: (bytes: Uint8Array | undefined) => bytes && this.#internText(uuidText(bytes)),
    };
  }

  /** Takes the values of one row group. @throws SCRIM_PARQUET_INVALID via the caller when their number is wrong */
  add(values: readonly ArrayLike<unknown>[], rows: number): void {
    const { field, reading } = this.plan;
    let total = 0;
    for (const part of values) total += part.length;
    if (total !== rows) throw new RangeError('the number of values differs from the number of rows');
    if (reading.kind === 'bytes') {
      this.#texts.push(textPart(values as readonly ArrayLike<Uint8Array | null>[], rows, field.name));
      return;
    }
    const part: Part = { rows, ...emptyValues(field.type, rows), validity: null, unreadable: null };
    let at = 0;
    for (const piece of values) {
      if (reading.kind === 'text') this.#addTexts(piece, part, at, reading.text);
      else if (reading.kind === 'json') this.#addTexts(piece, part, at, jsonText);
      else if (part.values instanceof BigInt64Array) addWide(piece, part, part.values, at);
      else if (reading.kind === 'codes') addCodes(piece, part, part.values as Uint32Array, at);
      else addNumbers(piece, part, part.values, at);
      at += piece.length;
    }
    this.#parts.push(part);
  }

  /** The column's part of every row group. */
  finish(): Column[] {
    const { type } = this.plan.field;
    if (this.plan.reading.kind === 'bytes') return this.#texts;
    const dictionary = this.#builder.finish();
    return this.#parts.map(({ rows, values, validity, unreadable }): Column => {
      const states = { length: rows, validity, unreadable };
      switch (type) {
        case 'dictionary':
          return { ...states, type, codes: narrowCodes(values as Uint32Array, dictionary.size), dictionary };
        case 'float64':
          return { ...states, type, values: values as Float64Array };
        case 'int64':
          return { ...states, type, values: values as BigInt64Array };
        case 'utf8':
          throw new ScrimError('SCRIM_INTERNAL', { check: 'Parquet text is read into dictionaries' });
        default:
          return { ...states, type, values: values as Int32Array };
      }
    });
  }

  #addTexts(values: ArrayLike<unknown>, part: Part, at: number, text: (value: unknown) => string): void {
    const codes = part.values as Uint32Array;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value === null || value === undefined) {
        setInvalid(part, at + i);
        continue;
      }
      let code = this.#known.get(value);
      if (code === undefined) {
        code = this.#internText(text(value));
        this.#known.set(value, code);
      }
      codes[at + i] = code;
    }
    // Objects are only equal to themselves: keeping them would hold on to the whole row group.
    if (typeof values[0] === 'object') this.#known.clear();
  }

  #internText(text: string): number {
    if (this.#scratch.length < 3 * text.length) this.#scratch = new Uint8Array(3 * text.length);
    const { written } = encoder.encodeInto(text, this.#scratch);
    return this.#intern(this.#scratch, written);
  }

  /** Values are small views of one page: reading the page itself spares a new array shape per value. */
  #internPart(bytes: Uint8Array): number {
    if (this.#page.buffer !== bytes.buffer) this.#page = new Uint8Array(bytes.buffer);
    const code = this.#builder.intern(this.#page, bytes.byteOffset, bytes.byteOffset + bytes.length);
    if (code === DICTIONARY_FULL) throw this.#tooLarge();
    return code;
  }

  #tooLarge(): ScrimError {
    return new ScrimError('SCRIM_TABLE_TOO_LARGE', { what: this.plan.field.name, limit: 2 ** 31 - 1 });
  }

  #intern(bytes: Uint8Array, length: number): number {
    const code = this.#builder.intern(bytes, 0, length);
    if (code === DICTIONARY_FULL) throw this.#tooLarge();
    return code;
  }
}

interface Part {
  readonly rows: number;
  readonly values: Uint32Array | Int32Array | Float64Array | BigInt64Array;
  validity: Uint8Array | null;
  unreadable: Uint8Array | null;
}

/** Copies the values of a row group one after another; those that are no UTF-8 are unreadable. */
function textPart(values: readonly ArrayLike<Uint8Array | null>[], rows: number, name: string): Utf8Column {
  let total = 0;
  for (const piece of values) total += byteLength(piece);
  if (total > 2 ** 31 - 1) throw new ScrimError('SCRIM_TABLE_TOO_LARGE', { what: name, limit: 2 ** 31 - 1 });
  const part: Part = { rows, values: new Int32Array(0), validity: null, unreadable: null };
  const offsets = new Int32Array(rows + 1);
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const piece of values) {
    appendTexts(piece, part, offsets, bytes, at);
    at += piece.length;
  }
  const { validity, unreadable } = part;
  return { type: 'utf8', length: rows, validity, unreadable, offsets, bytes: bytes.subarray(0, offsets[rows]) };
}

function byteLength(values: ArrayLike<Uint8Array | null>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]?.length ?? 0;
  return total;
}

function appendTexts(
  values: ArrayLike<Uint8Array | null>,
  part: Part,
  offsets: Int32Array,
  bytes: Uint8Array,
  at: number,
): void {
  let page = new Uint8Array(0);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    const row = at + i;
    let used = offsets[row] as number;
    if (value === null || value === undefined) {
      setInvalid(part, row);
    } else {
      // Values are small views of one page: reading the page itself is faster.
      if (page.buffer !== value.buffer) page = new Uint8Array(value.buffer as ArrayBuffer);
      const start = value.byteOffset;
      const end = start + value.length;
      let high = 0;
      for (let b = start; b < end; b++) {
        const byte = page[b] as number;
        high |= byte;
        bytes[used++] = byte;
      }
      if (high >= 128 && !isWellFormedUtf8(page, start, end)) {
        used = offsets[row] as number;
        setUnreadable(part, row);
      }
    }
    offsets[row + 1] = used;
  }
}

function emptyValues(type: Field['type'], rows: number): Pick<Part, 'values'> {
  if (type === 'float64') return { values: new Float64Array(rows) };
  if (type === 'int64') return { values: new BigInt64Array(rows) };
  return { values: type === 'dictionary' ? new Uint32Array(rows) : new Int32Array(rows) };
}

function addCodes(values: ArrayLike<unknown>, part: Part, codes: Uint32Array, at: number): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number | null | undefined;
    if (value === null || value === undefined) {
      setInvalid(part, at + i);
    } else if (value === NOT_UTF8) {
      setUnreadable(part, at + i);
    } else {
      codes[at + i] = value;
    }
  }
}

function addNumbers(
  values: ArrayLike<unknown>,
  part: Part,
  cells: Uint32Array | Int32Array | Float64Array,
  at: number,
): void {
  if (ArrayBuffer.isView(values)) {
    cells.set(values as unknown as ArrayLike<number>, at);
    return;
  }
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number | null | undefined;
    if (value === null || value === undefined) setInvalid(part, at + i);
    else cells[at + i] = value;
  }
}

function addWide(values: ArrayLike<unknown>, part: Part, cells: BigInt64Array, at: number): void {
  if (values instanceof BigInt64Array) {
    cells.set(values, at);
    return;
  }
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as bigint | typeof OUT_OF_RANGE | null | undefined;
    if (value === null || value === undefined) setInvalid(part, at + i);
    else if (value === OUT_OF_RANGE) setUnreadable(part, at + i);
    else cells[at + i] = value;
  }
}

function setInvalid(part: Part, row: number): void {
  part.validity ??= new Uint8Array((part.rows + 7) >> 3).fill(255);
  const byte = row >> 3;
  part.validity[byte] = (part.validity[byte] as number) & ~(1 << (row & 7));
}

function setUnreadable(part: Part, row: number): void {
  setInvalid(part, row);
  part.unreadable ??= new Uint8Array((part.rows + 7) >> 3);
  setBit(part.unreadable, row);
}

/** A timestamp that 64 bits of microseconds cannot hold. */
const OUT_OF_RANGE = 'out of range';

function micros(value: bigint): bigint | typeof OUT_OF_RANGE {
  return BigInt.asIntN(64, value) === value ? value : OUT_OF_RANGE;
}

/** The exact text of a decimal from its unscaled integer (a number, a bigint, or big-endian two's complement bytes). */
function decimalText(value: unknown, scale: number): string {
  const unscaled = value instanceof Uint8Array ? signedBigEndian(value) : BigInt(value as number | bigint);
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const sign = unscaled < 0n ? '-' : '';
  if (scale <= 0) return `${sign}${digits}${unscaled === 0n ? '' : '0'.repeat(-scale)}`;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function signedBigEndian(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n;
  return BigInt.asIntN(8 * bytes.length, BigInt(`0x${hexText(bytes)}`));
}

/** `hh:mm:ss` with the fraction that the unit has, if it is not zero. */
function timeText(value: unknown, perSecond: bigint): string {
  const units = BigInt(value as number | bigint);
  const seconds = units / perSecond;
  const fraction = units % perSecond;
  const two = (part: bigint): string => String(part).padStart(2, '0');
  const clock = `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}`;
  return fraction === 0n ? clock : `${clock}.${String(fraction).padStart(String(perSecond).length - 1, '0')}`;
}

function hexText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

function uuidText(bytes: Uint8Array): string {
  return hexText(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}
