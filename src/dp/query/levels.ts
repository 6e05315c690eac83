/**
 * The answers of a hierarchy: each level counted with its own noise, reconciled, rounded. See hierarchy.md.
 * @module
 */
import type { RandomSource } from '../../core/index.js';
import type { DiscreteGaussian, DiscreteLaplace } from '../../noise/index.js';
import type { Answer } from './answer.js';
import { type HierarchyNode, reconcile } from './hierarchy.js';

interface Level {
  readonly depth?: number;
  readonly noise: DiscreteLaplace | DiscreteGaussian;
}

interface Node {
  readonly key: readonly (string | null)[];
  readonly parent: number;
  count: number;
}

/** Nodes of all levels, parents first, in the order in which keys are listed. */
function tree(keys: readonly (readonly (string | null)[])[], rows: Float64Array): Node[] {
  const nodes: Node[] = [{ key: [], parent: -1, count: 0 }];
  let above = new Map<string, number>([['[]', 0]]);
  const depth = keys[0]?.length ?? 0;
  for (let level = 1; level <= depth; level++) {
    const here = new Map<string, number>();
    keys.forEach((key) => {
      const own = key.slice(0, level);
      const name = JSON.stringify(own);
      if (here.has(name)) return;
      here.set(name, nodes.length);
      nodes.push({ key: own, parent: above.get(JSON.stringify(own.slice(0, -1))) as number, count: 0 });
    });
    if (level === depth)
      keys.forEach((key, i) => {
        (nodes[here.get(JSON.stringify(key)) as number] as Node).count = rows[i] as number;
      });
    above = here;
  }
  for (let i = nodes.length - 1; i > 0; i--) {
    const { parent, count } = nodes[i] as Node;
    (nodes[parent] as Node).count += count;
  }
  return nodes;
}

/** Half width by Vysochanskij and Petunin 1980 (unimodal), Chebyshev where that does not hold yet. */
function halfWidth(variance: number, alpha: number, levels: number): number {
  const wide = Math.sqrt((4 * variance) / (9 * alpha));
  const enough = wide >= Math.sqrt((8 * variance) / 3) ? wide : Math.sqrt(variance / alpha);
  return Math.ceil(enough) + levels;
}

/** @param rows - exact rows per listed key */
export function levels(
  query: string,
  measurements: readonly Level[],
  keys: readonly (readonly (string | null)[])[],
  rows: Float64Array,
  confidence: number,
  random: RandomSource,
): Answer[] {
  const nodes = tree(keys, rows);
  const byDepth = new Map(measurements.map((measurement) => [measurement.depth ?? 0, measurement.noise]));
  const noisy = nodes.map(({ key, parent, count }): HierarchyNode => {
    const noise = byDepth.get(key.length) as DiscreteLaplace | DiscreteGaussian;
    return { parent, measured: count + noise.sample(random), variance: noise.variance };
  });
  return reconcile(noisy).map(({ value, variance }, i) => {
    const { key } = nodes[i] as Node;
    const reach = halfWidth(variance, 1 - confidence, key.length + 1);
    return {
      query,
      key,
      part: null,
      value,
      interval: [value - reach, value + reach],
      noise: { kind: 'least-squares', scale: Math.sqrt(variance) },
    };
  });
}
