/**
 * Labels that are rounded numbers: to the nearest, down, up, or the middle of a step.
 * @module
 */

import { nearest, type Sorted, sortedNumbers } from '../attack/shared/sorted-numbers.js';
import { sampleCodes } from '../intake/lookup.js';
import type { SheetColumn } from '../intake/sheet.js';
import { SCREEN } from './read-texts.js';
import { type Base, LEAST_MASS, measured, measuredBy, type Reach, type Recoding, UNCOVERED } from './recoding.js';

/** What the labels of a column say of rounding, whatever was rounded. */
interface Rounded {
  /** Units that may have been rounded to. */
  readonly units: readonly number[];
  /** Code of a label by the {@link key} of its number. */
  readonly index: ReadonlyMap<number, number>;
  /** Label of each multiple of a unit that was asked for. */
  readonly labels: Map<number, Map<number, number>>;
}

const roundings = new WeakMap<SheetColumn, Rounded | { readonly units: null }>();

/** Made once a column of labels. */
function roundingOf(own: SheetColumn): Rounded | { readonly units: null } {
  let known = roundings.get(own);
  if (known === undefined) {
    known = roundingOnce(own);
    roundings.set(own, known);
  }
  return known;
}

function roundingOnce(own: SheetColumn): Rounded | { readonly units: null } {
  const sorted = own.numbers.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length < 2 || sorted.length > 5000) return { units: null };
  let gap = Number.POSITIVE_INFINITY;
  for (let i = 1; i < sorted.length; i++) gap = Math.min(gap, (sorted[i] as number) - (sorted[i - 1] as number));
  if (!(gap > 0) || !Number.isFinite(gap)) return { units: null };
  const index = new Map<number, number>();
  own.numbers.forEach((value, code) => {
    if (!Number.isNaN(value)) index.set(key(value), code);
  });
  // The unit is the smallest gap, what divides all labels, or a round number just below the gap.
  const power = 10 ** Math.floor(Math.log10(gap));
  const common = sorted.every(Number.isInteger) ? sorted.reduce(greatestDivisor, 0) : gap;
  const units = [...new Set([gap, common, ...[1, 2, 2.5, 5].map((digit) => digit * power)])].filter(
    (unit) => unit > 0 && unit <= gap * 1.0001,
  );
  return { units, index, labels: new Map() };
}

/** Label of a multiple of a unit; remembered, as columns share many of them. */
function labelOf({ index, labels }: Rounded, unit: number, multiple: number): number {
  let known = labels.get(unit);
  if (known === undefined) {
    known = new Map();
    labels.set(unit, known);
  }
  let label = known.get(multiple);
  if (label === undefined) {
    label = index.get(key(multiple * unit)) ?? UNCOVERED;
    if (known.size < REMEMBERED) known.set(multiple, label);
  }
  return label;
}

const REMEMBERED = 1 << 17;

/** Numbers rounded to a unit, with coded ends or without. */
export function byRounding(base: Base, to: SheetColumn, position: number): Recoding[] {
  const { own } = base;
  const rounded = roundingOf(own);
  if (rounded.units === null) return [];
  const list: Recoding[] = [];
  const probe = sampleCodes(to, SCREEN);
  const { numbers } = to;
  for (const unit of rounded.units) {
    if (reached(base, to, unit) < LEAST_MASS * own.present) continue;
    for (const [how, round] of [
      ['rounded', Math.round],
      ['rounded down', Math.floor],
      ['rounded up', Math.ceil],
      ['midpoint', (x: number) => Math.floor(x) + 0.5],
    ] as const) {
      const met = probe.filter((code) => labelOf(rounded, unit, round((numbers[code] as number) / unit)) >= 0).length;
      if (met < (base.everything.size > 0 ? 0.8 : 0.1) * probe.length) continue;
      const unitText = Number(unit.toPrecision(6));
      const name = `${how} to ${unitText}`;
      const mapOf = (): Int32Array => roundedMap(to, unit, round, rounded);
      const reach = reachOf(base, to, unit, round, rounded);
      const recoding =
        reach === null
          ? measured(base, to, position, name, mapOf())
          : measuredBy(base, to, position, name, reach, mapOf);
      if (recoding.mass >= LEAST_MASS && recoding.covered >= 0.9) list.push(recoding);
      if (recoding.mass < LEAST_MASS || recoding.covered >= 0.99) continue;
      if (reach !== null && !reach.ends) continue;
      const ends = withCodedEnds(base, to, recoding.map as Int32Array);
      if (ends !== null) list.push(measured(base, to, position, `${how} to ${unitText}, ends coded`, ends));
    }
  }
  // Three at most: a table of groups cannot tell by frequencies which of them is meant.
  return list.sort((a, b) => b.similarity - a.similarity).slice(0, 3);
}

/** Rows of labels within one unit of which the source has a number at all: no way of rounding to it reaches others. */
function reached({ own, everything }: Base, to: SheetColumn, unit: number): number {
  const values = sortedNumbers(to)?.values ?? new Float64Array(0);
  if (values.length === 0) return own.present;
  let rows = 0;
  own.numbers.forEach((label, code) => {
    const near = values[nearest(values, label)] as number;
    if (everything.has(code) || Math.abs(near - label) <= 1.001 * unit + 1e-7 * Math.abs(label))
      rows += own.counts[code] as number;
  });
  return rows;
}

/** Multiples of a unit up to which their labels are looked up once each. */
const MULTIPLES = 1 << 20;

/** Label of each number rounded to a unit. */
function roundedMap(to: SheetColumn, unit: number, round: (x: number) => number, rounded: Rounded): Int32Array {
  const { numbers } = to;
  const map = new Int32Array(numbers.length).fill(UNCOVERED);
  const [low, high] = rangeOf(to);
  const first = Math.floor(low / unit) - 1;
  const span = Math.ceil(high / unit) + 2 - first;
  // Where many numbers share a multiple: one look-up for all of them. Middles lie between two multiples.
  const few = span <= Math.min(MULTIPLES, 2 * numbers.length);
  const labels = few ? new Int32Array(span).fill(UNCOVERED - 1) : new Int32Array(0);
  for (let code = 0; code < map.length; code++) {
    const value = numbers[code] as number;
    if (Number.isNaN(value)) continue;
    const multiple = round(value / unit);
    if (!few) {
      map[code] = rounded.index.get(key(multiple * unit)) ?? UNCOVERED;
      continue;
    }
    const at = Math.floor(multiple) - first;
    if ((labels[at] as number) < UNCOVERED) labels[at] = labelOf(rounded, unit, multiple);
    map[code] = labels[at] as number;
  }
  return map;
}

/** Multiples for each of which a search costs less than a look at every number. */
const FEW = 24;

/** Rows of the numbers before each place of a sorted column; made once. */
function rowsBefore(sorted: Sorted): Float64Array {
  let rows = before.get(sorted);
  if (rows === undefined) {
    rows = new Float64Array(sorted.counts.length + 1);
    for (let i = 0; i < sorted.counts.length; i++) rows[i + 1] = (rows[i] as number) + (sorted.counts[i] as number);
    before.set(sorted, rows);
  }
  return rows;
}

const before = new WeakMap<Sorted, Float64Array>();

/** First place from `from` on whose number is not below a bound. */
function firstNotBelow(values: Float64Array, from: number, isBelow: (value: number) => boolean): number {
  let low = from;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBelow(values[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Source rows of each label without a look at every number: what is rounded to one multiple stands together in the order of the
 * numbers. With whether ends could be coded as {@link withCodedEnds} asks; null where multiples are many.
 */
function reachOf(
  base: Base,
  to: SheetColumn,
  unit: number,
  round: (x: number) => number,
  rounded: Rounded,
): (Reach & { readonly ends: boolean }) | null {
  const sorted = sortedNumbers(to);
  const [least, most] = rangeOf(to);
  if (sorted === null || !((most - least) / unit + 2 <= sorted.values.length / FEW)) return null;
  const { values } = sorted;
  const rows = rowsBefore(sorted);
  const { own } = base;
  const counts = new Float64Array(own.distinct);
  const [low, high] = endsOf(own);
  const below = firstNotBelow(values, 0, (value) => value < (own.numbers[low] as number));
  const above = firstNotBelow(values, 0, (value) => value <= (own.numbers[high] as number));
  const rowsOf = (from: number, until: number): number =>
    until > from ? (rows[until] as number) - (rows[from] as number) : 0;
  let covered = 0;
  let beforeAll = 0;
  let afterAll = 0;
  for (let from = 0; from < values.length; ) {
    const multiple = round((values[from] as number) / unit);
    const until = firstNotBelow(values, from + 1, (value) => round(value / unit) <= multiple);
    const label = labelOf(rounded, unit, multiple);
    if (label >= 0) {
      counts[label] = (counts[label] as number) + rowsOf(from, until);
      covered += rowsOf(from, until);
    } else {
      beforeAll += rowsOf(from, Math.min(until, below));
      afterAll += rowsOf(Math.max(from, above), until);
    }
    from = until;
  }
  const ends =
    base.everything.size === 0 &&
    low !== high &&
    beforeAll + afterAll > 0 &&
    endsAlike(own, to, [low, (counts[low] as number) + beforeAll], [high, (counts[high] as number) + afterAll]);
  return { counts, covered, ends };
}

const ranges = new WeakMap<SheetColumn, readonly [number, number]>();

/** Least and largest number of a column. */
function rangeOf(column: SheetColumn): readonly [number, number] {
  let range = ranges.get(column);
  if (range === undefined) {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const value of column.numbers) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    range = [low, high];
    ranges.set(column, range);
  }
  return range;
}

function greatestDivisor(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y > 0) [x, y] = [y, x % y];
  return x;
}

/** Powers of ten from -298 to 298. */
const POWERS: Float64Array = Float64Array.from({ length: 597 }, (_, i) => 10 ** (i - 298));

/** Nine digits of a number and its exponent, as one number: equal where two are alike but for rounding. */
function key(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  if (exponent < -290 || exponent > 290) return value;
  const digits = Math.round(value * (POWERS[298 + 8 - exponent] as number));
  const full = Math.abs(digits) >= 1e9;
  return (full ? Math.round(digits / 10) : digits) * 1000 + exponent + (full ? 1 : 0) + 400;
}

const keyed = new WeakMap<SheetColumn, { readonly keys: Float64Array; readonly all: ReadonlySet<number> }>();

function keysOf(column: SheetColumn): { readonly keys: Float64Array; readonly all: ReadonlySet<number> } {
  let own = keyed.get(column);
  if (own === undefined) {
    const keys = Float64Array.from(column.numbers, key);
    own = { keys, all: new Set(keys) };
    keyed.set(column, own);
  }
  return own;
}

/** Numbers as they are with coded ends: everything below the least label stands in it, everything above the greatest in that. */
export function byCodedEnds(base: Base, to: SheetColumn, position: number): Recoding | null {
  const { own } = base;
  if (own.distinct > 5000 || base.everything.size > 0) return null;
  const labels = keysOf(own).keys;
  const { keys, all } = keysOf(to);
  // Between the ends labels stand for themselves: nine tenths of the rows must hold numbers of the source.
  const [low, high] = endsOf(own);
  let rows = 0;
  for (let code = 0; code < labels.length; code++)
    if (code === low || code === high || all.has(labels[code] as number)) rows += own.counts[code] as number;
  if (rows < LEAST_MASS * own.present) return null;
  const index = new Map<number, number>();
  own.numbers.forEach((value, code) => {
    if (!Number.isNaN(value)) index.set(labels[code] as number, code);
  });
  const map = Int32Array.from(keys, (own) => index.get(own) ?? UNCOVERED);
  const ends = withCodedEnds(base, to, map);
  return ends === null ? null : measured(base, to, position, 'ends coded', ends);
}

/** Codes of the least and the greatest label; -1 where there is none. */
function endsOf(own: SheetColumn): [number, number] {
  let low = -1;
  let high = -1;
  own.numbers.forEach((value, code) => {
    if (Number.isNaN(value)) return;
    if (low < 0 || value < (own.numbers[low] as number)) low = code;
    if (high < 0 || value > (own.numbers[high] as number)) high = code;
  });
  return [low, high];
}

/** Share by which the rows of a coded end may differ from those of the source. */
const ENDS = 0.25;

/** True where labels of coded ends have about as many rows as the source has for them. */
function endsAlike(
  own: SheetColumn,
  to: SheetColumn,
  ...ends: readonly (readonly [label: number, rows: number])[]
): boolean {
  const ratio = to.present / Math.max(1, own.present);
  return ends.every(([label, rows]) => {
    const count = (own.counts[label] as number) * ratio;
    return Math.abs(count - rows) <= ENDS * count + 5;
  });
}

/** Values beyond the labels put to the outermost ones; null where there are none, or their rows are not as many. */
function withCodedEnds({ own, everything }: Base, to: SheetColumn, map: Int32Array): Int32Array | null {
  if (everything.size > 0) return null;
  const [low, high] = endsOf(own);
  if (low === high) return null;
  const ends = map.slice();
  const { numbers, counts } = to;
  const lowest = own.numbers[low] as number;
  const highest = own.numbers[high] as number;
  let beyond = 0;
  let atLow = 0;
  let atHigh = 0;
  for (let code = 0; code < ends.length; code++) {
    const value = numbers[code] as number;
    if ((ends[code] as number) < 0 && (value < lowest || value > highest)) {
      ends[code] = value < lowest ? low : high;
      beyond += counts[code] as number;
    }
    if (ends[code] === low) atLow += counts[code] as number;
    else if (ends[code] === high) atHigh += counts[code] as number;
  }
  if (beyond === 0) return null;
  return endsAlike(own, to, [low, atLow], [high, atHigh]) ? ends : null;
}
