/**
 * Long tables of figures (keys, the name of what was measured, its value) as wide ones: what `melt` and `stack` write. See aggregate.md.
 * @module
 */
import { groupCodes } from '../../core/index.js';
import { type Sheet, SheetColumn } from '../intake/sheet.js';
import type { Folded } from './one-hot.js';

const MOST_ROWS = 20_000;
const MOST_NAMES = 60;
const STATISTICS =
  /^(?:n|count|counts|size|sum|total|mean|average|avg|median|std|sd|var|variance|q1|q3|\d{1,2}%|share|人数|人次|计数|数量|合计|总额|总和|平均|均值|平均值|中位数|标准差|方差|占比)$/i;

/** The product with a column for each name, where the names are those of source columns or of statistics; null for any other table. */
export function unmelt(product: Sheet, sources: readonly Sheet[]): Folded | null {
  const { columns, rows } = product;
  if (columns.length < 3 || columns.length > 8 || rows < 4 || rows > MOST_ROWS) return null;
  const known = new Set(sources.flatMap((sheet) => sheet.columns.map(({ name }) => name.trim())));
  const isName = (text: string): boolean => known.has(text.trim()) || STATISTICS.test(text.trim());
  const at = columns.findIndex(
    (own) => own.distinct >= 2 && own.distinct <= MOST_NAMES && own.present === rows && own.values.every(isName),
  );
  const values = columns.flatMap((own, i) => (i !== at && own.isNumeric ? [i] : []));
  const value = values[values.length - 1];
  if (at < 0 || value === undefined) return null;
  const keys = columns.flatMap((_, i) => (i === at || i === value ? [] : [i]));
  const names = columns[at] as SheetColumn;
  const groups = groupCodes(
    keys.map((key) => (columns[key] as SheetColumn).codes.map((code) => code + 1)),
    keys.map((key) => (columns[key] as SheetColumn).distinct + 1),
  );
  if (groups.groups * names.distinct !== rows) return null;
  const figures = columns[value] as SheetColumn;
  const wide = Array.from({ length: names.distinct }, () => new Int32Array(groups.groups).fill(-2));
  for (let row = 0; row < rows; row++) {
    const own = wide[names.codes[row] as number] as Int32Array;
    const group = groups.groupOf[row] as number;
    if (own[group] !== -2) return null;
    own[group] = figures.codes[row] as number;
  }
  const made = [
    ...keys.map((key) => part(columns[key] as SheetColumn, Int32Array.from(groups.first))),
    ...wide.map((codes, i) => compact(names.values[i] as string, codes, figures.values)),
  ];
  return {
    sheet: { ...product, rows: groups.groups, columns: made, personOf: null, persons: groups.groups },
    members: [...keys.map((key) => [key]), ...wide.map(() => [at, value])],
  };
}

function part(column: SheetColumn, rows: Int32Array): SheetColumn {
  return compact(
    column.name,
    rows.map((row) => column.codes[row] as number),
    column.values,
  );
}

/** A column of the values that its codes use. */
function compact(name: string, codes: Int32Array, values: readonly string[]): SheetColumn {
  const place = new Map<number, number>();
  const own = codes.map((code) => {
    if (code < 0) return -1;
    const known = place.get(code) ?? place.size;
    place.set(code, known);
    return known;
  });
  return new SheetColumn(
    name,
    own,
    [...place.keys()].map((code) => values[code] as string),
  );
}
