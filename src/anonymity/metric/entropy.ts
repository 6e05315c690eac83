/**
 * Non-uniform entropy: bits lost by generalization, plus the entropy of the suppressed rows' cells.
 *
 * Gionis, Tassa, "k-Anonymization with Minimal Loss of Information", IEEE TKDE 21(2), 2009, section 3; in ARX's forms: per
 * attribute -sum n_v log2(n_v / n_g(v)) over all rows; plus -sum c_g log2(c_g / S) over suppressed rows; summed. The
 * monotone variant leaves the second part out, the normalized one divides each attribute by -sum n_v log2(n_v / T).
 * @module
 */
import type { Metric, MetricContext, NodeView, PreparedMetric } from './metric.js';

/** The three variants. */
export type EntropyVariant = 'plain' | 'monotone' | 'normalized';

/** Non-uniform entropy, in bits (normalized: sum of shares). */
export function entropy(variant: EntropyVariant = 'plain'): Metric {
  const name = { plain: 'entropy', monotone: 'entropy-monotone', normalized: 'entropy-normalized' }[variant];
  return { name, prepare: (context) => prepareEntropy(variant, context) };
}

function prepareEntropy(variant: EntropyVariant, context: MetricContext): PreparedMetric {
  const { columns, frequency, weights, factor } = context;
  const generalization = factor <= 0.5 ? 1 : 1 - 2 * (factor - 0.5);
  const suppression = factor < 0.5 ? 2 * factor : 1;
  const total = frequency.totalRows;
  const lost = columns.map((column, d) => {
    const counts = new Float64Array(frequency.cardinalities[d] as number);
    const codes = frequency.codes[d] as Int32Array;
    for (let i = 0; i < codes.length; i++) {
      counts[codes[i] as number] = (counts[codes[i] as number] as number) + (frequency.rows[i] as number);
    }
    const whole = new Float64Array(1).fill(total);
    const one = new Int32Array(counts.length);
    const scale = variant === 'normalized' ? bits(counts, one, whole) : 1;
    return column.groupOf.map((groups, level) => {
      const sums = new Float64Array(column.groups[level] as number);
      for (let code = 0; code < counts.length; code++) {
        sums[groups[code] as number] = (sums[groups[code] as number] as number) + (counts[code] as number);
      }
      return { value: scale === 0 ? 0 : (generalization * bits(counts, groups, sums)) / scale, scale };
    });
  });
  const lowerBound = (levels: Int32Array): number => {
    let sum = 0;
    for (let d = 0; d < levels.length; d++) {
      sum +=
        ((lost[d] as { value: number }[])[levels[d] as number] as { value: number }).value * (weights[d] as number);
    }
    return sum;
  };
  const value = (node: NodeView): number => {
    const kept = lowerBound(node.levels);
    if (variant === 'monotone' || node.suppressedClasses === 0) return kept;
    let sum = 0;
    for (let d = 0; d < columns.length; d++) {
      const column = columns[d] as MetricContext['columns'][number];
      const level = node.levels[d] as number;
      const scale = ((lost[d] as { scale: number }[])[level] as { scale: number }).scale;
      if (scale === 0) continue;
      const cells = suppressedCells(
        node,
        frequency.codes[d] as Int32Array,
        column.groupOf[level] as Int32Array,
        column.groups[level] as number,
      );
      for (let g = 0; g < cells.length; g++) {
        const count = cells[g] as number;
        if (count > 0)
          sum -= ((count * Math.log2(count / node.suppressedRows)) / scale) * suppression * (weights[d] as number);
      }
    }
    return kept + sum;
  };
  return { lowerBound, value, aboveBound: (node) => lowerBound(node.levels) };
}

/** -sum n_v log2(n_v / n_g(v)). */
function bits(counts: Float64Array, groups: Int32Array, sums: Float64Array): number {
  let sum = 0;
  for (let code = 0; code < counts.length; code++) {
    const count = counts[code] as number;
    if (count > 0) sum -= count * Math.log2(count / (sums[groups[code] as number] as number));
  }
  return sum === 0 ? 0 : sum;
}

function suppressedCells(node: NodeView, codes: Int32Array, groupOf: Int32Array, groups: number): Float64Array {
  const { classes, representative, rows } = node.classes;
  const cells = new Float64Array(groups);
  for (let c = 0; c < classes; c++) {
    if (node.kept[c] === 1) continue;
    const g = groupOf[codes[representative[c] as number] as number] as number;
    cells[g] = (cells[g] as number) + (rows[c] as number);
  }
  return cells;
}
