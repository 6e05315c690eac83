/**
 * Checkpoints: what a party knows after a finished bucket, sealed by the suite under the caller's key and bound to the agreement.
 *
 * No protocol key or seed is in them: a resumed run makes new ones.
 * @module
 */
import { hexOf, isScrimError, ScrimError } from '../core/index.js';
import { fromHex, suite, utf8 } from '../crypto/index.js';
import { type Agreement, agreementText } from './agreement.js';
import type { BucketOutput } from './protocol.js';

/** Result of one bucket in terms of the whole set. */
export interface CheckpointPart {
  readonly matches: readonly number[] | null;
  readonly count: number | null;
  readonly withheld: BucketOutput['withheld'];
  readonly payloads: readonly Uint8Array[] | null;
}

/** See the module. */
export interface Checkpoint {
  /** Id of the first session, hex: digests and buckets depend on it. */
  readonly root: string;
  /** Number of own items. */
  readonly items: number;
  /** Finished buckets. */
  readonly bucket: number;
  readonly parts: readonly CheckpointPart[];
}

function binding(agreed: Agreement): Uint8Array {
  return utf8(`scrim psi checkpoint v1\n${agreementText(agreed)}`);
}

/** Seals a checkpoint. */
export function sealCheckpoint(checkpoint: Checkpoint, key: Uint8Array, agreed: Agreement): Uint8Array {
  const parts = checkpoint.parts.map((part) => ({
    ...part,
    payloads: part.payloads?.map((bytes) => hexOf(bytes)) ?? null,
  }));
  return suite(agreed.suite).seal(key, utf8(JSON.stringify({ ...checkpoint, parts })), binding(agreed));
}

/** Opens a checkpoint. @throws SCRIM_PSI_CHECKPOINT when key, agreement or bytes do not fit */
export function openCheckpoint(sealed: Uint8Array, key: Uint8Array, agreed: Agreement): Checkpoint {
  try {
    const text = new TextDecoder().decode(suite(agreed.suite).open(key, sealed, binding(agreed)));
    const read = JSON.parse(text) as Omit<Checkpoint, 'parts'> & {
      readonly parts: readonly (Omit<CheckpointPart, 'payloads'> & { readonly payloads: readonly string[] | null })[];
    };
    const parts = read.parts.map((part) => ({ ...part, payloads: part.payloads?.map((hex) => fromHex(hex)) ?? null }));
    return { ...read, parts };
  } catch (error) {
    const problem = isScrimError(error) ? 'its key or the agreement is another' : 'it is damaged';
    throw new ScrimError('SCRIM_PSI_CHECKPOINT', { problem });
  }
}
