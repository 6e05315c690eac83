/** Parts of cells that a source column holds by chance explain no column; parts that are all read do. */
import { describe, expect, it } from 'vitest';
import { review, type Verdict } from '../../src/reversibility/index.js';
import { tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

const random = new SeededRandom('parts');
// Every number of twelve digits stands for one person, by a table that nobody published.
const CODES = Array.from({ length: 80 }, () => String(100_000_000_000 + random.below(899_999_999_999)));
const SOURCE = Array.from({ length: 2000 }, () => ({
  name: `n${random.below(80)}`,
  count: String(random.below(10)),
  city: `c${random.below(7)}`,
}));
const source = tableFromColumns({
  姓名: SOURCE.map(({ name }) => name),
  数量: SOURCE.map(({ count }) => count),
  城市: SOURCE.map(({ city }) => city),
});
const reviewed = (cells: string[]): Promise<Verdict> =>
  review({ sources: [source], product: tableFromColumns({ code: cells }), seed: '00' });

describe('parts of cells', () => {
  it('by which no values are told apart explain nothing: the rest may be an encrypted copy', async () => {
    const verdict = await reviewed(SOURCE.map(() => CODES[random.below(80)] as string));
    expect(verdict.verdict).toBe('review');
    expect(verdict.columns[0]?.explained).toBe('none');
  });

  it('that are all read explain a column', async () => {
    const verdict = await reviewed(SOURCE.map(({ count, city }) => `${city}/${count}`));
    expect(verdict.columns[0]?.explained).toBe('attack');
  });
});
