/**
 * Exact samplers over 20 million draws a scale: chi-square per cell and adjacent log-ratios, at scales rich in divisors and in the tails;
 * and the brackets of dp-accounting over every stored mixture. A line fails by chance below 1e-6.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { account, type Charge } from '../../../src/dp/index.js';
import { DiscreteGaussian, DiscreteLaplace } from '../../../src/noise/index.js';
import { SeededRandom } from '../../../src/testing/index.js';

const DRAWS = 20_000_000;
const BLOCK = 1_000_000;

/** Cells with at least 50 expected draws, the rest in two tails: standardised chi-square, worst adjacent log-ratio in standard errors. */
function agreement(noise: DiscreteLaplace | DiscreteGaussian, weight: (x: number) => number, seed: string) {
  let total = 1;
  for (let x = 1; weight(x) > 1e-300 && x < 60_000; x++) total += 2 * weight(x);
  let reach = 0;
  while ((weight(reach + 1) / total) * DRAWS >= 50) reach++;
  let tail = 0;
  for (let x = reach + 1; weight(x) > 1e-300 && x < 60_000; x++) tail += weight(x) / total;
  const counts = new Float64Array(2 * reach + 3);
  const random = new SeededRandom(seed);
  const block = new Int32Array(BLOCK);
  for (let done = 0; done < DRAWS; done += BLOCK) {
    noise.fill(block, random);
    for (let i = 0; i < BLOCK; i++) {
      const cell = Math.min(2 * reach + 2, Math.max(0, block[i]! + reach + 1));
      counts[cell]!++;
    }
  }
  let [chi, worst] = [0, 0];
  for (let cell = 0; cell < counts.length; cell++) {
    const x = cell - reach - 1;
    const p = Math.abs(x) > reach ? tail : weight(x) / total;
    chi += (counts[cell]! - DRAWS * p) ** 2 / (DRAWS * p);
    if (cell > 1 && cell < counts.length - 1) {
      const gap = Math.log(counts[cell]! / counts[cell - 1]!) - Math.log(weight(x) / weight(x - 1));
      worst = Math.max(worst, Math.abs(gap) / Math.sqrt(1 / counts[cell]! + 1 / counts[cell - 1]!));
    }
  }
  const degrees = counts.length - 1;
  return { z: (chi - degrees) / Math.sqrt(2 * degrees), worst };
}

describe.each([2, 3, 5, 10, 12, 20, 60, 100])('scale %i', (scale) => {
  it('discrete Laplace', () => {
    const { z, worst } = agreement(
      new DiscreteLaplace(scale),
      (x) => Math.exp(-Math.abs(x) / scale),
      `verify-l-${scale}`,
    );
    expect(z).toBeLessThan(5);
    expect(worst).toBeLessThan(6);
  });

  it('discrete Gaussian', () => {
    const { z, worst } = agreement(
      new DiscreteGaussian(scale),
      (x) => Math.exp(-(x * x) / (2 * scale * scale)),
      `verify-g-${scale}`,
    );
    expect(z).toBeLessThan(5);
    expect(worst).toBeLessThan(6);
  });
});

it('every mixture lies in the brackets of dp-accounting', () => {
  const path = new URL('../../vectors/dp/composition-brackets.json', import.meta.url);
  const { cases } = JSON.parse(readFileSync(path, 'utf8'));
  for (const { charges, results } of cases) {
    const exact = charges.every(({ mechanism }: Charge) => mechanism.kind !== 'approximate');
    for (const { delta, epsilon, pess, opt } of results) {
      const found =
        delta === undefined
          ? account({ charges, accountant: 'pld', epsilon }).delta
          : account({ charges, accountant: 'pld', delta }).epsilon;
      const slack = delta === undefined ? 3e-4 * Number(pess) + 1e-12 : 2e-4;
      expect(found).toBeLessThanOrEqual(Number(pess) + slack);
      if (opt !== null && exact) expect(found).toBeGreaterThanOrEqual(Number(opt) * (1 - 1e-9) - 1e-11);
    }
  }
});
