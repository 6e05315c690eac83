import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import {
  arrowBuffers,
  type CellValue,
  type Column,
  columnFromArrow,
  groupBy,
  isParquet,
  isUnreadable,
  type ParquetWriteOptions,
  parquetTables,
  readParquet,
  type Table,
  tableFromColumns,
  tableFromRows,
  writeParquet,
} from '../../src/table/index.js';

async function bytesOf(table: Table, options: ParquetWriteOptions = {}): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  await writeParquet(table, { write: (bytes) => void parts.push(bytes.slice()) }, options);
  return Buffer.concat(parts);
}

const sample = (): Table =>
  tableFromColumns({
    name: ['李', '王', null, '', '\ufeffx'],
    age: Int32Array.of(1, -2, 3, 4, 5),
    income: [1.5, null, Number.NaN, 4, 5],
    id: BigInt64Array.of(110101199003078515n, -1n, 0n, 2n ** 62n, -(2n ** 63n)),
    seen: [new Date(0), null, new Date(-1), new Date(1.5e12), new Date(1)],
    flag: [true, false, null, true, true],
  });

describe('Parquet', () => {
  it('writes and reads back every kind of column, whatever the row groups', async () => {
    const table = sample();
    for (const rowGroupRows of [1, 2, 5]) {
      const bytes = await bytesOf(table, { rowGroupRows });
      expect(isParquet(bytes)).toBe(true);
      const back = await readParquet(bytes);
      expect(back.batches.length).toBe(Math.ceil(5 / rowGroupRows));
      expect([...back.objects()]).toEqual([...table.objects()]);
      const parts: unknown[] = [];
      for await (const part of parquetTables(bytes)) parts.push(...part.objects());
      expect(parts).toEqual([...table.objects()]);
    }
  });

  it('round trips any rows of text and numbers', async () => {
    const cell: fc.Arbitrary<CellValue> = fc.oneof(fc.constantFrom(null, '', 'a'), fc.string({ unit: 'grapheme' }));
    const rows = fc.array(fc.record({ a: cell, b: fc.option(fc.double()) }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 50 }), async (objects, rowGroupRows) => {
        const table = tableFromRows(objects, { columns: ['a', 'b'] });
        expect([...(await readParquet(await bytesOf(table, { rowGroupRows }))).objects()]).toEqual([
          ...table.objects(),
        ]);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps weights and what text means', async () => {
    const table = tableFromColumns({ a: ['x', 'y'], weight: [3, 4] }, { weights: 'weight' });
    const back = await readParquet(await bytesOf(table));
    expect(back.weights).toBe('weight');
    expect([...groupBy(back, []).rows]).toEqual([7]);
    expect((await readParquet(await bytesOf(table), { columns: ['a'] })).weights).toBe(null);
  });

  it('reads repeated text as one dictionary over all row groups, and text without repetition as utf8', async () => {
    const table = tableFromColumns({
      a: Array.from({ length: 3000 }, (_, i) => `value ${i % 7}`),
      b: Array.from({ length: 3000 }, (_, i) => `value ${i * 7919}`),
    });
    const back = await readParquet(await bytesOf(table, { rowGroupRows: 1000 }));
    const columns = back.chunks('a').map((column) => (column.type === 'dictionary' ? column.dictionary : null));
    expect(columns[0]?.size).toBe(7);
    expect(new Set(columns).size).toBe(1);
    expect(back.field('b').type).toBe('utf8');
    expect([...back.objects()]).toEqual([...table.objects()]);
  });

  it('keeps decimals exact, and gives times, unsigned integers and UUIDs their text', async () => {
    const optional = { repetition_type: 'OPTIONAL' } as const;
    const uuid = Uint8Array.from({ length: 16 }, (_, i) => i);
    const buffer = parquetWriteBuffer({
      schema: [
        { name: 'root', num_children: 5 },
        { name: 'd', type: 'INT64', converted_type: 'DECIMAL', scale: 2, precision: 18, ...optional },
        {
          name: 'f',
          type: 'FIXED_LEN_BYTE_ARRAY',
          type_length: 16,
          converted_type: 'DECIMAL',
          scale: 3,
          precision: 38,
          ...optional,
        },
        { name: 't', type: 'INT64', converted_type: 'TIME_MICROS', ...optional },
        { name: 'u', type: 'INT64', converted_type: 'UINT_64', ...optional },
        { name: 'g', type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, ...optional },
      ],
      columnData: [
        { name: 'd', data: [123456789012345678n, -5n, null] },
        { name: 'f', data: [-(10n ** 30n), 1n, null] },
        { name: 't', data: [3_723_000_001n, 0n, null] },
        { name: 'u', data: [2n ** 64n - 1n, 0n, null] },
        { name: 'g', data: [uuid, uuid, null] },
      ],
    });
    const hex = '000102030405060708090a0b0c0d0e0f';
    expect([...(await readParquet(new Uint8Array(buffer))).objects()]).toEqual([
      {
        d: '1234567890123456.78',
        f: '-1000000000000000000000000000.000',
        t: '01:02:03.000001',
        u: '18446744073709551615',
        g: hex,
      },
      { d: '-0.05', f: '0.001', t: '00:00:00', u: '0', g: hex },
      { d: null, f: null, t: null, u: null, g: null },
    ]);
  });

  it('reads times in the unit of their logical type (pyarrow writes local times without a converted type)', async () => {
    // pyarrow 26.0.1: pq.write_table of time32[ms], time64[us], time64[ns]; no compression, no dictionary, no statistics
    const file = Buffer.from(
      'UEFSMRUAFRQVFCwVBBUAFQYVBhwAAAACAAAAAwGCOdgAFQAVLBUsLBUEFQAVBhUGHAAAAAIAAAAEARLtYsALAAAAAAAAAAAAAAAVABUsFSwsFQQVABUGFQYcAAAAAgAAAAQB//9OkZROAAABAAAAAAAAABUEGUw1ABgGc2NoZW1hFQYAFQIlAhgCbXNsfBIcHAAAAAAAFQQlAhgCdXNsfBIcLAAAAAAAFQQlAhgCbnNsfBIcPAAAAAAAFgQZHBk8JgAcFQIZJQYAGRgCbXMVABYEFjoWOiYISRwVABUAFQIAPCkGGSYCAgAAACYAHBUEGSUGABkYAnVzFQAWBBZSFlImQkkcFQAVABUCADwpBhkmAAQAAAAmABwVBBklBgAZGAJucxUAFgQWUhZSJpQBSRwVABUAFQIAPCkGGSYABAAAABbeARYEJggW3gEAKCBwYXJxdWV0LWNwcC1hcnJvdyB2ZXJzaW9uIDI2LjAuMRk8HAAAHAAAHAAAAAgBAABQQVIx',
      'base64',
    );
    expect([...(await readParquet(new Uint8Array(file))).objects()]).toEqual([
      { ms: '03:56:10.498', us: '14:01:12.348946', ns: '23:59:59.999999999' },
      { ms: null, us: '00:00:00', ns: '00:00:00.000000001' },
    ]);
  });

  it('marks text that is no UTF-8 as unreadable', async () => {
    const buffer = parquetWriteBuffer({
      columnData: [{ name: 'a', data: [Uint8Array.of(0xff), Uint8Array.of(0x61)], type: 'BYTE_ARRAY' }],
    });
    const table = await readParquet(new Uint8Array(buffer));
    const column = table.chunks('a')[0] as Column;
    expect([isUnreadable(column, 0), isUnreadable(column, 1)]).toEqual([true, false]);
    expect([...table.objects()]).toEqual([{ a: null }, { a: 'a' }]);
  });

  it('refuses nested columns, or reads them as JSON text when asked', async () => {
    const buffer = parquetWriteBuffer({
      schema: [
        { name: 'root', num_children: 1 },
        { name: 'p', num_children: 1, repetition_type: 'OPTIONAL' },
        { name: 'x', type: 'INT64', repetition_type: 'OPTIONAL' },
      ],
      columnData: [{ name: 'p', data: [{ x: 2n ** 60n }, { x: null }] }],
    });
    const bytes = new Uint8Array(buffer);
    await expect(readParquet(bytes)).rejects.toMatchObject({
      code: 'SCRIM_PARQUET_UNSUPPORTED',
      parameters: { column: 'p' },
    });
    const [row] = (await readParquet(bytes, { nested: 'json' })).objects();
    expect(row).toEqual({ p: '{"x":1152921504606846976}' });
  });

  it('codes damage: any file cut short, and bytes turned over; never another error', async () => {
    const bytes = await bytesOf(sample());
    for (let cut = 0; cut < bytes.length; cut += 7) {
      await expect(readParquet(bytes.subarray(0, cut))).rejects.toMatchObject({ code: 'SCRIM_PARQUET_INVALID' });
    }
    for (let at = 4; at < bytes.length; at += 3) {
      const damaged = Uint8Array.from(bytes);
      damaged[at] = (damaged[at] as number) ^ 0xff;
      const error: unknown = await readParquet(damaged).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error !== undefined) expect(error).toMatchObject({ name: 'ScrimError' });
    }
    await expect(readParquet('/no/such/file')).rejects.toMatchObject({ code: 'SCRIM_FILE_MISSING' });
    await expect(readParquet(bytes, { columns: ['none'] })).rejects.toMatchObject({
      code: 'SCRIM_TABLE_UNKNOWN_COLUMN',
    });
    await expect(readParquet(bytes, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'SCRIM_CANCELLED',
    });
  });
});

describe('Arrow buffers', () => {
  it('are views of the column, and give the column back', () => {
    for (const column of sample().batches[0]?.columns ?? []) {
      const buffers = arrowBuffers(column);
      const back = columnFromArrow(buffers);
      expect(back).toEqual({ ...column, ...(column.type === 'dictionary' ? { dictionary: expect.anything() } : {}) });
      expect(buffers.data.buffer).toBe(
        (column.type === 'dictionary' ? column.codes : (column as { values: Int32Array }).values).buffer,
      );
      if (back.type === 'dictionary' && column.type === 'dictionary')
        expect(back.dictionary.strings()).toEqual(column.dictionary.strings());
    }
    expect(arrowBuffers(sample().chunks('name')[0] as Column)).toMatchObject({
      type: 'dictionary<uint8, utf8>',
      nullCount: 1,
      length: 5,
    });
  });

  it('are refused when they do not fit together', () => {
    const text = {
      type: 'utf8',
      length: 2,
      nullCount: 0,
      validity: null,
      dictionary: null,
      data: Uint8Array.of(97, 98),
    } as const;
    const refused = expect.objectContaining({ code: 'SCRIM_ARGUMENT' });
    expect(() => columnFromArrow({ ...text, offsets: Int32Array.of(0, 2, 1) })).toThrow(refused);
    expect(() => columnFromArrow({ ...text, offsets: Int32Array.of(0, 1, 3) })).toThrow(refused);
    expect(() => columnFromArrow({ ...text, offsets: null })).toThrow(refused);
    expect(columnFromArrow({ ...text, offsets: Int32Array.of(0, 1, 2) })).toMatchObject({ type: 'utf8', length: 2 });
    const dictionary = { ...text, offsets: Int32Array.of(0, 1, 2) };
    expect(() =>
      columnFromArrow({
        type: 'dictionary<uint8, utf8>',
        length: 1,
        nullCount: 0,
        validity: null,
        offsets: null,
        data: Uint8Array.of(2),
        dictionary,
      }),
    ).toThrow(refused);
  });
});
