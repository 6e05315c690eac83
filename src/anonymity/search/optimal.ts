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
import { orderNodes, prefixEnd, TIE_TOLERANCE } from './node-order.js';
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
  /** Candidates looked at per step. Default 16, or 4 where the metric has no bound before grouping. */
  readonly candidates?: number;
}

/** True when `a` is not above `b`, up to the tolerance of ties. */
function reaches(a: number, b: number): boolean {
  return a <= b + TIE_TOLERANCE * Math.max(1, Math.abs(b));
}

/** Greedy way down from the top to a good first value: always to the open neighbour below with the least value. */
function descend(
  lattice: Lattice,
  visit: (levels: Int32Array) => number,
  isOpen: (levels: Int32Array) => boolean,
): void {
  const at = lattice.maximum.slice();
  for (;;) {
    let best = Number.POSITIVE_INFINITY;
    let way = -1;
    for (let d = 0; d < lattice.dimensions; d++) {
      if (at[d] === lattice.minimum[d]) continue;
      at[d] = (at[d] as number) - 1;
      if (isOpen(at)) {
        const value = visit(at);
        if (value < best) {
          best = value;
          way = d;
        }
      }
      at[d] = (at[d] as number) + 1;
    }
    if (way < 0) return;
    at[way] = (at[way] as number) - 1;
  }
}

/**
 * Climbs from the best node known: always to the best open neighbour, one level down in one attribute or that and one level up in
 * another. What it checks settles other nodes all the same, and a better value settles more of them.
 */
function improve(
  lattice: Lattice,
  start: Int32Array,
  visit: (levels: Int32Array) => number,
  isOpen: (levels: Int32Array) => boolean,
  least: () => number,
): void {
  const { minimum, maximum, dimensions } = lattice;
  const at = start.slice();
  const step = (d: number, by: number): boolean => {
    const level = (at[d] as number) + by;
    if (level < (minimum[d] as number) || level > (maximum[d] as number)) return false;
    at[d] = level;
    return true;
  };
  for (let moved = true; moved; ) {
    moved = false;
    for (let down = 0; down < dimensions && !moved; down++) {
      if (!step(down, -1)) continue;
      for (let up = -1; up < dimensions && !moved; up++) {
        if (up === down || (up >= 0 && !step(up, 1))) continue;
        const before = least();
        if (isOpen(at) && visit(at) < before) moved = true;
        else if (up >= 0) step(up, -1);
      }
      if (!moved) step(down, 1);
    }
  }
}

/**
 * Subset property (Incognito): what one or two attributes alone suppress, all together suppress. With the others at their
 * top, nodes are cheap to group and refute whole slabs of the lattice. Walks the border of each pair.
 */
function refutePairs(lattice: Lattice, refute: (levels: Int32Array) => boolean): void {
  const { minimum, maximum, dimensions } = lattice;
  const levels = maximum.slice();
  const lowest = minimum.slice();
  for (let i = 0; i < dimensions; i++) {
    const top = maximum[i] as number;
    for (let level = top - 1; level >= (minimum[i] as number); level--) {
      levels[i] = level;
      if (refute(levels)) {
        lowest[i] = level + 1;
        break;
      }
    }
    levels[i] = top;
  }
  for (let i = 0; i < dimensions; i++) {
    for (let j = i + 1; j < dimensions; j++) {
      // Staircase: as i rises, the lowest level of j that is not refuted falls.
      let b = (maximum[j] as number) - 1;
      for (let a = lowest[i] as number; a < (maximum[i] as number) && b >= (lowest[j] as number); a++) {
        levels[i] = a;
        while (b >= (lowest[j] as number)) {
          levels[j] = b;
          if (refute(levels)) break;
          b--;
        }
      }
      levels[i] = maximum[i] as number;
      levels[j] = maximum[j] as number;
    }
  }
}

/** The same for three attributes at a time, where nodes are still open. */
function refuteTriples(
  lattice: Lattice,
  isOpen: (levels: Int32Array) => boolean,
  refute: (levels: Int32Array) => boolean,
): void {
  const { minimum, maximum, dimensions } = lattice;
  const levels = maximum.slice();
  for (let i = 0; i < dimensions; i++) {
    for (let j = i + 1; j < dimensions; j++) {
      for (let k = j + 1; k < dimensions; k++) {
        for (let a = (maximum[i] as number) - 1; a >= (minimum[i] as number); a--) {
          levels[i] = a;
          let c = (maximum[k] as number) - 1;
          for (let b = minimum[j] as number; b < (maximum[j] as number) && c >= (minimum[k] as number); b++) {
            levels[j] = b;
            while (c >= (minimum[k] as number)) {
              levels[k] = c;
              if (!isOpen(levels) || refute(levels)) break;
              c--;
            }
          }
        }
        levels[i] = maximum[i] as number;
        levels[j] = maximum[j] as number;
        levels[k] = maximum[k] as number;
      }
    }
  }
}

/**
 * Searches the whole lattice.
 *
 * @throws SCRIM_CANCELLED when the signal is raised
 */
export function searchOptimal(lattice: Lattice, evaluator: Evaluator, options: SearchOptions = {}): SearchResult {
  const { dimensions, nodes } = lattice;
  const chosen = options.candidates;
  const order = orderNodes(lattice, evaluator.metric.lowerBound);
  const masks = new NodeMasks(order.levels, lattice.minimum, lattice.maximum);
  const open = masks.all();
  const bounded = (order.bounds[nodes - 1] as number) > Number.NEGATIVE_INFINITY;
  const candidates = chosen ?? (bounded ? 16 : 4);
  const levels = new Int32Array(dimensions);
  const started = Date.now();
  let best = Number.POSITIVE_INFINITY;
  let end = nodes;
  let left = nodes;
  let ties: OptimalNode[] = [];
  const checked: CheckedNode[] = [];
  const pending: { levels: Int32Array; bound: number }[] = [];
  const { suppressedBound } = evaluator.metric;
  /** Nodes that must suppress some rows: with a better value that alone may cost too much, here and below. */
  const burdened: { levels: Int32Array; bound: number }[] = [];
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
      const below = countInAll(open, masks.below(trial), words);
      // When feasible: everything with a higher bound goes, or, without bounds, everything above that costs more.
      const other = bounded ? ((end - node) * left) / end : countInNone(open, masks.notAbove(trial), words);
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

  /** Checks a node and settles all that follows from it. Returns the value, or Infinity when it is not feasible. */
  const visit = (at: Int32Array): number => {
    const outcome = evaluator.check(at);
    checks++;
    const node = order.position[lattice.indexOf(at)] as number;
    const wasOpen = hasMember(open, node);
    if (wasOpen) {
      removeMember(open, node);
      left--;
    }
    let settles: CheckedNode['settles'] = 'self';
    if (wasOpen && outcome.feasible && reaches(outcome.value, best)) {
      const improved = !reaches(best, outcome.value);
      if (improved) {
        best = outcome.value;
        ties = [];
        end = Math.min(end, prefixEnd(order.bounds, best));
        if (!bounded) settlePending();
        settleBurdened();
      }
      ties.push({ levels: Array.from(at), suppressedRows: outcome.suppressedRows });
    }
    const words = (end + 31) >> 5;
    if (isBelow(at, outcome.refutesBelow, outcome.need)) {
      settles = 'below';
      left -= removeInAll(open, masks.below(at), words);
    }
    if (!bounded && outcome.aboveBound > Number.NEGATIVE_INFINITY) {
      if (reaches(outcome.aboveBound, best)) {
        pending.push({ levels: at.slice(), bound: outcome.aboveBound });
      } else {
        left -= removeInNone(open, masks.notAbove(at), words);
        checked.push({ levels: Array.from(at), settles: 'above' });
      }
    }
    checked.push({ levels: Array.from(at), settles });
    return outcome.feasible ? outcome.value : Number.POSITIVE_INFINITY;
  };
  /** Whether all finer nodes are settled by what this one must suppress; if not yet, it is kept for a better value. */
  const isBelow = (at: Int32Array, refuted: boolean, need: number): boolean => {
    if (refuted) return true;
    if (suppressedBound === undefined || need === 0) return false;
    const bound = suppressedBound(need);
    if (!reaches(bound, best)) return true;
    burdened.push({ levels: at.slice(), bound });
    return false;
  };
  const settleBurdened = (): void => {
    for (let i = burdened.length - 1; i >= 0; i--) {
      const entry = burdened[i] as (typeof burdened)[number];
      if (reaches(entry.bound, best)) continue;
      left -= removeInAll(open, masks.below(entry.levels), (end + 31) >> 5);
      checked.push({ levels: Array.from(entry.levels), settles: 'below' });
      burdened.splice(i, 1);
    }
  };
  /** A better value lets bounds of nodes checked earlier settle what lies above them. */
  const settlePending = (): void => {
    for (let i = pending.length - 1; i >= 0; i--) {
      const entry = pending[i] as (typeof pending)[number];
      if (reaches(entry.bound, best)) continue;
      left -= removeInNone(open, masks.notAbove(entry.levels), (end + 31) >> 5);
      checked.push({ levels: Array.from(entry.levels), settles: 'above' });
      pending.splice(i, 1);
    }
  };
  const refute = (at: Int32Array): boolean => {
    checks++;
    const { refutesBelow, need } = evaluator.check(at);
    if (!isBelow(at, refutesBelow, need)) return false;
    left -= removeInAll(open, masks.below(at), (end + 31) >> 5);
    checked.push({ levels: Array.from(at), settles: 'below' });
    return true;
  };

  visit(lattice.maximum);
  const descent = (): void => {
    if (!bounded && best < Number.POSITIVE_INFINITY) {
      descend(lattice, visit, (at) => hasMember(open, order.position[lattice.indexOf(at)] as number));
    }
  };
  // Where suppression has a price, a good value first lets the pairs rule out more.
  if (suppressedBound !== undefined) descent();
  refutePairs(lattice, refute);
  if (!bounded) {
    refuteTriples(lattice, (at) => hasMember(open, order.position[lattice.indexOf(at)] as number), refute);
  }
  if (suppressedBound === undefined) descent();
  const [start] = ties;
  if (!bounded && start !== undefined) {
    improve(
      lattice,
      Int32Array.from(start.levels),
      visit,
      (at) => hasMember(open, order.position[lattice.indexOf(at)] as number),
      () => best,
    );
  }
  for (let step = 0; ; step++) {
    if ((step & 15) === 0) {
      throwIfCancelled(options.signal, 'anonymize');
      options.progress?.({ stage: 'search', done: nodes - left, total: nodes, unit: 'steps' });
      if (options.timeLimit !== undefined && Date.now() - started > options.timeLimit) {
        complete = nextMember(open, 0, end) < 0;
        break;
      }
    }
    const node = pick();
    if (node < 0) break;
    visit(levelsAt(node, levels));
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
