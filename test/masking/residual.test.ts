/**
 * The residual table (docs/masking.md): how many identifiers a masked one may stand for. Every figure is computed by the
 * counting of the library and, where it is small enough, again by plain enumeration of real dates and check digits.
 * Figures were first counted for the project's research note on masking, section 5.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { luhnValid, mod11Check, mod31Check, organisationCheck } from '../../src/identifiers/index.js';
import {
  countIpv4,
  countLuhn,
  countMobile,
  countOldResidentIds,
  countPassport,
  countPlate,
  countResidentIds,
  countUscc,
  keep,
} from '../../src/masking/index.js';
import { parseDate } from '../../src/table/index.js';
import { utf8 } from './columns.js';

const day = (text: string): number => parseDate(text);
const births = (from: string, to: string): { birth: [number, number] } => ({ birth: [day(from), day(to)] });
const county = JSON.parse(readFileSync('test/vectors/masking/county-codes.json', 'utf8')) as Record<string, string[]>;

/** Enumeration, independent of the counting: all dates, orders and check digits, compared with the pattern. */
function enumerate(pattern: string, from = '1900-01-01', to = '2025-12-31'): number {
  const expression = new RegExp(`^${pattern.replaceAll('*', '.')}$`);
  const orders = pattern.slice(14, 17).includes('*')
    ? Array.from({ length: 1000 }, (_, i) => String(i).padStart(3, '0'))
    : [pattern.slice(14, 17)];
  let count = 0;
  for (let d = new Date(`${from}T00:00:00Z`); d <= new Date(`${to}T00:00:00Z`); d.setUTCDate(d.getUTCDate() + 1)) {
    const date = d.toISOString().slice(0, 10).replaceAll('-', '');
    for (const order of orders) {
      const body = pattern.slice(0, 6) + date + order;
      if (expression.test(body + mod11Check(body))) count++;
    }
  }
  return count;
}

describe('residual table: resident ID', () => {
  const six4 = '110101********1234';

  it('counts 46,021 birth dates', () => {
    expect(countResidentIds('110101********123*')).toBe(46_021);
  });

  it('6 + 4: 4,182, for any last four 4,180 to 4,190', () => {
    expect(countResidentIds(six4)).toBe(4182);
    expect(enumerate(six4)).toBe(4182);
    let least = Number.POSITIVE_INFINITY;
    let most = 0;
    for (let order = 0; order < 1000; order++) {
      for (const check of '0123456789X') {
        const count = countResidentIds(`110101********${String(order).padStart(3, '0')}${check}`);
        least = Math.min(least, count);
        most = Math.max(most, count);
      }
    }
    expect([least, most]).toEqual([4180, 4190]);
  });

  it('6 + 4 and an age of 18 to 99: 2,722; births of 1950 to 2009: 1,990', () => {
    expect(countResidentIds(six4, births('1926-01-01', '2007-12-31'))).toBe(2722);
    expect(countResidentIds(six4, births('1950-01-01', '2009-12-31'))).toBe(1990);
  });

  const ranges = (width: number, tails: readonly string[]): [number, number] => {
    let least = Number.POSITIVE_INFINITY;
    let most = 0;
    for (let year = 1900; year + width <= 2026; year++) {
      for (const tail of tails) {
        const count = countResidentIds(`110101********${tail}`, births(`${year}-01-01`, `${year + width - 1}-12-31`));
        least = Math.min(least, count);
        most = Math.max(most, count);
      }
    }
    return [least, most];
  };
  const tails = [...'0123456789X'].map((check) => `123${check}`);

  it('6 + 4 and a five-year band: 161 to 170', () => {
    const [least, most] = ranges(5, tails);
    expect(least).toBeGreaterThanOrEqual(161);
    expect(most).toBeLessThanOrEqual(170);
    const own = ranges(5, ['1234']);
    expect(own[0]).toBeGreaterThanOrEqual(161);
    expect(own[1]).toBeLessThanOrEqual(168);
  });

  it('6 + 4 and the birth year: 32 to 35, for any check character', () => {
    expect(ranges(1, tails)).toEqual([32, 35]);
    expect(enumerate(six4, '1990-01-01', '1990-12-31')).toBe(
      countResidentIds(six4, births('1990-01-01', '1990-12-31')),
    );
  });

  it('6 + 4 with year and month: 2 to 4', () => {
    const counts = new Set<number>();
    for (const month of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) {
      const last = new Date(Date.UTC(1990, month, 0)).toISOString().slice(0, 10);
      counts.add(countResidentIds(six4, births(`1990-${String(month).padStart(2, '0')}-01`, last)));
    }
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...counts)).toBeLessThanOrEqual(4);
  });

  it('6 + 4 and the birth date: 1, full reversal', () => {
    const body = '11010119900307123';
    expect(countResidentIds(`110101********123${mod11Check(body)}`, births('1990-03-07', '1990-03-07'))).toBe(1);
  });

  it('6 + 4 and a birth date shifted by up to 180 days: about 33', () => {
    const centre = day('1990-03-07');
    const count = countResidentIds(six4, { birth: [centre - 180, centre + 180] });
    expect(count).toBeGreaterThanOrEqual(31);
    expect(count).toBeLessThanOrEqual(35);
  });

  it('month and day hidden: 34; day hidden: 3', () => {
    expect(countResidentIds('1101011990****1234')).toBe(34);
    expect(countResidentIds('110101199003**1234')).toBe(3);
  });

  it('last four hidden: 1,000, 500 with the sex, 91 with the check character, 9 with the last two', () => {
    expect(countResidentIds('11010119900307****')).toBe(1000);
    expect(countResidentIds('11010119900307****', { sex: 'male' })).toBe(500);
    expect(countResidentIds('11010119900307****', { sex: 'female' })).toBe(500);
    expect(countResidentIds('11010119900307***4')).toBe(91);
    expect(enumerate('11010119900307***4', '1990-03-07', '1990-03-07')).toBe(91);
    expect(countResidentIds('11010119900307**34')).toBe(9);
  });

  it('one hidden digit with the check character: exactly 1, wherever it stands', () => {
    for (const body of ['11010519491231002', '44011320141005001', '32108319781216211']) {
      const id = body + mod11Check(body);
      for (let at = 0; at < 17; at++) expect(countResidentIds(`${id.slice(0, at)}*${id.slice(at + 1)}`)).toBe(1);
    }
  });

  it('3 + 4: 66,941 over the current counties of Beijing, 154,797 over all there ever were', () => {
    expect(countResidentIds('110***********1234', { regions: county.beijingCurrent as string[] })).toBe(66_941);
    expect(countResidentIds('110***********1234', { regions: county.beijingEver as string[] })).toBe(154_797);
  });

  it('1 + 2 (Hutool): about 2.3e8 over the current counties of the south-west', () => {
    expect(countResidentIds('5***************1X', { regions: county.fiveCurrent as string[] })).toBe(229_268_271);
  });

  it('15 digits: 36,524, no check digit', () => {
    expect(countOldResidentIds('110101******123')).toBe(36_524);
  });

  it('6 + 4 has 11,000 classes a county', () => {
    let classes = 0;
    for (let order = 0; order < 1000; order++) {
      for (const check of '0123456789X') {
        if (countResidentIds(`110101********${String(order).padStart(3, '0')}${check}`) > 0) classes++;
      }
    }
    expect(classes).toBe(11_000);
  });

  it('contradictions leave nothing', () => {
    expect(countResidentIds(six4, births('2001-01-01', '2000-01-01'))).toBe(0);
    expect(countResidentIds('110101')).toBe(0);
  });
});

describe('residual table: other identifiers', () => {
  it('bank card: 100,000 for 6 + 4 of 16 by enumeration, 1e8 of 19, 1e7 for 4 + 4', () => {
    let valid = 0;
    for (let hidden = 0; hidden < 1_000_000; hidden++)
      if (luhnValid(`622202${String(hidden).padStart(6, '0')}1234`)) valid++;
    expect(valid).toBe(100_000);
    expect(countLuhn('622202******1234')).toBe(100_000);
    expect(countLuhn('622202*********1234')).toBe(10 ** 8);
    expect(countLuhn('6222********1234')).toBe(10 ** 7);
    expect(countLuhn('622202*234567890')).toBe(1);
  });

  it('mobile: 1e4, 1e6, 1e8', () => {
    expect(countMobile('138****1234')).toBe(10 ** 4);
    expect(countMobile('138******34')).toBe(10 ** 6);
    expect(countMobile('138********')).toBe(10 ** 8);
    expect(countMobile('***********')).toBe(7 * 10 ** 9);
  });

  it('plate: 39,304, of which 25,480 with at most two letters; new energy 1e4', () => {
    expect(countPlate('苏D4***0')).toBe(39_304);
    expect(countPlate('苏D4***0', 2)).toBe(25_480);
    expect(countPlate('陕A1****D')).toBe(10 ** 4);
  });

  it('credit code: 1 for one hidden character, 29,791 for four, 2,710 with the inner check', () => {
    const code = '91310110666007217T';
    for (let at = 8; at < 18; at++) expect(countUscc(`${code.slice(0, at)}*${code.slice(at + 1)}`, false)).toBe(1);
    const pattern = '91310110****07217T';
    expect(countUscc(pattern, false)).toBe(29_791);
    // Enumeration with the two published checks.
    const letters = '0123456789ABCDEFGHJKLMNPQRTUWXY';
    let both = 0;
    for (const a of letters)
      for (const b of letters)
        for (const c of letters)
          for (const d of letters) {
            const value = pattern.replace('****', a + b + c + d);
            if (mod31Check(value) === 'T' && organisationCheck(value.slice(8, 16)) === value.charAt(16)) both++;
          }
    expect(countUscc(pattern)).toBe(both);
    // 29,791 / 11 = 2,708: the figure depends on the code and on which four characters are hidden.
    expect(countUscc('121200004013****16')).toBe(2710);
  });

  it('passport 2 + 2: 1e5; IPv4: 256 and 2^24', () => {
    expect(countPassport('E1*****34')).toBe(10 ** 5);
    expect(countIpv4('192.168.1.*')).toBe(256);
    expect(countIpv4('192.*.*.*')).toBe(2 ** 24);
  });
});

describe('keep with a kind', () => {
  it('takes the customary mask, refuses other lengths and counts candidates over the released cells', () => {
    const mask = keep({ kind: 'resident-id' });
    const { column, suppressed } = mask.apply(
      utf8(['11010119900307123X', '110101199003071', '1101011990030712', '13812345678', '1101011990030712AX']),
    );
    expect(suppressed).toBe(3);
    const { residual, checkDigit, domainSize } = mask.leakage({ column: 'id', released: [column] });
    expect(residual?.max).toBe(countResidentIds('110101********123X'));
    expect(residual?.min).toBe(countOldResidentIds('110101*****3071'));
    expect(checkDigit).toBe(true);
    expect(domainSize).toBeGreaterThan(1e11);
  });
});
