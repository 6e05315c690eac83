/**
 * Statistics of the groups that the keys of a table define: counts, shares, sums, means, deviations, quantiles, and how many
 * persons stand behind each figure.
 * @module
 */
import { groupCodes, groupPersons, groupSizes } from '../../core/index.js';
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { distinctCounts } from './distinct-counts.js';
import { type Members, membersOf } from './headers.js';
import { contains, parseInterval } from './label.js';
import { quantileNamed, quantileStatistic, statisticsOfNumbers } from './number-statistics.js';
import type { Recoding } from './recoding.js';

/** Lists of source rows per product row: one partition for each pattern of "everything" labels. */
export interface RowGroups {
  /** For each pattern: product row of each source row, or -1. */
  readonly partitions: readonly Int32Array[];
}

export function rowGroups(product: Sheet, sheet: Sheet, keys: readonly Recoding[]): RowGroups {
  const patterns = new Map<string, number[]>();
  for (let row = 0; row < product.rows; row++) {
    const pattern = keys
      .map((key) => {
        const code = (product.columns[key.product] as SheetColumn).codes[row] as number;
        return (code < 0 && key.missing !== true) || key.everything.has(code) ? '*' : '.';
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
  const joint = used.map(({ map, column, product: own, missing }) => {
    // Rows without a value are a group of their own, or in none.
    const none = missing === true ? (product.columns[own] as SheetColumn).distinct + 1 : 0;
    const codes = new Int32Array(sheet.rows + rows.length);
    const from = (sheet.columns[column] as SheetColumn).codes;
    for (let row = 0; row < sheet.rows; row++) {
      const code = from[row] as number;
      codes[row] = code < 0 ? none : ((map as Int32Array)[code] as number) + 1;
    }
    rows.forEach((row, i) => {
      const code = (product.columns[own] as SheetColumn).codes[row] as number;
      codes[sheet.rows + i] = code < 0 ? none : code + 1;
    });
    return codes;
  });
  const groups = groupCodes(
    joint,
    used.map(({ product: own }) => (product.columns[own] as SheetColumn).distinct + 2),
  );
  const rowOf = new Int32Array(groups.groups).fill(-1);
  rows.forEach((row, i) => {
    rowOf[groups.groupOf[sheet.rows + i] as number] = row;
  });
  for (let row = 0; row < sheet.rows; row++) of[row] = rowOf[groups.groupOf[row] as number] as number;
  return of;
}

export interface Statistic {
  readonly how: string;
  readonly column: number | null;
  readonly values: Float64Array;
  /** May be matched up to noise: sums, counts, means, shares. */
  readonly noisy: boolean;
  /** One of so many that rounded figures would meet some of them by chance. */
  readonly exactOnly?: true;
  /** Persons (rows) whose values make each figure, where they are fewer than the group: those with a value, those counted. */
  readonly support?: Float64Array;
  /** Deviation within each group, of a figure that a member could pass for: noise must be far smaller. */
  readonly within?: Float64Array;
  /** A count of some of the group: its complement is one too. Or a value that all of each group share: a label beside its key. */
  readonly of?: 'part' | 'label';
}

const MAX_CATEGORIES = 60;
/** Source cells that means of one header's cells may look at. */
const CELL_WORK = 2_000_000;

/** Statistics of the groups, computed when first asked for. */
export class Statistics {
  readonly rows: number;
  readonly persons: Float64Array;
  readonly counts: Float64Array;
  readonly sheet: Sheet;
  readonly #groups: RowGroups;
  #all: Statistic[] | undefined;
  readonly #sorted = new Map<SheetColumn, readonly Float64Array[]>();

  constructor(rows: number, sheet: Sheet, groups: RowGroups) {
    this.rows = rows;
    this.sheet = sheet;
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
    const total = this.sheet.rows;
    const list: Statistic[] = [{ how: 'count', column: null, values: counts, noisy: true }];
    if (this.sheet.personOf !== null)
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
    this.sheet.columns.forEach((column, position) => {
      if (column.isNumeric) list.push(...this.#ofNumbers(column, position));
      if (column.distinct <= MAX_CATEGORIES && column.distinct > 1) list.push(...this.#ofCategories(column, position));
      else if (column.isDate) list.push(...this.#ofNumbers(column, position, column.dates));
    });
    // Last: any small number is some count.
    list.push(...distinctCounts(this.sheet, this.#groups.partitions, this.rows));
    return list;
  }

  /** Of each group, the share of members whose number or date in a column lies within a distance of the group's value. */
  shareWithin(position: number, values: Float64Array, distances: Float64Array): Float64Array {
    const column = this.sheet.columns[position] as SheetColumn;
    const numbers = column.isNumeric ? column.numbers : column.dates;
    const near = new Float64Array(this.rows);
    const all = new Float64Array(this.rows);
    for (const of of this.#groups.partitions) {
      for (let row = 0; row < of.length; row++) {
        const group = of[row] as number;
        const code = column.codes[row] as number;
        if (group < 0 || code < 0 || Number.isNaN(numbers[code])) continue;
        all[group] = (all[group] as number) + 1;
        if (Math.abs((numbers[code] as number) - (values[group] as number)) <= (distances[group] as number))
          near[group] = (near[group] as number) + 1;
      }
    }
    return near.map((count, group) => (count + 1) / ((all[group] as number) + 1));
  }

  #ofNumbers(column: SheetColumn, position: number, numbers: Float64Array = column.numbers): Statistic[] {
    return statisticsOfNumbers(column.name, position, this.#members(column, numbers));
  }

  /** Quantiles of the columns of numbers that a header asks for: `P90`, `10%分位数`, `营业收入_P10`. */
  quantiles(header: string): Statistic[] {
    const share = quantileNamed(header);
    if (share === null) return [];
    return this.sheet.columns.flatMap((column, position) =>
      column.isNumeric ? [quantileStatistic(column.name, position, this.#members(column, column.numbers), share)] : [],
    );
  }

  /** Numbers of each group, in order. */
  #members(column: SheetColumn, numbers: Float64Array): readonly Float64Array[] {
    const known = this.#sorted.get(column);
    if (known !== undefined) return known;
    const sizes = new Int32Array(this.rows);
    const each = (take: (group: number, value: number) => void): void => {
      for (const of of this.#groups.partitions) {
        for (let row = 0; row < of.length; row++) {
          const group = of[row] as number;
          const code = column.codes[row] as number;
          const value = group < 0 || code < 0 ? Number.NaN : (numbers[code] as number);
          if (!Number.isNaN(value)) take(group, value);
        }
      }
    };
    each((group) => {
      sizes[group] = (sizes[group] as number) + 1;
    });
    const members = Array.from(sizes, (size) => new Float64Array(size));
    each((group, value) => {
      const at = (sizes[group] as number) - 1;
      sizes[group] = at;
      (members[group] as Float64Array)[at] = value;
    });
    for (const own of members) own.sort();
    this.#sorted.set(column, members);
    return members;
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
      list.push({ how: `count by ${column.name}`, column: position, values, noisy: true, support: values, of: 'part' });
      const shares = values.map((value, row) => value / (this.counts[row] as number));
      list.push({ how: `share by ${column.name}`, column: position, values: shares, noisy: true });
      list.push({
        how: `percentage by ${column.name}`,
        column: position,
        values: shares.map((share) => 100 * share),
        noisy: true,
      });
    }
    if (column.isNumeric && column.distinct > 2) list.push(...this.#fromOn(column, position, table));
    return list;
  }

  /** Counts and shares of those whose number is at least each of a column's few numbers: four and five of five, 37.3 and more. */
  #fromOn(column: SheetColumn, position: number, table: Float64Array): Statistic[] {
    const codes = Array.from(column.numbers.keys()).sort(
      (a, b) => (column.numbers[b] as number) - (column.numbers[a] as number),
    );
    const sums = new Float64Array(this.rows);
    const of = { column: position, noisy: false, exactOnly: true as const };
    return codes.slice(0, -1).flatMap((code): Statistic[] => {
      for (let row = 0; row < this.rows; row++)
        sums[row] = (sums[row] as number) + (table[row * column.distinct + code] as number);
      const values = sums.slice();
      const shares = values.map((value, row) => value / (this.counts[row] as number));
      const how = `from a number of ${column.name} on`;
      return [
        { how: `count ${how}`, values, support: values, of: 'part', ...of },
        { how: `share ${how}`, values: shares, ...of },
        { how: `percentage ${how}`, values: shares.map((share) => 100 * share), ...of },
      ];
    });
  }

  /** Counts, shares, means and sums of the cells under a header that names values of the source: cross tables of figures. */
  cells(header: string): Statistic[] {
    const list: Statistic[] = [];
    for (const members of membersOf(header, this.sheet)) list.push(...this.#ofMembers(members));
    return list;
  }

  #ofMembers({ column, position, how, holds, category }: Members): Statistic[] {
    const rows = new Int32Array(this.sheet.rows).fill(-1);
    const counts = new Float64Array(this.rows);
    for (const of of this.#groups.partitions) {
      for (let row = 0; row < of.length; row++) {
        const group = of[row] as number;
        const code = column.codes[row] as number;
        if (group < 0 || code < 0 || holds[code] === 0) continue;
        rows[row] = group;
        counts[group] = (counts[group] as number) + 1;
      }
    }
    const total = this.sheet.rows;
    const part = { column: position, noisy: true, support: counts, of: 'part' as const };
    const list: Statistic[] = [];
    if (!category) {
      const shares = counts.map((count, row) => count / (this.counts[row] as number));
      list.push({ how: `count by ${how}`, values: counts, ...part });
      list.push({ how: `share by ${how}`, values: shares, ...part });
      list.push({ how: `percentage by ${how}`, values: shares.map((share) => 100 * share), ...part });
    }
    list.push({ how: `share of all by ${how}`, values: counts.map((count) => count / total), ...part });
    list.push({ how: `percentage of all by ${how}`, values: counts.map((count) => (100 * count) / total), ...part });
    if (this.#groups.partitions.length > 1 || total * this.sheet.columns.length > CELL_WORK) return list;
    this.sheet.columns.forEach((numeric, at) => {
      if (!numeric.isNumeric || at === position) return;
      const sums = new Float64Array(this.rows);
      const valid = new Float64Array(this.rows);
      for (let row = 0; row < rows.length; row++) {
        const group = rows[row] as number;
        const code = numeric.codes[row] as number;
        if (group < 0 || code < 0 || Number.isNaN(numeric.numbers[code])) continue;
        sums[group] = (sums[group] as number) + (numeric.numbers[code] as number);
        valid[group] = (valid[group] as number) + 1;
      }
      const means = sums.map((sum, group) => sum / (valid[group] as number));
      const of = { column: at, noisy: false, support: valid };
      list.push({ how: `mean of ${numeric.name}`, values: means, ...of });
      list.push({ how: `sum of ${numeric.name}`, values: sums, ...of });
    });
    return list;
  }

  /** Counts of a band that a column header names, for cross tables over numbers. */
  bands(header: string): Statistic[] {
    const interval = parseInterval(header);
    if (interval === null) return [];
    const list: Statistic[] = [];
    this.sheet.columns.forEach((column, position) => {
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
      list.push({
        how: `count by band of ${column.name}`,
        column: position,
        values,
        noisy: true,
        support: values,
        of: 'part',
      });
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
