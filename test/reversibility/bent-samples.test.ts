/** Columns bent each in its own way in a part of the rows; and amounts, taxes and totals of strangers, which lie on few lines. */
import { describe, expect, it } from 'vitest';
import { review } from '../../src/reversibility/index.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

type Columns = Record<string, number[]>;

function patients(seed: string, rows = 1000): Columns {
  const random = new SeededRandom(seed);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  const made: Columns = { age: [], pressure: [], cholesterol: [], pulse: [], weight: [] };
  for (let row = 0; row < rows; row++) {
    const age = Math.round(Math.min(90, Math.max(20, 54 + 12 * normal())));
    made['age']?.push(age);
    made['pressure']?.push(Math.round(100 + 0.6 * age + 14 * normal()));
    made['cholesterol']?.push(Math.round(180 + age + 40 * normal()));
    made['pulse']?.push(Math.round(200 - 0.9 * age + 18 * normal()));
    made['weight']?.push(Math.round(10 * (74 + 13 * normal())) / 10);
  }
  return made;
}

const texts = (columns: Columns, digits: number, rename = false) =>
  tableFromColumns(
    Object.fromEntries(
      Object.entries(columns).map(([name, cells], i) => [
        rename ? `c${i}` : name,
        cells.map((value) => String(Number(value.toFixed(digits)))),
      ]),
    ),
  );

const part = (columns: Columns): Columns =>
  Object.fromEntries(
    Object.entries(columns).map(([name, cells]) => [name, cells.filter((_, i) => i % 5 < 2).reverse()]),
  );

const bent = (columns: Columns, bend: (z: number) => number): Columns =>
  Object.fromEntries(
    Object.entries(columns).map(([name, cells]) => {
      const mean = cells.reduce((sum, value) => sum + value, 0) / cells.length;
      const spread = Math.sqrt(cells.reduce((sum, value) => sum + (value - mean) ** 2, 0) / cells.length);
      return [name, cells.map((value) => bend((value - mean) / spread))];
    }),
  );

/** Ranks within the rows that are left. */
const ranked = (columns: Columns): Columns =>
  Object.fromEntries(
    Object.entries(columns).map(([name, cells]) => {
      const sorted = [...new Set(cells)].sort((a, b) => a - b);
      return [name, cells.map((value) => 3 * sorted.indexOf(value) + 7)];
    }),
  );

const SOURCE = patients('patients');
const OTHERS = patients('others');
const BENDS: Record<string, (z: number) => number> = {
  'the logistic curve': (z) => 1 / (1 + Math.exp(-z)),
  'a hyperbolic tangent, falling': (z) => -Math.tanh(z / 2),
  'a power of Box and Cox': (z) => ((z + 6) ** 0.37 - 1) / 0.37,
};

const verdictOf = async (source: Columns, product: ReturnType<typeof texts>) =>
  (await review({ sources: [texts(source, 2)], product, seed: '00' })).verdict;

describe('columns bent in a part of the rows', () => {
  it.each(Object.entries(BENDS))('by %s are put back, without their names', async (_, bend) => {
    expect(await verdictOf(SOURCE, texts(bent(part(SOURCE), bend), 6, true))).toBe('block');
    expect(await verdictOf(SOURCE, texts(bent(part(OTHERS), bend), 6, true))).not.toBe('block');
  });

  it('as ranks among themselves, with their names', async () => {
    expect(await verdictOf(SOURCE, texts(ranked(part(SOURCE)), 0))).toBe('block');
    expect(await verdictOf(SOURCE, texts(ranked(part(OTHERS)), 0))).not.toBe('block');
  });
});

describe('amounts, taxes and totals', () => {
  function invoices(seed: string): Columns {
    const random = new SeededRandom(seed);
    const made: Columns = { net: [], tax: [], total: [] };
    const normal = (): number =>
      Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
    for (let row = 0; row < 4000; row++) {
      const net = Math.round(100 * Math.exp(7.2 + 1.4 * normal())) / 100;
      const tax = Math.round(100 * net * ([0.13, 0.13, 0.09, 0.06][random.below(4)] as number)) / 100;
      made['net']?.push(net);
      made['tax']?.push(tax);
      made['total']?.push(net + tax);
    }
    return made;
  }
  it.each(['a', 'b', 'c'])('of strangers are no copies of outliers (%s)', async (seed) => {
    expect(await verdictOf(invoices('source'), texts(part(invoices(seed)), 2, true))).not.toBe('block');
  });
});
