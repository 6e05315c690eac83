/** What columns are taken to mean, and the findings of the quality report (R18). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvBatches, mergeQuality, parseDate, parseNumber, readCsv } from '../../src/table/index.js';
import { cellTraits, KIND_NAMES, Kind } from '../../src/table/infer.js';
import { utf8 } from './csv-helpers.js';

async function logical(name: string, ...values: string[]): Promise<string> {
  const { table } = await readCsv(utf8(`${name},k\n${values.map((value) => `"${value}",x`).join('\n')}\n`));
  return table.fields[0]?.logical as string;
}

describe('what a column means', () => {
  it.each([
    ['integer', ['0', '1', '-5', '123456789012345']],
    ['decimal', ['1', '2.50', '-0.1', '.5', '1.5e-7', '1e-07', '1e+21']],
    ['boolean', ['true', 'FALSE', 'True']],
    ['date', ['2024-03-07', '1999-12-31']],
    ['date', ['2024年3月7日', '2024年12月31日']],
    ['date', ['2024/3/7', '2024/11/30']],
    ['date', ['2024.03.07']],
    ['timestamp', ['2024-03-07 12:30:00', '2024-03-07T12:30:00.123Z', '2024-03-07T1:30+08:00', '2024-03-07']],
    ['timestamp', ['2024年3月7日 8:05']],
    ['integer', ['5', '', '7']],
  ])('%s: %j', async (expected, values) => {
    expect(await logical('v', ...values)).toBe(expected);
  });

  it.each([
    ['leading zeros', ['007', '12']],
    ['leading plus', ['+8613800138000']],
    ['an 18-digit identifier', ['110101199003077758', '330106198511230012']],
    ['beyond 15 digits', ['9007199254740993']],
    ['beyond 17 significant digits', ['1.234567890123456789']],
    ['1e5-like codes', ['1e5', '2E7']],
    ['with leading zeros', ['01e-5']],
    ['thousands separators', ['1,234', '5']],
    ['blanks around', [' 12', '5']],
    ['full-width digits', ['１２', '5']],
    ['negative zero', ['-0', '5']],
    ['no calendar day', ['2024-02-30']],
    ['day first', ['07/03/2024']],
    ['mixed marks', ['2024-03/07']],
    ['hexadecimal', ['0x10']],
    ['not a number', ['NaN']],
    ['infinite', ['Infinity']],
    ['one text among numbers', ['1', '2', '3', 'x']],
    ['yes and no', ['是', '否']],
    ['telephone numbers: integers all of one length from 11 digits', ['13800138000', '13912345678']],
    ['only empty strings', ['', '']],
  ])('text: %s', async (_, values) => {
    expect(await logical('v', ...values)).toBe('text');
  });

  it('eight digits are a date only when the whole column and its name say so', async () => {
    expect(await logical('出生日期', '20240307', '19991231')).toBe('date');
    expect(await logical('birth_date', '20240307')).toBe('date');
    expect(await logical('amount', '20240307', '19991231')).toBe('integer');
    expect(await logical('出生日期', '20240307', '20240230')).toBe('integer');
  });

  it('`logical` of the caller wins; `infer: false` leaves text', async () => {
    const bytes = utf8('a,b\n1,2\n');
    expect((await readCsv(bytes, { logical: { a: 'text' } })).table.fields.map((field) => field.logical)).toEqual([
      'text',
      'integer',
    ]);
    expect((await readCsv(bytes, { infer: false })).table.fields.map((field) => field.logical)).toEqual([
      'text',
      'text',
    ]);
  });

  it('whatever inference calls a number or a date, the views can read', () => {
    const alphabet = fc.constantFrom(...'0123456789-+./eE: TZ年月日');
    const shaped = fc.oneof(
      fc.string({ unit: alphabet, maxLength: 12 }),
      fc.double().map(String),
      fc.integer().map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc
        .tuple(fc.integer({ min: 1000, max: 9999 }), fc.nat(13), fc.nat(32), fc.constantFrom('-', '/', '.'))
        .map(([year, month, day, mark]) => [year, month, day].join(mark)),
    );
    fc.assert(
      fc.property(shaped, (text) => {
        const bytes = utf8(text);
        const kind = cellTraits(bytes, 0, bytes.length) & 7;
        if (kind === Kind.integer || kind === Kind.compactDate) expect(String(parseNumber(text))).toBe(text);
        else if (kind === Kind.decimal) expect(parseNumber(text)).not.toBeNaN();
        else if (kind === Kind.date || kind === Kind.timestamp) expect(parseDate(text)).not.toBeNaN();
        expect(KIND_NAMES[kind]).toBeDefined();
      }),
      { numRuns: 3000 },
    );
  });
});

describe('quality report', () => {
  const csv = [
    'n,t,c,z,d',
    '1, x,k,,2024-01-01',
    '2,１２,k,,2024-01-02',
    'n/a,\u0007,k,,',
    '4,\u200Bz,k,,2024-01-04',
    '4,ok　,k,,x',
    '',
  ].join('\n');

  it('counts and lists by column', async () => {
    const { quality } = await readCsv(utf8(csv));
    expect(quality.columns).toMatchObject([
      {
        name: 'n',
        logical: 'text',
        dominant: 'integer',
        outOfType: { count: 1, rows: [3] },
        mixed: true,
        constant: false,
      },
      { name: 't', padded: 2, fullWidthDigits: 1, control: 2, mixed: false, distinct: { count: 5, exact: true } },
      { name: 'c', constant: true, allNull: false, distinct: { count: 1, exact: true } },
      { name: 'z', nulls: 5, allNull: true, constant: false, distinct: { count: 0, exact: true } },
      { name: 'd', dominant: 'date', nulls: 1, outOfType: { count: 1, rows: [5] }, kinds: { date: 3, text: 1 } },
    ]);
    expect(JSON.parse(JSON.stringify(quality))).toEqual(quality);
  });

  it('a stream finds the same, distinct values apart', async () => {
    const whole = (await readCsv(utf8(csv))).quality;
    const stream = csvBatches(utf8(csv), { batchRows: 2 });
    let next = await stream.next();
    while (next.done !== true) next = await stream.next();
    const strip = (quality: typeof whole) => quality.columns.map(({ distinct: _, logical: __, ...rest }) => rest);
    expect(strip(next.value)).toEqual(strip(whole));
    expect(next.value.text).toEqual(whole.text);
  });

  it('merging the parts gives the whole, with bounds where values would be needed', async () => {
    const lines = csv.split('\n');
    const part = async (from: number, to: number) =>
      (await readCsv(utf8(`${[lines[0], ...lines.slice(from, to)].join('\n')}\n`))).quality;
    const whole = (await readCsv(utf8(csv))).quality;
    const merged = mergeQuality(await part(1, 3), await part(3, 6));
    expect(merged.rows).toBe(5);
    merged.columns.forEach((column, i) => {
      const expected = whole.columns[i] as (typeof whole.columns)[number];
      for (const key of [
        'nulls',
        'empty',
        'unreadable',
        'padded',
        'fullWidthDigits',
        'control',
        'kinds',
        'allNull',
      ] as const) {
        expect(column[key]).toEqual(expected[key]);
      }
      expect(column.outOfType.count).toBe(expected.outOfType.count);
      expect(column.distinct.count).toBeLessThanOrEqual(expected.distinct.count);
    });
    expect(merged.columns[2]?.constant).toBeNull();
    expect(merged.columns[0]?.constant).toBe(false);
    expect(merged.duplicateRows).toEqual({ count: 0, exact: false });
    expect(() => mergeQuality(merged, { ...merged, columns: [] })).toThrow(RangeError);
  });
});
