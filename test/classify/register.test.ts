/**
 * Classification of the synthetic register, with and without headers.
 */
import { describe, expect, it } from 'vitest';
import { classifyTable } from '../../src/masking/index.js';
import { Table, tableFromColumns, tableFromRows } from '../../src/table/index.js';
import { registerTable } from '../../src/testing/index.js';

const expected = {
  人员编号: ['identifier', 'direct-identifier'],
  身份证号: ['resident-id', 'direct-identifier'],
  姓名: ['person-name', 'direct-identifier'],
  性别: ['category', 'quasi-identifier'],
  出生日期: ['date', 'quasi-identifier'],
  年龄: ['number', 'quasi-identifier'],
  民族: ['category', 'quasi-identifier'],
  手机号: ['mobile', 'direct-identifier'],
  区划代码: ['region-code', 'quasi-identifier'],
  住址: ['address', 'direct-identifier'],
  文化程度: ['category', 'quasi-identifier'],
  婚姻状况: ['category', 'quasi-identifier'],
  职业: ['category', 'quasi-identifier'],
  年收入: ['number', 'sensitive'],
  诊断: ['category', 'sensitive'],
  户号: ['identifier', 'direct-identifier'],
  登记日期: ['date', 'quasi-identifier'],
};

describe('classifyTable on the register', () => {
  const table = registerTable({ rows: 3000, seed: 'classify' });

  it('names kind and class of every column by header and content', () => {
    const { columns, person, ladder } = classifyTable(table);
    expect(Object.fromEntries(columns.map((column) => [column.name, [column.kind, column.class]]))).toEqual(expected);
    expect(person).toBe('人员编号');
    expect(ladder.name).toBe('local');
    for (const column of columns) {
      expect(column.confidence).toBeGreaterThan(0.5);
      expect(column.grade).toMatch(/^L[1-4]$/);
    }
  });

  it('names the same kinds when the headers say nothing', () => {
    const anonymous = new Table(
      table.fields.map((field, i) => ({ ...field, name: `c${i + 1}` })),
      table.batches,
    );
    const kinds = Object.values(expected).map(([kind]) => kind);
    expect(classifyTable(anonymous).columns.map((column) => column.kind)).toEqual(kinds);
    expect(classifyTable(table, { headers: false }).columns.map((column) => column.kind)).toEqual(kinds);
  });

  it('never shows a value: evidence is codes, kinds and figures', () => {
    const text = JSON.stringify(classifyTable(table));
    for (const row of [...table.objects()].slice(0, 50)) {
      expect(text).not.toContain(row.身份证号 as string);
      expect(text).not.toContain(row.姓名 as string);
    }
  });

  it('believes typed columns and takes an empty table', () => {
    const table = tableFromColumns({ born: [new Date('1990-03-07'), new Date('2001-01-31')], ok: [true, false] });
    expect(classifyTable(table).columns.map((column) => column.kind)).toEqual(['date', 'category']);
    const empty = classifyTable(tableFromColumns({ 姓名: [], x: [] }));
    expect(empty.columns.map((column) => column.kind)).toEqual(['unknown', 'unknown']);
  });
});

describe('dirty identifiers', () => {
  it('keep the class that their header names: what fails its check is not released for it', () => {
    const dirty: Record<string, readonly string[]> = {
      身份证号: ['3301021980010112', '不详', '110', '33010219800101123', '无'],
      银行卡号: ['****1234', '6222', '****3333', '未填', '-'],
      家庭住址: ['A栋3-201', 'B栋', 'C座', 'D', 'E栋1'],
      email: ['a at b', 'c', 'd', 'none', 'e@'],
      出生日期: ['1980', '81', '1982', '83', '1984'],
    };
    const names = Object.keys(dirty);
    const rows = Array.from({ length: 50 }, (_, i) =>
      Object.fromEntries(names.map((name) => [name, dirty[name]?.[i % 5] ?? ''])),
    );
    const { columns } = classifyTable(tableFromRows(rows));
    expect(columns.map((column) => [column.name, column.class, column.proposedRule === 'release'])).toEqual([
      ['身份证号', 'direct-identifier', false],
      ['银行卡号', 'direct-identifier', false],
      ['家庭住址', 'direct-identifier', false],
      ['email', 'direct-identifier', false],
      ['出生日期', 'quasi-identifier', false],
    ]);
    // A flag under such a name is no identifier, and without headers nothing is known of the rest.
    const flags = classifyTable(tableFromRows(rows.map((_, i) => ({ email: i % 2 ? 'yes' : 'no' }))));
    expect(flags.columns[0]?.class).toBe('other');
  });
});
