/**
 * Issue 4, "Done when", on the corpus: at least 98 % of leaky products blocked, of 200 safe ones none blocked and at least 90 %
 * released, other people's data never blocked, and a null model that is calibrated.
 *
 * Seeds are drawn fresh and printed; `SCRIM_SEED=HEX` repeats a run. A recall of 99 % falls below 98 % of 260 cases with
 * probability 0.04; a false block is never chance.
 */
import { describe, expect, it } from 'vitest';
import { hexOf, SecureRandom } from '../../../src/core/index.js';
import { phrase, review, type Verdict } from '../../../src/reversibility/index.js';
import {
  type CorpusCase,
  leakyCase,
  leakyFamilies,
  othersCase,
  safeCase,
  safeFamilies,
} from '../../../src/testing/corpus/index.js';

const given = process.env['SCRIM_SEED'];
const fresh = given !== undefined && given !== 'random' ? given : hexOf(new SecureRandom().bytes(8));
console.log(`corpus seed ${fresh}`);

const PIPELINES = 200;
const SAFE = 208;
const OTHERS = 120;

function decide(made: CorpusCase): Promise<Verdict> {
  return review({ sources: [made.source], product: made.product });
}

function says(made: CorpusCase, verdict: Verdict): string {
  const reasons = [...new Set(verdict.reasons.map((reason) => reason.code))].join(', ');
  return `${verdict.verdict}: ${made.seed} ${made.name} [${reasons}] review seed ${verdict.seed}`;
}

describe(`corpus, seed ${fresh}`, () => {
  it('blocks at least 98 % of leaky products, with an inverse that restored rows or identifiers', async () => {
    const missed: string[] = [];
    let unnamed = 0;
    const cases = [
      ...leakyFamilies.map((family, i) => leakyCase(`${fresh}-f${i}`, family)),
      ...Array.from({ length: PIPELINES }, (_, i) => leakyCase(`${fresh}-p${i}`)),
    ];
    for (const made of cases) {
      const verdict = await decide(made);
      if (verdict.verdict !== 'block') missed.push(says(made, verdict));
      else if (
        !verdict.attacks.some(
          ({ inverse, restoration }) =>
            inverse !== null && restoration !== null && restoration.rows.count + restoration.identifiers.count > 0,
        )
      )
        unnamed++;
    }
    expect(leakyFamilies.length).toBeGreaterThanOrEqual(40);
    expect(missed.length, missed.join('\n')).toBeLessThanOrEqual(Math.floor(0.02 * cases.length));
    expect(unnamed).toBe(0);
  });

  it('blocks no safe product and releases at least 90 %', async () => {
    const blocked: string[] = [];
    const held: string[] = [];
    for (let i = 0; i < SAFE; i++) {
      const made = safeCase(`${fresh}-s${i}`, safeFamilies[i % safeFamilies.length]);
      const verdict = await decide(made);
      if (verdict.verdict === 'block') blocked.push(says(made, verdict));
      if (verdict.verdict !== 'release') held.push(says(made, verdict));
      for (const { explained, how } of verdict.columns) {
        if (explained === 'safe-form' && how !== null) expect(phrase(how, 'zh-CN'), how).not.toBe(how);
      }
    }
    expect(blocked).toEqual([]);
    expect(held.length, held.join('\n')).toBeLessThanOrEqual(Math.floor(0.1 * SAFE));
  });

  it('never blocks other people or independent columns of them, and its interval covers zero for at least 95 %', async () => {
    const blocked: string[] = [];
    let covered = 0;
    for (let i = 0; i < OTHERS; i++) {
      const made = othersCase(`${fresh}-o${i}`);
      const verdict = await decide(made);
      if (verdict.verdict === 'block') blocked.push(says(made, verdict));
      if (verdict.restoration.rows.lower === 0) covered++;
    }
    expect(blocked).toEqual([]);
    expect(covered / OTHERS).toBeGreaterThanOrEqual(0.95);
  });
});
