/** Rows linked to their nearest source row: numbers under noise, in the same units and in others. */
import { describe, expect, it } from 'vitest';
import { review } from '../../src/reversibility/index.js';
import { type Table, tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

describe('linked rows (neighbours.md)', () => {
  it('numbers under noise of a hundredth of their deviation: all rows come back by their nearest row', async () => {
    const random = new SeededRandom('link');
    const normal = (): number => Array.from({ length: 12 }, () => random.uniform()).reduce((sum, own) => sum + own, -6);
    const shared = Array.from({ length: 400 }, normal);
    // Six measures that go together, and their standard deviations.
    const spreads = [9, 11, 13, 0.9, 2500, 10];
    const source = Object.fromEntries(
      spreads.map((spread, c) => [
        `m${c}`,
        shared.map((own) => (spread * (7 + 0.8 * own + 0.6 * normal())).toFixed(spread > 1000 ? 0 : 1)),
      ]),
    );
    const product = Object.fromEntries(
      spreads.map((spread, c) => [
        `n${c}`,
        shared.map((_, i) => {
          const row = (i * 147 + 31) % shared.length;
          return (Number((source[`m${c}`] as string[])[row]) + 0.01 * spread * normal()).toFixed(3);
        }),
      ]),
    );
    const verdict = await review({
      sources: [tableFromColumns(source)],
      product: tableFromColumns(product),
      seed: '00',
    });
    expect(verdict.verdict).toBe('block');
    // Column by column, without the link, an eighth of them come back.
    expect(verdict.restoration.rows.net).toBeGreaterThan(0.95);
    expect(verdict.attacks.find(({ id }) => id === 'neighbours')?.inverse).toMatch(/nearest\(/);
  });
});

/** Measures of six kinds, three of them of one shape: height, weight, pressure, glucose, age, income. */
function measures(seed: string, rows: number): number[][] {
  const random = new SeededRandom(seed);
  const normal = (): number => Array.from({ length: 12 }, () => random.uniform()).reduce((sum, own) => sum + own, -6);
  const each = (make: () => number, unit: number): number[] =>
    Array.from({ length: rows }, () => Math.round(make() / unit) * unit);
  return [
    each(() => 170 + 8 * normal(), 0.1),
    each(() => 65 + 12 * normal(), 0.1),
    each(() => 120 + 15 * normal(), 1),
    each(() => 5.5 + 0.8 * normal(), 0.01),
    each(() => 18 + random.below(62), 1),
    each(() => 8000 * Math.exp(0.6 * normal()), 0.01),
  ];
}

/** A table of numbers under one-letter names. */
function tableOf(columns: readonly (readonly number[])[], prefix: string): Table {
  return tableFromColumns(Object.fromEntries(columns.map((own, c) => [`${prefix}${c}`, own.map(String)])));
}

/** Standardised, some upside down, under noise of a hundredth of a deviation, in another order; a share of the rows. */
function disguised(columns: readonly (readonly number[])[], share: number): number[][] {
  const random = new SeededRandom('noise');
  const normal = (): number => Array.from({ length: 12 }, () => random.uniform()).reduce((sum, own) => sum + own, -6);
  const rows = columns[0]?.length ?? 0;
  return columns.map((own, c) => {
    const mean = own.reduce((sum, value) => sum + value, 0) / rows;
    const spread = Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows);
    const sign = c === 1 ? -1 : 1;
    return Array.from(
      { length: Math.floor(share * rows) },
      (_, i) => (sign * ((own[(i * 1471 + 31) % rows] as number) - mean)) / spread + 0.01 * normal(),
    );
  });
}

describe('linked rows across other units (neighbours.md)', () => {
  const raw = measures('people', 6000);

  it.each([1, 0.3])(
    'standardised, one upside down, under noise, a share of %s: the lines are found with the rows',
    async (share) => {
      const verdict = await review({
        sources: [tableOf(raw, 's')],
        product: tableOf(disguised(raw, share), 'p'),
        seed: '00',
      });
      expect(verdict.verdict).toBe('block');
      expect(verdict.restoration.rows.net).toBeGreaterThan(0.94 * share);
      expect(verdict.attacks.find(({ id }) => id === 'neighbours')?.inverse).toMatch(/nearest\(-\d/);
    },
  );

  it('other people, standardised alike, are never blocked', async () => {
    for (const [seed, rows] of [
      ['others', 3000],
      ['few others', 90],
    ] as const) {
      const product = tableOf(disguised(measures(seed, rows), 1), 'p');
      const source = tableOf(measures('people', rows), 's');
      const verdict = await review({ sources: [source], product, seed: '00' });
      expect([verdict.verdict, verdict.restoration.rows.count]).toEqual(['review', 0]);
    }
  });
});
