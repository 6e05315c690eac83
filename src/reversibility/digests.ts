/**
 * Digests of a review: plain ones of product and tool, which the gate and third parties check; those of raw data under a key.
 * @module
 */
import { canonicalJson, hexOf, type Json, sha256Hex, version } from '../core/index.js';
import { battery } from './attack/battery.js';
import { keyedDigest, type Opened } from './intake/inputs.js';
import { BATTERY } from './thresholds.js';
import type { Digests, Thresholds } from './verdict.js';

/** What {@link digestsOf} digests. */
export interface Digested {
  readonly sources: readonly Opened[];
  readonly products: readonly Opened[];
  readonly control: Opened | null;
  readonly thresholds: Thresholds;
  /** Key of the digests of raw data; without it there are none. */
  readonly reviewerKey: Uint8Array | string | undefined;
  /** SHA-256 of the policy. */
  readonly policy: string | undefined;
}

/** All digests of a verdict. */
export function digestsOf({ sources, products, control, thresholds, reviewerKey, policy }: Digested): Digests {
  return {
    product: products.map((product) => product.bytes ?? hexOf(product.content)),
    productForm: products.map((product) => (product.bytes === null ? 'table' : 'bytes')),
    source: sources.map((source) => keyedDigest(source.content, reviewerKey)),
    control: control === null ? null : keyedDigest(control.content, reviewerKey),
    policy: policy ?? null,
    tool: toolDigest(thresholds),
  };
}

/** SHA-256 over battery, version and thresholds. */
function toolDigest(thresholds: Thresholds): string {
  const attacks = battery.map((attack) => attack.id);
  const tool = { battery: BATTERY, version, thresholds: thresholds as unknown as Json, attacks };
  return sha256Hex(new TextEncoder().encode(canonicalJson(tool)));
}
