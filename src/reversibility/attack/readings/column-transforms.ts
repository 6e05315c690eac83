/**
 * Orthogonal transforms of a column from its first row to its last, undone: cosine and sine transforms, Fourier (packed, in pairs,
 * full), Haar and Hadamard, means and differences of neighbours. Sum and energy of a source column tell which it was.
 *
 * Ahmed, Natarajan and Rao, "Discrete cosine transform", IEEE Trans. Computers C-23(1), 1974 (types II, III); Parseval's identity;
 * Haar, Math. Annalen 69, 1910. See readings.md.
 * @module
 */
import type { Lookup } from '../../intake/lookup.js';
import { columnOfTexts, type Sheet, type SheetColumn } from '../../intake/sheet.js';
import type { Reading } from './readings.js';

const LEAST_ROWS = 32;
/** Longer columns are not transformed back: the work grows with the square. */
const MOST_ROWS = 12_000;
/** Relative deviation of sum and energy: products are written with some digits. */
const NEAR = 1e-5;
/** Transforms that are tried in one reading. */
const MOST_TRIED = 60;

/** A column of numbers without a gap. */
interface Numbers {
  readonly name: string;
  readonly values: Float64Array;
  readonly energy: number;
  /** Of its beginning, as long as the largest power of two. */
  readonly begun: Sums;
  /** Of its first half. */
  readonly head: Sums;
}

/** What is asked of every pair of columns, made once a column. */
interface Sums {
  readonly sum: number;
  readonly energy: number;
}

function sumsOf(values: Float64Array): Sums {
  let sum = 0;
  let energy = 0;
  for (const value of values) {
    sum += value;
    energy += value * value;
  }
  return { sum, energy };
}

/** A source column of numbers: what its transforms begin with. */
interface Wanted extends Numbers {
  readonly sum: number;
  readonly decimals: number;
}

function numbersOf(column: SheetColumn): Numbers | null {
  const { codes, numbers } = column;
  if (!column.isNumeric || column.present < column.rows) return null;
  const values = new Float64Array(codes.length);
  for (let row = 0; row < values.length; row++) {
    const value = numbers[codes[row] as number] as number;
    if (!Number.isFinite(value)) return null;
    values[row] = value;
  }
  const begun = sumsOf(values.subarray(0, powerBelow(values.length)));
  const head = sumsOf(values.subarray(0, values.length >> 1));
  return { name: column.name, values, energy: sumsOf(values).energy, begun, head };
}

function wantedOf(column: SheetColumn): Wanted | null {
  const own = column.distinct >= 8 ? numbersOf(column) : null;
  if (own === null) return null;
  const decimals = column.values.slice(0, 200).reduce((most, text) => {
    return Math.max(most, /\.(\d+)$/.exec(text)?.[1]?.length ?? 0);
  }, 0);
  return decimals > 9 ? null : { ...own, sum: own.values.reduce((sum, value) => sum + value, 0), decimals };
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= NEAR * Math.max(Math.abs(a), Math.abs(b), 1e-9);
}

/** Undoes a transform of a column, or of two together; null where sum and energy are not those of the source column. */
type Undo = (y: Numbers, x: Wanted, others: readonly Numbers[]) => Float64Array | null;

/** Σ y(k) · cos(angle · k · (2i + 1)) for all i, the first weighted apart; by a table over one turn. */
function cosines(y: Float64Array, shift: 0 | 1, of: (turn: number) => number): Float64Array {
  const n = y.length;
  const table = Float64Array.from({ length: 4 * n }, (_, i) => of((2 * Math.PI * i) / (4 * n)));
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const step = 2 * i + 1;
    let at = shift === 1 ? step : 0;
    let sum = 0;
    for (let k = 0; k < n; k++) {
      sum += (y[k] as number) * (table[at] as number);
      at += step;
      if (at >= 4 * n) at -= 4 * n;
    }
    out[i] = sum;
  }
  return out;
}

/** Inverse of the cosine transform of type II, plain (twice the sums) or orthonormal. */
function cosine(plain: boolean): Undo {
  return ({ values, energy }, x) => {
    const n = values.length;
    const first = values[0] as number;
    if (!isNear(plain ? first / (2 * Math.sqrt(n)) : first, x.sum / Math.sqrt(n))) return null;
    if (!isNear(plain ? weighed(energy, first, n) : energy, x.energy)) return null;
    const y = Float64Array.from(values, (value, k) =>
      plain ? (k === 0 ? value / (2 * Math.sqrt(n)) : value / Math.sqrt(2 * n)) : value,
    );
    y[0] = (y[0] as number) / Math.SQRT2;
    return cosines(y, 0, Math.cos).map((value) => value * Math.sqrt(2 / n));
  };
}

/** Energy of n coefficients of a plain transform as those of the orthonormal one, in which one stands out by √2. */
function weighed(energy: number, apart: number, n: number): number {
  return (energy - 0.5 * apart * apart) / (2 * n);
}

/** The same of the sine transform. */
function sine(plain: boolean): Undo {
  return ({ values, energy }, x) => {
    const n = values.length;
    if (!isNear(plain ? weighed(energy, values[n - 1] as number, n) : energy, x.energy)) return null;
    const y = Float64Array.from(values, (value, k) =>
      plain ? (k === n - 1 ? value / (2 * Math.sqrt(n)) : value / Math.sqrt(2 * n)) : value,
    );
    y[n - 1] = (y[n - 1] as number) / Math.SQRT2;
    return cosines(y, 1, Math.sin).map((value) => value * Math.sqrt(2 / n));
  };
}

/** Inverse of the Fourier transform of n numbers from its first half: parts by frequency. */
function fourier(re: Float64Array, im: Float64Array, n: number): Float64Array {
  const half = n >> 1;
  const cos = Float64Array.from({ length: n }, (_, i) => Math.cos((2 * Math.PI * i) / n));
  const sin = Float64Array.from({ length: n }, (_, i) => Math.sin((2 * Math.PI * i) / n));
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = re[0] as number;
    let at = 0;
    for (let k = 1; k <= half; k++) {
      at += i;
      if (at >= n) at -= n;
      const twice = 2 * k === n ? 1 : 2;
      sum += twice * ((re[k] as number) * (cos[at] as number) - (im[k] as number) * (sin[at] as number));
    }
    out[i] = sum / n;
  }
  return out;
}

/** Energy of n numbers by the first half of their Fourier transform. */
function energyOf(re: Float64Array, im: Float64Array, n: number): number {
  let sum = (re[0] as number) ** 2;
  for (let k = 1; k <= n >> 1; k++) sum += (2 * k === n ? 1 : 2) * ((re[k] as number) ** 2 + (im[k] as number) ** 2);
  return sum / n;
}

/** Real parts and, below them, imaginary ones without those that are nothing. */
const packed: Undo = ({ values }, x) => {
  const n = x.values.length;
  if (values.length !== n || !isNear(values[0] as number, x.sum)) return null;
  const half = n >> 1;
  const re = values.slice(0, half + 1);
  const im = new Float64Array(half + 1);
  for (let k = 1; half + k < n; k++) im[k] = values[half + k] as number;
  return isNear(energyOf(re, im, n), x.energy) ? fourier(re, im, n) : null;
};

/** Real and imaginary parts in two columns, of half the frequencies or of all. */
const paired: Undo = ({ values }, x, others) => {
  const n = x.values.length;
  if (!isNear(values[0] as number, x.sum)) return null;
  for (const { values: im } of others)
    if (Math.abs(im[0] as number) <= NEAR * Math.sqrt(x.energy) && isNear(energyOf(values, im, n), x.energy))
      return fourier(values, im, n);
  return null;
};

/** The rows from the first that a transform by halves takes: a power of two. */
function powerBelow(n: number): number {
  return 2 ** Math.floor(Math.log2(n));
}

function begins(y: Numbers, { begun }: Wanted, m: number, scale: number): boolean {
  const first = (y.values[0] as number) * scale;
  return isNear(first, begun.sum / Math.sqrt(m)) && isNear(y.begun.energy * scale ** 2, begun.energy);
}

const haar: Undo = (y, x) => {
  const { values } = y;
  const m = powerBelow(values.length);
  if (!begins(y, x, m, 1)) return null;
  const out = values.slice();
  for (let size = 2; size <= m; size *= 2) {
    const own = out.slice(0, size);
    for (let i = 0; i < size / 2; i++) {
      const mean = own[i] as number;
      const apart = own[size / 2 + i] as number;
      out[2 * i] = (mean + apart) / Math.SQRT2;
      out[2 * i + 1] = (mean - apart) / Math.SQRT2;
    }
  }
  return out;
};

/** Hadamard in natural order, plain or orthonormal. */
function hadamard(plain: boolean): Undo {
  return (y, x) => {
    const { values } = y;
    const m = powerBelow(values.length);
    const scale = plain ? 1 / Math.sqrt(m) : 1;
    if (!begins(y, x, m, scale)) return null;
    const out = values.map((value, i) => (i < m ? (value * scale) / Math.sqrt(m) : value));
    for (let half = 1; half < m; half *= 2)
      for (let from = 0; from < m; from += 2 * half)
        for (let i = from; i < from + half; i++) {
          const a = out[i] as number;
          const b = out[i + half] as number;
          out[i] = a + b;
          out[i + half] = a - b;
        }
    return out;
  };
}

/** Means (or sums by √2) of neighbours above their differences. */
function neighbours(mean: number): Undo {
  return ({ values, energy, head }, x) => {
    const half = values.length >> 1;
    if (values.length % 2 === 1) return null;
    const apart = (mean === 0.5 ? 1 : 2) * (energy - head.energy);
    if (!isNear(head.sum / mean, x.sum) || !isNear((head.energy / mean ** 2 + apart) / 2, x.energy)) return null;
    const out = new Float64Array(values.length);
    for (let i = 0; i < half; i++) {
      const a = (values[i] as number) / mean;
      const b = (values[half + i] as number) / (mean === 0.5 ? 1 : mean);
      out[2 * i] = (a + b) / 2;
      out[2 * i + 1] = (a - b) / 2;
    }
    return out;
  };
}

const WHOLE: readonly (readonly [name: string, undo: Undo])[] = [
  ['cosine', cosine(false)],
  ['cosine', cosine(true)],
  ['sine', sine(false)],
  ['sine', sine(true)],
  ['fourier', packed],
  ['fourier', paired],
  ['haar', haar],
  ['hadamard', hadamard(false)],
  ['hadamard', hadamard(true)],
  ['neighbours', neighbours(0.5)],
  ['neighbours', neighbours(Math.SQRT1_2)],
];
const HALF: readonly (readonly [name: string, undo: Undo])[] = [['fourier', paired]];

/** Deviation, as a share of the range, and share of the numbers that must come back so well. */
const SAME = 1e-4;
const MOST_SAME = 0.95;

/** True where numbers are those of a source column, in whatever order. */
function areNumbersOf(out: Float64Array, { values }: Wanted): boolean {
  const own = out.slice().sort();
  const source = values.slice().sort();
  const most = SAME * ((source[source.length - 1] as number) - (source[0] as number));
  let good = 0;
  for (let i = 0; i < own.length; i++) if (Math.abs((own[i] as number) - (source[i] as number)) <= most) good++;
  return good >= MOST_SAME * own.length;
}

/** The product with the columns that were transformed from the first row to the last as they were before; none where none was. */
export function columnTransforms(product: Sheet, lookup: Lookup): Reading[] {
  if (product.rows < LEAST_ROWS || product.rows > MOST_ROWS) return [];
  const halves = (rows: number): boolean => product.rows === (rows >> 1) + 1;
  const wanted = lookup.columns
    .filter(({ column: { rows } }) => rows <= MOST_ROWS && (rows === product.rows || halves(rows)))
    .flatMap(({ column }) => wantedOf(column) ?? []);
  if (wanted.length === 0) return [];
  const own = product.columns.map(numbersOf);
  const columns: SheetColumn[] = [];
  const names = new Set<string>();
  let rows = 0;
  let tried = 0;
  for (const [i, y] of own.entries()) {
    if (y === null) continue;
    const others = own.filter((other, j): other is Numbers => other !== null && j !== i);
    for (const x of wanted) {
      if (rows > 0 && x.values.length !== rows) continue;
      for (const [name, undo] of x.values.length === product.rows ? WHOLE : HALF) {
        const out = tried < MOST_TRIED ? undo(y, x, others) : null;
        if (out === null) continue;
        tried++;
        if (!areNumbersOf(out, x)) continue;
        rows = out.length;
        names.add(name);
        columns.push(
          columnOfTexts(
            y.name,
            Array.from(out, (value) => value.toFixed(x.decimals)),
          ),
        );
        break;
      }
    }
  }
  if (columns.length === 0) return [];
  const kept = rows === product.rows ? product.columns.filter((_, i) => own[i] === null) : [];
  return [
    {
      name: `columns before ${[...names].join(', ')}`,
      sheet: { name: product.name, rows, columns: [...columns, ...kept], personOf: null, persons: rows },
    },
  ];
}
