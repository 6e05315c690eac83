/**
 * One contract for every back end: the vectors of the standards, and both suites over them. Runs in Node and in a browser.
 */
import { describe, expect, it } from 'vitest';
import { hexOf, SecureRandom } from '../../src/core/index.js';
import { cmac } from '../../src/crypto/cmac.js';
import { ff1 } from '../../src/crypto/ff1.js';
import {
  type Backend,
  type CipherName,
  equalBytes,
  fromHex,
  hkdf,
  hmacToken,
  sm2Agree,
  sm2Identity,
  sm2Public,
  sm2Sign,
  sm2Verify,
  suite,
  utf8,
} from '../../src/crypto/index.js';
import { chainMode } from '../../src/crypto/modes.js';
import { sivOpen, sivSeal } from '../../src/crypto/siv.js';
import { signWith } from '../../src/crypto/sm2.js';
import reference from '../vectors/crypto/reference.json' with { type: 'json' };
import standards from '../vectors/crypto/standards.json' with { type: 'json' };

/** A row of reference.json; which fields it has depends on its kind. */
interface Row {
  readonly id: string;
  readonly kind: string;
  readonly key?: string;
  readonly msg?: string;
  readonly tag?: string;
  readonly tagBits?: number;
  readonly digest?: string;
  /** FF1 rows with a large radix hold lists of numerals. */
  readonly pt?: string | readonly number[];
  readonly ct?: string | readonly number[];
  readonly iv?: string;
  readonly aad?: string;
  readonly tweak?: string;
  readonly radix?: number;
  readonly alphabet?: string;
  readonly iterations?: number;
  readonly result?: string;
}

const rows = reference.rows as readonly Row[];
const of = (...kinds: string[]): Row[] => rows.filter((row) => kinds.includes(row.kind));
const bytes = (text: Row['pt']): Uint8Array => fromHex(typeof text === 'string' ? text : '');

/** Registers the tests of one back end. @param quick - leaves the million SM4 iterations to Node */
export function backendContract(backend: Backend, quick = false): void {
  describe(`back end ${backend.name}`, () => {
    it('SM3: GM/T 0004-2012 examples', () => {
      expect(of('sm3')).toHaveLength(3);
      for (const row of of('sm3')) {
        const message = bytes(row.msg);
        expect(hexOf(backend.hash('sm3', message)), row.id).toBe(row.digest);
        for (const cut of [0, 1, 55, 56, 63, 64, 65].filter((at) => at <= message.length)) {
          expect(hexOf(backend.hash('sm3', message.subarray(0, cut), message.subarray(cut)))).toBe(row.digest);
        }
      }
    });

    it('HMAC-SHA-256 and HMAC-SM3: RFC 4231, GM/T 0042, Wycheproof', () => {
      expect(of('hmac-sha256', 'hmac-sm3')).toHaveLength(14);
      for (const row of of('hmac-sha256', 'hmac-sm3')) {
        const tag = hmacToken(bytes(row.key), bytes(row.msg), {
          suite: row.kind === 'hmac-sm3' ? 'gm' : 'intl',
          backend,
        });
        expect(hexOf(tag.subarray(0, (row.tagBits ?? 256) / 8)), row.id).toBe(row.tag);
      }
    });

    it('HKDF: RFC 5869', () => {
      for (const row of standards.hkdf.rows) {
        const salt = row.salt === '' ? {} : { salt: fromHex(row.salt) };
        const okm = hkdf({
          key: fromHex(row.key),
          ...salt,
          info: fromHex(row.info),
          length: row.okm.length / 2,
          backend,
        });
        expect(hexOf(okm)).toBe(row.okm);
      }
    });

    it('SM4 block cipher and its modes: GM/T 0002-2012, OpenSSL evpciph_sm4, RFC 8998', () => {
      for (const row of of('sm4-ecb')) {
        const iterations = row.iterations ?? 1;
        if (iterations > 1 && (quick || backend.name === 'node')) continue;
        const cipher = backend.blockCipher('sm4', bytes(row.key));
        let block: Uint8Array = bytes(row.pt);
        for (let i = 0; i < iterations; i++) block = cipher.encrypt(block);
        expect(hexOf(block), row.id).toBe(row.ct);
        if (iterations === 1) expect(hexOf(cipher.decrypt(block))).toBe(row.pt);
      }
      for (const row of of('sm4-cbc', 'sm4-ofb', 'sm4-cfb')) {
        const mode = row.kind.slice(4) as 'cbc' | 'ofb' | 'cfb';
        const cipher = backend.blockCipher('sm4', bytes(row.key));
        const sealed = chainMode(mode, 'encrypt', cipher, bytes(row.iv), bytes(row.pt));
        expect(hexOf(sealed), row.id).toBe(row.ct);
        expect(hexOf(chainMode(mode, 'decrypt', cipher, bytes(row.iv), sealed))).toBe(row.pt);
      }
      for (const row of of('sm4-ctr')) {
        expect(hexOf(backend.ctr('sm4', bytes(row.key), bytes(row.iv), bytes(row.pt))), row.id).toBe(row.ct);
      }
      for (const row of of('sm4-gcm')) {
        const sealed = backend.gcmSeal('sm4', bytes(row.key), bytes(row.iv), bytes(row.pt), bytes(row.aad));
        expect(hexOf(sealed), row.id).toBe(`${row.ct}${row.tag}`);
        expect(hexOf(backend.gcmOpen('sm4', bytes(row.key), bytes(row.iv), sealed, bytes(row.aad)) as Uint8Array)).toBe(
          row.pt,
        );
        sealed[3]! ^= 1;
        expect(backend.gcmOpen('sm4', bytes(row.key), bytes(row.iv), sealed, bytes(row.aad))).toBeUndefined();
      }
    });

    it('AES-256-GCM: McGrew and Viega, test cases 13 and 14', () => {
      for (const row of standards.gcm.rows) {
        const sealed = backend.gcmSeal(
          'aes',
          new Uint8Array(32),
          new Uint8Array(12),
          fromHex(row.text),
          new Uint8Array(),
        );
        expect(hexOf(sealed)).toBe(row.sealed);
        expect(
          hexOf(backend.gcmOpen('aes', new Uint8Array(32), new Uint8Array(12), sealed, new Uint8Array()) as Uint8Array),
        ).toBe(row.text);
      }
    });

    it('CMAC over AES and SM4: RFC 4493, SP 800-38B, OpenSSL', () => {
      const message = fromHex(standards.cmacMessage);
      for (const row of standards.cmac) {
        const cipher = backend.blockCipher(row.cipher as CipherName, fromHex(row.key));
        for (const [length, tag] of Object.entries(row.tags)) {
          expect(hexOf(cmac(cipher, message.subarray(0, Number(length)))), row.source).toBe(tag);
        }
      }
    });

    it('AES-SIV: RFC 5297 A.2 and Wycheproof', () => {
      const { key, associated, text, sealed } = standards.siv;
      const ads = associated.map(fromHex);
      expect(hexOf(sivSeal(backend, 'aes', fromHex(key), fromHex(text), ads))).toBe(sealed);
      expect(hexOf(sivOpen(backend, 'aes', fromHex(key), fromHex(sealed), ads) as Uint8Array)).toBe(text);
      for (const row of of('aes-siv-cmac')) {
        expect(hexOf(sivSeal(backend, 'aes', bytes(row.key), bytes(row.msg), [bytes(row.aad)])), row.id).toBe(row.ct);
      }
    });

    it('FF1: NIST samples and Wycheproof, valid and invalid', () => {
      expect(of('ff1')).toHaveLength(25);
      for (const row of of('ff1')) {
        const alphabet = row.alphabet ?? '';
        const numerals = (text: string | readonly number[]): number[] =>
          typeof text === 'string'
            ? [...text].map((letter) => alphabet.indexOf(letter)).map((n) => (n < 0 ? 65536 : n))
            : [...text];
        const run = (direction: 'encrypt' | 'decrypt', text: string | readonly number[]): string | number[] => {
          const cipher = backend.blockCipher('aes', bytes(row.key));
          const options = { radix: row.radix as number, tweak: bytes(row.tweak), minimum: 100 };
          const result = Array.from(ff1(cipher, direction, numerals(text), options));
          return typeof text === 'string' ? result.map((n) => alphabet[n]).join('') : result;
        };
        if (row.result === 'invalid') {
          expect(() => run('encrypt', row.pt as string), row.id).toThrow();
          continue;
        }
        expect(run('encrypt', row.pt as string), row.id).toEqual(row.ct);
        expect(run('decrypt', row.ct as string), row.id).toEqual(row.pt);
      }
    });

    it('scrypt: RFC 7914 section 12', () => {
      const { password, salt, cost, key } = standards.scrypt;
      expect(hexOf(backend.scrypt(utf8(password), utf8(salt), cost, 64))).toBe(key);
    });

    it('X25519: RFC 7748 section 5.2; a peer of small order is refused', () => {
      const { secret, peer, shared } = standards.x25519;
      expect(hexOf(backend.x25519(fromHex(secret), fromHex(peer)) as Uint8Array)).toBe(shared);
      expect(backend.x25519(fromHex(secret), new Uint8Array(32))).toBeUndefined();
    });

    it('Ed25519: RFC 8032 section 7.1', () => {
      for (const row of standards.ed25519.rows) {
        expect(hexOf(backend.ed25519Public(fromHex(row.seed)))).toBe(row.public);
        expect(hexOf(backend.ed25519Sign(fromHex(row.seed), fromHex(row.message)))).toBe(row.signature);
        expect(backend.ed25519Verify(fromHex(row.public), fromHex(row.message), fromHex(row.signature))).toBe(true);
        expect(backend.ed25519Verify(fromHex(row.public), utf8('other'), fromHex(row.signature))).toBe(false);
      }
    });

    it('SM2 signature: GB/T 32918.5 appendix A', () => {
      const row = standards.sm2Signature;
      const id = utf8('1234567812345678');
      const message = utf8(row.message);
      expect(hexOf(sm2Public(fromHex(row.secret)))).toBe(row.public);
      expect(hexOf(sm2Identity(backend, fromHex(row.public), id))).toBe(row.z);
      expect(hexOf(backend.hash('sm3', fromHex(row.z), message))).toBe(row.e);
      const made = signWith(BigInt(`0x${row.secret}`), BigInt(`0x${row.e}`), BigInt(`0x${row.k}`));
      expect(hexOf(made as Uint8Array)).toBe(row.signature);
      expect(sm2Verify(backend, fromHex(row.public), message, fromHex(row.signature))).toBe(true);
      expect(sm2Verify(backend, fromHex(row.public), utf8('message'), fromHex(row.signature))).toBe(false);
      expect(sm2Verify(backend, fromHex(row.public), message, fromHex(row.signature), { id: utf8('other') })).toBe(
        false,
      );
      const own = sm2Sign(backend, fromHex(row.secret), message, { id: utf8('ALICE123@YAHOO.COM') });
      expect(sm2Verify(backend, fromHex(row.public), message, own, { id: utf8('ALICE123@YAHOO.COM') })).toBe(true);
      for (const bad of [new Uint8Array(64), own.subarray(1), new Uint8Array(64).fill(255)]) {
        expect(sm2Verify(backend, fromHex(row.public), message, bad)).toBe(false);
      }
      expect(sm2Verify(backend, new Uint8Array(65), message, own)).toBe(false);
    });

    it('SM2 key agreement with confirmation: GB/T 32918.5 appendix B', () => {
      const row = standards.sm2Agreement;
      const [a, ra, b, rb] = [row.secretA, row.ephemeralA, row.secretB, row.ephemeralB].map(fromHex) as [
        Uint8Array,
        Uint8Array,
        Uint8Array,
        Uint8Array,
      ];
      const id = utf8('1234567812345678');
      expect(hexOf(sm2Identity(backend, sm2Public(a), id))).toBe(row.za);
      expect(hexOf(sm2Identity(backend, sm2Public(b), id))).toBe(row.zb);
      const forA = {
        role: 'initiator',
        secret: a,
        ephemeral: ra,
        peerPublic: sm2Public(b),
        peerEphemeral: sm2Public(rb),
        length: 16,
      } as const;
      const forB = {
        role: 'responder',
        secret: b,
        ephemeral: rb,
        peerPublic: sm2Public(a),
        peerEphemeral: sm2Public(ra),
        length: 16,
      } as const;
      const atA = sm2Agree(backend, forA);
      const atB = sm2Agree(backend, forB);
      expect(hexOf(atA.key)).toBe(row.key);
      expect(hexOf(atB.key)).toBe(row.key);
      expect(hexOf(atB.confirmation)).toBe(row.confirmationB);
      expect(hexOf(atA.confirmation)).toBe(row.confirmationA);
      expect(equalBytes(atA.peerConfirmation, atB.confirmation)).toBe(true);
      expect(equalBytes(atB.peerConfirmation, atA.confirmation)).toBe(true);
      const stranger = sm2Agree(backend, { ...forA, peerId: utf8('somebody else') });
      expect(equalBytes(stranger.key, atB.key)).toBe(false);
    });

    for (const name of ['intl', 'gm'] as const) {
      it(`suite ${name}: seals, signs and agrees; what was changed does not open`, () => {
        const own = suite(name, backend);
        const random = new SecureRandom();
        const text = utf8('数据可用不可见');
        const aad = utf8('context');
        const key = random.bytes(own.keyBytes.aead);
        const sealed = own.seal(key, text, aad);
        expect(equalBytes(own.open(key, sealed, aad), text)).toBe(true);
        expect(equalBytes(own.seal(key, text, aad), sealed)).toBe(false);
        const code = expect.objectContaining({ code: 'SCRIM_SEALED_INVALID' });
        for (const changed of [sealed.subarray(0, 20), sealed.subarray(1), flipped(sealed, 0), flipped(sealed, 20)]) {
          expect(() => own.open(key, changed, aad)).toThrow(code);
        }
        expect(() => own.open(key, sealed)).toThrow(code);
        expect(() => own.seal(random.bytes(5), text)).toThrow(expect.objectContaining({ code: 'SCRIM_ARGUMENT' }));

        const twin = random.bytes(own.keyBytes.siv);
        const fixed = own.sealDeterministic(twin, text, aad);
        expect(equalBytes(own.sealDeterministic(twin, text, aad), fixed)).toBe(true);
        expect(equalBytes(own.openDeterministic(twin, fixed, aad), text)).toBe(true);
        expect(() => own.openDeterministic(twin, flipped(fixed, 17), aad)).toThrow(code);
        expect(() => own.openDeterministic(twin, fixed)).toThrow(code);

        const secret = own.signatures.generate();
        const signature = own.signatures.sign(secret, text);
        expect(signature).toHaveLength(64);
        expect(own.signatures.verify(own.signatures.publicKey(secret), text, signature)).toBe(true);
        expect(own.signatures.verify(own.signatures.publicKey(secret), aad, signature)).toBe(false);
        expect(own.signatures.verify(own.signatures.publicKey(own.signatures.generate()), text, signature)).toBe(false);
        expect(own.signatures.verify(new Uint8Array(7), text, signature)).toBe(false);

        const [one, two] = [own.agreement.generate(), own.agreement.generate()];
        const shared = own.agreement.sharedSecret(one, own.agreement.publicKey(two));
        expect(shared).toHaveLength(32);
        expect(equalBytes(own.agreement.sharedSecret(two, own.agreement.publicKey(one)), shared)).toBe(true);
        expect(() => own.agreement.sharedSecret(one, new Uint8Array(32))).toThrow(
          expect.objectContaining({ code: 'SCRIM_ARGUMENT' }),
        );
        expect(own.hash(text)).toHaveLength(32);
        expect(own.cmac(random.bytes(own.keyBytes.cmac), text)).toHaveLength(16);
      });
    }
  });
}

function flipped(given: Uint8Array, at: number): Uint8Array {
  const copy = given.slice();
  copy[at]! ^= 1;
  return copy;
}

/** The same bytes from two back ends, on random input of awkward lengths. */
export function sameBytes(left: Backend, right: Backend): void {
  it(`${left.name} and ${right.name} give the same bytes`, () => {
    const random = new SecureRandom();
    const same = (compute: (backend: Backend) => Uint8Array): void => {
      expect(hexOf(compute(right))).toBe(hexOf(compute(left)));
    };
    for (const length of [0, 1, 15, 16, 17, 31, 32, 63, 64, 65, 119, 120, 128, 1000, 70_000]) {
      const text = random.bytes(length);
      const key = random.bytes(16);
      const nonce = random.bytes(12);
      const counter = new Uint8Array(16).fill(255, 8);
      for (const hash of ['sha256', 'sm3'] as const) {
        same((backend) => backend.hash(hash, text));
        same((backend) => backend.hmac(hash, random.bytes(0), text));
        same((backend) => backend.hmac(hash, text, key));
      }
      for (const cipher of ['aes', 'sm4'] as const) {
        same((backend) => backend.ctr(cipher, key, counter, text));
        same((backend) => backend.gcmSeal(cipher, key, nonce, text, key));
        if (length <= 1000) same((backend) => sivSeal(backend, cipher, random32, text, [key, nonce]));
        const blocks = text.subarray(0, length - (length % 16));
        same((backend) => backend.blockCipher(cipher, key).encrypt(blocks));
        same((backend) => backend.blockCipher(cipher, key).decrypt(blocks));
      }
    }
    const seed = random.bytes(32);
    same((backend) => backend.ed25519Sign(seed, seed));
    same((backend) => backend.x25519Public(seed));
  });
}

const random32 = new SecureRandom().bytes(32);
