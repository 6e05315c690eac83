/** Pipelines of transforms: differences of bent columns, digests that take turns, mixes of what was coded, hidden cells beside labels. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { latticeCoordinates } from '../../src/reversibility/attack/linear/lattice-mixes.js';
import { review } from '../../src/reversibility/index.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const random = new SeededRandom('behind sequences');
const rows = 90;
const below = (range: number): number[] => Array.from({ length: rows }, () => random.below(range));
const power = below(40).map((value) => 3 * value * value + 17);
const flow = below(900).map((value) => (value / 100).toFixed(2));
const hours = below(300);
const source = tableFromColumns({ power: power.map(String), flow, hours: hours.map(String) });

const differences = (values: readonly number[]): string[] =>
  values.map((value, row) => String(Number((value - (row === 0 ? 0 : (values[row - 1] as number))).toFixed(2))));

describe('behind differences and running totals', () => {
  it('differences of ranks and of negated numbers in steps', async () => {
    const ranks = [...new Set(power)].sort((a, b) => a - b);
    const product = tableFromColumns({
      a: differences(power.map((value) => ranks.indexOf(value))),
      b: differences(flow.map((value) => -4 * Number(value))),
      c: differences(hours.map((value) => 5 - value)),
    });
    const verdict = await review({ sources: [source], product, seed: 'a' });
    expect(verdict.verdict).toBe('block');
    expect(verdict.restoration.rows.count).toBe(rows);
    expect(verdict.columns.map(({ how }) => how)).toContain('ascending-order(running-total(a))');
  });

  it('second differences of numbers in other units', async () => {
    const twice = (values: readonly number[]): string[] => differences(differences(values).map(Number));
    const product = tableFromColumns({
      a: twice(power.map((value) => 2.5 * value)),
      b: twice(flow.map((value) => 40 * Number(value))),
      c: twice(hours.map((value) => 60 * value)),
    });
    const verdict = await review({ sources: [source], product, seed: 'b' });
    expect(verdict.verdict).toBe('block');
    expect(verdict.restoration.rows.count).toBe(rows);
  });
});

describe('digests that take turns', () => {
  it('two columns digit by digit in one cell', async () => {
    const digest = (text: string): string => createHash('md5').update(text).digest('hex');
    const turns = (a: string, b: string): string => Array.from(a, (char, i) => char + (b[i] as string)).join('');
    const verdict = await review({
      sources: [source],
      product: tableFromColumns({
        // An empty cell is filled up with blanks.
        a: power.map((value, row) =>
          turns(digest(String(value)), row % 9 === 0 ? ' '.repeat(32) : digest(flow[row] as string)),
        ),
        b: hours.map((value, row) => digest(String(value)) + digest(String(power[row]))),
      }),
      seed: 'd',
    });
    expect(verdict.verdict).toBe('block');
    expect(verdict.restoration.rows.count).toBe(rows - 10);
  });
});

describe('a rotation of columns in whole steps', () => {
  const count = 160;
  const bell = (): number => random.uniform() + random.uniform() + random.uniform() + random.uniform() - 2;
  const whole = [40, 55, 300].map((spread) => Array.from({ length: count }, () => Math.round(spread * bell())));
  const decoys = [700, 20].map((spread) => Array.from({ length: count }, () => Math.round(spread * bell())));
  const all = [...whole, ...decoys];
  // Householder reflections: orthogonal, and no column left alone.
  const turned = [1, 2, 3].reduce<number[][]>(
    (points) => {
      const normal = all.map(() => 2 * random.uniform() - 1);
      const square = normal.reduce((sum, own) => sum + own * own, 0);
      return points.map((point) => {
        const along = point.reduce((sum, own, i) => sum + own * (normal[i] as number), 0);
        return point.map((own, i) => own - (2 * along * (normal[i] as number)) / square);
      });
    },
    Array.from({ length: count }, (_, row) =>
      all.map((values) => (values[row] as number) / Math.max(...values.map(Math.abs))),
    ),
  );

  it('is undone by the lattice of its rows, no one else’s columns mixed in', () => {
    const columns = all.map((_, i) => Float64Array.from(turned, (point) => Number((point[i] as number).toFixed(7))));
    const found = latticeCoordinates(columns, [1e-7, 1e-7, 1e-7, 1e-7, 1e-7], () => false);
    for (const values of all) {
      const away = values.map((value) => value - (values[0] as number));
      expect(found?.some((own) => [1, -1].some((sign) => away.every((value, row) => own[row] === sign * value)))).toBe(
        true,
      );
    }
  });

  it('numbers that are in no whole steps have none', () => {
    const columns = all.map(() => Float64Array.from({ length: count }, () => Number(bell().toFixed(7))));
    expect(latticeCoordinates(columns, [1e-7, 1e-7, 1e-7, 1e-7, 1e-7], () => false)).toBeNull();
    // Nothing is mixed.
    const plain = all.map((values) => Float64Array.from(values, (value) => value / 100));
    expect(latticeCoordinates(plain, [1e-7, 1e-7, 1e-7, 1e-7, 1e-7], () => false)).toBeNull();
  });
});

describe('labels beside a key, cells of both hidden', () => {
  it('the mark of hidden cells is no label', async () => {
    const count = 200;
    const keys = Array.from({ length: count }, (_, row) => `K${String(7919 * (row + 13)).padStart(8, '0')}`);
    const labelled = [8, 5, 11].map((size) => Array.from({ length: count }, () => random.below(size)));
    const raw = tableFromColumns({
      key: keys,
      ...Object.fromEntries(labelled.map((codes, i) => [`c${i}`, codes.map((code) => `${'区市县'[i]}${code}`)])),
    });
    const hide = (text: string): string => (random.below(5) === 0 ? '*' : text);
    const product = tableFromColumns({
      key: keys.map(hide),
      ...Object.fromEntries(
        labelled.map((codes, i) => [
          `p${i}`,
          codes.map((code) => hide(String.fromCharCode(65 + ((code * 7 + 3 * i) % 13)))),
        ]),
      ),
    });
    const verdict = await review({ sources: [raw], product, seed: 'c' });
    expect(verdict.verdict).toBe('block');
    const read = verdict.columns.filter(({ how }) => how?.startsWith('table(') === true);
    expect(read.map(({ source: column }) => column)).toEqual(['c0', 'c1', 'c2']);
  });
});
