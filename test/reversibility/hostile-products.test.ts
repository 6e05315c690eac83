/** DESIGN §6: a leak that dresses up as a named safe form, or hides beside one, is never released. */
import { describe, expect, it } from 'vitest';
import { review, type Verdict } from '../../src/reversibility/index.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

type Columns = Record<string, (string | null)[]>;

const ROWS = 600;

/** Persons made up here: near-unique phones, skewed cities and diagnoses. */
function persons(seed: string): Columns {
  const random = new SeededRandom(seed);
  const columns: Columns = { 姓名: [], 手机: [], 性别: [], 城市: [], 收入: [], 病种: [] };
  for (let i = 0; i < ROWS; i++) {
    columns.姓名?.push(
      `${'王李张刘陈杨黄赵'[random.below(8)]}${'伟芳娜敏静丽强磊'[random.below(8)]}${'军洋勇艳杰娟涛明'[random.below(8)]}`,
    );
    columns.手机?.push(`13${100_000_000 + random.below(899_999_999)}`);
    columns.性别?.push(random.below(2) === 0 ? '男' : '女');
    columns.城市?.push(['杭州', '宁波', '温州', '衢州'][Math.floor(4 * random.uniform() ** 2)] as string);
    columns.收入?.push(String(30_000 + 100 * random.below(2000)));
    columns.病种?.push(['感冒', '高血压', '糖尿病', '肺癌', '艾滋病'][Math.floor(5 * random.uniform() ** 3)] as string);
  }
  return columns;
}

const raw = persons('raw');
const source = tableFromColumns(raw);
const cell = (name: string, row: number): string => raw[name]?.[row] as string;
const all = Array.from({ length: ROWS }, (_, row) => row);
const column = (write: (row: number) => string): string[] => all.map(write);
/** A safe table to hide beside: classes of far more than twenty. */
const safe = (): Columns => ({
  性别: column((row) => cell('性别', row)),
  城市: column((row) => (cell('城市', row) === '杭州' ? '杭州' : '其他城市')),
});
const judge = (product: Columns): Promise<Verdict> =>
  review({ sources: [source], product: tableFromColumns(product), seed: '00'.repeat(16) });

function grouped(keys: readonly string[], figures: (rows: readonly number[]) => Record<string, string>): Columns {
  const groups = new Map<string, number[]>();
  for (const row of all) {
    const key = keys.map((name) => cell(name, row)).join('|');
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const table: Columns = Object.fromEntries(keys.map((name) => [name, []]));
  for (const [key, rows] of groups) {
    key.split('|').forEach((label, i) => {
      table[keys[i] as string]?.push(label);
    });
    for (const [name, figure] of Object.entries(figures(rows))) table[name] = [...(table[name] ?? []), figure];
  }
  return table;
}
const mean = (rows: readonly number[]): string =>
  (rows.reduce((sum, row) => sum + Number(cell('收入', row)), 0) / rows.length).toFixed(2);

describe('beside a safe form', () => {
  it('releases the safe table itself, and one with short harmless constants', async () => {
    expect((await judge(safe())).verdict).toBe('release');
    expect((await judge({ ...safe(), 年度: column(() => '2026') })).verdict).toBe('release');
  });

  it('does not take a constant for harmless that carries a table or raw values', async () => {
    const blob = Buffer.from(JSON.stringify(raw.姓名?.slice(0, 100))).toString('base64');
    expect((await judge({ ...safe(), 备注: column(() => blob) })).verdict).not.toBe('release');
    const phones = Object.fromEntries(all.slice(0, 12).map((row) => [`v${row}`, column(() => cell('手机', row))]));
    expect((await judge({ ...safe(), ...phones })).verdict).not.toBe('release');
    const many = Object.fromEntries(
      all.slice(0, 30).map((row) => [`v${row}`, column(() => `${row}-zhengzhou-${row}`)]),
    );
    expect((await judge({ ...safe(), ...many })).verdict).not.toBe('release');
  });

  it('reads one row as data: no cell of it is a constant', async () => {
    const product: Columns = {};
    for (const row of all.slice(0, 60))
      for (const name of Object.keys(raw)) product[`${name}${row}`] = [cell(name, row)];
    expect((await judge(product)).verdict).toBe('block');
    const statistics = await judge({ 人数: [String(ROWS)], 平均收入: [mean(all)] });
    expect(statistics.verdict).toBe('release');
  });

  it('reads the names of columns as content', async () => {
    const product: Columns = { ...safe() };
    for (const row of all.slice(0, 30)) product[`${cell('姓名', row)}_${cell('手机', row)}`] = column(() => '0');
    const verdict = await judge(product);
    expect(verdict.verdict).toBe('block');
    expect(verdict.reasons.map(({ code }) => code)).toContain('raw-header');
  });
});

describe('dressed as a group table', () => {
  it('releases counts and means of groups of twenty', async () => {
    const table = grouped(['性别', '城市'], (rows) => ({ 人数: String(rows.length), 平均收入: mean(rows) }));
    expect((await judge(table)).verdict).toBe('release');
  });

  it('does not release rows of nobody, single persons, maxima, or a member of each group', async () => {
    const footer = grouped(['性别', '城市'], (rows) => ({ 人数: String(rows.length) }));
    footer.性别?.push(cell('手机', 0));
    footer.城市?.push('杭州');
    footer.人数?.push('0');
    expect((await judge(footer)).verdict).not.toBe('release');
    const member = grouped(['性别', '城市'], (rows) => ({
      人数: String(rows.length),
      电话: cell('手机', rows[0] as number),
    }));
    expect((await judge(member)).verdict).not.toBe('release');
    const most = grouped(['性别', '城市'], (rows) => ({
      最高: String(Math.max(...rows.map((row) => Number(cell('收入', row))))),
    }));
    expect((await judge(most)).verdict).not.toBe('release');
    const single = {
      手机: raw.手机?.slice(0, 150) as string[],
      收入: raw.收入?.slice(0, 150) as string[],
      人数: all.slice(0, 150).map(() => '1'),
    };
    expect((await judge(single)).verdict).toBe('block');
  });

  it('blocks exact cells of a cross table under ten, however large the row', async () => {
    const illnesses = [...new Set(raw.病种)] as string[];
    const table = grouped(['城市', '性别'], (rows) =>
      Object.fromEntries(
        illnesses.map((name) => [name, String(rows.filter((row) => cell('病种', row) === name).length)]),
      ),
    );
    const small = illnesses.some((name) => table[name]?.some((count) => Number(count) > 0 && Number(count) < 10));
    expect(small).toBe(true);
    const verdict = await judge(table);
    expect(verdict.verdict).toBe('block');
    expect(verdict.reasons.map(({ code }) => code)).toContain('small-cell');
  });

  it('finds the group that a total gives away', async () => {
    // Three persons of one city stand in no row; the total less the other rows is they.
    const towns = raw.城市?.map((town, row) => (row < 3 ? '金华' : town)) as string[];
    const own = tableFromColumns({ ...raw, 城市: towns });
    const listed = ['杭州', '宁波', '温州', '衢州'];
    const table = {
      城市: [...listed, '合计'],
      人数: [...listed.map((town) => String(towns.filter((other) => other === town).length)), String(ROWS)],
    };
    const verdict = await review({ sources: [own], product: tableFromColumns(table), seed: '00'.repeat(16) });
    expect(verdict.verdict).not.toBe('release');
    const whole = {
      城市: [...listed, '合计'],
      人数: [...listed.map((town) => String(raw.城市?.filter((other) => other === town).length)), String(ROWS)],
    };
    expect((await judge(whole)).verdict).toBe('release');
  });
});

describe('dressed as a generalisation', () => {
  it('reads "other" as the values no other label covers', async () => {
    const product = {
      病种: column((row) => (cell('病种', row) === '艾滋病' ? '其他' : cell('病种', row))),
      城市: column((row) => cell('城市', row)),
      性别: column((row) => cell('性别', row)),
    };
    expect((await judge(product)).verdict).not.toBe('release');
  });

  it('does not take interval ends of their own for a generalisation', async () => {
    const product = {
      性别: column((row) => cell('性别', row)),
      收入: column((row) => `${Number(cell('收入', row)) - 37 - (row % 7)}-${Number(cell('收入', row)) + 100_000}`),
    };
    expect((await judge(product)).verdict).not.toBe('release');
  });

  it('finds real rows among decoys and raw values among stars', async () => {
    const decoys = persons('decoy');
    const mixed = Object.fromEntries(
      Object.keys(raw).map((name) => [
        name,
        column((row) => (row % 20 === 0 ? cell(name, row) : (decoys[name]?.[row] as string))),
      ]),
    );
    expect((await judge(mixed)).verdict).toBe('block');
    const starred = {
      手机: column((row) => (row % 20 === 0 ? cell('手机', row) : '*')),
      性别: column((row) => cell('性别', row)),
    };
    expect((await judge(starred)).verdict).toBe('block');
  });
});
