/**
 * Noise over columns in other units: lines between product and source columns are fitted on order statistics, rows are tied to
 * their nearest source rows, and the lines are fitted again on the tied rows, until every column that goes with another is known.
 *
 * Besl and McKay, "A method for registration of 3-D shapes", IEEE PAMI 14(2), 1992: closest points and fit by turns. See neighbours.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import type { Board } from '../attack.js';
import { KdTree } from '../shared/kd-tree.js';
import { deviation, linkingDistance, linkPoints, spaceOf, spreadRows, TOLERANCE } from '../shared/link-points.js';
import { rowNumbers, type Sorted, sortedNumbers } from '../shared/sorted-numbers.js';

/** A product column on a line to a source column: source = slope * product + shift. */
interface Line {
  /** Place of the product column in the queue. */
  readonly own: number;
  /** Place of the source column among those that may be met. */
  readonly raw: number;
  readonly slope: number;
  readonly shift: number;
  /** Share of the deviation that is left beside the line. */
  readonly apart: number;
}

/** One side: its columns row by row. */
interface Side {
  readonly columns: readonly Float64Array[];
  readonly ordered: readonly Float64Array[];
  readonly means: readonly number[];
  readonly spreads: readonly number[];
  readonly rows: number;
}

const RANKS = 2000;
const COARSE = 40;
/** What may be left beside a line of order statistics, in deviations: shapes farther apart are others. */
const APART = 0.15;
const LEARNT = 600;
const LEAST_PAIRS = 30;
const AXES = 8;
const SEEDS = 24;
/** Choices at most for large tables and for as many rows as the source has: there extremes tell columns of one shape apart. */
const TOLD_APART = { rows: 50_000, share: 0.98, seeds: 4 };
/** Source rows among which a seed is tried first: a twelfth, so that many of its rows still have theirs among them. */
const TRIED = { rows: 20_000, share: 1 / 12 };
const ROUNDS = 4;
/** Correlation over tied rows from which two columns go together. */
const TOGETHER = 0.8;
const MAX_COLUMNS = 200;

/** Numbers at even ranks, standardised; empty where all are alike. */
function orderStatistics(sorted: Sorted, ranks: number): Float64Array {
  const values = new Float64Array(ranks);
  let place = 0;
  let passed = sorted.counts[0] as number;
  for (let i = 0; i < ranks; i++) {
    const rank = ((i + 0.5) * sorted.rows) / ranks;
    while (passed < rank) passed += sorted.counts[++place] as number;
    values[i] = sorted.values[place] as number;
  }
  return standardised(values);
}

function standardised(values: Float64Array): Float64Array {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return squares > 0 ? values.map((value) => (value - mean) / Math.sqrt(squares)) : new Float64Array(0);
}

/** Correlation of standardised numbers, at steps; of the second in falling order where asked. */
function along(a: Float64Array, b: Float64Array, falling: boolean, step: number): number {
  let sum = 0;
  let own = 0;
  let other = 0;
  const last = b.length - 1;
  for (let i = step >> 1; i < a.length; i += step) {
    const x = a[i] as number;
    const y = falling ? -(b[last - i] as number) : (b[i] as number);
    sum += x * y;
    own += x * x;
    other += y * y;
  }
  return sum / Math.sqrt(own * other);
}

/** Lines that order statistics allow, nearest first. */
function linesOf(own: Side, raw: Side): Line[] {
  const lines: Line[] = [];
  const step = Math.max(1, Math.floor((own.ordered[0]?.length ?? 0) / COARSE));
  own.ordered.forEach((a, i) => {
    raw.ordered.forEach((b, j) => {
      if (a.length === 0 || b.length === 0) return;
      for (const falling of [false, true]) {
        if (1 - along(a, b, falling, step) > APART) continue;
        const apart = Math.sqrt(Math.max(0, 1 - along(a, b, falling, 1) ** 2));
        if (apart < APART) lines.push({ own: i, raw: j, ...lineOf(own, raw, i, j, falling), apart });
      }
    });
  });
  return lines.sort((a, b) => a.apart - b.apart);
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return sum / Math.max(1, count);
}

function lineOf(own: Side, raw: Side, i: number, j: number, falling: boolean): Pick<Line, 'slope' | 'shift'> {
  const slope = ((falling ? -1 : 1) * (raw.spreads[j] as number)) / (own.spreads[i] as number);
  return { slope, shift: (raw.means[j] as number) - slope * (own.means[i] as number) };
}

/** Each column once, nearest first. */
function greedy(lines: readonly Line[]): Line[] {
  const chosen: Line[] = [];
  for (const line of lines)
    if (!chosen.some((other) => other.own === line.own || other.raw === line.raw)) chosen.push(line);
  return chosen;
}

/** Choices of lines to begin with: all by nearness, those that nothing rivals, and every exchange among rivals. */
function seedsOf(lines: readonly Line[], most: number): Line[][] {
  const all = greedy(lines);
  if (all.length < 3) return [];
  const rivals = all.map((line) =>
    lines.filter((other) => other.own === line.own && other.apart < Math.max(3 * line.apart, 0.03)),
  );
  const alone = all.filter((line, i) => {
    const own = rivals[i] as Line[];
    return own.length === 1 && !lines.some((other) => other.raw === line.raw && other !== line && other.apart < 0.03);
  });
  const seeds = alone.length >= 3 && alone.length < all.length ? [alone, all] : [all];
  const order = all.map((_, i) => i).sort((a, b) => (rivals[a] as Line[]).length - (rivals[b] as Line[]).length);
  const exchange = (depth: number, chosen: readonly Line[]): void => {
    if (seeds.length >= most) return;
    if (depth === Math.min(order.length, 5)) {
      if (chosen.length >= 3) seeds.push([...chosen]);
      return;
    }
    const own = (rivals[order[depth] as number] as Line[]).filter(
      (line) => !chosen.some((other) => other.raw === line.raw),
    );
    for (const line of own) exchange(depth + 1, [...chosen, line]);
  };
  if (rivals.some((own) => own.length > 1)) exchange(0, []);
  return seeds;
}

function onLine(values: Float64Array, { slope, shift }: Line): Float64Array {
  return values.map((value) => slope * value + shift);
}

function at(values: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (row) => values[row] as number);
}

/** Product rows that are learnt from, each with its nearest of some source rows, where they lie nearer than chance. */
function tie(
  board: Board,
  own: Side,
  raw: Side,
  lines: readonly Line[],
  learnt: Int32Array,
  among: Int32Array,
): [number, number][] {
  const axes = lines.slice(0, AXES);
  const width = axes.length;
  const spreads = axes.map(({ raw: j }) => raw.spreads[j] as number);
  const [there, thereRows] = spaceOf(
    axes.map(({ raw: j }) => at(raw.columns[j] as Float64Array, among)),
    spreads,
  );
  const [here, hereRows] = spaceOf(
    axes.map((line) => onLine(at(own.columns[line.own] as Float64Array, learnt), line)),
    spreads,
  );
  if (thereRows.length < LEAST_PAIRS) return [];
  const tree = new KdTree(there, width, thereRows);
  const point = (points: Float64Array, row: number): Float64Array => points.subarray(row * width, (row + 1) * width);
  const found = Array.from(hereRows, (row): [number, number, number] => {
    const [near, squared] = board.late() ? [-1, Number.POSITIVE_INFINITY] : tree.nearest(point(here, row));
    return [row, near, squared];
  });
  const apart = Float64Array.from(spreadRows(thereRows, LEARNT), (row) =>
    board.late() ? 0 : tree.nearest(point(there, row), row)[1],
  );
  const distance = linkingDistance(
    Float64Array.from(found, ([, , squared]) => squared),
    apart,
  );
  if (distance === null) return [];
  return found
    .filter(([, near, squared]) => near >= 0 && squared <= distance)
    .map(([row, near]) => [learnt[row] as number, among[near] as number]);
}

/** Lines through tied rows: every product column with the source column that it goes with best. */
function refit(own: Side, raw: Side, pairs: readonly (readonly [number, number])[]): Line[] {
  const fitted: Line[] = [];
  own.columns.forEach((a, i) => {
    raw.columns.forEach((b, j) => {
      const line = leastSquares(a, b, own.means[i] as number, raw.means[j] as number, pairs);
      if (line !== null && line.apart < Math.sqrt(1 - TOGETHER ** 2)) fitted.push({ own: i, raw: j, ...line });
    });
  });
  return greedy(fitted.sort((x, y) => x.apart - y.apart));
}

function leastSquares(
  a: Float64Array,
  b: Float64Array,
  originX: number,
  originY: number,
  pairs: readonly (readonly [number, number])[],
): Pick<Line, 'slope' | 'shift' | 'apart'> | null {
  let [count, x, y, xx, xy, yy] = [0, 0, 0, 0, 0, 0];
  for (const [here, there] of pairs) {
    const [u, v] = [(a[here] as number) - originX, (b[there] as number) - originY];
    if (Number.isNaN(u + v)) continue;
    count++;
    x += u;
    y += v;
    xx += u * u;
    xy += u * v;
    yy += v * v;
  }
  if (count < LEAST_PAIRS) return null;
  const [sxx, sxy, syy] = [xx - (x * x) / count, xy - (x * y) / count, yy - (y * y) / count];
  if (!(sxx > 0 && syy > 0)) return null;
  const slope = sxy / sxx;
  return {
    slope,
    shift: originY + y / count - slope * (originX + x / count),
    apart: Math.sqrt(Math.max(0, 1 - (sxy * sxy) / (sxx * syy))),
  };
}

/** From a seed to lines that tied rows confirm; fewer than three when it ties nothing. */
function settle(board: Board, own: Side, raw: Side, seed: readonly Line[], learnt: Int32Array): readonly Line[] {
  const every = Int32Array.from({ length: raw.rows }, (_, row) => row);
  let among = spreadRows(every, Math.max(TRIED.rows, Math.ceil(TRIED.share * raw.rows)));
  let lines: readonly Line[] = seed;
  for (let round = 0; round < ROUNDS; round++) {
    const pairs = tie(board, own, raw, lines, learnt, among);
    if (pairs.length < LEAST_PAIRS) return [];
    among = every;
    const next = refit(own, raw, pairs);
    if (next.length < 3) return [];
    const same = next.length === lines.length && next.every((line, i) => line.raw === lines[i]?.raw);
    lines = next;
    if (same && round > 0) break;
  }
  return lines;
}

/** True where a line is that of the same units: then rows were linked without it. */
function isSameUnits({ own, raw, slope, shift }: Line, there: Side, here: Side): boolean {
  const spread = there.spreads[raw] as number;
  const moved = (slope - 1) * (here.means[own] as number) + shift;
  return Math.abs(slope - 1) < 0.05 && Math.abs(moved) < 0.05 * spread;
}

/** Steps of rows linked across other units. */
export function calibrated(board: Board, source: number, queue: readonly Derived[]): Step[] {
  const sheet = board.sources[source] as Sheet;
  const columns = sheet.columns.flatMap((column, position) =>
    column.distinct >= 12 && column.isNumeric ? [{ column, position }] : [],
  );
  const asked = queue.filter(({ column, attack }) => attack === 'containment' && column.distinct >= 12);
  if (asked.length < 3 || columns.length < 3 || asked.length > MAX_COLUMNS || columns.length > MAX_COLUMNS) return [];
  const rows = Math.min(board.product.rows, sheet.rows);
  if (rows < 2 * LEAST_PAIRS) return [];
  const ranks = Math.min(RANKS, rows);
  const sideOf = (own: readonly SheetColumn[], count: number): Side => {
    const columns = own.map(rowNumbers);
    const ordered = own.map((column) => orderStatistics(sortedNumbers(column) as Sorted, ranks));
    return { columns, ordered, means: columns.map(meanOf), spreads: columns.map(deviation), rows: count };
  };
  const here = sideOf(
    asked.map(({ column }) => column),
    board.product.rows,
  );
  const there = sideOf(
    columns.map(({ column }) => column),
    sheet.rows,
  );
  const learnt = spreadRows(
    Int32Array.from({ length: here.rows }, (_, row) => row),
    Math.min(LEARNT, here.rows >> 1),
  );
  const toldApart = sheet.rows > TOLD_APART.rows || here.rows >= TOLD_APART.share * sheet.rows;
  const most = toldApart ? TOLD_APART.seeds : SEEDS;
  for (const seed of seedsOf(linesOf(here, there), most)) {
    if (board.late()) return [];
    if (seed.every((line) => isSameUnits(line, there, here))) continue;
    const lines = settle(board, here, there, seed, learnt);
    if (lines.length < 3) continue;
    const names = lines.map(({ own }) => asked[own] as Derived);
    const steps = linkPoints(
      board,
      source,
      lines.map(({ raw }) => columns[raw] as { column: SheetColumn; position: number }),
      lines.map((line) => onLine(here.columns[line.own] as Float64Array, line)),
      {
        from: names.map(({ from }) => from),
        formula: (axis) => {
          const { slope, shift } = lines[axis] as Line;
          const line = `${rounded(slope)}*${(names[axis] as Derived).formula} ${shift < 0 ? '-' : '+'} ${rounded(Math.abs(shift))}`;
          return `nearest(${line} of ${lines.length} columns, within ${100 * TOLERANCE} % of the standard deviation)`;
        },
        attack: 'neighbours',
        knowledge: 'A1',
        bits: 84,
      },
      new Set(learnt),
    );
    if (steps.length > 0) return steps;
  }
  return [];
}

function rounded(x: number): number {
  return Number(x.toPrecision(6));
}
