import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { controlledRounding, magnitudeTable } from '../../src/masking/index.js';
import { tableFromRows } from '../../src/table/index.js';

const rows = (cells: Readonly<Record<string, readonly number[]>>): ReturnType<typeof tableFromRows> =>
  tableFromRows(
    Object.entries(cells).flatMap(([trade, values]) =>
      values.map((turnover, i) => ({ trade, firm: `${trade}-${i}`, turnover })),
    ),
  );
const statuses = (result: ReturnType<typeof magnitudeTable>): Record<string, unknown>[] => [...result.table.objects()];

describe('magnitude tables (business secrets)', () => {
  it('(2, 85)-dominance by hand: 50 + 36 of 100 is 86 %, 50 + 35 of 100 is 85 %', () => {
    const table = rows({ a: [50, 36, 7, 7], b: [50, 35, 8, 7], c: [10, 10, 10], d: [10, 11, 9] });
    const result = magnitudeTable(table, {
      by: ['trade'],
      value: 'turnover',
      contributor: 'firm',
      dominance: { n: 2, k: 85 },
    });
    expect(statuses(result).map((row) => [row.trade, row.turnover, row.status])).toEqual([
      ['a', null, 'dominance'],
      ['b', '100', 'safe'],
      ['c', null, 'complementary'],
      ['d', '30', 'safe'],
      ['*', '260', 'total'],
    ]);
  });

  it('p % rule by hand: 100 - 60 - 35 = 5 is below 10 % of 60', () => {
    const table = rows({ a: [60, 35, 3, 2], b: [60, 33, 4, 3] });
    const result = magnitudeTable(table, { by: ['trade'], value: 'turnover', contributor: 'firm', pPercent: 10 });
    expect(result.counts).toMatchObject({ 'p-percent': 1, complementary: 1, safe: 0 });
    const edge = magnitudeTable(rows({ a: [50, 45, 5], b: [50, 44, 6] }), {
      by: ['trade'],
      value: 'turnover',
      contributor: 'firm',
      pPercent: 10,
    });
    expect(edge.counts.safe).toBe(2);
  });

  it('sums a contributor before judging it, counts few contributors, leaves out what is no number', () => {
    const table = tableFromRows([
      ...[1, 2, 3].map((turnover) => ({ trade: 'a', firm: 'same', turnover: String(turnover) })),
      { trade: 'a', firm: 'other', turnover: '5' },
      { trade: 'a', firm: 'third', turnover: 'n/a' },
    ]);
    const result = magnitudeTable(table, { by: ['trade'], value: 'turnover', contributor: 'firm' });
    expect(result.counts['few-contributors']).toBe(1);
    expect(result.unreadable).toBe(1);
    // A single withheld cell: the total would be the cell.
    expect(statuses(result).at(-1)?.turnover).toBeNull();
  });

  it('rounded cells add up to the rounded total', () => {
    const table = rows({ a: [3, 4, 5], b: [3, 4, 6], c: [1, 1, 2] });
    const result = magnitudeTable(table, { by: ['trade'], value: 'turnover', contributor: 'firm', round: 10 });
    const [a, b, c, total] = statuses(result).map((row) => Number(row.turnover)) as [number, number, number, number];
    expect(a + b + c).toBe(total);
    expect(total).toBe(30);
  });

  it('property: controlled rounding moves each number by less than one unit and keeps the sum within half a unit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -10_000, max: 10_000 }), { minLength: 1, maxLength: 30 }),
        fc.constantFrom(1, 5, 10, 1000),
        (values, to) => {
          const rounded = controlledRounding(values, to);
          values.forEach((value, i) => {
            expect(Math.abs((rounded[i] as number) - value)).toBeLessThan(to);
            expect(Math.abs((rounded[i] as number) % to)).toBe(0);
          });
          const sum = values.reduce((total, value) => total + value, 0);
          expect(Math.abs(rounded.reduce((total, value) => total + value, 0) - sum)).toBeLessThanOrEqual(to / 2);
        },
      ),
    );
  });

  it('refuses rules out of range', () => {
    const table = rows({ a: [1] });
    for (const bad of [{ dominance: { n: 0, k: 50 } }, { pPercent: 0 }, { round: -1 }, { minContributors: 0 }]) {
      expect(() => magnitudeTable(table, { by: ['trade'], value: 'turnover', ...bad })).toThrowError(
        expect.objectContaining({ code: 'SCRIM_ARGUMENT' }),
      );
    }
  });
});
