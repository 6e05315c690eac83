/**
 * What a utility metric is: the value of a node, a bound that is known before grouping, a bound for all coarser nodes.
 *
 * Both bounds must be proven: the search prunes by them and the certificate repeats them.
 * @module
 */
import type { FrequencySet } from '../search/frequency-set.js';
import type { NodeClasses } from '../search/grouping.js';
import type { QuasiIdentifier } from '../search/quasi-identifier.js';

/** Bound of a metric that has none. */
export const NO_BOUND: number = Number.NEGATIVE_INFINITY;

/** What a metric may look at before the search. */
export interface MetricContext {
  readonly columns: readonly QuasiIdentifier[];
  readonly frequency: FrequencySet;
  /** Weight of each attribute divided by the largest; all 1 by default. */
  readonly weights: Float64Array;
  /** Generalization-suppression factor of ARX in [0, 1]; 0.5 treats both alike. */
  readonly factor: number;
  /** Lowest and highest allowed level of each attribute. */
  readonly minimum: Int32Array;
  readonly maximum: Int32Array;
  /** Rows that may be suppressed. */
  readonly limit: number;
}

/** One node with its classes and which of them are kept. Reused from node to node. */
export interface NodeView {
  levels: Int32Array;
  classes: NodeClasses;
  /** 1 = released, 0 = suppressed or without released rows. */
  kept: Uint8Array;
  keptClasses: number;
  /** Suppressed classes and their released rows. */
  suppressedClasses: number;
  suppressedRows: number;
  /** Released rows that every kept class has at least, at this node and above. */
  minimumRows: number;
}

/** A metric bound to one table; lower is better. */
export interface PreparedMetric {
  /** At most the value of this node, whatever is suppressed, and not falling when levels rise. NO_BOUND when unknown. */
  readonly lowerBound: (levels: Int32Array) => number;
  /** The value of a node. */
  readonly value: (node: NodeView) => number;
  /** At most the value of this node and of every node above it. NO_BOUND when unknown. */
  readonly aboveBound: (node: NodeView) => number;
  /** At most the value of any node that suppresses at least so many rows; not falling when rows rise. Default: unknown. */
  readonly suppressedBound?: (rows: number) => number;
  /** Loss of one class, for the order in which table-wide criteria suppress classes of one size. Default: none. */
  readonly classLoss?: (node: NodeView, c: number) => number;
}

/** A utility metric. */
export interface Metric {
  /** Stable name, as in JSON. */
  readonly name: string;
  prepare(context: MetricContext): PreparedMetric;
}
