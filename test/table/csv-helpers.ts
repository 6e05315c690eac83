import { csvBytes, type Table, tableFromColumns } from '../../src/table/index.js';

const encoder = new TextEncoder();

/** UTF-8 bytes of a text. */
export const utf8 = (text: string): Uint8Array => encoder.encode(text);

/** Bytes given as numbers and texts, in order. */
export function bytesOf(...parts: readonly (string | readonly number[] | Uint8Array)[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...utf8(part)] : [...part])));
}

/** The bytes cut at the given places. */
export async function* cut(bytes: Uint8Array, places: readonly number[]): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (const place of [...places].sort((a, b) => a - b)) {
    const end = Math.min(place, bytes.length);
    if (end <= start) continue;
    yield bytes.slice(start, end);
    start = end;
  }
  if (start < bytes.length) yield bytes.slice(start);
}

/** The bytes in pieces of one size; 0 bytes give no piece. */
export async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.slice(start, start + size);
}

/** Rows as arrays of text, null, or the mark `unreadable`. */
export function cells(table: Table): (string | null | typeof UNREADABLE)[][] {
  const rows: (string | null | typeof UNREADABLE)[][] = [];
  for (const batch of table.batches) {
    const texts = batch.columns.map((column) =>
      Array.from({ length: batch.rows }, (_, row) => {
        const bit = (bitmap: Uint8Array | null): boolean =>
          bitmap !== null && (((bitmap[row >> 3] as number) >> (row & 7)) & 1) === 1;
        if (bit(column.unreadable)) return UNREADABLE;
        if (column.validity !== null && !bit(column.validity)) return null;
        if (column.type === 'dictionary') return column.dictionary.at(column.codes[row] as number);
        if (column.type !== 'utf8') throw new Error('text expected');
        const part = column.bytes.subarray(column.offsets[row], column.offsets[row + 1]);
        return new TextDecoder('utf-8', { ignoreBOM: true }).decode(part);
      }),
    );
    for (let row = 0; row < batch.rows; row++) rows.push(texts.map((column) => column[row] as string | null));
  }
  return rows;
}

/** Stands for an unreadable cell in {@link cells}. */
export const UNREADABLE = '\u0000unreadable';

/** A table of text columns c1, c2, ... from rows. */
export function tableOf(rows: readonly (readonly (string | null)[])[], width: number): Table {
  const columns: Record<string, (string | null)[]> = {};
  for (let c = 0; c < width; c++) columns[`c${c + 1}`] = rows.map((row) => row[c] ?? null);
  return tableFromColumns(columns);
}

export { csvBytes };
