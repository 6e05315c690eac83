import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyRing } from '../../src/crypto/index.js';
import { graphemes } from '../../src/masking/graphemes.js';
import {
  type ColumnMask,
  dateShift,
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
import { SeededRandom } from '../../src/testing/index.js';

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

  it.each([',', ';', '\t', '|'])(
    'gives what plain string code gives on long plain files, delimiter %j',
    async (delimiter) => {
      const random = new SeededRandom(`stream ${delimiter}`);
      const digits = (n: number): string => Array.from({ length: n }, () => random.below(10)).join('');
      const names = ['张三', '欧阳娜娜', '阿依古丽·买买提', '𠮷野家', 'Ada', '', '李', 'é', 'ab\rc'];
      const mobiles = [
        () => `1${digits(10)}`,
        () => `1${digits(9)}x`,
        () => digits(5),
        () => '',
        () => `1${digits(10)}`,
      ];
      const cells = (): string[] => [
        names[random.below(9)] as string,
        (mobiles[random.below(5)] as () => string)(),
        `${digits(17)}${'0123456789Xx?'[random.below(13)]}`,
        names[random.below(9)] as string,
        digits(random.below(70)),
      ];
      const quote = (value: string): string => (value !== '' && random.below(4) === 0 ? `"${value}"` : value);
      const expected = (value: string, first: number, last: number, form: RegExp): string => {
        const letters = graphemes(value);
        const hidden = letters.length - first - last;
        if (!form.test(value) || hidden < 1) return '';
        return letters.map((one, i) => (i < first || i >= first + hidden ? one : '*')).join('');
      };
      const [given, wanted] = [['name,mobile,id,gone,note'], ['name,mobile,id,note']];
      let refused = 0;
      for (let i = 0; i < 4000; i++) {
        const row = cells();
        // A value with CR must stand in quotes, and comes out of a mask without it.
        given.push(
          row
            .map((value) => (value.includes('\r') ? `"${value}"` : quote(value)))
            .join(',')
            .replaceAll(',', delimiter),
        );
        const name = /\r/.test(row[0] as string) ? 'ab**' : expected(row[0] as string, 1, 0, /^.{2,}$/su);
        const mobile = expected(row[1] as string, 3, 4, /^\d{11}$/);
        if (mobile === '' && row[1] !== '') refused++;
        const id = expected(row[2] as string, 6, 4, /^\d{17}[\dXx]$/);
        wanted.push([name.replace('ab**', 'a***'), mobile, id, row[4]].join(delimiter));
        if (random.below(50) === 0) given.push('');
      }
      const end = delimiter === ';' ? '\r\n' : '\n';
      const text = given.map((line, i) => (i === 0 ? line.replaceAll(',', delimiter) : line) + end).join('');
      const rules: ColumnMask[] = [
        { column: 'name', masker: keep({ first: 1, minHidden: 1 }) },
        { column: 'mobile', masker: keep({ kind: 'mobile', first: 3, last: 4 }) },
        { column: 'id', masker: keep({ kind: 'resident-id', first: 6, last: 4 }) },
        { column: 'note', masker: null },
      ];
      const all = wanted.map((line, i) => (i === 0 ? line.replaceAll(',', delimiter) : line)).join('\n');
      for (const chunk of [undefined, 997]) {
        const out = await mask(text, rules, { delimiter, ...(chunk !== undefined && { chunk }) });
        expect(out.text).toBe(`${all}\n`);
        expect(out.counts).toMatchObject({ rows: 4000, way: 'bytes', dropped: ['gone'] });
        expect(out.counts.suppressed.mobile).toBe(refused);
      }
    },
  );

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

  it('reads lines that end in CR alone, as the reader of tables does', async () => {
    const masks = [
      { column: 'a', masker: redact() },
      { column: 'b', masker: null },
    ];
    expect((await mask('a,b\r1,"x\ry"\r2,z\r', masks)).text).toBe((await mask('a,b\n1,"x\ry"\n2,z\n', masks)).text);
  });

  it('looks at a long record again only when twice as much of it is there', async () => {
    const cell = 'x'.repeat(1 << 20);
    const source = encoder.encode(`a,b\n1,"${cell}"\n2,y\n`);
    const parts: string[] = [];
    const sink = { write: (part: Uint8Array): void => void parts.push(new TextDecoder().decode(part)) };
    const masks = [
      { column: 'a', masker: redact() },
      { column: 'b', masker: null },
    ];
    // 64 bytes at a time: 16,000 blocks. Rescanning the record for each would read 8 GB.
    await maskCsv(chunks(source, 64), sink, () => masks);
    expect(parts.join('')).toBe(`a,b\n***,${cell}\n***,y\n`);
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
      expect(counts).toMatchObject({ lines: 3, refusedLines: 1, suppressed: 1 });
    }
  });

  it('shifts dates by the person at the top of the document; without one the date is suppressed', async () => {
    const masker = json([
      { path: '$.id', masker: null },
      { path: '$.visits[*].on', masker: dateShift({ keys, days: 400, person: 'id' }) },
    ]);
    const on = (...days: string[]): string => `"visits":[${days.map((day) => `{"on":"${day}"}`).join(',')}]`;
    const lines = [
      `{"id":90071992547409931,${on('2024-01-01', '2024-03-01')}}`,
      `{"id":90071992547409932,${on('2024-01-01')}}`,
      `{"id":90071992547409931,${on('2024-01-31')}}`,
      `{"id":1,"id":2,${on('2024-01-01')}}`,
      `{"id":{"a":1},${on('2024-01-01')}}`,
      `{${on('2024-01-01')}}`,
    ];
    const parts: string[] = [];
    const sink = { write: (part: Uint8Array): void => void parts.push(new TextDecoder().decode(part)) };
    const counts = await maskNdjson(encoder.encode(lines.join('\n')), sink, masker);
    const out = parts
      .join('')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { visits: { on: string | null }[] }).visits.map((visit) => visit.on));
    const days = (day: string | null | undefined): number => Date.parse(day as string) / 86_400_000;
    // Intervals of one person stay exact, also between lines; the numbers differ beyond 2^53.
    expect(days(out[0]?.[1]) - days(out[0]?.[0])).toBe(60);
    expect(days(out[2]?.[0]) - days(out[0]?.[0])).toBe(30);
    expect(out[1]?.[0]).not.toBe(out[0]?.[0]);
    expect(out.slice(3)).toEqual([[null], [null], [null]]);
    expect(counts).toMatchObject({ lines: 6, refusedLines: 0, suppressed: 3 });
  });

  it('counts by rule what could not be masked, and names the members that no rule covers', async () => {
    const rules = [
      { path: '$["a"]', masker: keep({ first: 3, last: 4 }) },
      { path: '$["b"]', masker: redact() },
    ];
    const lines = '{"a":"1","b":"x","c":1}\n{"a":["2","13812345678"],"d":{"e":1}}\n[1]\n"x"\n';
    const parts: string[] = [];
    const sink = { write: (part: Uint8Array): void => void parts.push(new TextDecoder().decode(part)) };
    const counts = await maskNdjson(encoder.encode(lines), sink, rules);
    expect(parts.join('')).toBe('{"a":null,"b":"***"}\n{"a":[null,"138****5678"]}\n[]\nnull\n');
    expect(counts).toEqual({ lines: 4, refusedLines: 0, suppressed: 2, suppressedBy: [2, 0], dropped: ['c', 'd'] });
  });

  it('reads a line that spans many blocks in time linear in its length', async () => {
    const long = 'x'.repeat(1 << 16);
    const line = encoder.encode(`{"a":"${long}","b":"${long}"}`);
    const parts: string[] = [];
    const sink = { write: (part: Uint8Array): void => void parts.push(new TextDecoder().decode(part)) };
    await maskNdjson(chunks(line, 5), sink, [{ path: '$.b', masker: null }]);
    expect(parts.join('')).toBe(`{"b":"${long}"}\n`);
  });
});
