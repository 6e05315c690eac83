/**
 * Several sources as one: two raw tables that share a key are also attacked as their join, because a product may put
 * together columns of both.
 * @module
 */
import { sampleCodes } from './lookup.js';
import { type Sheet, SheetColumn } from './sheet.js';

/** Positions of a column that is a key of `right` and occurs in `left`. */
function keyOf(left: Sheet, right: Sheet): { from: number; to: number } | null {
  let best: { from: number; to: number; share: number } | null = null;
  right.columns.forEach((column, to) => {
    if (column.present < 0.9 * right.rows || column.distinct < 0.98 * column.present || column.distinct < 10) return;
    left.columns.forEach((other, from) => {
      if (other.present === 0 || other.distinct < 10) return;
      const sample = sampleCodes(other, 200);
      let hits = 0;
      for (const code of sample) if (column.index.has(other.text(code))) hits++;
      const share = hits / sample.length + (other.name === column.name ? 0.1 : 0);
      if (share >= 0.3 && (best === null || share > best.share)) best = { from, to, share };
    });
  });
  return best;
}

/** The rows of `left` with the columns of the matching row of `right`; null when they share no key. */
export function joined(left: Sheet, right: Sheet): Sheet | null {
  const key = keyOf(left, right);
  if (key === null || right.columns.length < 2) return null;
  const own = left.columns[key.from] as SheetColumn;
  const other = right.columns[key.to] as SheetColumn;
  const rowOf = new Int32Array(other.distinct).fill(-1);
  for (let row = right.rows - 1; row >= 0; row--)
    if ((other.codes[row] as number) >= 0) rowOf[other.codes[row] as number] = row;
  const matched = Int32Array.from(own.values, (text) => {
    const code = other.index.get(text);
    return code === undefined ? -1 : (rowOf[code] as number);
  });
  const names = new Set(left.columns.map((column) => column.name));
  const added = right.columns.flatMap((column, position) => {
    if (position === key.to) return [];
    const codes = new Int32Array(left.rows);
    for (let row = 0; row < left.rows; row++) {
      const code = own.codes[row] as number;
      const at = code < 0 ? -1 : (matched[code] as number);
      codes[row] = at < 0 ? -1 : (column.codes[at] as number);
    }
    return [
      new SheetColumn(
        names.has(column.name) ? `${right.name}.${column.name}` : column.name,
        codes,
        column.packed ?? column.values,
      ),
    ];
  });
  return {
    name: `${left.name} + ${right.name}`,
    rows: left.rows,
    columns: [...left.columns, ...added],
    personOf: left.personOf,
    persons: left.persons,
  };
}

/** Joins of all pairs of sources that share a key, at most six. */
export function joins(sheets: readonly Sheet[]): Sheet[] {
  const list: Sheet[] = [];
  sheets.forEach((left, i) => {
    sheets.forEach((right, j) => {
      if (i === j || list.length >= 6) return;
      const sheet = joined(left, right);
      // The join of equals is the same both ways.
      if (sheet !== null && !(j < i && joined(right, left) !== null)) list.push(sheet);
    });
  });
  return list;
}
