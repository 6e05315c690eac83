/**
 * Whole tables inside single cells: JSON of rows or of columns, delimited lines, HTML or XML rows, behind base-N and
 * compression. See readings.md.
 * @module
 */
import {
  flatten,
  fromBzip2,
  fromLzma,
  type Grid,
  gridOfBareNumbers,
  gridOfBinary,
  isBinary,
  jsonOfPython,
  largestEntry,
  pixelsOf,
  valueOfBinary,
} from '../../containers/index.js';
import { columnOfTexts, type Sheet, type SheetColumn } from '../../intake/sheet.js';
import {
  asUtf8,
  decompress,
  fromAscii85,
  fromBase32,
  fromBase64,
  fromHex,
  fromJsonString,
  inflateRaw,
  unbrotli,
} from '../decoding/decode-bytes.js';
import { fromBase85, fromZ85 } from '../decoding/decode-more.js';
import { markupGrid } from './markup.js';
import type { Reading } from './readings.js';
import { joinedPieces } from './unfolded.js';
import { literalOf, tuplesOf, wholeText, withoutBreaks } from './whole-text.js';

/** Characters of cells that are opened; what is longer stays unexplained. */
const CELL_LIMIT = 1 << 26;
/** Characters that one byte of a compressed table stands for at most; what unpacks to more is a bomb. */
const MOST_COMPRESSED = 100;

function largest(bytes: string): number {
  return Math.min(CELL_LIMIT, Math.max(1 << 20, MOST_COMPRESSED * bytes.length));
}

const MAX_CELLS = 20_000;

/** Tables in the cells of a column, put one below the other (or side by side where each cell is a column). */
export function tablesInCells(product: Sheet): Reading[] {
  const found: Reading[] = [];
  for (const column of product.columns) {
    if (column.present === 0 || column.distinct > MAX_CELLS || column.distinct === 0) continue;
    const first = column.text(0);
    if (first.length < 24 || first.length > CELL_LIMIT) continue;
    const way = wayInto(first);
    if (way === null) continue;
    const sheet = readAll(product, column, way);
    if (sheet !== null) found.push({ name: `rows of ${way.name}(${column.name})`, sheet });
  }
  for (const { name, text } of found.length === 0 ? joinedPieces(product) : []) {
    const way = wayInto(text);
    const grid = way === null ? null : gridOf(way.open(text) ?? '');
    if (way === null || grid === null || grid.length < 2) continue;
    found.push({ name: `rows of ${way.name}(pieces of ${name})`, sheet: sheetOfGrid(product, grid) });
    break;
  }
  return found;
}

/** A product of lines or of a header alone that is one text with a table in it. */
export function tableInText(product: Sheet): Reading[] {
  const text = wholeText(product);
  const way = text === null ? null : wayInto(text);
  if (text === null || way === null) return [];
  // Lines as they stand were read already; tuples, lists and markup were not.
  if (way.name === 'cells' && !/^\s*[[{(<]|\bvalues\s*\(/i.test(text.slice(0, 4096))) return [];
  const column = columnOfTexts('file', [text]);
  const sheet = readAll({ name: product.name, rows: 1, columns: [column], personOf: null, persons: 1 }, column, way);
  return sheet === null ? [] : [{ name: `rows of ${way.name}(file)`, sheet }];
}

interface Way {
  readonly name: string;
  readonly open: (text: string) => string | null;
}

/** Public codes that cells are opened through. */
export const OPENERS: readonly (readonly [name: string, open: (text: string) => string | null])[] = [
  ['base64', fromBase64],
  ['hex', fromHex],
  ['base32', fromBase32],
  ['base85', fromBase85],
  ['ascii85', fromAscii85],
  ['base85-z', fromZ85],
  ['json-string', fromJsonString],
  ['joined', withoutBreaks],
  ['literal', literalOf],
  ['decompress', (text) => decompress(text, largest(text))],
  ['brotli', (text) => unbrotli(text, largest(text))],
  ['inflate', (text) => inflateRaw(text, largest(text))],
  ['bzip2', (text) => fromBzip2(text, largest(text))],
  ['lzma', (text) => fromLzma(text, largest(text))],
  ['unpack', (text) => largestEntry(text, (raw) => inflateRaw(raw, largest(raw)))],
  ['pixels', (text) => pixelsOf(text, (raw) => decompress(raw, largest(raw)))],
  ['utf8', asUtf8],
];

/** The shortest chain of openers after which the cell reads as a table. */
function wayInto(text: string): Way | null {
  let level: { way: Way; text: string }[] = [{ way: { name: 'cells', open: (own) => own }, text }];
  for (let depth = 0; depth < 5 && level.length > 0; depth++) {
    for (const { way, text: own } of level) if (gridOf(own) !== null) return way;
    const next: typeof level = [];
    for (const { way, text: own } of level) {
      for (const [name, open] of OPENERS) {
        const out = own.length > CELL_LIMIT ? null : open(own);
        if (out === null || out === own || out.length < 16) continue;
        next.push({
          text: out,
          way: {
            name: `${name}(${way.name})`,
            open: (cell) => {
              const inner = way.open(cell);
              return inner === null ? null : open(inner);
            },
          },
        });
      }
    }
    level = next.slice(0, 16);
  }
  return null;
}

function readAll(product: Sheet, column: SheetColumn, way: Way): Sheet | null {
  const grids: Grid[] = [];
  for (let row = 0; row < column.codes.length; row++) {
    const code = column.codes[row] as number;
    if (code < 0) continue;
    const text = way.open(column.text(code));
    const grid = text === null ? null : gridOf(text);
    if (grid !== null) grids.push(grid);
  }
  if (grids.length < 0.8 * column.present) return null;
  const flat = grids.every((grid) => grid.length === 1);
  // Each cell one list: cells are columns when all lists are long and equally so.
  const length = grids[0]?.[0]?.length ?? 0;
  if (flat && length >= 8 && length >= 2 * grids.length && grids.every((grid) => grid[0]?.length === length)) {
    const columns = grids.map((grid, i) => columnOfTexts(`list ${i + 1}`, grid[0] as (string | null)[]));
    return { name: product.name, rows: length, columns, personOf: null, persons: length };
  }
  if (flat) return null;
  const rows = grids.flat();
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  return rows.length < 2 || width < 1 || width > 400 ? null : sheetOfGrid(product, rows);
}

function sheetOfGrid(product: Sheet, rows: Grid): Sheet {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const columns = Array.from({ length: Math.min(400, width) }, (_, i) =>
    columnOfTexts(
      `field ${i + 1}`,
      rows.map((row) => row[i] ?? null),
    ),
  );
  return { name: product.name, rows: rows.length, columns, personOf: null, persons: rows.length };
}

/** The rows that a text holds: of one row where it is a long list; null when it is no table. */
function gridOf(text: string): Grid | null {
  const start = text.slice(0, 200).trimStart();
  if (/^[[{]/.test(start)) return jsonGrid(text) ?? (/^\[[^\]\n]*\]\s*\n/.test(start) ? linesGrid(text) : null);
  if (/^<[a-z!?]/i.test(start)) return markupGrid(text);
  if (/\bvalues\s*\(/i.test(text.slice(0, 4096))) return tuplesOf(text);
  return isBinary(start) || TEXT_PICKLE.test(start) ? binaryGrid(text) : linesGrid(text);
}

/** Characters that stand in no line of a text: in what is compressed, line feeds are bytes like any other. */
const CONTROLS = /[^\P{Cc}\t\r\n]/u;

/** How pickles of protocol 0, which are plain text, begin. */
const TEXT_PICKLE = /^\([dl]p?\d*\n/;

/** Rows of a file in binary form; of texts in UTF-8 none, since these are opened by themselves. */
function binaryGrid(text: string): Grid | null {
  const grid = gridOfBinary(text, (raw) => inflateRaw(raw, largest(raw)));
  if (grid !== null || (isUtf8(text) && !TEXT_PICKLE.test(text))) return grid;
  const value = valueOfBinary(text);
  if (value === undefined)
    return gridOfBareNumbers(text) ?? (CONTROLS.test(text.slice(0, 4096)) ? null : linesGrid(text));
  return gridOfValue(value, 0) ?? columnsIn(value);
}

/** True for the bytes of text in UTF-8, but for the last character of a long one. */
function isUtf8(text: string): boolean {
  for (let cut = 0; cut < 4; cut++) if (asUtf8(text.slice(0, Math.min(text.length, 4096) - cut)) !== null) return true;
  return false;
}

/** Lists of one length, the longest ones that are more than one, side by side: what a table by columns has inside. */
function columnsIn(value: unknown): Grid | null {
  const byLength = new Map<number, (string | null)[][]>();
  const walk = (own: unknown, depth: number): void => {
    if (!Array.isArray(own) || depth > 32) return;
    if (own.length >= LEAST_LIST && own.every((item) => typeof item !== 'object' || item === null)) {
      const lists = byLength.get(own.length) ?? [];
      lists.push(own.map((item) => flatten(item)[0] ?? null));
      byLength.set(own.length, lists);
    } else for (const item of own) walk(item, depth + 1);
  };
  walk(value, 0);
  let best: (string | null)[][] = [];
  for (const lists of byLength.values()) {
    if (lists.length * (lists[0]?.length ?? 0) > best.length * (best[0]?.length ?? 0)) best = lists;
  }
  return best.length === 0 ? null : (best[0] as (string | null)[]).map((_, i) => best.map((list) => list[i] ?? null));
}

const LEAST_LIST = 12;

function jsonGrid(text: string): Grid | null {
  if (deep(text, 24)) return null;
  const value = parsed(text) ?? parsed(jsonOfPython(text)) ?? parsed(jsonOfLines(text));
  return value === undefined ? null : gridOfValue(value, 0);
}

/** Lines of JSON as one list; null where the text is none. */
function jsonOfLines(text: string): string | null {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines.length >= 2 && lines.every((line) => /^\s*[[{].*[\]}]\s*$/.test(line)) ? `[${lines.join(',')}]` : null;
}

function parsed(json: string | null): unknown {
  try {
    return json === null ? undefined : JSON.parse(json);
  } catch {
    return undefined;
  }
}

function deep(text: string, most: number): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === 91 || char === 123) {
      if (++depth > most) return true;
    } else if (char === 93 || char === 125) depth--;
  }
  return false;
}

function gridOfValue(value: unknown, depth: number): Grid | null {
  if (typeof value !== 'object' || value === null || depth > 4) return null;
  const items = Object.values(value);
  if (items.length < 2) return items.length === 1 ? gridOfValue(items[0], depth + 1) : null;
  const inner = items.filter((item) => typeof item === 'object' && item !== null).length;
  if (inner === 0) return Array.isArray(value) && items.length >= 8 ? [items.map(textOf)] : null;
  if (inner < items.length) {
    // A record with a table among its fields.
    for (const item of items) {
      const own = gridOfValue(item, depth + 1);
      if (own !== null && own.length > 1) return own;
    }
    return null;
  }
  const lists = items.map((item) => flatten(item));
  const first = lists[0] as (string | null)[];
  // A table beside its names and numbers of rows, as pandas writes it.
  const total = lists.reduce((sum, list) => sum + list.length, 0);
  const most = lists.reduce((best, list, i) => (list.length > (lists[best] as unknown[]).length ? i : best), 0);
  if (items.length <= 6 && (lists[most] as unknown[]).length > 0.6 * total) {
    const own = gridOfValue(items[most], depth + 1);
    if (own !== null && own.length > 1) return own;
  }
  // Few long lists of one length are columns; many short ones are rows.
  if (lists.every((list) => list.length === first.length) && first.length > 4 * lists.length)
    return first.map((_, i) => lists.map((list) => list[i] ?? null));
  return lists;
}

function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

const DELIMITERS = ['\t', ',', ';', '|', '&', ' '];
/** Lines by which the fields of a text are counted. */
const FIRST_LINES = 50;

function linesGrid(text: string): Grid | null {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  if (lines.length < 2) return null;
  const some = lines.slice(0, FIRST_LINES);
  const named = namedLines(lines, /^\s*["']?([^=:\s"',]{1,60})["']?\s*[=:]\s*(.*)$/);
  if (named !== null) return named;
  for (const delimiter of DELIMITERS) {
    for (const fields of [plainFields, quotedFields]) {
      const width = fields(lines[0] as string, delimiter).length;
      if (width < 2) continue;
      const same = some.filter((line) => fields(line, delimiter).length === width).length;
      if (same < 0.9 * some.length) continue;
      return lines.map((line) =>
        fields(line, delimiter).map((cell) => (delimiter === '&' ? texCell(cell) : cell.replace(/^"|"$/g, ''))),
      );
    }
  }
  return alignedGrid(lines, some) ?? namedLines(lines, /^\s*(\S{1,60})\s+(.*)$/);
}

function plainFields(line: string, delimiter: string): string[] {
  return line.split(delimiter);
}

/** Fields of a line that may stand in quotation marks with the delimiter inside (RFC 4180, section 2). */
function quotedFields(line: string, delimiter: string): string[] {
  const fields: string[] = [];
  for (const piece of line.split(delimiter)) {
    const last = fields.at(-1);
    // An odd number of marks: the field goes on.
    if (last?.startsWith('"') && (last.split('"').length & 1) === 0)
      fields[fields.length - 1] = last + delimiter + piece;
    else fields.push(piece);
  }
  return fields.map((field) => (/^".*"$/s.test(field) ? field.slice(1, -1).replace(/""/g, '"') : field));
}

/** A cell of a LaTeX table. */
function texCell(cell: string): string {
  return cell.replace(/\\\\\s*$/, '').trim();
}

/** Columns set apart by blanks, as tables are printed: rows of another width than most are left out. */
function alignedGrid(lines: readonly string[], some: readonly string[]): Grid | null {
  for (const between of [/\s{2,}/, /\s+/]) {
    const widths = some.map((line) => line.trim().split(between).length);
    const counts = new Map<number, number>();
    for (const width of widths) counts.set(width, (counts.get(width) ?? 0) + 1);
    const [width, count] = [...counts].reduce((best, own) => (own[1] > best[1] ? own : best));
    if (width < 3 || count < 0.7 * some.length) continue;
    return lines.map((line) => line.trim().split(between)).filter((row) => row.length === width);
  }
  return null;
}

/** Lines of a name and what it stands for, the same names again for each row. */
function namedLines(lines: readonly string[], pair: RegExp): Grid | null {
  const pairs: { name: string; value: string }[] = [];
  for (const line of lines) {
    const [, name, value] = pair.exec(line) ?? [];
    if (name !== undefined) pairs.push({ name, value: (value as string).trim() });
  }
  const first = pairs[0]?.name;
  const starts = pairs.flatMap(({ name }, i) => (name === first ? [i] : []));
  if (starts.length < 8 || pairs.length < 3 * starts.length || pairs.length < 0.6 * lines.length) return null;
  const names = [...new Set(pairs.map(({ name }) => name))];
  if (names.length > 60) return null;
  const rows = starts.map((from, i) => {
    const own = new Map(pairs.slice(from, starts[i + 1] ?? pairs.length).map(({ name, value }) => [name, value]));
    return names.map((name) => own.get(name) ?? null);
  });
  return rows.filter((row) => row.every((cell) => cell !== null)).length >= 0.5 * rows.length ? rows : null;
}
