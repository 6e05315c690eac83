/**
 * Random tokens: each distinct value gets a fresh random token, kept in a vault from which it can be restored, or nowhere.
 *
 * Tokens are 128 random bits, so nothing about a value follows from its token without the vault. The vault leaves memory
 * only sealed (AES-256-GCM or SM4-GCM) under a key of the scenario.
 * @module
 */
import { SecureRandom } from '../core/index.js';
import { type SecretKey, type SuiteName, suite as suiteOf } from '../crypto/index.js';
import { base64url } from './encrypt.js';
import { leakageOf, type Masker } from './masker.js';
import { deriveKey, type KeyedOptions } from './token.js';
import { columnMapper, textKernel } from './values.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const AAD = encoder.encode('scrim.vault/1');

/** Values by token, and back. Never printed; sealed when it leaves memory. */
export class TokenVault {
  readonly #key: SecretKey;
  readonly #suite: SuiteName;
  readonly #tokenOf = new Map<string, string>();
  readonly #valueOf = new Map<string, string>();
  readonly #random = new SecureRandom();

  /** An empty vault. @throws SCRIM_MASK_NEEDS_KEY */
  constructor(options: KeyedOptions) {
    this.#suite = options.suite ?? 'intl';
    this.#key = deriveKey('random-token', options, 'vault', suiteOf(this.#suite).keyBytes.aead);
  }

  /** Id of the key under which it is sealed. */
  get keyId(): string {
    return this.#key.id;
  }

  /** State of that key. */
  get keyState(): 'active' | 'retired' {
    return this.#key.label.state;
  }

  /** Number of values. */
  get size(): number {
    return this.#tokenOf.size;
  }

  /** The token of a value, drawn at its first use. */
  tokenFor(value: string): string {
    let token = this.#tokenOf.get(value);
    if (token === undefined) {
      token = base64url(this.#random.bytes(16));
      this.#tokenOf.set(value, token);
      this.#valueOf.set(token, value);
    }
    return token;
  }

  /** The value of a token, or null. Used by `unmask` only. */
  restore(token: string): string | null {
    return this.#valueOf.get(token) ?? null;
  }

  /** The whole vault, sealed. */
  seal(): Uint8Array {
    const text = JSON.stringify([...this.#tokenOf]);
    return suiteOf(this.#suite).seal(this.#key, encoder.encode(text), AAD);
  }

  /** A vault from its sealed bytes. @throws SCRIM_SEALED_INVALID when key or bytes do not fit */
  static open(sealed: Uint8Array, options: KeyedOptions): TokenVault {
    const vault = new TokenVault(options);
    const text = decoder.decode(suiteOf(vault.#suite).open(vault.#key, sealed, AAD));
    for (const [value, token] of JSON.parse(text) as [string, string][]) {
      vault.#tokenOf.set(value, token);
      vault.#valueOf.set(token, value);
    }
    return vault;
  }

  toString(): string {
    return `TokenVault(${this.size})`;
  }

  toJSON(): { size: number; key: string } {
    return { size: this.size, key: this.keyId };
  }
}

/**
 * Replaces each value by a random token. Without a vault the assignment is forgotten with the masker: equal values of one
 * run get equal tokens, and nobody can restore them.
 */
export function randomToken(options: { readonly vault?: TokenVault } = {}): Masker {
  const { vault } = options;
  const forgotten = new Map<string, string>();
  const random = new SecureRandom();
  const tokenFor = (value: string): string => {
    if (vault !== undefined) return vault.tokenFor(value);
    let token = forgotten.get(value);
    if (token === undefined) {
      token = base64url(random.bytes(16));
      forgotten.set(value, token);
    }
    return token;
  };
  const map = columnMapper(textKernel(tokenFor));
  const back = columnMapper(textKernel((token) => vault?.restore(token) ?? null));
  return {
    name: 'random-token',
    streams: true,
    reversible: vault !== undefined,
    apply: (column) => map(column),
    ...(vault !== undefined && { unmask: (column) => back(column) }),
    leakage: ({ column }) =>
      leakageOf(column, 'random-token', {
        equality: true,
        keyInvertible: vault !== undefined,
        key: vault === undefined ? null : { id: vault.keyId, state: vault.keyState },
      }),
  };
}
