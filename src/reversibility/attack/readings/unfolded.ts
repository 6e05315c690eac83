/**
 * Products whose rows were folded together, or apart: texts cut into pieces down a column, lists of equal length side by side
 * (grouped rows, whole columns in cells), values left out where they repeat the row above, lines that name how much they share with the
 * line before, and rows written several times. See readings.md.
 * @module
 */
import { type Lookup, sampleCodes } from '../../intake/lookup.js';
import { columnOfTexts, type Sheet, type SheetColumn } from '../../intake/sheet.js';
import { OPENERS } from './cell-tables.js';
import type { Reading } from './readings.js';

/** Readings that the product's own structure suggests. */
export function unfolded(product: Sheet, lookup: Lookup): Reading[] {
  const found = [filledDown(product), frontCoded(product), listed(product), eachOnce(product, lookup)];
  return found.filter((reading) => reading !== null);
}

function sheetOf(product: Sheet, columns: readonly SheetColumn[]): Sheet {
  const rows = columns[0]?.rows ?? 0;
  return { name: product.name, rows, columns, personOf: null, persons: rows };
}

function textAt(column: SheetColumn, row: number): string | null {
  const code = column.codes[row] as number;
  return code < 0 ? null : column.text(code);
}

// Pieces.

const LEAST_PIECES = 4;
const LEAST_PIECE = 24;
const MOST_TEXT = 1 << 26;

/** The texts of columns that hold one long text in pieces of one length: in order of the rows, or of a column that numbers them. */
export function joinedPieces(product: Sheet): { readonly name: string; readonly text: string }[] {
  const { rows, columns } = product;
  if (rows < LEAST_PIECES || columns.length > 4) return [];
  const found: { name: string; text: string }[] = [];
  for (const column of columns) {
    if (column.present < rows || column.distinct < 0.8 * rows) continue;
    const length = (textAt(column, 0) ?? '').length;
    const pieces = Array.from({ length: rows }, (_, row) => textAt(column, row) ?? '');
    const long = Math.max(length, (pieces[1] as string).length);
    if (long < LEAST_PIECE || long * rows > MOST_TEXT) continue;
    // Only the last piece may be shorter.
    if (pieces.filter((piece) => piece.length !== long).length > 1 || pieces.some((piece) => piece.length > long))
      continue;
    found.push({ name: column.name, text: pieces.join('') });
    for (const order of columns) {
      const places = order === column ? null : numbering(order);
      if (places === null) continue;
      const sorted = new Array<string>(rows).fill('');
      pieces.forEach((piece, row) => {
        sorted[places[row] as number] = piece;
      });
      found.push({ name: `${column.name} by ${order.name}`, text: sorted.join('') });
    }
  }
  return found;
}

/** Places from 0 on that a column gives its rows; null where it does not number them. */
function numbering(column: SheetColumn): number[] | null {
  if (!column.isNumeric || column.distinct !== column.rows) return null;
  const numbers = Array.from(column.codes, (code) => column.numbers[code] as number);
  const least = numbers.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
  const most = numbers.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
  return most - least === column.rows - 1 && numbers.every(Number.isInteger)
    ? numbers.map((value) => value - least)
    : null;
}

// Lists.

const MARKS = ['\n', '\t', ';', '|', ',', '、', '，', '；', '/', ' ', '_'];
const MOST_LISTED = 2_000_000;

type Split = (text: string) => readonly (string | null)[] | null;

function splitsOf(): Split[] {
  return [
    jsonList,
    ...MARKS.map(
      (mark): Split =>
        (text) =>
          text.replace(/\n$/, '').split(mark),
    ),
    // Values with how often they come: run lengths.
    ...[';', ',', '|', '\n', ' '].flatMap((mark) => ['*', 'x', '×', ':'].map((times): Split => runsBy(mark, times))),
  ];
}

function jsonList(text: string): (string | null)[] | null {
  if (!text.startsWith('[')) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value)) return null;
    return value.map((item) => (typeof item === 'object' ? null : String(item)));
  } catch {
    return null;
  }
}

function runsBy(mark: string, times: string): Split {
  return (text) => {
    const out: string[] = [];
    for (const run of text.split(mark)) {
      const cut = run.lastIndexOf(times);
      const count = cut < 0 ? Number.NaN : Number(run.slice(cut + 1));
      if (!Number.isInteger(count) || count < 1 || out.length + count > MOST_LISTED) return null;
      for (let i = 0; i < count; i++) out.push(run.slice(0, cut));
    }
    return out;
  };
}

/** Cells of several columns that are lists of one length in each row, one below the other; what is no list is repeated. */
function listed(product: Sheet): Reading | null {
  const { rows, columns } = product;
  if (columns.length < 2 || columns.length > 64 || rows === 0) return null;
  const first = columns.map((column) => openedTexts(column, FIRST));
  let texts: (string | null)[][] = first;
  for (const split of splitsOf()) {
    // Most texts end this at the first rows: lists of one length side by side are rare.
    const few = first.map((own) => lengthsOf(own, split));
    if (!agree(few)) continue;
    if (rows > FIRST && texts === first) texts = columns.map((column) => openedTexts(column, rows));
    const lengths = texts.map((own) => lengthsOf(own, split));
    const chosen = agree(lengths);
    if (chosen === null) continue;
    const counts = lengths[chosen[0] as number] as Int32Array;
    const total = counts.reduce((sum, count) => sum + Math.max(1, count), 0);
    if (total < 2 * rows || total < 12 || total > MOST_LISTED) continue;
    const lists = new Set(chosen);
    const long = texts.map((own, i) => {
      const out: (string | null)[] = [];
      own.forEach((text, row) => {
        const items = lists.has(i) && text !== null ? split(text) : null;
        for (let k = 0; k < Math.max(1, counts[row] as number); k++)
          out.push(items === null ? text : (items[k] ?? null));
      });
      return columnOfTexts((columns[i] as SheetColumn).name, out);
    });
    return { name: 'lists in cells one below the other', sheet: sheetOf(product, long) };
  }
  return null;
}

/** Rows that are looked at before all are. */
const FIRST = 40;

function lengthsOf(texts: readonly (string | null)[], split: Split): Int32Array {
  return Int32Array.from(texts, (text) => (text === null ? 0 : (split(text)?.length ?? -1)));
}

/** Columns that are lists of one length in every row, two of them at least and some longer than one; null where there are none. */
function agree(lengths: readonly Int32Array[]): number[] | null {
  for (let first = 0; first < lengths.length; first++) {
    const own = lengths[first] as Int32Array;
    const sum = own.reduce((total, count) => total + count, 0);
    if (sum < 2 * own.length || own.some((count) => count < 0)) continue;
    const same = lengths.flatMap((other, i) => (other.every((count, row) => count === own[row]) ? [i] : []));
    // Dates and numbers of one form have as many parts everywhere: lists of one length each are no grouped rows.
    const varied = new Set(own).size > 1 || (own.length <= 3 && (own[0] as number) >= 12);
    if (same.length >= 2 && varied) return same;
  }
  return null;
}

/** The texts of a column's first rows, behind public codes where all of its few long cells open. */
function openedTexts(column: SheetColumn, rows: number): (string | null)[] {
  const texts = Array.from({ length: Math.min(rows, column.rows) }, (_, row) => textAt(column, row));
  if (column.rows > 3 || texts.some((text) => text === null || text.length < 64)) return texts;
  let own = texts as string[];
  for (
    let depth = 0;
    depth < 4 && !own.some((text) => /[\n,;]/.test(text) && !/[^\P{Cc}\n\t\r]/u.test(text));
    depth++
  ) {
    let next: string[] | null = null;
    for (const [, open] of OPENERS) {
      const out = own.map(open);
      if (out.every((text, i): text is string => text !== null && text !== own[i] && text.length >= 16)) {
        next = out as string[];
        break;
      }
    }
    if (next === null) break;
    own = next;
  }
  return own.map((text) => OPENERS.find(([name]) => name === 'utf8')?.[1](text) ?? text);
}

// Values left out.

const SAME_ABOVE = /^(?:|"|''|〃|″|同上|-|ditto|do\.|nan|None|null)$/i;
const LEAST_ROWS = 24;

/** Cells left open where they repeat the cell above, filled again: no cell that stands there equals the last one that did. */
function filledDown(product: Sheet): Reading | null {
  const { rows, columns } = product;
  if (rows < LEAST_ROWS) return null;
  let filled = 0;
  const full = columns.map((column) => {
    const own = filledColumn(column);
    if (own !== null) filled++;
    return own ?? column;
  });
  return filled < 1 ? null : { name: 'open cells filled from above', sheet: sheetOf(product, full) };
}

/** UTF-8 bytes of the longest text that stands for the cell above. */
const OPEN_BYTES = 6;

/** By code: 1 where the text stands for the cell above. */
function openCodes(column: SheetColumn): Uint8Array {
  const open = new Uint8Array(column.distinct);
  const { packed } = column;
  for (let code = 0; code < open.length; code++) {
    if (packed !== null && (packed.ends[code] as number) - (packed.starts[code] as number) > OPEN_BYTES) continue;
    if (SAME_ABOVE.test(column.text(code))) open[code] = 1;
  }
  return open;
}

function filledColumn(column: SheetColumn): SheetColumn | null {
  const first = column.codes[0] as number;
  if (first < 0) return null;
  const isOpen = openCodes(column);
  if (isOpen[first] === 1) return null;
  // As many cells as are open if no standing one repeats the one before.
  const all = column.counts.reduce((sum, count, code) => sum + (isOpen[code] === 1 ? count : 0), 0);
  if (column.rows - column.present + all < 0.1 * column.rows) return null;
  const codes = new Int32Array(column.rows);
  let last = -1;
  let open = 0;
  for (let row = 0; row < column.rows; row++) {
    const code = column.codes[row] as number;
    if (code < 0 || isOpen[code] === 1) open++;
    else if (code === last) return null;
    else last = code;
    codes[row] = last;
  }
  // Mostly open cells are left out on purpose; of fewer, standing ones of few values would be equal to a neighbour by chance.
  const standing = column.rows - open;
  const repeats = column.counts.reduce((sum, count, code) => sum + (isOpen[code] === 1 ? 0 : count * count), 0);
  if (open < 0.1 * column.rows || standing < 2 || (open < 0.5 * column.rows && repeats < 6 * standing)) return null;
  return columnOfTexts(
    column.name,
    Array.from(codes, (code) => column.text(code)),
  );
}

/** Lines after a count of the characters they share with the line before. */
function frontCoded(product: Sheet): Reading | null {
  const { rows, columns } = product;
  if (columns.length !== 2 || rows < LEAST_ROWS) return null;
  const counts = columns.find(({ isNumeric, present }) => isNumeric && present === rows);
  const rests = columns.find((column) => column !== counts);
  if (counts === undefined || rests === undefined) return null;
  const lines: string[] = [];
  for (let row = 0; row < rows; row++) {
    const shared = counts.numbers[counts.codes[row] as number] as number;
    const before = lines[row - 1] ?? '';
    if (!Number.isInteger(shared) || shared < 0 || shared > before.length) return null;
    lines.push(before.slice(0, shared) + (textAt(rests, row) ?? ''));
  }
  for (const mark of ['|', ',', '\t', ';']) {
    const width = (lines[0] as string).split(mark).length;
    if (width < 2 || lines.some((line) => line.split(mark).length !== width)) continue;
    const fields = lines.map((line) => line.split(mark));
    const own = Array.from({ length: width }, (_, i) =>
      columnOfTexts(
        `field ${i + 1}`,
        fields.map((line) => line[i] ?? null),
      ),
    );
    return { name: 'lines after what they share with the line before', sheet: sheetOf(product, own) };
  }
  return null;
}

// Rows written several times.

/** More rows than the source has: only rows written several times make so many of a copy. */
const MORE_ROWS = 1.2;

/**
 * Each row once, where rows come several times and are mostly different otherwise: for codes that nothing but order and
 * counts gives away. Rows that stand in the source as they are need no such reading, and of other people of few kinds it would
 * take the doubles away that chance is measured by.
 */
function eachOnce(product: Sheet, lookup: Lookup): Reading | null {
  const { rows, columns } = product;
  const most = lookup.columns.reduce((largest, { column }) => Math.max(largest, column.rows), 0);
  if (rows < MORE_ROWS * most || rows < 2 * LEAST_ROWS || columns.length < 2 || columns.length > 100) return null;
  // Tables of groups have few different rows; persons' rows have a column that tells nearly all of them apart.
  const telling = columns.reduce((widest, own) => (own.distinct > widest.distinct ? own : widest));
  if (telling.distinct > 0.8 * rows || telling.distinct < Math.max(LEAST_ROWS, 0.2 * rows)) return null;
  if (lookup.best(sampleCodes(telling, 40).map((code) => telling.text(code))) > 0.2) return null;
  const seen = new Set<string>();
  const kept: number[] = [];
  for (let row = 0; row < rows; row++) {
    const key = columns.map(({ codes }) => codes[row]).join();
    if (seen.has(key)) continue;
    seen.add(key);
    kept.push(row);
  }
  if (kept.length > Math.min(0.85 * rows, most) || telling.distinct < 0.9 * kept.length) return null;
  const once = columns.map((column) =>
    columnOfTexts(
      column.name,
      kept.map((row) => textAt(column, row)),
    ),
  );
  return { name: 'each row once', sheet: sheetOf(product, once) };
}
