/**
 * Reports as analysts write them (aggregate.md): several figures in a cell, groups across the top, variables one below the other, index
 * numbers, ratios, shares of the richest; and what only looks like them.
 */
import { describe, expect, it } from 'vitest';
import { sheetOf } from '../../src/reversibility/intake/sheet.js';
import { recogniseSafeForms, type SafeForms } from '../../src/reversibility/safe-form/recognise.js';
import { saysOnlyKnown } from '../../src/reversibility/safe-form/vocabulary.js';
import { defaultThresholds } from '../../src/reversibility/thresholds.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const random = new SeededRandom('reports');
const N = 3000;
const of = (list: readonly string[]): string => list[Math.floor(list.length * random.uniform() ** 1.3)] as string;
const DAY = 86_400_000;
const iso = (day: number): string => new Date(day * DAY).toISOString();
interface Visit {
  readonly name: string;
  readonly phone: string;
  readonly sex: string;
  readonly ward: string;
  readonly born: number;
  readonly seen: number;
  readonly days: number;
  readonly cost: number;
  readonly paid: number;
}
const visits: readonly Visit[] = Array.from({ length: N }, (_, i) => {
  const cost = Math.round(100 * Math.exp(6 + 2 * random.uniform())) / 100;
  return {
    name: `病人${i}`,
    phone: `139${String(10_000_000 + random.below(89_999_999))}`,
    sex: of(['女', '男']),
    ward: of(['内科', '外科', '儿科', '骨科']),
    born: -9000 + random.below(20_000),
    seen: 20_089 + random.below(365) + random.below(24) / 24 + random.below(60) / 1440,
    days: 1 + Math.floor(12 * random.uniform() ** 3),
    cost,
    paid: Math.round(cost * 100 * (0.4 + 0.5 * random.uniform())) / 100,
  };
});
const SHEET = sheetOf(
  tableFromColumns({
    姓名: visits.map(({ name }) => name),
    手机号: visits.map(({ phone }) => phone),
    性别: visits.map(({ sex }) => sex),
    科室: visits.map(({ ward }) => ward),
    出生日期: visits.map(({ born }) => iso(born).slice(0, 10)),
    就诊时间: visits.map(({ seen }) => iso(seen).slice(0, 19).replace('T', ' ')),
    住院天数: visits.map(({ days }) => String(days)),
    总费用: visits.map(({ cost }) => cost.toFixed(2)),
    医保支付: visits.map(({ paid }) => paid.toFixed(2)),
  }),
  'source',
);

type Cells = Record<string, readonly (string | number)[]>;
const formsOf = (columns: Cells): SafeForms =>
  recogniseSafeForms(
    sheetOf(
      tableFromColumns(Object.fromEntries(Object.entries(columns).map(([k, v]) => [k, v.map(String)]))),
      'product',
    ),
    [SHEET],
    defaultThresholds,
    () => false,
  );
const isSafe = (columns: Cells): boolean => {
  const forms = formsOf(columns);
  return forms.whole !== null && forms.reasons.length === 0;
};

const WARDS = ['内科', '外科', '儿科', '骨科'];
const SEXES = ['女', '男'];
const sum = (list: readonly number[]): number => list.reduce((all, own) => all + own, 0);
const mean = (list: readonly number[]): number => sum(list) / list.length;
const deviation = (list: readonly number[]): number =>
  Math.sqrt(sum(list.map((own) => (own - mean(list)) ** 2)) / (list.length - 1));
const sorted = (list: readonly number[]): number[] => [...list].sort((a, b) => a - b);
const quantile = (list: readonly number[], q: number): number => {
  const own = sorted(list);
  const at = q * (own.length - 1);
  const low = own[Math.floor(at)] as number;
  return low + (at - Math.floor(at)) * ((own[Math.ceil(at)] as number) - low);
};
const inWard = (ward: string): readonly Visit[] => visits.filter((own) => own.ward === ward);
const ofSex = (sex: string): readonly Visit[] => visits.filter((own) => own.sex === sex);
const costs = (list: readonly Visit[]): number[] => list.map(({ cost }) => cost);
const byWard = (figure: (list: readonly Visit[]) => string | number): (string | number)[] =>
  WARDS.map((ward) => figure(inWard(ward)));

describe('several figures in a cell', () => {
  const meanAndDeviation = (list: readonly Visit[]): string =>
    `${mean(costs(list)).toFixed(1)}±${deviation(costs(list)).toFixed(1)}`;
  const median = (list: readonly Visit[]): string =>
    `${quantile(costs(list), 0.5).toFixed(0)} (${quantile(costs(list), 0.25).toFixed(0)}–${quantile(costs(list), 0.75).toFixed(0)})`;

  it('are each a statistic of the group', () => {
    expect(isSafe({ 科室: WARDS, 费用: byWard(meanAndDeviation) })).toBe(true);
    expect(isSafe({ 科室: WARDS, 费用: byWard(median) })).toBe(true);
    expect(
      isSafe({ 科室: WARDS, 'n(%)': byWard((list) => `${list.length} (${((100 * list.length) / N).toFixed(1)}%)`) }),
    ).toBe(true);
  });
  it('are none where one is a person’s, or a number nobody explains', () => {
    const beside = (text: (list: readonly Visit[]) => string): boolean =>
      isSafe({ 科室: WARDS, 费用: byWard((list) => `${mean(costs(list)).toFixed(1)} (${text(list)})`) });
    expect(beside((list) => String(list[3]?.cost))).toBe(false);
    expect(beside((list) => (list[3]?.phone ?? '').slice(3))).toBe(false);
    expect(isSafe({ 费用: visits.slice(0, 200).map(({ cost, paid }) => `${cost}±${paid}`) })).toBe(false);
  });
});

describe('groups across the top', () => {
  const hourOf = ({ seen }: Visit): number => new Date(Math.round(seen * 1440) * 60_000).getUTCHours();
  it('are read as down the side: hours, quarters in ten thousands', () => {
    const bands: readonly (readonly [string, number, number])[] = [
      ['0-7', 0, 7],
      ['8-15', 8, 15],
      ['16-23', 16, 23],
    ];
    const hours = Object.fromEntries(
      bands.map(([label, from, to]) => [
        `${label}时`,
        byWard((list) => list.filter((own) => hourOf(own) >= from && hourOf(own) <= to).length),
      ]),
    );
    expect(isSafe({ 科室: WARDS, ...hours })).toBe(true);
    const quarters = Object.fromEntries(
      ['一季度', '二季度', '三季度', '四季度'].map((label, i) => [
        label,
        byWard((list) =>
          (
            sum(costs(list.filter(({ seen }) => Math.floor(new Date(seen * DAY).getUTCMonth() / 3) === i))) / 1e4
          ).toFixed(2),
        ),
      ]),
    );
    expect(isSafe({ 科室: WARDS, ...quarters, 全年: byWard((list) => (sum(costs(list)) / 1e4).toFixed(2)) })).toBe(
      true,
    );
  });
  it('with one figure after the other down the side, each named', () => {
    const rows: readonly (readonly [string, (list: readonly Visit[]) => string | number])[] = [
      ['例数', (list) => list.length],
      [
        '住院天数, 均值±标准差',
        (list) =>
          `${mean(list.map(({ days }) => days)).toFixed(2)}±${deviation(list.map(({ days }) => days)).toFixed(2)}`,
      ],
      [
        '儿科, n(%)',
        (list) => {
          const n = list.filter(({ ward }) => ward === '儿科').length;
          return `${n} (${((100 * n) / list.length).toFixed(1)}%)`;
        },
      ],
    ];
    const table = (labels: readonly string[]): Cells => ({
      指标: labels,
      ...Object.fromEntries(SEXES.map((sex) => [sex, rows.map(([, figure]) => figure(ofSex(sex)))])),
    });
    const labels = rows.map(([label]) => label);
    expect(isSafe(table(labels))).toBe(true);
    expect(isSafe(table([`${visits[7]?.name} 例数`, ...labels.slice(1)]))).toBe(false);
    expect(
      isSafe({ 指标: ['例数', '总费用, 均值'], 女: [ofSex('女').length, 4321.7], 男: [ofSex('男').length, 8765.4] }),
    ).toBe(false);
  });
  it('of few persons block where a count is exact', () => {
    const rare = Array.from({ length: 12 }, (_, i) => i + 1);
    const columns = Object.fromEntries(
      SEXES.map((sex) => [
        sex,
        rare.map((days) => ofSex(sex).filter((own) => own.days === days && own.ward === '骨科').length),
      ]),
    );
    const forms = formsOf({ 住院天数: rare, ...columns });
    expect(forms.whole === null || forms.reasons.length > 0).toBe(true);
  });
});

describe('variables one below the other', () => {
  const block = (name: string, values: readonly string[], key: 'sex' | 'ward'): (string | number)[][] =>
    values.map((value) => {
      const own = visits.filter((visit) => visit[key] === value);
      return [name, value, own.length, `${((100 * own.length) / N).toFixed(1)}%`];
    });
  const rows = [...block('性别', SEXES, 'sex'), ...block('科室', WARDS, 'ward')];
  const table = (list: readonly (readonly (string | number)[])[]): Cells => ({
    变量: list.map(([name]) => name as string),
    水平: list.map(([, value]) => value as string),
    n: list.map(([, , n]) => n as number),
    '%': list.map(([, , , share]) => share as string),
  });

  it('are safe where each is', () => {
    expect(isSafe(table(rows))).toBe(true);
    const blank = rows.map(([name, ...rest], i) => [
      i > 0 && rows[i - 1]?.[0] === name ? '' : (name as string),
      ...rest,
    ]);
    expect(isSafe(table(blank))).toBe(true);
  });
  it('are not where a name or a word beside them is a person’s, or a count of few', () => {
    const renamed = rows.map(([name, ...rest]) => [name === '性别' ? (visits[0]?.phone as string) : '科室', ...rest]);
    expect(isSafe(table(renamed))).toBe(false);
    expect(isSafe({ ...table(rows), 注: rows.map(([name]) => (name === '性别' ? '甲乙丙丁' : '戊己庚辛')) })).toBe(
      false,
    );
    const few = [...rows, ...[20, 21].map((days) => ['住院天数', String(days), 1, '0.0%'])];
    expect(isSafe(table(few))).toBe(false);
  });
  it('take their names from a vocabulary in which nothing can be spelt', () => {
    for (const text of ['性别', '科室, n (%)', '住院天数 均值±标准差', '年龄段', '总费用（元）中位数'])
      expect(saysOnlyKnown(text, SHEET)).toBe(true);
    for (const text of ['13924887314', '病人7', '女男女女男', '1 2 1 2', '总费用 8841.2', '李晓明'])
      expect(saysOnlyKnown(text, SHEET)).toBe(false);
  });
});

describe('figures whose base is not published', () => {
  const months = Array.from({ length: 12 }, (_, i) => `2025-${String(i + 1).padStart(2, '0')}`);
  const inMonth = months.map((month) => visits.filter(({ seen }) => iso(seen).startsWith(month)));

  it('are index numbers, ratios of sums, differences and those who are left', () => {
    const first = (inMonth[0] as readonly Visit[]).length;
    expect(isSafe({ 月份: months, 指数: inMonth.map((list) => ((100 * list.length) / first).toFixed(1)) })).toBe(true);
    expect(
      isSafe({
        科室: WARDS,
        支付率: byWard((list) => (sum(list.map(({ paid }) => paid)) / sum(costs(list))).toFixed(4)),
      }),
    ).toBe(true);
    const stays = Array.from({ length: 6 }, (_, i) => i + 1);
    expect(isSafe({ 天数: stays, 在院: stays.map((days) => visits.filter((own) => own.days >= days).length) })).toBe(
      true,
    );
  });
  it('are none of an index that does not follow', () => {
    expect(isSafe({ 月份: months, 指数: inMonth.map((list, i) => (list.length / 3 + (i % 2)).toFixed(1)) })).toBe(
      false,
    );
  });
  it('are ranks within a group', () => {
    const cells = WARDS.flatMap((ward) =>
      SEXES.map((sex) => ({ ward, sex, n: inWard(ward).filter((own) => own.sex === sex).length })),
    );
    const rank = cells.map((own) => cells.filter((other) => other.ward === own.ward && other.n > own.n).length + 1);
    const table = (ranks: readonly number[]): Cells => ({
      科室: cells.map(({ ward }) => ward),
      性别: cells.map(({ sex }) => sex),
      人次: cells.map(({ n }) => n),
      排名: ranks,
    });
    expect(isSafe(table(rank))).toBe(true);
    expect(isSafe(table(rank.map((own, i) => (i === 0 ? 3 - own : own))))).toBe(false);
  });
});

describe('along the order of a column', () => {
  const own = sorted(costs(visits));
  const all = sum(own);
  it('points of a Lorenz curve and means of tenths are safe', () => {
    const shares = Array.from({ length: 10 }, (_, i) => 10 * (i + 1));
    const curve = shares.map((share) => ((100 * sum(own.slice(0, (N * share) / 100))) / all).toFixed(2));
    expect(formsOf({ '人口累计%': shares, '费用累计%': curve }).whole).toMatch(/^quantiles/);
    const ends = shares.slice(0, -1).map((share) => quantile(own, share / 100));
    const tenth = (value: number): number => ends.filter((end) => value > end).length;
    const means = shares.map((_, i) => mean(own.filter((value) => tenth(value) === i)).toFixed(2));
    expect(isSafe({ 十分位: shares.map((share) => share / 10), 均值: means })).toBe(true);
  });
  it('a curve of few persons a point, or of other figures, is not', () => {
    const fine = Array.from({ length: 100 }, (_, i) => (i + 1) / 2);
    const curve = fine.map((share) => ((100 * sum(own.slice(0, (N * share) / 100))) / all).toFixed(4));
    expect(isSafe({ p: fine, q: curve })).toBe(false);
    const shares = Array.from({ length: 10 }, (_, i) => 10 * (i + 1));
    expect(isSafe({ p: shares, q: shares.map((share) => (share ** 2 / 100).toFixed(2)) })).toBe(false);
  });
});

describe('ages on the day of an event', () => {
  const ageOf = ({ born, seen }: Visit): number => Math.floor((Math.floor(seen) - born) / 365.25);
  const BANDS: readonly (readonly [string, number, number])[] = [
    ['20-39岁', 20, 39],
    ['40-59岁', 40, 59],
    ['60岁及以上', 60, 200],
  ];
  it('are read as bands of the source', () => {
    const means = BANDS.map(([, from, to]) =>
      mean(costs(visits.filter((own) => ageOf(own) >= from && ageOf(own) <= to))).toFixed(2),
    );
    expect(isSafe({ 年龄段: BANDS.map(([label]) => label), 均次费用: means })).toBe(true);
  });
});

describe('counts under noise', () => {
  it('are none of small counts: any small number is as near', () => {
    const days = Array.from({ length: 40 }, (_, i) => iso(20_089 + i).slice(0, 10));
    const cells = WARDS.map((ward) => [ward, days.map((_, i) => (7 * i + ward.charCodeAt(0)) % 9)] as const);
    expect(isSafe({ 日期: days, ...Object.fromEntries(cells) })).toBe(false);
  });
});
