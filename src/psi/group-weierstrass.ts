/**
 * P-256 (FIPS 186-5) and the SM2 curve (GB/T 32918.5-2017) by their x coordinate, with simplified SWU (RFC 9380, section 6.6.2).
 *
 * P-256: P256_XMD:SHA-256_SSWU_RO_ (section 8.2). SM2 has no suite in the RFC: the same construction with SM3 and the Z that
 * find_z_sswu (appendix H.2) gives for its curve, -9.
 * @module
 */
import { mapToCurveSimpleSWU } from '@noble/curves/abstract/hash-to-curve.js';
import { type WeierstrassPoint, type WeierstrassPointCons, weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { nodeCrypto, SecureRandom } from '../core/index.js';
import { suite } from '../crypto/index.js';
import type { Group, Multiplier } from './group.js';
import { jacobi, jacobiModulus } from './jacobi.js';
import { type BlockHash, bigEndian, expander } from './xmd.js';

interface CurveFacts {
  readonly p: bigint;
  readonly n: bigint;
  readonly a: bigint;
  readonly b: bigint;
  readonly Gx: bigint;
  readonly Gy: bigint;
  readonly z: bigint;
  readonly openssl: string;
  readonly tag: string;
  readonly hash: () => BlockHash;
}

const FACTS: Readonly<Record<'p256' | 'sm2', CurveFacts>> = {
  p256: {
    p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    a: 0xffffffff00000001000000000000000000000000fffffffffffffffffffffffcn,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    Gx: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
    Gy: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
    z: -10n,
    openssl: 'prime256v1',
    tag: 'SCRIM-PSI-V01-CS02-with-P256_XMD:SHA-256_SSWU_RO_',
    hash: () => ({ block: 64, length: 32, hash: (bytes) => suite('intl').hash(bytes) }),
  },
  sm2: {
    p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
    n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
    a: 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn,
    b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
    Gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
    Gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
    z: -9n,
    openssl: 'SM2',
    tag: 'SCRIM-PSI-V01-CS03-with-SM2_XMD:SM3_SSWU_RO_',
    hash: () => ({ block: 64, length: 32, hash: (bytes) => suite('gm').hash(bytes) }),
  },
};

/** noble's points of the curve, and hash_to_curve with a tag of the caller. */
export interface WeierstrassCurve {
  readonly Point: WeierstrassPointCons<bigint>;
  hashToCurve(message: Uint8Array): WeierstrassPoint<bigint>;
}

const made = new Map<string, WeierstrassCurve>();

/** See {@link WeierstrassCurve}; made once for each curve and tag, since noble keeps tables of the base point. */
export function weierstrassCurve(name: 'p256' | 'sm2', tag: string = FACTS[name].tag): WeierstrassCurve {
  const key = `${name} ${tag}`;
  const known = made.get(key) ?? makeCurve(name, tag);
  made.set(key, known);
  return known;
}

function makeCurve(name: 'p256' | 'sm2', tag: string): WeierstrassCurve {
  const { p, n, a, b, Gx, Gy, z, hash } = FACTS[name];
  const Point = weierstrass({ p, n, h: 1n, a, b, Gx, Gy });
  const map = mapToCurveSimpleSWU(Point.Fp, { A: Point.Fp.create(a), B: Point.Fp.create(b), Z: Point.Fp.create(z) });
  const expand = expander(hash(), tag, 96);
  return {
    Point,
    hashToCurve(message) {
      const uniform = expand(message);
      const [first, second] = [uniform.subarray(0, 48), uniform.subarray(48)].map((half) =>
        Point.fromAffine(map(bigEndian(half) % p)),
      ) as [WeierstrassPoint<bigint>, WeierstrassPoint<bigint>];
      return first.add(second);
    },
  };
}

/** An affine point; the identity has none. */
export interface Affine {
  readonly x: bigint;
  readonly y: bigint;
}

/** True when both coordinates are canonical and satisfy the equation of the curve. */
export function onCurve(name: 'p256' | 'sm2', { x, y }: Affine): boolean {
  const { p, a, b } = FACTS[name];
  return x < p && y < p && (((x * x + a) % p) * x + b - y * y) % p === 0n;
}

/** The secret times the base point. */
export function publicPoint(name: 'p256' | 'sm2', secret: Uint8Array, portable = false): Affine {
  const native = portable ? undefined : nodeCrypto();
  if (native === undefined) return weierstrassCurve(name).Point.BASE.multiply(bigEndian(secret)).toAffine();
  const ecdh = native.createECDH(FACTS[name].openssl);
  ecdh.setPrivateKey(secret);
  const bytes = ecdh.getPublicKey();
  return { x: bigEndian(bytes.subarray(1, 33)), y: bigEndian(bytes.subarray(33, 65)) };
}

/** `from` minus each point, with one inversion for all; undefined where that is the identity or a doubling. */
export function subtractFrom(name: 'p256' | 'sm2', from: Affine, points: readonly Affine[]): (Affine | undefined)[] {
  const { p } = FACTS[name];
  const modulo = (value: bigint): bigint => ((value % p) + p) % p;
  const differences = points.map((point) => modulo(from.x - point.x));
  const products: bigint[] = [];
  let all = 1n;
  for (const difference of differences) {
    products.push(all);
    if (difference !== 0n) all = (all * difference) % p;
  }
  let inverse = inverted(all, p);
  const results = new Array<Affine | undefined>(points.length);
  for (let i = points.length - 1; i >= 0; i--) {
    const difference = differences[i] as bigint;
    if (difference === 0n) continue;
    const own = (inverse * (products[i] as bigint)) % p;
    inverse = (inverse * difference) % p;
    const { x, y } = points[i] as Affine;
    // from + (x, -y)
    const slope = modulo((from.y + y) * own);
    const sum = modulo(slope * slope - from.x - x);
    results[i] = { x: sum, y: modulo(slope * (from.x - sum) - from.y) };
  }
  return results;
}

/** Inverse modulo a prime by Fermat. */
function inverted(value: bigint, p: bigint): bigint {
  let result = 1n;
  let square = value;
  for (let e = p - 2n; e > 0n; e >>= 1n) {
    if ((e & 1n) === 1n) result = (result * square) % p;
    square = (square * square) % p;
  }
  return result;
}

/** Writes 32 bytes, the most significant first. */
export function writeBigEndian(value: bigint, bytes: Uint8Array, at: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 32);
  for (let i = 0; i < 4; i++) view.setBigUint64(8 * i, BigInt.asUintN(64, value >> BigInt(64 * (3 - i))));
}

/** True when this OpenSSL multiplies points of the curve: that of Node 24 refuses key agreement on the SM2 curve. */
function derives(crypto: typeof import('node:crypto'), openssl: string, curve: WeierstrassCurve): boolean {
  try {
    const ecdh = crypto.createECDH(openssl);
    const two = new Uint8Array(32);
    two[31] = 2;
    ecdh.setPrivateKey(two);
    const base = new Uint8Array(33);
    base[0] = 2;
    writeBigEndian(curve.Point.BASE.toAffine().x, base, 1);
    const expected = new Uint8Array(32);
    writeBigEndian(curve.Point.BASE.double().toAffine().x, expected, 0);
    return ecdh.computeSecret(base).every((byte, i) => byte === expected[i]);
  } catch {
    return false;
  }
}

/** See the module. */
export function weierstrassGroup(name: 'p256' | 'sm2', portable = false): Group {
  const { p, n, a, b, openssl } = FACTS[name];
  const curve = weierstrassCurve(name);
  const modulus = jacobiModulus(p);
  const native = portable ? undefined : nodeCrypto();
  const crypto = native !== undefined && derives(native, openssl, curve) ? native : undefined;

  const secret = (): Uint8Array => {
    for (;;) {
      const bytes = new SecureRandom().bytes(32);
      const k = bigEndian(bytes);
      if (k >= 1n && k < n) return bytes;
    }
  };
  const multiplier = (own: Uint8Array): Multiplier => {
    const compressed = new Uint8Array(33);
    compressed[0] = 2;
    if (crypto === undefined) {
      const k = bigEndian(own);
      return {
        multiply(points, at, out, to) {
          compressed.set(points.subarray(at, at + 32), 1);
          writeBigEndian(curve.Point.fromBytes(compressed).multiply(k).toAffine().x, out, to);
          return true;
        },
      };
    }
    const ecdh = crypto.createECDH(openssl);
    ecdh.setPrivateKey(own);
    return {
      multiply(points, at, out, to) {
        compressed.set(points.subarray(at, at + 32), 1);
        try {
          out.set(ecdh.computeSecret(compressed), to);
          return true;
        } catch {
          return false;
        }
      },
    };
  };
  return {
    name,
    hash(items, count) {
      const out = new Uint8Array(32 * count);
      for (let i = 0; i < count; i++) {
        writeBigEndian(curve.hashToCurve(items.subarray(16 * i, 16 * i + 16)).toAffine().x, out, 32 * i);
      }
      return out;
    },
    secret,
    multiplier,
    problem(points, at) {
      const x = bigEndian(points.subarray(at, at + 32));
      if (x >= p) return 'its encoding is not canonical';
      const square = ((((((x * x) % p) + a) * x + b) % p) + p) % p;
      return jacobi(square, modulus) >= 0 ? null : 'it does not lie on the curve';
    },
    blindingPair() {
      const blind = secret();
      const unblind = new Uint8Array(32);
      writeBigEndian(curve.Point.Fn.inv(bigEndian(blind)), unblind, 0);
      return { blind, unblind };
    },
  };
}
