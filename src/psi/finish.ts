/**
 * How an intersection ends: the other side's bitmap where both learn, and the payload that follows it.
 * @module
 */
import { ScrimError } from '../core/index.js';
import type { Protocol } from './channel.js';
import { type BucketInput, type BucketOutput, bitmapOf, bitmapPositions, type ProtocolContext } from './protocol.js';
import { permuted } from './shuffle.js';

/** Sorts matches by the other side's list, sends its bitmap where it learns, receives payloads. */
export function* finishReceiver(
  context: ProtocolContext,
  own: Uint32Array,
  theirs: Uint32Array,
  peerCount: number,
): Protocol<BucketOutput> {
  const { agreed, channel, payloadWidth } = context;
  let payloads: Uint8Array | null = null;
  // Most protocols find them in that order.
  const matches = ascending(theirs) ? own.slice() : sortedBy(own, theirs);
  if (agreed.learns === 'both') {
    yield* channel.sendRecords('matches', bitmapOf(theirs, peerCount), 1);
    if (agreed.mode === 'payload') payloads = yield* channel.receiveRecords('payload', own.length, payloadWidth);
  }
  return { matches, count: matches.length, withheld: null, payloads };
}

function ascending(values: Uint32Array): boolean {
  for (let i = 1; i < values.length; i++) if ((values[i - 1] as number) > (values[i] as number)) return false;
  return true;
}

function sortedBy(values: Uint32Array, keys: Uint32Array): Uint32Array {
  const order = Uint32Array.from(keys, (_, i) => i).sort((a, b) => (keys[a] as number) - (keys[b] as number));
  return Uint32Array.from(order, (i) => values[i] as number);
}

/** Receives the bitmap of matches, sends payloads. */
export function* finishSender(
  context: ProtocolContext,
  input: BucketInput,
  order: Uint32Array,
): Protocol<BucketOutput> {
  const { agreed, channel, payloadWidth } = context;
  const bitmap = yield* channel.receiveRecords('matches', (input.count + 7) >> 3, 1);
  const listed = bitmapPositions(bitmap, input.count);
  if (listed.length > input.peerCount) {
    throw new ScrimError('SCRIM_PSI_SIZE', { what: 'matches', expected: input.peerCount, actual: listed.length });
  }
  const matches = Uint32Array.from(listed, (position) => order[position] as number);
  if (agreed.mode === 'payload') {
    if (input.payloads === null) throw new ScrimError('SCRIM_INTERNAL', { check: 'the giving side has payloads' });
    yield* channel.sendRecords('payload', permuted(input.payloads, matches, payloadWidth), payloadWidth);
  }
  return { matches, count: matches.length, withheld: null, payloads: null };
}
