/**
 * Safe products: constants, generalisations with joint classes of at least 20 persons, statistics of groups of at least 20
 * persons, exact, rounded or noised. Each generator checks its own claim by counting.
 * @module
 */
import type { RandomSource } from '../../core/index.js';
import { type Frame, frameRows, isNumericColumn, normal, shuffled, takeRows } from './frame.js';

/** A safe generator; null when the source does not offer what it needs. */
export interface SafeMaker {
  readonly family: string;
  make(frame: Frame, random: RandomSource): Frame | null;
}

type Column = readonly (string | null)[];

/** True when no cell is empty. */
export function complete(column: Column): column is readonly string[] {
  return column.every((text) => text !== null);
}

/** Number of distinct cells. */
export function distinct(column: Column): number {
  return new Set(column).size;
}

/** Groups of rows by the joint values of columns. */
export function groupsOf(columns: readonly Column[], rows: number): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (let row = 0; row < rows; row++) {
    const key = columns.map((column) => column[row] ?? '').join('\u0001');
    const list = groups.get(key);
    if (list === undefined) groups.set(key, [row]);
    else list.push(row);
  }
  return groups;
}

/** Rows of the smallest class or group. */
export const K = 20;

/** Generalisations of a column from fine to coarse, each with a name. */
function ladder(column: readonly string[], random: RandomSource): Column[] {
  const values = new Set(column);
  if (column.every((text) => /^\d{4}-\d{2}-\d{2}$/.test(text))) {
    return [
      column.map((text) => text.slice(0, 7)),
      column.map((text) => text.slice(0, 4)),
      column.map((text) => `${text.slice(0, 3)}0s`),
    ];
  }
  if (isNumericColumn(column) && values.size > 12 && column.every((text) => text.length < 10)) {
    const numbers = column.map(Number);
    const span = Math.max(...numbers) - Math.min(...numbers);
    const unit = 10 ** Math.floor(Math.log10(span / 10));
    const style = random.below(4);
    return [unit * 2, unit * 5, unit * 10, unit * 50].map((width) =>
      numbers.map((value) => {
        const low = Math.floor(value / width) * width;
        const a = Number(low.toPrecision(10));
        const b = Number((low + width).toPrecision(10));
        if (style === 0) return `[${a}, ${b})`;
        if (style === 1 && width >= 1 && numbers.every(Number.isInteger)) return `${a}-${b - 1}`;
        if (style === 2) return String(a);
        return `${a}~${b}`.replace('~', '~');
      }),
    );
  }
  if (column.every((text) => /^\d{6}$/.test(text)))
    return [4, 2].map((length) => column.map((text) => `${text.slice(0, length)}${'*'.repeat(6 - length)}`));
  if (values.size <= 20) {
    const list = shuffled(values.size, random);
    const groups = new Map(
      [...values].map((value, i) => [value, `G${(list[i] as number) % Math.max(2, Math.ceil(values.size / 3))}`]),
    );
    return [column, column.map((text) => groups.get(text) as string)];
  }
  return [];
}

/** Columns generalised until the joint classes hold K rows; rows that never do are left out. */
export function generalise(frame: Frame, random: RandomSource, wanted: number, suppress: boolean): Frame | null {
  const rows = frameRows(frame);
  const chosen: { name: string; levels: Column[]; level: number }[] = [];
  for (const position of shuffled(frame.names.length, random)) {
    const column = frame.columns[position] as Column;
    if (!complete(column) || distinct(column) < 2) continue;
    const levels = ladder(column, random);
    if (levels.length > 0) chosen.push({ name: frame.names[position] as string, levels, level: 0 });
    if (chosen.length === wanted) break;
  }
  if (chosen.length === 0) return null;
  for (;;) {
    const columns = chosen.map((own) => own.levels[own.level] as Column);
    const groups = groupsOf(columns, rows);
    const small = [...groups.values()].filter((list) => list.length < K);
    const lost = small.reduce((sum, list) => sum + list.length, 0);
    if (lost === 0 || (suppress && lost <= rows * 0.05)) {
      const out = new Set(small.flat());
      const kept = Array.from({ length: rows }, (_, row) => row).filter((row) => !out.has(row));
      const product = { names: chosen.map((own) => own.name), columns };
      return takeRows(product, kept);
    }
    const open = chosen.filter((own) => own.level + 1 < own.levels.length);
    if (open.length === 0) {
      if (chosen.length === 1) return null;
      chosen.pop();
      continue;
    }
    const next = open.sort((a, b) => distinct(b.levels[b.level] as Column) - distinct(a.levels[a.level] as Column))[0];
    if (next !== undefined) next.level++;
  }
}

/** Keys whose groups all hold K rows. */
function keysOf(
  frame: Frame,
  random: RandomSource,
  wanted: number,
): { names: string[]; columns: Column[]; groups: Map<string, number[]> } | null {
  const rows = frameRows(frame);
  const names: string[] = [];
  const columns: Column[] = [];
  for (const position of shuffled(frame.names.length, random)) {
    const column = frame.columns[position] as Column;
    if (!complete(column) || distinct(column) < 2) continue;
    for (const level of [column, ...ladder(column, random)]) {
      if (distinct(level) > 60) continue;
      const groups = groupsOf([...columns, level], rows);
      if ([...groups.values()].every((list) => list.length >= K)) {
        names.push(frame.names[position] as string);
        columns.push(level);
        break;
      }
    }
    if (columns.length === wanted) break;
  }
  return columns.length === 0 ? null : { names, columns, groups: groupsOf(columns, rows) };
}

/** A table of groups of at least K rows with what `values` makes of each. */
export function groupTable(
  frame: Frame,
  random: RandomSource,
  wanted: number,
  values: (lists: readonly (readonly number[])[]) => { names: string[]; columns: string[][] } | null,
): Frame | null {
  const keys = keysOf(frame, random, wanted);
  if (keys === null) return null;
  const lists = [...keys.groups.values()];
  const order = shuffled(lists.length, random);
  const sorted = order.map((i) => lists[i] as number[]);
  const made = values(sorted);
  if (made === null) return null;
  return {
    names: [...keys.names, ...made.names],
    columns: [
      ...keys.columns.map((column) => sorted.map((list) => column[list[0] as number] ?? null)),
      ...made.columns,
    ],
  };
}

/** A numeric column of more than a dozen values, or -1. */
export function numericPosition(frame: Frame, random: RandomSource): number {
  for (const position of shuffled(frame.names.length, random)) {
    const column = frame.columns[position] as Column;
    if (
      isNumericColumn(column) &&
      complete(column) &&
      distinct(column) > 12 &&
      column.every((text) => text.length < 10)
    )
      return position;
  }
  return -1;
}

/** A Laplace draw. */
export function laplace(random: RandomSource, scale: number): number {
  const u = random.uniform() - 0.5;
  return -scale * Math.sign(u) * Math.log(1 - 2 * Math.abs(u));
}

/** All safe generators. */
export const safeMakers: readonly SafeMaker[] = [
  {
    family: 'constants',
    make: (frame) => ({
      names: ['batch', 'unit'],
      columns: [
        Array.from({ length: frameRows(frame) }, () => '2026-11'),
        Array.from({ length: frameRows(frame) }, () => 'CNY'),
      ],
    }),
  },
  { family: 'generalised-1', make: (frame, random) => generalise(frame, random, 1, false) },
  { family: 'generalised-2', make: (frame, random) => generalise(frame, random, 2, false) },
  { family: 'generalised-3', make: (frame, random) => generalise(frame, random, 3, false) },
  { family: 'generalised-suppressed', make: (frame, random) => generalise(frame, random, 3, true) },
  {
    family: 'generalised-shuffled',
    make(frame, random) {
      const made = generalise(frame, random, 3, true);
      return made === null
        ? null
        : { ...takeRows(made, shuffled(frameRows(made), random)), names: made.names.map((_, i) => `v${i}`) };
    },
  },
  {
    family: 'counts',
    make: (frame, random) =>
      groupTable(frame, random, 2, (lists) => ({ names: ['n'], columns: [lists.map((list) => String(list.length))] })),
  },
  {
    family: 'counts-one-key',
    make: (frame, random) =>
      groupTable(frame, random, 1, (lists) => ({
        names: ['人数'],
        columns: [lists.map((list) => String(list.length))],
      })),
  },
  {
    family: 'shares',
    make: (frame, random) =>
      groupTable(frame, random, 2, (lists) => ({
        names: ['percent'],
        columns: [lists.map((list) => ((100 * list.length) / frameRows(frame)).toFixed(2))],
      })),
  },
  {
    family: 'counts-rounded',
    make: (frame, random) =>
      groupTable(frame, random, 2, (lists) => ({
        names: ['n'],
        columns: [lists.map((list) => String(Math.round(list.length / 5) * 5))],
      })),
  },
  {
    family: 'counts-noised',
    make: (frame, random) =>
      groupTable(frame, random, 2, (lists) => ({
        names: ['n'],
        columns: [lists.map((list) => String(Math.max(0, Math.round(list.length + laplace(random, 1.5)))))],
      })),
  },
  {
    family: 'means',
    make(frame, random) {
      const position = numericPosition(frame, random);
      if (position < 0) return null;
      const column = frame.columns[position] as readonly string[];
      return groupTable(frame, random, 2, (lists) => ({
        names: ['n', `mean_${frame.names[position]}`],
        columns: [
          lists.map((list) => String(list.length)),
          lists.map((list) => (list.reduce((sum, row) => sum + Number(column[row]), 0) / list.length).toFixed(2)),
        ],
      }));
    },
  },
  {
    family: 'sums',
    make(frame, random) {
      const position = numericPosition(frame, random);
      if (position < 0) return null;
      const column = frame.columns[position] as readonly string[];
      return groupTable(frame, random, 1, (lists) => ({
        names: ['total'],
        columns: [lists.map((list) => list.reduce((sum, row) => sum + Number(column[row]), 0).toFixed(2))],
      }));
    },
  },
  {
    family: 'means-noised',
    make(frame, random) {
      const position = numericPosition(frame, random);
      if (position < 0) return null;
      const column = (frame.columns[position] as readonly string[]).map(Number);
      const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
      return groupTable(frame, random, 1, (lists) => ({
        names: ['mean'],
        columns: [
          lists.map((list) =>
            (
              list.reduce((sum, row) => sum + (column[row] as number), 0) / list.length +
              0.003 * Math.abs(mean) * normal(random)
            ).toFixed(3),
          ),
        ],
      }));
    },
  },
  {
    family: 'cross-table',
    make(frame, random) {
      const position = frame.columns.findIndex(
        (column) => complete(column) && distinct(column) >= 2 && distinct(column) <= 5,
      );
      if (position < 0) return null;
      const column = frame.columns[position] as readonly string[];
      const values = [...new Set(column)];
      const others = {
        names: frame.names.filter((_, i) => i !== position),
        columns: frame.columns.filter((_, i) => i !== position),
      };
      return groupTable(others, random, 1, (lists) => {
        const table = values.map((value) => lists.map((list) => list.filter((row) => column[row] === value).length));
        if (table.some((counts) => counts.some((count) => count > 0 && count < K))) return null;
        return { names: values, columns: table.map((counts) => counts.map(String)) };
      });
    },
  },
  {
    family: 'total-row',
    make(frame, random) {
      const made = groupTable(frame, random, 1, (lists) => ({
        names: ['n'],
        columns: [lists.map((list) => String(list.length))],
      }));
      if (made === null) return null;
      return {
        names: made.names,
        columns: [
          [...(made.columns[0] as Column), '合计'],
          [...(made.columns[1] as Column), String(frameRows(frame))],
        ],
      };
    },
  },
];
