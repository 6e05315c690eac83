/**
 * Rows of the tables of an SQLite file: the cells of its leaf pages.
 *
 * "Database File Format" (sqlite.org), sections 1.3, 1.6, 2.1 and 2.2.
 * @module
 */
import { bytesOfText, textOfBytes, utf8OfBytes, viewOfBytes } from './bytes.js';

type Row = (string | null)[];

/** Rows of the largest table by number of columns; null for anything else. Rows that go on in other pages are left out. */
export function gridOfSqlite(binary: string): Row[] | null {
  if (!binary.startsWith('SQLite format 3\0')) return null;
  const bytes = bytesOfText(binary);
  if (bytes === null || bytes.length < 512) return null;
  const view = viewOfBytes(bytes);
  const size = view.getUint16(16) === 1 ? 65536 : view.getUint16(16);
  if (size < 512) return null;
  const byWidth = new Map<number, Row[]>();
  for (let page = 1; page * size < bytes.length; page++) {
    const start = page * size;
    if (bytes[start] !== 13) continue;
    const cells = view.getUint16(start + 3);
    for (let i = 0; i < cells && start + 8 + 2 * i + 2 <= bytes.length; i++) {
      const row = rowAt(bytes, view, start + view.getUint16(start + 8 + 2 * i), start + size);
      if (row === null) continue;
      const rows = byWidth.get(row.length) ?? [];
      rows.push(row);
      byWidth.set(row.length, rows);
    }
  }
  let best: Row[] | null = null;
  for (const rows of byWidth.values()) if (rows.length > (best?.length ?? 0)) best = rows;
  return best;
}

function varint(bytes: Uint8Array, at: number): [value: number, next: number] {
  let value = 0;
  for (let i = 0; i < 9; i++) {
    const byte = bytes[at + i] ?? 0;
    if (i === 8) return [value * 256 + byte, at + 9];
    value = value * 128 + (byte & 127);
    if (byte < 128) return [value, at + i + 1];
  }
  return [value, at + 9];
}

function rowAt(bytes: Uint8Array, view: DataView, at: number, end: number): Row | null {
  const [payload, afterPayload] = varint(bytes, at);
  const [, start] = varint(bytes, afterPayload);
  if (start + payload > end || payload === 0) return null;
  const [header, first] = varint(bytes, start);
  const row: Row = [];
  let body = start + header;
  for (let place = first; place < start + header; ) {
    const [kind, next] = varint(bytes, place);
    place = next;
    const length = kind >= 12 ? Math.floor((kind - 12) / 2) : ([0, 1, 2, 3, 4, 6, 8, 8, 0, 0][kind] ?? 0);
    if (body + length > end) return null;
    row.push(valueAt(bytes, view, kind, body, length));
    body += length;
  }
  return row;
}

function valueAt(bytes: Uint8Array, view: DataView, kind: number, at: number, length: number): string | null {
  if (kind === 0) return null;
  if (kind === 7) return String(view.getFloat64(at));
  if (kind === 8 || kind === 9) return String(kind - 8);
  if (kind >= 12) {
    const own = bytes.subarray(at, at + length);
    return utf8OfBytes(own) ?? textOfBytes(own);
  }
  let value = (bytes[at] as number) >= 128 ? -1n : 0n;
  for (let i = 0; i < length; i++) value = value * 256n + BigInt(bytes[at + i] as number);
  return value.toString();
}
