/**
 * Cells of a local recoding: disjoint sets of tuples, each published at its own level per attribute.
 * @module
 */
import { ScrimError } from '../../core/index.js';
import { parseNumber } from '../../table/index.js';
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

/** How a quasi-identifier of numbers is published class by class. */
export type NumberStyle = 'range' | 'mean' | 'median';

/** Numbers that are published by range instead of by hierarchy. */
export interface Range {
  readonly style: NumberStyle;
  /** Position of each code among the base values in ascending order. */
  readonly rank: Int32Array;
  /** Base value (position among the labels of level 0) of each rank. */
  readonly bases: Int32Array;
  /** Base values in ascending order, and as they are written. */
  readonly values: Float64Array;
  readonly texts: readonly string[];
  readonly weight: number;
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
  /** Ranges of the attributes that are published by range; null for the others. */
  readonly ranges: readonly (Range | null)[];
  readonly #persons: SharedIndex | null;
  readonly #values: ReadonlyMap<BoundCriterion, SharedIndex>;

  /** @throws SCRIM_ANONYMITY_OPTION for a range over values that are no numbers */
  constructor(
    problem: Problem,
    criteria: readonly BoundCriterion[],
    numbers: Readonly<Record<string, NumberStyle>> = {},
  ) {
    this.problem = problem;
    this.frequency = problem.frequency;
    this.#criteria = criteria;
    this.#minimum = criteria.reduce((most, { prepared }) => Math.max(most, prepared.minimumClassSize), 0);
    const { shared, tuples } = problem.frequency;
    this.#persons = shared === null ? null : new SharedIndex(shared.tuple, shared.person, null, tuples);
    this.#values = new Map(
      criteria.flatMap((one) => {
        const own = one.sensitive?.shared;
        return own === null || own === undefined
          ? []
          : [[one, new SharedIndex(own.tuple, own.person, own.value, tuples)] as const];
      }),
    );
    this.ranges = problem.columns.map((column, d) => {
      const style = Object.hasOwn(numbers, column.name) ? numbers[column.name] : undefined;
      return style === undefined ? null : rangeOf(column, style, problem.context.weights[d] as number);
    });
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
    const { units } = this.frequency;
    let sum = 0;
    for (let i = 0; i < tuples.length; i++) sum += units[tuples[i] as number] as number;
    return this.#persons === null ? sum : sum + this.#persons.distinct(tuples);
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
    for (const one of this.#criteria) {
      const { prepared, sensitive } = one;
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
        total += this.#values.get(one)?.addTo(tuples, histogram) ?? 0;
        view.histogram = histogram;
        view.from = 0;
        view.values = sensitive.values;
        view.total = total;
      }
      if (!prepared.holds(view)) return false;
    }
    return true;
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

  /** Weighted loss of one row of a cell, ranges included. */
  costOfCell({ tuples, levels }: Cell): number {
    let sum = this.costOf(tuples[0] as number, levels);
    for (let d = 0; d < this.ranges.length; d++) {
      const range = this.ranges[d];
      if (range === null || range === undefined) continue;
      const { codes, cost } = this.attributes[d] as Attribute;
      sum -= (cost[levels[d] as number] as Float64Array)[codes[tuples[0] as number] as number] as number;
      const { low, high } = this.extent(d, tuples);
      sum += range.values.length <= 1 ? 0 : (range.weight * (high - low)) / (range.values.length - 1);
    }
    return sum;
  }

  /** Lowest and highest rank of the tuples on an attribute that is published by range. */
  extent(d: number, tuples: ArrayLike<number>): { readonly low: number; readonly high: number } {
    const { codes } = this.attributes[d] as Attribute;
    const { rank } = this.ranges[d] as Range;
    let low = Number.POSITIVE_INFINITY;
    let high = -1;
    for (let i = 0; i < tuples.length; i++) {
      const own = rank[codes[tuples[i] as number] as number] as number;
      if (own < low) low = own;
      if (own > high) high = own;
    }
    return { low, high };
  }

  /** Mean weighted loss of a recoding over rows and attributes; suppressed rows cost the whole weight. */
  loss(recoding: Recoding): number {
    let sum = 0;
    for (const { tuples, levels } of recoding.cells) {
      sum += this.rowsOf(tuples) * this.costOfCell({ tuples, levels });
    }
    const full = this.problem.context.weights.reduce((all, weight) => all + weight, 0);
    sum += this.rowsOf(recoding.left) * full;
    return sum / this.frequency.totalRows / this.attributes.length;
  }
}

/** Persons with several tuples, found by tuple: a cell counts each of them (or each of their values) once. */
class SharedIndex {
  readonly #starts: Int32Array;
  readonly #id: Int32Array;
  readonly #value: Int32Array | null;
  readonly #seen: Int32Array;
  #stamp = 0;

  constructor(tuple: Int32Array, person: Int32Array, value: Int32Array | null, tuples: number) {
    this.#starts = new Int32Array(tuples + 1);
    for (const one of tuple) this.#starts[one + 1] = (this.#starts[one + 1] as number) + 1;
    for (let t = 0; t < tuples; t++) {
      this.#starts[t + 1] = (this.#starts[t + 1] as number) + (this.#starts[t] as number);
    }
    const next = this.#starts.slice(0, tuples);
    this.#id = new Int32Array(tuple.length);
    this.#value = value === null ? null : new Int32Array(tuple.length);
    // Occurrences are ordered by person: equal (person, value) pairs get one number.
    const ids = new Map<number, number>();
    let last = -1;
    let count = 0;
    for (let i = 0; i < tuple.length; i++) {
      if (person[i] !== last) ids.clear();
      last = person[i] as number;
      const own = value === null ? 0 : (value[i] as number);
      let id = ids.get(own);
      if (id === undefined) {
        id = count++;
        ids.set(own, id);
      }
      const at = next[tuple[i] as number] as number;
      next[tuple[i] as number] = at + 1;
      this.#id[at] = id;
      if (this.#value !== null) this.#value[at] = own;
    }
    this.#seen = new Int32Array(count);
  }

  /** Persons among the tuples. */
  distinct(tuples: ArrayLike<number>): number {
    return this.addTo(tuples, null);
  }

  /** Adds one per (person, value) to the histogram; returns how many. */
  addTo(tuples: ArrayLike<number>, histogram: Float64Array | null): number {
    const stamp = ++this.#stamp;
    let count = 0;
    for (let i = 0; i < tuples.length; i++) {
      const tuple = tuples[i] as number;
      const end = this.#starts[tuple + 1] as number;
      for (let at = this.#starts[tuple] as number; at < end; at++) {
        const id = this.#id[at] as number;
        if (this.#seen[id] === stamp) continue;
        this.#seen[id] = stamp;
        count++;
        if (histogram === null || this.#value === null) continue;
        const value = this.#value[at] as number;
        histogram[value] = (histogram[value] as number) + 1;
      }
    }
    return count;
  }
}

function rangeOf(column: Problem['columns'][number], style: NumberStyle, weight: number): Range {
  const texts = column.labels[0] as readonly (string | null)[];
  const numbers = texts.map((text) => (text === null ? Number.NaN : parseNumber(text)));
  const used = new Set(column.groupOf[0] as Int32Array);
  if (numbers.some((number, base) => used.has(base) && !Number.isFinite(number))) {
    throw new ScrimError('SCRIM_ANONYMITY_OPTION', {
      option: 'numbers',
      problem: `column ${column.name} has cells that are no numbers`,
    });
  }
  const order = [...numbers.keys()]
    .filter((base) => Number.isFinite(numbers[base]))
    .sort((a, b) => (numbers[a] as number) - (numbers[b] as number) || a - b);
  const rankOf = new Int32Array(texts.length);
  order.forEach((base, at) => {
    rankOf[base] = at;
  });
  return {
    style,
    rank: Int32Array.from(column.groupOf[0] as Int32Array, (base) => rankOf[base] as number),
    bases: Int32Array.from(order),
    values: Float64Array.from(order, (base) => numbers[base] as number),
    texts: order.map((base) => texts[base] as string),
    weight,
  };
}
