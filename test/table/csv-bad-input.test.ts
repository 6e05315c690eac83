/** Bad input: each case is a coded error or a counted, listed row; messages hold no value of the data. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type ErrorCode, isScrimError } from '../../src/core/index.js';
import { csvBatches, csvBytes, readCsv, readTable, writeCsv } from '../../src/table/index.js';
import { bytesOf, cells, pieces, tableOf, UNREADABLE, utf8 } from './csv-helpers.js';

const SECRET = 'Zhang-San-110101';
const folder = mkdtempSync(join(tmpdir(), 'scrim-csv-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function failure(run: () => Promise<unknown>): Promise<{ code: ErrorCode; parameters: object }> {
  try {
    await run();
  } catch (error) {
    if (!isScrimError(error)) throw error;
    const text = JSON.stringify([error.toJSON(), error.localize('zh-CN'), String(error)]);
    expect(text).not.toContain(SECRET);
    expect(text).not.toMatch(/\{\w+\}/);
    return { code: error.code, parameters: error.parameters };
  }
  throw new Error('no error');
}

describe('coded errors', () => {
  it.each<[string, Uint8Array, ErrorCode]>([
    ['empty file', utf8(''), 'SCRIM_CSV_EMPTY'],
    ['blank lines only', utf8('\r\n\n\r'), 'SCRIM_CSV_EMPTY'],
    ['byte-order mark only', bytesOf([0xef, 0xbb, 0xbf]), 'SCRIM_CSV_EMPTY'],
    ['unclosed quote', utf8(`a,b\n1,2\n3,"${SECRET}\n5,6\n`), 'SCRIM_CSV_UNCLOSED_QUOTE'],
    ['unclosed quote in the header', utf8(`a,"${SECRET}`), 'SCRIM_CSV_UNCLOSED_QUOTE'],
    ['NUL byte', utf8(`a,b\n${SECRET},x\0y\n`), 'SCRIM_CSV_BINARY'],
    ['NUL in the header', utf8(`a,b\0\n${SECRET},x\n`), 'SCRIM_CSV_BINARY'],
    ['Excel workbook', bytesOf([0x50, 0x4b, 3, 4, 20, 0, 0, 0], SECRET), 'SCRIM_CSV_BINARY'],
    ['old Excel workbook', bytesOf([0xd0, 0xcf, 0x11, 0xe0, 0xa1], SECRET), 'SCRIM_CSV_BINARY'],
    ['gzip', bytesOf([0x1f, 0x8b, 8, 0, 0], SECRET), 'SCRIM_CSV_BINARY'],
    ['picture', bytesOf([0x89], 'PNG\r\n', [0x1a, 0x0a, 0, 0, 0, 13], 'IHDR', SECRET), 'SCRIM_CSV_BINARY'],
    ['repeated name', utf8(`${SECRET},${SECRET}\n1,2\n`), 'SCRIM_CSV_HEADER'],
    ['missing name', utf8(`${SECRET},\n1,2\n`), 'SCRIM_CSV_HEADER'],
    ['header that cannot be read', bytesOf(SECRET, ',', [0xff, 0x41], '\n1,2\n'), 'SCRIM_CSV_HEADER'],
    ['header with malformed quotes', utf8(`"${SECRET}"x,b\n1,2\n`), 'SCRIM_CSV_HEADER'],
    [
      'Latin-1',
      bytesOf(...Array.from({ length: 40 }, () => [SECRET, [0xe9, 0x74, 0xe9], ',x\n']).flat()),
      'SCRIM_CSV_ENCODING',
    ],
  ])('%s', async (_, bytes, code) => {
    expect((await failure(() => readCsv(bytes))).code).toBe(code);
    expect((await failure(() => readCsv(pieces(bytes, 1)))).code).toBe(code);
  });

  it('an unclosed quote names the row that opened it', async () => {
    const text = `a,b\n1,2\n3,"${SECRET}\n5,6\n`;
    expect((await failure(() => readCsv(utf8(text)))).parameters).toEqual({ source: 'input', row: 2 });
  });

  it('a picture whose bytes hold no NUL early is refused all the same', async () => {
    const bytes = new Uint8Array(200_000).map((_, i) => (i * 7919) % 256);
    expect((await failure(() => readCsv(bytes))).code).toMatch(/^SCRIM_CSV_/);
  });

  it('too many fields', async () => {
    const text = `${Array.from({ length: 20_000 }, (_, i) => `${SECRET}${i}`).join(',')}\n`;
    expect(await failure(() => readCsv(utf8(text)))).toMatchObject({
      code: 'SCRIM_CSV_TOO_MANY_FIELDS',
      parameters: { limit: 16_384, row: 0 },
    });
    expect((await readCsv(utf8(text), { maxColumns: 20_000 })).table.fields.length).toBe(20_000);
  });

  it('a 200 MB cell stops at the limit, with bounded memory, quoted or not', async () => {
    for (const open of ['', '"']) {
      let given = 0;
      const source = async function* () {
        yield utf8(`a,b\n1,${open}`);
        const block = new Uint8Array(1 << 20).fill(0x78);
        for (; given < 200; given++) yield block;
      };
      expect(await failure(() => readCsv(source()))).toMatchObject({
        code: 'SCRIM_CSV_CELL_TOO_LARGE',
        parameters: { row: 1, field: 2, limit: 2 ** 24 },
      });
      expect(given).toBeLessThan(20);
    }
    const { table } = await readCsv(utf8(`a,b\n1,"${'x'.repeat(100)}"\n`), { maxCellBytes: 100 });
    expect(table.rows).toBe(1);
    expect((await failure(() => readCsv(utf8(`a,b\n1,${'x'.repeat(101)}\n`), { maxCellBytes: 100 }))).code).toBe(
      'SCRIM_CSV_CELL_TOO_LARGE',
    );
  });

  it('files that are missing or no files', async () => {
    expect((await failure(() => readCsv(join(folder, 'none.csv')))).code).toBe('SCRIM_FILE_MISSING');
    expect((await failure(() => readCsv(folder))).code).toBe('SCRIM_FILE_UNREADABLE');
    expect((await failure(() => writeCsv(tableOf([['1']], 1), join(folder, 'no', 'x.csv')))).code).toBe(
      'SCRIM_FILE_UNWRITABLE',
    );
  });

  it('unknown encoding, text instead of bytes', async () => {
    expect((await failure(() => readCsv(utf8('a\n1\n'), { encoding: 'klingon' }))).code).toBe('SCRIM_ARGUMENT');
    const text = (async function* () {
      yield 'a,b\n';
    })() as unknown as AsyncIterable<Uint8Array>;
    expect((await failure(() => readCsv(text))).code).toBe('SCRIM_ARGUMENT');
  });

  it('cancelling, before and while reading and writing', async () => {
    const stop = new AbortController();
    const source = async function* () {
      yield utf8('a,b\n1,2\n');
      stop.abort();
      yield utf8('3,4\n');
    };
    expect((await failure(() => readCsv(source(), { signal: stop.signal }))).code).toBe('SCRIM_CANCELLED');
    expect((await failure(() => readCsv(utf8('a\n1\n'), { signal: stop.signal }))).code).toBe('SCRIM_CANCELLED');
    const path = join(folder, 'cancelled.csv');
    expect((await failure(() => writeCsv(tableOf([['1']], 1), path, { signal: stop.signal }))).code).toBe(
      'SCRIM_CANCELLED',
    );
    expect((await failure(() => readCsv(path))).code).toBe('SCRIM_FILE_MISSING');
  });
});

describe('counted and listed', () => {
  it('wrong bytes in single cells of UTF-8: those cells are unreadable', async () => {
    const bytes = bytesOf('a,b\n张三,1\n', [0xe5, 0xbc], ',2\n李四,', [0xff], '\n', [0xed, 0xa0, 0x80], ',4\n王五,5\n');
    for (const options of [{}, { layout: 'utf8' as const }, { encoding: 'utf-8' }]) {
      const { table, quality } = await readCsv(bytes, options);
      expect(cells(table)).toEqual([
        ['张三', '1'],
        [UNREADABLE, '2'],
        ['李四', UNREADABLE],
        [UNREADABLE, '4'],
        ['王五', '5'],
      ]);
      expect(quality.columns.map((column) => column.unreadable)).toEqual([
        { count: 2, rows: [2, 4] },
        { count: 1, rows: [3] },
      ]);
    }
  });

  it('characters cut apart by a delimiter do not mend each other', async () => {
    const { table } = await readCsv(bytesOf('a,b\n', [0xe5, 0xbc], ',', [0xa0], '\n'), { layout: 'utf8' });
    expect(cells(table)).toEqual([[UNREADABLE, UNREADABLE]]);
  });

  it('the report holds no value', async () => {
    const bytes = bytesOf(`a,b\n${SECRET},1\n${SECRET},2,3\n"${SECRET}"x,\n${SECRET}\n`, [0xff], '\n');
    const { quality } = await readCsv(bytes);
    expect(JSON.stringify(quality)).not.toContain('Zhang');
  });
});

describe('time is linear in the length of the input', () => {
  const texts: Record<string, (n: number) => string> = {
    'doubled quotes': (n) => `a\n"${'""'.repeat(n)}"\n`,
    'quotes in unquoted cells': (n) => `a\nx${'"'.repeat(n)}\n`,
    'empty fields': (n) => `a\n${','.repeat(n)}\n`,
    'blank lines': (n) => `a,b\n${'\n'.repeat(n)}`,
    'garbage after quotes': (n) => `a,b\n${'"x"y,'.repeat(n)}\n`,
  };
  it.each(Object.keys(texts))('%s, in small chunks', async (name) => {
    const make = texts[name] as (n: number) => string;
    const cpu = async (n: number): Promise<number> => {
      const bytes = utf8(make(n));
      let best = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 3; round++) {
        const start = process.cpuUsage();
        await readCsv(pieces(bytes, 4096), { delimiter: ',', duplicates: false });
        const used = process.cpuUsage(start);
        best = Math.min(best, used.user + used.system);
      }
      return best;
    };
    await cpu(20_000);
    // Quadratic work would take 64 times as long for 8 times the input; linear with noise stays far below 32.
    expect((await cpu(800_000)) / Math.max(2000, await cpu(100_000))).toBeLessThan(32);
  });
});

it('readTable: digest of the exact bytes, for a path and for bytes', async () => {
  const bytes = bytesOf([0xef, 0xbb, 0xbf], 'a,b\r\n007,x\r\n');
  const path = join(folder, 'people.csv');
  writeFileSync(path, bytes);
  const { createHash } = await import('node:crypto');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect((await readTable(path)).artifact).toEqual({ name: 'people.csv', sha256, rows: 1, columns: ['a', 'b'] });
  expect((await readTable(bytes, { name: 'x' })).artifact).toMatchObject({ name: 'x', sha256 });
});

it('progress counts bytes up to the total', async () => {
  const bytes = csvBytes(
    tableOf(
      Array.from({ length: 200_000 }, (_, i) => [`value ${i}`, 'x']),
      2,
    ),
  );
  const seen: [number, number | null][] = [];
  await readCsv(bytes, { progress: (event) => seen.push([event.done, event.total]) });
  expect(seen.at(-1)).toEqual([bytes.length, bytes.length]);
});

it('a stream left early closes its source', async () => {
  let closed = false;
  const source = async function* () {
    try {
      for (let i = 0; ; i++) yield utf8(i === 0 ? 'a,b\n' : `${i},x\n`.repeat(5000));
    } finally {
      closed = true;
    }
  };
  for await (const batch of csvBatches(source(), { batchRows: 1000 })) {
    expect(batch.rows).toBe(1000);
    break;
  }
  expect(closed).toBe(true);
});
