/**
 * Correlation and covariance matrices of a source's numeric columns, recomputed: Pearson, Spearman, Kendall (tau-b; Kendall, Biometrika
 * 33, 1945), sample and population covariance; square, half or in long form. See summary.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { textOrder } from '../intake/text-order.js';
import { type Grid, isFigure, numbersByRow, numericByName, personsApart, type Summary } from './grid.js';

const KINDS = [
  'correlation',
  'rank correlation',
  'Kendall correlation',
  'covariance',
  'population covariance',
] as const;
type Kind = (typeof KINDS)[number];
/** How texts were numbered: in their order (`LabelEncoder`, R's factors), or as they are met going down the rows (`factorize`). */
type Encoding = 'sorted' | 'as met';
/** Source columns of a published figure. */
type Pair = readonly [number, number];

/** Pairs of rows up to which Kendall's tau is counted. */
const KENDALL_ROWS = 6000;
const MOST_VARIABLES = 60;
/** Rows times pairs of columns at most. */
const PAIR_ROWS = 1e9;

/** Reads a product as correlations of a source; null when it is none. */
export function correlationsOf(grid: Grid, sheet: Sheet): Summary | null {
  const numeric = numericByName(sheet);
  const texts = textsByName(grid, sheet);
  if (texts.size === 0) return readAs(grid, sheet, numeric, null);
  const all = new Map([...texts, ...numeric]);
  return readAs(grid, sheet, all, 'sorted') ?? readAs(grid, sheet, all, 'as met');
}

/** Columns of texts that the product names: they stand in such a table by the numbers that an encoder gave their values. */
function textsByName(grid: Grid, sheet: Sheet): Map<string, number> {
  const named = new Set(namesOf(grid));
  const byName = new Map<string, number>();
  sheet.columns.forEach((column, position) => {
    const name = column.name.trim();
    // An encoder has no number for a gap.
    if (!column.isNumeric && column.present === sheet.rows && named.has(name)) byName.set(name, position);
  });
  return byName;
}

function readAs(
  grid: Grid,
  sheet: Sheet,
  byName: ReadonlyMap<string, number>,
  encoding: Encoding | null,
): Summary | null {
  // Without names every pair of columns may be asked for.
  const named = grid.figures.every(({ name }) => byName.has(name)) || grid.labels.length === 2;
  // Columns that were given numbers are found by their names alone.
  if (!named && encoding !== null) return null;
  const variables = named ? Math.max(grid.figures.length, grid.rows) : byName.size;
  if (variables * variables * sheet.rows > PAIR_ROWS) return null;
  for (const complete of completeness(grid, sheet, byName)) {
    for (const kind of KINDS) {
      const table = new Associations(sheet, kind, complete, encoding);
      const found = inMatrix(grid, byName, table) ?? inPairs(grid, byName, table);
      if (found !== null) return summaryOf(grid, sheet, kind, complete, found);
    }
  }
  return null;
}

/**
 * Rows that count: those that have both values of a pair (null), or, where the columns named have gaps, those that have the values of all
 * (R's `complete.obs`, pandas after `dropna`).
 */
function completeness(grid: Grid, sheet: Sheet, byName: ReadonlyMap<string, number>): (Uint8Array | null)[] {
  const named = [...new Set(namesOf(grid))].flatMap((name) => byName.get(name) ?? []);
  const gaps = named.filter((position) => (sheet.columns[position] as SheetColumn).present < sheet.rows);
  if (gaps.length === 0) return [null];
  const complete = new Uint8Array(sheet.rows).fill(1);
  for (const position of gaps) {
    (sheet.columns[position] as SheetColumn).codes.forEach((code, row) => {
      if (code < 0) complete[row] = 0;
    });
  }
  return [null, complete];
}

function namesOf(grid: Grid): string[] {
  return [...grid.figures.map(({ name }) => name), ...grid.labels.flatMap(({ texts }) => texts)];
}

function summaryOf(grid: Grid, sheet: Sheet, kind: Kind, complete: Uint8Array | null, pairs: readonly Pair[]): Summary {
  const used = new Set(pairs.flat());
  let { persons } = sheet;
  for (const position of used) persons = Math.min(persons, personsApart(sheet.columns[position] as SheetColumn));
  for (const pair of pairs) persons = Math.min(persons, personsOfPair(sheet, pair, complete) ?? persons);
  // With as many columns as persons the sums give the whole table but for a rotation.
  persons = Math.max(0, persons - used.size);
  const how = new Map<number, string>();
  for (const { column } of grid.labels) how.set(column, 'names of columns');
  for (const { column } of grid.figures) how.set(column, kind);
  return { kind: 'correlations', how, persons, extremes: new Map() };
}

/** Rows that count for a pair of columns and in which neither value is the commonest; null where no gap leaves any row out. */
function personsOfPair(sheet: Sheet, [a, b]: Pair, complete: Uint8Array | null): number | null {
  const columns = [sheet.columns[a] as SheetColumn, sheet.columns[b] as SheetColumn];
  if (complete === null && columns.every(({ present }) => present === sheet.rows)) return null;
  let least = Number.POSITIVE_INFINITY;
  for (const own of columns) {
    const counts = new Float64Array(own.distinct);
    let all = 0;
    for (let row = 0; row < sheet.rows; row++) {
      if (complete?.[row] === 0 || columns.some(({ codes }) => (codes[row] as number) < 0)) continue;
      const code = own.codes[row] as number;
      counts[code] = (counts[code] as number) + 1;
      all++;
    }
    let most = 0;
    for (const count of counts) if (count > most) most = count;
    least = Math.min(least, own.distinct < 2 ? all : all - most);
  }
  return least;
}

/** A square matrix (or half of one): columns and rows are variables. */
function inMatrix(grid: Grid, byName: ReadonlyMap<string, number>, table: Associations): Pair[] | null {
  const { figures, labels, rows } = grid;
  if (figures.length < 2 || labels.length > 1 || figures.length > MOST_VARIABLES || rows > MOST_VARIABLES) return null;
  const named = figures.map(({ name }) => byName.get(name));
  const rowNames = labels[0]?.texts.map((text) => byName.get(text));
  const columns = named.every((position) => position !== undefined) ? (named as number[]) : null;
  if (columns !== null) {
    const ofRow = rowNames ?? (rows === columns.length ? columns : []);
    if (ofRow.length !== rows || ofRow.some((position) => position === undefined)) return null;
    return holds(grid, columns, ofRow as number[], table) ? pairsOf(grid, columns, ofRow as number[]) : null;
  }
  // Names that say nothing: the rows in the order of the columns, put to source columns one after another.
  if (rows !== figures.length || rows < 3) return null;
  const found = assigned(grid, [...byName.values()], table);
  return found === null ? null : pairsOf(grid, found, found);
}

function pairsOf(grid: Grid, columns: readonly number[], rows: readonly number[]): Pair[] {
  return grid.figures.flatMap(({ values }, j) =>
    rows.flatMap((own, row) => (Number.isNaN(values[row]) ? [] : [[own, columns[j] as number] as const])),
  );
}

function holds(grid: Grid, columns: readonly number[], rows: readonly number[], table: Associations): boolean {
  let asked = 0;
  for (const [j, { values, units }] of grid.figures.entries()) {
    for (let row = 0; row < grid.rows; row++) {
      const figure = values[row] as number;
      if (Number.isNaN(figure)) continue;
      if (rows[row] !== columns[j]) asked++;
      if (!isFigure(figure, units[row] as number, table.of(rows[row] as number, columns[j] as number))) return false;
    }
  }
  return asked > 0;
}

const STEPS = 200_000;

function assigned(grid: Grid, numeric: readonly number[], table: Associations): number[] | null {
  const chosen: number[] = [];
  let steps = 0;
  const fits = (at: number, position: number): boolean => {
    for (let other = 0; other <= at; other++) {
      const source = other === at ? position : (chosen[other] as number);
      for (const [row, column] of [
        [at, other],
        [other, at],
      ] as const) {
        const { values, units } = grid.figures[column] as Grid['figures'][number];
        const figure = values[row] as number;
        if (!Number.isNaN(figure) && !isFigure(figure, units[row] as number, table.of(position, source))) return false;
      }
    }
    return true;
  };
  const place = (at: number): boolean => {
    if (at === grid.figures.length) return true;
    for (const position of numeric) {
      if (steps++ > STEPS) return false;
      if (chosen.includes(position) || !fits(at, position)) continue;
      chosen.push(position);
      if (place(at + 1)) return true;
      chosen.pop();
    }
    return false;
  };
  return place(0) ? chosen : null;
}

/** Long form: two columns of names and one of figures. */
function inPairs(grid: Grid, byName: ReadonlyMap<string, number>, table: Associations): Pair[] | null {
  const [one, two] = grid.labels;
  const [figure] = grid.figures;
  if (one === undefined || two === undefined || figure === undefined) return null;
  if (grid.labels.length !== 2 || grid.figures.length !== 1 || byName.size > MOST_VARIABLES) return null;
  const pairs: Pair[] = [];
  for (let row = 0; row < grid.rows; row++) {
    const a = byName.get(one.texts[row] as string);
    const b = byName.get(two.texts[row] as string);
    const value = figure.values[row] as number;
    if (a === undefined || b === undefined) return null;
    if (Number.isNaN(value)) continue;
    if (!isFigure(value, figure.units[row] as number, table.of(a, b))) return null;
    pairs.push([a, b]);
  }
  return new Set(pairs.flat()).size >= 2 ? pairs : null;
}

/** Associations of pairs of columns over the rows that have both (or all), each computed once. */
class Associations {
  readonly #sheet: Sheet;
  readonly #kind: Kind;
  readonly #complete: Uint8Array | null;
  readonly #encoding: Encoding | null;
  readonly #numbers: Map<number, Float64Array> = new Map();
  readonly #known: Map<number, number> = new Map();

  constructor(sheet: Sheet, kind: Kind, complete: Uint8Array | null, encoding: Encoding | null) {
    this.#sheet = sheet;
    this.#kind = kind;
    this.#complete = complete;
    this.#encoding = encoding;
  }

  of(a: number, b: number): number {
    const key = Math.min(a, b) * this.#sheet.columns.length + Math.max(a, b);
    let value = this.#known.get(key);
    if (value === undefined) {
      value = association(this.#kind, this.#of(Math.min(a, b)), this.#of(Math.max(a, b)));
      this.#known.set(key, value);
    }
    return value;
  }

  #of(position: number): Float64Array {
    let numbers = this.#numbers.get(position);
    if (numbers === undefined) {
      const column = this.#sheet.columns[position] as SheetColumn;
      numbers = column.isNumeric || this.#encoding === null ? numbersByRow(column) : encoded(column, this.#encoding);
      this.#complete?.forEach((own, row) => {
        if (own === 0) (numbers as Float64Array)[row] = Number.NaN;
      });
      this.#numbers.set(position, numbers);
    }
    return numbers;
  }
}

/** Numbers of a column of texts without gaps. */
function encoded(column: SheetColumn, encoding: Encoding): Float64Array {
  const numberOf = new Map<number, number>();
  if (encoding === 'sorted')
    textOrder(column.values, Int32Array.from(column.values.keys())).forEach((code, rank) => {
      numberOf.set(code, rank);
    });
  else for (const code of column.codes) if (!numberOf.has(code)) numberOf.set(code, numberOf.size);
  return Float64Array.from(column.codes, (code) => numberOf.get(code) as number);
}

function association(kind: Kind, x: Float64Array, y: Float64Array): number {
  const both: number[] = [];
  for (let row = 0; row < x.length; row++) if (!Number.isNaN(x[row]) && !Number.isNaN(y[row])) both.push(row);
  const a = Float64Array.from(both, (row) => x[row] as number);
  const b = Float64Array.from(both, (row) => y[row] as number);
  if (kind === 'Kendall correlation') return a.length > KENDALL_ROWS ? Number.NaN : kendall(a, b);
  const [p, q] = kind === 'rank correlation' ? [ranks(a), ranks(b)] : [a, b];
  const n = p.length;
  let meanP = 0;
  let meanQ = 0;
  for (let i = 0; i < n; i++) {
    meanP += (p[i] as number) / n;
    meanQ += (q[i] as number) / n;
  }
  let pp = 0;
  let qq = 0;
  let pq = 0;
  for (let i = 0; i < n; i++) {
    const u = (p[i] as number) - meanP;
    const v = (q[i] as number) - meanQ;
    pp += u * u;
    qq += v * v;
    pq += u * v;
  }
  if (kind === 'covariance') return pq / (n - 1);
  return kind === 'population covariance' ? pq / n : pq / Math.sqrt(pp * qq);
}

/** Ranks with ties shared. */
function ranks(values: Float64Array): Float64Array {
  const order = Array.from(values.keys()).sort((i, j) => (values[i] as number) - (values[j] as number));
  const result = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && values[order[end] as number] === values[order[start] as number]) end++;
    for (let i = start; i < end; i++) result[order[i] as number] = (start + end - 1) / 2;
    start = end;
  }
  return result;
}

function kendall(a: Float64Array, b: Float64Array): number {
  let score = 0;
  let tiedA = 0;
  let tiedB = 0;
  for (let i = 1; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      const u = Math.sign((a[i] as number) - (a[j] as number));
      const v = Math.sign((b[i] as number) - (b[j] as number));
      score += u * v;
      if (u !== 0) tiedA++;
      if (v !== 0) tiedB++;
    }
  }
  return score / Math.sqrt(tiedA * tiedB);
}
