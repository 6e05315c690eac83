/**
 * Any-time search for lattices too large to enumerate: a reduced lattice where that is enough, else greedy descents with an
 * honest gap.
 *
 * Levels that an attribute alone already rules out (subset property of Incognito) cut the lattice first; what remains is
 * searched exactly when it is small enough. Otherwise the answer is the best node found, and the bound of the lowest node
 * that is not ruled out is the proven lower bound.
 * @module
 */
import { throwIfCancelled } from '../../core/index.js';
import type { Evaluator } from './evaluate.js';
import { Lattice } from './lattice.js';
import { type OptimalNode, type SearchOptions, type SearchResult, searchOptimal } from './optimal.js';

/** Milliseconds when the caller names none. */
const DEFAULT_TIME = 10_000;

/** Nodes whose outcome is remembered: about 200 MB. */
const REMEMBERED = 1_000_000;

interface Visited {
  /** Infinity where the node is not feasible. */
  readonly value: number;
  readonly suppressedRows: number;
}

/** Less value; among infeasible nodes fewer rows to suppress. */
function isBetter(a: Visited, b: Visited): boolean {
  return a.value !== b.value ? a.value < b.value : a.suppressedRows < b.suppressedRows;
}

/** Searches until the time is up. `limit`: largest lattice that is enumerated. */
export function searchAnytime(
  lattice: Lattice,
  evaluator: Evaluator,
  limit: number,
  options: SearchOptions = {},
): SearchResult {
  const started = Date.now();
  const time = options.timeLimit ?? DEFAULT_TIME;
  const lowest = lattice.minimum.slice();
  const levels = lattice.maximum.slice();
  let checks = 0;
  for (let d = 0; d < lattice.dimensions; d++) {
    for (let level = (lattice.maximum[d] as number) - 1; level >= (lattice.minimum[d] as number); level--) {
      levels[d] = level;
      checks++;
      if (evaluator.check(levels).refutesBelow) {
        lowest[d] = level + 1;
        break;
      }
    }
    levels[d] = lattice.maximum[d] as number;
  }
  const reduced = new Lattice(lowest, lattice.maximum);
  if (reduced.nodes <= limit) {
    const found = searchOptimal(reduced, evaluator, { ...options, timeLimit: time });
    // Its certificate covers the reduced lattice only; the levels cut off are refuted by one attribute alone.
    const cuts = Array.from(lowest, (level, d) => ({ level, d }))
      .filter(({ level, d }) => level > (lattice.minimum[d] as number))
      .map(({ level, d }) => {
        const at = Array.from(lattice.maximum);
        at[d] = level - 1;
        return { levels: at, settles: 'below' as const };
      });
    return { ...found, checkedNodes: found.checkedNodes + checks, checked: [...cuts, ...found.checked] };
  }
  let best: OptimalNode | null = null;
  let value = Number.POSITIVE_INFINITY;
  let seed = 0x9e3779b9;
  const random = (bound: number): number => {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return (seed >>> 0) % bound;
  };
  const seen = new Map<string, Visited>();
  const visit = (at: Int32Array): Visited => {
    const key = at.join();
    const known = seen.get(key);
    if (known !== undefined) return known;
    const outcome = evaluator.check(at);
    checks++;
    const own = { value: outcome.feasible ? outcome.value : Infinity, suppressedRows: outcome.suppressedRows };
    if (seen.size < REMEMBERED) seen.set(key, own);
    if (outcome.feasible && (best === null || own.value < value)) {
      value = own.value;
      best = { levels: Array.from(at), suppressedRows: outcome.suppressedRows };
    }
    return own;
  };
  // Where every criterion is monotone in both ways, an infeasible top settles the whole lattice.
  const hopeless = evaluator.check(lattice.maximum).refutesBelow;
  visit(lattice.maximum);
  for (let round = 0; Date.now() - started < time && !hopeless; round++) {
    throwIfCancelled(options.signal, 'anonymize');
    options.progress?.({ stage: 'search', done: Date.now() - started, total: time, unit: 'steps' });
    const at = lattice.maximum.slice();
    for (;;) {
      let way = -1;
      let least: Visited | null = null;
      for (let d = 0; d < lattice.dimensions; d++) {
        if ((at[d] as number) <= (lowest[d] as number)) continue;
        // The first descent looks at every neighbour, later ones at a random half.
        if (round > 0 && random(2) === 0) continue;
        at[d] = (at[d] as number) - 1;
        const own = visit(at);
        at[d] = (at[d] as number) + 1;
        if (least === null || isBetter(own, least)) {
          least = own;
          way = d;
        }
      }
      if (way < 0 || (round > 0 && Date.now() - started > time)) break;
      at[way] = (at[way] as number) - 1;
    }
  }
  return {
    value,
    ties: best === null ? [] : [best],
    checkedNodes: checks,
    checked: [],
    complete: hopeless,
    lowerBound: Math.min(value, evaluator.metric.lowerBound(lowest)),
  };
}
