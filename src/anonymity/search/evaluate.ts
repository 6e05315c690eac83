/**
 * Checks one lattice node: groups it, applies the criteria class by class, suppresses, and values the rest.
 *
 * A class that breaks any class criterion is suppressed whole; set criteria (k^m) take away more; table criteria then suppress smallest classes first
 * (as ARX does). `need` is a proven lower bound on the rows that any finer node must suppress: the search prunes by it.
 * @module
 */
import type { ClassView, Criterion, PreparedCriterion, ReleaseView, SizeDistribution } from '../criterion/criterion.js';
import type { NodeView, PreparedMetric } from '../metric/metric.js';
import { addHistogram, addSharedHistogram, keepLarge, sumOf, unitsByGroup } from './class-counts.js';
import type { FrequencySet, SensitiveCounts } from './frequency-set.js';
import type { Grouper, NodeClasses } from './grouping.js';

/** A criterion bound to the table together with its sensitive column. */
export interface BoundCriterion {
  readonly criterion: Criterion;
  readonly prepared: PreparedCriterion;
  readonly sensitive: SensitiveCounts | null;
}

/** What is known after a check. Reused from node to node. */
export interface Evaluation {
  /** Released rows in suppressed classes; may stop short of the true figure when it is over the limit anyway. */
  suppressedRows: number;
  feasible: boolean;
  /** True when every node below (more specific) is infeasible as well. */
  refutesBelow: boolean;
  /** Rows that this node and every finer one must suppress at least. */
  need: number;
  /** Value of the metric; meaningful when feasible. */
  value: number;
  /** Lower bound for this node and all above it. */
  aboveBound: number;
}

/** Binds criteria to a frequency set. */
export function bindCriteria(criteria: readonly Criterion[], frequency: FrequencySet): BoundCriterion[] {
  return criteria.map((criterion) => {
    const sensitive =
      criterion.sensitive === undefined
        ? null
        : (frequency.sensitive.find((counts) => counts.name === criterion.sensitive) ?? null);
    const prepared = criterion.prepare({
      totalRows: frequency.totalRows,
      totalUnits: frequency.totalUnits,
      persons: frequency.persons,
      distribution: sensitive === null ? new Float64Array(0) : sensitive.total,
      sensitive: sensitive === null ? null : sensitive.codes,
    });
    return { criterion, prepared, sensitive };
  });
}

/** Fewest released rows of a tuple that has any. */
function smallestOf(rows: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < rows.length; i++) if (rows[i]! > 0 && rows[i]! < least) least = rows[i]!;
  return least;
}

/** Checks nodes of one problem; holds scratch, not re-entrant. */
export class Evaluator {
  readonly frequency: FrequencySet;
  readonly grouper: Grouper;
  readonly criteria: readonly BoundCriterion[];
  readonly metric: PreparedMetric;
  /** Rows that may be suppressed. */
  readonly limit: number;
  /** The last node checked. */
  readonly node: NodeView;
  readonly #result: Evaluation;
  readonly #minimumUnits: number;
  readonly #smallestTuple: number;
  readonly #classCriteria: readonly BoundCriterion[];
  readonly #setCriteria: readonly BoundCriterion[];
  readonly #tableCriteria: readonly BoundCriterion[];
  readonly #view: ClassView;
  readonly #histograms: Map<SensitiveCounts, Float64Array> = new Map();
  /** Class checks look at sensitive values. */
  readonly #needsHistograms: boolean;

  constructor(
    frequency: FrequencySet,
    grouper: Grouper,
    criteria: readonly BoundCriterion[],
    metric: PreparedMetric,
    limit: number,
  ) {
    this.frequency = frequency;
    this.grouper = grouper;
    this.criteria = criteria;
    this.metric = metric;
    this.limit = limit;
    this.#minimumUnits = criteria.reduce((most, { prepared }) => Math.max(most, prepared.minimumClassSize), 0);
    this.#classCriteria = criteria.filter(({ prepared }) => prepared.holds !== undefined);
    this.#setCriteria = criteria.filter(({ prepared }) => prepared.prune !== undefined);
    this.#tableCriteria = criteria.filter(({ prepared }) => prepared.tableHolds !== undefined);
    this.#needsHistograms = this.#classCriteria.some(({ sensitive }) => sensitive !== null);
    this.#smallestTuple = smallestOf(frequency.rows);
    const none = new Float64Array(0);
    this.#view = { rows: 0, units: 0, population: 0, histogram: none, from: 0, values: 0, total: 0 };
    const minimumRows = Math.max(
      this.#smallestTuple,
      frequency.units === frequency.rows || this.#smallestTuple >= 1 ? this.#minimumUnits : 0,
    );
    this.node = {
      levels: new Int32Array(frequency.codes.length),
      classes: undefined as unknown as NodeClasses,
      kept: new Uint8Array(frequency.tuples),
      keptClasses: 0,
      suppressedClasses: 0,
      suppressedRows: 0,
      minimumRows,
    };
    this.#result = {
      suppressedRows: 0,
      feasible: false,
      refutesBelow: false,
      need: 0,
      value: Infinity,
      aboveBound: -Infinity,
    };
  }

  /**
   * Checks a node.
   *
   * @param complete - apply every criterion even when the node is already known to be infeasible (and group tuples)
   */
  check(levels: Int32Array, complete = false): Evaluation {
    const { node, limit } = this;
    const result = this.#result;
    node.levels.set(levels);
    const byTuples = complete || this.#needsHistograms || this.#setCriteria.length > 0;
    let classes = this.grouper.group(levels, byTuples && (complete || this.#minimumUnits <= 1));
    node.classes = classes;
    let need = this.#sizes(classes);
    // Sizes alone refute many nodes, and need no class of each tuple.
    if (byTuples && !classes.fromTuples && need <= limit) {
      classes = this.grouper.group(levels, true);
      node.classes = classes;
      need = this.#sizes(classes);
    }
    result.refutesBelow = need > limit;
    if (this.#classCriteria.length > 0 && (complete || !result.refutesBelow)) {
      need += this.#classes(classes);
      result.refutesBelow = need > limit;
    }
    if (this.#setCriteria.length > 0 && (complete || node.suppressedRows <= limit)) {
      const before = node.suppressedRows;
      this.#prune(classes);
      if (this.#setCriteria.every(({ criterion: { monotonicity: m } }) => m.generalization && m.suppression)) {
        // Sound only where all that went before must go at every finer node, too.
        if (before === need) need = node.suppressedRows;
        result.refutesBelow = need > limit;
      }
    }
    result.need = need;
    let feasible = node.suppressedRows <= limit;
    if (this.#tableCriteria.length > 0 && (complete || feasible)) {
      feasible = this.#table(classes);
      // What table criteria took away may break a set criterion, and the other way round.
      for (let before = -1; feasible && this.#setCriteria.length > 0 && before !== node.suppressedRows; ) {
        before = node.suppressedRows;
        this.#prune(classes);
        if (before !== node.suppressedRows) feasible = this.#table(classes);
      }
      feasible &&= node.suppressedRows <= limit;
      if (!feasible && this.#prunesByTable()) result.refutesBelow = true;
    }
    result.suppressedRows = node.suppressedRows;
    result.feasible = feasible;
    result.aboveBound = this.metric.aboveBound(node);
    result.value = feasible || complete ? this.metric.value(node) : Number.POSITIVE_INFINITY;
    return result;
  }

  /** Size check alone; returns the rows in classes that are too small. */
  #sizes(classes: NodeClasses): number {
    const { node } = this;
    const counts = keepLarge(classes.rows, classes.units, classes.classes, this.#minimumUnits, node.kept);
    node.keptClasses = counts.kept;
    node.suppressedClasses = counts.suppressed;
    node.suppressedRows = counts.rows;
    return counts.rows;
  }

  /** Other class criteria on the classes still kept; returns the rows that any finer node must suppress. */
  #classes(classes: NodeClasses): number {
    const { node } = this;
    const view = this.#view;
    for (const { sensitive } of this.#classCriteria) {
      if (sensitive !== null && !this.#isFresh(sensitive)) this.#histogram(sensitive, classes);
    }
    const shared = this.frequency.shared !== null;
    let need = 0;
    for (let c = 0; c < classes.classes; c++) {
      if (node.kept[c] === 0) continue;
      view.rows = classes.rows[c] as number;
      view.units = classes.units[c] as number;
      view.population = classes.population[c] as number;
      let failed = false;
      let classNeed = 0;
      for (const { criterion, prepared, sensitive } of this.#classCriteria) {
        if (sensitive !== null) {
          view.histogram = this.#histograms.get(sensitive) as Float64Array;
          view.values = sensitive.values;
          view.from = c * sensitive.values;
          view.total = sumOf(view.histogram, view.from, view.values);
        }
        if ((prepared.holds as (view: ClassView) => boolean)(view)) continue;
        failed = true;
        const { generalization, suppression } = criterion.monotonicity;
        if (generalization && suppression) classNeed = view.rows;
        else if (prepared.removal !== undefined && !shared) classNeed = Math.max(classNeed, prepared.removal(view));
        else if (generalization && !shared) classNeed = Math.max(classNeed, this.#smallestTuple);
      }
      if (!failed) continue;
      need += Math.min(classNeed, view.rows);
      node.kept[c] = 0;
      node.keptClasses--;
      node.suppressedClasses++;
      node.suppressedRows += view.rows;
    }
    this.#fresh.clear();
    return need;
  }

  readonly #fresh: Set<SensitiveCounts> = new Set();

  #isFresh(sensitive: SensitiveCounts): boolean {
    if (this.#fresh.has(sensitive)) return true;
    this.#fresh.add(sensitive);
    return false;
  }

  #histogram(sensitive: SensitiveCounts, classes: NodeClasses): void {
    const cells = classes.classes * sensitive.values;
    let cellsOf = this.#histograms.get(sensitive);
    if (cellsOf === undefined || cellsOf.length < cells) {
      cellsOf = new Float64Array(Math.max(cells, 2 * (cellsOf?.length ?? 0)));
      this.#histograms.set(sensitive, cellsOf);
    }
    cellsOf.fill(0, 0, cells);
    addHistogram(classes.classOf, sensitive, cellsOf);
    if (sensitive.shared !== null) {
      addSharedHistogram(sensitive.shared, classes.classOf, sensitive.values, cellsOf, new Int32Array(cells).fill(-1));
    }
  }

  /** Class sizes are compared with the table criteria; smallest classes are dropped until all hold. */
  #table(classes: NodeClasses): boolean {
    const { node } = this;
    const order: number[] = [];
    for (let c = 0; c < classes.classes; c++) if (node.kept[c] === 1) order.push(c);
    const loss = this.metric.classLoss;
    const losses = loss === undefined ? null : Float64Array.from(order, (c) => loss(node, c));
    const lossOf = new Map(losses === null ? [] : order.map((c, i) => [c, losses[i] as number]));
    order.sort(
      (a, b) =>
        (classes.units[a] as number) - (classes.units[b] as number) ||
        (losses === null ? 0 : (lossOf.get(a) as number) - (lossOf.get(b) as number)) ||
        (classes.representative[a] as number) - (classes.representative[b] as number),
    );
    const sizes = Float64Array.from(order, (c) => classes.units[c] as number);
    const rest = new Float64Array(sizes.length + 1);
    for (let i = sizes.length - 1; i >= 0; i--) rest[i] = (rest[i + 1] as number) + (sizes[i] as number);
    const holds = (dropped: number): boolean => {
      const distribution: SizeDistribution = { sizes, dropped, total: rest[dropped] as number };
      return this.#tableCriteria.every(({ prepared }) =>
        (prepared.tableHolds as (distribution: SizeDistribution) => boolean)(distribution),
      );
    };
    let dropped = 0;
    if (!holds(0)) {
      let low = 1;
      let high = Math.min(sizes.length, this.#mostDropped(order, classes));
      if (high === 0 || !holds(high)) return false;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (holds(middle)) high = middle;
        else low = middle + 1;
      }
      dropped = low;
    }
    for (let i = 0; i < dropped; i++) {
      const c = order[i] as number;
      node.kept[c] = 0;
      node.keptClasses--;
      node.suppressedClasses++;
      node.suppressedRows += classes.rows[c] as number;
    }
    return true;
  }

  /** How many classes, smallest first, may be suppressed on top of what is suppressed already. */
  #mostDropped(order: readonly number[], classes: NodeClasses): number {
    let rows = this.node.suppressedRows;
    let count = 0;
    while (count < order.length) {
      rows += classes.rows[order[count] as number] as number;
      if (rows > this.limit) break;
      count++;
    }
    return count;
  }

  /** Set criteria take classes away until what is left satisfies all of them. */
  #prune(classes: NodeClasses): void {
    const { node, frequency } = this;
    const { kept } = node;
    const labels = frequency.codes.map((codes, d) => {
      const groups = this.grouper.groupsAt(d, node.levels[d] as number);
      const own = new Int32Array(classes.classes);
      for (let c = 0; c < own.length; c++) {
        own[c] = groups[codes[classes.representative[c] as number] as number] as number;
      }
      return own;
    });
    const view: ReleaseView = {
      classes: classes.classes,
      labels,
      cardinalities: frequency.codes.map((_, d) => this.grouper.groupCount(d, node.levels[d] as number)),
      kept,
      unitsBy: (groupOf, groups) => unitsByGroup(frequency, classes.classOf, kept, groupOf, groups),
    };
    for (let before = -1; before !== node.suppressedRows; ) {
      before = node.suppressedRows;
      for (const { prepared } of this.#setCriteria) (prepared.prune as (view: ReleaseView) => void)(view);
      let keptClasses = 0;
      let suppressedClasses = 0;
      let suppressedRows = 0;
      for (let c = 0; c < classes.classes; c++) {
        if (kept[c] === 1) keptClasses++;
        else if ((classes.rows[c] as number) > 0) {
          suppressedClasses++;
          suppressedRows += classes.rows[c] as number;
        }
      }
      node.keptClasses = keptClasses;
      node.suppressedClasses = suppressedClasses;
      node.suppressedRows = suppressedRows;
      if (this.#setCriteria.length === 1) break;
    }
  }

  #prunesByTable(): boolean {
    return (
      this.#setCriteria.length === 0 &&
      this.criteria.every(({ criterion: { monotonicity } }) => monotonicity.generalization && monotonicity.suppression)
    );
  }
}
