/**
 * Writes a solution: labels for codes, suppressed rows left out or starred.
 * @module
 */
import {
  BATCH_ROWS,
  type Batch,
  type Column,
  Dictionary,
  type DictionaryColumn,
  type Field,
  Table,
  take,
} from '../table/index.js';
import type { AnonymizeOptions } from './options.js';
import type { Problem } from './search/problem.js';

/** Label of a suppressed cell. */
export const SUPPRESSED = '*';

/** Columns beside the quasi-identifiers that are written, in table order. */
export function keptColumns(table: Table, problem: Problem, options: AnonymizeOptions): string[] {
  const wanted = new Set(options.keep ?? problem.sensitive);
  for (const name of wanted) table.indexOf(name);
  if (table.weights !== null) wanted.add(table.weights);
  for (const column of problem.columns) wanted.delete(column.name);
  return table.names.filter((name) => wanted.has(name));
}

/** The output table, quasi-identifiers and kept columns in the order of the input, from a cell function: `cell(d, row)` is a position in `labels(d)`. */
export function writeTable(
  table: Table,
  problem: Problem,
  options: AnonymizeOptions,
  kept: Uint8Array,
  cell: (d: number, row: number) => number,
  labels: (d: number) => readonly (string | null)[],
): Table {
  const star = options.suppressedRows === 'star';
  const names = keptColumns(table, problem, options);
  const drop = (row: number): boolean => (options.subset === undefined ? !star : options.subset[row] !== 1 || !star);
  const rows: number[] = [];
  for (let row = 0; row < table.rows; row++) if (kept[row] === 1 || !drop(row)) rows.push(row);
  const positions = Int32Array.from(rows);
  const quasi = problem.columns.map((_, d) => quasiCells(positions, kept, labels(d), (row) => cell(d, row)));
  const rest = take(table.select(names), positions);
  const order = table.names.filter(
    (name) => names.includes(name) || problem.columns.some((column) => column.name === name),
  );
  const fields = order.map((name): Field => {
    const own = problem.columns.some((column) => column.name === name);
    return own ? { name, type: 'dictionary', logical: 'text' } : table.field(name);
  });
  const batches: Batch[] = [];
  for (let start = 0; start < positions.length; start += BATCH_ROWS) {
    const end = Math.min(positions.length, start + BATCH_ROWS);
    const columns = order.map((name): Column => {
      const d = problem.columns.findIndex((column) => column.name === name);
      if (d >= 0) return sliceCells(quasi[d] as Cells, start, end);
      const column = rest.chunks(name)[start / BATCH_ROWS] as Column;
      return star && name !== table.weights ? blank(column, positions.subarray(start, end), kept) : column;
    });
    batches.push({ rows: end - start, columns });
  }
  const weights = table.weights !== null && order.includes(table.weights) ? { weights: table.weights } : {};
  return new Table(fields, batches, weights);
}

/** A column of suppressed rows that stay shows nothing. */
function blank(column: Column, positions: Int32Array, kept: Uint8Array): Column {
  const validity =
    column.validity === null ? new Uint8Array((positions.length + 7) >> 3).fill(255) : column.validity.slice();
  for (let i = 0; i < positions.length; i++) {
    if (kept[positions[i] as number] !== 1) validity[i >> 3] = (validity[i >> 3] as number) & ~(1 << (i & 7));
  }
  return { ...column, validity };
}

/** Cells of one quasi-identifier over all written rows. */
interface Cells {
  readonly codes: Uint32Array;
  readonly validity: Uint8Array | null;
  readonly dictionary: Dictionary;
}

function sliceCells({ codes, validity, dictionary }: Cells, start: number, end: number): DictionaryColumn {
  return {
    type: 'dictionary',
    length: end - start,
    validity: validity === null ? null : validity.subarray(start >> 3, (end + 7) >> 3),
    unreadable: null,
    codes: codes.subarray(start, end),
    dictionary,
  };
}

function quasiCells(
  positions: Int32Array,
  kept: Uint8Array,
  labels: readonly (string | null)[],
  cell: (row: number) => number,
): Cells {
  const words: string[] = [];
  const codeOf = new Map<string, number>();
  const wordOf = (label: string): number => {
    let code = codeOf.get(label);
    if (code === undefined) {
      code = words.push(label) - 1;
      codeOf.set(label, code);
    }
    return code;
  };
  const codeByLabel = new Int32Array(labels.length).fill(-1);
  const codes = new Uint32Array(positions.length);
  let validity: Uint8Array | null = null;
  for (let i = 0; i < positions.length; i++) {
    const row = positions[i] as number;
    if (kept[row] !== 1) {
      codes[i] = wordOf(SUPPRESSED);
      continue;
    }
    const group = cell(row);
    let code = codeByLabel[group] as number;
    if (code < 0) {
      const label = labels[group] as string | null;
      if (label === null) {
        validity ??= new Uint8Array((positions.length + 7) >> 3).fill(255);
        validity[i >> 3] = (validity[i >> 3] as number) & ~(1 << (i & 7));
        continue;
      }
      code = wordOf(label);
      codeByLabel[group] = code;
    }
    codes[i] = code;
  }
  return { codes, validity, dictionary: Dictionary.from(words) };
}
