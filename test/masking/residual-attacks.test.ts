/**
 * The rest of the residual table (docs/masking.md): how long an attacker needs for an unkeyed hash, how many records a
 * frequency attack on a deterministic token reads back, how many people share a masked ID. First counted for the project's
 * research note on masking, section 5.
 */
import { describe, expect, it } from 'vitest';
import { KeyRing } from '../../src/crypto/index.js';
import { regionEntries } from '../../src/identifiers/index.js';
import { countIpv4, countLuhn, countMobile, countResidentIds, token } from '../../src/masking/index.js';
import { SeededRandom } from '../../src/testing/index.js';
import { texts, utf8 } from './columns.js';

/** Unkeyed one-shot hashes of node:crypto, values per CPU second of one core (research note, section 4). */
const RATE = { sha256: 3.9e6, sm3: 2.5e6 };

describe('enumeration of an unkeyed or publicly salted hash, one core', () => {
  it('mobiles: 30 minutes by SHA-256, 47 by SM3', () => {
    const mobiles = countMobile('1**********');
    expect(mobiles).toBe(7e9);
    expect(Math.round(mobiles / RATE.sha256 / 60)).toBe(30);
    expect(Math.round(mobiles / RATE.sm3 / 60)).toBe(47);
  });

  it('IPv4: 18 minutes; a card with its BIN: 4 minutes', () => {
    expect(countIpv4('*.*.*.*')).toBe(2 ** 32);
    expect(Math.round(2 ** 32 / RATE.sha256 / 60)).toBe(18);
    const cards = countLuhn('622202**********');
    expect(cards).toBe(1e9);
    expect(Math.round(cards / RATE.sha256 / 60)).toBe(4);
  });

  it('resident ID: 12 seconds when the county is known, 9 hours over all counties in force', () => {
    const one = countResidentIds('110101************');
    expect(one).toBe(46_021_000);
    expect(Math.round(one / RATE.sha256)).toBe(12);
    const now = new Set(
      regionEntries()
        .filter(({ code, to }) => !code.endsWith('00') && to === 2023)
        .map(({ code }) => code),
    ).size;
    expect(now).toBeGreaterThan(2800);
    expect(now).toBeLessThan(3200);
    expect(Math.round((now * one) / RATE.sha256 / 3600)).toBe(9);
  });
});

/** Population of the provinces in the census of 2020 (国家统计局, 第七次全国人口普查公报第三号), largest first. */
const PROVINCES = [
  126_012_510, 101_527_453, 99_365_519, 84_748_016, 83_674_866, 74_610_235, 66_444_864, 64_567_588, 61_027_171,
  57_752_557, 50_126_804, 47_209_277, 45_188_635, 42_591_407, 41_540_086, 39_528_999, 38_562_148, 34_915_616,
  32_054_159, 31_850_088, 25_852_345, 25_019_831, 24_870_895, 24_073_453, 24_049_155, 21_893_095, 13_866_009,
  10_081_232, 7_202_654, 5_923_957, 3_648_100,
];

/** Ranks tokens by frequency, takes the n-th for the n-th largest province; share of the records that come back. */
function recovered(counts: readonly number[]): number {
  const order = counts.map((count, province) => ({ count, province })).sort((a, b) => b.count - a.count);
  let right = 0;
  let all = 0;
  order.forEach(({ count, province }, rank) => {
    all += count;
    if (rank === province) right += count;
  });
  return right / all;
}

function draw(random: SeededRandom, rows: number): number[] {
  const ends: number[] = [];
  let sum = 0;
  for (const people of PROVINCES) {
    sum += people;
    ends.push(sum);
  }
  const counts = new Array<number>(PROVINCES.length).fill(0);
  for (let i = 0; i < rows; i++) {
    const at = random.below(sum);
    let province = 0;
    while ((ends[province] as number) <= at) province++;
    counts[province] = (counts[province] as number) + 1;
  }
  return counts;
}

describe('frequency attack on a deterministic token of the province', () => {
  // Expectations of 20,000 draws; one draw has a standard deviation of 0.11, 0.12, 0.09, 0.03. The tolerance is four standard
  // errors of the mean over these draws, from a fixed seed.
  it.each([
    [1000, 0.3, 200, 0.04],
    [10_000, 0.6, 60, 0.07],
    [100_000, 0.86, 12, 0.11],
    [1_000_000, 0.96, 3, 0.09],
  ])('%i records: a share of %f comes back', (rows, share, draws, tolerance) => {
    const random = new SeededRandom(`provinces ${rows}`);
    let sum = 0;
    for (let i = 0; i < draws; i++) sum += recovered(draw(random, rows));
    expect(Math.abs(sum / draws - share)).toBeLessThan(tolerance);
  });

  it('reads the tokens of the masker the same way', async () => {
    const keys = (await KeyRing.create()).scenario({ tenant: 't', environment: 'test', scenario: 's' });
    const counts = draw(new SeededRandom('tokens'), 3000);
    const rows = counts.flatMap((count, province) => new Array<string>(count).fill(`省${province}`));
    const out = texts(token({ keys }).apply(utf8(rows)).column) as string[];
    const byToken = new Map<string, number>();
    for (const one of out) byToken.set(one, (byToken.get(one) ?? 0) + 1);
    expect([...byToken.values()].sort()).toEqual(counts.filter((count) => count > 0).sort());
  });
});

describe('a 6 + 4 mask as a quasi-identifier', () => {
  it('a county of 500,000 has some 45 people for each masked ID, some 2 with the surname', () => {
    const people = 500_000 / 11_000;
    expect(Math.round(people)).toBe(45);
    // The five most frequent surnames, in millions of 1,400 (Ministry of Public Security, name report 2019): they alone give
    // a person 1.9 namesakes, himself included; all others together hold 69 % and none as much as the fifth.
    const shares = [101.5, 100.9, 95.4, 72.1, 63.3].map((millions) => millions / 1400);
    const five = shares.reduce((sum, share) => sum + share * share, 0);
    const rest = (1 - shares.reduce((sum, share) => sum + share, 0)) * (shares[4] as number);
    const least = 1 + (people - 1) * five;
    const most = 1 + (people - 1) * (five + rest);
    expect(least).toBeGreaterThan(1.8);
    expect(most).toBeLessThan(3.4);
  });
});
