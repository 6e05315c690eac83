/**
 * The form in which a review compares tables: per column dense codes and distinct texts, numbers and dates once per
 * distinct value. A code of -1 is a cell without a value.
 * @module
 */
import { type Dictionary, encode, type Table } from '../../table/index.js';
import { datesOf, enoughMayBe, numbersOf } from './figures-of-texts.js';
import { PackedTexts, SharedBytes } from './packed-texts.js';
import { hashTexts, TextIndex } from './text-index.js';
import { writtenDates, writtenNumbers } from './written-figures.js';

/** A column of a sheet; also a column derived from others (decoded, split, joined). */
export class SheetColumn {
  readonly name: string;
  /** One code per row, -1 where there is no value. */
  readonly codes: Int32Array;
  /** Number of codes. */
  readonly distinct: number;
  /** The texts as bytes, where they were read so. */
  readonly packed: PackedTexts | null;
  readonly #values: readonly string[] | null;
  #counts: Int32Array | undefined;
  #index: TextIndex | undefined;
  #hashes: Int32Array | undefined;
  #numbers: Float64Array | undefined;
  #dates: Float64Array | undefined;
  #isNumeric: boolean | undefined;
  #isDate: boolean | undefined;
  #entropy = -1;
  #present = -1;

  constructor(name: string, codes: Int32Array, values: readonly string[] | PackedTexts) {
    this.name = name;
    this.codes = codes;
    this.packed = values instanceof PackedTexts ? values : null;
    this.#values = values instanceof PackedTexts ? null : values;
    this.distinct = values instanceof PackedTexts ? values.size : values.length;
  }

  /**
   * Text of each code; a derived column may hold one text twice. Made when asked for: of a few codes ask {@link text}, and ask once
   * before a loop.
   */
  get values(): readonly string[] {
    return this.#values ?? (this.packed as PackedTexts).list();
  }

  /** Text of one code. */
  text(code: number): string {
    return this.#values === null ? (this.packed as PackedTexts).at(code) : (this.#values[code] as string);
  }

  /** Number of rows. */
  get rows(): number {
    return this.codes.length;
  }

  /** Rows of each code. */
  get counts(): Int32Array {
    if (this.#counts === undefined) {
      this.#counts = new Int32Array(this.distinct);
      this.#present = countCodes(this.codes, this.#counts);
    }
    return this.#counts;
  }

  /** Rows that have a value. */
  get present(): number {
    if (this.#present < 0) this.counts;
    return this.#present;
  }

  /** Code of a text. The first where a derived column holds it twice. */
  get index(): TextIndex {
    this.#index ??= new TextIndex(this.packed ?? this.values, this.hashes);
    return this.#index;
  }

  /** {@link hashText} of each code's text. */
  get hashes(): Int32Array {
    this.#hashes ??= hashTexts(this.packed ?? this.values);
    return this.#hashes;
  }

  /** Lets go of what finds texts; it is made again when asked for. */
  forget(): void {
    this.#index = undefined;
    this.#hashes = undefined;
  }

  /** As {@link forget}, and of what texts stand for and how often they come: when a product has been reviewed. */
  release(): void {
    this.forget();
    this.#counts = undefined;
    this.#numbers = undefined;
    this.#dates = undefined;
  }

  /** The number each code's text stands for; NaN where it is none. */
  get numbers(): Float64Array {
    this.#numbers ??= this.#writtenIn('number') ?? numbersOf(this.packed ?? this.values);
    return this.#numbers;
  }

  /** Days since 1970-01-01 of each code's text; NaN where it is no date. */
  get dates(): Float64Array {
    this.#dates ??= this.#writtenIn('date') ?? datesOf(this.packed ?? this.values);
    return this.#dates;
  }

  /** True when at least nine tenths of the present rows hold numbers; rows that hold what stands for a gap do not count. */
  get isNumeric(): boolean {
    this.#isNumeric ??= this.#mostAre('number');
    return this.#isNumeric;
  }

  /** True when at least nine tenths of the present rows hold dates; rows that hold what stands for a gap do not count. */
  get isDate(): boolean {
    this.#isDate ??= this.#mostAre('date');
    return this.#isDate;
  }

  #mostAre(figure: 'number' | 'date'): boolean {
    const { counts } = this;
    const present = this.present - this.#gaps();
    const least = 0.9 * present;
    if (present <= 0) return false;
    const plain = enoughMayBe(this.packed ?? this.values, counts, this.present, least, figure);
    if (!plain) {
      const written = this.#writtenIn(figure);
      if (written === null) return false;
      if (figure === 'number') this.#numbers = written;
      else this.#dates = written;
    }
    return massOf(figure === 'number' ? this.numbers : this.dates, counts) >= least;
  }

  /** What texts stand for that are no plain figures but customary writings of them. */
  #writtenIn(figure: 'number' | 'date'): Float64Array | null {
    return (figure === 'number' ? writtenNumbers : writtenDates)(this.packed ?? this.values);
  }

  /** Rows that hold a text that many rows hold and that stands for a gap. */
  #gaps(): number {
    const { counts } = this;
    const least = Math.max(3, FREQUENT * this.present);
    let rows = 0;
    for (let code = 0; code < counts.length; code++)
      if ((counts[code] as number) >= least && isGap(this.text(code))) rows += counts[code] as number;
    return rows;
  }

  /** Shannon entropy of the cells in bits a row; an empty cell is one more value. */
  get entropy(): number {
    if (this.#entropy < 0) this.#entropy = entropyOf(this.counts, this.present, this.codes.length);
    return this.#entropy;
  }
}

/** Share of the rows from which on a gap matters. */
const FREQUENT = 0.02;
/** What stands for a value that was left out: two marks at most, or a customary word. */
const GAP =
  /^(?:[*?#._\u2013\u2014-]{1,3}|#?n\/?a|<na>|nan|nat|null|#null!|none|\\n|missing|unknown|无|空|暂无|未知|不详|未填|未填写|缺失|不适用|未提供|拒答)$/i;

/** True for a text that stands for a value that was left out. */
export function isGap(text: string): boolean {
  return text.length <= 7 && GAP.test(text);
}

function entropyOf(counts: Int32Array, present: number, rows: number): number {
  if (rows === 0) return 0;
  let bits = 0;
  for (let code = 0; code < counts.length; code++) {
    const p = (counts[code] as number) / rows;
    if (p > 0) bits -= p * Math.log2(p);
  }
  const missing = (rows - present) / rows;
  if (missing > 0) bits -= missing * Math.log2(missing);
  return Math.max(0, bits);
}

function countCodes(codes: Int32Array, counts: Int32Array): number {
  let present = 0;
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    if (code < 0) continue;
    counts[code] = (counts[code] as number) + 1;
    present++;
  }
  return present;
}

function massOf(numbers: Float64Array, counts: Int32Array): number {
  let mass = 0;
  for (let code = 0; code < numbers.length; code++) {
    const value = numbers[code] as number;
    if (!Number.isNaN(value)) mass += counts[code] as number;
  }
  return mass;
}

/** A table under review: its columns, and the person of each row where one is named. */
export interface Sheet {
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly SheetColumn[];
  /** Person of each row, in [0, persons); null when every row is a person. */
  readonly personOf: Int32Array | null;
  /** Number of persons (rows when there is no person column). */
  readonly persons: number;
  /** Different texts that are too long to be read. Default: none. */
  readonly unread?: number;
  /** Columns at the end that were made of others. Default: none. */
  readonly made?: number;
}

/** Bytes of the longest text that is read; a longer one stands for itself alone, and the review has a gap. */
const LONGEST_TEXT = 1 << 26;

/**
 * A table as a sheet. Cells that are null or unreadable get code -1.
 *
 * @param person - column that names the person; rows without a value there are persons of their own
 * @throws SCRIM_TABLE_UNKNOWN_COLUMN
 */
export function sheetOf(table: Table, name: string, person?: string): Sheet {
  if (person !== undefined) table.indexOf(person);
  const columns = table.names.map((column) => columnOf(table, column));
  return sheetOfColumns(table.rows, columns, name, person);
}

/** As {@link sheetOf}, of a table that nobody else needs, one column a table: each is let go when it has been read, and the list emptied. */
export function sheetOfApart(apart: Table[], rows: number, name: string, person?: string): Sheet {
  const columns: ReadColumn[] = [];
  const shared = new SharedBytes(apart);
  apart.reverse();
  for (let own = apart.pop(); own !== undefined; own = apart.pop())
    columns.push(columnOf(own, own.names[0] as string, shared));
  return sheetOfColumns(rows, columns, name, person);
}

interface ReadColumn {
  readonly column: SheetColumn;
  /** Texts too long to be read. */
  readonly long: number;
}

function columnOf(table: Table, name: string, shared: SharedBytes | null = null): ReadColumn {
  const { codes, dictionary, nullCode, unreadableCode } = encode(table, name);
  const { texts, long } = textsOf(dictionary, shared);
  const whole = nullCode < 0 && unreadableCode < 0;
  return { column: new SheetColumn(name, whole ? codes : withoutValue(codes, dictionary.size), texts), long };
}

function sheetOfColumns(rows: number, read: readonly ReadColumn[], name: string, person: string | undefined): Sheet {
  const columns = read.map(({ column }) => column);
  const unread = read.reduce((sum, { long }) => sum + long, 0);
  const named = columns.find((column) => column.name === person);
  if (named === undefined) return { name, rows, columns, personOf: null, persons: rows, unread };
  const personOf = new Int32Array(rows);
  let persons = named.distinct;
  for (let row = 0; row < rows; row++) {
    const code = named.codes[row] as number;
    personOf[row] = code < 0 ? persons++ : code;
  }
  return { name, rows, columns, personOf, persons, unread };
}

/** Texts of a dictionary. @returns texts, and how many are too long to be read */
function textsOf(
  dictionary: Dictionary,
  shared: SharedBytes | null,
): { texts: readonly string[] | PackedTexts; long: number } {
  const { size, offsets, bytes } = dictionary;
  const isLong = (code: number): boolean => (offsets[code + 1] as number) - (offsets[code] as number) > LONGEST_TEXT;
  let long = 0;
  for (let code = 0; code < size; code++) if (isLong(code)) long++;
  if (long === 0)
    return {
      texts: shared?.take(dictionary) ?? new PackedTexts(offsets.subarray(0, size), offsets.subarray(1), bytes),
      long,
    };
  return {
    texts: Array.from({ length: size }, (_, code) => (isLong(code) ? `\u0000${code}` : dictionary.at(code))),
    long,
  };
}

function withoutValue(codes: Int32Array, size: number): Int32Array {
  const own = new Int32Array(codes.length);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    own[row] = code < size ? code : -1;
  }
  return own;
}

/** A column from one text (or null) per row. */
export function columnOfTexts(name: string, texts: readonly (string | null)[]): SheetColumn {
  const codes = new Int32Array(texts.length).fill(-1);
  const values: string[] = [];
  const seen = new Map<string, number>();
  for (let row = 0; row < texts.length; row++) {
    const text = texts[row] as string | null;
    if (text === null) continue;
    let code = seen.get(text);
    if (code === undefined) {
      code = values.push(text) - 1;
      seen.set(text, code);
    }
    codes[row] = code;
  }
  return new SheetColumn(name, codes, values);
}
