/**
 * Conditional rules: the first case whose condition holds for the row decides; one that cannot be decided suppresses the cell.
 * @module
 */
import { type Leakage, ScrimError } from '../core/index.js';
import type { Column } from '../table/index.js';
import { leakageOf, type MaskedColumn, type Masker, type RowContext } from './masker.js';
import { reader } from './rows.js';
import { ValuesBuilder } from './values.js';

/** A condition over the columns of a row; null = it cannot be decided. */
export interface RowTest {
  /** Columns that it reads, by name. */
  readonly columns: readonly string[];
  evaluate(read: (column: number) => string | null): boolean | null;
}

/** A case: rows that meet the test get the masker; null = the cell is released. */
export interface MaskCase {
  readonly test: RowTest;
  readonly masker: Masker | null;
}

/**
 * Masks each row by the first case that holds, else by `otherwise`.
 *
 * @throws SCRIM_MASK_NEEDS_FIT for inner maskers that must see the whole column
 */
export function conditional(cases: readonly MaskCase[], otherwise: Masker | null): Masker {
  const maskers = [...cases.map((one) => one.masker), otherwise];
  for (const masker of maskers) {
    if (masker !== null && !masker.streams)
      throw new ScrimError('SCRIM_MASK_NEEDS_FIT', { rule: masker.name, column: 'when' });
  }
  return {
    name: 'when',
    streams: true,
    reads: [
      ...new Set([...cases.flatMap((one) => one.test.columns), ...maskers.flatMap((masker) => masker?.reads ?? [])]),
    ],
    reversible: false,
    apply: (column, rows) => applyCases(column, rows, cases, maskers),
    leakage: (context) => combined(context.column, maskers),
  };
}

function applyCases(
  column: Column,
  rows: RowContext | undefined,
  cases: readonly MaskCase[],
  maskers: readonly (Masker | null)[],
): MaskedColumn {
  if (rows === undefined)
    throw new ScrimError('SCRIM_ARGUMENT', { name: 'rows', problem: 'conditions read other columns' });
  const reads = cases.map(({ test }) => test.columns.map((name) => reader(rows.column(name))));
  const chosen = new Int16Array(column.length).fill(-1);
  for (let row = 0; row < column.length; row++) {
    let at = 0;
    for (; at < cases.length; at++) {
      const own = reads[at] as ((row: number) => string | null)[];
      const holds = (cases[at] as MaskCase).test.evaluate((i) => (own[i] as (row: number) => string | null)(row));
      if (holds === null) at = -2;
      if (holds === true || holds === null) break;
    }
    chosen[row] = at;
  }
  // Each masker sees the whole batch; of its result only the rows of its case are used.
  const used = maskers.map((masker, i) => {
    if (!chosen.includes(i)) return null;
    return masker === null ? column : masker.apply(column, rows).column;
  });
  const source = reader(column);
  const readers = used.map((one) => (one === null ? null : reader(one)));
  const builder = new ValuesBuilder(column.length, column.length * 8);
  const validity = new Uint8Array((column.length + 7) >> 3);
  let suppressed = 0;
  for (let row = 0; row < column.length; row++) {
    const read = readers[chosen[row] as number];
    const text = read === undefined || read === null ? null : read(row);
    if (text === null) {
      if (source(row) !== null || isUnreadableCell(column, row)) suppressed++;
      builder.none();
    } else {
      builder.text(text);
      validity[row >> 3] = (validity[row >> 3] as number) | (1 << (row & 7));
    }
  }
  const { offsets, bytes } = builder.finish();
  return { column: { type: 'utf8', length: column.length, offsets, bytes, validity, unreadable: null }, suppressed };
}

function isUnreadableCell(column: Column, row: number): boolean {
  return column.unreadable !== null && (((column.unreadable[row >> 3] as number) >> (row & 7)) & 1) === 1;
}

/** What the worst of several maskers tells. */
export function combined(column: string, maskers: readonly (Masker | null)[]): Leakage {
  const all = maskers.map((masker) =>
    masker === null
      ? leakageOf(column, 'release', {
          residual: { min: 1, mean: 1, max: 1 },
          equality: true,
          order: true,
          length: true,
          checkDigit: true,
        })
      : masker.leakage({ column }),
  );
  const any = (pick: (one: Leakage) => boolean): boolean => all.some(pick);
  const lowest = all.reduce<number | null>(
    (least, one) => (one.residual === null ? least : Math.min(least ?? one.residual.min, one.residual.min)),
    null,
  );
  const highest = all.reduce<number | null>(
    (most, one) => (one.residual === null ? most : Math.max(most ?? one.residual.max, one.residual.max)),
    null,
  );
  return leakageOf(column, 'when', {
    residual: lowest === null || highest === null ? null : { min: lowest, mean: lowest, max: highest },
    equality: any((one) => one.equality),
    order: any((one) => one.order),
    length: any((one) => one.length),
    checkDigit: any((one) => one.checkDigit),
    keyInvertible: any((one) => one.keyInvertible),
    key: all.find((one) => one.key !== null)?.key ?? null,
  });
}
