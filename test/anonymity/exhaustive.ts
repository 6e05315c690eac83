/** An independent, slow model of full-domain anonymization: strings and maps only, every node of the lattice. */
import type { Hierarchy } from '../../src/anonymity/index.js';

export type Cells = Record<string, string>;

/** One class of published rows. */
export interface ModelClass {
  readonly rows: readonly Cells[];
  readonly persons: number;
}

export interface ModelProblem {
  readonly rows: readonly Cells[];
  readonly columns: readonly string[];
  readonly hierarchies: Record<string, Hierarchy>;
  readonly person: string | null;
  readonly limit: number;
  readonly holds: (one: ModelClass, all: readonly Cells[]) => boolean;
  readonly metric: string;
}

export interface ModelNode {
  readonly levels: readonly number[];
  readonly suppressed: number;
  readonly value: number;
}

/** Persons (or rows) with each sensitive value in a class, and their sum. */
export function histogram(rows: readonly Cells[], sensitive: string, person: string | null): Map<string, number> {
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  rows.forEach((row, i) => {
    const value = row[sensitive] as string;
    const key = person === null ? String(i) : `${row[person]}/${value}`;
    if (seen.has(key)) return;
    seen.add(key);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  });
  return counts;
}

export function classesOf(problem: ModelProblem, levels: readonly number[]): ModelClass[] {
  const groups = new Map<string, Cells[]>();
  for (const row of problem.rows) {
    const key = problem.columns
      .map((name, d) => problem.hierarchies[name]?.generalize(row[name] as string, levels[d] as number))
      .join('|');
    const list = groups.get(key);
    if (list === undefined) groups.set(key, [row]);
    else list.push(row);
  }
  return [...groups.values()].map((rows) => ({
    rows,
    persons: problem.person === null ? rows.length : new Set(rows.map((row) => row[problem.person as string])).size,
  }));
}

function leaves(hierarchy: Hierarchy, value: string, level: number): number {
  const label = hierarchy.generalize(value, level);
  return hierarchy.values.filter((other) => hierarchy.generalize(other, level) === label).length;
}

function valueOf(
  problem: ModelProblem,
  levels: readonly number[],
  kept: readonly ModelClass[],
  gone: readonly ModelClass[],
): number {
  const { rows, columns, hierarchies, metric } = problem;
  const total = rows.length;
  const suppressed = gone.reduce((sum, one) => sum + one.rows.length, 0);
  if (metric === 'dm') return kept.reduce((sum, one) => sum + one.rows.length ** 2, 0) + total * suppressed;
  if (metric === 'dm-star') return [...kept, ...gone].reduce((sum, one) => sum + one.rows.length ** 2, 0);
  if (metric === 'aecs') return total / (kept.length + (suppressed > 0 ? 1 : 0));
  if (metric === 'height') return levels.reduce((sum, level) => sum + level, 0);
  if (metric === 'entropy' || metric === 'entropy-monotone') {
    let bits = 0;
    columns.forEach((name, d) => {
      const at = (row: Cells): string =>
        hierarchies[name]?.generalize(row[name] as string, levels[d] as number) as string;
      for (const row of rows) {
        const own = rows.filter((other) => other[name] === row[name]).length;
        const group = rows.filter((other) => at(other) === at(row)).length;
        bits -= Math.log2(own / group);
      }
      if (metric === 'entropy-monotone') return;
      const out = gone.flatMap((one) => one.rows);
      for (const row of out) bits -= Math.log2(out.filter((other) => at(other) === at(row)).length / out.length);
    });
    return bits;
  }
  if (metric === 'ambiguity' || metric === 'kl') {
    const area = (row: Cells): number =>
      columns.reduce(
        (product, name, d) =>
          product * leaves(hierarchies[name] as Hierarchy, row[name] as string, levels[d] as number),
        1,
      );
    const whole = columns.reduce((product, name) => product * (hierarchies[name]?.size as number), 1);
    if (metric === 'ambiguity') {
      return kept.reduce((sum, one) => sum + one.rows.length * area(one.rows[0] as Cells), 0) + suppressed * whole;
    }
    const key = (row: Cells): string => columns.map((name) => row[name]).join('|');
    let bits = 0;
    const add = (list: readonly Cells[], q: number): void => {
      for (const row of list) {
        const same = rows.filter((other) => key(other) === key(row)).length;
        bits += Math.log2(same / total / q) / total;
      }
    };
    for (const one of kept) add(one.rows, one.rows.length / total / area(one.rows[0] as Cells));
    for (const one of gone) add(one.rows, suppressed / total / whole);
    return bits;
  }
  const values = columns.map((name, d) => {
    const hierarchy = hierarchies[name] as Hierarchy;
    const level = levels[d] as number;
    if (metric === 'precision') {
      const share = hierarchy.height === 0 ? 0 : level / hierarchy.height;
      return ((total - suppressed) * share + suppressed) / total;
    }
    if (metric === 'ncp') {
      const own = (row: Cells): number => {
        const leaf = leaves(hierarchy, row[name] as string, level);
        return leaf === 1 ? 0 : leaf / hierarchy.size;
      };
      return (
        (kept.reduce((all, one) => all + one.rows.reduce((sum, row) => sum + own(row), 0), 0) + suppressed) / total
      );
    }
    if (hierarchy.size === 1) return 0;
    let sum = suppressed * hierarchy.size;
    for (const one of kept) for (const row of one.rows) sum += leaves(hierarchy, row[name] as string, level);
    return (sum - total) / (total * (hierarchy.size - 1));
  });
  if (metric === 'loss-geometric')
    return values.reduce((product, value) => product * (value + 1), 1) ** (1 / values.length) - 1;
  if (metric === 'loss-maximum') return Math.max(...values);
  const sum = values.reduce((all, value) => all + value, 0);
  return metric === 'loss-sum' ? sum : sum / values.length;
}

/** All feasible nodes. */
export function solveAll(problem: ModelProblem): ModelNode[] {
  const found: ModelNode[] = [];
  const heights = problem.columns.map((name) => problem.hierarchies[name]?.height as number);
  const visit = (levels: readonly number[]): void => {
    if (levels.length < heights.length) {
      for (let level = 0; level <= (heights[levels.length] as number); level++) visit([...levels, level]);
      return;
    }
    const classes = classesOf(problem, levels);
    const kept = classes.filter((one) => problem.holds(one, problem.rows));
    const gone = classes.filter((one) => !kept.includes(one));
    const suppressed = gone.reduce((sum, one) => sum + one.rows.length, 0);
    if (suppressed <= problem.limit) found.push({ levels, suppressed, value: valueOf(problem, levels, kept, gone) });
  };
  visit([]);
  return found;
}
