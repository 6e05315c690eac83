/**
 * Who keeps the key that wraps a key ring's master key: a passphrase through scrypt (RFC 7914), memory, or a provider.
 *
 * A {@link KeyProvider} is the seam for a file on another medium, a hardware module or a key service: it wraps and unwraps
 * 32 bytes. Everything below the master key stays local, so the provider is asked once per opening.
 * @module
 */
import { nodeFs, ScrimError, SecureRandom } from '../core/index.js';
import { defaultBackend, type ScryptCost } from './backend.js';
import { concat, fromBase64, toBase64, utf8, wipe } from './bytes.js';
import type { Protection, Sealed } from './key-file.js';

/** Wraps a master key somewhere else. Implement it over a hardware module or a key service. */
export interface KeyProvider {
  /** Name written into the key ring, for instance `file` or `kms.example`. */
  readonly name: string;
  /** Which of its keys wraps; written into the key ring. Never a secret. */
  readonly reference: string;
  /** Wrapped form of the master key, as text; `context` is public and must be bound (AEAD associated data). */
  wrap(master: Uint8Array, context: Uint8Array): Promise<string>;
  /** The master key, or undefined when this provider's key does not fit. */
  unwrap(wrapped: string, context: Uint8Array): Promise<Uint8Array | undefined>;
}

/** Options that say how a key ring is protected: exactly one of the two. */
export interface ProtectionOptions {
  /** At least 8 characters; compared after Unicode normalisation NFKC. */
  readonly passphrase?: string;
  readonly provider?: KeyProvider;
  /** Cost of scrypt for new key rings; default N = 2^17, r = 8, p = 1 (128 MiB). */
  readonly scrypt?: ScryptCost;
}

const DEFAULT_COST: ScryptCost = { N: 2 ** 17, r: 8, p: 1 };

/** Random nonce, AES-256-GCM; the key has 32 bytes. */
export function seal(key: Uint8Array, text: Uint8Array, context: Uint8Array, cipher: 'aes' | 'sm4' = 'aes'): Sealed {
  const nonce = new SecureRandom().bytes(12);
  return toBase64(concat(nonce, defaultBackend().gcmSeal(cipher, key, nonce, text, context)));
}

/** Opens what {@link seal} sealed; undefined when key, context or bytes do not fit. */
export function unseal(
  key: Uint8Array,
  sealed: Sealed,
  context: Uint8Array,
  cipher: 'aes' | 'sm4' = 'aes',
): Uint8Array | undefined {
  const bytes = fromBase64(sealed);
  if (bytes === undefined || bytes.length < 28) return undefined;
  return defaultBackend().gcmOpen(cipher, key, bytes.subarray(0, 12), bytes.subarray(12), context);
}

function passphraseKey(passphrase: string, salt: Uint8Array, cost: ScryptCost): Uint8Array {
  const sane =
    Number.isInteger(cost.N) &&
    cost.N >= 2 &&
    cost.N <= 2 ** 22 &&
    Number.isInteger(Math.log2(cost.N)) &&
    Number.isInteger(cost.r) &&
    cost.r >= 1 &&
    cost.r <= 64 &&
    Number.isInteger(cost.p) &&
    cost.p >= 1 &&
    cost.p <= 16;
  if (!sane || 128 * cost.N * cost.r > 2 ** 30) {
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'scrypt', problem: 'the cost is out of range (at most 1 GiB)' });
  }
  return defaultBackend().scrypt(utf8(passphrase.normalize('NFKC')), salt, cost, 32);
}

/** Wraps the master key as the options say. @throws SCRIM_KEY_PROTECTION when neither or both are given */
export async function protectMaster(
  master: Uint8Array,
  context: Uint8Array,
  options: ProtectionOptions,
): Promise<Protection> {
  const { passphrase, provider } = options;
  if (passphrase !== undefined && provider !== undefined) {
    throw new ScrimError('SCRIM_KEY_PROTECTION', { problem: 'a passphrase and a provider were both given' });
  }
  if (provider !== undefined) {
    const wrapped = await provider.wrap(master, context);
    return { kind: 'provider', provider: provider.name, reference: provider.reference, master: wrapped };
  }
  if (passphrase === undefined) {
    throw new ScrimError('SCRIM_KEY_PROTECTION', { problem: 'neither a passphrase nor a provider was given' });
  }
  if ([...passphrase.normalize('NFKC')].length < 8) {
    throw new ScrimError('SCRIM_KEY_PROTECTION', { problem: 'the passphrase has fewer than 8 characters' });
  }
  const cost = options.scrypt ?? DEFAULT_COST;
  const salt = new SecureRandom().bytes(16);
  const key = passphraseKey(passphrase, salt, cost);
  const sealed = seal(key, master, context);
  wipe(key);
  return { kind: 'passphrase', kdf: 'scrypt', cost, salt: toBase64(salt), master: sealed };
}

/** Unwraps the master key. @throws SCRIM_KEY_PASSPHRASE, SCRIM_KEY_PROTECTION */
export async function recoverMaster(
  protection: Protection,
  context: Uint8Array,
  options: ProtectionOptions,
  place: string,
): Promise<Uint8Array> {
  if (protection.kind === 'memory')
    throw new ScrimError('SCRIM_INTERNAL', { check: 'memory key rings are not opened' });
  let master: Uint8Array | undefined;
  if (protection.kind === 'passphrase') {
    const salt = fromBase64(protection.salt);
    if (options.passphrase === undefined) {
      throw new ScrimError('SCRIM_KEY_PROTECTION', { problem: 'this key ring is protected by a passphrase' });
    }
    if (salt === undefined || protection.kdf !== 'scrypt') {
      throw new ScrimError('SCRIM_KEYRING_INVALID', { place, problem: 'its passphrase protection is malformed' });
    }
    const key = passphraseKey(options.passphrase, salt, protection.cost);
    master = unseal(key, protection.master, context);
    wipe(key);
  } else {
    const { provider } = options;
    if (provider === undefined || provider.name !== protection.provider) {
      throw new ScrimError('SCRIM_KEY_PROTECTION', {
        problem: `this key ring is protected by the provider ${protection.provider}`,
      });
    }
    master = await provider.unwrap(protection.master, context);
  }
  if (master === undefined || master.length !== 32) throw new ScrimError('SCRIM_KEY_PASSPHRASE', { place });
  return master;
}

/** A provider whose key lives in this process only: for tests, and for services that get their key at start. */
export function memoryProvider(key: Uint8Array, reference = 'memory'): KeyProvider {
  return keyProvider('memory', reference, () => key);
}

/**
 * A provider whose 32-byte key stands in a file of its own (raw bytes, mode 0600), best on another medium than the ring.
 * The file is created with a random key when it does not exist.
 */
export function fileProvider(path: string): KeyProvider {
  return keyProvider('file', path.split(/[\\/]/).at(-1) ?? path, () => {
    const fs = nodeFs('A key file');
    try {
      fs.writeFileSync(path, new SecureRandom().bytes(32), { flag: 'wx', mode: 0o600, flush: true });
    } catch (error) {
      const reason = String((error as { code?: string }).code);
      if (reason !== 'EEXIST') throw new ScrimError('SCRIM_FILE_UNWRITABLE', { path, reason }, { cause: error });
    }
    return new Uint8Array(fs.readFileSync(path));
  });
}

function keyProvider(name: string, reference: string, load: () => Uint8Array): KeyProvider {
  const key = (): Uint8Array => {
    const bytes = load();
    if (bytes.length !== 32)
      throw new ScrimError('SCRIM_KEY_PROTECTION', { problem: `the key of ${name} is not 32 bytes` });
    return bytes;
  };
  return {
    name,
    reference,
    wrap: async (master, context) => seal(key(), master, context),
    unwrap: async (wrapped, context) => unseal(key(), wrapped, context),
  };
}
