/**
 * One party's end of a session: numbers and hashes what it sends, checks and hashes what it receives.
 *
 * Protocols are generators: they yield a frame to send it, or `null` to be given the next one. No I/O happens here.
 * @module
 */
import { hexOf, ScrimError } from '../core/index.js';
import { equalBytes, type Suite, utf8 } from '../crypto/index.js';
import { decodeFrame, encodeFrame, type FrameType, frameTypes } from './frame.js';

/** Yields frames to send and `null` to receive; is resumed with the bytes of a frame after `null`. */
export type Protocol<Result> = Generator<Uint8Array | null, Result, Uint8Array | undefined>;

const names = new Map<number, string>(Object.entries(frameTypes).map(([name, type]) => [type, name]));

/** See the module. */
export class Channel {
  readonly suite: Suite;
  /** Zero until the handshake has settled it. */
  session: Uint8Array = new Uint8Array(16);
  bytesOut = 0;
  bytesIn = 0;
  #sent = 0;
  #received = 0;
  #hashOut: Uint8Array;
  #hashIn: Uint8Array;

  constructor(suite: Suite) {
    this.suite = suite;
    this.#hashOut = suite.hash(utf8('scrim psi transcript'));
    this.#hashIn = this.#hashOut;
  }

  /** Hashes of all frames so far, sent and received. */
  get hashes(): { readonly out: Uint8Array; readonly in: Uint8Array } {
    return { out: this.#hashOut, in: this.#hashIn };
  }

  /** Sequence number of the frame that is expected next. */
  get expected(): number {
    return this.#received;
  }

  /** Encodes a frame and counts it as sent. */
  frame(type: FrameType, payload: Uint8Array): Uint8Array {
    const bytes = encodeFrame(type, this.session, this.#sent++, payload);
    this.#hashOut = this.suite.hash(this.#hashOut, bytes);
    this.bytesOut += bytes.length;
    return bytes;
  }

  /** Sends one frame. */
  *send(type: FrameType, payload: Uint8Array): Protocol<void> {
    yield this.frame(type, payload);
  }

  /** Sends fixed-size records in as many frames as they need; at least one, so that an empty list is said, too. */
  *sendRecords(type: FrameType, records: Uint8Array, size: number): Protocol<void> {
    const step = Math.floor(2 ** 20 / size) * size;
    for (let at = 0; at < records.length || at === 0; at += step) {
      yield this.frame(type, records.subarray(at, at + step));
    }
  }

  /** Receives the payload of the next frame, which must be of this type and length. @throws SCRIM_PSI_FRAME, SCRIM_PSI_PEER_ABORTED */
  *receive(type: FrameType, length?: number): Protocol<Uint8Array> {
    const bytes = yield null;
    if (bytes === undefined) throw new ScrimError('SCRIM_INTERNAL', { check: 'a frame is there when one is received' });
    return this.open(bytes, type, length);
  }

  /** Receives as many records as announced, exactly. @throws SCRIM_PSI_SIZE */
  *receiveRecords(
    type: FrameType,
    count: number,
    size: number,
    each?: (records: Uint8Array, at: number) => void,
  ): Protocol<Uint8Array> {
    const records = new Uint8Array(each === undefined ? count * size : 0);
    let at = 0;
    do {
      const payload = yield* this.receive(type);
      const room = count * size - at;
      const short = payload.length === 0 && room > 0;
      if (payload.length > room || payload.length % size !== 0 || short) {
        const actual = (at + payload.length) / size;
        throw new ScrimError('SCRIM_PSI_SIZE', { what: `records of ${type}`, expected: count, actual });
      }
      if (each === undefined) records.set(payload, at);
      else each(payload, at / size);
      at += payload.length;
    } while (at < count * size);
    return records;
  }

  /** Checks a frame and counts it as received. */
  open(bytes: Uint8Array, type: FrameType, length?: number): Uint8Array {
    const frame = decodeFrame(bytes);
    const { sequence } = frame;
    const refuse = (problem: string): never => {
      throw new ScrimError('SCRIM_PSI_FRAME', { sequence, problem });
    };
    if (frame.type === frameTypes.abort) {
      const code = new TextDecoder().decode(frame.payload.subarray(0, 64));
      const peerCode = /^SCRIM_[A-Z_0-9]+$/.test(code) ? code : 'an unknown code';
      throw new ScrimError('SCRIM_PSI_PEER_ABORTED', { peerCode });
    }
    if (!equalBytes(frame.session, this.session)) refuse('it belongs to another session');
    if (sequence !== this.#received) refuse(`frame ${this.#received} was expected`);
    if (frame.type !== frameTypes[type]) refuse(`it is ${names.get(frame.type) ?? 'unknown'}, ${type} was expected`);
    if (length !== undefined && frame.payload.length !== length)
      refuse(`its payload has ${frame.payload.length} bytes, not ${length}`);
    this.#received++;
    this.#hashIn = this.suite.hash(this.#hashIn, bytes);
    this.bytesIn += bytes.length;
    return frame.payload;
  }

  /** Session id as hex. */
  get id(): string {
    return hexOf(this.session);
  }
}
