import { describe, expect, it } from 'vitest';
import { KeyRing } from '../../src/crypto/index.js';
import {
  conditional,
  dateShift,
  json,
  keep,
  type Masker,
  maskTable,
  redact,
  round,
  shuffle,
  text,
  token,
} from '../../src/masking/index.js';
import { tableFromRows } from '../../src/table/index.js';
import { texts, utf8 } from './columns.js';

const keys = (await KeyRing.create()).scenario({ tenant: 't', environment: 'test', scenario: 's' });
const one = (masker: Masker, value: string): string | null =>
  texts(masker.apply(utf8([value])).column)[0] as string | null;

describe('json', () => {
  const document =
    '{"id":110105194912310021,"name":"张三丰","visits":[{"doctor":"李四","fee":1234},{"doctor":"王五","fee":null}],"ok":true}';

  it('masks by path with wildcards, keeps long numbers exact and drops what no path names', () => {
    const masker = json([
      { path: '$.id', masker: keep({ first: 6, last: 4 }) },
      { path: '$.visits[*].doctor', masker: keep({ first: 1 }) },
      { path: '$.visits[*].fee', masker: round({ to: 1000 }) },
      { path: '$.ok', masker: null },
    ]);
    expect(one(masker, document)).toBe(
      '{"id":"110105********0021","visits":[{"doctor":"李*","fee":1000},{"doctor":"王*","fee":null}],"ok":true}',
    );
  });

  it('keeps other parts when told to, without touching their text', () => {
    const masker = json([{ path: '$..doctor', masker: redact() }], { others: 'keep' });
    expect(one(masker, document)).toBe(document.replace('"李四"', '"***"').replace('"王五"', '"***"'));
  });

  it('leaves out what no path covers with all names inside it, nulls and empty containers too', () => {
    const masker = json([
      { path: '$.a', masker: redact() },
      { path: '$.b.c', masker: null },
    ]);
    const secret = '"李四":{"x":1,"y":[]},"n":null,"e":{},"l":[{}]';
    expect(one(masker, `{"a":{"k":[]},${secret},"b":{"c":null,${secret}}}`)).toBe('{"a":{"k":[]},"b":{"c":null}}');
    expect(one(json([{ path: '$.a', masker: null }]), `{${secret}}`)).toBe('{}');
    expect(one(json([{ path: '$.a', masker: redact() }], { others: 'keep' }), `{${secret},"a":1}`)).toBe(
      `{${secret},"a":"***"}`,
    );
  });

  it('masks every repeat of a member, quoted names and positions', () => {
    const masker = json([
      { path: '$["家庭 住址"]', masker: redact() },
      { path: '$.a[1]', masker: redact() },
    ]);
    expect(one(masker, '{"家庭 住址":"x","家庭 住址":"y","a":["p","q"],"__proto__":{"z":1}}')).toBe(
      '{"家庭 住址":"***","家庭 住址":"***","a":["***"]}',
    );
  });

  it('suppresses and counts what is no JSON, and scalars that cannot be masked', () => {
    const masker = json([{ path: '$.a', masker: keep({ first: 3, last: 4 }) }]);
    const { column, suppressed } = masker.apply(
      utf8(['{"a":"1380"}', '{a:1}', '', null, '{"a":"13812345678"}', `${'['.repeat(5000)}`]),
    );
    expect(texts(column)).toEqual(['{"a":null}', null, null, null, '{"a":"138****5678"}', null]);
    expect(suppressed).toBe(4);
  });

  it('gives inner maskers the other columns of the row', () => {
    const table = tableFromRows([
      { who: 'a', j: '{"d":"2024-01-01","e":["2024-01-01"]}' },
      { who: 'b', j: '{"d":"2024-01-01"}' },
    ]);
    const shift = dateShift({ keys, days: 300, person: 'who' });
    const masker = json([{ path: '$..*', masker: shift }]);
    const plain = maskTable(
      tableFromRows([
        { who: 'a', j: '2024-01-01' },
        { who: 'b', j: '2024-01-01' },
      ]),
      [{ column: 'j', masker: shift }],
    );
    const [a, b] = [...plain.table.objects()].map((row) => row.j);
    const rows = [...maskTable(table, [{ column: 'j', masker }]).table.objects()].map((row) => row.j);
    expect(rows).toEqual([`{"d":"${a}","e":["${a}"]}`, `{"d":"${b}"}`]);
  });

  it('refuses paths that cannot be read and rules that need the whole column', () => {
    for (const path of ['$', '$..', '$.a[', '$[x]', '']) {
      expect(() => json([{ path, masker: redact() }])).toThrowError(
        expect.objectContaining({ code: 'SCRIM_ARGUMENT' }),
      );
    }
    expect(() => json([{ path: '$.a', masker: shuffle() }])).toThrowError(
      expect.objectContaining({ code: 'SCRIM_MASK_NEEDS_FIT' }),
    );
  });
});

describe('free text', () => {
  it('replaces what it finds by kind, in Chinese and English', () => {
    expect(one(text(), '联系人张伟，电话13800138000')).toMatch(/^联系人\[.+\]，电话\[.+\]$/);
    const english = one(text({ language: 'en' }), 'Call me at 13800138000 or mail a.b@example.com please');
    expect(english).not.toMatch(/1380013|example/);
    expect(english).toMatch(/^Call me at \[.+\] or mail \[.+\] please$/);
  });

  it('replaces only the kinds asked for', () => {
    expect(one(text({ kinds: ['mobile'] }), '张伟 13800138000 a@example.com')).toContain('a@example.com');
    expect(() => text({ kinds: ['nonsense'] })).toThrowError(expect.objectContaining({ code: 'SCRIM_ARGUMENT' }));
  });

  it('gives the same token to the same value in other spelling', () => {
    const masker = text({ replace: 'token', keys, kinds: ['mobile'] });
    const [first, second] = [one(masker, '电话13800138000'), one(masker, '手机 138-0013-8000。')];
    const found = /\[.*?:(.{12})\]/;
    expect(found.exec(first as string)?.[1]).toBe(found.exec(second as string)?.[1]);
    expect(() => text({ replace: 'token' })).toThrowError(expect.objectContaining({ code: 'SCRIM_MASK_NEEDS_KEY' }));
  });
});

describe('conditional rules', () => {
  const table = tableFromRows([
    { age: '70', name: '张三' },
    { age: '30', name: '李四' },
    { age: null, name: '王五' },
    { age: '90', name: null },
  ]);
  const old = {
    columns: ['age'],
    evaluate: (read: (i: number) => string | null) => {
      const age = read(0);
      return age === null ? null : Number(age) >= 60;
    },
  };

  it('takes the first case that holds; what cannot be decided is suppressed', () => {
    const masker = conditional([{ test: old, masker: redact() }], keep({ first: 1 }));
    const { table: out, suppressed } = maskTable(table, [{ column: 'name', masker }]);
    expect([...out.objects()].map((row) => row.name)).toEqual(['***', '李*', null, null]);
    expect(suppressed.name).toBe(1);
    expect(masker.reads).toEqual(['age']);
  });

  it('says what the weakest branch tells', () => {
    const masker = conditional([{ test: old, masker: token({ keys }) }], null);
    expect(masker.leakage({ column: 'name' })).toMatchObject({
      rule: 'when',
      residual: { min: 1 },
      equality: true,
      order: true,
      key: { id: keys.keyId },
    });
  });
});
