/**
 * Products, quotients and powers of columns: their logarithms are linear forms, learnt on tied rows like other mixes.
 *
 * log(xy) = log x + log y; what was raised by one before it was multiplied has its own column log(1 + x). See linear.md.
 * @module
 */
import type { Sheet } from '../../intake/sheet.js';
import { SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import { FOREIGN } from '../../restoration/tuple-join.js';
import type { Board } from '../attack.js';
import { nearest, type Sorted, sortedNumbers } from '../shared/sorted-numbers.js';
import type { Pairs } from '../shared/tied-rows.js';
import { type Design, designOf, orthogonal, predict, regress } from './design.js';

/** Product columns up to which this is asked for, and distinct numbers a source column must have. */
const MOST_COLUMNS = 24;
const LEAST_DISTINCT = 12;
/** Relative error of a number that was multiplied and written. */
const TOLERANCE = 2e-4;
const LEARNT = 2000;
/** Share of rows in which a logarithm must exist: rows without one are left out. */
const COMPLETE = 0.97;

const CURVES = [
  { name: 'log', write: Math.log, undo: Math.exp },
  { name: 'log1p', write: Math.log1p, undo: Math.expm1 },
] as const;

function logarithms(derived: Derived): SheetColumn[] {
  const { column } = derived;
  return CURVES.flatMap(({ name, write }) => {
    let good = 0;
    const values = Array.from(column.values, (_, code) => {
      const value = write(Math.abs(column.numbers[code] as number));
      if (Number.isFinite(value)) good += column.counts[code] as number;
      return Number.isFinite(value) ? String(value) : '';
    });
    return good < COMPLETE * column.rows ? [] : [new SheetColumn(`${name}(${column.name})`, column.codes, values)];
  });
}

/** Steps that give numeric source columns as products of powers of numeric product columns, some of which `queue` holds unexplained. */
export function productSteps(board: Board, source: number, pairs: Pairs, queue: readonly Derived[]): Step[] {
  const isUseful = ({ column }: Derived): boolean => column.isNumeric && column.distinct >= 3;
  if (!queue.some((derived) => derived.from.length === 1 && isUseful(derived))) return [];
  // A column that was read may be a factor of the others.
  const numeric = board.derived.filter((derived) => derived.attack === 'containment' && isUseful(derived));
  if (numeric.length < 2 || numeric.length > MOST_COLUMNS) return [];
  const columns = numeric.flatMap(logarithms);
  if (columns.length < 2 || pairs.product.length < 2 * (columns.length + 2)) return [];
  const design = orthogonal(designOf(columns, board.product.rows));
  const sheet = board.sources[source] as Sheet;
  const steps: Step[] = [];
  sheet.columns.forEach((column, position) => {
    const sorted = sortedNumbers(column);
    if (board.late() || sorted === null || column.distinct < LEAST_DISTINCT) return;
    if (board.steps.some((own) => own.source === source && own.column === position && own.score > 0.7)) return;
    for (const curve of CURVES) {
      const cells = fitted(design, pairs, column, sorted, curve);
      if (cells === null) continue;
      const mass = cells.reduce((count, code) => count + (code >= 0 ? 1 : 0), 0) / Math.max(1, cells.length);
      if (mass < 0.2) continue;
      steps.push({
        source,
        column: position,
        from: numeric.flatMap((derived) => derived.from),
        formula: `powers(${numeric.map((derived) => derived.formula).join(', ')})#${position + 1}`,
        attack: 'linear',
        knowledge: 'A1',
        bits: 32 * design.width,
        cells,
        mass,
        score: 0.9 * mass,
        similarity: 0.9,
      });
      break;
    }
  });
  return steps;
}

/** Source codes by row: learnt on even tied rows; null unless four fifths of the odd ones come back as they are. */
function fitted(
  design: Design,
  pairs: Pairs,
  column: SheetColumn,
  sorted: Sorted,
  { write, undo }: (typeof CURVES)[number],
): Int32Array | null {
  const truth = (i: number): number => {
    const code = column.codes[pairs.source[i] as number] as number;
    return code < 0 ? Number.NaN : (column.numbers[code] as number);
  };
  const rows: number[] = [];
  const target: number[] = [];
  for (let i = 0; i < pairs.product.length && rows.length < LEARNT; i += 2) {
    const value = write(truth(i));
    if (!Number.isFinite(value) || Number.isNaN(predictable(design, pairs.product[i] as number))) continue;
    rows.push(pairs.product[i] as number);
    target.push(value);
  }
  if (rows.length < design.width + 2) return null;
  const weights = regress(design, rows, target);
  if (weights === null) return null;
  // No number is taken for one farther from it than the rows are that it was learnt from.
  const near = errorOf(design, rows, target, weights, undo);
  const codeOf = (row: number): number => {
    const value = undo(predict(design, row, weights));
    if (Number.isNaN(value)) return FOREIGN;
    const at = nearest(sorted.values, value);
    const error = Math.abs((sorted.values[at] as number) - value);
    return error <= Math.min(TOLERANCE * Math.abs(value), Math.max(sorted.unit / 2, near * Math.abs(value)))
      ? (sorted.codes[at] as number)
      : FOREIGN;
  };
  let good = 0;
  let asked = 0;
  for (let i = 1; i < pairs.product.length; i += 2) {
    const code = codeOf(pairs.product[i] as number);
    if (!Number.isFinite(truth(i)) || code < 0) continue;
    asked++;
    if (code === column.codes[pairs.source[i] as number]) good++;
  }
  if (asked < Math.max(6, 0.1 * pairs.product.length) || good < 0.8 * asked) return null;
  return Int32Array.from({ length: design.rows }, (_, row) => codeOf(row));
}

/** Share of the rows learnt from whose error is taken for the usual one, and how much more others may have. */
const USUAL = 0.9;
const WIDER = 4;

/** Relative error of what comes back in the rows that weights were learnt from, with room. */
function errorOf(
  design: Design,
  rows: readonly number[],
  target: readonly number[],
  weights: Float64Array,
  undo: (value: number) => number,
): number {
  const errors = Float64Array.from(rows, (row, i) => {
    const value = undo(target[i] as number);
    return Math.abs(undo(predict(design, row, weights)) - value) / Math.max(Math.abs(value), 1e-12);
  }).sort();
  return WIDER * (errors[Math.floor(USUAL * (errors.length - 1))] as number);
}

function predictable(design: Design, row: number): number {
  return design.values[row * design.width] as number;
}
