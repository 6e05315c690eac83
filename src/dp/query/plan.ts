/**
 * The plan of a release: who is protected, how much of a person counts, what is asked, at which price. Pure data, priced before it runs.
 *
 * Nothing has a default that weakens: unit, bounds, contribution limits, keys and budget must be said.
 * @module
 */
import { canonicalJson, type Json, ScrimError, sha256Hex } from '../../core/index.js';

/** One question per group. `share` is its part of the budget relative to the others. Default 1. */
export type Query =
  | { readonly name: string; readonly kind: 'count' | 'persons'; readonly share?: number }
  | (NumericQuery & { readonly kind: 'sum' })
  | (NumericQuery & { readonly kind: 'mean' | 'variance' })
  | (NumericQuery & {
      readonly kind: 'quantiles';
      readonly probabilities: readonly number[];
      /** Two more choices per probability, a third of the budget each, give an interval. Default false. */
      readonly interval?: boolean;
    })
  /** Rows on every level of the group columns, coarse to fine, that add up. Needs public keys. */
  | { readonly name: string; readonly kind: 'hierarchy'; readonly share?: number }
  /** Powers of two of the quantum between which the column lies: for the bounds of a later plan. */
  | {
      readonly name: string;
      readonly kind: 'bounds';
      readonly column: string;
      readonly quantum: number;
      readonly share?: number;
    }
  | {
      readonly name: string;
      readonly kind: 'histogram';
      readonly column: string;
      readonly edges: readonly number[];
      readonly share?: number;
    };

/** What is asked about a column of numbers. */
export interface NumericQuery {
  readonly name: string;
  readonly column: string;
  /** Values are clamped to [lower, upper]; from knowledge, not from the data. */
  readonly lower: number;
  readonly upper: number;
  /** Unit of the fixed-point grid that values are rounded to: 1 for whole numbers, 0.01 for cents. */
  readonly quantum: number;
  readonly share?: number;
}

/** Which groups appear in the answer. */
export type GroupKeys =
  /** Listed beforehand: each appears, also when nobody is in it. Texts in the order of the columns; null for "no value". */
  | { readonly public: readonly (readonly (string | null)[])[] }
  /** Found in the data: a group appears only when it is safe to say that it exists, which costs part of epsilon and delta. */
  | {
      readonly unknown: 'magic' | 'threshold';
      /** A group of fewer units never appears, whatever the noise says. Default 1. */
      readonly atLeast?: number;
    };

/** A release, before it runs. */
export interface Plan {
  readonly schema: 'scrim.dp-plan/1';
  /** The source population to which the loss accrues, across all scenarios and tenants. */
  readonly population: string;
  /** Neighbouring tables differ by all rows of one unit. */
  readonly unit: { readonly column: string };
  readonly contribution: {
    /** Most groups that one unit counts in (l0). */
    readonly groups: number;
    /** Most rows that one unit counts with in one group (linf). */
    readonly rowsPerGroup: number;
    /** Most rows that one unit counts with in all (l1). Default: groups times rows per group. */
    readonly rows?: number;
  };
  readonly groupBy: { readonly columns: readonly string[]; readonly keys: GroupKeys } | null;
  readonly queries: readonly Query[];
  /** Laplace: pure epsilon for numbers. Gaussian: needs delta, better for many groups per unit. */
  readonly noise: 'laplace' | 'gaussian';
  readonly budget: { readonly epsilon: number; readonly delta: number };
  /** Coverage of the intervals. Default 0.95. */
  readonly confidence?: number;
}

function refuse(field: string, problem: string): ScrimError {
  return new ScrimError('SCRIM_DP_PLAN', { field, problem });
}

/** Checks what a type cannot say. @throws SCRIM_DP_PLAN */
export function checkPlan(plan: Plan): void {
  const { epsilon, delta } = plan.budget;
  if (!(epsilon >= 2 ** -40 && epsilon <= 2 ** 10))
    throw refuse('budget.epsilon', 'it must lie between 2^-40 and 1024');
  if (!(delta >= 0 && delta < 1)) throw refuse('budget.delta', 'it must be at least 0 and below 1');
  if (typeof plan.population !== 'string' || plan.population.trim() === '')
    throw refuse('population', 'it must be named');
  if (typeof plan.unit?.column !== 'string' || plan.unit.column === '')
    throw refuse('unit.column', 'it must name a column');
  for (const [field, value] of Object.entries(plan.contribution)) {
    if (!Number.isSafeInteger(value) || value < 1 || value > 2 ** 20) {
      throw refuse(`contribution.${field}`, 'it must be an integer from 1 to 2^20');
    }
  }
  if (plan.groupBy === null && plan.contribution.groups !== 1)
    throw refuse('contribution.groups', 'without groups it is 1');
  if (plan.groupBy !== null && plan.groupBy.columns.length === 0)
    throw refuse('groupBy.columns', 'it must name a column, or groupBy be null');
  const unknown = plan.groupBy !== null && 'unknown' in plan.groupBy.keys;
  if ((unknown || plan.noise === 'gaussian') && delta === 0) {
    throw refuse(
      'budget.delta',
      `${unknown ? 'groups found in the data' : 'Gaussian noise'} cost delta: it must be above 0`,
    );
  }
  if (plan.groupBy?.columns.includes(plan.unit.column))
    throw refuse('groupBy.columns', 'a group of one unit is that unit');
  if (plan.queries.length === 0) throw refuse('queries', 'there is none');
  if (new Set(plan.queries.map((query) => query.name)).size !== plan.queries.length)
    throw refuse('queries', 'two have the same name');
  const confidence = plan.confidence ?? 0.95;
  if (!(confidence > 0 && confidence < 1)) throw refuse('confidence', 'it must lie between 0 and 1');
  for (const query of plan.queries) checkQuery(query);
  if (plan.queries.some(({ kind }) => kind === 'hierarchy') && (plan.groupBy === null || unknown))
    throw refuse('groupBy.keys', 'a hierarchy needs public keys');
  if (plan.groupBy !== null && 'public' in plan.groupBy.keys)
    checkKeys(plan.groupBy.keys.public, plan.groupBy.columns.length);
  if (plan.groupBy !== null && 'unknown' in plan.groupBy.keys) {
    const { atLeast = 1 } = plan.groupBy.keys;
    if (!Number.isSafeInteger(atLeast) || atLeast < 1 || atLeast > 2 ** 40)
      throw refuse('groupBy.keys.atLeast', 'it must be an integer from 1 to 2^40');
  }
}

function checkKeys(keys: readonly (readonly (string | null)[])[], width: number): void {
  if (keys.length === 0) throw refuse('groupBy.keys', 'the list is empty');
  if (keys.some((key) => key.length !== width)) throw refuse('groupBy.keys', `each key needs ${width} values`);
  if (new Set(keys.map((key) => JSON.stringify(key))).size !== keys.length)
    throw refuse('groupBy.keys', 'a key occurs twice');
}

function checkQuery(query: Query): void {
  const at = (field: string): string => `queries.${query.name}.${field}`;
  if (query.share !== undefined && !(query.share > 0 && query.share <= 1000))
    throw refuse(at('share'), 'it must be above 0 and at most 1000');
  if (query.kind === 'histogram') {
    if (query.edges.length < 2) throw refuse(at('edges'), 'it needs at least two edges');
    query.edges.forEach((edge, i) => {
      if (!Number.isFinite(edge) || (i > 0 && edge <= (query.edges[i - 1] as number)))
        throw refuse(at('edges'), 'edges must rise');
    });
    return;
  }
  if (query.kind === 'bounds') {
    if (!(query.quantum >= 2 ** -500 && query.quantum <= 2 ** 500))
      throw refuse(at('quantum'), 'it must be a positive number from 2^-500 to 2^500');
    return;
  }
  if (!('quantum' in query)) return;
  const { lower, upper, quantum } = query;
  if (!Number.isFinite(lower) || !Number.isFinite(upper) || !(lower < upper))
    throw refuse(at('lower'), 'bounds must be finite, lower below upper');
  if (!(quantum > 0 && Number.isFinite(quantum))) throw refuse(at('quantum'), 'it must be a positive number');
  const steps = Math.max(Math.abs(lower), Math.abs(upper)) / quantum;
  if (!(steps <= 2 ** 40)) throw refuse(at('quantum'), 'bounds hold more than 2^40 quanta: take a larger quantum');
  if (upper - lower < quantum) throw refuse(at('quantum'), 'it is wider than the bounds');
  if (query.kind === 'variance' && steps > 2 ** 20)
    throw refuse(at('quantum'), 'a variance needs bounds of at most 2^20 quanta');
  if (query.kind === 'quantiles') {
    if (query.probabilities.length === 0) throw refuse(at('probabilities'), 'there is none');
    if (query.probabilities.some((p) => !(p > 0 && p < 1)))
      throw refuse(at('probabilities'), 'each must lie between 0 and 1');
    if ((upper - lower) / quantum > 2 ** 16)
      throw refuse(at('quantum'), 'quantiles choose among at most 65,536 candidates: take a larger quantum');
  }
}

/** SHA-256 of the plan's canonical form: what a release id is bound to. */
export function planDigest(plan: Plan): string {
  return sha256Hex(new TextEncoder().encode(canonicalJson(plan as unknown as Json)));
}
