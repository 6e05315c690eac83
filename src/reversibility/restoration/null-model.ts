/**
 * The null model: what products of the same size look like that know the source's population but none of its persons.
 *
 * A tree of pairwise dependences (Chow and Liu, "Approximating discrete probability distributions with dependence trees",
 * IEEE Trans. Inf. Theory 14(3), 1968) over binned columns. The model never learns from single rows: a value held by fewer
 * than 20 source rows (persons) first goes into a bin of at least 20; dependences are learnt between bins; inside a bin
 * values are drawn independently, numbers evenly over the bin's range, texts of an open domain (near-unique values) not at
 * all. See null-model.md.
 * @module
 */
import type { RandomSource } from '../../core/index.js';
import { stopWhen } from '../gap.js';
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { sortOrder } from '../intake/sort-order.js';
import { FastRandom } from './fast-random.js';
import { FOREIGN, MISSING } from './tuple-join.js';

/** Bin of each code, and how to draw a source code (or -1: a value the source does not hold) from a bin. */
interface Bins {
  readonly count: number;
  /** Bin of each row; the last bin is "no value". */
  readonly of: Int32Array;
  /** Per bin: the codes it holds, their cumulated weights, and the numeric range or null. */
  readonly members: readonly BinMembers[];
}

interface BinMembers {
  readonly codes: Int32Array;
  readonly cumulated: Float64Array;
  readonly range: { readonly from: number; readonly steps: number; readonly unit: number } | null;
  /** The numbers of the codes, ascending, where there is a range. */
  readonly numbers: Float64Array;
  readonly open: boolean;
}

/** A fitted tree: `parent[c]` is the column that column c depends on, -1 for the root. */
export interface NullModel {
  /** Source codes of `rows` drawn rows, one array a column. @throws TimeIsUp when it is late */
  draw(rows: number, random: RandomSource, late?: () => boolean): Int32Array[];
}

const EMPTY = new Float64Array(0);
const MAX_BINS = 48;
const FIT_ROWS = 60_000;

/**
 * Fits the tree.
 *
 * @param floor - smallest number of rows (persons) of a bin; default 20
 */
export function fitNullModel(sheet: Sheet, floor = 20): NullModel {
  const bins = sheet.columns.map((column) => binColumn(column, sheet, floor));
  const order = chowLiu(bins, sheet.rows);
  const tables = order.map(({ column, parent }) => conditional(bins, column, parent, sheet.rows));
  return {
    draw(rows, source, late) {
      const random = new FastRandom(source);
      const drawnBins: Int32Array[] = sheet.columns.map(() => new Int32Array(0));
      const drawn: Int32Array[] = sheet.columns.map(() => new Int32Array(0));
      order.forEach(({ column, parent }, i) => {
        if (late !== undefined) stopWhen(late);
        const own = drawBins(
          tables[i] as Conditional,
          parent < 0 ? null : (drawnBins[parent] as Int32Array),
          rows,
          random,
        );
        drawnBins[column] = own;
        drawn[column] = drawValues(bins[column] as Bins, own, random);
      });
      return drawn;
    },
  };
}

/** Codes of one bin, and whether they are numbers. */
interface BinCodes {
  readonly codes: Int32Array;
  readonly numeric: boolean;
}

/** Codes in use: numbers, and values that are none. */
function codesInUse({ counts, numbers, isNumeric, distinct }: SheetColumn): { order: Int32Array; single: Int32Array } {
  const order = new Int32Array(distinct);
  const single = new Int32Array(distinct);
  let ordered = 0;
  let singles = 0;
  for (let code = 0; code < distinct; code++) {
    if ((counts[code] as number) === 0) continue;
    if (isNumeric && !Number.isNaN(numbers[code] as number)) order[ordered++] = code;
    else single[singles++] = code;
  }
  return { order: order.subarray(0, ordered), single: single.subarray(0, singles) };
}

/** Numbers in their order, cut into bins of at least `target` rows. */
function binNumbers(column: SheetColumn, order: Int32Array, need: number): BinCodes[] {
  const { counts } = column;
  const sorted = sortOrder(column.numbers, order);
  const target = Math.max(need, Math.ceil(column.present / MAX_BINS));
  const cuts: number[] = [];
  let from = 0;
  let mass = 0;
  for (let i = 0; i < sorted.length; i++) {
    const count = counts[sorted[i] as number] as number;
    if (count >= target && mass >= need) {
      cuts.push(i);
      from = i;
      mass = 0;
    }
    mass += count;
    if (mass >= target) {
      cuts.push(i + 1);
      from = i + 1;
      mass = 0;
    }
  }
  // What is left is a bin of its own, or goes to the last one.
  if (from < sorted.length) {
    if (mass < need && cuts.length > 0) cuts.pop();
    cuts.push(sorted.length);
  }
  return cuts.map((cut, i) => ({ codes: sorted.subarray(cuts[i - 1] ?? 0, cut), numeric: true }));
}

/** Frequent values by themselves, the others together. */
function binValues(counts: Int32Array, single: Int32Array, need: number, groups: BinCodes[]): void {
  const falling = Float64Array.from(counts);
  for (let code = 0; code < falling.length; code++) falling[code] = -(falling[code] as number);
  const sorted = sortOrder(falling, single);
  let frequent = 0;
  while (
    frequent < sorted.length &&
    (counts[sorted[frequent] as number] as number) >= need &&
    groups.length < MAX_BINS * 4
  ) {
    groups.push({ codes: sorted.subarray(frequent, frequent + 1), numeric: false });
    frequent++;
  }
  if (frequent < sorted.length) groups.push({ codes: sorted.subarray(frequent), numeric: false });
}

function binColumn(column: SheetColumn, sheet: Sheet, floor: number): Bins {
  // Persons of a value, bounded above by its rows: with several rows a person the floor rises with the mean.
  const scale = sheet.personOf === null ? 1 : Math.max(1, sheet.rows / Math.max(1, sheet.persons));
  const need = floor * scale;
  const { order, single } = codesInUse(column);
  const groups = order.length === 0 ? [] : binNumbers(column, order, need);
  binValues(column.counts, single, need, groups);
  const binOf = new Int32Array(column.distinct).fill(-1);
  const members = groups.map((group, bin) => membersOf(column, group, bin, binOf));
  members.push({ codes: new Int32Array(0), cumulated: EMPTY, range: null, numbers: EMPTY, open: false });
  return { count: groups.length + 1, of: binsByRow(column.codes, binOf, groups.length), members };
}

/** The members of a bin; writes the bin of each of their codes. */
function membersOf(column: SheetColumn, { codes, numeric }: BinCodes, bin: number, binOf: Int32Array): BinMembers {
  const { counts } = column;
  const cumulated = new Float64Array(codes.length);
  let total = 0;
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as number;
    binOf[code] = bin;
    total += counts[code] as number;
    cumulated[i] = total;
  }
  const range = numeric && codes.length > 1 ? rangeOf(column, codes) : null;
  const numbers = range === null ? EMPTY : new Float64Array(codes.length);
  for (let i = 0; i < numbers.length; i++) numbers[i] = column.numbers[codes[i] as number] as number;
  const open = !numeric && codes.length > 1 && total / codes.length < 2;
  return { codes, cumulated, range, numbers, open };
}

function binsByRow(codes: Int32Array, binOf: Int32Array, none: number): Int32Array {
  const of = new Int32Array(codes.length);
  for (let row = 0; row < of.length; row++) {
    const code = codes[row] as number;
    of[row] = code < 0 ? none : (binOf[code] as number);
  }
  return of;
}

/** The lattice of a bin's numbers: lowest value, unit of the last written decimal, number of steps. */
function rangeOf(column: SheetColumn, codes: Int32Array): BinMembers['range'] {
  let decimals = 0;
  for (let i = 0; i < codes.length; i += Math.max(1, codes.length >> 6)) {
    const text = column.text(codes[i] as number);
    const point = text.indexOf('.');
    if (point >= 0) decimals = Math.max(decimals, Math.min(12, text.trim().length - point - 1));
  }
  const unit = 10 ** -decimals;
  const from = column.numbers[codes[0] as number] as number;
  const to = column.numbers[codes.at(-1) as number] as number;
  const steps = Math.round((to - from) / unit);
  // A lattice beyond 2^50 steps is drawn coarser: it meets no value by chance either way.
  return steps > 2 ** 50
    ? { from, unit: (to - from) / 2 ** 50, steps: 2 ** 50 }
    : { from, unit, steps: Math.max(0, steps) };
}

function chowLiu(bins: readonly Bins[], rows: number): { column: number; parent: number }[] {
  const columns = bins.length;
  const stride = Math.max(1, Math.ceil(rows / FIT_ROWS));
  const joined = new Uint8Array(columns);
  const best = new Float64Array(columns).fill(-1);
  const parent = new Int32Array(columns).fill(-1);
  const order: { column: number; parent: number }[] = [];
  // Prim's algorithm; beyond 64 columns only neighbours are compared, which keeps 5,000 columns feasible.
  const wide = columns > 64;
  let next = 0;
  while (order.length < columns) {
    joined[next] = 1;
    order.push({ column: next, parent: parent[next] as number });
    for (let other = 0; other < columns; other++) {
      if (joined[other] === 1 || (wide && Math.abs(other - next) > 4)) continue;
      const information = mutualInformation(bins[next] as Bins, bins[other] as Bins, rows, stride);
      if (information > (best[other] as number)) {
        best[other] = information;
        parent[other] = next;
      }
    }
    let chosen = -1;
    for (let other = 0; other < columns; other++) {
      if (joined[other] === 0 && (chosen < 0 || (best[other] as number) > (best[chosen] as number))) chosen = other;
    }
    if (chosen < 0) break;
    next = chosen;
  }
  return order;
}

function mutualInformation(a: Bins, b: Bins, rows: number, stride: number): number {
  if (a.count < 2 || b.count < 2) return 0;
  const joint = new Float64Array(a.count * b.count);
  let total = 0;
  for (let row = 0; row < rows; row += stride) {
    const cell = (a.of[row] as number) * b.count + (b.of[row] as number);
    joint[cell] = (joint[cell] as number) + 1;
    total++;
  }
  const left = new Float64Array(a.count);
  const right = new Float64Array(b.count);
  for (let i = 0; i < a.count; i++) {
    for (let j = 0; j < b.count; j++) {
      const count = joint[i * b.count + j] as number;
      left[i] = (left[i] as number) + count;
      right[j] = (right[j] as number) + count;
    }
  }
  let information = 0;
  let cells = 0;
  for (let i = 0; i < a.count; i++) {
    for (let j = 0; j < b.count; j++) {
      const count = joint[i * b.count + j] as number;
      if (count === 0) continue;
      cells++;
      information += (count / total) * Math.log((count * total) / ((left[i] as number) * (right[j] as number)));
    }
  }
  // Miller-Madow: sampling alone makes (cells - rows - columns + 1) / 2n nats.
  return information - Math.max(0, cells - a.count - b.count + 1) / (2 * total);
}

interface Conditional {
  readonly bins: number;
  /** Row-wise cumulated counts: parent bin × own bin. */
  readonly cumulated: Float64Array;
  readonly marginal: Float64Array;
}

function conditional(bins: readonly Bins[], column: number, parent: number, rows: number): Conditional {
  const own = bins[column] as Bins;
  const above = parent < 0 ? null : (bins[parent] as Bins);
  const cumulated = new Float64Array((above?.count ?? 1) * own.count);
  for (let row = 0; row < rows; row++) {
    const cell = (above === null ? 0 : (above.of[row] as number)) * own.count + (own.of[row] as number);
    cumulated[cell] = (cumulated[cell] as number) + 1;
  }
  const marginal = new Float64Array(own.count);
  for (let start = 0; start < cumulated.length; start += own.count) {
    for (let bin = 0; bin < own.count; bin++)
      marginal[bin] = (marginal[bin] as number) + (cumulated[start + bin] as number);
    for (let bin = 1; bin < own.count; bin++) {
      cumulated[start + bin] = (cumulated[start + bin] as number) + (cumulated[start + bin - 1] as number);
    }
  }
  for (let bin = 1; bin < own.count; bin++) marginal[bin] = (marginal[bin] as number) + (marginal[bin - 1] as number);
  return { bins: own.count, cumulated, marginal };
}

function drawBins(table: Conditional, above: Int32Array | null, rows: number, random: FastRandom): Int32Array {
  const drawn = new Int32Array(rows);
  const { bins, cumulated, marginal } = table;
  for (let row = 0; row < rows; row++) {
    let start = above === null ? 0 : (above[row] as number) * bins;
    let from = cumulated;
    if ((from[start + bins - 1] as number) === 0) {
      from = marginal;
      start = 0;
    }
    drawn[row] = pick(from, start, bins, random.uniform());
  }
  return drawn;
}

/** Position in `bins` cumulated weights from `start` that a uniform number falls on. */
function pick(cumulated: Float64Array, start: number, bins: number, uniform: number): number {
  const target = uniform * (cumulated[start + bins - 1] as number);
  let low = 0;
  let high = bins - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulated[start + middle] as number) > target) high = middle;
    else low = middle + 1;
  }
  return low;
}

function drawValues(bins: Bins, drawnBins: Int32Array, random: FastRandom): Int32Array {
  const drawn = new Int32Array(drawnBins.length);
  for (let row = 0; row < drawn.length; row++) {
    const bin = drawnBins[row] as number;
    const member = bins.members[bin] as BinMembers;
    if (member.codes.length === 0 || member.open) drawn[row] = member.open ? FOREIGN : MISSING;
    else if (member.codes.length === 1) drawn[row] = member.codes[0] as number;
    else if (member.range !== null) {
      const { from, steps, unit } = member.range;
      const at = positionOf(member.numbers, from + random.below(steps + 1) * unit, unit * 1e-6);
      drawn[row] = at < 0 ? FOREIGN : (member.codes[at] as number);
    } else drawn[row] = member.codes[pick(member.cumulated, 0, member.codes.length, random.uniform())] as number;
  }
  return drawn;
}

/** Position of a number in an ascending list, within a tolerance (0.1 + 0.2 is 0.3); -1 where it is not there. */
function positionOf(values: Float64Array, value: number, tolerance: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) < value - tolerance) low = middle + 1;
    else high = middle;
  }
  return Math.abs((values[low] as number) - value) <= tolerance ? low : -1;
}
