/**
 * A small product as a table of figures with labels beside them, and what summaries of a whole source share: which columns they are
 * of, how many persons stand behind.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { figureOf, isMark, unitOf } from './figure-texts.js';

/** A column of figures, NaN where there is none, with the last digit that each writes. */
export interface Figures {
  readonly column: number;
  readonly name: string;
  readonly values: Float64Array;
  readonly units: Float64Array;
}

/** Labels and figures of a product. */
export interface Grid {
  readonly rows: number;
  readonly labels: readonly { readonly column: number; readonly texts: readonly string[] }[];
  readonly figures: readonly Figures[];
}

/** A product read as a summary of one source. */
export interface Summary {
  /** In words, for the report: `correlations`, `description`, `key figures`, `quantiles`, `regression`. */
  readonly kind: 'correlations' | 'description' | 'key figures' | 'quantiles' | 'regression';
  /** What each product column is. */
  readonly how: ReadonlyMap<number, string>;
  /** Persons behind the figure with the fewest. */
  readonly persons: number;
  /** Figures of a product column that too few persons stand beyond: extremes, outer quantiles. */
  readonly extremes: ReadonlyMap<number, number>;
}

const MOST_ROWS = 2000;
const MOST_COLUMNS = 120;

/** Reads labels and figures; null for a table of something else. */
export function gridOf(product: Sheet): Grid | null {
  if (product.rows < 1 || product.rows > MOST_ROWS || product.columns.length > MOST_COLUMNS) return null;
  const labels: { column: number; texts: string[] }[] = [];
  const figures: Figures[] = [];
  for (const [column, own] of product.columns.entries()) {
    const texts = Array.from(own.codes, (code) => (code < 0 ? '' : (own.values[code] as string)).trim());
    const values = Float64Array.from(texts, figureOf);
    let numbers = 0;
    let written = 0;
    let marks = 0;
    texts.forEach((text, row) => {
      if (isNothing(text)) return;
      written++;
      if (!Number.isNaN(values[row])) numbers++;
      else if (isMark(text)) marks++;
    });
    if (numbers + marks === written && numbers > 0)
      figures.push({ column, name: own.name.trim(), values, units: Float64Array.from(texts, unitOf) });
    else if (written === product.rows) labels.push({ column, texts });
    else return null;
  }
  return figures.length === 0 ? null : { rows: product.rows, labels, figures };
}

function isNothing(text: string): boolean {
  return text === '' || /^(?:nan|na|null|none|-|\*)$/i.test(text);
}

/** Relative difference of sums made in another order. */
const EXACT = 1e-7;

/** True when a figure is the value, as far as it is written. */
export function isFigure(figure: number, unit: number, value: number): boolean {
  return Math.abs(figure - value) <= Math.max(0.501 * unit, EXACT * Math.abs(value), 1e-12);
}

/** Positions of the numeric columns of a source by name. */
export function numericByName(sheet: Sheet): Map<string, number> {
  const byName = new Map<string, number>();
  sheet.columns.forEach((column, position) => {
    if (column.isNumeric) byName.set(column.name.trim(), position);
  });
  return byName;
}

/** Numbers of a column by row, NaN where there is none. */
export function numbersByRow(column: SheetColumn): Float64Array {
  return Float64Array.from(column.codes, (code) => (code < 0 ? Number.NaN : (column.numbers[code] as number)));
}

/** Persons (rows) whose number is not the commonest one: what a figure tells when nearly all are alike is about these. */
export function personsApart(column: SheetColumn): number {
  let most = 0;
  let all = 0;
  for (let code = 0; code < column.distinct; code++) {
    const count = column.counts[code] as number;
    all += count;
    if (count > most) most = count;
  }
  return column.distinct < 2 ? all : all - most;
}
