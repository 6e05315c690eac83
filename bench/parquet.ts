/**
 * Reading a Parquet file of 1 M rows x 9 columns into dictionary and number columns, against hyparquet alone reading
 * it into JavaScript arrays; and writing it, against hyparquet-writer alone.
 * @module
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetRead } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { readParquet, Table, tableFromColumns, writeParquet } from '../src/table/index.js';
import { SeededRandom } from '../src/testing/index.js';
import { Bench, isMain, versionOf } from './harness.js';

const ROWS = 1_000_000;

function makeColumns(): Record<string, (string | number)[] | Float64Array | Int32Array> {
  const random = new SeededRandom('parquet bench');
  const pick = (values: readonly string[]): string[] =>
    Array.from({ length: ROWS }, () => values[random.below(values.length)] as string);
  const numbered = (prefix: string, count: number): string[] =>
    Array.from({ length: count }, (_, i) => `${prefix}${i}`);
  return {
    id: Array.from({ length: ROWS }, (_, i) => `P${String(i * 7919).padStart(12, '0')}`),
    age: Int32Array.from({ length: ROWS }, () => random.below(100)),
    sex: pick(['男', '女']),
    county: pick(numbered('某县', 3000)),
    occupation: pick(numbered('职业', 60)),
    birth: pick(Array.from({ length: 20_000 }, (_, i) => new Date(i * 86_400_000).toISOString().slice(0, 10))),
    income: Float64Array.from({ length: ROWS }, () => random.below(10_000_000) / 100),
    diagnosis: pick(numbered('J', 900)),
    visits: Float64Array.from({ length: ROWS }, () => random.below(30)),
  };
}

export async function run(): Promise<void> {
  const bench = new Bench('parquet');
  const folder = mkdtempSync(join(tmpdir(), 'scrim-bench-'));
  const path = join(folder, 'table.parquet');
  const columns = makeColumns();
  const table = tableFromColumns(columns);
  await writeParquet(table, path);
  const bytes = readFileSync(path);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  const input = new Uint8Array(buffer);
  const peerName = await versionOf('hyparquet');
  await bench.compare({
    title: 'read',
    work: `1 M rows x 9 columns, ${(bytes.length / 1e6).toFixed(1)} MB Snappy, from memory`,
    target: 'within 1.2x of hyparquet alone (ratio at least 0.83)',
    units: { count: ROWS, name: 'rows' },
    contenders: [
      { name: 'scrim readParquet', run: async () => (await readParquet(input)).rows },
      {
        name: `${peerName} parquetRead onChunk`,
        run: async () => {
          const kept: unknown[] = [];
          let cells = 0;
          await parquetRead({
            file: { byteLength: buffer.byteLength, slice: (start, end) => buffer.slice(start, end) },
            onChunk: (chunk) => {
              kept.push(chunk.columnData);
              cells += chunk.columnData.length;
            },
          });
          return cells / 9;
        },
      },
    ],
  });
  const names = Object.keys(columns);
  await bench.compare({
    title: 'write',
    work: '1 M rows x 9 columns to Snappy in memory',
    rounds: 3,
    units: { count: ROWS, name: 'rows' },
    contenders: [
      {
        name: 'scrim writeParquet',
        run: async () => (await writeParquet(new Table(table.fields, table.batches), { write: () => undefined })).rows,
      },
      {
        name: `${await versionOf('hyparquet-writer')} parquetWriteBuffer`,
        run: () => {
          parquetWriteBuffer({
            columnData: names.map((name) => ({ name, data: columns[name] as string[] })),
            rowGroupSize: 131_072,
          });
          return ROWS;
        },
      },
    ],
  });
  bench.note('Columns: near-unique text, integers, doubles and six texts of 2 to 20,000 distinct values.');
  bench.write();
  rmSync(folder, { recursive: true });
}

if (isMain(import.meta.url)) await run();
