/** Partition selection against the tables of Google's C++ and Go libraries and OpenDP (test/vectors/dp/reference.json). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { magicRule, thresholdFor, thresholdRule } from '../../src/dp/index.js';
import { DiscreteLaplace } from '../../src/noise/index.js';
import { SeededRandom } from '../../src/testing/index.js';

interface Row {
  readonly id: string;
  readonly category: string;
  readonly function: string;
  readonly inputs: Record<string, number>;
  readonly expected: number | number[];
  readonly tolerance: { abs?: number; rel?: number };
}
const rows: Row[] = JSON.parse(readFileSync(new URL('../vectors/dp/reference.json', import.meta.url), 'utf8')).rows;

describe('optimal selection (Desfontaines et al. 2022, Thm. 1)', () => {
  const magic = rows.filter(
    (row) => row.category === 'partition-selection.magic' && !row.function.includes('pre-threshold'),
  );

  it.each(magic.map((row) => [row.id, row] as const))('%s', (_, row) => {
    const { idCount, l0, epsilon, delta } = row.inputs;
    const rule = magicRule(epsilon!, delta!, l0!);
    const expected = row.expected as number;
    const allowed = Math.max(row.tolerance.abs ?? 0, (row.tolerance.rel ?? 0) * expected, 2e-9 * expected);
    expect(Math.abs(rule.probability(idCount!) - expected)).toBeLessThanOrEqual(allowed);
  });

  it('is (epsilon, delta)-private between neighbouring counts, in both directions', () => {
    for (const [epsilon, delta] of [
      [0.5, 0.02],
      [1, 1e-6],
      [0.1, 1e-9],
      [5, 1e-12],
    ] as const) {
      const rule = magicRule(epsilon, delta, 1);
      for (let n = 0; n < 400; n++) {
        const [p, q] = [rule.probability(n), rule.probability(n + 1)];
        expect(q).toBeLessThanOrEqual(Math.exp(epsilon) * p + delta);
        expect(1 - p).toBeLessThanOrEqual(Math.exp(epsilon) * (1 - q + 2 ** -52) + delta);
      }
    }
  });

  it('draws with the probability it states', () => {
    const rule = magicRule(0.5, 0.02, 1);
    const random = new SeededRandom('magic');
    for (const units of [0, 1, 4, 6, 8]) {
      let kept = 0;
      for (let i = 0; i < 20_000; i++) if (rule.keep(units, random)) kept++;
      const p = rule.probability(units);
      expect(Math.abs(kept - 20_000 * p)).toBeLessThan(5 * Math.sqrt(20_000 * p * (1 - p)) + 1e-9);
    }
  });
});

describe('thresholds', () => {
  it('integer Laplace, scale 1, threshold 10, one unit: OpenDP gives delta 3.319000812207484e-5', () => {
    // Released iff noisy > T: P(1 + X > 10) = P(X > 9).
    expect(new DiscreteLaplace(1).upperTail(9) / 3.319000812207484e-5).toBeCloseTo(1, 9);
    expect(thresholdFor(new DiscreteLaplace(1), 3.32e-5, 1)).toBe(10);
    expect(thresholdFor(new DiscreteLaplace(1), 3.31e-5, 1)).toBe(11);
  });

  it('draws with the probability it states', () => {
    const rule = thresholdRule(new DiscreteLaplace(2), 0.01, 1);
    const random = new SeededRandom('threshold');
    for (const units of [1, 5, 8, 12]) {
      let kept = 0;
      for (let i = 0; i < 20_000; i++) if (rule.keep(units, random)) kept++;
      const p = rule.probability(units);
      expect(Math.abs(kept - 20_000 * p)).toBeLessThan(5 * Math.sqrt(20_000 * p * (1 - p)) + 5);
    }
    expect(rule.probability(1)).toBeLessThanOrEqual(0.01);
  });
});
