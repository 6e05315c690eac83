/**
 * Group tables of several variables one below the other, as the first table of a study: the variable, its values, their figures. Each
 * block is a group table by itself. See aggregate.md.
 * @module
 */
import { type Sheet, SheetColumn } from '../intake/sheet.js';
import { saysOnlyKnown } from './vocabulary.js';

const MOST_ROWS = 400;
const MOST_BLOCKS = 30;

/** A block of a stacked table. */
export interface Stack {
  /** Product column of the variables' names. */
  readonly names: number;
  readonly blocks: readonly Sheet[];
  /** Product column of each column of the blocks. */
  readonly members: readonly number[];
}

/** The blocks of a stacked table; null where the product has no column of names that come in runs, or one says anything else. */
export function stackOf(product: Sheet, sources: readonly Sheet[]): Stack | null {
  const { rows, columns } = product;
  if (rows < 4 || rows > MOST_ROWS || columns.length < 3 || columns.length > 12) return null;
  for (const [names, column] of columns.entries()) {
    const blocks = runsOf(column);
    if (blocks === null) continue;
    const known = column.values.every(
      (text, code) => column.counts[code] === 0 || sources.some((sheet) => saysOnlyKnown(text, sheet)),
    );
    if (!known) continue;
    const members = columns.flatMap((_, at) => (at === names ? [] : [at]));
    // The values beside a variable's name are most likely those of the column of that name.
    return {
      names,
      members,
      blocks: blocks.map((own) => part(product, members, own, column.text(column.codes[own[0] as number] as number))),
    };
  }
  return null;
}

/** Rows of each name, from where it stands to the next one; null where a name comes back, or a row alone has one. */
function runsOf({ codes, distinct, values }: SheetColumn): number[][] | null {
  if (distinct < 2 || distinct > MOST_BLOCKS) return null;
  const runs: number[][] = [];
  const seen = new Set<number>();
  let last = -1;
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    const named = code >= 0 && values[code]?.trim() !== '';
    if (row === 0 && !named) return null;
    if (named && code !== last) {
      if (seen.has(code)) return null;
      seen.add(code);
      runs.push([]);
      last = code;
    }
    (runs.at(-1) as number[]).push(row);
  }
  // One row by itself is no table: its few digits come out by chance.
  return runs.length > 1 && runs.every((run) => run.length > 1) ? runs : null;
}

function part(product: Sheet, members: readonly number[], rows: readonly number[], variable: string): Sheet {
  const columns = members.map((at, i) => {
    const { name, codes, values } = product.columns[at] as SheetColumn;
    const place = new Map<number, number>();
    const own = Int32Array.from(rows, (row) => {
      const code = codes[row] as number;
      if (code < 0) return -1;
      const known = place.get(code) ?? place.size;
      place.set(code, known);
      return known;
    });
    return new SheetColumn(
      i === 0 ? variable.trim() : name,
      own,
      [...place.keys()].map((code) => values[code] as string),
    );
  });
  return { ...product, rows: rows.length, columns, personOf: null, persons: rows.length };
}
