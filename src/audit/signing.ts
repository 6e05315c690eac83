/**
 * Hooks for signed records: Ed25519 (RFC 8032) or SM2 (GB/T 32918.2) keys that live elsewhere.
 * @module
 */

/** Signs records as they are written. */
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
