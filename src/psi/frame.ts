/**
 * Frames: what two parties exchange: magic, version, type, session id, sequence number, length, payload.
 *
 * Header of 32 bytes, big endian: `SPSI`, version (1), type (1), reserved (2, zero), session id (16), sequence (4), length
 * (4). The cap on the payload is checked before anything is allocated for it.
 * @module
 */
import { ScrimError } from '../core/index.js';

/** Bytes of the header. */
export const FRAME_HEADER = 32;

/** Largest payload: 4 MiB. */
export const FRAME_LIMIT: number = 4 * 2 ** 20;

/** Version of the wire format. */
export const WIRE_VERSION = 1;

/** What a frame carries. */
export const frameTypes = {
  hello: 1,
  points: 2,
  masked: 3,
  doubled: 4,
  matches: 5,
  count: 6,
  baseOt: 7,
  baseOtPoints: 8,
  otExtension: 9,
  corrections: 10,
  masks: 11,
  payload: 12,
  setup: 13,
  verdict: 14,
  bucket: 15,
  blinded: 16,
  evaluated: 17,
  done: 254,
  abort: 255,
} as const;

/** Name of a frame type. */
export type FrameType = keyof typeof frameTypes;

/** A frame taken apart; the payload is a view. */
export interface Frame {
  readonly type: number;
  readonly session: Uint8Array;
  readonly sequence: number;
  readonly payload: Uint8Array;
}

const MAGIC = [0x53, 0x50, 0x53, 0x49];

/** Bytes of a frame. */
export function encodeFrame(
  type: FrameType,
  session: Uint8Array,
  sequence: number,
  payload: Uint8Array,
): Uint8Array<ArrayBuffer> {
  if (payload.length > FRAME_LIMIT) throw new ScrimError('SCRIM_INTERNAL', { check: 'a payload fits its frame' });
  const bytes = new Uint8Array(FRAME_HEADER + payload.length);
  bytes.set(MAGIC);
  bytes[4] = WIRE_VERSION;
  bytes[5] = frameTypes[type];
  bytes.set(session, 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(24, sequence);
  view.setUint32(28, payload.length);
  bytes.set(payload, FRAME_HEADER);
  return bytes;
}

/**
 * Length of the whole frame that begins with these 32 bytes, so that a stream can be cut into frames.
 *
 * @throws SCRIM_PSI_FRAME for a foreign magic, version or an oversized length
 */
export function frameLength(header: Uint8Array): number {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const refuse = (problem: string): never => {
    throw new ScrimError('SCRIM_PSI_FRAME', { sequence: header.length < 28 ? 0 : view.getUint32(24), problem });
  };
  if (header.length < FRAME_HEADER) return refuse('it is shorter than a header');
  if (MAGIC.some((byte, i) => header[i] !== byte)) return refuse('it does not begin as a frame');
  if (header[4] !== WIRE_VERSION) return refuse(`its version is ${header[4]}, not ${WIRE_VERSION}`);
  if (header[6] !== 0 || header[7] !== 0) return refuse('its reserved bytes are set');
  const length = view.getUint32(28);
  if (length > FRAME_LIMIT) return refuse(`it announces ${length} bytes, more than ${FRAME_LIMIT}`);
  return FRAME_HEADER + length;
}

/** Takes one whole frame apart. @throws SCRIM_PSI_FRAME */
export function decodeFrame(bytes: Uint8Array): Frame {
  const length = frameLength(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sequence = view.getUint32(24);
  if (bytes.length !== length) {
    throw new ScrimError('SCRIM_PSI_FRAME', { sequence, problem: `it has ${bytes.length} bytes, not ${length}` });
  }
  return {
    type: bytes[5] as number,
    session: bytes.subarray(8, 24),
    sequence,
    payload: bytes.subarray(FRAME_HEADER),
  };
}
