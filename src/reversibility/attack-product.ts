/**
 * One product table against all sources: safe forms first, then the battery, then the executed inverses and what they mean.
 * @module
 */
import type { Progress, RandomSource } from '../core/index.js';
import type { Attack, Board } from './attack/attack.js';
import { PUBLIC_CODES } from './attack/battery.js';
import { compressibility } from './capacity.js';
import type { Lookup } from './intake/lookup.js';
import type { Sheet, SheetColumn } from './intake/sheet.js';
import { forgetCells, identities, quoteName, type Step } from './inverse.js';
import { reason } from './reasons.js';
import { execute, type Outcome, type Target } from './restoration/execute.js';
import { withPartialRows } from './restoration/partial-rows.js';
import { personsPerCode } from './restoration/persons.js';
import { isRawCopy, looksRaw } from './restoration/raw-copy.js';
import { selections } from './restoration/select.js';
import { type RevealSink, revealOf } from './reveal.js';
import { riskOf } from './risk-summary.js';
import { constantsOf } from './safe-form/constants.js';
import { recogniseSafeForms, type SafeForms } from './safe-form/recognise.js';
import type { AttackReport, ColumnReport, Measure, Reason, Restoration, RiskSummary, Thresholds } from './verdict.js';

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
  readonly late: () => boolean;
  readonly lap: (stage: string) => void;
  readonly progress?: Progress;
  /** Given the restored rows of each attack with their values, where the reviewer asked for them. */
  readonly reveal?: RevealSink;
}

/** What was found out about one product table. */
export interface ProductReport {
  readonly restoration: Restoration;
  readonly attacks: readonly AttackReport[];
  readonly columns: readonly ColumnReport[];
  readonly reasons: readonly Reason[];
  readonly gaps: readonly { id: string; reason: string }[];
  /** Restored cells of each source column, by source. */
  readonly cellsOf: readonly Float64Array[];
  readonly risk: RiskSummary;
  readonly forms: readonly string[];
  readonly nullRows: number;
  readonly draws: number;
}

/** Runs everything on one product table. */
export function attackProduct(task: ProductTask): ProductReport {
  const { product, thresholds, late } = task;
  const gaps: { id: string; reason: string }[] = [];
  const board = boardOf(task);
  const states = new Map<string, { status: AttackReport['status']; reason?: string }>();
  const run = (attack: Attack, i: number): void => {
    task.progress?.({ stage: 'attack', done: i, total: task.attacks.length, unit: 'steps' });
    if (late()) {
      states.set(attack.id, { status: 'gap', reason: 'the time limit was reached' });
      gaps.push({ id: attack.id, reason: 'the time limit was reached' });
      return;
    }
    const result = guarded(gaps, attack.id, () => ({ skipped: attack.run(board) }));
    if (result === undefined) states.set(attack.id, { status: 'gap', reason: 'it failed' });
    else if (late()) {
      states.set(attack.id, { status: 'gap', reason: 'the time limit was reached' });
      gaps.push({ id: attack.id, reason: 'the time limit was reached' });
    } else if (result.skipped !== null) states.set(attack.id, { status: 'not-applicable', reason: result.skipped });
    else {
      const note = board.notes.get(attack.id);
      states.set(attack.id, { status: 'ran', ...(note === undefined ? {} : { reason: note }) });
    }
    task.lap(`attack: ${attack.id}`);
  };

  // Where a column is near-unique, public codes are read first: a product that repeats raw rows is no safe form.
  const first = guarded(gaps, 'safe forms', () => looksRaw(board)) === true ? PUBLIC_CODES : 0;
  const { attacks } = task;
  attacks.slice(0, first).forEach(run);
  const recognised = guarded(gaps, 'safe forms', () =>
    first > 0 && isRawCopy(board) ? onlyConstants(task) : recogniseSafeForms(product, task.sources, thresholds, late),
  );
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
  return report;
}

function guarded<Result>(gaps: { id: string; reason: string }[], id: string, work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    // The message of an unforeseen error could quote data: only its class is told.
    gaps.push({ id, reason: `it failed (${error instanceof Error ? error.name : 'error'})` });
    if (typeof process !== 'undefined' && process.env?.SCRIM_DEBUG === '1') console.error(error);
    return undefined;
  }
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

interface Executed {
  readonly source: number;
  readonly outcome: Outcome;
}

function executeAll(task: ProductTask, board: Board, gaps: { id: string; reason: string }[]): Executed[] {
  const executed: Executed[] = [];
  task.targets.forEach((target, source) => {
    const steps = board.steps.filter((step) => step.source === source && step.knowledge !== 'A3');
    if (steps.length === 0) return;
    const options = { thresholds: task.thresholds, random: task.random, productRows: task.product.rows };
    const chosen = guarded(gaps, 'selection', () =>
      selections(target, steps, task.product.rows, task.thresholds.restoredBelow, task.late),
    );
    for (const selection of chosen ?? []) {
      const outcome = guarded(gaps, 'restoration', () =>
        withPartialRows(target, selection, execute(target, selection, options), options, task.late),
      );
      if (outcome !== undefined) executed.push({ source, outcome });
    }
  });
  return executed;
}

function summarise(
  task: ProductTask,
  board: Board,
  forms: SafeForms,
  executed: readonly Executed[],
  states: ReadonlyMap<string, { status: AttackReport['status']; reason?: string }>,
  gaps: { id: string; reason: string }[],
): ProductReport {
  const { product, thresholds, sources } = task;
  const reasons: Reason[] = [...forms.reasons];
  const best = strongestOutcome(executed);
  const restoration = combine(executed, sources);
  const cellsOf = sources.map((sheet, source) => {
    const cells = new Float64Array(sheet.columns.length);
    for (const { outcome, source: own } of executed) {
      if (own !== source) continue;
      outcome.cellsOf.forEach((count, column) => {
        cells[column] = Math.max(cells[column] as number, count);
      });
    }
    return cells;
  });
  restorationReasons(task, restoration, best, reasons);
  const held = executed
    .filter(({ outcome }) => outcome.restoration.rows.lower > 0)
    .flatMap(({ outcome }) => outcome.steps);
  const heldBy = byColumn(product, held);
  const readBy = byColumn(product, board.steps);
  const columns = product.columns.map((_, position) =>
    columnReport(task, forms, position, heldBy[position]?.[0], readBy[position] ?? [], cellsOf),
  );
  columns.forEach((column) => {
    if (column.explained === 'none')
      reasons.push(reason('unexplained', { column: column.product, bits: round2(column.entropy) }));
  });
  rawValueReasons(task, readBy, forms, reasons);
  const explained = columns.flatMap((column, position) =>
    column.explained !== 'none' && !forms.constants.has(position) ? [position] : [],
  );
  const risk = riskOf({
    sheet: product,
    columns: explained,
    unexplained: columns.some((column) => column.explained === 'none'),
    identifiers: restoration.identifiers.lower > 0,
    smallestGroup: smallestGroupOf(forms),
    thresholds,
  });
  if (forms.whole === null && product.rows > 0 && explained.length > 0 && risk.small >= thresholds.smallClassShare) {
    reasons.push(reason('small-classes', { share: round2(100 * risk.small), limit: thresholds.smallClass }));
  }
  return {
    restoration,
    attacks: task.attacks.map((attack) => attackReport(task, attack.id, attack.knowledge, executed, states)),
    columns,
    reasons,
    gaps,
    cellsOf,
    risk,
    forms: forms.whole === null ? [] : [forms.whole],
    nullRows: best?.outcome.nullRows ?? 0,
    draws: product.rows <= 5000 ? 4 : product.rows <= 50_000 ? 2 : 1,
  };
}

function strongestOutcome(executed: readonly Executed[]): Executed | null {
  let best: Executed | null = null;
  for (const own of executed) {
    const rows = own.outcome.restoration.rows;
    const known = best?.outcome.restoration.rows;
    if (known === undefined || rows.lower > known.lower || (rows.lower === known.lower && rows.net > known.net))
      best = own;
  }
  return best;
}

function combine(executed: readonly Executed[], sources: readonly Sheet[]): Restoration {
  const pick = (read: (restoration: Restoration) => Measure, of: number): Measure => {
    let best: Measure = { gross: 0, net: 0, lower: 0, upper: 0, count: 0, of };
    for (const { outcome } of executed) {
      const own = read(outcome.restoration);
      if (
        own.lower > best.lower ||
        (own.lower === best.lower && (own.net > best.net || (own.net === best.net && own.gross > best.gross)))
      )
        best = own;
    }
    return best;
  };
  const rows = sources.reduce((sum, sheet) => Math.max(sum, sheet.rows), 0);
  const cells = sources.reduce((sum, sheet) => Math.max(sum, sheet.rows * sheet.columns.length), 0);
  const persons = sources.reduce((sum, sheet) => Math.max(sum, sheet.persons), 0);
  return {
    rows: pick((own) => own.rows, rows),
    cells: pick((own) => own.cells, cells),
    identifiers: pick((own) => own.identifiers, persons),
  };
}

function restorationReasons(
  task: ProductTask,
  restoration: Restoration,
  best: Executed | null,
  reasons: Reason[],
): void {
  const { block, release } = task.thresholds;
  const { rows, identifiers } = restoration;
  const attack = best === null ? '' : attacksOf(best.outcome);
  const lowerRows = rows.lower * rows.of;
  if (rows.lower >= block.rowShare || lowerRows >= block.persons) {
    reasons.push(reason('rows-restored', { count: rows.count, of: rows.of, lower: round2(100 * rows.lower), attack }));
  } else if (rows.count > 0 && (rows.upper >= release.rowShare || rows.upper * rows.of >= release.persons)) {
    reasons.push(reason('rows-partly', { count: rows.count, of: rows.of, attack }));
  }
  const lowerPersons = identifiers.lower * identifiers.of;
  if (lowerPersons >= block.identifierPersons) {
    reasons.push(reason('identifiers-restored', { count: identifiers.count, attack }));
  } else if (identifiers.count > 0 && identifiers.upper * identifiers.of >= release.identifierPersons) {
    reasons.push(reason('identifiers-partly', { count: identifiers.count }));
  }
}

function attacksOf(outcome: Outcome): string {
  return [...new Set(outcome.steps.map((step) => step.attack))].join(', ');
}

const EXPLAINED_SIMILARITY = 0.75;
/** Labels from which on their frequencies alone tell which column they are of. */
const TELLING_LABELS = 6;

/** The steps that read each product column. */
function byColumn(product: Sheet, steps: readonly Step[]): Step[][] {
  const lists: Step[][] = product.columns.map(() => []);
  for (const step of steps) for (const position of new Set(step.from)) lists[position]?.push(step);
  return lists;
}

/**
 * @param held - the first step of it that has a part in restored rows
 * @param read - all steps that read the column
 */
function columnReport(
  task: ProductTask,
  forms: SafeForms,
  position: number,
  held: Step | undefined,
  read: readonly Step[],
  cellsOf: readonly Float64Array[],
): ColumnReport {
  const { product, sources, table } = task;
  const column = product.columns[position] as SheetColumn;
  const common = {
    product: column.name,
    table,
    entropy: round4(column.entropy),
    distinct: column.distinct,
    missing: product.rows === 0 ? 0 : round4((product.rows - column.present) / product.rows),
    compressibility: compressibility(column),
  };
  const nameOf = (source: number, target: number): string => {
    const name = ((sources[source] as Sheet).columns[target] as SheetColumn).name;
    return sources.length > 1 ? `${sources[source]?.name}.${name}` : name;
  };
  const alone = read
    .filter((step) => step.tentative !== true)
    // A few labels have the frequencies of some column by chance: alone they explain nothing.
    .filter((step) => step.attack !== 'labels' || column.distinct >= TELLING_LABELS)
    .filter((step) => step.mass >= 0.5 && (step.similarity >= EXPLAINED_SIMILARITY || isTelling(sources, step)))
    .sort((a, b) => b.score - a.score)[0];
  const step = held ?? alone;
  const safe = forms.explained.get(position);
  if (safe !== undefined && (forms.settled.has(position) || forms.constants.has(position) || step === undefined)) {
    return { ...common, source: safe.source, how: safe.how, explained: 'safe-form', restoredShare: 0 };
  }
  if (step !== undefined) {
    const cells = cellsOf[step.source]?.[step.column] ?? 0;
    const share = cells / Math.max(1, sources[step.source]?.rows ?? 1);
    return {
      ...common,
      source: nameOf(step.source, step.column),
      how: step.formula,
      explained: 'attack',
      restoredShare: round4(share),
    };
  }
  return { ...common, source: null, how: null, explained: 'none', restoredShare: 0 };
}

/** Long values of a column with many: found in it, they are from it. */
function isTelling(sources: readonly Sheet[], step: Step): boolean {
  const column = sources[step.source]?.columns[step.column] as SheetColumn;
  if (step.mass < 0.9 || column.distinct < 20) return false;
  let length = 0;
  const stride = Math.max(1, column.distinct >> 6);
  let asked = 0;
  for (let code = 0; code < column.distinct; code += stride) {
    length += (column.values[code] as string).length;
    asked++;
  }
  return length / asked >= 5;
}

function rawValueReasons(
  task: ProductTask,
  readBy: readonly (readonly Step[])[],
  forms: SafeForms,
  reasons: Reason[],
): void {
  const { product, sources, thresholds } = task;
  product.columns.forEach((column, position) => {
    if (forms.settled.has(position)) return;
    const step = (readBy[position] ?? [])
      .filter((own) => own.mass >= 0.5 && own.tentative !== true)
      .sort((a, b) => b.score - a.score)[0];
    if (step === undefined) return;
    const sheet = sources[step.source] as Sheet;
    const persons = personsPerCode(sheet, sheet.columns[step.column] as SheetColumn);
    let rare = 0;
    const { cells } = step;
    for (let row = 0; row < cells.length; row++) {
      const code = cells[row] as number;
      if (code >= 0 && (persons[code] as number) < thresholds.restoredBelow) rare++;
    }
    if (rare >= 0.5 * Math.max(1, column.present)) {
      const source = (sheet.columns[step.column] as SheetColumn).name;
      const code = step.knowledge === 'A3' ? 'keyed-pseudonym' : 'raw-values';
      reasons.push(
        reason(code, { column: column.name, source, share: round2((100 * rare) / Math.max(1, column.present)) }),
      );
    }
  });
}

/** Persons of the smallest group, when the product is a table of groups. */
function smallestGroupOf(forms: SafeForms): number | null {
  const table =
    /^(?:group table, groups|correlations, figures|description, figures|regression, figures) of at least (\d+) persons$/;
  const smallest = table.exec(forms.whole ?? '')?.[1];
  return smallest === undefined ? null : Number(smallest);
}

function attackReport(
  task: ProductTask,
  id: string,
  knowledge: AttackReport['knowledge'],
  executed: readonly Executed[],
  states: ReadonlyMap<string, { status: AttackReport['status']; reason?: string }>,
): AttackReport {
  const state = states.get(id) ?? { status: 'gap' as const, reason: 'it did not run' };
  const own = strongestOutcome(executed.filter(({ outcome }) => outcome.steps.some((step) => step.attack === id)));
  const base = {
    id,
    status: state.status,
    knowledge,
    ...(state.reason === undefined ? {} : { reason: state.reason }),
  };
  if (own === null) return { ...base, restored: 0, restoration: null, inverse: null };
  const { outcome, source } = own;
  task.reveal?.(revealOf(id, task.product, task.sources[source] as Sheet, outcome));
  const costs = outcome.steps.flatMap((step) => (step.costBits === undefined ? [] : [step.costBits]));
  return {
    ...base,
    knowledge: outcome.steps.reduce<AttackReport['knowledge']>((worst, step) => higher(worst, step.knowledge), 'A0'),
    restored: round4(outcome.restoration.rows.net),
    restoration: outcome.restoration,
    inverse: inverseText(task, outcome, source),
    bits: outcome.steps.reduce((bits, step) => bits + step.bits, 0),
    ...(costs.length === 0 ? {} : { costBits: round2(Math.max(...costs)) }),
    evidence: outcome.evidence,
  };
}

/** The inverse program, one line a step. */
function inverseText(task: ProductTask, outcome: Outcome, source: number): string {
  const sheet = task.sources[source] as Sheet;
  const prefix = task.sources.length > 1 ? `${sheet.name}.` : '';
  const lines = outcome.steps.map(
    (step) => `${prefix}${quoteName((sheet.columns[step.column] as SheetColumn).name)} = ${step.formula}`,
  );
  return lines.join('\n');
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}

function round4(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

function higher(a: AttackReport['knowledge'], b: AttackReport['knowledge']): AttackReport['knowledge'] {
  return [a, b].sort()[1] as AttackReport['knowledge'];
}
