/** Values of other systems, each with its source in test/vectors/reversibility/attacks.json. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { anonymityLoss, clopperPearson, linkRecords, precisionRecall, wilson } from '../../src/reversibility/index.js';

interface Row {
  readonly id: string;
  readonly area: string;
  readonly params: Record<string, unknown>;
  readonly expected: Record<string, number> & { distances?: number[] };
  readonly tolerance: number;
}

const { rows } = JSON.parse(
  readFileSync(new URL('../vectors/reversibility/attacks.json', import.meta.url), 'utf8'),
) as { rows: Row[] };

describe('reference values', () => {
  for (const { id, area, params, expected, tolerance } of rows) {
    it(id, () => {
      if (area === 'ci') {
        const own = wilson(params.s as number, params.n as number, params.level as number);
        expect(Math.abs(own.rate - (expected.rate as number))).toBeLessThan(tolerance);
        expect(Math.abs(own.error - (expected.error as number))).toBeLessThan(tolerance);
      } else if (area === 'excess-risk') {
        const p = params as Record<string, number>;
        const attack = { precision: p.p_attack as number, recall: p.r_attack as number };
        const base = { precision: p.p_base as number, recall: p.r_base as number };
        expect(Math.abs(precisionRecall(base.precision, base.recall) - (expected.prc_base as number))).toBeLessThan(
          tolerance,
        );
        expect(
          Math.abs(precisionRecall(attack.precision, attack.recall) - (expected.prc_attack as number)),
        ).toBeLessThan(tolerance);
        expect(Math.abs(anonymityLoss(attack, base) - (expected.alc as number))).toBeLessThan(tolerance);
      } else {
        expect(area).toBe('record-linkage');
        const linked = linkRecords(params.x as (number | string)[][], params.y as (number | string)[][]);
        expect(linked.correct).toBe(expected.correct);
        expect(Math.abs(linked.total - (expected.total as number))).toBeLessThan(tolerance);
        linked.distances.forEach((distance, i) => {
          expect(Math.abs(distance - (expected.distances?.[i] as number))).toBeLessThan(tolerance);
        });
      }
    });
  }

  it('Clopper-Pearson: no hits in 3,000 bound the rate by about 3.7/n at 95 % two-sided, as 1 - 0.025^(1/n)', () => {
    expect(clopperPearson(0, 3000).upper).toBeCloseTo(1 - 0.025 ** (1 / 3000), 9);
    expect(clopperPearson(3000, 3000).lower).toBeCloseTo(0.025 ** (1 / 3000), 9);
  });
});
