/**
 * 128 base oblivious transfers: Naor and Pinkas, "Efficient oblivious transfer protocols" (SODA 2001), section 3, with one r for
 * all, in the random oracle model; on P-256 (suite `intl`) or the SM2 curve (`gm`).
 *
 * Sender: A = rG; C = hash to the curve, so nobody knows its logarithm. Receiver: PK_sigma = kG, PK_(1 - sigma) = C - PK_sigma,
 * sends PK_0. Keys: H(i, A, PK_0, x(r PK_0)) and H(i, A, PK_0, x(r (C - PK_0))): x coordinates, which OpenSSL computes. Points
 * travel as x and y, 64 bytes. Why it is safe against honest-but-curious sides: kkrt.md.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { utf8 } from '../crypto/index.js';
import type { Channel, Protocol } from './channel.js';
import {
  type Affine,
  onCurve,
  publicPoint,
  subtractFrom,
  weierstrassCurve,
  weierstrassGroup,
  writeBigEndian,
} from './group-weierstrass.js';
import { bigEndian } from './xmd.js';

/** Number of base transfers: the security parameter. */
export const BASE_TRANSFERS = 128;

/** Bytes of a point on the wire. */
const POINT = 64;

const TAGS = {
  p256: 'SCRIM-PSI-V01-OT-with-P256_XMD:SHA-256_SSWU_RO_',
  sm2: 'SCRIM-PSI-V01-OT-with-SM2_XMD:SM3_SSWU_RO_',
} as const;

function curveOf(channel: Channel): 'p256' | 'sm2' {
  return channel.suite.name === 'gm' ? 'sm2' : 'p256';
}

/** C: a point whose logarithm nobody knows. */
function sessionPoint(channel: Channel): Affine {
  const name = curveOf(channel);
  const { x, y } = weierstrassCurve(name, TAGS[name]).hashToCurve(channel.session).toAffine();
  return { x, y };
}

function encode({ x, y }: Affine, out: Uint8Array, at: number): void {
  writeBigEndian(x, out, at);
  writeBigEndian(y, out, at + 32);
}

/** A received point: both coordinates canonical, on the curve; the identity has no encoding. @throws SCRIM_PSI_POINT */
function decode(name: 'p256' | 'sm2', bytes: Uint8Array, position: number): Affine {
  const point = { x: bigEndian(bytes.subarray(0, 32)), y: bigEndian(bytes.subarray(32, 64)) };
  if (!onCurve(name, point)) {
    throw new ScrimError('SCRIM_PSI_POINT', { position, problem: 'it does not lie on the curve' });
  }
  return point;
}

function transferKey(channel: Channel, i: number, a: Uint8Array, pk: Uint8Array, shared: Uint8Array): Uint8Array {
  return channel.suite.hash(utf8(`scrim psi base transfer ${i}`), channel.session, a, pk, shared).slice(0, 16);
}

/** The sender's pairs of keys: 128 of two times 16 bytes. */
export function* sendBaseOt(
  channel: Channel,
  portable: boolean,
): Protocol<readonly (readonly [Uint8Array, Uint8Array])[]> {
  const name = curveOf(channel);
  const group = weierstrassGroup(name, portable);
  const r = group.secret();
  const a = new Uint8Array(POINT);
  encode(publicPoint(name, r, portable), a, 0);
  yield* channel.send('baseOt', a);
  const payload = yield* channel.receive('baseOtPoints', BASE_TRANSFERS * POINT);
  const pk = (i: number): Uint8Array => payload.subarray(i * POINT, (i + 1) * POINT);
  const firsts = Array.from({ length: BASE_TRANSFERS }, (_, i) => decode(name, pk(i), i));
  const seconds = subtractFrom(name, sessionPoint(channel), firsts);
  const multiplier = group.multiplier(r);
  const x = new Uint8Array(32);
  const shared = (point: Affine): Uint8Array => {
    const out = new Uint8Array(32);
    writeBigEndian(point.x, x, 0);
    if (!multiplier.multiply(x, 0, out, 0)) throw new ScrimError('SCRIM_INTERNAL', { check: 'a product of a point' });
    return out;
  };
  const pairs = firsts.map((first, i): readonly [Uint8Array, Uint8Array] => {
    const second = seconds[i];
    if (second === undefined) {
      throw new ScrimError('SCRIM_PSI_POINT', { position: i, problem: 'its counterpart is the identity' });
    }
    return [transferKey(channel, i, a, pk(i), shared(first)), transferKey(channel, i, a, pk(i), shared(second))];
  });
  r.fill(0);
  return pairs;
}

/** The receiver's keys for its choice bits (one byte each). */
export function* receiveBaseOt(
  channel: Channel,
  choices: Uint8Array,
  portable: boolean,
): Protocol<readonly Uint8Array[]> {
  const name = curveOf(channel);
  const group = weierstrassGroup(name, portable);
  const c = sessionPoint(channel);
  const a = yield* channel.receive('baseOt', POINT);
  decode(name, a, 0);
  const secrets = Array.from({ length: BASE_TRANSFERS }, () => group.secret());
  const own = secrets.map((secret) => publicPoint(name, secret, portable));
  // Both for every transfer, whatever the choice.
  const counterparts = subtractFrom(name, c, own);
  const sent = new Uint8Array(BASE_TRANSFERS * POINT);
  const keys: Uint8Array[] = [];
  const shared = new Uint8Array(32);
  for (let i = 0; i < BASE_TRANSFERS; i++) {
    const point = choices[i] === 1 ? counterparts[i] : own[i];
    const secret = secrets[i] as Uint8Array;
    if (point === undefined || !group.multiplier(secret).multiply(a, 0, shared, 0)) {
      throw new ScrimError('SCRIM_INTERNAL', { check: 'a fresh key differs from the point of the session' });
    }
    encode(point, sent, i * POINT);
    keys.push(transferKey(channel, i, a, sent.subarray(i * POINT, (i + 1) * POINT), shared));
    secret.fill(0);
  }
  yield* channel.send('baseOtPoints', sent);
  return keys;
}
