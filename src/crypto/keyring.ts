/**
 * The key ring: one random 256-bit root per tenant × environment × scenario, wrapped at rest, derived from by HKDF.
 *
 * Roots are wrapped by AES-256-GCM (NIST SP 800-38D) or SM4-GCM (RFC 8998) under a random master key; the master key by a
 * passphrase or a provider. Two scenarios have independent roots, so nothing derived in one says anything about the other.
 * States follow NIST SP 800-57 part 1, section 7: active, retired (deactivated: restores and verifies), destroyed.
 * @module
 */
import { canonicalJson, hexOf, ScrimError, SecureRandom } from '../core/index.js';
import { defaultBackend } from './backend.js';
import { equalBytes, fromHex, lengthPrefixed, utf8, wipe } from './bytes.js';
import { hkdf } from './hkdf.js';
import { fileStore, type KeyRingData, type KeyStore, memoryStore, type StoredRoot } from './key-file.js';
import { type ProtectionOptions, protectMaster, recoverMaster, seal, unseal } from './key-provider.js';
import { ScenarioKeys } from './scenario-keys.js';
import { hideFromInspect } from './secret-key.js';

/** Whose root: every combination has its own. */
export interface Scope {
  readonly tenant: string;
  readonly environment: string;
  readonly scenario: string;
}

/** What may be shown of a root. */
export interface RootInfo extends Scope {
  readonly id: string;
  readonly state: 'active' | 'retired' | 'destroyed';
  readonly created: string;
  readonly retired: string | null;
  readonly destroyed: string | null;
}

/** What may be shown of a key ring. */
export interface KeyRingInfo {
  readonly id: string;
  readonly created: string;
  readonly revision: number;
  readonly place: string;
  readonly cipher: KeyRingData['cipher'];
  readonly protection: 'memory' | 'passphrase' | 'provider';
  readonly roots: readonly RootInfo[];
}

/** Record of a destruction, for the ledger. */
export interface DestructionRecord extends Scope {
  /** Ids of the roots that were erased now. */
  readonly keys: readonly string[];
  readonly time: string;
  readonly keyRing: string;
  readonly reason: string;
  /** Copies that were made of the key file before are not reached by this act. */
  readonly backups: 'out-of-reach';
}

/** Options of {@link KeyRing.create}. */
export interface CreateOptions extends ProtectionOptions {
  /** File to keep it in; default: memory, gone with the process. */
  readonly path?: string;
  /** AEAD that wraps the roots; default `aes-256-gcm`, `sm4-gcm` for domains that may not use AES. */
  readonly cipher?: KeyRingData['cipher'];
}

/** Options of {@link KeyRing.open}. */
export interface OpenOptions extends ProtectionOptions {
  readonly path: string;
}

const now = (): string => new Date().toISOString();
const newId = (prefix: string): string => `${prefix}-${hexOf(new SecureRandom().bytes(8))}`;

/** Keeps the roots. Make one with {@link KeyRing.create} or {@link KeyRing.open}. */
export class KeyRing {
  readonly #store: KeyStore;
  readonly #master: Uint8Array;
  #data: KeyRingData;
  #stamp: string;
  #closed = false;

  private constructor(store: KeyStore, master: Uint8Array, data: KeyRingData) {
    this.#store = store;
    this.#master = master;
    this.#data = data;
    this.#stamp = store.stamp();
  }

  /**
   * A new key ring in memory, or in a file behind a passphrase or provider.
   *
   * @throws SCRIM_KEYRING_EXISTS, SCRIM_KEY_PROTECTION, SCRIM_FILE_UNWRITABLE
   * @example
   * const ring = await KeyRing.create();
   * const keys = ring.scenario({ tenant: 'health', environment: 'test', scenario: 'flu-2026' });
   * keys.derive({ purpose: 'token', domain: 'person', kind: 'resident-id' }).length; // => 32
   */
  static async create(options: CreateOptions = {}): Promise<KeyRing> {
    const store = options.path === undefined ? memoryStore() : fileStore(options.path);
    const master = new SecureRandom().bytes(32);
    const head = {
      schema: 'scrim.keyring/1' as const,
      id: newId('ring'),
      created: now(),
      revision: 0,
      cipher: options.cipher ?? ('aes-256-gcm' as const),
    };
    const protection =
      options.path === undefined
        ? ({ kind: 'memory' } as const)
        : await protectMaster(master, masterContext(head.id), options);
    const data = authenticate(master, { ...head, protection, roots: [], mac: '' });
    store.update((current) => {
      if (current !== undefined) throw new ScrimError('SCRIM_KEYRING_EXISTS', { place: store.place });
      return data;
    });
    return new KeyRing(store, master, data);
  }

  /** Opens a key ring file. @throws SCRIM_KEYRING_MISSING, SCRIM_KEYRING_INVALID, SCRIM_KEY_PASSPHRASE, SCRIM_KEY_PROTECTION */
  static async open(options: OpenOptions): Promise<KeyRing> {
    const store = fileStore(options.path);
    const data = store.load();
    const master = await recoverMaster(data.protection, masterContext(data.id), options, store.place);
    return new KeyRing(store, master, checked(master, data, store.place));
  }

  /** Public id of this key ring. */
  get id(): string {
    return this.#data.id;
  }

  /**
   * The keys of a scope; its root is made at first use.
   *
   * @throws SCRIM_KEY_DESTROYED when the scope's root was destroyed: it is never silently made anew
   */
  scenario(scope: Scope): ScenarioKeys {
    checkScope(scope);
    if (this.#rootsOf(scope).length === 0) {
      this.#change((data) =>
        rootsIn(data, scope).length > 0 ? data : { ...data, roots: [...data.roots, this.#newRoot(scope)] },
      );
    }
    return this.existing(scope);
  }

  /** The keys of a scope that must exist: for restoring and verifying. @throws SCRIM_KEY_MISSING, SCRIM_KEY_DESTROYED */
  existing(scope: Scope): ScenarioKeys {
    checkScope(scope);
    const roots = this.#rootsOf(scope);
    if (roots.length === 0) throw new ScrimError('SCRIM_KEY_MISSING', { key: describe(scope) });
    if (roots.every((root) => root.state === 'destroyed')) {
      throw new ScrimError('SCRIM_KEY_DESTROYED', { key: describe(scope) });
    }
    return new ScenarioKeys(scope, {
      roots: () => this.#rootsOf(scope).map(publicPart),
      open: (id) => this.#openRoot(scope, id),
    });
  }

  /** A fresh root for the scope; the old one is retired: it restores and verifies, and protects nothing new. */
  rotate(scope: Scope): RootInfo {
    checkScope(scope);
    this.existing(scope);
    const fresh = this.#newRoot(scope);
    const time = now();
    this.#change((data) => ({
      ...data,
      roots: [
        ...data.roots.map((root) =>
          sameScope(root, scope) && root.state === 'active'
            ? { ...root, state: 'retired' as const, retired: time }
            : root,
        ),
        fresh,
      ],
    }));
    return publicPart(fresh);
  }

  /**
   * Erases the roots of a scope, or one of them. What they protected can no longer be restored with this key ring.
   *
   * The returned record belongs into the ledger. Backups of the key file are out of its reach.
   * @throws SCRIM_KEY_MISSING, SCRIM_KEY_DESTROYED when there is nothing left to erase
   */
  destroy(scope: Scope, options: { readonly reason: string; readonly keyId?: string }): DestructionRecord {
    checkScope(scope);
    const time = now();
    const keys: string[] = [];
    this.#change((data) => {
      const affected = rootsIn(data, scope).filter((root) => options.keyId === undefined || root.id === options.keyId);
      if (affected.length === 0) throw new ScrimError('SCRIM_KEY_MISSING', { key: options.keyId ?? describe(scope) });
      const erased = affected.filter((root) => root.state !== 'destroyed');
      if (erased.length === 0) throw new ScrimError('SCRIM_KEY_DESTROYED', { key: options.keyId ?? describe(scope) });
      keys.splice(0, keys.length, ...erased.map((root) => root.id));
      const roots = data.roots.map((root) =>
        erased.includes(root) ? { ...root, state: 'destroyed' as const, destroyed: time, sealed: null } : root,
      );
      return { ...data, roots };
    });
    return {
      ...plainScope(scope),
      keys,
      time,
      keyRing: this.#data.id,
      reason: options.reason,
      backups: 'out-of-reach',
    };
  }

  /** Wraps the master key anew: another passphrase, or another provider. Roots and their ids stay. */
  async reprotect(options: ProtectionOptions): Promise<void> {
    if (this.#data.protection.kind === 'memory') {
      throw new ScrimError('SCRIM_KEY_PROTECTION', { problem: 'a key ring in memory is not protected at rest' });
    }
    const protection = await protectMaster(this.#master, masterContext(this.#data.id), options);
    this.#change((data) => ({ ...data, protection }));
  }

  /** Everything that may be shown: ids, scopes, states, times; no key. */
  show(): KeyRingInfo {
    this.#refresh();
    const { id, created, revision, cipher, protection, roots } = this.#data;
    return {
      id,
      created,
      revision,
      place: this.#store.place,
      cipher,
      protection: protection.kind,
      roots: roots.map(publicPart),
    };
  }

  /** Overwrites the master key in memory; the object is unusable afterwards (SCRIM_KEY_WIPED). */
  close(): void {
    this.#closed = true;
    wipe(this.#master);
  }

  toJSON(): KeyRingInfo | { readonly id: string } {
    return this.#closed ? { id: this.#data.id } : this.show();
  }

  toString(): string {
    return `KeyRing(${this.#data.id})`;
  }

  static {
    hideFromInspect(KeyRing);
  }

  #refresh(): void {
    if (this.#closed) throw new ScrimError('SCRIM_KEY_WIPED', { key: this.#data.id });
    const stamp = this.#store.stamp();
    if (stamp === this.#stamp) return;
    this.#data = checked(this.#master, this.#store.load(), this.#store.place);
    this.#stamp = stamp;
  }

  #change(change: (data: KeyRingData) => KeyRingData): void {
    if (this.#closed) throw new ScrimError('SCRIM_KEY_WIPED', { key: this.#data.id });
    this.#data = this.#store.update((current) => {
      if (current === undefined) throw new ScrimError('SCRIM_KEYRING_MISSING', { place: this.#store.place });
      const before = checked(this.#master, current, this.#store.place);
      const after = change(before);
      return after === before ? before : authenticate(this.#master, { ...after, revision: before.revision + 1 });
    });
    this.#stamp = this.#store.stamp();
  }

  #rootsOf(scope: Scope): StoredRoot[] {
    this.#refresh();
    return rootsIn(this.#data, scope);
  }

  #newRoot(scope: Scope): StoredRoot {
    const id = newId('key');
    const created = now();
    const root = {
      id,
      ...plainScope(scope),
      state: 'active' as const,
      created,
      retired: null,
      destroyed: null,
      sealed: null,
    };
    const bytes = new SecureRandom().bytes(32);
    const sealed = this.#wrapping(root, (key, cipher, context) => seal(key, bytes, context, cipher));
    wipe(bytes);
    return { ...root, sealed };
  }

  #openRoot(scope: Scope, id: string): Uint8Array {
    const root = this.#rootsOf(scope).find((candidate) => candidate.id === id);
    if (root === undefined) throw new ScrimError('SCRIM_KEY_MISSING', { key: id });
    const { sealed } = root;
    if (sealed === null) throw new ScrimError('SCRIM_KEY_DESTROYED', { key: id });
    const bytes = this.#wrapping(root, (key, cipher, context) => unseal(key, sealed, context, cipher));
    if (bytes === undefined) {
      throw new ScrimError('SCRIM_KEYRING_INVALID', { place: this.#store.place, problem: `root ${id} does not open` });
    }
    return bytes;
  }

  /** Runs `use` with the wrapping key of a root and the context that binds the root to its place. */
  #wrapping<Result>(
    root: StoredRoot,
    use: (key: Uint8Array, cipher: 'aes' | 'sm4', context: Uint8Array) => Result,
  ): Result {
    const { id, cipher } = this.#data;
    const sm4 = cipher === 'sm4-gcm';
    const key = hkdf({
      key: this.#master,
      info: lengthPrefixed('scrim.keyring/1', 'wrap', cipher),
      length: sm4 ? 16 : 32,
      hash: sm4 ? 'sm3' : 'sha256',
    });
    const context = lengthPrefixed(
      'scrim.keyring/1',
      'root',
      id,
      root.id,
      root.tenant,
      root.environment,
      root.scenario,
    );
    try {
      return use(key, sm4 ? 'sm4' : 'aes', context);
    } finally {
      wipe(key);
    }
  }
}

function masterContext(id: string): Uint8Array {
  return lengthPrefixed('scrim.keyring/1', 'master', id);
}

function macOf(master: Uint8Array, data: KeyRingData): string {
  const key = hkdf({ key: master, info: lengthPrefixed('scrim.keyring/1', 'mac'), length: 32 });
  const mac = defaultBackend().hmac('sha256', key, utf8(canonicalJson({ ...data, mac: '' })));
  wipe(key);
  return hexOf(mac);
}

function authenticate(master: Uint8Array, data: KeyRingData): KeyRingData {
  return { ...data, mac: macOf(master, data) };
}

function checked(master: Uint8Array, data: KeyRingData, place: string): KeyRingData {
  if (!/^[0-9a-f]{64}$/.test(data.mac) || !equalBytes(fromHex(macOf(master, data)), fromHex(data.mac))) {
    throw new ScrimError('SCRIM_KEYRING_INVALID', {
      place,
      problem: 'it was changed by something that has not its master key',
    });
  }
  return data;
}

function checkScope(scope: Scope): void {
  for (const name of ['tenant', 'environment', 'scenario'] as const) {
    const value = scope[name];
    if (typeof value !== 'string' || value.length === 0 || value.length > 200 || /\p{Cs}/u.test(value)) {
      throw new ScrimError('SCRIM_ARGUMENT', { name, problem: 'it is not a text of 1 to 200 characters' });
    }
  }
}

function plainScope({ tenant, environment, scenario }: Scope): Scope {
  return { tenant, environment, scenario };
}

function sameScope(root: Scope, scope: Scope): boolean {
  return root.tenant === scope.tenant && root.environment === scope.environment && root.scenario === scope.scenario;
}

function rootsIn(data: KeyRingData, scope: Scope): StoredRoot[] {
  return data.roots.filter((root) => sameScope(root, scope));
}

function describe(scope: Scope): string {
  return `${scope.tenant}/${scope.environment}/${scope.scenario}`;
}

function publicPart({ id, tenant, environment, scenario, state, created, retired, destroyed }: StoredRoot): RootInfo {
  return { id, tenant, environment, scenario, state, created, retired, destroyed };
}
