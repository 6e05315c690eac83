/**
 * The options that note a step run by flags in a ledger: who does it, what for, under which authorisation.
 * @module
 */
import { type OperationRecord, ScrimError } from '../core/index.js';
import type { ScrimCommand } from './command-line.js';
import type { Session } from './session.js';
import { ledgerSigning } from './signing-key.js';

/** Options of every command that notes its record. */
export interface NoteOptions {
  readonly tenant?: string;
  readonly environment?: string;
  readonly scenario?: string;
  readonly ledger?: string;
  readonly operator?: string;
  readonly purpose?: string;
  readonly approval?: string;
}

/** Adds `--ledger`, `--operator`, `--purpose` and `--approval`; the scope's options are the command's own or {@link scopeFlags}. */
export function noteFlags(command: ScrimCommand): ScrimCommand {
  return command
    .flag('--ledger <file>', [
      'note the operation in this ledger; needs --operator, --purpose and the scope',
      '将操作记入该账本；须带 --operator、--purpose 与范围',
    ])
    .flag('--operator <name>', ['real name of who does it', '操作人实名'])
    .flag('--purpose <text>', ['what for', '用途'])
    .flag('--approval <id>', ['reference of the approval', '审批编号']);
}

/** Adds `--tenant`, `--environment` and `--scenario`. */
export function scopeFlags(command: ScrimCommand): ScrimCommand {
  return command
    .flag('--tenant <name>', ['scope of the operation, with --ledger', '操作所属租户，与 --ledger 合用'])
    .flag('--environment <name>', ['scope of the operation, with --ledger', '操作所属环境，与 --ledger 合用'])
    .flag('--scenario <name>', ['scope of the operation, with --ledger', '操作所属场景，与 --ledger 合用']);
}

/**
 * Checks that the authorisation is open, before anything is done, and gives what notes the operation; without `--ledger` that is nothing.
 *
 * @param operation - name of the command without `scrim`
 * @throws SCRIM_CLI_MISSING, SCRIM_SCENARIO_CLOSED, and as `Ledger.open`
 */
export async function operationNote(
  session: Session,
  operation: string,
  given: NoteOptions,
): Promise<(record: OperationRecord) => Promise<void>> {
  const { ledger: path, operator, purpose, approval = null, tenant, environment, scenario } = given;
  if (path === undefined) return async () => undefined;
  const missing = (what: string): ScrimError =>
    new ScrimError('SCRIM_CLI_MISSING', { command: `scrim ${operation} --ledger`, what });
  if (operator === undefined || purpose === undefined) throw missing('--operator, --purpose');
  if (tenant === undefined || environment === undefined || scenario === undefined) {
    throw missing('--tenant, --environment, --scenario');
  }
  const { appendWhileOpen, Ledger, operationEntry, requireOpen } = await import('../audit/index.js');
  const by = { tenant, environment, scenario, operator, purpose, approval };
  const ledger = await Ledger.open(path, await ledgerSigning(session));
  await requireOpen(path, by, operation);
  return async (record) => {
    await appendWhileOpen(ledger, by, operation, [operationEntry(record, by)]);
    await ledger.close();
  };
}
