/**
 * A slice of the corpus of `test/verify/reversibility` that fits into every test run: fixed seeds, so no false alarms.
 * `npm run verify` draws fresh ones and takes hundreds of cases.
 */
import { describe, expect, it } from 'vitest';
import { phrase, review } from '../../src/reversibility/index.js';
import {
  type CorpusCase,
  leakyCase,
  leakyFamilies,
  othersCase,
  safeCase,
  safeFamilies,
} from '../../src/testing/corpus/index.js';

const SEED = '0123456789abcdef0123456789abcdef';
/** Small sources keep the slice quick; the seed is the first from `name` whose source has at most 200 rows. */
function small(make: (seed: string) => CorpusCase, name: string): CorpusCase {
  for (let i = 0; ; i++) {
    const made = make(`${name}-${i}`);
    if (made.source.rows <= 200) return made;
  }
}

describe('a slice of the corpus', () => {
  it('gives up a safe family that no source of the kinds can make', () => {
    expect(() => safeCase('none', 'by-month', ['survey'])).toThrow(RangeError);
  });

  it('has at least 40 leaky families and 12 safe ones', () => {
    expect(new Set(leakyFamilies).size).toBeGreaterThanOrEqual(40);
    expect(new Set(safeFamilies).size).toBeGreaterThanOrEqual(12);
  });

  it('leaky families are blocked, with an inverse that restored rows', async () => {
    const missed: string[] = [];
    for (const family of leakyFamilies.filter((_, i) => i % 19 === 1)) {
      const made = small((seed) => leakyCase(seed, family), `slice-${family}`);
      const verdict = await review({ sources: [made.source], product: made.product, seed: SEED });
      const named = verdict.attacks.some(
        (attack) => attack.inverse !== null && (attack.restoration?.rows.count ?? 0) > 0,
      );
      if (verdict.verdict !== 'block' || !named) missed.push(`${made.seed} ${made.name}: ${verdict.verdict}`);
    }
    expect(missed).toEqual([]);
  }, 120_000);

  it('safe forms are never blocked, most released (small sources: 200 rows), and said in both languages', async () => {
    const blocked: string[] = [];
    const held: string[] = [];
    for (const family of safeFamilies.filter((_, i) => i % 2 === 0)) {
      const made = small((seed) => safeCase(seed, family), `slice-${family}`);
      const verdict = await review({ sources: [made.source], product: made.product, seed: SEED });
      if (verdict.verdict === 'block') blocked.push(`${made.seed} ${made.name}`);
      if (verdict.verdict !== 'release') held.push(`${made.seed} ${made.name}`);
      for (const { explained, how } of verdict.columns) {
        if (explained === 'safe-form' && how !== null) expect(phrase(how, 'zh-CN'), how).not.toBe(how);
      }
    }
    expect(blocked).toEqual([]);
    expect(held.length, held.join('\n')).toBeLessThanOrEqual(2);
  }, 120_000);

  it('other people are never blocked', async () => {
    for (let i = 0; i < 2; i++) {
      const made = small(othersCase, `slice-others-${i}`);
      const verdict = await review({ sources: [made.source], product: made.product, seed: SEED });
      expect(verdict.verdict, made.name).not.toBe('block');
      expect(verdict.restoration.rows.lower).toBe(0);
    }
  }, 120_000);
});
