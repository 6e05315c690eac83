/** Tables and records in binary form: each vector, made by Python, holds the same forty rows. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { tablesInCells } from '../../src/reversibility/attack/readings/cell-tables.js';
import { packedRows } from '../../src/reversibility/attack/readings/packed-rows.js';
import { review } from '../../src/reversibility/index.js';
import { columnOfTexts, type Sheet } from '../../src/reversibility/intake/sheet.js';
import { tableFromColumns } from '../../src/table/index.js';

interface Vectors {
  readonly rows: readonly (readonly string[])[];
  readonly table: Readonly<Record<string, string>>;
  readonly numbers: Readonly<Record<string, string>>;
  readonly cells: Readonly<Record<string, readonly string[]>>;
}

const path = fileURLToPath(new URL('../vectors/reversibility/containers.json', import.meta.url));
const vectors = JSON.parse(readFileSync(path, 'utf8')) as Vectors;

function sheetOf(texts: readonly string[]): Sheet {
  const rows = texts.length;
  return { name: 'product', rows, columns: [columnOfTexts('blob', [...texts])], personOf: null, persons: rows };
}

/** Rows of a sheet as texts; numbers as they are usually written. */
function rowsOf(sheet: Sheet | undefined): string[] {
  if (sheet === undefined) return [];
  return Array.from({ length: sheet.rows }, (_, row) =>
    sheet.columns
      .map(({ codes, values }) => values[codes[row] as number] as string)
      .map((text) => (/^\d+\.\d+$/.test(text) ? String(Number(text)) : text))
      .join(),
  );
}

function missing(sheet: Sheet | undefined, expected: readonly string[]): string[] {
  const found = new Set(rowsOf(sheet));
  return expected.filter((row) => !found.has(row));
}

const rows = vectors.rows.map((row) => [row[0], row[1], String(Number(row[2])), row[3]].join());
const numbers = vectors.rows.map((row) => [row[1], String(Number(row[2])), row[3]].join());

it.each(Object.keys(vectors.table))('a whole table in one cell as %s', (format) => {
  const [reading] = tablesInCells(sheetOf([vectors.table[format] as string]));
  expect(missing(reading?.sheet, rows)).toEqual([]);
});

it.each(Object.keys(vectors.numbers))('numbers in one cell as %s', (format) => {
  const [reading] = tablesInCells(sheetOf([vectors.numbers[format] as string]));
  expect(missing(reading?.sheet, numbers)).toEqual([]);
});

it.each(Object.keys(vectors.cells))('a row in each cell as %s', (format) => {
  const sheet = packedRows(sheetOf(vectors.cells[format] as readonly string[]));
  // Opcodes and lengths beside the values are columns of their own.
  const found = rowsOf(sheet ?? undefined);
  expect(sheet).not.toBeNull();
  expect(rows.every((row) => found.some((own) => row.split(',').every((cell) => own.split(',').includes(cell))))).toBe(
    true,
  );
});

it('damaged bytes are no table', () => {
  for (const [format, text] of Object.entries(vectors.table)) {
    if (/^(?:zip|tar|xlsx|sqlite|msgpack|cbor|protobuf|bmp)$/.test(format)) continue;
    const cut = `${text.slice(0, 4 * Math.floor(text.length / 10))}AAAA`;
    for (const { sheet } of tablesInCells(sheetOf([cut]))) expect(missing(sheet, rows)).not.toEqual([]);
  }
});

it('a database in a cell is blocked by a review', async () => {
  const column = (at: number): string[] => vectors.rows.map((row) => row[at] as string);
  const source = { name: column(0), number: column(1), height: column(2), weight: column(3) };
  const product = { model: [vectors.table['sqlite'] as string], version: ['1'] };
  const verdict = await review({ sources: [tableFromColumns(source)], product: tableFromColumns(product), seed: '00' });
  expect(verdict.verdict).toBe('block');
  expect(verdict.restoration.rows.count).toBe(40);
});
