/**
 * Tables and records in binary form: what a program writes when it saves rows, read without its library. See containers.md.
 * @module
 */
import { type Entry, entriesOf, gridOfWorkbook } from './archives.js';
import { gridOfNpy, gridOfNumbers } from './arrays.js';
import { bytesOfText } from './bytes.js';
import { valueOfPickle } from './pickle.js';
import { valueOfBytes } from './records.js';
import { gridOfSqlite } from './sqlite.js';

export { fromBzip2 } from './bzip2.js';
export { fromLzma } from './lzma.js';
export { pixelsOf } from './pictures.js';
export { jsonOfPython } from './python-literal.js';

/** Rows of texts. */
export type Grid = (string | null)[][];

/** True for what no text is: bytes below the blank that no line has, or beyond ASCII. */
export function isBinary(text: string): boolean {
  for (let i = 0; i < Math.min(text.length, 4096); i++) {
    const code = text.charCodeAt(i);
    if (code > 255) return false;
    if (code < 9 || (code > 13 && code < 32) || code > 126) return true;
  }
  return false;
}

/** The value that bytes hold as a pickle or as a record of another customary form; undefined where they hold none. */
export function valueOfBinary(binary: string): unknown {
  const bytes = bytesOfText(binary);
  return bytes === null ? undefined : (valueOfPickle(bytes) ?? valueOfBytes(bytes));
}

/** Values of a record in order, whatever their nesting. */
export function flatten(value: unknown, into: (string | null)[] = []): (string | null)[] {
  if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) flatten(item, into);
  else into.push(value === null || value === undefined || Number.isNaN(value) ? null : String(value));
  return into;
}

/** The rows that bytes hold: of a workbook, a database, an array; null where they are none of these. */
export function gridOfBinary(binary: string, inflate: (raw: string) => string | null): Grid | null {
  if (!isBinary(binary)) return null;
  const entries = entriesOf(binary, inflate);
  if (entries !== null) return gridOfWorkbook(entries);
  const bytes = bytesOfText(binary);
  if (bytes === null) return null;
  return gridOfSqlite(binary) ?? gridOfNpy(bytes);
}

/** Bare numbers as rows: the last thing that bytes may be. */
export function gridOfBareNumbers(binary: string): Grid | null {
  const bytes = isBinary(binary) ? bytesOfText(binary) : null;
  return bytes === null ? null : gridOfNumbers(bytes);
}

/** The largest file of an archive that is no workbook: its bytes; null for anything else. */
export function largestEntry(binary: string, inflate: (raw: string) => string | null): string | null {
  const entries = entriesOf(binary, inflate);
  if (entries === null || entries.some(({ name }) => /worksheets\//.test(name))) return null;
  return entries.reduce((most: Entry, own) => (own.body.length > most.body.length ? own : most)).body;
}
