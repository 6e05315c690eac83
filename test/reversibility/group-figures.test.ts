/**
 * Figures and labels of group tables (aggregate.md): shares within a group, quantiles and limits by name, labels in brackets, two keys that
 * nothing reads, hidden rows; and small decimals that are no shares under noise.
 */
import { describe, expect, it } from 'vitest';
import { sheetOf } from '../../src/reversibility/intake/sheet.js';
import { recogniseSafeForms, type SafeForms } from '../../src/reversibility/safe-form/recognise.js';
import { defaultThresholds } from '../../src/reversibility/thresholds.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const random = new SeededRandom('group figures');
const N = 3000;
const of = (list: readonly string[]): string => list[Math.floor(list.length * random.uniform() ** 1.4)] as string;
const INDUSTRIES = ['制造', '零售', '建筑', '餐饮'];
const DISTRICTS = ['上城', '西湖', '滨江'];
interface Firm {
  readonly industry: string;
  readonly district: string;
  readonly founded: number;
  readonly staff: number;
  readonly sales: number;
  readonly profit: number;
  readonly q1: string;
  readonly q2: string;
}
const firms: readonly Firm[] = Array.from({ length: N }, () => {
  const staff = 1 + Math.floor(200 * random.uniform() ** 4);
  const sales = Math.round(staff * 10_000 * (50 + 100 * random.uniform())) / 100;
  return {
    industry: of(INDUSTRIES),
    district: of(DISTRICTS),
    founded: 9000 + random.below(11_000),
    staff,
    sales,
    profit: Math.round(sales * 100 * (random.uniform() - 0.3)) / 1000,
    q1: of(['1', '2', '3', '4', '5']),
    q2: of(['1', '2', '3', '4']),
  };
});
const iso = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);
const SHEET = sheetOf(
  tableFromColumns({
    行业: firms.map(({ industry }) => industry),
    区县: firms.map(({ district }) => district),
    成立日期: firms.map(({ founded }) => iso(founded)),
    人数: firms.map(({ staff }) => String(staff)),
    收入: firms.map(({ sales }) => sales.toFixed(2)),
    利润: firms.map(({ profit }) => profit.toFixed(3)),
    编号: firms.map((_, i) => String(7_000_000 + 3 * i)),
    q1: firms.map(({ q1 }) => q1),
    q2: firms.map(({ q2 }) => q2),
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
const sum = (list: readonly number[]): number => list.reduce((all, own) => all + own, 0);
const salesOf = (list: readonly Firm[]): number[] => list.map(({ sales }) => sales);
const inIndustry = (name: string): readonly Firm[] => firms.filter(({ industry }) => industry === name);
const by = (figure: (list: readonly Firm[]) => string | number): (string | number)[] =>
  INDUSTRIES.map((name) => figure(inIndustry(name)));
const at = (list: readonly number[], share: number): number => {
  const own = [...list].sort((a, b) => a - b);
  const place = share * (own.length - 1);
  const low = own[Math.floor(place)] as number;
  return low + (place - Math.floor(place)) * ((own[Math.ceil(place)] as number) - low);
};

describe('figures of groups', () => {
  it('shares within a district and location quotients are read, whatever stands in the other districts', () => {
    const cells = DISTRICTS.flatMap((district) =>
      INDUSTRIES.map((industry) => ({
        district,
        industry,
        own: inIndustry(industry).filter((firm) => firm.district === district),
      })),
    );
    const keys = { 区县: cells.map(({ district }) => district), 行业: cells.map(({ industry }) => industry) };
    const whole = (district: string): readonly Firm[] => firms.filter((firm) => firm.district === district);
    const shares = cells.map(({ own, district }) =>
      ((100 * sum(salesOf(own))) / sum(salesOf(whole(district)))).toFixed(1),
    );
    expect(isSafe({ ...keys, 占比: shares })).toBe(true);
    const quotients = cells.map(({ own, district, industry }) =>
      ((own.length * N) / (whole(district).length * inIndustry(industry).length)).toFixed(3),
    );
    expect(isSafe({ ...keys, LQ: quotients })).toBe(true);
    expect(isSafe({ ...keys, 占比: shares.map((own, i) => (i === 5 ? '13.7' : own)) })).toBe(false);
  });
  it('quantiles by their names, limits of means, losses, variation, ranks', () => {
    expect(
      isSafe({
        行业: INDUSTRIES,
        P10: by((own) => at(salesOf(own), 0.1).toFixed(1)),
        P90: by((own) => at(salesOf(own), 0.9).toFixed(1)),
      }),
    ).toBe(true);
    // Of the two or three firms beyond it.
    expect(isSafe({ 行业: INDUSTRIES, P99: by((own) => at(salesOf(own), 0.999).toFixed(1)) })).toBe(false);
    const limits = (own: readonly Firm[]): string => {
      const mean = sum(salesOf(own)) / own.length;
      const error = Math.sqrt(sum(salesOf(own).map((value) => (value - mean) ** 2)) / (own.length - 1) / own.length);
      return `${mean.toFixed(0)} [${(mean - 1.96 * error).toFixed(0)}, ${(mean + 1.96 * error).toFixed(0)}]`;
    };
    expect(isSafe({ 行业: INDUSTRIES, '均值[95%CI]': by(limits) })).toBe(true);
    expect(
      isSafe({
        行业: INDUSTRIES,
        亏损面: by((own) => ((100 * own.filter(({ profit }) => profit < 0).length) / own.length).toFixed(2)),
      }),
    ).toBe(true);
    const totals = by((own) => sum(salesOf(own))) as number[];
    expect(
      isSafe({ 行业: INDUSTRIES, 排名: totals.map((own) => 1 + totals.filter((other) => other > own).length) }),
    ).toBe(true);
  });
  it('small decimals are no shares under noise', () => {
    expect(isSafe({ 行业: INDUSTRIES, HHI: [0.01101, 0.00558, 0.00596, 0.00451] })).toBe(false);
  });
});

describe('labels of groups', () => {
  it('in brackets, in large units, or up to an end', () => {
    const bands: readonly (readonly [string, number, number])[] = [
      ['微型(<10人)', 0, 9],
      ['小型(10-49人)', 10, 49],
      ['中型(50人及以上)', 50, 1e9],
    ];
    const within = (low: number, high: number, value: (firm: Firm) => number): number =>
      firms.filter((firm) => value(firm) >= low && value(firm) <= high).length;
    expect(
      isSafe({
        规模: bands.map(([label]) => label),
        户数: bands.map(([, low, high]) => within(low, high, ({ staff }) => staff)),
      }),
    ).toBe(true);
    const large: readonly (readonly [string, number, number])[] = [
      ['50万以下', 0, 499_999.99],
      ['50-100万', 500_000, 999_999.99],
      ['100万以上', 1_000_000, 1e12],
    ];
    expect(
      isSafe({
        收入: large.map(([label]) => label),
        户数: large.map(([, low, high]) => within(low, high, ({ sales }) => sales)),
      }),
    ).toBe(true);
  });
  it('bands of years that share their ends do not make the reading fail', () => {
    const age = ({ founded }: Firm): number => 2026 - Number(iso(founded).slice(0, 4));
    const labels = ['5年以内', '5-10年', '10-20年', '20年以上'];
    const ends = [0, 5, 10, 20, 100];
    const counts = labels.map(
      (_, i) =>
        firms.filter((firm) => age(firm) > (i === 0 ? -1 : (ends[i] as number)) && age(firm) <= (ends[i + 1] as number))
          .length,
    );
    expect(formsOf({ 年限: labels, 户数: counts }).whole).not.toBe('generalisation');
  });
  it('of two keys that nothing reads, by counts', () => {
    const first: Record<string, string> = { '1': 'A', '2': 'B', '3': 'A', '4': 'B', '5': 'B' };
    const second: Record<string, string> = { '1': 'x', '2': 'y', '3': 'y', '4': 'x' };
    const cells = ['A', 'B'].flatMap((a) =>
      ['x', 'y'].map((b) => ({ a, b, n: firms.filter(({ q1, q2 }) => first[q1] === a && second[q2] === b).length })),
    );
    expect(isSafe({ k1: cells.map(({ a }) => a), k2: cells.map(({ b }) => b), n: cells.map(({ n }) => n) })).toBe(true);
    expect(
      isSafe({
        k1: cells.map(({ a }) => a),
        k2: cells.map(({ b }) => b),
        n: cells.map(({ n }, i) => n + (i % 2 === 0 ? 90 : -90)),
      }),
    ).toBe(false);
  });
  it('of which most figures are hidden', () => {
    const rowsOf = (staff: number): number => firms.filter((firm) => firm.staff === staff).length;
    const all = Array.from({ length: 200 }, (_, i) => i + 1);
    const staff = [1, 2, 3, ...all.filter((own) => rowsOf(own) > 0 && rowsOf(own) < 5).slice(0, 9)];
    expect(staff.length).toBe(12);
    const counts = staff.map(rowsOf);
    expect(isSafe({ 人数: staff, n: counts.map((own) => (own < 20 ? '*' : own)) })).toBe(true);
  });
});

describe('regressions', () => {
  it('on numbers far from nought are fitted as exactly as they are written', () => {
    const x = firms.map((_, i) => 7_000_000 + 3 * i);
    const y = firms.map(({ sales }) => sales);
    const [mx, my] = [sum(x) / N, sum(y) / N];
    const slope = sum(x.map((own, i) => (own - mx) * ((y[i] as number) - my))) / sum(x.map((own) => (own - mx) ** 2));
    const product = { term: ['(Intercept)', '编号'], 收入: [(my - slope * mx).toPrecision(7), slope.toPrecision(7)] };
    expect(formsOf(product).whole).toMatch(/^regression/);
  });
});
