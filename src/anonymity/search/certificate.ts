/**
 * The certificate of an optimum: the checked nodes from which every other node of the lattice follows.
 *
 * A verifier needs the table, the hierarchies and the settings; it re-checks the listed nodes with its own counting
 * (verify.ts) and that they cover the lattice. Nothing of the searcher is trusted.
 * @module
 */
import type { CheckedNode, OptimalNode, SearchResult } from './optimal.js';
import type { Problem } from './problem.js';

/** Proof that no node of the lattice has a lower value than `value`. Plain JSON. */
export interface Certificate {
  readonly schema: 'scrim.certificate/1';
  readonly quasiIdentifiers: readonly string[];
  readonly minimum: readonly number[];
  readonly maximum: readonly number[];
  readonly metric: string;
  readonly value: number;
  /** Rows that may be suppressed. */
  readonly limit: number;
  readonly optima: readonly OptimalNode[];
  /** Nodes whose class counts prove that they and all finer nodes are infeasible; only the coarsest. */
  readonly refuted: readonly (readonly number[])[];
  /** Nodes whose bound proves that they and all coarser nodes cost more; only the finest. */
  readonly exceeded: readonly (readonly number[])[];
  /** Nodes that were checked one by one and are infeasible or not better. */
  readonly single: readonly (readonly number[])[];
}

/** Builds the certificate from a complete search; nodes that others imply are left out. */
export function certificateOf(problem: Problem, found: SearchResult): Certificate {
  const refuted = extremes(found.checked, 'below', (a, b) => a <= b);
  const exceeded = extremes(found.checked, 'above', (a, b) => a >= b);
  const optimal = new Set(found.ties.map((tie) => tie.levels.join()));
  const single = found.checked
    .filter(({ settles, levels }) => settles === 'self' && !optimal.has(levels.join()))
    .map(({ levels }) => levels)
    .filter(
      (levels) =>
        !refuted.some((node) => every(levels, node, (a, b) => a <= b)) &&
        !exceeded.some((node) => every(levels, node, (a, b) => a >= b)),
    );
  return {
    schema: 'scrim.certificate/1',
    quasiIdentifiers: problem.columns.map((column) => column.name),
    minimum: Array.from(problem.lattice.minimum),
    maximum: Array.from(problem.lattice.maximum),
    metric: problem.metric.name,
    value: found.value,
    limit: problem.limit,
    optima: found.ties,
    refuted,
    exceeded,
    single,
  };
}

function every(a: readonly number[], b: readonly number[], holds: (x: number, y: number) => boolean): boolean {
  for (let d = 0; d < a.length; d++) if (!holds(a[d] as number, b[d] as number)) return false;
  return true;
}

/** The nodes of a kind that no other node of the kind implies. */
function extremes(
  checked: readonly CheckedNode[],
  kind: CheckedNode['settles'],
  implied: (x: number, y: number) => boolean,
): (readonly number[])[] {
  const nodes = checked.filter(({ settles }) => settles === kind).map(({ levels }) => levels);
  const unique = [...new Map(nodes.map((levels) => [levels.join(), levels])).values()];
  return unique.filter((node) => !unique.some((other) => other !== node && every(node, other, implied)));
}
