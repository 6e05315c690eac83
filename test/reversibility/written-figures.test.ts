import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { review } from '../../src/reversibility/index.js';
import { writtenDates, writtenNumbers } from '../../src/reversibility/intake/written-figures.js';
import { type Table, tableFromColumns } from '../../src/table/index.js';
import { leakyCase, writtenCase } from '../../src/testing/corpus/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const numbers = (...texts: string[]): number[] | null => {
  const found = writtenNumbers(texts);
  return found === null ? null : [...found];
};
const days = (...texts: string[]): string[] | null => {
  const found = writtenDates(texts);
  return found === null
    ? null
    : [...found].map((day) => (Number.isNaN(day) ? '' : new Date(86_400_000 * day).toISOString().slice(0, 10)));
};

describe('written numbers', () => {
  it('sets thousands apart, by the way of the column', () => {
    expect(numbers('81,392', '1,234.50', '987')).toEqual([81_392, 1234.5, 987]);
    expect(numbers('1.234,50 €', '12,5 €')).toEqual([1234.5, 12.5]);
    expect(numbers('1 234,5', '99,1')).toEqual([1234.5, 99.1]);
  });
  it('reads currencies, units, signs and brackets', () => {
    expect(numbers('¥81,392', '-¥3', '¥-4')).toEqual([81_392, -3, -4]);
    expect(numbers('1.2万元', '3元', '4亿元')).toEqual([12_000, 3, 400_000_000]);
    expect(numbers('37.5%', '2%')).toEqual([37.5, 2]);
    expect(numbers('(1,234.50)', '12')).toEqual([-1234.5, 12]);
    expect(numbers('12.5 mmol/L', '3 mmol/L')).toEqual([12.5, 3]);
    expect(numbers('08:30', '23:59:10')).toEqual([30_600, 86_350]);
  });
  it('reads moments as seconds, of whatever writing', () => {
    const moment = Date.UTC(2023, 7, 13, 13, 5, 43) / 1000;
    expect(numbers('2023-08-13 13:05:43', '2023-08-13 00:00:00')).toEqual([moment, moment - 47_143]);
    expect(numbers('13/08/2023 13:05:43')).toEqual([moment]);
    expect(numbers('08/13/2023 01:05:43 PM')).toEqual([moment]);
    expect(numbers('2023年08月13日 13时05分43秒')).toEqual([moment]);
    expect(numbers('13-Aug-2023 1:05:43 pm')).toEqual([moment]);
    expect(numbers('2023-08-13 00:00:00')).toBeNull();
  });
  it('leaves plain numbers and names of digits alone', () => {
    expect(numbers('1', '2.5', '1e3')).toBeNull();
    expect(numbers('007', '012')).toBeNull();
    expect(numbers('330102199901011237', '33010219990101123X')).toBeNull();
    expect(numbers('138 1234 5678', '139 1111 2222')).toBeNull();
    expect(numbers('3-5', '4-6', 'A12')).toBeNull();
  });
});

describe('written dates', () => {
  it('takes days or months first as the column shows', () => {
    expect(days('13/12/1977', '01/02/2003')).toEqual(['1977-12-13', '2003-02-01']);
    expect(days('12/13/1977', '01/02/2003')).toEqual(['1977-12-13', '2003-01-02']);
    expect(days('13.12.1977 08:30', '1.2.2003')).toEqual(['1977-12-13', '2003-02-01']);
  });
  it('reads months by name', () => {
    expect(days('Dec 13, 1977', 'May 1, 2020')).toEqual(['1977-12-13', '2020-05-01']);
    expect(days('13-Dec-1977', '1st May 2020')).toEqual(['1977-12-13', '2020-05-01']);
    expect(days('Mon, 13 Dec 1977', 'Tuesday 2 May 2023')).toEqual(['1977-12-13', '2023-05-02']);
  });
  it('leaves dates year first, and no dates, alone', () => {
    expect(days('1977-12-13')).toBeNull();
    expect(days('31/31/1977', '45/45/2001')).toBeNull();
    expect(days('13/12', 'May')).toBeNull();
  });
});

describe('a source as people write it', () => {
  const random = new SeededRandom('written');
  const n = 400;
  const pay = Array.from({ length: n }, () => 40_000 + random.below(300_000));
  const area = Array.from({ length: n }, () => 20 + random.below(2000) / 10);
  const born = Array.from({ length: n }, () => random.below(15_000));
  const date = (day: number): Date => new Date(86_400_000 * day);
  const two = (value: number): string => String(value).padStart(2, '0');
  const source = tableFromColumns({
    年薪: pay.map((value) => `¥${value.toLocaleString('en-US')}`),
    面积: area.map((value) => `${value.toFixed(1)}㎡`),
    出生: born.map((day) => {
      const own = date(day);
      return `${two(own.getUTCDate())}/${two(own.getUTCMonth() + 1)}/${own.getUTCFullYear()}`;
    }),
  });
  const seed = '00112233445566778899aabbccddeeff';

  it('comes back from lines of its numbers and days', async () => {
    const order = Array.from({ length: n }, (_, i) => (i * 37) % n);
    const product = tableFromColumns({
      a: order.map((i) => String(3 * (pay[i] as number) + 17)),
      b: order.map((i) => ((area[i] as number) / 2).toFixed(2)),
      c: order.map((i) =>
        date((born[i] as number) + 123)
          .toISOString()
          .slice(0, 10),
      ),
    });
    const found = await review({ sources: [source], product, seed });
    expect(found.verdict).toBe('block');
    expect(found.restoration.rows.count).toBe(n);
  });

  it('comes back from moments, telephones and digests of plain writings', async () => {
    const phone = pay.map((value, i) => `138${String((value * 7919 + i) % 100_000_000).padStart(8, '0')}`);
    const grouped = phone.map((own) => `${own.slice(0, 3)}-${own.slice(3, 7)}-${own.slice(7)}`);
    const seconds = born.map((day, i) => 86_400 * day + ((i * 7907) % 86_400));
    const clock = (value: number): string => new Date(1000 * value).toISOString().slice(11, 19);
    const written = seconds.map((value) => {
      const own = new Date(1000 * value);
      return `${two(own.getUTCDate())}/${two(own.getUTCMonth() + 1)}/${own.getUTCFullYear()} ${clock(value)}`;
    });
    const raw = tableFromColumns({
      电话: grouped,
      时间: written,
      年薪: pay.map((value, i) => (i % 7 === 0 ? '不详' : value.toLocaleString('en-US'))),
    });
    const verdictOf = async (columns: Record<string, string[]>): Promise<string> =>
      (await review({ sources: [raw], product: tableFromColumns(columns), seed })).verdict;
    const times = seconds.map((value) => String(1000 * value + 25_200_000));
    expect(await verdictOf({ t: times, p: phone.map((own) => btoa(own)), s: pay.map((own) => String(own / 10)) })).toBe(
      'block',
    );
    const digest = (text: string): string => createHash('md5').update(text).digest('hex');
    expect(await verdictOf({ p: phone.map(digest) })).toBe('block');
    const strangers = phone.map((own) => digest(`139${own.slice(4)}7`));
    expect(await verdictOf({ p: strangers, t: times.map((own) => String(Number(own) * 0.7 + 1234)) })).not.toBe(
      'block',
    );
  });

  it('comes back from ciphers over what a program had read of it', async () => {
    const iso = born.map((day) => date(day).toISOString().slice(0, 10));
    const columns = [pay.map(String), area.map(String), iso];
    const product = (write: (text: string) => string): Table =>
      tableFromColumns(Object.fromEntries(columns.map((own, i) => [`c${i}`, own.map(write)])));
    const shifted = (text: string): string => text.replace(/\d/g, (digit) => String((Number(digit) + 3) % 10));
    for (const write of [btoa, shifted, (text: string): string => [...text].reverse().join('')]) {
      const found = await review({ sources: [source], product: product(write), seed });
      expect(found.verdict).toBe('block');
      expect(found.restoration.rows.net).toBeGreaterThan(0.9);
    }
  });

  it('is written in another way by the corpus, and blocked all the same', async () => {
    const made = leakyCase('written corpus', 'base64');
    const written = writtenCase(made);
    expect(written.product).toBe(made.product);
    expect([...written.source.objects()]).not.toEqual([...made.source.objects()]);
    expect((await review({ sources: [written.source], product: written.product, seed })).verdict).toBe('block');
  });

  it('has means of its groups recognised', async () => {
    const group = pay.map((_, i) => (i % 4 === 0 ? '甲' : '乙'));
    const mean = (list: readonly number[], own: string): string => {
      const members = list.filter((_, i) => group[i] === own);
      return (members.reduce((sum, value) => sum + value, 0) / members.length).toFixed(2);
    };
    const grouped = tableFromColumns({
      组: group,
      年薪: pay.map((value) => `${value.toLocaleString('en-US')} 元`),
      面积: area.map((value) => `${value.toFixed(1)} 平方米`),
    });
    const product = tableFromColumns({
      组: ['甲', '乙'],
      平均年薪: [mean(pay, '甲'), mean(pay, '乙')],
      平均面积: [mean(area, '甲'), mean(area, '乙')],
    });
    expect((await review({ sources: [grouped], product, seed })).verdict).toBe('release');
  });
});
