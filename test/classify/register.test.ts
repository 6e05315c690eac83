/**
 * Classification of the synthetic register, with and without headers.
 */
import { describe, expect, it } from 'vitest';
import { classifyTable } from '../../src/masking/index.js';
import { Table, tableFromColumns } from '../../src/table/index.js';
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
