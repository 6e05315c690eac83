/**
 * More safe products: local recoding (Mondrian), suppressed cells, top and bottom codes, samples of k-anonymous tables, histograms,
 * tables with suppressed groups, medians, one line of statistics; labels in several writings and languages.
 *
 * Mondrian: LeFevre, DeWitt and Ramakrishnan, ICDE 2006, section 4 (strict, by medians).
 * @module
 */
import type { RandomSource } from '../../core/index.js';
import { type Frame, frameRows, isNumericColumn, shuffled, takeRows } from './frame.js';
import {
  complete,
  distinct,
  generalise,
  groupsOf,
  groupTable,
  K,
  laplace,
  numericPosition,
  type SafeMaker,
} from './safe.js';

const WRITINGS: readonly ((low: string, high: string) => string)[] = [
  (low, high) => `[${low}-${high}]`,
  (low, high) => `${low}–${high}`,
  (low, high) => `${low}~${high}`,
  (low, high) => `${low}至${high}`,
  (low, high) => `${low} - ${high}`,
];

function writing(random: RandomSource): (low: string, high: string) => string {
  return WRITINGS[random.below(WRITINGS.length)] as (low: string, high: string) => string;
}

/** Numeric columns of more than a dozen values, at most `limit`, in random order. */
function numericPositions(frame: Frame, random: RandomSource, limit: number): number[] {
  return shuffled(frame.names.length, random)
    .filter((position) => {
      const column = frame.columns[position] as readonly (string | null)[];
      return (
        isNumericColumn(column) && complete(column) && distinct(column) > 12 && column.every((text) => text.length < 10)
      );
    })
    .slice(0, limit);
}

/** Boxes of at least K rows over numeric columns, cut at medians, each label the least and greatest value in the box. */
function mondrian(frame: Frame, random: RandomSource): Frame | null {
  const positions = numericPositions(frame, random, 2);
  if (positions.length === 0) return null;
  const numbers = positions.map((position) => (frame.columns[position] as readonly string[]).map(Number));
  const boxes: number[][] = [];
  const cut = (rows: number[]): void => {
    for (const list of [...numbers].sort(
      (a, b) => spread(b, rows) / (spread(b) || 1) - spread(a, rows) / (spread(a) || 1),
    )) {
      const sorted = rows.map((row) => list[row] as number).sort((a, b) => a - b);
      const middle = sorted[sorted.length >> 1] as number;
      const low = rows.filter((row) => (list[row] as number) < middle);
      const high = rows.filter((row) => (list[row] as number) >= middle);
      if (low.length >= K && high.length >= K) {
        cut(low);
        cut(high);
        return;
      }
    }
    boxes.push(rows);
  };
  cut(Array.from({ length: frameRows(frame) }, (_, row) => row));
  const write = writing(random);
  const columns = positions.map((_, i) => {
    const list = numbers[i] as number[];
    const own = new Array<string>(frameRows(frame));
    for (const rows of boxes) {
      const values = rows.map((row) => list[row] as number);
      const low = String(Math.min(...values));
      const high = String(Math.max(...values));
      for (const row of rows) own[row] = low === high ? low : write(low, high);
    }
    return own;
  });
  return { names: positions.map((position) => frame.names[position] as string), columns };
}

function spread(list: readonly number[], rows?: readonly number[]): number {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of rows === undefined ? list : rows.map((row) => list[row] as number)) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return most - least;
}

/** Bands of a numeric column with both ends open: `<20`, `20-39`, `>=40` and the like, each of at least K rows. */
function coded(frame: Frame, random: RandomSource): { name: string; column: string[] } | null {
  const position = numericPosition(frame, random);
  if (position < 0) return null;
  const list = (frame.columns[position] as readonly string[]).map(Number);
  const sorted = [...list].sort((a, b) => a - b);
  const at = (q: number): number => Number((sorted[Math.floor(q * (sorted.length - 1))] as number).toPrecision(2));
  const cuts = [...new Set([at(0.2), at(0.5), at(0.8)])].sort((a, b) => a - b);
  const style = random.below(3);
  const label = (value: number): string => {
    if (cuts.length === 0 || value < (cuts[0] as number))
      return [`<${cuts[0]}`, `${cuts[0]}以下`, `under ${cuts[0]}`][style] as string;
    const last = cuts[cuts.length - 1] as number;
    if (value >= last) return [`>=${last}`, `${last}及以上`, `${last}+`][style] as string;
    const next = cuts.findIndex((cut) => value < cut);
    return `[${cuts[next - 1]}, ${cuts[next]})`;
  };
  const column = list.map(label);
  return [...groupsOf([column], column.length).values()].every((rows) => rows.length >= K)
    ? { name: frame.names[position] as string, column }
    : null;
}

/** The generators. */
export const moreSafeMakers: readonly SafeMaker[] = [
  { family: 'mondrian', make: mondrian },
  {
    family: 'mondrian-shuffled',
    make(frame, random) {
      const made = mondrian(frame, random);
      return made === null ? null : takeRows(made, shuffled(frameRows(made), random));
    },
  },
  {
    family: 'top-and-bottom-coded',
    make(frame, random) {
      const made = coded(frame, random);
      return made === null ? null : { names: [made.name], columns: [made.column] };
    },
  },
  {
    family: 'sample-of-k-anonymous',
    make(frame, random) {
      const made = generalise(frame, random, 2, false);
      if (made === null) return null;
      const rows = frameRows(made);
      return takeRows(made, shuffled(rows, random).slice(0, Math.max(50, rows >> 1)));
    },
  },
  {
    family: 'suppressed-cells',
    make(frame, random) {
      const made = generalise(frame, random, 2, false);
      if (made === null) return null;
      const mark = ['*', 'not_released', '未披露'][random.below(3)] as string;
      const hidden = new Set(shuffled(frameRows(made), random).slice(0, Math.ceil(frameRows(made) * 0.04)));
      const position = random.below(made.columns.length);
      return {
        names: made.names,
        columns: made.columns.map((column, i) =>
          column.map((text, row) => (i === position && hidden.has(row) ? mark : text)),
        ),
      };
    },
  },
  {
    family: 'histogram',
    make(frame, random) {
      const made = coded(frame, random);
      if (made === null) return null;
      const groups = [...groupsOf([made.column], made.column.length)];
      return {
        names: [made.name, '人数'],
        columns: [groups.map(([label]) => label), groups.map(([, rows]) => String(rows.length))],
      };
    },
  },
  {
    family: 'counts-by-band-and-key',
    make(frame, random) {
      const made = coded(frame, random);
      if (made === null) return null;
      return groupTable(
        { names: [...frame.names, `${made.name} band`], columns: [...frame.columns, made.column] },
        random,
        2,
        (lists) => ({ names: ['count'], columns: [lists.map((rows) => String(rows.length))] }),
      );
    },
  },
  {
    family: 'group-share',
    make: (frame, random) =>
      groupTable(frame, random, 1, (lists) => ({
        names: ['占比'],
        columns: [lists.map((rows) => `${((100 * rows.length) / frameRows(frame)).toFixed(1)}%`)],
      })),
  },
  {
    family: 'medians',
    make(frame, random) {
      const position = numericPosition(frame, random);
      if (position < 0) return null;
      const list = (frame.columns[position] as readonly string[]).map(Number);
      return groupTable(frame, random, 1, (lists) => ({
        names: ['n', 'mean', 'sd'],
        columns: [
          lists.map((rows) => String(rows.length)),
          lists.map((rows) => meanOf(rows.map((row) => list[row] as number)).toFixed(1)),
          lists.map((rows) => deviationOf(rows.map((row) => list[row] as number)).toFixed(1)),
        ],
      }));
    },
  },
  {
    family: 'one-line',
    make(frame, random) {
      const positions = numericPositions(frame, random, 3);
      if (positions.length === 0) return null;
      const lists = positions.map((position) => (frame.columns[position] as readonly string[]).map(Number));
      return {
        names: ['n', ...positions.map((position) => `mean_${frame.names[position]}`)],
        columns: [[String(frameRows(frame))], ...lists.map((list) => [meanOf(list).toFixed(2)])],
      };
    },
  },
  {
    family: 'private-counts',
    make: (frame, random) =>
      groupTable(frame, random, 2, (lists) => ({
        names: ['noisy_count'],
        columns: [lists.map((rows) => String(Math.round(rows.length + laplace(random, 2))))],
      })),
  },
  {
    family: 'suppressed-groups',
    make(frame, random) {
      const made = groupTable(frame, random, 1, (lists) => ({
        names: ['n'],
        columns: [lists.map((rows) => String(rows.length))],
      }));
      if (made === null || frameRows(made) < 3) return null;
      // One more group is left out of the figures: its label stands, its count does not.
      return {
        names: made.names,
        columns: made.columns.map((column, i) =>
          i === made.columns.length - 1 ? column.map((text, row) => (row === 0 ? '*' : text)) : column,
        ),
      };
    },
  },
];

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
