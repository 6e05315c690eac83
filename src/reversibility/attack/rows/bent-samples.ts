/**
 * Columns of which nothing is left but their order, each bent in a way of its own, in a part of the rows (quantile and power
 * transforms, logistic and other scores fitted on the sample): a row's shares below it in all columns together are those of its
 * source row, but for the chance of the draw, which moves neighbours alike.
 *
 * Besl and McKay, "A method for registration of 3-D shapes", IEEE PAMI 14(2), 1992 (rows are tied to their nearest source row and
 * each column's map is fitted to the ties, by turns); Kiefer, "Deviations of the sample quantile process", 1970 (how far shares of a
 * sample lie from the whole's). See neighbours.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import type { Board } from '../attack.js';
import { KdTree } from '../shared/kd-tree.js';
import { linkPoints, spreadRows } from '../shared/link-points.js';
import { type Sorted, sortedNumbers } from '../shared/sorted-numbers.js';
import { byOrder, type Ordered, type Pairing } from './order-pairing.js';

const LEAST_COLUMNS = 3;
const MOST_COLUMNS = 10;
const LEAST_ROWS = 100;
const MOST_SOURCE = 60_000;
const MOST_LEARNT = 1200;
const ROUNDS = 16;
/** Round after which rows that lie as far off as strangers' do are given up, and the share of that distance. */
const HOPELESS = 4;
const FAR = 0.8;
/** The share of the distance of source rows from one another at which rows are tied in the end. */
const TIED = 0.5;
/** Ties that one correction is the mean of, first and last. */
const SMOOTH = 41;
const FINE = 9;

/** Steps that give rows the numbers of the source rows that lie where they do in every column's order; none where they do not. */
export function bentSamples(board: Board, source: number, queue: readonly Derived[]): Step[] {
  const sheet = board.sources[source] as Sheet;
  const { rows } = board.product;
  if (rows < LEAST_ROWS || sheet.rows > MOST_SOURCE || rows > 0.97 * sheet.rows) return [];
  const own = queue
    .filter(({ attack, column }) => attack === 'containment' && column.distinct >= 3 && column.present === column.rows)
    .flatMap((derived) => ordered(derived.column, derived))
    .slice(0, MOST_COLUMNS);
  const raw = sheet.columns.flatMap((column, position) =>
    column.distinct >= 3 && column.present === column.rows ? ordered(column, position) : [],
  );
  if (own.length < LEAST_COLUMNS || raw.length < LEAST_COLUMNS) return [];
  for (const pairing of byOrder(own, raw)) {
    if (board.late()) return [];
    const maps = registered(pairing, board.late);
    if (maps === null) continue;
    const steps = linked(board, source, pairing, maps);
    if (steps.length > 0) return steps;
  }
  return [];
}

/** A column by the shares of rows below its values; none where it holds no numbers. */
function ordered<T>(column: SheetColumn, of: T): (Ordered & { readonly of: T })[] {
  const sorted = sortedNumbers(column);
  if (sorted === null) return [];
  const shares = new Float64Array(column.distinct);
  let below = 0;
  let top = 0;
  sorted.codes.forEach((code, i) => {
    const count = sorted.counts[i] as number;
    shares[code] = (below + count / 2) / sorted.rows;
    below += count;
    top = Math.max(top, count / sorted.rows);
  });
  return [
    {
      name: column.name,
      of,
      column,
      sorted,
      top,
      rows: Float64Array.from(column.codes, (code) => shares[code] as number),
    },
  ];
}

/** What is added to a share, at rising shares. */
interface Correction {
  readonly at: Float64Array;
  readonly by: Float64Array;
}

interface Maps {
  readonly corrections: readonly Correction[];
  readonly learnt: ReadonlySet<number>;
}

function registered({ pairs }: Pairing, late: () => boolean): Maps | null {
  const width = pairs.length;
  const rows = (pairs[0] as Pairing['pairs'][number]).own.rows.length;
  const total = (pairs[0] as Pairing['pairs'][number]).raw.rows.length;
  const points = new Float64Array(total * width);
  pairs.forEach(({ raw }, a) => {
    for (let row = 0; row < total; row++) points[row * width + a] = raw.rows[row] as number;
  });
  const all = Int32Array.from({ length: total }, (_, row) => row);
  const tree = new KdTree(points, width, all);
  const apart = median(
    Float64Array.from(spreadRows(all, 300), (row) =>
      Math.sqrt(tree.nearest(points.subarray(row * width, (row + 1) * width), row)[1]),
    ),
  );
  if (!(apart > 0)) return null;
  // A quarter of the rows is kept for the decision.
  const learnt = spreadRows(
    Int32Array.from({ length: rows }, (_, row) => row).filter((row) => row % 4 > 0),
    MOST_LEARNT,
  );
  const shares = pairs.map(({ own, sign }) =>
    Float64Array.from(learnt, (row) => (sign > 0 ? (own.rows[row] as number) : 1 - (own.rows[row] as number))),
  );
  let corrections: Correction[] = pairs.map(() => ({ at: Float64Array.of(0), by: Float64Array.of(0) }));
  let best: { residual: number; corrections: Correction[] } | null = null;
  const at = new Float64Array(width);
  for (let round = 0; round < ROUNDS && !late(); round++) {
    const found = new Int32Array(learnt.length);
    const squared = new Float64Array(learnt.length);
    for (let i = 0; i < learnt.length; i++) {
      for (let a = 0; a < width; a++)
        at[a] = corrected(corrections[a] as Correction, (shares[a] as Float64Array)[i] as number);
      [found[i], squared[i]] = tree.nearest(at);
    }
    const residual = Math.sqrt(median(squared));
    if (best === null || residual < best.residual) best = { residual, corrections };
    if (round >= HOPELESS && residual > FAR * apart) return null;
    const cut = squared.slice().sort()[Math.floor((round < HOPELESS ? 0.6 : 0.85) * squared.length)] as number;
    const kept = Array.from(learnt.keys()).filter((i) => (squared[i] as number) <= cut);
    const window = round < HOPELESS ? SMOOTH : Math.max(FINE, SMOOTH - 4 * (round - HOPELESS));
    corrections = pairs.map((_, a) =>
      smoothed(
        kept.map((i) => [
          (shares[a] as Float64Array)[i] as number,
          (points[(found[i] as number) * width + a] as number) - ((shares[a] as Float64Array)[i] as number),
        ]),
        window,
      ),
    );
  }
  return best === null || best.residual > TIED * apart
    ? null
    : { corrections: best.corrections, learnt: new Set(learnt) };
}

function median(values: Float64Array): number {
  return values.slice().sort()[values.length >> 1] as number;
}

/** Means of neighbouring corrections, by rising share. */
function smoothed(ties: (readonly [at: number, by: number])[], window: number): Correction {
  const sorted = [...ties].sort((a, b) => a[0] - b[0]);
  const half = window >> 1;
  const sums = new Float64Array(sorted.length + 1);
  sorted.forEach(([, by], i) => {
    sums[i + 1] = (sums[i] as number) + by;
  });
  return {
    at: Float64Array.from(sorted, ([at]) => at),
    by: Float64Array.from(sorted, (_, i) => {
      const from = Math.max(0, i - half);
      const to = Math.min(sorted.length, i + half + 1);
      return ((sums[to] as number) - (sums[from] as number)) / (to - from);
    }),
  };
}

function corrected({ at, by }: Correction, share: number): number {
  let low = 0;
  let high = at.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((at[middle] as number) < share) low = middle + 1;
    else high = middle;
  }
  const right = at[low] as number;
  if (low === 0 || right <= share) return share + (by[low] as number);
  const left = at[low - 1] as number;
  const part = right === left ? 1 : (share - left) / (right - left);
  return share + (1 - part) * (by[low - 1] as number) + part * (by[low] as number);
}

/** The number below which a share of the rows lies; between numbers where they hardly repeat. */
function numberAt(sorted: Sorted, middles: Float64Array, share: number): number {
  let low = 0;
  let high = middles.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((middles[middle] as number) < share) low = middle + 1;
    else high = middle;
  }
  const y = sorted.values[low] as number;
  if (low === 0 || share >= (middles[low] as number)) return y;
  const x = sorted.values[low - 1] as number;
  const part = (share - (middles[low - 1] as number)) / ((middles[low] as number) - (middles[low - 1] as number));
  // Of few numbers the nearer one, of many a place between.
  if (sorted.values.length < 0.2 * sorted.rows) return part < 0.5 ? x : y;
  return x + part * (y - x);
}

function linked(board: Board, source: number, { pairs }: Pairing, { corrections, learnt }: Maps): Step[] {
  const order = [...pairs.keys()].sort(
    (a, b) =>
      (pairs[b] as Pairing['pairs'][number]).raw.column.distinct -
      (pairs[a] as Pairing['pairs'][number]).raw.column.distinct,
  );
  const axes = order.map((a) => {
    const { raw } = pairs[a] as Pairing['pairs'][number];
    return { position: raw.of as number, column: raw.column };
  });
  const derived = order.map((a) => (pairs[a] as Pairing['pairs'][number]).own.of as Derived);
  const values = order.map((a) => {
    const { own, raw, sign } = pairs[a] as Pairing['pairs'][number];
    const middles = new Float64Array(raw.sorted.values.length);
    let below = 0;
    raw.sorted.counts.forEach((count, i) => {
      middles[i] = (below + count / 2) / raw.sorted.rows;
      below += count;
    });
    return Float64Array.from(own.rows, (share) =>
      numberAt(raw.sorted, middles, corrected(corrections[a] as Correction, sign > 0 ? share : 1 - share)),
    );
  });
  return linkPoints(
    board,
    source,
    axes,
    values,
    {
      from: derived.map(({ from }) => from),
      formula: (axis) => `by-order(${(derived[axis] as Derived).formula} of ${axes.length} columns)`,
      attack: 'neighbours',
      knowledge: 'A2',
      bits: 40,
    },
    learnt,
  );
}
