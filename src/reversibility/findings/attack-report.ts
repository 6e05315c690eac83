/**
 * What one attack gave back from one product, with the inverse program in words.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { quoteName } from '../inverse.js';
import type { Outcome } from '../restoration/execute.js';
import { type RevealSink, revealOf } from '../reveal.js';
import type { AttackReport } from '../verdict.js';
import { round2, round4 } from './rounding.js';
import { type Executed, strongestOutcome } from './strongest.js';

/** How an attack ended. */
export interface AttackState {
  readonly status: AttackReport['status'];
  readonly reason?: string;
}

/** What {@link attackReport} must be told of a product. */
export interface AttackedProduct {
  readonly product: Sheet;
  readonly sources: readonly Sheet[];
  readonly reveal?: RevealSink;
}

/** The report of one attack: of the executed inverses it has a part in, the strongest. */
export function attackReport(
  task: AttackedProduct,
  id: string,
  knowledge: AttackReport['knowledge'],
  executed: readonly Executed[],
  states: ReadonlyMap<string, AttackState>,
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
function inverseText(task: AttackedProduct, outcome: Outcome, source: number): string {
  const sheet = task.sources[source] as Sheet;
  const prefix = task.sources.length > 1 ? `${sheet.name}.` : '';
  const lines = outcome.steps.map(
    (step) => `${prefix}${quoteName((sheet.columns[step.column] as SheetColumn).name)} = ${step.formula}`,
  );
  return lines.join('\n');
}

function higher(a: AttackReport['knowledge'], b: AttackReport['knowledge']): AttackReport['knowledge'] {
  return [a, b].sort()[1] as AttackReport['knowledge'];
}
