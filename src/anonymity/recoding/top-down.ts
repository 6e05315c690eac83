/**
 * Top-down specialization with remainder: start from one cell, specialise the attribute that gains most, again and again.
 *
 * After Fung, Wang, Yu, "Top-Down Specialization", ICDE 2005, applied cell by cell. Children that fail the criteria are
 * pooled in a remainder that stays at the parent value; it takes tuples of the smallest child until it satisfies them.
 * In the strict form there is no remainder: a cell is split only where every child satisfies the criteria.
 * @module
 */
import type { Attribute, Cell, CellSpace, Recoding } from './cells.js';

interface Split {
  readonly d: number;
  /** Group of each tuple of the cell at the level below. */
  readonly parts: Int32Array[];
  readonly rest: Int32Array;
}

/** Recodes by specialization. */
export function topDown(space: CellSpace, strict = false): Recoding {
  const all = new Int32Array(space.frequency.tuples);
  let count = 0;
  for (let tuple = 0; tuple < all.length; tuple++) {
    if ((space.frequency.rows[tuple] as number) > 0) all[count++] = tuple;
  }
  const tuples = all.slice(0, count);
  const algorithm = strict ? 'top-down-strict' : 'top-down';
  if (count === 0 || !space.satisfies(tuples)) return { algorithm, cells: [], left: tuples };
  const done: Cell[] = [];
  const open: Cell[] = [{ tuples, levels: Int32Array.from(space.attributes, ({ top }) => top) }];
  for (let cell = open.pop(); cell !== undefined; cell = open.pop()) {
    const split = bestSplit(space, cell, strict);
    if (split === null) {
      done.push(strict ? cell : { tuples: cell.tuples, levels: space.meet(cell.tuples) });
      continue;
    }
    const lower = cell.levels.slice();
    lower[split.d] = (lower[split.d] as number) - 1;
    for (const part of split.parts) open.push({ tuples: part, levels: lower });
    if (split.rest.length > 0) open.push({ tuples: split.rest, levels: cell.levels });
  }
  return { algorithm, cells: done, left: new Int32Array(0) };
}

function bestSplit(space: CellSpace, cell: Cell, strict: boolean): Split | null {
  const { tuples, levels } = cell;
  const { rows, units } = space.frequency;
  const { minimum, countsOnly } = space;
  const order: { d: number; gain: number }[] = [];
  for (let d = 0; d < space.attributes.length; d++) {
    const level = levels[d] as number;
    const attribute = space.attributes[d] as Attribute;
    if (level <= attribute.lowest) continue;
    const gain = gainOf(attribute, level, tuples, rows, units, minimum, strict);
    if (gain > 0) order.push({ d, gain });
  }
  order.sort((a, b) => b.gain - a.gain || a.d - b.d);
  for (const { d } of order) {
    const split = divide(space, cell, d, strict, countsOnly);
    if (split !== null) return split;
  }
  return null;
}

let sums: Float64Array = new Float64Array(0);
let sizes: Float64Array = new Float64Array(0);
let touched: Int32Array = new Int32Array(0);

/** Loss saved by the children that are large enough; 0 when there is none (strict: when one is too small). */
function gainOf(
  attribute: Attribute,
  level: number,
  tuples: Int32Array,
  rows: Float64Array,
  units: Float64Array,
  minimum: number,
  strict: boolean,
): number {
  const { codes } = attribute;
  const groups = attribute.groupOf[level - 1] as Int32Array;
  const count = attribute.groups[level - 1] as number;
  if (sums.length < count) {
    sums = new Float64Array(count);
    sizes = new Float64Array(count);
    touched = new Int32Array(count);
  }
  const high = attribute.cost[level] as Float64Array;
  const low = attribute.cost[level - 1] as Float64Array;
  let seen = 0;
  for (let i = 0; i < tuples.length; i++) {
    const tuple = tuples[i] as number;
    const code = codes[tuple] as number;
    const group = groups[code] as number;
    if (sizes[group] === 0) touched[seen++] = group;
    sizes[group] = (sizes[group] as number) + Math.max(units[tuple] as number, 1e-12);
    sums[group] = (sums[group] as number) + (rows[tuple] as number) * ((high[code] as number) - (low[code] as number));
  }
  let gain = 0;
  let small = false;
  for (let i = 0; i < seen; i++) {
    const group = touched[i] as number;
    if ((sizes[group] as number) >= minimum * (1 - 1e-9)) gain += sums[group] as number;
    else small = true;
    sizes[group] = 0;
    sums[group] = 0;
  }
  // A step that loses nothing is worth taking: further down there may be a gain.
  return strict && small ? 0 : gain === 0 && seen === 1 ? 1e-12 : gain;
}

function divide(space: CellSpace, cell: Cell, d: number, strict: boolean, countsOnly: boolean): Split | null {
  const attribute = space.attributes[d] as Attribute;
  const groups = attribute.groupOf[(cell.levels[d] as number) - 1] as Int32Array;
  const byGroup = new Map<number, number[]>();
  for (let i = 0; i < cell.tuples.length; i++) {
    const tuple = cell.tuples[i] as number;
    const group = groups[attribute.codes[tuple] as number] as number;
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
  if (good.length === 0 || (strict && rest.length > 0)) return null;
  if (rest.length > 0 && !space.satisfies(rest)) {
    good.sort((a, b) => space.unitsOf(a) - space.unitsOf(b));
    const filled = countsOnly ? fillByCount(space, good, rest) : fillByClass(space, good, rest);
    if (filled === null) return null;
    rest = filled;
  }
  if (good.length === 0) return null;
  return { d, parts: good.map((list) => Int32Array.from(list)), rest: Int32Array.from(rest) };
}

/** Takes tuples from the smallest child that can spare them, else the whole smallest child. */
function fillByCount(space: CellSpace, good: number[][], rest: number[]): number[] | null {
  const { units } = space.frequency;
  const { minimum } = space;
  let need = minimum - space.unitsOf(rest);
  for (const list of good) {
    let spare = space.unitsOf(list) - minimum;
    if (spare < need) continue;
    const taken: number[] = [];
    for (let i = list.length - 1; i >= 0 && need > 1e-9; i--) {
      const size = units[list[i] as number] as number;
      if (size > spare) continue;
      taken.push(list[i] as number);
      list.splice(i, 1);
      spare -= size;
      need -= size;
    }
    if (need <= 1e-9) return [...rest, ...taken];
    list.push(...taken);
    need = minimum - space.unitsOf(rest);
  }
  return fillByClass(space, good, rest);
}

function fillByClass(space: CellSpace, good: number[][], rest: number[]): number[] | null {
  let all = rest;
  while (good.length > 0) {
    all = [...all, ...(good.shift() as number[])];
    if (space.satisfies(all)) return good.length === 0 ? null : all;
  }
  return null;
}
