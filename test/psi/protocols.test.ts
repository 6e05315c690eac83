/** Every protocol, suite and mode against the plain set operation (issue 6, "Correctness"). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AgreementOptions, agreement, itemSet, runInProcess } from '../../src/psi/index.js';
import { codeOf, expected, keys, rangeRun, run } from './helpers.js';

const protocols: AgreementOptions[] = [
  { protocol: 'ecdh' },
  { protocol: 'ecdh', curve: 'p256' },
  { protocol: 'ecdh', suite: 'gm' },
  { protocol: 'kkrt' },
  { protocol: 'kkrt', rowHash: 'linear' },
  { protocol: 'kkrt', suite: 'gm' },
];

describe('intersection', () => {
  for (const options of protocols) {
    it(`${JSON.stringify(options)}: exact on both sides, empty and disjoint sets, one side larger`, () => {
      const cases: [number, number, number, number][] = [
        [0, 60, 40, 100],
        [0, 0, 0, 20],
        [0, 20, 0, 0],
        [0, 20, 20, 30],
        [0, 25, 0, 25],
      ];
      for (const [a, b, c, d] of options.protocol === 'kkrt' ? cases.slice(0, options.suite === 'gm' ? 1 : 3) : cases) {
        const left = keys(a, b);
        const right = keys(c, d);
        const { left: one, right: two } = run({ ...options, learns: 'both' }, left, right);
        expect([...(one.matches ?? [])]).toEqual(expected(left, right));
        expect([...(two.matches ?? [])]).toEqual(expected(right, left));
        expect(one.size).toBe(two.size);
        expect(one.transcript).toBe(two.transcript);
      }
    });
  }

  it('kkrt misses nothing and finds nothing else: 10 random runs at 2^12 of the 1,000 in npm run verify', {
    timeout: 120_000,
  }, () => {
    for (let i = 0; i < 10; i++) expect(rangeRun(12, i)).toBeNull();
  });

  it('kkrt and ecdh agree with the set operation on random sets of unequal sizes', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ maxLength: 80 }), { maxLength: 40 }),
        fc.uniqueArray(fc.string({ maxLength: 80 }), { maxLength: 40 }),
        fc.constantFrom<AgreementOptions>(
          { protocol: 'ecdh' },
          { protocol: 'kkrt' },
          { protocol: 'kkrt', rowHash: 'linear' },
        ),
        (a, b, options) => {
          // Lone surrogates become U+FFFD, as everywhere in the library: compare what was encoded.
          const whole = (texts: string[]): string[] => [...new Set(texts.map((text) => text.toWellFormed()))];
          const [one, two] = [whole(a), whole([...b, ...a.slice(0, 5)])];
          const left = itemSet(one, one.length);
          const right = itemSet(two, two.length);
          expect([...(run(options, left, right).left.matches ?? [])]).toEqual(expected(left, right));
        },
      ),
      { numRuns: 8 },
    );
  });

  it('10^4 times larger on one side, either way', () => {
    for (const [left, right] of [
      [keys(5, 6), keys(0, 10_000)],
      [keys(0, 10_000), keys(5, 6)],
    ] as const) {
      const { left: one } = run({ protocol: 'kkrt' }, left, right);
      expect([...(one.matches ?? [])]).toEqual(expected(left, right));
    }
  });

  it('the other side learns nothing unless it was agreed', () => {
    for (const protocol of ['ecdh', 'kkrt'] as const) {
      const { right } = run({ protocol }, keys(0, 20), keys(10, 30));
      expect([right.matches, right.size]).toEqual([null, null]);
      const turned = run({ protocol, learns: 'right' }, keys(0, 20), keys(10, 30));
      expect([turned.left.matches, turned.right.size]).toEqual([null, 10]);
    }
  });

  it('the portable back end gives the same result without node:crypto', () => {
    const agreed = agreement({ protocol: 'ecdh' });
    const left = keys(0, 8);
    const right = keys(4, 12);
    const { left: one } = runInProcess(
      { agreement: agreed, items: left, portable: true },
      { agreement: agreed, items: right },
    );
    expect([...(one.matches ?? [])]).toEqual([4, 5, 6, 7]);
  });
});

describe('cardinality, threshold, noise', () => {
  it('gives the number and no matches', () => {
    for (const suite of ['intl', 'gm'] as const) {
      const { left, right } = run({ mode: 'cardinality', suite, learns: 'both' }, keys(0, 30), keys(18, 50));
      expect([left.size, right.size, left.matches, right.matches]).toEqual([12, 12, null, null]);
    }
  });

  it('withholds below the minimum and above the maximum, at the borders', () => {
    const at = (minimum: number, maximum: number): unknown => {
      const { left } = run({ protocol: 'ecdh', minimum, maximum }, keys(0, 20), keys(10, 30));
      return left.withheld ?? left.size;
    };
    expect([at(10, 0), at(11, 0), at(0, 10), at(0, 9)]).toEqual([10, 'below-minimum', 10, 'above-maximum']);
  });

  it('adds discrete Laplace noise of the agreed scale: mean and spread over 120 runs (chance of a false alarm below 1e-6)', () => {
    const sizes: number[] = [];
    for (let i = 0; i < 120; i++) {
      sizes.push(run({ mode: 'cardinality', noise: '2' }, keys(0, 6), keys(2, 8)).left.size as number);
    }
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    const variance = sizes.reduce((sum, size) => sum + (size - 4) ** 2, 0) / sizes.length;
    // Variance of the law with b = 2: 2q/(1-q)^2 = 7.84 for q = exp(-1/2); the mean of 120 has deviation 0.256.
    expect(Math.abs(mean - 4)).toBeLessThan(0.256 * 5.2);
    expect(variance).toBeGreaterThan(1.5);
    expect(variance).toBeLessThan(25);
  });
});

describe('payload', () => {
  const payloads = Array.from({ length: 20 }, (_, i) => new TextEncoder().encode('x'.repeat(i)));
  for (const options of [
    { protocol: 'kkrt' },
    { protocol: 'kkrt', suite: 'gm' },
    { protocol: 'kkrt', learns: 'both' },
    { protocol: 'ecdh', learns: 'both' },
  ] as AgreementOptions[]) {
    it(`${JSON.stringify(options)}: comes for the matched keys, in their order`, () => {
      const agreed = agreement({ ...options, mode: 'payload' });
      const { left } = runInProcess(
        { agreement: agreed, items: keys(10, 40) },
        { agreement: agreed, items: keys(0, 20), payloads },
      );
      expect([...(left.matches ?? [])]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(left.payloads?.map((bytes) => bytes.length)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    });
  }
});

describe('buckets and size classes', () => {
  it('several padded buckets give the same result, also of tiny and empty sets', () => {
    for (const [left, right] of [
      [keys(0, 3000), keys(2000, 4500)],
      [keys(0, 3), keys(2, 9)],
      [keys(0, 0), keys(0, 9)],
    ] as const) {
      const { left: one, right: two } = run({ buckets: 3, sizes: 'power-of-two', learns: 'both' }, left, right);
      expect([...(one.matches ?? [])]).toEqual(expected(left, right));
      expect(two.size).toBe(one.size);
    }
  });

  it('announces a power of two when agreed', () => {
    expect(run({ protocol: 'ecdh', sizes: 'power-of-two' }, keys(0, 17), keys(0, 33)).left.peerSize).toBe(64);
  });
});

describe('cells that cannot be done soundly are refused', () => {
  it.each([
    [{ protocol: 'kkrt', mode: 'cardinality' }],
    [{ protocol: 'kkrt', minimum: 5 }],
    [{ protocol: 'ecdh', mode: 'payload' }],
    [{ protocol: 'oprf', learns: 'both' }],
    [{ protocol: 'oprf', mode: 'cardinality' }],
    [{ protocol: 'oprf', buckets: 2 }],
    [{ protocol: 'oprf', minimum: 2 }],
    [{ protocol: 'ecdh', curve: 'ristretto255' }],
    [{ protocol: 'ecdh', minimum: 2, buckets: 2 }],
    [{ protocol: 'ecdh', mode: 'intersection', noise: '1' }],
    [{ protocol: 'kkrt', mode: 'payload', rowHash: 'linear' }],
    [{ suite: 'gm', curve: 'x25519' }],
  ] as [AgreementOptions][])('%j', (options) => {
    expect(codeOf(() => agreement(options))).toBe('SCRIM_PSI_UNSUPPORTED');
  });
});
