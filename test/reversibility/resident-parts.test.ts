/** Resident numbers whose parts stand in several columns, without the check character or beside a masked number. */
import { describe, expect, it } from 'vitest';
import { review } from '../../src/reversibility/index.js';
import { residentCheck } from '../../src/reversibility/intake/direct-identifiers.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const ROWS = 120;

function numbers(seed: string): string[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: ROWS }, () => {
    const born = new Date(86_400_000 * (random.below(20_000) - 7000)).toISOString().slice(0, 10).replaceAll('-', '');
    const serial = String(1 + random.below(998)).padStart(3, '0');
    const head = `4201${String(1 + random.below(9)).padStart(2, '0')}${born}${serial}`;
    return head + residentCheck(head);
  });
}

const OWN = numbers('resident numbers');
const SOURCE = tableFromColumns({
  证件号码: OWN,
  用途: OWN.map((_, i) => ['住宅', '商业', '车位'][i % 3] as string),
  金额: OWN.map((_, i) => String(1000 + ((i * 7919) % 5003))),
});

const MADE: Readonly<Record<string, (number: string) => Record<string, string>>> = {
  'district, day and serial number, whose noughts were lost': (number) => ({
    a: String(Number(number.slice(14, 17))),
    b: `${number.slice(6, 10)}年${Number(number.slice(10, 12))}月${Number(number.slice(12, 14))}日`,
    c: number.slice(0, 6),
  }),
  'a masked number beside the day of birth': (number) => ({
    a: `${number.slice(0, 6)}********${number.slice(14)}`,
    b: `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`,
  }),
  'all but the check character': (number) => ({ a: number.slice(0, 17) }),
};

describe('parts of resident numbers', () => {
  for (const [name, make] of Object.entries(MADE))
    it(`${name}: put together, strangers' are not blocked`, async () => {
      const reviewed = (own: readonly string[]) => {
        const rows = own.filter((_, i) => i % 2 === 1).map(make);
        const columns = Object.keys(rows[0] ?? {}).map((key) => [key, rows.map((row) => row[key] ?? '')] as const);
        return review({ sources: [SOURCE], product: tableFromColumns(Object.fromEntries(columns)), seed: '00' });
      };
      const leaky = await reviewed(OWN);
      expect(leaky.verdict).toBe('block');
      expect(leaky.columns.some(({ how }) => how?.startsWith('with-check-digit'))).toBe(true);
      expect((await reviewed(numbers('others'))).verdict).not.toBe('block');
    });
});
