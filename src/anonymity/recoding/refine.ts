/**
 * Refinement of a local recoding: levels drop to what all tuples of a cell share, large cells are re-clustered,
 * and left-over tuples join the cell that they cost least.
 *
 * Clustering: greedy k-member, Byun, Kamra, Bertino, Li, "Efficient k-Anonymization Using Clustering Techniques",
 * DASFAA 2007, section 4, within one cell, with the generalization loss as distance.
 * @module
 */
import type { Attribute, Cell, CellSpace, Recoding } from './cells.js';

/** Tuples above which a cell is not re-clustered: the work grows with the square. */
const CLUSTER_LIMIT = 4000;

/** A recoding that costs at most as much, with as few left-over tuples as possible. */
export function refine(space: CellSpace, recoding: Recoding): Recoding {
  let cells: Cell[] = [];
  for (const cell of recoding.cells) {
    const tight = { tuples: cell.tuples, levels: space.meet(cell.tuples) };
    cells.push(...recluster(space, tight));
  }
  const absorbed = absorb(space, cells, recoding.left);
  cells = absorbed.cells;
  return { algorithm: recoding.algorithm, cells, left: absorbed.left };
}

function recluster(space: CellSpace, cell: Cell): Cell[] {
  const { tuples, levels } = cell;
  if (tuples.length < 2 || tuples.length > CLUSTER_LIMIT) return [cell];
  if (space.unitsOf(tuples) < 2 * space.minimum || space.costOf(tuples[0] as number, levels) === 0) return [cell];
  const rest = Array.from(tuples);
  const clusters: number[][] = [];
  let lead = rest[0] as number;
  while (rest.length > 0) {
    // Start at the tuple farthest from the last cluster, so that outliers do not end up together in the rest.
    let at = 0;
    let farthest = -1;
    for (let i = 0; i < rest.length; i++) {
      const far = joinCost(space, lead, null, rest[i] as number);
      if (far > farthest) {
        farthest = far;
        at = i;
      }
    }
    const cluster = [rest[at] as number];
    rest[at] = rest[rest.length - 1] as number;
    rest.pop();
    const own = space.meet(cluster);
    while (!space.satisfies(cluster) && rest.length > 0) {
      let best = -1;
      let least = Number.POSITIVE_INFINITY;
      for (let i = 0; i < rest.length; i++) {
        const cost = joinCost(space, cluster[0] as number, own, rest[i] as number);
        if (cost < least) {
          least = cost;
          best = i;
        }
      }
      const tuple = rest[best] as number;
      rest[best] = rest[rest.length - 1] as number;
      rest.pop();
      cluster.push(tuple);
      raise(space, own, cluster[0] as number, tuple);
    }
    clusters.push(cluster);
    lead = cluster[0] as number;
  }
  const last = clusters[clusters.length - 1] as number[];
  const made = (space.satisfies(last) ? clusters : clusters.slice(0, -1)).map((list) => {
    const own = Int32Array.from(list);
    return { tuples: own, levels: space.meet(own) };
  });
  if (made.length === 0) return [cell];
  const whole = space.satisfies(last) ? made : absorb(space, made, Int32Array.from(last)).cells;
  const before = space.rowsOf(tuples) * space.costOf(tuples[0] as number, levels);
  const after = whole.reduce(
    (sum, part) => sum + space.rowsOf(part.tuples) * space.costOf(part.tuples[0] as number, part.levels),
    0,
  );
  const covered = whole.reduce((sum, part) => sum + part.tuples.length, 0);
  return covered === tuples.length && after < before - 1e-12 ? whole : [cell];
}

/** Cost of one row of lead's cell after the tuple joined it. */
function joinCost(space: CellSpace, lead: number, levels: Int32Array | null, tuple: number): number {
  let sum = 0;
  for (let d = 0; d < space.attributes.length; d++) {
    const { codes, groupOf, cost, lowest } = space.attributes[d] as Attribute;
    let level = levels === null ? lowest : (levels[d] as number);
    const a = codes[lead] as number;
    const b = codes[tuple] as number;
    if (a !== b) while ((groupOf[level] as Int32Array)[a] !== (groupOf[level] as Int32Array)[b]) level++;
    sum += (cost[level] as Float64Array)[a] as number;
  }
  return sum;
}

function raise(space: CellSpace, levels: Int32Array, lead: number, tuple: number): void {
  for (let d = 0; d < levels.length; d++) {
    const { codes, groupOf } = space.attributes[d] as Attribute;
    const a = codes[lead] as number;
    const b = codes[tuple] as number;
    while ((groupOf[levels[d] as number] as Int32Array)[a] !== (groupOf[levels[d] as number] as Int32Array)[b]) {
      levels[d] = (levels[d] as number) + 1;
    }
  }
}

/** Each tuple joins the cell whose total cost rises least, if the cell still satisfies the criteria. */
function absorb(space: CellSpace, cells: readonly Cell[], left: Int32Array): { cells: Cell[]; left: Int32Array } {
  if (left.length === 0 || cells.length === 0) return { cells: [...cells], left };
  const out = [...cells];
  const sizes = out.map((cell) => space.rowsOf(cell.tuples));
  const costs = out.map((cell) => space.costOf(cell.tuples[0] as number, cell.levels));
  const remaining: number[] = [];
  for (const tuple of left) {
    const rows = space.frequency.rows[tuple] as number;
    const order = out
      .map((cell, c) => {
        const cost = joinCost(space, cell.tuples[0] as number, cell.levels, tuple);
        return { c, rise: (sizes[c] as number) * (cost - (costs[c] as number)) + rows * cost };
      })
      .sort((a, b) => a.rise - b.rise || a.c - b.c);
    let placed = false;
    for (const { c } of order.slice(0, 50)) {
      const cell = out[c] as Cell;
      const tuples = Int32Array.from([...cell.tuples, tuple]);
      if (!space.satisfies(tuples)) continue;
      const levels = cell.levels.slice();
      raise(space, levels, cell.tuples[0] as number, tuple);
      out[c] = { tuples, levels };
      sizes[c] = (sizes[c] as number) + rows;
      costs[c] = space.costOf(tuples[0] as number, levels);
      placed = true;
      break;
    }
    if (!placed) remaining.push(tuple);
  }
  return { cells: out, left: Int32Array.from(remaining) };
}
