/** Sets with a known intersection, and runs of both sides. */
import { SecureRandom } from '../../src/core/index.js';
import {
  type AgreementOptions,
  agreement,
  type ItemSet,
  itemSet,
  type PairResult,
  runInProcess,
  type Wiretap,
} from '../../src/psi/index.js';

/** Keys `k<from>` .. `k<to - 1>`. */
export function keys(from: number, to: number, prefix = 'k'): ItemSet {
  return itemSet(
    Array.from({ length: to - from }, (_, i) => `${prefix}${from + i}`),
    to - from,
  );
}

/** Runs both sides with one agreement. */
export function run(options: AgreementOptions, left: ItemSet, right: ItemSet, wiretap?: Wiretap): PairResult {
  const agreed = agreement(options);
  return runInProcess({ agreement: agreed, items: left }, { agreement: agreed, items: right }, wiretap);
}

/** Positions of the texts of `left` that occur in `right`: what the protocols must find. */
export function expected(left: ItemSet, right: ItemSet): number[] {
  const text = (set: ItemSet, i: number): string =>
    new TextDecoder().decode(set.bytes.subarray(set.offsets[i] as number, set.offsets[i + 1] as number));
  const others = new Set(Array.from({ length: right.count }, (_, i) => text(right, i)));
  return Array.from({ length: left.count }, (_, i) => i).filter((i) => others.has(text(left, i)));
}

/** Code of the error that a call throws. */
export function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return String((error as { code?: unknown }).code);
  }
  return 'no error';
}

/**
 * One KKRT run of two ranges of random unequal sizes, the left one of 2^bits keys, against the range that they share.
 *
 * @param index - chooses row hash and suite in turn
 * @returns what is wrong, or null
 */
export function rangeRun(bits: number, index: number): string | null {
  const random = new SecureRandom();
  const n = 2 ** bits;
  const m = 1 + random.below(2 * n);
  const from = random.below(n + m);
  const [low, high] = [Math.max(m, from), Math.max(Math.max(m, from), Math.min(m + n, from + m))];
  const options: AgreementOptions = {
    protocol: 'kkrt',
    learns: 'both',
    rowHash: index % 2 === 0 ? 'row' : 'linear',
    suite: index % 10 === 9 ? 'gm' : 'intl',
  };
  const { left, right } = run(options, keys(m, m + n), keys(from, from + m));
  const about = `run ${index}: 2^${bits} against ${m}, ${high - low} common`;
  if (left.size !== high - low || right.size !== high - low) return `${about}: ${left.size} and ${right.size} counted`;
  if (left.transcript !== right.transcript) return `${about}: transcripts differ`;
  for (let i = 0; i < high - low; i++) {
    if (left.matches?.[i] !== low - m + i) return `${about}: left item ${i}`;
    if (right.matches?.[i] !== low - from + i) return `${about}: right item ${i}`;
  }
  return left.matches?.length === high - low && right.matches?.length === high - low ? null : `${about}: lengths`;
}
