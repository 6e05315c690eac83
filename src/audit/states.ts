/**
 * What a ledger says now: which products may leave, which keys are destroyed, which scenarios are open.
 * @module
 */
import { readLedger } from './read.js';
import type { LedgerRecord } from './record-line.js';

/** State of a product, by its digest. */
export type ReleaseState = 'released' | 'halted' | 'withdrawn';

/** State of a key. */
export type KeyState = 'active' | 'retired' | 'destroyed';

/** State of a scenario. */
export type ScenarioState = 'open' | 'suspended' | 'withdrawn' | 'ended';

/** The present, folded from all records. */
export interface LedgerState {
  /** SHA-256 of a product → state. Withdrawn is final; halted ends with a new `release`. */
  readonly products: ReadonlyMap<string, ReleaseState>;
  /** Key id → state. Destroyed is final. */
  readonly keys: ReadonlyMap<string, KeyState>;
  /** {@link scenarioName} → state. Withdrawn and ended are final. */
  readonly scenarios: ReadonlyMap<string, ScenarioState>;
}

/** Name of a scope in {@link LedgerState}: JSON, so that no two scopes share one. */
export function scenarioName(scope: { tenant: string; environment: string; scenario: string }): string {
  return JSON.stringify([scope.tenant, scope.environment, scope.scenario]);
}

/** Folds a ledger; constant memory apart from the result. @throws as `readLedger` */
export async function ledgerState(path: string): Promise<LedgerState> {
  const products = new Map<string, ReleaseState>();
  const keys = new Map<string, KeyState>();
  const scenarios = new Map<string, ScenarioState>();
  for await (const record of readLedger(path)) apply(record, products, keys, scenarios);
  return { products, keys, scenarios };
}

function apply(
  { type, data }: LedgerRecord,
  products: Map<string, ReleaseState>,
  keys: Map<string, KeyState>,
  scenarios: Map<string, ScenarioState>,
): void {
  const setKey = (id: unknown, state: KeyState): void => {
    if (keys.get(String(id)) !== 'destroyed') keys.set(String(id), state);
  };
  const setProduct = (state: ReleaseState): void => {
    const product = String(data.product);
    if (products.get(product) !== 'withdrawn') products.set(product, state);
  };
  switch (type) {
    case 'release':
      setProduct('released');
      return;
    case 'halt':
      setProduct('halted');
      return;
    case 'withdraw':
      setProduct('withdrawn');
      return;
    case 'keys.created':
      setKey(data.key, 'active');
      return;
    case 'keys.rotated':
      for (const id of data.retired as string[]) setKey(id, 'retired');
      setKey(data.key, 'active');
      return;
    case 'keys.destroyed':
      for (const id of data.keys as string[]) setKey(id, 'destroyed');
      return;
    case 'scenario.state': {
      const scope = {
        tenant: String(data.tenant),
        environment: String(data.environment),
        scenario: String(data.scenario),
      };
      const name = scenarioName(scope);
      const before = scenarios.get(name);
      if (before !== 'ended' && before !== 'withdrawn') scenarios.set(name, data.state as ScenarioState);
    }
  }
}
