import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isUnreadable,
  type NdjsonOptions,
  ndjsonFields,
  ndjsonTables,
  readNdjson,
  type Table,
  tableFromColumns,
  writeNdjson,
} from '../../src/table/index.js';

const encoder = new TextEncoder();

async function read(text: string | Uint8Array, options: NdjsonOptions = {}): Promise<Record<string, string | null>[]> {
  const { table } = await readNdjson(typeof text === 'string' ? encoder.encode(text) : text, options);
  return [...table.objects()];
}

async function written(table: Table): Promise<{ text: string; unreadable: number }> {
  const parts: Uint8Array[] = [];
  const { unreadable } = await writeNdjson(table, { write: (bytes) => void parts.push(bytes.slice()) });
  return { text: Buffer.concat(parts).toString(), unreadable };
}

describe('readNdjson', () => {
  it('keeps the exact text of numbers, nested values and escapes', async () => {
    const text = '{"id":110101199003078515,"x":1.50,"n":{"a": [1, {"b":"}"}]},"s":"\\ud83d\\ude00\\n\\u4e2d\\/"}\n';
    expect(await read(text)).toEqual([
      { id: '110101199003078515', x: '1.50', n: '{"a": [1, {"b":"}"}]}', s: '😀\n中/' },
    ]);
    const { table } = await readNdjson(encoder.encode(text));
    // An 18-digit identifier is never a number.
    expect(table.field('id').logical).toBe('text');
    expect(table.field('x').logical).toBe('decimal');
  });

  it('takes missing members as null, reads CRLF, a BOM, blank lines and a last line without end', async () => {
    expect(await read('\ufeff{"a":1}\r\n\n  \n{"b":null,"a":""}\r\n{}')).toEqual([
      { a: '1', b: null },
      { a: '', b: null },
      { a: null, b: null },
    ]);
  });

  it('gives the same table however the bytes are cut', async () => {
    const bytes = encoder.encode('{"名":"李\\u4e2d","a":1}\n{"a":[1,2],"名":"王"}\r\n{"a":"x"}');
    const expected = await read(bytes);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const { table } = await readNdjson([bytes.subarray(0, cut), bytes.subarray(cut)]);
      expect([...table.objects()]).toEqual(expected);
    }
  });

  it('accepts a line exactly when JSON.parse gives an object', async () => {
    const soup = fc.array(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        '"',
        ':',
        ',',
        '\\',
        'u',
        '0',
        '12',
        'true',
        'null',
        '-',
        '.',
        'e',
        ' ',
        '"a":',
        '"b"',
        '\\u00e9',
        '\t',
      ),
      { maxLength: 14 },
    );
    await fc.assert(
      fc.asyncProperty(soup, fc.boolean(), async (tokens, wrapped) => {
        const line = wrapped ? `{"k":${tokens.join('')}}` : tokens.join('');
        let object = false;
        try {
          const value: unknown = JSON.parse(line);
          object = typeof value === 'object' && value !== null && !Array.isArray(value);
        } catch {}
        const accepted = await readNdjson(encoder.encode(line), { invalidLines: 'error' }).then(
          () => true,
          () => false,
        );
        expect(accepted).toBe(object);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads what JSON.stringify writes', async () => {
    const rows = fc.array(
      fc.dictionary(
        fc.string({ unit: 'grapheme' }),
        fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.boolean(), fc.constant(null)),
      ),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(rows, async (objects) => {
        const found = await read(objects.map((object) => JSON.stringify(object)).join('\n'));
        objects.forEach((object, i) => {
          for (const [key, text] of Object.entries(found[i] as object)) {
            const value = Object.hasOwn(object, key) ? object[key] : null;
            const broken = typeof value === 'string' && /\p{Surrogate}/u.test(value);
            expect(text).toBe(value === null || broken ? null : String(value));
          }
        });
      }),
    );
  });

  it('keeps a bad line as a row of unreadable cells, counted and listed, or stops with its number', async () => {
    const bytes = encoder.encode('{"a":1}\nnot json 110101199003078515\n{"a":2,"b":3}\n[1]\n');
    const { table, findings } = await readNdjson(bytes);
    expect(findings).toEqual({
      invalidLines: { count: 2, rows: [2, 4] },
      repeatedKeys: { count: 0, rows: [] },
      missingMembers: { count: 1, rows: [1] },
      blankLines: 0,
    });
    const column = table.chunks('b')[0] as NonNullable<ReturnType<Table['chunks']>[0]>;
    expect([0, 1, 2, 3].map((row) => isUnreadable(column, row))).toEqual([false, true, false, true]);
    const error = (await readNdjson(bytes, { invalidLines: 'error' }).catch((reason: unknown) => reason)) as Error;
    expect(error).toMatchObject({ code: 'SCRIM_NDJSON_INVALID', parameters: { line: 2 } });
    expect(error.message).not.toContain('110101');
    await expect(readNdjson(encoder.encode('a,b\n1,2\n'))).rejects.toMatchObject({ code: 'SCRIM_NDJSON_INVALID' });
  });

  it('marks wrong UTF-8 and lone surrogates unreadable, notes repeated keys', async () => {
    const bytes = Buffer.concat([
      encoder.encode('{"a":"'),
      Uint8Array.of(0xc3, 0x28),
      encoder.encode('"}\n{"a":"\\ud800"}\n{"a":1,"a":"2"}'),
    ]);
    const { table, findings } = await readNdjson(bytes);
    const column = table.chunks('a')[0] as NonNullable<ReturnType<Table['chunks']>[0]>;
    expect([0, 1, 2].map((row) => isUnreadable(column, row))).toEqual([true, true, false]);
    expect(findings.repeatedKeys).toEqual({ count: 1, rows: [3] });
    expect([...table.objects()][2]).toEqual({ a: '2' });
  });

  it('refuses nothing, too long lines, too many keys and bottomless nesting', async () => {
    await expect(readNdjson(encoder.encode('\n \n'))).rejects.toMatchObject({ code: 'SCRIM_NDJSON_EMPTY' });
    await expect(readNdjson(encoder.encode('{"a":"xxxxxxxx"}'), { maxLineBytes: 8 })).rejects.toMatchObject({
      code: 'SCRIM_NDJSON_LIMIT',
    });
    await expect(readNdjson(encoder.encode('{"a":1,"b":2}'), { maxColumns: 1 })).rejects.toMatchObject({
      code: 'SCRIM_NDJSON_LIMIT',
    });
    await expect(
      readNdjson(encoder.encode(`{"a":${'['.repeat(100_000)}`), { invalidLines: 'error' }),
    ).rejects.toMatchObject({ code: 'SCRIM_NDJSON_INVALID' });
    await expect(readNdjson('/no/such/file')).rejects.toMatchObject({ code: 'SCRIM_FILE_MISSING' });
  });

  it('reads beyond one batch, with a key that appears late', async () => {
    const lines = Array.from({ length: 70_000 }, (_, i) => (i === 69_999 ? '{"a":1,"late":"x"}' : `{"a":${i % 7}}`));
    const { table, findings } = await readNdjson(encoder.encode(lines.join('\n')));
    expect(table.rows).toBe(70_000);
    expect(table.batches.length).toBe(2);
    expect(findings.missingMembers.count).toBe(69_999);
    expect([...table.objects()].filter(({ late }) => late !== null)).toEqual([{ a: '1', late: 'x' }]);
  });
});

describe('writeNdjson', () => {
  it('writes numbers and booleans bare, text quoted, and reads back the same', async () => {
    const table = tableFromColumns({
      n: [1, 2.5, null],
      b: [true, null, false],
      s: ['007', '"', '李\n'],
      big: BigInt64Array.of(1n, -2n, 2n ** 62n),
    });
    const { text } = await written(table);
    expect(text).toBe(
      '{"n":1,"b":true,"s":"007","big":1}\n{"n":2.5,"b":null,"s":"\\"","big":-2}\n{"n":null,"b":false,"s":"李\\n","big":4611686018427387904}\n',
    );
    expect(await read(text)).toEqual([...table.objects()]);
  });

  it('counts unreadable cells and writes them as null', async () => {
    const { table } = await readNdjson(encoder.encode('{"a":1}\n?\n'));
    expect(await written(table)).toEqual({ text: '{"a":1}\n{"a":null}\n', unreadable: 1 });
  });
});

describe('ndjsonTables', () => {
  const member = fc.constantFrom('a', 'b', 'c', '名');
  const line = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.dictionary(
        member,
        fc.oneof(fc.integer(), fc.double(), fc.string(), fc.boolean(), fc.constant(null)),
      ),
    },
    { weight: 1, arbitrary: fc.constant('no object') },
    { weight: 1, arbitrary: fc.constant('') },
  );

  it('property: pieces of any size are the whole table, with the same fields in each', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 60 }),
        async (lines, size) => {
          const text = lines.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n');
          const bytes = encoder.encode(text);
          const whole = await readNdjson(bytes, { digest: true }).catch((error: { code: string }) => error.code);
          const blocks = (): Iterable<Uint8Array> =>
            Array.from({ length: Math.ceil(bytes.length / 7) }, (_, i) => bytes.subarray(7 * i, 7 * i + 7));
          const fields = await ndjsonFields(blocks(), { pieceBytes: size }).catch(
            (error: { code: string }) => error.code,
          );
          if (typeof whole === 'string' || typeof fields === 'string') {
            expect(fields).toBe(whole);
            return;
          }
          expect(fields.map(({ name }) => name)).toEqual(whole.table.names);
          const rows: Record<string, string | null>[] = [];
          const reading = ndjsonTables(blocks(), fields, { pieceBytes: size, digest: true });
          for (let next = await reading.next(); ; next = await reading.next()) {
            if (next.done === true) {
              expect(next.value.sha256).toBe(whole.source.sha256);
              break;
            }
            expect(next.value.fields).toEqual(fields);
            rows.push(...next.value.objects());
          }
          expect(rows).toEqual([...whole.table.objects()]);
        },
      ),
    );
  });

  it('knows numbers as numbers although a piece lacks them, and mixtures as text', async () => {
    const lines = ['{"n":1,"m":1,"t":"x"}', '{"n":null,"m":"1"}', '{"n":2.5,"t":true}'];
    const fields = await ndjsonFields(encoder.encode(lines.join('\n')), { pieceBytes: 1 });
    expect(fields.map(({ name, logical }) => [name, logical])).toEqual([
      ['n', 'decimal'],
      ['m', 'text'],
      ['t', 'text'],
    ]);
  });

  it('closes its file when the caller stops early, and when a member was no field', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'scrim-ndjson-'));
    try {
      const file = path.join(folder, 'x.ndjson');
      const fields = await ndjsonFields(encoder.encode('{"a":1}'));
      writeFileSync(file, '{"a":1}\n{"a":2}\n');
      const early = ndjsonTables(file, fields, { pieceBytes: 1 });
      await early.next();
      await early.return(undefined as never);
      writeFileSync(file, '{"b":3}\n');
      await expect(ndjsonTables(file, fields).next()).rejects.toMatchObject({ code: 'SCRIM_TABLE_UNKNOWN_COLUMN' });
      const open = existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd') : [];
      const targets = open.map((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`);
        } catch {
          return '';
        }
      });
      expect(targets).not.toContain(file);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('names the line of the file, not of the piece, and refuses a member that came later', async () => {
    const lines = encoder.encode('{"a":1}\n{"a":2}\n{"a":3}\nno object\n');
    const blocks = Array.from(lines, (byte) => Uint8Array.of(byte));
    const read = ndjsonFields(blocks, { pieceBytes: 1, invalidLines: 'error' });
    await expect(read).rejects.toMatchObject({
      code: 'SCRIM_NDJSON_INVALID',
      message: expect.stringContaining('Line 4 '),
    });
    const fields = await ndjsonFields(encoder.encode('{"a":1}'));
    const later = ndjsonTables(encoder.encode('{"a":1,"b":2}'), fields);
    await expect(later.next()).rejects.toMatchObject({ code: 'SCRIM_TABLE_UNKNOWN_COLUMN' });
  });
});
