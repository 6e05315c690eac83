/**
 * What chance alone gives back: Good-Turing's expectation, null draws, a control, shuffled columns (execute.md, null-model.md).
 * @module
 */

import { stopWhen } from '../gap.js';
import { enumerationBits } from '../intake/domain.js';
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import type { Step } from '../inverse.js';
import { binomialDeviation, deviationOf, spreadOf, Z } from './deviation.js';
import { exchanged, exchangesOf, givenAnybody } from './exchange.js';
import type { ExecuteOptions, Target } from './execute.js';
import { FastRandom } from './fast-random.js';
import { MODEL_ERROR, modelError, sum } from './measure.js';
import { isNumbering, renumbered } from './numbering.js';
import {
  type CountsOfCounts,
  countsOfCounts,
  type Joined,
  joinSource,
  restoredByStratum,
  STRATA,
  type Strata,
  tuplesOf,
} from './strata.js';
import { combinationsOf, givenToOthers, isHandedOut, isTold, shuffledApart, shuffledWith } from './tied-columns.js';
import { probeTuples } from './tuple-join.js';

/**
 * Rows that as many other people of the same population would hit: Good-Turing (Good, "The population frequencies of
 * species and the estimation of population parameters", Biometrika 40, 1953): a tuple seen c times in n has probability
 * about (c + 1) N[c+1] / (N[c] n). Uses how often tuples occur, no tuple. `next` are the counts of counts with one
 * occurrence left out of the grouping (the same as `counts` when there are no strata).
 */
export function goodTuring(
  counts: ArrayLike<number>,
  persons: number,
  draws: number,
  below: number,
  next: ArrayLike<number> = counts,
): number {
  let expected = 0;
  for (let c = 1; c < below; c++) {
    const here = counts[c] as number;
    if (here === 0) continue;
    const rate = (draws * (c + 1) * (next[c + 1] as number)) / (here * persons);
    let mean = 0;
    // E[min(X, c)] for X Poisson(rate).
    let p = Math.exp(-rate);
    let tail = 1 - p;
    for (let k = 1; k <= c; k++) {
      mean += tail;
      p *= rate / k;
      tail -= p;
    }
    expected += here * Math.max(0, mean);
  }
  return expected;
}

/** Persons whose value strangers hit by chance: all holders of a value count once it is hit. */
export function holdersByChance(counts: ArrayLike<number>, persons: number, draws: number, below: number): number {
  let expected = 0;
  for (let c = 1; c < below; c++) {
    const here = counts[c] as number;
    if (here === 0) continue;
    const rate = (draws * (c + 1) * (counts[c + 1] as number)) / (here * persons);
    expected += here * c * -Math.expm1(-rate);
  }
  return expected;
}

export interface Nulls {
  /** Expected restored rows by stratum. */
  readonly expected: Float64Array;
  /** Source rows that chance could restore at all, over the rarest 1, 2, ... strata. */
  readonly most: Float64Array;
  /** One deviation of the restored rows, over the rarest 1, 2, ... strata. */
  readonly deviation: Float64Array;
  /** Upper limit of the rows that hold together whoever the persons are. */
  readonly byDesign: number;
  /** Good-Turing counts of counts by stratum, for the coincidences of single rows. */
  readonly counts: readonly CountsOfCounts[];
}

export function nullCounts(
  target: Target,
  joined: Joined,
  both: Strata,
  steps: readonly Step[],
  cells: readonly Int32Array[],
  options: ExecuteOptions,
): Nulls {
  const columns = steps.map((step) => step.column);
  const { productRows, thresholds, random, late } = options;
  const below = thresholds.restoredBelow;
  const { sheet } = target;
  const strata = both.own;
  const counts = countsOfCounts(joined, both, below);
  const strangers = Math.min(productRows, 4 * sheet.rows);
  const byCounts = Float64Array.from(counts, ({ own, without }) =>
    goodTuring(own, sheet.persons, strangers, below, without),
  );
  const hits = (table: readonly Int32Array[], rows: number): Float64Array => {
    stopWhen(late);
    return restoredByStratum(joined, strata, probeTuples(joined.index, tuplesOf(table, columns, rows)), below);
  };
  const nulls: Float64Array[][] = [];
  if (target.control !== null && target.control.rows > 0) {
    const control = target.control;
    const restored = hits(
      columns.map((column) => control.cells[column] as Int32Array),
      control.rows,
    );
    nulls.push([restored.map((count) => count * Math.max(1, productRows / control.rows))]);
  }
  const most = atMost(joined, strata, below, productRows);
  const modelled = drawnOften(
    (i) => {
      const draw = target.nullDraw(i, productRows, late);
      const rows = draw[0]?.length ?? 0;
      // A large product is drawn smaller: what it hits grows at most as its rows do.
      const scale = Math.max(1, productRows / Math.max(1, rows));
      const restored = hits(
        columns.map((column) => draw[column] as Int32Array),
        rows,
      );
      return restored.map((count) => scale * count);
    },
    productRows,
    most,
  );
  const fast = new FastRandom(random);
  const first = shuffledWith(sheet, steps);
  const shuffle = (values: Int32Array): Int32Array => fast.shuffle(values);
  nulls.push(modelled);
  nulls.push(drawnOften(() => hits(shuffledApart(cells, first, shuffle), productRows), productRows, most));
  const others = givenToOthers(steps, first);
  if (others !== null)
    nulls.push(drawnOften(() => hits(shuffledApart(cells, others, shuffle), productRows), productRows, most));
  const exchanges = exchangesOf(sheet, steps, cells).flatMap((exchange) => {
    const nullOf = (draw: () => readonly Int32Array[]): Float64Array[] =>
      drawnOften(() => hits(draw(), productRows), productRows, most);
    const drawn = [nullOf(() => exchanged(exchange, sheet, steps, cells, shuffle))];
    const anybody = (): Int32Array[] | null => givenAnybody(exchange, sheet, steps, cells, shuffle);
    if (anybody() !== null) drawn.push(nullOf(() => anybody() ?? []));
    return drawn;
  });
  const numbers = steps.flatMap((step, i) => (isNumbering(sheet.columns[step.column] as SheetColumn) ? [i] : []));
  if (numbers.length > 0 && numbers.length < steps.length)
    exchanges.push(drawnOften(() => hits(renumbered(cells, numbers, shuffle), productRows), productRows, most));
  nulls.push(...exchanges);
  const told = byTies(target, joined, strata, steps, cells, below, productRows);
  const candidates = [byCounts, ...(told === null ? [] : [told.expected]), ...nulls.map(meanOf)];
  const expected = new Float64Array(STRATA);
  for (const candidate of candidates) {
    for (let bin = 0; bin < STRATA; bin++) expected[bin] = Math.max(expected[bin] as number, candidate[bin] as number);
  }
  return {
    expected,
    most,
    deviation: furthest(expected, most, nulls, told),
    byDesign: Math.max(limitOf(exchanges, most), told === null ? 0 : limitOfTold(told)),
    counts,
  };
}

/** Rows that coincide without what ties alone tell of them, by stratum, and one deviation of it over the rarest 1, 2, ... strata. */
interface Told {
  readonly expected: Float64Array;
  readonly deviation: Float64Array;
}

/** Rows with one told value beyond which it was confirmed by many of them: those of a person's year say one thing twelve times. */
const MONTHS = 12;

/**
 * What was learnt from tied rows (a name given to each name) comes back in these very rows whoever was tied: chance is how many rows
 * coincide in the other columns, where these are read off of the cells, in runs as long as those of the values told (the months of a person whose pay is another's).
 */
function byTies(
  target: Target,
  joined: Joined,
  strata: Uint8Array,
  steps: readonly Step[],
  cells: readonly Int32Array[],
  below: number,
  productRows: number,
): Told | null {
  const tying = steps.filter((step) => !isTold(step));
  if (tying.length === steps.length || tying.length === 0 || tying.some(isHandedOut)) return null;
  const { sheet } = target;
  const columns = steps.map((step) => step.column);
  const found = probeTuples(joined.index, tuplesOf(cells, columns, productRows));
  const restored = restoredByStratum(joined, strata, found, below);
  const rows = sum(restored);
  if (rows === 0) return null;
  const { persons } = joinSource(sheet, tying);
  const counts = new Float64Array(below + 2);
  for (let group = 0; group < persons.length; group++) {
    const held = persons[group] as number;
    if (held <= below) counts[held] = (counts[held] as number) + 1;
  }
  const strangers = Math.min(productRows, 4 * sheet.rows);
  const coincide = Math.min(rows, goodTuring(counts, sheet.persons, strangers, below));
  const given = steps.flatMap((step, i) =>
    isTold(step) ? [(cells[i] as Int32Array).filter((_, row) => (found[row] as number) >= 0)] : [],
  );
  const runs = combinationsOf(given).groups;
  if (rows > MONTHS * runs) return null;
  const expected = restored.map((count) => (count * coincide) / rows);
  let chance = 0;
  const deviation = expected.map((count) => {
    chance += count;
    return Math.sqrt(((chance + 1) * rows) / Math.max(1, runs));
  });
  return { expected, deviation };
}

/** Source rows of tuples below the limit over the rarest 1, 2, ... strata, and no more than the product has rows. */
function atMost(joined: Joined, strata: Uint8Array, below: number, productRows: number): Float64Array {
  const most = new Float64Array(STRATA);
  for (let group = 0; group < joined.index.groups; group++) {
    if ((joined.persons[group] as number) >= below) continue;
    const bin = strata[group] as number;
    most[bin] = (most[bin] as number) + (joined.index.rows[group] as number);
  }
  for (let bin = 1; bin < STRATA; bin++) most[bin] = (most[bin] as number) + (most[bin - 1] as number);
  return most.map((rows) => Math.min(rows, productRows));
}

/** Draws where chance restores more than the share {@link USUAL} of the rows, and rows that are drawn for it. */
const OFTEN = 24;
const OFTEN_ROWS = 5000;
const USUAL = 0.05;

/** A few draws of a null; more of a small product that chance restores in good part, where the deviation decides. */
function drawnOften(draw: (i: number) => Float64Array, rows: number, most: Float64Array): Float64Array[] {
  const drawn: Float64Array[] = [];
  const few = rows <= 20_000 ? 3 : 1;
  let wanted = few;
  while (drawn.length < wanted) {
    drawn.push(draw(drawn.length));
    if (drawn.length === few && rows <= OFTEN_ROWS && sum(meanOf(drawn)) > USUAL * (most[STRATA - 1] as number))
      wanted = OFTEN;
  }
  return drawn;
}

/** Upper limit of what nulls restore; 0 where none restores anything. */
function limitOf(nulls: readonly Float64Array[][], most: Float64Array): number {
  const rows = most[STRATA - 1] as number;
  const limits = nulls.map(spreadOf).map(({ draws, mean, variance }) => {
    const middle = mean[STRATA - 1] as number;
    if (middle === 0) return 0;
    return middle + modelError(middle, rows) + Z * deviationOf(middle, rows, draws, variance[STRATA - 1] as number);
  });
  return Math.max(0, ...limits);
}

function limitOfTold({ expected, deviation }: Told): number {
  return (1 + MODEL_ERROR) * sum(expected) + Z * (deviation[STRATA - 1] as number);
}

/** The deviation that the expectation itself has, or more where a null reaches further by its own. */
function furthest(
  expected: Float64Array,
  most: Float64Array,
  nulls: readonly Float64Array[][],
  byTies: Told | null,
): Float64Array {
  const told = nulls.map(spreadOf);
  let chance = 0;
  return most.map((rows, bin) => {
    chance += expected[bin] as number;
    const limits = told.map(({ draws, mean, variance }) => {
      const middle = mean[bin] as number;
      return middle + Z * deviationOf(middle, rows, draws, variance[bin] as number);
    });
    const others = (Math.max(0, ...limits) - chance) / Z;
    return Math.max(binomialDeviation(chance, rows), others, byTies?.deviation[bin] ?? 0);
  });
}

function meanOf(lists: readonly Float64Array[]): Float64Array {
  const total = new Float64Array(STRATA);
  for (const list of lists)
    for (let bin = 0; bin < STRATA; bin++) total[bin] = (total[bin] as number) + (list[bin] as number) / lists.length;
  return total;
}

/**
 * What the expectation by counts of counts may be off by, as a variance over the rarest 1, 2, ... strata: a source of 300 rows
 * without a double says only that doubles are rarer than one in a hundred.
 */
export function doubtOf(
  counts: readonly CountsOfCounts[],
  persons: number,
  productRows: number,
  below: number,
): Float64Array {
  const pooled = new Float64Array(below + 2);
  return Float64Array.from(counts, ({ own }) => {
    for (let c = 0; c < pooled.length; c++) pooled[c] = (pooled[c] as number) + (own[c] as number);
    let variance = 0;
    for (let c = 1; c < below; c++) {
      const here = pooled[c] as number;
      if (here === 0) continue;
      const weight = ((c + 1) * Math.min(productRows, 4 * persons)) / Math.max(1, persons);
      variance += Math.min(weight * weight * ((pooled[c + 1] as number) + 1), (here * c) ** 2);
    }
    return variance;
  });
}

/** In fewer rows a fitted key or line explains a column of any other, and codes of a few regions look given out at random. */
const FEW_ROWS = 30;
const LONG_BITS = 25;

/** True when a step reads a column in which strangers practically never share a value: long numbers given out at random. */
export function cannotCoincide(sheet: Sheet, steps: readonly Step[], productRows: number): boolean {
  const pairs = Math.min(productRows, 4 * sheet.rows) * sheet.rows;
  if (sheet.rows < FEW_ROWS && isWholeCopy(sheet, steps)) {
    const bits = sheet.columns.reduce((sum, column) => sum + domainBits(column), 0);
    if (bits - Math.log2(pairs) > LONG_BITS) return true;
  }
  return steps.some((step) => {
    if (isHandedOut(step)) return false;
    const column = sheet.columns[step.column] as SheetColumn;
    const bits = domainBits(column);
    if (sheet.rows < FEW_ROWS && (step.knowledge !== 'A0' || bits < LONG_BITS)) return false;
    return column.distinct > 0.5 * column.present && pairs / 2 ** Math.min(60, bits) < 0.05;
  });
}

/** True when public codes alone give every column of the source. */
function isWholeCopy(sheet: Sheet, steps: readonly Step[]): boolean {
  return steps.length >= sheet.columns.length && steps.every(({ knowledge }) => knowledge === 'A0');
}

const domains = new WeakMap<SheetColumn, number>();

export function domainBits(column: SheetColumn): number {
  let bits = domains.get(column);
  if (bits === undefined) {
    bits = enumerationBits(column);
    domains.set(column, bits);
  }
  return bits;
}
