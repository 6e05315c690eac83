/**
 * What is known of one product column: where its content comes from, by a safe form or by a step that reads it.
 * @module
 */

import { leavesOut } from '../attack/attack.js';
import { GUESSED } from '../attack/shared/match.js';
import { compressibility } from '../capacity.js';
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import type { Step } from '../inverse.js';
import type { SafeForms } from '../safe-form/recognise.js';
import type { ColumnReport } from '../verdict.js';
import { round4 } from './rounding.js';

const EXPLAINED_SIMILARITY = 0.75;
/** Labels from which on their frequencies alone tell which column they are of. */
const TELLING_LABELS = 6;

/** The steps that read each product column. */
export function byColumn(product: Sheet, steps: readonly Step[]): Step[][] {
  const lists: Step[][] = product.columns.map(() => []);
  for (const step of steps) for (const position of new Set(step.from)) lists[position]?.push(step);
  return lists;
}

/**
 * The report of one column.
 *
 * @param held - the first step of it that has a part in restored rows
 * @param read - all steps that read the column
 */
export function columnReport(
  task: { readonly product: Sheet; readonly sources: readonly Sheet[]; readonly table: number },
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
  const step = held ?? explaining(column, sources, read)[0];
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

/** The report of a column that nothing explains. */
export function unexplainedReport(column: ColumnReport): ColumnReport {
  return { ...column, source: null, how: null, explained: 'none', restoredShare: 0 };
}

/** Steps that explain a column by themselves, the best first. */
export function explaining(column: SheetColumn, sources: readonly Sheet[], read: readonly Step[]): Step[] {
  const steps = read
    .filter((step) => step.tentative !== true)
    // A few labels have the frequencies of some column by chance, and what guesses make of them is some column's: they explain nothing.
    .filter((step) => column.distinct >= TELLING_LABELS || (step.attack !== 'labels' && step.bits < GUESSED))
    .filter((step) => step.mass >= 0.5 && (step.similarity >= EXPLAINED_SIMILARITY || isTelling(sources, step)))
    .sort((a, b) => b.score - a.score);
  const parts = steps.filter(({ formula }) => leavesOut(formula));
  if (parts.length === 0 || tellApart(column, parts)) return steps;
  return steps.filter(({ formula }) => !leavesOut(formula));
}

/** Different values that must stay different in what parts of them are read as. */
const TOLD_APART = 0.9;

/**
 * True where the parts that are read tell the values of a column apart: what they leave out is nothing, then. A digit of each number is
 * some column's by chance, and explains no number. Each source column counts once: it is copied once.
 *
 * @param parts - steps that leave out some of each cell, the best first
 */
function tellApart(column: SheetColumn, parts: readonly Step[]): boolean {
  const best = new Map<string, Int32Array>();
  for (const { source, column: to, cells } of parts) {
    const key = `${source},${to}`;
    if (!best.has(key)) best.set(key, cells);
  }
  const lists = [...best.values()];
  const seen = new Uint8Array(column.distinct);
  const told = new Set<string>();
  for (let row = 0; row < column.codes.length; row++) {
    const code = column.codes[row] as number;
    if (code < 0 || seen[code] === 1) continue;
    seen[code] = 1;
    told.add(lists.map((cells) => cells[row]).join());
  }
  return told.size >= TOLD_APART * column.distinct;
}

/**
 * Product columns that no source column is left for: each source column explains one column, and such as hold the same in all rows. Values
 * of one column again and again are no copy of it, and may spell anything.
 *
 * @param columns - for each product column the source columns that explain it; null where it is explained otherwise
 */
export function leftOver(product: Sheet, columns: readonly (readonly string[] | null)[]): Set<number> {
  const taken = new Map<string, number>();
  const left = new Set<number>();
  const place = (position: number, seen: Set<string>): boolean => {
    for (const key of columns[position] ?? []) {
      if (seen.has(key)) continue;
      seen.add(key);
      const holder = taken.get(key);
      if (holder !== undefined && !place(holder, seen)) continue;
      taken.set(key, position);
      return true;
    }
    return false;
  };
  columns.forEach((keys, position) => {
    if (keys === null || keys.length === 0 || place(position, new Set())) return;
    const own = product.columns[position] as SheetColumn;
    const alike = [...taken.values()].some((other) => isSame(own, product.columns[other] as SheetColumn));
    if (!alike) left.add(position);
  });
  return left;
}

/** True for two columns that say the same: each value of one stands beside one of the other. */
function isSame(a: SheetColumn, b: SheetColumn): boolean {
  if (a.distinct !== b.distinct || a.present !== b.present) return false;
  const beside = new Int32Array(a.distinct).fill(-1);
  for (let row = 0; row < a.codes.length; row++) {
    const own = a.codes[row] as number;
    const other = b.codes[row] as number;
    if (own < 0 !== other < 0) return false;
    if (own < 0) continue;
    if (beside[own] === -1) beside[own] = other;
    else if (beside[own] !== other) return false;
  }
  return true;
}

/** Long values of a column with many: found in it, they are from it. */
function isTelling(sources: readonly Sheet[], step: Step): boolean {
  const column = sources[step.source]?.columns[step.column] as SheetColumn;
  if (step.mass < 0.9 || column.distinct < 20) return false;
  let length = 0;
  const stride = Math.max(1, column.distinct >> 6);
  let asked = 0;
  for (let code = 0; code < column.distinct; code += stride) {
    length += column.text(code).length;
    asked++;
  }
  return length / asked >= 5;
}
