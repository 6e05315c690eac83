/**
 * One party of a private set intersection as a state machine without I/O: handshake, buckets, closing comparison.
 *
 * Frames go in and come out; who carries them is of no concern here. All keys are made inside and live for one bucket; a
 * checkpoint holds results of finished buckets and no key, so a resumed run can never use a key or a seed twice.
 * @module
 */
import { hexOf, isScrimError, type Lanes, type Progress, ScrimError, SecureRandom } from '../core/index.js';
import { backend, equalBytes, fromHex, suite as suiteOf, utf8 } from '../crypto/index.js';
import { type Agreement, agreementText, receiverOf, type Side } from './agreement.js';
import { bucketSize, type Split } from './buckets.js';
import { Channel, type Protocol } from './channel.js';
import { type Checkpoint, openCheckpoint, sealCheckpoint } from './checkpoint.js';
import { openEcdh } from './ecdh.js';
import { announced, type Greeting, greetingBytes, readGreeting } from './greeting.js';
import { cipherDigests, type ItemDigests, itemDigests } from './item-digest.js';
import { asSource, type ItemSource } from './item-source.js';
import type { ItemSet } from './items.js';
import { openKkrt } from './kkrt.js';
import { openOprf } from './oprf.js';
import { collect, paddedPayloads, paddedWidth, partOf } from './outcome.js';
import { psiLanes } from './parallel.js';
import type { BucketInput, ProtocolContext, ProtocolOpener } from './protocol.js';
import type { PublicationHeader } from './publication.js';
import {
  announcedPublication,
  checkPublication,
  type PublicationChoice,
  sessionPublication,
} from './session-publication.js';
import type { SessionStore } from './session-store.js';

/** What a party brings. */
export interface PsiOptions extends PublicationChoice {
  readonly side: Side;
  readonly agreement: Agreement;
  /** The keys; in protocol OPRF a side with a `publication` needs none. */
  readonly items: ItemSet | ItemSource;
  /** One text of bytes per item, of the giving side in mode `payload`. */
  readonly payloads?: readonly Uint8Array[];
  /** Refuses a second use of a session. Default: none is remembered beyond this machine. */
  readonly sessions?: SessionStore;
  /** Size that the other side must announce. Default: any. */
  readonly peerSize?: number;
  /** Largest size that the other side may announce. Default 2^30. */
  readonly maximumPeerSize?: number;
  readonly progress?: Progress;
  /** Avoid node:crypto. Default false. */
  readonly portable?: boolean;
  /** Threads that work on points (ecdh, oprf), the caller's among them. Default 1. */
  readonly threads?: number;
  /** A sealed checkpoint and its key, from which to go on. */
  readonly resume?: { readonly checkpoint: Uint8Array; readonly key: Uint8Array };
}

/** What a party knows at the end. */
export interface PsiResult {
  /** Own items that are common, ascending; null when this side does not learn them. */
  readonly matches: Uint32Array | null;
  /** Number of common items (noisy where noise was agreed); null when this side does not learn it. */
  readonly size: number | null;
  readonly withheld: 'below-minimum' | 'above-maximum' | null;
  /** Payload of the other side, in the order of `matches`. */
  readonly payloads: readonly Uint8Array[] | null;
  /** Announced size of the other side. */
  readonly peerSize: number;
  /** Hash over all frames in both directions, equal on both sides. */
  readonly transcript: string;
  readonly session: string;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Protocol OPRF: what was asked, where it was published before. */
  readonly publication: { readonly id: string; readonly keyId: string } | null;
  /** Against whom the protocol protects. */
  readonly security: 'semi-honest';
}

/** Where a party stands. */
export interface PsiProgress {
  readonly phase: 'new' | 'handshake' | 'running' | 'done' | 'failed';
  readonly bucket: number;
  /** Buckets that a checkpoint covers, -1 before the handshake. */
  readonly finished: number;
  readonly buckets: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

const MAXIMUM_SIZE = 2 ** 30;

/** See the module. */
export class PsiMachine {
  readonly #options: PsiOptions;
  readonly #channel: Channel;
  readonly #items: ItemSource;
  #generator: Protocol<PsiResult> | undefined;
  #phase: PsiProgress['phase'] = 'new';
  #bucket = 0;
  #checkpoint: Checkpoint | undefined;
  #result: PsiResult | undefined;
  #waiting = false;

  constructor(options: PsiOptions) {
    this.#options = options;
    this.#items = asSource(options.items);
    checkPublication(options, this.#items.count);
    this.#channel = new Channel(
      suiteOf(options.agreement.suite, options.portable === true ? backend('portable') : undefined),
    );
    if (options.resume !== undefined) {
      this.#checkpoint = openCheckpoint(options.resume.checkpoint, options.resume.key, options.agreement);
      if (this.#checkpoint.items !== this.#items.fingerprint()) {
        throw new ScrimError('SCRIM_PSI_CHECKPOINT', { problem: 'the set is not the one of its start' });
      }
    }
  }

  /** Frames to send first; pull them one by one. @throws SCRIM_PSI_SESSION_USED on a second call */
  start(): Generator<Uint8Array, void, undefined> {
    if (this.#phase !== 'new') throw new ScrimError('SCRIM_PSI_SESSION_USED', { session: this.#channel.id });
    this.#phase = 'handshake';
    this.#generator = this.#run();
    return this.#advance(undefined);
  }

  /**
   * Takes a frame and gives the frames to send in answer. They are computed while they are pulled: pull them all before the
   * next frame is handed in. When an error is thrown, the last frame pulled before tells the other side.
   *
   * @throws the coded error that ended the session
   */
  onFrame(frame: Uint8Array): Generator<Uint8Array, void, undefined> {
    if (!this.#waiting) {
      const problem =
        this.#phase === 'done' || this.#phase === 'failed' ? 'the session is over' : 'none is expected now';
      throw new ScrimError('SCRIM_PSI_FRAME', { sequence: this.#channel.expected, problem });
    }
    this.#waiting = false;
    return this.#advance(frame);
  }

  /** The result, once there is one. */
  get result(): PsiResult | undefined {
    return this.#result;
  }

  get progress(): PsiProgress {
    return {
      phase: this.#phase,
      bucket: this.#bucket,
      finished: this.#phase === 'new' || this.#phase === 'handshake' ? -1 : (this.#checkpoint?.bucket ?? -1),
      buckets: this.#options.agreement.buckets,
      bytesIn: this.#channel.bytesIn,
      bytesOut: this.#channel.bytesOut,
    };
  }

  /** The state after the last finished bucket, sealed under the caller's key; undefined before the handshake. */
  snapshot(key: Uint8Array): Uint8Array | undefined {
    if (this.#checkpoint === undefined) return undefined;
    if (this.#checkpoint.items === '') {
      this.#checkpoint = { ...this.#checkpoint, items: this.#items.fingerprint() };
    }
    return sealCheckpoint(this.#checkpoint, key, this.#options.agreement);
  }

  *#advance(frame: Uint8Array | undefined): Generator<Uint8Array, void, undefined> {
    let input = frame;
    try {
      for (;;) {
        const step = (this.#generator as Protocol<PsiResult>).next(input);
        input = undefined;
        if (step.done === true) {
          this.#result = step.value;
          this.#phase = 'done';
          return;
        }
        if (step.value === null) {
          this.#waiting = true;
          return;
        }
        yield step.value;
      }
    } catch (error) {
      this.#phase = 'failed';
      const code = isScrimError(error) ? error.code : 'SCRIM_INTERNAL';
      if (code !== 'SCRIM_PSI_PEER_ABORTED') yield this.#channel.frame('abort', utf8(code));
      throw error;
    }
  }

  *#run(): Protocol<PsiResult> {
    const { agreement, threads = 1 } = this.#options;
    // Started first, so that they are there when points are.
    const lanes = threads > 1 && agreement.protocol !== 'kkrt' ? psiLanes(threads) : null;
    try {
      return yield* this.#session(lanes);
    } finally {
      lanes?.close();
    }
  }

  *#session(lanes: Lanes | null): Protocol<PsiResult> {
    const { agreement: agreed, side, publication, peerSize, maximumPeerSize = MAXIMUM_SIZE } = this.#options;
    const channel = this.#channel;
    const width = this.#payloadWidth();
    const own: Greeting = {
      agreement: agreed as unknown as Greeting['agreement'],
      side,
      size: publication?.secret.header.size ?? announced(this.#items.count, agreed),
      payloadWidth: width,
      nonce: hexOf(new SecureRandom().bytes(32)),
      resume: this.#checkpoint === undefined ? null : { root: this.#checkpoint.root, bucket: this.#checkpoint.bucket },
      publication: announcedPublication(this.#options),
    };
    const ownBytes = greetingBytes(own);
    yield* channel.send('hello', ownBytes);
    const peerBytes = yield* channel.receive('hello');
    const peer = readGreeting(peerBytes, { agreement: agreed, side, peerSize, maximumPeerSize });
    const [left, right] = side === 'left' ? [ownBytes, peerBytes] : [peerBytes, ownBytes];
    channel.session = channel.suite
      .hash(utf8('scrim psi session'), channel.suite.hash(left), channel.suite.hash(right))
      .slice(0, 16);
    this.#options.sessions?.use(channel.session);
    this.#phase = 'running';

    const context: ProtocolContext = {
      channel,
      agreed,
      suite: channel.suite,
      receiver: receiverOf(agreed) === side,
      payloadWidth: Math.max(width, peer.payloadWidth),
      portable: this.#options.portable === true,
      lanes,
      publication: sessionPublication(this.#options, peer),
      progress: (stage, done, total) => this.#options.progress?.({ stage, done, total, unit: 'rows' }),
    };
    const startBucket = this.#agreeOnBucket(peer);
    const fresh = context.publication === null ? channel.session : fromHex(context.publication.header.id);
    const root = this.#checkpoint === undefined ? fresh : fromHex(this.#checkpoint.root);
    this.#checkpoint = this.#checkpoint ?? { root: hexOf(root), items: '', bucket: 0, parts: [] };
    this.#rewind(startBucket);
    if (startBucket < agreed.buckets) {
      const split = this.#split(root, own.size, context);
      const runner = yield* openers[agreed.protocol](context);
      for (let bucket = startBucket; bucket < agreed.buckets; bucket++) {
        this.#bucket = bucket;
        yield* channel.send('bucket', new Uint8Array(0));
        yield* channel.receive('bucket', 0);
        const output = yield* runner(this.#bucketInput(split, bucket, peer, context));
        const kept = this.#checkpoint as Checkpoint;
        const part = partOf(output, split, bucket, context.payloadWidth);
        this.#checkpoint = { ...kept, bucket: bucket + 1, parts: [...kept.parts, part] };
        this.#options.progress?.({ stage: 'buckets', done: bucket + 1, total: agreed.buckets, unit: 'steps' });
      }
    }
    this.#bucket = agreed.buckets;
    return yield* this.#finish(peer, context.publication?.header ?? null);
  }

  /** Own items by bucket; none where a publication stands for them. */
  #split(root: Uint8Array, size: number, context: ProtocolContext): Split {
    const { agreement: agreed } = this.#options;
    if (context.publication?.secret === undefined) {
      const digests: ItemDigests =
        agreed.protocol === 'kkrt'
          ? cipherDigests(context.suite, root)
          : (items) => itemDigests(agreed.suite, root, items);
      return this.#items.split(digests, agreed.buckets, size);
    }
    const none = { members: () => new Uint32Array(0), digests: () => new Uint8Array(0) };
    return { size, ...none };
  }

  #payloadWidth(): number {
    const { agreement: agreed, side, payloads, publication } = this.#options;
    if (agreed.mode !== 'payload' || receiverOf(agreed) === side) return 0;
    if (publication !== undefined) return publication.secret.header.payloadBytes;
    if (payloads === undefined || payloads.length !== this.#items.count) {
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'payloads', problem: 'the giving side needs one per item' });
    }
    return paddedWidth(payloads);
  }

  /** Both sides go on from the earlier of their checkpoints, of the same session; without one on either side, from the start. */
  #agreeOnBucket(peer: Greeting): number {
    const own = this.#checkpoint;
    const theirs = peer.resume;
    if (own === undefined || theirs === null) {
      this.#checkpoint = undefined;
      return 0;
    }
    if (typeof theirs !== 'object' || theirs.root !== own.root)
      throw new ScrimError('SCRIM_PSI_DISAGREE', { field: 'resume' });
    const { bucket } = theirs;
    if (!Number.isInteger(bucket) || bucket < 0 || bucket > this.#options.agreement.buckets) {
      throw new ScrimError('SCRIM_PSI_SIZE', { what: 'bucket', expected: own.bucket, actual: Number(bucket) });
    }
    return Math.min(bucket, own.bucket);
  }

  #rewind(bucket: number): void {
    const kept = this.#checkpoint as Checkpoint;
    this.#checkpoint = { ...kept, bucket, parts: kept.parts.slice(0, bucket) };
  }

  #bucketInput(split: Split, bucket: number, peer: Greeting, context: ProtocolContext): BucketInput {
    const { agreement: agreed, payloads } = this.#options;
    const gives = agreed.mode === 'payload' && !context.receiver && payloads !== undefined;
    return {
      bucket,
      digests: split.digests(bucket),
      count: split.size,
      peerCount: bucketSize(peer.size, agreed.buckets),
      payloads: gives ? paddedPayloads(payloads, split.members(bucket), split.size, context.payloadWidth) : null,
    };
  }

  *#finish(peer: Greeting, published: PublicationHeader | null): Protocol<PsiResult> {
    const channel = this.#channel;
    const { agreement: agreed, side } = this.#options;
    const { parts, root } = this.#checkpoint as Checkpoint;
    const { matches, payloads, size, withheld } = collect(parts);
    // Where both learn, both must have counted the same.
    const told = agreed.learns === 'both' && withheld === null && size !== null ? size : 0;
    const hashes = channel.hashes;
    const [toRight, toLeft] = side === 'left' ? [hashes.out, hashes.in] : [hashes.in, hashes.out];
    const transcript = channel.suite.hash(utf8('scrim psi transcript'), toRight, toLeft, utf8(agreementText(agreed)));
    const own = new Uint8Array(40);
    own.set(transcript);
    new DataView(own.buffer).setFloat64(32, told);
    yield* channel.send('done', own);
    const theirs = yield* channel.receive('done', 40);
    if (!equalBytes(theirs.subarray(0, 32), transcript))
      throw new ScrimError('SCRIM_PSI_TRANSCRIPT', { what: 'frames' });
    if (agreed.learns === 'both' && !equalBytes(theirs, own))
      throw new ScrimError('SCRIM_PSI_TRANSCRIPT', { what: 'counts' });
    // A finished session can be resumed by nobody. A publication serves many.
    if (agreed.protocol !== 'oprf')
      this.#options.sessions?.use(channel.suite.hash(utf8('finished'), fromHex(root)).slice(0, 16));
    return {
      matches,
      payloads,
      size,
      withheld,
      peerSize: peer.size,
      transcript: hexOf(transcript),
      session: channel.id,
      bytesIn: channel.bytesIn,
      bytesOut: channel.bytesOut,
      publication: published === null ? null : { id: published.id, keyId: published.keyId },
      security: 'semi-honest',
    };
  }
}

const openers: Readonly<Record<Agreement['protocol'], ProtocolOpener>> = {
  ecdh: openEcdh,
  kkrt: openKkrt,
  oprf: openOprf,
};
