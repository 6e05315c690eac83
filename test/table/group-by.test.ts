import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CellValue,
  cellText,
  dateView,
  encode,
  filterRows,
  frequencyTable,
  groupBy,
  isUnreadable,
  numericView,
  parseDate,
  parseNumber,
  Table,
  tableFromColumns,
  tableFromRows,
  take,
} from '../../src/table/index.js';

const cell: fc.Arbitrary<CellValue> = fc.oneof(
  fc.constantFrom(null, '', 'a', '李', '\ufeffa', 'a|b', 0, -0, 1, 1.5, Number.NaN, true, 12345678901234567890n, 7n),
  fc.string({ maxLength: 3 }),
);
const rowsOf = fc.array(fc.record({ a: cell, b: cell, person: fc.constantFrom('p', 'q', 'r', null) }), {
  maxLength: 40,
});

/** The table cut into batches of three rows, so that batches differ from the whole. */
function inBatches(table: Table): Table {
  const parts = [];
  for (let start = 0; start < table.rows; start += 3) {
    const part = take(
      table,
      Array.from({ length: Math.min(3, table.rows - start) }, (_, i) => start + i),
    );
    parts.push(...part.batches);
  }
  return new Table(table.fields, parts);
}

describe('encode', () => {
  it('gives two cells one code exactly when they have the same text, or are both null', () => {
    fc.assert(
      fc.property(rowsOf, (rows) => {
        const whole = tableFromRows(rows, { columns: ['a'] });
        for (const table of [whole, inBatches(whole)]) {
          const { codes, dictionary, nullCode, cardinality } = encode(table, 'a');
          const texts = [...table.objects()].map(({ a }) => a as string | null);
          expect(Array.from(codes, (code) => (code === nullCode ? null : dictionary.at(code)))).toEqual(texts);
          expect(cardinality).toBe(new Set(texts).size);
          expect(new Set(codes).size).toBe(cardinality);
        }
      }),
    );
  });

  it('leaves out dictionary values that do not occur any more, and joins dictionaries of different origin', () => {
    const table = tableFromColumns({ a: ['x', 'y', 'z', 'y'] });
    const chosen = take(table, [3, 1]);
    expect(encode(chosen, 'a').dictionary.strings()).toEqual(['y']);
    const other = tableFromColumns({ a: ['z', 'w', null] });
    const joined = new Table(table.fields, [...chosen.batches, ...other.batches, ...table.batches]);
    const again = tableFromRows([...joined.objects()]);
    expect(groupBy(joined, ['a']).groupOf).toEqual(groupBy(again, ['a']).groupOf);
    expect(encode(joined, 'a').cardinality).toBe(5);
  });

  it('tells null, the empty string and unreadable apart', () => {
    const [column] = tableFromColumns({ a: ['', 'x', null, 'x'] }).chunks('a');
    const spoilt = { ...column, validity: Uint8Array.of(0b0011), unreadable: Uint8Array.of(0b1000) } as typeof column;
    const table = new Table(
      [{ name: 'a', type: 'dictionary', logical: 'text' }],
      [{ rows: 4, columns: [spoilt as NonNullable<typeof column>] }],
    );
    const encoded = encode(table, 'a');
    expect(encoded).toMatchObject({ nullCode: 2, unreadableCode: 3, cardinality: 4 });
    expect([...encoded.codes]).toEqual([0, 1, 2, 3]);
    expect(groupBy(table, ['a']).groups).toBe(4);
    const taken = take(table, [3, 2, 0]);
    expect([...encode(taken, 'a').codes]).toEqual([2, 1, 0]);
    expect(isUnreadable(taken.chunks('a')[0] as NonNullable<typeof column>, 0)).toBe(true);
  });
});

describe('groupBy', () => {
  it('agrees with a Map of joined strings, weighted and with persons', () => {
    fc.assert(
      fc.property(rowsOf, fc.array(fc.nat(5), { minLength: 40, maxLength: 40 }), (rows, weights) => {
        const plain = tableFromRows(rows, { columns: ['a', 'b', 'person'] });
        const table = tableFromRows(
          rows.map((row, i) => ({ ...row, w: weights[i] as number })),
          { columns: ['a', 'b', 'person', 'w'], weights: 'w' },
        );
        const groups = new Map<string, { rows: number; weight: number; persons: Set<unknown> }>();
        [...plain.objects()].forEach(({ a, b, person }, i) => {
          const key = JSON.stringify([a, b]);
          const group = groups.get(key) ?? { rows: 0, weight: 0, persons: new Set() };
          groups.set(key, {
            rows: group.rows + 1,
            weight: group.weight + (weights[i] as number),
            persons: group.persons.add(person),
          });
        });
        const expected = [...groups.values()];
        const found = groupBy(plain, ['a', 'b'], { person: 'person' });
        expect([...found.rows]).toEqual(expected.map((group) => group.rows));
        expect([...(found.persons as Float64Array)]).toEqual(expected.map(({ persons }) => persons.size));
        expect([...groupBy(table, ['a', 'b']).rows]).toEqual(expected.map(({ weight }) => weight));
      }),
    );
  });

  it('agrees with a Map for keys packed from batches: large dictionaries, null, the empty string, several batches', () => {
    const texts = (count: number, step: number): (string | null)[] =>
      Array.from({ length: 70_000 }, (_, i) =>
        (i * step) % count === 5 ? null : (i * step) % count === 6 ? '' : `v${(i * step) % count}`,
      );
    const whole = tableFromColumns({ a: texts(9000, 7), b: texts(7000, 7), c: texts(5000, 14) });
    const table = take(
      whole,
      Int32Array.from({ length: 140_000 }, (_, i) => (i * 3) % 70_000),
    );
    const seen = new Map<string, number>();
    const expected = Int32Array.from([...table.objects()], (row) => {
      const key = JSON.stringify(row);
      if (!seen.has(key)) seen.set(key, seen.size);
      return seen.get(key) as number;
    });
    const found = groupBy(table, ['a', 'b', 'c']);
    expect(found.groupOf).toEqual(expected);
    expect(found.groups).toBe(seen.size);
  });

  it('puts all rows into one group when no column is named, and none into an empty table', () => {
    const table = tableFromColumns({ a: ['x', 'y'] });
    expect(groupBy(table, []).rows).toEqual(Float64Array.of(2));
    expect(groupBy(tableFromColumns({ a: [] }), []).groups).toBe(0);
    expect(groupBy(tableFromColumns({ a: [] }), ['a']).groups).toBe(0);
  });

  it('names an unknown column', () => {
    expect(() => groupBy(tableFromColumns({ a: ['x'] }), ['b'])).toThrow(
      expect.objectContaining({ code: 'SCRIM_TABLE_UNKNOWN_COLUMN' }),
    );
  });
});

describe('frequencyTable', () => {
  it('is a table of distinct rows whose own grouping gives back the weights', () => {
    const table = tableFromColumns({ a: ['x', 'y', 'x', null, 'x', null], b: [1, 1, 1, 2, 3, 2] });
    const frequencies = frequencyTable(table, ['a', 'b']);
    expect([...frequencies.objects()]).toEqual([
      { a: 'x', b: '1', weight: '2' },
      { a: 'y', b: '1', weight: '1' },
      { a: null, b: '2', weight: '2' },
      { a: 'x', b: '3', weight: '1' },
    ]);
    expect([...groupBy(frequencies, ['a']).rows]).toEqual([3, 1, 2]);
    expect([...frequencyTable(frequencies, ['a']).objects()].map(({ weight }) => weight)).toEqual(['3', '1', '2']);
    expect(() => frequencyTable(table, ['a'], { weights: 'a' })).toThrow(
      expect.objectContaining({ code: 'SCRIM_TABLE_DUPLICATE_COLUMN' }),
    );
  });

  it('keeps batches and weights aligned beyond one batch', () => {
    const values = Int32Array.from({ length: 140_000 }, (_, i) => i % 70_000);
    const frequencies = frequencyTable(tableFromColumns({ a: values }), ['a']);
    expect(frequencies.rows).toBe(70_000);
    expect(new Set(numericView(frequencies, 'weight').values)).toEqual(new Set([2]));
    expect(numericView(frequencies, 'a').values[69_999]).toBe(69_999);
  });
});

describe('take and filterRows', () => {
  it('choose and repeat rows of every kind of column, over batches', () => {
    const days = tableFromColumns({ d: Int32Array.of(0, 1, 2, 3, 4) });
    const whole = tableFromColumns({
      text: ['a', null, 'c', '', 'é'],
      float: [1.5, null, 3, 4, 5],
      int: Int32Array.of(1, 2, 3, 4, 5),
      big: BigInt64Array.of(1n, 2n, 3n, 4n, 2n ** 62n),
      flag: [true, false, null, true, false],
    });
    const utf8 = {
      type: 'utf8',
      length: 5,
      validity: null,
      unreadable: null,
      offsets: Int32Array.of(0, 1, 1, 3, 4, 5),
      bytes: new TextEncoder().encode('abbcd'),
    } as const;
    const date = { ...(days.chunks('d')[0] as object), type: 'date' };
    const fields = [
      ...whole.fields,
      { name: 'd', type: 'date', logical: 'date' },
      { name: 'u', type: 'utf8', logical: 'text' },
    ] as const;
    const table = new Table(fields, [
      { rows: 5, columns: [...(whole.batches[0]?.columns ?? []), date as never, utf8] },
    ]);
    const rows = [...table.objects()];
    for (const source of [table, inBatches(table)]) {
      expect([...take(source, [4, 0, 0, 2, 1, 3]).objects()]).toEqual([4, 0, 0, 2, 1, 3].map((row) => rows[row]));
      expect([...filterRows(source, (row) => row % 2 === 1).objects()]).toEqual([rows[1], rows[3]]);
      expect([...filterRows(source, Uint8Array.of(1, 0, 0, 0, 1)).objects()]).toEqual([rows[0], rows[4]]);
      expect(take(source, []).rows).toBe(0);
    }
    expect(() => take(table, [5])).toThrow(expect.objectContaining({ code: 'SCRIM_ARGUMENT' }));
    expect(() => take(table, [-1])).toThrow(expect.objectContaining({ code: 'SCRIM_ARGUMENT' }));
    expect(() => filterRows(table, new Uint8Array(4))).toThrow(expect.objectContaining({ code: 'SCRIM_ARGUMENT' }));
  });
});

describe('views', () => {
  it('read numbers from text exactly as written, and nothing else', () => {
    const texts = [
      '007',
      ' 1.5 ',
      '-3e2',
      '.5',
      '5.',
      '+2',
      '',
      '1,000',
      '0x10',
      'Infinity',
      'NaN',
      '1e999',
      '１２',
      null,
    ];
    const { values, valid } = numericView(tableFromColumns({ a: texts }), 'a');
    const none = Array.from({ length: 8 }, () => Number.NaN);
    expect([...values]).toEqual([7, 1.5, -300, 0.5, 5, 2, ...none]);
    expect(valid).toBe(6);
  });

  it('read calendar dates year first, and refuse days that do not exist', () => {
    expect(parseDate('1970-01-01')).toBe(0);
    expect(parseDate('2000/2/29')).toBe(parseDate('20000229'));
    expect(parseDate('2024年3月1日')).toBe(parseDate('2024-02-29') + 1);
    for (const text of ['1900-02-29', '2023-13-01', '2023-00-10', '31/12/2023', '2023-1/2', '2023-04-31', ''])
      expect(parseDate(text)).toBeNaN();
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          expect(parseDate(date.toISOString().slice(0, 10))).toBe(Math.floor(date.getTime() / 86_400_000));
        },
      ),
    );
    expect([
      ...dateView(tableFromColumns({ t: [new Date('2024-02-29T23:59:59Z'), new Date(-1), null] }), 't').values,
    ]).toEqual([19_782, -1, Number.NaN]);
  });

  it('parseNumber agrees with Number on what JavaScript prints', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) =>
        Object.is(parseNumber(String(value)) + 0, value + 0),
      ),
    );
  });
});

describe('tables from JavaScript values', () => {
  it('keep the text of every value, and what the values mean', () => {
    const table = tableFromRows([
      { a: 1, b: 'x', c: { n: [1] } },
      { a: 2.5, d: true },
      { a: null, b: '' },
    ]);
    expect(table.fields.map(({ name, logical }) => [name, logical])).toEqual([
      ['a', 'decimal'],
      ['b', 'text'],
      ['c', 'text'],
      ['d', 'boolean'],
    ]);
    expect([...table.objects()]).toEqual([
      { a: '1', b: 'x', c: '{"n":[1]}', d: null },
      { a: '2.5', b: null, c: null, d: 'true' },
      { a: null, b: '', c: null, d: null },
    ]);
    expect(() => tableFromColumns({ a: ['x'], b: [] })).toThrow(expect.objectContaining({ code: 'SCRIM_TABLE_SHAPE' }));
  });

  it('print timestamps as ISO 8601 with the fraction they have', () => {
    const column = {
      type: 'int64',
      length: 4,
      validity: null,
      unreadable: null,
      values: BigInt64Array.of(0n, -1n, 1_500_000n, 1n),
    } as const;
    expect([0, 1, 2, 3].map((row) => cellText(column, row, 'timestamp'))).toEqual([
      '1970-01-01T00:00:00',
      '1969-12-31T23:59:59.999999',
      '1970-01-01T00:00:01.500',
      '1970-01-01T00:00:00.000001',
    ]);
  });
});
