/**
 * One product table against all sources: safe forms first, then the battery, then the executed inverses and what they mean.
 * @module
 */
import type { Progress, RandomSource } from '../core/index.js';
import type { Attack, Board } from './attack/attack.js';
import { PUBLIC_CODES } from './attack/battery.js';
import type { AttackState } from './findings/attack-report.js';
import { type ProductReport, summarise } from './findings/product-report.js';
import type { Executed } from './findings/strongest.js';
import { type Gap, guarded, TIME_IS_UP } from './gap.js';
import type { Lookup } from './intake/lookup.js';
import { forgetTexts } from './intake/packed-texts.js';
import type { Sheet } from './intake/sheet.js';
import { forgetCells, identities, type Step } from './inverse.js';
import { execute, type Target } from './restoration/execute.js';
import { withPartialRows } from './restoration/partial-rows.js';
import { isRawCopy, looksRaw } from './restoration/raw-copy.js';
import { selections } from './restoration/select.js';
import type { RevealSink } from './reveal.js';
import { constantsOf } from './safe-form/constants.js';
import { recogniseSafeForms, type SafeForms } from './safe-form/recognise.js';
import type { Thresholds } from './verdict.js';

/** What {@link attackProduct} needs. */
export interface ProductTask {
  readonly product: Sheet;
  /** What is tried, in order: the battery, or its beginning. */
  readonly attacks: readonly Attack[];
  /** Position of the product in the list of products. */
  readonly table: number;
  readonly sources: readonly Sheet[];
  readonly targets: readonly Target[];
  readonly lookup: Lookup;
  readonly thresholds: Thresholds;
  readonly random: RandomSource;
  readonly salts: readonly string[];
  /** True when attacks are to end. */
  readonly late: () => boolean;
  /** True when all is to end: what was found is executed until then. */
  readonly overdue: () => boolean;
  readonly lap: (stage: string) => void;
  readonly progress?: Progress;
  /** Given the restored rows of each attack with their values, where the reviewer asked for them. */
  readonly reveal?: RevealSink;
}

/** Texts from which on what finds them is made again by the few attacks that ask, rather than kept by every column. */
const MANY_TEXTS = 1 << 17;

/** Runs everything on one product table. */
export function attackProduct(task: ProductTask): ProductReport {
  const { product, thresholds, late } = task;
  const gaps: Gap[] = [];
  const board = boardOf(task);
  const states = new Map<string, AttackState>();
  const run = (attack: Attack, i: number): void => {
    task.progress?.({ stage: 'attack', done: i, total: task.attacks.length, unit: 'steps' });
    if (late()) {
      states.set(attack.id, { status: 'gap', reason: TIME_IS_UP });
      gaps.push({ id: attack.id, reason: TIME_IS_UP });
      return;
    }
    const result = guarded(gaps, attack.id, () => ({ skipped: attack.run(board) }));
    if (result === undefined) states.set(attack.id, { status: 'gap', reason: 'it failed' });
    else if (late()) {
      states.set(attack.id, { status: 'gap', reason: TIME_IS_UP });
      gaps.push({ id: attack.id, reason: TIME_IS_UP });
    } else if (result.skipped !== null) states.set(attack.id, { status: 'not-applicable', reason: result.skipped });
    else {
      const note = board.notes.get(attack.id);
      states.set(attack.id, { status: 'ran', ...(note === undefined ? {} : { reason: note }) });
    }
    for (const { column } of board.derived) if (column.distinct > MANY_TEXTS) column.forget();
    task.lap(`attack: ${attack.id}`);
  };

  // Where a column is near-unique, public codes are read first: a product that repeats raw rows is no safe form.
  const first = !late() && guarded(gaps, 'safe forms', () => looksRaw(board)) === true ? PUBLIC_CODES : 0;
  const { attacks } = task;
  attacks.slice(0, first).forEach(run);
  const recognise = (): SafeForms => {
    if (late()) return noForms();
    if (first > 0 && isRawCopy(board)) return onlyConstants(task);
    return recogniseSafeForms(product, task.sources, thresholds, late);
  };
  const recognised = guarded(gaps, 'safe forms', recognise);
  const forms = recognised ?? noForms();
  settle(board, forms);
  task.lap('safe forms');
  attacks.slice(first).forEach((attack, i) => {
    run(attack, first + i);
  });

  const outcomes = executeAll(task, board, gaps);
  task.lap('restoration');
  const report = summarise(task, board, forms, outcomes, states, gaps);
  forgetCells();
  forgetTexts();
  for (const column of product.columns)
    if (column.distinct > MANY_TEXTS) column.release();
    else column.forget();
  return report;
}

function noForms(): SafeForms {
  return {
    constants: new Set(),
    explained: new Map(),
    settled: new Set(),
    whole: null,
    generalised: new Map(),
    reasons: [],
  };
}

/** The constants of a product that is no safe form otherwise. */
function onlyConstants({ product, sources, thresholds }: ProductTask): SafeForms {
  const constants = constantsOf(product, sources, thresholds.restoredBelow);
  const explained = new Map([...constants].map((position) => [position, { how: 'constant', source: null }] as const));
  return { ...noForms(), constants, explained };
}

/** Columns that a safe form explains are not read as raw values: what was read of them before is taken back. */
function settle(board: Board, forms: SafeForms): void {
  for (const position of [...forms.settled, ...forms.constants]) board.settled.add(position);
  for (const [position, recoding] of forms.generalised) board.generalised.set(position, recoding);
  if (board.steps.length === 0) return;
  const open = ({ from }: { readonly from: readonly number[] }): boolean =>
    !from.some((position) => board.settled.has(position));
  board.steps.splice(0, board.steps.length, ...board.steps.filter(open));
  const derived = board.derived.filter((own) => own.attack === 'containment' || open(own));
  board.derived.splice(0, board.derived.length, ...derived);
}

function boardOf(task: ProductTask): Board {
  const steps: Step[] = [];
  return {
    product: task.product,
    sources: task.sources,
    targets: task.targets,
    lookup: task.lookup,
    thresholds: task.thresholds,
    generalised: new Map(),
    notes: new Map(),
    random: task.random,
    salts: task.salts,
    derived: identities(task.product.columns),
    steps,
    settled: new Set(),
    late: task.late,
    best(column) {
      let best = 0;
      for (const step of steps)
        if (step.from.includes(column) && step.tentative !== true && step.score > best) best = step.score;
      return best;
    },
  };
}

function executeAll(task: ProductTask, board: Board, gaps: Gap[]): Executed[] {
  const executed: Executed[] = [];
  task.targets.forEach((target, source) => {
    const steps = board.steps.filter((step) => step.source === source && step.knowledge !== 'A3');
    if (steps.length === 0) return;
    const { thresholds, random, overdue } = task;
    const options = { thresholds, random, productRows: task.product.rows, late: overdue };
    const chosen = guarded(gaps, 'selection', () =>
      selections(target, steps, task.product.rows, thresholds.restoredBelow, overdue),
    );
    for (const selection of chosen ?? []) {
      const outcome = guarded(gaps, 'restoration', () =>
        withPartialRows(target, selection, execute(target, selection, options), options),
      );
      if (outcome !== undefined) executed.push({ source, outcome });
    }
  });
  // What ended early without a word, too.
  if (executed.length > 0 && task.overdue() && !gaps.some(({ reason }) => reason === TIME_IS_UP))
    gaps.push({ id: 'restoration', reason: TIME_IS_UP });
  return executed;
}
