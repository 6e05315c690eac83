/**
 * The shipped examples: policies parse, hierarchies cover the data, and `protect` gives tables that are k-anonymous by an independent count.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KeyRing } from '../../src/crypto/index.js';
import { parsePolicy, protect } from '../../src/policy/index.js';
import { readTable, type Table } from '../../src/table/index.js';
import { registerTable } from '../../src/testing/index.js';

const folder = (name: string): string => new URL(`../../examples/${name}/`, import.meta.url).pathname;
const read = (name: string, file: string): string => readFileSync(folder(name) + file, 'utf8');

/** Rows per combination of all released values, counted with a Map of whole rows. */
function smallestClass(table: Table): number {
  const counts = new Map<string, number>();
  for (const row of table.objects()) {
    const key = JSON.stringify(row);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Math.min(...counts.values());
}

const protectExample = (name: string, table: Table): Table =>
  protect(table, parsePolicy(read(name, 'policy.yaml'), 'policy.yaml'), {
    readFile: (path) => readFileSync(folder(name) + path),
  }).table;

describe('examples', () => {
  it('adult: 30 162 rows, hierarchies cover every value, k = 20 holds over all released columns', async () => {
    const { table } = await readTable(`${folder('adult')}adult.csv`);
    expect(table.rows).toBe(30_162);
    for (const name of table.names) {
      const known = new Set(
        read('adult', `hierarchies/${name}.csv`)
          .trim()
          .split(/\r?\n/)
          .map((line) => line.split(';')[0]),
      );
      const values = new Set([...table.select([name]).objects()].map((row) => row[name]));
      for (const value of values) expect(known.has(value as string)).toBe(true);
    }
    const product = protectExample('adult', table);
    expect(product.rows).toBeGreaterThan(28_000);
    expect(smallestClass(product)).toBeGreaterThanOrEqual(20);
  });

  it('register: the policy drops direct identifiers and k = 20 holds over all released columns', () => {
    const product = protectExample('register', registerTable({ rows: 12_000, seed: 'example' }));
    expect(product.names).toEqual(['性别', '年龄', '区划代码', '职业', '诊断']);
    expect(product.rows).toBeGreaterThan(11_000);
    expect(smallestClass(product)).toBeGreaterThanOrEqual(20);
  });

  it('register: the policy of masks and tokens works on every row and passes no direct identifier', async () => {
    const source = registerTable({ rows: 500, seed: 'masks' });
    const parsed = parsePolicy(read('register', 'policy-masks.yaml'), 'policy-masks.yaml');
    const product = protect(source, parsed, { keys: await KeyRing.create() }).table;
    expect(product.rows).toBe(500);
    const raw = [...source.objects()];
    const out = [...product.objects()];
    for (const name of ['人员编号', '身份证号', '姓名', '手机号', '住址', '户号', '出生日期']) {
      const values = new Set(raw.map((row) => row[name]).filter((value) => value !== null));
      expect(values.size).toBeGreaterThan(100);
      for (const row of out) expect(values.has(row[name] as string)).toBe(false);
    }
  });

  it('register: hierarchies hold every value that the generator can make', () => {
    const columns = {
      性别: 'sex',
      年龄: 'age',
      区划代码: 'region',
      文化程度: 'education',
      婚姻状况: 'marital-status',
      职业: 'occupation',
      诊断: 'diagnosis',
    } as const;
    const table = registerTable({ rows: 5000, seed: 'cover', region: '', columns: Object.keys(columns) as never });
    for (const [name, file] of Object.entries(columns)) {
      const lines = read('register', `hierarchies/${file}.csv`).trim().split('\n');
      const known = new Set(lines.map((line) => line.split(';')[0]));
      const column = table.chunks(name)[0];
      if (column?.type !== 'dictionary') throw new Error('not a dictionary');
      for (const value of column.dictionary.strings()) expect(known.has(value), `${name} in ${file}`).toBe(true);
    }
    expect(readdirSync(`${folder('register')}hierarchies`).sort()).toEqual(
      Object.values(columns)
        .map((file) => `${file}.csv`)
        .sort(),
    );
  });
});
