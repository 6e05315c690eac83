/** What is stated beside a product may raise a verdict, never lower it: records, several files, foreign formats, reveal. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type OperationRecord, sha256Hex } from '../../src/core/index.js';
import { canonicalVerdict, type Revealed, review, type Verdict } from '../../src/reversibility/index.js';
import { csvBytes, tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const SEED = 'ffeeddccbbaa99887766554433221100';
type Columns = Record<string, string[]>;

function people(rows: number): Columns {
  const random = new SeededRandom('claims');
  const columns: Columns = { 手机号: [], 性别: [], 城市: [], 出生日期: [], 收入: [], 单位: [] };
  for (let i = 0; i < rows; i++) {
    columns.手机号?.push(`139${String(random.below(1e8)).padStart(8, '0')}`);
    columns.性别?.push(random.below(2) === 0 ? '男' : '女');
    columns.城市?.push(['杭州', '宁波', '温州', '衢州'][random.below(4)] as string);
    columns.出生日期?.push(new Date((-9000 + random.below(18_000)) * 86_400_000).toISOString().slice(0, 10));
    columns.收入?.push(String(30_000 + 100 * random.below(2000)));
    columns.单位?.push(`单位${random.below(40)}`);
  }
  return columns;
}

const raw = people(500);
const source = tableFromColumns(raw);
const random = new SeededRandom('cipher');
const cipher = (): string[] =>
  raw.性别?.map(() => Buffer.from(random.fill(new Uint8Array(16))).toString('hex')) as string[];
const safe = csvBytes(tableFromColumns({ 性别: raw.性别 as string[] }));

function record(bytes: Uint8Array, extra: Partial<OperationRecord> = {}): OperationRecord {
  return {
    schema: 'scrim.record/1',
    operation: 'protect',
    tool: { name: 'scrim', version: '0.0.0' },
    time: '2026-01-01T00:00:00Z',
    parameters: {},
    inputs: [],
    outputs: [{ name: 'out.csv', sha256: sha256Hex(bytes), rows: 500, columns: [] }],
    counts: {},
    warnings: [],
    columns: [],
    policy: 'ab'.repeat(32),
    unsafe: [],
    ...extra,
  };
}

const encrypted = (column: string, state: 'active' | 'destroyed' = 'active'): OperationRecord['columns'][number] => ({
  column,
  rule: 'encrypt',
  domainSize: null,
  residual: null,
  equality: false,
  order: false,
  length: false,
  checkDigit: false,
  keyInvertible: true,
  key: { id: `key-${column}`, state },
});

async function run(product: Uint8Array, options: object = {}): Promise<Verdict> {
  return review({ sources: [source], product, seed: SEED, ...options });
}
const codes = (verdict: Verdict): string[] => verdict.reasons.map((own) => own.code);

describe('records', () => {
  it('one that says nothing against the product changes nothing', async () => {
    const bare = await run(safe);
    const with_ = await run(safe, { records: [record(safe)] });
    expect(bare.verdict).toBe('release');
    expect(canonicalVerdict(with_)).toBe(canonicalVerdict(bare));
  });

  it.each<[string, Partial<OperationRecord> | 'unreadable' | object]>([
    ['record-no-policy', { policy: 'none' }],
    ['record-unsafe', { unsafe: ['seeded-randomness'] }],
    ['record-digest', { outputs: [{ name: 'x', sha256: '00'.repeat(32), rows: 1, columns: [] }] }],
    ['record-unreadable', 'unreadable'],
    ['record-unreadable', { schema: 'something else' }],
    ['record-unreadable', { columns: [null] }],
    [
      'record-candidates',
      {
        columns: [
          {
            ...encrypted('性别'),
            keyInvertible: false,
            key: null,
            rule: 'keep-last',
            residual: { min: 1, mean: 1, max: 1 },
          },
        ].map((one) => ({ ...one, rule: 'mask-id' })),
      },
    ],
  ])('%s raises a release to review', async (code, extra) => {
    const claim = extra === 'unreadable' ? extra : record(safe, extra as Partial<OperationRecord>);
    const verdict = await run(safe, { records: [claim] });
    expect(codes(verdict)).toContain(code);
    expect(verdict.verdict).toBe('review');
  });

  it('key-invertible content: review by itself, block for a direct identifier or for rows, unless the ledger shows the key destroyed', async () => {
    const one = csvBytes(tableFromColumns({ 收入: cipher() }));
    const claim = record(one, { columns: [encrypted('收入')] });
    const single = await run(one, { records: [claim] });
    expect(single.verdict).toBe('review');
    expect(codes(single)).toContain('key-invertible');

    const phone = csvBytes(tableFromColumns({ 手机号: cipher() }));
    const direct = await run(phone, { records: [record(phone, { columns: [encrypted('手机号')] })] });
    expect(direct.verdict).toBe('block');
    expect(codes(direct)).toContain('key-invertible-raw');
    expect(direct.statement.en).toContain('what is stated about the product forbids');

    const three = csvBytes(tableFromColumns({ 收入: cipher(), 出生日期: cipher(), 单位: cipher() }));
    const columns = ['收入', '出生日期', '单位'].map((name) => encrypted(name, 'destroyed'));
    // That the record itself calls the keys destroyed is no proof.
    expect((await run(three, { records: [record(three, { columns })] })).verdict).toBe('block');
    const keys = columns.map((column) => column.key?.id as string);
    const shown = await run(three, { records: [record(three, { columns })], destroyedKeys: keys });
    expect(shown.verdict).toBe('review');
    expect(codes(shown)).toContain('key-destroyed');
  });

  it('never lowers: a record of a raw copy that claims everything is masked is blocked as before', async () => {
    const bytes = csvBytes(source);
    const verdict = await run(bytes, { records: [record(bytes)] });
    expect(verdict.verdict).toBe('block');
  });
});

describe('several files leave together', () => {
  const part = (names: string[], rows = 500): Uint8Array =>
    csvBytes(tableFromColumns(Object.fromEntries(names.map((name) => [name, (raw[name] as string[]).slice(0, rows)]))));

  it('two halves of a row in two files are a row: side by side', async () => {
    const halves = [part(['城市', '出生日期']), part(['收入', '单位'])];
    for (const half of halves) expect((await run(half)).restoration.rows.count).toBe(0);
    const verdict = await review({ sources: [source], product: halves, seed: SEED });
    expect(verdict.verdict).toBe('block');
    expect(verdict.restoration.rows.gross).toBeGreaterThan(0.95);
    expect(verdict.attacks.find((attack) => attack.inverse !== null)?.inverse).toContain('together(');
  });

  it('or joined on a key that means nothing, in another order and number of rows', async () => {
    const key = Array.from({ length: 500 }, (_, i) => `z${(i * 7919) % 100_003}`);
    const left = csvBytes(tableFromColumns({ k: key, a: raw.城市 as string[], b: raw.出生日期 as string[] }));
    const turned = [...key.keys()].reverse().slice(0, 450);
    const pick = (name: string): string[] => turned.map((i) => (raw[name] as string[])[i] as string);
    const right = csvBytes(
      tableFromColumns({ k: turned.map((i) => key[i] as string), c: pick('收入'), d: pick('单位') }),
    );
    const verdict = await review({ sources: [source], product: [left, right], seed: SEED });
    expect(verdict.verdict).toBe('block');
    expect(verdict.restoration.rows.gross).toBeGreaterThan(0.8);
  });

  it('two group tables of the same length are still released', async () => {
    const counts = (name: string): Uint8Array => {
      const groups = new Map<string, number>();
      for (const value of raw[name] as string[]) groups.set(value, (groups.get(value) ?? 0) + 1);
      return csvBytes(tableFromColumns({ [name]: [...groups.keys()], 人数: [...groups.values()].map(String) }));
    };
    const verdict = await review({ sources: [source], product: [counts('城市'), counts('性别')], seed: SEED });
    expect(verdict.reasons.filter((own) => own.level !== 'release')).toEqual([]);
    const same = await review({ sources: [source], product: [counts('城市'), counts('城市')], seed: SEED });
    expect(same.reasons.filter((own) => own.level !== 'release')).toEqual([]);
  });
});

describe('files that are no tables', () => {
  const zeros = (head: string, tail = 200): Uint8Array =>
    Buffer.concat([Buffer.from(head, 'latin1'), Buffer.alloc(tail)]);
  it.each<[string, Uint8Array]>([
    ['PDF', zeros('%PDF-1.7\n')],
    ['ZIP', zeros('PK\x03\x04')],
    ['GZIP', zeros('\x1f\x8b\x08')],
    ['HTML', Buffer.from('\ufeff\n<!DOCTYPE html><html><body>1</body></html>')],
    ['PMML', Buffer.from('<?xml version="1.0"?>\n<PMML version="4.4"></PMML>')],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"></svg>')],
    ['pickle', zeros('\x80\x04\x95')],
    ['PNG', zeros('\x89PNG\r\n\x1a\n')],
    ['ORC', zeros('ORC\x0a\x03\x00')],
    ['Feather', zeros('FEA1')],
    ['Avro', zeros('Obj\x01')],
    ['Stata', zeros('<stata_dta><header><release>118</release>')],
    ['Stata of old', zeros('\x72\x02\x01\x00')],
    ['SPSS', zeros('$FL2@(#) IBM SPSS STATISTICS')],
    ['SAS', zeros('\0\0\0\0\0\0\0\0\0\0\0\0\xc2\xea\x81\x60\xb3\x14\x11\xcf')],
    ['R data', zeros('RDX3\nX\n')],
    ['safetensors', Buffer.concat([Buffer.from([60, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{"w":{"dtype":"F32"}}')])],
  ])('%s is a coded gap and review', async (_, bytes) => {
    const verdict = await run(new Uint8Array(bytes));
    expect(verdict.verdict).toBe('review');
    expect(verdict.coverage.gaps).toContainEqual({ id: 'intake of product 1', reason: 'SCRIM_REVIEW_FORMAT' });
    // The file is known by its bytes, and opened as one cell.
    expect(verdict.digests.product).toEqual([createHash('sha256').update(bytes).digest('hex')]);
  });

  it('beside a safe table it still makes the whole a review', async () => {
    const verdict = await review({ sources: [source], product: [safe, new Uint8Array(zeros('%PDF-1.7'))], seed: SEED });
    expect(verdict.verdict).toBe('review');
  });

  it('a table whose first header begins like one of them is a table', async () => {
    const verdict = await run(Buffer.from('ORC,R data\n1,2\n3,4\n'));
    expect(verdict.coverage.gaps).not.toContainEqual({ id: 'intake of product 1', reason: 'SCRIM_REVIEW_FORMAT' });
  });

  it('a table whose first cell begins with a bracket is a table', async () => {
    const verdict = await run(csvBytes(tableFromColumns({ '<性别>': raw.性别 as string[] })));
    expect(verdict.verdict).toBe('release');
  });
});

describe('reveal', () => {
  it('gives the restored rows with product and raw values to the sink, and nothing of it to the verdict', async () => {
    const product = tableFromColumns({
      a: (raw.手机号 as string[]).map((text) => Buffer.from(text).toString('base64')).reverse(),
      b: (raw.收入 as string[]).map((text) => String(2 * Number(text) + 7)).reverse(),
      c: [...(raw.出生日期 as string[])].reverse(),
      d: [...(raw.城市 as string[])].reverse(),
    });
    const shown: Revealed[] = [];
    const verdict = await review({ sources: [source], product, seed: SEED, reveal: (one) => shown.push(one) });
    expect(verdict.verdict).toBe('block');
    const rows = shown.flatMap((one) => one.rows);
    expect(rows.length).toBeGreaterThan(0);
    for (const { row, cells } of rows) {
      const at = 500 - row;
      for (const { column, restored } of cells) expect(restored).toBe((raw[column] as string[])[at]);
    }
    expect(
      rows.some(({ cells }) => cells.some((cell) => cell.column === '手机号' && cell.product[0] !== cell.restored)),
    ).toBe(true);
    const text = canonicalVerdict(verdict);
    for (const value of raw.手机号 as string[]) expect(text.includes(value)).toBe(false);
    expect(canonicalVerdict(await review({ sources: [source], product, seed: SEED }))).toBe(text);
  });
});
