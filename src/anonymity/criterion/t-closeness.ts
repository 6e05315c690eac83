/**
 * t-closeness: the sensitive values of every class are within t of the whole table, by the earth mover's distance.
 *
 * Li, Li, Venkatasubramanian, "t-Closeness", ICDE 2007, sections 4.1 (equal), 4.2 (ordered), 4.3 (hierarchical).
 * Proof note: t-closeness.md.
 * @module
 */
import { ScrimError } from '../../core/index.js';
import { parseNumber } from '../../table/index.js';
import type { Hierarchy } from '../hierarchy/hierarchy.js';
import { checkRange } from './_check.js';
import type { ClassView, Criterion, CriterionContext, PreparedCriterion } from './criterion.js';

const SLACK = 1e-12;

/**
 * Distance of every class at most `t`.
 *
 * @param hierarchy - of the sensitive column: required for `hierarchical`; for `ordered` it gives the order of values
 * (default: numeric order, otherwise text order)
 * @throws SCRIM_ANONYMITY_OPTION
 */
export function tCloseness(
  sensitive: string,
  t: number,
  kind: 'equal' | 'ordered' | 'hierarchical' = 'equal',
  hierarchy?: Hierarchy,
): Criterion {
  checkRange('t', t, 0, 1);
  if (kind === 'hierarchical' && hierarchy === undefined) {
    throw new ScrimError('SCRIM_ANONYMITY_OPTION', {
      option: 'sensitiveHierarchies',
      problem: `hierarchical t-closeness needs the hierarchy of column ${sensitive}`,
    });
  }
  return {
    name: 't-closeness',
    parameters: { t, kind, ...(kind === 'ordered' && hierarchy !== undefined ? { order: 'hierarchy' } : {}) },
    monotonicity: { generalization: true, suppression: false },
    sensitive,
    prepare: (context) => {
      const share = shares(context.distribution);
      if (kind === 'equal') return equal(t, share);
      if (kind === 'ordered') return ordered(t, share, orderOf(context, hierarchy));
      return hierarchical(t, share, context, hierarchy as Hierarchy);
    },
  };
}

function shares(counts: Float64Array): Float64Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (total === 0 ? 0 : count / total));
}

function equal(t: number, share: Float64Array): PreparedCriterion {
  return {
    minimumClassSize: 0,
    holds: (view) => deficit(view, share, view.total) <= (t + SLACK) * view.total,
    // Removing rows helps most where the class has too many of a value: what is missing of the others stays missing.
    removal: (view) => largestRest(view, (rest) => deficit(view, share, rest) <= (t + SLACK) * rest),
  };
}

/** Sum of what the class lacks of each value when `rest` units stay: half the L1 distance times `rest` at `rest` = total. */
function deficit({ histogram, from, values }: ClassView, share: Float64Array, rest: number): number {
  let sum = 0;
  for (let v = 0; v < values; v++) {
    const lack = (share[v] as number) * rest - (histogram[from + v] as number);
    if (lack > 0) sum += lack;
  }
  return sum;
}

/** Units beyond the largest rest for which `fits` holds; `fits` holds below and fails above some rest. */
function largestRest(view: ClassView, fits: (rest: number) => boolean): number {
  let low = 0;
  let high = view.total;
  for (let step = 0; step < 40 && high - low > 1e-3; step++) {
    const middle = (low + high) / 2;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return Math.max(0, Math.ceil(view.total - high - 1e-9));
}

function ordered(t: number, share: Float64Array, order: Int32Array): PreparedCriterion {
  const span = Math.max(1, order.length - 1);
  return {
    minimumClassSize: 0,
    holds: ({ histogram, from, total }) => {
      let run = 0;
      let sum = 0;
      for (let i = 0; i < order.length; i++) {
        const v = order[i] as number;
        run += (histogram[from + v] as number) / total - (share[v] as number);
        sum += Math.abs(run);
      }
      return sum <= t * span + SLACK;
    },
  };
}

function orderOf({ sensitive, distribution }: CriterionContext, hierarchy: Hierarchy | undefined): Int32Array {
  if (sensitive === null) return new Int32Array(0);
  const texts = sensitive.dictionary.strings();
  const rank = (code: number): number => {
    const text = texts[code];
    return text === undefined ? Number.POSITIVE_INFINITY : (hierarchy?.indexOf(text) ?? parseNumber(text));
  };
  const codes = Array.from(distribution, (_, code) => code);
  const ranks = codes.map(rank);
  const numeric = codes.every((code) => code >= sensitive.dictionary.size || !Number.isNaN(ranks[code] as number));
  codes.sort((a, b) => {
    if (numeric && ranks[a] !== ranks[b]) return (ranks[a] as number) - (ranks[b] as number);
    const x = texts[a] ?? '￿';
    const y = texts[b] ?? '￿';
    return x < y ? -1 : x > y ? 1 : a - b;
  });
  return Int32Array.from(codes);
}

function hierarchical(
  t: number,
  share: Float64Array,
  { sensitive, distribution }: CriterionContext,
  hierarchy: Hierarchy,
): PreparedCriterion {
  const texts = sensitive?.dictionary.strings() ?? [];
  const base = Int32Array.from(distribution, (_, code) => {
    const text = texts[code] ?? '';
    const at = hierarchy.indexOf(text);
    if (at < 0) {
      throw new ScrimError('SCRIM_HIERARCHY_MISSING_VALUE', {
        column: sensitive?.name ?? '',
        count: 1,
        rows: distribution[code] as number,
        row: (sensitive?.codes.indexOf(code) ?? -1) + 1,
      });
    }
    return at;
  });
  const height = Math.max(1, hierarchy.height);
  const parents: Int32Array[] = [];
  for (let level = 1; level < hierarchy.levels; level++) {
    const below = hierarchy.groupOf[level - 1] as Int32Array;
    const here = hierarchy.groupOf[level] as Int32Array;
    const parent = new Int32Array((hierarchy.labels[level - 1] as readonly string[]).length);
    for (let value = 0; value < below.length; value++) parent[below[value] as number] = here[value] as number;
    parents.push(parent);
  }
  const sizes = hierarchy.labels.map((labels) => labels.length);
  const surplus = sizes.map((size) => new Float64Array(size));
  const over = sizes.map((size) => new Float64Array(size));
  const under = sizes.map((size) => new Float64Array(size));
  return {
    minimumClassSize: 0,
    holds: ({ histogram, from, total }) => {
      for (const level of surplus) level.fill(0);
      for (let v = 0; v < base.length; v++) {
        const cell = surplus[0] as Float64Array;
        const at = base[v] as number;
        cell[at] = (cell[at] as number) + (histogram[from + v] as number) / total - (share[v] as number);
      }
      let distance = 0;
      for (let level = 1; level < sizes.length; level++) {
        const parent = parents[level - 1] as Int32Array;
        const plus = (over[level] as Float64Array).fill(0);
        const minus = (under[level] as Float64Array).fill(0);
        const children = surplus[level - 1] as Float64Array;
        const here = surplus[level] as Float64Array;
        for (let child = 0; child < children.length; child++) {
          const extra = children[child] as number;
          const at = parent[child] as number;
          here[at] = (here[at] as number) + extra;
          if (extra > 0) plus[at] = (plus[at] as number) + extra;
          else minus[at] = (minus[at] as number) - extra;
        }
        for (let node = 0; node < here.length; node++) {
          distance += (level / height) * Math.min(plus[node] as number, minus[node] as number);
        }
      }
      return distance <= t + SLACK;
    },
  };
}
