/**
 * What totals and second versions of a statistic tell of few persons (aggregate.md): hidden cells given back by columns and rows of
 * totals; sums and means once more without some persons; shares of groups whose size stands beside them. Honest tables stay safe.
 */
import { describe, expect, it } from 'vitest';
import { review } from '../../src/reversibility/index.js';
import { sheetOf } from '../../src/reversibility/intake/sheet.js';
import { recogniseSafeForms } from '../../src/reversibility/safe-form/recognise.js';
import { defaultThresholds } from '../../src/reversibility/thresholds.js';
import { type Table, tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const random = new SeededRandom('hidden cells');
const WARDS = ['内科', '外科', '儿科', '眼科', '骨科', '急诊'];
const LEVELS = ['轻', '中', '重', '危'];
interface Visit {
  readonly ward: string;
  readonly level: string;
  readonly cost: number;
}
/** Three of 急诊 are 危 and four of 眼科 重; all other cells hold 25 persons or more. */
const sizeOf = (ward: number, level: number): number =>
  ward === 5 && level === 3 ? 3 : ward === 3 && level === 2 ? 4 : 25 + random.below(90);
const visits: readonly Visit[] = WARDS.flatMap((ward, w) =>
  LEVELS.flatMap((level, l) =>
    Array.from({ length: sizeOf(w, l) }, () => ({
      ward,
      level,
      cost: Math.round(10_000 + 400_000 * random.uniform() ** 3) / 100,
    })),
  ),
);
const SOURCE = tableFromColumns({
  科室: visits.map(({ ward }) => ward),
  病情: visits.map(({ level }) => level),
  费用: visits.map(({ cost }) => cost.toFixed(2)),
  编号: visits.map((_, i) => String(20_000 + 7 * ((i * 611) % 9973))),
});
const SHEET = sheetOf(SOURCE, 'source');

type Figure = (list: readonly Visit[]) => string | number;
const count: Figure = (list) => list.length;
const costs = (list: readonly Visit[]): number => list.reduce((sum, { cost }) => sum + cost, 0);
const total: Figure = (list) => costs(list).toFixed(2);
const mean: Figure = (list) => (costs(list) / list.length).toFixed(4);
const without =
  (some: number, figure: Figure): Figure =>
  (list) =>
    figure(list.slice(some));
const share =
  (digits: number): Figure =>
  (list) =>
    ((100 * list.filter(({ level }) => level === '危').length) / list.length).toFixed(digits);

type Columns = Readonly<Record<string, readonly (string | number)[]>>;
const tableOf = (columns: Columns): Table =>
  tableFromColumns(Object.fromEntries(Object.entries(columns).map(([k, v]) => [k, v.map(String)])));

/** `safe`, the codes of the reasons, or `unread`. */
function judged(columns: Columns): string {
  const forms = recogniseSafeForms(sheetOf(tableOf(columns), 'product'), [SHEET], defaultThresholds, () => false);
  if (forms.whole === null) return 'unread';
  return forms.reasons.length === 0 ? 'safe' : [...new Set(forms.reasons.map(({ code }) => code))].join();
}

const cell = (ward: string | null, level: string | null): readonly Visit[] =>
  visits.filter((own) => (ward ?? own.ward) === own.ward && (level ?? own.level) === own.level);

/** A cross table with stars for cells of few, and for those named beside them; totals at the right or below. */
function cross(figure: Figure, right: boolean, below: boolean, also: readonly string[] = []): string {
  const wards = below ? [...WARDS, null] : WARDS;
  const columns: Record<string, (string | number)[]> = { 科室: wards.map((ward) => ward ?? '合计') };
  for (const level of LEVELS)
    columns[level] = wards.map((ward) => {
      const own = cell(ward, level);
      return own.length < 20 || also.includes(`${ward}${level}`) ? '*' : figure(own);
    });
  if (right) columns['合计'] = wards.map((ward) => figure(cell(ward, null)));
  return judged(columns);
}
const columnsBy = (figures: Readonly<Record<string, Figure>>): Columns => ({
  科室: WARDS,
  ...Object.fromEntries(
    Object.entries(figures).map(([name, figure]) => [name, WARDS.map((ward) => figure(cell(ward, null)))]),
  ),
});
const by = (figures: Readonly<Record<string, Figure>>): string => judged(columnsBy(figures));

describe('hidden cells', () => {
  it('a cell that a total at the right, below or on both sides gives back is a small cell', () => {
    expect(cross(count, true, false)).toBe('small-cell');
    expect(cross(count, false, true)).toBe('small-cell');
    expect(cross(count, true, true)).toBe('small-cell');
    expect(cross(total, true, false)).toBe('small-cell');
  });

  it('cells hidden two by two, or without a total, stay hidden', () => {
    expect(cross(count, false, false)).toBe('safe');
    expect(cross(count, true, false, ['急诊重', '眼科危'])).toBe('safe');
    expect(cross(count, true, true, ['急诊重', '眼科危'])).toBe('safe');
    // The fourth corner is missing: the column of 危 gives back the cell of 急诊.
    expect(cross(count, true, true, ['急诊重'])).toBe('small-cell');
  });

  it('shares add up to the whole without a total', () => {
    const shares = LEVELS.map((level) => [
      level,
      WARDS.map((ward) => {
        const own = cell(ward, level).length;
        return own < 20 ? '*' : ((100 * own) / cell(ward, null).length).toFixed(2);
      }),
    ]);
    expect(judged({ 科室: WARDS, ...Object.fromEntries(shares) })).toBe('small-cell');
  });

  it('a share counts persons where the size of its group stands beside it', () => {
    expect(by({ n: count, 危: share(2) })).toBe('small-groups');
    expect(by({ n: count, 危: share(0) })).toBe('safe');
  });
});

describe('second versions of a statistic', () => {
  it('once more without some persons is no noise', () => {
    expect(by({ n: count, mean, n_without: without(1, count), mean_without: without(1, mean) })).toBe('unread');
    expect(by({ mean, mean_without: without(2, mean) })).toBe('unread');
    expect(by({ sum: total, sum_without: without(1, total) })).toBe('unread');
    expect(by({ n: count, mean, sum_without: without(1, total) })).toBe('unread');
    expect(by({ first: without(1, mean), second: without(2, mean) })).toBe('unread');
    expect(by({ n: count, n_without: (list) => list.length - 1 - (list.length % 3) })).toBe('unread');
  });

  it('sizes, means and noised means stand beside one another', () => {
    const noised: Figure = (list) => (costs(list) / list.length + 12 * (random.uniform() - 0.5)).toFixed(2);
    expect(by({ n: count, mean })).toBe('safe');
    expect(by({ n: count, mean: noised })).toBe('safe');
  });
});

describe('linked tables', () => {
  const verdictOf = async (...tables: Columns[]): Promise<string> =>
    (await review({ sources: [SOURCE], product: tables.map(tableOf), seed: '00' })).verdict;
  const cells = {
    科室: WARDS.flatMap((ward) => LEVELS.map(() => ward)),
    病情: WARDS.flatMap(() => LEVELS),
    n: WARDS.flatMap((ward) => LEVELS.map((level) => (cell(ward, level).length < 20 ? '*' : cell(ward, level).length))),
  };

  it('cells that one table hides and the totals of another give back are small cells', async () => {
    expect(await verdictOf(cells)).toBe('release');
    expect(await verdictOf(cells, columnsBy({ mean }))).toBe('release');
    expect(await verdictOf(cells, columnsBy({ 人数: count }))).toBe('block');
  });

  it('a statistic once more without some persons is held in two tables, too', async () => {
    const less = columnsBy({ n: without(1, count), mean: without(1, mean) });
    expect(await verdictOf(columnsBy({ n: count, mean }), columnsBy({ sum: total }))).toBe('release');
    expect(await verdictOf(columnsBy({ n: count, mean }), less)).toBe('review');
  });
});
