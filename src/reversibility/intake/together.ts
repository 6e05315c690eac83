/**
 * Products that leave together are also attacked together: files with the same number of rows side by side, and files that
 * share a key joined on it. Two halves of a row are no less a row.
 * @module
 */
import { joins } from './join.js';
import { type Sheet, SheetColumn } from './sheet.js';

/** Tables made of several products. At most seven: the six of {@link joins} and one table of all that line up. */
export function together(products: readonly Sheet[]): Sheet[] {
  if (products.length < 2) return [];
  return [...sideBySide(products), ...joins(products)];
}

/** For the number of rows that most products share, those products as one table, row by row. */
function sideBySide(products: readonly Sheet[]): Sheet[] {
  const byRows = new Map<number, Sheet[]>();
  for (const sheet of products) {
    if (sheet.rows > 1) byRows.set(sheet.rows, [...(byRows.get(sheet.rows) ?? []), sheet]);
  }
  const aligned = [...byRows.values()].filter((sheets) => sheets.length > 1).sort((a, b) => b.length - a.length)[0];
  if (aligned === undefined) return [];
  const first = aligned[0] as Sheet;
  const taken = new Set<string>();
  const columns = aligned.flatMap((sheet) =>
    sheet.columns.map((column) => {
      const name = taken.has(column.name) ? `${sheet.name}.${column.name}` : column.name;
      taken.add(name);
      return new SheetColumn(name, column.codes, column.packed ?? column.values);
    }),
  );
  const name = aligned.map((sheet) => sheet.name).join(' + ');
  const known = aligned.find((sheet) => sheet.personOf !== null) ?? first;
  return [{ name, rows: first.rows, columns, personOf: known.personOf, persons: known.persons }];
}
