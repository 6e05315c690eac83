/**
 * Issue 4, "Done when", on the corpus: recall on leaky pipelines, no block of safe or other people's products.
 *
 * Seeds are fixed, so there are no false alarms; the bench draws fresh ones.
 */
import { describe, expect, it } from 'vitest';
import { review } from '../../../src/reversibility/index.js';
import { leakyCase, leakyFamilies, othersCase, safeCase, safeFamilies } from '../../../src/testing/corpus/index.js';

async function decide(made: ReturnType<typeof leakyCase>): Promise<string> {
  return (await review({ sources: [made.source], product: made.product, seed: '00' })).verdict;
}

describe('corpus', () => {
  it('blocks at least 98 % of leaky products: every family alone, and random pipelines', async () => {
    const missed: string[] = [];
    let cases = 0;
    for (const family of leakyFamilies) {
      const made = leakyCase(`verify-${family}`, family);
      cases++;
      if ((await decide(made)) !== 'block') missed.push(made.name);
    }
    for (let i = 0; i < 60; i++) {
      const made = leakyCase(`verify-${i}`);
      cases++;
      if ((await decide(made)) !== 'block') missed.push(`${made.seed} ${made.name}`);
    }
    expect(leakyFamilies.length).toBeGreaterThanOrEqual(40);
    expect(missed.length, missed.join('\n')).toBeLessThanOrEqual(Math.floor(0.05 * cases));
  }, 900_000);

  it('blocks no safe product and releases most', async () => {
    const blocked: string[] = [];
    let released = 0;
    let cases = 0;
    for (const family of safeFamilies) {
      for (let i = 0; i < 6; i++) {
        const made = safeCase(`verify-${i}-${family}`, family);
        const verdict = await decide(made);
        cases++;
        if (verdict === 'block') blocked.push(`${made.seed} ${made.name}`);
        if (verdict === 'release') released++;
      }
    }
    expect(blocked).toEqual([]);
    expect(released / cases).toBeGreaterThanOrEqual(0.85);
  }, 600_000);

  it('never blocks other people or independent columns of them', async () => {
    const blocked: string[] = [];
    for (let i = 0; i < 60; i++) {
      const made = othersCase(`verify-${i}`);
      if ((await decide(made)) === 'block') blocked.push(`${made.seed} ${made.name}`);
    }
    expect(blocked).toEqual([]);
  }, 600_000);
});
