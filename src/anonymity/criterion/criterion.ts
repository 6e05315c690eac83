/**
 * What a privacy criterion is: parameters, declared monotonicity, and a check of one class or of all class sizes.
 *
 * The search relies on what is declared here and on nothing else, so a criterion of your own is one object.
 * Monotonicity: Machanavajjhala et al., "l-Diversity", ACM TKDD 1(1), 2007, section 4.3; with suppression as in ARX.
 * @module
 */
import type { Json } from '../../core/index.js';
import type { Codes } from '../../table/index.js';

/** How a criterion behaves when classes are merged. */
export interface Monotonicity {
  /** The union of satisfying classes satisfies it. */
  readonly generalization: boolean;
  /** The union of a satisfying class with *any* rows satisfies it, so suppression never has to start again higher up. */
  readonly suppression: boolean;
}

/** One class, as criteria see it. The object is reused from class to class: read it, do not keep it. */
export interface ClassView {
  /** Released rows (weighted). */
  rows: number;
  /** Persons where a person column is named, rows otherwise: what size means. */
  units: number;
  /** Rows of the population; equal to `rows` without a subset. */
  population: number;
  /** Counts of the criterion's sensitive column: cells `from .. from + values`, in units. */
  histogram: Float64Array;
  from: number;
  values: number;
  /** Sum of those cells. */
  total: number;
}

/** Class sizes of a node, after the class criteria: what table-wide criteria see. Suppressed records are not in it. */
export interface SizeDistribution {
  /** Units of the kept classes, ascending; those before `dropped` are suppressed. */
  readonly sizes: Float64Array;
  /** Number of the smallest classes that are suppressed on top of the rest. */
  readonly dropped: number;
  /** Units that stay. */
  readonly total: number;
}

/** All classes of a node at once: what set criteria see. */
export interface ReleaseView {
  readonly classes: number;
  /** `labels[d][class]`: what the class prints in quasi-identifier d, as a number. */
  readonly labels: readonly Int32Array[];
  /** Numbers of `labels[d]` are below this. */
  readonly cardinalities: readonly number[];
  /** 1 = still released. A set criterion sets the classes to 0 that break it. */
  readonly kept: Uint8Array;
  /** Units of the released classes when they are merged by `groupOf`; a person counts once a group. */
  readonly unitsBy: (groupOf: Int32Array, groups: number) => Float64Array;
}

/** What a criterion may look at before the search. */
export interface CriterionContext {
  /** Released rows. */
  readonly totalRows: number;
  /** Persons or rows. */
  readonly totalUnits: number;
  /** True when classes count persons. */
  readonly persons: boolean;
  /** Counts of the sensitive column over the released table, in units; empty without one. */
  readonly distribution: Float64Array;
  /** Codes of the sensitive column. */
  readonly sensitive: Codes | null;
}

/** A criterion bound to one table. */
export interface PreparedCriterion {
  /** Units below which no class satisfies it; 0 when it says nothing about size. */
  readonly minimumClassSize: number;
  /** Class criteria: does the class satisfy it? Called only for classes of at least the minimum size. */
  readonly holds?: (view: ClassView) => boolean;
  /**
   * Class criteria that are monotone by generalization only: a proven lower bound on the units that must leave the class
   * before the rest can be split into satisfying classes. Called for failing classes. Default: one tuple.
   */
  readonly removal?: (view: ClassView) => number;
  /**
   * Set criteria, about what classes share: sets `kept` to 0 where the release breaks it, until the rest satisfies it. Must
   * leave the largest part that does. Called after the class criteria.
   */
  readonly prune?: (release: ReleaseView) => void;
  /** Table criteria: do the class sizes satisfy it? */
  readonly tableHolds?: (distribution: SizeDistribution) => boolean;
}

/** A privacy criterion. */
export interface Criterion {
  /** Stable name, as in JSON. */
  readonly name: string;
  readonly parameters: { readonly [name: string]: Json };
  readonly monotonicity: Monotonicity;
  /** Column whose values it looks at. */
  readonly sensitive?: string;
  prepare(context: CriterionContext): PreparedCriterion;
}
