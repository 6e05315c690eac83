/**
 * Lattice sweep: nodes in ascending loss; at each, every class of still open tuples that satisfies the criteria is released.
 *
 * The limit of ARX's iterative local recoding (Prasser, Bild, Kuhn, "A Generic Method for Assessing the Quality of
 * De-Identified Health Data", 2016) with a step of one class. Needs a lattice that can be enumerated.
 * @module
 */
import { groupRows } from '../../core/index.js';
import { Grouper } from '../search/grouping.js';
import { Lattice } from '../search/lattice.js';
import type { Cell, CellSpace, Recoding } from './cells.js';

/** Largest lattice that is swept. */
export const SWEEP_LIMIT = 300_000;

/** Recodes by sweeping; null when the lattice is too large. */
export function sweep(space: CellSpace): Recoding | null {
  const { problem, frequency } = space;
  const { minimum } = problem.context;
  const maximum = Int32Array.from(space.attributes, ({ top }, d) =>
    Math.min(top, problem.context.maximum[d] as number),
  );
  const lattice = new Lattice(minimum, maximum);
  if (lattice.nodes > SWEEP_LIMIT) return null;
  const visits = visitsByCost(space, lattice);
  const grouper = new Grouper(frequency, problem.columns);
  let open = new Int32Array(frequency.tuples);
  let count = 0;
  for (let tuple = 0; tuple < frequency.tuples; tuple++) {
    if ((frequency.rows[tuple] as number) > 0) open[count++] = tuple;
  }
  open = open.slice(0, count);
  let selection = grouper.select(open);
  const cells: Cell[] = [];
  const levels = new Int32Array(lattice.dimensions);
  const { countsOnly } = space;
  /** Nodes at which no class of open tuples was large enough: open tuples only become fewer. */
  const barren = new Uint8Array(lattice.nodes);
  for (let i = 0; i < visits.nodes.length && open.length > 0; i++) {
    const node = visits.nodes[i] as number;
    if (barren[node] === 1) continue;
    lattice.levelsOf(node, levels);
    const found = grouper.groupSelection(levels, selection);
    if (frequency.shared === null && !anyAtLeast(found.units, found.classes, space.minimum)) {
      barren[node] = 1;
      continue;
    }
    const most = visits.most[i] as number;
    const members = groupRows(found.classOf.subarray(0, open.length), found.classes);
    const released = new Uint8Array(found.classes);
    let any = false;
    for (let c = 0; c < found.classes; c++) {
      if (frequency.shared === null && (found.units[c] as number) < space.minimum) continue;
      const lead = open[found.representative[c] as number] as number;
      if (space.costOf(lead, levels) > most) continue;
      const tuples = members.rows.slice(members.starts[c] as number, members.starts[c + 1] as number);
      for (let t = 0; t < tuples.length; t++) tuples[t] = open[tuples[t] as number] as number;
      if (!countsOnly && !space.satisfies(tuples)) continue;
      released[c] = 1;
      any = true;
      cells.push({ tuples, levels: levels.slice() });
    }
    if (!any) continue;
    open = stillOpen(open, found.classOf, released);
    selection = grouper.select(open);
  }
  return { algorithm: 'lattice-sweep', cells, left: open };
}

function anyAtLeast(units: Float64Array, classes: number, minimum: number): boolean {
  for (let c = 0; c < classes; c++) if ((units[c] as number) >= minimum) return true;
  return false;
}

function stillOpen(open: Int32Array, classOf: Int32Array, released: Uint8Array): Int32Array<ArrayBuffer> {
  const next = new Int32Array(open.length);
  let count = 0;
  for (let i = 0; i < open.length; i++) {
    if (released[classOf[i] as number] === 0) next[count++] = open[i] as number;
  }
  return next.slice(0, count);
}

/** Visits in order: the node, and the highest cost that a class released there may have. */
interface Visits {
  readonly nodes: Uint32Array;
  readonly most: Float64Array;
}

/** How much dearer than the node's mean a class may be at the first visit; the second visit follows when the mean has risen by it. */
const PATIENCE = 1.2;

/**
 * Each node twice: at its mean cost for the classes that cost about that, and again later for the rest. With hierarchies of
 * uneven width classes of one node differ much in cost, and the dear ones do better at another node first
 * (measured on Adult: loss 1 to 2 % lower than with one visit).
 */
function visitsByCost(space: CellSpace, lattice: Lattice): Visits {
  const { frequency } = space;
  const means = space.attributes.map(({ codes, cost }) =>
    cost.map((byCode) => {
      let sum = 0;
      for (let t = 0; t < codes.length; t++) {
        sum += (frequency.rows[t] as number) * (byCode[codes[t] as number] as number);
      }
      return sum / frequency.totalRows;
    }),
  );
  const { nodes } = lattice;
  const keys = new Float64Array(2 * nodes);
  const levels = new Int32Array(lattice.dimensions);
  for (let node = 0; node < nodes; node++) {
    lattice.levelsOf(node, levels);
    let mean = 0;
    for (let d = 0; d < levels.length; d++) mean += (means[d] as number[])[levels[d] as number] as number;
    keys[2 * node] = mean;
    keys[2 * node + 1] = mean * PATIENCE;
  }
  const order = Uint32Array.from(keys, (_, i) => i).sort((a, b) => (keys[a] as number) - (keys[b] as number) || a - b);
  const most = Float64Array.from(order, (i) =>
    i % 2 === 0 ? (keys[i + 1] as number) * (1 + 1e-9) : Number.POSITIVE_INFINITY,
  );
  return { nodes: order.map((i) => i >> 1), most };
}
