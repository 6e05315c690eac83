/** Zero missed and zero false matches over many random runs of unequal sizes (issue 6, "Correctness"). */
import { describe, expect, it } from 'vitest';
import { SecureRandom } from '../../../src/core/index.js';
import { expected, keys, run } from '../../psi/helpers.js';

const random = new SecureRandom();

function check(bits: number, runs: number): void {
  for (let i = 0; i < runs; i++) {
    const n = 2 ** bits;
    const m = 1 + random.below(2 * n);
    const from = random.below(n + m);
    const left = keys(m, m + n);
    const right = keys(from, from + m);
    const { left: one, right: two } = run(
      { protocol: 'kkrt', learns: 'both', rowHash: i % 2 === 0 ? 'row' : 'linear' },
      left,
      right,
    );
    const wanted = expected(left, right);
    expect(one.size).toBe(wanted.length);
    expect(two.size).toBe(wanted.length);
    expect([...(one.matches ?? [])]).toEqual(wanted);
  }
}

describe('kkrt', () => {
  it('1,000 runs at 2^12', { timeout: 3_600_000 }, () => check(12, 1000));
  it('100 runs at 2^16', { timeout: 3_600_000 }, () => check(16, 100));
});
