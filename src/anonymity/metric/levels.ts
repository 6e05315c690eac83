/**
 * Metrics of the levels themselves: height and precision.
 *
 * Precision: Sweeney, "Achieving k-Anonymity Privacy Protection Using Generalization and Suppression", IJUFKS 10(5), 2002,
 * section 3; in ARX's form, where a suppressed row counts as fully generalized. Height: Samarati, IEEE TKDE 13(6), 2001.
 * @module
 */
import type { Metric, NodeView } from './metric.js';

/** Sum of the levels, each times its weight. */
export function height(): Metric {
  return {
    name: 'height',
    prepare: ({ weights }) => {
      const value = (levels: Int32Array): number => {
        let sum = 0;
        for (let d = 0; d < levels.length; d++) sum += (levels[d] as number) * (weights[d] as number);
        return sum;
      };
      const ofNode = (node: NodeView): number => value(node.levels);
      return { lowerBound: value, exact: true, value: ofNode, aboveBound: ofNode };
    },
  };
}

/** Mean over the attributes of (kept rows x level / height + suppressed rows) / rows. */
export function precision(): Metric {
  return {
    name: 'precision',
    prepare: ({ weights, columns, frequency, factor }) => {
      const generalization = factor <= 0.5 ? 1 : 1 - 2 * (factor - 0.5);
      const suppression = factor < 0.5 ? 2 * factor : 1;
      const total = frequency.totalRows;
      const at = (levels: Int32Array, suppressed: number): number => {
        let sum = 0;
        for (let d = 0; d < levels.length; d++) {
          const top = (columns[d] as (typeof columns)[number]).height;
          const share = top === 0 ? 0 : (levels[d] as number) / top;
          const kept = (total - suppressed) * share * generalization;
          sum += ((kept + suppressed * (share + suppression * (1 - share))) / total) * (weights[d] as number);
        }
        return sum / levels.length;
      };
      return {
        lowerBound: (levels) => at(levels, 0),
        exact: true,
        value: (node) => at(node.levels, node.suppressedRows),
        aboveBound: (node) => at(node.levels, 0),
      };
    },
  };
}
