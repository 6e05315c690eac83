/**
 * One party of a private set intersection as a state machine without I/O: handshake, buckets, closing comparison.
 *
 * Frames go in and come out; who carries them is of no concern here. All keys are made inside and live for one bucket; a
 * checkpoint holds results of finished buckets and no key, so a resumed run can never use a key or a seed twice.
 * @module
 */
import { canonicalJson, hexOf, isScrimError, type Progress, ScrimError, SecureRandom } from '../core/index.js';
import { backend, equalBytes, fromHex, suite as suiteOf, utf8 } from '../crypto/index.js';
import { type Agreement, agreementText, differences, receiverOf, type Side } from './agreement.js';
import { bucketSize, type Split, splitIntoBuckets } from './buckets.js';
import { Channel, type Protocol } from './channel.js';
import { type Checkpoint, openCheckpoint, sealCheckpoint } from './checkpoint.js';
import { openEcdh } from './ecdh.js';
import { itemDigests } from './item-digest.js';
import type { ItemSet } from './items.js';
import { openKkrt } from './kkrt.js';
import type { BucketInput, BucketOutput, ProtocolContext, ProtocolOpener } from './protocol.js';
import type { SessionStore } from './session-store.js';

/** What a party brings. */
export interface PsiOptions {
  readonly side: Side;
  readonly agreement: Agreement;
  readonly items: ItemSet;
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

const HELLO_LIMIT = 65536;
const MAXIMUM_SIZE = 2 ** 30;

interface Hello {
  readonly agreement: Readonly<Record<string, unknown>>;
  readonly side: string;
  readonly size: number;
  readonly payloadWidth: number;
  readonly nonce: string;
  readonly resume: { readonly root: string; readonly bucket: number } | null;
}

/** See the module. */
export class PsiMachine {
  readonly #options: PsiOptions;
  readonly #channel: Channel;
  #generator: Protocol<PsiResult> | undefined;
  #phase: PsiProgress['phase'] = 'new';
  #bucket = 0;
  #checkpoint: Checkpoint | undefined;
  #result: PsiResult | undefined;
  #waiting = false;

  constructor(options: PsiOptions) {
    this.#options = options;
    this.#channel = new Channel(
      suiteOf(options.agreement.suite, options.portable === true ? backend('portable') : undefined),
    );
    if (options.resume !== undefined) {
      this.#checkpoint = openCheckpoint(options.resume.checkpoint, options.resume.key, options.agreement);
      if (this.#checkpoint.items !== options.items.count) {
        throw new ScrimError('SCRIM_PSI_CHECKPOINT', { problem: 'the set has another size than at its start' });
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
    return this.#checkpoint === undefined ? undefined : sealCheckpoint(this.#checkpoint, key, this.#options.agreement);
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
    const { agreement: agreed, side, items } = this.#options;
    const channel = this.#channel;
    const width = this.#payloadWidth();
    const own: Hello = {
      agreement: agreed as unknown as Hello['agreement'],
      side,
      size: announced(items.count, agreed),
      payloadWidth: width,
      nonce: hexOf(new SecureRandom().bytes(32)),
      resume: this.#checkpoint === undefined ? null : { root: this.#checkpoint.root, bucket: this.#checkpoint.bucket },
    };
    const ownBytes = utf8(canonicalJson(own as never));
    yield* channel.send('hello', ownBytes);
    const peerBytes = yield* channel.receive('hello');
    const peer = this.#readHello(peerBytes);
    const [left, right] = side === 'left' ? [ownBytes, peerBytes] : [peerBytes, ownBytes];
    channel.session = channel.suite
      .hash(utf8('scrim psi session'), channel.suite.hash(left), channel.suite.hash(right))
      .slice(0, 16);
    this.#options.sessions?.use(channel.session);
    this.#phase = 'running';

    const startBucket = this.#agreeOnBucket(peer);
    const root = this.#checkpoint === undefined ? channel.session : fromHex(this.#checkpoint.root);
    const context: ProtocolContext = {
      channel,
      agreed,
      suite: channel.suite,
      receiver: receiverOf(agreed) === side,
      payloadWidth: Math.max(width, peer.payloadWidth),
      portable: this.#options.portable === true,
      progress: (stage, done, total) => this.#options.progress?.({ stage, done, total, unit: 'rows' }),
    };
    const digests = itemDigests(agreed.suite, root, items);
    const split = splitIntoBuckets(digests, agreed.buckets, own.size);
    this.#checkpoint = this.#checkpoint ?? newCheckpoint(root, items.count);
    this.#rewind(startBucket);
    const runner = yield* openers[agreed.protocol](context);
    for (let bucket = startBucket; bucket < agreed.buckets; bucket++) {
      this.#bucket = bucket;
      yield* channel.send('bucket', new Uint8Array(0));
      yield* channel.receive('bucket', 0);
      const input = this.#bucketInput(split, bucket, peer, context);
      const output = yield* runner(input);
      this.#keep(output, split, bucket, context);
      this.#options.progress?.({ stage: 'buckets', done: bucket + 1, total: agreed.buckets, unit: 'steps' });
    }
    this.#bucket = agreed.buckets;
    return yield* this.#finish(peer);
  }

  #payloadWidth(): number {
    const { agreement: agreed, side, payloads, items } = this.#options;
    if (agreed.mode !== 'payload' || receiverOf(agreed) === side) return 0;
    if (payloads === undefined || payloads.length !== items.count) {
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'payloads', problem: 'the giving side needs one per item' });
    }
    // Two bytes of length, padded to a multiple of 16 so that single texts cannot be told by their length.
    const longest = payloads.reduce((max, one) => Math.max(max, one.length), 0);
    const width = Math.max(16, Math.ceil((longest + 2) / 16) * 16);
    if (width > 4096)
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'payloads', problem: 'one is longer than 4094 bytes' });
    return width;
  }

  #readHello(bytes: Uint8Array): Hello {
    const { agreement: agreed, side, peerSize, maximumPeerSize = MAXIMUM_SIZE } = this.#options;
    const refuse = (problem: string): never => {
      throw new ScrimError('SCRIM_PSI_FRAME', { sequence: 0, problem });
    };
    if (bytes.length > HELLO_LIMIT) return refuse('its greeting is too long');
    let hello: Hello;
    try {
      hello = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Hello;
    } catch {
      return refuse('its greeting is not JSON');
    }
    const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isObject(hello) || !isObject(hello.agreement)) return refuse('its greeting has no agreement');
    const [field] = differences(agreed, hello.agreement);
    if (field !== undefined) throw new ScrimError('SCRIM_PSI_DISAGREE', { field });
    if (hello.side !== (side === 'left' ? 'right' : 'left'))
      throw new ScrimError('SCRIM_PSI_DISAGREE', { field: 'side' });
    if (typeof hello.nonce !== 'string' || !/^[0-9a-f]{64}$/.test(hello.nonce))
      return refuse('its greeting has no nonce');
    const { size, payloadWidth } = hello;
    if (!Number.isSafeInteger(size) || size < 0 || size > maximumPeerSize) {
      throw new ScrimError('SCRIM_PSI_SIZE', {
        what: 'announced size',
        expected: maximumPeerSize,
        actual: Number(size),
      });
    }
    if (agreed.sizes === 'power-of-two' && size !== announced(size, agreed)) {
      throw new ScrimError('SCRIM_PSI_SIZE', {
        what: 'announced size class',
        expected: announced(size, agreed),
        actual: size,
      });
    }
    if (peerSize !== undefined && size !== peerSize) throw new ScrimError('SCRIM_PSI_DISAGREE', { field: 'size' });
    const gives = agreed.mode === 'payload' && receiverOf(agreed) === side;
    const widthFits = gives
      ? payloadWidth >= 16 && payloadWidth <= 4096 && payloadWidth % 16 === 0
      : payloadWidth === 0;
    if (!Number.isSafeInteger(payloadWidth) || !widthFits)
      throw new ScrimError('SCRIM_PSI_DISAGREE', { field: 'payload' });
    return hello;
  }

  /** Both sides go on from the earlier of their checkpoints, of the same session; without one on either side, from the start. */
  #agreeOnBucket(peer: Hello): number {
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

  #bucketInput(split: Split, bucket: number, peer: Hello, context: ProtocolContext): BucketInput {
    const { agreement: agreed, payloads } = this.#options;
    const members = split.members(bucket);
    const digests = split.digests(bucket);
    let records: Uint8Array | null = null;
    const width = context.payloadWidth;
    if (agreed.mode === 'payload' && !context.receiver && payloads !== undefined) {
      records = new Uint8Array(width * split.size);
      const view = new DataView(records.buffer);
      for (let i = 0; i < members.length; i++) {
        const text = payloads[members[i] as number] as Uint8Array;
        view.setUint16(width * i, text.length);
        records.set(text, width * i + 2);
      }
    }
    const peerCount = bucketSize(peer.size, agreed.buckets);
    return { bucket, digests, count: split.size, peerCount, payloads: records };
  }

  #keep(output: BucketOutput, split: Split, bucket: number, context: ProtocolContext): void {
    const members = split.members(bucket);
    const width = context.payloadWidth;
    const matches: number[] = [];
    const payloads: Uint8Array[] = [];
    for (let i = 0; output.matches !== null && i < output.matches.length; i++) {
      const position = output.matches[i] as number;
      if (position >= members.length) throw new ScrimError('SCRIM_PSI_TRANSCRIPT', { what: 'a dummy matched' });
      matches.push(members[position] as number);
      if (output.payloads !== null) payloads.push(unpad(output.payloads.subarray(width * i, width * (i + 1))));
    }
    const checkpoint = this.#checkpoint as Checkpoint;
    const part = {
      matches: output.matches === null ? null : matches,
      count: output.count,
      withheld: output.withheld,
      payloads: output.payloads === null ? null : payloads,
    };
    this.#checkpoint = { ...checkpoint, bucket: bucket + 1, parts: [...checkpoint.parts, part] };
  }

  *#finish(peer: Hello): Protocol<PsiResult> {
    const channel = this.#channel;
    const { agreement: agreed, side } = this.#options;
    const { parts, root } = this.#checkpoint as Checkpoint;
    const withheld = parts.find((part) => part.withheld !== null)?.withheld ?? null;
    const size =
      withheld !== null || parts.some((part) => part.count === null)
        ? null
        : parts.reduce((sum, part) => sum + (part.count ?? 0), 0);
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
    // A finished session can be resumed by nobody.
    this.#options.sessions?.use(channel.suite.hash(utf8('finished'), fromHex(root)).slice(0, 16));
    return {
      ...collect(parts),
      size,
      withheld,
      peerSize: peer.size,
      transcript: hexOf(transcript),
      session: channel.id,
      bytesIn: channel.bytesIn,
      bytesOut: channel.bytesOut,
      security: 'semi-honest',
    };
  }
}

const openers: Readonly<Record<Agreement['protocol'], ProtocolOpener>> = {
  ecdh: openEcdh,
  kkrt: openKkrt,
  oprf: openEcdh,
};

function collect(parts: Checkpoint['parts']): Pick<PsiResult, 'matches' | 'payloads'> {
  if (parts.some((part) => part.matches === null)) return { matches: null, payloads: null };
  const matches = parts.flatMap((part) => part.matches ?? []);
  const payloads = parts.some((part) => part.payloads !== null) ? parts.flatMap((part) => part.payloads ?? []) : null;
  const order = matches.map((_, i) => i).sort((a, b) => (matches[a] as number) - (matches[b] as number));
  return {
    matches: Uint32Array.from(order, (i) => matches[i] as number),
    payloads: payloads === null ? null : order.map((i) => payloads[i] as Uint8Array),
  };
}

function newCheckpoint(root: Uint8Array, items: number): Checkpoint {
  return { root: hexOf(root), items, bucket: 0, parts: [] };
}

function unpad(record: Uint8Array): Uint8Array {
  const length = new DataView(record.buffer, record.byteOffset).getUint16(0);
  if (length > record.length - 2)
    throw new ScrimError('SCRIM_PSI_SIZE', { what: 'payload', expected: record.length - 2, actual: length });
  return record.slice(2, 2 + length);
}

/** Size as it is announced: exact, or the next power of two (at least 16). */
export function announced(count: number, agreed: Agreement): number {
  return agreed.sizes === 'exact' ? count : Math.max(16, 2 ** Math.ceil(Math.log2(Math.max(1, count))));
}
