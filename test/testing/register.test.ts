/**
 * The synthetic register: shape, reproducibility, and the rules that its cells keep (GB 11643-1999; households).
 */
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { regionAt, regionEntries } from '../../src/identifiers/index.js';
import {
  type RegisterColumn,
  type RegisterOptions,
  registerColumns,
  registerTable,
  writeRegisterCsv,
} from '../../src/testing/index.js';

type Row = Record<RegisterColumn, string | null>;
const rowsOf = (options: RegisterOptions): Row[] => [...registerTable(options).objects()] as Row[];

/** ISO 7064 MOD 11-2, written apart from the generator: the running form P = (P + digit) * 2 mod 11. */
function mod11_2(id: string): boolean {
  let p = 0;
  for (const c of id.slice(0, 17)) p = ((p + Number(c)) * 2) % 11;
  return (p + (id[17] === 'X' ? 10 : Number(id[17]))) % 11 === 1;
}

describe('registerTable', () => {
  const rows = rowsOf({ rows: 5000, seed: 'test' });

  it('has the promised columns and rows, and repeats for a seed', () => {
    expect(Object.keys(rows[0] as Row)).toEqual([...registerColumns]);
    expect(rows).toHaveLength(5000);
    expect(rowsOf({ rows: 50, seed: 'a' })).toEqual(rowsOf({ rows: 50, seed: 'a' }));
    expect(rowsOf({ rows: 50, seed: 'a' })).not.toEqual(rowsOf({ rows: 50, seed: 'b' }));
  });

  it('makes resident IDs with right check character, birth date, sex and a county in force at birth', () => {
    for (const row of rows) {
      const id = row.身份证号 as string;
      expect(mod11_2(id)).toBe(true);
      const birth = row.出生日期 as string;
      expect(id.slice(6, 14)).toBe(birth.replaceAll('-', ''));
      expect(new Date(birth).toISOString().slice(0, 10)).toBe(birth);
      expect(Number(id[16]) % 2 === 1 ? '男' : '女').toBe(row.性别);
      const year = Math.min(2019, Math.max(1980, Number(birth.slice(0, 4))));
      expect(regionAt(id.slice(0, 6), year).status).toBe('in-force');
    }
    expect(new Set(rows.map((row) => row.身份证号)).size).toBe(5000);
  });

  it('lets household members share address and household number, and few people share anything else', () => {
    const addresses = new Map<string, Set<string | null>>();
    for (const row of rows) {
      const list = addresses.get(row.户号 as string) ?? new Set();
      list.add(row.住址);
      addresses.set(row.户号 as string, list);
    }
    expect([...addresses.values()].every((list) => list.size === 1)).toBe(true);
    const mean = rows.length / addresses.size;
    expect(mean).toBeGreaterThan(2);
    expect(mean).toBeLessThan(3.2);
  });

  it('keeps age, record date and birth date together, with skewed diagnoses and missing telephones', () => {
    const counts = new Map<string, number>();
    for (const row of rows) {
      const [by, bm, bd] = (row.出生日期 as string).split('-').map(Number) as [number, number, number];
      const [ry, rm, rd] = (row.登记日期 as string).split('-').map(Number) as [number, number, number];
      expect(Number(row.年龄)).toBe(ry - by - (rm < bm || (rm === bm && rd < bd) ? 1 : 0));
      expect(row.手机号 === null || /^1[3-9]\d{9}$/.test(row.手机号)).toBe(true);
      counts.set(row.诊断 as string, (counts.get(row.诊断 as string) ?? 0) + 1);
    }
    const sorted = [...counts.values()].sort((a, b) => b - a);
    expect(sorted[0] as number).toBeGreaterThan(500);
    expect(sorted.at(-1) as number).toBeLessThan(20);
    expect(rows.some((row) => row.手机号 === null)).toBe(true);
    expect(new Set(rows.map((row) => row.区划代码?.slice(0, 2)))).toEqual(new Set(['33']));
  });

  it('repeats persons when asked: same person, same identity', () => {
    const repeated = rowsOf({ rows: 4000, seed: 'visits', rowsPerPerson: 4 });
    const identity = new Map<string, string>();
    for (const row of repeated) {
      const known = identity.get(row.人员编号 as string);
      if (known !== undefined) expect(row.身份证号).toBe(known);
      identity.set(row.人员编号 as string, row.身份证号 as string);
    }
    expect(repeated.length / identity.size).toBeGreaterThan(3.4);
    expect(repeated.length / identity.size).toBeLessThan(4.6);
  });

  it('crosses batch borders and keeps distinct dictionaries', () => {
    const table = registerTable({ rows: 70_000, seed: 'batches', columns: ['姓名', '住址', '手机号'] });
    expect(table.batches.map((batch) => batch.rows)).toEqual([65_536, 4464]);
    for (const name of table.names) {
      const column = table.chunks(name)[1];
      if (column?.type !== 'dictionary') throw new Error('not a dictionary');
      expect(new Set(column.dictionary.strings()).size).toBe(column.dictionary.size);
    }
  });

  it('refuses unusable options with a code', () => {
    for (const options of [
      { rows: -1, seed: 'x' },
      { rows: 1, seed: 'x', region: '99' },
      { rows: 1, seed: 'x', rowsPerPerson: 0.5 },
      { rows: 1, seed: 'x', until: 'soon' },
    ]) {
      expect(() => registerTable(options)).toThrow(expect.objectContaining({ code: 'SCRIM_ARGUMENT' }));
    }
    expect(registerTable({ rows: 0, seed: 'x' }).rows).toBe(0);
  });

  it('writes the same cells as CSV', () => {
    const path = join(tmpdir(), `scrim-register-${process.pid}.csv`);
    try {
      const options = { rows: 200, seed: 'csv' };
      const written = writeRegisterCsv(path, options);
      const text = readFileSync(path, 'utf8');
      expect(written).toEqual({ rows: 200, bytes: Buffer.byteLength(text) });
      const lines = text.trimEnd().split('\n');
      expect(lines[0]).toBe(registerColumns.join(','));
      expect(lines.slice(1)).toEqual(
        rowsOf(options).map((row) =>
          Object.values(row)
            .map((cell) => cell ?? '')
            .join(','),
        ),
      );
    } finally {
      rmSync(path, { force: true });
    }
  });
});

describe('region table', () => {
  it('names a county as it was called in the year (python-stdnum tests, test_cn_ric)', () => {
    expect(regionAt('120110', 1980)).toMatchObject({ province: '天津市', county: '东郊区', status: 'in-force' });
    expect(regionAt('120110', 1992)).toMatchObject({ province: '天津市', county: '东丽区', status: 'in-force' });
    expect(regionAt('110103', 2020).status).not.toBe('in-force');
    expect(regionAt('999999', 2000).status).toBe('unknown-code');
    expect(regionEntries().length).toBeGreaterThan(7000);
  });
});
