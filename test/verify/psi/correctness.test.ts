/** Zero missed and zero false matches over many random runs of unequal sizes, both sides alike (issue 6, "Correctness"). */
import { describe, expect, it } from 'vitest';
import { rangeRun } from '../../psi/helpers.js';

/** `PSI_RUNS=0.1` does a tenth of the runs. */
const share = Number(process.env.PSI_RUNS ?? 1);

function wrong(bits: number, runs: number): string[] {
  return Array.from({ length: Math.ceil(runs * share) }, (_, i) => rangeRun(bits, i)).filter((text) => text !== null);
}

describe('kkrt', () => {
  it('1,000 runs at 2^12', { timeout: 3_600_000 }, () => expect(wrong(12, 1000)).toEqual([]));
  it('100 runs at 2^16', { timeout: 3_600_000 }, () => expect(wrong(16, 100)).toEqual([]));
});
