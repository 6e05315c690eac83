/**
 * The life of an authorisation (R14) as a condition: what is suspended, withdrawn or ended does nothing more.
 *
 * A scope of which the ledger says nothing is not stopped by it: opening is recorded by the authority, not presumed here.
 * Check and append are one step: the append happens only against the head at which the state was read.
 * @module
 */
import { isScrimError, ScrimError } from '../core/index.js';
import type { EntryScope, LedgerEntry } from './entry.js';
import type { Ledger } from './ledger.js';
import type { LedgerRecord } from './record-line.js';
import { ledgerState, type ScenarioState, scenarioName } from './states.js';

/** State of a scope by a ledger file; null when the ledger does not mention it. @throws as `readLedger` */
export async function scenarioState(ledger: string, scope: EntryScope): Promise<ScenarioState | null> {
  return (await ledgerState(ledger)).scenarios.get(scenarioName(scope)) ?? null;
}

/** @throws SCRIM_SCENARIO_CLOSED when the scope is suspended, withdrawn or ended; as `readLedger` */
export async function requireOpen(ledger: string, scope: EntryScope, operation: string): Promise<void> {
  const state = await scenarioState(ledger, scope);
  if (state === null || state === 'open') return;
  throw new ScrimError('SCRIM_SCENARIO_CLOSED', { operation, scenario: scope.scenario, state });
}

/** Appends entries, unless the scope was closed before. @throws SCRIM_SCENARIO_CLOSED, and as `Ledger.append` */
export async function appendWhileOpen(
  ledger: Ledger,
  scope: EntryScope,
  operation: string,
  entries: readonly LedgerEntry[],
): Promise<LedgerRecord[]> {
  for (;;) {
    const expectedHead = await ledger.refresh();
    await requireOpen(ledger.path, scope, operation);
    try {
      return await ledger.appendAll(entries, { expectedHead });
    } catch (error) {
      if (!isScrimError(error) || error.code !== 'SCRIM_LEDGER_HEAD_MOVED') throw error;
    }
  }
}

const AFTER: Readonly<Record<ScenarioState | 'none', readonly ScenarioState[]>> = {
  none: ['open', 'withdrawn', 'ended'],
  open: ['suspended', 'withdrawn', 'ended'],
  suspended: ['open', 'withdrawn', 'ended'],
  withdrawn: [],
  ended: [],
};

/** States that may follow; withdrawn and ended are final. */
export function statesAfter(state: ScenarioState | null): readonly ScenarioState[] {
  return AFTER[state ?? 'none'];
}

/**
 * Records a change of state.
 *
 * @throws SCRIM_SCENARIO_STATE when the state cannot follow the present one, and as `Ledger.append`
 */
export async function changeState(
  ledger: Ledger,
  scope: EntryScope,
  change: { readonly state: ScenarioState; readonly operator: string; readonly reason: string },
): Promise<LedgerRecord> {
  const { tenant, environment, scenario } = scope;
  for (;;) {
    const expectedHead = await ledger.refresh();
    const now = await scenarioState(ledger.path, scope);
    if (!statesAfter(now).includes(change.state)) {
      throw new ScrimError('SCRIM_SCENARIO_STATE', { scenario, from: now ?? 'none', to: change.state });
    }
    try {
      const data = { tenant, environment, scenario, ...change };
      return await ledger.append({ type: 'scenario.state', data }, { expectedHead });
    } catch (error) {
      if (!isScrimError(error) || error.code !== 'SCRIM_LEDGER_HEAD_MOVED') throw error;
    }
  }
}
