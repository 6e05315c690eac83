/**
 * Scores by a group that the product does not tell: each source column is centred, standardised or divided within every grouping
 * that the source knows, and the product's numbers are looked up among those. See group-lines.md.
 *
 * Standard scores by stratum: ISO 16269-4, section 4.
 * @module
 */
import type { Sheet } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import { FOREIGN } from '../../restoration/tuple-join.js';
import type { Board } from '../attack.js';
import { type Grouped, groupedBy, risingOf } from '../shared/grouped-numbers.js';
import { nearest } from '../shared/sorted-numbers.js';

const MAX_GROUPS = 60;
/** Rows times groupings times columns that are scored. */
const WORK = 4_000_000;
const PROBES = 40;
/** Share of the product's values that must meet a score, relative to the scores' standard deviation. */
const MET = 0.9;
const NEAR = 1e-6;

const SCORES = ['centred', 'standardised', 'standardised-n', 'share'] as const;

/** Scores of each kind of a column within groups. */
function scoresOf(values: Float64Array, groupOf: Int32Array, groups: number): Float64Array[] {
  const count = new Float64Array(groups);
  const sum = new Float64Array(groups);
  const squares = new Float64Array(groups);
  for (let row = 0; row < values.length; row++) {
    const group = groupOf[row] as number;
    const value = values[row] as number;
    if (group < 0 || Number.isNaN(value)) continue;
    count[group] = (count[group] as number) + 1;
    sum[group] = (sum[group] as number) + value;
  }
  const mean = sum.map((own, group) => own / (count[group] as number));
  for (let row = 0; row < values.length; row++) {
    const group = groupOf[row] as number;
    const value = values[row] as number;
    if (group >= 0 && !Number.isNaN(value))
      squares[group] = (squares[group] as number) + (value - (mean[group] as number)) ** 2;
  }
  const all = SCORES.map(() => new Float64Array(values.length).fill(Number.NaN));
  for (let row = 0; row < values.length; row++) {
    const group = groupOf[row] as number;
    const value = values[row] as number;
    if (group < 0 || Number.isNaN(value)) continue;
    const apart = value - (mean[group] as number);
    const n = count[group] as number;
    (all[0] as Float64Array)[row] = apart;
    (all[1] as Float64Array)[row] = apart / Math.sqrt((squares[group] as number) / (n - 1));
    (all[2] as Float64Array)[row] = apart / Math.sqrt((squares[group] as number) / n);
    (all[3] as Float64Array)[row] = value / (mean[group] as number);
  }
  return all;
}

/** Slack of a first look at scores, for the rounding of sums. */
/** Share of the product's numbers that must come near scores of their own. */
const INJECTIVE = 0.5;
const SLACK = 1.01;
const ROUNDING = 1e-10;

/** What a score of each kind is made with in each group: (x - from) / by; `by` is 0 where the group has none. */
interface Scale {
  readonly from: Float64Array;
  readonly by: Float64Array;
  /** No less than how near a value must come to a score. */
  readonly near: number;
}

/** How each kind of score is made of grouped numbers. */
function scalesOf({ starts, means, squares }: Grouped): Scale[] {
  return SCORES.map((_, kind) => {
    const from = new Float64Array(means.length);
    const by = new Float64Array(means.length);
    let count = 0;
    let spread = 0;
    let size = 0;
    for (let group = 0; group < means.length; group++) {
      const n = (starts[group + 1] as number) - (starts[group] as number);
      const mean = means[group] as number;
      const square = squares[group] as number;
      if (n === 0) continue;
      const scale =
        kind === 0 ? 1 : kind === 1 ? Math.sqrt(square / (n - 1)) : kind === 2 ? Math.sqrt(square / n) : mean;
      if (!Number.isFinite(1 / scale) || !Number.isFinite(scale) || !Number.isFinite(square)) continue;
      from[group] = kind === 3 ? 0 : mean;
      by[group] = scale;
      count += n;
      spread += square / scale / scale;
      size += (square + (kind === 3 ? n * mean * mean : 0)) / scale / scale;
    }
    const near = count === 0 ? 0 : SLACK * NEAR * Math.sqrt(spread / count + (1e-11 * size) / count);
    return { from, by, near };
  });
}

/** False where so few probes come near a score that {@link met} surely turns them away. */
function couldMeet({ starts, values }: Grouped, scale: Scale, probes: readonly number[]): boolean {
  let hits = 0;
  for (let i = 0; i < probes.length; i++) {
    if (comesNear(starts, values, scale, probes[i] as number)) hits++;
    const later = probes.length - 1 - i;
    if (hits + later < MET * probes.length) return false;
    if ((i > 4 && hits < 0.5 * i) || (i <= 4 && later > 4 - i && hits + 5 - i < 2.5)) return false;
  }
  return true;
}

function comesNear(starts: Int32Array, values: Float64Array, { from, by, near }: Scale, score: number): boolean {
  for (let group = 0; group < by.length; group++) {
    const scale = by[group] as number;
    if (scale === 0) continue;
    const base = from[group] as number;
    const x = score * scale + base;
    const slack = near * Math.abs(scale) + ROUNDING * (Math.abs(x) + Math.abs(base));
    let low = starts[group] as number;
    let high = starts[group + 1] as number;
    const end = high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[middle] as number) < x - slack) low = middle + 1;
      else high = middle;
    }
    if (low < end && (values[low] as number) <= x + slack) return true;
  }
  return false;
}

/** Finite scores in rising order with the source codes behind them; FOREIGN where two codes have one score. */
function ranked(
  scores: Float64Array,
  codes: Int32Array,
): { values: Float64Array; codes: Int32Array; near: number } | null {
  const order: number[] = [];
  let sum = 0;
  let squares = 0;
  for (let row = 0; row < scores.length; row++) {
    const value = scores[row] as number;
    if (!Number.isFinite(value)) continue;
    order.push(row);
    sum += value;
    squares += value * value;
  }
  if (order.length < 24) return null;
  const near = NEAR * Math.sqrt(Math.max(0, squares / order.length - (sum / order.length) ** 2));
  if (!(near > 0)) return null;
  order.sort((a, b) => (scores[a] as number) - (scores[b] as number));
  const values: number[] = [];
  const own: number[] = [];
  for (const row of order) {
    const value = scores[row] as number;
    const last = values.length - 1;
    if (last >= 0 && value - (values[last] as number) <= near) {
      if (own[last] !== codes[row]) own[last] = FOREIGN;
    } else {
      values.push(value);
      own.push(codes[row] as number);
    }
  }
  // Few different scores are met by anyone's.
  if (values.length < 0.2 * order.length) return null;
  return { values: Float64Array.from(values), codes: Int32Array.from(own), near };
}

/** Steps that read unexplained numbers as scores within a grouping of the source. */
export function groupScores(board: Board, sheet: Sheet, source: number, queue: readonly Derived[]): Step[] {
  const groupings = sheet.columns.filter(({ distinct }) => distinct >= 2 && distinct <= MAX_GROUPS);
  const numeric = sheet.columns.flatMap((column, position) =>
    column.isNumeric && column.distinct >= 12 ? [{ column, position }] : [],
  );
  const fractions = queue.filter(({ column }) => column.values.some((text) => text.includes('.')));
  if (fractions.length === 0 || groupings.length === 0 || numeric.length === 0) return [];
  const probesOf = fractions.map(({ column }) => {
    const codes = Array.from({ length: Math.min(PROBES, column.distinct) }, (_, i) =>
      Math.floor((i * column.distinct) / Math.min(PROBES, column.distinct)),
    );
    return codes.map((code) => column.numbers[code] as number).filter((value) => !Number.isNaN(value));
  });
  const steps: Step[] = [];
  let left = WORK;
  for (const grouping of groupings) {
    for (const { column, position } of numeric) {
      left -= sheet.rows;
      if (left < 0 || board.late()) return steps;
      if (column === grouping || steps.some((step) => step.column === position)) continue;
      const grouped = groupedBy(column, grouping.codes, grouping.distinct);
      // Which columns could be scores of which kind: most are none, and nothing is scored then.
      const open = scalesOf(grouped).map((scale) => probesOf.map((probes) => couldMeet(grouped, scale, probes)));
      if (!open.some((own) => own.includes(true))) continue;
      for (const [kind, scores] of scoresOf(risingOf(column).values, grouping.codes, grouping.distinct).entries()) {
        if (open[kind]?.includes(true) !== true) continue;
        const list = ranked(scores, column.codes);
        if (list === null) continue;
        for (const [i, derived] of fractions.entries()) {
          if (open[kind]?.[i] !== true) continue;
          const probes = probesOf[i] as number[];
          const step =
            met(list, probes) < MET * probes.length
              ? null
              : stepOf(
                  board,
                  source,
                  position,
                  derived,
                  list,
                  `${SCORES[kind]}-by-group(${derived.formula}, ${grouping.name})`,
                );
          if (step !== null) steps.push(step);
        }
      }
    }
  }
  return steps;
}

type List = NonNullable<ReturnType<typeof ranked>>;

function met(list: List, values: readonly number[]): number {
  let hits = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Math.abs((list.values[nearest(list.values, value)] as number) - value) <= list.near) hits++;
    if (i > 4 && hits < 0.5 * i) return 0;
  }
  return hits;
}

function stepOf(
  board: Board,
  source: number,
  position: number,
  derived: Derived,
  list: List,
  formula: string,
): Step | null {
  const { column } = derived;
  const map = new Int32Array(column.distinct).fill(FOREIGN);
  const reached = new Set<number>();
  let met = 0;
  for (let code = 0; code < map.length; code++) {
    const value = column.numbers[code] as number;
    if (Number.isNaN(value)) continue;
    const at = nearest(list.values, value);
    if (Math.abs((list.values[at] as number) - value) > list.near) continue;
    map[code] = list.codes[at] as number;
    met++;
    reached.add(at);
  }
  // Small numbers all lie near one score of large ones.
  if (reached.size < INJECTIVE * met) return null;
  const cells = column.codes.map((code) => (code < 0 ? -1 : (map[code] as number)));
  let mass = 0;
  for (const cell of cells) if (cell >= 0) mass++;
  const share = mass / Math.max(1, board.product.rows);
  if (share < 0.4) return null;
  return {
    source,
    column: position,
    from: derived.from,
    formula,
    attack: 'group-lines',
    knowledge: 'A2',
    bits: derived.bits + 80,
    cells,
    mass: share,
    score: 0.9 * share,
    similarity: 0.9,
  };
}
