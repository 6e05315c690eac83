/**
 * SM2: signatures (GB/T 32918.2-2016, sections 5 and 6) and key agreement (GB/T 32918.3-2016, section 6) on the recommended
 * curve (GB/T 32918.5-2017), with SM3.
 *
 * Curve arithmetic is noble's; the schemes are ours, proved by the vectors of the standard. Not constant in time beyond
 * what noble offers.
 * @module
 */
import { type WeierstrassPoint, weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { ScrimError, SecureRandom } from '../core/index.js';
import type { Backend } from './backend.js';
import { concat, utf8 } from './bytes.js';

const P = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;
const A = 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn;
const B = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n;
const N = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const GX = 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n;
const GY = 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n;

const Point = weierstrass({ p: P, n: N, h: 1n, a: A, b: B, Gx: GX, Gy: GY });
type CurvePoint = WeierstrassPoint<bigint>;

/** Default user id of GM/T 0009-2012, section 10. */
export const SM2_DEFAULT_ID: Uint8Array = utf8('1234567812345678');

function toBytes(value: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  for (let i = 31, rest = value; i >= 0; i--) {
    bytes[i] = Number(rest & 255n);
    rest >>= 8n;
  }
  return bytes;
}

function toNumber(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}

const modN = (value: bigint): bigint => ((value % N) + N) % N;

function secretScalar(secret: Uint8Array): bigint {
  const d = secret.length === 32 ? toNumber(secret) : 0n;
  // n - 1 is excluded: 1 + d must be invertible (GB/T 32918.2, section 5.3).
  if (d < 1n || d > N - 2n)
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'secret', problem: 'it is no SM2 secret key' });
  return d;
}

function publicPoint(publicKey: Uint8Array): CurvePoint | undefined {
  try {
    const point = Point.fromBytes(publicKey);
    return point.is0() ? undefined : point;
  } catch {
    return undefined;
  }
}

function coordinates(point: CurvePoint): Uint8Array {
  return point.toBytes(false).subarray(1);
}

/** A fresh secret key: 32 bytes, uniform in [1, n - 2]. */
export function sm2Generate(): Uint8Array {
  const random = new SecureRandom();
  for (;;) {
    const bytes = random.bytes(32);
    const d = toNumber(bytes);
    if (d >= 1n && d <= N - 2n) return bytes;
  }
}

/** Uncompressed public key, 65 bytes (04, x, y). @throws SCRIM_ARGUMENT */
export function sm2Public(secret: Uint8Array): Uint8Array {
  return Point.BASE.multiply(secretScalar(secret)).toBytes(false);
}

/** Z of section 5.5: hash of the id's bit length, the id, the curve and the public key. */
export function sm2Identity(backend: Backend, publicKey: Uint8Array, id: Uint8Array): Uint8Array {
  const point = publicPoint(publicKey);
  if (point === undefined || id.length > 8191) {
    throw new ScrimError('SCRIM_ARGUMENT', {
      name: 'publicKey',
      problem: 'it is no point of the SM2 curve, or the id is too long',
    });
  }
  const bits = 8 * id.length;
  const curve = [A, B, GX, GY].map(toBytes);
  return backend.hash('sm3', Uint8Array.of(bits >> 8, bits), id, ...curve, coordinates(point));
}

/** Options of signatures. */
export interface Sm2Options {
  /** User id; default {@link SM2_DEFAULT_ID}. */
  readonly id?: Uint8Array;
}

/** Signature r, s (64 bytes) of a message. @throws SCRIM_ARGUMENT */
export function sm2Sign(
  backend: Backend,
  secret: Uint8Array,
  message: Uint8Array,
  options: Sm2Options = {},
): Uint8Array {
  const d = secretScalar(secret);
  const z = sm2Identity(backend, sm2Public(secret), options.id ?? SM2_DEFAULT_ID);
  const e = toNumber(backend.hash('sm3', z, message));
  for (;;) {
    const signature = signWith(d, e, nonce(backend, secret, z, message));
    if (signature !== undefined) return signature;
  }
}

/** k: fresh randomness hashed with key and message, so that a weak generator alone does not reveal the key. */
function nonce(backend: Backend, secret: Uint8Array, z: Uint8Array, message: Uint8Array): bigint {
  const seed = new SecureRandom().bytes(32);
  for (let counter = 0; ; counter++) {
    const k = toNumber(backend.hmac('sm3', secret, seed, z, message, Uint8Array.of(counter)));
    if (k >= 1n && k < N) return k;
  }
}

/** Steps A4 to A7 of section 6.1 for a given k; undefined when k must be drawn again. Exported for the vectors. */
export function signWith(d: bigint, e: bigint, k: bigint): Uint8Array | undefined {
  const { x } = Point.BASE.multiply(k).toAffine();
  const r = modN(e + x);
  if (r === 0n || r + k === N) return undefined;
  const s = modN(Point.Fn.inv(1n + d) * modN(k - r * d));
  return s === 0n ? undefined : concat(toBytes(r), toBytes(s));
}

/** True when the signature is the key holder's (section 7.1). Malformed keys and signatures are false. */
export function sm2Verify(
  backend: Backend,
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
  options: Sm2Options = {},
): boolean {
  const point = publicPoint(publicKey);
  if (point === undefined || signature.length !== 64) return false;
  const r = toNumber(signature.subarray(0, 32));
  const s = toNumber(signature.subarray(32));
  if (r < 1n || r >= N || s < 1n || s >= N) return false;
  const t = modN(r + s);
  if (t === 0n) return false;
  const z = sm2Identity(backend, publicKey, options.id ?? SM2_DEFAULT_ID);
  const e = toNumber(backend.hash('sm3', z, message));
  const sum = Point.BASE.multiplyUnsafe(s).add(point.multiplyUnsafe(t));
  return !sum.is0() && modN(e + sum.toAffine().x) === r;
}

/** One side of a key agreement. */
export interface Sm2Exchange {
  /** Who began: user A of the standard. */
  readonly role: 'initiator' | 'responder';
  readonly secret: Uint8Array;
  /** Secret of this run. */
  readonly ephemeral: Uint8Array;
  readonly id?: Uint8Array;
  readonly peerPublic: Uint8Array;
  readonly peerEphemeral: Uint8Array;
  readonly peerId?: Uint8Array;
  /** Bytes of key wanted; default 32. */
  readonly length?: number;
}

/** Result of {@link sm2Agree}: the key, what to send as confirmation, what to expect from the other side. */
export interface Sm2Agreement {
  readonly key: Uint8Array;
  readonly confirmation: Uint8Array;
  readonly peerConfirmation: Uint8Array;
}

/** x with its upper half replaced by one bit: 2^w + (x mod 2^w), w = 127 (section 6.1, step A4). */
const reduced = (x: bigint): bigint => (1n << 127n) + (x & ((1n << 127n) - 1n));

/**
 * Authenticated key agreement with key confirmation. Compare `peerConfirmation` in constant time before using the key.
 *
 * @throws SCRIM_ARGUMENT when a key is no point of the curve or the agreement degenerates
 */
export function sm2Agree(backend: Backend, exchange: Sm2Exchange): Sm2Agreement {
  const { role, secret, ephemeral, peerPublic, peerEphemeral, length = 32 } = exchange;
  const own = Point.BASE.multiply(secretScalar(ephemeral));
  const peer = publicPoint(peerPublic);
  const peerPoint = publicPoint(peerEphemeral);
  if (peer === undefined || peerPoint === undefined) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'peerPublic', problem: 'it is no point of the SM2 curve' });
  }
  const t = modN(secretScalar(secret) + reduced(own.toAffine().x) * toNumber(ephemeral));
  const combined = peer.add(peerPoint.multiply(reduced(peerPoint.toAffine().x)));
  if (t === 0n || combined.is0())
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'ephemeral', problem: 'the agreement degenerates' });
  const shared = coordinates(combined.multiply(t));
  const ownZ = sm2Identity(backend, sm2Public(secret), exchange.id ?? SM2_DEFAULT_ID);
  const peerZ = sm2Identity(backend, peerPublic, exchange.peerId ?? SM2_DEFAULT_ID);
  const ownFirst = role === 'initiator';
  const [za, zb] = ownFirst ? [ownZ, peerZ] : [peerZ, ownZ];
  const points = [coordinates(own), coordinates(peerPoint)];
  const [ra, rb] = (ownFirst ? points : points.reverse()) as [Uint8Array, Uint8Array];
  const key = sm2Kdf(backend, concat(shared, za, zb), length);
  const inner = backend.hash('sm3', shared.subarray(0, 32), za, zb, ra, rb);
  const tag = (byte: number): Uint8Array => backend.hash('sm3', Uint8Array.of(byte), shared.subarray(32), inner);
  const [s2, s3] = [tag(2), tag(3)];
  return ownFirst ? { key, confirmation: s3, peerConfirmation: s2 } : { key, confirmation: s2, peerConfirmation: s3 };
}

/** Key derivation function of GB/T 32918.3, section 5.4.3. */
function sm2Kdf(backend: Backend, z: Uint8Array, length: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let counter = 1; 32 * parts.length < length; counter++) {
    const ct = Uint8Array.of(counter >>> 24, counter >>> 16, counter >>> 8, counter);
    parts.push(backend.hash('sm3', z, ct));
  }
  return concat(...parts).slice(0, length);
}

/** Plain Diffie-Hellman on the SM2 curve: x coordinate of the shared point. @throws SCRIM_ARGUMENT */
export function sm2SharedSecret(secret: Uint8Array, peerPublic: Uint8Array): Uint8Array {
  const peer = publicPoint(peerPublic);
  if (peer === undefined) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'peerPublic', problem: 'it is no point of the SM2 curve' });
  }
  return coordinates(peer.multiply(secretScalar(secret))).slice(0, 32);
}
