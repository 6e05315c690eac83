/**
 * Call logs of data interfaces (R13): who called what for which purpose, with what outcome; parameters by digest only.
 * @module
 */
import { canonicalJson, type Json, sha256Hex } from '../core/index.js';
import { utf8 } from '../crypto/index.js';
import { appendWhileOpen } from './authorisation.js';
import { type EntryScope, entry, type LedgerEntry } from './entry.js';
import type { Ledger } from './ledger.js';
import type { LedgerRecord } from './record-line.js';

/** One call as the service knows it. */
export interface InterfaceCall {
  readonly interface: string;
  readonly caller: string;
  readonly purpose: string;
  /** SHA-256 of the reviewed product or interface version that answered. Default: none. */
  readonly product?: string;
  /** Parameters of the call; only their digest is kept. Default: none. */
  readonly parameters?: Json;
  /** Rows in the answer. */
  readonly rows: number;
  readonly outcome: 'answered' | 'refused' | 'failed';
}

/** The entry of a call. */
export function callEntry(call: InterfaceCall, by: EntryScope & { readonly operator: string }): LedgerEntry {
  const { tenant, environment, scenario, operator } = by;
  return entry('interface.call', {
    tenant,
    environment,
    scenario,
    operator,
    interface: call.interface,
    caller: call.caller,
    purpose: call.purpose,
    product: call.product ?? null,
    parameters: call.parameters === undefined ? null : sha256Hex(utf8(canonicalJson(call.parameters))),
    rows: call.rows,
    outcome: call.outcome,
  });
}

/**
 * Logs calls before they are answered; a scope that is not open answers nothing more.
 *
 * @throws SCRIM_SCENARIO_CLOSED, and as `Ledger.append`
 */
export function logCalls(
  ledger: Ledger,
  by: EntryScope & { readonly operator: string },
  calls: readonly InterfaceCall[],
): Promise<LedgerRecord[]> {
  const entries = calls.map((call) => callEntry(call, by));
  return appendWhileOpen(ledger, by, 'interface call', entries);
}
