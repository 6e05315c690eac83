/**
 * Numbers of a column by group without their order: size, mean, squares, least and largest. Two lists that lie on one line do so with
 * their ends, where two samples differ most; what these turn away need not be sorted. See group-lines.md.
 * @module
 */
import type { SheetColumn } from '../../intake/sheet.js';
import { risingOf } from '../shared/grouped-numbers.js';

/** What is known of the numbers of each group. */
export interface Ends {
  readonly counts: Int32Array;
  readonly means: Float64Array;
  /** Sum of squares about the mean. */
  readonly squares: Float64Array;
  readonly least: Float64Array;
  readonly most: Float64Array;
}

/** The ends of the groups of a column; a row of a negative group is left out. */
export function endsOf(column: SheetColumn, groupOf: Int32Array, groups: number): Ends {
  const { values } = risingOf(column);
  const ends: Ends = {
    counts: new Int32Array(groups),
    means: new Float64Array(groups),
    squares: new Float64Array(groups),
    least: new Float64Array(groups).fill(Number.POSITIVE_INFINITY),
    most: new Float64Array(groups).fill(Number.NEGATIVE_INFINITY),
  };
  measure(values, groupOf, ends);
  return ends;
}

function measure(values: Float64Array, groupOf: Int32Array, { counts, means, squares, least, most }: Ends): void {
  for (let row = 0; row < values.length; row++) {
    const group = groupOf[row] as number;
    const value = values[row] as number;
    if (group < 0 || Number.isNaN(value)) continue;
    counts[group] = (counts[group] as number) + 1;
    means[group] = (means[group] as number) + value;
    if (value < (least[group] as number)) least[group] = value;
    if (value > (most[group] as number)) most[group] = value;
  }
  for (let group = 0; group < counts.length; group++)
    means[group] = (means[group] as number) / (counts[group] as number);
  for (let row = 0; row < values.length; row++) {
    const group = groupOf[row] as number;
    const value = values[row] as number;
    if (group < 0 || Number.isNaN(value)) continue;
    const apart = value - (means[group] as number);
    squares[group] = (squares[group] as number) + apart * apart;
  }
}

const LEAST = 8;
/** Largest residual of any row, in standard deviations of the group. */
export const RESIDUAL = 0.005;
/** Slack of a look at a few places, for the rounding of sums. */
const SLACK = 1.001;
const ROUNDING = 1e-9;

/** Mean and sum of squares of a list. */
type Moments = readonly [mean: number, squares: number];

/**
 * Whether a point may lie on the line of two lists of n numbers each. When every residual is at most r standard deviations, the squares
 * left are at most r² of all: so the slope is that of the standard deviations but for a part of r².
 */
export function lineOf(
  [mx, xx]: Moments,
  [my, yy]: Moments,
  n: number,
): (x: number, y: number, falling: boolean) => boolean {
  if (n < LEAST || !(xx > 0 && yy > 0)) return () => false;
  const slope = Math.sqrt(yy / xx);
  const most = SLACK * RESIDUAL * Math.sqrt(yy / n);
  return (x, y, falling) => {
    const bend = slope * Math.abs(x - mx);
    const off = Math.abs(y - my - (falling ? -slope : slope) * (x - mx));
    const rounding = ROUNDING * (Math.abs(y) + Math.abs(my) + slope * (Math.abs(x) + Math.abs(mx)));
    return off <= most + SLACK * RESIDUAL * RESIDUAL * bend + rounding;
  };
}

/** Rows of the groups whose least and largest numbers may lie on one line with those of the source, rising or falling. */
export function rowsOnLines(own: Ends, source: Ends): number {
  let rows = 0;
  for (let group = 0; group < own.counts.length; group++) {
    const n = own.counts[group] as number;
    if (n !== source.counts[group]) continue;
    const line = lineOf(
      [own.means[group] as number, own.squares[group] as number],
      [source.means[group] as number, source.squares[group] as number],
      n,
    );
    const [x0, x1] = [own.least[group] as number, own.most[group] as number];
    const [y0, y1] = [source.least[group] as number, source.most[group] as number];
    if ((line(x0, y0, false) && line(x1, y1, false)) || (line(x0, y1, true) && line(x1, y0, true))) rows += n;
  }
  return rows;
}

/** Rows of the groups that hold as many numbers as the source's. */
export function rowsOfSize(own: Ends, source: Ends): number {
  let rows = 0;
  for (let group = 0; group < own.counts.length; group++)
    if (own.counts[group] === source.counts[group]) rows += own.counts[group] as number;
  return rows;
}
