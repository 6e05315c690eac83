/** readTable and writeTable: formats found, digests of exact bytes, quality of every format. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readCsv, readTable, tableFromColumns, writeTable } from '../../src/table/index.js';
import { pieces, utf8 } from './csv-helpers.js';

const folder = mkdtempSync(join(tmpdir(), 'scrim-table-'));
afterAll(() => rmSync(folder, { recursive: true }));
const table = tableFromColumns({ id: ['007', '12', null], name: ['张三', '', 'x'] });

describe.each(['a.csv', 'a.tsv', 'a.parquet', 'a.ndjson', 'a.jsonl'])('%s', (name) => {
  it('writes, reads back and digests the exact bytes, from path, bytes and stream', async () => {
    const path = join(folder, name);
    const written = await writeTable(table, path);
    const bytes = readFileSync(path);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(written).toMatchObject({ name, sha256, bytes: bytes.length, rows: 3, unreadable: 0 });
    for (const source of [path, new Uint8Array(bytes), pieces(new Uint8Array(bytes), 7)]) {
      const options = typeof source === 'string' ? {} : { name: name === 'a.parquet' ? 'x' : name };
      const read = await readTable(source, options);
      expect([...read.table.objects()]).toEqual([...table.objects()]);
      expect(read.artifact).toMatchObject({ sha256, rows: 3, columns: ['id', 'name'] });
      expect(read.quality).toMatchObject({
        schema: 'scrim.quality/1',
        rows: 3,
        duplicateRows: { count: 0, exact: true },
        columns: [
          { name: 'id', nulls: 1, empty: 0, logical: 'text' },
          { name: 'name', nulls: 0, empty: 1 },
        ],
      });
    }
  });
});

it('NDJSON without extension is known by its first character, and `format` wins', async () => {
  const bytes = utf8('{"a":1}\n');
  expect((await readTable(bytes)).format).toBe('ndjson');
  expect((await readTable(bytes, { format: 'csv' })).format).toBe('csv');
  expect((await readTable(utf8('a\n{}\n'))).format).toBe('csv');
});

it('rows repeated in every cell are counted, null and empty apart', async () => {
  const { quality } = await readCsv(utf8('a,b\n1,\n1,""\n1,\n"1",\n2,x\n2,x\n'));
  expect(quality.duplicateRows).toEqual({ count: 3, exact: true });
  const plain = await readCsv(utf8('a,b\n1,\n1,""\n1,\n"1",\n2,x\n2,x\n'), { layout: 'utf8', batchRows: 2 });
  expect(plain.quality.duplicateRows).toEqual({ count: 3, exact: true });
});
