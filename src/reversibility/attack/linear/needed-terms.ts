/**
 * The terms that a linear form needs: product columns without which it meets the tied rows as well are no part of it, or they would
 * count as explained by what they do not tell. Backward elimination (Draper and Smith, "Applied Regression Analysis", chapter 15).
 * @module
 */
import type { SheetColumn } from '../../intake/sheet.js';
import type { Derived } from '../../inverse.js';
import type { Pairs } from '../shared/tied-rows.js';
import { type Design, designOf, orthogonal, predict, regress } from './design.js';
import { numberAt } from './linear-fit.js';

/** Tied rows that are asked at most, one half to learn from and one to verify on. */
const ASKED = 800;
/** Terms up to which each is tried without. */
const MOST_TERMS = 40;
/** Share of the rows not learnt from that the whole form must meet. */
const VERIFIED = 0.8;
/** What a form may lose where a term is left out, as a share of what it met. */
const LOST = 0.01;

/** The terms needed; all of them where none can be left out. */
export function neededTerms(
  column: SheetColumn,
  terms: readonly Derived[],
  pairs: Pairs,
  tolerance: number,
): readonly Derived[] {
  if (terms.length < 2 || terms.length > MOST_TERMS) return terms;
  const step = Math.max(1, pairs.product.length / ASKED);
  const places = Array.from({ length: Math.floor(pairs.product.length / step) }, (_, i) => Math.floor(i * step));
  const target = Float64Array.from(places, (i) => numberAt(column, pairs.source[i] as number));
  const rows = Int32Array.from(places, (i) => pairs.product[i] as number);
  const metBy = (kept: readonly Derived[]): number => {
    const columns = kept.map(({ column: own }) => ({
      codes: Int32Array.from(rows, (_, i) => i),
      numbers: Float64Array.from(rows, (row) => numberAt(own, row)),
    }));
    return met(orthogonal(designOf(columns, rows.length)), target, tolerance);
  };
  const all = metBy(terms);
  // Too few rows to learn so many terms from: nothing is left out of what they do not tell.
  if (all < VERIFIED * Math.floor(target.length / 2)) return terms;
  let kept = terms;
  for (const term of terms) {
    const others = kept.filter((own) => own !== term);
    if (others.length > 0 && metBy(others) >= (1 - LOST) * all) kept = others;
  }
  return kept;
}

/** How many rows not learnt from a form of all columns meets. */
function met(design: Design, target: Float64Array, tolerance: number): number {
  const learnt = Int32Array.from({ length: Math.ceil(target.length / 2) }, (_, i) => 2 * i);
  const weights = regress(
    design,
    learnt,
    Float64Array.from(learnt, (row) => target[row] as number),
  );
  if (weights === null) return 0;
  let count = 0;
  for (let row = 1; row < target.length; row += 2)
    if (Math.abs(predict(design, row, weights) - (target[row] as number)) <= tolerance) count++;
  return count;
}
