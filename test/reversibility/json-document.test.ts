/** Products that are one JSON document: every record set at any depth is a table, and nothing leaves unread. */
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../src/core/index.js';
import { review, type Verdict } from '../../src/reversibility/index.js';
import { tablesOfJson } from '../../src/reversibility/intake/json-document.js';
import { tableFromRows } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const random = new SeededRandom('json');
const rows = Array.from({ length: 200 }, () => ({
  手机号: `138${String(random.below(1e8)).padStart(8, '0')}`,
  收入: String(30_000 + 100 * random.below(2000)),
  出生日期: new Date((-9000 + random.below(18_000)) * 86_400_000).toISOString().slice(0, 10),
}));
const source = tableFromRows(rows);
const bytesOf = (value: unknown, indent?: number): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(value, null, indent));
const columns = Object.fromEntries(
  ['手机号', '收入', '出生日期'].map((name) => [name, rows.map((row) => row[name as '收入'])]),
);

async function verdictOf(product: Uint8Array): Promise<Verdict> {
  return review({ sources: [source], product, seed: '00'.repeat(16) });
}

describe('a raw copy in JSON is blocked', () => {
  const shapes: [string, unknown, number?][] = [
    ['an array of objects', rows],
    ['the same, indented', rows, 2],
    ['inside an envelope', { code: 0, data: { list: rows, total: 200 } }],
    ['arrays of arrays', rows.map((row) => Object.values(row))],
    ['by columns', columns],
    ['by columns, indented, in an envelope', { result: columns }, 2],
    ['one object a line is NDJSON and stays so', undefined],
  ];
  it.each(shapes)('%s', async (_, value, indent) => {
    const bytes =
      value === undefined
        ? new TextEncoder().encode(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
        : bytesOf(value, indent);
    const verdict = await verdictOf(bytes);
    expect(verdict.verdict).toBe('block');
    expect(verdict.restoration.rows.gross).toBe(1);
    expect(new Set(verdict.digests.product)).toEqual(new Set([sha256Hex(bytes)]));
    expect(verdict.digests.productForm.every((form) => form === 'bytes')).toBe(true);
  });
});

describe('tables of a document', () => {
  const found = (value: unknown): [string, number, readonly string[]][] =>
    tablesOfJson(bytesOf(value)).map(({ path, table }) => [path, table.rows, table.names]);

  it('finds record sets, and keeps what stands outside', () => {
    expect(found({ a: [{ x: 1 }, { y: 2 }], note: 'hello', deep: { b: [1, 2, 3] } })).toEqual([
      ['/a', 2, ['x', 'y']],
      ['/deep', 3, ['b']],
      ['other', 1, ['value']],
    ]);
    expect(found({ model: 'tree', depth: 3 })).toEqual([['', 2, ['value']]]);
    expect(found([])).toEqual([]);
  });

  it('keeps null, numbers and nested records as cells', () => {
    const [first] = tablesOfJson(
      bytesOf([
        { a: null, b: 1.5, c: { d: [1] } },
        { a: '', b: true, c: null },
      ]),
    );
    expect([...(first?.table.objects() ?? [])]).toEqual([
      { a: null, b: '1.5', c: '{"d":[1]}' },
      { a: '', b: 'true', c: null },
    ]);
  });

  it('leaves what is no JSON, or nested too deep, unopened', () => {
    expect(tablesOfJson(new TextEncoder().encode('[1, 2'))).toEqual([]);
    expect(tablesOfJson(new TextEncoder().encode(`${'['.repeat(5000)}1${']'.repeat(5000)}`))).toEqual([]);
    expect(tablesOfJson(Uint8Array.of(0x5b, 0xff, 0x5d))).toEqual([]);
  });
});

it('deep brackets are a gap and review, not a crash', async () => {
  const verdict = await verdictOf(new TextEncoder().encode(`${'['.repeat(100_000)}${']'.repeat(100_000)}`));
  expect(verdict.verdict).toBe('review');
});
