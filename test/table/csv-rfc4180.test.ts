/** Reading CSV: RFC 4180 section 2 and what lies beside it (line ends, ragged rows, delimiters). */
import { describe, expect, it } from 'vitest';
import { csvBatches, readCsv } from '../../src/table/index.js';
import { bytesOf, cells, pieces, UNREADABLE, utf8 } from './csv-helpers.js';

const read = async (text: string, options = {}) => {
  const result = await readCsv(utf8(text), options);
  return { names: result.table.names, rows: cells(result.table), quality: result.quality };
};

describe('RFC 4180 section 2', () => {
  it('rules 1 to 3: CRLF records, last line end optional, header', async () => {
    const expected = { names: ['a', 'b'], rows: [['1', '2'], ['3', '4']] }; // biome-ignore format: rows
    expect(await read('a,b\r\n1,2\r\n3,4\r\n')).toMatchObject(expected);
    expect(await read('a,b\r\n1,2\r\n3,4')).toMatchObject(expected);
  });

  it('rule 4: spaces are part of a field', async () => {
    expect((await read('a,b\n x , y\n')).rows).toEqual([[' x ', ' y']]);
  });

  it('rules 5 to 7: quotes, line ends and delimiters inside quotes, doubled quotes', async () => {
    const { rows } = await read('a,b\n"x,\r\ny","say ""hi"""\n"""",",\n"\n');
    expect(rows).toEqual([
      ['x,\r\ny', 'say "hi"'],
      ['"', ',\n'],
    ]);
  });
});

describe('null, empty and unreadable are three things', () => {
  it('an unquoted empty field is null, "" is the empty string', async () => {
    const { rows, quality } = await read('a,b,c\n,"",x\n"",,\n');
    expect(rows).toEqual([
      [null, '', 'x'],
      ['', null, null],
    ]);
    expect(quality.columns.map((column) => [column.nulls, column.empty])).toEqual([
      [1, 1],
      [1, 1],
      [1, 0],
    ]);
  });

  it('text after a closing quote makes the cell unreadable, and is listed', async () => {
    const { rows, quality } = await read('a,b\n"x"y,1\n"x" ,2\nz,"w"q\n');
    expect(rows).toEqual([
      [UNREADABLE, '1'],
      [UNREADABLE, '2'],
      ['z', UNREADABLE],
    ]);
    expect(quality.text?.malformedQuotes).toEqual({ count: 3, rows: [1, 2, 3] });
    expect(quality.columns[0]?.unreadable).toEqual({ count: 2, rows: [1, 2] });
  });

  it('a quote inside an unquoted cell is text, and counted', async () => {
    const { rows, quality } = await read('a,b\n5" pipe,6"\n');
    expect(rows).toEqual([['5" pipe', '6"']]);
    expect(quality.text?.looseQuotes).toBe(2);
  });

  it('null tokens only on demand, only unquoted, and counted', async () => {
    const text = 'a,b\nNA,\\N\n"NA",-\n-,x\n';
    expect((await read(text)).rows[0]).toEqual(['NA', '\\N']);
    const { rows, quality } = await read(text, { nullTokens: ['NA', '\\N', '-'] });
    expect(rows).toEqual([
      [null, null],
      ['NA', null],
      [null, 'x'],
    ]);
    expect(quality.columns.map((column) => column.nullTokens)).toEqual([2, 2]);
  });
});

describe('line ends', () => {
  it.each([
    ['\n', { lf: 3, crlf: 0, cr: 0 }],
    ['\r\n', { lf: 0, crlf: 3, cr: 0 }],
    ['\r', { lf: 0, crlf: 0, cr: 3 }],
  ])('%j', async (end, lineEnds) => {
    const { rows, quality } = await read(`a,b${end}1,"x${end}y"${end}2,z${end}`);
    expect(rows).toEqual([
      ['1', `x${end}y`],
      ['2', 'z'],
    ]);
    expect(quality.text?.lineEnds).toEqual(lineEnds);
  });

  it('blank lines are left out and counted, before the header too', async () => {
    const { names, rows, quality } = await read('\n\r\na,b\n\n1,2\r\n\r\n3,4\n\n');
    expect(names).toEqual(['a', 'b']);
    expect(rows).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
    expect(quality.text?.blankLines).toBe(5);
  });

  it('in a table of one column a blank line is a null cell', async () => {
    expect((await read('a\n1\n\n2\n\n')).rows).toEqual([['1'], [null], ['2'], [null]]);
  });
});

describe('ragged rows', () => {
  it('short: the missing cells are null, the row is listed', async () => {
    const { rows, quality } = await read('a,b,c\n1\n1,2\n1,2,3\n');
    expect(rows).toEqual([
      ['1', null, null],
      ['1', '2', null],
      ['1', '2', '3'],
    ]);
    expect(quality.text?.shortRows).toEqual({ count: 2, rows: [1, 2] });
  });

  it('long: cells may stand in the wrong columns, so they are unreadable; nothing of them stays', async () => {
    const { table, quality } = await readCsv(utf8('a,b\n1,2\nx,y,z\n3,4,\n5,6,,""\n'));
    expect(cells(table)).toEqual([
      ['1', '2'],
      [UNREADABLE, UNREADABLE],
      ['3', '4'],
      [UNREADABLE, UNREADABLE],
    ]);
    expect(quality.text?.longRows).toEqual({ count: 3, rows: [2, 3, 4] });
    const [column] = table.chunks('a');
    expect(column?.type === 'dictionary' && column.dictionary.strings()).toEqual(['1', '3']);
    expect(quality.columns[0]?.distinct).toEqual({ count: 2, exact: true });
  });

  it('long: truncate keeps the first cells, error names the row', async () => {
    const text = 'a,b\n1,2\nx,y,z\n';
    expect((await read(text, { longRows: 'truncate' })).rows[1]).toEqual(['x', 'y']);
    await expect(read(text, { longRows: 'error' })).rejects.toMatchObject({
      code: 'SCRIM_CSV_TOO_MANY_FIELDS',
      parameters: { row: 2, limit: 2 },
    });
  });

  it('lists at most `listed` rows and counts all', async () => {
    const { quality } = await read(`a,b\n${'x\n'.repeat(50)}`, { listed: 3 });
    expect(quality.text?.shortRows).toEqual({ count: 50, rows: [1, 2, 3] });
  });
});

describe('delimiters', () => {
  it.each([',', ';', '\t', '|'])('finds %j', async (delimiter) => {
    const text = ['id,note'.replace(',', delimiter), `1${delimiter}"a,b;c\td|e"`, `2${delimiter}x`].join('\n');
    const { rows, quality } = await read(text);
    expect(rows).toEqual([
      ['1', 'a,b;c\td|e'],
      ['2', 'x'],
    ]);
    expect(quality.text).toMatchObject({ delimiter, delimiterDecidedBy: 'sniffed' });
  });

  it('decimal commas do not win over semicolons', async () => {
    expect((await read('a;b\n1,5;2,5\n3,5;4,5\n')).rows[0]).toEqual(['1,5', '2,5']);
  });

  it('sep= in the first line (spreadsheets)', async () => {
    const { names, rows, quality } = await read('sep=;\r\na;b,c\r\n1;2\r\n');
    expect(names).toEqual(['a', 'b,c']);
    expect(rows).toEqual([['1', '2']]);
    expect(quality.text?.delimiterDecidedBy).toBe('sep-line');
  });

  it.each(['||', '，', '::', '\u0001'])('given: %j, cut anywhere', async (delimiter) => {
    const bytes = utf8(`a${delimiter}b\n|:1${delimiter}"x${delimiter}y"\n${delimiter}2:|\n`);
    for (let size = 1; size <= bytes.length; size++) {
      const { table } = await readCsv(pieces(bytes, size), { delimiter });
      expect(cells(table)).toEqual([
        ['|:1', `x${delimiter}y`],
        [null, '2:|'],
      ]);
    }
  });

  it.each(['', '"', '\n', 'a\r', '\0', '\uD800'])('refuses %j', async (delimiter) => {
    await expect(read('a\n', { delimiter })).rejects.toMatchObject({ code: 'SCRIM_ARGUMENT' });
  });
});

describe('headers', () => {
  it('header only: a table of no rows', async () => {
    const { names, rows, quality } = await read('a,b\n');
    expect([names, rows, quality.rows]).toEqual([['a', 'b'], [], 0]);
    expect((await read('a,b')).names).toEqual(['a', 'b']);
  });

  it('header: false names the columns and keeps the first record, in every kind of cell', async () => {
    const { names, rows, quality } = await read('1,,"",NA\n"x"y,2,3,4\n', { header: false, nullTokens: ['NA'] });
    expect(names).toEqual(['c1', 'c2', 'c3', 'c4']);
    expect(rows).toEqual([
      ['1', null, '', null],
      [UNREADABLE, '2', '3', '4'],
    ]);
    expect(quality.text?.malformedQuotes.rows).toEqual([2]);
  });

  it.each([
    ['a,b,a\n1,2,3\n', 'columns 1 and 3 have the same name'],
    ['a,,c\n1,2,3\n', 'column 2 has no name'],
  ])('%j is refused by position', async (text, problem) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'SCRIM_CSV_HEADER', parameters: { problem } });
  });

  it('badHeader: rename', async () => {
    const { names, quality } = await read('a,,a,a_2,a,\n', { badHeader: 'rename' });
    expect(names).toEqual(['a', 'c2', 'a_3', 'a_2', 'a_4', 'c6']);
    expect(quality.text?.renamedColumns).toBe(4);
  });

  it('says when the names look like data', async () => {
    expect((await read('1,2\n3,4\n')).quality.text?.headerLooksLikeData).toBe(true);
    expect((await read('a,2024-01-01\n3,4\n')).quality.text?.headerLooksLikeData).toBe(true);
    expect((await read('id,name,col1\n3,4,5\n')).quality.text?.headerLooksLikeData).toBe(false);
  });
});

describe('batches', () => {
  const text = `a,b\n${Array.from({ length: 1000 }, (_, i) => `${i},${i % 7}`).join('\n')}\n`;

  it('streams batches with row numbers and ends with the report', async () => {
    const stream = csvBatches(pieces(utf8(text), 777), { batchRows: 300 });
    const seen: number[][] = [];
    let next = await stream.next();
    for (; next.done !== true; next = await stream.next()) {
      seen.push([next.value.firstRow, next.value.rows]);
      expect(next.value.columns.map((column) => column.type)).toEqual(['utf8', 'utf8']);
    }
    expect(seen).toEqual([
      [1, 300],
      [301, 300],
      [601, 300],
      [901, 100],
    ]);
    expect(next.value.rows).toBe(1000);
    expect(next.value.columns[1]?.kinds).toEqual({ integer: 1000 });
  });

  it('ends a batch early when its text is large', async () => {
    const rows = 70;
    const block = utf8(`"${'x'.repeat(4_000_000)}",1\n`);
    const source = async function* () {
      yield utf8('a,b\n');
      for (let i = 0; i < rows; i++) yield block;
    };
    const sizes: number[] = [];
    for await (const batch of csvBatches(source())) sizes.push(batch.rows);
    expect(sizes).toEqual([68, 2]);
  });

  it('codes widen with the dictionary and keep their meaning', async () => {
    const wide = `v\n${Array.from({ length: 70_000 }, (_, i) => `v${i}`).join('\n')}\nv0\nv300\n`;
    const { table } = await readCsv(utf8(wide), { batchRows: 200, layout: 'dictionary' });
    const kinds = new Set(
      table.chunks('v').map((column) => (column.type === 'dictionary' ? column.codes.constructor.name : column.type)),
    );
    expect([...kinds]).toEqual(['Uint8Array', 'Uint16Array', 'Uint32Array']);
    const rows = cells(table);
    expect(rows.every(([value], i) => i >= 70_000 || value === `v${i}`)).toBe(true);
    expect(rows.slice(-2)).toEqual([['v0'], ['v300']]);
  });

  it('auto leaves the dictionary of a column that is nearly all distinct, with the same cells', async () => {
    const rows = 270_000;
    const many = `id,k\n${Array.from({ length: rows }, (_, i) => `${i % 1000 === 0 ? '' : `n${i}`},${i % 3}`).join('\n')}\n`;
    const auto = await readCsv(utf8(many));
    expect(auto.table.fields.map((field) => field.type)).toEqual(['utf8', 'dictionary']);
    const all = cells(auto.table);
    expect(all.every(([id, k], i) => id === (i % 1000 === 0 ? null : `n${i}`) && k === String(i % 3))).toBe(true);
    expect(auto.quality.columns[0]?.nulls).toBe(270);
    expect(auto.quality.columns[0]?.constant).toBe(false);
  });
});

it('a byte-order mark is no data', async () => {
  const { table, quality } = await readCsv(bytesOf([0xef, 0xbb, 0xbf], 'a,b\n1,2\n'));
  expect(table.names).toEqual(['a', 'b']);
  expect(quality.text).toMatchObject({ bom: true, encoding: 'utf-8' });
});
