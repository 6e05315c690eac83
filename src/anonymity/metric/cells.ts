/**
 * Metrics of the cells' extent: ambiguity, Kullback-Leibler divergence, normalised certainty penalty.
 *
 * Ambiguity: Goldberger, Tassa, "Efficient Anonymizations with Enhanced Utility", TDP 3, 2010, section 3 (a suppressed row stands for
 * the whole domain, as in ARX). KL: Kifer, Gehrke, "Injecting Utility into Anonymized Datasets", SIGMOD 2006, section 3.
 * NCP: Xu et al., "Utility-Based Anonymization Using Local Recoding", KDD 2006, section 2.
 * @module
 */
import { leavesByCode } from './loss.js';
import { type Metric, type MetricContext, NO_BOUND, type NodeView } from './metric.js';

/** Sum over the rows of the number of combinations of base values that their cells stand for. */
export function ambiguity(): Metric {
  return {
    name: 'ambiguity',
    prepare: (context) => {
      const area = areaOf(context);
      const whole = context.columns.reduce((product, { size }) => product * size, 1);
      const sum = (node: NodeView, suppressed: boolean): number => {
        const { classes, rows } = node.classes;
        let all = 0;
        for (let c = 0; c < classes; c++) {
          all += (rows[c] as number) * (suppressed && node.kept[c] === 0 ? whole : area(node, c));
        }
        return all;
      };
      // Cells only grow upwards, and a suppressed row stands for more than any cell.
      return { lowerBound: () => NO_BOUND, value: (node) => sum(node, true), aboveBound: (node) => sum(node, false) };
    },
  };
}

/** Bits of D(p || q): p the table's tuples, q each class spread evenly over its cell; suppressed rows over the whole domain. */
export function divergence(): Metric {
  return {
    name: 'kl',
    prepare: (context) => {
      const { frequency, columns } = context;
      const area = areaOf(context);
      const whole = columns.reduce((product, { size }) => product * size, 1);
      const total = frequency.totalRows;
      const own = frequency.rows.reduce(
        (sum, rows) => (rows > 0 ? sum + (rows / total) * Math.log2(rows / total) : sum),
        0,
      );
      return {
        lowerBound: () => NO_BOUND,
        value: (node) => {
          const { classes, rows } = node.classes;
          let sum = own;
          for (let c = 0; c < classes; c++) {
            const size = rows[c] as number;
            if (!(size > 0)) continue;
            const kept = node.kept[c] === 1;
            sum -=
              (size / total) * Math.log2((kept ? size : node.suppressedRows) / total / (kept ? area(node, c) : whole));
          }
          return sum;
        },
        // Log-sum inequality: merging cells never lowers the divergence, since the merged cell is at least as large as its disjoint
        // parts together; suppression merges into the whole domain. So the value with nothing suppressed bounds all above.
        aboveBound: (node) => {
          const { classes, rows } = node.classes;
          let sum = own;
          for (let c = 0; c < classes; c++) {
            const size = rows[c] as number;
            if (size > 0) sum -= (size / total) * Math.log2(size / total / area(node, c));
          }
          return sum;
        },
      };
    },
  };
}

/** Number of base combinations under a class. */
function areaOf(context: MetricContext): (node: NodeView, c: number) => number {
  const leaves = context.columns.map((_, d) => leavesByCode(context, d));
  const codes = context.frequency.codes;
  return (node, c) => {
    const lead = node.classes.representative[c] as number;
    let product = 1;
    for (let d = 0; d < leaves.length; d++) {
      const own = (leaves[d] as Float64Array[])[node.levels[d] as number] as Float64Array;
      product *= own[(codes[d] as Int32Array)[lead] as number] as number;
    }
    return product;
  };
}

/** Weighted mean share of the domain per cell; 0 for a cell that stands for one value, 1 for a suppressed one. */
export function certaintyPenalty(): Metric {
  return {
    name: 'ncp',
    prepare: (context) => {
      const { frequency, columns, weights } = context;
      const share = columns.map((column, d) =>
        leavesByCode(context, d).map((byCode) => byCode.map((leaf) => (leaf <= 1 ? 0 : leaf / column.size))),
      );
      const sums = share.map((levels, d) =>
        levels.map((byCode) => {
          const codes = frequency.codes[d] as Int32Array;
          let sum = 0;
          for (let t = 0; t < codes.length; t++)
            sum += (frequency.rows[t] as number) * (byCode[codes[t] as number] as number);
          return sum;
        }),
      );
      const scale = frequency.totalRows * weights.reduce((sum, weight) => sum + weight, 0);
      const all = (levels: Int32Array): number => {
        let sum = 0;
        for (let d = 0; d < levels.length; d++) {
          sum += ((sums[d] as number[])[levels[d] as number] as number) * (weights[d] as number);
        }
        return sum;
      };
      return {
        lowerBound: (levels) => all(levels) / scale,
        value: (node) => {
          let sum = all(node.levels);
          const { classes, representative, rows } = node.classes;
          for (let c = 0; node.suppressedClasses > 0 && c < classes; c++) {
            if (node.kept[c] === 1) continue;
            for (let d = 0; d < share.length; d++) {
              const code = (frequency.codes[d] as Int32Array)[representative[c] as number] as number;
              const own = ((share[d] as Float64Array[])[node.levels[d] as number] as Float64Array)[code] as number;
              sum += (rows[c] as number) * (1 - own) * (weights[d] as number);
            }
          }
          return sum / scale;
        },
        aboveBound: (node) => all(node.levels) / scale,
      };
    },
  };
}
