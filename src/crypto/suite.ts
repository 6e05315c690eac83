/**
 * The two suites behind one face: `intl` (AES-256, SHA-256, X25519, Ed25519) and `gm` (SM4, SM3, SM2).
 *
 * Authenticated encryption is GCM (SP 800-38D; SM4-GCM as in RFC 8998), deterministic encryption SIV (RFC 5297),
 * one-way tokens HMAC or CMAC, signatures Ed25519 (RFC 8032) or SM2 (GB/T 32918.2), agreement X25519 (RFC 7748) or
 * Diffie-Hellman on the SM2 curve; the authenticated SM2 key agreement is `sm2Agree`.
 * @module
 */
import { ScrimError, SecureRandom } from '../core/index.js';
import { type Backend, type CipherName, defaultBackend, type HashName } from './backend.js';
import { concat } from './bytes.js';
import { cmac } from './cmac.js';
import { type KeyLike, withKey } from './secret-key.js';
import { sivOpen, sivSeal } from './siv.js';
import { sm2Generate, sm2Public, sm2SharedSecret, sm2Sign, sm2Verify } from './sm2.js';

/** Names of the suites. */
export type SuiteName = 'intl' | 'gm';

/** Key pairs: raw 32-byte secrets; public keys of 32 bytes (`intl`) or 65 (`gm`, uncompressed point). */
export interface KeyPairs {
  generate(): Uint8Array;
  publicKey(secret: KeyLike): Uint8Array;
}

/** Signatures of 64 bytes. */
export interface Signatures extends KeyPairs {
  readonly algorithm: 'ed25519' | 'sm2';
  sign(secret: KeyLike, message: Uint8Array): Uint8Array;
  /** False for malformed input, too. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}

/** Unauthenticated Diffie-Hellman: pass its 32 bytes through HKDF, and authenticate the public keys. */
export interface Agreement extends KeyPairs {
  readonly algorithm: 'x25519' | 'sm2';
  /** @throws SCRIM_ARGUMENT for a peer key that is no point or of small order */
  sharedSecret(secret: KeyLike, peerPublic: Uint8Array): Uint8Array;
}

/** One suite over one back end. */
export interface Suite {
  readonly name: SuiteName;
  readonly backend: Backend;
  /** Bytes of key to derive for each use. */
  readonly keyBytes: {
    readonly hmac: number;
    readonly cmac: number;
    readonly aead: number;
    readonly siv: number;
    readonly ff1: number;
  };
  hash(...parts: readonly Uint8Array[]): Uint8Array;
  hmac(key: KeyLike, ...parts: readonly Uint8Array[]): Uint8Array;
  cmac(key: KeyLike, message: Uint8Array): Uint8Array;
  /** GCM under a random nonce: nonce (12), ciphertext, tag (16). At most 2^32 texts per key. */
  seal(key: KeyLike, text: Uint8Array, aad?: Uint8Array): Uint8Array;
  /** @throws SCRIM_SEALED_INVALID */
  open(key: KeyLike, sealed: Uint8Array, aad?: Uint8Array): Uint8Array;
  /** SIV: equal texts give equal ciphertexts of text length + 16. */
  sealDeterministic(key: KeyLike, text: Uint8Array, ...associated: readonly Uint8Array[]): Uint8Array;
  /** @throws SCRIM_SEALED_INVALID */
  openDeterministic(key: KeyLike, sealed: Uint8Array, ...associated: readonly Uint8Array[]): Uint8Array;
  readonly signatures: Signatures;
  readonly agreement: Agreement;
}

/** Cipher and hash of a suite. */
export const suiteParts: Readonly<Record<SuiteName, { readonly cipher: CipherName; readonly hash: HashName }>> = {
  intl: { cipher: 'aes', hash: 'sha256' },
  gm: { cipher: 'sm4', hash: 'sm3' },
};

const keyBytes = {
  intl: { hmac: 32, cmac: 32, aead: 32, siv: 64, ff1: 32 },
  gm: { hmac: 32, cmac: 16, aead: 16, siv: 32, ff1: 16 },
} as const;

const none = new Uint8Array();

function opened(text: Uint8Array | undefined): Uint8Array {
  if (text === undefined) throw new ScrimError('SCRIM_SEALED_INVALID', { what: 'A sealed text' });
  return text;
}

/**
 * A suite by name.
 *
 * @param backend - default: the platform's
 * @example
 * const gm = suite('gm');
 * const key = new SecureRandom().bytes(gm.keyBytes.aead);
 * gm.open(key, gm.seal(key, utf8('text'))).length; // => 4
 */
export function suite(name: SuiteName, backend: Backend = defaultBackend()): Suite {
  const { cipher, hash } = suiteParts[name];
  const aeadKey = <Result>(key: KeyLike, use: (bytes: Uint8Array) => Result): Result =>
    withKey(key, (bytes) => {
      if (bytes.length === keyBytes[name].aead) return use(bytes);
      throw new ScrimError('SCRIM_ARGUMENT', {
        name: 'key',
        problem: `it has ${bytes.length} bytes, not ${keyBytes[name].aead}`,
      });
    });
  return {
    name,
    backend,
    keyBytes: keyBytes[name],
    hash: (...parts) => backend.hash(hash, ...parts),
    hmac: (key, ...parts) => withKey(key, (bytes) => backend.hmac(hash, bytes, ...parts)),
    cmac: (key, message) => withKey(key, (bytes) => cmac(backend.blockCipher(cipher, bytes), message)),
    seal: (key, text, aad = none) =>
      aeadKey(key, (bytes) => {
        const nonce = new SecureRandom().bytes(12);
        return concat(nonce, backend.gcmSeal(cipher, bytes, nonce, text, aad));
      }),
    open: (key, sealed, aad = none) =>
      aeadKey(key, (bytes) => {
        if (sealed.length < 28) return opened(undefined);
        return opened(backend.gcmOpen(cipher, bytes, sealed.subarray(0, 12), sealed.subarray(12), aad));
      }),
    sealDeterministic: (key, text, ...associated) =>
      withKey(key, (bytes) => sivSeal(backend, cipher, bytes, text, associated)),
    openDeterministic: (key, sealed, ...associated) =>
      withKey(key, (bytes) => opened(sivOpen(backend, cipher, bytes, sealed, associated))),
    signatures: name === 'intl' ? ed25519Signatures(backend) : sm2Signatures(backend),
    agreement: name === 'intl' ? x25519Agreement(backend) : sm2Agreement(),
  };
}

function ed25519Signatures(backend: Backend): Signatures {
  return {
    algorithm: 'ed25519',
    generate: () => new SecureRandom().bytes(32),
    publicKey: (secret) => withSecret(secret, backend.ed25519Public),
    sign: (secret, message) => withSecret(secret, (seed) => backend.ed25519Sign(seed, message)),
    verify: (publicKey, message, signature) =>
      publicKey.length === 32 && signature.length === 64 && backend.ed25519Verify(publicKey, message, signature),
  };
}

function sm2Signatures(backend: Backend): Signatures {
  return {
    algorithm: 'sm2',
    generate: sm2Generate,
    publicKey: (secret) => withSecret(secret, sm2Public),
    sign: (secret, message) => withSecret(secret, (d) => sm2Sign(backend, d, message)),
    verify: (publicKey, message, signature) => sm2Verify(backend, publicKey, message, signature),
  };
}

function x25519Agreement(backend: Backend): Agreement {
  return {
    algorithm: 'x25519',
    generate: () => new SecureRandom().bytes(32),
    publicKey: (secret) => withSecret(secret, backend.x25519Public),
    sharedSecret: (secret, peerPublic) => {
      const shared =
        peerPublic.length === 32 ? withSecret(secret, (own) => backend.x25519(own, peerPublic)) : undefined;
      if (shared !== undefined) return shared;
      throw new ScrimError('SCRIM_ARGUMENT', { name: 'peerPublic', problem: 'it is no usable X25519 public key' });
    },
  };
}

function sm2Agreement(): Agreement {
  return {
    algorithm: 'sm2',
    generate: sm2Generate,
    publicKey: (secret) => withSecret(secret, sm2Public),
    sharedSecret: (secret, peerPublic) => withSecret(secret, (own) => sm2SharedSecret(own, peerPublic)),
  };
}

function withSecret<Result>(secret: KeyLike, use: (bytes: Uint8Array) => Result): Result {
  return withKey(secret, (bytes) => {
    if (bytes.length === 32) return use(bytes);
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'secret', problem: `it has ${bytes.length} bytes, not 32` });
  });
}
