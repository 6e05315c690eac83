/**
 * A key that cannot be printed: its bytes leave only through {@link SecretKey.bytes}, never through inspect, JSON or String.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { wipe } from './bytes.js';

/** What may be shown of a key. */
export interface KeyLabel {
  /** Id of the root that the key comes from, as it stands in records and ledgers. */
  readonly id: string;
  /** What the key is for. */
  readonly purpose: string;
  /** Linkage domain: equal values are joinable inside it only. */
  readonly domain: string;
  /** Identifier kind, for instance `resident-id`. */
  readonly kind: string;
  /** `retired` keys restore and verify; they protect nothing new. */
  readonly state: 'active' | 'retired';
}

/** Makes `util.inspect` show what `toString` says; private fields are not shown anyway, public ones are then not either. */
export function hideFromInspect(type: { readonly prototype: object }): void {
  Object.defineProperty(type.prototype, Symbol.for('nodejs.util.inspect.custom'), {
    value(this: object): string {
      return String(this);
    },
  });
}

/** Secret bytes behind a printable label. */
export class SecretKey {
  readonly label: KeyLabel;
  readonly #bytes: Uint8Array;
  #wiped = false;

  /** Takes over the array; do not keep it. */
  constructor(bytes: Uint8Array, label: KeyLabel) {
    this.#bytes = bytes;
    this.label = label;
  }

  /** Id of the root that the key comes from. */
  get id(): string {
    return this.label.id;
  }

  /** Number of bytes. */
  get length(): number {
    return this.#bytes.length;
  }

  /** A copy of the bytes, for a cipher; the caller wipes it. @throws SCRIM_KEY_WIPED */
  bytes(): Uint8Array {
    if (this.#wiped) throw new ScrimError('SCRIM_KEY_WIPED', { key: this.label.id });
    return this.#bytes.slice();
  }

  /** Overwrites the bytes; the key is unusable afterwards. */
  wipe(): void {
    wipe(this.#bytes);
    this.#wiped = true;
  }

  /** The label only. */
  toJSON(): KeyLabel {
    return this.label;
  }

  toString(): string {
    return `SecretKey(${this.label.id})`;
  }

  static {
    hideFromInspect(SecretKey);
  }
}

/** Raw key bytes, or a {@link SecretKey}. */
export type KeyLike = Uint8Array | SecretKey;

/** Calls `use` with the bytes of the key and wipes the copy that was made for it. */
export function withKey<Result>(key: KeyLike, use: (bytes: Uint8Array) => Result): Result {
  if (!(key instanceof SecretKey)) return use(key);
  const bytes = key.bytes();
  try {
    return use(bytes);
  } finally {
    wipe(bytes);
  }
}
