/** Helpers of the masking tests: columns from texts in both encodings, and back. */
import { type Column, cellText, Dictionary } from '../../src/table/index.js';

const encoder = new TextEncoder();

function bitmapOf(flags: readonly boolean[]): Uint8Array | null {
  if (flags.every(Boolean)) return null;
  const bitmap = new Uint8Array((flags.length + 7) >> 3);
  flags.forEach((flag, i) => {
    if (flag) bitmap[i >> 3] = (bitmap[i >> 3] as number) | (1 << (i & 7));
  });
  return bitmap;
}

/** A `utf8` column. */
export function utf8(values: readonly (string | null)[]): Column {
  const parts = values.map((value) => encoder.encode(value ?? ''));
  const offsets = new Int32Array(values.length + 1);
  parts.forEach((part, i) => {
    offsets[i + 1] = (offsets[i] as number) + part.length;
  });
  const bytes = new Uint8Array(offsets[values.length] as number);
  parts.forEach((part, i) => {
    bytes.set(part, offsets[i]);
  });
  const validity = bitmapOf(values.map((value) => value !== null));
  return { type: 'utf8', length: values.length, offsets, bytes, validity, unreadable: null };
}

/** A dictionary column. */
export function dictionary(values: readonly (string | null)[]): Column {
  const distinct = [...new Set(values.filter((value) => value !== null))];
  const codeOf = new Map(distinct.map((value, i) => [value, i]));
  const codes = Uint32Array.from(values, (value) => (value === null ? 0 : (codeOf.get(value) as number)));
  const validity = bitmapOf(values.map((value) => value !== null));
  return {
    type: 'dictionary',
    length: values.length,
    codes,
    dictionary: Dictionary.from(distinct),
    validity,
    unreadable: null,
  };
}

/** Both encodings, by name. */
export const encodings: readonly (readonly [string, typeof utf8])[] = [
  ['utf8', utf8],
  ['dictionary', dictionary],
];

/** The cells as text. */
export function texts(column: Column): (string | null)[] {
  return Array.from({ length: column.length }, (_, row) => cellText(column, row));
}
