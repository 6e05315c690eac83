/**
 * Counts on every level of a hierarchy that add up: noisy counts of all levels are reconciled, then rounded so that children sum to parents.
 *
 * Hay, Rastogi, Miklau, Suciu, VLDB 2010, §4 (constrained inference), for any tree and unequal variances: least squares by one pass up
 * and one pass down. Only post-processing: it costs nothing. See hierarchy.md.
 * @module
 */

/** A node of a forest with one root: parents stand before their children. */
export interface HierarchyNode {
  /** Position of the parent, -1 for the root. */
  readonly parent: number;
  /** What was measured there. */
  readonly measured: number;
  /** Variance of the measurement's noise. */
  readonly variance: number;
}

/** Reconciled value of a node. */
export interface Reconciled {
  /** Least-squares estimate. */
  readonly estimate: number;
  /** Integers that add up exactly. */
  readonly value: number;
  /** Variance of the estimate, never above that of the measurement. */
  readonly variance: number;
}

/** Least-squares estimates under "children sum to their parent", with consistent integers. @param nodes - parents first */
export function reconcile(nodes: readonly HierarchyNode[]): Reconciled[] {
  const n = nodes.length;
  const children: number[][] = nodes.map(() => []);
  nodes.forEach(({ parent }, i) => {
    if (parent >= 0) (children[parent] as number[]).push(i);
  });
  // Up: each node's best estimate from its own subtree.
  const own = new Float64Array(n);
  const spread = new Float64Array(n);
  const sums = new Float64Array(n);
  const sumSpread = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    const { measured, variance } = nodes[i] as HierarchyNode;
    own[i] = measured;
    spread[i] = variance;
    if ((children[i] as number[]).length === 0) continue;
    for (const child of children[i] as number[]) {
      sums[i] = (sums[i] as number) + (own[child] as number);
      sumSpread[i] = (sumSpread[i] as number) + (spread[child] as number);
    }
    const weight = (sumSpread[i] as number) / ((sumSpread[i] as number) + variance);
    own[i] = weight * measured + (1 - weight) * (sums[i] as number);
    spread[i] = weight * variance;
  }
  // Down: what the parent knows better is shared out by variance; integers by largest remainder.
  const estimate = Float64Array.from(own);
  const variance = Float64Array.from(spread);
  const value = Float64Array.from(own, (x) => Math.round(x));
  for (let i = 0; i < n; i++) {
    const below = children[i] as number[];
    if (below.length === 0) continue;
    const gap = (estimate[i] as number) - (sums[i] as number);
    for (const child of below) {
      const share = (spread[child] as number) / (sumSpread[i] as number);
      estimate[child] = (own[child] as number) + share * gap;
      variance[child] =
        (spread[child] as number) + share * share * ((variance[i] as number) - (sumSpread[i] as number));
    }
    roundInto(below, estimate, value[i] as number, value);
  }
  return nodes.map((_, i) => ({
    estimate: estimate[i] as number,
    value: (value[i] as number) + 0,
    variance: Math.max(0, variance[i] as number),
  }));
}

/** Integers near the estimates with the given sum: the parent's rounding is shared evenly, then largest remainders are rounded up. */
function roundInto(places: readonly number[], estimate: Float64Array, total: number, value: Float64Array): void {
  const sum = places.reduce((part, at) => part + (estimate[at] as number), 0);
  const shift = (total - sum) / places.length;
  let left = total;
  const remainders = places.map((at) => {
    const wanted = (estimate[at] as number) + shift;
    const floor = Math.floor(wanted);
    value[at] = floor;
    left -= floor;
    return { at, rest: wanted - floor };
  });
  remainders.sort((a, b) => b.rest - a.rest || a.at - b.at);
  // `left` is an integer between 0 and the number of places, up to the rounding of the sum.
  for (let i = 0; left !== 0; i = (i + 1) % remainders.length) {
    const { at } = remainders[left > 0 ? i : remainders.length - 1 - i] as { at: number };
    value[at] = (value[at] as number) + Math.sign(left);
    left -= Math.sign(left);
  }
}
