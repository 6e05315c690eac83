/**
 * Cells of a local recoding: disjoint sets of tuples, each published at its own level per attribute.
 * @module
 */
import type { ClassView } from '../criterion/criterion.js';
import type { BoundCriterion } from '../search/evaluate.js';
import type { FrequencySet } from '../search/frequency-set.js';
import type { Problem } from '../search/problem.js';

/** Tuples that are published alike. */
export interface Cell {
  readonly tuples: Int32Array;
  /** Level of each attribute; `height + 1` means `*` where the top level has several groups. */
  readonly levels: Int32Array;
}

/** A local recoding: cells and what is left over. */
export interface Recoding {
  readonly algorithm: string;
  readonly cells: readonly Cell[];
  /** Tuples in no cell: suppressed. */
  readonly left: Int32Array;
}

/** Attribute tables of local recoding; level `height + 1` is added where the top level has several groups. */
export interface Attribute {
  readonly codes: Int32Array;
  /** `groupOf[level][code]`. */
  readonly groupOf: readonly Int32Array[];
  readonly groups: readonly number[];
  /** `cost[level][code]`: weighted loss of a cell at that level, 0 to weight. */
  readonly cost: readonly Float64Array[];
  readonly lowest: number;
  readonly top: number;
}

/** What all algorithms of local recoding work on. */
export class CellSpace {
  readonly problem: Problem;
  readonly frequency: FrequencySet;
  readonly attributes: readonly Attribute[];
  readonly #criteria: readonly BoundCriterion[];
  readonly #minimum: number;
  readonly #view: ClassView = {
    rows: 0,
    units: 0,
    population: 0,
    histogram: new Float64Array(0),
    from: 0,
    values: 0,
    total: 0,
  };
  readonly #lastPerson: Map<number, Int32Array> = new Map();
  #stamp = 0;
  readonly #inCell: Int32Array;

  constructor(problem: Problem, criteria: readonly BoundCriterion[]) {
    this.problem = problem;
    this.frequency = problem.frequency;
    this.#criteria = criteria;
    this.#minimum = criteria.reduce((most, { prepared }) => Math.max(most, prepared.minimumClassSize), 0);
    this.#inCell = new Int32Array(problem.frequency.tuples);
    this.attributes = problem.columns.map((column, d) => {
      const maximum = problem.context.maximum[d] as number;
      const groupOf = column.groupOf.slice(0, maximum + 1);
      const groups = column.groups.slice(0, maximum + 1);
      const weight = problem.context.weights[d] as number;
      const cost = groupOf.map((group, level) => {
        const leaves = column.leaves[level] as Float64Array;
        return Float64Array.from(group, (g) =>
          column.size <= 1 ? 0 : (weight * ((leaves[g] as number) - 1)) / (column.size - 1),
        );
      });
      if ((groups[maximum] as number) > 1) {
        const codes = column.codes.cardinality;
        groupOf.push(new Int32Array(codes));
        groups.push(1);
        cost.push(new Float64Array(codes).fill(column.size <= 1 ? 0 : weight));
      }
      return {
        codes: problem.frequency.codes[d] as Int32Array,
        groupOf,
        groups,
        cost,
        lowest: problem.context.minimum[d] as number,
        top: groupOf.length - 1,
      };
    });
  }

  /** True when size alone decides and tuples can be counted independently. */
  get countsOnly(): boolean {
    return this.frequency.shared === null && this.#criteria.every(({ prepared }) => prepared.holds === undefined);
  }

  /** Smallest size that any cell needs. */
  get minimum(): number {
    return Math.max(this.#minimum, 1e-9);
  }

  /** Rows in the tuples. */
  rowsOf(tuples: ArrayLike<number>): number {
    let sum = 0;
    for (let i = 0; i < tuples.length; i++) sum += this.frequency.rows[tuples[i] as number] as number;
    return sum;
  }

  /** Units (persons or rows) in the tuples. */
  unitsOf(tuples: ArrayLike<number>): number {
    const { units, shared } = this.frequency;
    let sum = 0;
    for (let i = 0; i < tuples.length; i++) sum += units[tuples[i] as number] as number;
    if (shared === null) return sum;
    this.#mark(tuples);
    let last = -1;
    for (let i = 0; i < shared.tuple.length; i++) {
      if (this.#inCell[shared.tuple[i] as number] !== this.#stamp || shared.person[i] === last) continue;
      last = shared.person[i] as number;
      sum++;
    }
    return sum;
  }

  #mark(tuples: ArrayLike<number>): void {
    this.#stamp++;
    for (let i = 0; i < tuples.length; i++) this.#inCell[tuples[i] as number] = this.#stamp;
  }

  /** Whether tuples published alike satisfy every class criterion. */
  satisfies(tuples: ArrayLike<number>): boolean {
    const view = this.#view;
    view.units = this.unitsOf(tuples);
    if (view.units < this.minimum) return false;
    if (this.#criteria.every(({ prepared }) => prepared.holds === undefined)) return true;
    view.rows = this.rowsOf(tuples);
    view.population = 0;
    for (let i = 0; i < tuples.length; i++) {
      view.population += this.frequency.population[tuples[i] as number] as number;
    }
    for (const { prepared, sensitive } of this.#criteria) {
      if (prepared.holds === undefined) continue;
      if (sensitive !== null) {
        const histogram = new Float64Array(sensitive.values);
        let total = 0;
        for (let i = 0; i < tuples.length; i++) {
          const tuple = tuples[i] as number;
          for (let p = sensitive.starts[tuple] as number; p < (sensitive.starts[tuple + 1] as number); p++) {
            const value = sensitive.value[p] as number;
            histogram[value] = (histogram[value] as number) + (sensitive.count[p] as number);
            total += sensitive.count[p] as number;
          }
        }
        if (sensitive.shared !== null) total += this.#addShared(sensitive.shared, tuples, histogram);
        view.histogram = histogram;
        view.from = 0;
        view.values = sensitive.values;
        view.total = total;
      }
      if (!prepared.holds(view)) return false;
    }
    return true;
  }

  #addShared(
    shared: { tuple: Int32Array; value: Int32Array; person: Int32Array },
    tuples: ArrayLike<number>,
    histogram: Float64Array,
  ): number {
    this.#mark(tuples);
    const last = this.#lastPerson.get(histogram.length) ?? new Int32Array(histogram.length);
    this.#lastPerson.set(histogram.length, last.fill(-1));
    let total = 0;
    for (let i = 0; i < shared.tuple.length; i++) {
      if (this.#inCell[shared.tuple[i] as number] !== this.#stamp) continue;
      const value = shared.value[i] as number;
      if (last[value] === shared.person[i]) continue;
      last[value] = shared.person[i] as number;
      histogram[value] = (histogram[value] as number) + 1;
      total++;
    }
    return total;
  }

  /** Lowest levels at which all tuples agree, not below the lowest allowed. */
  meet(tuples: ArrayLike<number>): Int32Array {
    const levels = new Int32Array(this.attributes.length);
    const first = tuples[0] as number;
    for (let d = 0; d < levels.length; d++) {
      const { codes, groupOf, lowest } = this.attributes[d] as Attribute;
      let level = lowest;
      const lead = codes[first] as number;
      for (let i = 1; i < tuples.length; i++) {
        const code = codes[tuples[i] as number] as number;
        while ((groupOf[level] as Int32Array)[code] !== (groupOf[level] as Int32Array)[lead]) level++;
      }
      levels[d] = level;
    }
    return levels;
  }

  /** Weighted loss of one row of the cell, summed over the attributes. */
  costOf(lead: number, levels: Int32Array): number {
    let sum = 0;
    for (let d = 0; d < levels.length; d++) {
      const { codes, cost } = this.attributes[d] as Attribute;
      sum += (cost[levels[d] as number] as Float64Array)[codes[lead] as number] as number;
    }
    return sum;
  }

  /** Mean weighted loss of a recoding over rows and attributes; suppressed rows cost the whole weight. */
  loss(recoding: Recoding): number {
    let sum = 0;
    for (const { tuples, levels } of recoding.cells) {
      sum += this.rowsOf(tuples) * this.costOf(tuples[0] as number, levels);
    }
    const full = this.problem.context.weights.reduce((all, weight) => all + weight, 0);
    sum += this.rowsOf(recoding.left) * full;
    return sum / this.frequency.totalRows / this.attributes.length;
  }
}
