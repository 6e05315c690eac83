/** Reports on tables in which a person stands in many rows: persons beside records, rows with a value, what resident numbers tell. */
import { describe, expect, it } from 'vitest';
import { sheetOf } from '../../src/reversibility/intake/sheet.js';
import { agrees } from '../../src/reversibility/safe-form/figures.js';
import { recogniseSafeForms } from '../../src/reversibility/safe-form/recognise.js';
import { defaultThresholds } from '../../src/reversibility/thresholds.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const random = new SeededRandom('long tables');
const persons = Array.from({ length: 400 }, (_, i) => {
  const birth = `19${50 + random.below(50)}0${1 + random.below(9)}${10 + random.below(19)}`;
  return { id: `330106${birth}${100 + (i % 900)}${i % 10}`, card: `62220${10_000_000 + 97 * i}` };
});
const payments = Array.from({ length: 6000 }, () => {
  const person = persons[Math.floor(persons.length * random.uniform() ** 2)] as (typeof persons)[number];
  return {
    ...person,
    shop: ['超市', '加油', '餐饮', '交通'][random.below(4)] as string,
    month: `2026-0${1 + random.below(6)}`,
    amount: Math.exp(3 + 2 * random.uniform()).toFixed(2),
    refused: random.below(12) === 0 ? (['余额不足', '超限'][random.below(2)] as string) : '',
  };
});
type Payment = (typeof payments)[number];
const SHEET = sheetOf(
  tableFromColumns({
    身份证号: payments.map(({ id }) => id),
    卡号: payments.map(({ card }) => card),
    类别: payments.map(({ shop }) => shop),
    交易日期: payments.map(({ month }, i) => `${month}-${10 + (i % 19)}`),
    金额: payments.map(({ amount }) => amount),
    拒绝原因: payments.map(({ refused }) => (refused === '' ? null : refused)),
  }),
  'source',
);

type Cells = Record<string, readonly (string | number)[]>;
const wholeOf = (columns: Cells): string | null =>
  recogniseSafeForms(
    sheetOf(
      tableFromColumns(Object.fromEntries(Object.entries(columns).map(([name, cells]) => [name, cells.map(String)]))),
      'product',
    ),
    [SHEET],
    defaultThresholds,
    () => false,
  ).whole;

function grouped(key: (own: Payment) => string): readonly (readonly [string, readonly Payment[]])[] {
  const groups = new Map<string, Payment[]>();
  for (const own of payments) groups.set(key(own), [...(groups.get(key(own)) ?? []), own]);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}
const cards = (own: readonly Payment[]): number => new Set(own.map(({ card }) => card)).size;
const mean = (own: readonly Payment[]): string =>
  (own.reduce((sum, { amount }) => sum + Number(amount), 0) / own.length).toFixed(2);

const monthly = grouped(({ shop, month }) => `${shop} ${month}`);
const MONTHLY: Cells = {
  类别: monthly.map(([key]) => key.slice(0, 2)),
  月: monthly.map(([key]) => key.slice(3)),
  人数: monthly.map(([, own]) => cards(own)),
  笔数: monthly.map(([, own]) => own.length),
  平均金额: monthly.map(([, own]) => mean(own)),
};

describe('reports on tables of many rows a person', () => {
  it('give persons beside records', () => {
    expect(wholeOf(MONTHLY)).toContain('group table');
  });

  it('are none where a number of persons is another', () => {
    const wrong = MONTHLY['人数']?.map((own, i) => (i === 3 ? Number(own) + 1 : own)) as number[];
    const farther = MONTHLY['人数']?.map((own, i) => (i === 3 ? 3 * Number(own) : own)) as number[];
    expect(wholeOf({ ...MONTHLY, 人数: farther })).toBeNull();
    // One more is what noise would be: it is read as that, not as the number.
    expect(wholeOf({ ...MONTHLY, 人数: wrong })).toContain('group table');
  });

  it('give persons under noise', () => {
    const noised = monthly.map(([, own]) => cards(own) + random.below(9) - 4);
    expect(wholeOf({ 类别: MONTHLY['类别'] ?? [], 月: MONTHLY['月'] ?? [], 人数: noised })).toContain('group table');
  });

  it('give rows with a value, and their share', () => {
    const shops = grouped(({ shop }) => shop);
    const refused = (own: readonly Payment[]): number => own.filter(({ refused: why }) => why !== '').length;
    const table = {
      类别: shops.map(([key]) => key),
      笔数: shops.map(([, own]) => own.length),
      被拒: shops.map(([, own]) => refused(own)),
      被拒率: shops.map(([, own]) => ((100 * refused(own)) / own.length).toFixed(2)),
    };
    expect(wholeOf(table)).toContain('group table');
  });

  it('have a row for those without a value', () => {
    const reasons = grouped(({ shop, refused }) => `${shop} ${refused}`);
    const noised = reasons.map(([, own]) => own.length + random.below(5) - 2);
    const table = { 类别: reasons.map(([key]) => key.slice(0, 2)), 拒绝原因: reasons.map(([key]) => key.slice(3)) };
    expect(wholeOf({ ...table, 笔数: reasons.map(([, own]) => own.length) })).toContain('group table');
    expect(wholeOf({ ...table, 笔数: noised })).toContain('group table');
    expect(wholeOf({ ...table, 笔数: noised.map((own, i) => (i === 2 ? 3 * own : own)) })).toBeNull();
  });

  it('split by the sex that resident numbers tell', () => {
    const sexes = grouped(({ id, month }) => `${Number(id[16]) % 2 === 1 ? '男' : '女'} ${month}`);
    const table = {
      性别: sexes.map(([key]) => key[0] as string),
      月份: sexes.map(([key]) => key.slice(2)),
      笔数: sexes.map(([, own]) => own.length),
      平均金额: sexes.map(([, own]) => mean(own)),
    };
    expect(wholeOf(table)).toContain('group table');
  });

  it('no figure agrees with what was divided by nothing', () => {
    const endless = Float64Array.of(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    expect(agrees(Float64Array.of(3, 4), endless, () => 0.5)).toBe(false);
  });
});
