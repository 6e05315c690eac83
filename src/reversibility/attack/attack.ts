/**
 * What an attack is: a name, what it must know, and a function from the state of the review to steps of an inverse.
 * @module
 */
import type { RandomSource } from '../../core/index.js';
import type { Lookup } from '../intake/lookup.js';
import type { Sheet, SheetColumn } from '../intake/sheet.js';
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

/** True when a step says that the text reads a part of a cell. */
export function readsPart(formula: string): boolean {
  return /part\(|json\(|value\(|slice\(|segment\(|substr\(|every\(/.test(formula);
}

/** Attacks whose whole-column readings leave nothing in a column: by what the values are, not by how often they come. */
const BY_VALUE: ReadonlySet<string> = new Set(['containment', 'decoders', 'numeric']);

/** Decoders that leave out characters which may hold something else. */
const CUTS = /cut-first|cut-last|cut\(|after\(|before\(|every\(/;

/** True when a step says that it leaves out a part of each cell. */
export function leavesOut(formula: string): boolean {
  return readsPart(formula) || CUTS.test(formula);
}

/** Each value of a product column read as another value of one source column: its parts hold nothing more. */
export function isReadWhole(board: Board, position: number): boolean {
  const { distinct, present, rows } = board.product.columns[position] as SheetColumn;
  return board.steps.some(
    (step) =>
      step.from.length === 1 &&
      step.from[0] === position &&
      step.tentative !== true &&
      step.mass * rows >= 0.99 * present &&
      step.similarity >= 0.9 &&
      BY_VALUE.has(step.attack) &&
      !leavesOut(step.formula) &&
      valuesRead(board, step) >= 0.99 * distinct,
  );
}

const read = new WeakMap<Step, number>();

/** Different source values that a step gives. */
function valuesRead(board: Board, step: Step): number {
  let count = read.get(step);
  if (count === undefined) {
    const { cells } = step;
    const sheet = board.sources[step.source] as Sheet;
    const seen = new Uint8Array((sheet.columns[step.column] as SheetColumn).distinct);
    for (let row = 0; row < cells.length; row++) if ((cells[row] as number) >= 0) seen[cells[row] as number] = 1;
    count = seen.reduce((sum, one) => sum + one, 0);
    read.set(step, count);
  }
  return count;
}

/** The attack whose claims need a column near a line only. */
const NEAR_LINES = 'group-lines';

/** Score of the best step that reads each product column by itself. */
function bestScores(board: Board): Float64Array {
  const best = new Float64Array(board.product.columns.length);
  const near = new Map<string, Step>();
  for (const step of board.steps) {
    if (step.tentative === true) continue;
    if (step.attack === NEAR_LINES) {
      // Of several columns that all lie near one source column, as mixes with a large one do, one can be it.
      const key = `${step.source},${step.column}`;
      const first = near.get(key) ?? step;
      near.set(key, first);
      if (first.from[0] !== step.from[0]) continue;
    }
    for (const column of step.from) if (step.score > (best[column] as number)) best[column] = step.score;
  }
  return best;
}

/** Product columns, and parts of their cells, that no good step explains yet. */
export function unexplained(board: Board, score = 0.8): Derived[] {
  const best = bestScores(board);
  return board.derived.filter((derived) => {
    const from = derived.from[0] as number;
    if (derived.from.length !== 1 || board.settled.has(from)) return false;
    if (derived.attack === 'containment') return (best[from] as number) < score;
    if (isReadWhole(board, from)) return false;
    // One part of a cell may be read while another is not.
    return !board.steps.some(
      (step) => step.tentative !== true && step.score >= score && step.formula.includes(derived.formula),
    );
  });
}
