/**
 * Labels that are intervals of numbers: a partition where they do not overlap (ends that people write loosely are settled by counts),
 * boxes of local recoding where they do.
 * @module
 */
import type { SheetColumn } from '../intake/sheet.js';
import { contains, type Interval } from './label.js';
import { type Base, measured, overlapped, type Recoding, UNCOVERED } from './recoding.js';

const FIT_CELLS = 40_000_000;

export function byInterval(
  base: Base,
  to: SheetColumn,
  position: number,
  intervals: readonly (Interval | null)[],
  values: Float64Array,
  how: string,
): Recoding | null {
  const listed = intervals.flatMap((interval, code) => (interval === null ? [] : [{ interval, code }]));
  const closed = closeGaps(listed);
  const map = new Int32Array(to.distinct).fill(UNCOVERED);
  const overlap = coverInto(map, values, closed);
  if (!overlap) {
    shiftAll(base.own, to, values, map, closed);
    settleBorders(base.own, to, values, map, closed);
    return measured(base, to, position, how, map);
  }
  return overlapping(base, to, position, `${how} (local)`, closed, values);
}

/** Writes the label of each value; true when some value has two. */
export function coverInto(
  map: Int32Array,
  values: Float64Array,
  listed: readonly { interval: Interval; code: number }[],
): boolean {
  const sorted = [...listed].sort((a, b) => a.interval.from - b.interval.from);
  const starts = Float64Array.from(sorted, ({ interval }) => interval.from);
  // How far the intervals up to here reach: before it, no earlier one can hold a value beyond.
  const reach = new Float64Array(sorted.length);
  sorted.forEach(({ interval }, i) => {
    reach[i] = Math.max(interval.to, i === 0 ? Number.NEGATIVE_INFINITY : (reach[i - 1] as number));
  });
  let overlap = false;
  for (let code = 0; code < map.length; code++) {
    const value = values[code] as number;
    if (Number.isNaN(value)) continue;
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) <= value) low = middle + 1;
      else high = middle;
    }
    for (let i = low - 1; i >= 0 && (reach[i] as number) >= value; i--) {
      const { interval, code: label } = sorted[i] as { interval: Interval; code: number };
      if (!contains(interval, value)) continue;
      if ((map[code] as number) >= 0) overlap = true;
      map[code] = label;
    }
  }
  return overlap;
}

/** Bands that all mean one more, or one less, than they write: where the product has more rows of a label than the source, and so has none. */
function shiftAll(
  own: SheetColumn,
  to: SheetColumn,
  values: Float64Array,
  map: Int32Array,
  listed: readonly { interval: Interval; code: number }[],
): void {
  const ratio = to.present / Math.max(1, own.present);
  if (ratio < 1 || ratio > LEFT_OUT || !values.every((value) => Number.isNaN(value) || Number.isInteger(value))) return;
  let least = lackingRows(own, to, map);
  if (least === 0) return;
  for (const shift of [1, -1]) {
    const other = new Int32Array(map.length).fill(UNCOVERED);
    coverInto(
      other,
      values.map((value) => value - shift),
      listed,
    );
    const lacking = lackingRows(own, to, other);
    if (lacking >= 0.5 * least) continue;
    least = lacking;
    map.set(other);
  }
}

/** Product rows of labels beyond the source rows that they cover. */
function lackingRows(own: SheetColumn, to: SheetColumn, map: Int32Array): number {
  const rows = new Float64Array(own.distinct);
  map.forEach((label, code) => {
    if (label >= 0) rows[label] = (rows[label] as number) + (to.counts[code] as number);
  });
  let lacking = 0;
  rows.forEach((count, label) => {
    if (count > 0) lacking += Math.max(0, (own.counts[label] as number) - count);
  });
  return lacking;
}

/** Values on either side of a border that may belong to the other side. */
const BORDER = 2;

/** Source rows per product row up to which the product may be the source less suppressed rows. */
const LEFT_OUT = 1.35;

/**
 * Labels are written by people: `0-19` may hold the twenties' first year. Where the product holds more rows of a label than the source
 * has in that range, and the range beside it has room, the values next to the border change sides.
 */
function settleBorders(
  own: SheetColumn,
  to: SheetColumn,
  values: Float64Array,
  map: Int32Array,
  listed: readonly { interval: Interval; code: number }[],
): void {
  const ratio = to.present / Math.max(1, own.present);
  if (ratio < 1 || ratio > LEFT_OUT) return;
  const rows = new Float64Array(own.distinct);
  map.forEach((label, code) => {
    if (label >= 0) rows[label] = (rows[label] as number) + (to.counts[code] as number);
  });
  const lacking = (label: number): number => Math.max(0, (own.counts[label] as number) - (rows[label] as number));
  const order = Array.from(map.keys())
    .filter((code) => (map[code] as number) >= 0)
    .sort((a, b) => (values[a] as number) - (values[b] as number));
  const labels = new Set(listed.map(({ code }) => code));
  for (let i = 1; i < order.length; i++) {
    const left = map[order[i - 1] as number] as number;
    const right = map[order[i] as number] as number;
    if (left === right || !labels.has(left) || !labels.has(right)) continue;
    for (let step = 0; step < BORDER; step++) {
      const fromRight = order[i + step];
      const fromLeft = order[i - 1 - step];
      const moved =
        tryMove(fromRight, right, left, rows, to, map, lacking) ||
        tryMove(fromLeft, left, right, rows, to, map, lacking);
      if (!moved) break;
      if (fromRight !== undefined && map[fromRight] === left) i++;
    }
  }
}

function tryMove(
  code: number | undefined,
  from: number,
  into: number,
  rows: Float64Array,
  to: SheetColumn,
  map: Int32Array,
  lacking: (label: number) => number,
): boolean {
  if (code === undefined || map[code] !== from) return false;
  const count = to.counts[code] as number;
  const before = lacking(from) + lacking(into);
  if (lacking(into) === 0) return false;
  rows[from] = (rows[from] as number) - count;
  rows[into] = (rows[into] as number) + count;
  if (lacking(from) + lacking(into) < before) {
    map[code] = into;
    return true;
  }
  rows[from] = (rows[from] as number) + count;
  rows[into] = (rows[into] as number) - count;
  return false;
}

/** Labels `0-19, 20-39` written for whole numbers cover 19.5 too: each upper end reaches to the next lower end. */
export function closeGaps(
  listed: readonly { interval: Interval; code: number }[],
): { interval: Interval; code: number }[] {
  const starts = [...new Set(listed.map(({ interval }) => interval.from))]
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  return listed.map(({ interval, code }) => {
    if (!Number.isFinite(interval.to)) return { interval, code };
    const next = starts.find((start) => start > interval.to);
    if (next !== undefined && next - interval.to <= 1 && !interval.openTo && Number.isInteger(interval.to)) {
      return { interval: { ...interval, to: next, openTo: true }, code };
    }
    return { interval, code };
  });
}

function overlapping(
  base: Base,
  to: SheetColumn,
  position: number,
  how: string,
  listed: readonly { interval: Interval; code: number }[],
  values: Float64Array,
): Recoding | null {
  const size = base.own.distinct;
  if (size * to.distinct > FIT_CELLS) return null;
  // Shared ends (20-40, 40-60): half open reads as a partition.
  const halfOpen = new Int32Array(to.distinct).fill(UNCOVERED);
  let clash = false;
  for (let code = 0; code < halfOpen.length; code++) {
    const value = values[code] as number;
    if (Number.isNaN(value)) continue;
    for (const { interval, code: label } of listed) {
      if (!contains({ ...interval, openTo: interval.to > interval.from }, value)) continue;
      if ((halfOpen[code] as number) >= 0) clash = true;
      halfOpen[code] = label;
    }
  }
  if (!clash) {
    const partition = measured(base, to, position, how.replace(' (local)', ''), halfOpen);
    // A table of groups has a row or two of each label: its frequencies say nothing.
    const groups = 4 * base.own.present < to.present;
    if (partition.mass >= 0.99 && (partition.similarity >= 0.8 || groups)) return partition;
  }
  const fits = new Uint8Array(size * to.distinct);
  for (const { interval, code: label } of listed) {
    for (let code = 0; code < to.distinct; code++) {
      const value = values[code] as number;
      if (!Number.isNaN(value) && contains(interval, value)) fits[label * to.distinct + code] = 1;
    }
  }
  return overlapped(base, to, position, how, fits);
}
