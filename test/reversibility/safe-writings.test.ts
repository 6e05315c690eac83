/**
 * Safe forms as other tools write them: figures that follow from figures, headers that name parts of dates, large units, dummies,
 * masks of one character, ages by an unwritten day (aggregate.md, generalisation.md).
 */
import { describe, expect, it } from 'vitest';
import { review } from '../../src/reversibility/index.js';
import { sheetOf } from '../../src/reversibility/intake/sheet.js';
import { recogniseSafeForms } from '../../src/reversibility/safe-form/recognise.js';
import { defaultThresholds } from '../../src/reversibility/thresholds.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

type Columns = Record<string, string[]>;
const ROWS = 1600;
const SURNAMES = '王李张刘陈杨黄赵';

function source(): Columns {
  const random = new SeededRandom('writings');
  const columns: Columns = { name: [], born: [], sex: [], ward: [], seen: [], fee: [] };
  for (let i = 0; i < ROWS; i++) {
    const minute = Date.UTC(2023, 0, 1) + 60_000 * random.below(730 * 1440);
    columns['name']?.push(`${SURNAMES[random.below(8)]}${String.fromCharCode(0x4e00 + random.below(3000))}`);
    columns['born']?.push(
      new Date(Date.UTC(1945, 0, 1) + 86_400_000 * random.below(20_000)).toISOString().slice(0, 10),
    );
    columns['sex']?.push(random.below(2) === 0 ? '女' : '男');
    columns['ward']?.push(['内科', '外科', '儿科', '急诊科'][Math.floor(4 * random.uniform() ** 1.4)] as string);
    columns['seen']?.push(new Date(minute).toISOString().slice(0, 16).replace('T', ' '));
    columns['fee']?.push((200 + 3000 * random.uniform() ** 2).toFixed(2));
  }
  return columns;
}

const RAW = source();
const SHEET = sheetOf(tableFromColumns(RAW), 'source');
const at = (name: string): string[] => RAW[name] as string[];

const formsOf = (product: Columns) =>
  recogniseSafeForms(sheetOf(tableFromColumns(product), 'product'), [SHEET], defaultThresholds, () => false);

/** Rows of the source by a key, in order of first appearance. */
function groups(key: (row: number) => string): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (let row = 0; row < ROWS; row++) found.set(key(row), [...(found.get(key(row)) ?? []), row]);
  return found;
}

const fees = (rows: readonly number[]): number => rows.reduce((sum, row) => sum + Number(at('fee')[row]), 0);

describe('figures of groups', () => {
  const wards = groups((row) => at('ward')[row] as string);
  const keys = [...wards.keys()];
  const rows = (key: string): number[] => wards.get(key) as number[];
  const inYear = (key: string, year: string): number =>
    rows(key).filter((row) => at('seen')[row]?.startsWith(year)).length;

  it('under headers that are years, with growth and rank beside them', () => {
    const counts = keys.map((key) => [inYear(key, '2023'), inYear(key, '2024')] as const);
    const order = counts.map(([, b]) => 1 + counts.filter(([, other]) => other > b).length);
    const forms = formsOf({
      ward: keys,
      '2023年': counts.map(([a]) => String(a)),
      人次_2024: counts.map(([, b]) => String(b)),
      同比: counts.map(([a, b]) => `${((b / a - 1) * 100).toFixed(2)}%`),
      排名: order.map(String),
    });
    expect(forms.whole).toMatch(/^group table/);
    expect(forms.explained.get(1)?.how).toBe('count by year of seen');
    expect(forms.explained.get(3)?.how).toMatch(/^growth of /);
    expect(forms.explained.get(4)?.how).toMatch(/^rank of /);
  });

  it('in large units, written or not', () => {
    const sums = keys.map((key) => fees(rows(key)));
    const written = formsOf({ ward: keys, total: sums.map((sum) => `${(sum / 10_000).toFixed(2)}万元`) });
    expect(written.explained.get(1)?.how).toBe('sum of fee');
    const plain = formsOf({ ward: keys, '费用（万元）': sums.map((sum) => (sum / 10_000).toFixed(2)) });
    expect(plain.explained.get(1)?.how).toBe('sum of fee, in units of 10000');
  });

  it('as running totals', () => {
    const months = [...groups((row) => at('seen')[row]?.slice(0, 7) as string)].sort(([a], [b]) => (a < b ? -1 : 1));
    let sum = 0;
    const forms = formsOf({
      month: months.map(([month]) => month),
      total: months.map(([, own]) => {
        sum += own.length;
        return String(sum);
      }),
    });
    expect(forms.whole).toMatch(/^group table/);
    expect(forms.explained.get(1)?.how).toBe('running total: count');
  });

  it('by ages on a day that nobody wrote down', () => {
    const ageOf = (row: number): number =>
      Math.floor((Date.UTC(2026, 4, 20) - Date.parse(at('born')[row] as string)) / 86_400_000 / 365.2425);
    const bands = [...groups((row) => `${Math.floor(ageOf(row) / 10) * 10}-${Math.floor(ageOf(row) / 10) * 10 + 9}`)];
    const large = bands.filter(([, own]) => own.length >= 40);
    const forms = formsOf({
      age: large.map(([band]) => band),
      persons: large.map(([, own]) => String(own.length)),
      mean: large.map(([, own]) => (fees(own) / own.length).toFixed(0)),
    });
    expect(forms.whole).toMatch(/^group table/);
    expect(forms.explained.get(0)?.how).toBe('group by age band of born');
  });

  it('are not explained by others where they write more digits than those tell', () => {
    const random = new SeededRandom('digits');
    const means = keys.map((key) => fees(rows(key)) / rows(key).length);
    const forms = formsOf({
      ward: keys,
      mean: means.map((mean) => mean.toFixed(1)),
      ratio: means.map((mean, i) =>
        ((mean / (means[(i + 3) % 4] as number)) * (1 + 1e-5 * random.uniform())).toFixed(12),
      ),
    });
    expect(forms.whole).toBeNull();
  });
});

describe('generalised rows', () => {
  it('as dummies of months', () => {
    const months = at('seen').map((text) => text.slice(0, 7));
    const names = [...new Set(months)].sort();
    const dummies = names.map((name): [string, string[]] => [
      `seen_${name}`,
      months.map((own) => (own === name ? 'True' : 'False')),
    ]);
    const forms = formsOf(Object.fromEntries(dummies));
    expect(forms.whole).toMatch(/^generalisation/);
    expect(forms.settled.size).toBe(names.length);
    expect(forms.explained.get(0)?.how).toBe('one-hot prefix(7) of seen');
  });

  it('dummies of few persons are none', () => {
    const rare = at('name').map((name) => (name === at('name')[0] ? '1' : '0'));
    const forms = formsOf({ is_x: rare, is_y: rare.map((own) => (own === '1' ? '0' : '1')), sex: at('sex') });
    expect(forms.whole).toBeNull();
  });

  it('of surnames with a mask of one character', () => {
    const forms = formsOf({ name: at('name').map((name) => `${name[0]}某某`), sex: at('sex') });
    expect(forms.whole).toMatch(/^generalisation/);
    expect(forms.explained.get(0)?.how).toBe('prefix(1) of name');
  });

  it.each([
    [
      'month',
      (day: Date) => `${day.toLocaleString('en', { month: 'short', timeZone: 'UTC' })}-${day.getUTCFullYear() % 100}`,
    ],
    ['half-year', (day: Date) => `${day.getUTCFullYear()}H${day.getUTCMonth() < 6 ? 1 : 2}`],
    ['month of the year', (day: Date) => day.toLocaleString('en', { month: 'long', timeZone: 'UTC' })],
  ])('by %s in English', (how, write) => {
    const forms = formsOf({ when: at('seen').map((text) => write(new Date(`${text.slice(0, 10)}T00:00:00Z`))) });
    expect(forms.explained.get(0)?.how).toBe(`${how} of seen`);
    expect(forms.whole).toMatch(/^generalisation/);
  });
});

describe('headers that cannot stand as they are', () => {
  const table = (header: string, index: boolean): Uint8Array =>
    new TextEncoder().encode(
      [
        header,
        ...at('name').map((name, i) => [...(index ? [i] : []), name, at('born')[i], at('fee')[i]].join(',')),
      ].join('\n'),
    );
  const raw = table('name,born,fee', false);

  it('a raw copy with an unnamed index, or with one name twice, is blocked all the same', async () => {
    for (const [product, gaps] of [
      [table(',name,born,fee', true), []],
      [table('x,x,fee', false), ['intake of product 1']],
    ] as const) {
      const { verdict, coverage } = await review({ sources: [raw], product, seed: '00' });
      expect(verdict).toBe('block');
      expect(coverage.gaps.map(({ id }) => id)).toEqual(gaps);
    }
  });

  it('a source with an unnamed index is reviewed against', async () => {
    const { verdict } = await review({ sources: [table(',name,born,fee', true)], product: raw, seed: '00' });
    expect(verdict).toBe('block');
  });
});
