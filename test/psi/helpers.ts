/** Sets with a known intersection, and runs of both sides. */
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
