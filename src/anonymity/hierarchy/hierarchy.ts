/**
 * A generalization hierarchy: for every base value its groups at levels 0 (itself) to the top.
 *
 * Level l + 1 must be a coarsening of level l (Samarati, "Protecting Respondents' Identities in Microdata Release",
 * IEEE TKDE 13(6), 2001, section 3). Held as integer codes; strings only as labels.
 * @module
 */
import { ScrimError } from '../../core/index.js';

/** Facts about a hierarchy that are no errors but worth knowing. */
export interface HierarchyNotes {
  /** Lines that repeat an earlier line word for word; they are counted once. */
  readonly repeatedLines: number;
  /** The top level holds a single group. */
  readonly singleTop: boolean;
  /** Where the values come from, for built-in hierarchies; otherwise null. */
  readonly source: string | null;
}

/** What {@link Hierarchy} is made from. */
export interface HierarchyOptions {
  /** Name used in error messages: the column, or the file. Default `hierarchy`. */
  readonly name?: string;
  /** Where built-in values come from. Default: none. */
  readonly source?: string;
}

/**
 * Base values and their groups at every level. Immutable.
 *
 * @example
 * const sex = Hierarchy.fromRows([['f', '*'], ['m', '*']]);
 * sex.generalize('f', 1); // => '*'
 */
export class Hierarchy {
  /** Name for messages. */
  readonly name: string;
  /** Base values, one per line. */
  readonly values: readonly string[];
  /** Number of levels, level 0 included. */
  readonly levels: number;
  /** `labels[level][group]`: what is published for a group. */
  readonly labels: readonly (readonly string[])[];
  /** `groupOf[level][value]`: group of a base value at a level. */
  readonly groupOf: readonly Int32Array[];
  /** `leaves[level][group]`: number of base values in a group. */
  readonly leaves: readonly Int32Array[];
  readonly notes: HierarchyNotes;
  readonly #index: ReadonlyMap<string, number>;

  private constructor(
    name: string,
    values: readonly string[],
    labels: readonly (readonly string[])[],
    groupOf: readonly Int32Array[],
    notes: HierarchyNotes,
    index: ReadonlyMap<string, number>,
  ) {
    this.name = name;
    this.values = values;
    this.levels = groupOf.length;
    this.labels = labels;
    this.groupOf = groupOf;
    this.leaves = groupOf.map((groups, level) => countLeaves(groups, (labels[level] as readonly string[]).length));
    this.notes = notes;
    this.#index = index;
  }

  /** Number of base values (lines of the file): the size that loss measures against, seen in the data or not. */
  get size(): number {
    return this.values.length;
  }

  /** Highest level. */
  get height(): number {
    return this.levels - 1;
  }

  /**
   * Builds and checks a hierarchy from lines of `base value, level 1, level 2, ...`.
   *
   * @throws SCRIM_HIERARCHY_EMPTY without lines, SCRIM_HIERARCHY_UNEVEN for a line of another depth,
   * SCRIM_HIERARCHY_CYCLIC for a line that comes back to a label it had left,
   * SCRIM_HIERARCHY_DUPLICATE for one base value with two different lines, SCRIM_HIERARCHY_AMBIGUOUS when two values that
   * share a group at one level stand in different groups at the next (not a hierarchy, or a cycle)
   */
  static fromRows(rows: readonly (readonly string[])[], options: HierarchyOptions = {}): Hierarchy {
    const name = options.name ?? 'hierarchy';
    const depth = rows[0]?.length ?? 0;
    if (depth === 0) throw new ScrimError('SCRIM_HIERARCHY_EMPTY', { hierarchy: name });
    const index = new Map<string, number>();
    const lineOf: number[] = [];
    rows.forEach((row, line) => {
      if (row.length !== depth) {
        throw new ScrimError('SCRIM_HIERARCHY_UNEVEN', {
          hierarchy: name,
          row: line + 1,
          found: row.length,
          expected: depth,
        });
      }
      const back = cycleIn(row);
      if (back > 0) throw new ScrimError('SCRIM_HIERARCHY_CYCLIC', { hierarchy: name, row: line + 1, level: back });
      const value = row[0] as string;
      const seen = index.get(value);
      if (seen === undefined) {
        index.set(value, lineOf.push(line) - 1);
      } else {
        const first = lineOf[seen] as number;
        if ((rows[first] as readonly string[]).some((cell, level) => cell !== row[level])) {
          throw new ScrimError('SCRIM_HIERARCHY_DUPLICATE', { hierarchy: name, first: first + 1, row: line + 1 });
        }
      }
    });
    const labels: string[][] = [];
    const groupOf: Int32Array[] = [];
    for (let level = 0; level < depth; level++) {
      const known = new Map<string, number>();
      const groups = new Int32Array(lineOf.length);
      lineOf.forEach((line, value) => {
        const label = (rows[line] as readonly string[])[level] as string;
        let group = known.get(label);
        if (group === undefined) {
          group = known.size;
          known.set(label, group);
        }
        groups[value] = group;
      });
      labels.push([...known.keys()]);
      groupOf.push(groups);
      if (level > 0) checkCoarser(name, groupOf[level - 1] as Int32Array, groups, level, lineOf);
    }
    const notes: HierarchyNotes = {
      repeatedLines: rows.length - lineOf.length,
      singleTop: (labels[depth - 1] as string[]).length === 1,
      source: options.source ?? null,
    };
    return new Hierarchy(name, labels[0] as string[], labels, groupOf, notes, index);
  }

  /** Position of a base value, or -1. */
  indexOf(value: string): number {
    return this.#index.get(value) ?? -1;
  }

  /** What is published for a base value at a level, or null when the hierarchy does not know the value. */
  generalize(value: string, level: number): string | null {
    const at = this.indexOf(value);
    if (at < 0) return null;
    return (this.labels[level] as readonly string[])[(this.groupOf[level] as Int32Array)[at] as number] as string;
  }

  /** Lines `base value, level 1, ...`, the applied mapping of the hierarchy. */
  *rows(): Generator<string[]> {
    for (let value = 0; value < this.size; value++) {
      yield this.groupOf.map((groups, level) => (this.labels[level] as string[])[groups[value] as number] as string);
    }
  }
}

/** Level at which a line comes back to a label that it had left; 0 when it never does. */
function cycleIn(row: readonly string[]): number {
  for (let level = 2; level < row.length; level++) {
    if (row[level] === row[level - 1]) continue;
    for (let below = level - 2; below >= 0; below--) if (row[below] === row[level]) return level;
  }
  return 0;
}

function countLeaves(groups: Int32Array, count: number): Int32Array {
  const leaves = new Int32Array(count);
  for (let value = 0; value < groups.length; value++) {
    const group = groups[value] as number;
    leaves[group] = (leaves[group] as number) + 1;
  }
  return leaves;
}

/** Every group of the level below must lie in one group of this level. */
function checkCoarser(
  name: string,
  below: Int32Array,
  groups: Int32Array,
  level: number,
  lineOf: readonly number[],
): void {
  const firstOf = new Map<number, number>();
  for (let value = 0; value < groups.length; value++) {
    const group = below[value] as number;
    const first = firstOf.get(group);
    if (first === undefined) firstOf.set(group, value);
    else if (groups[first] !== groups[value]) {
      throw new ScrimError('SCRIM_HIERARCHY_AMBIGUOUS', {
        hierarchy: name,
        level,
        first: (lineOf[first] as number) + 1,
        row: (lineOf[value] as number) + 1,
      });
    }
  }
}
