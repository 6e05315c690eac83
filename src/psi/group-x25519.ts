/**
 * Curve25519 by its u coordinate: X25519 (RFC 7748, section 5) over points of Elligator 2 (RFC 9380, section 6.7.1).
 *
 * The hash is the u coordinate of encode_to_curve of curve25519_XMD:SHA-512_ELL2_NU_ (RFC 9380, section 8.5) before its
 * cofactor is cleared: X25519 scalars are multiples of the cofactor, so every product is that of the cleared point. See
 * ecdh.md for why the non-uniform encoding is enough here.
 * @module
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { nodeCrypto, SecureRandom } from '../core/index.js';
import { backend } from '../crypto/index.js';
import type { Group, Multiplier } from './group.js';
import { jacobi, jacobiModulus } from './jacobi.js';
import { bigEndian, expander, sha512Hash } from './xmd.js';

/** Field modulus of RFC 7748. */
export const P25519: bigint = 2n ** 255n - 19n;
const A = 486662n;
/** Order of the base point of the prime subgroup (RFC 7748, section 4.1). */
const L: bigint = ed25519.Point.Fn.ORDER;
const MODULUS = jacobiModulus(P25519);
const TAG = 'SCRIM-PSI-V01-CS01-with-curve25519_XMD:SHA-512_ELL2_NU_';
const BATCH = 256;

/** Little-endian 32 bytes at a position. */
function read(bytes: Uint8Array, at: number): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 32);
  return (
    view.getBigUint64(0, true) |
    (view.getBigUint64(8, true) << 64n) |
    (view.getBigUint64(16, true) << 128n) |
    (view.getBigUint64(24, true) << 192n)
  );
}

function write(value: bigint, bytes: Uint8Array, at: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, 32);
  for (let i = 0; i < 4; i++) view.setBigUint64(8 * i, BigInt.asUintN(64, value >> BigInt(64 * i)), true);
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let e = exponent; e > 0n; e >>= 1n) {
    if ((e & 1n) === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** u^3 + A u^2 + u. */
function curve(u: bigint): bigint {
  return ((((u + A) * u + 1n) % P25519) * u) % P25519;
}

/** u coordinates of Elligator 2 for field elements, with one inversion for all. */
export function elligator2(elements: readonly bigint[]): bigint[] {
  // 1 + 2 r^2 is never zero: -1/2 is no square modulo p.
  const denominators = elements.map((r) => (1n + 2n * r * r) % P25519);
  const products: bigint[] = [];
  let all = 1n;
  for (const d of denominators) {
    products.push(all);
    all = (all * d) % P25519;
  }
  let inverse = power(all, P25519 - 2n, P25519);
  const points = new Array<bigint>(elements.length);
  for (let i = elements.length - 1; i >= 0; i--) {
    const own = (inverse * (products[i] as bigint)) % P25519;
    inverse = (inverse * (denominators[i] as bigint)) % P25519;
    const x1 = ((P25519 - A) * own) % P25519;
    points[i] = jacobi(curve(x1), MODULUS) >= 0 ? x1 : (2n * P25519 - x1 - A) % P25519;
  }
  return points;
}

/** hash_to_field for one element of curve25519 (RFC 9380, section 5.2: m = 1, L = 48). */
export function fieldHash(tag: string): (message: Uint8Array) => bigint {
  const expand = expander(sha512Hash(), tag, 48);
  return (message) => bigEndian(expand(message)) % P25519;
}

/** Why 32 bytes are no canonical u coordinate of a point on the curve, or null. */
function problem(points: Uint8Array, at: number): string | null {
  const u = read(points, at);
  if (u >= P25519) return 'its encoding is not canonical';
  const symbol = jacobi(curve(u), MODULUS);
  if (symbol === 0) return 'it is of small order';
  if (symbol < 0) return 'it does not lie on the curve';
  // u = 1 is of order 4; the roots of (u^2 - 1)^2 = 0 are the only others on the curve besides those of order 8.
  if (u === 1n || smallOrder.has(u)) return 'it is of small order';
  return null;
}

/** u coordinates of order 8 on the curve (curve25519.cr.yp.to, "How do I validate public keys?"). */
const smallOrder: ReadonlySet<bigint> = new Set([
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
]);

function clampedMultiplier(secret: Uint8Array, portable: boolean): Multiplier {
  const crypto = portable ? undefined : nodeCrypto();
  if (crypto === undefined) {
    const noble = backend('portable');
    return {
      multiply(points, at, out, to) {
        const product = noble.x25519(secret, points.subarray(at, at + 32));
        if (product === undefined) return false;
        out.set(product, to);
        return true;
      },
    };
  }
  const head = Buffer.from('302e020100300506032b656e04220420', 'hex');
  const der = Buffer.concat([head, secret]);
  const privateKey = crypto.createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  return {
    // A JWK is imported 13 times faster than DER (Node 20.20: 5 us against 68 us).
    multiply(points, at, out, to) {
      const x = Buffer.from(points.buffer, points.byteOffset + at, 32).toString('base64url');
      const publicKey = crypto.createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x }, format: 'jwk' });
      try {
        out.set(crypto.diffieHellman({ privateKey, publicKey }), to);
        return true;
      } catch {
        return false;
      }
    },
  };
}

/** Inverts modulo L and returns the representative whose bytes X25519 leaves as they are, or undefined. */
function clampedInverse(scalar: bigint): bigint | undefined {
  const inverse = power(scalar % L, L - 2n, L);
  // 2^254 + 8 k, k < 2^251: multiples of 8 in [2^254, 2^255), congruent to the inverse modulo L.
  for (let j = 0n; j < 16n; j++) {
    const candidate = inverse + j * L;
    if (candidate >= 2n ** 254n && candidate < 2n ** 255n && candidate % 8n === 0n) return candidate;
  }
  return undefined;
}

/** See the module. */
export function x25519Group(portable = false): Group {
  const toField = fieldHash(TAG);
  const secret = (): Uint8Array => {
    const bytes = new SecureRandom().bytes(32);
    bytes[0] = (bytes[0] as number) & 248;
    bytes[31] = ((bytes[31] as number) & 127) | 64;
    return bytes;
  };
  return {
    name: 'x25519',
    hash(items, count) {
      const out = new Uint8Array(32 * count);
      for (let from = 0; from < count; from += BATCH) {
        const elements: bigint[] = [];
        for (let i = from; i < Math.min(count, from + BATCH); i++) {
          elements.push(toField(items.subarray(16 * i, 16 * i + 16)));
        }
        elligator2(elements).forEach((u, i) => {
          write(u, out, 32 * (from + i));
        });
      }
      return out;
    },
    secret,
    multiplier: (bytes) => clampedMultiplier(bytes, portable),
    problem,
    blindingPair() {
      for (;;) {
        const unblind = secret();
        const inverse = clampedInverse(read(unblind, 0));
        if (inverse === undefined) continue;
        const blind = new Uint8Array(32);
        write(inverse, blind, 0);
        return { blind, unblind };
      }
    },
  };
}
