/**
 * Other readings of a product: the same cells put into rows and columns another way. Tables in single cells, long formats
 * (one row a cell), rows broken into several, several rows side by side, fields in another order in every row.
 *
 * Each reading is a whole table that the battery attacks like a product of its own. See readings.md.
 * @module
 */
import type { Lookup } from '../../intake/lookup.js';
import { oneBelowTheOther } from '../../intake/pieces.js';
import { columnOfTexts, type Sheet, SheetColumn } from '../../intake/sheet.js';
import { Shapes } from './cell-shapes.js';
import { tableInText, tablesInCells } from './cell-tables.js';
import { columnTransforms } from './column-transforms.js';
import { lineRecords } from './line-records.js';
import { packedRows } from './packed-rows.js';
import { unfolded } from './unfolded.js';

/** A reading: what was done to the product, and the table that it gives. */
export interface Reading {
  readonly name: string;
  readonly sheet: Sheet;
}

const MAX_READINGS = 6;
const MAX_COLUMNS = 400;

/** Readings that the product's own structure suggests; none for most products. */
export function readings(product: Sheet, lookup: Lookup): Reading[] {
  const found: Reading[] = [];
  if (product.columns.length === 0) return found;
  found.push(...tableInText(product));
  if (product.rows === 0) return found;
  found.push(...tablesInCells(product));
  const packed = packedRows(product);
  if (packed !== null) found.push({ name: 'parts of cells', sheet: packed });
  found.push(...unfolded(product, lookup));
  const records = lineRecords(product);
  if (records !== null) found.push({ name: 'a field on each line', sheet: records });
  found.push(...longFormats(product));
  found.push(...columnTransforms(product, lookup));
  const shapes = new Shapes(product);
  found.push(...brokenRows(product, lookup, shapes));
  found.push(...sideBySide(product, shapes));
  found.push(...mixedFields(product, lookup));
  return found.filter(({ sheet }) => sheet.rows > 0 && sheet.columns.length <= MAX_COLUMNS).slice(0, MAX_READINGS);
}

function sheetOfColumns(product: Sheet, columns: readonly SheetColumn[]): Sheet {
  const rows = columns[0]?.rows ?? 0;
  return { name: product.name, rows, columns, personOf: null, persons: rows };
}

/** Rows of a column at positions (-1 for no cell). */
function gather(column: SheetColumn, rows: Int32Array, name: string): SheetColumn {
  const codes = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    codes[i] = row < 0 ? -1 : (column.codes[row] as number);
  }
  return compacted(name, codes, column.values);
}

/** A column of the values that occur. */
function compacted(name: string, codes: Int32Array, values: readonly string[]): SheetColumn {
  const rename = new Int32Array(values.length).fill(-1);
  const kept: string[] = [];
  const own = new Int32Array(codes.length);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    if (code < 0) {
      own[row] = -1;
      continue;
    }
    if ((rename[code] as number) < 0) rename[code] = kept.push(values[code] as string) - 1;
    own[row] = rename[code] as number;
  }
  return new SheetColumn(name, own, kept);
}

/** Long formats: a column that names the row, one that names the field, and values. */
function longFormats(product: Sheet): Reading[] {
  const { columns, rows } = product;
  if (columns.length < 2 || columns.length > 12 || rows < 24) return [];
  const list: Reading[] = [];
  // Of two columns that could each name the fields of the other's rows, the one of fewer values does: tables are longer than wide.
  const byValues = [...columns.entries()].sort(([, a], [, b]) => a.distinct - b.distinct);
  byValues.forEach(([at, field]) => {
    if (list.length > 0 || field.distinct < 2 || field.distinct > 200 || field.present < rows) return;
    const fields = field.distinct;
    const expected = rows / fields;
    if (expected < 8 || field.counts.some((count) => count < 0.5 * expected || count > 1.5 * expected)) return;
    // The row is named by a column, or goes on when the fields begin again.
    const ids: { name: string; of: Int32Array; count: number; at: number }[] = [];
    columns.forEach((id, position) => {
      if (position !== at && id.present === rows && id.distinct >= 0.7 * expected && id.distinct <= 1.5 * expected)
        ids.push({ name: id.name, of: id.codes, count: id.distinct, at: position });
    });
    if (isCyclic(field.codes, fields)) {
      const of = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / fields));
      ids.push({ name: 'row order', of, count: Math.ceil(rows / fields), at: -1 });
    }
    for (const id of ids) {
      const cells = new Int32Array(id.count * fields).fill(-1);
      let twice = 0;
      for (let row = 0; row < rows; row++) {
        const cell = (id.of[row] as number) * fields + (field.codes[row] as number);
        if ((cells[cell] as number) >= 0) twice++;
        else cells[cell] = row;
      }
      if (twice > 0.02 * rows) continue;
      const values = columns.flatMap((_, position) => (position === at || position === id.at ? [] : [position]));
      if (values.length === 0 || values.length * fields > MAX_COLUMNS) continue;
      const wide: SheetColumn[] = [];
      if (id.at >= 0) {
        const column = columns[id.at] as SheetColumn;
        wide.push(
          new SheetColumn(
            column.name,
            Int32Array.from({ length: id.count }, (_, i) => i),
            column.values,
          ),
        );
      }
      for (const position of values) {
        for (let f = 0; f < fields; f++) {
          const from = new Int32Array(id.count);
          for (let i = 0; i < id.count; i++) from[i] = cells[i * fields + f] as number;
          const column = columns[position] as SheetColumn;
          wide.push(gather(column, from, `${column.name}[${field.values[f]}]`));
        }
      }
      list.push({ name: `pivot(rows by ${id.name}, fields by ${field.name})`, sheet: sheetOfColumns(product, wide) });
      return;
    }
  });
  return list;
}

function isCyclic(codes: Int32Array, period: number): boolean {
  for (let row = period; row < codes.length; row++) if (codes[row] !== codes[row - period]) return false;
  return true;
}

/**
 * Rows broken into several, one after the other or block by block, and rows held together by a number that several share.
 */
function brokenRows(product: Sheet, lookup: Lookup, shapes: Shapes): Reading[] {
  const { columns, rows } = product;
  if (rows < 24 || columns.length > 40) return [];
  const list: Reading[] = [];
  for (const [position, id] of columns.entries()) {
    const times = rows / id.distinct;
    if (id.present < rows || id.distinct < 12 || !Number.isInteger(times) || times < 2 || times > 24) continue;
    if (columns.length < 2 || id.counts.some((count) => count !== times)) continue;
    const at = new Int32Array(rows).fill(-1);
    const filled = new Int32Array(id.distinct);
    for (let row = 0; row < rows; row++) {
      const code = id.codes[row] as number;
      at[(filled[code] as number) * id.distinct + code] = row;
      filled[code] = (filled[code] as number) + 1;
    }
    const wide: SheetColumn[] = [];
    for (const [other, column] of columns.entries()) {
      for (let part = 0; part < (other === position ? 1 : times); part++)
        wide.push(
          gather(column, at.subarray(part * id.distinct, (part + 1) * id.distinct), `${column.name}/${part + 1}`),
        );
    }
    list.push({ name: `rows joined by ${id.name}`, sheet: sheetOfColumns(product, wide) });
    break;
  }
  const alone = shapes.likeness((index) => index, 1, rows);
  const exact = new Set(lookup.columns.map(({ column }) => column.rows));
  let best: { parts: number; blocks: boolean; gain: number } | null = null;
  // A row was broken into names and values of its fields at most.
  const widest = Math.min(256, 2 * lookup.columns.length + 8);
  for (let parts = 2; parts <= Math.min(64, Math.floor(rows / 12)); parts++) {
    if (rows % parts !== 0 || parts * columns.length > widest) continue;
    const long = rows / parts;
    for (const blocks of [false, true]) {
      const score = shapes.likeness(
        (index, part) => (blocks ? part * long + index : index * parts + part),
        parts,
        long,
      );
      // A multiple of the true number of parts is as alike: the first of equals is taken.
      const gain = score - alone + (exact.has(long) ? 0.1 : 0);
      if (gain > 0.12 && gain > (best?.gain ?? 0) + 0.02) best = { parts, blocks, gain };
    }
  }
  if (best !== null) {
    const { parts, blocks } = best;
    const long = rows / parts;
    const wide = Array.from({ length: parts }, (_, part) =>
      columns.map((column) =>
        gather(
          column,
          Int32Array.from({ length: long }, (_, index) => (blocks ? part * long + index : index * parts + part)),
          `${column.name}/${part + 1}`,
        ),
      ),
    ).flat();
    const how = blocks ? `${parts} blocks of rows side by side` : `${parts} rows make one`;
    list.push({ name: how, sheet: sheetOfColumns(product, wide) });
  }
  return list;
}

/** Several rows side by side: the columns repeat themselves. */
function sideBySide(product: Sheet, cells: Shapes): Reading[] {
  const { columns, rows } = product;
  if (columns.length < 4 || rows < 12) return [];
  const shapes = cells.commonest();
  if (new Set(shapes).size < 2) return [];
  for (let groups = Math.min(16, columns.length >> 1); groups >= 2; groups--) {
    if (columns.length % groups !== 0) continue;
    const width = columns.length / groups;
    if (width < 2) continue;
    for (const blocks of [true, false]) {
      const at = (group: number, column: number): number => (blocks ? group * width + column : column * groups + group);
      let same = 0;
      for (let group = 1; group < groups; group++)
        for (let column = 0; column < width; column++) if (shapes[at(group, column)] === shapes[at(0, column)]) same++;
      if (same < 0.9 * (groups - 1) * width) continue;
      const long = Array.from({ length: width }, (_, column) =>
        below(Array.from({ length: groups }, (_, group) => columns[at(group, column)] as SheetColumn)),
      );
      return [{ name: `${groups} groups of columns one below the other`, sheet: sheetOfColumns(product, long) }];
    }
  }
  return [];
}

/** Columns one below the other, under the name of the first. */
function below(columns: readonly SheetColumn[]): SheetColumn {
  const { name } = columns[0] as SheetColumn;
  const packed = columns.flatMap(({ codes, packed }) => (packed === null ? [] : [{ codes, packed }]));
  const interned = packed.length < columns.length ? null : oneBelowTheOther(packed);
  if (interned !== null) return new SheetColumn(name, interned.codes, interned.texts);
  const texts: (string | null)[] = [];
  for (const { codes, values } of columns)
    for (const code of codes) texts.push(code < 0 ? null : (values[code] as string));
  return columnOfTexts(name, texts);
}

const MIXED_ROWS = 100_000;

/** Fields in another order in every row: cells sorted by the source column that holds them. */
function mixedFields(product: Sheet, lookup: Lookup): Reading[] {
  const width = product.columns.length;
  if (width < 3 || width > 60) return [];
  const targets = lookup.columns.slice(0, 120);
  // Most cells stand somewhere in the source, but no column stands in one column of it.
  let others = 0;
  for (const column of product.columns) {
    const masses = massesOf(column, targets, lookup);
    if (masses === null || masses.best >= 0.75 * masses.any) others++;
    if (width - others < 0.6 * width) return [];
  }
  const rows = Math.min(product.rows, MIXED_ROWS);
  const texts: (string | null)[][] = targets.map(() => new Array<string | null>(rows).fill(null));
  const holders = product.columns.map((column) =>
    column.values.map((text) => targets.flatMap(({ column: to }, i) => (to.index.has(text) ? [i] : []))),
  );
  for (let row = 0; row < rows; row++) {
    const open: { text: string; holders: readonly number[] }[] = [];
    product.columns.forEach((column, i) => {
      const code = column.codes[row] as number;
      if (code >= 0) open.push({ text: column.text(code), holders: (holders[i] as number[][])[code] as number[] });
    });
    open.sort((a, b) => a.holders.length - b.holders.length);
    const taken = new Set<number>();
    for (const cell of open) {
      const to = cell.holders.find((own) => !taken.has(own));
      if (to === undefined) continue;
      taken.add(to);
      (texts[to] as (string | null)[])[row] = cell.text;
    }
  }
  const columns = targets.flatMap(({ column }, i) => {
    const own = columnOfTexts(column.name, texts[i] as (string | null)[]);
    return own.present > 0 ? [own] : [];
  });
  return [{ name: 'fields sorted by what they hold', sheet: sheetOfColumns(product, columns) }];
}

/** Share of the present rows whose cells must stand somewhere in the source. */
const SOMEWHERE = 0.85;

/** Null where too few cells stand in the source. */
function massesOf(
  column: SheetColumn,
  targets: Lookup['columns'],
  lookup: Lookup,
): { best: number; any: number } | null {
  const mass = new Float64Array(targets.length);
  const present = Math.max(1, column.present);
  let any = 0;
  let nowhere = 0;
  for (let code = 0; code < column.distinct; code++) {
    const text = column.text(code);
    const count = column.counts[code] as number;
    let held = false;
    if (lookup.holds(text)) {
      for (let i = 0; i < targets.length; i++) {
        if (!(targets[i] as Lookup['columns'][number]).column.index.has(text)) continue;
        mass[i] = (mass[i] as number) + count;
        held = true;
      }
    }
    if (held) any += count;
    else nowhere += count;
    if (present - nowhere <= SOMEWHERE * present) return null;
  }
  return any / present > SOMEWHERE ? { best: Math.max(0, ...mass) / present, any: any / present } : null;
}
