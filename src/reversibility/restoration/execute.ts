/**
 * The one executor: puts the cells of an inverse program together, verifies them against the source, counts what came
 * back gross and net of the null (DESIGN §6; execute.md).
 * @module
 */
import { groupPersons, type RandomSource } from '../../core/index.js';
import { enumerationBits } from '../intake/domain.js';
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import type { Step } from '../inverse.js';
import type { Measure, Restoration, Thresholds } from '../verdict.js';
import { FastRandom } from './fast-random.js';
import { Presence } from './presence.js';
import {
  addColumn,
  countFound,
  emptyTuples,
  indexTuples,
  probeTuples,
  type TupleHashes,
  type TupleIndex,
} from './tuple-join.js';

/** What a source is judged by. */
export interface Target {
  readonly sheet: Sheet;
  /** Columns that hold direct identifiers, and of them those whose values many persons may share by chance (names). */
  readonly identifiers: ReadonlySet<number>;
  readonly names: ReadonlySet<number>;
  /** Kind of direct identifier of each column, or null. */
  readonly kinds: readonly (string | null)[];
  /** Null products in source codes, one array a column; drawn when first asked for. */
  nullDraws(rows: number): readonly (readonly Int32Array[])[];
  /** A control table in source codes, or null. */
  readonly control: { readonly cells: readonly Int32Array[]; readonly rows: number } | null;
}

/** What one inverse program gave back. */
export interface Outcome {
  /** Steps that were put together to rows. */
  readonly steps: readonly Step[];
  readonly restoration: Restoration;
  /** 1 for each restored source row. */
  readonly flags: Uint8Array;
  /** Restored cells of each source column. */
  readonly cellsOf: Float64Array;
  /** Share of the product's rows whose tuple stands in the source at all. */
  readonly present: number;
  /** First product rows (1-based) that were verified. */
  readonly evidence: readonly number[];
  /** Mean share of source rows that the null gets. */
  readonly nullRows: number;
}

const EVIDENCE = 20;
/** Two-sided 99 % normal quantile. */
const Z = 2.5758;
/** Relative error allowed to the null model before its expectation is subtracted or added. */
const MODEL_ERROR = 0.1;

/** Tuples of the source over the columns of the steps, with the persons of each. */
interface Joined {
  readonly index: TupleIndex;
  /** Persons (rows) of each tuple. */
  readonly persons: ArrayLike<number>;
}

function joinSource(sheet: Sheet, steps: readonly Step[]): Joined {
  const tuples = emptyTuples(sheet.rows);
  steps.forEach((step) => {
    addColumn(tuples, (sheet.columns[step.column] as SheetColumn).codes, step.column);
  });
  const index = indexTuples(tuples);
  const persons =
    sheet.personOf === null ? index.rows : groupPersons(index.groupOf, index.groups, sheet.personOf, sheet.persons);
  return { index, persons };
}

function tuplesOf(cells: readonly Int32Array[], columns: readonly number[], rows: number): TupleHashes {
  const tuples = emptyTuples(rows);
  columns.forEach((column, i) => {
    addColumn(tuples, cells[i] as Int32Array, column);
  });
  return tuples;
}

/**
 * Strata of tuples by how rare independent columns would make them: bin 0 holds the rarest. A stratum depends on the tuple
 * alone, so chance is counted inside each as over all, and a few leaked rare rows are not lost among common ones.
 */
const STRATA = 8;

interface Strata {
  readonly own: Uint8Array;
  /** Stratum of each tuple with one of its rows left out: what a new person's hit is compared with. */
  readonly without: Uint8Array;
}

function strataOf(sheet: Sheet, steps: readonly Step[], joined: Joined): Strata {
  const { groups, groupOf } = joined.index;
  const rarity = new Float64Array(groups);
  const without = new Float64Array(groups);
  const first = new Int32Array(groups).fill(-1);
  for (let row = groupOf.length - 1; row >= 0; row--) first[groupOf[row] as number] = row;
  for (const step of steps) {
    const column = sheet.columns[step.column] as SheetColumn;
    const { counts, codes } = column;
    for (let group = 0; group < groups; group++) {
      const code = codes[first[group] as number] as number;
      if (code < 0) continue;
      const count = counts[code] as number;
      rarity[group] = (rarity[group] as number) + logOf(count);
      without[group] = (without[group] as number) + logOf(count - 1);
    }
  }
  const sample: number[] = [];
  const stride = Math.max(1, Math.floor(groups / 20_000));
  for (let group = 0; group < groups; group += stride) sample.push(rarity[group] as number);
  const sorted = Float64Array.from(sample).sort();
  const cuts = Float64Array.from(
    { length: STRATA - 1 },
    (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / STRATA)] ?? 0,
  );
  return { own: binned(rarity, cuts), without: binned(without, cuts) };
}

/** log2 of a number of rows, of none that of a half. */
function logOf(count: number): number {
  return count < LOGS.length ? (LOGS[count] as number) : Math.log2(count);
}

const LOGS: Float64Array = Float64Array.from({ length: 4096 }, (_, count) => Math.log2(Math.max(0.5, count)));

function binned(values: Float64Array, cuts: Float64Array): Uint8Array {
  const bins = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    let bin = 0;
    while (bin < cuts.length && (values[i] as number) > (cuts[bin] as number)) bin++;
    bins[i] = bin;
  }
  return bins;
}

/** Source rows restored by found tuples, by stratum: min(rows of product, rows of source) of tuples below the limit. */
function restoredByStratum(joined: Joined, strata: Uint8Array, found: Int32Array, below: number): Float64Array {
  const counts = countFound(found, joined.index.groups);
  const restored = new Float64Array(STRATA);
  for (let group = 0; group < counts.length; group++) {
    if ((counts[group] as number) > 0 && (joined.persons[group] as number) < below) {
      const bin = strata[group] as number;
      restored[bin] = (restored[bin] as number) + Math.min(counts[group] as number, joined.index.rows[group] as number);
    }
  }
  return restored;
}

/** Number of tuples by persons, by stratum. */
interface CountsOfCounts {
  readonly own: Float64Array;
  readonly without: Float64Array;
}

function countsOfCounts(joined: Joined, strata: Strata, below: number): CountsOfCounts[] {
  const counts = Array.from({ length: STRATA }, () => ({
    own: new Float64Array(below + 2),
    without: new Float64Array(below + 2),
  }));
  for (let group = 0; group < joined.index.groups; group++) {
    const persons = joined.persons[group] as number;
    if (persons > below) continue;
    const own = (counts[strata.own[group] as number] as CountsOfCounts).own;
    const without = (counts[strata.without[group] as number] as CountsOfCounts).without;
    own[persons] = (own[persons] as number) + 1;
    without[persons] = (without[persons] as number) + 1;
  }
  return counts;
}

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
function holdersByChance(counts: ArrayLike<number>, persons: number, draws: number, below: number): number {
  let expected = 0;
  for (let c = 1; c < below; c++) {
    const here = counts[c] as number;
    if (here === 0) continue;
    const rate = (draws * (c + 1) * (counts[c + 1] as number)) / (here * persons);
    expected += here * c * -Math.expm1(-rate);
  }
  return expected;
}

/** Shuffles each column by itself: a product with the same columns and no rows. */
function permuted(cells: readonly Int32Array[], random: FastRandom): Int32Array[] {
  return cells.map((column, i) => (i === 0 ? column : random.shuffle(column.slice())));
}

/** Options of {@link execute}. */
export interface ExecuteOptions {
  readonly thresholds: Thresholds;
  readonly random: RandomSource;
  readonly productRows: number;
}

/** Share of product rows whose tuple over the steps stands in the source. */
export function probeSteps(target: Target, steps: readonly Step[], rows: number, _below: number): [present: number] {
  const presence = new Presence(target.sheet, rows);
  for (const step of steps.slice(0, -1)) presence.add(step);
  const last = steps[steps.length - 1];
  return [last === undefined ? 1 : presence.probe(last)];
}

/**
 * Executes an inverse program against a source.
 *
 * @param steps - at most one a source column, all of one source; those of a row are put together
 */
export function execute(target: Target, steps: readonly Step[], options: ExecuteOptions): Outcome {
  const { sheet } = target;
  const { thresholds, productRows } = options;
  const below = thresholds.restoredBelow;
  const columns = steps.map((step) => step.column);
  const cells = steps.map((step) => step.cells);
  const flags = new Uint8Array(sheet.rows);
  const evidence: number[] = [];
  const needed = Math.min(thresholds.rowCells, sheet.columns.length);
  let present = 0;
  let expected = 0;
  let deviation = 0;
  let certain = 0;
  let rare: Rare = { net: 0, lower: 0 };
  if (steps.length >= needed && steps.length > 0) {
    const joined = joinSource(sheet, steps);
    const both = strataOf(sheet, steps, joined);
    const strata = both.own;
    const found = probeTuples(joined.index, tuplesOf(cells, columns, productRows));
    present = flagRows(joined, found, below, flags, evidence) / Math.max(1, productRows);
    const nulls = nullCounts(target, joined, both, columns, cells, options);
    expected = sum(nulls.expected);
    const sure = cannotCoincide(sheet, steps, productRows);
    const doubt = sure ? new Float64Array(STRATA) : doubtOf(nulls.counts, sheet.persons, productRows, below);
    deviation = Math.sqrt(expected + (doubt[STRATA - 1] as number));
    if (steps.length >= sheet.columns.length)
      certain = certainRows(target, joined, strata, steps, found, nulls, options, sure);
    rare = rarest(restoredByStratum(joined, strata, found, below), nulls.expected, doubt);
  }
  const rowCount = sum(flags);
  const rows = withRare(measureOf(rowCount, expected, deviation, certain, sheet.rows), rare);
  const cellsOf = new Float64Array(sheet.columns.length);
  let nullCells = 0;
  for (const step of steps) {
    cellsOf[step.column] = restoredCells(sheet, step, flags, below);
    nullCells += Math.min(cellsOf[step.column] as number, expected);
  }
  const byChance = Math.max(0, rowCount - Math.floor(rows.lower * sheet.rows));
  const identifiers = identifierMeasure(target, steps, flags, byChance, below, productRows);
  return {
    steps,
    restoration: {
      rows,
      cells: measureOf(
        sum(cellsOf),
        nullCells,
        deviation * Math.max(1, steps.length),
        0,
        sheet.rows * sheet.columns.length,
      ),
      identifiers,
    },
    flags,
    cellsOf,
    present,
    evidence,
    nullRows: sheet.rows === 0 ? 0 : expected / sheet.rows,
  };
}

function flagRows(joined: Joined, found: Int32Array, below: number, flags: Uint8Array, evidence: number[]): number {
  const left = countFound(found, joined.index.groups);
  let present = 0;
  for (let row = 0; row < found.length; row++) {
    const group = found[row] as number;
    if (group < 0) continue;
    present++;
    if (evidence.length < EVIDENCE && (joined.persons[group] as number) < below) evidence.push(row + 1);
  }
  const { groupOf } = joined.index;
  for (let row = 0; row < groupOf.length; row++) {
    const group = groupOf[row] as number;
    if ((left[group] as number) > 0 && (joined.persons[group] as number) < below) {
      left[group] = (left[group] as number) - 1;
      flags[row] = 1;
    }
  }
  return present;
}

interface Rare {
  readonly net: number;
  readonly lower: number;
}

/** Quantile for the best of the nested strata (two-sided 99 % over eight looks). */
const Z_STRATA = 3.3;

/** The best lower limit over the rarest 1, 2, ... strata. */
function rarest(restored: Float64Array, expected: Float64Array, doubt: Float64Array): Rare {
  let best: Rare = { net: 0, lower: 0 };
  let count = 0;
  let chance = 0;
  for (let bin = 0; bin < STRATA; bin++) {
    count += restored[bin] as number;
    chance += expected[bin] as number;
    const lower = count - chance * (1 + MODEL_ERROR) - Z_STRATA * Math.sqrt(chance + 1 + (doubt[bin] as number));
    if (lower > best.lower) best = { net: count - chance, lower };
  }
  return best;
}

function withRare(measure: Measure, rare: Rare): Measure {
  if (measure.of === 0 || rare.lower <= measure.lower * measure.of) return measure;
  const net = Math.max(measure.net, rare.net / measure.of);
  return { ...measure, net, lower: rare.lower / measure.of, upper: Math.max(measure.upper, net) };
}

/**
 * What the expectation by counts of counts may be off by, as a variance over the rarest 1, 2, ... strata: a source of 300 rows
 * without a double says only that doubles are rarer than one in a hundred.
 */
function doubtOf(counts: readonly CountsOfCounts[], persons: number, productRows: number, below: number): Float64Array {
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

/** True when a step gives a column in which strangers practically never share a value: long numbers given out at random. */
function cannotCoincide(sheet: Sheet, steps: readonly Step[], productRows: number): boolean {
  const pairs = Math.min(productRows, 4 * sheet.rows) * sheet.rows;
  return steps.some((step) => {
    const column = sheet.columns[step.column] as SheetColumn;
    return column.distinct > 0.5 * column.present && pairs / 2 ** Math.min(60, domainBits(column)) < 0.05;
  });
}

interface Nulls {
  /** Expected restored rows by stratum. */
  readonly expected: Float64Array;
  /** Good-Turing counts of counts by stratum, for the coincidences of single rows. */
  readonly counts: readonly CountsOfCounts[];
}

function nullCounts(
  target: Target,
  joined: Joined,
  both: Strata,
  columns: readonly number[],
  cells: readonly Int32Array[],
  options: ExecuteOptions,
): Nulls {
  const { productRows, thresholds, random } = options;
  const below = thresholds.restoredBelow;
  const { sheet } = target;
  const strata = both.own;
  const counts = countsOfCounts(joined, both, below);
  const draws = Math.min(productRows, 4 * sheet.rows);
  const candidates: Float64Array[] = [
    Float64Array.from(counts, ({ own, without }) => goodTuring(own, sheet.persons, draws, below, without)),
  ];
  const hits = (table: readonly Int32Array[], rows: number): Float64Array =>
    restoredByStratum(joined, strata, probeTuples(joined.index, tuplesOf(table, columns, rows)), below);
  if (target.control !== null) {
    const control = target.control;
    const restored = hits(
      columns.map((column) => control.cells[column] as Int32Array),
      control.rows,
    );
    if (control.rows > 0) candidates.push(restored.map((count) => count * Math.max(1, productRows / control.rows)));
  }
  const drawn = target.nullDraws(productRows).map((draw) =>
    hits(
      columns.map((column) => draw[column] as Int32Array),
      draw[0]?.length ?? 0,
    ),
  );
  // A large product is drawn smaller: what it hits grows at most as its rows do.
  const scale = productRows / Math.max(1, target.nullDraws(productRows)[0]?.[0]?.length ?? productRows);
  candidates.push(meanOf(drawn).map((count) => count * Math.max(1, scale)));
  const shuffles = productRows <= 20_000 ? 3 : 1;
  const fast = new FastRandom(random);
  candidates.push(meanOf(Array.from({ length: shuffles }, () => hits(permuted(cells, fast), productRows))));
  const expected = new Float64Array(STRATA);
  for (const candidate of candidates) {
    for (let bin = 0; bin < STRATA; bin++) expected[bin] = Math.max(expected[bin] as number, candidate[bin] as number);
  }
  return { expected, counts };
}

function meanOf(lists: readonly Float64Array[]): Float64Array {
  const total = new Float64Array(STRATA);
  for (const list of lists)
    for (let bin = 0; bin < STRATA; bin++) total[bin] = (total[bin] as number) + (list[bin] as number) / lists.length;
  return total;
}

/**
 * Complete raw rows that the null practically never draws: not discounted. The expectation of a row is the largest of
 * Good-Turing's for its tuple count and of a product with independent columns.
 */
function certainRows(
  target: Target,
  joined: Joined,
  strata: Uint8Array,
  steps: readonly Step[],
  found: Int32Array,
  nulls: Nulls,
  options: ExecuteOptions,
  sure: boolean,
): number {
  const { sheet } = target;
  const { thresholds, productRows } = options;
  const below = thresholds.restoredBelow;
  // Counts of counts over all strata bound what those of one leave open: no double among 300 is no proof that there is none (the
  // rule of three).
  const pooled = new Float64Array(below + 2);
  for (const { own } of nulls.counts)
    for (let c = 0; c < pooled.length; c++) pooled[c] = (pooled[c] as number) + (own[c] as number);
  const open = sure ? 0 : 3;
  const rates = nulls.counts.map(({ own, without }) => {
    const rate = new Float64Array(below + 1);
    for (let c = 1; c < below; c++) {
      const here = own[c] as number;
      const each = (productRows * (c + 1)) / sheet.persons;
      const known = here === 0 ? 0 : (each * (without[c + 1] as number)) / here;
      const bound = (each * ((sure ? 0 : (pooled[c + 1] as number)) + open)) / Math.max(1, pooled[c] as number);
      rate[c] = Math.max(known, bound);
    }
    return rate;
  });
  // Even rare coincidences add up over many rows: what all eligible rows together expect is taken off.
  let expected = 0;
  for (let group = 0; group < joined.index.groups; group++) {
    const persons = joined.persons[group] as number;
    if (persons >= below) continue;
    const rate = (rates[strata[group] as number] as Float64Array)[persons] as number;
    if (rate < thresholds.coincidences) expected += rate;
  }
  const shares = steps.map((step) => {
    const counts = new Float64Array((sheet.columns[step.column] as SheetColumn).distinct + 2);
    const { cells } = step;
    for (let row = 0; row < cells.length; row++) {
      const cell = (cells[row] as number) + 2;
      counts[cell] = (counts[cell] as number) + 1;
    }
    return counts;
  });
  const counts = countFound(found, joined.index.groups);
  const done = new Uint8Array(joined.index.groups);
  const cellsOf = steps.map((step) => step.cells);
  let certain = 0;
  for (let row = 0; row < found.length; row++) {
    const group = found[row] as number;
    if (group < 0 || done[group] === 1) continue;
    done[group] = 1;
    const persons = joined.persons[group] as number;
    const rate = rates[strata[group] as number] as Float64Array;
    if (persons >= below || (rate[persons] as number) >= thresholds.coincidences) continue;
    let independent = productRows;
    for (let i = 0; i < steps.length; i++) {
      const cell = (cellsOf[i] as Int32Array)[row] as number;
      independent *= ((shares[i] as Float64Array)[cell + 2] as number) / productRows;
    }
    if (independent >= thresholds.coincidences) continue;
    certain += Math.min(counts[group] as number, joined.index.rows[group] as number);
  }
  // That the source knows no double of a tuple does not make it impossible.
  if (expected === 0 && sure) return certain;
  return Math.max(0, Math.floor(certain - expected * (1 + MODEL_ERROR) - Z_STRATA * Math.sqrt(expected + 1)));
}

/** Cells of a column that came back: in a restored row, or a value that fewer than `below` persons hold. */
function restoredCells(sheet: Sheet, step: Step, flags: Uint8Array, below: number): number {
  const column = sheet.columns[step.column] as SheetColumn;
  const rare = rareHits(sheet, step, below);
  let cells = 0;
  for (let row = 0; row < flags.length; row++) {
    const code = column.codes[row] as number;
    // A tentative step counts only in rows that hold together.
    if (flags[row] === 1 || (step.tentative !== true && code >= 0 && rare[code] === 1)) cells++;
  }
  return cells;
}

/** 1 for each code that the step gives and fewer than `below` persons hold. */
function rareHits(sheet: Sheet, step: Step, below: number): Uint8Array {
  const column = sheet.columns[step.column] as SheetColumn;
  const hit = new Uint8Array(column.distinct);
  const { cells } = step;
  for (let row = 0; row < cells.length; row++) {
    const code = cells[row] as number;
    if (code >= 0) hit[code] = 1;
  }
  const persons = personsPerCode(sheet, column);
  for (let code = 0; code < hit.length; code++) if ((persons[code] as number) >= below) hit[code] = 0;
  return hit;
}

const personCounts = new WeakMap<SheetColumn, ArrayLike<number>>();

/** Persons (rows) that hold each code of a column. */
export function personsPerCode(sheet: Sheet, column: SheetColumn): ArrayLike<number> {
  if (sheet.personOf === null) return column.counts;
  let counts = personCounts.get(column);
  if (counts === undefined) {
    const shifted = Int32Array.from(column.codes, (code) => code + 1);
    counts = groupPersons(shifted, column.distinct + 1, sheet.personOf, sheet.persons).subarray(1);
    personCounts.set(column, counts);
  }
  return counts;
}

const domains = new WeakMap<SheetColumn, number>();

function domainBits(column: SheetColumn): number {
  let bits = domains.get(column);
  if (bits === undefined) {
    bits = enumerationBits(column);
    domains.set(column, bits);
  }
  return bits;
}

/**
 * Persons of whom a direct identifier came back. One that stands in a restored row is verified and never discounted: of the
 * flagged rows at most `byChance` are coincidences. One that stands alone is discounted by what strangers share (names).
 */
function identifierMeasure(
  target: Target,
  steps: readonly Step[],
  flags: Uint8Array,
  byChance: number,
  below: number,
  productRows: number,
): Measure {
  const { sheet } = target;
  const hit = new Uint8Array(sheet.rows);
  /** Rows named by a value that coincides with nobody's by chance. */
  const sure = new Uint8Array(sheet.rows);
  let chance = 0;
  let doubtful = false;
  for (const step of steps) {
    if (!target.identifiers.has(step.column)) continue;
    const column = sheet.columns[step.column] as SheetColumn;
    const rare = rareHits(sheet, step, below);
    // A tentative step names all its values whatever the cells are: only a row that holds together shows whose they are.
    // So does a step by rank, whose values come from the source whatever stands in the product.
    const alone = step.tentative !== true && step.attack !== 'order';
    flagHolders(column, rare, hit, alone ? undefined : flags);
    if (!alone) {
      doubtful = true;
      continue;
    }
    if (target.names.has(step.column)) {
      // Names coincide between strangers: what as many other people would hit is not verified.
      const counts = new Float64Array(below + 2);
      const persons = personsPerCode(sheet, column);
      for (let code = 0; code < column.distinct; code++) {
        const held = persons[code] as number;
        if (held <= below) counts[held] = (counts[held] as number) + 1;
      }
      chance += holdersByChance(counts, sheet.persons, Math.min(productRows, 4 * sheet.rows), below);
    } else {
      // Numbers given out at random coincide too, once in a domain.
      const own = (Math.min(productRows, 4 * sheet.rows) * sheet.rows) / 2 ** Math.min(60, domainBits(column));
      chance += own;
      if (own < NO_CHANCE) flagHolders(column, rare, sure);
    }
  }
  const personsIn = (rows: Uint8Array): number =>
    sheet.personOf === null ? sum(rows) : personsOf(rows, sheet.personOf, sheet.persons);
  const count = personsIn(hit);
  if (chance < NO_CHANCE && !doubtful) return measureOf(count, 0, 0, count, sheet.persons);
  if (doubtful) chance += byChance;
  const verified = personsIn(hit.map((one, row) => one & (flags[row] as number))) - byChance;
  return measureOf(count, chance, Math.sqrt(chance), Math.max(0, verified, personsIn(sure)), sheet.persons);
}

/** Expected coincidences below which a hit is verified by itself. */
const NO_CHANCE = 0.05;

/** Flags the rows whose value is among the hits, of those that `among` flags. */
function flagHolders(column: SheetColumn, hits: Uint8Array, flags: Uint8Array, among?: Uint8Array): void {
  for (let row = 0; row < flags.length; row++) {
    const code = column.codes[row] as number;
    if (code >= 0 && hits[code] === 1 && (among === undefined || among[row] === 1)) flags[row] = 1;
  }
}

/**
 * Gross, net and its limits as shares. `certain` of the count is not discounted; the rest is discounted by the null's
 * expectation with its relative model error and z deviations of a Poisson count.
 */
export function measureOf(count: number, expected: number, deviation: number, certain: number, of: number): Measure {
  if (of === 0) return { gross: 0, net: 0, lower: 0, upper: 0, count: 0, of: 0 };
  const net = Math.max(0, count - expected, certain);
  const slack = Z * deviation + MODEL_ERROR * expected;
  const lower = Math.max(0, count - expected - slack, certain);
  const upper = count === 0 ? 0 : Math.max(net, Math.min(count, count - expected + slack));
  return { gross: count / of, net: net / of, lower: lower / of, upper: upper / of, count, of };
}

/** Distinct persons of the flagged rows. */
export function personsOf(flags: Uint8Array, personOf: Int32Array, persons: number): number {
  const seen = new Uint8Array(persons);
  let count = 0;
  for (let row = 0; row < flags.length; row++) {
    if (flags[row] === 0) continue;
    const person = personOf[row] as number;
    if (seen[person] === 0) {
      seen[person] = 1;
      count++;
    }
  }
  return count;
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] as number;
  return total;
}
