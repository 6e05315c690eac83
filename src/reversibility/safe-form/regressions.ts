/**
 * Coefficients of regressions on a source, fitted again: least squares and logistic (plain and with the usual ridge penalty), on columns
 * as they are or standardised, with dummies of categories; standard errors and what follows from them. See summary.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { type Figures, type Grid, isFigure, numbersByRow, personsApart, type Summary } from './grid.js';

const INTERCEPT = /^\(?(?:const|constant|intercept|_cons|bias|截距|常数项?)\)?$/i;
const MOST_TERMS = 25;
const MOST_TARGETS = 40;
/** Multiplications of all fits at most. */
const WORK = 4e8;
/** Logistic fits end before the last digits: difference of a coefficient, relative and absolute, that is still the same fit. */
const LOOSE = 2e-3;
const NEAR = 6e-4;
/** Coefficients of a model, at least: one figure fits anything. */
const LEAST = 2;

/** A row of more leverage settles its own fitted value (Huber, Robust Statistics, 1981, section 7.2): the figures are about one person. */
const MOST_LEVERAGE = 0.5;

interface Term {
  readonly values: Float64Array | null;
  /** Persons on the rarer side of a dummy. */
  readonly persons: number;
  /** Column and value of a dummy. */
  readonly dummy?: { readonly column: SheetColumn; readonly code: number };
}

/** Reads a product as the coefficients of a regression on a source; null when it is none. */
export function regressionOf(grid: Grid, sheet: Sheet): Summary | null {
  const { labels, figures, rows } = grid;
  if (labels.length !== 1 || rows < LEAST || rows > MOST_TERMS) return null;
  const terms = (labels[0] as Grid['labels'][number]).texts.map((text) => termOf(text, sheet));
  if (terms.some((term) => term === null)) return null;
  const known = terms as Term[];
  if (known.filter(({ values }) => values === null).length > 1 || known.every(({ values }) => values === null))
    return null;
  let work = WORK;
  for (const target of targetsOf(sheet)) {
    for (const scaled of [false, true]) {
      const design = designOf(known, target.values, scaled);
      if (design === null) continue;
      for (const fit of fitsOf(design, target.binary)) {
        work -= design.n * design.p * design.p * (fit.penalty === null ? 1 : 12);
        if (work < 0) return null;
        const model = fit.solve();
        if (model === null) continue;
        const how = explained(figures, design.order, model, fit.penalty === null ? 0 : LOOSE);
        if (how === null) continue;
        how.set((labels[0] as Grid['labels'][number]).column, 'names of columns');
        const persons = Math.min(
          sheet.persons - design.p,
          target.persons,
          ...known.map((term) => term.persons),
          ...restsOf(known),
          leverageOf(design) > MOST_LEVERAGE ? 1 : Number.POSITIVE_INFINITY,
        );
        return { kind: 'regression', how, persons, extremes: new Map() };
      }
    }
  }
  return null;
}

/**
 * The column a term names: a numeric one, or one category of another (`sex[T.M]`, `C(ward)[外科]`, `sex_M`, `sex=M`, `sexM`, and bare
 * `外科` where only one column has such a value).
 */
function termOf(text: string, sheet: Sheet): Term | null {
  if (INTERCEPT.test(text)) return { values: null, persons: Number.POSITIVE_INFINITY };
  for (const column of sheet.columns) {
    if (column.isNumeric && column.name.trim() === text)
      return { values: numbersByRow(column), persons: personsApart(column) };
  }
  for (const column of sheet.columns) {
    const name = column.name.trim();
    const bare = text.startsWith(`C(${name})`)
      ? text.slice(name.length + 3)
      : text.startsWith(name)
        ? text.slice(name.length)
        : null;
    if (bare === null) continue;
    const value = bare.replace(/^\[(?:T\.)?(.*)\]$/, '$1').replace(/^[_=:.]\s*/, '');
    const code = column.index.get(value);
    if (code !== undefined) return dummyOf(column, code);
  }
  const bare = sheet.columns.filter((column) => column.index.has(text));
  const [only] = bare;
  return only === undefined || bare.length > 1 ? null : dummyOf(only, only.index.get(text) as number);
}

/** Persons under no dummy of a column that has some: the intercept is about them. */
function restsOf(terms: readonly Term[]): number[] {
  const left = new Map<SheetColumn, number>();
  for (const { dummy } of terms) {
    if (dummy === undefined) continue;
    const { column, code } = dummy;
    left.set(column, (left.get(column) ?? column.present) - (column.counts[code] as number));
  }
  return [...left.values()].filter((rest) => rest > 0);
}

function dummyOf(column: SheetColumn, code: number): Term {
  const count = column.counts[code] as number;
  return {
    values: Float64Array.from(column.codes, (own) => (own < 0 ? Number.NaN : own === code ? 1 : 0)),
    persons: Math.min(count, column.present - count),
    dummy: { column, code },
  };
}

function targetsOf(sheet: Sheet): { values: Float64Array; binary: boolean; persons: number }[] {
  const list: { values: Float64Array; binary: boolean; persons: number }[] = [];
  for (const column of sheet.columns) {
    if (column.isNumeric)
      list.push({ values: numbersByRow(column), binary: isBinary(column), persons: personsApart(column) });
    else if (column.distinct >= 2 && column.distinct <= 12)
      for (let code = 0; code < column.distinct; code++) {
        const { values, persons } = dummyOf(column, code);
        list.push({ values: values as Float64Array, binary: true, persons });
      }
  }
  return list.slice(0, MOST_TARGETS);
}

function isBinary(column: SheetColumn): boolean {
  return column.distinct === 2 && [...column.numbers].every((value) => value === 0 || value === 1);
}

/** Rows that have every value; an intercept stands first. */
interface Design {
  readonly n: number;
  readonly p: number;
  readonly x: readonly Float64Array[];
  readonly y: Float64Array;
  /** Column of the design for each row of the product; -1 where the product lists no intercept but the model has one. */
  readonly order: readonly number[];
}

function designOf(terms: readonly Term[], target: Float64Array, scaled: boolean): Design | null {
  const used = terms.flatMap(({ values }) => (values === null ? [] : [values]));
  const rows: number[] = [];
  for (let row = 0; row < target.length; row++) {
    if (!Number.isNaN(target[row]) && used.every((values) => !Number.isNaN(values[row]))) rows.push(row);
  }
  const n = rows.length;
  const p = used.length + 1;
  if (n - p < 1) return null;
  const x = [
    new Float64Array(n).fill(1),
    ...used.map((values) => Float64Array.from(rows, (row) => values[row] as number)),
  ];
  if (scaled) for (const column of x.slice(1)) standardise(column);
  let next = 0;
  const order = terms.map(({ values }) => (values === null ? 0 : ++next));
  return { n, p, x, y: Float64Array.from(rows, (row) => target[row] as number), order };
}

function standardise(column: Float64Array): void {
  let mean = 0;
  for (const value of column) mean += value / column.length;
  let square = 0;
  for (const value of column) square += (value - mean) ** 2 / column.length;
  const deviation = Math.sqrt(square);
  if (deviation > 0) for (let i = 0; i < column.length; i++) column[i] = ((column[i] as number) - mean) / deviation;
}

interface Model {
  readonly beta: Float64Array;
  readonly errors: Float64Array;
}

function fitsOf(design: Design, binary: boolean): { penalty: number | null; solve: () => Model | null }[] {
  const fits: { penalty: number | null; solve: () => Model | null }[] = [
    { penalty: null, solve: () => leastSquares(design) },
  ];
  if (binary) for (const penalty of [0, 1]) fits.push({ penalty, solve: () => logistic(design, penalty) });
  return fits;
}

/** Passes of iterative refinement (Wilkinson 1963). */
const REFINEMENTS = 3;

function leastSquares({ n, p, x, y }: Design): Model | null {
  const weights = new Float64Array(n).fill(1);
  const inverse = invert(normal(x, weights, p), p);
  if (inverse === null) return null;
  const residuals = y.slice();
  const beta = new Float64Array(p);
  // Numbers far from nought (dates, receipts) make the sums of squares inexact: what is left over is fitted again.
  for (let step = 0; step < REFINEMENTS; step++) {
    times(inverse, moments(x, residuals, p), p).forEach((change, a) => {
      beta[a] = (beta[a] as number) + change;
    });
    for (let i = 0; i < n; i++) {
      let fitted = 0;
      for (let a = 0; a < p; a++) fitted += (beta[a] as number) * ((x[a] as Float64Array)[i] as number);
      residuals[i] = (y[i] as number) - fitted;
    }
  }
  const variance = residuals.reduce((sum, own) => sum + own * own, 0) / (n - p);
  return {
    beta,
    errors: Float64Array.from({ length: p }, (_, a) => Math.sqrt(variance * (inverse[a * p + a] as number))),
  };
}

/** Greatest diagonal element of the hat matrix. */
function leverageOf({ n, p, x }: Design): number {
  const inverse = invert(normal(x, new Float64Array(n).fill(1), p), p);
  if (inverse === null) return 1;
  let most = 0;
  for (let i = 0; i < n; i++) {
    const own = Float64Array.from(x, (column) => column[i] as number);
    const solved = times(inverse, own, p);
    let leverage = 0;
    for (let a = 0; a < p; a++) leverage += (own[a] as number) * (solved[a] as number);
    if (leverage > most) most = leverage;
  }
  return most;
}

/** Newton's method (Nelder and Wedderburn, JRSS A 135, 1972), the intercept unpenalised. */
function logistic({ n, p, x, y }: Design, penalty: number): Model | null {
  let beta = new Float64Array(p);
  for (let step = 0; step < 30; step++) {
    const weights = new Float64Array(n);
    const working = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      let eta = 0;
      for (let a = 0; a < p; a++) eta += (beta[a] as number) * ((x[a] as Float64Array)[i] as number);
      const mu = 1 / (1 + Math.exp(-eta));
      const weight = Math.max(1e-10, mu * (1 - mu));
      weights[i] = weight;
      working[i] = weight * eta + (y[i] as number) - mu;
    }
    const matrix = normal(x, weights, p);
    for (let a = 1; a < p; a++) matrix[a * p + a] = (matrix[a * p + a] as number) + penalty;
    const inverse = invert(matrix, p);
    if (inverse === null) return null;
    const next = times(inverse, moments(x, working, p), p);
    let change = 0;
    for (let a = 0; a < p; a++)
      change = Math.max(
        change,
        Math.abs((next[a] as number) - (beta[a] as number)) / (1 + Math.abs(next[a] as number)),
      );
    beta = next;
    if (!beta.every(Number.isFinite)) return null;
    if (change < 1e-9)
      return { beta, errors: Float64Array.from({ length: p }, (_, a) => Math.sqrt(inverse[a * p + a] as number)) };
  }
  return null;
}

function normal(x: readonly Float64Array[], weights: Float64Array, p: number): Float64Array {
  const matrix = new Float64Array(p * p);
  for (let a = 0; a < p; a++) {
    for (let b = 0; b <= a; b++) {
      const u = x[a] as Float64Array;
      const v = x[b] as Float64Array;
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += (weights[i] as number) * (u[i] as number) * (v[i] as number);
      matrix[a * p + b] = sum;
      matrix[b * p + a] = sum;
    }
  }
  return matrix;
}

function moments(x: readonly Float64Array[], y: Float64Array, p: number): Float64Array {
  return Float64Array.from({ length: p }, (_, a) => {
    let sum = 0;
    for (let i = 0; i < y.length; i++) sum += ((x[a] as Float64Array)[i] as number) * (y[i] as number);
    return sum;
  });
}

function times(matrix: Float64Array, vector: Float64Array, p: number): Float64Array<ArrayBuffer> {
  return Float64Array.from({ length: p }, (_, a) => {
    let sum = 0;
    for (let b = 0; b < p; b++) sum += (matrix[a * p + b] as number) * (vector[b] as number);
    return sum;
  });
}

/** Inverse by Gauss and Jordan with scaling and pivots; null when singular. */
function invert(matrix: Float64Array, p: number): Float64Array | null {
  const scale = Float64Array.from(
    { length: p },
    (_, a) => 1 / Math.sqrt(Math.max(1e-300, matrix[a * p + a] as number)),
  );
  const work = matrix.map(
    (value, cell) => value * (scale[Math.floor(cell / p)] as number) * (scale[cell % p] as number),
  );
  const inverse = new Float64Array(p * p);
  for (let a = 0; a < p; a++) inverse[a * p + a] = 1;
  for (let a = 0; a < p; a++) {
    let pivot = a;
    for (let b = a; b < p; b++)
      if (Math.abs(work[b * p + a] as number) > Math.abs(work[pivot * p + a] as number)) pivot = b;
    if (Math.abs(work[pivot * p + a] as number) < 1e-11) return null;
    for (const list of [work, inverse]) {
      for (let c = 0; c < p; c++) {
        const kept = list[a * p + c] as number;
        list[a * p + c] = list[pivot * p + c] as number;
        list[pivot * p + c] = kept;
      }
    }
    const divisor = work[a * p + a] as number;
    for (let c = 0; c < p; c++) {
      work[a * p + c] = (work[a * p + c] as number) / divisor;
      inverse[a * p + c] = (inverse[a * p + c] as number) / divisor;
    }
    for (let b = 0; b < p; b++) {
      const factor = work[b * p + a] as number;
      if (b === a || factor === 0) continue;
      for (let c = 0; c < p; c++) {
        work[b * p + c] = (work[b * p + c] as number) - factor * (work[a * p + c] as number);
        inverse[b * p + c] = (inverse[b * p + c] as number) - factor * (inverse[a * p + c] as number);
      }
    }
  }
  return inverse.map((value, cell) => value * (scale[Math.floor(cell / p)] as number) * (scale[cell % p] as number));
}

/** Every column of figures as something of the model; null when one is nothing of it, or none is the coefficients. */
function explained(
  figures: readonly Figures[],
  order: readonly number[],
  { beta, errors }: Model,
  loose: number,
): Map<number, string> | null {
  const at = (list: Float64Array): number[] => order.map((a) => list[a] as number);
  const b = at(beta);
  const e = at(errors);
  const of: readonly (readonly [string, readonly number[]])[] = [
    ['coefficient', b],
    ['standard error', e],
    ['test statistic', b.map((value, i) => value / (e[i] as number))],
    ['p value', b.map((value, i) => twoSided(value / (e[i] as number)))],
    ['odds ratio', b.map((value) => Math.exp(value))],
    ...[1.96, 1.959964, 1.64485, 2.57583].flatMap((z) => [
      ['confidence limit', b.map((value, i) => value - z * (e[i] as number))] as const,
      ['confidence limit', b.map((value, i) => value + z * (e[i] as number))] as const,
    ]),
  ];
  const how = new Map<number, string>();
  for (const { column, values, units } of figures) {
    const found = of.find(([name, list]) => {
      const largest = Math.max(...list.map(Math.abs));
      // Limits and p values by Student's t differ from the normal ones in the third digit for few rows.
      const slack = name === 'coefficient' ? loose : Math.max(loose, 0.004);
      return values.every((figure, row) => {
        if (Number.isNaN(figure)) return true;
        const value = list[row] as number;
        if (!Number.isFinite(value)) return false;
        return (
          isFigure(figure, units[row] as number, value) ||
          (loose > 0 && name === 'coefficient' && Math.abs(figure - value) <= NEAR) ||
          Math.abs(figure - value) <= slack * Math.max(Math.abs(value), 0.1 * largest)
        );
      });
    });
    if (found === undefined) return null;
    how.set(column, found[0]);
  }
  const coefficients = figures.find(
    ({ column }) => how.get(column) === 'coefficient' || how.get(column) === 'odds ratio',
  );
  if (coefficients === undefined) return null;
  // A few digits fit some model by chance.
  let digits = 0;
  coefficients.values.forEach((figure, row) => {
    if (!Number.isNaN(figure) && figure !== 0)
      digits += Math.log10(
        1 + Math.min(1e4, Math.abs(figure) / Math.max(coefficients.units[row] as number, loose > 0 ? NEAR : 0)),
      );
  });
  return digits >= (loose > 0 ? 4 : 6) ? how : null;
}

/** Two-sided tail of the normal distribution (Abramowitz and Stegun 7.1.26; error below 2e-7). */
function twoSided(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return poly * Math.exp(-x * x);
}
