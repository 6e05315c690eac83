/**
 * Checkpoints: what a party knows after a finished bucket, sealed by the suite under the caller's key and bound to the agreement.
 *
 * No protocol key or seed is in them: a resumed run makes new ones. Inside the seal: length of a JSON head (4), the head, then
 * for each part its matches (4 bytes each) and its payloads (length of 2 bytes, bytes).
 * @module
 */
import { isScrimError, ScrimError } from '../core/index.js';
import { suite, utf8 } from '../crypto/index.js';
import { type Agreement, agreementText } from './agreement.js';
import type { BucketOutput } from './protocol.js';

/** Result of one bucket in terms of the whole set. */
export interface CheckpointPart {
  readonly matches: Uint32Array | null;
  readonly count: number | null;
  readonly withheld: BucketOutput['withheld'];
  readonly payloads: readonly Uint8Array[] | null;
}

/** See the module. */
export interface Checkpoint {
  /** Id of the first session (or of the publication), hex: digests and buckets depend on it. */
  readonly root: string;
  /** Fingerprint of the own items and their numbers. */
  readonly items: string;
  /** Finished buckets. */
  readonly bucket: number;
  readonly parts: readonly CheckpointPart[];
}

interface Head {
  readonly root: string;
  readonly items: string;
  readonly bucket: number;
  readonly parts: readonly {
    readonly matches: number | null;
    readonly count: number | null;
    readonly withheld: BucketOutput['withheld'];
    readonly payloads: boolean;
  }[];
}

function binding(agreed: Agreement): Uint8Array {
  return utf8(`scrim psi checkpoint v3\n${agreementText(agreed)}`);
}

/** Seals a checkpoint. */
export function sealCheckpoint(checkpoint: Checkpoint, key: Uint8Array, agreed: Agreement): Uint8Array {
  const { root, items, bucket, parts } = checkpoint;
  const head: Head = {
    root,
    items,
    bucket,
    parts: parts.map(({ matches, count, withheld, payloads }) => ({
      matches: matches?.length ?? null,
      count,
      withheld,
      payloads: payloads !== null,
    })),
  };
  const text = utf8(JSON.stringify(head));
  let length = 4 + text.length;
  for (const { matches, payloads } of parts) {
    length += 4 * (matches?.length ?? 0);
    for (const one of payloads ?? []) length += 2 + one.length;
  }
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, text.length);
  bytes.set(text, 4);
  let at = 4 + text.length;
  for (const { matches, payloads } of parts) {
    for (let i = 0; i < (matches?.length ?? 0); i++, at += 4) view.setUint32(at, (matches as Uint32Array)[i] as number);
    for (const one of payloads ?? []) {
      view.setUint16(at, one.length);
      bytes.set(one, at + 2);
      at += 2 + one.length;
    }
  }
  return suite(agreed.suite).seal(key, bytes, binding(agreed));
}

/** Opens a checkpoint. @throws SCRIM_PSI_CHECKPOINT when key, agreement or bytes do not fit */
export function openCheckpoint(sealed: Uint8Array, key: Uint8Array, agreed: Agreement): Checkpoint {
  try {
    const bytes = suite(agreed.suite).open(key, sealed, binding(agreed));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 4 + view.getUint32(0);
    const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, at))) as Head;
    const parts = head.parts.map((part): CheckpointPart => {
      const matches = part.matches === null ? null : new Uint32Array(part.matches);
      for (let i = 0; i < (matches?.length ?? 0); i++, at += 4) (matches as Uint32Array)[i] = view.getUint32(at);
      const payloads: Uint8Array[] = [];
      for (let i = 0; part.payloads && i < (matches?.length ?? 0); i++) {
        const length = view.getUint16(at);
        payloads.push(bytes.slice(at + 2, at + 2 + length));
        at += 2 + length;
      }
      return { matches, count: part.count, withheld: part.withheld, payloads: part.payloads ? payloads : null };
    });
    return { root: head.root, items: head.items, bucket: head.bucket, parts };
  } catch (error) {
    const problem = isScrimError(error) ? 'its key or the agreement is another' : 'it is damaged';
    throw new ScrimError('SCRIM_PSI_CHECKPOINT', { problem });
  }
}
