/**
 * Cells that are records of binary numbers of several widths (C structures, with or without padding): fields are told by the bytes of
 * many cells, from the first byte on, and each becomes a column of its own. See decoders.md.
 *
 * ISO/IEC 9899 section 6.7.2.1 (padding between members), IEEE 754-2019.
 * @module
 */
import { sampleCodes } from '../../intake/lookup.js';
import type { Derived } from '../../inverse.js';
import { fromBase64, fromHex } from './decode-bytes.js';
import { type BinaryKind, fromBinary } from './decode-more.js';
import { part } from './open-cells.js';

const SAMPLES = 60;
const FEWEST = 8;
const SHORTEST = 6;
const LONGEST = 96;
/** Fields below which a record is no more than one number. */
const LEAST_FIELDS = 2;
/** Share of the samples that must be customary numbers. */
const CUSTOMARY = 0.95;
/** Digits of a customary fraction, of those that 64 and 32 bits hold. */
const DIGITS: Readonly<Record<'float64' | 'float32', number>> = { float64: 11, float32: 7 };
/** Different highest bytes that whole numbers within a range have at most, and different numbers that a field holds. */
const HIGHEST = 4;
const LEAST_VALUES = 4;

interface Field {
  readonly name: string;
  readonly at: number;
  readonly size: number;
  readonly read: (bytes: string) => string | null;
}

/** The fields of a column of records of one length, as columns; none where its cells are no such records. */
export function binaryRecords(base: Derived): Derived[] {
  const { column } = base;
  if (column.distinct < FEWEST || column.isDate) return [];
  const texts = sampleCodes(column, SAMPLES).map((code) => column.text(code));
  for (const [code, open] of [
    ['hex', fromHex],
    ['base64', fromBase64],
  ] as const) {
    const records = texts.flatMap((text) => (text.length > 2 * LONGEST + 2 ? [] : (open(text) ?? [])));
    const length = records[0]?.length ?? 0;
    if (records.length < texts.length || length < SHORTEST || length > LONGEST) continue;
    if (records.some((record) => record.length !== length)) continue;
    const [little, big] = [fieldsOf(records, length, true), fieldsOf(records, length, false)];
    const fields = covered(big) > covered(little) ? big : little;
    if (fields.length < LEAST_FIELDS) continue;
    const opened = column.values.map((text) => open(text));
    return fields.map(({ name, at, size, read }) =>
      part(
        base,
        `part(${code}(${base.formula}), ${name}, ${at})`,
        opened.map((record) => (record?.length === length ? read(record.slice(at, at + size)) : null)),
      ),
    );
  }
  return [];
}

function covered(fields: readonly Field[]): number {
  return fields.reduce((sum, { size }) => sum + size, 0);
}

/** Fields from the first byte on; bytes that are none are padding, or something else. */
function fieldsOf(records: readonly string[], length: number, little: boolean): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < length; ) {
    const field = fieldAt(records, length, at, little);
    if (field !== null) fields.push(field);
    at += field?.size ?? 1;
  }
  return fields;
}

function fieldAt(records: readonly string[], length: number, at: number, little: boolean): Field | null {
  const end = little ? 'le' : 'be';
  for (const kind of ['float64', 'float32'] as const) {
    const field = { name: kind + end, at, size: kind === 'float64' ? 8 : 4, read: readerOf(kind, little) };
    if (at + field.size <= length && isCustomary(records, field, DIGITS[kind])) return field;
  }
  const whole = { name: `int64${end}`, at, size: 8, read: readerOf('int64', little) };
  if (at + 8 <= length && isWithin(records, whole, little, 4)) return whole;
  const half = { name: `int32${end}`, at, size: 4, read: (bytes: string): string => String(int32(bytes, little)) };
  return at + 4 <= length && isWithin(records, half, little, 1) ? half : null;
}

function readerOf(kind: BinaryKind, little: boolean): (bytes: string) => string | null {
  return fromBinary(kind, little);
}

function int32(bytes: string, little: boolean): number {
  let value = 0;
  for (let i = 0; i < 4; i++) value = (value << 8) | bytes.charCodeAt(little ? 3 - i : i);
  return value;
}

/** Fractions of few digits, and of more than a few kinds. */
function isCustomary(records: readonly string[], { at, size, read }: Field, digits: number): boolean {
  const seen = new Set<string>();
  let good = 0;
  for (const record of records) {
    const text = read(record.slice(at, at + size));
    if (text === null) return false;
    seen.add(text);
    if (text.replace(/e.*$|[^0-9]/g, '').replace(/^0+/, '').length <= digits) good++;
  }
  return seen.size >= LEAST_VALUES && good >= CUSTOMARY * records.length;
}

/** Whole numbers within a range: the highest bytes are nearly always the same. @param highest - how many */
function isWithin(records: readonly string[], { at, size, read }: Field, little: boolean, highest: number): boolean {
  const high = new Set<string>();
  const seen = new Set<string>();
  for (const record of records) {
    const bytes = record.slice(at, at + size);
    high.add(little ? bytes.slice(size - highest) : bytes.slice(0, highest));
    if (high.size > HIGHEST) return false;
    const text = read(bytes);
    if (text === null) return false;
    seen.add(text);
  }
  return seen.size >= LEAST_VALUES;
}
