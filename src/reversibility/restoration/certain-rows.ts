/**
 * Complete raw rows that chance practically never gives: they count without discount (DESIGN section 6; execute.md).
 * @module
 */
import type { SheetColumn } from '../intake/sheet.js';
import type { Step } from '../inverse.js';
import type { Nulls } from './chance.js';
import type { ExecuteOptions, Target } from './execute.js';
import { MODEL_ERROR, Z_STRATA } from './measure.js';
import type { Joined } from './strata.js';
import { countFound } from './tuple-join.js';

/**
 * Complete raw rows that the null practically never draws: not discounted. The expectation of a row is the largest of
 * Good-Turing's for its tuple count and of a product with independent columns.
 */
export function certainRows(
  target: Target,
  joined: Joined,
  strata: Uint8Array,
  steps: readonly Step[],
  found: Int32Array,
  nulls: Nulls,
  options: ExecuteOptions,
  sure: boolean,
): number {
  const { sheet } = target;
  const { thresholds, productRows } = options;
  const below = thresholds.restoredBelow;
  // Counts of counts over all strata bound what those of one leave open: no double among 300 is no proof that there is none (the
  // rule of three).
  const pooled = new Float64Array(below + 2);
  for (const { own } of nulls.counts)
    for (let c = 0; c < pooled.length; c++) pooled[c] = (pooled[c] as number) + (own[c] as number);
  const open = sure ? 0 : 3;
  const rates = nulls.counts.map(({ own, without }) => {
    const rate = new Float64Array(below + 1);
    for (let c = 1; c < below; c++) {
      const here = own[c] as number;
      const each = (productRows * (c + 1)) / sheet.persons;
      const known = here === 0 ? 0 : (each * (without[c + 1] as number)) / here;
      const bound = (each * ((sure ? 0 : (pooled[c + 1] as number)) + open)) / Math.max(1, pooled[c] as number);
      rate[c] = Math.max(known, bound);
    }
    return rate;
  });
  // Even rare coincidences add up over many rows: what all eligible rows together expect is taken off.
  let expected = 0;
  for (let group = 0; group < joined.index.groups; group++) {
    const persons = joined.persons[group] as number;
    if (persons >= below) continue;
    const rate = (rates[strata[group] as number] as Float64Array)[persons] as number;
    if (rate < thresholds.coincidences) expected += rate;
  }
  const shares = steps.map((step) => {
    const counts = new Float64Array((sheet.columns[step.column] as SheetColumn).distinct + 2);
    const { cells } = step;
    for (let row = 0; row < cells.length; row++) {
      const cell = (cells[row] as number) + 2;
      counts[cell] = (counts[cell] as number) + 1;
    }
    return counts;
  });
  const counts = countFound(found, joined.index.groups);
  const done = new Uint8Array(joined.index.groups);
  const cellsOf = steps.map((step) => step.cells);
  let certain = 0;
  for (let row = 0; row < found.length; row++) {
    const group = found[row] as number;
    if (group < 0 || done[group] === 1) continue;
    done[group] = 1;
    const persons = joined.persons[group] as number;
    const rate = rates[strata[group] as number] as Float64Array;
    if (persons >= below || (rate[persons] as number) >= thresholds.coincidences) continue;
    let independent = productRows;
    for (let i = 0; i < steps.length; i++) {
      const cell = (cellsOf[i] as Int32Array)[row] as number;
      independent *= ((shares[i] as Float64Array)[cell + 2] as number) / productRows;
    }
    if (independent >= thresholds.coincidences) continue;
    certain += Math.min(counts[group] as number, joined.index.rows[group] as number);
  }
  // That the source knows no double of a tuple does not make it impossible.
  if (expected === 0 && sure) return certain;
  return Math.max(0, Math.floor(certain - expected * (1 + MODEL_ERROR) - Z_STRATA * Math.sqrt(expected + 1)));
}
