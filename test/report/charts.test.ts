/** Charts against golden files (looked at when they were accepted), and what must hold for any figures. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capacityBar } from '../../src/report/chart/capacity-bar.js';
import { histogram } from '../../src/report/chart/histogram.js';
import { intervalChart } from '../../src/report/chart/interval-chart.js';
import { shareBars } from '../../src/report/chart/share-bars.js';
import { shade, shareScale } from '../../src/report/chart/svg.js';
import { tileMap } from '../../src/report/chart/tile-map.js';
import { count, percent } from '../../src/report/index.js';

describe('golden files', () => {
  it('interval chart', async () => {
    const chart = intervalChart(
      [
        { label: '行', gross: 0.0042, net: 0.004, lower: 0.0031, upper: 0.0049, note: '126 / 30000' },
        { label: 'Direct identifiers', gross: 1, net: 1, lower: 1, upper: 1 },
      ],
      [{ at: 0.01, label: 'block' }],
      { label: 'restored', gross: 'gross', net: 'net' },
    );
    await expect(chart.text).toMatchFileSnapshot('golden/interval-chart.svg');
  });

  it('tile map', async () => {
    const tiles = ['姓名', 'age', '年收入', 'diagnosis', '住址', 'id', 'k'].map((label, i) => ({
      label,
      share: i / 6,
      marked: i === 0,
    }));
    await expect(tileMap(tiles, 'restored cells').text).toMatchFileSnapshot('golden/tile-map.svg');
  });

  it('histogram', async () => {
    const bins = [
      { from: 1, rows: 12 },
      { from: 2, rows: 40 },
      { from: 5, rows: 300 },
      { from: 20, rows: 5000 },
    ];
    const chart = histogram(bins, 5, { label: 'class sizes', axis: 'class size', limit: 'under 5' });
    await expect(chart.text).toMatchFileSnapshot('golden/histogram.svg');
  });

  it('capacity bar', async () => {
    const chart = capacityBar(
      { productBits: 1280, rawBits: 2.5e6, bound: 1280 / 2.5e6 },
      { label: 'bound', product: 'product', raw: 'raw' },
    );
    await expect(chart.text).toMatchFileSnapshot('golden/capacity-bar.svg');
  });

  it('share bars', async () => {
    const chart = shareBars(
      [
        { label: '出生日期', share: 0.92, note: 'n' },
        { label: 'sex', share: 0.01 },
      ],
      'bars',
    );
    await expect(chart.text).toMatchFileSnapshot('golden/share-bars.svg');
  });
});

describe('any figures', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });

  it('no chart contains NaN or Infinity, whatever the counts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ label: fc.string(), share, marked: fc.boolean() }), { maxLength: 9 }),
        fc.array(fc.nat(), { maxLength: 6 }),
        (tiles, rows) => {
          const bins = rows.map((value, i) => ({ from: i + 1, rows: value }));
          const text = [
            tileMap(tiles, 'x').text,
            histogram(bins, 3, { label: 'x', axis: '', limit: '' }).text,
            shareBars(tiles, 'x').text,
          ].join('');
          expect(text.replace(/>[^<]*</g, '><').replace(/aria-label="[^"]*"/g, '')).not.toMatch(/NaN|Infinity/);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('a darker shade means a larger share: luminance falls strictly with the share', () => {
    const luminance = (colour: string): number =>
      0.2126 * Number.parseInt(colour.slice(1, 3), 16) +
      0.7152 * Number.parseInt(colour.slice(3, 5), 16) +
      0.0722 * Number.parseInt(colour.slice(5, 7), 16);
    for (let i = 1; i <= 20; i++) expect(luminance(shade(i / 20))).toBeLessThan(luminance(shade((i - 1) / 20)));
  });

  it('the axis is monotone, ends at 0 and 1 and keeps the thresholds 0.1 % and 1 % apart', () => {
    expect(shareScale(0)).toBe(0);
    expect(shareScale(1)).toBeCloseTo(1, 12);
    expect(shareScale(0.01) - shareScale(0.001)).toBeGreaterThan(0.2);
    fc.assert(
      fc.property(
        share,
        share,
        (a, b) => a === b || shareScale(a) < shareScale(b) === a < b || Math.abs(a - b) < 1e-12,
      ),
    );
  });

  it('a percentage never claims all or nothing that is not so', () => {
    fc.assert(
      fc.property(share, (value) => {
        const text = percent(value);
        if (value < 1) expect(text).not.toBe('100 %');
        if (value > 0) expect(text).not.toBe('0 %');
      }),
    );
    expect(percent(0.99999)).toBe('> 99.99 %');
    expect(percent(0.999)).toBe('99.9 %');
    expect(percent(0.00001)).toBe('< 0.01 %');
    expect(percent(0.1)).toBe('10 %');
    expect(count(1234567)).toBe('1\u202f234\u202f567');
  });
});
