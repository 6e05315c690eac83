/**
 * What a review is given: tables, bytes of a file, or paths; read, named and digested.
 * @module
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { hexOf, Sha256 } from '../../core/index.js';
import { readTable, Table, type TableFile } from '../../table/index.js';
import type { PackedTexts } from './packed-texts.js';
import { type Sheet, sheetOf, sheetOfApart } from './sheet.js';

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
  const { table } = given;
  const identifiers = given.identifiers ?? [];
  if (table !== undefined) {
    const person = given.person !== undefined && table.has(given.person) ? given.person : undefined;
    const sheet = sheetOf(table, given.name ?? fallback, person);
    return { sheet, identifiers, bytes: null, content: contentDigest(sheet), outside: 0, renamed: 0 };
  }
  const { file, columns, rows } = await readApart(given.data ?? new Uint8Array(0));
  const name = given.name ?? (typeof given.data === 'string' ? file.artifact.name : undefined);
  const sheet = sheetOfApart(columns, rows, name ?? fallback, given.person);
  const { text, lines } = file.quality;
  const outside = (text?.longRows.count ?? 0) + (lines?.invalidLines.count ?? 0) + (lines?.repeatedKeys.count ?? 0);
  return {
    sheet,
    identifiers,
    bytes: file.artifact.sha256,
    content: contentDigest(sheet),
    outside,
    renamed: text?.renamedColumns ?? 0,
  };
}

/** A file and its columns as a table each: the file's own table is let go. */
async function readApart(
  data: Uint8Array | string,
): Promise<{ file: Pick<TableFile, 'artifact' | 'quality'>; columns: Table[]; rows: number }> {
  const { table, artifact, quality } = await readTable(data, {
    duplicates: false,
    inspect: false,
    badHeader: 'rename',
  });
  return { file: { artifact, quality }, columns: table.names.map((name) => table.select([name])), rows: table.rows };
}

/** SHA-256 over names, dictionaries and codes: equal for equal tables. */
export function contentDigest(sheet: Sheet): Uint8Array {
  const hash = new Sha256();
  const encoder = new TextEncoder();
  hash.update(encoder.encode(`scrim.table/1\n${sheet.rows}\n`));
  for (const column of sheet.columns) {
    hash.update(encoder.encode(`${JSON.stringify(column.name)}\n`));
    if (column.packed === null) digestTexts(column.values, hash, encoder);
    else digestPacked(column.packed, hash);
    hash.update(new Uint8Array(column.codes.buffer, column.codes.byteOffset, column.codes.byteLength));
  }
  return hash.digest();
}

const BLOCK = 1 << 20;

/** Every text behind its length in UTF-16 units and a colon. */
function digestTexts(texts: readonly string[], hash: Sha256, encoder: TextEncoder): void {
  let text = '';
  for (const value of texts) {
    text += `${value.length}:${value}`;
    if (text.length > BLOCK) {
      hash.update(encoder.encode(text));
      text = '';
    }
  }
  hash.update(encoder.encode(text));
}

/** {@link digestTexts} of texts that are bytes already. */
function digestPacked({ bytes, starts, ends, size, ascii }: PackedTexts, hash: Sha256): void {
  const block = new Uint8Array(BLOCK);
  let used = 0;
  for (let code = 0; code < size; code++) {
    const from = starts[code] as number;
    const to = ends[code] as number;
    if (used + 16 + to - from > BLOCK) {
      hash.update(block.subarray(0, used));
      used = 0;
    }
    let length = ascii ? to - from : unitsOf(bytes, from, to);
    let digits = 1;
    for (let rest = length; rest > 9; rest = Math.floor(rest / 10)) digits++;
    for (let i = used + digits - 1; i >= used; i--) {
      block[i] = 48 + (length % 10);
      length = Math.floor(length / 10);
    }
    used += digits;
    block[used++] = 58;
    if (16 + to - from > BLOCK) {
      hash.update(block.subarray(0, used)).update(bytes.subarray(from, to));
      used = 0;
    } else if (to - from > 64) {
      block.set(bytes.subarray(from, to), used);
      used += to - from;
    } else for (let i = from; i < to; i++) block[used++] = bytes[i] as number;
  }
  hash.update(block.subarray(0, used));
}

/** UTF-16 units of UTF-8: one a character, two of those of four bytes. */
function unitsOf(bytes: Uint8Array, from: number, to: number): number {
  let units = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i] as number;
    if ((byte & 0xc0) !== 0x80) units += byte < 0xf0 ? 1 : 2;
  }
  return units;
}

/** HMAC-SHA-256 of a content digest under the reviewer's key, hex; null without a key. */
export function keyedDigest(content: Uint8Array, key: Uint8Array | string | undefined): string | null {
  if (key === undefined) return null;
  const bytes = typeof key === 'string' ? new TextEncoder().encode(key) : key;
  return hexOf(hmac(sha256, bytes, content));
}
