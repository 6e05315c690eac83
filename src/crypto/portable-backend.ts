/**
 * The portable back end: noble for AES, SHA-256, X25519, Ed25519 and scrypt; our own SM3, SM4 and GHASH. No Node needed.
 * @module
 */
import { ctr as aesCtr, ecb as aesEcb, gcm as aesGcm } from '@noble/ciphers/aes.js';
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { hmac as nobleHmac } from '@noble/hashes/hmac.js';
import { scrypt as nobleScrypt } from '@noble/hashes/scrypt.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { ScrimError } from '../core/index.js';
import type { Backend, BlockCipher, CipherName } from './backend.js';
import { concat } from './bytes.js';
import { counterMode, gcmOpenWith, gcmSealWith } from './modes.js';
import { sm3 } from './sm3.js';
import { sm4Blocks, sm4ExpandKey } from './sm4.js';

function hmacSm3(key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const block = new Uint8Array(64);
  block.set(key.length > 64 ? sm3(key) : key);
  const inner = block.map((byte) => byte ^ 0x36);
  const outer = block.map((byte) => byte ^ 0x5c);
  return sm3(outer, sm3(inner, ...parts));
}

function blockCipher(name: CipherName, key: Uint8Array): BlockCipher {
  if (name === 'sm4') {
    const forward = sm4ExpandKey(key);
    const backward = forward.slice().reverse();
    return { encrypt: (blocks) => sm4Blocks(forward, blocks), decrypt: (blocks) => sm4Blocks(backward, blocks) };
  }
  checkAesKey(key);
  const kept = key.slice();
  const run = (direction: 'encrypt' | 'decrypt') => (blocks: Uint8Array) =>
    blocks.length === 0 ? new Uint8Array() : aesEcb(kept, { disablePadding: true })[direction](blocks);
  return { encrypt: run('encrypt'), decrypt: run('decrypt') };
}

function checkAesKey(key: Uint8Array): void {
  if (![16, 24, 32].includes(key.length)) {
    const problem = `AES keys have 16, 24, 32 bytes, not ${key.length}`;
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'key', problem });
  }
}

function ctr(name: CipherName, key: Uint8Array, counter: Uint8Array, data: Uint8Array): Uint8Array {
  if (name === 'sm4') return counterMode(blockCipher(name, key), counter, data);
  checkAesKey(key);
  return data.length === 0 ? new Uint8Array() : aesCtr(key, counter).encrypt(data);
}

const portable: Backend = {
  name: 'portable',
  hash: (name, ...parts) => (name === 'sm3' ? sm3(...parts) : sha256(concat(...parts))),
  hmac: (name, key, ...parts) => (name === 'sm3' ? hmacSm3(key, parts) : nobleHmac(sha256, key, concat(...parts))),
  blockCipher,
  ctr,
  gcmSeal(name, key, nonce, text, aad) {
    if (name === 'sm4') {
      return gcmSealWith(blockCipher(name, key), (c, d) => ctr(name, key, c, d), nonce, text, aad);
    }
    checkAesKey(key);
    return aesGcm(key, nonce, aad).encrypt(text);
  },
  gcmOpen(name, key, nonce, sealed, aad) {
    if (name === 'sm4') {
      return gcmOpenWith(blockCipher(name, key), (c, d) => ctr(name, key, c, d), nonce, sealed, aad);
    }
    checkAesKey(key);
    try {
      return aesGcm(key, nonce, aad).decrypt(sealed);
    } catch {
      return undefined;
    }
  },
  scrypt: (password, salt, cost, length) =>
    nobleScrypt(password, salt, { ...cost, dkLen: length, maxmem: 128 * cost.N * cost.r + 2 ** 22 }),
  x25519Public: (secret) => x25519.getPublicKey(secret),
  x25519(secret, peer) {
    try {
      return x25519.getSharedSecret(secret, peer);
    } catch {
      return undefined;
    }
  },
  ed25519Public: (seed) => ed25519.getPublicKey(seed),
  ed25519Sign: (seed, message) => ed25519.sign(message, seed),
  ed25519Verify(key, message, signature) {
    try {
      // RFC 8032, section 5.1.7, in the strict reading of OpenSSL; noble's default (ZIP-215) accepts more encodings.
      return ed25519.verify(signature, message, key, { zip215: false });
    } catch {
      return false;
    }
  },
};

/** The back end over noble and our own SM code. */
export function portableBackend(): Backend {
  return portable;
}
