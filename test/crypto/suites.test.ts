/** Both back ends under one contract, and the whole Wycheproof sets. */
import { createPublicKey, hkdfSync, type KeyObject, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { hexOf, SecureRandom } from '../../src/core/index.js';
import { ff1 } from '../../src/crypto/ff1.js';
import { backend, fromHex, hkdf, hmacToken, suite, utf8 } from '../../src/crypto/index.js';
import { sivOpen, sivSeal } from '../../src/crypto/siv.js';
import { backendContract, sameBytes } from './contract.js';

backendContract(backend('node'));
backendContract(backend('portable'));
sameBytes(backend('node'), backend('portable'));

interface WycheproofTest {
  readonly tcId: number;
  readonly flags?: readonly string[];
  readonly key: string;
  readonly tweak: string;
  readonly aad: string;
  readonly msg: string;
  readonly ct: string;
  readonly tag: string;
  readonly result: 'valid' | 'invalid';
}

interface WycheproofGroup {
  readonly alphabet: string;
  readonly radix: number;
  readonly tagSize: number;
  readonly tests: readonly WycheproofTest[];
}

function wycheproof(name: string): { numberOfTests: number; testGroups: readonly WycheproofGroup[] } {
  const url = new URL(`../vectors/crypto/wycheproof-${name}.json.gz`, import.meta.url);
  return JSON.parse(gunzipSync(readFileSync(url)).toString('utf8'));
}

describe('Wycheproof, whole sets', () => {
  for (const [name, gm] of [
    ['hmac_sha256', false],
    ['hmac_sm3', true],
  ] as const) {
    it(name, () => {
      const set = wycheproof(name);
      let seen = 0;
      for (const group of set.testGroups) {
        for (const test of group.tests) {
          seen++;
          const tag = hmacToken(fromHex(test.key), fromHex(test.msg), { suite: gm ? 'gm' : 'intl' });
          expect(hexOf(tag.subarray(0, group.tagSize / 8)) === test.tag, `tcId ${test.tcId}`).toBe(
            test.result === 'valid',
          );
        }
      }
      expect(seen).toBe(set.numberOfTests);
    });
  }

  it('aes_siv_cmac', () => {
    const set = wycheproof('aes_siv_cmac');
    let seen = 0;
    for (const { tests } of set.testGroups) {
      for (const test of tests) {
        seen++;
        const [key, text, sealed, aad] = [test.key, test.msg, test.ct, test.aad].map(fromHex) as [
          Uint8Array,
          Uint8Array,
          Uint8Array,
          Uint8Array,
        ];
        const opened = sivOpen(backend('node'), 'aes', key, sealed, [aad]);
        if (test.result === 'valid') {
          expect(hexOf(sivSeal(backend('node'), 'aes', key, text, [aad])), `tcId ${test.tcId}`).toBe(test.ct);
          expect(hexOf(opened as Uint8Array)).toBe(test.msg);
        } else expect(opened, `tcId ${test.tcId}`).toBeUndefined();
      }
    }
    expect(seen).toBe(set.numberOfTests);
  });

  for (const name of ['aes_ff1_base10', 'aes_ff1_base36']) {
    it(name, () => {
      const set = wycheproof(name);
      let seen = 0;
      for (const { alphabet, radix, tests } of set.testGroups) {
        for (const test of tests) {
          seen++;
          const run = (direction: 'encrypt' | 'decrypt', text: string): string => {
            const numerals = [...text].map((letter) => alphabet.indexOf(letter)).map((n) => (n < 0 ? 65536 : n));
            const cipher = backend('node').blockCipher('aes', fromHex(test.key));
            return Array.from(
              ff1(cipher, direction, numerals, { radix, tweak: fromHex(test.tweak), minimum: 100 }),
              (n) => alphabet[n],
            ).join('');
          };
          if (test.result === 'invalid') expect(() => run('encrypt', test.msg), `tcId ${test.tcId}`).toThrow();
          else {
            expect(run('encrypt', test.msg), `tcId ${test.tcId}`).toBe(test.ct);
            if (test.tcId % 8 === 0) expect(run('decrypt', test.ct)).toBe(test.msg);
          }
        }
      }
      expect(seen).toBe(set.numberOfTests);
    });
  }
});

describe('second opinions of OpenSSL', () => {
  it('HKDF-SM3', () => {
    const random = new SecureRandom();
    for (const length of [1, 31, 32, 33, 100]) {
      const [key, salt, info] = [random.bytes(40), random.bytes(8), random.bytes(20)] as const;
      const expected = new Uint8Array(hkdfSync('sm3', key, salt, info, length));
      expect(hexOf(hkdf({ key, salt, info, length, hash: 'sm3' }))).toBe(hexOf(expected));
    }
    expect(() => hkdf({ key: utf8('k'), info: utf8(''), length: 0 })).toThrow(/8160/);
    expect(() => hkdf({ key: utf8('k'), info: utf8(''), length: 8161 })).toThrow(/8160/);
  });

  it('an Ed25519 signature of ours verifies there', () => {
    const intl = suite('intl', backend('portable'));
    const secret = intl.signatures.generate();
    const message = utf8('message');
    const key: KeyObject = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(intl.signatures.publicKey(secret)).toString('base64url') },
      format: 'jwk',
    });
    expect(verify(null, message, key, intl.signatures.sign(secret, message))).toBe(true);
  });
});
