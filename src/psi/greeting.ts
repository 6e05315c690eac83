/**
 * The greeting: what a party says of itself before anything secret moves, and how that of the other side is checked.
 * @module
 */
import { canonicalJson, ScrimError } from '../core/index.js';
import { utf8 } from '../crypto/index.js';
import { type Agreement, differences, receiverOf, type Side } from './agreement.js';
import { bucketSize } from './buckets.js';
import { checkFits, checkFresh, checkHeader, type PublicationHeader, publicationError } from './publication.js';

/** A publication as it is announced: header and carriage by the publisher, the digest by both. */
export interface AnnouncedPublication {
  readonly digest: string;
  /** By the publishing side. */
  readonly header?: PublicationHeader;
  /** By the publishing side: whether it could send the records. */
  readonly carried?: boolean;
}

/** See the module. */
export interface Greeting {
  readonly agreement: Readonly<Record<string, unknown>>;
  readonly side: string;
  readonly size: number;
  readonly payloadWidth: number;
  readonly nonce: string;
  readonly resume: { readonly root: string; readonly bucket: number } | null;
  readonly publication: AnnouncedPublication | null;
}

/** What the other side's greeting is checked against. */
export interface Expectation {
  readonly agreement: Agreement;
  readonly side: Side;
  /** Size that it must announce; undefined = any. */
  readonly peerSize: number | undefined;
  readonly maximumPeerSize: number;
}

const GREETING_LIMIT = 65536;

/** Most items of a bucket that a peer may announce: what is allocated for them stays below 4 GiB, and is touched only as they come. */
const BUCKET_LIMIT: number = 2 ** 26;

/** Bytes of a greeting. */
export function greetingBytes(greeting: Greeting): Uint8Array {
  return utf8(canonicalJson(greeting as never));
}

/** Size as it is announced: exact, or the next power of two (at least 16). */
export function announced(count: number, agreed: Agreement): number {
  return agreed.sizes === 'exact' ? count : Math.max(16, 2 ** Math.ceil(Math.log2(Math.max(1, count))));
}

function refuse(problem: string): never {
  throw new ScrimError('SCRIM_PSI_FRAME', { sequence: 0, problem });
}

/** Reads and checks the other side's greeting. @throws SCRIM_PSI_FRAME, SCRIM_PSI_DISAGREE, SCRIM_PSI_SIZE */
export function readGreeting(bytes: Uint8Array, expectation: Expectation): Greeting {
  const { agreement: agreed, side, peerSize, maximumPeerSize } = expectation;
  if (bytes.length > GREETING_LIMIT) return refuse('its greeting is too long');
  let greeting: Greeting;
  try {
    greeting = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Greeting;
  } catch {
    return refuse('its greeting is not JSON');
  }
  if (!isObject(greeting) || !isObject(greeting.agreement)) return refuse('its greeting has no agreement');
  const [field] = differences(agreed, greeting.agreement);
  if (field !== undefined) throw new ScrimError('SCRIM_PSI_DISAGREE', { field });
  if (greeting.side !== (side === 'left' ? 'right' : 'left')) {
    throw new ScrimError('SCRIM_PSI_DISAGREE', { field: 'side' });
  }
  if (typeof greeting.nonce !== 'string' || !/^[0-9a-f]{64}$/.test(greeting.nonce)) {
    return refuse('its greeting has no nonce');
  }
  checkSize(greeting.size, agreed, maximumPeerSize);
  if (peerSize !== undefined && greeting.size !== peerSize) {
    throw new ScrimError('SCRIM_PSI_DISAGREE', { field: 'size' });
  }
  const { payloadWidth } = greeting;
  const gives = agreed.mode === 'payload' && receiverOf(agreed) === side;
  const widthFits = gives ? payloadWidth >= 16 && payloadWidth <= 4096 && payloadWidth % 16 === 0 : payloadWidth === 0;
  if (!Number.isSafeInteger(payloadWidth) || !widthFits) {
    throw new ScrimError('SCRIM_PSI_DISAGREE', { field: 'payload' });
  }
  return greeting;
}

function checkSize(size: number, agreed: Agreement, maximum: number): void {
  const wrong = (what: string, expected: number): never => {
    throw new ScrimError('SCRIM_PSI_SIZE', { what, expected, actual: Number(size) });
  };
  if (!Number.isSafeInteger(size) || size < 0 || size > maximum) wrong('announced size', maximum);
  if (bucketSize(size, agreed.buckets) > BUCKET_LIMIT) wrong('announced items of a bucket', BUCKET_LIMIT);
  if (agreed.sizes === 'power-of-two' && size !== announced(size, agreed)) {
    wrong('announced size class', announced(size, agreed));
  }
}

/**
 * The publication that a querying side's peer announced, or null when it has none.
 *
 * @param held - digest of the table that the querying side holds
 * @throws SCRIM_PSI_DISAGREE for another publication (its key was rotated), SCRIM_PSI_PUBLICATION
 */
export function publicationOfPeer(
  peer: Greeting,
  agreed: Agreement,
  held: string | null,
): { readonly header: PublicationHeader; readonly digest: string; readonly transfers: boolean } | null {
  const said = peer.publication as AnnouncedPublication | null | undefined;
  if (said === null || said === undefined) {
    if (held !== null) throw new ScrimError('SCRIM_PSI_DISAGREE', { field: 'publication' });
    return null;
  }
  if (!isObject(said) || typeof said.digest !== 'string' || !/^[0-9a-f]{64}$/.test(said.digest)) {
    return refuse('its publication has no digest');
  }
  if (held !== null && held !== said.digest) throw new ScrimError('SCRIM_PSI_DISAGREE', { field: 'publication' });
  const header = checkHeader(said.header);
  checkFits(header, agreed);
  checkFresh(header);
  if (header.size !== peer.size || header.payloadBytes !== peer.payloadWidth) {
    throw new ScrimError('SCRIM_PSI_SIZE', { what: 'announced size', expected: header.size, actual: peer.size });
  }
  if (held === null && said.carried !== true) {
    throw publicationError('the other side does not send its records; its table file is needed');
  }
  return { header, digest: said.digest, transfers: held === null };
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
