/**
 * The driver of maskers that look at each row by itself (fresh randomness, another column): text in, text out, row by row.
 * @module
 */
import { type Column, cellText, isUnreadable } from '../table/index.js';
import type { MaskedColumn } from './masker.js';
import { ValuesBuilder } from './values.js';

/** Masks the cell of one row; null = it cannot be masked. */
export type RowFunction = (value: string, row: number) => string | null;

/** Applies a function to the cells that have a value. Null cells stay null; unreadable ones are refused. */
export function mapRows(column: Column, mask: RowFunction): MaskedColumn {
  const builder = new ValuesBuilder(column.length, column.length * 8);
  const validity = new Uint8Array((column.length + 7) >> 3);
  const text = reader(column);
  let suppressed = 0;
  let all = true;
  for (let row = 0; row < column.length; row++) {
    const value = text(row);
    const masked = value === null ? null : mask(value, row);
    if (masked === null) {
      if (value !== null || isUnreadable(column, row)) suppressed++;
      builder.none();
      all = false;
    } else {
      builder.text(masked);
      validity[row >> 3] = (validity[row >> 3] as number) | (1 << (row & 7));
    }
  }
  const { offsets, bytes } = builder.finish();
  return {
    column: { type: 'utf8', length: column.length, offsets, bytes, validity: all ? null : validity, unreadable: null },
    suppressed,
  };
}

/** Reads cells as text; the values of small dictionaries are decoded once. */
export function reader(column: Column): (row: number) => string | null {
  if (column.type !== 'dictionary' || column.dictionary.size > 100_000) return (row) => cellText(column, row);
  const strings = column.dictionary.strings();
  const { codes, validity } = column;
  return (row) =>
    validity !== null && (((validity[row >> 3] as number) >> (row & 7)) & 1) === 0
      ? null
      : (strings[codes[row] as number] as string);
}
