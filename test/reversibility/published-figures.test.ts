import { describe, expect, it } from 'vitest';
import { review } from '../../src/reversibility/index.js';
import { type Table, tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const seed = '00112233445566778899aabbccddeeff';
const random = new SeededRandom('published figures');
const n = 900;
const area = Array.from({ length: n }, () => (3000 + random.below(9000)) / 100);
const cost = Array.from({ length: n }, () => 1000 + random.below(90_000));
const staff = Array.from({ length: n }, () => 1 + random.below(40));
const source = tableFromColumns({
  面积: area.map(String),
  费用: cost.map(String),
  人数: staff.map(String),
  城市: area.map((_, i) => ['杭州', '宁波', '温州'][i % 3] as string),
});
const verdictOf = async (product: Table): Promise<string> =>
  (await review({ sources: [source], product, seed })).verdict;
const count = (from: number, to: number, values = area): number =>
  values.filter((own) => own >= from && own < to).length;

describe('histograms', () => {
  const ends = [30, 50, 70, 90, 110, 120.01];
  const from = ends.slice(0, -1);
  const to = ends.slice(1);
  const counts = from.map((low, i) => count(low, to[i] as number));
  const table = (columns: Record<string, readonly (number | string)[]>): Table =>
    tableFromColumns(Object.fromEntries(Object.entries(columns).map(([name, own]) => [name, own.map(String)])));

  it('of bands in two columns are released', async () => {
    expect(await verdictOf(table({ from, to, n: counts }))).toBe('release');
    expect(await verdictOf(table({ n: counts, 上限: to, 下限: from }))).toBe('release');
  });
  it('with rounded, even or open ends are released', async () => {
    const width = (Math.max(...area) - Math.min(...area)) / 6;
    const cuts = Array.from({ length: 7 }, (_, i) => Math.min(...area) + i * width);
    const exact = cuts.slice(0, -1).map((low, i) => count(low, i === 5 ? 1e9 : (cuts[i + 1] as number)));
    const written = cuts.map((own) => own.toFixed(1));
    expect(await verdictOf(table({ lo: written.slice(0, -1), hi: written.slice(1), n: exact }))).toBe('release');
    const steps = [30, 45, 60, 75, 90, 105];
    expect(await verdictOf(table({ bin: steps, count: steps.map((low) => count(low, low + 15)) }))).toBe('release');
    const open = [0, 50, 70, 90, 1e9];
    const sizes = open.slice(0, -1).map((low, i) => count(low, open[i + 1] as number));
    expect(await verdictOf(table({ lo: ['', 50, 70, 90], hi: [50, 70, 90, ''], n: sizes }))).toBe('release');
  });
  it('of few persons, or with a column that nothing explains, are not', async () => {
    const narrow = Array.from({ length: 300 }, (_, i) => 30 + 0.3 * i);
    const few = { from: narrow, to: narrow.map((own) => own + 0.3), n: narrow.map((own) => count(own, own + 0.3)) };
    expect(await verdictOf(table(few))).not.toBe('release');
    expect(await verdictOf(table({ from, to, n: counts, x: [83, 12, 77, 41, 96] }))).not.toBe('release');
    expect(await verdictOf(table({ from, to, n: counts.map((own, i) => own + 40 * i) }))).not.toBe('release');
  });
  it('of one person a band are blocked as rows', async () => {
    const product = table({
      lo: area.map((own) => own - 0.004),
      hi: area.map((own) => own + 0.004),
      c: cost,
      s: staff,
    });
    expect(await verdictOf(product)).toBe('block');
  });
});

describe('key figures', () => {
  const sum = (values: readonly number[]): number => values.reduce((total, own) => total + own, 0);
  const figures: [string, number | string][] = [
    ['总数', n],
    ['平均面积', (sum(area) / n).toFixed(2)],
    ['费用合计', sum(cost)],
    ['mean of 人数', (sum(staff) / n).toFixed(3)],
    ['费用（中位数）', [...cost].sort((a, b) => a - b)[450] as number],
  ];
  const median = [...cost].sort((a, b) => a - b);
  figures[4] = ['费用（中位数）', ((median[449] as number) + (median[450] as number)) / 2];
  const long = (list: readonly [string, number | string][]): Table =>
    tableFromColumns({ 指标: list.map(([name]) => name), 值: list.map(([, value]) => String(value)) });

  it('under labels that name them are released, in rows or in one row', async () => {
    expect(await verdictOf(long(figures))).toBe('release');
    expect(
      await verdictOf(tableFromColumns(Object.fromEntries(figures.map(([name, own]) => [name, [String(own)]])))),
    ).toBe('release');
  });
  it('are not when one is wrong, unnamed, an extreme, or its label says more', async () => {
    const other = (at: number, own: [string, number | string]): Table =>
      long(figures.map((f, i) => (i === at ? own : f)));
    expect(await verdictOf(other(1, ['平均面积', 80.41]))).not.toBe('release');
    expect(await verdictOf(other(1, ['平均单价', (sum(area) / n).toFixed(2)]))).not.toBe('release');
    expect(await verdictOf(other(1, ['面积最大值', Math.max(...area)]))).not.toBe('release');
    expect(await verdictOf(other(1, ['张三13812345678平均面积', (sum(area) / n).toFixed(2)]))).not.toBe('release');
    expect(await verdictOf(other(0, ['总数', n + 1]))).not.toBe('release');
  });
});
