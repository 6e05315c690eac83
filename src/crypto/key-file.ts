/**
 * `scrim.keyring/1`: the key ring as plain data, and where it is kept: a file (mode 0600, replaced atomically) or memory.
 *
 * The data hold wrapped roots only; see docs/keys.md for every field.
 * @module
 */
import { hexOf, nodeFs, ScrimError, SecureRandom } from '../core/index.js';
import type { ScryptCost } from './backend.js';
import { lockFileSync } from './file-lock.js';

/** Sealed bytes: base64 of a 12-byte nonce, ciphertext and 16-byte tag. */
export type Sealed = string;

/** How the master key is kept. */
export type Protection =
  | { readonly kind: 'memory' }
  | {
      readonly kind: 'passphrase';
      readonly kdf: 'scrypt';
      readonly cost: ScryptCost;
      /** Base64, 16 random bytes. */
      readonly salt: string;
      readonly master: Sealed;
    }
  | { readonly kind: 'provider'; readonly provider: string; readonly reference: string; readonly master: string };

/** One root as stored. `sealed` is null once the root is destroyed. */
export interface StoredRoot {
  readonly id: string;
  readonly tenant: string;
  readonly environment: string;
  readonly scenario: string;
  readonly state: 'active' | 'retired' | 'destroyed';
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly retired: string | null;
  readonly destroyed: string | null;
  readonly sealed: Sealed | null;
}

/** `scrim.keyring/1`. */
export interface KeyRingData {
  readonly schema: 'scrim.keyring/1';
  readonly id: string;
  readonly created: string;
  /** Counts changes. */
  readonly revision: number;
  /** AEAD that wraps the roots. */
  readonly cipher: 'aes-256-gcm' | 'sm4-gcm';
  readonly protection: Protection;
  readonly roots: readonly StoredRoot[];
  /** HMAC under a key from the master key over everything else, hex. */
  readonly mac: string;
}

/** Where a key ring is kept. `update` is exclusive among all processes. */
export interface KeyStore {
  /** Path or `memory`, for messages. */
  readonly place: string;
  /** The data as they stand now. @throws SCRIM_KEYRING_MISSING, SCRIM_KEYRING_INVALID */
  load(): KeyRingData;
  /** A value that changes whenever the data do; cheap. */
  stamp(): string;
  /** Replaces the data by what `change` makes of them; `undefined` stands for a store that does not exist yet. */
  update(change: (current: KeyRingData | undefined) => KeyRingData): KeyRingData;
}

/** A store that dies with the process. */
export function memoryStore(): KeyStore {
  let data: KeyRingData | undefined;
  const load = (): KeyRingData => {
    if (data === undefined) throw new ScrimError('SCRIM_KEYRING_MISSING', { place: 'memory' });
    return data;
  };
  return {
    place: 'memory',
    load,
    stamp: () => String(data?.revision ?? -1),
    update: (change) => {
      data = change(data);
      return data;
    },
  };
}

/** A store in a file: mode 0600, written beside its target, flushed, renamed; changes under an exclusive lock. */
export function fileStore(path: string): KeyStore {
  const fs = nodeFs('A key ring in a file');
  const exists = (): boolean => fs.existsSync(path);
  const load = (): KeyRingData => {
    let text: string;
    try {
      text = fs.readFileSync(path, 'utf8');
    } catch (error) {
      const code = String((error as { code?: string }).code);
      if (code === 'ENOENT') throw new ScrimError('SCRIM_KEYRING_MISSING', { place: path });
      throw new ScrimError('SCRIM_FILE_UNREADABLE', { path, reason: code }, { cause: error });
    }
    return parseKeyRing(text, path);
  };
  return {
    place: path,
    load,
    stamp() {
      const stat = fs.statSync(path, { bigint: true, throwIfNoEntry: false });
      return stat === undefined ? 'none' : `${stat.ino}:${stat.mtimeNs}:${stat.size}`;
    },
    update(change) {
      const lock = lockFileSync(path);
      try {
        const next = change(exists() ? load() : undefined);
        replaceFile(fs, path, `${JSON.stringify(next, null, 2)}\n`);
        return next;
      } finally {
        lock.release();
      }
    },
  };
}

function replaceFile(fs: typeof import('node:fs'), path: string, text: string): void {
  const temporary = `${path}.tmp-${hexOf(new SecureRandom().bytes(6))}`;
  try {
    const handle = fs.openSync(temporary, 'wx', 0o600);
    try {
      fs.writeFileSync(handle, text);
      fs.fsyncSync(handle);
    } finally {
      fs.closeSync(handle);
    }
    fs.renameSync(temporary, path);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    const reason = String((error as { code?: string }).code);
    throw new ScrimError('SCRIM_FILE_UNWRITABLE', { path, reason }, { cause: error });
  }
  syncFolder(fs, path);
}

/** Makes a rename durable; platforms that cannot open folders skip it. */
function syncFolder(fs: typeof import('node:fs'), path: string): void {
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  try {
    const handle = fs.openSync(cut <= 0 ? (cut === 0 ? '/' : '.') : path.slice(0, cut), 'r');
    try {
      fs.fsyncSync(handle);
    } finally {
      fs.closeSync(handle);
    }
  } catch {
    // Windows.
  }
}

const states = new Set(['active', 'retired', 'destroyed']);

function invalid(place: string, problem: string): ScrimError {
  return new ScrimError('SCRIM_KEYRING_INVALID', { place, problem });
}

/** Reads and checks the shape of `scrim.keyring/1`; the MAC is checked once the master key is known. */
export function parseKeyRing(text: string, place: string): KeyRingData {
  let data: Partial<KeyRingData>;
  try {
    data = JSON.parse(text) as Partial<KeyRingData>;
  } catch {
    throw invalid(place, 'it is not JSON');
  }
  if (typeof data !== 'object' || data === null) throw invalid(place, 'it is not a JSON object');
  if (data.schema !== 'scrim.keyring/1') throw invalid(place, 'its schema is not scrim.keyring/1');
  const isText = (value: unknown): value is string => typeof value === 'string';
  if (!isText(data.id) || !isText(data.created) || !isText(data.mac) || !Number.isSafeInteger(data.revision)) {
    throw invalid(place, 'a field of its head is missing or of another type');
  }
  if (data.cipher !== 'aes-256-gcm' && data.cipher !== 'sm4-gcm') throw invalid(place, 'its cipher is unknown');
  const kind = (data.protection as Partial<Protection> | undefined)?.kind;
  if (kind !== 'passphrase' && kind !== 'provider') throw invalid(place, 'its protection is unknown');
  if (!Array.isArray(data.roots)) throw invalid(place, 'it has no list of roots');
  for (const [index, root] of (data.roots as Partial<StoredRoot>[]).entries()) {
    const sound =
      typeof root === 'object' &&
      root !== null &&
      [root.id, root.tenant, root.environment, root.scenario, root.created].every(isText) &&
      states.has(root.state as string) &&
      (root.state === 'destroyed' ? root.sealed === null : isText(root.sealed));
    if (!sound) throw invalid(place, `root ${index + 1} is malformed`);
  }
  return data as KeyRingData;
}
