/**
 * Bottom-up clustering for local recoding: MDAV groups rows that are near each other; numbers become their mean, median or range.
 *
 * Domingo-Ferrer, Mateo-Sanz, "Practical Data-Oriented Microaggregation", IEEE TKDE 14(1), 2002; MDAV-generic with categories:
 * Domingo-Ferrer, Torra, "Ordinal, Continuous and Heterogeneous k-Anonymity through Microaggregation", DMKD 11(2), 2005,
 * section 2. Here a cluster grows until it satisfies all criteria, and large tables are cut by Mondrian into blocks first.
 * @module
 */
import type { Attribute, Cell, CellSpace, Range, Recoding } from './cells.js';
import { cut } from './mondrian.js';

/** Tuples of a block: the work grows with the square. */
const BLOCK = 1500;

/** Recodes by clusters. */
export function mdav(space: CellSpace): Recoding {
  const { frequency } = space;
  const all = Int32Array.from(frequency.rows.keys()).filter((tuple) => (frequency.rows[tuple] as number) > 0);
  if (all.length === 0 || !space.satisfies(all)) return { algorithm: 'mdav', cells: [], left: all };
  const points = pointsOf(space);
  const cells: Cell[] = [];
  const open: Int32Array[] = [all];
  for (let block = open.pop(); block !== undefined; block = open.pop()) {
    const parts = block.length > BLOCK ? cut(space, block, true) : null;
    if (parts !== null) open.push(...parts);
    else for (const tuples of clusters(space, points, block)) cells.push({ tuples, levels: space.meet(tuples) });
  }
  return { algorithm: 'mdav', cells, left: new Int32Array(0) };
}

/** Scaled numbers of the range attributes, one array each; null for the others. */
type Points = readonly (Float64Array | null)[];

function pointsOf(space: CellSpace): Points {
  return space.ranges.map((range, d) => {
    if (range === null) return null;
    const { codes } = space.attributes[d] as Attribute;
    const low = range.values[0] as number;
    const span = (range.values.at(-1) as number) - low || 1;
    return Float64Array.from(
      codes,
      (code) => (range.weight * ((range.values[range.rank[code] as number] as number) - low)) / span,
    );
  });
}

/** A record to measure distances from: numbers and a tuple for the categories. */
interface Centre {
  readonly numbers: Float64Array;
  readonly tuple: number;
}

function clusters(space: CellSpace, points: Points, block: Int32Array): Int32Array[] {
  const rest = Array.from(block);
  const found: number[][] = [];
  while (rest.length > 0) {
    const far = takeAt(rest, farthest(space, points, centreOf(space, points, rest), rest));
    const first = grow(space, points, far, rest);
    found.push(first);
    if (rest.length === 0) break;
    const opposite = takeAt(rest, farthest(space, points, at(points, far), rest));
    found.push(grow(space, points, opposite, rest));
  }
  // The last cluster may not satisfy the criteria: its tuples join the nearest ones.
  for (let i = found.length - 1; i > 0 && !space.satisfies(found[i] as number[]); i--) {
    const spare = found.pop() as number[];
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    const centre = centreOf(space, points, spare);
    found.forEach((cluster, c) => {
      const near = distance(space, points, centre, cluster[0] as number);
      if (near < least) {
        least = near;
        best = c;
      }
    });
    (found[best] as number[]).push(...spare);
  }
  // Joining may break a criterion that is not monotone: then the block, which satisfies it, stays whole.
  if (!found.every((cluster) => space.satisfies(cluster))) return [block];
  return found.map((cluster) => Int32Array.from(cluster));
}

function takeAt(list: number[], index: number): number {
  const own = list[index] as number;
  list[index] = list[list.length - 1] as number;
  list.pop();
  return own;
}

/** The start and its nearest tuples, as many as the criteria need. */
function grow(space: CellSpace, points: Points, start: number, rest: number[]): number[] {
  const cluster = [start];
  const centre = at(points, start);
  const near = Float64Array.from(rest, (tuple) => distance(space, points, centre, tuple));
  while (rest.length > 0 && !space.satisfies(cluster)) {
    let best = 0;
    for (let i = 1; i < rest.length; i++) if ((near[i] as number) < (near[best] as number)) best = i;
    near[best] = near[rest.length - 1] as number;
    cluster.push(takeAt(rest, best));
  }
  return cluster;
}

function at(points: Points, tuple: number): Centre {
  return { numbers: Float64Array.from(points, (own) => own?.[tuple] ?? 0), tuple };
}

/** Weighted mean of the numbers; for the categories the most frequent code, as the tuple that shares most of them. */
function centreOf(space: CellSpace, points: Points, tuples: readonly number[]): Centre {
  const { rows } = space.frequency;
  const numbers = new Float64Array(points.length);
  let total = 0;
  for (const tuple of tuples) {
    const weight = rows[tuple] as number;
    total += weight;
    for (let d = 0; d < points.length; d++) {
      const own = points[d];
      if (own !== null && own !== undefined) numbers[d] = (numbers[d] as number) + weight * (own[tuple] as number);
    }
  }
  for (let d = 0; d < numbers.length; d++) numbers[d] = (numbers[d] as number) / total;
  const modes = points.map((own, d) =>
    own === null ? mode((space.attributes[d] as Attribute).codes, tuples, rows) : -1,
  );
  let lead = tuples[0] as number;
  let most = -1;
  for (const tuple of tuples) {
    let shared = 0;
    for (let d = 0; d < modes.length; d++) if ((space.attributes[d] as Attribute).codes[tuple] === modes[d]) shared++;
    if (shared > most) {
      most = shared;
      lead = tuple;
    }
  }
  return { numbers, tuple: lead };
}

function mode(codes: Int32Array, tuples: readonly number[], rows: Float64Array): number {
  const counts = new Map<number, number>();
  let best = -1;
  let most = -1;
  for (const tuple of tuples) {
    const code = codes[tuple] as number;
    const count = (counts.get(code) ?? 0) + (rows[tuple] as number);
    counts.set(code, count);
    if (count > most) {
      most = count;
      best = code;
    }
  }
  return best;
}

function farthest(space: CellSpace, points: Points, centre: Centre, tuples: readonly number[]): number {
  let best = 0;
  let most = -1;
  for (let i = 0; i < tuples.length; i++) {
    const far = distance(space, points, centre, tuples[i] as number);
    if (far > most) {
      most = far;
      best = i;
    }
  }
  return best;
}

/** Squared distance: numbers scaled to the span of their domain, categories by the loss of their lowest common group. */
function distance(space: CellSpace, points: Points, centre: Centre, tuple: number): number {
  let sum = 0;
  for (let d = 0; d < points.length; d++) {
    const own = points[d] as Float64Array | null;
    if (own !== null) {
      const difference = (own[tuple] as number) - (centre.numbers[d] as number);
      sum += difference * difference;
      continue;
    }
    const { codes, groupOf, cost, lowest } = space.attributes[d] as Attribute;
    const a = codes[centre.tuple] as number;
    const b = codes[tuple] as number;
    if (a === b) continue;
    let level = lowest;
    while ((groupOf[level] as Int32Array)[a] !== (groupOf[level] as Int32Array)[b]) level++;
    const own2 = (cost[level] as Float64Array)[a] as number;
    sum += own2 * own2;
  }
  return sum;
}

/** What a cell prints for a number: its range, mean or median over the rows. */
export function numberLabel(space: CellSpace, d: number, tuples: ArrayLike<number>): string {
  const { style, rank, values, texts } = space.ranges[d] as Range;
  const { codes } = space.attributes[d] as Attribute;
  const { low, high } = space.extent(d, tuples);
  if (low === high) return texts[low] as string;
  if (style === 'range') return `[${texts[low]}, ${texts[high]}]`;
  const { rows } = space.frequency;
  const weights = new Map<number, number>();
  let total = 0;
  let sum = 0;
  for (let i = 0; i < tuples.length; i++) {
    const own = rank[codes[tuples[i] as number] as number] as number;
    const weight = rows[tuples[i] as number] as number;
    weights.set(own, (weights.get(own) ?? 0) + weight);
    total += weight;
    sum += weight * (values[own] as number);
  }
  if (style === 'mean')
    return String(Number((sum / total).toFixed(2 + decimals([texts[low] as string, texts[high] as string]))));
  let run = 0;
  for (const own of [...weights.keys()].sort((a, b) => a - b)) {
    run += weights.get(own) as number;
    if (run * 2 >= total) return texts[own] as string;
  }
  return texts[high] as string;
}

function decimals(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, /\.(\d+)$/.exec(text)?.[1]?.length ?? 0), 0);
}
