/**
 * Safe products as analysts paste them into reports: several figures in a cell, first tables of a study, index numbers, ratios of sums,
 * places, Lorenz curves, groups across the top.
 * @module
 */
import type { RandomSource } from '../../core/index.js';
import { type Frame, frameRows } from './frame.js';
import { groupsOf, groupTable, K, type SafeMaker } from './safe.js';
import { categories, crossMoment, meanOf, numbersOf, numerics, quantile } from './safe-published.js';

type Lists = readonly (readonly number[])[];

/** A table of groups with what a cell says of the values of a numeric column in each. */
function cells(frame: Frame, random: RandomSource, header: string, cell: (own: number[]) => string): Frame | null {
  const [position] = numerics(frame, random, 1);
  if (position === undefined) return null;
  const numbers = numbersOf(frame, position);
  return groupTable(frame, random, 1, (lists) => ({
    names: [`${frame.names[position]}${header}`],
    columns: [lists.map((rows) => cell(rows.map((row) => numbers[row] as number)))],
  }));
}

const share = (rows: readonly number[], all: number): string => `${((100 * rows.length) / all).toFixed(1)}%`;

/** Categories whose values all stand in at least K rows. */
function wide(frame: Frame, random: RandomSource): number[] {
  return categories(frame, random, 6).filter((position) =>
    [...groupsOf([frame.columns[position] as readonly string[]], frameRows(frame)).values()].every(
      (list) => list.length >= K,
    ),
  );
}

/** Safe generators of reports. */
export const reportSafeMakers: readonly SafeMaker[] = [
  {
    family: 'mean-and-deviation',
    make: (frame, random) =>
      cells(
        frame,
        random,
        ' (mean±sd)',
        (own) => `${meanOf(own).toFixed(2)}±${Math.sqrt(crossMoment(own, own)).toFixed(2)}`,
      ),
  },
  {
    family: 'median-and-quartiles',
    make: (frame, random) =>
      cells(frame, random, ' 中位数(四分位距)', (own) => {
        const sorted = [...own].sort((a, b) => a - b);
        const [low, middle, high] = [0.25, 0.5, 0.75].map((q) => quantile(sorted, q).toFixed(1));
        return `${middle} (${low}–${high})`;
      }),
  },
  {
    family: 'counts-with-shares',
    make: (frame, random) =>
      groupTable(frame, random, 2, (lists) => ({
        names: ['n (%)'],
        columns: [lists.map((rows) => `${rows.length} (${share(rows, frameRows(frame))})`)],
      })),
  },
  {
    family: 'first-table',
    make(frame, random) {
      const chosen = wide(frame, random).slice(0, 4);
      if (chosen.length < 2) return null;
      const rows = chosen.flatMap((position) => {
        const column = frame.columns[position] as readonly string[];
        return [...groupsOf([column], frameRows(frame))].map(([value, list]) => [
          frame.names[position] as string,
          value,
          `${list.length} (${share(list, frameRows(frame))})`,
        ]);
      });
      return {
        names: ['variable', 'value', 'n (%)'],
        columns: [0, 1, 2].map((at) => rows.map((row) => row[at] as string)),
      };
    },
  },
  {
    family: 'index-numbers',
    make(frame, random) {
      const [position] = numerics(frame, random, 1);
      if (position === undefined) return null;
      const numbers = numbersOf(frame, position);
      const sumOf = (rows: readonly number[]): number => rows.reduce((sum, row) => sum + (numbers[row] as number), 0);
      return groupTable(frame, random, 1, (lists: Lists) => {
        const base = sumOf(lists[0] as readonly number[]);
        if (lists.length < 4 || base <= 0) return null;
        return { names: ['index'], columns: [lists.map((rows) => ((100 * sumOf(rows)) / base).toFixed(2))] };
      });
    },
  },
  {
    family: 'ratios-of-sums',
    make(frame, random) {
      const [a, b] = numerics(frame, random, 2);
      if (a === undefined || b === undefined) return null;
      const [x, y] = [numbersOf(frame, a), numbersOf(frame, b)];
      return groupTable(frame, random, 1, (lists) => {
        const ratios = lists.map((rows) => {
          const under = rows.reduce((sum, row) => sum + (y[row] as number), 0);
          return rows.reduce((sum, row) => sum + (x[row] as number), 0) / under;
        });
        if (lists.length < 3 || ratios.some((ratio) => !(Math.abs(ratio) > 1e-3) || !Number.isFinite(ratio)))
          return null;
        return { names: ['ratio'], columns: [ratios.map((ratio) => ratio.toPrecision(5))] };
      });
    },
  },
  {
    family: 'lorenz-curve',
    make(frame, random) {
      const [position] = numerics(frame, random, 1);
      if (position === undefined) return null;
      const sorted = numbersOf(frame, position).sort((a, b) => a - b);
      const all = sorted.reduce((sum, value) => sum + value, 0);
      if ((sorted[0] as number) < 0 || all <= 0) return null;
      const points = Array.from({ length: 10 }, (_, i) => 10 * (i + 1));
      const upTo = (percent: number): number =>
        sorted.slice(0, Math.round((sorted.length * percent) / 100)).reduce((sum, value) => sum + value, 0);
      return {
        names: ['population %', 'share %'],
        columns: [points.map(String), points.map((percent) => ((100 * upTo(percent)) / all).toFixed(2))],
      };
    },
  },
  {
    family: 'groups-across',
    make(frame, random) {
      const [position] = wide(frame, random);
      if (position === undefined) return null;
      const groups = [...groupsOf([frame.columns[position] as readonly string[]], frameRows(frame))];
      const chosen = numerics(frame, random, 3);
      if (groups.length < 2 || chosen.length === 0) return null;
      const means = chosen.map((at) => {
        const numbers = numbersOf(frame, at);
        return groups.map(([, rows]) => meanOf(rows.map((row) => numbers[row] as number)).toFixed(3));
      });
      const rows = [groups.map(([, list]) => String(list.length)), ...means];
      return {
        names: ['item', ...groups.map(([value]) => value)],
        columns: [
          ['n', ...chosen.map((at) => `${frame.names[at]} mean`)],
          ...groups.map((_, group) => rows.map((row) => row[group] as string)),
        ],
      };
    },
  },
];
