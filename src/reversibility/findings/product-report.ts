/**
 * What was found out about one product table, put together from its safe forms, its steps and the executed inverses.
 * @module
 */
import type { Attack, Board } from '../attack/attack.js';
import type { Gap } from '../gap.js';
import type { SheetColumn } from '../intake/sheet.js';
import { reason } from '../reasons.js';
import type { SafeForms } from '../safe-form/recognise.js';
import type { AttackReport, ColumnReport, Reason, Restoration, RiskSummary, Thresholds } from '../verdict.js';
import { type AttackedProduct, type AttackState, attackReport } from './attack-report.js';
import { byColumn, columnReport, explaining, leftOver, unexplainedReport } from './column-report.js';
import { rawValueReasons, restorationReasons } from './restored-reasons.js';
import { riskOf } from './risk-summary.js';
import { round2 } from './rounding.js';
import { type Executed, strongestOf, strongestOutcome } from './strongest.js';

/** What was found out about one product table. */
export interface ProductReport {
  readonly restoration: Restoration;
  readonly attacks: readonly AttackReport[];
  readonly columns: readonly ColumnReport[];
  readonly reasons: readonly Reason[];
  readonly gaps: readonly Gap[];
  /** Restored cells of each source column, by source. */
  readonly cellsOf: readonly Float64Array[];
  readonly risk: RiskSummary;
  readonly forms: readonly string[];
  readonly nullRows: number;
  readonly draws: number;
}

/** What {@link summarise} must be told of a product. */
export interface ReportedProduct extends AttackedProduct {
  readonly attacks: readonly Attack[];
  readonly table: number;
  readonly thresholds: Thresholds;
}

/** The report of one product. */
export function summarise(
  task: ReportedProduct,
  board: Board,
  forms: SafeForms,
  executed: readonly Executed[],
  states: ReadonlyMap<string, AttackState>,
  gaps: readonly Gap[],
): ProductReport {
  const { product, thresholds, sources } = task;
  const reasons: Reason[] = [...forms.reasons];
  const best = strongestOutcome(executed);
  const restoration = strongestOf(executed, sources);
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
  restorationReasons(thresholds, restoration, best, reasons);
  const held = executed
    .filter(({ outcome }) => outcome.restoration.rows.lower > 0)
    .flatMap(({ outcome }) => outcome.steps);
  const heldBy = byColumn(product, held);
  const readBy = byColumn(product, board.steps);
  const reported = product.columns.map((_, position) =>
    columnReport(task, forms, position, heldBy[position]?.[0], readBy[position] ?? [], cellsOf),
  );
  const left = leftOver(
    product,
    reported.map(({ explained }, position) => {
      if (explained !== 'attack' || heldBy[position]?.[0] !== undefined) return null;
      const own = product.columns[position] as SheetColumn;
      // Different parts of one column are different columns.
      return explaining(own, sources, readBy[position] ?? []).map(
        ({ source, column, formula }) => `${source},${column},${formula.replaceAll(own.name, '')}`,
      );
    }),
  );
  const columns = reported.map((column, position) => (left.has(position) ? unexplainedReport(column) : column));
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

/** Persons of the smallest group, when the product is a table of groups. */
function smallestGroupOf(forms: SafeForms): number | null {
  const table =
    /^(?:group table, groups|correlations, figures|description, figures|regression, figures) of at least (\d+) persons$/;
  const smallest = table.exec(forms.whole ?? '')?.[1];
  return smallest === undefined ? null : Number(smallest);
}
