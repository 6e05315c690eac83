/**
 * Loss: the share of the domain that a released cell stands for, in four aggregates over the attributes.
 *
 * Iyengar, "Transforming Data to Satisfy Privacy Constraints", KDD 2002, section 3; in ARX's normal form
 * v = (N - T) / (T (size - 1)), N = sum over rows of the base values under the cell, a suppressed cell counting `size`.
 * N is an integer: floating point enters in the last division only.
 * @module
 */
import type { Metric, MetricContext, NodeView, PreparedMetric } from './metric.js';

/** How the attributes' losses become one number. */
export type Aggregate = 'arithmetic' | 'geometric' | 'sum' | 'maximum';

/** Loss with the given aggregate: mean of v w, product of (v w + 1) to the 1/Q minus 1, sum, or maximum. */
export function loss(aggregate: Aggregate = 'arithmetic'): Metric {
  const name = { arithmetic: 'loss', geometric: 'loss-geometric', sum: 'loss-sum', maximum: 'loss-maximum' }[aggregate];
  return { name, prepare: (context) => prepareLoss(aggregate, context) };
}

/** One number from the values of all attributes. */
export function aggregateValues(aggregate: Aggregate, values: Float64Array, weights: Float64Array): number {
  let result = aggregate === 'geometric' ? 1 : 0;
  for (let d = 0; d < values.length; d++) {
    const value = (values[d] as number) * (weights[d] as number);
    if (aggregate === 'geometric') result *= value + 1;
    else if (aggregate === 'maximum') result = Math.max(result, value);
    else result += value;
  }
  if (aggregate === 'geometric') return result ** (1 / values.length) - 1;
  return aggregate === 'arithmetic' ? result / values.length : result;
}

/** `leaves[level][code]` of an attribute: base values under each code. */
export function leavesByCode(context: MetricContext, d: number): Float64Array[] {
  const column = context.columns[d] as MetricContext['columns'][number];
  return column.groupOf.map((groups, level) => {
    const leaves = column.leaves[level] as Float64Array;
    const out = new Float64Array(groups.length);
    for (let code = 0; code < out.length; code++) out[code] = leaves[groups[code] as number] as number;
    return out;
  });
}

function prepareLoss(aggregate: Aggregate, context: MetricContext): PreparedMetric {
  const { frequency, factor, weights } = context;
  const total = frequency.totalRows;
  const generalization = factor <= 0.5 ? 1 : 1 - 2 * (factor - 0.5);
  const suppression = factor < 0.5 ? 2 * factor : 1;
  const sizes = context.columns.map((column) => column.size);
  const leaves = context.columns.map((_, d) => leavesByCode(context, d));
  const sums = leaves.map((levels, d) => {
    const rows = rowsByCode(frequency.codes[d] as Int32Array, frequency.rows, levels[0]?.length ?? 0);
    return levels.map((leaf) => weighted(rows, leaf));
  });
  const values = new Float64Array(sizes.length);
  const normal = (sum: number, d: number): number => {
    const size = sizes[d] as number;
    return size <= 1 ? 0 : Math.max(0, (sum - total) / (total * (size - 1)));
  };
  const least = sums.map((levels, d) => Float64Array.from(levels, (sum) => normal(generalization * sum, d)));
  const lowerBound = (levels: Int32Array): number => {
    for (let d = 0; d < values.length; d++) values[d] = (least[d] as Float64Array)[levels[d] as number] as number;
    return aggregateValues(aggregate, values, weights);
  };
  const value = (node: NodeView): number => {
    for (let d = 0; d < values.length; d++) {
      const level = node.levels[d] as number;
      const size = sizes[d] as number;
      const leaf = (leaves[d] as Float64Array[])[level] as Float64Array;
      const suppressed =
        node.suppressedClasses === 0 ? 0 : suppressedLeaves(node, frequency.codes[d] as Int32Array, leaf);
      const all = (sums[d] as number[])[level] as number;
      const rows = node.suppressedRows;
      // A suppressed cell costs its share plus s times the rest of the domain.
      const sum =
        generalization * (all - suppressed) +
        (suppression === 1 ? rows * size : suppressed + suppression * (rows * size - suppressed));
      values[d] = normal(sum, d);
    }
    return aggregateValues(aggregate, values, weights);
  };
  const classLoss = (node: NodeView, c: number): number => {
    const { representative, rows } = node.classes;
    for (let d = 0; d < values.length; d++) {
      const code = (frequency.codes[d] as Int32Array)[representative[c] as number] as number;
      const leaf = ((leaves[d] as Float64Array[])[node.levels[d] as number] as Float64Array)[code] as number;
      values[d] = ((rows[c] as number) * leaf) / (sizes[d] as number);
    }
    return aggregateValues(aggregate, values, weights);
  };
  return { lowerBound, value, aboveBound: (node) => lowerBound(node.levels), classLoss };
}

function rowsByCode(codes: Int32Array, rows: Float64Array, size: number): Float64Array {
  const held = new Float64Array(size);
  for (let i = 0; i < codes.length; i++) held[codes[i]!] = held[codes[i]!]! + rows[i]!;
  return held;
}

function weighted(rows: Float64Array, leaves: Float64Array): number {
  let sum = 0;
  for (let code = 0; code < rows.length; code++) sum += rows[code]! * leaves[code]!;
  return sum;
}

function suppressedLeaves(node: NodeView, codes: Int32Array, leaves: Float64Array): number {
  const { classes, representative, rows } = node.classes;
  const kept = node.kept;
  let sum = 0;
  for (let c = 0; c < classes; c++) {
    if (kept[c] === 0) sum += (rows[c] as number) * (leaves[codes[representative[c] as number] as number] as number);
  }
  return sum;
}
