/**
 * Numbers under an affine map, a change of unit, a sign, a fixed point, XOR with a constant, a power or logarithm: finds
 * the inverse that sends the column's values onto values of the source with the same frequencies. See numeric.md.
 * @module
 */
import type { Lookup, SourceColumn } from '../../intake/lookup.js';
import type { SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import { FOREIGN } from '../../restoration/tuple-join.js';
import { type Fit, scoreOf, stepOf } from '../shared/match.js';
import {
  agreesAtMost,
  canAgree,
  gridOf,
  nearest,
  nearestIn,
  type Sorted,
  sortedNumbers,
} from '../shared/sorted-numbers.js';
import { bentOnce, CURVES, type Curve, LINE, type Line, linesOf, STRAIGHT } from './numeric-lines.js';

/**
 * Steps that read a numeric column (or a date as days) as an affine image of a source column, straight or on a curve.
 *
 * @param better - score that a step must beat to be worth its bits
 */
export function matchNumbers(derived: Derived, lookup: Lookup, better: number, late: () => boolean): Step[] {
  const steps: Step[] = [];
  // No line is worth more than a full one of the fewest bits.
  if (scoreOf({ mass: 1, similarity: 1 }, derived.bits + 10) <= better) return steps;
  // Straight lines to every column first: curves are for what no line explains.
  for (const curved of [false, true]) {
    if (curved && scoreOf({ mass: 1, similarity: 1 }, derived.bits + 16) <= better) break;
    for (const ownView of ['numbers', 'dates'] as const) {
      const own = sortedNumbers(derived.column, ownView);
      // Any three points lie near some line; few values need many rows whose frequencies agree.
      if (own === null || own.values.length < 3 || (own.values.length < 6 && own.rows < 50)) continue;
      // Only a column of numbers, of a size that can be bent, could lie on a curve.
      if (curved && (ownView === 'dates' || own.values.length < 8 || own.values.length > 300_000)) continue;
      for (const to of lookup.columns) {
        for (const view of curved ? (['numbers'] as const) : (['numbers', 'dates'] as const)) {
          if (late()) return steps;
          const source = sortedNumbers(to.column, view);
          if (
            source === null ||
            source.values.length < 3 ||
            !canAgree(own, derived.column, source, to.column, AGREES_BOTH)
          )
            continue;
          const step = bestLine(derived, own, ownView, to, source, view, curved ? CURVES : STRAIGHT, better, late);
          if (step === null) continue;
          steps.push(step);
          if (step.similarity > 0.97 && step.mass > 0.97 && source.values.length > 50) return [step];
        }
      }
    }
    if (steps.some((step) => step.similarity > 0.9 && step.mass > 0.9)) break;
  }
  return steps.sort((a, b) => b.score - a.score).slice(0, 4);
}

/** Agreement of frequencies, and product of it with the share of rows, that a line has which is taken at all: one of them. */
const AGREES = 0.5;
const AGREES_BOTH = 0.4;
/**
 * Share of rows and agreement, as {@link fitOf} measures them, make a score of this at least where a line is taken: the agreement is
 * never above the share.
 */
const LEAST_SCORE = AGREES * (0.3 + 0.7 * AGREES);

function bestLine(
  derived: Derived,
  own: Sorted,
  ownView: 'numbers' | 'dates',
  to: SourceColumn,
  source: Sorted,
  view: 'numbers' | 'dates',
  curves: readonly Curve[],
  better: number,
  late: () => boolean,
): Step | null {
  let best: { score: number; line: Line; curve: Curve; image: Sorted; fit: Fit } | null = null;
  let reached = 0;
  const floor = sampleOf(own).even ? LEAST_SCORE : 0;
  const metAsTexts = ownView === 'numbers' && view === 'numbers' && !to.column.isDate;
  for (const curve of curves) {
    if (late()) break;
    const image = curve === LINE ? source : bentOnce(source, curve);
    if (image === null) continue;
    // Equal numbers were met as texts; days and moments may be written in many ways.
    const lines = linesOf(own, image, curve).filter(
      (line) => !(metAsTexts && curve === LINE && line.a === 1 && line.b === 0),
    );
    for (const { line, score: estimate } of promising(own, image, lines, Math.max(better, reached, floor) - NEAR)) {
      const bits = derived.bits + (line.b === 0 ? 10 : 20) + (curve === LINE ? 0 : 6);
      if (estimate + NEAR < Math.max(better, reached, floor) || late()) break;
      const share = leastShare(Math.max(better, reached), bits);
      const fit = fitAlong(derived.column, own, to.column, image, line, share);
      if (fit === null) continue;
      const score = scoreOf(fit, bits);
      // Dense whole numbers fall on one another under any shift: frequencies must agree.
      if (fit.similarity < AGREES && fit.mass * fit.similarity < AGREES_BOTH) continue;
      if (best === null || score > best.score) best = { score, line, curve, image, fit };
      reached = Math.max(reached, score);
      if (fit.similarity > 0.97 && fit.mass > 0.97) break;
    }
    if (best !== null && best.fit.similarity > 0.9) break;
  }
  if (best === null || best.score <= better) return null;
  const asDate = ownView === 'dates' ? `days(${derived.formula})` : derived.formula;
  const straight = formulaOf(asDate, best.line);
  const bent = best.curve === LINE ? straight : `${best.curve.inverse}(${straight})`;
  return stepOf(derived, to, mapOf(derived.column, own, best.image, best.line), best.fit, {
    formula: view === 'dates' && ownView === 'numbers' ? `date(${bent})` : bent,
    attack: view === 'dates' || ownView === 'dates' ? 'date-shift' : 'numeric',
    knowledge: best.line.b === 0 || best.curve !== LINE ? 'A2' : 'A1',
    bits: derived.bits + (best.line.b === 0 ? 10 : 20) + (best.curve === LINE ? 0 : 6),
    tentative: best.fit.similarity < 0.5 || tooCoarse(own, best.image, best.line, best.curve !== LINE, best.fit.mass),
  });
}

const ESTIMATE = 600;
const CANDIDATES = 12;
/** Values of equal weight that tell as much. */
const EVEN = 300;
/** The estimate from a few hundred values is within a tenth of what all values give. */
const NEAR = 0.1;

/**
 * Lines worth holding against all values: by share and frequencies of a few hundred values of the product, best first.
 *
 * @param least - estimate below which a line is of no use
 */
function promising(own: Sorted, image: Sorted, lines: readonly Line[], least: number): { line: Line; score: number }[] {
  const found: { line: Line; score: number }[] = [];
  for (const line of lines) {
    if (!meetsQuarter(own, image, line)) continue;
    const score = estimateOf(own, image, line, least);
    if (score > 0) found.push({ line, score });
  }
  return found.sort((a, b) => b.score - a.score).slice(0, CANDIDATES);
}

/** Score of a line from at most 600 of the product's values; 0 where it cannot pass, or can surely not reach the least. */
function estimateOf(own: Sorted, image: Sorted, line: Line, least: number): number {
  const n = own.values.length;
  const stride = Math.max(1, n / ESTIMATE);
  const total = sampleOf(own).share;
  const grid = gridOf(image.values);
  const part = couldBePart(own, image);
  // Where values are single on both sides, a product of a part of the rows still agrees with its part.
  const single = n > 0.5 * own.rows && image.values.length > 0.5 * image.rows;
  let asked = 0;
  let met = 0;
  let common = 0;
  let looked = 0;
  // Values between two that are asked are sent to places between theirs.
  let reached = 1;
  let lastI = 0;
  let lastAt = -1;
  for (let step = 0; step < n; step += stride) {
    const i = Math.floor(step);
    const x = line.a * (own.values[i] as number) + line.b;
    const at = nearestIn(grid, x);
    if (lastAt >= 0) reached += Math.min(i - lastI, Math.abs(at - lastAt));
    lastI = i;
    lastAt = at;
    const share = (own.counts[i] as number) / own.rows;
    asked += share;
    if (Math.abs((image.values[at] as number) - x) <= toleranceOf(own, image, line, x)) {
      met += share;
      common += Math.min(share, (image.counts[at] as number) / image.rows);
    }
    // If all that is left were met and agreed.
    if ((++looked & 31) === 0 && least > 0) {
      const rest = total - asked;
      const mass = Math.min(1, (met + rest) / total);
      const similarity = single ? mass : Math.min(1, (common + rest) / total);
      if (estimated(mass, similarity, part) < least - 1e-9) return 0;
    }
  }
  if (asked === 0) return 0;
  const mass = met / asked;
  const atMost = agreesAtMost(own, image, reached + n - 1 - lastI);
  if (atMost < AGREES_BOTH) return 0;
  const similarity = Math.min(atMost, single ? mass : common / asked);
  if (mass < 0.15 || (similarity < 0.4 && mass * similarity < 0.3 && !part)) return 0;
  return estimated(mass, similarity, part);
}

function estimated(mass: number, similarity: number, part: boolean): number {
  return mass * (0.3 + 0.7 * (part ? Math.max(similarity, mass * 0.8) : similarity));
}

/** The values of which an estimate is made. */
interface Sample {
  /** Share of the rows that hold them. */
  readonly share: number;
  /** All values, or so many of like weight that shares of rows are known to a tenth. */
  readonly even: boolean;
}

const sampled = new WeakMap<Sorted, Sample>();

function sampleOf(own: Sorted): Sample {
  let known = sampled.get(own);
  if (known === undefined) {
    const stride = Math.max(1, own.values.length / ESTIMATE);
    let share = 0;
    let squares = 0;
    for (let step = 0; step < own.values.length; step += stride) {
      const rows = (own.counts[Math.floor(step)] as number) / own.rows;
      share += rows;
      squares += rows * rows;
    }
    known = { share, even: stride === 1 || share * share >= EVEN * squares };
    sampled.set(own, known);
  }
  return known;
}

/** A product of fewer rows than the source whose values hardly repeat: shares of rows say little then. */
function couldBePart(own: Sorted, image: Sorted): boolean {
  return own.rows < 0.7 * image.rows && own.values.length > 0.3 * own.rows;
}

/** Bits by which values that stand must be more than those that any line through two source values would meet. */
const BEYOND_CHANCE = 16;

/**
 * True when the tolerance, or the few source values that the line reaches, let anything fit.
 *
 * @param mass - share of the rows that the line sends onto values
 */
function tooCoarse(own: Sorted, source: Sorted, line: Line, bent: boolean, mass: number): boolean {
  if (source.values.length < 2) return false;
  const window = own.unit * Math.abs(line.a);
  // Values on a curve have no unit of their own.
  if (!bent && window <= 1.5 * source.unit) return false;
  const range = (source.values[source.values.length - 1] as number) - (source.values[0] as number);
  if (window * source.values.length > 0.2 * range) return true;
  const ends = [own.values[0] as number, own.values[own.values.length - 1] as number].map((y) => line.a * y + line.b);
  const reached = nearest(source.values, Math.max(...ends)) - nearest(source.values, Math.min(...ends)) + 1;
  if (reached < 0.5 * own.values.length) return true;
  // A few values meet a source that is dense between them by some line or other: it has a choice of two points.
  const met = Math.min(1, (window * reached) / Math.abs((ends[1] as number) - (ends[0] as number)));
  return (own.values.length - 2) * surprise(mass, met) < 2 * Math.log2(source.values.length) + BEYOND_CHANCE;
}

/** Bits a value by which a share is more than what chance meets (Chernoff's bound of a binomial tail); 0 where it is not. */
function surprise(share: number, chance: number): number {
  if (share <= chance) return 0;
  const rest = share < 1 ? (1 - share) * Math.log2((1 - share) / (1 - chance)) : 0;
  return share * Math.log2(share / chance) + rest;
}

/** Half of the product's last written unit, carried through the line, or a relative 1e-9. */
function toleranceOf(own: Sorted, source: Sorted, line: Line, at: number): number {
  const floor = 1e-6 * Math.min(1, source.scale);
  return Math.max(0.501 * own.unit * Math.abs(line.a), 1e-9 * Math.max(floor, Math.abs(at), Math.abs(line.b)));
}

/** True when a quarter of some sixty spread values of the product meet the source. */
function meetsQuarter(own: Sorted, source: Sorted, line: Line): boolean {
  const n = own.values.length;
  const stride = Math.max(1, Math.floor(n / 60));
  const asked = Math.ceil(n / stride);
  const needed = 0.25 * asked;
  const grid = gridOf(source.values);
  let hits = 0;
  let left = asked;
  for (let i = 0; i < n; i += stride) {
    const x = line.a * (own.values[i] as number) + line.b;
    const found = source.values[nearestIn(grid, x)] as number;
    left--;
    if (Math.abs(found - x) <= toleranceOf(own, source, line, x)) {
      hits++;
      if (hits >= needed) return true;
    } else if (hits + left < needed) return false;
  }
  return hits >= needed;
}

/** Share of rows without which no map has a score above the given one: the agreement is at most the share. */
function leastShare(score: number, bits: number): number {
  const wanted = score + 0.003 * Math.min(40, bits);
  return Math.max(AGREES, Math.min(0.97, (Math.sqrt(0.09 + 2.8 * Math.max(0, wanted)) - 0.3) / 1.4)) - 1e-9;
}

/**
 * How well the frequencies agree along a line, as {@link fitOf} says of its map; null where it sends less than a share of the rows
 * onto values. Both sides ascend, so that no map need be made of a line that is not kept.
 */
function fitAlong(
  column: SheetColumn,
  own: Sorted,
  to: SheetColumn,
  source: Sorted,
  line: Line,
  share: number,
): Fit | null {
  let left = own.rows - share * column.present;
  let reached = -1;
  let hit = 0;
  let numbers = 0;
  let last = Number.NaN;
  let mass = 0;
  let distinct = 0;
  let intersection = 0;
  let contained = 0;
  const close = () => {
    const rows = source.counts[reached] as number;
    distinct++;
    mass += hit;
    intersection += Math.min(hit / column.present, rows / to.present);
    contained += Math.min(hit, rows);
  };
  const walk = walkAlong(own, source, line);
  for (let step = 0; step < own.values.length; step++) {
    const i = line.a > 0 ? step : own.values.length - 1 - step;
    const at = walk(i);
    if (at < 0) {
      left -= own.counts[i] as number;
      if (left < 0) return null;
      continue;
    }
    if (at !== reached) {
      if (reached >= 0) close();
      reached = at;
      hit = 0;
    }
    hit += own.counts[i] as number;
    if (own.values[i] !== last) numbers++;
    last = own.values[i] as number;
  }
  if (reached >= 0) close();
  // A line so flat that it sends all numbers to one undoes nothing, however frequent that one is.
  if (distinct < INJECTIVE * numbers) return null;
  if (mass === 0) return { mass: 0, similarity: 0 };
  return {
    mass: mass / column.present,
    similarity: Math.min(1, Math.max(intersection, ((distinct / mass) * contained) / column.present)),
  };
}

/** Share of the product's numbers that a line must keep apart. */
const INJECTIVE = 0.5;

/** The map of a line. */
function mapOf(column: SheetColumn, own: Sorted, source: Sorted, line: Line): Int32Array {
  const map = new Int32Array(column.distinct).fill(FOREIGN);
  const walk = walkAlong(own, source, line);
  for (let step = 0; step < own.values.length; step++) {
    const i = line.a > 0 ? step : own.values.length - 1 - step;
    const at = walk(i);
    if (at >= 0) map[own.codes[i] as number] = source.codes[at] as number;
  }
  return map;
}

/** Place of the source value that a line sends one of the product's values onto, -1 for none; asked in ascending order of images. */
function walkAlong(own: Sorted, source: Sorted, line: Line): (i: number) => number {
  // One walk beside the other, unless the product's values are few among many.
  const walks = 24 * own.values.length >= source.values.length;
  const grid = gridOf(source.values);
  let at = 0;
  return (i) => {
    const x = line.a * (own.values[i] as number) + line.b;
    at = walks ? advance(source.values, at, x) : nearestIn(grid, x);
    return Math.abs((source.values[at] as number) - x) <= toleranceOf(own, source, line, x) ? at : -1;
  };
}

/** The nearest value's position, from a position at or before it. */
function advance(values: Float64Array, from: number, x: number): number {
  let at = from;
  const last = values.length - 1;
  while (at < last && (values[at + 1] as number) - x < x - (values[at] as number)) at++;
  return at;
}

function formulaOf(name: string, line: Line): string {
  const slope = round(line.a);
  const offset = round(line.b);
  const scaled = slope === 1 ? name : slope === -1 ? `-${name}` : `${slope}*${name}`;
  if (offset === 0) return scaled;
  return offset > 0 ? `${scaled} + ${offset}` : `${scaled} - ${-offset}`;
}

function round(value: number): number {
  return Number(value.toPrecision(10));
}
