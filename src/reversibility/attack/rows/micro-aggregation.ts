/**
 * Micro-aggregation: rows that carry the means of a few persons. Product rows with the same numbers are a class; when the mean of
 * as many nearest source rows is the class's own, the class is known, and a value near its mean is restored.
 *
 * Domingo-Ferrer and Mateo-Sanz, "Practical data-oriented microaggregation for statistical disclosure control", IEEE TKDE
 * 14(1), 2002 (MDAV); Winkler, "Single-ranking micro-aggregation and re-identification", U.S. Bureau of the Census RR 2002-08.
 * See micro-aggregation.md.
 * @module
 */
import { groupCodes } from '../../../core/index.js';
import type { Sheet, SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import { FOREIGN } from '../../restoration/tuple-join.js';
import type { Attack, Board } from '../attack.js';
import { unexplained } from '../attack.js';
import { TOLERANCE } from '../shared/link-points.js';
import { rowNumbers } from '../shared/sorted-numbers.js';
import { type Match, matchColumns } from './column-matches.js';

const MAX_ROWS = 20_000;
const MAX_AXES = 12;
const LARGEST = 12;

/** Classes of product rows with the same numbers, of two to twelve rows; null when rows hardly repeat. */
function classesOf(columns: readonly SheetColumn[], rows: number): number[][] | null {
  const { groupOf, groups } = groupCodes(
    columns.map((column) => column.codes.map((code) => code + 1)),
    columns.map((column) => column.distinct + 1),
  );
  const members: number[][] = Array.from({ length: groups }, () => []);
  for (let row = 0; row < rows; row++) (members[groupOf[row] as number] as number[]).push(row);
  const classes = members.filter((own) => own.length >= 2 && own.length <= LARGEST);
  return classes.reduce((sum, own) => sum + own.length, 0) < 0.5 * rows ? null : classes;
}

/** The rows nearest to a point, as many as asked, of those not taken. */
function nearestRows(
  points: readonly Float64Array[],
  spreads: readonly number[],
  at: readonly number[],
  taken: Uint8Array,
  count: number,
): number[] {
  const best: { row: number; distance: number }[] = [];
  const rows = points[0]?.length ?? 0;
  for (let row = 0; row < rows; row++) {
    if (taken[row] === 1) continue;
    const worst = best.length < count ? Number.POSITIVE_INFINITY : (best[count - 1] as { distance: number }).distance;
    let distance = 0;
    for (let a = 0; a < points.length && distance < worst; a++)
      distance += ((((points[a] as Float64Array)[row] as number) - (at[a] as number)) / (spreads[a] as number)) ** 2;
    if (!(distance < worst)) continue;
    best.push({ row, distance });
    best.sort((x, y) => x.distance - y.distance);
    if (best.length > count) best.pop();
  }
  return best.map(({ row }) => row);
}

/** A class whose rows are found: their mean is the class's number in every column but few. */
function isMean(
  points: readonly Float64Array[],
  spreads: readonly number[],
  at: readonly number[],
  rows: readonly number[],
): boolean {
  let good = 0;
  points.forEach((values, a) => {
    const mean = rows.reduce((sum, row) => sum + (values[row] as number), 0) / rows.length;
    if (Math.abs(mean - (at[a] as number)) <= 0.002 * (spreads[a] as number)) good++;
  });
  return good >= 0.9 * points.length;
}

/** Classes of which chance is asked, and how much oftener than by chance classes must be means of rows. */
const ASKED = 200;
const ABOVE_CHANCE = 2;

/**
 * Share of points halfway between a class and the one next to it that are means of as many nearest rows: where rows lie dense (pay in
 * yuan, and shares of it), any stranger's number is.
 */
function betweenClasses(
  classes: readonly number[][],
  own: readonly Float64Array[],
  points: readonly Float64Array[],
  spreads: readonly number[],
): number {
  const firsts = classes.map((members) => members[0] as number);
  const means = own.map((values) => Float64Array.from(firsts, (row) => values[row] as number));
  const asked = Math.min(ASKED, classes.length);
  const free = new Uint8Array(points[0]?.length ?? 0);
  const taken = new Uint8Array(classes.length);
  let good = 0;
  for (let i = 0; i < asked; i++) {
    const place = Math.floor(((i + 0.5) * classes.length) / asked);
    const at = means.map((values) => values[place] as number);
    taken[place] = 1;
    const [next] = nearestRows(means, spreads, at, taken, 1);
    taken[place] = 0;
    if (next === undefined) continue;
    const between = at.map((value, a) => (value + ((means[a] as Float64Array)[next] as number)) / 2);
    const size = (classes[place] as number[]).length;
    if (isMean(points, spreads, between, nearestRows(points, spreads, between, free, size))) good++;
  }
  return good / Math.max(1, asked);
}

function stepsFor(board: Board, source: number, sheet: Sheet, matches: readonly Match[]): Step[] {
  const rows = board.product.rows;
  const classes = classesOf(
    matches.map(({ derived }) => derived.column),
    rows,
  );
  if (classes === null || classes.length < 5) return [];
  const points = matches.map(({ column }) => rowNumbers(column));
  const own = matches.map(({ derived }) => rowNumbers(derived.column));
  const spreads = matches.map(({ spread }) => spread);
  const taken = new Uint8Array(sheet.rows);
  const cells = matches.map(() => new Int32Array(rows).fill(FOREIGN));
  let found = 0;
  const within = new Int32Array(matches.length);
  for (const members of classes) {
    if (board.late()) return [];
    const at = own.map((values) => values[members[0] as number] as number);
    const nearest = nearestRows(points, spreads, at, taken, members.length);
    if (nearest.length < members.length || !isMean(points, spreads, at, nearest)) continue;
    found++;
    nearest.forEach((row, i) => {
      taken[row] = 1;
      matches.forEach(({ column }, a) => {
        const gap = Math.abs(((points[a] as Float64Array)[row] as number) - (at[a] as number));
        if (gap > TOLERANCE * (spreads[a] as number)) return;
        (cells[a] as Int32Array)[members[i] as number] = column.codes[row] as number;
        within[a] = (within[a] as number) + 1;
      });
    });
  }
  // Means of strangers are no means of these rows: a few classes by chance are none.
  if (found < Math.max(5, 0.1 * classes.length)) return [];
  if (found < ABOVE_CHANCE * classes.length * betweenClasses(classes, own, points, spreads)) return [];
  return matches.flatMap(({ derived, position }, a): Step[] => {
    const share = (within[a] as number) / rows;
    if ((within[a] as number) < 10) return [];
    return [
      {
        source,
        column: position,
        from: derived.from,
        formula: `class-member(${derived.formula}, ${found} classes)`,
        attack: 'noise',
        knowledge: 'A1',
        bits: derived.bits + 20,
        cells: cells[a] as Int32Array,
        mass: share,
        score: 0.85,
        similarity: 0.7,
      },
    ];
  });
}

/** The attack. */
export const microAggregation: Attack = {
  id: 'noise',
  knowledge: 'A1',
  run(board) {
    const queue: Derived[] = unexplained(board, 0.8).filter(
      ({ column, attack }) => attack === 'containment' && column.isNumeric && column.distinct >= 12,
    );
    if (queue.length < 2) return 'fewer than two unexplained numeric columns';
    if (board.product.rows > MAX_ROWS || queue.some(({ column }) => column.distinct > 0.6 * column.present))
      return 'rows do not repeat as means of classes do';
    let ran = false;
    board.sources.forEach((sheet, source) => {
      if (board.late() || sheet.rows > MAX_ROWS) return;
      const matches = matchColumns(queue, sheet).slice(0, MAX_AXES);
      if (matches.length < 2) return;
      ran = true;
      board.steps.push(...stepsFor(board, source, sheet, matches));
    });
    return ran ? null : 'no unexplained columns have the distribution of source columns';
  },
};
