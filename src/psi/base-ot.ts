/**
 * 128 base oblivious transfers: Naor and Pinkas, "Efficient oblivious transfer protocols" (SODA 2001), section 3, with one r for
 * all, in the random oracle model; on ristretto255 (RFC 9496) or the SM2 curve.
 *
 * Sender: A = rG; C = hash to the group, so nobody knows its logarithm. Receiver: PK_sigma = kG, PK_(1 - sigma) = C - PK_sigma,
 * sends PK_0. Keys: H(i, A, PK_0, r PK_0) and H(i, A, PK_0, r (C - PK_0)). Why it is safe against honest-but-curious sides: kkrt.md.
 * @module
 */
import { ristretto255, ristretto255_hasher } from '@noble/curves/ed25519.js';
import { ScrimError, SecureRandom } from '../core/index.js';
import { utf8 } from '../crypto/index.js';
import type { Channel, Protocol } from './channel.js';
import { weierstrassCurve } from './group-weierstrass.js';
import { bigEndian } from './xmd.js';

/** Number of base transfers: the security parameter. */
export const BASE_TRANSFERS = 128;

interface Point {
  add(other: Point): Point;
  subtract(other: Point): Point;
  multiply(scalar: bigint): Point;
  toBytes(compressed?: boolean): Uint8Array;
  is0(): boolean;
  equals(other: Point): boolean;
  precompute(windowSize: number, isLazy?: boolean): Point;
}

interface OtGroup {
  readonly bytes: number;
  readonly order: bigint;
  readonly base: Point;
  decode(bytes: Uint8Array): Point;
  hash(message: Uint8Array): Point;
}

function otGroup(suite: 'intl' | 'gm'): OtGroup {
  if (suite === 'gm') {
    const curve = weierstrassCurve('sm2', 'SCRIM-PSI-V01-OT-with-SM2_XMD:SM3_SSWU_RO_');
    return {
      bytes: 33,
      order: curve.Point.Fn.ORDER,
      base: curve.Point.BASE as unknown as Point,
      decode: (bytes) => curve.Point.fromBytes(bytes) as unknown as Point,
      hash: (message) => curve.hashToCurve(message) as unknown as Point,
    };
  }
  const { Point: Ristretto } = ristretto255;
  return {
    bytes: 32,
    order: Ristretto.Fn.ORDER,
    base: Ristretto.BASE as unknown as Point,
    decode: (bytes) => Ristretto.fromBytes(bytes) as unknown as Point,
    hash: (message) =>
      ristretto255_hasher.hashToCurve(message, {
        DST: 'SCRIM-PSI-V01-OT-with-ristretto255_XMD:SHA-512_R255MAP_RO_',
      }) as unknown as Point,
  };
}

function scalar(order: bigint): bigint {
  const random = new SecureRandom();
  for (;;) {
    // 48 bytes reduced: the bias is below 2^-128.
    const value = bigEndian(random.bytes(48)) % order;
    if (value !== 0n) return value;
  }
}

function decode(group: OtGroup, bytes: Uint8Array, position: number): Point {
  const refuse = (problem: string): never => {
    throw new ScrimError('SCRIM_PSI_POINT', { position, problem });
  };
  let point: Point;
  try {
    point = group.decode(bytes);
  } catch {
    return refuse('it is no canonical point of the curve');
  }
  return point.is0() ? refuse('it is the identity') : point;
}

function transferKey(channel: Channel, index: number, a: Uint8Array, pk: Uint8Array, shared: Uint8Array): Uint8Array {
  const head = utf8(`scrim psi base ot v1 ${index}`);
  return channel.suite.hash(head, channel.session, a, pk, shared).slice(0, 16);
}

/** The sender's pairs of keys: 128 of two times 16 bytes. */
export function* sendBaseOt(channel: Channel): Protocol<readonly (readonly [Uint8Array, Uint8Array])[]> {
  const group = otGroup(channel.suite.name);
  const c = group.hash(channel.session);
  const r = scalar(group.order);
  const a = group.base.multiply(r).toBytes(true);
  yield* channel.send('baseOt', a);
  const payload = yield* channel.receive('baseOtPoints', BASE_TRANSFERS * group.bytes);
  const rc = c.multiply(r);
  const pairs: (readonly [Uint8Array, Uint8Array])[] = [];
  for (let i = 0; i < BASE_TRANSFERS; i++) {
    const pk = payload.subarray(i * group.bytes, (i + 1) * group.bytes);
    const point = decode(group, pk, i);
    if (point.equals(c))
      throw new ScrimError('SCRIM_PSI_POINT', { position: i, problem: 'its counterpart is the identity' });
    const first = point.multiply(r);
    pairs.push([
      transferKey(channel, i, a, pk, first.toBytes(true)),
      transferKey(channel, i, a, pk, rc.subtract(first).toBytes(true)),
    ]);
  }
  return pairs;
}

/** The receiver's keys for its choice bits (one byte each). */
export function* receiveBaseOt(channel: Channel, choices: Uint8Array): Protocol<readonly Uint8Array[]> {
  const group = otGroup(channel.suite.name);
  const c = group.hash(channel.session);
  const a = yield* channel.receive('baseOt', group.bytes);
  // One base for 128 products: a table of its multiples pays.
  const point = decode(group, a, 0).precompute(6, false);
  const sent = new Uint8Array(BASE_TRANSFERS * group.bytes);
  const keys: Uint8Array[] = [];
  for (let i = 0; i < BASE_TRANSFERS; i++) {
    const k = scalar(group.order);
    const own = group.base.multiply(k);
    const pk = (choices[i] === 1 ? c.subtract(own) : own).toBytes(true);
    sent.set(pk, i * group.bytes);
    keys.push(transferKey(channel, i, a, pk, point.multiply(k).toBytes(true)));
  }
  yield* channel.send('baseOtPoints', sent);
  return keys;
}
