/**
 * Which label each value of a source column stands under, from joint counts with columns that are read: the rows of a label are the sum
 * of the rows of its values in every class, a linear system over the values, solved by non-negative multiplicative updates (Lee and
 * Seung, NIPS 2001, section 3), rounded, and improved by single moves. See hierarchy.md.
 * @module
 */
import { residualOf } from './arrange.js';

const SOLVE_WORK = 40_000_000;

/** Rounds of updates for a column of so many values and labels. */
export function roundsFor(size: number, labels: number): number {
  return Math.max(20, Math.min(300, Math.floor(SOLVE_WORK / (size * size * labels))));
}

/** Label of each value: X >= 0 with A X = B by multiplicative updates, rounded to the largest entry. */
export function solve(a: Float64Array, size: number, b: Float64Array, labels: number, classes: number): Int32Array {
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
