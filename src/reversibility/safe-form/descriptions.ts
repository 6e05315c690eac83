/**
 * Descriptions of numeric columns of a source (`describe()` and the like), recomputed: counts, means, deviations, quantiles; variables
 * in columns and statistics in rows, or the other way. See summary.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import { type Grid, isFigure, numbersByRow, numericByName, type Summary } from './grid.js';
import { statisticsNamed } from './statistic-words.js';

/** A statistic of a column: its value and the persons (rows) that stand behind it. */
export interface Described {
  readonly how: string;
  readonly value: number;
  readonly persons: number;
  /** A quantile: few persons may stand beyond it. */
  readonly quantile?: true;
}

const QUANTILES = [0.01, 0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.99];
/** Figures of a variable without a name, and digits of them, that tell which column it is. */
const TELLING = 3;

/** Reads a product as a description of a source; null when it is none. */
export function descriptionOf(grid: Grid, sheet: Sheet, safeClass: number): Summary | null {
  return describedBy(grid, sheet, safeClass) ?? describedBy(withShares(grid), sheet, safeClass);
}

/** Shares in the first column (0.1, 0.5, 0.9) are names of quantiles. */
function withShares(grid: Grid): Grid | null {
  const [first, ...figures] = grid.figures;
  if (first === undefined || grid.labels.length > 0 || figures.length === 0) return null;
  if (!first.values.every((share, row) => share > (first.values[row - 1] ?? 0) && QUANTILES.includes(share)))
    return null;
  return { ...grid, labels: [{ column: first.column, texts: Array.from(first.values, String) }], figures };
}

function describedBy(grid: Grid | null, sheet: Sheet, safeClass: number): Summary | null {
  if (grid === null || grid.labels.length > 1) return null;
  const byName = numericByName(sheet);
  const known = new Map<number, Described[]>();
  const describe = (position: number): Described[] => {
    let list = known.get(position);
    if (list === undefined) {
      list = statisticsOf(sheet.columns[position] as SheetColumn);
      known.set(position, list);
    }
    return list;
  };
  const texts = grid.labels[0]?.texts;
  const cell = (row: number, column: number): { figure: number; unit: number; column: number } => {
    const own = grid.figures[column] as Grid['figures'][number];
    return { figure: own.values[row] as number, unit: own.units[row] as number, column: own.column };
  };
  const byColumns = {
    variables: grid.figures.map((figures, j) => ({
      name: figures.name,
      cells: Array.from({ length: grid.rows }, (_, row) => cell(row, j)),
    })),
    across: grid.rows,
    // Labels say which statistic a row is, each another one; any other text beside figures would leave unread.
    named: texts?.map(statisticsNamed),
    labelled: texts === undefined || new Set(texts).size === texts.length,
  };
  const byRows = {
    variables: Array.from({ length: grid.rows }, (_, row) => ({
      name: texts?.[row] ?? '',
      cells: grid.figures.map((_, j) => cell(row, j)),
    })),
    across: grid.figures.length,
    named: undefined,
    labelled: texts?.every((text) => byName.has(text)) ?? true,
  };
  for (const { variables, across, named, labelled } of [byColumns, byRows]) {
    if (!labelled) continue;
    const found = read(variables, across, named, byName, describe, safeClass, sheet.persons);
    if (found === null) continue;
    const how = new Map(found.how);
    for (const { column } of grid.labels) how.set(column, 'names of columns or statistics');
    return { ...found, how };
  }
  return null;
}

interface Variable {
  readonly name: string;
  readonly cells: readonly { readonly figure: number; readonly unit: number; readonly column: number }[];
}

/** Each variable put to a source column, and each place across them to one statistic, of those that its label names where it has one. */
function read(
  variables: readonly Variable[],
  across: number,
  labels: readonly ReadonlySet<string>[] | undefined,
  byName: ReadonlyMap<string, number>,
  describe: (position: number) => Described[],
  safeClass: number,
  all: number,
): Summary | null {
  const open = Array.from({ length: across }, () => new Set<number>());
  const chosen: number[] = [];
  for (const [i, variable] of variables.entries()) {
    const telling = variable.cells.filter(({ figure, unit }) => Math.abs(figure) / unit >= 100).length;
    const named = byName.get(variable.name);
    const different = new Set(variable.cells.map(({ figure }) => figure)).size;
    if (named === undefined && (different < TELLING || telling < 2)) return null;
    const candidates = named === undefined ? [...byName.values()] : [named];
    const position = candidates.find((candidate) => {
      const matches = matchesOf(variable, describe(candidate), labels);
      if (matches.some((own) => own !== null && own.size === 0)) return false;
      return (
        i === 0 || matches.every((own, at) => own === null || [...own].some((id) => (open[at] as Set<number>).has(id)))
      );
    });
    if (position === undefined) return null;
    chosen.push(position);
    matchesOf(variable, describe(position), labels).forEach((own, at) => {
      if (own === null) return;
      const before = open[at] as Set<number>;
      open[at] = before.size === 0 ? own : new Set([...before].filter((id) => own.has(id)));
    });
  }
  if (open.some((ids) => ids.size === 0)) return null;
  const statistic = open.map((ids) => Math.min(...ids));
  const how = new Map<number, string>();
  const extremes = new Map<number, number>();
  let persons = all;
  variables.forEach(({ cells }, i) => {
    const list = describe(chosen[i] as number);
    cells.forEach(({ figure, column }, at) => {
      if (Number.isNaN(figure)) return;
      const own = list[statistic[at] as number] as Described;
      if (own.persons < safeClass && own.quantile === true) extremes.set(column, (extremes.get(column) ?? 0) + 1);
      else persons = Math.min(persons, own.persons);
      how.set(column, 'description');
    });
  });
  return { kind: 'description', how, persons, extremes };
}

/** Statistics that each figure of a variable may be; null where there is no figure. */
function matchesOf(
  variable: Variable,
  list: readonly Described[],
  labels: readonly ReadonlySet<string>[] | undefined,
): (Set<number> | null)[] {
  return variable.cells.map(({ figure, unit }, at) => {
    if (Number.isNaN(figure)) return null;
    const ids = new Set<number>();
    list.forEach(({ how, value }, id) => {
      if (labels?.[at]?.has(how) !== false && isFigure(figure, unit, value)) ids.add(id);
    });
    return ids;
  });
}

/** Statistics of a column of numbers, and the persons behind each. */
export function statisticsOf(column: SheetColumn): Described[] {
  const numbers = numbersByRow(column)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const n = numbers.length;
  let sum = 0;
  for (const value of numbers) sum += value;
  const mean = sum / n;
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (const value of numbers) {
    const d = value - mean;
    second += d * d;
    third += d * d * d;
    fourth += d ** 4;
  }
  const variance = second / (n - 1);
  const m2 = second / n;
  const skew = (third / n / m2 ** 1.5) * (Math.sqrt(n * (n - 1)) / (n - 2));
  const kurtosis = ((n - 1) / ((n - 2) * (n - 3))) * ((n + 1) * (fourth / n / m2 ** 2 - 3) + 6);
  const simple: [string, number][] = [
    ['count', n],
    ['missing', column.rows - n],
    ['mean', mean],
    ['standard deviation', Math.sqrt(variance)],
    ['variance', variance],
    ['sum', sum],
    ['standard error', Math.sqrt(variance / n)],
    ['population deviation', Math.sqrt(m2)],
    ['skewness', skew],
    ['kurtosis', kurtosis],
    ['coefficient of variation', Math.sqrt(variance) / mean],
  ];
  const list: Described[] = simple.map(([how, value]) => ({ how, value, persons: n }));
  list.push({ how: 'distinct values', value: column.distinct, persons: n });
  // Twice the persons on the shorter side: a median needs twenty, a quartile forty, a least value ten who hold it.
  const beyond = (value: number): number => {
    let below = 0;
    let above = 0;
    for (const own of numbers) {
      if (own <= value) below++;
      if (own >= value) above++;
    }
    return 2 * Math.min(below, above);
  };
  for (const q of [...QUANTILES, 0, 1]) {
    const at = q * (n - 1);
    const low = numbers[Math.floor(at)] as number;
    const high = numbers[Math.ceil(at)] as number;
    const value = low + (at - Math.floor(at)) * (high - low);
    list.push({ how: 'quantile', value, persons: beyond(value), quantile: true });
  }
  return list;
}
