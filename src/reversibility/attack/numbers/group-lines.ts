/**
 * Numbers put on a line of their own in every group (standardised, centred or scaled by group): beside the column that names the
 * group, the sorted numbers of a group lie on one line with those of the source's.
 *
 * Standard scores by stratum: ISO 16269-4, section 4; sorting attack: Naveed, Kamara and Wright, CCS 2015, section 4. See
 * group-lines.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import { FOREIGN } from '../../restoration/tuple-join.js';
import type { Attack, Board } from '../attack.js';
import { unexplained } from '../attack.js';
import { type Grouped, groupedBy } from '../shared/grouped-numbers.js';
import { sortedNumbers } from '../shared/sorted-numbers.js';
import { type Ends, endsOf, lineOf, RESIDUAL, rowsOfSize, rowsOnLines } from './group-ends.js';
import { ORDERED, orderByGroup } from './group-orders.js';
import { groupScores } from './group-scores.js';

const MAX_ROWS = 200_000;
const MAX_GROUPS = 60;
/** Share of the product's rows that must lie on lines. */
const LEAST_ROWS = 0.4;
/** Places of a sorted list that are looked at before all are: the ends, where two samples differ most, and between. */
const PLACES: readonly number[] = [0, 1, 0.5, 0.25, 0.75, 0.1, 0.9];

/** False where two lists of equally many sorted numbers surely do not lie on one line. */
function couldLie(own: Grouped, source: Grouped, group: number, falling: boolean): boolean {
  const from = own.starts[group] as number;
  const at = source.starts[group] as number;
  const n = (own.starts[group + 1] as number) - from;
  if (n !== (source.starts[group + 1] as number) - at) return false;
  const line = lineOf(
    [own.means[group] as number, own.squares[group] as number],
    [source.means[group] as number, source.squares[group] as number],
    n,
  );
  for (let p = 0; p < PLACES.length; p++) {
    const i = Math.floor((PLACES[p] as number) * (n - 1));
    const y = source.values[at + (falling ? n - 1 - i : i)] as number;
    if (!line(own.values[from + i] as number, y, falling)) return false;
  }
  return true;
}

/** True where two lists of equally many sorted numbers lie on one line. */
function onLine(own: Grouped, source: Grouped, group: number, falling: boolean): boolean {
  if (!couldLie(own, source, group, falling)) return false;
  const from = own.starts[group] as number;
  const n = (own.starts[group + 1] as number) - from;
  const first = (source.starts[group] as number) + (falling ? n - 1 : 0);
  const turn = falling ? -1 : 1;
  const xs = own.values;
  const ys = source.values;
  let sx = 0;
  let sy = 0;
  for (let i = 0; i < n; i++) {
    sx += xs[from + i] as number;
    sy += ys[first + turn * i] as number;
  }
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (let i = 0; i < n; i++) {
    const dx = (xs[from + i] as number) - sx / n;
    const dy = (ys[first + turn * i] as number) - sy / n;
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  if (!(xx > 0 && yy > 0) || differentUpTo(ys, source.starts[group] as number, n, 3) < 3) return false;
  // Every row on the line: two samples of one population lie near it but for their ends.
  const slope = xy / xx;
  const most = RESIDUAL * Math.sqrt(yy / n);
  for (let i = 0; i < n; i++) {
    const dx = (xs[from + i] as number) - sx / n;
    if (Math.abs((ys[first + turn * i] as number) - sy / n - slope * dx) > most) return false;
  }
  return true;
}

/** Different values of a sorted run, counted up to `most`: two lie on a line with any two, however often they come again. */
function differentUpTo(values: Float64Array, from: number, size: number, most: number): number {
  let different = 1;
  for (let i = from + 1; i < from + size && different < most; i++) if (values[i] !== values[i - 1]) different++;
  return different;
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
  const sorted = sortedNumbers(column)?.codes;
  const values =
    sorted?.length === column.distinct
      ? sorted
      : Int32Array.from({ length: column.distinct }, (_, code) => code).sort(
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
  product: Numbers,
  sources: ReadonlyMap<number, Numbers>,
): Step | null {
  for (const [position, numbers] of sources) {
    // What the ends of the groups turn away is not sorted.
    if (rowsOnLines(product.ends(), numbers.ends()) < LEAST_ROWS * board.product.rows) continue;
    const own = product.grouped();
    const raw = numbers.grouped();
    let cells: Int32Array | undefined;
    const { codes } = sheet.columns[position] as SheetColumn;
    let mass = 0;
    let missed = 0;
    for (let group = 0; group < grouping.groups; group++) {
      const from = own.starts[group] as number;
      const n = (own.starts[group + 1] as number) - from;
      const rising = onLine(own, raw, group, false);
      if (!rising && !onLine(own, raw, group, true)) {
        missed += n;
        if (missed > 0.5 * board.product.rows) break;
        continue;
      }
      cells ??= new Int32Array(board.product.rows).fill(FOREIGN);
      const at = raw.starts[group] as number;
      for (let i = 0; i < n; i++)
        cells[own.rows[from + i] as number] = codes[raw.rows[at + (rising ? i : n - 1 - i)] as number] as number;
      mass += n;
    }
    if (cells === undefined || mass < LEAST_ROWS * board.product.rows) continue;
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
  return grouping.groups > 1 && grouping.column >= 0
    ? tryOrder(board, source, sheet, grouping, derived, product, sources)
    : null;
}

/** The first source column whose groups are ordered as those of a product column. */
function tryOrder(
  board: Board,
  source: number,
  sheet: Sheet,
  { groups, name, from }: Grouping,
  derived: Derived,
  product: Numbers,
  sources: ReadonlyMap<number, Numbers>,
): Step | null {
  for (const [position, numbers] of sources) {
    // Groups of other sizes are in no one's order.
    if (rowsOfSize(product.ends(), numbers.ends()) < ORDERED * derived.column.present) continue;
    const own = product.grouped();
    const raw = numbers.grouped();
    const found = orderByGroup(own, raw, groups, derived.column.present);
    if (found === null) continue;
    const { codes } = sheet.columns[position] as SheetColumn;
    const cells = new Int32Array(board.product.rows).fill(FOREIGN);
    for (let group = 0; group < groups; group++) {
      if (found.agrees[group] === 0) continue;
      const first = own.starts[group] as number;
      const n = (own.starts[group + 1] as number) - first;
      const at = raw.starts[group] as number;
      for (let i = 0; i < n; i++)
        cells[own.rows[first + i] as number] = codes[
          raw.rows[at + (found.falling ? n - 1 - i : i)] as number
        ] as number;
    }
    const share = found.rows / board.product.rows;
    return {
      source,
      column: position,
      from: [...derived.from, ...from],
      formula: `order-by-group(${derived.formula}, ${name})`,
      attack: 'group-lines',
      knowledge: 'A2',
      bits: derived.bits + 40,
      cells,
      mass: share,
      score: 0.85 * share,
      similarity: 0.9,
    };
  }
  return null;
}

/** Numbers of a column by group, each made when it is asked for. */
interface Numbers {
  readonly ends: () => Ends;
  readonly grouped: () => Grouped;
}

function numbersBy(column: SheetColumn, groupOf: Int32Array, groups: number): Numbers {
  let ends: Ends | undefined;
  let grouped: Grouped | undefined;
  return {
    ends: () => {
      ends ??= endsOf(column, groupOf, groups);
      return ends;
    },
    grouped: () => {
      grouped ??= groupedBy(column, groupOf, groups);
      return grouped;
    },
  };
}

/** Numbers of product columns by group; kept while one grouping of the product follows itself. */
function productNumbers(): (column: SheetColumn, grouping: Grouping) => Numbers {
  let groupOf: Int32Array | undefined;
  const known = new Map<SheetColumn, Numbers>();
  return (column, grouping) => {
    if (grouping.own !== groupOf) known.clear();
    groupOf = grouping.own;
    let own = known.get(column);
    if (own === undefined) {
      own = numbersBy(column, grouping.own, grouping.groups);
      known.set(column, own);
    }
    return own;
  };
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
    const numbersOf = productNumbers();
    board.sources.forEach((sheet, source) => {
      if (sheet.rows > MAX_ROWS) return;
      for (const grouping of groupings(board, sheet, source)) {
        const sources = new Map<number, Numbers>();
        sheet.columns.forEach((column, position) => {
          if (column.isNumeric && column.distinct >= 12 && position !== grouping.column)
            sources.set(position, numbersBy(column, grouping.raw, grouping.groups));
        });
        if (sources.size === 0) continue;
        any = true;
        for (const derived of queue) {
          if (board.late()) return;
          const own = numbersOf(derived.column, grouping);
          const step = tryGroup(board, source, sheet, grouping, derived, own, sources);
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
