/**
 * Labels that are rounded numbers: to the nearest, down, up, or the middle of a step.
 * @module
 */

import { nearest, sortedNumbers } from '../attack/sorted-numbers.js';
import { sampleCodes } from '../intake/lookup.js';
import type { SheetColumn } from '../intake/sheet.js';
import { SCREEN } from './read-texts.js';
import { type Base, LEAST_MASS, measured, type Recoding, UNCOVERED } from './recoding.js';

/** Numbers rounded to a unit, with coded ends or without. */
export function byRounding(base: Base, to: SheetColumn, position: number): Recoding[] {
  const { own } = base;
  const values = [...own.numbers].filter((value) => !Number.isNaN(value));
  if (values.length < 2 || values.length > 5000) return [];
  const sorted = values.sort((a, b) => a - b);
  let gap = Number.POSITIVE_INFINITY;
  for (let i = 1; i < sorted.length; i++) gap = Math.min(gap, (sorted[i] as number) - (sorted[i - 1] as number));
  if (!(gap > 0) || !Number.isFinite(gap)) return [];
  const index = new Map<number, number>();
  own.numbers.forEach((value, code) => {
    if (!Number.isNaN(value)) index.set(key(value), code);
  });
  const list: Recoding[] = [];
  // The unit is the smallest gap, what divides all labels, or a round number just below the gap.
  const power = 10 ** Math.floor(Math.log10(gap));
  const common = values.every(Number.isInteger) ? values.reduce(greatestDivisor, 0) : gap;
  const units = [...new Set([gap, common, ...[1, 2, 2.5, 5].map((digit) => digit * power)])].filter(
    (unit) => unit > 0 && unit <= gap * 1.0001,
  );
  for (const unit of units) {
    if (reached(base, to, unit) < LEAST_MASS * own.present) continue;
    for (const [how, round] of [
      ['rounded', Math.round],
      ['rounded down', Math.floor],
      ['rounded up', Math.ceil],
      ['midpoint', (x: number) => Math.floor(x) + 0.5],
    ] as const) {
      const probe = sampleCodes(to, SCREEN);
      const met = probe.filter((code) => index.has(key(round((to.numbers[code] as number) / unit) * unit))).length;
      if (met < (base.everything.size > 0 ? 0.8 : 0.1) * probe.length) continue;
      const map = roundedMap(to.numbers, unit, round, index);
      const unitText = Number(unit.toPrecision(6));
      const recoding = measured(base, to, position, `${how} to ${unitText}`, map);
      if (recoding.mass >= LEAST_MASS && recoding.covered >= 0.9) list.push(recoding);
      if (recoding.mass < LEAST_MASS || recoding.covered >= 0.99) continue;
      const ends = withCodedEnds(base, to, map);
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
function roundedMap(
  numbers: Float64Array,
  unit: number,
  round: (x: number) => number,
  index: ReadonlyMap<number, number>,
): Int32Array {
  const map = new Int32Array(numbers.length).fill(UNCOVERED);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let code = 0; code < numbers.length; code++) {
    const value = numbers[code] as number;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const first = Math.floor(low / unit) - 1;
  const span = Math.ceil(high / unit) + 2 - first;
  const labelOf = (multiple: number): number => index.get(key(multiple * unit)) ?? UNCOVERED;
  // Where many numbers share a multiple: one look-up for all of them. Middles lie between two multiples.
  const few = span <= Math.min(MULTIPLES, 2 * numbers.length);
  const labels = few ? new Int32Array(span).fill(UNCOVERED - 1) : new Int32Array(0);
  for (let code = 0; code < map.length; code++) {
    const value = numbers[code] as number;
    if (Number.isNaN(value)) continue;
    const multiple = round(value / unit);
    if (!few) {
      map[code] = labelOf(multiple);
      continue;
    }
    const at = Math.floor(multiple) - first;
    if ((labels[at] as number) < UNCOVERED) labels[at] = labelOf(multiple);
    map[code] = labels[at] as number;
  }
  return map;
}

function greatestDivisor(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y > 0) [x, y] = [y, x % y];
  return x;
}

/** Nine digits of a number and its exponent, as one number: equal where two are alike but for rounding. */
function key(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  if (exponent < -290 || exponent > 290) return value;
  const digits = Math.round(value * 10 ** (8 - exponent));
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

/** Values beyond the labels put to the outermost ones; null where there are none, or their rows are not as many. */
function withCodedEnds({ own, everything }: Base, to: SheetColumn, map: Int32Array): Int32Array | null {
  if (everything.size > 0) return null;
  const [low, high] = endsOf(own);
  if (low === high) return null;
  const ends = map.slice();
  const rows = new Map<number, number>();
  let beyond = 0;
  to.numbers.forEach((value, code) => {
    const below = value < (own.numbers[low] as number);
    if ((map[code] as number) < 0 && (below || value > (own.numbers[high] as number))) {
      ends[code] = below ? low : high;
      beyond += to.counts[code] as number;
    }
    const label = ends[code] as number;
    if (label === low || label === high) rows.set(label, (rows.get(label) ?? 0) + (to.counts[code] as number));
  });
  if (beyond === 0) return null;
  const ratio = to.present / Math.max(1, own.present);
  const alike = [low, high].every((label) => {
    const count = (own.counts[label] as number) * ratio;
    return Math.abs(count - (rows.get(label) ?? 0)) <= ENDS * count + 5;
  });
  return alike ? ends : null;
}
