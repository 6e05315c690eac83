/**
 * What the session machine hands to a protocol, and what it gets back.
 * @module
 */
import type { Lanes } from '../core/index.js';
import type { Suite } from '../crypto/index.js';
import type { Agreement } from './agreement.js';
import type { Channel, Protocol } from './channel.js';
import type { PublicationHeader } from './publication.js';

/** A publication that existed before the session (protocol OPRF). */
export interface SessionPublication {
  readonly header: PublicationHeader;
  /** Hash of header and records, hex. */
  readonly digest: string;
  /** True when the records go over the wire because the querying side has none. */
  readonly transfers: boolean;
  /** The publishing side's half. */
  readonly secret?: {
    readonly header: PublicationHeader;
    readonly records: Uint8Array | null;
    readonly key: Uint8Array;
  };
  /** The querying side's half. */
  readonly table?: { readonly header: PublicationHeader; readonly records: Uint8Array };
  /** Notes evaluations before they are made. @throws SCRIM_PSI_PUBLICATION when they are used up */
  readonly allow?: (count: number) => void;
}

/** Surroundings of a protocol run. */
export interface ProtocolContext {
  readonly channel: Channel;
  readonly agreed: Agreement;
  readonly suite: Suite;
  /** True on the side that learns first. */
  readonly receiver: boolean;
  /** Bytes of payload per item of the giving side; 0 = none. */
  readonly payloadWidth: number;
  /** Avoid node:crypto. */
  readonly portable: boolean;
  /** Threads that share the work on points; null = the caller's alone. */
  readonly lanes: Lanes | null;
  /** Protocol OPRF with a publication made before; null = one is made for the session. */
  readonly publication: SessionPublication | null;
  /** Reports work done. */
  readonly progress: (stage: string, done: number, total: number) => void;
}

/** One bucket of one side. */
export interface BucketInput {
  readonly bucket: number;
  /** 16 bytes each, dummies included. */
  readonly digests: Uint8Array;
  readonly count: number;
  /** Items of the other side, dummies included. */
  readonly peerCount: number;
  /** Payload records of `payloadWidth` bytes, in the order of the digests; the giving side only. */
  readonly payloads: Uint8Array | null;
}

/** What a side learnt from a bucket. */
export interface BucketOutput {
  /** Positions of own items that matched; null when this side does not learn them. */
  readonly matches: Uint32Array | null;
  /** Number of matches; null when this side does not learn it. */
  readonly count: number | null;
  readonly withheld: 'below-minimum' | 'above-maximum' | null;
  /** Payload records of the other side, in the order of `matches`. */
  readonly payloads: Uint8Array | null;
}

/** Runs buckets one after another. */
export type BucketRunner = (input: BucketInput) => Protocol<BucketOutput>;

/** Sets a protocol up for a session. */
export type ProtocolOpener = (context: ProtocolContext) => Protocol<BucketRunner>;

/** Set bits of a bitmap that has one bit for each of `length` positions. */
export function bitmapPositions(bitmap: Uint8Array, length: number): Uint32Array {
  const positions = new Uint32Array(length);
  let found = 0;
  for (let i = 0; i < length; i++) {
    if ((((bitmap[i >> 3] as number) >> (i & 7)) & 1) === 1) positions[found++] = i;
  }
  return positions.slice(0, found);
}

/** Bitmap of positions. */
export function bitmapOf(positions: Iterable<number>, length: number): Uint8Array<ArrayBuffer> {
  const bitmap = new Uint8Array((length + 7) >> 3);
  for (const i of positions) bitmap[i >> 3] = (bitmap[i >> 3] as number) | (1 << (i & 7));
  return bitmap;
}
