/** CSV round trips: write then read gives the same cells, for any text, delimiter and cut of the byte stream. */
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvBytes, readCsv, tableFromColumns, writeCsv } from '../../src/table/index.js';
import { cells, cut, tableOf, utf8 } from './csv-helpers.js';

/** Text without lone surrogates (those become U+FFFD when a string turns into UTF-8, see docs/tables.md). */
const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom('"', ',', ';', '\t', '|', '\r', '\n', '\uFEFF', '张', 'é', '𠮷', 'a', ' ', '\0', '=', "'"),
  }),
);
const cell = fc.option(nasty, { freq: 5 });
const grid = fc
  .integer({ min: 1, max: 4 })
  .chain((width) =>
    fc.tuple(fc.constant(width), fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 12 })),
  );
const delimiter = fc.constantFrom(',', ';', '\t', '|', '||', '，', '::', '\u0001', ' ', 'ab');

describe('write, then read', () => {
  it('gives the same cells, whatever the text, the delimiter, the line end and the cuts', async () => {
    await fc.assert(
      fc.asyncProperty(
        grid,
        delimiter,
        fc.constantFrom('\n' as const, '\r\n' as const),
        fc.boolean(),
        fc.array(fc.nat(400)),
        async ([width, rows], delimiter, lineEnd, bom, places) => {
          const bytes = csvBytes(tableOf(rows, width), { delimiter, lineEnd, bom });
          const { table, quality } = await readCsv(cut(bytes, places), { delimiter, encoding: 'utf-8', batchRows: 5 });
          expect(cells(table)).toEqual(rows);
          expect(quality.text?.shortRows.count).toBe(0);
          expect(quality.text?.looseQuotes).toBe(0);
        },
      ),
      { numRuns: 250 },
    );
  });

  it('column names too, with the delimiter found by itself', async () => {
    const names = fc.uniqueArray(
      nasty.filter((name) => name !== '' && !name.includes('\0')),
      { minLength: 1, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(names, async (names) => {
        const columns = Object.fromEntries(names.map((name) => [name, ['x', null]]));
        const { table } = await readCsv(csvBytes(tableFromColumns(columns)), { encoding: 'utf-8' });
        expect([...table.names].sort()).toEqual([...names].sort());
      }),
      { numRuns: 300 },
    );
  });

  it('a lone surrogate becomes U+FFFD, once', async () => {
    const { table } = await readCsv(csvBytes(tableOf([['a\uD800b']], 1)));
    expect(cells(table)).toEqual([['a\uFFFDb']]);
  });

  it('neutralised formulas change cells, numbers stay', async () => {
    const rows = [['=1+1'], ['+cmd'], ['-2+3'], ['@x'], ['\tx'], ['-3.5'], ['+86'], ['-1e-5'], ['a=b']];
    const text = new TextDecoder().decode(csvBytes(tableOf(rows, 1), { neutralizeFormulas: true }));
    expect(text).toBe("c1\n'=1+1\n'+cmd\n'-2+3\n'@x\n'\tx\n-3.5\n+86\n-1e-5\na=b\n");
    expect(new TextDecoder().decode(csvBytes(tableOf([['=1']], 1)))).toBe('c1\n=1\n');
  });
});

describe('every cut of the byte stream gives the same result', () => {
  const text = '编号,"姓""名"\r\n1,"张\r\n三"\r\n\r2,\n"","李""四"\n3,𠮷野家,多\n4\n"x"y,é';

  it('one and two cuts, everywhere', async () => {
    const bytes = utf8(text);
    const whole = await readCsv(bytes);
    const expected = { cells: cells(whole.table), quality: whole.quality };
    expect(expected.cells.length).toBe(6);
    for (let i = 0; i <= bytes.length; i++) {
      for (let j = i; j <= bytes.length; j += 5) {
        const { table, quality } = await readCsv(cut(bytes, [i, j]));
        expect({ cells: cells(table), quality }).toEqual(expected);
      }
    }
  });

  it('UTF-16, both ways', async () => {
    const le = Buffer.from(`\uFEFF${text}`, 'utf16le');
    const be = Buffer.from(le).swap16();
    const expected = cells((await readCsv(utf8(text))).table);
    for (const bytes of [le, be]) {
      for (let i = 0; i <= bytes.length; i++) expect(cells((await readCsv(cut(bytes, [i]))).table)).toEqual(expected);
    }
  });
});

describe('csv-parse as second opinion', () => {
  it('agrees on any well-formed CSV (csv-parse does not tell null from "")', async () => {
    await fc.assert(
      fc.asyncProperty(grid, fc.constantFrom(',', ';', '\t', '|'), async ([width, rows], delimiter) => {
        fc.pre(width > 1);
        const bytes = csvBytes(tableOf(rows, width), { delimiter });
        const theirs = parse(Buffer.from(bytes), { delimiter, from_line: 1, bom: false, skip_empty_lines: true });
        const { table } = await readCsv(bytes, { delimiter, encoding: 'utf-8', layout: 'utf8' });
        expect([table.names, ...cells(table).map((row) => row.map((value) => value ?? ''))]).toEqual(theirs);
      }),
      { numRuns: 200 },
    );
  });

  it('agrees on text made of the special characters alone, wherever csv-parse accepts it', async () => {
    const text = fc.string({ unit: fc.constantFrom('"', ',', '\n', 'a', 'b'), maxLength: 20 });
    let agreed = 0;
    await fc.assert(
      fc.asyncProperty(text, async (body) => {
        const source = `x,y\n${body}`;
        let theirs: string[][];
        try {
          theirs = parse(source, { skip_empty_lines: true });
        } catch {
          return; // ragged or ill-formed: csv-parse refuses, we list (csv-rfc4180.test.ts)
        }
        const { table } = await readCsv(utf8(source), { delimiter: ',' });
        expect([table.names, ...cells(table).map((row) => row.map((value) => value ?? ''))]).toEqual(theirs);
        agreed++;
      }),
      { numRuns: 2000, seed: 7 },
    );
    expect(agreed).toBeGreaterThan(100);
  });
});

it('writes to a sink, with digest and counts', async () => {
  const parts: Uint8Array[] = [];
  const table = tableOf([['a', null], ['', '张']], 2); // biome-ignore format: rows
  const written = await writeCsv(table, { write: (bytes) => void parts.push(bytes.slice()) });
  const bytes = Buffer.concat(parts);
  expect(bytes.toString()).toBe('c1,c2\na,\n"",张\n');
  const { createHash } = await import('node:crypto');
  expect(written).toEqual({
    name: 'output',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    rows: 2,
    columns: ['c1', 'c2'],
    bytes: bytes.length,
    unreadable: 0,
  });
});

it('unreadable cells are written as null and counted', async () => {
  const { table } = await readCsv(utf8('a,b\n"x"y,1\n'));
  const written = await writeCsv(table, { write: () => undefined });
  expect(written.unreadable).toBe(1);
  expect(new TextDecoder().decode(csvBytes(table))).toBe('a,b\n,1\n');
});
