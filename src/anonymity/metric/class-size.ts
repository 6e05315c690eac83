/**
 * Metrics of class sizes: average class size (ARX's and LeFevre's) and discernibility (DM and its monotone variant DM*).
 *
 * AECS: LeFevre, DeWitt, Ramakrishnan, "Mondrian", ICDE 2006, section 5; ARX: rows / (kept classes + 1 if any row is suppressed).
 * DM: Bayardo, Agrawal, "Data Privacy through Optimal k-Anonymization", ICDE 2005, section 3.
 * @module
 */
import { type Metric, NO_BOUND, type NodeView, type PreparedMetric } from './metric.js';

const unbounded = (): number => NO_BOUND;

/** Rows / (kept classes + 1 if any row is suppressed), as ARX computes it. */
export function aecs(): Metric {
  return { name: 'aecs', prepare: ({ frequency }) => averageSize((classes) => frequency.totalRows / classes) };
}

/**
 * LeFevre's normalised average class size: rows / (classes * k). The suppressed rows are one class, as in {@link aecs}.
 *
 * @param k - the k of the criterion it is measured against
 */
export function aecsLefevre(k: number): Metric {
  return {
    name: 'aecs-lefevre',
    prepare: ({ frequency }) => averageSize((classes) => frequency.totalRows / (classes * k)),
  };
}

function averageSize(average: (classes: number) => number): PreparedMetric {
  return {
    lowerBound: unbounded,
    exact: false,
    value: (node) => average(node.keptClasses + (node.suppressedRows > 0 ? 1 : 0)),
    // Above, a kept class contains a class kept here or consists of rows suppressed here; the rest is one class.
    aboveBound: (node) => {
      const fresh = Math.min(node.suppressedClasses, Math.floor(node.suppressedRows / node.minimumRows));
      return average(node.keptClasses + fresh + (node.suppressedRows > 0 ? 1 : 0));
    },
  };
}

/** Sum of squared sizes of the kept classes plus rows x suppressed rows. */
export function discernibility(): Metric {
  return {
    name: 'dm',
    prepare: ({ frequency }) => ({
      lowerBound: unbounded,
      exact: false,
      value: (node) => keptSquares(node) + frequency.totalRows * node.suppressedRows,
      // A row kept here shares at least its class above; a suppressed one at least a class of the minimum size.
      aboveBound: (node) => squaresAtLeast(node),
    }),
  };
}

/** Sum of squared sizes of all classes, kept or not: DM*, monotone. */
export function discernibilityStar(): Metric {
  return {
    name: 'dm-star',
    prepare: () => ({ lowerBound: unbounded, exact: false, value: allSquares, aboveBound: allSquares }),
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

function squaresAtLeast(node: NodeView): number {
  const { classes, rows } = node.classes;
  let sum = 0;
  for (let c = 0; c < classes; c++) {
    const size = rows[c] as number;
    sum += size * (node.kept[c] === 1 ? size : Math.max(size, node.minimumRows));
  }
  return sum;
}
