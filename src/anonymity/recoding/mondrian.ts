/**
 * Mondrian: cells are cut at the median of their widest attribute as long as both sides satisfy the criteria.
 *
 * LeFevre, DeWitt, Ramakrishnan, "Mondrian Multidimensional k-Anonymity", ICDE 2006, sections 2 (strict and relaxed) and 4.
 * Strict: regions are disjoint. Numbers published by range are cut between two values, other attributes into all groups of the
 * level below at once. Relaxed: rows with the median value may fall on either side, and small groups are pooled.
 * @module
 */
import type { Attribute, Cell, CellSpace, Range, Recoding } from './cells.js';

/** Recodes by cuts. */
export function mondrian(space: CellSpace, relaxed: boolean): Recoding {
  const { frequency } = space;
  const all = Int32Array.from(frequency.rows.keys()).filter((tuple) => (frequency.rows[tuple] as number) > 0);
  const algorithm = relaxed ? 'mondrian-relaxed' : 'mondrian';
  if (all.length === 0 || !space.satisfies(all)) return { algorithm, cells: [], left: all };
  const cells: Cell[] = [];
  const open: Int32Array[] = [all];
  for (let tuples = open.pop(); tuples !== undefined; tuples = open.pop()) {
    const parts = cut(space, tuples, relaxed);
    if (parts === null) cells.push({ tuples, levels: space.meet(tuples) });
    else open.push(...parts);
  }
  return { algorithm, cells, left: new Int32Array(0) };
}

/** Parts of a cell that all satisfy the criteria, by the widest attribute that allows a cut; null when none does. */
export function cut(space: CellSpace, tuples: Int32Array, relaxed: boolean): Int32Array[] | null {
  if (tuples.length < 2) return null;
  const levels = space.meet(tuples);
  const lead = tuples[0] as number;
  const widths = space.attributes
    .map(({ codes, cost, lowest }, d) => {
      const range = space.ranges[d] as Range | null;
      if (range !== null) {
        const { low, high } = space.extent(d, tuples);
        return { d, width: (range.weight * (high - low)) / Math.max(1, range.values.length - 1) };
      }
      const level = levels[d] as number;
      const width = (cost[level] as Float64Array)[codes[lead] as number] as number;
      return { d, width: level <= lowest ? 0 : width };
    })
    .filter(({ width }) => width > 0)
    .sort((a, b) => b.width - a.width || a.d - b.d);
  for (const { d } of widths) {
    const parts =
      space.ranges[d] === null
        ? byChildren(space, tuples, d, levels[d] as number, relaxed)
        : byMedian(space, tuples, d, relaxed);
    if (parts !== null) return parts;
  }
  return null;
}

/** All groups of the level below; relaxed: those that do not satisfy the criteria alone are pooled, if need be with the smallest other. */
function byChildren(
  space: CellSpace,
  tuples: Int32Array,
  d: number,
  level: number,
  relaxed: boolean,
): Int32Array[] | null {
  const { codes, groupOf } = space.attributes[d] as Attribute;
  const groups = groupOf[level - 1] as Int32Array;
  const byGroup = new Map<number, number[]>();
  for (const tuple of tuples) {
    const group = groups[codes[tuple] as number] as number;
    const list = byGroup.get(group);
    if (list === undefined) byGroup.set(group, [tuple]);
    else list.push(tuple);
  }
  const good: number[][] = [];
  let rest: number[] = [];
  for (const list of byGroup.values()) {
    if (space.satisfies(list)) good.push(list);
    else rest.push(...list);
  }
  if (rest.length > 0 && !relaxed) return null;
  good.sort((a, b) => b.length - a.length);
  while (rest.length > 0 && !space.satisfies(rest) && good.length > 0) rest = [...rest, ...(good.pop() as number[])];
  const parts = rest.length > 0 ? [...good, rest] : good;
  return parts.length < 2 ? null : parts.map((list) => Int32Array.from(list));
}

/** Two sides of the median by order of value; strict: between two values, the nearest border that leaves both sides large enough. */
function byMedian(space: CellSpace, tuples: Int32Array, d: number, relaxed: boolean): Int32Array[] | null {
  const { codes } = space.attributes[d] as Attribute;
  const { rank } = space.ranges[d] as Range;
  const key = (tuple: number): number => rank[codes[tuple] as number] as number;
  const order = Int32Array.from(tuples).sort((a, b) => key(a) - key(b) || a - b);
  const { rows } = space.frequency;
  const total = space.rowsOf(order);
  const borders: { at: number; off: number }[] = [];
  let run = 0;
  for (let at = 1; at < order.length; at++) {
    run += rows[order[at - 1] as number] as number;
    if (!relaxed && key(order[at - 1] as number) === key(order[at] as number)) continue;
    borders.push({ at, off: Math.abs(run - total / 2) });
  }
  borders.sort((a, b) => a.off - b.off || a.at - b.at);
  for (const { at } of borders.slice(0, TRIES)) {
    const sides = [order.slice(0, at), order.slice(at)];
    if (sides.every((side) => space.satisfies(side))) return sides;
  }
  return null;
}

/** Borders looked at, nearest to the median first. */
const TRIES = 3;
