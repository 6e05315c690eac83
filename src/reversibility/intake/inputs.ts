/**
 * What a review is given: tables, bytes of a file, or paths; read, named and digested.
 * @module
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { hexOf, Sha256 } from '../../core/index.js';
import { readTable, Table } from '../../table/index.js';
import { type Sheet, sheetOf } from './sheet.js';

/** A table with what the reviewer knows of it. */
export interface ReviewTable {
  /** Name in the report. Default: the file's name, or `source 1`, `product 1`. */
  readonly name?: string;
  /** The table, or `data` instead. */
  readonly table?: Table;
  /** Bytes of a file of any supported format, or its path. With bytes the gate can check the product later. */
  readonly data?: Uint8Array | string;
  /** Column that names the person. Default: every row is a person. */
  readonly person?: string;
  /** Columns that hold direct identifiers, in addition to those recognised by their values. */
  readonly identifiers?: readonly string[];
}

/** A table, the bytes of a file, a path, or a {@link ReviewTable}. */
export type ReviewInput = Table | Uint8Array | string | ReviewTable;

/** An input that was read. */
export interface Opened {
  readonly sheet: Sheet;
  readonly identifiers: readonly string[];
  /** SHA-256 of the exact bytes; null where only a table was given. */
  readonly bytes: string | null;
  readonly content: Uint8Array;
  /** Rows or lines that hold more than the table shows: surplus cells, unreadable lines, repeated keys. Never reviewed, so a gap. */
  readonly outside: number;
  /** Columns without a name, or with that of another one, named by their place. */
  readonly renamed: number;
}

/** Reads an input. @throws as readTable; SCRIM_TABLE_UNKNOWN_COLUMN for a person column that does not exist */
export async function open(input: ReviewInput, fallback: string): Promise<Opened> {
  const given: ReviewTable =
    input instanceof Table
      ? { table: input }
      : input instanceof Uint8Array || typeof input === 'string'
        ? { data: input }
        : input;
  let table = given.table;
  let bytes: string | null = null;
  let name = given.name;
  let outside = 0;
  let renamed = 0;
  if (table === undefined) {
    const file = await readTable(given.data ?? new Uint8Array(0), { duplicates: false, badHeader: 'rename' });
    table = file.table;
    bytes = file.artifact.sha256;
    const { text, lines } = file.quality;
    outside = (text?.longRows.count ?? 0) + (lines?.invalidLines.count ?? 0) + (lines?.repeatedKeys.count ?? 0);
    renamed = text?.renamedColumns ?? 0;
    name ??= typeof given.data === 'string' ? file.artifact.name : undefined;
  }
  const person = given.person !== undefined && table.has(given.person) ? given.person : undefined;
  const sheet = sheetOf(table, name ?? fallback, person);
  return { sheet, identifiers: given.identifiers ?? [], bytes, content: contentDigest(sheet), outside, renamed };
}

/** SHA-256 over names, dictionaries and codes: equal for equal tables. */
export function contentDigest(sheet: Sheet): Uint8Array {
  const hash = new Sha256();
  const encoder = new TextEncoder();
  hash.update(encoder.encode(`scrim.table/1\n${sheet.rows}\n`));
  for (const column of sheet.columns) {
    hash.update(encoder.encode(`${JSON.stringify(column.name)}\n`));
    let text = '';
    for (const value of column.values) {
      text += `${value.length}:${value}`;
      if (text.length > 1 << 20) {
        hash.update(encoder.encode(text));
        text = '';
      }
    }
    hash.update(encoder.encode(text));
    hash.update(new Uint8Array(column.codes.buffer, column.codes.byteOffset, column.codes.byteLength));
  }
  return hash.digest();
}

/** HMAC-SHA-256 of a content digest under the reviewer's key, hex; null without a key. */
export function keyedDigest(content: Uint8Array, key: Uint8Array | string | undefined): string | null {
  if (key === undefined) return null;
  const bytes = typeof key === 'string' ? new TextEncoder().encode(key) : key;
  return hexOf(hmac(sha256, bytes, content));
}
