/**
 * What a plan really does: noisy integers and private selections with their sensitivities, scales and prices.
 *
 * One unit counts in at most l0 groups with at most linf rows each, so a vector of per-group answers, each moved by at most s, has
 * L1 sensitivity l0·s and L2 sensitivity sqrt(l0)·s. See measurements.md.
 * @module
 */
import { DiscreteGaussian, DiscreteLaplace } from '../../noise/index.js';
import type { Charge } from '../accounting/index.js';
import { zcdpBudget } from '../accounting/index.js';
import { checkPlan, type Plan, type Query } from './plan.js';

/** One noisy vector over the groups (over groups × bins for a histogram). */
export interface Measurement {
  readonly query: string;
  /** What is added up: rows, distinct units, rows with a number, centred values, their squares, rows per bin. */
  readonly what: 'rows' | 'persons' | 'numbers' | 'sum' | 'squares' | 'bins' | 'magnitudes' | 'level';
  /** For `level`: how many of the group columns the level has. */
  readonly depth?: number;
  /** Most that one unit changes one entry, in integer units of the measurement. */
  readonly perGroup: number;
  readonly noise: DiscreteLaplace | DiscreteGaussian;
}

/** One private choice per group and probability. */
export interface Choice {
  readonly query: string;
  readonly probability: number;
  readonly epsilon: number;
  /** Which end of an interval it is, or the quantile itself. */
  readonly end: 'lower' | 'value' | 'upper';
}

/** How unknown groups are found. */
export interface Selection {
  readonly kind: 'magic' | 'threshold';
  readonly epsilon: number;
  readonly delta: number;
  readonly atLeast: number;
}

/** A priced plan. */
export interface PricedPlan {
  readonly plan: Plan;
  readonly measurements: readonly Measurement[];
  readonly choices: readonly Choice[];
  readonly selection: Selection | null;
  /** For accountants; each with count. */
  readonly charges: readonly Charge[];
}

/** Never below: a quotient of doubles, moved up by two last places. */
function up(value: number): number {
  return value * (1 + 2 ** -51);
}

interface Part {
  readonly what: Measurement['what'];
  readonly perGroup: number;
  readonly depth?: number;
  /** True when `perGroup` is already what a unit moves over all groups, in either norm. */
  readonly together?: boolean;
}

/**
 * What one unit counts with: the limits after l1, rows in all, and how many groups at the full limit it can fill (rounded up), which
 * bounds the L2 norm: sum c_g^2 <= linf · sum c_g.
 */
export function largestContribution(plan: Plan): {
  readonly groups: number;
  readonly rowsPerGroup: number;
  readonly rows: number;
  readonly full: number;
} {
  const { contribution } = plan;
  const most = contribution.rows ?? Number.POSITIVE_INFINITY;
  const rowsPerGroup = Math.min(contribution.rowsPerGroup, most);
  const groups = Math.min(contribution.groups, most);
  const rows = Math.min(groups * rowsPerGroup, most);
  return { groups, rowsPerGroup, rows, full: Math.min(groups, Math.ceil(rows / rowsPerGroup)) };
}

/** The query's measurements before the budget is split: what and per-group sensitivity in integer units. */
function partsOf(query: Query, rowsPerGroup: number, plan: Plan): Part[] {
  switch (query.kind) {
    case 'count':
      return [{ what: 'rows', perGroup: rowsPerGroup }];
    case 'persons':
      return [{ what: 'persons', perGroup: 1 }];
    case 'sum':
      return [{ what: 'sum', perGroup: rowsPerGroup * largest(query) }];
    case 'mean':
      return [
        { what: 'sum', perGroup: rowsPerGroup * halfRange(query) },
        { what: 'numbers', perGroup: rowsPerGroup },
      ];
    case 'variance':
      return [
        { what: 'sum', perGroup: rowsPerGroup * halfRange(query) },
        { what: 'squares', perGroup: rowsPerGroup * halfRange(query) ** 2 },
        { what: 'numbers', perGroup: rowsPerGroup },
      ];
    case 'hierarchy': {
      // The finest level is a count by group; above it all rows of a unit may lie in one node.
      const columns = plan.groupBy?.columns.length ?? 0;
      const levels = Array.from(
        { length: columns },
        (_, depth): Part => ({
          what: 'level',
          perGroup: largestContribution(plan).rows,
          depth,
          together: true,
        }),
      );
      return [...levels, { what: 'level', perGroup: rowsPerGroup, depth: columns }];
    }
    case 'bounds':
      return [{ what: 'magnitudes', perGroup: rowsPerGroup }];
    case 'histogram':
      // A row moves one bin; the rows of a unit in one group may all fall into one bin.
      return [{ what: 'bins', perGroup: rowsPerGroup }];
    case 'quantiles':
      return [];
  }
}

/** Largest absolute value in quanta. */
function largest(query: { lower: number; upper: number; quantum: number }): number {
  return Math.max(Math.abs(Math.round(query.lower / query.quantum)), Math.abs(Math.round(query.upper / query.quantum)));
}

/** Largest distance from the middle in quanta; see `centreOf`. */
export function halfRange(query: { lower: number; upper: number; quantum: number }): number {
  const lower = Math.round(query.lower / query.quantum);
  const upper = Math.round(query.upper / query.quantum);
  const centre = centreOf(query);
  return Math.max(upper - centre, centre - lower);
}

/** The whole number of quanta that values of means and variances are measured from. */
export function centreOf(query: { lower: number; upper: number; quantum: number }): number {
  return Math.floor((Math.round(query.lower / query.quantum) + Math.round(query.upper / query.quantum)) / 2);
}

/**
 * Splits the budget and sets every scale; nothing of the data is needed.
 *
 * @throws SCRIM_DP_PLAN
 */
export function pricePlan(plan: Plan): PricedPlan {
  checkPlan(plan);
  const { groups: l0, rowsPerGroup, rows, full } = largestContribution(plan);
  const found = plan.groupBy !== null && 'unknown' in plan.groupBy.keys ? plan.groupBy.keys : null;
  const unknown = found?.unknown ?? null;
  const shares = plan.queries.reduce((sum, query) => sum + (query.share ?? 1), unknown === null ? 0 : 1);
  const { epsilon, delta } = plan.budget;
  const charges: Charge[] = [];
  let noiseDelta = plan.noise === 'gaussian' ? delta : 0;
  let selection: Selection | null = null;
  if (unknown !== null) {
    const selectionDelta = (plan.noise === 'gaussian' ? delta / 2 : delta) * (1 - 2 ** -40);
    noiseDelta = delta - selectionDelta;
    selection = {
      kind: unknown,
      epsilon: (epsilon / shares) * (1 - 2 ** -50),
      delta: selectionDelta,
      atLeast: found?.atLeast ?? 1,
    };
    charges.push({ mechanism: { kind: 'approximate', epsilon: selection.epsilon, delta: selection.delta }, count: 1 });
  }
  // Choices are pure; under Gaussian noise the numbers share what epsilon the choices and the selection leave.
  const choiceShare = plan.queries
    .filter((query) => query.kind === 'quantiles')
    .reduce((sum, query) => sum + (query.share ?? 1), 0);
  const pureShare = choiceShare + (unknown === null ? 0 : 1);
  const numericEpsilon = plan.noise === 'gaussian' ? epsilon * (1 - pureShare / shares) * (1 - 2 ** -50) : epsilon;
  const rho =
    plan.noise === 'gaussian' && numericEpsilon > 0 ? zcdpBudget(numericEpsilon, noiseDelta) * (1 - 2 ** -40) : 0;
  const numericShare = shares - pureShare;

  const measurements: Measurement[] = [];
  const choices: Choice[] = [];
  for (const query of plan.queries) {
    const share = query.share ?? 1;
    if (query.kind === 'quantiles') {
      const ends = query.interval === true ? (['lower', 'value', 'upper'] as const) : (['value'] as const);
      const each = (epsilon * share * (1 - 2 ** -50)) / (shares * query.probabilities.length * ends.length);
      for (const probability of query.probabilities) {
        for (const end of ends) {
          choices.push({ query: query.name, probability, epsilon: (each / l0) * (1 - 2 ** -50), end });
          charges.push({ mechanism: { kind: 'approximate', epsilon: each, delta: 0 }, count: 1 });
        }
      }
      continue;
    }
    const parts = partsOf(query, rowsPerGroup, plan);
    for (const { what, perGroup, depth, together = false } of parts) {
      const own = { query: query.name, what, perGroup, ...(depth === undefined ? {} : { depth }) };
      if (plan.noise === 'laplace') {
        // Persons are counted once a group, rows as often as l1 lets them.
        const sensitivity = together ? perGroup : what === 'persons' ? l0 : rows * (perGroup / rowsPerGroup);
        const scale = up((sensitivity * shares * parts.length) / (epsilon * share));
        measurements.push({ ...own, noise: new DiscreteLaplace(scale) });
        charges.push({ mechanism: { kind: 'discrete-laplace', scale, sensitivity }, count: 1 });
      } else {
        const groups = together ? 1 : what === 'persons' ? l0 : full;
        const sensitivity = up(Math.sqrt(groups) * perGroup);
        const part = (rho * share) / (numericShare * parts.length);
        const scale = up(sensitivity / Math.sqrt(2 * part));
        measurements.push({ ...own, noise: new DiscreteGaussian(scale) });
        // One run per group that a unit counts in: the curve of the discrete Gaussian lies above the continuous one at small scales.
        charges.push({ mechanism: { kind: 'discrete-gaussian', scale, sensitivity: perGroup }, count: groups });
      }
    }
  }
  return { plan, measurements, choices, selection, charges };
}
