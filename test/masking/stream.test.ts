import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyRing } from '../../src/crypto/index.js';
import {
  type ColumnMask,
  json,
  keep,
  keepParts,
  maskCsv,
  maskNdjson,
  nullify,
  redact,
  type StreamCounts,
  shuffle,
  token,
} from '../../src/masking/index.js';

const keys = (await KeyRing.create()).scenario({ tenant: 't', environment: 'test', scenario: 's' });
const encoder = new TextEncoder();

async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function mask(
  text: string | Uint8Array,
  masks: readonly ColumnMask[],
  options: { batches?: boolean; chunk?: number; delimiter?: string } = {},
): Promise<{ text: string; counts: StreamCounts }> {
  const bytes = typeof text === 'string' ? encoder.encode(text) : text;
  const parts: Uint8Array[] = [];
  const source = options.chunk === undefined ? bytes : chunks(bytes, options.chunk);
  const { chunk: _, ...rest } = options;
  const counts = await maskCsv(source, { write: (part) => void parts.push(part.slice()) }, () => masks, rest);
  return { text: Buffer.concat(parts).toString(), counts };
}

const masks: readonly ColumnMask[] = [
  { column: 'phone', masker: keep({ first: 3, last: 4 }) },
  { column: 'name', masker: keep({ first: 1 }) },
  { column: 'note', masker: redact() },
  { column: 'city', masker: null },
  { column: 'gone', masker: nullify() },
];
const HEADER = 'city,phone,name,secret,note,gone\n';

describe('maskCsv, one pass over bytes', () => {
  it('masks, drops unnamed columns and counts what it suppressed', async () => {
    const { text, counts } = await mask(
      `${HEADER}杭州,13812345678,张三丰,x,hello,z\r\n"a,""b",1380,欧阳,"multi\nline",,\n,,,,,\n北京,"13812345678","张",q,"",`,
      masks,
    );
    expect(text).toBe(
      'city,phone,name,note,gone\n杭州,138****5678,张**,***,\n"a,""b",,欧*,,\n,,,,\n北京,138****5678,,***,\n',
    );
    expect(counts).toEqual({
      rows: 4,
      suppressed: { city: 0, phone: 1, name: 1, note: 0, gone: 0 },
      dropped: ['secret'],
      way: 'bytes',
    });
  });

  it('property: gives what the way by batches gives, whatever the chunks', async () => {
    const cell = fc.oneof(
      fc.constantFrom(
        '',
        '13812345678',
        '张三丰',
        '1380',
        '欧阳娜娜',
        'a"b',
        'x,y',
        'line\nbreak',
        '\r\nq',
        '👨‍👩‍👧你好',
        'e\u0301abc',
        ' ',
      ),
      fc.string({ unit: 'grapheme', maxLength: 14 }),
    );
    const quote = (value: string | null): string =>
      value === null ? '' : value === '' || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.option(cell), { minLength: 6, maxLength: 6 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom('\n', '\r\n'),
        async (rows, chunk, end) => {
          const usable = rows.map((row) =>
            row.map((value) =>
              value === null ? null : new TextDecoder().decode(encoder.encode(value)).replaceAll('\uFEFF', ''),
            ),
          );
          const text = HEADER.replace('\n', end) + usable.map((row) => row.map(quote).join(',') + end).join('');
          const expected = await mask(text, masks, { batches: true });
          const whole = await mask(text, masks);
          expect(whole.text).toBe(expected.text);
          expect(whole.counts.suppressed).toEqual(expected.counts.suppressed);
          const cut = await mask(text, masks, { chunk });
          expect(cut).toEqual(whole);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('reads blocks larger and records longer than its buffers', async () => {
    const long = 'y'.repeat(700_000);
    const text = `${HEADER}${long},13812345678,张三,s,n,g\n`.concat('c,13987654321,李四,s,n,g\n'.repeat(30_000));
    for (const chunk of [undefined, 100_003]) {
      const { text: out, counts } = await mask(text, masks, chunk === undefined ? {} : { chunk });
      expect(counts.rows).toBe(30_001);
      expect(out.length).toBe(
        'city,phone,name,note,gone\n'.length +
          long.length +
          ',138****5678,张*,***,\n'.length +
          30_000 * 'c,139****4321,李*,***,\n'.length,
      );
      expect(out.endsWith('c,139****4321,李*,***,\n')).toBe(true);
    }
  });

  it('ends with a code on what it cannot parse, and never copies it', async () => {
    for (const [text, row] of [
      [`${HEADER}a,13812345678,张三,x,y,z,13812345678\n`, 2],
      [`${HEADER}a,b,c,d,e,f\n"a"x,b,c,d,e,f\n`, 3],
      [`${HEADER}"a,13812345678,张三\n`, 2],
    ] as const) {
      const parts: Uint8Array[] = [];
      const run = maskCsv(encoder.encode(text), { write: (part) => void parts.push(part.slice()) }, () => masks);
      await expect(run).rejects.toMatchObject({ code: 'SCRIM_MASK_CSV', parameters: { row } });
      expect(Buffer.concat(parts).toString()).not.toContain('13812345678');
    }
    await expect(mask('', masks)).rejects.toMatchObject({ code: 'SCRIM_CSV_EMPTY' });
    await expect(mask('a,b\n1,2\n', masks)).rejects.toMatchObject({ code: 'SCRIM_TABLE_UNKNOWN_COLUMN' });
  });

  it('suppresses bytes that are not UTF-8', async () => {
    const bytes = Uint8Array.from([
      ...encoder.encode('city,phone\n'),
      0xd6,
      0xd0,
      0xb9,
      0xfa,
      ...encoder.encode(',138'),
      0xff,
      ...encoder.encode('2345678\n'),
    ]);
    const { text, counts } = await mask(bytes, [
      { column: 'city', masker: null },
      { column: 'phone', masker: keep({ first: 3, last: 4 }) },
    ]);
    expect(text).toBe('city,phone\n,\n');
    expect(counts.suppressed).toEqual({ city: 1, phone: 1 });
  });

  it('takes other delimiters, marks that need quotes and missing cells', async () => {
    const piped = await mask(
      'a|b\n12345678|x\n1234\n',
      [
        { column: 'a', masker: keep({ first: 2, mark: '|' }) },
        { column: 'b', masker: null },
      ],
      { delimiter: '|' },
    );
    expect(piped.counts.way).toBe('batches');
    expect(piped.text).toBe('a|b\n"12||||||"|x\n"12||"|\n');
    const short = await mask('a,b,c\n1\n1,2,3', [
      { column: 'a', masker: null },
      { column: 'c', masker: null },
    ]);
    expect(short.text).toBe('a,c\n1,\n1,3\n');
  });
});

describe('maskCsv by batches', () => {
  it('takes every streaming rule', async () => {
    const { text, counts } = await mask('id,mail\nA,a.b@example.com\nA,bad\n', [
      { column: 'id', masker: token({ keys }), as: 'key' },
      { column: 'mail', masker: keepParts({ kind: 'email' }) },
    ]);
    const lines = text.trim().split('\n');
    expect(lines[0]).toBe('key,mail');
    expect(lines[1]?.split(',')[0]).toBe(lines[2]?.split(',')[0]);
    expect(lines[1]?.split(',')[1]).toBe('a***@example.com');
    expect(counts).toMatchObject({ rows: 2, suppressed: { key: 0, mail: 1 }, way: 'batches' });
  });

  it('refuses rules that must see the whole column', async () => {
    await expect(mask('a\n1\n', [{ column: 'a', masker: shuffle() }])).rejects.toMatchObject({
      code: 'SCRIM_MASK_NEEDS_FIT',
    });
  });
});

describe('maskNdjson', () => {
  it('masks line by line whatever the chunks', async () => {
    const masker = json([
      { path: '$.phone', masker: keep({ first: 3, last: 4 }) },
      { path: '$.city', masker: null },
    ]);
    const lines = [
      '{"phone":"13812345678","city":"杭州","x":1}',
      '',
      'not json',
      '{"phone":"1380"}',
      '{"city":"北京"}',
    ];
    const bytes = encoder.encode(`\uFEFF${lines.join('\r\n')}`);
    for (const size of [1, 7, 1000]) {
      const texts: string[] = [];
      const counts = await maskNdjson(
        chunks(bytes, size),
        { write: (part) => void texts.push(new TextDecoder().decode(part)) },
        masker,
      );
      expect(texts.join('')).toBe('{"phone":"138****5678","city":"杭州"}\n{"phone":null}\n{"city":"北京"}\n');
      expect(counts).toEqual({ lines: 3, refusedLines: 1, suppressed: 1 });
    }
  });
});
