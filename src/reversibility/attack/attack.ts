/**
 * What an attack is: a name, what it must know, and a function from the state of the review to steps of an inverse.
 * @module
 */
import type { RandomSource } from '../../core/index.js';
import type { Lookup } from '../intake/lookup.js';
import type { Sheet } from '../intake/sheet.js';
import type { Derived, Step } from '../inverse.js';
import type { Target } from '../restoration/execute.js';
import type { Recoding } from '../safe-form/recoding.js';
import type { Knowledge, Thresholds } from '../verdict.js';

/** State that attacks read and add to: one product table against all sources. */
export interface Board {
  readonly product: Sheet;
  readonly sources: readonly Sheet[];
  readonly targets: readonly Target[];
  readonly lookup: Lookup;
  readonly thresholds: Thresholds;
  readonly random: RandomSource;
  /** Public salts or prefixes that the reviewer knows. */
  readonly salts: readonly string[];
  /** Columns of the product and columns read off them. */
  readonly derived: Derived[];
  /** Steps found so far. */
  readonly steps: Step[];
  /** Columns that a verified safe form explains otherwise: no attack reads them as raw values. */
  readonly settled: Set<number>;
  /** Generalised columns of the product, verified or not. */
  readonly generalised: Map<number, Recoding>;
  /** What an attack found out that is no restored row, by its name. */
  readonly notes: Map<string, string>;
  /** True when the time is up. */
  readonly late: () => boolean;
  /** Score of the best step that reads a product column by itself. */
  best(column: number): number;
}

/** One attack of the battery. */
export interface Attack {
  readonly id: string;
  readonly knowledge: Knowledge;
  /** Adds steps (and derived columns) to the board; returns why it does not apply, or null when it ran. */
  run(board: Board): string | null;
}

/** Product columns, and parts of their cells, that no good step explains yet. */
export function unexplained(board: Board, score = 0.8): Derived[] {
  return board.derived.filter((derived) => {
    const from = derived.from[0] as number;
    if (derived.from.length !== 1 || board.settled.has(from)) return false;
    if (derived.attack === 'containment') return board.best(from) < score;
    // One part of a cell may be read while another is not.
    return !board.steps.some(
      (step) => step.tentative !== true && step.score >= score && step.formula.includes(derived.formula),
    );
  });
}
