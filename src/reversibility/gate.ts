/**
 * The export gate: only bytes whose digest carries a *release* verdict pass (DESIGN §6, R1).
 * @module
 */
import { ScrimError, sha256Hex } from '../core/index.js';
import type { Verdict } from './verdict.js';

/** What a ledger says since the verdict. */
export interface GateState {
  /** The verdict or its scenario was halted. Default: false. */
  readonly halted?: boolean;
  /** The verdict was withdrawn. Default: false. */
  readonly withdrawn?: boolean;
}

/**
 * Lets a product through, or throws.
 *
 * @param product - the exact bytes that would leave
 * @throws SCRIM_GATE_REFUSED with the ground: another digest, another verdict, a halt, a withdrawal
 */
export function gate(product: Uint8Array, verdict: Verdict, state: GateState = {}): { readonly sha256: string } {
  const digest = sha256Hex(product);
  const refuse = (ground: string): ScrimError => new ScrimError('SCRIM_GATE_REFUSED', { ground });
  if (verdict?.schema !== 'scrim.review/1') throw refuse('this is no verdict of schema scrim.review/1');
  const position = verdict.digests.product.indexOf(digest);
  if (position < 0 || verdict.digests.productForm[position] !== 'bytes')
    throw refuse('these bytes were not the ones reviewed');
  if (verdict.verdict !== 'release') throw refuse(`the verdict is ${verdict.verdict}`);
  if (verdict.coverage.gaps.length > 0) throw refuse('the review has gaps');
  if (state.halted === true) throw refuse('a halt is in force');
  if (state.withdrawn === true) throw refuse('the verdict was withdrawn');
  return { sha256: digest };
}
