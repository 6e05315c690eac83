/** Hierarchies: ARX's file format, strict validation, builders, Chinese codes. */
import { describe, expect, test } from 'vitest';
import {
  ageHierarchy,
  anonymize,
  dateHierarchy,
  Hierarchy,
  hierarchyCoverage,
  hierarchyText,
  industryHierarchy,
  inferHierarchy,
  intervalHierarchy,
  mobileHierarchy,
  occupationHierarchy,
  orderHierarchy,
  priorityHierarchy,
  readHierarchy,
  redactionHierarchy,
  regionHierarchy,
  residentIdHierarchy,
} from '../../src/anonymity/index.js';
import { tableFromColumns } from '../../src/table/index.js';

const code = (value: string): unknown => expect.objectContaining({ code: value });

describe('reading', () => {
  test('ARX format, CRLF, BOM, quotes and no last newline', () => {
    const one = readHierarchy('\uFEFF1;0-4;*\r\n"2;x";"0""4";*\r\n7;5-9;*');
    expect([...one.rows()]).toEqual([
      ['1', '0-4', '*'],
      ['2;x', '0"4', '*'],
      ['7', '5-9', '*'],
    ]);
    expect(readHierarchy(hierarchyText(one)).values).toEqual(one.values);
    expect(readHierarchy(new TextEncoder().encode('a,b\nc,b\n')).levels).toBe(2);
    expect(readHierarchy(';empty;*\nx;x;*\n').indexOf('')).toBe(0);
  });

  test('empty, uneven, ambiguous (cyclic) and contradicting files are refused with the line', () => {
    expect(() => readHierarchy('\n\n')).toThrowError(code('SCRIM_HIERARCHY_EMPTY'));
    expect(() => readHierarchy('1;a;*\n2;a\n')).toThrowError(code('SCRIM_HIERARCHY_UNEVEN'));
    expect(() => readHierarchy('1;a;x\n2;a;y\n')).toThrowError(code('SCRIM_HIERARCHY_AMBIGUOUS'));
    expect(() => readHierarchy('1;a;*\n1;b;*\n')).toThrowError(code('SCRIM_HIERARCHY_DUPLICATE'));
    try {
      readHierarchy('1;a;*\n2;a\n');
    } catch (error) {
      expect((error as { parameters: object }).parameters).toMatchObject({ row: 2, found: 2, expected: 3 });
    }
  });

  test('a line that comes back to a label it had left is cyclic; a label that stays is not', () => {
    expect(() => readHierarchy('x;x;*\na;b;a\n')).toThrowError(code('SCRIM_HIERARCHY_CYCLIC'));
    expect(() => readHierarchy('a;g;a;*\n')).toThrowError(code('SCRIM_HIERARCHY_CYCLIC'));
    expect(readHierarchy('a;a;g;g;*\nb;b;b;b;*\n').levels).toBe(5);
  });

  test('Chinese codes are inferred from their values; a code of no province is unknown', () => {
    const table = tableFromColumns({
      区划: ['110101', '440305', '330106', '510104'],
      身份证: ['11010119900307123X', '440305198001011234', '110101900307123', '330106199912310017'],
      手机: ['13800138000', '+8613912345678', '86 15011112222', '18688889999'],
      杂: ['110101', '999999', '888888', '777777'],
    });
    expect(table.names.map((name) => inferHierarchy(table, name).kind)).toEqual([
      'regions',
      'resident-ids',
      'mobile-numbers',
      'keep-or-suppress',
    ]);
    expect(residentIdHierarchy(['110101900307123']).generalize('110101900307123', 1)).toBe('110101 1990');
    expect(regionHierarchy(['999999']).generalize('999999', 1)).toBe('?');
    expect(mobileHierarchy(['+8613912345678']).generalize('+8613912345678', 2)).toBe('139********');
  });

  test('a word-for-word repeated line is counted once and noted', () => {
    const one = readHierarchy('1;*\n2;*\n1;*\n');
    expect([one.size, one.notes.repeatedLines, one.notes.singleTop]).toEqual([2, 1, true]);
  });
});

describe('coverage', () => {
  const table = tableFromColumns({ sex: ['f', 'x', null, 'm', 'x'] });
  const sex = Hierarchy.fromRows([
    ['f', '*'],
    ['m', '*'],
    ['d', '*'],
  ]);
  test('names rows, and values only when asked', () => {
    expect(hierarchyCoverage(table, 'sex', sex)).toEqual({
      rows: 5,
      coveredRows: 2,
      nullRows: 1,
      missingValues: 1,
      missingRows: [2, 5],
      missing: null,
      unusedValues: 1,
    });
    expect(hierarchyCoverage(table, 'sex', sex, true).missing).toEqual(['x']);
  });
  test('a missing value stops anonymize without showing it', () => {
    try {
      anonymize(table, { quasiIdentifiers: ['sex'], hierarchies: { sex }, k: 1 });
      expect.unreachable();
    } catch (error) {
      const one = error as { code: string; message: string; parameters: Record<string, unknown> };
      expect(one.code).toBe('SCRIM_HIERARCHY_MISSING_VALUE');
      expect(one.parameters).toEqual({ column: 'sex', count: 1, rows: 2, row: 2 });
    }
  });
});

describe('builders', () => {
  test('intervals nest, with bottom and top coding', () => {
    const one = intervalHierarchy(['3', '7', '12', '95', '-1'], { widths: [5, 10], bottom: 0, top: 90 });
    expect([...one.rows()].map((row) => row.slice(1, 3))).toEqual([
      ['[0, 5)', '[0, 10)'],
      ['[5, 10)', '[0, 10)'],
      ['[10, 15)', '[10, 20)'],
      ['>=90', '>=90'],
      ['<0', '<0'],
    ]);
    expect(() => intervalHierarchy(['1'], { widths: [5, 7] })).toThrowError(code('SCRIM_HIERARCHY_BUILD'));
    expect(() => intervalHierarchy(['x'], { widths: [5] })).toThrowError(code('SCRIM_HIERARCHY_BUILD'));
    expect(ageHierarchy(['34', '105']).generalize('105', 1)).toBe('>=100');
  });
  test('order, redaction, frequency, dates', () => {
    expect(orderHierarchy(['a', 'b', 'c'], { fanouts: [2] }).generalize('b', 1)).toBe('a..b');
    const redacted = redactionHierarchy(['1234', '12']);
    expect([redacted.generalize('1234', 2), redacted.generalize('12', 2), redacted.generalize('12', 4)]).toEqual([
      '12**',
      '12**',
      '****',
    ]);
    const rare = priorityHierarchy(
      new Map([
        ['common', 90],
        ['some', 9],
        ['rare', 1],
      ]),
      { levels: 2 },
    );
    expect([rare.generalize('rare', 1), rare.generalize('common', 2)]).toEqual(['other', 'common']);
    const dates = dateHierarchy(['2024-05-17', 'no date']);
    expect([...dates.rows()][0]).toEqual(['2024-05-17', '2024-05', '2024-Q2', '2024', '2020-2029', '*']);
    expect(dates.generalize('no date', 1)).toBe('?');
  });
  test('inference by what the values look like', () => {
    const kinds = (values: string[]): string => inferHierarchy(tableFromColumns({ x: values }), 'x').kind;
    expect(kinds(['2024-01-01', '2023-05-06'])).toBe('dates');
    expect(kinds(Array.from({ length: 30 }, (_, i) => String(i * 7)))).toBe('numbers');
    expect(kinds(['A1b', 'A1c', 'B2d', 'B2e', 'C3f', 'C3g', 'D4h'])).toBe('codes');
    expect(kinds(['f', 'm'])).toBe('keep-or-suppress');
    expect(kinds(['red', 'green', 'blue', 'violet', 'orange', 'white', 'black'])).toBe('categories');
  });
  test('Chinese codes', () => {
    const region = regionHierarchy(['330106', 'unknown']);
    expect(region.generalize('330106', 1)).toBe('330100');
    expect(region.generalize('330106', 2)).toContain('330000');
    expect(region.generalize('unknown', 1)).toBe('?');
    expect(residentIdHierarchy(['11010519491231002X']).generalize('11010519491231002X', 2)).toBe('110100 1940s');
    expect(mobileHierarchy(['13800138000']).generalize('13800138000', 2)).toBe('138********');
    expect(occupationHierarchy(['20101']).generalize('20101', 1)).toBe('专业技术人员');
    expect(industryHierarchy(['C1311']).generalize('C1311', 2)).toBe('C 制造业');
    expect(industryHierarchy(['8411']).generalize('8411', 2)).toBe('Q 卫生和社会工作');
  });
});
