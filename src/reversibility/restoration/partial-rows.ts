/**
 * Rows with cells blanked or unreadable: every product row is put together from the cells it still has, and counts when at
 * least three of them together stand in fewer than five source rows (persons). See partial-rows.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import type { Step } from '../inverse.js';
import type { Measure } from '../verdict.js';
import { goodTuring } from './chance.js';
import { type Exchange, exchanged, exchangesOf, givenAnybody, runnersUp } from './exchange.js';
import type { ExecuteOptions, Outcome, Target } from './execute.js';
import { FastRandom } from './fast-random.js';
import { measureOf } from './measure.js';
import { givenToOthers, isHandedOut, isTold, shuffledApart, shuffledWith } from './tied-columns.js';
import { addColumn, emptyTuples, indexTuples, MISSING, probeTuples, type TupleIndex } from './tuple-join.js';

/** Share of rows with open cells from which on they are worth a look of their own. */
const WORTH = 0.02;
/** Source rows looked at for one product row: a set of cells that more rows share is no way in. */
const CANDIDATES = 64;
const MAX_ANCHORS = 24;
/** Rows of both tables times anchors: large tables are looked up by fewer. */
const ANCHOR_WORK = 8_000_000;
/** Source rows that the patterns of open cells are counted over, in sum. */
const PATTERN_WORK = 3_000_000;
const EVIDENCE = 20;

/** Columns by which source rows are looked up, with the rows of each of their tuples. */
interface Anchor {
  readonly columns: readonly number[];
  readonly index: TupleIndex;
  readonly starts: Int32Array;
  readonly rows: Int32Array;
}

/** Source rows that share a value with a random row, by a set of columns taken as independent. */
function expectedRows(shares: readonly number[], columns: readonly number[], rows: number): number {
  return columns.reduce((expected, column) => expected * (shares[column] as number), rows);
}

/** Sets of one to three columns that leave few source rows, the smallest sets of the most telling columns first. */
function anchorSets(sheet: Sheet, steps: readonly Step[]): number[][] {
  const shares = steps.map((step) => {
    const column = sheet.columns[step.column] as SheetColumn;
    let squares = 0;
    for (const count of column.counts) squares += (count / Math.max(1, column.present)) ** 2;
    return Math.max(squares, 1 / Math.max(1, sheet.rows));
  });
  const order = steps.map((_, i) => i).sort((a, b) => (shares[a] as number) - (shares[b] as number));
  const sets: number[][] = [];
  const few = (set: readonly number[]): boolean => expectedRows(shares, set, sheet.rows) <= CANDIDATES / 4;
  for (const a of order) if (few([a])) sets.push([a]);
  order.forEach((a, i) => {
    for (const b of order.slice(i + 1)) if (!few([a]) && !few([b]) && few([a, b])) sets.push([a, b]);
  });
  order.forEach((a, i) => {
    order.slice(i + 1).forEach((b, j) => {
      for (const c of order.slice(i + j + 2))
        if (![[a], [b], [c], [a, b], [a, c], [b, c]].some(few) && few([a, b, c])) sets.push([a, b, c]);
    });
  });
  const cost = (set: readonly number[]): number => expectedRows(shares, set, sheet.rows) * 4 ** set.length;
  return sets.sort((a, b) => cost(a) - cost(b)).slice(0, MAX_ANCHORS);
}

function anchorOf(sheet: Sheet, steps: readonly Step[], columns: readonly number[]): Anchor {
  const tuples = emptyTuples(sheet.rows);
  for (const at of columns) {
    const { column } = steps[at] as Step;
    addColumn(tuples, (sheet.columns[column] as SheetColumn).codes, column);
  }
  const index = indexTuples(tuples);
  const starts = new Int32Array(index.groups + 1);
  for (let group = 0; group < index.groups; group++)
    starts[group + 1] = (starts[group] as number) + (index.rows[group] as number);
  const rows = new Int32Array(sheet.rows);
  const filled = starts.slice();
  for (let row = 0; row < sheet.rows; row++) {
    const group = index.groupOf[row] as number;
    rows[filled[group] as number] = row;
    filled[group] = (filled[group] as number) + 1;
  }
  return { columns, index, starts, rows };
}

/** What a table of cells gives back when open cells match anything. */
interface Joined {
  readonly flags: Uint8Array;
  readonly rows: number;
  /** Restored cells by step. */
  readonly cells: Float64Array;
  readonly evidence: readonly number[];
  readonly present: number;
}

/** True where a source row agrees with every cell that a product row has. */
function agrees(sources: readonly Int32Array[], cells: readonly Int32Array[], row: number, at: number): boolean {
  for (let i = 0; i < cells.length; i++) {
    const cell = (cells[i] as Int32Array)[row] as number;
    if (cell >= 0 && cell !== (sources[i] as Int32Array)[at]) return false;
  }
  return true;
}

function joinPartial(
  sheet: Sheet,
  steps: readonly Step[],
  cells: readonly Int32Array[],
  anchors: readonly Anchor[],
  below: number,
  needed: number,
): Joined {
  const rows = cells[0]?.length ?? 0;
  const sources = steps.map((step) => (sheet.columns[step.column] as SheetColumn).codes);
  const found = anchors.map((anchor) => {
    const tuples = emptyTuples(rows);
    for (const at of anchor.columns)
      addColumn(
        tuples,
        // An open cell is no value here: the row is looked up by another anchor.
        (cells[at] as Int32Array).map((cell) => (cell < 0 ? -2 : cell)),
        (steps[at] as Step).column,
      );
    return { valid: tuples.valid, groups: probeTuples(anchor.index, tuples) };
  });
  const flags = new Uint8Array(sheet.rows);
  const restored = new Float64Array(steps.length);
  const evidence: number[] = [];
  const matched: number[] = [];
  const persons = new Set<number>();
  let present = 0;
  let hits = 0;
  for (let row = 0; row < rows; row++) {
    let known = 0;
    for (const column of cells) if ((column[row] as number) >= 0) known++;
    if (known < needed) continue;
    for (let a = 0; a < anchors.length; a++) {
      const own = found[a] as (typeof found)[number];
      if (own.valid[row] === 0) continue;
      const group = own.groups[row] as number;
      // These cells stand together nowhere: no source row agrees with all of the row.
      if (group < 0) break;
      const { starts, rows: list } = anchors[a] as Anchor;
      const from = starts[group] as number;
      const to = starts[group + 1] as number;
      if (to - from > CANDIDATES) continue;
      matched.length = 0;
      persons.clear();
      for (let i = from; i < to; i++) {
        const at = list[i] as number;
        if (!agrees(sources, cells, row, at)) continue;
        matched.push(at);
        persons.add(sheet.personOf === null ? at : (sheet.personOf[at] as number));
      }
      if (matched.length > 0) present++;
      if (persons.size === 0 || persons.size >= below) break;
      const free = matched.find((at) => flags[at] === 0);
      if (free === undefined) break;
      flags[free] = 1;
      hits++;
      if (evidence.length < EVIDENCE) evidence.push(row + 1);
      for (let i = 0; i < cells.length; i++)
        if (((cells[i] as Int32Array)[row] as number) >= 0) restored[i] = (restored[i] as number) + 1;
      break;
    }
  }
  return { flags, rows: hits, cells: restored, evidence, present: present / Math.max(1, rows) };
}

/** Rows expected by chance, and the standard deviation of that expectation. */
interface Chance {
  readonly expected: number;
  readonly deviation: number;
}

/**
 * Good-Turing by pattern of open cells: what as many strangers with the same cells open would hit. A cell that was not found
 * in the source selects its row: what the others hit is divided by the share of rows whose cells are all known.
 */
function chanceByPattern(
  sheet: Sheet,
  steps: readonly Step[],
  cells: readonly Int32Array[],
  below: number,
  needed: number,
): Chance {
  const rows = cells[0]?.length ?? 0;
  const most = Math.max(4, Math.min(64, Math.floor(PATTERN_WORK / Math.max(1, sheet.rows))));
  const patterns = new Map<string, { columns: number[]; weight: number }>();
  const asked = Math.min(rows, most);
  for (let i = 0; i < asked; i++) {
    const row = Math.floor(((i + 0.5) * rows) / asked);
    const columns = cells.flatMap((column, at) => ((column[row] as number) >= 0 ? [at] : []));
    if (columns.length < needed) continue;
    const key = columns.join();
    const known = patterns.get(key);
    if (known === undefined) patterns.set(key, { columns, weight: rows / asked });
    else known.weight += rows / asked;
  }
  let expected = 0;
  let deviation = 0;
  for (const { columns, weight } of patterns.values()) {
    const tuples = emptyTuples(sheet.rows);
    for (const at of columns) {
      const { column } = steps[at] as Step;
      addColumn(tuples, (sheet.columns[column] as SheetColumn).codes, column);
    }
    const { groups, rows: held } = indexTuples(tuples);
    const counts = new Float64Array(below + 2);
    for (let group = 0; group < groups; group++) {
      const count = held[group] as number;
      if (count <= below) counts[count] = (counts[count] as number) + 1;
    }
    const share = knownShare(cells, columns);
    const draws = Math.min(weight, 4 * sheet.rows) / share;
    expected += Math.min(weight, goodTuring(counts, sheet.rows, draws, below));
    let variance = 0;
    for (let c = 1; c < below; c++) {
      const here = counts[c] as number;
      if (here === 0) continue;
      const each = ((c + 1) * draws) / Math.max(1, sheet.rows);
      variance += Math.min(each * each * ((counts[c + 1] as number) + 1), (here * c) ** 2);
    }
    // The same source stands behind all patterns: their errors go together.
    deviation += Math.min(weight, Math.sqrt(variance));
  }
  return { expected, deviation };
}

const SHARE_ROWS = 2000;

/** Share of the rows without an empty cell in the columns that hold no foreign value there. */
function knownShare(cells: readonly Int32Array[], columns: readonly number[]): number {
  const rows = cells[0]?.length ?? 0;
  const asked = Math.min(rows, SHARE_ROWS);
  let filled = 0;
  let known = 0;
  for (let i = 0; i < asked; i++) {
    const row = Math.floor(((i + 0.5) * rows) / asked);
    let least = 0;
    for (const at of columns) {
      const cell = (cells[at] as Int32Array)[row] as number;
      if (cell === -1) {
        least = -1;
        break;
      }
      if (cell < -1) least = -2;
    }
    if (least === -1) continue;
    filled++;
    if (least === 0) known++;
  }
  return Math.max(0.02, known / Math.max(1, filled));
}

/** Cells of null products with the product's own cells open. */
function opened(draw: readonly Int32Array[], steps: readonly Step[], cells: readonly Int32Array[]): Int32Array[] {
  return steps.map((step, i) => {
    const own = cells[i] as Int32Array;
    return (draw[step.column] as Int32Array).map((code, row) => ((own[row % own.length] as number) < 0 ? -1 : code));
  });
}

/** Rows that null products of as many rows restore in the mean. */
function meanOfDraws(
  target: Target,
  steps: readonly Step[],
  cells: readonly Int32Array[],
  { productRows, late }: ExecuteOptions,
  restoredBy: (table: readonly Int32Array[]) => number,
): number {
  const draws = productRows <= 20_000 ? 3 : 1;
  let rows = 0;
  for (let i = 0; i < draws; i++) {
    const table = opened(target.nullDraw(i, productRows, late), steps, cells);
    rows += Math.max(1, productRows / Math.max(1, table[0]?.length ?? 0)) * restoredBy(table);
  }
  return rows / draws;
}

/**
 * The outcome of the same steps when open cells are left open; the exact one where that gives no more.
 *
 * @param exact - what the rows as whole tuples gave back
 */
export function withPartialRows(
  target: Target,
  steps: readonly Step[],
  exact: Outcome,
  options: ExecuteOptions,
): Outcome {
  const { sheet } = target;
  const { thresholds, productRows, late } = options;
  const needed = Math.min(thresholds.rowCells, sheet.columns.length);
  // With three columns or fewer no cell can be missing.
  if (steps.length <= needed || steps.length > 200 || sheet.rows === 0 || productRows === 0 || late()) return exact;
  const cells = steps.map((step) => step.cells);
  let whole = 0;
  for (let row = 0; row < productRows; row++) {
    let open = false;
    for (let i = 0; i < cells.length && !open; i++) open = ((cells[i] as Int32Array)[row] as number) < 0;
    if (!open) whole++;
  }
  const most = Math.min(productRows, sheet.rows);
  if (productRows - whole < WORTH * productRows || exact.restoration.rows.count > 0.95 * most) return exact;
  const allowed = Math.max(3, Math.floor(ANCHOR_WORK / (sheet.rows + productRows)));
  const sets = anchorSets(sheet, steps).slice(0, allowed);
  const anchors = sets.map((columns) => anchorOf(sheet, steps, columns));
  if (anchors.length === 0 || late()) return exact;
  const below = thresholds.restoredBelow;
  const own = joinPartial(sheet, steps, cells, anchors, below, needed);
  if (own.rows <= exact.restoration.rows.count || late()) return exact;
  const fast = new FastRandom(options.random);
  const chance = chanceByPattern(sheet, steps, cells, below, needed);
  // What was learnt from tied rows holds in them whoever was tied.
  const tying = steps.filter((step) => !isTold(step));
  let expected = chance.expected;
  const measured = (): Measure => {
    const deviation = Math.sqrt(expected + chance.deviation ** 2);
    return measureOf(own.rows, { expected, deviation }, 0, sheet.rows);
  };
  // What is expected only grows: as soon as no more is left than rows as whole tuples gave back, no further null is asked.
  const isNoMore = (): boolean => measured().lower <= exact.restoration.rows.lower;
  const restoredBy = (table: readonly Int32Array[]): number =>
    joinPartial(sheet, steps, table, anchors, below, needed).rows;
  const first = shuffledWith(sheet, steps);
  const shuffle = (values: Int32Array): Int32Array => fast.shuffle(values);
  let exchanges: readonly Exchange[] | undefined;
  const mostOf = (made: (exchange: Exchange) => readonly Int32Array[] | null): number => {
    exchanges ??= exchangesOf(sheet, steps, cells);
    return exchanges.reduce((most, exchange) => {
      const table = made(exchange);
      return table === null ? most : Math.max(most, restoredBy(table));
    }, 0);
  };
  // What the columns that are not handed out restore by themselves, above chance.
  const restoredAlone = (): number => {
    const kept = steps.filter((step) => !isHandedOut(step));
    const alone = cells.map((own, i) => (isHandedOut(steps[i] as Step) ? own.map(() => MISSING) : own));
    const least = Math.min(needed, kept.length);
    const byChance = chanceByPattern(
      sheet,
      kept,
      kept.map((step) => step.cells),
      below,
      least,
    );
    return Math.max(0, restoredBy(alone) - byChance.expected);
  };
  const likeness = steps.filter((step) => !isHandedOut(step));
  const nulls: readonly (() => number)[] = [
    () =>
      tying.length === 0 || tying.length === steps.length || tying.some(isHandedOut)
        ? 0
        : chanceByPattern(
            sheet,
            tying,
            tying.map((step) => step.cells),
            below,
            Math.min(needed, tying.length),
          ).expected,
    () => meanOfDraws(target, steps, cells, options, restoredBy),
    () => restoredBy(shuffledApart(cells, first, shuffle)),
    () => mostOf((exchange) => exchanged(exchange, sheet, steps, cells, shuffle)),
    () => mostOf((exchange) => givenAnybody(exchange, sheet, steps, cells, shuffle)),
    () => {
      const others = givenToOthers(steps, first);
      return others === null ? 0 : restoredBy(shuffledApart(cells, others, shuffle)) - restoredAlone();
    },
    () => mostOf((exchange) => runnersUp(exchange, sheet, steps, cells, likeness)),
    () => {
      const { control } = target;
      if (control === null || control.rows === 0) return 0;
      return Math.max(1, productRows / control.rows) * restoredBy(opened(control.cells, steps, cells));
    },
  ];
  for (const rowsByChance of nulls) {
    if (isNoMore()) return exact;
    expected = Math.max(expected, rowsByChance());
  }
  const rows = measured();
  const deviation = Math.sqrt(expected + chance.deviation ** 2);
  if (isNoMore()) return exact;
  const cellsOf = new Float64Array(sheet.columns.length);
  let total = 0;
  let byChance = 0;
  steps.forEach((step, i) => {
    const known = own.cells[i] as number;
    cellsOf[step.column] = Math.max(exact.cellsOf[step.column] as number, known);
    total += cellsOf[step.column] as number;
    byChance += Math.min(cellsOf[step.column] as number, (expected * known) / Math.max(1, own.rows));
  });
  const wide = sheet.rows * sheet.columns.length;
  const both = measureOf(total, { expected: byChance, deviation: deviation * steps.length }, 0, wide);
  return {
    steps,
    restoration: {
      rows,
      cells: both.lower > exact.restoration.cells.lower ? both : exact.restoration.cells,
      identifiers: exact.restoration.identifiers,
    },
    flags: own.flags,
    cellsOf,
    present: Math.max(exact.present, own.present),
    evidence: own.evidence,
    nullRows: expected / sheet.rows,
  };
}
