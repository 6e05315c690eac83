/**
 * OPRF private set intersection for a large side that is queried repeatedly: 2HashDH over a published set (Jarecki, Kiayias,
 * Krawczyk 2014; RFC 9497; as set intersection: Freedman, Ishai, Pinkas, Reingold, TCC 2005). See oprf.md.
 *
 * The publisher has made records of all its items once, under a key that serves many sessions (publication.ts). A session is
 * the querier's blinded items, their evaluations, and a look-up. Without a publication made before, one is made for the
 * session and sent along: the same guarantee, none of the savings.
 * @module
 */
import { canonicalJson, type Json, ScrimError } from '../core/index.js';
import { utf8 } from '../crypto/index.js';
import type { Protocol } from './channel.js';
import { prf } from './oprf-prf.js';
import type { BucketInput, BucketOutput, BucketRunner, ProtocolContext } from './protocol.js';
import {
  checkFits,
  checkHeader,
  expandOutputs,
  findRecord,
  openPayload,
  type PublicationHeader,
  preparePublication,
  publicationDigest,
  publicationError,
  sortedRecords,
} from './publication.js';

/** Most items of a frame: 256 KiB of elements. */
const BATCH = 8192;

/** Opens the protocol. */
export function* openOprf(context: ProtocolContext): Protocol<BucketRunner> {
  return (input) => (context.receiver ? query(context, input) : answer(context, input));
}

// --- publisher -------------------------------------------------------------------------------------------------------

function* answer(context: ProtocolContext, input: BucketInput): Protocol<BucketOutput> {
  const { channel, agreed, suite } = context;
  const own = context.publication?.secret ?? publishNow(context, input);
  if (context.publication?.transfers !== false) {
    const { records } = own;
    if (records === null) throw publicationError('its records are not at hand and the other side has none');
    const { tagBytes, payloadBytes } = own.header;
    yield* channel.send('setup', utf8(canonicalJson(own.header as unknown as Json)));
    yield* channel.sendRecords('setup', records, tagBytes + payloadBytes);
  }
  const holder = prf(agreed.curve, suite, context.portable, context.lanes);
  context.publication?.allow?.(input.peerCount);
  for (let from = 0; from < input.peerCount || from === 0; from += BATCH) {
    const count = Math.min(BATCH, input.peerCount - from);
    const elements = yield* channel.receive('blinded', holder.elementBytes * count);
    yield channel.frame('evaluated', holder.evaluate(own.key, elements, count));
    context.progress('evaluate', from + count, input.peerCount);
  }
  if (context.publication?.secret === undefined) own.key.fill(0);
  return { matches: null, count: null, withheld: null, payloads: null };
}

interface OwnPublication {
  readonly header: PublicationHeader;
  readonly records: Uint8Array | null;
  readonly key: Uint8Array;
}

/** A publication for this session alone. */
function publishNow(context: ProtocolContext, input: BucketInput): OwnPublication {
  const { agreed, channel, suite } = context;
  const made = preparePublication({
    agreed: { ...agreed, sizes: 'exact' },
    count: input.count,
    payloadBytes: context.payloadWidth,
    evaluations: Math.max(1, input.peerCount),
    id: channel.session,
  });
  const holder = prf(agreed.curve, suite, context.portable, context.lanes);
  const expanded = new Uint8Array(32 * input.count);
  for (let from = 0; from < input.count; from += BATCH) {
    const count = Math.min(BATCH, input.count - from);
    const outputs = holder.outputs(made.key, input.digests.subarray(16 * from), count);
    expanded.set(expandOutputs(made.header, outputs, count), 32 * from);
    context.progress('publish', from + count, input.count);
  }
  return { ...made, records: sortedRecords(made.header, expanded, input.payloads) };
}

// --- querier ---------------------------------------------------------------------------------------------------------

function* query(context: ProtocolContext, input: BucketInput): Protocol<BucketOutput> {
  const { channel, agreed, suite } = context;
  const given = context.publication?.table;
  const published = given === undefined ? yield* takePublication(context, input) : given;
  const { header, records } = published;
  const asker = prf(agreed.curve, suite, context.portable, context.lanes);
  const matches: number[] = [];
  const payloads: Uint8Array[] = [];
  for (let from = 0; from < input.count || from === 0; from += BATCH) {
    const count = Math.min(BATCH, input.count - from);
    const blinded = asker.blind(input.digests.subarray(16 * from, 16 * (from + count)), count);
    yield channel.frame('blinded', blinded.elements);
    const evaluated = yield* channel.receive('evaluated', asker.elementBytes * count);
    const expanded = expandOutputs(header, blinded.finalize(evaluated), count);
    for (let i = 0; i < count; i++) {
      const record = findRecord(header, records, expanded, 32 * i);
      if (record < 0) continue;
      matches.push(from + i);
      if (header.payloadBytes > 0) payloads.push(openPayload(header, records, record, expanded, 32 * i));
    }
    context.progress('query', from + count, input.count);
  }
  const width = header.payloadBytes;
  const joined = new Uint8Array(width * payloads.length);
  payloads.forEach((one, i) => {
    joined.set(one, width * i);
  });
  return {
    matches: Uint32Array.from(matches),
    count: matches.length,
    withheld: null,
    payloads: agreed.mode === 'payload' ? joined : null,
  };
}

/** Receives header and records, and checks them against what was announced. */
function* takePublication(
  context: ProtocolContext,
  input: BucketInput,
): Protocol<{ readonly header: PublicationHeader; readonly records: Uint8Array }> {
  const { channel, agreed } = context;
  const text = yield* channel.receive('setup');
  let header: PublicationHeader;
  try {
    header = checkHeader(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text)));
  } catch {
    throw publicationError('its header is none');
  }
  checkFits(header, agreed);
  if (header.size !== input.peerCount || header.payloadBytes !== context.payloadWidth) {
    throw new ScrimError('SCRIM_PSI_SIZE', {
      what: 'records of the publication',
      expected: input.peerCount,
      actual: header.size,
    });
  }
  const expected = context.publication;
  const id = expected === null ? channel.id : expected.header.id;
  if (header.id !== id) throw new ScrimError('SCRIM_PSI_DISAGREE', { field: 'publication' });
  const width = header.tagBytes + header.payloadBytes;
  if (header.size * width > 2 ** 32) {
    throw new ScrimError('SCRIM_PSI_SIZE', {
      what: 'bytes of the publication',
      expected: 2 ** 32,
      actual: header.size * width,
    });
  }
  const records = yield* channel.receiveRecords('setup', header.size, width);
  checkOrder(records, header.size, width, header.tagBytes);
  if (expected !== null) {
    const digest = publicationDigest(header, records);
    if (digest.some((byte, i) => byte !== Number.parseInt(expected.digest.slice(2 * i, 2 * i + 2), 16))) {
      throw new ScrimError('SCRIM_PSI_DISAGREE', { field: 'publication' });
    }
  }
  return { header, records };
}

/** Tags must ascend: each once, found by bisection. @throws SCRIM_PSI_PUBLICATION */
export function checkOrder(records: Uint8Array, count: number, width: number, tagBytes: number): void {
  for (let i = 1; i < count; i++) {
    const at = width * i;
    let k = 0;
    while (k < tagBytes && records[at + k] === records[at - width + k]) k++;
    if (k === tagBytes || (records[at + k] as number) < (records[at - width + k] as number)) {
      throw publicationError('its records are not in order');
    }
  }
}
