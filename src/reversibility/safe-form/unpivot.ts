/**
 * Cross tables as long ones: the headers of the columns of figures become labels of a key like any other, so that hours, bands and
 * parts of dates across the top are read as down the side. See aggregate.md.
 * @module
 */
import { columnOfTexts, type Sheet, SheetColumn } from '../intake/sheet.js';
import { figuresIn } from './composite-cells.js';
import { figuresOf } from './figures.js';
import type { Folded } from './one-hot.js';

const MOST_CELLS = 20_000;
const MOST_HEADERS = 120;

/** The product with one row a cell of figures: all columns of figures under one another, or all but the first. */
export function* unpivot(product: Sheet): Generator<Folded> {
  const { columns, rows } = product;
  const written = columns.flatMap((column, at) =>
    figuresOf(product, at) !== null || figuresIn(column) !== null ? [at] : [],
  );
  for (const values of [written, written.slice(1)]) {
    const keys = columns.flatMap((_, at) => (values.includes(at) ? [] : [at]));
    if (values.length < 2 || values.length > MOST_HEADERS || keys.length === 0 || keys.length > 4) continue;
    if (rows * values.length > MOST_CELLS) continue;
    const headers = values.map((at) => (columns[at] as SheetColumn).name.trim());
    for (const labels of [[headers], withoutAffixes(headers), inLevels(headers)]) {
      if (labels === null) continue;
      yield {
        sheet: longer(product, keys, values, labels),
        members: [...keys.map((key) => [key]), ...labels.map(() => values), values],
        kind: 'cross table',
        figures: true,
      };
    }
  }
}

/** @param labels - for each level of headers, the label of each column of figures */
function longer(
  product: Sheet,
  keys: readonly number[],
  values: readonly number[],
  labels: readonly (readonly string[])[],
): Sheet {
  const { rows } = product;
  const size = rows * values.length;
  const repeated = keys.map((key) => {
    const column = product.columns[key] as SheetColumn;
    const codes = new Int32Array(size);
    for (let i = 0; i < values.length; i++) codes.set(column.codes, i * rows);
    return new SheetColumn(column.name, codes, column.values);
  });
  const headers = labels.map((level) =>
    columnOfTexts(
      '',
      Array.from({ length: size }, (_, cell) => level[Math.floor(cell / rows)] as string),
    ),
  );
  return {
    ...product,
    rows: size,
    columns: [
      ...repeated,
      ...headers,
      together(
        values.map((at) => product.columns[at] as SheetColumn),
        rows,
      ),
    ],
    personOf: null,
    persons: size,
  };
}

/** Columns under one another as one. */
function together(columns: readonly SheetColumn[], rows: number): SheetColumn {
  const codeOf = new Map<string, number>();
  const codes = new Int32Array(rows * columns.length).fill(-1);
  columns.forEach((column, i) => {
    const own = column.values.map((text) => {
      const code = codeOf.get(text) ?? codeOf.size;
      codeOf.set(text, code);
      return code;
    });
    for (let row = 0; row < rows; row++) {
      const code = column.codes[row] as number;
      if (code >= 0) codes[i * rows + row] = own[code] as number;
    }
  });
  return new SheetColumn('', codes, [...codeOf.keys()]);
}

/** Labels without what all of them begin or end with, up to a mark between words; null where they have nothing in common. */
function withoutAffixes(labels: readonly string[]): string[][] | null {
  const [first] = labels;
  if (first === undefined) return null;
  let front = 0;
  while (front < first.length && labels.every((label) => label[front] === first[front])) front++;
  let back = 0;
  while (back < first.length - front && labels.every((label) => label.at(-1 - back) === first.at(-1 - back))) back++;
  // Digits belong to the label: 2021 and 2022 have 202 in common.
  while (front > 0 && /[\da-z.+-]/i.test(first[front - 1] as string)) front--;
  while (back > 0 && /[\da-z.+-]/i.test(first.at(-back) as string)) back--;
  if (front + back === 0) return null;
  const bare = labels.map((label) => label.slice(front, label.length - back).trim());
  return bare.some((label) => label === '') || new Set(bare).size < bare.length ? null : [bare];
}

const LEVELS = /[_|/\s·-]+/;
const MOST_LEVELS = 4;

/** Headers of several levels (`女_内科`) taken apart; null where they do not all have as many. */
function inLevels(labels: readonly string[]): string[][] | null {
  const parts = labels.map((label) => label.split(LEVELS));
  const levels = parts[0]?.length ?? 0;
  if (levels < 2 || levels > MOST_LEVELS || parts.some((own) => own.length !== levels)) return null;
  const columns = Array.from({ length: levels }, (_, level) => parts.map((own) => own[level] as string));
  const telling = columns.filter((own) => new Set(own).size > 1);
  return telling.length < 2 || telling.some((own) => new Set(own).size === labels.length) ? null : telling;
}
