/**
 * The node back end: OpenSSL through node:crypto; SM4-GCM, which OpenSSL 3.0 lacks, from its SM4 and our GHASH.
 * @module
 */
import { nodeCrypto, ScrimError } from '../core/index.js';
import type { Backend, BlockCipher, CipherName } from './backend.js';
import { concat, fromHex } from './bytes.js';
import { gcmOpenWith, gcmSealWith } from './modes.js';

type Crypto = typeof import('node:crypto');

/** DER heads of raw 32-byte keys (RFC 8410, section 7). */
const PKCS8 = {
  x25519: fromHex('302e020100300506032b656e04220420'),
  ed25519: fromHex('302e020100300506032b657004220420'),
};
const SPKI = { x25519: fromHex('302a300506032b656e032100'), ed25519: fromHex('302a300506032b6570032100') };

/** Plain Uint8Array over the bytes of a Buffer (no copy). */
function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

function cipherId(name: CipherName, key: Uint8Array, mode: 'ecb' | 'ctr' | 'gcm'): string {
  const sizes = name === 'aes' ? [16, 24, 32] : [16];
  if (!sizes.includes(key.length)) {
    const problem = `${name.toUpperCase()} keys have ${sizes.join(', ')} bytes, not ${key.length}`;
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'key', problem });
  }
  return name === 'aes' ? `aes-${8 * key.length}-${mode}` : `sm4-${mode}`;
}

/** The back end over node:crypto. @throws SCRIM_INTERNAL where it does not exist */
export function nodeBackend(): Backend {
  const crypto = nodeCrypto();
  if (crypto === undefined) throw new ScrimError('SCRIM_INTERNAL', { check: 'node:crypto exists' });
  return build(crypto);
}

function build(crypto: Crypto): Backend {
  const privateKey = (kind: 'x25519' | 'ed25519', raw: Uint8Array) =>
    crypto.createPrivateKey({ key: concat(PKCS8[kind], raw) as Buffer, format: 'der', type: 'pkcs8' });
  const publicKey = (kind: 'x25519' | 'ed25519', raw: Uint8Array) =>
    crypto.createPublicKey({ key: concat(SPKI[kind], raw) as Buffer, format: 'der', type: 'spki' });
  const publicOf = (kind: 'x25519' | 'ed25519', raw: Uint8Array): Uint8Array =>
    plain(crypto.createPublicKey(privateKey(kind, raw)).export({ format: 'der', type: 'spki' })).slice(-32);

  const blockCipher = (name: CipherName, key: Uint8Array): BlockCipher => {
    const id = cipherId(name, key, 'ecb');
    const encryptor = crypto.createCipheriv(id, key, null).setAutoPadding(false);
    let decryptor: ReturnType<Crypto['createDecipheriv']> | undefined;
    const kept = key.slice();
    return {
      encrypt: (blocks) => plain(encryptor.update(blocks)),
      decrypt: (blocks) => {
        decryptor ??= crypto.createDecipheriv(id, kept, null).setAutoPadding(false);
        return plain(decryptor.update(blocks));
      },
    };
  };
  const ctr: Backend['ctr'] = (name, key, counter, data) =>
    plain(crypto.createCipheriv(cipherId(name, key, 'ctr'), key, counter).update(data));

  return {
    name: 'node',
    hash(name, ...parts) {
      const hash = crypto.createHash(name);
      for (const part of parts) hash.update(part);
      return plain(hash.digest());
    },
    hmac(name, key, ...parts) {
      const hmac = crypto.createHmac(name, key);
      for (const part of parts) hmac.update(part);
      return plain(hmac.digest());
    },
    blockCipher,
    ctr,
    gcmSeal(name, key, nonce, text, aad) {
      if (name === 'sm4') {
        return gcmSealWith(blockCipher(name, key), (c, d) => ctr(name, key, c, d), nonce, text, aad);
      }
      const cipher = crypto.createCipheriv(cipherId(name, key, 'gcm') as 'aes-256-gcm', key, nonce).setAAD(aad);
      const body = cipher.update(text);
      cipher.final();
      return concat(body, cipher.getAuthTag());
    },
    gcmOpen(name, key, nonce, sealed, aad) {
      if (name === 'sm4') {
        return gcmOpenWith(blockCipher(name, key), (c, d) => ctr(name, key, c, d), nonce, sealed, aad);
      }
      if (sealed.length < 16) return undefined;
      const id = cipherId(name, key, 'gcm') as 'aes-256-gcm';
      const decipher = crypto.createDecipheriv(id, key, nonce, { authTagLength: 16 }).setAAD(aad);
      decipher.setAuthTag(sealed.subarray(sealed.length - 16));
      const text = decipher.update(sealed.subarray(0, sealed.length - 16));
      try {
        decipher.final();
      } catch {
        return undefined;
      }
      return plain(text);
    },
    scrypt(password, salt, { N, r, p }, length) {
      return plain(crypto.scryptSync(password, salt, length, { N, r, p, maxmem: 128 * N * r + 128 * r * p + 2 ** 20 }));
    },
    x25519Public: (secret) => publicOf('x25519', secret),
    x25519(secret, peer) {
      try {
        const own = privateKey('x25519', secret);
        return plain(crypto.diffieHellman({ privateKey: own, publicKey: publicKey('x25519', peer) }));
      } catch {
        return undefined;
      }
    },
    ed25519Public: (seed) => publicOf('ed25519', seed),
    ed25519Sign: (seed, message) => plain(crypto.sign(null, message, privateKey('ed25519', seed))),
    ed25519Verify(key, message, signature) {
      try {
        return crypto.verify(null, message, publicKey('ed25519', key), signature);
      } catch {
        return false;
      }
    },
  };
}
