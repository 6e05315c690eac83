/**
 * A source in the writing of programs: what was made of `13/12/1977` was often made of 1977-12-13, as a program had read it.
 * @module
 */
import { type Sheet, SheetColumn } from './sheet.js';
import { plainWritings } from './written-figures.js';

/** Cells of texts that are looked at in a column before all are. */
const SAMPLE = 200;

/** The sheet with its columns in plain writing; null where all are. */
export function plainSource(sheet: Sheet): Sheet | null {
  let changed = false;
  const columns = sheet.columns.map((column) => {
    const plain = isWritten(column) ? plainWritings(column.packed ?? column.values) : null;
    if (plain === null) return column;
    changed = true;
    return merged(column, plain);
  });
  return changed ? { ...sheet, columns } : null;
}

/** True when plain writing changes a few texts of the column. */
function isWritten(column: SheetColumn): boolean {
  const step = Math.max(1, column.distinct / SAMPLE);
  const sample: string[] = [];
  for (let at = 0; at < column.distinct; at += step) sample.push(column.text(Math.floor(at)));
  return sample.length > 0 && plainWritings(sample) !== null;
}

/** A column of other texts, those that are now equal as one. */
function merged(column: SheetColumn, texts: readonly string[]): SheetColumn {
  const place = new Map<string, number>();
  const codes = Int32Array.from(texts, (text) => {
    const known = place.get(text) ?? place.size;
    place.set(text, known);
    return known;
  });
  return new SheetColumn(
    column.name,
    column.codes.map((code) => (code < 0 ? -1 : (codes[code] as number))),
    [...place.keys()],
  );
}
