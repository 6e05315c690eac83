/**
 * Labels without a readable meaning in any order of rows: which source values each stands for, from what stands beside the label in
 * columns that are read. What is found must fit the counts and be shorter than chance. See hierarchy.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { arrange, costOfArranging } from './arrange.js';
import { binsOf, settleCuts } from './cuts.js';
import { bitsOfChance, bitsOfResidual, EVIDENCE } from './evidence.js';
import { bitsOfLabels, hiddenOf, orderOf } from './hierarchy.js';
import type { JointClasses } from './joint-classes.js';
import { measured, type Recoding } from './recoding.js';
import { bestRuns } from './runs.js';
import { roundsFor, solve } from './solve-labels.js';

const MAX_VALUES = 400;
const MAX_LABELS = 60;
/** Source rows per product row up to which a product may be the source less suppressed rows. */
const LEFT_OUT = 1.35;
/** Share of rows that may stand in no cell of the source: rounding of shares, a few changed rows. */
const EXCESS = 0.01;

/** Whether a product may be the source less suppressed rows. */
function isSourceLessRows(product: Sheet, sheet: Sheet): boolean {
  return product.rows <= sheet.rows && sheet.rows <= LEFT_OUT * product.rows;
}

/** Multiplications that may still be spent on solving for labels, over all columns of a product. */
export interface SolveBudget {
  left: number;
}

/** What solving for all labels of a product may cost: about two seconds. */
export const SOLVE_BUDGET = 1e9;

/** Joint counts of a column's labels with the classes of columns that are read. */
export interface Profile {
  readonly product: Sheet;
  readonly own: SheetColumn;
  readonly everything: ReadonlySet<number>;
  readonly column: number;
  readonly sheet: Sheet;
  readonly source: number;
  readonly sourceClasses: Int32Array;
  readonly classes: number;
  /** Rows by class × label, and their shares. */
  readonly published: Float64Array;
  readonly b: Float64Array;
  /** Bits of the counts by chance. */
  readonly chance: number;
}

/** A reading of labels and the bits that say so. */
export interface Read {
  readonly recoding: Recoding;
  readonly gain: number;
}

/**
 * The profile of a column that nothing reads, or null when its labels are too many for a generalisation, or nothing stands beside it.
 *
 * @param joint - classes of source and product rows on the columns that are read
 */
export function profileOf(
  product: Sheet,
  column: number,
  sheet: Sheet,
  source: number,
  joint: JointClasses,
): Profile | null {
  const own = product.columns[column] as SheetColumn;
  const { sourceClasses, productClasses, classes } = joint;
  // Labels of classes of twenty are few; a column of many is no generalisation worth solving for.
  if (own.distinct < 2 || own.distinct > MAX_LABELS || own.distinct > product.rows / 12 || classes < 2) return null;
  const everything = hiddenOf(own);
  const labelOf = everything.size === 0 ? own.codes : own.codes.map((code) => (everything.has(code) ? -1 : code));
  const published = contingency(labelOf, own.distinct, productClasses, classes);
  const chance = bitsOfChance(published, classes, own.distinct);
  const b = shares(published);
  return { product, own, everything, column, sheet, source, sourceClasses, classes, published, b, chance };
}

/** What a reading must be: bits it saves, whether it must fit, and the one source column it may be of. */
export interface Wanted {
  readonly least: number;
  /** Readings that do not fit are told too: others may put them right. */
  readonly provisional?: boolean;
  readonly only?: number;
}

/** The reading of a column's labels, as a function of one source column, that saves the most bits; null when none saves `least`. */
export function bestReading(profile: Profile, budget: SolveBudget, wanted: Wanted = { least: EVIDENCE }): Read | null {
  // Counts that say less than the evidence asked for cannot be it.
  if (profile.chance < wanted.least) return null;
  let best: Read | null = null;
  profile.sheet.columns.forEach((to, position) => {
    if (wanted.only !== undefined && position !== wanted.only) return;
    for (const map of [inRuns(profile, to, budget), bySolving(profile, position, budget)]) {
      if (map === null) continue;
      const read = wanted.provisional ? unfitting(profile, position, map) : heldAgainst(profile, position, map);
      if (read !== null && read.gain >= wanted.least && (best === null || read.gain > best.gain)) best = read;
    }
  });
  return best;
}

/** Each label a run of an ordered column: bands with names. */
function inRuns(task: Profile, to: SheetColumn, budget: SolveBudget): Int32Array | null {
  const { own, sourceClasses, classes } = task;
  const order = orderOf(to);
  if (order === null || to.distinct < own.distinct || budget.left <= 0) return null;
  const bins = to.distinct <= MAX_VALUES ? null : binsOf(to);
  const size = bins === null ? order.length : bins.count;
  const placeOf = new Int32Array(to.distinct);
  order.forEach((code, place) => {
    placeOf[code] = bins === null ? place : (bins.of[code] as number);
  });
  const held = contingency(recoded(to.codes, placeOf), size, sourceClasses, classes);
  budget.left -= (size * size * own.distinct * (classes + 2 ** Math.min(20, own.distinct - 1))) / 2 + to.codes.length;
  const labelOf = bestRuns(shares(held), size, task.b, own.distinct, classes);
  if (labelOf === null) return null;
  const map = placeOf.map((place) => labelOf[place] as number);
  if (bins !== null) settleCuts(sourceClasses, classes, task.b, own.distinct, to, order, map);
  return map;
}

/** Labels of few values in any arrangement, by solving for them. */
function bySolving(task: Profile, position: number, budget: SolveBudget): Int32Array | null {
  const { own, product, sheet, sourceClasses, classes, b } = task;
  const to = sheet.columns[position] as SheetColumn;
  const size = to.distinct;
  if (size > MAX_VALUES || size < own.distinct || budget.left <= 0) return null;
  // So many labels in any arrangement cannot be told from chance.
  if (size * Math.log2(own.distinct) > 1.2 * task.chance && orderOf(to) !== null) return null;
  budget.left -= roundsFor(size, own.distinct) * size * size * own.distinct + classes * size * size + to.codes.length;
  const held = contingency(to.codes, size, sourceClasses, classes);
  const solved = solve(shares(held), size, b, own.distinct, classes);
  const scale = isSourceLessRows(product, sheet) ? 1 : product.rows / sheet.rows;
  // Arrangements put a few values right: not what is worse than chance by as much again.
  const hopeless = size > MOST_ARRANGED || unfitting(task, position, solved).gain < -task.chance;
  if (hopeless) return solved;
  budget.left -= costOfArranging(size, own.distinct, classes);
  return arrange(held, size, task.published, own.distinct, classes, solved, scale);
}

/** Values up to which arrangements are tried one by one. */
const MOST_ARRANGED = 60;

/** A reading held against the counts: null unless it fits; its gain says by how much it is shorter than chance. */
export function heldAgainst(task: Profile, position: number, map: Int32Array): Read | null {
  const { product, own, sheet, classes, published, b } = task;
  const expected = expectedOf(task, position, map);
  // Rows left out by suppression are no random part: what is left must still fit, cell by cell, into what the source has.
  let distance = 0;
  let excess = 0;
  let rows = 0;
  for (let cell = 0; cell < expected.length; cell++) {
    rows += published[cell] as number;
    excess += Math.max(0, (published[cell] as number) - (expected[cell] as number));
  }
  shares(expected).forEach((share, cell) => {
    distance += Math.abs(share - (b[cell] as number)) / 2;
  });
  const near = distance <= noiseOf(b, own.distinct, classes, product.rows, sheet.rows);
  if (!near && !(isSourceLessRows(product, sheet) && excess <= EXCESS * rows)) return null;
  return readOf(task, position, map, expected);
}

/** A reading and its gain, whether it fits or not. */
function unfitting(task: Profile, position: number, map: Int32Array): Read {
  return readOf(task, position, map, expectedOf(task, position, map));
}

function expectedOf(task: Profile, position: number, map: Int32Array): Float64Array {
  const to = task.sheet.columns[position] as SheetColumn;
  return contingency(recoded(to.codes, map), task.own.distinct, task.sourceClasses, task.classes);
}

function readOf(task: Profile, position: number, map: Int32Array, expected: Float64Array): Read {
  const { own, everything, column, sheet, source, classes, published, chance } = task;
  const to = sheet.columns[position] as SheetColumn;
  const bits = bitsOfReading(sheet, position, map, own.distinct);
  return {
    recoding: measured({ own, product: column, source, everything }, to, position, 'hierarchy', map),
    gain: chance - bits - bitsOfResidual(published, expected, classes, own.distinct),
  };
}

/** Bits that name the source column and the label of each of its values. */
export function bitsOfReading(sheet: Sheet, position: number, map: Int32Array, labels: number): number {
  return Math.log2(sheet.columns.length) + bitsOfLabels(sheet.columns[position] as SheetColumn, map, labels);
}

/** Largest distance that sampling or suppression explains: expected L1 of two multinomial samples, with a margin. */
function noiseOf(b: Float64Array, labels: number, classes: number, rows: number, sourceRows: number): number {
  if (rows === sourceRows) return 0.002;
  let root = 0;
  for (let i = 0; i < labels * classes; i++) root += Math.sqrt(b[i] as number);
  const lost = Math.max(0, 1 - rows / sourceRows);
  return Math.min(0.1, 0.6 * root * Math.sqrt(lost / Math.max(1, rows)) + 0.01);
}

function recoded(codes: Int32Array, map: Int32Array): Int32Array {
  return codes.map((code) => (code < 0 ? -1 : (map[code] as number)));
}

/** Rows by class × value. */
function contingency(codes: Int32Array, size: number, classOf: Int32Array, classes: number): Float64Array {
  const table = new Float64Array(classes * size);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    const group = classOf[row] as number;
    if (code < 0 || group < 0) continue;
    table[group * size + code] = (table[group * size + code] as number) + 1;
  }
  return table;
}

function shares(counts: Float64Array): Float64Array {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i] as number;
  return total > 0 ? counts.map((count) => count / total) : counts;
}
