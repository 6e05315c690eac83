/**
 * Axes of a whitened cloud that turn with it: those of a weighted second moment, which a rotation carries along whatever the columns
 * are. Nothing need be independent; only the moments along the axes must differ.
 *
 * Cardoso, "Source separation using higher order moments", ICASSP 1989 (fourth-order blind identification); Tyler, Critchley, Dümbgen
 * and Oja, "Invariant co-ordinate selection", J. R. Statist. Soc. B 71(3), 2009; Jacobi's rotations: Golub and Van Loan, "Matrix
 * Computations", section 8.5. See linear.md.
 * @module
 */
import { type Cloud, sampleOf } from './cloud.js';

const POINTS = 20_000;
const SWEEPS = 30;

/** Weights of a point by its squared norm, as a share of the mean one: far points count most, least, or evenly by their direction. */
const WEIGHTS: readonly ((share: number) => number)[] = [(share) => share, (share) => 1 / (0.2 + share)];

interface Axes {
  /** Axes by falling moment, row by row. */
  readonly axes: Float64Array;
  /** Third moments along them, bounded so that few points do not make them. */
  readonly skews: Float64Array;
}

const kept = new WeakMap<Cloud, Map<number, Axes>>();

function axesOf(cloud: Cloud, weight: number): Axes {
  let known = kept.get(cloud);
  if (known === undefined) {
    known = new Map();
    kept.set(cloud, known);
  }
  let own = known.get(weight);
  if (own === undefined) {
    own = made(cloud, WEIGHTS[weight] as (share: number) => number);
    known.set(weight, own);
  }
  return own;
}

function made({ width, rows, points }: Cloud, weight: (share: number) => number): Axes {
  const sample = sampleOf(rows, POINTS);
  const moment = new Float64Array(width * width);
  for (const row of sample) {
    let norm = 0;
    for (let a = 0; a < width; a++) norm += (points[row * width + a] as number) ** 2;
    const by = weight(norm / width);
    for (let a = 0; a < width; a++)
      for (let b = 0; b < width; b++)
        moment[a * width + b] =
          (moment[a * width + b] as number) +
          by * (points[row * width + a] as number) * (points[row * width + b] as number);
  }
  const axes = eigenvectors(moment, width);
  const skews = new Float64Array(width);
  for (const row of sample)
    for (let k = 0; k < width; k++) {
      let at = 0;
      for (let a = 0; a < width; a++) at += (axes[k * width + a] as number) * (points[row * width + a] as number);
      skews[k] = (skews[k] as number) + (at * at * at) / (1 + Math.abs(at) ** 3 / 8) / sample.length;
    }
  return { axes, skews };
}

/** Eigenvectors of a symmetric matrix by falling eigenvalue, row by row (cyclic Jacobi). */
function eigenvectors(matrix: Float64Array, width: number): Float64Array {
  const m = matrix.slice();
  const v = new Float64Array(width * width);
  for (let a = 0; a < width; a++) v[a * width + a] = 1;
  const at = (a: number, b: number): number => m[a * width + b] as number;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let off = 0;
    for (let p = 0; p < width; p++) {
      for (let q = p + 1; q < width; q++) {
        if (at(p, q) === 0) continue;
        off = Math.max(off, Math.abs(at(p, q)) / Math.max(1e-300, Math.abs(at(p, p)) + Math.abs(at(q, q))));
        const theta = (at(q, q) - at(p, p)) / (2 * at(p, q));
        const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        rotate(m, width, p, q, c, t * c);
        for (let a = 0; a < width; a++) {
          const x = v[p * width + a] as number;
          const y = v[q * width + a] as number;
          v[p * width + a] = c * x - t * c * y;
          v[q * width + a] = t * c * x + c * y;
        }
      }
    }
    if (off < 1e-12) break;
  }
  const order = Array.from({ length: width }, (_, k) => k).sort((a, b) => at(b, b) - at(a, a));
  return Float64Array.from(order.flatMap((k) => [...v.subarray(k * width, (k + 1) * width)]));
}

/** Turns rows and columns p and q of a symmetric matrix. */
function rotate(m: Float64Array, width: number, p: number, q: number, c: number, s: number): void {
  for (let a = 0; a < width; a++) {
    const x = m[a * width + p] as number;
    const y = m[a * width + q] as number;
    m[a * width + p] = c * x - s * y;
    m[a * width + q] = s * x + c * y;
  }
  for (let a = 0; a < width; a++) {
    const x = m[p * width + a] as number;
    const y = m[q * width + a] as number;
    m[p * width + a] = c * x - s * y;
    m[q * width + a] = s * x + c * y;
  }
}

/** Skews below which the direction of an axis is not told, and axes of which both are tried. */
const TOLD = 0.1;
const BOTH = 2;

/** First maps from own to raw coordinates of clouds of one width, raw row by row, the likeliest first. */
export function* byMoments(own: Cloud, raw: Cloud): Generator<Float64Array> {
  const { width } = raw;
  for (let weight = 0; weight < WEIGHTS.length; weight++) {
    const a = axesOf(own, weight);
    const b = axesOf(raw, weight);
    const signs = Array.from(a.skews, (skew, k) => (skew * (b.skews[k] as number) < 0 ? -1 : 1));
    const weak = Array.from(a.skews, (skew, k) => ({
      k,
      told: Math.min(Math.abs(skew), Math.abs(b.skews[k] as number)),
    }))
      .filter(({ told }) => told < TOLD)
      .sort((x, y) => x.told - y.told)
      .slice(0, BOTH);
    for (let turn = 0; turn < 1 << weak.length; turn++) {
      const map = new Float64Array(width * width);
      for (let k = 0; k < width; k++) {
        const which = weak.findIndex((axis) => axis.k === k);
        const sign = (signs[k] as number) * (which >= 0 && (turn >> which) & 1 ? -1 : 1);
        for (let r = 0; r < width; r++)
          for (let c = 0; c < width; c++)
            map[r * width + c] =
              (map[r * width + c] as number) +
              (b.axes[k * width + r] as number) * sign * (a.axes[k * width + c] as number);
      }
      yield map;
    }
  }
}
