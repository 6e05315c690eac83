/**
 * Labels without a readable meaning ("Higher education", "Q3", "B"): finds which source values each label stands for, from
 * rows in the same order, or from what stands beside the label in other columns.
 *
 * With other columns recoded already, the joint counts of a label are the sum of the joint counts of its values: a linear
 * system over the values, solved by non-negative multiplicative updates (Lee and Seung, NIPS 2001, section 3) and rounded;
 * the rounded partition is then held against the counts. See hierarchy.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { arrange } from './arrange.js';
import { bitsOfChance, bitsOfMap, bitsOfOrder, bitsOfResidual, EVIDENCE } from './evidence.js';
import { isHidden } from './label.js';
import { measured, type Recoding, UNCOVERED } from './recoding.js';
import { bestRuns } from './runs.js';

/** A recoding by rows in the same order: each source value always stands in the same label, or in one that says nothing. */
export function bySameOrder(product: Sheet, column: number, sheet: Sheet, source: number): Recoding | null {
  const own = product.columns[column] as SheetColumn;
  if (product.rows !== sheet.rows || own.distinct < 2 || own.distinct > 5000) return null;
  const everything = hiddenOf(own);
  const counts = own.counts.map((count, code) => (everything.has(code) ? 0 : count));
  const chance = bitsOfOrder(counts);
  let best: Recoding | null = null;
  sheet.columns.forEach((to, position) => {
    if (to.distinct < 2) return;
    const map = dependence(to.codes, own.codes, to.distinct, everything);
    if (map === null) return;
    // A near-unique column determines everything: only labels that are contiguous in its order are a recoding of it.
    const repeats = to.present / Math.max(1, to.distinct);
    if (repeats < 4 && !contiguous(to, map)) return;
    if (chance - Math.log2(sheet.columns.length) - bitsOfLabels(to, map, own.distinct) < EVIDENCE) return;
    const recoding = measured({ own, product: column, source, everything }, to, position, 'hierarchy', map);
    if (recoding.mass > 0.99 && (best === null || to.distinct < (sheet.columns[best.column] as SheetColumn).distinct))
      best = recoding;
  });
  return best;
}

/** A reading of labels, put right by the rows themselves where they stand in the order of the source: bands one year off, loose ends. */
export function inSameOrder(product: Sheet, sheet: Sheet, recoding: Recoding): Recoding {
  const own = product.columns[recoding.product] as SheetColumn;
  const to = sheet.columns[recoding.column] as SheetColumn;
  if (product.rows !== sheet.rows || recoding.map === null || to.present < 2 * to.distinct) return recoding;
  const map = dependence(to.codes, own.codes, to.distinct, recoding.everything);
  if (map === null || map.every((label, code) => label === recoding.map?.[code])) return recoding;
  const counts = own.counts.map((count, code) => (recoding.everything.has(code) ? 0 : count));
  if (bitsOfOrder(counts) - bitsOfLabels(to, map, own.distinct) < EVIDENCE) return recoding;
  return measured({ ...recoding, own }, to, recoding.column, recoding.how, map);
}

/** Codes of labels of cells that were taken out. */
function hiddenOf(own: SheetColumn): Set<number> {
  const hidden = new Set<number>();
  own.values.forEach((text, code) => {
    if (isHidden(text)) hidden.add(code);
  });
  return hidden;
}

/** Bits of the labels of a column's values, in their order where they have one. */
export function bitsOfLabels(to: SheetColumn, map: Int32Array, labels: number, ordered = true): number {
  const order = ordered ? orderOf(to) : null;
  const codes = order === null ? Array.from(map.keys()) : Array.from(order);
  const labelOf = codes.filter((code) => (map[code] as number) >= 0).map((code) => map[code] as number);
  return bitsOfMap(labelOf, labels, order !== null);
}

function dependence(
  from: Int32Array,
  to: Int32Array,
  size: number,
  everything: ReadonlySet<number>,
): Int32Array | null {
  const map = new Int32Array(size).fill(-3);
  for (let row = 0; row < from.length; row++) {
    const source = from[row] as number;
    const label = to[row] as number;
    if (source < 0 || (everything.size > 0 && everything.has(label))) continue;
    const known = map[source] as number;
    if (known === -3) map[source] = label;
    else if (known !== label) return null;
  }
  for (let code = 0; code < size; code++) if ((map[code] as number) < 0) map[code] = UNCOVERED;
  return map;
}

/** True when every label covers a run of the column's numbers or dates. */
export function contiguous(to: SheetColumn, map: Int32Array): boolean {
  const values = to.isNumeric ? to.numbers : to.isDate ? to.dates : null;
  if (values === null) return false;
  const order = Array.from(map, (_, code) => code).sort((a, b) => (values[a] as number) - (values[b] as number));
  const seen = new Set<number>();
  let last = -2;
  for (const code of order) {
    const label = map[code] as number;
    if (label === last || label < 0) continue;
    if (seen.has(label)) return false;
    seen.add(label);
    last = label;
  }
  return true;
}

const MAX_VALUES = 400;
const MAX_LABELS = 60;
const SOLVE_WORK = 40_000_000;
/** Source rows per product row up to which a product may be the source less suppressed rows. */
const LEFT_OUT = 1.35;
/** Share of rows that may stand in no cell of the source: rounding of shares, a few changed rows. */
const EXCESS = 0.01;

/** Multiplications that may still be spent on solving for labels, over all columns of a product. */
export interface SolveBudget {
  left: number;
}

/** What solving for all labels of a product may cost: about a second. */
export const SOLVE_BUDGET = 4e8;

function roundsFor(size: number, labels: number): number {
  return Math.max(20, Math.min(300, Math.floor(SOLVE_WORK / (size * size * labels))));
}

/**
 * A recoding by joint counts with columns that are recoded already.
 *
 * @param sourceClasses - class of each source row on the recoded columns; productClasses - of each product row
 * @param classes - number of classes; least - bits that the reading must save at least
 */
export function byProfiles(
  product: Sheet,
  column: number,
  sheet: Sheet,
  source: number,
  sourceClasses: Int32Array,
  productClasses: Int32Array,
  classes: number,
  budget: SolveBudget,
  least: number = EVIDENCE,
): Read | null {
  const own = product.columns[column] as SheetColumn;
  // Labels of classes of twenty are few; a column of many is no generalisation worth solving for.
  if (own.distinct < 2 || own.distinct > MAX_LABELS || own.distinct > product.rows / 12 || classes < 2) return null;
  const everything = hiddenOf(own);
  const labelOf = everything.size === 0 ? own.codes : own.codes.map((code) => (everything.has(code) ? -1 : code));
  const published = contingency(labelOf, own.distinct, productClasses, classes);
  // Counts that say less than the evidence asked for cannot be it.
  const chance = bitsOfChance(published, classes, own.distinct);
  if (chance < least) return null;
  const b = shares(published);
  const task: Task = { product, own, everything, column, sheet, source, sourceClasses, classes, published, b, chance };
  let best: Read | null = null;
  sheet.columns.forEach((to, position) => {
    for (const found of [inRuns(task, to, position, budget), bySolving(task, to, position, budget)])
      if (found !== null && found.gain >= least && (best === null || found.gain > best.gain)) best = found;
  });
  return best;
}

/** A reading of labels and the bits that say so. */
export interface Read {
  readonly recoding: Recoding;
  readonly gain: number;
}

interface Task {
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
  readonly chance: number;
}

/** Each label a run of an ordered column: bands with names. */
function inRuns(task: Task, to: SheetColumn, position: number, budget: SolveBudget): Read | null {
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
  budget.left -= (size * size * own.distinct * (classes + 2 ** Math.min(20, own.distinct - 1))) / 2;
  const labelOf = bestRuns(shares(held), size, task.b, own.distinct, classes);
  if (labelOf === null) return null;
  const map = placeOf.map((place) => labelOf[place] as number);
  if (bins !== null) settleCuts(task, to, order, map);
  return verified(task, to, position, map, true);
}

/** Cuts between bins move to the value at which the counts differ least. */
function settleCuts(task: Task, to: SheetColumn, order: Int32Array, map: Int32Array): void {
  const { own, sourceClasses, classes, b } = task;
  const labels = own.distinct;
  // Rows by class of each place, only of those near a cut.
  const total = sourceClasses.reduce(
    (sum, group, row) => sum + (group >= 0 && (to.codes[row] as number) >= 0 ? 1 : 0),
    0,
  );
  const cuts: number[] = [];
  for (let place = 1; place < order.length; place++)
    if (map[order[place] as number] !== map[order[place - 1] as number]) cuts.push(place);
  const near = Math.ceil(order.length / 100) + 2;
  const rowsOf = new Map<number, Int32Array>();
  for (const cut of cuts)
    for (let place = Math.max(0, cut - near); place < Math.min(order.length, cut + near); place++)
      rowsOf.set(order[place] as number, new Int32Array(classes));
  for (let row = 0; row < sourceClasses.length; row++) {
    const group = sourceClasses[row] as number;
    const list = group < 0 ? undefined : rowsOf.get(to.codes[row] as number);
    if (list !== undefined) list[group] = (list[group] as number) + 1;
  }
  const residual = Float64Array.from(b, (share) => -share * total);
  for (let row = 0; row < sourceClasses.length; row++) {
    const group = sourceClasses[row] as number;
    const code = to.codes[row] as number;
    if (group >= 0 && code >= 0) {
      const cell = group * labels + (map[code] as number);
      residual[cell] = (residual[cell] as number) + 1;
    }
  }
  for (const cut of cuts) {
    for (const direction of [1, -1]) {
      const into = map[order[direction > 0 ? cut - 1 : cut] as number] as number;
      const from = map[order[direction > 0 ? cut : cut - 1] as number] as number;
      let change = 0;
      let least = 0;
      let until = 0;
      const shifted = new Int32Array(classes);
      for (let step = 0; step < near; step++) {
        const code = order[direction > 0 ? cut + step : cut - 1 - step];
        const rows = code === undefined || map[code] !== from ? undefined : rowsOf.get(code);
        if (rows === undefined) break;
        for (let group = 0; group < classes; group++) {
          const count = rows[group] as number;
          if (count === 0) continue;
          const done = shifted[group] as number;
          const x = (residual[group * labels + from] as number) - done;
          const y = (residual[group * labels + into] as number) + done;
          change += Math.abs(x - count) + Math.abs(y + count) - Math.abs(x) - Math.abs(y);
          shifted[group] = done + count;
        }
        if (change < least) {
          least = change;
          until = step + 1;
        }
      }
      for (let step = 0; step < until; step++) {
        const code = order[direction > 0 ? cut + step : cut - 1 - step] as number;
        const rows = rowsOf.get(code) as Int32Array;
        map[code] = into;
        for (let group = 0; group < classes; group++) {
          residual[group * labels + from] = (residual[group * labels + from] as number) - (rows[group] as number);
          residual[group * labels + into] = (residual[group * labels + into] as number) + (rows[group] as number);
        }
      }
      if (until > 0) break;
    }
  }
}

/** Labels of few values in any arrangement, by solving for them. */
function bySolving(task: Task, to: SheetColumn, position: number, budget: SolveBudget): Read | null {
  const { own, product, sheet, sourceClasses, classes, b } = task;
  const size = to.distinct;
  if (size > MAX_VALUES || size < own.distinct || budget.left <= 0) return null;
  // So many labels in any arrangement cannot be told from chance.
  if (size * Math.log2(own.distinct) > 1.2 * task.chance && orderOf(to) !== null) return null;
  budget.left -= roundsFor(size, own.distinct) * size * size * own.distinct + classes * size * size;
  const held = contingency(to.codes, size, sourceClasses, classes);
  const solved = solve(shares(held), size, b, own.distinct, classes);
  const ratio = sheet.rows / product.rows;
  const scale = ratio >= 1 && ratio <= LEFT_OUT ? 1 : product.rows / sheet.rows;
  const assignment =
    size <= MOST_ARRANGED ? arrange(held, size, task.published, own.distinct, classes, solved, scale) : solved;
  return verified(task, to, position, assignment, orderOf(to) !== null);
}

/** Values up to which arrangements are tried one by one. */
const MOST_ARRANGED = 60;

/** A reading held against the counts: it fits, and is shorter than chance. */
function verified(task: Task, to: SheetColumn, position: number, map: Int32Array, ordered: boolean): Read | null {
  const { product, own, everything, column, sheet, source, sourceClasses, classes, published, b, chance } = task;
  const labels = own.distinct;
  const expected = contingency(recoded(to.codes, map), labels, sourceClasses, classes);
  // Rows left out by suppression are no random part: what is left must still fit, cell by cell, into what the source has.
  const ratio = sheet.rows / product.rows;
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
  const near = distance <= noiseOf(b, labels, classes, product.rows, sheet.rows);
  if (!near && !(ratio >= 1 && ratio <= LEFT_OUT && excess <= EXCESS * rows)) return null;
  const reading =
    bitsOfLabels(to, map, labels, ordered) +
    bitsOfResidual(published, expected, classes, labels) +
    Math.log2(sheet.columns.length);
  const base = { own, product: column, source, everything };
  // The source less suppressed classes: the code pays for every lost row of every column, although they are the same rows.
  const fits = labels >= 5 && expected.length >= 40 && ratio >= 1 && ratio <= LEFT_OUT && excess <= rows / 200;
  // Where values are many, any counts come out.
  const suppressed = fits && bitsOfLabels(to, map, labels, ordered) <= chance / 3;
  const gain = chance - reading;
  return {
    recoding: measured(base, to, position, 'hierarchy', map),
    gain: suppressed ? Math.max(gain, EVIDENCE) : gain,
  };
}

/** Bins of many-valued numbers in order, 200 of about equal rows. */
function binsOf(column: SheetColumn): { of: Int32Array; count: number } | null {
  const values = column.isNumeric ? column.numbers : column.isDate ? column.dates : null;
  if (values === null) return null;
  const order = Array.from(values, (_, code) => code).sort((a, b) => (values[a] as number) - (values[b] as number));
  const of = new Int32Array(values.length);
  let mass = 0;
  for (const code of order) {
    of[code] = Math.min(199, Math.floor((mass * 200) / Math.max(1, column.present)));
    mass += column.counts[code] as number;
  }
  return { of, count: 200 };
}

function recoded(codes: Int32Array, map: Int32Array): Int32Array {
  return codes.map((code) => (code < 0 ? -1 : (map[code] as number)));
}

/** Positions of a column's values in their order, or null for texts. */
function orderOf(column: SheetColumn): Int32Array | null {
  const values = column.isNumeric ? column.numbers : column.isDate ? column.dates : null;
  if (values === null) return null;
  return Int32Array.from(values.keys()).sort((a, b) => (values[a] as number) - (values[b] as number));
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

/** Label of each value: X >= 0 with A X = B by multiplicative updates, rounded to the largest entry. */
function solve(a: Float64Array, size: number, b: Float64Array, labels: number, classes: number): Int32Array {
  const gram = new Float64Array(size * size);
  const right = new Float64Array(size * labels);
  for (let group = 0; group < classes; group++) {
    for (let i = 0; i < size; i++) {
      const x = a[group * size + i] as number;
      if (x === 0) continue;
      for (let j = 0; j < size; j++)
        gram[i * size + j] = (gram[i * size + j] as number) + x * (a[group * size + j] as number);
      for (let l = 0; l < labels; l++)
        right[i * labels + l] = (right[i * labels + l] as number) + x * (b[group * labels + l] as number);
    }
  }
  const x = new Float64Array(size * labels).fill(1 / labels);
  const rounds = roundsFor(size, labels);
  const below = new Float64Array(labels);
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < size; i++) {
      below.fill(0);
      for (let j = 0; j < size; j++) {
        const weight = gram[i * size + j] as number;
        if (weight === 0) continue;
        for (let l = 0; l < labels; l++) below[l] = (below[l] as number) + weight * (x[j * labels + l] as number);
      }
      let sum = 0;
      for (let l = 0; l < labels; l++) {
        const next =
          ((x[i * labels + l] as number) * (right[i * labels + l] as number)) / Math.max(1e-300, below[l] as number);
        x[i * labels + l] = next;
        sum += next;
      }
      // Every value stands in labels with total weight one.
      if (sum > 0) for (let l = 0; l < labels; l++) x[i * labels + l] = (x[i * labels + l] as number) / sum;
    }
  }
  const assignment = new Int32Array(size);
  for (let i = 0; i < size; i++) {
    let best = 0;
    for (let l = 1; l < labels; l++) if ((x[i * labels + l] as number) > (x[i * labels + best] as number)) best = l;
    assignment[i] = best;
  }
  improve(a, size, b, labels, classes, assignment);
  return assignment;
}

/** Single moves of a value to another label while they lower the distance. */
function improve(
  a: Float64Array,
  size: number,
  b: Float64Array,
  labels: number,
  classes: number,
  assignment: Int32Array,
): void {
  const residual = residualOf(a, size, b, labels, classes, assignment);
  for (let pass = 0; pass < 4; pass++) {
    let moved = false;
    for (let value = 0; value < size; value++) {
      const from = assignment[value] as number;
      let best = from;
      let bestGain = 1e-12;
      for (let to = 0; to < labels; to++) {
        if (to === from) continue;
        let gain = 0;
        for (let group = 0; group < classes; group++) {
          const weight = a[group * size + value] as number;
          if (weight === 0) continue;
          const x = residual[group * labels + from] as number;
          const y = residual[group * labels + to] as number;
          gain += Math.abs(x) + Math.abs(y) - Math.abs(x - weight) - Math.abs(y + weight);
        }
        if (gain > bestGain) {
          bestGain = gain;
          best = to;
        }
      }
      if (best === from) continue;
      for (let group = 0; group < classes; group++) {
        const weight = a[group * size + value] as number;
        residual[group * labels + from] = (residual[group * labels + from] as number) - weight;
        residual[group * labels + best] = (residual[group * labels + best] as number) + weight;
      }
      assignment[value] = best;
      moved = true;
    }
    if (!moved) return;
  }
}

/** A X - B for an assignment. */
function residualOf(
  a: Float64Array,
  size: number,
  b: Float64Array,
  labels: number,
  classes: number,
  assignment: Int32Array,
): Float64Array {
  const residual = Float64Array.from(b, (share) => -share);
  for (let group = 0; group < classes; group++) {
    for (let value = 0; value < size; value++) {
      const cell = group * labels + (assignment[value] as number);
      residual[cell] = (residual[cell] as number) + (a[group * size + value] as number);
    }
  }
  return residual;
}

/** Largest distance that sampling or suppression explains: expected L1 of two multinomial samples, with a margin. */
function noiseOf(b: Float64Array, labels: number, classes: number, rows: number, sourceRows: number): number {
  if (rows === sourceRows) return 0.002;
  let root = 0;
  for (let i = 0; i < labels * classes; i++) root += Math.sqrt(b[i] as number);
  const lost = Math.max(0, 1 - rows / sourceRows);
  return Math.min(0.1, 0.6 * root * Math.sqrt(lost / Math.max(1, rows)) + 0.01);
}
