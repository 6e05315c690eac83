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
      return { lowerBound: value, value: ofNode, aboveBound: ofNode };
    },
  };
}

/** Mean over the attributes of (kept rows x level / height + suppressed rows) / rows. */
export function precision(): Metric {
  return {
    name: 'precision',
    prepare: ({ weights, columns, frequency, factor, limit }) => {
      const generalization = factor <= 0.5 ? 1 : 1 - 2 * (factor - 0.5);
      const suppression = factor < 0.5 ? 2 * factor : 1;
      const total = frequency.totalRows;
      const shares = (levels: Int32Array, cost: (share: number) => number): number => {
        let sum = 0;
        for (let d = 0; d < levels.length; d++) {
          const top = (columns[d] as (typeof columns)[number]).height;
          sum += cost(top === 0 ? 0 : (levels[d] as number) / top) * (weights[d] as number);
        }
        return sum / levels.length;
      };
      // At most `limit` rows are suppressed, and then cost `suppression` instead of their share.
      const lowerBound = (levels: Int32Array): number =>
        shares(levels, (share) => {
          const own = share * generalization;
          return (own * (total - limit) + Math.min(own, suppression) * limit) / total;
        });
      return {
        lowerBound,
        value: (node) =>
          shares(
            node.levels,
            (share) =>
              (share * generalization * (total - node.suppressedRows) + suppression * node.suppressedRows) / total,
          ),
        aboveBound: (node) => lowerBound(node.levels),
      };
    },
  };
}
