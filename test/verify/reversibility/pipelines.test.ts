/** Pipelines of transforms that take their time: mixes of what was coded before. */
import { describe, expect, it } from 'vitest';
import { review } from '../../../src/reversibility/index.js';
import { tableFromColumns } from '../../../src/table/index.js';
import { leakyCase } from '../../../src/testing/corpus/index.js';
import { SeededRandom } from '../../../src/testing/index.js';

/** The kinds that the seeds below were found with. */
const FIRST_KINDS = ['register', 'patients', 'customers', 'sensors', 'students'];
const random = new SeededRandom('pipelines');
const rows = 150;

describe('a mix in which one column is large', () => {
  it('whole numbers under XOR before the mix: the order of the large one ties the rows', async () => {
    const large = Array.from({ length: rows }, () => 10_000_000 + random.below(80_000_000));
    const small = [0, 1, 2].map(() => Array.from({ length: rows }, () => Math.round(1000 * random.uniform()) / 100));
    const raw = tableFromColumns({
      large: large.map(String),
      ...Object.fromEntries(small.map((values, i) => [`s${i}`, values.map(String)])),
    });
    const mixed = [large.map((value) => value ^ 2741), large.map((value) => value ^ 1234), ...small];
    const product = tableFromColumns(
      Object.fromEntries(
        mixed.map((_, at) => {
          const weights = mixed.map(() => 2 * random.uniform() - 1);
          return [
            `p${at}`,
            large.map((__, row) =>
              weights.reduce((sum, weight, i) => sum + weight * (mixed[i]?.[row] as number), 0).toPrecision(15),
            ),
          ];
        }),
      ),
    );
    const verdict = await review({ sources: [raw], product, seed: 'e' });
    expect(verdict.verdict).toBe('block');
    expect(verdict.restoration.rows.count).toBeGreaterThan(0.9 * rows);
  });
});

describe('rotations with columns of no one mixed in', () => {
  it.each(['ca9d176c4f7a8009-p16', 'ca9d176c4f7a8009-p177'])('corpus case %s', async (seed) => {
    const { source, product } = leakyCase(seed, undefined, FIRST_KINDS);
    const verdict = await review({ sources: [source], product, seed: 'f' });
    expect(verdict.verdict).toBe('block');
    expect(verdict.restoration.rows.gross).toBe(1);
  });
});
