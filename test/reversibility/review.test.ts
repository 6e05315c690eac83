/** Issue 2 part 6 and DESIGN §6: what must be blocked, released and left to a person. */
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../src/core/index.js';
import { canonicalVerdict, gate, review, type Verdict } from '../../src/reversibility/index.js';
import { csvBytes, type Table, tableFromColumns, tableFromRows } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

type Columns = Record<string, (string | null)[]>;

const SEED = '00112233445566778899aabbccddeeff';

/** Persons with a near-unique number, categories, a date: all made up here. */
function persons(rows: number, seed: string): Columns {
  const random = new SeededRandom(seed);
  const columns: Columns = { 姓名: [], 性别: [], 出生日期: [], 城市: [], 收入: [], 身高: [] };
  for (let i = 0; i < rows; i++) {
    columns.姓名?.push(
      `${'王李张刘陈杨黄赵'[random.below(8)]}${'伟芳娜敏静丽强磊'[random.below(8)]}${'军洋勇艳杰娟涛明'[random.below(8)]}`,
    );
    columns.性别?.push(random.below(2) === 0 ? '男' : '女');
    columns.出生日期?.push(new Date((-9000 + random.below(18_000)) * 86_400_000).toISOString().slice(0, 10));
    columns.城市?.push(['杭州', '宁波', '温州', '衢州'][Math.floor(4 * random.uniform() ** 2)] as string);
    columns.收入?.push(String(30_000 + 100 * random.below(2000)));
    columns.身高?.push((150 + 40 * random.uniform()).toFixed(1));
  }
  return columns;
}

function shuffle(columns: Columns, seed: string): Columns {
  const random = new SeededRandom(seed);
  const rows = Object.values(columns)[0]?.length ?? 0;
  const order = Array.from({ length: rows }, (_, i) => i);
  for (let i = rows - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, order.map((row) => column[row] ?? null)]),
  );
}

function mapped(columns: Columns, write: (text: string, name: string) => string, rename = false): Columns {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column], i) => [
      rename ? `c${i + 1}` : name,
      column.map((text) => (text === null ? null : write(text, name))),
    ]),
  );
}

const raw = persons(600, 'raw');
const source: Table = tableFromColumns(raw);
const run = (product: Columns | Table, extra: object = {}): Promise<Verdict> =>
  review({
    sources: [source],
    product: 'batches' in product ? (product as Table) : tableFromColumns(product as Columns),
    seed: SEED,
    ...extra,
  });
const codes = (verdict: Verdict): string[] => verdict.reasons.map((own) => own.code);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('review', () => {
  it('blocks the raw table: every row comes back', async () => {
    const verdict = await run(source);
    expect(verdict.verdict).toBe('block');
    expect(verdict.restoration.rows.gross).toBe(1);
    expect(verdict.restoration.rows.lower).toBeGreaterThan(0.95);
    expect(verdict.capacity.bound).toBe(1);
  });

  it('blocks a renamed, shuffled, base64-encoded copy and names the inverse', async () => {
    const verdict = await run(shuffle(mapped(raw, base64, true), 's'));
    expect(verdict.verdict).toBe('block');
    const inverse = verdict.attacks.find((attack) => attack.id === 'decoders')?.inverse ?? '';
    expect(inverse).toContain('姓名 = base64(c1)');
    expect(inverse).toContain('身高 = base64(c6)');
  });

  it('blocks an affine, renamed copy and names the line', async () => {
    const product = shuffle(
      mapped(
        raw,
        (text, name) => (name === '身高' ? String(Number((2.54 * Number(text) + 10).toPrecision(10))) : text),
        true,
      ),
      't',
    );
    const verdict = await run(product);
    expect(verdict.verdict).toBe('block');
    expect(verdict.columns.find((column) => column.product === 'c6')).toMatchObject({
      source: '身高',
      explained: 'attack',
    });
    expect(verdict.columns.find((column) => column.product === 'c6')?.how).toMatch(/^0\.3937007874\*c6 - 3\.937/);
  });

  it('leaves a randomly encrypted copy to a person', { timeout: 120_000 }, async () => {
    const random = new SeededRandom('enc');
    const verdict = await run(mapped(raw, () => Buffer.from(random.fill(new Uint8Array(16))).toString('base64'), true));
    expect(verdict.verdict).toBe('review');
    expect(codes(verdict)).toContain('unexplained');
    expect(verdict.restoration.rows.gross).toBe(0);
  });

  it('never blocks other people of the same population', async () => {
    for (const seed of ['o1', 'o2', 'o3']) {
      const others = persons(600, seed);
      const verdict = await run(others);
      expect(verdict.verdict).toBe('review');
      expect(verdict.restoration.rows.lower * 600).toBeLessThan(10);
    }
  });

  it('does not call independently shuffled columns rows, but repeats of near-unique values a review', async () => {
    const product: Columns = {};
    Object.entries(raw).forEach(([name, column], i) => {
      // Names are direct identifiers: a list of them alone is blocked.
      if (name === '姓名') return;
      product[name] = shuffle({ [name]: column }, `i${i}`)[name] as (string | null)[];
    });
    const verdict = await run(product);
    expect(verdict.verdict).toBe('review');
    expect(codes(verdict)).toContain('raw-values');
  });

  it('counts shares: a tenth of the raw rows restores a tenth', async () => {
    const product = Object.fromEntries(Object.entries(raw).map(([name, column]) => [name, column.slice(0, 60)]));
    const verdict = await run(product);
    expect(verdict.verdict).toBe('block');
    expect(verdict.restoration.rows.gross).toBeCloseTo(0.1, 9);
  });

  it('joins the columns of several sources: no source alone has three of the product', async () => {
    const key = Array.from({ length: 600 }, (_, i) => `K${10_000 + 7 * i}`);
    const left = tableFromColumns({ key, height: raw.身高 as string[], income: raw.收入 as string[] });
    const right = tableFromColumns(shuffle({ key, born: raw.出生日期 as string[], sex: raw.性别 as string[] }, 'r'));
    const product = shuffle(
      { h: raw.身高 as string[], i: raw.收入 as string[], b: raw.出生日期 as string[], s: raw.性别 as string[] },
      'q',
    );
    const verdict = await review({ sources: [left, right], product: tableFromColumns(product), seed: SEED });
    expect(verdict.verdict).toBe('block');
    expect(verdict.restoration.rows.gross).toBeGreaterThan(0.9);
    expect(verdict.shape.sources).toHaveLength(2);
  });

  it('releases a generalisation whose joint classes hold at least 20 persons', async () => {
    const verdict = await run(
      shuffle(
        {
          性别: raw.性别 as string[],
          出生: (raw.出生日期 as string[]).map((text) => `${text.slice(0, 3)}0s`),
        },
        'g',
      ),
    );
    expect(verdict.reasons.filter((own) => own.level !== 'release')).toEqual([]);
    expect(verdict.verdict).toBe('release');
  });

  it('releases counts and means of large groups, blocks exact counts of small ones', async () => {
    const table = (limit: number): Columns => {
      const groups = new Map<string, number[]>();
      (raw.城市 as string[]).forEach((city, row) => {
        if (row < limit || limit > 600) groups.set(city, [...(groups.get(city) ?? []), row]);
      });
      return {
        城市: [...groups.keys()],
        人数: [...groups.values()].map((rows) => String(rows.length)),
        平均收入: [...groups.values()].map((rows) =>
          (rows.reduce((sum, row) => sum + Number(raw.收入?.[row]), 0) / rows.length).toFixed(2),
        ),
      };
    };
    const verdict = await run(table(1000));
    expect(verdict.reasons.filter((own) => own.level !== 'release')).toEqual([]);
    expect(verdict.verdict).toBe('release');
    const few = Object.fromEntries(Object.entries(raw).map(([name, column]) => [name, column.slice(0, 30)]));
    const small = await review({ sources: [tableFromColumns(few)], product: tableFromColumns(table(30)), seed: SEED });
    expect(small.verdict).toBe('block');
    expect(codes(small)).toContain('small-cell');
  });

  it('releases constants', async () => {
    const verdict = await run({ unit: Array.from({ length: 600 }, () => 'CNY') });
    expect(verdict.verdict).toBe('release');
  });

  it('replays byte by byte under the same seed and draws a fresh one otherwise', async () => {
    const a = await run(source);
    const b = await run(source);
    expect(canonicalVerdict(a)).toBe(canonicalVerdict(b));
    expect(canonicalVerdict(a)).not.toContain('milliseconds');
    const c = await review({ sources: [source], product: source });
    const d = await review({ sources: [source], product: source });
    expect(c.seed).toMatch(/^[0-9a-f]{32}$/);
    expect(c.seed).not.toBe(d.seed);
  });

  it('counts persons, not rows, where a person column is given', async () => {
    // Five visits of each of 8 persons: 40 rows, 8 persons.
    const rows = Array.from({ length: 400 }, (_, i) => ({
      who: `p${i % 80}`,
      sex: i % 2 === 0 ? 'f' : 'm',
      visit: `v${i}`,
      ward: `w${i % 7}`,
    }));
    const verdict = await review({
      sources: [{ table: tableFromRows(rows), person: 'who' }],
      product: tableFromRows(rows),
      seed: SEED,
    });
    expect(verdict.verdict).toBe('block');
    expect(verdict.restoration.identifiers.of).toBe(80);
  });

  it('says nothing of the data: no raw name or income in the canonical verdict', async () => {
    const text = canonicalVerdict(await run(source));
    for (const name of (raw.姓名 as string[]).slice(0, 50)) expect(text).not.toContain(name);
  });

  it('keys the digests of raw data and states those of products plainly', async () => {
    const bytes = csvBytes(source);
    const verdict = await review({ sources: [source], product: bytes, seed: SEED, reviewerKey: 'k1' });
    const other = await review({ sources: [source], product: bytes, seed: SEED, reviewerKey: 'k2' });
    expect(verdict.digests.product).toEqual([sha256Hex(bytes)]);
    expect(verdict.digests.source[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(verdict.digests.source[0]).not.toBe(other.digests.source[0]);
  });
});

describe('gate', () => {
  it('passes only the bytes that carry a release verdict', async () => {
    const bytes = csvBytes(tableFromColumns({ unit: Array.from({ length: 600 }, () => 'CNY') }));
    const verdict = await review({ sources: [source], product: bytes, seed: SEED });
    expect(verdict.verdict).toBe('release');
    expect(gate(bytes, verdict).sha256).toBe(sha256Hex(bytes));
    const changed = Uint8Array.from(bytes);
    changed[changed.length - 2] = 88;
    expect(() => gate(changed, verdict)).toThrow(/may not leave/);
    expect(() => gate(bytes, verdict, { halted: true })).toThrow(/halt/);
    expect(() => gate(bytes, verdict, { withdrawn: true })).toThrow(/withdrawn/);
    const raws = csvBytes(source);
    const blocked = await review({ sources: [source], product: raws, seed: SEED });
    expect(() => gate(raws, blocked)).toThrow(/block/);
  });
});

describe('bad input ends in review, never in a crash or a release', () => {
  const cases: [string, () => Columns | Table | Uint8Array][] = [
    ['no rows', () => tableFromRows([], { columns: ['a', 'b'] })],
    ['bytes that are no table', () => Uint8Array.from({ length: 300 }, (_, i) => (i * 97) % 256)],
    ['an empty file', () => new Uint8Array(0)],
    [
      'random text',
      () => ({ x: Array.from({ length: 50 }, (_, i) => `${(i * 7919) % 104_729}-${(i * i * 31) % 9973}-qq`) }),
    ],
    ['deep JSON', () => ({ x: Array.from({ length: 30 }, (_, i) => `${'['.repeat(3000)}${i}${']'.repeat(3000)}`) })],
    [
      'a zip bomb in a cell',
      () => ({
        x: [
          Buffer.from(
            'H4sIAAAAAAAAA+3BAQ0AAADCoPdPbQ43oAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAgH8NYc8AbA==',
            'base64',
          ).toString('base64'),
          'SGVsbG8gd29ybGQ=',
        ],
      }),
    ],
    ['regular-expression bait', () => ({ x: Array.from({ length: 20 }, (_, i) => `${'a'.repeat(5000)}!${i}`) })],
  ];
  for (const [name, make] of cases) {
    it(name, async () => {
      const input = make();
      const product = input instanceof Uint8Array || 'batches' in input ? input : tableFromColumns(input as Columns);
      const verdict = await review({ sources: [source], product: product as Table, seed: SEED });
      expect(verdict.verdict).toBe('review');
    });
  }

  it('a time limit of nothing makes gaps and a review', async () => {
    const verdict = await run(source, { timeLimit: -1 });
    expect(verdict.verdict).toBe('review');
    expect(verdict.coverage.gaps.length).toBeGreaterThan(0);
    expect(verdict.attacks.every((attack) => attack.status === 'gap')).toBe(true);
  });

  it('a product of many columns stays bounded', async () => {
    const wide = Object.fromEntries(Array.from({ length: 1200 }, (_, i) => [`x${i}`, ['q', 'r', `z${i}`]]));
    const verdict = await run(wide);
    expect(verdict.verdict).not.toBe('release');
  });
});
