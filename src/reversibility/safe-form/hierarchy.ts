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
import { bitsOfChance, bitsOfMap, bitsOfOrder, bitsOfResidual, EVIDENCE } from './evidence.js';
import { isEverything } from './label.js';
import { measured, type Recoding, UNCOVERED } from './recoding.js';

/** A recoding by rows in the same order: each source value always stands in the same label, or in one that says nothing. */
export function bySameOrder(product: Sheet, column: number, sheet: Sheet, source: number): Recoding | null {
  const own = product.columns[column] as SheetColumn;
  if (product.rows !== sheet.rows || own.distinct < 2 || own.distinct > 5000) return null;
  const everything = everythingOf(own);
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

/** Codes of labels that stand for everything. */
function everythingOf(own: SheetColumn): Set<number> {
  const everything = new Set<number>();
  own.values.forEach((text, code) => {
    if (isEverything(text)) everything.add(code);
  });
  return everything;
}

/** Bits of the labels of a column's values, in their order where they have one. */
export function bitsOfLabels(to: SheetColumn, map: Int32Array, labels: number): number {
  const order = orderOf(to);
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
 * @param classes - number of classes
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
): Recoding | null {
  const own = product.columns[column] as SheetColumn;
  // Labels of classes of twenty are few; a column of many is no generalisation worth solving for.
  if (own.distinct < 2 || own.distinct > MAX_LABELS || own.distinct > product.rows / 12 || classes < 2) return null;
  const published = contingency(own.codes, own.distinct, productClasses, classes);
  // Counts that say less than the evidence asked for cannot be it.
  const chance = bitsOfChance(published, classes, own.distinct);
  if (chance < EVIDENCE) return null;
  const b = shares(published);
  let best: { recoding: Recoding; gain: number } | null = null;
  sheet.columns.forEach((to, position) => {
    const values = to.distinct <= MAX_VALUES ? null : binsOf(to);
    if (to.distinct > MAX_VALUES && values === null) return;
    const size = values === null ? to.distinct : values.count;
    if (size < own.distinct || budget.left <= 0) return;
    budget.left -= roundsFor(size, own.distinct) * size * size * own.distinct + classes * size * size;
    const codes = values === null ? to.codes : recoded(to.codes, values.of);
    const held = contingency(codes, size, sourceClasses, classes);
    const a = shares(held);
    const assignment = solve(a, size, b, own.distinct, classes);
    // Two hundred bins fit any counts: only labels that are runs of them are a recoding of a many-valued column.
    if (values !== null && runsOf(assignment) > 3 * own.distinct) return;
    const noise = noiseOf(b, own.distinct, classes, product.rows, sheet.rows);
    const ratio = sheet.rows / product.rows;
    if (distanceOf(a, size, b, own.distinct, classes, assignment) > noise) {
      // Rows left out by suppression are no random part: what is left must still fit, cell by cell, into what the source has.
      if (ratio < 1 || ratio > LEFT_OUT) return;
      if (excessAfterMoves(a, size, b, own.distinct, classes, assignment, ratio) > EXCESS) return;
    }
    const order = values === null ? orderOf(to) : null;
    const gain =
      chance -
      Math.log2(sheet.columns.length) -
      bitsOfReading(held, size, published, own.distinct, classes, assignment, values === null ? order : 'as they are');
    if (gain < EVIDENCE) return;
    const map = new Int32Array(to.distinct);
    for (let code = 0; code < map.length; code++)
      map[code] = assignment[values === null ? code : (values.of[code] as number)] as number;
    const recoding = measured({ own, product: column, source, everything: new Set() }, to, position, 'hierarchy', map);
    if (best === null || gain > best.gain) best = { recoding, gain };
  });
  return (best as { recoding: Recoding; gain: number } | null)?.recoding ?? null;
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

/** Runs of equal labels along the bins. */
function runsOf(assignment: Int32Array): number {
  let runs = assignment.length === 0 ? 0 : 1;
  for (let i = 1; i < assignment.length; i++) if (assignment[i] !== assignment[i - 1]) runs++;
  return runs;
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

/** Bits of the labels of values and of the counts that they do not give; see hierarchy.md. */
function bitsOfReading(
  held: Float64Array,
  size: number,
  published: Float64Array,
  labels: number,
  classes: number,
  assignment: Int32Array,
  order: Int32Array | 'as they are' | null,
): number {
  const expected = new Float64Array(classes * labels);
  const met = new Uint8Array(size);
  for (let group = 0; group < classes; group++) {
    for (let value = 0; value < size; value++) {
      const rows = held[group * size + value] as number;
      if (rows === 0) continue;
      met[value] = 1;
      const cell = group * labels + (assignment[value] as number);
      expected[cell] = (expected[cell] as number) + rows;
    }
  }
  const values = order === null || order === 'as they are' ? Array.from(met.keys()) : Array.from(order);
  const labelOf = values.filter((value) => met[value] === 1).map((value) => assignment[value] as number);
  return bitsOfMap(labelOf, labels, order !== null) + bitsOfResidual(published, expected, classes, labels);
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

function distanceOf(
  a: Float64Array,
  size: number,
  b: Float64Array,
  labels: number,
  classes: number,
  assignment: Int32Array,
): number {
  let distance = 0;
  for (const difference of residualOf(a, size, b, labels, classes, assignment)) distance += Math.abs(difference);
  return distance / 2;
}

/**
 * Share of product rows that stand in a cell (class × label) beyond the rows that the source has there, after single moves of values
 * that lower it. It is zero for the right assignment of a product that is a part of the source.
 */
function excessAfterMoves(
  a: Float64Array,
  size: number,
  b: Float64Array,
  labels: number,
  classes: number,
  assignment: Int32Array,
  ratio: number,
): number {
  const room = Float64Array.from(b, (share) => -share);
  for (let group = 0; group < classes; group++) {
    for (let value = 0; value < size; value++) {
      const cell = group * labels + (assignment[value] as number);
      room[cell] = (room[cell] as number) + (a[group * size + value] as number) * ratio;
    }
  }
  for (let pass = 0, moved = true; moved && pass < 12; pass++) {
    moved = false;
    for (let value = 0; value < size; value++) {
      const from = assignment[value] as number;
      let best = from;
      let bestGain = 1e-12;
      for (let to = 0; to < labels; to++) {
        if (to === from) continue;
        const gain = gainOfMove(a, size, value, room, labels, classes, from, to, ratio);
        if (gain > bestGain) {
          bestGain = gain;
          best = to;
        }
      }
      if (best === from) continue;
      for (let group = 0; group < classes; group++) {
        const weight = (a[group * size + value] as number) * ratio;
        room[group * labels + from] = (room[group * labels + from] as number) - weight;
        room[group * labels + best] = (room[group * labels + best] as number) + weight;
      }
      assignment[value] = best;
      moved = true;
    }
  }
  let excess = 0;
  for (let cell = 0; cell < room.length; cell++) excess += Math.max(0, -(room[cell] as number));
  return excess;
}

/** What the excess falls by when a value moves to another label. */
function gainOfMove(
  a: Float64Array,
  size: number,
  value: number,
  room: Float64Array,
  labels: number,
  classes: number,
  from: number,
  to: number,
  ratio: number,
): number {
  let gain = 0;
  for (let group = 0; group < classes; group++) {
    const weight = (a[group * size + value] as number) * ratio;
    if (weight === 0) continue;
    const x = room[group * labels + from] as number;
    const y = room[group * labels + to] as number;
    gain += Math.max(0, -x) + Math.max(0, -y) - Math.max(0, weight - x) - Math.max(0, -y - weight);
  }
  return gain;
}

/** Largest distance that sampling or suppression explains: expected L1 of two multinomial samples, with a margin. */
function noiseOf(b: Float64Array, labels: number, classes: number, rows: number, sourceRows: number): number {
  if (rows === sourceRows) return 0.002;
  let root = 0;
  for (let i = 0; i < labels * classes; i++) root += Math.sqrt(b[i] as number);
  const lost = Math.max(0, 1 - rows / sourceRows);
  return Math.min(0.1, 0.6 * root * Math.sqrt(lost / Math.max(1, rows)) + 0.01);
}
