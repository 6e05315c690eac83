/**
 * How a command finds and opens the key ring: file, and what unwraps it.
 * @module
 */
import fs from 'node:fs';
import { ScrimError } from '../core/index.js';
import type { KeyRing, Scope } from '../crypto/index.js';
import type { ScrimCommand } from './command-line.js';
import { readInputText } from './input-file.js';
import type { Session } from './session.js';

/** Options of every command that uses keys. */
export interface KeysOptions {
  readonly keys?: string;
  readonly passphraseFile?: string;
  readonly wrappingKey?: string;
}

/** Adds the options. The passphrase itself is never an option: other users of the machine can read command lines. */
export function keysFlags(command: ScrimCommand): ScrimCommand {
  return command
    .flag('--keys <file>', ['key ring (made by scrim keys new)', '密钥环文件（由 scrim keys new 创建）'])
    .flag('--passphrase-file <file>', [
      'file whose first line is the passphrase; else SCRIM_PASSPHRASE',
      '首行为口令的文件；缺省取环境变量 SCRIM_PASSPHRASE',
    ])
    .flag('--wrapping-key <file>', [
      'file with the 32-byte key that wraps the ring, instead of a passphrase',
      '封装密钥环的 32 字节密钥文件，代替口令',
    ]);
}

/** What unwraps the ring: a key file, a passphrase file, or the environment. @throws SCRIM_CLI_CONFLICT, SCRIM_CLI_MISSING, SCRIM_FILE_MISSING */
async function protection(
  session: Session,
  options: KeysOptions,
  command: string,
  making: boolean,
): Promise<{ passphrase: string } | { provider: import('../crypto/index.js').KeyProvider }> {
  const { passphraseFile, wrappingKey } = options;
  if (passphraseFile !== undefined && wrappingKey !== undefined) {
    throw new ScrimError('SCRIM_CLI_CONFLICT', { first: '--passphrase-file', second: '--wrapping-key' });
  }
  if (wrappingKey !== undefined) {
    const { fileProvider } = await import('../crypto/index.js');
    if (!making && !fs.existsSync(wrappingKey)) throw new ScrimError('SCRIM_FILE_MISSING', { path: wrappingKey });
    return { provider: fileProvider(wrappingKey) };
  }
  if (passphraseFile !== undefined) {
    const [first = ''] = readInputText(passphraseFile).split(/\r?\n/);
    return { passphrase: first };
  }
  const passphrase = session.env('SCRIM_PASSPHRASE');
  if (passphrase !== undefined && passphrase !== '') return { passphrase };
  throw new ScrimError('SCRIM_CLI_MISSING', {
    command,
    what: '--wrapping-key <file> | --passphrase-file <file> | SCRIM_PASSPHRASE',
  });
}

/** Makes a key ring file. */
export async function makeRing(session: Session, options: KeysOptions, path: string, gm: boolean): Promise<KeyRing> {
  const { KeyRing: Ring } = await import('../crypto/index.js');
  const cipher = gm ? { cipher: 'sm4-gcm' as const } : {};
  return Ring.create({ path, ...cipher, ...(await protection(session, options, 'scrim keys new', true)) });
}

/** Opens the key ring that `--keys` names. @throws SCRIM_CLI_MISSING when it does not */
export async function openRing(session: Session, options: KeysOptions, command: string): Promise<KeyRing> {
  const { keys } = options;
  if (keys === undefined) throw new ScrimError('SCRIM_CLI_MISSING', { command, what: '--keys <file>' });
  const { KeyRing: Ring } = await import('../crypto/index.js');
  return Ring.open({ path: keys, ...(await protection(session, options, command, false)) });
}

/** Options that name a scope. */
export interface ScopeOptions {
  readonly tenant: string;
  readonly environment: string;
  readonly scenario: string;
}

/** Adds the options that name a scope; all are needed. */
export function scopeFlags(command: ScrimCommand): ScrimCommand {
  return command
    .need('--tenant <name>', ['organisation whose data space it is', '数据空间所属单位'])
    .need('--environment <name>', ['production, development or test', 'production、development 或 test'])
    .need('--scenario <name>', ['approved application scenario', '已批准的应用场景']);
}

/** The scope that the options name. */
export function scopeOf({ tenant, environment, scenario }: ScopeOptions): Scope {
  return { tenant, environment, scenario };
}
