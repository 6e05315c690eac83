/**
 * The option `--ledger` and the operator's name: what a command did, noted in the append-only ledger.
 * @module
 */

import type { EntryData, EntryType, JsonObject } from '../audit/index.js';
import { ScrimError } from '../core/index.js';
import type { ScrimCommand } from './command-line.js';
import { ledgerSigning } from './signing-key.js';

/** Options of every command that may note what it did. */
export interface LedgerOptions {
  readonly ledger?: string;
  readonly operator?: string;
}

/** Adds the options. */
export function ledgerFlag(command: ScrimCommand): ScrimCommand {
  return command
    .flag('--ledger <file>', ['note it in this ledger', '将操作记入该账本'])
    .flag('--operator <name>', ['real name of who does it; needed with --ledger', '操作人实名；使用 --ledger 时必填']);
}

/** A ledger that is open before the work starts, so that nothing is done that could not be noted. */
export interface Notes {
  /** Appends an entry; nothing without `--ledger`. */
  note<Type extends EntryType>(type: Type, data: Omit<EntryData[Type], 'operator'>): Promise<void>;
  /** The same for an entry type of a room's own; the operator is added. */
  append(type: string, data: JsonObject): Promise<void>;
  close(): Promise<void>;
}

/** Opens the ledger that the options name. @throws SCRIM_CLI_MISSING without an operator, and as `Ledger.open` */
export async function openNotes(options: LedgerOptions, command: string): Promise<Notes> {
  const { ledger: path, operator } = options;
  if (path === undefined) {
    return { note: async () => undefined, append: async () => undefined, close: async () => undefined };
  }
  if (operator === undefined) throw new ScrimError('SCRIM_CLI_MISSING', { command, what: '--operator <name>' });
  const { entry, Ledger } = await import('../audit/index.js');
  const ledger = await Ledger.open(path, await ledgerSigning({ env: (name) => process.env[name] }));
  return {
    async note(type, data) {
      await ledger.append(entry(type, { ...data, operator } as unknown as EntryData[typeof type]));
    },
    async append(type, data) {
      await ledger.append({ type, data: { ...data, operator } });
    },
    close: () => ledger.close(),
  };
}
