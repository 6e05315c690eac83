/**
 * Places in the order of the whole source, of which only some rows were kept: ranks, shares of ranks, row numbers after sorting. A place
 * alone fits every source column; two columns prove one another by the rows that they put together. See order.md.
 * @module
 */
import type { SourceColumn } from '../../intake/lookup.js';
import type { Sheet, SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import { FOREIGN } from '../../restoration/tuple-join.js';
import type { Board } from '../attack.js';
import { sampleRows } from '../shared/compose.js';
import { fitOf, stepOf } from '../shared/match.js';
import type { Sorted } from '../shared/sorted-numbers.js';
import { codeAtRank, cumulate, proven, type Reading, sequenceOf } from './order-pairs.js';

const MAX_COLUMNS = 24;
const FEWEST = 12;
/** Steps by which a column is read well enough to confirm another one. */
const READ = 0.6;
/** Farther from a whole or half place no rank is. */
const OFF = 0.13;
/** Share of the neighbours in the order of one column that rise, or fall, in another one that tells the same. */
const SAME_ORDER = 0.9;

/** How a rank is written, of n rows; back to the rank from 1. */
const WRITINGS: readonly (readonly [name: string, rank: (value: number, n: number) => number])[] = [
  ['rank', (value) => value],
  ['place', (value) => value + 1],
  ['rank/n', (value, n) => value * n],
  ['(rank-1)/(n-1)', (value, n) => value * (n - 1) + 1],
  ['(rank-1/2)/n', (value, n) => value * n + 0.5],
  ['rank/(n+1)', (value, n) => value * (n + 1)],
  ['(rank-1)/n', (value, n) => value * n + 1],
  ['100*rank/n', (value, n) => (value * n) / 100],
  ['normal((rank-1/2)/n)', (value, n) => normal(value) * n + 0.5],
  ['normal((rank-1)/(n-1))', (value, n) => normal(value) * (n - 1) + 1],
  ['normal(rank/(n+1))', (value, n) => normal(value) * (n + 1)],
  ['normal((rank-3/8)/(n+1/4))', (value, n) => normal(value) * (n + 0.25) + 0.375],
];

/** The normal distribution up to a value, to 1.5e-7 (Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26). */
function normal(value: number): number {
  const x = Math.abs(value) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const half = 0.5 * poly * Math.exp(-x * x);
  return value < 0 ? half : 1 - half;
}

/** Of what a column's numbers would be ranks. */
interface Ranked extends Reading {
  /** Numbers of the sampled rows. */
  readonly looked: Float64Array;
  readonly step: () => Step;
  readonly known: boolean;
}

/** A source column in order. */
interface Ordered {
  readonly to: SourceColumn;
  readonly sorted: Sorted;
  readonly cumulated: Float64Array;
  /** True when every row has a value. */
  readonly whole: boolean;
}

/** Steps of columns that hold places in the order of a source of more rows. */
export function keptRanks(board: Board, queue: readonly Derived[]): Step[] {
  const { rows } = board.product;
  const columns = queue
    .filter(({ attack, column }) => attack === 'containment' && column.isNumeric && column.distinct >= FEWEST)
    .slice(0, MAX_COLUMNS);
  if (columns.length === 0 || rows < FEWEST) return [];
  const sample = sampleRows(rows);
  const steps: Step[] = [];
  board.sources.forEach((sheet, source) => {
    if (sheet.rows <= rows || board.late()) return;
    const targets = orderedColumns(sheet, source);
    const candidates = columns.flatMap((derived) => readingsOf(derived, targets, sheet.rows, sample));
    if (candidates.length === 0) return;
    const all = [...candidates, ...knownReadings(board, source, sample)];
    for (const own of proven(all, sheet, board.late, { ties: tiesFew, apart: tellApart }))
      if (!own.known) steps.push(own.step());
  });
  return steps;
}

function orderedColumns(sheet: Sheet, source: number): Ordered[] {
  return sheet.columns.slice(0, 2 * MAX_COLUMNS).flatMap((column, position) => {
    const sorted = 2 * column.present > sheet.rows && column.distinct > FEWEST ? sequenceOf(column) : null;
    if (sorted === null || sorted.rows !== column.present) return [];
    const whole = column.present === sheet.rows;
    return [{ to: { source, position, column }, sorted, cumulated: cumulate(sorted), whole }];
  });
}

/** A code leads to twenty rows at most, on average. */
function tiesFew(column: SheetColumn, sheet: Sheet): boolean {
  return column.distinct >= 0.05 * sheet.rows;
}

/** A column as ranks in each source column, rising and falling. */
function readingsOf(derived: Derived, targets: readonly Ordered[], rows: number, sample: readonly number[]): Ranked[] {
  const { codes, numbers } = derived.column;
  const looked = Float64Array.from(sample, (row) => {
    const code = codes[row] as number;
    return code < 0 ? Number.NaN : (numbers[code] as number);
  });
  const ranks = WRITINGS.flatMap(([name, rankOf]) => {
    if (!looked.every((value) => Number.isNaN(value) || isRank(rankOf(value, rows), rows))) return [];
    return targets.flatMap((target) =>
      (target.whole ? [false, true] : []).map((descending): Ranked => {
        const codeOf = (value: number): number => {
          const rank = Math.round(2 * rankOf(value, rows)) / 2;
          const place = Math.floor(descending ? rows + 1 - rank : rank) - 1;
          return place >= 0 && place < rows ? codeAtRank(target.sorted, place, target.cumulated) : FOREIGN;
        };
        return {
          derived,
          to: target.to,
          looked,
          known: false,
          codes: Int32Array.from(looked, (value) => (Number.isNaN(value) ? -1 : codeOf(value))),
          step: () => stepFrom(derived, target.to, codeOf, `${descending ? 'descending' : 'ascending'}-${name}`),
        };
      }),
    );
  });
  return [...ranks, ...denseReadings(derived, targets, rows, looked)];
}

/** A column as places among the different values of each source column, as label encoders number them: from nought or one. */
function denseReadings(derived: Derived, targets: readonly Ordered[], rows: number, looked: Float64Array): Ranked[] {
  const told = looked.filter((value) => !Number.isNaN(value));
  if (!told.every(Number.isInteger)) return [];
  const most = Math.max(...told);
  return targets.flatMap(({ to, sorted, whole }) => {
    const { length } = sorted.codes;
    // All-different values have the same place in either way.
    if (length === rows) return [];
    // Rows without a value are numbered -1.
    const least = Math.min(...told.filter((value) => whole || value !== -1));
    return [0, 1].flatMap((from) => {
      if (least < from || most >= length + from) return [];
      return ORDERS.map(([order, codesOf]): Ranked => {
        const codeOf = (value: number): number => codesOf(sorted, to.column)[value - from] ?? FOREIGN;
        return {
          derived,
          to,
          looked,
          known: false,
          codes: Int32Array.from(looked, (value) => (Number.isNaN(value) || value < from ? -1 : codeOf(value))),
          step: () => stepFrom(derived, to, codeOf, `${order}-label code from ${from}`),
        };
      });
    });
  });
}

/** In what order different values are numbered: source codes from the first to the last. */
const ORDERS: readonly (readonly [name: string, codes: (sorted: Sorted, column: SheetColumn) => ArrayLike<number>])[] =
  [
    ['ascending', ({ codes }) => codes],
    ['descending', ({ codes }) => kept(falling, codes, () => Array.from(codes).reverse())],
    ['as they appear', (_, column) => kept(appearing, column, () => new Set(column.codes.filter((code) => code >= 0)))],
  ];
const falling = new WeakMap<object, Int32Array>();
const appearing = new WeakMap<object, Int32Array>();

function kept(of: WeakMap<object, Int32Array>, key: object, make: () => Iterable<number>): Int32Array {
  let known = of.get(key);
  if (known === undefined) {
    known = Int32Array.from(make());
    of.set(key, known);
  }
  return known;
}

/** Whole or half (of tied rows), from 1 to the number of rows. */
function isRank(rank: number, rows: number): boolean {
  return rank > 1 - OFF && rank < rows + OFF && Math.abs(2 * rank - Math.round(2 * rank)) < 2 * OFF;
}

/** What columns were read as before, in the sampled rows. */
function knownReadings(board: Board, source: number, sample: readonly number[]): Ranked[] {
  const best = new Map<number, Step>();
  for (const step of board.steps) {
    const own = step.from[0] as number;
    if (step.source !== source || step.from.length !== 1 || step.tentative === true || step.score < READ) continue;
    if ((best.get(own)?.score ?? 0) < step.score) best.set(own, step);
  }
  return [...best].flatMap(([own, step]) => {
    const derived = board.derived.find(({ attack, from }) => attack === 'containment' && from[0] === own);
    const column = board.sources[source]?.columns[step.column] as SheetColumn;
    if (derived === undefined) return [];
    const { cells } = step;
    const codes = Int32Array.from(sample, (row) => cells[row] as number);
    return [
      {
        derived,
        to: { source, position: step.column, column },
        codes,
        looked: Float64Array.from(codes),
        known: true,
        step: () => step,
      },
    ];
  });
}

/** False for two columns in one order, which put rows together in any two source columns in one order; one of the two was not known before. */
function tellApart(first: Ranked, second: Ranked): boolean {
  if (first.known && second.known) return false;
  const order = Array.from(first.looked.keys()).sort(
    (a, b) => (first.looked[a] as number) - (first.looked[b] as number),
  );
  let rising = 0;
  let falling = 0;
  for (let i = 1; i < order.length; i++) {
    const step = (second.looked[order[i] as number] as number) - (second.looked[order[i - 1] as number] as number);
    if (step >= 0) rising++;
    if (step <= 0) falling++;
  }
  return Math.max(rising, falling) < SAME_ORDER * (order.length - 1);
}

function stepFrom(derived: Derived, to: SourceColumn, codeOf: (value: number) => number, how: string): Step {
  const map = Int32Array.from(derived.column.numbers, (value) => (Number.isNaN(value) ? FOREIGN : codeOf(value)));
  return stepOf(derived, to, map, fitOf(derived.column, to.column, map), {
    formula: `${how}(${derived.formula})`,
    attack: 'order',
    knowledge: 'A2',
    bits: derived.bits + 36,
  });
}
