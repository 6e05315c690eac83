/**
 * Safe form (b): a table of counts, sums, means and shares of groups of the source, recomputed exactly, rounded or noised.
 *
 * Key columns are read as recodings of source columns; every other column is held against all statistics of the groups
 * that the keys define. See aggregate.md.
 * @module
 */
import { median } from 'simple-statistics';
import { groupCodes, groupPersons, groupSizes } from '../../core/index.js';
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { contains, isEverything, parseInterval } from './label.js';
import { type Recoding, recodings } from './recoding.js';

/** How a published column relates to a statistic of the groups. */
export type Closeness = 'exact' | 'rounded' | 'noised';

/** A value column explained. */
export interface AggregateColumn {
  readonly product: number;
  /** `count`, `mean of income`, `share of sex`, ... */
  readonly how: string;
  /** Source column of the statistic, or null for counts. */
  readonly column: number | null;
  readonly closeness: Closeness;
}

/** A product read as a group table of one source. */
export interface Aggregate {
  readonly source: number;
  readonly keys: readonly Recoding[];
  readonly values: readonly AggregateColumn[];
  /** Columns that nothing explains. */
  readonly left: readonly number[];
  /** Persons of the smallest group (0 persons left aside). */
  readonly smallest: number;
  /** Groups of 1 to `safeClass - 1` persons. */
  readonly smallGroups: number;
  /** Exact cells of groups under ten persons, by product column. */
  readonly determined: ReadonlyMap<number, number>;
}

const DETERMINED_BELOW = 10;
/** At least half of the rows of a group table stand for this many persons. */
const GROUP = 5;

/** Reads a product as a group table of a source; null when it is none. */
export function aggregateOf(
  product: Sheet,
  sheet: Sheet,
  source: number,
  constants: ReadonlySet<number>,
  safeClass: number,
  late: () => boolean,
): Aggregate | null {
  if (
    product.rows === 0 ||
    sheet.rows < 2 ||
    product.rows > Math.max(60, sheet.rows / 3) ||
    product.columns.length > 400
  )
    return null;
  const columns = product.columns.map((_, i) => i).filter((i) => !constants.has(i));
  const textual: number[] = [];
  const numeric: number[] = [];
  for (const column of columns) (isFigures(product.columns[column] as SheetColumn) ? numeric : textual).push(column);
  const options = new Map<number, Recoding[]>();
  for (const column of columns) {
    if (late()) return null;
    const list = recodings(product, column, sheet, source).filter(
      (recoding) => recoding.map !== null && recoding.mass >= 0.95,
    );
    if (list.length > 0) options.set(column, byCover(product, sheet, list).slice(0, 3));
  }
  const unread = textual.filter((column) => !options.has(column));
  if (unread.length === 1) {
    const column = unread[0] as number;
    const found = numeric.flatMap((figures) => partitions(product, column, figures, sheet, source));
    if (found.length > 0) options.set(column, found.slice(0, 3));
  }
  const base = textual.filter((column) => options.has(column));
  let best: Aggregate | null = null;
  for (const keys of keySets(
    product,
    base,
    numeric.filter((column) => options.has(column)),
  )) {
    if (late()) break;
    const found = tryKeys(product, sheet, source, columns, keys, options, safeClass);
    if (found === null) continue;
    if (best === null || better(found, best)) best = found;
    if (best.left.length === 0 && !best.values.some((value) => value.closeness === 'noised')) break;
  }
  return best !== null && best.values.length > 0 && best.left.length <= best.values.length ? best : null;
}

const NODES = 40_000;

/**
 * Labels that cannot be read, one a row, beside counts that add up to the source: the ways to put the values of a source
 * column under them so that the counts come out. Every such way has the same group sizes.
 */
function partitions(product: Sheet, column: number, figures: number, sheet: Sheet, source: number): Recoding[] {
  const own = product.columns[column] as SheetColumn;
  const counts = product.columns[figures] as SheetColumn;
  if (own.distinct !== product.rows || own.distinct > 12 || own.present !== product.rows) return [];
  const targets = new Float64Array(own.distinct);
  for (let row = 0; row < product.rows; row++) {
    const code = counts.codes[row] as number;
    targets[own.codes[row] as number] = code < 0 ? Number.NaN : figureOf(counts.values[code] as string);
  }
  const total = targets.reduce((sum, value) => sum + value, 0);
  if (!(Math.abs(total - sheet.rows) <= Math.max(12 * own.distinct, 0.02 * sheet.rows)) || total < 0.5 * sheet.rows)
    return [];
  const slack = total === sheet.rows ? 0 : 12;
  const found: Recoding[] = [];
  sheet.columns.forEach((to, position) => {
    if (to.distinct < own.distinct || to.distinct > 40 || to.present !== sheet.rows) return;
    const order = Array.from({ length: to.distinct }, (_, code) => code).sort(
      (a, b) => (to.counts[b] as number) - (to.counts[a] as number),
    );
    const left = Float64Array.from(targets);
    const map = new Int32Array(to.distinct).fill(-1);
    let nodes = 0;
    const place = (at: number): boolean => {
      if (nodes++ > NODES) return false;
      if (at === order.length) return left.every((rest) => Math.abs(rest) <= slack);
      const code = order[at] as number;
      const size = to.counts[code] as number;
      for (let label = 0; label < left.length; label++) {
        if (size > (left[label] as number) + slack) continue;
        left[label] = (left[label] as number) - size;
        map[code] = label;
        if (place(at + 1)) return true;
        left[label] = (left[label] as number) + size;
      }
      return false;
    };
    if (!place(0)) return;
    found.push({
      source,
      column: position,
      product: column,
      how: 'hierarchy',
      map,
      fits: null,
      everything: new Set(),
      mass: 1,
      similarity: 1,
      covered: 1,
    });
  });
  return found;
}

function better(a: Aggregate, b: Aggregate): boolean {
  if (a.left.length !== b.left.length) return a.left.length < b.left.length;
  const noised = (found: Aggregate): number => found.values.filter((value) => value.closeness === 'noised').length;
  return noised(a) < noised(b);
}

/** Keys of a group table cover the source: the recoding with the widest cover, then the most even match of names. */
function byCover(product: Sheet, sheet: Sheet, list: readonly Recoding[]): Recoding[] {
  const weight = (recoding: Recoding): number =>
    recoding.covered +
    (product.columns[recoding.product]?.name === sheet.columns[recoding.column]?.name ? 0.5 : 0) -
    Math.abs(
      Math.log2(
        (1 + (sheet.columns[recoding.column] as SheetColumn).distinct) /
          (1 + (product.columns[recoding.product] as SheetColumn).distinct),
      ),
    ) *
      0.02;
  return [...list].sort((a, b) => weight(b) - weight(a));
}

/** Numbers, percentages, or marks of a suppressed cell. */
function isFigures(column: SheetColumn): boolean {
  let figures = 0;
  for (let code = 0; code < column.distinct; code++) {
    if (!Number.isNaN(figureOf(column.values[code] as string))) figures += column.counts[code] as number;
  }
  return figures >= 0.5 * Math.max(1, column.present);
}

/** The number a figure stands for: `1,234`, `45.2%`; NaN for anything else. */
export function figureOf(text: string): number {
  const plain = text.trim().replace(/[,，\s]/g, '');
  const percent = /^([+-]?\d*\.?\d+)[%％]$/.exec(plain);
  if (percent !== null) return Number(percent[1]);
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(plain) ? Number(plain) : Number.NaN;
}

function keySets(product: Sheet, base: readonly number[], numeric: readonly number[]): number[][] {
  const sets: number[][] = [];
  if (unique(product, base)) sets.push([...base]);
  for (const column of numeric.slice(0, 8)) if (unique(product, [...base, column])) sets.push([...base, column]);
  for (let i = 0; i < Math.min(5, numeric.length); i++) {
    for (let j = i + 1; j < Math.min(5, numeric.length); j++) {
      const set = [...base, numeric[i] as number, numeric[j] as number];
      if (unique(product, set)) sets.push(set);
    }
  }
  if (sets.length === 0 || base.length > 3) {
    // A textual column may be no key at all.
    for (const dropped of base) {
      const set = base.filter((column) => column !== dropped);
      if (unique(product, set)) sets.push(set);
    }
  }
  return sets.slice(0, 24);
}

function unique(product: Sheet, columns: readonly number[]): boolean {
  if (product.rows === 1) return true;
  if (columns.length === 0) return false;
  const groups = groupCodes(
    columns.map((column) => (product.columns[column] as SheetColumn).codes.map((code) => code + 1)),
    columns.map((column) => (product.columns[column] as SheetColumn).distinct + 1),
  );
  return groups.groups === product.rows;
}

function tryKeys(
  product: Sheet,
  sheet: Sheet,
  source: number,
  columns: readonly number[],
  keys: readonly number[],
  options: ReadonlyMap<number, readonly Recoding[]>,
  safeClass: number,
): Aggregate | null {
  const chosen = keys.map((key) => (options.get(key) as readonly Recoding[])[0] as Recoding);
  let best = evaluate(product, sheet, source, columns, chosen, safeClass);
  // Rival readings of a key, one at a time.
  for (let i = 0; i < chosen.length && best.left.length > 0; i++) {
    for (const rival of (options.get(keys[i] as number) as readonly Recoding[]).slice(1)) {
      const other = chosen.map((recoding, j) => (j === i ? rival : recoding));
      const found = evaluate(product, sheet, source, columns, other, safeClass);
      if (better(found, best)) best = found;
    }
  }
  return best;
}

function evaluate(
  product: Sheet,
  sheet: Sheet,
  source: number,
  columns: readonly number[],
  keys: readonly Recoding[],
  safeClass: number,
): Aggregate {
  const groupOf = rowGroups(product, sheet, keys);
  const keyColumns = new Set(keys.map((key) => key.product));
  const statistics = new Statistics(product.rows, sheet, groupOf);
  // Rows of one person each are persons, not groups, whatever their sums are.
  let single = 0;
  for (const persons of statistics.persons) if (persons < GROUP) single++;
  if (single > 0.5 * product.rows)
    return {
      source,
      keys,
      values: [],
      left: columns.filter((column) => !keyColumns.has(column)),
      smallest: 0,
      smallGroups: 0,
      determined: new Map(),
    };
  const values: AggregateColumn[] = [];
  const left: number[] = [];
  const determined = new Map<number, number>();
  for (const column of columns) {
    if (keyColumns.has(column)) continue;
    const explained = explain(product, column, statistics);
    if (explained === null) {
      left.push(column);
      continue;
    }
    values.push(explained);
    if (explained.closeness === 'exact') {
      let cells = 0;
      for (let row = 0; row < product.rows; row++) {
        const persons = statistics.persons[row] as number;
        if (
          persons > 0 &&
          persons < DETERMINED_BELOW &&
          ((product.columns[column] as SheetColumn).codes[row] as number) >= 0
        )
          cells++;
      }
      if (cells > 0) determined.set(column, cells);
    }
  }
  let smallest = Number.POSITIVE_INFINITY;
  let smallGroups = 0;
  for (const persons of statistics.persons) {
    if (persons === 0) continue;
    if (persons < smallest) smallest = persons;
    if (persons < safeClass) smallGroups++;
  }
  return { source, keys, values, left, smallest: Number.isFinite(smallest) ? smallest : 0, smallGroups, determined };
}

/** Lists of source rows per product row: one partition for each pattern of "everything" labels. */
interface RowGroups {
  /** For each pattern: product row of each source row, or -1. */
  readonly partitions: readonly Int32Array[];
}

function rowGroups(product: Sheet, sheet: Sheet, keys: readonly Recoding[]): RowGroups {
  const patterns = new Map<string, number[]>();
  for (let row = 0; row < product.rows; row++) {
    const pattern = keys
      .map((key) => {
        const code = (product.columns[key.product] as SheetColumn).codes[row] as number;
        return code < 0 || key.everything.has(code) ? '*' : '.';
      })
      .join('');
    const list = patterns.get(pattern);
    if (list === undefined) patterns.set(pattern, [row]);
    else list.push(row);
  }
  const partitions: Int32Array[] = [];
  for (const [pattern, rows] of [...patterns].slice(0, 64)) {
    const used = keys.filter((_, i) => pattern[i] === '.');
    partitions.push(partition(product, sheet, used, rows));
  }
  return { partitions };
}

function partition(product: Sheet, sheet: Sheet, used: readonly Recoding[], rows: readonly number[]): Int32Array {
  const of = new Int32Array(sheet.rows).fill(-1);
  if (used.length === 0) return of.fill(rows[0] as number);
  const joint = used.map(({ map, column, product: own }) => {
    const codes = new Int32Array(sheet.rows + rows.length);
    const from = (sheet.columns[column] as SheetColumn).codes;
    for (let row = 0; row < sheet.rows; row++) {
      const code = from[row] as number;
      codes[row] = code < 0 ? 0 : ((map as Int32Array)[code] as number) + 1;
    }
    rows.forEach((row, i) => {
      codes[sheet.rows + i] = ((product.columns[own] as SheetColumn).codes[row] as number) + 1;
    });
    return codes;
  });
  const groups = groupCodes(
    joint,
    used.map(({ product: own }) => (product.columns[own] as SheetColumn).distinct + 1),
  );
  const rowOf = new Int32Array(groups.groups).fill(-1);
  rows.forEach((row, i) => {
    rowOf[groups.groupOf[sheet.rows + i] as number] = row;
  });
  for (let row = 0; row < sheet.rows; row++) of[row] = rowOf[groups.groupOf[row] as number] as number;
  return of;
}

interface Statistic {
  readonly how: string;
  readonly column: number | null;
  readonly values: Float64Array;
  /** May be matched up to noise: sums, counts, means, shares. */
  readonly noisy: boolean;
}

const MAX_CATEGORIES = 60;

/** Statistics of the groups, computed when first asked for. */
class Statistics {
  readonly rows: number;
  readonly persons: Float64Array;
  readonly counts: Float64Array;
  readonly #sheet: Sheet;
  readonly #groups: RowGroups;
  #all: Statistic[] | undefined;

  constructor(rows: number, sheet: Sheet, groups: RowGroups) {
    this.rows = rows;
    this.#sheet = sheet;
    this.#groups = groups;
    this.counts = new Float64Array(rows);
    this.persons = new Float64Array(rows);
    for (const of of groups.partitions) {
      const shifted = of.map((row) => row + 1);
      const sizes = groupSizes(shifted, rows + 1);
      const persons = sheet.personOf === null ? sizes : groupPersons(shifted, rows + 1, sheet.personOf, sheet.persons);
      for (let row = 0; row < rows; row++) {
        this.counts[row] = (this.counts[row] as number) + (sizes[row + 1] as number);
        this.persons[row] = (this.persons[row] as number) + (persons[row + 1] as number);
      }
    }
  }

  all(): readonly Statistic[] {
    this.#all ??= this.#compute();
    return this.#all;
  }

  #compute(): Statistic[] {
    const { counts, persons } = this;
    const total = this.#sheet.rows;
    const list: Statistic[] = [{ how: 'count', column: null, values: counts, noisy: true }];
    if (this.#sheet.personOf !== null)
      list.push({ how: 'count of persons', column: null, values: persons, noisy: true });
    list.push({ how: 'share of all', column: null, values: counts.map((count) => count / total), noisy: true });
    list.push({
      how: 'percentage of all',
      column: null,
      values: counts.map((count) => (100 * count) / total),
      noisy: true,
    });
    let published = 0;
    for (const count of counts) published += count;
    if (published !== total && published > 0) {
      list.push({
        how: 'share of the table',
        column: null,
        values: counts.map((count) => count / published),
        noisy: true,
      });
      list.push({
        how: 'percentage of the table',
        column: null,
        values: counts.map((count) => (100 * count) / published),
        noisy: true,
      });
    }
    this.#sheet.columns.forEach((column, position) => {
      if (column.isNumeric) list.push(...this.#ofNumbers(column, position));
      if (column.distinct <= MAX_CATEGORIES && column.distinct > 1) list.push(...this.#ofCategories(column, position));
      else if (column.isDate) list.push(...this.#ofNumbers(column, position, column.dates));
    });
    return list;
  }

  #ofNumbers(column: SheetColumn, position: number, numbers: Float64Array = column.numbers): Statistic[] {
    const sums = new Float64Array(this.rows);
    const squares = new Float64Array(this.rows);
    const valid = new Float64Array(this.rows);
    const lists: number[][] = Array.from({ length: this.rows }, () => []);
    for (const of of this.#groups.partitions) {
      for (let row = 0; row < of.length; row++) {
        const group = of[row] as number;
        const code = column.codes[row] as number;
        if (group < 0 || code < 0) continue;
        const value = numbers[code] as number;
        if (Number.isNaN(value)) continue;
        sums[group] = (sums[group] as number) + value;
        squares[group] = (squares[group] as number) + value * value;
        valid[group] = (valid[group] as number) + 1;
        (lists[group] as number[]).push(value);
      }
    }
    const means = sums.map((sum, i) => sum / (valid[i] as number));
    const deviations = squares.map((square, i) => {
      const n = valid[i] as number;
      return Math.sqrt(Math.max(0, (square - n * (means[i] as number) ** 2) / (n - 1)));
    });
    const populations = deviations.map(
      (deviation, i) => deviation * Math.sqrt(((valid[i] as number) - 1) / (valid[i] as number)),
    );
    const quantileOf = (q: number): Float64Array =>
      Float64Array.from(lists, (list) => {
        if (list.length === 0) return Number.NaN;
        const sorted = Float64Array.from(list).sort();
        const at = q * (sorted.length - 1);
        const low = Math.floor(at);
        const high = Math.ceil(at);
        return (sorted[low] as number) + (at - low) * ((sorted[high] as number) - (sorted[low] as number));
      });
    const name = column.name;
    return [
      { how: `sum of ${name}`, column: position, values: sums, noisy: true },
      { how: `mean of ${name}`, column: position, values: means, noisy: true },
      { how: `count of ${name}`, column: position, values: valid, noisy: false },
      { how: `standard deviation of ${name}`, column: position, values: deviations, noisy: false },
      { how: `population deviation of ${name}`, column: position, values: populations, noisy: false },
      {
        how: `variance of ${name}`,
        column: position,
        values: deviations.map((deviation) => deviation ** 2),
        noisy: false,
      },
      { how: `median of ${name}`, column: position, values: quantileOf(0.5), noisy: true },
      { how: `first quartile of ${name}`, column: position, values: quantileOf(0.25), noisy: false },
      { how: `third quartile of ${name}`, column: position, values: quantileOf(0.75), noisy: false },
    ];
  }

  #ofCategories(column: SheetColumn, position: number): Statistic[] {
    const list: Statistic[] = [];
    const table = new Float64Array(this.rows * column.distinct);
    for (const of of this.#groups.partitions) {
      for (let row = 0; row < of.length; row++) {
        const group = of[row] as number;
        const code = column.codes[row] as number;
        if (group < 0 || code < 0) continue;
        const cell = group * column.distinct + code;
        table[cell] = (table[cell] as number) + 1;
      }
    }
    for (let code = 0; code < column.distinct; code++) {
      const values = Float64Array.from(this.counts, (_, row) => table[row * column.distinct + code] as number);
      list.push({ how: `count by ${column.name}`, column: position, values, noisy: true });
      const shares = values.map((value, row) => value / (this.counts[row] as number));
      list.push({ how: `share by ${column.name}`, column: position, values: shares, noisy: true });
      list.push({
        how: `percentage by ${column.name}`,
        column: position,
        values: shares.map((share) => 100 * share),
        noisy: true,
      });
    }
    return list;
  }

  /** Counts of a band that a column header names, for cross tables over numbers. */
  bands(header: string): Statistic[] {
    const interval = parseInterval(header);
    if (interval === null) return [];
    const list: Statistic[] = [];
    this.#sheet.columns.forEach((column, position) => {
      if (!column.isNumeric) return;
      const values = new Float64Array(this.rows);
      for (const of of this.#groups.partitions) {
        for (let row = 0; row < of.length; row++) {
          const group = of[row] as number;
          const code = column.codes[row] as number;
          if (group >= 0 && code >= 0 && contains(interval, column.numbers[code] as number))
            values[group] = (values[group] as number) + 1;
        }
      }
      list.push({ how: `count by band of ${column.name}`, column: position, values, noisy: true });
      list.push({
        how: `share by band of ${column.name}`,
        column: position,
        values: values.map((value, row) => value / (this.counts[row] as number)),
        noisy: true,
      });
    });
    return list;
  }
}

/** The statistic that a column publishes: exact before rounded before noised. */
function explain(product: Sheet, position: number, statistics: Statistics): AggregateColumn | null {
  const column = product.columns[position] as SheetColumn;
  const figures = new Float64Array(product.rows).fill(Number.NaN);
  let valid = 0;
  let unit = 1;
  for (let row = 0; row < product.rows; row++) {
    const code = column.codes[row] as number;
    if (code < 0) continue;
    const text = column.values[code] as string;
    const value = figureOf(text);
    if (Number.isNaN(value)) {
      // A suppressed cell is no figure; other text is not explained by a statistic.
      if (!isEverything(text) && !/^(?:[<≤]\s*\d+|[xXsc.·—–-]+)$/.test(text.trim())) return null;
      continue;
    }
    figures[row] = value;
    valid++;
    unit = Math.min(unit, unitOf(text));
  }
  if (valid === 0) return null;
  const all = [...statistics.all(), ...statistics.bands(column.name)];
  for (const statistic of all) {
    if (agrees(figures, statistic.values, () => 0.501 * unit))
      return { product: position, how: statistic.how, column: statistic.column, closeness: 'exact' };
  }
  const base = roundingBase(figures);
  if (base > unit) {
    for (const statistic of all) {
      if (agrees(figures, statistic.values, () => base * 1.0001)) {
        return {
          product: position,
          how: `${statistic.how}, rounded to ${base}`,
          column: statistic.column,
          closeness: 'rounded',
        };
      }
    }
  }
  let best: { statistic: Statistic; error: number } | null = null;
  for (const statistic of all) {
    if (!statistic.noisy) continue;
    const error = noiseError(figures, statistic.values);
    if (error !== null && (best === null || error < best.error)) best = { statistic, error };
  }
  if (best === null) return null;
  return {
    product: position,
    how: `${best.statistic.how}, noised`,
    column: best.statistic.column,
    closeness: 'noised',
  };
}

function unitOf(text: string): number {
  const point = text.indexOf('.');
  if (point < 0) return 1;
  const digits = /^\d*/.exec(text.slice(point + 1))?.[0].length ?? 0;
  return 10 ** -digits;
}

function agrees(figures: Float64Array, values: Float64Array, tolerance: () => number): boolean {
  let asked = 0;
  const slack = tolerance();
  for (let row = 0; row < figures.length; row++) {
    const figure = figures[row] as number;
    const value = values[row] as number;
    if (Number.isNaN(figure)) continue;
    if (Number.isNaN(value)) {
      if (figure !== 0) return false;
      continue;
    }
    asked++;
    if (Math.abs(figure - value) > slack + 1e-9 * Math.abs(value)) return false;
  }
  return asked > 0;
}

/** Largest of 5, 10, 20, 25, 50, 100, 1000, ... that divides every figure; 0 when none does. */
function roundingBase(figures: Float64Array): number {
  for (const base of [1e6, 1e5, 10_000, 1000, 500, 100, 50, 25, 20, 10, 5, 3, 2, 1, 0.5, 0.1, 0.05, 0.01]) {
    let all = true;
    let any = false;
    for (const figure of figures) {
      if (Number.isNaN(figure)) continue;
      if (figure !== 0) any = true;
      if (Math.abs(figure / base - Math.round(figure / base)) > 1e-6) {
        all = false;
        break;
      }
    }
    if (all && any) return base;
  }
  return 0;
}

/**
 * Relative size of the noise where a column is a statistic plus noise: the typical error against the typical difference
 * between groups (against the value itself for fewer than four groups); null when it is none.
 */
function noiseError(figures: Float64Array, values: Float64Array): number | null {
  const pairs: [number, number][] = [];
  for (let row = 0; row < figures.length; row++) {
    const figure = figures[row] as number;
    const value = values[row] as number;
    if (!Number.isNaN(figure) && !Number.isNaN(value)) pairs.push([figure, value]);
  }
  if (pairs.length === 0) return null;
  const errors = pairs.map(([figure, value]) => Math.abs(figure - value));
  const error = median(errors);
  const size = median(pairs.map(([, value]) => Math.abs(value)));
  if (pairs.length < 4) {
    const worst = Math.max(
      ...pairs.map(([figure, value]) => Math.abs(figure - value) / Math.max(1e-12, Math.abs(value))),
    );
    return worst <= 0.2 ? worst : null;
  }
  const centre = median(pairs.map(([, value]) => value));
  const spread = median(pairs.map(([, value]) => Math.abs(value - centre)));
  const scale = Math.max(spread, 1e-12);
  const close = errors.filter((own) => own <= Math.max(8 * error, 1e-12)).length;
  if (close < 0.9 * errors.length) return null;
  // Noise small against the spread between groups; or, where groups are alike, small against the value.
  if (error <= 0.35 * scale || error <= 0.02 * size) return error / Math.max(scale, 0.05 * size);
  return null;
}
