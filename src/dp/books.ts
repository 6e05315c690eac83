/**
 * The books of a budget: caps, reservations and answers as the ledger's records say, and what they come to.
 *
 * Loss accrues per source population across all scenarios and tenants; a scenario's cap is a sub-cap. See budget.md.
 * @module
 */
import type { LedgerRecord } from '../audit/index.js';
import { type Accountant, account, type Charge } from './accounting/index.js';

/** Where the caps of a scenario stand under those of its population. */
export interface BudgetScope {
  readonly tenant: string;
  readonly environment: string;
  readonly scenario: string;
}

/** Cap of a population (scope null) or sub-cap of a scenario. */
export interface BudgetCap {
  readonly population: string;
  readonly scope: BudgetScope | null;
  readonly epsilon: number;
  readonly delta: number;
  readonly accountant: Accountant;
  /** ISO 8601; after it nothing can be spent, and what was left is forfeited. */
  readonly expires: string | null;
}

/** What a cap holds now. */
export interface BudgetState {
  readonly cap: BudgetCap;
  readonly state: 'open' | 'expired' | 'closed';
  readonly reservations: number;
  /** Composed price of all reservations, rounded up. */
  readonly spent: { readonly epsilon: number; readonly delta: number };
  readonly remaining: { readonly epsilon: number; readonly delta: number };
}

/** A price that is spent. */
export interface Reservation {
  readonly id: string;
  readonly population: string;
  readonly scope: BudgetScope | null;
  readonly plan: string;
  /** 256 random bits in hex; not for release. */
  readonly nonce: string;
  /** Commitment to the data's digest; see {@link commit}. */
  readonly data: string;
  readonly charges: readonly Charge[];
  readonly hash: string;
}

/** What the ledger says, entered record by record. */
export interface Books {
  readonly caps: Map<string, BudgetCap>;
  readonly closed: Set<string>;
  readonly reservations: Map<string, Reservation>;
  readonly answered: Map<string, string>;
  /** Latest time that any record bears: the clock never goes back behind it. */
  latest: string;
}

/** A scope as people write it; `*` for the population as a whole. */
export function scopeName(scope: BudgetScope | null): string {
  return scope === null ? '*' : `${scope.tenant}/${scope.environment}/${scope.scenario}`;
}

/** Name of a cap: its population, and its scenario where it is a sub-cap. */
export function capName(population: string, scope: BudgetScope | null): string {
  return JSON.stringify(scope === null ? [population] : [population, scope.tenant, scope.environment, scope.scenario]);
}

/** Enters one record. */
export function enter(record: LedgerRecord, books: Books): void {
  if (record.time > books.latest) books.latest = record.time;
  const data = record.data as Record<string, unknown>;
  const scope = (data['scope'] ?? null) as BudgetScope | null;
  switch (record.type) {
    case 'dp.budget-opened': {
      const name = capName(String(data['population']), scope);
      if (!books.caps.has(name)) books.caps.set(name, data as unknown as BudgetCap);
      break;
    }
    case 'dp.budget-closed':
      books.closed.add(capName(String(data['population']), scope));
      break;
    case 'dp.reserved':
      books.reservations.set(String(data['id']), {
        id: String(data['id']),
        population: String(data['population']),
        scope,
        plan: String(data['plan']),
        nonce: String(data['nonce']),
        data: String(data['data']),
        charges: data['charges'] as Charge[],
        hash: record.hash,
      });
      break;
    case 'dp.answered':
      books.answered.set(String(data['id']), String(data['answer']));
      break;
  }
}

/** All charges that count against a cap: everybody's for a population, a scenario's own for a sub-cap. */
export function chargesOf(cap: BudgetCap, books: Books): Charge[] {
  const charges: Charge[] = [];
  for (const reservation of books.reservations.values()) {
    if (reservation.population !== cap.population) continue;
    if (cap.scope !== null && capName(cap.population, cap.scope) !== capName(reservation.population, reservation.scope))
      continue;
    charges.push(...reservation.charges);
  }
  return charges;
}

/** Composed price at the cap's delta; adding charges never lowers it. */
export function priceOf(charges: readonly Charge[], cap: BudgetCap): { epsilon: number; delta: number } {
  if (charges.length === 0) return { epsilon: 0, delta: 0 };
  if (cap.accountant === 'pure') {
    // delta is whatever the mechanisms need, epsilon their plain sum.
    const black = -Math.expm1(
      charges.reduce(
        (sum, { mechanism, count }) =>
          sum + count * Math.log1p(-(mechanism.kind === 'approximate' ? mechanism.delta : 0)),
        0,
      ),
    );
    const { epsilon } = account({ charges, accountant: 'pure', delta: Math.min(1 - 2 ** -53, black * (1 + 2 ** -40)) });
    return { epsilon, delta: black };
  }
  return { epsilon: account({ charges, accountant: cap.accountant, delta: cap.delta }).epsilon, delta: cap.delta };
}

export function withinCap(total: { epsilon: number; delta: number }, cap: BudgetCap): boolean {
  return total.epsilon <= cap.epsilon * (1 + 2 ** -45) && total.delta <= cap.delta * (1 + 2 ** -45);
}

export function left(total: { epsilon: number; delta: number }, cap: BudgetCap): { epsilon: number; delta: number } {
  return { epsilon: Math.max(0, cap.epsilon - total.epsilon), delta: Math.max(0, cap.delta - total.delta) };
}

export function stateOf(cap: BudgetCap, books: Books, time: string): BudgetState {
  const charges = chargesOf(cap, books);
  const spent = priceOf(charges, cap);
  const closed = books.closed.has(capName(cap.population, cap.scope));
  const expired = cap.expires !== null && Date.parse(time) >= Date.parse(cap.expires);
  const own = [...books.reservations.values()].filter(
    (reservation) =>
      reservation.population === cap.population &&
      (cap.scope === null || capName(cap.population, cap.scope) === capName(reservation.population, reservation.scope)),
  );
  return {
    cap,
    state: closed ? 'closed' : expired ? 'expired' : 'open',
    reservations: own.length,
    spent,
    remaining: closed || expired ? { epsilon: 0, delta: 0 } : left(spent, cap),
  };
}
