/**
 * The exact minimum over all nodes of a lattice, with all ties, by proven bounds only.
 *
 * Branch and bound over bit sets (own design, research of the project): a node is settled when it was checked, when its
 * bound cannot reach the best value, when it lies below a refuted node, or above one whose bound for coarser nodes is
 * too high. Each step checks the node, among a few candidates, that settles most either way.
 * @module
 */
import { type Progress, throwIfCancelled } from '../../core/index.js';
import type { Evaluator } from './evaluate.js';
import { type Lattice, levelSum } from './lattice.js';
import {
  countInAll,
  countInNone,
  hasMember,
  NodeMasks,
  nextMember,
  removeInAll,
  removeInNone,
  removeMember,
} from './node-set.js';

/** A node that reaches the optimum. */
export interface OptimalNode {
  readonly levels: readonly number[];
  readonly suppressedRows: number;
}

/** A checked node that others were settled by: entry of the certificate. */
export interface CheckedNode {
  readonly levels: readonly number[];
  /** `below`: all finer nodes are infeasible; `above`: all coarser nodes cost more; `self`: only this node is settled. */
  readonly settles: 'below' | 'above' | 'self';
}

/** Outcome of the search. */
export interface SearchResult {
  /** Best value; Infinity when no node is feasible. */
  readonly value: number;
  /** All optimal nodes, in order of the tie rule: level sum, then lexicographic. */
  readonly ties: readonly OptimalNode[];
  readonly checkedNodes: number;
  readonly checked: readonly CheckedNode[];
  /** False when a time limit ended the search. */
  readonly complete: boolean;
  /** No node can be below this. Equal to `value` when complete. */
  readonly lowerBound: number;
}

/** Options of {@link searchOptimal}. */
export interface SearchOptions {
  /** Milliseconds after which the best so far is returned with a gap. Default: none. */
  readonly timeLimit?: number;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
  /** Candidates looked at per step. Default 16. */
  readonly candidates?: number;
}

/** Values that differ by less than this share are one value. */
export const TIE_TOLERANCE = 1e-12;

/** True when `a` is not above `b`, up to the tolerance of ties. */
function reaches(a: number, b: number): boolean {
  return a <= b + TIE_TOLERANCE * Math.max(1, Math.abs(b));
}

/** Nodes in search order: ascending bound, then level sum, then number. */
interface Order {
  readonly levels: Uint8Array;
  readonly bounds: Float64Array;
}

function orderNodes(lattice: Lattice, bound: (levels: Int32Array) => number): Order {
  const { nodes, dimensions } = lattice;
  const bounds = new Float64Array(nodes);
  const sums = new Int32Array(nodes);
  const levels = new Int32Array(dimensions);
  for (let node = 0; node < nodes; node++) {
    lattice.levelsOf(node, levels);
    bounds[node] = bound(levels);
    sums[node] = levelSum(levels);
  }
  const order = new Uint32Array(nodes);
  for (let node = 0; node < nodes; node++) order[node] = node;
  order.sort(
    (a, b) =>
      ((bounds[a] as number) < (bounds[b] as number) ? -1 : (bounds[a] as number) > (bounds[b] as number) ? 1 : 0) ||
      (sums[a] as number) - (sums[b] as number) ||
      a - b,
  );
  const sortedLevels = new Uint8Array(nodes * dimensions);
  const sortedBounds = new Float64Array(nodes);
  for (let i = 0; i < nodes; i++) {
    const node = order[i] as number;
    sortedBounds[i] = bounds[node] as number;
    sortedLevels.set(lattice.levelsOf(node, levels), i * dimensions);
  }
  return { levels: sortedLevels, bounds: sortedBounds };
}

/** First index whose bound is above the value. */
function prefixEnd(bounds: Float64Array, value: number): number {
  const limit = value + TIE_TOLERANCE * Math.max(1, Math.abs(value));
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bounds[middle] as number) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Searches the whole lattice.
 *
 * @throws SCRIM_CANCELLED when the signal is raised
 */
export function searchOptimal(lattice: Lattice, evaluator: Evaluator, options: SearchOptions = {}): SearchResult {
  const { dimensions, nodes } = lattice;
  const candidates = options.candidates ?? 16;
  const order = orderNodes(lattice, evaluator.metric.lowerBound);
  const masks = new NodeMasks(order.levels, lattice.minimum, lattice.maximum);
  const open = masks.all();
  const scratch = new Int32Array(masks.words);
  const bounded = (order.bounds[nodes - 1] as number) > Number.NEGATIVE_INFINITY;
  const levels = new Int32Array(dimensions);
  const started = Date.now();
  let best = Number.POSITIVE_INFINITY;
  let end = nodes;
  let left = nodes;
  let ties: OptimalNode[] = [];
  const checked: CheckedNode[] = [];
  const pending: { levels: Int32Array; bound: number }[] = [];
  let seed = 0x2545f491;
  const random = (bound: number): number => {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return (seed >>> 0) % bound;
  };
  const levelsAt = (node: number, out: Int32Array): Int32Array => {
    for (let d = 0; d < dimensions; d++) out[d] = order.levels[node * dimensions + d] as number;
    return out;
  };
  const trial = new Int32Array(dimensions);

  const pick = (): number => {
    const words = (end + 31) >> 5;
    let bestNode = -1;
    let bestScore = -1;
    for (let i = 0; i < candidates; i++) {
      let node = nextMember(open, random(end), end);
      if (node < 0) node = nextMember(open, 0, end);
      if (node < 0) return -1;
      levelsAt(node, trial);
      const below = countInAll(open, masks.below(trial), words, scratch);
      // When feasible: everything with a higher bound goes, or, without bounds, everything above that costs more.
      const other = bounded ? ((end - node) * left) / end : countInNone(open, masks.notAbove(trial), words, scratch);
      const score = Math.min(below, other) + 0.1 * below;
      if (score > bestScore) {
        bestScore = score;
        bestNode = node;
      }
    }
    return bestNode;
  };

  let complete = true;
  let checks = 0;
  for (;;) {
    if ((checks & 15) === 0) {
      throwIfCancelled(options.signal, 'anonymize');
      options.progress?.({ stage: 'search', done: nodes - left, total: nodes, unit: 'steps' });
      if (options.timeLimit !== undefined && checks > 0 && Date.now() - started > options.timeLimit) {
        complete = nextMember(open, 0, end) < 0;
        break;
      }
    }
    const node = checks === 0 ? (hasMember(open, nodes - 1) ? nodes - 1 : -1) : pick();
    if (node < 0) break;
    levelsAt(node, levels);
    const outcome = evaluator.check(levels);
    checks++;
    removeMember(open, node);
    left--;
    const words = (end + 31) >> 5;
    let settles: CheckedNode['settles'] = 'self';
    if (outcome.feasible && reaches(outcome.value, best)) {
      const improved = !reaches(best, outcome.value);
      if (improved) {
        best = outcome.value;
        ties = [];
        end = Math.min(end, prefixEnd(order.bounds, best));
      }
      ties.push({ levels: Array.from(levels), suppressedRows: outcome.suppressedRows });
      if (improved && !bounded) {
        for (let i = pending.length - 1; i >= 0; i--) {
          const entry = pending[i] as (typeof pending)[number];
          if (reaches(entry.bound, best)) continue;
          left -= removeInNone(open, masks.notAbove(entry.levels), words, scratch);
          checked.push({ levels: Array.from(entry.levels), settles: 'above' });
          pending.splice(i, 1);
        }
      }
    }
    if (outcome.refutesBelow) {
      settles = 'below';
      left -= removeInAll(open, masks.below(levels), words, scratch);
    }
    if (!bounded && outcome.aboveBound > Number.NEGATIVE_INFINITY) {
      if (!reaches(outcome.aboveBound, best)) {
        left -= removeInNone(open, masks.notAbove(levels), words, scratch);
        checked.push({ levels: Array.from(levels), settles: 'above' });
      } else pending.push({ levels: levels.slice(), bound: outcome.aboveBound });
    }
    checked.push({ levels: Array.from(levels), settles });
    if (!outcome.refutesBelow) evaluator.grouper.keep(levels);
  }
  const first = nextMember(open, 0, end);
  const lowerBound = complete || first < 0 ? best : Math.min(best, order.bounds[first] as number);
  ties.sort((a, b) => levelSum(a.levels) - levelSum(b.levels) || compare(a.levels, b.levels));
  return { value: best, ties, checkedNodes: checks, checked, complete, lowerBound };
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let d = 0; d < a.length; d++) {
    const difference = (a[d] as number) - (b[d] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}
