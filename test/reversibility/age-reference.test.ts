/** DESIGN §6, safe form (a): age bands from birth dates, whatever the reference date, also after small classes were left out. */
import { describe, expect, it } from 'vitest';
import { review } from '../../src/reversibility/index.js';
import { tableFromRows } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

type Person = {
  readonly 出生日期: string;
  readonly 性别: string;
  readonly 科室: string;
  readonly 费用: string;
};

function people(count: number): Person[] {
  const random = new SeededRandom('age-reference');
  const pick = <T>(list: readonly T[]): T => list[Math.floor(list.length * random.uniform() ** 2)] as T;
  return Array.from({ length: count }, () => ({
    出生日期: new Date(Date.UTC(1935, 0, 1) + random.below(29_500) * 86_400_000).toISOString().slice(0, 10),
    性别: pick(['男', '女']),
    科室: pick(['内科', '外科', '儿科', '骨科', '眼科', '口腔科', '急诊']),
    费用: (random.below(9_000_000) / 100).toFixed(2),
  }));
}

/** Completed years on a day, by calendar. */
function ageOn(birth: string, day: string): number {
  return Number(day.slice(0, 4)) - Number(birth.slice(0, 4)) - (birth.slice(5) > day.slice(5) ? 1 : 0);
}

function banded(source: readonly Person[], day: string, width: number, atLeast: number) {
  const rows = source.map((person) => {
    const low = Math.floor(ageOn(person.出生日期, day) / width) * width;
    return { 年龄段: `${low}-${low + width - 1}岁`, 性别: person.性别, 科室: person.科室 };
  });
  const sizes = new Map<string, number>();
  for (const row of rows) sizes.set(JSON.stringify(row), (sizes.get(JSON.stringify(row)) ?? 0) + 1);
  return rows.filter((row) => (sizes.get(JSON.stringify(row)) as number) >= atLeast);
}

describe('ages by an unknown reference date', () => {
  const source = people(2500);
  it.each(['2024-12-31', '2024-06-30', '2023-03-01', '2025-01-17'])(
    'releases bands of 20 persons on %s',
    async (day) => {
      const product = banded(source, day, 15, 20);
      expect(product.length).toBeLessThan(0.95 * source.length);
      const verdict = await review({ sources: [tableFromRows(source)], product: tableFromRows(product), seed: '00' });
      expect(verdict.verdict).toBe('release');
    },
  );

  it('does not release bands with smaller classes', async () => {
    const product = banded(source, '2024-06-30', 5, 3);
    const verdict = await review({ sources: [tableFromRows(source)], product: tableFromRows(product), seed: '00' });
    expect(verdict.verdict).not.toBe('release');
  });
});
