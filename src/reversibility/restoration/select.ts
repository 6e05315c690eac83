/**
 * Chooses which steps to put together: at most one a source column, each product column once, so that as many of the
 * product's rows as possible stand in the source as whole tuples.
 * @module
 */
import { readsPart } from '../attack/attack.js';
import type { Step } from '../inverse.js';
import { probeSteps, type Target } from './execute.js';
import { Presence } from './presence.js';
import { addColumn, emptyTuples, indexTuples, probeTuples } from './tuple-join.js';

/** Assigns steps greedily by score: one a source column and one a derived formula. */
export function assign(steps: readonly Step[]): Step[] {
  const chosen: Step[] = [];
  const sources = new Set<number>();
  const formulas = new Set<string>();
  for (const step of [...steps].sort(byScore)) {
    if (sources.has(step.column) || formulas.has(step.formula) || clashes(step, chosen)) continue;
    sources.add(step.column);
    formulas.add(step.formula);
    chosen.push(step);
  }
  return chosen;
}

/** What a step reads: steps that read the same are rivals. Parts of a cell, and mixes of several columns, each give their own. */
function reads(step: Step): string {
  return isOneValue(step) ? step.from.join() : step.formula;
}

/** Dummies together are one value, too. */
const DUMMIES = /(?:^|\()hot\(/;

function isOneValue({ from, formula }: Step): boolean {
  return from.length === 1 ? !readsPart(formula) : DUMMIES.test(formula);
}

/** A whole product column (or dummies) read by two steps would be one value for two source columns; parts of a cell may differ. */
function clashes(step: Step, chosen: readonly Step[]): boolean {
  if (!isOneValue(step)) return false;
  const own = reads(step);
  return chosen.some((other) => isOneValue(other) && reads(other) === own);
}

function byScore(a: Step, b: Step): number {
  return Number(a.tentative === true) - Number(b.tentative === true) || b.score - a.score || a.bits - b.bits;
}

/** Product rows that are probed at most. */
export const PROBE_ROWS = 20_000;

/** Rows of the product that are probed: all, or an even sample (targets may be sampled, the source never). */
export function sampleStep(step: Step, rows: number): Step {
  if (rows <= PROBE_ROWS) return step;
  const all = step.cells;
  const cells = new Int32Array(PROBE_ROWS);
  for (let i = 0; i < PROBE_ROWS; i++) cells[i] = all[Math.floor(((i + 0.5) * rows) / PROBE_ROWS)] as number;
  return { ...step, cells };
}

/** Sampled steps that are kept, so that they are read off once. */
const KEPT_STEPS = 1000;

/** {@link sampleStep} with a memory. */
function sampler(rows: number): (step: Step) => Step {
  const sampled = new Map<Step, Step>();
  return (step) => {
    let own = sampled.get(step);
    if (own === undefined) {
      own = sampleStep(step, rows);
      if (sampled.size < KEPT_STEPS) sampled.set(step, own);
    }
    return own;
  };
}

/** One set of steps to be executed. */
export type Selection = readonly Step[];

/**
 * Sets of steps worth executing: the greedy assignment, and the set grown step by step in which rows hold together
 * (rival steps of a product column are decided there, steps that break the rows are left out).
 */
export function selections(
  target: Target,
  steps: readonly Step[],
  rows: number,
  below: number,
  late: () => boolean,
): Selection[] {
  const greedy = assign(steps);
  const all: Selection[] = [];
  const sure = greedy.filter((step) => step.tentative !== true);
  if (sure.length > 0) all.push(sure);
  if (greedy.length > 1 && !late()) {
    const small = sampler(rows);
    const grown = grow(target, steps, greedy, rows, below, late, small);
    if (grown.length > 0) all.push(grown);
    if (sure.length >= 3 && !late()) {
      const [present] = probeSteps(target, grown.map(small), Math.min(rows, PROBE_ROWS), below);
      // Whole tuples are seldom found: cells are open, or a column was read wrongly.
      if (grown.length < 3 || present < SELDOM) {
        const agreed = agreeing(target, steps, late, small);
        if (agreed.length > 0) all.push(agreed);
      }
    }
  }
  return distinctSelections(all);
}

const SELDOM = 0.5;
/** Telling steps of which two tie rows, and passes over the source rows for them. */
const TELLING = 8;
const PASSES = 8_000_000;
/** Tied rows that must be asked, and the share of them in which a step must give the row's own value. */
const ASKED = 10;
const AGREED = 0.8;

/**
 * The steps that agree with rows tied by two of them: cells may be open, and steps that were read wrongly contradict the tied
 * rows instead of breaking them.
 */
function agreeing(target: Target, steps: readonly Step[], late: () => boolean, small: (step: Step) => Step): Step[] {
  const { sheet } = target;
  const own = steps
    .filter((step) => step.tentative !== true && step.score > 0.25)
    .sort((a, b) => distinctOf(target, b) - distinctOf(target, a) || b.score - a.score);
  const telling: Step[] = [];
  for (const step of own) {
    if (telling.length >= TELLING || distinctOf(target, step) < 12) break;
    if (telling.filter((other) => other.column === step.column).length < 2) telling.push(step);
  }
  let best: { chosen: Step[]; good: number } | null = null;
  let left = Math.max(3, Math.floor(PASSES / Math.max(1, sheet.rows)));
  for (const [i, a] of telling.entries()) {
    for (const b of telling.slice(i + 1)) {
      if (a.column === b.column || reads(a) === reads(b) || left-- <= 0 || late()) continue;
      const tied = tiedBy(target, [small(a), small(b)]);
      if (tied.product.length < ASKED) continue;
      const found = agreeingWith(target, steps, [a, b], tied, small);
      if (found.chosen.length > 2 && found.good > (best?.good ?? 0)) best = found;
    }
  }
  return best?.chosen ?? [];
}

interface Tie {
  readonly product: readonly number[];
  readonly source: readonly number[];
}

/** Rows that hold a pair of values alone on either side. */
function tiedBy(target: Target, steps: readonly Step[]): Tie {
  const { sheet } = target;
  const source = emptyTuples(sheet.rows);
  const own = emptyTuples(steps[0]?.cells.length ?? 0);
  for (const { column, cells } of steps) {
    addColumn(source, (sheet.columns[column] as (typeof sheet.columns)[number]).codes, column);
    addColumn(
      own,
      cells.map((cell) => (cell < 0 ? -2 : cell)),
      column,
    );
  }
  const index = indexTuples(source);
  const found = probeTuples(index, own);
  const rowOf = new Int32Array(index.groups).fill(-1);
  for (let row = 0; row < sheet.rows; row++) rowOf[index.groupOf[row] as number] = row;
  const product: number[] = [];
  const matched: number[] = [];
  for (let row = 0; row < found.length; row++) {
    const group = found[row] as number;
    if (group < 0 || (index.rows[group] as number) > 1) continue;
    product.push(row);
    matched.push(rowOf[group] as number);
  }
  return { product, source: matched };
}

/** The two steps and those that agree with the rows they tie, the best a column and what it reads. */
function agreeingWith(
  target: Target,
  steps: readonly Step[],
  pair: readonly Step[],
  tied: Tie,
  small: (step: Step) => Step,
): { chosen: Step[]; good: number } {
  const counted = steps
    .filter((step) => pair.every((own) => own.column !== step.column && reads(own) !== reads(step)))
    .map((step) => {
      const { codes } = target.sheet.columns[step.column] as (typeof target.sheet.columns)[number];
      const { cells } = small(step);
      let asked = 0;
      let good = 0;
      for (let i = 0; i < tied.product.length; i++) {
        const cell = cells[tied.product[i] as number] as number;
        if (cell < 0) continue;
        asked++;
        if (cell === codes[tied.source[i] as number]) good++;
      }
      return { step, asked, good };
    })
    .filter(({ asked, good }) => asked >= ASKED && good >= AGREED * asked)
    .sort((a, b) => b.good - a.good || byScore(a.step, b.step));
  const chosen = [...pair];
  let good = 0;
  for (const own of counted) {
    if (chosen.some((step) => step.column === own.step.column || reads(step) === reads(own.step))) continue;
    chosen.push(own.step);
    good += own.good;
  }
  return { chosen, good };
}

function grow(
  target: Target,
  steps: readonly Step[],
  greedy: readonly Step[],
  rows: number,
  below: number,
  late: () => boolean,
  small: (step: Step) => Step,
): Step[] {
  const probeRows = Math.min(rows, PROBE_ROWS);
  // Telling columns first: the more values, the surer a rival is told apart.
  const order = [...greedy].sort(
    (a, b) =>
      Number(a.tentative === true) - Number(b.tentative === true) ||
      Math.round(b.score * 5) - Math.round(a.score * 5) ||
      distinctOf(target, b) - distinctOf(target, a),
  );
  const rivalsOf = new Map<string, Step[]>();
  for (const step of steps) {
    const known = rivalsOf.get(reads(step));
    if (known === undefined) rivalsOf.set(reads(step), [step]);
    else known.push(step);
  }
  const chosen: Step[] = [];
  const taken = { read: new Set<string>(), columns: new Set<number>() };
  const presence = new Presence(target.sheet, probeRows);
  const choose = (step: Step): void => {
    chosen.push(step);
    taken.read.add(reads(step));
    taken.columns.add(step.column);
    presence.add(small(step));
  };
  let present = 1;
  // Nothing sure to start from: the pair of guesses under which most rows stand together.
  if (order.length >= 2 && order[0]?.tentative === true) {
    const pair = bestPair(target, steps, order, below, small, probeRows, late);
    if (pair !== null) {
      pair.steps.forEach(choose);
      present = pair.present;
    }
  }
  for (const step of order) {
    if (late()) break;
    if (taken.read.has(reads(step))) continue;
    const rivals = (rivalsOf.get(reads(step)) ?? []).filter(
      (rival) => (rival === step || rival.score > step.score - 0.25) && !taken.columns.has(rival.column),
    );
    let best: Step | null = null;
    let bestPresent = -1;
    for (const rival of rivals.slice(0, step.tentative === true ? 12 : 4)) {
      const share = presence.probe(small(rival));
      if (share > bestPresent + 0.02) {
        bestPresent = share;
        best = rival;
      }
    }
    if (best === null) continue;
    const floor = best.tentative === true ? 0.7 : 0.5;
    if (chosen.length > 0 && bestPresent < floor * present) continue;
    choose(best);
    present = bestPresent;
  }
  return chosen;
}

function bestPair(
  target: Target,
  steps: readonly Step[],
  order: readonly Step[],
  below: number,
  small: (step: Step) => Step,
  probeRows: number,
  late: () => boolean,
): { steps: Step[]; present: number } | null {
  const rivals = (step: Step): Step[] => steps.filter((own) => own.from.join() === step.from.join()).slice(0, 16);
  let best: { steps: Step[]; present: number } | null = null;
  for (const first of rivals(order[0] as Step)) {
    for (const second of rivals(order[1] as Step)) {
      if (first.column === second.column || late()) continue;
      const [present] = probeSteps(target, [first, second].map(small), probeRows, below);
      if (present > (best?.present ?? 0)) best = { steps: [first, second], present };
    }
  }
  return best !== null && best.present >= 0.3 ? best : null;
}

function distinctOf(target: Target, step: Step): number {
  return target.sheet.columns[step.column]?.distinct ?? 0;
}

function distinctSelections(all: readonly Selection[]): Selection[] {
  const seen = new Set<string>();
  return all.filter((selection) => {
    const key = selection
      .map((step) => `${step.column}=${step.formula}`)
      .sort()
      .join('\u0001');
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
