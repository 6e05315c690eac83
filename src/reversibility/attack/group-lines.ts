/**
 * Numbers put on a line of their own in every group (standardised, centred or scaled by group): beside the column that names the
 * group, the sorted numbers of a group lie on one line with those of the source's.
 *
 * Standard scores by stratum: ISO 16269-4, section 4; sorting attack: Naveed, Kamara and Wright, CCS 2015, section 4. See
 * group-lines.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import type { Derived, Step } from '../inverse.js';
import { FOREIGN } from '../restoration/tuple-join.js';
import type { Attack, Board } from './attack.js';
import { unexplained } from './attack.js';
import { groupScores } from './group-scores.js';

const MAX_ROWS = 200_000;
const MAX_GROUPS = 60;
const LEAST = 8;
/** Largest residual of any row, in standard deviations of the group. */
const RESIDUAL = 0.005;

/** Rows of each group with their numbers, in order of the numbers. */
type Ranked = readonly (readonly { readonly row: number; readonly value: number }[])[];

function rankedBy(groupOf: Int32Array, groups: number, column: SheetColumn): Ranked {
  const lists: { row: number; value: number }[][] = Array.from({ length: groups }, () => []);
  for (let row = 0; row < groupOf.length; row++) {
    const group = groupOf[row] as number;
    const code = column.codes[row] as number;
    const value = code < 0 ? Number.NaN : (column.numbers[code] as number);
    if (group >= 0 && !Number.isNaN(value)) lists[group]?.push({ row, value });
  }
  for (const list of lists) list.sort((a, b) => a.value - b.value || a.row - b.row);
  return lists;
}

/** True where two lists of equally many sorted numbers lie on one line. */
function onLine(own: Ranked[number], source: Ranked[number], falling: boolean): boolean {
  const n = own.length;
  if (n < LEAST || n !== source.length) return false;
  const y = (i: number): number => (source[falling ? n - 1 - i : i] as { value: number }).value;
  let sx = 0;
  let sy = 0;
  for (let i = 0; i < n; i++) {
    sx += (own[i] as { value: number }).value;
    sy += y(i);
  }
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (let i = 0; i < n; i++) {
    const dx = (own[i] as { value: number }).value - sx / n;
    const dy = y(i) - sy / n;
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  if (!(xx > 0 && yy > 0)) return false;
  // Every row on the line: two samples of one population lie near it but for their ends.
  const slope = xy / xx;
  const most = RESIDUAL * Math.sqrt(yy / n);
  for (let i = 0; i < n; i++) {
    const dx = (own[i] as { value: number }).value - sx / n;
    if (Math.abs(y(i) - sy / n - slope * dx) > most) return false;
  }
  return true;
}

interface Grouping {
  readonly name: string;
  readonly from: readonly number[];
  readonly own: Int32Array;
  readonly raw: Int32Array;
  readonly groups: number;
  readonly column: number;
}

function groupings(board: Board, sheet: Sheet, source: number): Grouping[] {
  const whole: Grouping = {
    name: '',
    from: [],
    own: new Int32Array(board.product.rows),
    raw: new Int32Array(sheet.rows),
    groups: 1,
    column: -1,
  };
  const seen = new Set<number>();
  const named = [...board.steps]
    .filter((step) => step.source === source && step.mass > 0.9 && step.knowledge !== 'A3')
    .sort((a, b) => b.score - a.score)
    .flatMap((step): Grouping[] => {
      const column = sheet.columns[step.column] as SheetColumn;
      if (column.distinct < 2 || column.distinct > MAX_GROUPS || seen.has(step.column)) return [];
      seen.add(step.column);
      return [
        {
          name: step.formula,
          from: step.from,
          own: step.cells,
          raw: column.codes,
          groups: column.distinct,
          column: step.column,
        },
      ];
    });
  return board.product.rows === sheet.rows
    ? [whole, ...named.slice(0, 6), ...cutGroupings(board, sheet)]
    : named.slice(0, 6);
}

const CUT_LABELS = 24;
const MOST_CUTS = 24;

/** Labels of the product taken for classes of a source column of numbers: their sizes tell where it was cut. */
function cutGroupings(board: Board, sheet: Sheet): Grouping[] {
  const list: Grouping[] = [];
  board.product.columns.forEach((labels, at) => {
    if (labels.distinct < 2 || labels.distinct > CUT_LABELS || labels.present < labels.rows) return;
    const rising = Int32Array.from({ length: labels.distinct }, (_, code) => code).sort(
      (a, b) => (labels.numbers[a] as number) - (labels.numbers[b] as number) || a - b,
    );
    sheet.columns.forEach((column) => {
      if (!column.isNumeric || column.distinct < 2 * labels.distinct || column.present < column.rows) return;
      for (const order of [rising, rising.slice().reverse()]) {
        const raw = list.length < MOST_CUTS ? cutBy(column, order, labels.counts) : null;
        if (raw === null) continue;
        list.push({ name: labels.name, from: [at], own: labels.codes, raw, groups: labels.distinct, column: -1 });
      }
    });
  });
  return list;
}

/** The label of each source row when the sorted numbers are cut into classes of these sizes; null where a cut parts equals. */
function cutBy(column: SheetColumn, order: Int32Array, counts: ArrayLike<number>): Int32Array | null {
  const { numbers, codes } = column;
  const values = Int32Array.from({ length: column.distinct }, (_, code) => code).sort(
    (a, b) => (numbers[a] as number) - (numbers[b] as number),
  );
  const labelOf = new Int32Array(column.distinct).fill(-1);
  let next = 0;
  let held = 0;
  for (const code of values) {
    const label = order[next];
    if (label === undefined) return null;
    labelOf[code] = label;
    held += column.counts[code] as number;
    if (held > (counts[label] as number)) return null;
    if (held === counts[label]) {
      next++;
      held = 0;
    }
  }
  return codes.map((code) => (code < 0 ? -1 : (labelOf[code] as number)));
}

function tryGroup(
  board: Board,
  source: number,
  sheet: Sheet,
  grouping: Grouping,
  derived: Derived,
  sources: ReadonlyMap<number, Ranked>,
): Step | null {
  const own = rankedBy(grouping.own, grouping.groups, derived.column);
  for (const [position, raw] of sources) {
    const cells = new Int32Array(board.product.rows).fill(FOREIGN);
    const { codes } = sheet.columns[position] as SheetColumn;
    let mass = 0;
    let missed = 0;
    for (let group = 0; group < grouping.groups; group++) {
      const left = own[group] as Ranked[number];
      const right = raw[group] as Ranked[number];
      const rising = onLine(left, right, false);
      if (!rising && !onLine(left, right, true)) {
        missed += left.length;
        if (missed > 0.5 * board.product.rows) break;
        continue;
      }
      left.forEach(({ row }, i) => {
        const at = right[rising ? i : right.length - 1 - i] as { row: number };
        cells[row] = codes[at.row] as number;
      });
      mass += left.length;
    }
    if (mass < 0.4 * board.product.rows) continue;
    return {
      source,
      column: position,
      from: [...derived.from, ...grouping.from],
      formula: `line-by-group(${derived.formula}${grouping.name === '' ? '' : `, ${grouping.name}`})`,
      attack: 'group-lines',
      knowledge: 'A2',
      bits: derived.bits + 40 * grouping.groups,
      cells,
      mass: mass / board.product.rows,
      score: 0.9 * (mass / board.product.rows),
      similarity: 0.9,
    };
  }
  return null;
}

/** The attack. */
export const groupLines: Attack = {
  id: 'group-lines',
  knowledge: 'A2',
  run(board) {
    const queue = unexplained(board, 0.8).filter(
      ({ attack, column }) => attack === 'containment' && column.isNumeric && column.distinct >= 12,
    );
    if (queue.length === 0) return 'no unexplained column holds numbers or dates';
    if (board.product.rows > MAX_ROWS) return 'groups are too large to be sorted';
    let any = false;
    board.sources.forEach((sheet, source) => {
      if (sheet.rows > MAX_ROWS) return;
      for (const grouping of groupings(board, sheet, source)) {
        const sources = new Map<number, Ranked>();
        sheet.columns.forEach((column, position) => {
          if (column.isNumeric && column.distinct >= 12 && position !== grouping.column)
            sources.set(position, rankedBy(grouping.raw, grouping.groups, column));
        });
        if (sources.size === 0) continue;
        any = true;
        for (const derived of queue) {
          if (board.late()) return;
          const step = tryGroup(board, source, sheet, grouping, derived, sources);
          if (step !== null) board.steps.push(step);
        }
      }
      if (board.steps.some((step) => step.source === source && step.attack === 'group-lines')) return;
      const steps = groupScores(board, sheet, source, queue);
      if (steps.length > 0) any = true;
      board.steps.push(...steps);
    });
    return any ? null : 'no column that was read names groups';
  },
};
