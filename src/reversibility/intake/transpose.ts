/**
 * A product lying on its side: rows as columns. Read both ways when it has more columns than rows.
 * @module
 */
import { columnOfTexts, type Sheet, type SheetColumn } from './sheet.js';

/**
 * The product turned, or null when it does not look turned: as many rows as a source may have columns (and a header
 * column), many more columns than rows.
 */
export function transposed(sheet: Sheet, sourceColumns: number): Sheet | null {
  if (
    sheet.rows < 1 ||
    sheet.columns.length < 6 ||
    sheet.rows > 200 ||
    sheet.rows > 2 * sourceColumns + 4 ||
    sheet.columns.length < 2 * sheet.rows
  )
    return null;
  const columns: SheetColumn[] = [];
  for (let row = 0; row < sheet.rows; row++) {
    columns.push(
      columnOfTexts(
        `row ${row + 1}`,
        sheet.columns.map((column) => {
          const code = column.codes[row] as number;
          return code < 0 ? null : column.text(code);
        }),
      ),
    );
  }
  return { name: sheet.name, rows: sheet.columns.length, columns, personOf: null, persons: sheet.columns.length };
}
