/**
 * Metrics of class sizes: average class size (ARX's and LeFevre's) and discernibility (DM and its monotone variant DM*).
 *
 * AECS: LeFevre, DeWitt, Ramakrishnan, "Mondrian", ICDE 2006, section 5; ARX: rows / (kept classes + 1 if any row is suppressed).
 * DM: Bayardo, Agrawal, "Data Privacy through Optimal k-Anonymization", ICDE 2005, section 3.
 * @module
 */
import { type Metric, type MetricContext, NO_BOUND, type NodeView, type PreparedMetric } from './metric.js';

const unbounded = (): number => NO_BOUND;

/** Rows / (kept classes + 1 if any row is suppressed), as ARX computes it. */
export function aecs(): Metric {
  return { name: 'aecs', prepare: (context) => averageSize(context, 1) };
}

/**
 * LeFevre's normalised average class size: rows / (classes * k). The suppressed rows are one class, as in {@link aecs}.
 *
 * @param k - the k of the criterion it is measured against
 */
export function aecsLefevre(k: number): Metric {
  return { name: 'aecs-lefevre', prepare: (context) => averageSize(context, k) };
}

function averageSize({ frequency, factor }: MetricContext, k: number): PreparedMetric {
  // ARX swaps its factors here: kept classes count by the suppression weight, the suppressed one by the other.
  const keptWeight = factor < 0.5 ? 2 * factor : 1;
  const suppressedWeight = factor <= 0.5 ? 1 : 1 - 2 * (factor - 0.5);
  const average = (kept: number, suppressedRows: number): number =>
    frequency.totalRows / (kept * keptWeight + (suppressedRows > 0 ? suppressedWeight : 0)) / k;
  return {
    lowerBound: unbounded,
    value: (node) => average(node.keptClasses, node.suppressedRows),
    // Above, a kept class contains a class kept here or consists of rows suppressed here; the rest is one class.
    aboveBound: (node) => {
      const fresh = Math.min(node.suppressedClasses, Math.floor(node.suppressedRows / node.minimumRows));
      return average(node.keptClasses + fresh, node.suppressedRows);
    },
  };
}

/** Sum of squared sizes of the kept classes plus rows x suppressed rows. */
export function discernibility(): Metric {
  return {
    name: 'dm',
    prepare: ({ frequency }) => ({
      lowerBound: unbounded,
      value: (node) => keptSquares(node) + frequency.totalRows * node.suppressedRows,
      // A row kept here shares at least its class above; a suppressed one shares a class of the minimum size or stays suppressed.
      aboveBound: (node) => squaresAtLeast(node, frequency.totalRows),
      // Suppressed rows cost the table each; of the others nothing is said.
      suppressedBound: (rows) => frequency.totalRows * rows,
    }),
  };
}

/** Sum of squared sizes of all classes, kept or not: DM*, monotone. */
export function discernibilityStar(): Metric {
  return {
    name: 'dm-star',
    prepare: () => ({ lowerBound: unbounded, value: allSquares, aboveBound: allSquares }),
  };
}

function keptSquares(node: NodeView): number {
  const { classes, rows } = node.classes;
  let sum = 0;
  for (let c = 0; c < classes; c++) if (node.kept[c] === 1) sum += (rows[c] as number) ** 2;
  return sum;
}

function allSquares(node: NodeView): number {
  const { classes, rows } = node.classes;
  let sum = 0;
  for (let c = 0; c < classes; c++) sum += (rows[c] as number) ** 2;
  return sum;
}

function squaresAtLeast(node: NodeView, suppressedCost: number): number {
  const { classes, rows } = node.classes;
  let sum = 0;
  for (let c = 0; c < classes; c++) {
    const size = rows[c] as number;
    sum += size * (node.kept[c] === 1 ? size : Math.min(suppressedCost, Math.max(size, node.minimumRows)));
  }
  return sum;
}
