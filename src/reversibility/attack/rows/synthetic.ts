/**
 * Outliers in a synthetic table: a source row far from all others beside which a product row lies was remembered. Exact copies are
 * found by containment; here the copy may be blurred.
 *
 * Stadler, Oprisanu and Troncoso, "Synthetic data - anonymisation groundhog day", USENIX Security 2022, section 5.2 (outliers
 * stay exposed); nearest-neighbour distance ratio: Lowe, IJCV 60(2), 2004, section 7.1. See synthetic.md.
 * @module
 */
import type { SheetColumn } from '../../intake/sheet.js';
import type { Step } from '../../inverse.js';
import { riseTogether } from '../../restoration/tied-columns.js';
import { FOREIGN } from '../../restoration/tuple-join.js';
import type { Attack, Board } from '../attack.js';
import { unexplained } from '../attack.js';
import { KdTree } from '../shared/kd-tree.js';
import { TOLERANCE } from '../shared/link-points.js';
import { type Match, matchColumns } from './column-matches.js';

const MAX_ROWS = 100_000;
const MAX_AXES = 8;
/** Share of the source rows, the loneliest, that are looked at. */
const LONELY = 0.1;
/** A product row is a copy when it lies this much nearer than the nearest other source row. */
const RATIO = 0.1;
const LEAST = 10;
/** Source rows of which the loneliest are looked for. */
const ASKED = 5000;

function numbersOf(column: SheetColumn, spread: number): Float64Array {
  return Float64Array.from(column.codes, (code) => (code < 0 ? Number.NaN : (column.numbers[code] as number) / spread));
}

function pointsOf(columns: readonly Float64Array[]): [Float64Array, Int32Array] {
  const width = columns.length;
  const rows = columns[0]?.length ?? 0;
  const points = new Float64Array(rows * width);
  const kept: number[] = [];
  for (let row = 0; row < rows; row++) {
    let whole = true;
    for (let a = 0; a < width; a++) {
      const value = (columns[a] as Float64Array)[row] as number;
      points[row * width + a] = value;
      if (Number.isNaN(value)) whole = false;
    }
    if (whole) kept.push(row);
  }
  return [points, Int32Array.from(kept)];
}

/** Rows spread evenly, at most five thousand. */
function spread(rows: Int32Array): Int32Array {
  const count = Math.min(rows.length, ASKED);
  return Int32Array.from({ length: count }, (_, i) => rows[Math.floor(((i + 0.5) * rows.length) / count)] as number);
}

/** Pairs of a lonely source row and the product row beside it, beyond chance; null where there are none. */
function copiesOf(board: Board, matches: readonly Match[]): { own: Int32Array; raw: Int32Array } | null {
  const width = matches.length;
  // A contribution that is a share of the pay is no direction of its own.
  const free = matches.filter(
    ({ column }, a) => !matches.slice(0, a).some((other) => riseTogether(other.column, column)),
  ).length;
  const nearer = RATIO ** free;
  const [raw, rawRows] = pointsOf(matches.map(({ column, spread }) => numbersOf(column, spread)));
  const [own, ownRows] = pointsOf(matches.map(({ derived, spread }) => numbersOf(derived.column, spread)));
  if (rawRows.length < 100 || ownRows.length < 100) return null;
  const tree = new KdTree(raw, width, rawRows);
  const near = new KdTree(own, width, ownRows);
  const at = (row: number): Float64Array => raw.subarray(row * width, (row + 1) * width);
  const asked = spread(rawRows);
  const alone = Float64Array.from(asked, (row) => (board.late() ? 0 : Math.sqrt(tree.nearest(at(row), row)[1])));
  const order = Int32Array.from(alone, (_, i) => i).sort((a, b) => (alone[b] as number) - (alone[a] as number));
  const lonely = order.subarray(0, Math.max(50, Math.floor(LONELY * asked.length)));
  const left: number[] = [];
  const right: number[] = [];
  let chance = 0;
  for (const i of lonely) {
    if (board.late()) return null;
    const row = asked[i] as number;
    const apart = alone[i] as number;
    if (!(apart > 0)) continue;
    const [found, squared] = near.nearest(at(row));
    const ratio = Math.sqrt(squared) / apart;
    if (ratio <= RATIO) {
      left.push(found);
      right.push(row);
    }
    // Strangers lie at all distances alike near a point: between one half and one time as far, as many as the volume says.
    else if (ratio <= 1) chance += nearer / (1 - nearer);
  }
  // A tenth of the way in one dimension is a tenth of the cases: in eight, none.
  const expected = Math.max(chance, lonely.length * nearer * (ownRows.length / rawRows.length));
  const beyond = (chances: number): boolean => left.length >= 5 * chances + 3 * Math.sqrt(chances + 1);
  if (left.length < LEAST || !beyond(expected)) return null;
  // Amount, tax and total lie on few lines: how near one half of the source comes to the lonely rows of the other says what chance does.
  const share = sharedByHalves(raw, rawRows, width, board.late);
  if (share === null || !beyond(share * lonely.length * Math.max(1, (2 * ownRows.length) / rawRows.length)))
    return null;
  return { own: Int32Array.from(left), raw: Int32Array.from(right) };
}

/** Share of the loneliest rows of one half of the source beside which a row of the other half lies; null where the time is up. */
function sharedByHalves(points: Float64Array, rows: Int32Array, width: number, late: () => boolean): number | null {
  const halves = [0, 1].map((half) => rows.filter((_, i) => i % 2 === half));
  const [first, second] = halves.map((half) => new KdTree(points, width, half)) as [KdTree, KdTree];
  const at = (row: number): Float64Array => points.subarray(row * width, (row + 1) * width);
  const asked = spread(halves[0] as Int32Array);
  const alone = Float64Array.from(asked, (row) => (late() ? 0 : Math.sqrt(first.nearest(at(row), row)[1])));
  const order = Int32Array.from(alone, (_, i) => i).sort((a, b) => (alone[b] as number) - (alone[a] as number));
  const lonely = order.subarray(0, Math.max(50, Math.floor(LONELY * asked.length)));
  let hits = 0;
  for (const i of lonely) {
    if (late()) return null;
    const apart = alone[i] as number;
    if (apart > 0 && Math.sqrt(second.nearest(at(asked[i] as number))[1]) <= RATIO * apart) hits++;
  }
  return hits / lonely.length;
}

function stepsOf(board: Board, source: number, matches: readonly Match[]): Step[] {
  const copies = copiesOf(board, matches);
  if (copies === null) return [];
  return matches.flatMap(({ derived, position, column, spread }, a): Step[] => {
    const cells = new Int32Array(board.product.rows).fill(FOREIGN);
    let within = 0;
    copies.own.forEach((row, i) => {
      const code = column.codes[copies.raw[i] as number] as number;
      const truth = column.numbers[code] as number;
      const value = derived.column.numbers[derived.column.codes[row] as number] as number;
      if (Math.abs(value - truth) > Math.max(TOLERANCE * spread, board.thresholds.tolerance * Math.abs(truth))) return;
      cells[row] = code;
      within++;
    });
    if (within < LEAST) return [];
    return [
      {
        source,
        column: position,
        from: derived.from,
        formula: `outlier-copy(${derived.formula}, ${a + 1} of ${matches.length} columns)`,
        attack: 'synthetic',
        knowledge: 'A1',
        bits: derived.bits + 20,
        cells,
        mass: within / Math.max(1, board.product.rows),
        score: 0.82,
        similarity: 0.7,
      },
    ];
  });
}

/** The attack. */
export const synthetic: Attack = {
  id: 'synthetic',
  knowledge: 'A1',
  run(board) {
    // Columns that repeat the source's own values are judged by the executor.
    const queue = unexplained(board, 0.9).filter(
      ({ column, attack }) => attack === 'containment' && column.isNumeric && column.distinct >= 12,
    );
    if (queue.length < 3) return 'fewer than three unexplained numeric columns';
    if (board.steps.some(({ attack, mass }) => (attack === 'neighbours' || attack === 'linear') && mass > 0.3))
      return 'rows are linked already';
    let ran = false;
    board.sources.forEach((sheet, source) => {
      if (board.late() || sheet.rows > MAX_ROWS || board.product.rows > MAX_ROWS) return;
      const matches = matchColumns(queue, sheet).slice(0, MAX_AXES);
      if (matches.length < 3) return;
      ran = true;
      board.steps.push(...stepsOf(board, source, matches));
    });
    return ran ? null : 'no unexplained columns have the distribution of source columns';
  },
};
