/**
 * Numbers of source rows that a transform may have left as they were: squared lengths after customary scalings, and what two columns
 * give when they are added, subtracted, multiplied or divided. See linear.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../../intake/sheet.js';
import { designOf, orthogonal } from './design.js';
import { numberAt } from './linear-fit.js';
import type { Choice } from './mix-choices.js';

const MAX_COLUMNS = 24;
const LEAST_DISTINCT = 20;

/** Middle and width of a column by which its numbers are scaled. */
interface Scale {
  readonly middle: number;
  readonly width: number;
}

/** Customary scalings: none, centred, by the standard deviation of all or of a sample, between 0 and 1, by quartiles. */
const SCALES: readonly ((sorted: Float64Array) => Scale)[] = [
  (sorted) => ({ middle: meanOf(sorted), width: deviationOf(sorted, 0) }),
  (sorted) => ({ middle: meanOf(sorted), width: deviationOf(sorted, 1) }),
  (sorted) => ({ middle: meanOf(sorted), width: 1 }),
  () => ({ middle: 0, width: 1 }),
  (sorted) => ({ middle: sorted[0] as number, width: (sorted[sorted.length - 1] as number) - (sorted[0] as number) }),
  (sorted) => ({ middle: quantile(sorted, 0.5), width: quantile(sorted, 0.75) - quantile(sorted, 0.25) }),
];

function meanOf(list: Float64Array): number {
  let sum = 0;
  for (const value of list) sum += value;
  return sum / list.length;
}

function deviationOf(list: Float64Array, less: number): number {
  const mean = meanOf(list);
  let sum = 0;
  for (const value of list) sum += (value - mean) ** 2;
  return Math.sqrt(sum / Math.max(1, list.length - less));
}

function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const value = sorted[below] as number;
  return value + (at - below) * ((sorted[Math.min(sorted.length - 1, below + 1)] as number) - value);
}

/** Squared lengths of the rows of each choice of columns, scaled in each way and whitened. @param work - numbers that are looked at */
export function* lengthsOf(sheet: Sheet, choices: readonly Choice[], work: number): Generator<Float64Array> {
  const scaled = new Map<string, Float64Array>();
  let left = work;
  const squaresOf = (position: number, fill: Choice['fill'], way: number): Float64Array => {
    const key = `${position},${fill},${way}`;
    let own = scaled.get(key);
    if (own === undefined) {
      own = squares(filled(sheet.columns[position] as SheetColumn, fill), SCALES[way] as (typeof SCALES)[number]);
      scaled.set(key, own);
      left -= SORTING * sheet.rows;
    }
    return own;
  };
  for (const { columns, fill } of choices) {
    for (let way = 0; way < SCALES.length; way++) {
      left -= sheet.rows * (columns.length + SORTING);
      if (left < 0) return;
      yield sumOf(
        columns.map((position) => squaresOf(position, fill, way)),
        sheet.rows,
      );
    }
    left -= sheet.rows * (columns.length * columns.length + 3 * SORTING);
    if (left < 0) return;
    const whitened = whitenedSquares(
      columns.map((position) => sheet.columns[position] as SheetColumn),
      sheet.rows,
      fill,
    );
    yield whitened;
    yield whitened.map((value) => (value * (sheet.rows - 1)) / sheet.rows);
    yield whitened.map((value) => value / sheet.rows);
  }
}

/** Looks that sorting a number costs. */
const SORTING = 15;

function filled(column: SheetColumn, fill: Choice['fill']): Float64Array {
  const values = Float64Array.from(column.codes, (_, row) => numberAt(column, row));
  if (fill === 'none') return values;
  const stand = fill === 'zero' ? 0 : meanOf(values.filter((value) => !Number.isNaN(value)));
  return values.map((value) => (Number.isNaN(value) ? stand : value));
}

function squares(column: Float64Array, scale: (sorted: Float64Array) => Scale): Float64Array {
  const { middle, width } = scale(column.filter((value) => !Number.isNaN(value)).sort());
  return column.map((value) => ((value - middle) / width) ** 2);
}

function sumOf(columns: readonly Float64Array[], rows: number): Float64Array {
  const sums = new Float64Array(rows);
  for (const own of columns)
    for (let row = 0; row < rows; row++) sums[row] = (sums[row] as number) + (own[row] as number);
  return sums;
}

/** Squared lengths when the columns have variance one and go with no other: leverages times rows. */
function whitenedSquares(columns: readonly SheetColumn[], rows: number, fill: Choice['fill']): Float64Array {
  const { values, width } = orthogonal(designOf(columns, rows, fill));
  return Float64Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let a = 1; a < width; a++) sum += (values[row * width + a] as number) ** 2;
    return sum;
  });
}

const OPERATIONS: readonly ((x: number, y: number) => number)[] = [
  (x, y) => x - y,
  (x, y) => y - x,
  (x, y) => x + y,
  (x, y) => x * y,
  (x, y) => x / y,
  (x, y) => y / x,
  (x, y) => Math.hypot(x, y),
];

/** What each two columns of many values give, row by row. @param work - numbers that are looked at */
export function* pairFigures(sheet: Sheet, work: number): Generator<Float64Array> {
  const columns = sheet.columns
    .filter(({ isNumeric, distinct }) => isNumeric && distinct >= LEAST_DISTINCT)
    .slice(0, MAX_COLUMNS)
    .map((column) => filled(column, 'none'));
  let left = work;
  for (const [i, a] of columns.entries()) {
    for (const b of columns.slice(i + 1)) {
      for (const operation of OPERATIONS) {
        left -= SORTING * sheet.rows;
        if (left < 0) return;
        yield a.map((value, row) => finite(operation(value, b[row] as number)));
      }
    }
  }
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN;
}
