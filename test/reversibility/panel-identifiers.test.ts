/** Resident numbers of tables in which a person stands in many rows: all rows of a number are one person's. */
import { describe, expect, it } from 'vitest';
import { review, type Verdict } from '../../src/reversibility/index.js';
import { residentCheck } from '../../src/reversibility/intake/direct-identifiers.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

type Columns = Record<string, string[]>;

/** Contributions of a year: number, name, month, pay. */
function contributions(seed: string, people = 60): Columns {
  const random = new SeededRandom(seed);
  const own: Columns = { 身份证号: [], 姓名: [], 月份: [], 基数: [] };
  for (let person = 0; person < people; person++) {
    const digits = `3301061${9_700_000 + random.below(9_999_999)}`.slice(0, 14) + String(100 + random.below(900));
    const id = `${digits}${residentCheck(digits)}`;
    const name = `${'王李张刘陈杨'[random.below(6)]}${'伟芳娜敏静磊'[random.below(6)]}${'一二三四五六'[random.below(6)]}`;
    const pay = 5000 + random.below(9000);
    for (let month = 1; month <= 12; month++) {
      own['身份证号']?.push(id);
      own['姓名']?.push(name);
      own['月份']?.push(`2025${String(month).padStart(2, '0')}`);
      own['基数']?.push(String(pay + (month > 6 ? 300 : 0)));
    }
  }
  return own;
}

/** One row a person, one column a month. */
function wide(columns: Columns): Columns {
  const of = (name: string, row: number): string => columns[name]?.[row] as string;
  const firsts = Array.from({ length: (columns['月份'] as string[]).length / 12 }, (_, person) => 12 * person);
  const made: Columns = {
    身份证号: firsts.map((row) => of('身份证号', row)),
    姓名: firsts.map((row) => of('姓名', row)),
  };
  for (let month = 0; month < 12; month++) made[of('月份', month)] = firsts.map((row) => of('基数', row + month));
  return made;
}

const verdictOf = (source: Columns, product: Columns): Promise<Verdict> =>
  review({ sources: [tableFromColumns(source)], product: tableFromColumns(product), seed: '00'.repeat(16) });

describe('direct identifiers of a panel', () => {
  const source = contributions('source');

  it('are restored by a wide table, and by a list of them', async () => {
    const table = await verdictOf(source, wide(source));
    expect([table.verdict, table.restoration.identifiers.net]).toEqual(['block', 1]);
    // Persons, not their months.
    expect(table.restoration.identifiers.count).toBe(60);
    const list = await verdictOf(source, { 编号: [...new Set(source['身份证号'])] });
    expect([list.verdict, list.restoration.identifiers.net]).toEqual(['block', 1]);
  });

  it('are not by tables of others', async () => {
    const theirs = await verdictOf(source, wide(contributions('others')));
    expect(theirs.verdict).toBe('review');
    expect(theirs.restoration.identifiers.lower).toBe(0);
  });

  it('are not by a number that stands for a missing one', async () => {
    const random = new SeededRandom('phones');
    const phones = Array.from({ length: 900 }, (_, i) =>
      i % 3 === 0 ? '13800000000' : `13${String(random.below(10 ** 9)).padStart(9, '0')}`,
    );
    const product = { phone: ['13800000000', ...Array.from({ length: 50 }, (_, i) => `15${900_000_000 + i}`)] };
    const found = await verdictOf({ phone: phones, kind: phones.map((_, i) => `k${i % 4}`) }, product);
    expect(found.verdict).not.toBe('block');
    expect(found.restoration.identifiers.count).toBe(0);
  });
});
