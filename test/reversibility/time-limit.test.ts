/**
 * The time limit (issue 4, "Bad input"): wherever the clock ends a review, what was left undone is a gap and the verdict *review*,
 * never a release; what was found until then still counts. The clock is moved by hand, so that no test depends on a machine's speed.
 */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { review, type Verdict } from '../../src/reversibility/index.js';
import { columnOfTexts, type Sheet } from '../../src/reversibility/intake/sheet.js';
import { fitNullModel } from '../../src/reversibility/restoration/null-model.js';
import { type Table, tableFromColumns } from '../../src/table/index.js';
import { SeededRandom } from '../../src/testing/index.js';

type Columns = Record<string, readonly string[]>;

afterEach(() => {
  vi.restoreAllMocks();
});

function people(rows: number, seed: string): Columns {
  const random = new SeededRandom(seed);
  const of = (cell: () => string): string[] => Array.from({ length: rows }, cell);
  return {
    phone: of(() => String(13_000_000_000 + random.below(999_999_999))),
    city: of(() => ['Hangzhou', 'Ningbo', 'Wenzhou'][random.below(3)] as string),
    age: of(() => String(20 + random.below(60))),
    pay: of(() => String(3000 + random.below(20_000))),
  };
}

/** Reviews with a clock that stands still and, at its `jump`-th look, is past every limit; with how often it was looked at. */
async function endedAt(
  source: Table,
  product: Table,
  jump: number,
): Promise<{ readonly verdict: Verdict; readonly looks: number }> {
  let looks = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => (++looks >= jump ? 1e12 + 1e9 : 1e12));
  const verdict = await review({ sources: [source], product, seed: '00' });
  vi.restoreAllMocks();
  return { verdict, looks };
}

/** Looks at the clock to end at: the first, the last and some between. */
function spread(looks: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => 2 + Math.round((i / (count - 1)) * (looks - 2)));
}

describe('time limit', () => {
  const raw = people(240, 'limit');
  const source = tableFromColumns(raw);

  it('a safe product is not released when the clock ends anywhere before the last look at it', async () => {
    const product = tableFromColumns({
      city: raw['city'] as string[],
      age: (raw['age'] as string[]).map((text) => (Number(text) < 50 ? '20-49' : '50-79')),
    });
    const whole = await endedAt(source, product, Number.POSITIVE_INFINITY);
    expect(whole.verdict.verdict).toBe('release');
    for (const jump of spread(whole.looks, 14)) {
      const { verdict } = await endedAt(source, product, jump);
      expect(verdict.verdict, `look ${jump} of ${whole.looks}`).toBe('review');
      expect(verdict.coverage.gaps.map(({ reason }) => reason)).toContain('the time limit was reached');
    }
  });

  it('a copy is blocked or, with a gap, for a person to look at', async () => {
    const product = tableFromColumns(
      Object.fromEntries(
        Object.entries(raw).map(([name, texts]) => [name, texts.map((text) => Buffer.from(text).toString('base64'))]),
      ),
    );
    const whole = await endedAt(source, product, Number.POSITIVE_INFINITY);
    expect(whole.verdict.verdict).toBe('block');
    for (const jump of spread(whole.looks, 14)) {
      const { verdict } = await endedAt(source, product, jump);
      if (verdict.verdict !== 'block') expect(verdict.verdict, `look ${jump} of ${whole.looks}`).toBe('review');
      if (verdict.verdict === 'review') expect(verdict.coverage.gaps.length).toBeGreaterThan(0);
    }
  });

  it('null products of thousands of columns are drawn no longer than the clock allows', () => {
    const columns = Object.entries(raw).map(([name, texts]) => columnOfTexts(name, texts));
    const sheet: Sheet = { name: 's', rows: 240, columns, personOf: null, persons: 240 };
    const model = fitNullModel(sheet);
    let looks = 0;
    expect(() => model.draw(240, new SeededRandom('d'), () => ++looks > 2)).toThrow('time limit');
    expect(looks).toBe(3);
  });
});
