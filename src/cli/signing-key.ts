/**
 * Signing keys of persons and offices as files: a secret one for its holder, a public one for everybody.
 * @module
 */
import type { LedgerSigner, SigningKey } from '../audit/index.js';
import { ScrimError } from '../core/index.js';
import { readInputJson } from './input-file.js';
import type { Session } from './session.js';

/** `scrim.signing-key/1` and `scrim.public-key/1`. */
interface KeyFile {
  readonly schema: 'scrim.signing-key/1' | 'scrim.public-key/1';
  readonly algorithm: 'ed25519' | 'sm2';
  readonly id: string;
  /** Hex. */
  readonly public: string;
  /** Hex; only in the secret file. */
  readonly secret?: string;
}

const HEX = /^([0-9a-f]{2})+$/;

function readKeyFile(file: string): KeyFile {
  const refuse = (reason: string): ScrimError =>
    new ScrimError('SCRIM_CLI_INPUT', { path: file, expected: 'scrim.signing-key/1 | scrim.public-key/1', reason });
  const data = readInputJson(file, 'scrim.signing-key/1 | scrim.public-key/1') as Partial<KeyFile> | null;
  const { schema, algorithm, id, public: publicKey, secret } = data ?? {};
  if (schema !== 'scrim.signing-key/1' && schema !== 'scrim.public-key/1') throw refuse('schema');
  if (algorithm !== 'ed25519' && algorithm !== 'sm2') throw refuse('algorithm');
  if (typeof id !== 'string' || id === '' || !HEX.test(publicKey ?? '')) throw refuse('id, public');
  if (secret !== undefined && !HEX.test(secret)) throw refuse('secret');
  return data as KeyFile;
}

/** Makes a key pair: the secret file's text and the public one's. */
export async function newSigningKey(id: string, name: 'intl' | 'gm'): Promise<{ secret: string; public: string }> {
  const { suite } = await import('../crypto/index.js');
  const { hexOf } = await import('../core/index.js');
  const { signatures } = suite(name);
  const secret = signatures.generate();
  const open = { algorithm: signatures.algorithm, id, public: hexOf(signatures.publicKey(secret)) };
  const text = (data: object): string => `${JSON.stringify(data, null, 2)}\n`;
  return {
    secret: text({ schema: 'scrim.signing-key/1', ...open, secret: hexOf(secret) }),
    public: text({ schema: 'scrim.public-key/1', ...open }),
  };
}

/** A signer from a secret key file. @throws SCRIM_CLI_INPUT */
export async function signerOf(file: string): Promise<{ signer: LedgerSigner; publicKey: Uint8Array }> {
  const { algorithm, id, secret, public: publicKey } = readKeyFile(file);
  if (secret === undefined) {
    throw new ScrimError('SCRIM_CLI_INPUT', { path: file, expected: 'scrim.signing-key/1', reason: 'secret' });
  }
  const { ledgerSigner } = await import('../audit/index.js');
  const { fromHex } = await import('../crypto/index.js');
  return { signer: ledgerSigner(algorithm, id, fromHex(secret)), publicKey: fromHex(publicKey) };
}

/** Public keys by id, from public or secret key files. @throws SCRIM_CLI_INPUT */
export async function publicKeys(files: readonly string[]): Promise<Map<string, SigningKey>> {
  const { fromHex } = await import('../crypto/index.js');
  return new Map(
    files.map((file) => {
      const { algorithm, id, public: publicKey } = readKeyFile(file);
      return [id, { algorithm, publicKey: fromHex(publicKey) }] as const;
    }),
  );
}

/** The signer of ledger records that the environment variable SCRIM_SIGNING_KEY names, for every command with `--ledger`. */
export async function ledgerSigning(session: Pick<Session, 'env'>): Promise<{ signer?: LedgerSigner }> {
  const file = session.env('SCRIM_SIGNING_KEY');
  return file === undefined || file === '' ? {} : { signer: (await signerOf(file)).signer };
}
