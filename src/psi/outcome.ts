/**
 * From what single buckets gave to the result of a run.
 * @module
 */
import { ScrimError } from '../core/index.js';
import type { Split } from './buckets.js';
import type { CheckpointPart } from './checkpoint.js';
import type { BucketOutput } from './protocol.js';

/** Output of a bucket in terms of the whole set; a dummy that matched voids the run. @throws SCRIM_PSI_TRANSCRIPT */
export function partOf(output: BucketOutput, split: Split, bucket: number, payloadWidth: number): CheckpointPart {
  const { matches, count, withheld, payloads } = output;
  const members = split.members(bucket);
  return {
    count,
    withheld,
    matches:
      matches?.map((position) => {
        if (position >= members.length) throw new ScrimError('SCRIM_PSI_TRANSCRIPT', { what: 'a dummy matched' });
        return members[position] as number;
      }) ?? null,
    payloads:
      payloads === null
        ? null
        : Array.from(matches ?? [], (_, i) => unpad(payloads.subarray(payloadWidth * i, payloadWidth * (i + 1)))),
  };
}

function unpad(record: Uint8Array): Uint8Array {
  const length = new DataView(record.buffer, record.byteOffset).getUint16(0);
  if (length > record.length - 2) {
    throw new ScrimError('SCRIM_PSI_SIZE', { what: 'payload', expected: record.length - 2, actual: length });
  }
  return record.slice(2, 2 + length);
}

/** Bytes of a padded payload: two of length, up to a multiple of 16, so that single texts cannot be told by theirs. */
export function paddedWidth(payloads: readonly Uint8Array[]): number {
  const longest = payloads.reduce((max, one) => Math.max(max, one.length), 0);
  const width = Math.max(16, Math.ceil((longest + 2) / 16) * 16);
  if (width > 4096) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'payloads', problem: 'one is longer than 4094 bytes' });
  }
  return width;
}

/** Payloads of the named items, padded, one after another; room for `size` of them. */
export function paddedPayloads(
  payloads: readonly Uint8Array[],
  items: Uint32Array,
  size: number,
  width: number,
): Uint8Array<ArrayBuffer> {
  const records = new Uint8Array(width * size);
  const view = new DataView(records.buffer);
  for (let i = 0; i < items.length; i++) {
    const text = payloads[items[i] as number] as Uint8Array;
    view.setUint16(width * i, text.length);
    records.set(text, width * i + 2);
  }
  return records;
}

/** All parts together: items ascending, their payloads in the same order, the number of matches. */
export function collect(parts: readonly CheckpointPart[]): {
  readonly matches: Uint32Array | null;
  readonly payloads: readonly Uint8Array[] | null;
  readonly size: number | null;
  readonly withheld: CheckpointPart['withheld'];
} {
  const withheld = parts.find((part) => part.withheld !== null)?.withheld ?? null;
  const unknown = withheld !== null || parts.some((part) => part.count === null);
  const size = unknown ? null : parts.reduce((sum, part) => sum + (part.count ?? 0), 0);
  if (parts.some((part) => part.matches === null)) return { matches: null, payloads: null, size, withheld };
  const matches = new Uint32Array(parts.reduce((sum, part) => sum + (part.matches?.length ?? 0), 0));
  let at = 0;
  for (const part of parts) {
    matches.set(part.matches as Uint32Array, at);
    at += part.matches?.length ?? 0;
  }
  if (parts.every((part) => part.payloads === null)) {
    return { matches: matches.sort(), payloads: null, size, withheld };
  }
  const payloads = parts.flatMap((part) => part.payloads ?? []);
  const order = Uint32Array.from(matches, (_, i) => i).sort((a, b) => (matches[a] as number) - (matches[b] as number));
  return {
    matches: Uint32Array.from(order, (i) => matches[i] as number),
    payloads: Array.from(order, (i) => payloads[i] as Uint8Array),
    size,
    withheld,
  };
}
