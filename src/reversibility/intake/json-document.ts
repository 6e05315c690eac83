/**
 * Products that are one JSON document (ECMA-404) instead of lines: its record sets, at any depth, become tables.
 *
 * An array of objects is a table, an object of equally long arrays is one by columns, an array of arrays one without names, an
 * array of plain values a column. What stands outside of all of them becomes a table of its own, so that nothing leaves unread.
 * @module
 */
import { isScrimError, nodeFs, sha256Hex } from '../../core/index.js';
import { type Table, tableFromColumns } from '../../table/index.js';
import { type Opened, open, type ReviewInput } from './inputs.js';

/** Deeper documents, and larger ones, are not opened: they stay a gap. */
const DEEPEST = 64;
const LARGEST = 400_000_000;
const MOST_COLUMNS = 5000;
const MOST_TABLES = 200;

type Cell = string | null;

/** Opens a product: a file of any table format, or the tables of one JSON document. @throws as `open` */
export async function openProduct(input: ReviewInput, fallback: string): Promise<Opened[]> {
  const data = dataOf(input);
  const start = data === undefined ? '' : startOf(data);
  const json = start === '[' || start === '{';
  let plain: Opened | null = null;
  let failure: unknown;
  try {
    plain = await open(input, fallback);
    // JSON lines begin with a brace, too; one row of them is also one document.
    if (!json || (start === '{' && plain.sheet.rows > 1)) return [plain];
  } catch (error) {
    if (!json || !isScrimError(error)) throw error;
    failure = error;
  }
  const bytes =
    typeof data === 'string' ? new Uint8Array(nodeFs('scrim review').readFileSync(data)) : (data as Uint8Array);
  const tables = tablesOfJson(bytes);
  if (tables.length === 0) {
    if (plain === null) throw failure;
    return [plain];
  }
  const digest = sha256Hex(bytes);
  const given = typeof input === 'object' && 'person' in input ? input : {};
  const file = plain?.sheet.name ?? nameOf(input, fallback);
  return Promise.all(
    tables.map(async ({ path, table }) => {
      const name = tables.length === 1 ? file : `${file}#${path === '' ? '/' : path}`;
      return { ...(await open({ ...given, name, table }, name)), bytes: digest };
    }),
  );
}

function dataOf(input: ReviewInput): Uint8Array | string | undefined {
  if (typeof input === 'string' || input instanceof Uint8Array) return input;
  return 'data' in input ? input.data : undefined;
}

function nameOf(input: ReviewInput, fallback: string): string {
  if (typeof input === 'object' && 'name' in input && typeof input.name === 'string') return input.name;
  const data = dataOf(input);
  return typeof data === 'string' ? data.slice(Math.max(data.lastIndexOf('/'), data.lastIndexOf('\\')) + 1) : fallback;
}

/** First character that is no space; nothing for a file that is too large to be opened as one document. */
function startOf(data: Uint8Array | string): string {
  let head: Uint8Array;
  if (typeof data === 'string') {
    const fs = nodeFs('scrim review');
    const stat = fs.statSync(data, { throwIfNoEntry: false });
    if (stat === undefined || !stat.isFile() || stat.size > LARGEST) return '';
    const file = fs.openSync(data, 'r');
    head = new Uint8Array(256);
    head = head.subarray(0, fs.readSync(file, head, 0, head.length, 0));
    fs.closeSync(file);
  } else {
    if (data.length > LARGEST) return '';
    head = data.subarray(0, 256);
  }
  return new TextDecoder().decode(head).trimStart().slice(0, 1);
}

/** The tables of a document; none when it is no JSON, too deep, or holds more tables than a review takes. */
export function tablesOfJson(bytes: Uint8Array): { readonly path: string; readonly table: Table }[] {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/^\ufeff/, ''));
  } catch {
    return [];
  }
  const found: { path: string; table: Table }[] = [];
  const left: Cell[] = [];
  if (!walk(document, '', 0, found, left) || found.length > MOST_TABLES) return [];
  if (left.length > 0)
    found.push({ path: found.length === 0 ? '' : 'other', table: tableFromColumns({ value: left }) });
  return found;
}

function walk(
  value: unknown,
  path: string,
  depth: number,
  found: { path: string; table: Table }[],
  left: Cell[],
): boolean {
  if (value === null || typeof value !== 'object') {
    if (value !== null) left.push(String(value));
    return true;
  }
  if (depth > DEEPEST || found.length > MOST_TABLES) return false;
  const table = Array.isArray(value) ? ofRows(value) : ofColumns(value as Record<string, unknown>);
  if (table === 'too wide') return false;
  if (table !== null) {
    found.push({ path, table });
    return true;
  }
  return Object.entries(value).every(([key, inner]) => walk(inner, `${path}/${key}`, depth + 1, found, left));
}

/** An array of two and more objects, arrays or plain values. */
function ofRows(rows: readonly unknown[]): Table | null | 'too wide' {
  if (rows.length < 2) return null;
  if (rows.every((row) => row === null || typeof row !== 'object')) {
    return tableFromColumns({ value: rows.map(cellOf) });
  }
  const names = new Map<string, Cell[]>();
  for (const [i, row] of rows.entries()) {
    if (row === null || typeof row !== 'object') return null;
    for (const [key, value] of Object.entries(row)) {
      const name = Array.isArray(row) ? `c${Number(key) + 1}` : key;
      let column = names.get(name);
      if (column === undefined) {
        if (names.size >= MOST_COLUMNS) return 'too wide';
        column = new Array<Cell>(rows.length).fill(null);
        names.set(name, column);
      }
      column[i] = cellOf(value);
    }
  }
  return names.size === 0 ? null : tableFromColumns(Object.fromEntries(names));
}

/** An object whose values are all arrays of one length, two or more. */
function ofColumns(object: Readonly<Record<string, unknown>>): Table | null | 'too wide' {
  const entries = Object.entries(object);
  const [first] = entries;
  if (first === undefined || !Array.isArray(first[1]) || first[1].length < 2) return null;
  const rows = first[1].length;
  const plain = (value: unknown): boolean => value === null || typeof value !== 'object';
  if (!entries.every(([, value]) => Array.isArray(value) && value.length === rows && value.every(plain))) return null;
  if (entries.length > MOST_COLUMNS) return 'too wide';
  return tableFromColumns(
    Object.fromEntries(entries.map(([name, value]) => [name, (value as readonly unknown[]).map(cellOf)])),
  );
}

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
