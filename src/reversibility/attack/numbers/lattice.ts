/**
 * Lines onto a source column from a part of its rows: written numbers are whole multiples of a last place, and any line keeps that.
 *
 * The step of the product's numbers is found as a common measure of their differences (Euclid, Elements, X.3, with errors of
 * writing), the offset by which sampled values meet the source all together. See numeric.md.
 * @module
 */
import type { Sorted } from '../shared/sorted-numbers.js';

/** A line y -> a·y + b. */
interface Line {
  readonly a: number;
  readonly b: number;
}

const LEAST = 12;
const MOST = 50_000;
/** The smallest difference of the product is at most so many steps. */
const MULTIPLES = 60;
const PROBES = 40;
const KEPT = 3;

const steps = new WeakMap<Sorted, number>();

/** The common step of the values, 0 where there is none. */
function stepOf(sorted: Sorted): number {
  let step = steps.get(sorted);
  if (step === undefined) {
    const { values, unit } = sorted;
    const ends = Math.max(Math.abs(values[0] as number), Math.abs(values[values.length - 1] as number));
    // Rounded where they were written, or exact but for their last digits.
    step = commonStep(values, 0.6 * unit) || commonStep(values, 1e-12 * ends);
    steps.set(sorted, step);
  }
  return step;
}

function commonStep(values: Float64Array, error: number): number {
  const n = values.length;
  if (n < LEAST || n > MOST) return 0;
  const first = values[0] as number;
  const apart: number[] = [];
  for (let i = 1; i < n; i++) {
    apart.push((values[i] as number) - (values[i - 1] as number));
    apart.push((values[i] as number) - first);
  }
  apart.sort((a, b) => a - b);
  const least = apart.find((own) => own > 2 * error);
  if (least === undefined) return 0;
  for (let k = 1; k <= MULTIPLES; k++) {
    let step = least / k;
    let longest = least;
    let good = step > 8 * error;
    for (let i = 0; i < apart.length && good; i++) {
      const own = apart[i] as number;
      const whole = Math.round(own / step);
      if (Math.abs(own - whole * step) > 0.12 * step + 2 * error) good = false;
      // The longer a difference, the better it tells the step.
      else if (own > longest && whole > 0) {
        longest = own;
        step = own / whole;
      }
    }
    if (good) return step;
  }
  return 0;
}

const wholes = new WeakMap<Sorted, Set<number>>();

function wholesOf(source: Sorted, step: number): Set<number> {
  let set = wholes.get(source);
  if (set === undefined) {
    const first = source.values[0] as number;
    set = new Set();
    for (const value of source.values) set.add(Math.round((value - first) / step));
    wholes.set(source, set);
  }
  return set;
}

/** Lines that send the step of a product column to that of a source column, and spread values all onto source values. */
export function latticeLines(own: Sorted, source: Sorted): Line[] {
  if (own.rows >= source.rows || source.values.length < LEAST || source.values.length > MOST) return [];
  const step = stepOf(own);
  const sourceStep = step === 0 ? 0 : stepOf(source);
  if (sourceStep === 0) return [];
  const set = wholesOf(source, sourceStep);
  const span = ((source.values[source.values.length - 1] as number) - (source.values[0] as number)) / sourceStep;
  const n = own.values.length;
  // Where nearly every step holds a value, any offset would do: frequencies tell those (numeric.ts).
  if (set.size > 0.5 * span) return [];
  const origin = own.values[0] as number;
  const probes = Array.from({ length: Math.min(PROBES, n) }, (_, i) =>
    Math.round(((own.values[Math.floor((i * (n - 1)) / (Math.min(PROBES, n) - 1))] as number) - origin) / step),
  );
  const found: { line: Line; hits: number }[] = [];
  for (const sign of [1, -1]) {
    const a = (sign * sourceStep) / step;
    for (const start of set) {
      let hits = 0;
      let asked = 0;
      for (const probe of probes) {
        asked++;
        if (set.has(start + sign * probe)) hits++;
        if (hits < 0.9 * asked - 1) break;
      }
      if (hits < 0.9 * probes.length) continue;
      found.push({ line: { a, b: (source.values[0] as number) + start * sourceStep - a * origin }, hits });
    }
  }
  return found
    .sort((x, y) => y.hits - x.hits)
    .slice(0, KEPT)
    .map(({ line }) => line);
}
