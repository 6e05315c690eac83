/** Rotations and differences of columns in a part of the rows, of bell-shaped columns: tied by one number of each row. */
import { describe, expect, it } from 'vitest';
import { review } from '../../src/reversibility/index.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const ROWS = 300;
const NAMES = ['身高', '体重', '血糖', '胆固醇', '肌酐', '血小板', '费用'];

function laboratory(seed: string): number[][] {
  const random = new SeededRandom(seed);
  // Box and Muller: what is normal has no independent components.
  const bell = (): number =>
    0.5 * Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  const shapes = [
    [165, 20, 1],
    [64, 25, 1],
    [5.5, 1.6, 2],
    [4.8, 1.8, 2],
    [75, 30, 1],
    [220, 80, 0],
    [2400, 900, 2],
  ] as const;
  return Array.from({ length: ROWS }, () => {
    const common = bell();
    return shapes.map(([middle, width, decimals]) =>
      Number((middle + width * (0.3 * common + bell())).toFixed(decimals)),
    );
  });
}

type Rows = readonly (readonly number[])[];

const column = (rows: Rows, at: number): number[] => rows.map((row) => row[at] ?? 0);
const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;

/** Turned in each plane of two axes by some angle. */
function turned(rows: Rows): number[][] {
  return rows.map((row) => {
    const out = [...row];
    for (let a = 0; a < out.length; a++)
      for (let b = a + 1; b < out.length; b++) {
        const angle = 0.7 + a + 0.4 * b;
        const [x, y] = [out[a] ?? 0, out[b] ?? 0];
        out[a] = x * Math.cos(angle) - y * Math.sin(angle);
        out[b] = x * Math.sin(angle) + y * Math.cos(angle);
      }
    return out;
  });
}

function scaled(rows: Rows, scale: (list: readonly number[]) => readonly [middle: number, width: number]): number[][] {
  const scales = NAMES.map((_, at) => scale(column(rows, at)));
  return rows.map((row) => row.map((value, at) => (value - (scales[at]?.[0] ?? 0)) / (scales[at]?.[1] ?? 1)));
}

const MADE: Readonly<Record<string, (rows: Rows) => number[][]>> = {
  'scaled between 0 and 1, then turned': (rows) =>
    turned(scaled(rows, (list) => [Math.min(...list), Math.max(...list) - Math.min(...list)])),
  'standardised, then turned': (rows) =>
    turned(scaled(rows, (list) => [mean(list), Math.sqrt(mean(list.map((value) => (value - mean(list)) ** 2)))])),
  'each column less the one before, and the mean of all': (rows) =>
    rows.map((row) => [...row.slice(1).map((value, i) => value - (row[i] ?? 0)), mean(row)]),
};

const table = (names: readonly string[], rows: Rows, write: (value: number) => string) =>
  tableFromColumns(Object.fromEntries(names.map((name, at) => [name, column(rows, at).map(write)])));

describe('rows tied by a number of each', () => {
  const own = laboratory('laboratory');
  const others = laboratory('others');
  const reviewed = (rows: Rows) =>
    review({
      sources: [table(NAMES, own, String)],
      product: table(
        NAMES.map((_, at) => `c${at}`),
        rows.filter((_, i) => i % 5 === 1 || i % 5 === 3).reverse(),
        (value) => value.toFixed(6),
      ),
      seed: '00',
    });
  for (const [name, make] of Object.entries(MADE)) {
    it(`${name}: undone in two fifths of the rows`, async () => {
      const verdict = await reviewed(make(own));
      expect(verdict.verdict).toBe('block');
      expect(verdict.restoration.rows.net).toBeGreaterThan(0.35);
    });
    it(`${name}: strangers' are not blocked`, async () => {
      expect((await reviewed(make(others))).verdict).not.toBe('block');
    });
  }
});
