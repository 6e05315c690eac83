/**
 * Known answers and small runs that show the room works on this platform: `scrim psi selftest`.
 *
 * Vectors (vectors.ts): RFC 7748, RFC 9380, RFC 9497, GB/T 32918.5, 32905, 32907.
 * @module
 */
import { ristretto255_oprf } from '@noble/curves/ed25519.js';
import { p256_oprf } from '@noble/curves/nist.js';
import { hexOf } from '../core/index.js';
import { fromHex, suite, utf8 } from '../crypto/index.js';
import { type AgreementOptions, agreement } from './agreement.js';
import { transpose } from './bit-matrix.js';
import { group } from './group.js';
import { weierstrassCurve } from './group-weierstrass.js';
import { elligator2, fieldHash } from './group-x25519.js';
import { runInProcess } from './in-process.js';
import { itemSet } from './items.js';
import { vectors } from './vectors.js';

/** One check. */
export interface SelfTest {
  readonly name: string;
  readonly passed: boolean;
}

const same = (left: Uint8Array | undefined, hex: string): boolean => left !== undefined && hexOf(left) === hex;

const hex64 = (value: bigint): string => value.toString(16).padStart(64, '0');

function x25519(): boolean {
  const multiply = (portable: boolean, scalar: Uint8Array, u: Uint8Array): Uint8Array => {
    const out = new Uint8Array(32);
    return group('x25519', portable).multiplier(scalar).multiply(u, 0, out, 0) ? out : new Uint8Array(0);
  };
  const rows = vectors.rfc7748.rows.every(({ scalar, u, product }) =>
    [false, true].every((portable) => same(multiply(portable, fromHex(scalar), fromHex(u)), product)),
  );
  let [k, u] = [fromHex(vectors.rfc7748.iterated.start), fromHex(vectors.rfc7748.iterated.start)];
  for (let i = 0; i < 1000; i++) {
    [k, u] = [multiply(false, k, u), k];
    if (i === 0 && !same(k, vectors.rfc7748.iterated['1'])) return false;
  }
  return rows && same(k, vectors.rfc7748.iterated['1000']);
}

function elligator(): boolean {
  const toField = fieldHash(vectors.elligator2.tag);
  return vectors.elligator2.rows.every(({ message, u, x }) => {
    const element = toField(utf8(message));
    return hex64(element) === u && hex64(elligator2([element])[0] as bigint) === x;
  });
}

function sswu(): boolean {
  const curve = weierstrassCurve('p256', vectors.sswu.tag);
  return vectors.sswu.rows.every(({ message, x }) => hex64(curve.hashToCurve(utf8(message)).toAffine().x) === x);
}

function oprfSuite(index: 0 | 1): boolean {
  const { key, rows } = vectors.rfc9497.suites[index];
  const mode = (index === 0 ? ristretto255_oprf : p256_oprf).oprf;
  const { secretKey } = mode.deriveKeyPair(fromHex(vectors.rfc9497.seed), fromHex(vectors.rfc9497.keyInfo));
  return rows.every(({ input, blind, evaluated, blinded, output }) => {
    const given = mode.blindEvaluate(secretKey, fromHex(blinded));
    return (
      same(secretKey, key) &&
      same(given, evaluated) &&
      same(mode.finalize(fromHex(input), fromHex(blind), given), output)
    );
  });
}

function sm2(): boolean {
  const { scalar, point, product } = vectors.sm2;
  return [false, true].every((portable) => {
    const out = new Uint8Array(32);
    return group('sm2', portable).multiplier(fromHex(scalar)).multiply(fromHex(point), 0, out, 0) && same(out, product);
  });
}

function sm3(): boolean {
  return vectors.sm3.rows.every(({ message, digest }) => same(suite('gm').hash(fromHex(message)), digest));
}

function sm4(): boolean {
  const { key, plain, cipher } = vectors.sm4;
  return same(suite('gm').backend.blockCipher('sm4', fromHex(key)).encrypt(fromHex(plain)), cipher);
}

function transposition(): boolean {
  const source = new Int32Array(64 * 4);
  for (let i = 0; i < source.length; i++) source[i] = Math.imul(i + 1, 0x9e3779b1) ^ (i << 7);
  const target = new Int32Array(source.length);
  transpose(source, 64, 128, target);
  for (let column = 0; column < 64; column++) {
    for (let row = 0; row < 128; row++) {
      const from = ((source[column * 4 + (row >> 5)] as number) >>> (row & 31)) & 1;
      const to = ((target[row * 2 + (column >> 5)] as number) >>> (column & 31)) & 1;
      if (from !== to) return false;
    }
  }
  return true;
}

function intersects(options: AgreementOptions): boolean {
  const agreed = agreement(options);
  const items = (from: number): ReturnType<typeof itemSet> =>
    itemSet(
      Array.from({ length: 20 }, (_, i) => `item ${from + i}`),
      20,
    );
  const { left, right } = runInProcess({ agreement: agreed, items: items(0) }, { agreement: agreed, items: items(12) });
  return (
    left.size === 8 && (left.matches ?? []).every((item, i) => item === 12 + i) && left.transcript === right.transcript
  );
}

/** Runs all checks; a check that throws has failed. */
export function selfTest(): SelfTest[] {
  const checks: readonly (readonly [string, () => boolean])[] = [
    ['X25519, RFC 7748', x25519],
    ['curve25519_XMD:SHA-512_ELL2_NU_, RFC 9380 J.4.2', elligator],
    ['P256_XMD:SHA-256_SSWU_RO_, RFC 9380 J.1.1', sswu],
    ['OPRF(ristretto255, SHA-512), RFC 9497 A.1.1', () => oprfSuite(0)],
    ['OPRF(P-256, SHA-256), RFC 9497 A.3.1', () => oprfSuite(1)],
    ['SM2 curve, GB/T 32918.5 A.2', sm2],
    ['SM3, GB/T 32905 A.1', sm3],
    ['SM4, GB/T 32907 A.1', sm4],
    ['bit matrix transposition', transposition],
    ['ecdh, X25519', () => intersects({ protocol: 'ecdh' })],
    ['ecdh, P-256', () => intersects({ protocol: 'ecdh', curve: 'p256' })],
    ['ecdh, SM2', () => intersects({ protocol: 'ecdh', suite: 'gm' })],
    ['kkrt, intl', () => intersects({ protocol: 'kkrt' })],
    ['kkrt, intl, linear', () => intersects({ protocol: 'kkrt', rowHash: 'linear' })],
    ['kkrt, gm', () => intersects({ protocol: 'kkrt', suite: 'gm' })],
    ['oprf, X25519', () => intersects({ protocol: 'oprf' })],
    ['oprf, ristretto255', () => intersects({ protocol: 'oprf', curve: 'ristretto255' })],
    ['oprf, P-256', () => intersects({ protocol: 'oprf', curve: 'p256' })],
    ['oprf, SM2', () => intersects({ protocol: 'oprf', suite: 'gm' })],
  ];
  return checks.map(([name, check]) => {
    try {
      return { name, passed: check() };
    } catch {
      return { name, passed: false };
    }
  });
}
