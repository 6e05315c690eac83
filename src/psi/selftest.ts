/**
 * Known answers and small runs that show the room works on this platform: `scrim psi selftest`.
 *
 * Vectors: RFC 7748 section 5.2; RFC 9380 appendix J.4.2 (curve25519, Elligator 2, NU) and J.1.1 (P-256, SSWU, RO).
 * @module
 */
import { backend, fromHex, suite } from '../crypto/index.js';
import { type AgreementOptions, agreement } from './agreement.js';
import { transpose } from './bit-matrix.js';
import { group } from './group.js';
import { weierstrassCurve } from './group-weierstrass.js';
import { elligator2, fieldHash } from './group-x25519.js';
import { runInProcess } from './in-process.js';
import { itemSet } from './items.js';

/** One check. */
export interface SelfTest {
  readonly name: string;
  readonly passed: boolean;
}

const same = (left: Uint8Array | undefined, hex: string): boolean =>
  left !== undefined && left.length === hex.length / 2 && fromHex(hex).every((byte, i) => left[i] === byte);

function x25519(): boolean {
  const k = fromHex('a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4');
  const u = fromHex('e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c');
  const product = 'c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552';
  const out = new Uint8Array(32);
  const fast = group('x25519').multiplier(k).multiply(u, 0, out, 0);
  return fast && same(out, product) && same(backend('portable').x25519(k, u), product);
}

function elligator(): boolean {
  const element = fieldHash('QUUX-V01-CS02-with-curve25519_XMD:SHA-512_ELL2_NU_')(new Uint8Array(0));
  return (
    element === 0x608d892b641f0328523802a6603427c26e55e6f27e71a91a478148d45b5093cdn &&
    elligator2([element])[0] === 0x51125222da5e763d97f3c10fcc92ea6860b9ccbbd2eb1285728f566721c1e65bn
  );
}

function sswu(): boolean {
  const curve = weierstrassCurve('p256', 'QUUX-V01-CS02-with-P256_XMD:SHA-256_SSWU_RO_');
  const x = (text: string): bigint => curve.hashToCurve(new TextEncoder().encode(text)).toAffine().x;
  return (
    x('') === 0x2c15230b26dbc6fc9a37051158c95b79656e17a1a920b11394ca91c44247d3e4n &&
    x('abc') === 0x0bb8b87485551aa43ed54f009230450b492fead5f1cc91658775dac4a3388a0fn
  );
}

/** SM3 of "abc", GB/T 32905-2016 appendix A.1. */
function sm3(): boolean {
  return same(
    suite('gm').hash(new TextEncoder().encode('abc')),
    '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0',
  );
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
      Array.from({ length: 40 }, (_, i) => `item ${from + i}`),
      40,
    );
  const { left, right } = runInProcess({ agreement: agreed, items: items(0) }, { agreement: agreed, items: items(25) });
  return (
    left.size === 15 && (left.matches ?? []).every((item, i) => item === 25 + i) && left.transcript === right.transcript
  );
}

/** Runs all checks; a check that throws has failed. */
export function selfTest(): SelfTest[] {
  const checks: readonly (readonly [string, () => boolean])[] = [
    ['X25519, RFC 7748 section 5.2', x25519],
    ['curve25519_XMD:SHA-512_ELL2_NU_, RFC 9380 J.4.2', elligator],
    ['P256_XMD:SHA-256_SSWU_RO_, RFC 9380 J.1.1', sswu],
    ['SM3, GB/T 32905 A.1', sm3],
    ['bit matrix transposition', transposition],
    ['ecdh, X25519', () => intersects({ protocol: 'ecdh' })],
    ['ecdh, P-256', () => intersects({ protocol: 'ecdh', curve: 'p256' })],
    ['ecdh, SM2', () => intersects({ protocol: 'ecdh', suite: 'gm' })],
    ['kkrt, intl', () => intersects({ protocol: 'kkrt' })],
    ['kkrt, intl, linear', () => intersects({ protocol: 'kkrt', rowHash: 'linear' })],
    ['kkrt, gm', () => intersects({ protocol: 'kkrt', suite: 'gm' })],
  ];
  return checks.map(([name, check]) => {
    try {
      return { name, passed: check() };
    } catch {
      return { name, passed: false };
    }
  });
}
