/**
 * Label encodings, random bijections and deterministic tokens: the frequency of a value gives it away, and the columns it
 * stands beside settle what frequency leaves open.
 *
 * Naveed, Kamara and Wright, "Inference attacks on property-preserving encrypted databases", CCS 2015, sections 3 and 5
 * (frequency and l_p-optimisation attacks). See labels.md.
 * @module
 */
import type { Lookup, SourceColumn } from '../../intake/lookup.js';
import type { Sheet, SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import { FOREIGN } from '../../restoration/tuple-join.js';
import { type Fit, fitOf, stepOf } from '../shared/match.js';

const MAX_LABELS = 2000;

const rankings = new WeakMap<SheetColumn, readonly number[]>();

/** Codes by falling frequency. */
function ranked(column: SheetColumn): readonly number[] {
  let order = rankings.get(column);
  if (order === undefined) {
    order = rank(column);
    rankings.set(column, order);
  }
  return order;
}

function rank(column: SheetColumn): number[] {
  const order: number[] = [];
  for (let code = 0; code < column.distinct; code++) if ((column.counts[code] as number) > 0) order.push(code);
  return order.sort((a, b) => (column.counts[b] as number) - (column.counts[a] as number) || a - b);
}

/** Half the L1 distance of two falling frequency curves: 0 when they are the same. */
function curveDistance(a: SheetColumn, aOrder: readonly number[], b: SheetColumn, bOrder: readonly number[]): number {
  let distance = 0;
  for (let i = 0; i < Math.max(aOrder.length, bOrder.length); i++) {
    const p = i < aOrder.length ? (a.counts[aOrder[i] as number] as number) / a.present : 0;
    const q = i < bOrder.length ? (b.counts[bOrder[i] as number] as number) / b.present : 0;
    distance += Math.abs(p - q);
  }
  return distance / 2;
}

/** A product column and a source column whose frequency curves agree. */
export interface LabelPair {
  readonly derived: Derived;
  readonly to: SourceColumn;
  /** Map by frequency rank; unmapped where `exact` and several values share a count. */
  readonly map: Int32Array;
  readonly exact: boolean;
  readonly distance: number;
}

/** Pairs that may be label encodings of one another, best first. */
export function labelPairs(derived: Derived, lookup: Lookup): LabelPair[] {
  const { column } = derived;
  if (column.distinct < 2 || column.present === 0) return [];
  if (column.distinct > 0.9 * column.present && column.present > 50) return [];
  const own = ranked(column);
  const pairs: LabelPair[] = [];
  for (const to of lookup.columns) {
    const source = to.column;
    if (source.distinct < own.length * 0.8 || source.distinct > own.length * 3 + 20 || source.present === 0) continue;
    const order = ranked(source);
    const same = column.present === source.present && own.length === order.length;
    const distance = curveDistance(column, own, source, order);
    const exact = same && distance === 0;
    if (!exact && (own.length > MAX_LABELS || distance > 0.12)) continue;
    const map = new Int32Array(column.distinct).fill(FOREIGN);
    for (let i = 0; i < own.length && i < order.length; i++) {
      const code = own[i] as number;
      const count = column.counts[code] as number;
      const before = i > 0 && column.counts[own[i - 1] as number] === count;
      const after = i + 1 < own.length && column.counts[own[i + 1] as number] === count;
      if (exact && (before || after)) continue;
      map[code] = order[i] as number;
    }
    pairs.push({ derived, to, map, exact, distance });
  }
  return pairs.sort((a, b) => a.distance - b.distance).slice(0, 4);
}

/** A label pair as a step. */
export function labelStep(pair: LabelPair, map: Int32Array = pair.map): Step {
  const fit: Fit = fitOf(pair.derived.column, pair.to.column, map);
  const size = pair.derived.column.distinct;
  return stepOf(pair.derived, pair.to, map, fit, {
    formula: `labels-by-frequency(${pair.derived.formula})`,
    attack: 'labels',
    knowledge: 'A2',
    bits: pair.derived.bits + logFactorial(size),
    tentative: !pair.exact || fit.mass < 0.5,
  });
}

function logFactorial(n: number): number {
  let bits = 0;
  for (let i = 2; i <= Math.min(n, 5000); i++) bits += Math.log2(i);
  return Math.round(bits * (n > 5000 ? n / 5000 : 1));
}

const PROFILE_VALUES = 64;
/** Rows of a label that can be settled by its neighbours. */
const SETTLED_ROWS = 4;

/** Joint shares of a column's labels with the slots that stand beside them. @param beside - slot of each row, {@link NO_SLOT} for none */
function profiles(codes: Int32Array, size: number, beside: Uint8Array, slots: number): Float64Array {
  const counts = new Int32Array(size * slots);
  let total = 0;
  for (let row = 0; row < codes.length; row++) {
    const own = codes[row] as number;
    const slot = beside[row] as number;
    if (own < 0 || slot === NO_SLOT) continue;
    const cell = own * slots + slot;
    counts[cell] = (counts[cell] as number) + 1;
    total++;
  }
  const table = new Float64Array(counts.length);
  if (total > 0) for (let i = 0; i < table.length; i++) table[i] = (counts[i] as number) / total;
  return table;
}

const NO_SLOT = 255;

/** Slot of each row of codes. */
function slotsAt(codes: Int32Array, slotOf: Int32Array): Uint8Array {
  const own = new Uint8Array(codes.length);
  for (let row = 0; row < own.length; row++) {
    const code = codes[row] as number;
    own[row] = code < 0 ? NO_SLOT : (slotOf[code] as number);
  }
  return own;
}

const slotsOf = new WeakMap<Step | SheetColumn, Uint8Array>();

/** The same, kept for a step or a column. @param codes - asked for when they are not known yet */
function slotsBeside(key: Step | SheetColumn, codes: () => Int32Array, slotOf: Int32Array): Uint8Array {
  let own = slotsOf.get(key);
  if (own === undefined) {
    own = slotsAt(codes(), slotOf);
    slotsOf.set(key, own);
  }
  return own;
}

const slottings = new WeakMap<SheetColumn, ReturnType<typeof slotting>>();

function slottingOf(column: SheetColumn): ReturnType<typeof slotting> {
  let own = slottings.get(column);
  if (own === undefined) {
    own = slotting(column);
    slottings.set(column, own);
  }
  return own;
}

const kept = new WeakMap<SheetColumn, WeakMap<SheetColumn, Float64Array>>();
/** Larger tables are made again when they are asked for. */
const KEPT = 20_000;

/** Joint shares of two source columns: the same for every product column. */
function profilesOf(source: SheetColumn, other: SheetColumn): Float64Array {
  const { slotOf, slots } = slottingOf(other);
  const make = (): Float64Array =>
    profiles(
      source.codes,
      source.distinct,
      slotsBeside(other, () => other.codes, slotOf),
      slots,
    );
  if (source.distinct * slots > KEPT) return make();
  let own = kept.get(source);
  if (own === undefined) {
    own = new WeakMap();
    kept.set(source, own);
  }
  let table = own.get(other);
  if (table === undefined) {
    table = make();
    own.set(other, table);
  }
  return table;
}

const besides = new WeakMap<Step, WeakMap<SheetColumn, Float64Array>>();

/** Joint shares of a product column and a step: the same in every round. */
function profilesBeside(column: SheetColumn, step: Step, slotOf: Int32Array, slots: number): Float64Array {
  const make = (): Float64Array =>
    profiles(
      column.codes,
      column.distinct,
      slotsBeside(step, () => step.cells, slotOf),
      slots,
    );
  if (column.distinct * slots > KEPT) return make();
  let own = besides.get(step);
  if (own === undefined) {
    own = new WeakMap();
    besides.set(step, own);
  }
  let table = own.get(column);
  if (table === undefined) {
    table = make();
    own.set(column, table);
  }
  return table;
}

/** Slots for the codes of a column: the most frequent get their own, the others share a few by code. */
function slotting(column: SheetColumn): { slotOf: Int32Array; slots: number } {
  const order = ranked(column);
  const slotOf = new Int32Array(column.distinct);
  order.forEach((code, i) => {
    slotOf[code] = i < PROFILE_VALUES ? i : PROFILE_VALUES + (code % 8);
  });
  return { slotOf, slots: Math.min(order.length, PROFILE_VALUES) + (order.length > PROFILE_VALUES ? 8 : 0) };
}

/** Joint shares of both sides with one column already read. */
interface Beside {
  readonly own: Float64Array;
  readonly source: Float64Array;
  readonly slots: number;
}

/** Columns already read that a label is held against. */
const BESIDE = 10;

/**
 * Settles a label map by what stands beside each label: the joint shares with columns already read (in source codes).
 *
 * @param beside - steps of other columns of the same source
 * @param limit - greatest distance that is of use
 * @returns the map and the distance of its profiles; null where they lie farther apart than `limit`
 */
export function settleLabels(
  pair: LabelPair,
  sheet: Sheet,
  beside: readonly Step[],
  limit: number,
): { map: Int32Array; distance: number } | null {
  const { column } = pair.derived;
  const source = pair.to.column;
  if (column.distinct > 400 || source.distinct > 600 || beside.length === 0) return null;
  const tables = beside.slice(0, BESIDE).map((step): Beside => {
    const other = sheet.columns[step.column] as SheetColumn;
    const { slotOf, slots } = slottingOf(other);
    return { own: profilesBeside(column, step, slotOf, slots), source: profilesOf(source, other), slots };
  });
  const map = new Int32Array(column.distinct).fill(FOREIGN);
  const taken = new Uint8Array(source.distinct);
  const cost = new Float64Array(source.distinct);
  let total = 0;
  // Labels by falling frequency: they have the surest profiles.
  for (const label of ranked(column)) {
    // What stands beside a label of a row or two is that row: matching it would be reading the answer off the source.
    if ((column.counts[label] as number) < SETTLED_ROWS) break;
    cost.fill(0);
    for (const table of tables) addCosts(cost, table, label, taken);
    const best = cheapest(cost, taken);
    if (best < 0) break;
    taken[best] = 1;
    map[label] = best;
    total += cost[best] as number;
    // Costs only add up.
    if (total / tables.length / 2 > limit) return null;
  }
  return { map, distance: total / tables.length / 2 };
}

/** Adds the distance of a label's profile from that of each value that is not taken. */
function addCosts(cost: Float64Array, { own, source, slots }: Beside, label: number, taken: Uint8Array): void {
  const from = label * slots;
  for (let value = 0; value < cost.length; value++) {
    if (taken[value] !== 0) continue;
    let distance = 0;
    for (let slot = 0; slot < slots; slot++) {
      distance += Math.abs((own[from + slot] as number) - (source[value * slots + slot] as number));
    }
    cost[value] = (cost[value] as number) + distance;
  }
}

/** The first value of least cost that is not taken; -1 where none is left. */
function cheapest(cost: Float64Array, taken: Uint8Array): number {
  let best = -1;
  for (let value = 0; value < cost.length; value++) {
    if (taken[value] === 0 && (best < 0 || (cost[value] as number) < (cost[best] as number))) best = value;
  }
  return best;
}
