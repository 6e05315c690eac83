/**
 * How long records must be kept: at least six months after an authorisation ended (ZJ23 6.3.2, R13), longer where a domain says so.
 * @module
 */
import type { EntryScope } from './entry.js';
import { readLedger } from './read.js';
import { scenarioName } from './states.js';

/** Fewest months that records outlive their authorisation. */
export const RETENTION_MONTHS = 6;

/** Retention of one scope. */
export interface ScopeRetention extends EntryScope {
  /** Records that name the scope. */
  readonly records: number;
  readonly firstRecord: string;
  readonly lastRecord: string;
  /** When it was ended or withdrawn; null while it is neither. */
  readonly ended: string | null;
  /** First moment at which contents may be pruned; null while it is open, suspended or never stated. */
  readonly keepUntil: string | null;
  readonly prunable: boolean;
}

/** `scrim.ledger-retention/1`. */
export interface Retention {
  readonly schema: 'scrim.ledger-retention/1';
  readonly months: number;
  readonly at: string;
  readonly scopes: readonly ScopeRetention[];
}

/** The same day some months later; the last day of a shorter month. */
export function monthsLater(time: string, months: number): string {
  const from = new Date(time);
  const day = from.getUTCDate();
  const to = new Date(from);
  to.setUTCDate(1);
  to.setUTCMonth(to.getUTCMonth() + months);
  const last = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate();
  to.setUTCDate(Math.min(day, last));
  return to.toISOString();
}

/** Scope of an entry's data, or null. */
export function scopeOfData(data: { readonly [key: string]: unknown }): EntryScope | null {
  const { tenant, environment, scenario } = data;
  return typeof tenant === 'string' && typeof environment === 'string' && typeof scenario === 'string'
    ? { tenant, environment, scenario }
    : null;
}

/**
 * Retention of every scope of a ledger. The clock of the ledger's records decides when a scope ended.
 *
 * @param options.months - default 6; less is raised to 6
 * @throws as `readLedger`
 */
export async function retention(
  path: string,
  options: { readonly months?: number; readonly now?: Date } = {},
): Promise<Retention> {
  const months = Math.max(RETENTION_MONTHS, options.months ?? RETENTION_MONTHS);
  const at = (options.now ?? new Date()).toISOString();
  const scopes = new Map<string, { -readonly [Key in keyof ScopeRetention]: ScopeRetention[Key] }>();
  for await (const { type, time, data } of readLedger(path)) {
    const scope = scopeOfData(data);
    if (scope === null) continue;
    const name = scenarioName(scope);
    let found = scopes.get(name);
    if (found === undefined) {
      found = {
        ...scope,
        records: 0,
        firstRecord: time,
        lastRecord: time,
        ended: null,
        keepUntil: null,
        prunable: false,
      };
      scopes.set(name, found);
    }
    found.records++;
    found.lastRecord = time;
    const over = type === 'scenario.state' && (data.state === 'ended' || data.state === 'withdrawn');
    if (over && found.ended === null) found.ended = time;
  }
  for (const found of scopes.values()) {
    if (found.ended === null) continue;
    // What was done after the end (sealing, retiring) is kept as long as the rest.
    found.keepUntil = monthsLater([found.ended, found.lastRecord].sort().at(-1) as string, months);
    found.prunable = found.keepUntil <= at;
  }
  return { schema: 'scrim.ledger-retention/1', months, at, scopes: [...scopes.values()] };
}
