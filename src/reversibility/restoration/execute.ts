/**
 * The one executor: puts the cells of an inverse program together, verifies them against the source, counts what came
 * back gross and net of the null (DESIGN §6; execute.md).
 * @module
 */
import type { RandomSource } from '../../core/index.js';
import { stopWhen } from '../gap.js';
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import type { Step } from '../inverse.js';
import type { Restoration, Thresholds } from '../verdict.js';
import { certainRows } from './certain-rows.js';
import { cannotCoincide, doubtOf, nullCounts } from './chance.js';
import { identifierMeasure } from './identifiers.js';
import { measureOf, type Rare, rarest, sum, withRare } from './measure.js';
import { rareHits } from './persons.js';
import { Presence } from './presence.js';
import { type Joined, joinSource, restoredByStratum, STRATA, strataOf, tuplesOf } from './strata.js';
import { countFound, probeTuples } from './tuple-join.js';

/** What a source is judged by. */
export interface Target {
  readonly sheet: Sheet;
  /** Columns that hold direct identifiers, and of them those whose values many persons may share by chance (names). */
  readonly identifiers: ReadonlySet<number>;
  readonly names: ReadonlySet<number>;
  /** Kind of direct identifier of each column, or null. */
  readonly kinds: readonly (string | null)[];
  /** The i-th null product in source codes, one array a column; drawn when first asked for. @throws TimeIsUp when it is late */
  nullDraw(i: number, rows: number, late: () => boolean): readonly Int32Array[];
  /** A control table in source codes, or null. */
  readonly control: { readonly cells: readonly Int32Array[]; readonly rows: number } | null;
}

/** What one inverse program gave back. */
export interface Outcome {
  /** Steps that were put together to rows. */
  readonly steps: readonly Step[];
  readonly restoration: Restoration;
  /** 1 for each restored source row. */
  readonly flags: Uint8Array;
  /** Restored cells of each source column. */
  readonly cellsOf: Float64Array;
  /** Share of the product's rows whose tuple stands in the source at all. */
  readonly present: number;
  /** First product rows (1-based) that were verified. */
  readonly evidence: readonly number[];
  /** Mean share of source rows that the null gets. */
  readonly nullRows: number;
}

const EVIDENCE = 20;

/** Options of {@link execute}. */
export interface ExecuteOptions {
  readonly thresholds: Thresholds;
  readonly random: RandomSource;
  readonly productRows: number;
  /** True when what comes back can be measured no longer: it is a gap then. */
  readonly late: () => boolean;
}

/** Share of product rows whose tuple over the steps stands in the source. */
export function probeSteps(target: Target, steps: readonly Step[], rows: number, _below: number): [present: number] {
  const presence = new Presence(target.sheet, rows);
  for (const step of steps.slice(0, -1)) presence.add(step);
  const last = steps[steps.length - 1];
  return [last === undefined ? 1 : presence.probe(last)];
}

/**
 * Executes an inverse program against a source.
 *
 * @param steps - at most one a source column, all of one source; those of a row are put together
 * @throws TimeIsUp when it is late
 */
export function execute(target: Target, steps: readonly Step[], options: ExecuteOptions): Outcome {
  const { sheet } = target;
  const { thresholds, productRows } = options;
  const below = thresholds.restoredBelow;
  const columns = steps.map((step) => step.column);
  const cells = steps.map((step) => step.cells);
  const flags = new Uint8Array(sheet.rows);
  const evidence: number[] = [];
  const needed = Math.min(thresholds.rowCells, sheet.columns.length);
  let present = 0;
  let expected = 0;
  let deviation = 0;
  let most = 0;
  let certain = 0;
  let rare: Rare = { net: 0, lower: 0 };
  if (steps.length >= needed && steps.length > 0) {
    stopWhen(options.late);
    const joined = joinSource(sheet, steps);
    const both = strataOf(sheet, steps, joined);
    const strata = both.own;
    stopWhen(options.late);
    const found = probeTuples(joined.index, tuplesOf(cells, columns, productRows));
    present = flagRows(joined, found, below, flags, evidence) / Math.max(1, productRows);
    const nulls = nullCounts(target, joined, both, steps, cells, options);
    expected = sum(nulls.expected);
    const sure = cannotCoincide(sheet, steps, productRows);
    const doubt = sure ? new Float64Array(STRATA) : doubtOf(nulls.counts, sheet.persons, productRows, below);
    // Where strangers practically never meet, what came in no draw comes in none.
    if (!sure || expected > 0)
      deviation = Math.hypot(nulls.deviation[STRATA - 1] as number, Math.sqrt(doubt[STRATA - 1] as number));
    most = nulls.most[STRATA - 1] as number;
    // A complete row is no coincidence, but persons of a panel are in any: what holds together by its design is none of theirs.
    if (steps.length >= sheet.columns.length)
      certain = Math.min(
        certainRows(target, joined, strata, steps, found, nulls, options, sure),
        Math.max(0, Math.floor(sum(flags) - nulls.byDesign)),
      );
    rare = rarest(restoredByStratum(joined, strata, found, below), nulls, doubt);
  }
  stopWhen(options.late);
  const rowCount = sum(flags);
  const rows = withRare(measureOf(rowCount, { expected, deviation, most }, certain, sheet.rows), rare);
  const cellsOf = new Float64Array(sheet.columns.length);
  let nullCells = 0;
  for (const step of steps) {
    cellsOf[step.column] = restoredCells(sheet, step, flags, below);
    nullCells += Math.min(cellsOf[step.column] as number, expected);
  }
  const wide = Math.max(1, steps.length);
  const byChance = Math.max(0, rowCount - Math.floor(rows.lower * sheet.rows));
  const identifiers = identifierMeasure(target, steps, flags, byChance, below, productRows);
  return {
    steps,
    restoration: {
      rows,
      cells: measureOf(
        sum(cellsOf),
        { expected: nullCells, deviation: deviation * wide, most: most * wide },
        0,
        sheet.rows * sheet.columns.length,
      ),
      identifiers,
    },
    flags,
    cellsOf,
    present,
    evidence,
    nullRows: sheet.rows === 0 ? 0 : expected / sheet.rows,
  };
}

function flagRows(joined: Joined, found: Int32Array, below: number, flags: Uint8Array, evidence: number[]): number {
  const left = countFound(found, joined.index.groups);
  let present = 0;
  for (let row = 0; row < found.length; row++) {
    const group = found[row] as number;
    if (group < 0) continue;
    present++;
    if (evidence.length < EVIDENCE && (joined.persons[group] as number) < below) evidence.push(row + 1);
  }
  const { groupOf } = joined.index;
  for (let row = 0; row < groupOf.length; row++) {
    const group = groupOf[row] as number;
    if ((left[group] as number) > 0 && (joined.persons[group] as number) < below) {
      left[group] = (left[group] as number) - 1;
      flags[row] = 1;
    }
  }
  return present;
}

/** Cells of a column that came back: in a restored row, or a value that fewer than `below` persons hold. */
function restoredCells(sheet: Sheet, step: Step, flags: Uint8Array, below: number): number {
  const column = sheet.columns[step.column] as SheetColumn;
  const rare = rareHits(sheet, step, below);
  let cells = 0;
  for (let row = 0; row < flags.length; row++) {
    const code = column.codes[row] as number;
    // A tentative step counts only in rows that hold together.
    if (flags[row] === 1 || (step.tentative !== true && code >= 0 && rare[code] === 1)) cells++;
  }
  return cells;
}
