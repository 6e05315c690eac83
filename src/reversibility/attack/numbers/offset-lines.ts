/**
 * Offsets that several values of a product column agree on: a·y + b for a slope of one or minus one. See numeric.md.
 *
 * Numbers written in one unit are places of a lattice: which of them are taken is read off a table of bits, and an offset that leaves the
 * lattice meets none.
 * @module
 */

import { gridOf, nearestIn, type Sorted } from '../shared/sorted-numbers.js';
import type { Line } from './numeric-lines.js';

const OFFSETS = 4000;
/** How far a number may lie beside another that it is said to be. */
const EQUAL = 1e-6;
/** Values of a product column that are asked, by rank; the first gives the offset. */
const PROBES: readonly number[] = [0.5, 0.13, 0.29, 0.61, 0.77, 0.91];
/** Of all probes so many must meet the source. */
const NEEDED = 3;

/** Offsets b such that a·y + b meets the source for several spread values. */
export function offsets(own: Sorted, source: Sorted, a: number): Line[] {
  const n = own.values.length;
  const probes = PROBES.map((q) => a * (own.values[Math.floor(q * (n - 1))] as number));
  const met = meetings(source, probes);
  const lines: { line: Line; hits: number }[] = [];
  const stride = Math.max(1, Math.ceil(source.values.length / OFFSETS));
  for (let i = 0; met !== null && i < source.values.length; i += stride) {
    const b = (source.values[i] as number) - (probes[0] as number);
    if (b === 0) continue;
    const hits = met(source.values[i] as number, b);
    if (hits >= NEEDED) lines.push({ line: { a, b }, hits });
  }
  lines.sort((x, y) => y.hits - x.hits);
  if (source.values.length <= 400 && own.values.length <= 400)
    return bestByOverlap(
      own,
      source,
      lines.map((x) => x.line),
    );
  return lines.slice(0, 8).map((x) => x.line);
}

/** Counts the probes that meet the source under an offset which sends the first onto the given value; null where too few ever can. */
function meetings(source: Sorted, probes: readonly number[]): ((value: number, b: number) => number) | null {
  const places = placesOf(source);
  if (places === null) return asked(source, probes);
  const shifts: number[] = [];
  for (const probe of probes.slice(1)) {
    const apart = (probe - (probes[0] as number)) / places.unit;
    const aside = Math.abs(apart - Math.round(apart)) * places.unit;
    // Too near the border to say which side rounding puts it on.
    if (Math.abs(aside - EQUAL) < 0.1 * EQUAL || Math.abs(apart) > 2 ** 40) return asked(source, probes);
    if (aside < EQUAL) shifts.push(Math.round(apart));
  }
  if (shifts.length + 1 < NEEDED) return null;
  const { first, unit, taken } = places;
  if (taken === null) return asked(source, probes);
  return (value) => {
    const at = Math.round((value - first) / unit);
    let hits = 1;
    for (const shift of shifts) {
      const to = at + shift;
      if (to >= 0 && to < taken.length) hits += taken[to] as number;
    }
    return hits;
  };
}

/** As {@link meetings} for numbers of any kind. */
function asked(source: Sorted, probes: readonly number[]): (value: number, b: number) => number {
  const grid = gridOf(source.values);
  return (_, b) => {
    let hits = 1;
    // Three of six must meet the source: two misses of the next four leave one chance.
    for (let j = 1; j < probes.length && hits + probes.length - j >= NEEDED; j++) {
      const x = (probes[j] as number) + b;
      if (Math.abs((source.values[nearestIn(grid, x)] as number) - x) < EQUAL) hits++;
    }
    return hits;
  };
}

/** Numbers as places of a lattice. */
interface Places {
  readonly first: number;
  readonly unit: number;
  /** By place from the first: whether a number stands there; null where there are too many places. */
  readonly taken: Uint8Array | null;
}

/** Finest unit that is told from rounding, and places that are written down. */
const LEAST_UNIT = 1e-4;
const MOST_PLACES = 1 << 22;

const placed = new WeakMap<Sorted, Places | null>();

function placesOf(sorted: Sorted): Places | null {
  let own = placed.get(sorted);
  if (own === undefined) {
    own = place(sorted);
    placed.set(sorted, own);
  }
  return own;
}

/** Null where some number stands beside the lattice. */
function place({ values, unit }: Sorted): Places | null {
  const first = values[0] as number;
  const span = Math.round(((values[values.length - 1] as number) - first) / unit);
  if (!(unit >= LEAST_UNIT) || !(span < 2 ** 40)) return null;
  const taken = span < MOST_PLACES ? new Uint8Array(span + 1) : null;
  for (let i = 0; i < values.length; i++) {
    const apart = ((values[i] as number) - first) / unit;
    const at = Math.round(apart);
    if (Math.abs(apart - at) * unit > 0.01 * EQUAL) return null;
    if (taken !== null) taken[at] = 1;
  }
  return { first, unit, taken };
}

/** Dense columns: the offsets whose frequencies overlap best. */
function bestByOverlap(own: Sorted, source: Sorted, lines: readonly Line[]): Line[] {
  const scored = lines.map((line) => ({ line, overlap: overlapOf(own, source, line) }));
  scored.sort((x, y) => y.overlap - x.overlap);
  return scored.slice(0, 4).map((x) => x.line);
}

function overlapOf(own: Sorted, source: Sorted, line: Line): number {
  const grid = gridOf(source.values);
  let overlap = 0;
  for (let i = 0; i < own.values.length; i++) {
    const at = nearestIn(grid, line.a * (own.values[i] as number) + line.b);
    if (Math.abs((source.values[at] as number) - line.a * (own.values[i] as number) - line.b) < EQUAL) {
      overlap += Math.min((own.counts[i] as number) / own.rows, (source.counts[at] as number) / source.rows);
    }
  }
  return overlap;
}
