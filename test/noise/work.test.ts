/** The work of a sampler does not follow the size of what it draws: |r| < 0.05 between |noise| and random words drawn. */
import { describe, expect, it } from 'vitest';
import type { RandomSource } from '../../src/core/index.js';
import { DiscreteGaussian, DiscreteLaplace } from '../../src/noise/index.js';
import { SeededRandom } from '../../src/testing/index.js';

/** Correlation over independent draws; under independence its standard error is 1 / sqrt(draws) = 0.0045. */
function correlation(draw: (random: RandomSource) => number, draws = 50_000): number {
  const source = new SeededRandom('work');
  let words = 0;
  const counted: RandomSource = {
    kind: 'seeded',
    uint32: () => {
      words++;
      return source.uint32();
    },
    below: (n) => {
      words++;
      return source.below(n);
    },
    uniform: () => source.uniform(),
    fill: (target) => source.fill(target),
  };
  const sizes = new Float64Array(draws);
  const work = new Float64Array(draws);
  for (let i = 0; i < draws; i++) {
    words = 0;
    sizes[i] = Math.abs(draw(counted));
    work[i] = words;
  }
  const mean = (list: Float64Array): number => list.reduce((a, b) => a + b, 0) / draws;
  const [x, y] = [mean(sizes), mean(work)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < draws; i++) {
    xy += (sizes[i]! - x) * (work[i]! - y);
    xx += (sizes[i]! - x) ** 2;
    yy += (work[i]! - y) ** 2;
  }
  return yy === 0 ? 0 : xy / Math.sqrt(xx * yy);
}

describe('words drawn against |noise|', () => {
  it.each([2, 20, 1000, 5000, 1e9])('scale %d', (scale) => {
    const laplace = new DiscreteLaplace(scale);
    const gaussian = new DiscreteGaussian(scale);
    expect(Math.abs(correlation((random) => laplace.sample(random)))).toBeLessThan(0.05);
    expect(Math.abs(correlation((random) => gaussian.sample(random)))).toBeLessThan(0.05);
  });

  it('the measure sees a sampler whose loop runs as long as its outcome: CKS20 by flips', () => {
    const flips = (random: RandomSource): number => {
      let count = 0;
      while (random.uint32() < 2 ** 31) count++;
      return count;
    };
    expect(correlation(flips)).toBeGreaterThan(0.9);
  });
});
