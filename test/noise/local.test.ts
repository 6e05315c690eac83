/** Unary encoding, local hashing and above-threshold: exact laws, unbiased estimates with their stated variance, and the audit kit. */
import { describe, expect, it } from 'vitest';
import { SecureRandom } from '../../src/core/index.js';
import { AboveThreshold, LocalHashing, RandomisedResponse, UnaryEncoding } from '../../src/noise/index.js';
import { hashedCell } from '../../src/noise/local-hashing.js';
import { epsilonLowerBound, SeededRandom } from '../../src/testing/index.js';

const truths = [400, 300, 200, 100, 0, 0];
const persons = 1000;

/** Estimates of repeated surveys against truth and stated variance; a line fails by chance below 1e-6. */
function check(survey: (seed: number) => ArrayLike<number>, variance: (holders: number) => number): void {
  const rounds = 200;
  const errors = truths.map(() => ({ sum: 0, squares: 0 }));
  for (let round = 0; round < rounds; round++) {
    const estimates = survey(round);
    truths.forEach((truth, i) => {
      const gap = (estimates[i] as number) - truth;
      errors[i]!.sum += gap;
      errors[i]!.squares += gap * gap;
    });
  }
  truths.forEach((truth, i) => {
    const { sum, squares } = errors[i]!;
    expect(Math.abs(sum / rounds) / Math.sqrt(variance(truth) / rounds)).toBeLessThan(5.2);
    // The variance ratio of 200 rounds has a standard error of 0.1.
    expect(Math.abs(squares / rounds / variance(truth) - 1)).toBeLessThan(0.6);
  });
}

const everybody = (respond: (truth: number) => void): void => {
  truths.forEach((count, truth) => {
    for (let i = 0; i < count; i++) respond(truth);
  });
};

describe('estimates are unbiased with the stated variance', () => {
  it('unary encoding', () => {
    const oracle = new UnaryEncoding(truths.length, 1);
    check(
      (seed) => {
        const random = new SeededRandom(`unary-${seed}`);
        const raised = new Float64Array(truths.length);
        everybody((truth) => {
          const bits = oracle.respond(truth, random);
          for (let i = 0; i < bits.length; i++) raised[i]! += bits[i]!;
        });
        return oracle.debias(raised, persons);
      },
      (holders) => oracle.variance(persons, holders),
    );
    // Wang et al. 2017, Eq. 10: 4 n e^eps / (e^eps - 1)^2 for a category that nobody holds.
    expect(oracle.variance(persons, 0) / ((4 * persons * Math.E) / (Math.E - 1) ** 2)).toBeCloseTo(1, 12);
  });

  it('local hashing', () => {
    const oracle = new LocalHashing(truths.length, 1);
    expect(oracle.cells).toBe(4);
    check(
      (seed) => {
        const random = new SeededRandom(`hash-${seed}`);
        const responses: ReturnType<LocalHashing['respond']>[] = [];
        everybody((truth) => responses.push(oracle.respond(truth, random)));
        return oracle.estimate(responses);
      },
      (holders) => oracle.variance(persons, holders),
    );
  });

  it('k-ary response', () => {
    const oracle = new RandomisedResponse(truths.length, 1);
    check(
      (seed) => {
        const random = new SeededRandom(`kary-${seed}`);
        const counts = new Float64Array(truths.length);
        everybody((truth) => {
          counts[oracle.respond(truth, random)]!++;
        });
        return oracle.debias(counts);
      },
      (holders) => oracle.variance(persons, holders),
    );
  });
});

describe('multiply-shift', () => {
  it('agrees with 64-bit integers', () => {
    const random = new SeededRandom('shift');
    for (let i = 0; i < 20_000; i++) {
      const hash = [random.uint32(), random.uint32(), random.uint32(), random.uint32()] as const;
      const answer = i % 3 === 0 ? random.uint32() : random.below(1000);
      const [a, b] = [(BigInt(hash[0]) << 32n) | BigInt(hash[1]), (BigInt(hash[2]) << 32n) | BigInt(hash[3])];
      const word = (((a * BigInt(answer) + b) & ((1n << 64n) - 1n)) >> 32n) * 7n;
      expect(hashedCell(hash, answer, 7)).toBe(Number(word >> 32n));
    }
  });

  it('is pairwise independent: two answers meet in a cell with probability 1 / cells', () => {
    const random = new SeededRandom('pairs');
    let met = 0;
    const draws = 60_000;
    for (let i = 0; i < draws; i++) {
      const hash = [random.uint32(), random.uint32(), random.uint32(), random.uint32()] as const;
      if (hashedCell(hash, 3, 5) === hashedCell(hash, 4, 5)) met++;
    }
    expect(Math.abs(met - draws / 5) / Math.sqrt(draws * 0.16)).toBeLessThan(5);
  });
});

const N = 40_000;
const sample = (seed: string, draw: (random: SeededRandom) => number): Float64Array => {
  const random = new SeededRandom(seed);
  return Float64Array.from({ length: N }, () => draw(random));
};
const bound = (a: (random: SeededRandom) => number, b: (random: SeededRandom) => number): number =>
  epsilonLowerBound(sample('a', a), sample('b', b)).epsilon;

describe('the audit kit finds no more than the declared epsilon, and nearly that', () => {
  it('unary encoding: all bits of a response as one number', () => {
    const oracle = new UnaryEncoding(3, 1);
    const code = (truth: number) => (random: SeededRandom) =>
      oracle.respond(truth, random).reduce((sum, bit) => sum * 2 + bit, 0);
    const found = bound(code(0), code(2));
    expect(found).toBeLessThanOrEqual(1);
    expect(found).toBeGreaterThan(0.6);
  });

  it('local hashing: whether the cell is that of the first truth', () => {
    const oracle = new LocalHashing(10, 1);
    const hit = (truth: number) => (random: SeededRandom) => {
      const { hash, cell } = oracle.respond(truth, random);
      return hashedCell(hash, 0, oracle.cells) === cell ? 1 : 0;
    };
    const found = bound(hit(0), hit(1));
    expect(found).toBeLessThanOrEqual(1);
    expect(found).toBeGreaterThan(0.3);
  });

  const search = (values: readonly number[]) => (random: SeededRandom) => {
    const own = new AboveThreshold({ threshold: 0, sensitivity: 1, epsilon: 1 }, random);
    const at = values.findIndex((value) => own.ask(value));
    return at < 0 ? values.length : at;
  };
  it('above-threshold: neighbours that differ everywhere, in opposite directions', () => {
    const found = bound(search([0, 0, 0, 0, 1]), search([1, 1, 1, 1, 0]));
    expect(found).toBeLessThanOrEqual(1);
    expect(found).toBeGreaterThan(0.05);
  });

  it('kills the broken variants of the sparse vector technique', () => {
    // No noise on the values (Lyu, Su, Li, Alg. 5): a value above and one below tell the neighbours apart for sure.
    const plain = (values: readonly number[]) => (random: SeededRandom) => {
      const own = new AboveThreshold({ threshold: 0, sensitivity: 1, epsilon: 1 }, random);
      const threshold = own.thresholdNoise.sample(random);
      return values.reduce((code, value) => code * 2 + (value >= threshold ? 1 : 0), 0);
    };
    expect(bound(plain([0, 1]), plain([1, 0]))).toBeGreaterThan(1);
    // Goes on after the first "above" without paying again (Alg. 6): neighbours that rise in one half and fall in the other.
    const m = 30;
    const endless = (first: number, second: number) => (random: SeededRandom) => {
      const own = new AboveThreshold({ threshold: 0, sensitivity: 1, epsilon: 1 }, random);
      const threshold = own.thresholdNoise.sample(random);
      const above = (value: number): number => {
        let count = 0;
        for (let i = 0; i < m; i++) if (value + own.valueNoise.sample(random) >= threshold) count++;
        return count;
      };
      return above(first) - above(second);
    };
    expect(bound(endless(1, 0), endless(0, 1))).toBeGreaterThan(1);
  });
});

describe('above-threshold', () => {
  it('splits epsilon exactly and ends after the first "above"', () => {
    const own = new AboveThreshold({ threshold: 100, sensitivity: 2, epsilon: '1/3' }, new SecureRandom());
    const one = (scale: { num: bigint; den: bigint }, shift: bigint): [bigint, bigint] => [
      shift * scale.den,
      scale.num,
    ];
    const [a, b] = one(own.thresholdNoise.scale, 2n);
    const [c, d] = one(own.valueNoise.scale, 4n);
    // Δ/b1 + 2Δ/b2 = 1/3.
    expect((a * d + c * b) * 3n).toBe(b * d);
    expect(own.ask(-1_000_000)).toBe(false);
    expect(own.ask(1_000_000)).toBe(true);
    expect(own.done).toBe(true);
    expect(() => own.ask(0)).toThrowError(expect.objectContaining({ code: 'SCRIM_ARGUMENT' }));
  });

  it.each([
    { threshold: 0.5, sensitivity: 1, epsilon: 1 },
    { threshold: Number.NaN, sensitivity: 1, epsilon: 1 },
    { threshold: 0, sensitivity: 0, epsilon: 1 },
    { threshold: 0, sensitivity: 1, epsilon: 0 },
    { threshold: 0, sensitivity: 1, epsilon: -1 },
  ])('refuses %j', (options) => {
    expect(() => new AboveThreshold(options, new SecureRandom())).toThrowError(
      expect.objectContaining({ code: 'SCRIM_ARGUMENT' }),
    );
  });

  it('refuses answers and prices that local mechanisms cannot have', () => {
    const random = new SecureRandom();
    for (const make of [
      () => new UnaryEncoding(1, 1),
      () => new UnaryEncoding(3, 0),
      () => new LocalHashing(3, 20),
      () => new LocalHashing(3, Number.NaN),
      () => new UnaryEncoding(3, 1).respond(3, random),
      () => new LocalHashing(3, 1).respond(-1, random),
    ])
      expect(make).toThrowError(expect.objectContaining({ code: 'SCRIM_ARGUMENT' }));
  });
});
