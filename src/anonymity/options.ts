/**
 * Options and results of `anonymize`: the types that the policy, the command line and reports are written against.
 * @module
 */
import type { Json, Leakage, OperationRecord, RunOptions } from '../core/index.js';
import type { Table } from '../table/index.js';
import type { Criterion } from './criterion/criterion.js';
import type { Hierarchy } from './hierarchy/hierarchy.js';
import type { Metric } from './metric/metric.js';
import type { NumberStyle } from './recoding/cells.js';
import type { LocalAlgorithm } from './recoding/local.js';
import type { Certificate } from './search/certificate.js';
import type { PublishedColumn } from './utility/published.js';

/** Metrics by name; see docs/anonymity.md for the formula of each. */
export type MetricName =
  | 'loss'
  | 'loss-geometric'
  | 'loss-sum'
  | 'loss-maximum'
  | 'precision'
  | 'height'
  | 'dm'
  | 'dm-star'
  | 'aecs'
  | 'aecs-lefevre'
  | 'entropy'
  | 'entropy-monotone'
  | 'entropy-normalized'
  | 'ambiguity'
  | 'kl'
  | 'ncp';

/** Kinds of l-diversity. */
export type DiversityKind = 'distinct' | 'entropy' | 'entropy-grassberger' | 'recursive';
/** Ground distances of t-closeness. */
export type ClosenessKind = 'equal' | 'ordered' | 'hierarchical';

/** The shorthand settings: each adds one criterion; `criteria` takes any others. */
export interface CriterionSettings {
  /** k-anonymity over persons (rows without a person column). */
  readonly k?: number;
  /** With `k`: k^m-anonymity in place of k-anonymity: every combination of at most m values is shared by k. */
  readonly m?: number;
  /** Sensitive column, or several; l and t hold for each. */
  readonly sensitive?: string | readonly string[];
  readonly l?: number;
  /** Default `distinct`. */
  readonly lKind?: DiversityKind;
  /** c of recursive (c,l)-diversity. Default 3. */
  readonly c?: number;
  readonly t?: number;
  /** Default `equal`. */
  readonly tKind?: ClosenessKind;
  /** Hierarchies of sensitive columns, for hierarchical t-closeness. */
  readonly sensitiveHierarchies?: Readonly<Record<string, Hierarchy>>;
  /** Further criteria, freely combined. */
  readonly criteria?: readonly Criterion[];
}

/** Options of `anonymize`. */
export interface AnonymizeOptions extends CriterionSettings, RunOptions {
  readonly quasiIdentifiers: readonly string[];
  /** Hierarchy of each quasi-identifier; a column without one is kept or suppressed (`value;*`). */
  readonly hierarchies?: Readonly<Record<string, Hierarchy>>;
  /** Column that names the person: classes count persons. Default: rows are counted. */
  readonly person?: string;
  /** Share of rows that may be suppressed, in [0, 1]. Default 0. */
  readonly suppression?: number;
  /** Default `loss` (arithmetic mean). */
  readonly metric?: MetricName | Metric;
  /** Importance of each quasi-identifier in the metric. Default 1 each. */
  readonly weights?: Readonly<Record<string, number>>;
  /** ARX's generalization-suppression factor in [0, 1]. Default 0.5: both count alike. */
  readonly factor?: number;
  readonly minimumLevels?: Readonly<Record<string, number>>;
  readonly maximumLevels?: Readonly<Record<string, number>>;
  /** `full-domain`: one level per column, proven optimum. `local`: levels differ between classes, far less loss. Default `full-domain`. */
  readonly recoding?: 'full-domain' | 'local';
  /** Algorithm of local recoding. Default `best`: the least loss. `top-down-strict` and `mondrian`: disjoint regions. */
  readonly algorithm?: LocalAlgorithm;
  /**
   * Local recoding only: quasi-identifiers of numbers that print the range, mean or median of their class in place of labels of a
   * hierarchy. Default: none.
   */
  readonly numbers?: Readonly<Record<string, NumberStyle>>;
  /** Suppressed rows are left out, or stay with `*` in every quasi-identifier and null in other columns. Default `drop`. */
  readonly suppressedRows?: 'drop' | 'star';
  /** Columns written beside the quasi-identifiers. Default: the sensitive ones. */
  readonly keep?: readonly string[];
  /** Released rows among all (the population), one byte each: for k-map and delta-presence. Default: all are released. */
  readonly subset?: Uint8Array;
  /** Milliseconds for the search; then the best so far is returned with its gap. Default: none up to `latticeLimit`. */
  readonly timeLimit?: number;
  /** Largest lattice that is searched exactly. Default 4,194,304 nodes; above it the any-time search runs. */
  readonly latticeLimit?: number;
}

/** One full-domain solution. */
export interface TiedSolution {
  readonly levels: Readonly<Record<string, number>>;
  readonly suppressedRows: number;
}

/** What a criterion asked and whether the output meets it, recounted after the search. */
export interface CriterionOutcome {
  readonly name: string;
  readonly parameters: { readonly [name: string]: Json };
  readonly holds: boolean;
}

/** CPU milliseconds by step; `load` is filled by whoever read the files. */
export interface Timings {
  readonly load: number;
  /** Frequency set, level tables: counted once per data set. */
  readonly index: number;
  readonly search: number;
  readonly apply: number;
}

/** What was found. Plain data apart from `kept`. */
export interface Solution {
  readonly recoding: 'full-domain' | 'local';
  /** Rows of the input (weighted). */
  readonly rows: number;
  /** Persons of the input, or null when rows were counted. */
  readonly persons: number | null;
  readonly quasiIdentifiers: readonly string[];
  /** Level of each column; with local recoding the highest that occurs. */
  readonly levels: Readonly<Record<string, number>>;
  /** All optimal solutions, the chosen one first; one entry with local recoding. */
  readonly ties: readonly TiedSolution[];
  readonly suppressedRows: number;
  /** Equivalence classes that are released. */
  readonly classes: number;
  readonly metric: { readonly name: string; readonly value: number };
  /** Every built-in metric of the chosen solution. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly criteria: readonly CriterionOutcome[];
  readonly checkedNodes: number;
  readonly latticeNodes: number;
  /** Proven minimum of the metric over the whole lattice. */
  readonly optimal: boolean;
  /** Proven: no solution is below this; equals the value when optimal. Null for local recoding. */
  readonly lowerBound: number | null;
  /** Name of the local recoding that won; null for full-domain. */
  readonly algorithm: string | null;
  readonly cpuMilliseconds: Timings;
  /** One byte per input row: 1 = released, 0 = suppressed. */
  readonly kept: Uint8Array;
  /** Proof of the optimum for `verifyCertificate`; null for local recoding and when the search was cut short. */
  readonly certificate: Certificate | null;
}

/** Result of `anonymize`. */
export interface AnonymizeResult {
  readonly table: Table;
  readonly record: OperationRecord;
  /** What each written column still tells; the same list as in the record. */
  readonly leakage: readonly Leakage[];
  readonly solution: Solution;
  /** What is printed, as sets of base values: for utility measures. Built when called. */
  readonly published: () => PublishedColumn[];
}
