/**
 * Reasons from what came back: restored rows and identifiers, columns that hold rare raw values.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import type { Step } from '../inverse.js';
import { reason } from '../reasons.js';
import type { Outcome } from '../restoration/execute.js';
import { personsPerCode } from '../restoration/persons.js';
import type { SafeForms } from '../safe-form/recognise.js';
import type { Reason, Restoration, Thresholds } from '../verdict.js';
import { round2 } from './rounding.js';
import type { Executed } from './strongest.js';

/** Restored rows and identifiers against the thresholds. */
export function restorationReasons(
  thresholds: Thresholds,
  restoration: Restoration,
  best: Executed | null,
  reasons: Reason[],
): void {
  const { block, release } = thresholds;
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

/** Columns named in a reason; the rest are counted. */
const NAMED = 6;

/** Columns most of whose values few persons of the source hold: by themselves, or several of them mixed. */
export function rawValueReasons(
  task: { readonly product: Sheet; readonly sources: readonly Sheet[]; readonly thresholds: Thresholds },
  readBy: readonly (readonly Step[])[],
  forms: SafeForms,
  reasons: Reason[],
): void {
  const { product, sources, thresholds } = task;
  const mixes = new Map<string, { readonly from: readonly number[]; readonly of: Map<string, number> }>();
  product.columns.forEach((column, position) => {
    if (forms.settled.has(position)) return;
    const step = (readBy[position] ?? [])
      .filter((own) => own.mass >= 0.5 && own.tentative !== true)
      .sort((a, b) => b.score - a.score)[0];
    if (step === undefined) return;
    const source = ((sources[step.source] as Sheet).columns[step.column] as SheetColumn).name;
    const rare = rareCells(step, sources[step.source] as Sheet, thresholds.restoredBelow);
    if (rare < 0.5 * Math.max(1, column.present)) return;
    const share = round2((100 * rare) / Math.max(1, column.present));
    if (step.knowledge !== 'A3' && step.from.length > 1) {
      const key = step.from.join();
      const mix = mixes.get(key) ?? { from: step.from, of: new Map() };
      mixes.set(key, mix);
      mix.of.set(source, share);
    } else {
      reasons.push(
        reason(step.knowledge === 'A3' ? 'keyed-pseudonym' : 'raw-values', { column: column.name, source, share }),
      );
    }
  });
  for (const { from, of } of mixes.values()) {
    const names = [...new Set(from)].map((position) => (product.columns[position] as SheetColumn).name);
    const columns = names.slice(0, NAMED).join(', ') + (names.length > NAMED ? ', …' : '');
    for (const [source, share] of of)
      reasons.push(reason('raw-values-mixed', { count: names.length, columns, source, share }));
  }
}

/** Cells whose value fewer persons hold than the limit. */
function rareCells(step: Step, sheet: Sheet, limit: number): number {
  const persons = personsPerCode(sheet, sheet.columns[step.column] as SheetColumn);
  const { cells } = step;
  let rare = 0;
  for (let row = 0; row < cells.length; row++) {
    const code = cells[row] as number;
    if (code >= 0 && (persons[code] as number) < limit) rare++;
  }
  return rare;
}
