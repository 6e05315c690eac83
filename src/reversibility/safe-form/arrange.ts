/**
 * Which label each of a few values stands under, by descent from several starts: single moves and exchanges while the difference of the
 * counts falls, then while the bits of what differs do. See hierarchy.md.
 * @module
 */

const WORK = 6_000_000;
const MOST_STARTS = 32;

function workOf(size: number, labels: number, classes: number): number {
  return size * labels * classes * (8 + size / 4);
}

function startsFor(size: number, labels: number, classes: number): number {
  return Math.max(1, Math.min(MOST_STARTS, Math.floor(WORK / workOf(size, labels, classes))));
}

/** About how many multiplications {@link arrange} is worth. */
export function costOfArranging(size: number, labels: number, classes: number): number {
  return 4 * startsFor(size, labels, classes) * workOf(size, labels, classes);
}

/**
 * Label of each value.
 *
 * @param held - rows by class × value; published - by class × label; start - a first arrangement; scale - product rows per source row
 */
export function arrange(
  held: Float64Array,
  size: number,
  published: Float64Array,
  labels: number,
  classes: number,
  start: Int32Array,
  scale: number,
): Int32Array {
  const starts = startsFor(size, labels, classes);
  const scaled = scale === 1 ? held : held.map((count) => count * scale);
  let best = start;
  let least = Number.POSITIVE_INFINITY;
  let state = 1;
  for (let i = 0; i < starts; i++) {
    const labelOf = best === start && i === 0 ? start.slice() : best.slice();
    if (i > 0) {
      for (let value = 0; value < size; value++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        // Half of the starts are new, half a third of the best one changed (Numerical Recipes' generator; fixed).
        const keep = i % 2 === 0 && (state >>> 8) % 3 !== 0;
        if (!keep) labelOf[value] = (state >>> 12) % labels;
      }
    }
    const residual = residualOf(scaled, size, published, labels, classes, labelOf);
    descend(scaled, size, labels, classes, labelOf, residual, Math.abs);
    if (scale === 1) descend(scaled, size, labels, classes, labelOf, residual, bitsOf);
    let sum = 0;
    for (const difference of residual) sum += scale === 1 ? bitsOf(difference) : Math.abs(difference);
    if (sum < least) {
      least = sum;
      best = labelOf;
    }
  }
  return best;
}

const BITS = Float64Array.from({ length: 4096 }, (_, difference) => Math.log2(1 + difference));

function bitsOf(difference: number): number {
  const size = Math.abs(difference);
  return size < 4096 ? (BITS[size] as number) : Math.log2(1 + size);
}

/** Rows of each class × label by an arrangement, less those published. */
export function residualOf(
  held: Float64Array,
  size: number,
  published: Float64Array,
  labels: number,
  classes: number,
  labelOf: Int32Array,
): Float64Array {
  const residual = published.map((count) => -count);
  for (let group = 0; group < classes; group++) {
    for (let value = 0; value < size; value++) {
      const cell = group * labels + (labelOf[value] as number);
      residual[cell] = (residual[cell] as number) + (held[group * size + value] as number);
    }
  }
  return residual;
}

/** Single moves of a value to another label, and exchanges of two, while the cost of what differs falls. */
function descend(
  held: Float64Array,
  size: number,
  labels: number,
  classes: number,
  labelOf: Int32Array,
  residual: Float64Array,
  cost: (difference: number) => number,
): void {
  for (let moved = true, pass = 0; moved && pass < 60; pass++) {
    moved = false;
    for (let value = 0; value < size; value++) {
      const from = labelOf[value] as number;
      let to = from;
      let most = 1e-9;
      for (let label = 0; label < labels; label++) {
        if (label === from) continue;
        let gain = 0;
        for (let group = 0; group < classes; group++) {
          const count = held[group * size + value] as number;
          if (count === 0) continue;
          const x = residual[group * labels + from] as number;
          const y = residual[group * labels + label] as number;
          gain += cost(x) + cost(y) - cost(x - count) - cost(y + count);
        }
        if (gain > most) {
          most = gain;
          to = label;
        }
      }
      if (to === from) continue;
      for (let group = 0; group < classes; group++) {
        const count = held[group * size + value] as number;
        residual[group * labels + from] = (residual[group * labels + from] as number) - count;
        residual[group * labels + to] = (residual[group * labels + to] as number) + count;
      }
      labelOf[value] = to;
      moved = true;
    }
    if (!moved) moved = exchange(held, size, labels, classes, labelOf, residual, cost);
  }
}

/** The first two values whose exchange of labels lowers the cost. */
function exchange(
  held: Float64Array,
  size: number,
  labels: number,
  classes: number,
  labelOf: Int32Array,
  residual: Float64Array,
  cost: (difference: number) => number,
): boolean {
  for (let one = 0; one < size; one++) {
    for (let two = one + 1; two < size; two++) {
      const a = labelOf[one] as number;
      const b = labelOf[two] as number;
      if (a === b) continue;
      let gain = 0;
      for (let group = 0; group < classes; group++) {
        const change = (held[group * size + two] as number) - (held[group * size + one] as number);
        if (change === 0) continue;
        const x = residual[group * labels + a] as number;
        const y = residual[group * labels + b] as number;
        gain += cost(x) + cost(y) - cost(x + change) - cost(y - change);
      }
      if (gain <= 1e-9) continue;
      for (let group = 0; group < classes; group++) {
        const change = (held[group * size + two] as number) - (held[group * size + one] as number);
        residual[group * labels + a] = (residual[group * labels + a] as number) + change;
        residual[group * labels + b] = (residual[group * labels + b] as number) - change;
      }
      labelOf[one] = b;
      labelOf[two] = a;
      return true;
    }
  }
  return false;
}
