/**
 * The intake quality report, `scrim.quality/1`: what was found in a table while it was read, as counts and row numbers.
 *
 * Requirement R18: data-quality problems are found and reported back, nothing is silently lost or changed.
 * The report holds names, counts and row numbers (from 1, the first row of data), never a value.
 * @module
 */
import { type Column, type Field, isUnreadable, isValid, type LogicalType } from './column.js';
import type { RowFinding, ScanFindings } from './csv-parser.js';
import { countDuplicateRows } from './duplicates.js';
import {
  CONTROL,
  cellTraits,
  dominantType,
  FULL_WIDTH,
  inferLogical,
  KIND_NAMES,
  Kind,
  type KindCounts,
  kindCounts,
  kindFits,
  PADDED,
  REPLACEMENT,
} from './infer.js';
import type { Table } from './table.js';

/** Number of findings and the rows of the first ones. */
export interface Finding {
  readonly count: number;
  /** Row numbers, from 1, ascending; capped. */
  readonly rows: readonly number[];
}

/** A count, and whether it is exact or a lower bound. */
export interface Count {
  readonly count: number;
  readonly exact: boolean;
}

/** What was found in one column. */
export interface ColumnQuality {
  readonly name: string;
  /** What the column was taken to mean. */
  readonly logical: LogicalType;
  readonly nulls: number;
  /** Empty strings (`""` in CSV). */
  readonly empty: number;
  /** Cells whose bytes could not be read. */
  readonly unreadable: Finding;
  /** Distinct values; a lower bound where the column is not kept as a dictionary. */
  readonly distinct: Count;
  /** Cells that start or end with a blank. */
  readonly padded: number;
  readonly fullWidthDigits: number;
  /** Cells with control or invisible characters. */
  readonly control: number;
  /** Cells with U+FFFD: the text was damaged before it came here. */
  readonly replacement: number;
  /** Number of values by what their text looks like. */
  readonly kinds: { readonly [kind: string]: number };
  /** The type of most values. */
  readonly dominant: LogicalType;
  /** Cells that are not of the dominant type. */
  readonly outOfType: Finding;
  /** Values of more than one type. */
  readonly mixed: boolean;
  /** All values are equal and there is one; null when unknown (after a merge). */
  readonly constant: boolean | null;
  readonly allNull: boolean;
  /** Cells read as null because the caller named their text (`nullTokens`). */
  readonly nullTokens: number;
}

/** What the text around the cells was like; null for formats that have none. */
export interface TextQuality {
  readonly encoding: string;
  readonly encodingDecidedBy: 'option' | 'bom' | 'bytes';
  readonly bom: boolean;
  readonly delimiter: string | null;
  readonly delimiterDecidedBy: 'option' | 'sep-line' | 'sniffed' | 'format';
  readonly lineEnds: { readonly lf: number; readonly crlf: number; readonly cr: number };
  readonly header: boolean;
  /** Column names that were missing or repeated and got another name. */
  readonly renamedColumns: number;
  /** Names that look like data (digits, dates): the file may have no header. */
  readonly headerLooksLikeData: boolean;
  readonly blankLines: number;
  readonly shortRows: Finding;
  readonly longRows: Finding;
  readonly malformedQuotes: Finding;
  readonly looseQuotes: number;
}

/** What NDJSON lines were like. */
export interface LineQuality {
  readonly invalidLines: Finding;
  readonly repeatedKeys: Finding;
  readonly missingMembers: Finding;
  readonly blankLines: number;
}

/** `scrim.quality/1`. */
export interface QualityReport {
  readonly schema: 'scrim.quality/1';
  readonly source: string;
  readonly rows: number;
  readonly text: TextQuality | null;
  /** What NDJSON lines were like; null for other formats. */
  readonly lines: LineQuality | null;
  /** Rows equal to an earlier row in every cell; null when not counted. */
  readonly duplicateRows: Count | null;
  readonly columns: readonly ColumnQuality[];
}

interface Rows {
  count: number;
  readonly rows: number[];
}

/** Collects the figures of one column over its batches. */
class ColumnCollector {
  readonly counts: KindCounts = kindCounts();
  readonly firstRows: number[][] = KIND_NAMES.map(() => []);
  readonly unreadable: Rows = { count: 0, rows: [] };
  nulls = 0;
  padded = 0;
  fullWidth = 0;
  control = 0;
  replacement = 0;
  nullTokens = 0;
  distinct = 0;
  distinctIsExact = true;
  /** Copy of the first value while all values are equal to it. */
  first: Uint8Array | null = null;
  firstValue: number | bigint | undefined;
  varies = false;
}

/** Collects a report batch by batch. */
export class QualityCollector {
  readonly #columns: ColumnCollector[];
  readonly #listed: number;
  readonly #traits = new WeakMap<object, Uint8Array>();
  #rows = 0;

  constructor(columns: number, listed: number) {
    this.#columns = Array.from({ length: columns }, () => new ColumnCollector());
    this.#listed = listed;
  }

  /** Adds the column's next batch, whose first row has the number `firstRow`. */
  addColumn(index: number, column: Column, firstRow: number): void {
    const collector = this.#columns[index] as ColumnCollector;
    this.#addStates(collector, column, firstRow);
    if (column.type === 'dictionary') {
      const { dictionary } = column;
      let traits = this.#traits.get(dictionary);
      if (traits === undefined) {
        traits = traitsOf(dictionary.bytes, dictionary.offsets, dictionary.size, collector.counts);
        this.#traits.set(dictionary, traits);
        collector.distinct = dictionary.size;
      }
      countTraits(collector, traits, column.codes, column, firstRow, this.#listed);
    } else if (column.type === 'utf8') {
      const traits = traitsOf(column.bytes, column.offsets, column.length, collector.counts);
      countTraits(collector, traits, null, column, firstRow, this.#listed);
      watchConstant(collector, column);
      collector.distinctIsExact = false;
    } else {
      const kind = column.type === 'float64' ? Kind.decimal : column.type === 'date' ? Kind.date : Kind.integer;
      let valid = 0;
      for (let row = 0; row < column.length; row++) {
        if (!isValid(column, row)) continue;
        valid++;
        const value = column.values[row] as number | bigint;
        collector.firstValue ??= value;
        if (!Object.is(collector.firstValue, value)) collector.varies = true;
      }
      collector.counts.kinds[kind] = (collector.counts.kinds[kind] as number) + valid;
      collector.distinctIsExact = false;
    }
  }

  /** Counts rows; once per batch. */
  addRows(rows: number): void {
    this.#rows += rows;
  }

  /** Counts cells of a column that became null because of their text. */
  addNullTokens(index: number, count: number): void {
    (this.#columns[index] as ColumnCollector).nullTokens += count;
  }

  /** What a text column means by its values so far. */
  logical(index: number, name: string): LogicalType {
    return inferLogical(name, (this.#columns[index] as ColumnCollector).counts);
  }

  /** The report. */
  report(
    source: string,
    fields: readonly Field[],
    text: TextQuality | null,
    duplicateRows: Count | null,
  ): QualityReport {
    return {
      schema: 'scrim.quality/1',
      source,
      rows: this.#rows,
      text,
      lines: null,
      duplicateRows,
      columns: fields.map((field, i) => this.#column(field, this.#columns[i] as ColumnCollector)),
    };
  }

  #addStates(collector: ColumnCollector, column: Column, firstRow: number): void {
    if (column.validity === null) return;
    for (let row = 0; row < column.length; row++) {
      if (isValid(column, row)) continue;
      if (isUnreadable(column, row)) {
        if (collector.unreadable.count++ < this.#listed) collector.unreadable.rows.push(firstRow + row);
      } else collector.nulls++;
    }
  }

  #column(field: Field, collector: ColumnCollector): ColumnQuality {
    const { counts } = collector;
    const dominant = isText(field) ? dominantType(field.name, counts) : field.logical;
    const outOfType: Rows = { count: 0, rows: [] };
    const kinds: Record<string, number> = {};
    let values = 0;
    KIND_NAMES.forEach((name, kind) => {
      const count = counts.kinds[kind] as number;
      values += count;
      if (count > 0 && kind !== Kind.empty) kinds[name] = count;
      if (isText(field) && count > 0 && !kindFits(kind, dominant)) {
        outOfType.count += count;
        outOfType.rows.push(...(collector.firstRows[kind] as number[]));
      }
    });
    const distinct = collector.distinctIsExact
      ? { count: collector.distinct, exact: true }
      : { count: Math.max(collector.distinct, values === 0 ? 0 : collector.varies ? 2 : 1), exact: values === 0 };
    return {
      name: field.name,
      logical: field.logical,
      nulls: collector.nulls,
      empty: counts.kinds[Kind.empty] as number,
      unreadable: { count: collector.unreadable.count, rows: collector.unreadable.rows },
      distinct,
      padded: collector.padded,
      fullWidthDigits: collector.fullWidth,
      control: collector.control,
      replacement: collector.replacement,
      kinds,
      dominant,
      outOfType: { count: outOfType.count, rows: ascending(outOfType.rows).slice(0, this.#listed) },
      mixed: families(counts) > 1,
      constant: collector.distinctIsExact ? collector.distinct === 1 : values > 0 && !collector.varies,
      allNull: values === 0 && collector.unreadable.count === 0 && collector.nulls > 0,
      nullTokens: collector.nullTokens,
    };
  }
}

/** Repeated rows are counted in tables up to this length. */
export const DUPLICATE_ROWS: number = 2 ** 24;

/** The report of a table that did not come from CSV. */
export function tableQuality(table: Table, source: string, lines: LineQuality | null, listed = 20): QualityReport {
  const collector = new QualityCollector(table.fields.length, listed);
  let firstRow = 1;
  for (const batch of table.batches) {
    batch.columns.forEach((column, i) => {
      collector.addColumn(i, column, firstRow);
    });
    collector.addRows(batch.rows);
    firstRow += batch.rows;
  }
  const duplicates = table.rows <= DUPLICATE_ROWS ? { count: countDuplicateRows(table), exact: true } : null;
  return { ...collector.report(source, table.fields, null, duplicates), lines };
}

function isText(field: Field): boolean {
  return field.type === 'utf8' || field.type === 'dictionary';
}

function ascending(rows: readonly number[]): number[] {
  return [...rows].sort((a, b) => a - b);
}

function families(counts: KindCounts): number {
  const has = (...kinds: number[]): number => (kinds.some((kind) => (counts.kinds[kind] as number) > 0) ? 1 : 0);
  const dates = has(Kind.date, Kind.timestamp);
  const numbers = has(Kind.integer, Kind.decimal);
  const either = dates + numbers === 0 ? has(Kind.compactDate) : 0;
  return dates + numbers + either + has(Kind.boolean) + has(Kind.text);
}

function traitsOf(bytes: Uint8Array, offsets: Uint32Array | Int32Array, size: number, counts: KindCounts): Uint8Array {
  const traits = new Uint8Array(size);
  for (let code = 0; code < size; code++) {
    const start = offsets[code] as number;
    const end = offsets[code + 1] as number;
    const trait = cellTraits(bytes, start, end);
    traits[code] = trait;
    if (trait === Kind.integer || trait === Kind.compactDate) {
      if (end - start < counts.shortest) counts.shortest = end - start;
      if (end - start > counts.longest) counts.longest = end - start;
    }
  }
  return traits;
}

/** Adds the traits of every valid cell; `codes` null means that cell i has traits[i]. */
function countTraits(
  collector: ColumnCollector,
  traits: Uint8Array,
  codes: Uint8Array | Uint16Array | Uint32Array | null,
  column: Column,
  firstRow: number,
  listed: number,
): void {
  const kinds = collector.counts.kinds;
  const { validity, length } = column;
  for (let row = 0; row < length; row++) {
    if (validity !== null && (((validity[row >> 3] as number) >> (row & 7)) & 1) === 0) continue;
    const trait = traits[codes === null ? row : (codes[row] as number)] as number;
    const kind = trait & 15;
    const count = kinds[kind] as number;
    if (count < listed) (collector.firstRows[kind] as number[]).push(firstRow + row);
    kinds[kind] = count + 1;
    if (trait > 15) {
      if ((trait & PADDED) !== 0) collector.padded++;
      if ((trait & FULL_WIDTH) !== 0) collector.fullWidth++;
      if ((trait & CONTROL) !== 0) collector.control++;
      if ((trait & REPLACEMENT) !== 0) collector.replacement++;
    }
  }
}

function watchConstant(collector: ColumnCollector, column: Column & { type: 'utf8' }): void {
  const { bytes, offsets } = column;
  for (let row = 0; row < column.length && !collector.varies; row++) {
    if (!isValid(column, row)) continue;
    const cell = bytes.subarray(offsets[row] as number, offsets[row + 1] as number);
    if (collector.first === null) collector.first = cell.slice();
    else if (cell.length !== collector.first.length) collector.varies = true;
    else for (let i = 0; i < cell.length; i++) if (cell[i] !== collector.first[i]) collector.varies = true;
  }
}

/** Findings of the scanner in the report's form. */
export function textFindings(
  findings: ScanFindings,
): Pick<TextQuality, 'lineEnds' | 'blankLines' | 'shortRows' | 'longRows' | 'malformedQuotes' | 'looseQuotes'> {
  const finding = (rows: RowFinding): Finding => ({ count: rows.count, rows: [...rows.rows] });
  return {
    lineEnds: { lf: findings.lf, crlf: findings.crlf, cr: findings.cr },
    blankLines: findings.blankLines,
    shortRows: finding(findings.shortRows),
    longRows: finding(findings.longRows),
    malformedQuotes: finding(findings.malformedQuotes),
    looseQuotes: findings.looseQuotes,
  };
}
