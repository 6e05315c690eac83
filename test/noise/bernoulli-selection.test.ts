/** Bernoulli(exp(-x)), selection and randomised response against their exact probabilities. Fixed seeds; a line fails by chance below 1e-6. */
import { describe, expect, it } from 'vitest';
import { SecureRandom } from '../../src/core/index.js';
import { expNegative } from '../../src/noise/exp-interval.js';
import {
  bernoulliExp,
  exponentialMechanism,
  permuteAndFlip,
  RandomisedResponse,
  rational,
} from '../../src/noise/index.js';
import { SeededRandom } from '../../src/testing/index.js';

describe('bounds of exp(-x)', () => {
  it('enclose digits of e known from elsewhere (OEIS A068985: exp(-1))', () => {
    const digits = 36787944117144232159552377016146086744581113103176n; // 50 decimals
    const bits = 200;
    const { low, high } = expNegative({ num: 1n, den: 1n }, bits);
    const scaled = (digits << 200n) / 10n ** 50n;
    expect(low <= scaled + 2n ** 40n && scaled <= high).toBe(true);
    expect(high - low <= 2n).toBe(true);
  });

  it('multiply as exponentials do', () => {
    for (const [a, b] of [
      [1n, 3n],
      [7n, 2n],
      [123n, 10n],
      [1n, 10n ** 12n],
    ] as const) {
      const bits = 160;
      const one = expNegative({ num: a, den: b }, bits);
      const double = expNegative({ num: 2n * a, den: b }, bits);
      const square = { low: (one.low * one.low) >> 160n, high: ((one.high * one.high) >> 160n) + 1n };
      expect(square.low <= double.high && double.low <= square.high).toBe(true);
    }
  });
});

describe('Bernoulli(exp(-x))', () => {
  const count = (x: string, seed: string, draws: number, margin?: number): number => {
    const random = new SeededRandom(seed);
    const exact = rational(x, 'x');
    let hits = 0;
    for (let i = 0; i < draws; i++) if (bernoulliExp(exact, random, margin === undefined ? {} : { margin })) hits++;
    return hits;
  };

  it.each(['0.001', '1/3', '1', '2.5', '7'])('has probability exp(-%s), by filter and by forced fallback', (x) => {
    const p = Math.exp(-Number(x === '1/3' ? 1 / 3 : x));
    for (const [draws, margin] of [
      [200_000, undefined],
      [20_000, 1],
    ] as const) {
      const z = (count(x, `bernoulli-${x}`, draws, margin) - draws * p) / Math.sqrt(draws * p * (1 - p));
      expect(Math.abs(z)).toBeLessThan(5);
    }
  });

  it('is certain at zero and practically never true far out', () => {
    expect(count('0', 'zero', 1000)).toBe(1000);
    expect(count('100', 'far', 10_000)).toBe(0);
    expect(count('1e30', 'farther', 1000, 1)).toBe(0);
  });

  it('settles a tie of the first 53 bits by further bits', () => {
    // All-zero words put the uniform number at the very bottom: below exp(-x) for every x the comparison can reach.
    const zeros = {
      kind: 'seeded' as const,
      uint32: () => 0,
      below: () => 0,
      uniform: () => 0,
      fill: (t: Uint8Array) => t.fill(0),
    };
    expect(bernoulliExp({ num: 500n, den: 1n }, zeros)).toBe(true);
  });
});

describe('selection', () => {
  const scores = [10, 12, 9, 12, 3];
  const tally = (select: (random: SeededRandom) => number, draws: number): number[] => {
    const random = new SeededRandom('selection');
    const counts = scores.map(() => 0);
    for (let i = 0; i < draws; i++) counts[select(random)]!++;
    return counts;
  };

  it('exponential mechanism: weights exp(epsilon (score - best) / (2 sensitivity))', () => {
    const draws = 100_000;
    const counts = tally((random) => exponentialMechanism({ scores, sensitivity: 2, epsilon: 1.5 }, random), draws);
    const weights = scores.map((score) => Math.exp((1.5 * (score - 12)) / 4));
    const total = weights.reduce((a, b) => a + b);
    counts.forEach((observed, i) => {
      const p = weights[i]! / total;
      expect(Math.abs(observed - draws * p) / Math.sqrt(draws * p * (1 - p))).toBeLessThan(5);
    });
  });

  it('permute-and-flip: probabilities from all orders, enumerated', () => {
    const accept = scores.map((score) => Math.exp((1.5 * (score - 12)) / 4));
    const probability = scores.map(() => 0);
    let orders = 0;
    const walk = (left: number[], reached: number): void => {
      if (left.length === 0) return;
      for (const candidate of left) {
        const chance = reached / left.length;
        probability[candidate]! += chance * accept[candidate]!;
        walk(
          left.filter((other) => other !== candidate),
          chance * (1 - accept[candidate]!),
        );
      }
      orders++;
    };
    walk([0, 1, 2, 3, 4], 1);
    expect(orders).toBeGreaterThan(5);
    const draws = 100_000;
    const counts = tally((random) => permuteAndFlip({ scores, sensitivity: 2, epsilon: '3/2' }, random), draws);
    counts.forEach((observed, i) => {
      const p = probability[i]!;
      expect(Math.abs(observed - draws * p) / Math.sqrt(draws * p * (1 - p))).toBeLessThan(5);
    });
  });

  it('refuses unusable input', () => {
    const random = new SecureRandom();
    for (const wrong of [
      { scores: [], sensitivity: 1, epsilon: 1 },
      { scores: [1.5], sensitivity: 1, epsilon: 1 },
      { scores: [Number.NaN], sensitivity: 1, epsilon: 1 },
      { scores: [1], sensitivity: 0, epsilon: 1 },
      { scores: [1], sensitivity: 1, epsilon: 0 },
      { scores: [1], sensitivity: 1, epsilon: -1 },
      { scores: [1], sensitivity: 1, epsilon: Number.NaN },
    ]) {
      expect(() => permuteAndFlip(wrong, random)).toThrowError(expect.objectContaining({ code: 'SCRIM_ARGUMENT' }));
    }
  });
});

describe('k-ary randomised response', () => {
  it('answers the truth with probability e^eps / (e^eps + k - 1) and debiases to the true counts', () => {
    const response = new RandomisedResponse(4, 1);
    const random = new SeededRandom('responses');
    const truth = [40_000, 30_000, 20_000, 10_000];
    const counts = [0, 0, 0, 0];
    let kept = 0;
    truth.forEach((persons, answer) => {
      for (let i = 0; i < persons; i++) {
        const given = response.respond(answer, random);
        counts[given]!++;
        if (given === answer) kept++;
      }
    });
    const p = Math.E / (Math.E + 3);
    expect(Math.abs(kept - 100_000 * p) / Math.sqrt(100_000 * p * (1 - p))).toBeLessThan(5);
    const estimates = response.debias(counts);
    const error = Math.sqrt(100_000 * 0.25) / (p - (1 - p) / 3);
    truth.forEach((persons, answer) => expect(Math.abs(estimates[answer]! - persons)).toBeLessThan(5 * error));
  });
});
