/**
 * Safe products as statistical offices and data teams publish them: tables with suppressed records, rest categories, named bands, codes
 * with stars, coded ends, micro-aggregates, counts by week and month, private histograms, cross tables with totals and hidden cells,
 * correlations, descriptions, regressions.
 *
 * Micro-aggregation: Defays and Nanopoulos (1993). Geometric noise: Ghosh, Roughgarden and Sundararajan, STOC 2009.
 * @module
 */
import type { RandomSource } from '../../core/index.js';
import { type Frame, frameRows, isNumericColumn, normal, shuffled, takeRows } from './frame.js';
import { complete, distinct, groupsOf, groupTable, K, laplace, numericPosition, type SafeMaker } from './safe.js';

type Column = readonly (string | null)[];

/** Positions of complete columns of 2 to `most` values, in random order. */
export function categories(frame: Frame, random: RandomSource, most: number): number[] {
  return shuffled(frame.names.length, random).filter((position) => {
    const column = frame.columns[position] as Column;
    return complete(column) && distinct(column) >= 2 && distinct(column) <= most;
  });
}

/** Numeric columns of more than a dozen values, at most `limit`. */
export function numerics(frame: Frame, random: RandomSource, limit: number): number[] {
  return shuffled(frame.names.length, random)
    .filter((position) => {
      const column = frame.columns[position] as Column;
      return (
        isNumericColumn(column) && complete(column) && distinct(column) > 12 && column.every((text) => text.length < 10)
      );
    })
    .slice(0, limit);
}

/** A numeric column by row. */
export const numbersOf = (frame: Frame, position: number): number[] =>
  (frame.columns[position] as readonly string[]).map(Number);

/** Rows in classes under K are left out, or starred in every column. */
function ofClasses(frame: Frame, random: RandomSource, starred: boolean): Frame | null {
  const rows = frameRows(frame);
  const small = new Set([...groupsOf(frame.columns, rows).values()].filter((list) => list.length < K).flat());
  // Starred records are a class too.
  if (small.size > 0.25 * rows || frame.columns.length === 0 || (starred && small.size > 0 && small.size < K))
    return null;
  const order = random.below(2) === 0 ? shuffled(rows, random) : Array.from({ length: rows }, (_, row) => row);
  if (!starred)
    return takeRows(
      frame,
      order.filter((row) => !small.has(row)),
    );
  return takeRows(
    {
      names: frame.names,
      columns: frame.columns.map((column) => column.map((text, row) => (small.has(row) ? '*' : text))),
    },
    order,
  );
}

/** Bands of about equal rows of a numeric column, with names. */
function named(column: readonly string[], names: readonly string[]): string[] {
  const sorted = column.map(Number).sort((a, b) => a - b);
  const cuts = names.slice(1).map((_, i) => sorted[Math.floor(((i + 1) * sorted.length) / names.length)] as number);
  return column.map((text) => names[cuts.filter((cut) => Number(text) >= cut).length] as string);
}

/** Rare values of a column under one label. */
function withRest(column: readonly string[], label: string): string[] {
  const counts = new Map<string, number>();
  for (const text of column) counts.set(text, (counts.get(text) ?? 0) + 1);
  const kept = [...counts].sort((a, b) => b[1] - a[1]).slice(0, Math.max(1, Math.ceil(counts.size / 2)));
  const names = new Set(kept.map(([text]) => text));
  return column.map((text) => (names.has(text) ? text : label));
}

function geometric(random: RandomSource, epsilon: number): number {
  const draw = (): number => Math.floor(Math.log(1 - random.uniform()) / -epsilon);
  return draw() - draw();
}

/** Arithmetic mean. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Covariance. */
export function crossMoment(a: readonly number[], b: readonly number[]): number {
  const x = meanOf(a);
  const y = meanOf(b);
  return a.reduce((sum, value, row) => sum + (value - x) * ((b[row] as number) - y), 0) / (a.length - 1);
}

/** Quantile by linear interpolation. */
export function quantile(sorted: readonly number[], q: number): number {
  const at = q * (sorted.length - 1);
  const low = sorted[Math.floor(at)] as number;
  return low + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] as number) - low);
}

/** Means of runs of at least K rows in the order of one column. */
function runMeans(list: readonly number[], by: readonly number[]): string[] {
  const order = Array.from(list.keys()).sort((a, b) => (by[a] as number) - (by[b] as number));
  const own = new Array<string>(list.length);
  const classes = Math.floor(list.length / K);
  for (let i = 0; i < classes; i++) {
    const rows = order.slice(i * K, i === classes - 1 ? order.length : (i + 1) * K);
    const mean = meanOf(rows.map((row) => list[row] as number)).toFixed(3);
    for (const row of rows) own[row] = mean;
  }
  return own;
}

/** Days by the Monday of their week, or by month. */
function periods(column: readonly string[], weekly: boolean): string[] {
  return column.map((text) => {
    if (!weekly) return text.slice(0, 7);
    const day = new Date(`${text}T00:00:00Z`);
    return new Date(day.getTime() - ((day.getUTCDay() + 6) % 7) * 86_400_000).toISOString().slice(0, 10);
  });
}

const COUNT = (lists: readonly (readonly number[])[]): string[] => lists.map((rows) => String(rows.length));

/** The generators. */
export const publishedSafeMakers: readonly SafeMaker[] = [
  {
    family: 'records-starred',
    make(frame, random) {
      const chosen = categories(frame, random, 12).slice(0, 2);
      if (chosen.length < 2) return null;
      return ofClasses(
        {
          names: chosen.map((position) => frame.names[position] as string),
          columns: chosen.map((position) => frame.columns[position] as Column),
        },
        random,
        true,
      );
    },
  },
  {
    family: 'rest-category',
    make(frame, random) {
      const chosen = categories(frame, random, 20).slice(0, 2);
      const label = ['Other', '其他', 'others'][random.below(3)] as string;
      return chosen.length === 0
        ? null
        : ofClasses(
            {
              names: chosen.map((position) => frame.names[position] as string),
              columns: chosen.map((position) => withRest(frame.columns[position] as readonly string[], label)),
            },
            random,
            false,
          );
    },
  },
  {
    family: 'named-bands',
    make(frame, random) {
      const position = numericPosition(frame, random);
      const [beside] = categories(frame, random, 6);
      if (position < 0 || beside === undefined) return null;
      const names = [
        ['low', 'mid', 'high'],
        ['青年', '中年', '老年'],
        ['Q1', 'Q2', 'Q3', 'Q4'],
      ][random.below(3)] as string[];
      return ofClasses(
        {
          names: [`${frame.names[position]}_band`, frame.names[beside] as string],
          columns: [named(frame.columns[position] as readonly string[], names), frame.columns[beside] as Column],
        },
        random,
        false,
      );
    },
  },
  {
    family: 'codes-starred',
    make(frame, random) {
      const position = frame.columns.findIndex(
        (column) => complete(column) && column.every((text) => /^\d{6}$/.test(text)),
      );
      if (position < 0) return null;
      const kept = 2 + random.below(3);
      const column = (frame.columns[position] as readonly string[]).map(
        (text) => `${text.slice(0, kept)}${'*'.repeat(6 - kept)}`,
      );
      return ofClasses({ names: [frame.names[position] as string], columns: [column] }, random, false);
    },
  },
  {
    family: 'ends-coded',
    make(frame, random) {
      const position = numericPosition(frame, random);
      if (position < 0) return null;
      const list = numbersOf(frame, position);
      const unit = 10 ** Math.floor(Math.log10((Math.max(...list) - Math.min(...list)) / 12));
      const sorted = [...list].sort((a, b) => a - b);
      const low = Math.ceil(quantile(sorted, 0.15) / unit) * unit;
      const high = Math.floor(quantile(sorted, 0.85) / unit) * unit;
      const column = list.map((value) =>
        String(Number((Math.floor(Math.min(high, Math.max(low, value)) / unit) * unit).toPrecision(8))),
      );
      return ofClasses({ names: [frame.names[position] as string], columns: [column] }, random, false);
    },
  },
  {
    family: 'micro-aggregated',
    make(frame, random) {
      const position = numericPosition(frame, random);
      if (position < 0) return null;
      const list = numbersOf(frame, position);
      const made = { names: [frame.names[position] as string], columns: [runMeans(list, list)] };
      return takeRows(made, shuffled(list.length, random));
    },
  },
  {
    family: 'micro-aggregated-together',
    make(frame, random) {
      const chosen = numerics(frame, random, 3);
      if (chosen.length < 2) return null;
      const lists = chosen.map((position) => numbersOf(frame, position));
      const by = lists[0] as number[];
      return {
        names: chosen.map((position) => frame.names[position] as string),
        columns: lists.map((list) => runMeans(list, by)),
      };
    },
  },
  ...[false, true].map(
    (weekly): SafeMaker => ({
      family: weekly ? 'by-week' : 'by-month',
      make(frame, random) {
        const position = frame.columns.findIndex(
          (column) => complete(column) && column.every((text) => /^\d{4}-\d{2}-\d{2}$/.test(text)),
        );
        const value = numericPosition(frame, random);
        if (position < 0 || value < 0) return null;
        const list = numbersOf(frame, value);
        const period = periods(frame.columns[position] as readonly string[], weekly);
        const groups = [...groupsOf([period], list.length)].filter(([, rows]) => rows.length >= K).sort();
        return groups.length < 3
          ? null
          : {
              names: [weekly ? 'week' : 'month', 'n', `mean_${frame.names[value]}`],
              columns: [
                groups.map(([label]) => label),
                COUNT(groups.map(([, rows]) => rows)),
                groups.map(([, rows]) => meanOf(rows.map((row) => list[row] as number)).toFixed(2)),
              ],
            };
      },
    }),
  ),
  {
    family: 'private-histogram',
    make(frame, random) {
      const position = numericPosition(frame, random);
      if (position < 0) return null;
      const list = numbersOf(frame, position);
      const least = Math.min(...list);
      const width = Number(((Math.max(...list) - least) / 8).toPrecision(1));
      const bin = list.map((value) => Math.floor(value / width));
      const groups = [...groupsOf([bin.map(String)], list.length)].filter(([, rows]) => rows.length >= K);
      const kind = random.below(3);
      const noise = (): number =>
        kind === 0 ? geometric(random, 0.5) : kind === 1 ? laplace(random, 2) : 3 * normal(random);
      const base = [1, 5, 10][random.below(3)] as number;
      const ends = (key: string): string => {
        const low = Number((Number(key) * width).toPrecision(8));
        return `[${low}, ${Number((low + width).toPrecision(8))})`;
      };
      return groups.length < 3
        ? null
        : {
            names: [frame.names[position] as string, 'dp_count'],
            columns: [
              groups.map(([key]) => ends(key)),
              groups.map(([, rows]) => String(Math.max(0, Math.round((rows.length + noise()) / base) * base))),
            ],
          };
    },
  },
  {
    family: 'small-cells-hidden',
    make(frame, random) {
      const [a, b] = categories(frame, random, 10);
      if (a === undefined || b === undefined) return null;
      const groups = [...groupsOf([frame.columns[a] as Column, frame.columns[b] as Column], frameRows(frame)).values()];
      const mark = [`<${K}`, '*', 'suppressed', '-'][random.below(4)] as string;
      if (groups.filter((rows) => rows.length >= K).length < 3) return null;
      return {
        names: [frame.names[a] as string, frame.names[b] as string, 'n'],
        columns: [
          groups.map((rows) => (frame.columns[a] as Column)[rows[0] as number] ?? null),
          groups.map((rows) => (frame.columns[b] as Column)[rows[0] as number] ?? null),
          groups.map((rows) => (rows.length >= K ? String(rows.length) : mark)),
        ],
      };
    },
  },
  {
    family: 'cross-table-totals',
    make(frame, random) {
      const chosen = categories(frame, random, 5);
      const [across] = chosen;
      if (across === undefined) return null;
      const column = frame.columns[across] as readonly string[];
      const values = [...new Set(column)];
      const rest = {
        names: frame.names.filter((_, i) => i !== across),
        columns: frame.columns.filter((_, i) => i !== across),
      };
      const made = groupTable(rest, random, 1, (lists) => {
        const table = values.map((value) => lists.map((rows) => rows.filter((row) => column[row] === value).length));
        if (table.some((counts) => counts.some((count) => count > 0 && count < K))) return null;
        const all = lists.map((rows) => rows.length);
        return { names: [...values, 'All'], columns: [...table, all].map((counts) => counts.map(String)) };
      });
      if (made === null) return null;
      return {
        names: made.names,
        columns: made.columns.map((own, i) => [
          ...own,
          i === 0 ? 'All' : String(own.reduce((sum, text) => sum + Number(text), 0)),
        ]),
      };
    },
  },
  {
    family: 'correlations',
    make(frame, random) {
      const chosen = numerics(frame, random, 5);
      if (chosen.length < 3) return null;
      const lists = chosen.map((position) => numbersOf(frame, position));
      const digits = 2 + random.below(5);
      const names = chosen.map((position) => frame.names[position] as string);
      return {
        names: ['variable', ...names],
        columns: [
          names,
          ...lists.map((a) =>
            lists.map((b) => (crossMoment(a, b) / Math.sqrt(crossMoment(a, a) * crossMoment(b, b))).toFixed(digits)),
          ),
        ],
      };
    },
  },
  {
    family: 'description',
    make(frame, random) {
      const chosen = numerics(frame, random, 4);
      if (chosen.length < 2) return null;
      const names = chosen.map((position) => frame.names[position] as string);
      const lists = chosen.map((position) => numbersOf(frame, position));
      const rows = ['count', 'mean', 'std', '25%', '50%', '75%'];
      return {
        names: ['', ...names].map((name) => (name === '' ? 'statistic' : name)),
        columns: [
          rows,
          ...lists.map((list) => {
            const sorted = [...list].sort((a, b) => a - b);
            return [
              list.length,
              meanOf(list),
              Math.sqrt(crossMoment(list, list)),
              ...[0.25, 0.5, 0.75].map((q) => quantile(sorted, q)),
            ].map((value) => Number(value.toFixed(4)).toString());
          }),
        ],
      };
    },
  },
  {
    family: 'regression',
    make(frame, random) {
      const chosen = numerics(frame, random, 2);
      if (chosen.length < 2) return null;
      const [x, y] = chosen.map((position) => numbersOf(frame, position)) as [number[], number[]];
      const slope = crossMoment(x, y) / crossMoment(x, x);
      const intercept = meanOf(y) - slope * meanOf(x);
      return {
        names: ['term', 'coef'],
        columns: [
          ['(Intercept)', frame.names[chosen[0] as number] as string],
          [intercept.toPrecision(7), slope.toPrecision(7)],
        ],
      };
    },
  },
];
