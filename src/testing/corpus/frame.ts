/**
 * A small mutable table of texts, for generating corpora: transforms are written on columns of strings.
 * @module
 */
import type { RandomSource } from '../../core/index.js';
import { type Table, tableFromColumns } from '../../table/index.js';

/** Columns of text by position; null is an empty cell. */
export interface Frame {
  readonly names: readonly string[];
  readonly columns: readonly (readonly (string | null)[])[];
}

/** Number of rows. */
export function frameRows(frame: Frame): number {
  return frame.columns[0]?.length ?? 0;
}

/** The frame as a Table. */
export function tableOfFrame(frame: Frame): Table {
  const columns: Record<string, readonly (string | null)[]> = {};
  frame.names.forEach((name, i) => {
    columns[name] = frame.columns[i] as readonly (string | null)[];
  });
  return tableFromColumns(columns);
}

/** A table as a frame. */
export function frameOfTable(table: Table): Frame {
  const columns: (string | null)[][] = table.names.map(() => []);
  for (const row of table.objects()) {
    table.names.forEach((name, i) => {
      (columns[i] as (string | null)[]).push(row[name] ?? null);
    });
  }
  return { names: table.names, columns };
}

/** The rows at these positions. */
export function takeRows(frame: Frame, rows: readonly number[]): Frame {
  return { names: frame.names, columns: frame.columns.map((column) => rows.map((row) => column[row] ?? null)) };
}

/** The columns at these positions. */
export function takeColumns(frame: Frame, columns: readonly number[]): Frame {
  return {
    names: columns.map((column) => frame.names[column] as string),
    columns: columns.map((column) => frame.columns[column] as readonly (string | null)[]),
  };
}

/** One column replaced by a function of its cells. */
export function mapColumn(frame: Frame, position: number, map: (text: string, row: number) => string | null): Frame {
  return {
    names: frame.names,
    columns: frame.columns.map((column, i) =>
      i === position ? column.map((text, row) => (text === null ? null : map(text, row))) : column,
    ),
  };
}

/** 0..n-1 in random order. */
export function shuffled(n: number, random: RandomSource): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}

/** A standard normal draw (Box and Muller, 1958). */
export function normal(random: RandomSource): number {
  return Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
}

/** One of the items, by weight. */
export function weighted<Item>(items: readonly (readonly [Item, number])[], random: RandomSource): Item {
  let total = 0;
  for (const [, weight] of items) total += weight;
  let target = random.uniform() * total;
  for (const [item, weight] of items) {
    target -= weight;
    if (target < 0) return item;
  }
  return (items[items.length - 1] as readonly [Item, number])[0];
}

/** True where every cell of the column is a number. */
export function isNumericColumn(column: readonly (string | null)[]): boolean {
  return (
    column.every((text) => text === null || /^-?\d+(?:\.\d+)?$/.test(text)) && column.some((text) => text !== null)
  );
}
