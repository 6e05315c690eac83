/**
 * Rotations of columns that are written in whole steps: every row of the mix is a point of one lattice, whose reduced basis is the
 * columns themselves. No row, no distribution and no independence is asked for; columns that are no one's may be mixed in.
 *
 * Lenstra, Lenstra and Lovász, "Factoring polynomials with rational coefficients", Mathematische Annalen 261, 1982 (reduction);
 * Buchmann and Pohst, "Computing a lattice basis from a system of generating vectors", EUROCAL 1987. See linear.md.
 * @module
 */
import { solveSystem } from '../shared/solve-system.js';

/** Generators beyond the dimension: the more, the smaller the whole numbers of their relations. */
const BEYOND = 14;
const MAX_WIDTH = 16;
const LOVASZ = 0.99;
const MOST_STEPS = 60_000;
const MOST_UNITS = 2 ** 30;
/** Steps of the basis in units of rounding. */
const CLEAR = 8;
/** Largest distance of a row from its lattice point, in steps of the basis, and share of the rows that must lie within it. */
const NEAR = 0.2;
const HOLDS = 0.98;

/**
 * Whole-number coordinates of the rows of a mix in a reduced basis of their lattice, one array a column; null where the rows
 * lie on no lattice that is clear of their rounding.
 *
 * @param columns - numbers of the mixed columns by row, NaN-free
 * @param units - what each column is rounded to
 */
export function latticeCoordinates(
  columns: readonly Float64Array[],
  units: readonly number[],
  late: () => boolean,
): Float64Array[] | null {
  const width = columns.length;
  const rows = columns[0]?.length ?? 0;
  if (width < 2 || width > MAX_WIDTH || rows < 2 * (width + BEYOND)) return null;
  // Differences are whole numbers that arithmetic still holds exactly.
  const unit = Math.max(...units, ...columns.map((values) => rangeOf(values) / MOST_UNITS));
  const count = width + BEYOND;
  const first = columns.map((values) => values[0] as number);
  const point = (row: number): Float64Array =>
    Float64Array.from(columns, (values, a) => ((values[row] as number) - (first[a] as number)) / unit);
  const picked = Array.from({ length: count }, (_, i) => 1 + Math.floor((i * (rows - 1)) / count));
  const generators = picked.map(point);
  const reduced = reduce(generators, 1, late);
  if (reduced === null) return null;
  // The basis is fitted to the generators: long ones tell it far better than the short vectors themselves.
  let known: Float64Array[] = reduced.map((own) => own.slice(BEYOND));
  let basis = fittedBasis(generators, known, width);
  if (basis === null) return null;
  const coordinates = columns.map(() => new Float64Array(rows));
  // More and more rows, as the basis becomes surer.
  let asked = generators;
  for (const size of [4 * count, rows]) {
    const inverse = invert(basis, width);
    if (inverse === null || late()) return null;
    asked = size === rows ? Array.from({ length: rows }, (_, row) => point(row)) : spread(rows, size).map(point);
    known = asked.map((own) => times(own, inverse, width));
    let good = 0;
    for (const own of known) {
      let near = true;
      for (let a = 0; a < width; a++) {
        const whole = Math.round(own[a] as number);
        if (Math.abs((own[a] as number) - whole) > NEAR) near = false;
        own[a] = whole;
      }
      if (near) good++;
    }
    // By chance a coordinate lies so near in 2 x NEAR of the rows.
    if (good < HOLDS * asked.length) return null;
    basis = fittedBasis(asked, known, width);
    if (basis === null) return null;
  }
  // The relations weighed in until now: the basis by itself is reduced again.
  const last = reduce(basis, 0, late);
  if (last === null) return null;
  known.forEach((own, row) => {
    for (let a = 0; a < width; a++) {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += (own[i] as number) * ((last[i] as Float64Array)[a] as number);
      (coordinates[a] as Float64Array)[row] = sum;
    }
  });
  // A lattice as fine as the rounding holds every point: its steps must be clear of it.
  if (!basis.every((vector) => Math.sqrt(dot(vector, vector)) > CLEAR)) return null;
  return basis.every(isAxis) ? null : coordinates;
}

/** True for a vector along one column: nothing is mixed. */
function isAxis(vector: Float64Array): boolean {
  const most = vector.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return vector.filter((value) => Math.abs(value) > 1e-3 * most).length === 1;
}

function rangeOf(values: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return most - least;
}

function spread(rows: number, most: number): number[] {
  const count = Math.min(rows, most);
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * rows) / count));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/**
 * Reduces generators with an identity (times `beside`) beside them: relations, whose coordinates are nearly zero, come first, the basis
 * last. Returns
 * the inverse of the transform: generator i is the sum of [i][j] times vector j.
 */
function reduce(generators: readonly Float64Array[], beside: number, late: () => boolean): Float64Array[] | null {
  const m = generators.length;
  const width = (generators[0] as Float64Array).length;
  const size = m + width;
  const rows: Float64Array[] = generators.map((own, i) => {
    const row = new Float64Array(size);
    row[i] = beside;
    row.set(own, m);
    return row;
  });
  const back: Float64Array[] = generators.map((_, i) => Float64Array.from({ length: m }, (__, j) => (i === j ? 1 : 0)));
  const star: Float64Array[] = rows.map((row) => row.slice());
  const mu = rows.map(() => new Float64Array(m));
  const norm = new Float64Array(m);
  const orthogonalise = (k: number): void => {
    const own = (rows[k] as Float64Array).slice();
    for (let j = 0; j < k; j++) {
      const share = dot(rows[k] as Float64Array, star[j] as Float64Array) / (norm[j] as number);
      (mu[k] as Float64Array)[j] = share;
      const other = star[j] as Float64Array;
      for (let c = 0; c < size; c++) own[c] = (own[c] as number) - share * (other[c] as number);
    }
    star[k] = own;
    norm[k] = dot(own, own);
  };
  orthogonalise(0);
  let k = 1;
  for (let step = 0; k < m; step++) {
    if (step > MOST_STEPS || ((step & 255) === 0 && late())) return null;
    // Twice: a first pass with large numbers leaves what rounding of the shares has left.
    for (let pass = 0; pass < 2; pass++) {
      orthogonalise(k);
      for (let j = k - 1; j >= 0; j--) {
        const q = Math.round((mu[k] as Float64Array)[j] as number);
        if (q === 0) continue;
        const own = rows[k] as Float64Array;
        const other = rows[j] as Float64Array;
        for (let c = 0; c < size; c++) own[c] = (own[c] as number) - q * (other[c] as number);
        for (const line of back) line[j] = (line[j] as number) + q * (line[k] as number);
        for (let i = 0; i < j; i++)
          (mu[k] as Float64Array)[i] =
            ((mu[k] as Float64Array)[i] as number) - q * ((mu[j] as Float64Array)[i] as number);
        (mu[k] as Float64Array)[j] = ((mu[k] as Float64Array)[j] as number) - q;
      }
    }
    orthogonalise(k);
    const share = (mu[k] as Float64Array)[k - 1] as number;
    if ((norm[k] as number) >= (LOVASZ - share * share) * (norm[k - 1] as number)) {
      k++;
      continue;
    }
    [rows[k - 1], rows[k]] = [rows[k] as Float64Array, rows[k - 1] as Float64Array];
    for (const line of back) [line[k - 1], line[k]] = [line[k] as number, line[k - 1] as number];
    orthogonalise(k - 1);
    k = Math.max(1, k - 1);
  }
  return back;
}

/** Least squares of points on whole coordinates: the basis, one vector a coordinate. */
function fittedBasis(
  points: readonly Float64Array[],
  coordinates: readonly Float64Array[],
  width: number,
): Float64Array[] | null {
  const gram = new Float64Array(width * width);
  const sides = new Float64Array(width * width);
  points.forEach((point, i) => {
    const own = coordinates[i] as Float64Array;
    for (let a = 0; a < width; a++)
      for (let b = 0; b < width; b++) {
        gram[a * width + b] = (gram[a * width + b] as number) + (own[a] as number) * (own[b] as number);
        sides[a * width + b] = (sides[a * width + b] as number) + (own[a] as number) * (point[b] as number);
      }
  });
  if (!solveSystem(gram, width, sides, width)) return null;
  return Array.from({ length: width }, (_, a) => sides.slice(a * width, (a + 1) * width));
}

/** Inverse of a basis, row by row; null when it is singular. */
function invert(basis: readonly Float64Array[], width: number): Float64Array | null {
  const matrix = new Float64Array(width * width);
  const sides = new Float64Array(width * width);
  for (let a = 0; a < width; a++) {
    matrix.set(basis[a] as Float64Array, a * width);
    sides[a * width + a] = 1;
  }
  return solveSystem(matrix, width, sides, width) ? sides : null;
}

function times(point: Float64Array, matrix: Float64Array, width: number): Float64Array {
  const out = new Float64Array(width);
  for (let b = 0; b < width; b++) {
    let sum = 0;
    for (let a = 0; a < width; a++) sum += (point[a] as number) * (matrix[a * width + b] as number);
    out[b] = sum;
  }
  return out;
}
