/**
 * The specification of `scrim dp release` as a plan: every key checked at its place in the file, nothing assumed.
 * @module
 */
import path from 'node:path';
import { isScrimError } from '../../core/index.js';
import type { BudgetScope, GroupKeys, Plan, PricedPlan, Query } from '../../dp/index.js';
import type { Spec } from '../spec-text.js';

/** What a specification says. */
export interface ReleaseSpec {
  readonly plan: Plan;
  readonly priced: PricedPlan;
  readonly id: string;
  /** Ledger file; relative names start at the folder of the specification. */
  readonly ledger: string;
  readonly scope: BudgetScope | null;
  readonly operator: string | null;
}

const KINDS = ['count', 'persons', 'sum', 'mean', 'variance', 'histogram', 'quantiles', 'hierarchy', 'bounds'] as const;

function queryOf(spec: Spec): Query {
  const kind = spec.word('kind', KINDS);
  const name = spec.text('name');
  const share = spec.has('share') ? { share: spec.number('share') } : {};
  if (kind === 'count' || kind === 'persons' || kind === 'hierarchy') {
    spec.only('name', 'kind', 'share');
    return { name, kind, ...share };
  }
  const column = spec.text('column');
  if (kind === 'histogram') {
    spec.only('name', 'kind', 'share', 'column', 'edges');
    return { name, kind, column, edges: spec.numbers('edges'), ...share };
  }
  if (kind === 'bounds') {
    spec.only('name', 'kind', 'share', 'column', 'quantum');
    return { name, kind, column, quantum: spec.number('quantum'), ...share };
  }
  const bounds = { lower: spec.number('lower'), upper: spec.number('upper'), quantum: spec.number('quantum') };
  if (kind === 'quantiles') {
    spec.only('name', 'kind', 'share', 'column', 'lower', 'upper', 'quantum', 'probabilities', 'interval');
    const interval = spec.has('interval') ? { interval: spec.truth('interval') } : {};
    return { name, kind, column, ...bounds, probabilities: spec.numbers('probabilities'), ...interval, ...share };
  }
  spec.only('name', 'kind', 'share', 'column', 'lower', 'upper', 'quantum');
  return { name, kind, column, ...bounds, ...share };
}

function keysOf(spec: Spec, width: number): GroupKeys {
  const keys = spec.map('keys').only('public', 'unknown', 'atLeast');
  if (keys.has('public') === keys.has('unknown'))
    throw spec.refuse(
      ['keys'],
      'exactly one of public (a list of keys) and unknown (magic or threshold) must be given',
    );
  if (keys.has('unknown')) {
    const atLeast = keys.has('atLeast') ? { atLeast: keys.number('atLeast') } : {};
    return { unknown: keys.word('unknown', ['magic', 'threshold']), ...atLeast };
  }
  keys.only('public');
  const list = keys.list('public').map((entry, i): (string | null)[] => {
    // With one column a key may stand alone.
    const key = Array.isArray(entry) ? entry : [entry];
    if (key.length !== width) throw keys.refuse(['public', i], `each key needs ${width} value(s)`);
    return key.map((value: unknown) => {
      if (value === null || typeof value === 'string') return value;
      if (typeof value === 'number' || typeof value === 'boolean')
        throw keys.refuse(['public', i], 'expected text: put the key between quotes as it stands in the data');
      throw keys.refuse(['public', i], 'expected text or null');
    });
  });
  return { public: list };
}

function groupingOf(spec: Spec): Plan['groupBy'] {
  if (!spec.has('groupBy') || spec.isNull('groupBy')) return null;
  const group = spec.map('groupBy').only('columns', 'keys');
  const columns = group.texts('columns');
  return { columns, keys: keysOf(group, columns.length) };
}

function scopeOf(spec: Spec): BudgetScope | null {
  if (!spec.has('scope') || spec.isNull('scope')) return null;
  const scope = spec.map('scope').only('tenant', 'environment', 'scenario');
  return { tenant: scope.text('tenant'), environment: scope.text('environment'), scenario: scope.text('scenario') };
}

/** Where a field of SCRIM_DP_PLAN stands: `queries.total.lower` names the query, the file counts them. */
function placeOf(field: string, plan: Plan): (string | number)[] {
  const [first, second, ...rest] = field.split('.');
  if (first !== 'queries' || second === undefined) return field.split('.');
  const at = plan.queries.findIndex((query) => field.startsWith(`queries.${query.name}.`));
  return at < 0 ? ['queries'] : ['queries', at, rest.at(-1) ?? ''];
}

/** Reads the plan and prices it. @throws SCRIM_DP_SPEC */
export async function releaseSpec(spec: Spec, file: string): Promise<ReleaseSpec> {
  spec.only(
    'schema',
    'id',
    'ledger',
    'scope',
    'operator',
    'population',
    'unit',
    'contribution',
    'groupBy',
    'queries',
    'noise',
    'budget',
    'confidence',
  );
  if (spec.has('schema')) spec.word('schema', ['scrim.dp-plan/1']);
  const unit = spec.map('unit').only('column');
  const contribution = spec.map('contribution').only('groups', 'rowsPerGroup', 'rows');
  const rows = contribution.has('rows') ? { rows: contribution.number('rows') } : {};
  const budget = spec.map('budget').only('epsilon', 'delta');
  const plan: Plan = {
    schema: 'scrim.dp-plan/1',
    population: spec.text('population'),
    unit: { column: unit.text('column') },
    contribution: { groups: contribution.number('groups'), rowsPerGroup: contribution.number('rowsPerGroup'), ...rows },
    groupBy: groupingOf(spec),
    queries: spec.maps('queries').map(queryOf),
    noise: spec.word('noise', ['laplace', 'gaussian']),
    budget: { epsilon: budget.number('epsilon'), delta: budget.number('delta') },
    ...(spec.has('confidence') ? { confidence: spec.number('confidence') } : {}),
  };
  const { pricePlan } = await import('../../dp/index.js');
  let priced: PricedPlan;
  try {
    priced = pricePlan(plan);
  } catch (error) {
    if (!isScrimError(error)) throw error;
    const { field, problem, name } = error.parameters;
    if (error.code === 'SCRIM_DP_PLAN') throw spec.refuse(placeOf(String(field), plan), String(problem));
    if (error.code === 'SCRIM_ARGUMENT')
      throw spec.refuse(
        ['budget'],
        `with these bounds and limits the ${String(name)} of the noise is out of range: ${String(problem)}`,
      );
    throw error;
  }
  return {
    plan,
    priced,
    id: spec.text('id'),
    ledger: path.resolve(path.dirname(file), spec.text('ledger')),
    scope: scopeOf(spec),
    operator: spec.has('operator') ? spec.text('operator') : null,
  };
}
