/**
 * Signed records: Ed25519 (RFC 8032) or SM2 (GB/T 32918.2), by keys of a suite or by keys that live elsewhere.
 * @module
 */
import { type KeyLike, suite } from '../crypto/index.js';

/** Signs records as they are written. Implement it over a hardware module, or use {@link ledgerSigner}. */
export interface LedgerSigner {
  readonly algorithm: 'ed25519' | 'sm2';
  /** Public id of the key, written into the record. */
  readonly keyId: string;
  sign(message: Uint8Array): Uint8Array;
}

/** Checks signatures while a ledger is read. */
export interface SignatureCheck {
  /** Whether a record without signature is a fault. */
  readonly required: boolean;
  /** False also when the key is not known. */
  verify(algorithm: 'ed25519' | 'sm2', keyId: string, message: Uint8Array, signature: Uint8Array): boolean;
}

const suiteOf = { ed25519: 'intl', sm2: 'gm' } as const;

/** A signer over a raw secret key of a suite (`suite(name).signatures.generate()`). */
export function ledgerSigner(algorithm: 'ed25519' | 'sm2', keyId: string, secret: KeyLike): LedgerSigner {
  const { signatures } = suite(suiteOf[algorithm]);
  return { algorithm, keyId, sign: (message) => signatures.sign(secret, message) };
}

/** A public key that may have signed. */
export interface SigningKey {
  readonly algorithm: 'ed25519' | 'sm2';
  readonly publicKey: Uint8Array;
}

/** A check against known public keys by id. @param required - default true */
export function signatureCheck(keys: ReadonlyMap<string, SigningKey>, required = true): SignatureCheck {
  return {
    required,
    verify(algorithm, keyId, message, signature) {
      const key = keys.get(keyId);
      if (key === undefined || key.algorithm !== algorithm) return false;
      return suite(suiteOf[algorithm]).signatures.verify(key.publicKey, message, signature);
    },
  };
}
