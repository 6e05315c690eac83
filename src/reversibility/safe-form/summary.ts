/**
 * Summaries of a whole source as a safe form: correlations, descriptions, coefficients of regressions, each figure recomputed. See
 * summary.md.
 * @module
 */
import type { Sheet } from '../intake/sheet.js';
import { correlationsOf } from './correlations.js';
import { descriptionOf } from './descriptions.js';
import { gridOf, type Summary } from './grid.js';
import { keyFiguresOf } from './key-figures.js';
import { quantileTableOf } from './quantile-tables.js';
import { regressionOf } from './regressions.js';

/** Source rows from which on figures of a whole source are not recomputed pair by pair. */
const MOST_ROWS = 2_000_000;

/** Reads a product as a summary of a source; null when it is none. */
export function summaryOf(product: Sheet, sheet: Sheet, safeClass: number, late: () => boolean): Summary | null {
  if (product.columns.length * product.rows > 20_000 || sheet.rows > MOST_ROWS || sheet.rows < 2) return null;
  const grid = gridOf(product);
  if (grid === null) return null;
  for (const read of [
    () => correlationsOf(grid, sheet),
    () => descriptionOf(grid, sheet, safeClass),
    () => quantileTableOf(grid, sheet, safeClass),
    () => keyFiguresOf(grid, sheet, safeClass),
    () => regressionOf(grid, sheet),
  ]) {
    if (late()) return null;
    const found = read();
    if (found !== null && found.how.size === product.columns.length) return found;
  }
  return null;
}
