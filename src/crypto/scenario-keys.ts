/**
 * Keys of one scope: derived from its root by HKDF, bound to purpose, linkage domain and identifier kind.
 *
 * HKDF as in RFC 5869 with HMAC-SHA-256 (`intl`) or HMAC-SM3 (`gm`); every field of the info stands behind its length,
 * so that no two choices of fields share a key.
 * @module
 */
import { ScrimError } from '../core/index.js';
import { lengthPrefixed, utf8, wipe } from './bytes.js';
import { hkdf } from './hkdf.js';
import type { RootInfo, Scope } from './keyring.js';
import { hideFromInspect, SecretKey } from './secret-key.js';

/** What a key is for. Two keys are equal only when all of these are. */
export interface DeriveOptions {
  /** Technique and use, for instance `token`, `ff1`, `siv`, `date-shift`. */
  readonly purpose: string;
  /** Linkage domain: values are joinable inside it, and only inside it. */
  readonly domain: string;
  /** Identifier kind, for instance `resident-id`: equal texts of two kinds stay unlinkable. */
  readonly kind: string;
  /** Default `intl`; `gm` derives by HMAC-SM3. */
  readonly suite?: 'intl' | 'gm';
  /** Bytes; default 32. SM4 takes 16. */
  readonly length?: number;
  /** Root to derive from; default: the active one. */
  readonly keyId?: string;
  /** `protect` (default) needs an active root; `restore` takes a retired one, too. */
  readonly use?: 'protect' | 'restore';
}

interface Roots {
  roots(): readonly RootInfo[];
  open(id: string): Uint8Array;
}

const SALT = utf8('scrim.derive/1');

/** Keys of one tenant × environment × scenario. From {@link KeyRing.scenario}. */
export class ScenarioKeys {
  readonly scope: Scope;
  readonly #roots: Roots;

  /** @internal */
  constructor(scope: Scope, roots: Roots) {
    this.scope = { tenant: scope.tenant, environment: scope.environment, scenario: scope.scenario };
    this.#roots = roots;
  }

  /** Id of the active root. @throws SCRIM_KEY_DESTROYED when there is none left */
  get keyId(): string {
    return this.#active().id;
  }

  /** All roots of the scope, oldest first; no key. */
  roots(): readonly RootInfo[] {
    return this.#roots.roots();
  }

  /** The key for a use. @throws SCRIM_KEY_MISSING, SCRIM_KEY_RETIRED, SCRIM_KEY_DESTROYED, SCRIM_ARGUMENT */
  derive(options: DeriveOptions): SecretKey {
    const { purpose, domain, kind, suite = 'intl', length = 32, use = 'protect' } = options;
    for (const [name, value] of Object.entries({ purpose, domain, kind })) {
      if (typeof value !== 'string' || value.length === 0) {
        throw new ScrimError('SCRIM_ARGUMENT', { name, problem: 'it is not a text of at least one character' });
      }
    }
    const root = options.keyId === undefined ? this.#active() : this.#named(options.keyId);
    if (root.state === 'retired' && use === 'protect') throw new ScrimError('SCRIM_KEY_RETIRED', { key: root.id });
    const bytes = this.#roots.open(root.id);
    const { tenant, environment, scenario } = this.scope;
    const info = lengthPrefixed(
      'scrim.derive/1',
      suite,
      tenant,
      environment,
      scenario,
      purpose,
      domain,
      kind,
      String(length),
    );
    try {
      const key = hkdf({ key: bytes, salt: SALT, info, length, hash: suite === 'gm' ? 'sm3' : 'sha256' });
      return new SecretKey(key, {
        id: root.id,
        purpose,
        domain,
        kind,
        state: root.state === 'active' ? 'active' : 'retired',
      });
    } finally {
      wipe(bytes);
    }
  }

  toJSON(): { scope: Scope; roots: readonly RootInfo[] } {
    return { scope: this.scope, roots: this.roots() };
  }

  toString(): string {
    const { tenant, environment, scenario } = this.scope;
    return `ScenarioKeys(${tenant}/${environment}/${scenario})`;
  }

  static {
    hideFromInspect(ScenarioKeys);
  }

  #active(): RootInfo {
    const roots = this.#roots.roots();
    const active = roots.find((root) => root.state === 'active');
    if (active !== undefined) return active;
    throw new ScrimError('SCRIM_KEY_DESTROYED', { key: roots.at(-1)?.id ?? this.toString() });
  }

  #named(id: string): RootInfo {
    const root = this.#roots.roots().find((candidate) => candidate.id === id);
    if (root === undefined) throw new ScrimError('SCRIM_KEY_MISSING', { key: id });
    if (root.state === 'destroyed') throw new ScrimError('SCRIM_KEY_DESTROYED', { key: id });
    return root;
  }
}
