/**
 * Tables along the shares of a source's rows in the order of a column: quantiles, and the points of a Lorenz curve (the share of the whole
 * that the lowest or highest so many per cent hold). See summary.md.
 *
 * Lorenz, "Methods of measuring the concentration of wealth", Publ. Am. Stat. Assoc. 9(70), 1905.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { type Figures, type Grid, isFigure, numbersByRow, type Summary } from './grid.js';
import { quantile } from './read-quantile-groups.js';

const LEAST_POINTS = 4;
const MOST_POINTS = 100;
const MOST_COLUMNS = 40;
/** Digits that the figures of a column must write, less those of as many columns and forms as are tried. */
const TELLING_DIGITS = 8;

/** Reads a product as quantiles or a Lorenz curve along a column of shares; null when it is none. */
export function quantileTableOf(grid: Grid, sheet: Sheet, safeClass: number): Summary | null {
  const [first, ...others] = grid.figures;
  if (first === undefined || grid.labels.length > 0 || others.length === 0) return null;
  const shares = sharesOf(first);
  if (shares === null) return null;
  const how = new Map([[first.column, 'shares of all rows']]);
  for (const figures of others) {
    const found = sheet.columns
      .slice(0, MOST_COLUMNS)
      .find((column) => column.isNumeric && isCurveOf(figures, shares, column));
    if (found === undefined) return null;
    how.set(figures.column, `curve of ${found.name}`);
  }
  // Between two points stand so many persons; beyond the outermost ones, too.
  let persons = sheet.persons;
  const points = [0, ...shares, 1];
  for (let i = 1; i < points.length; i++) {
    const between = ((points[i] as number) - (points[i - 1] as number)) * sheet.rows;
    if (between > 0.5) persons = Math.min(persons, Math.floor(between + 1e-6));
  }
  return persons < safeClass ? null : { kind: 'quantiles', how, persons, extremes: new Map() };
}

/** Rising shares from 0 to 1, written as such or in per cent; null for other figures. */
function sharesOf({ values }: Figures): Float64Array | null {
  if (values.length < LEAST_POINTS || values.length > MOST_POINTS) return null;
  if (values.some((value, row) => Number.isNaN(value) || value < 0 || value <= (values[row - 1] ?? -1))) return null;
  const last = values.at(-1) as number;
  if (last > 100) return null;
  return last > 1 ? values.map((value) => value / 100) : values.slice();
}

/** True when the figures are sums up to each share, from below or above, or the quantiles at them. */
function isCurveOf({ values, units }: Figures, shares: Float64Array, column: SheetColumn): boolean {
  const written = values.reduce(
    (sum, value, row) => sum + (Number.isNaN(value) ? 0 : Math.log10(1 + Math.abs(value) / (units[row] as number))),
    0,
  );
  if (written < TELLING_DIGITS) return false;
  const sorted = numbersByRow(column)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const upTo = new Float64Array(sorted.length + 1);
  sorted.forEach((value, i) => {
    upTo[i + 1] = (upTo[i] as number) + value;
  });
  const all = upTo[sorted.length] as number;
  const n = sorted.length;
  // Where a share falls between two rows, either may count, or a part of one.
  const near = (at: number, of: (rows: number) => number, row: number): boolean => {
    const figure = values[row] as number;
    const unit = units[row] as number;
    const ends = [of(Math.floor(at)), of(Math.ceil(at))];
    return (
      ends.some((end) => isFigure(figure, unit, end)) || (figure >= Math.min(...ends) && figure <= Math.max(...ends))
    );
  };
  const forms: ((row: number, share: number) => boolean)[] = [];
  for (const whole of [1, 100]) {
    forms.push(
      (row, share) => near(share * n, (rows) => (whole * (upTo[rows] as number)) / all, row),
      (row, share) => near((1 - share) * n, (rows) => whole * (1 - (upTo[rows] as number) / all), row),
    );
  }
  // The least and the greatest value are persons' values.
  forms.push(
    (row, share) =>
      share > 0 && share < 1 && isFigure(values[row] as number, units[row] as number, quantile(sorted, share)),
  );
  return forms.some((holds) => values.every((value, row) => Number.isNaN(value) || holds(row, shares[row] as number)));
}
