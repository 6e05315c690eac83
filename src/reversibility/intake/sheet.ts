/**
 * The form in which a review compares tables: per column dense codes and distinct texts, numbers and dates once per
 * distinct value. A code of -1 is a cell without a value.
 * @module
 */
import { encode, parseDate, parseNumber, type Table } from '../../table/index.js';
import { TextIndex } from './text-index.js';

/** A column of a sheet; also a column derived from others (decoded, split, joined). */
export class SheetColumn {
  readonly name: string;
  /** One code per row, -1 where there is no value. */
  readonly codes: Int32Array;
  /** Text of each code; a derived column may hold one text twice. */
  readonly values: readonly string[];
  #counts: Int32Array | undefined;
  #index: TextIndex | undefined;
  #numbers: Float64Array | undefined;
  #dates: Float64Array | undefined;
  #isNumeric: boolean | undefined;
  #isDate: boolean | undefined;
  #entropy = -1;
  #present = -1;

  constructor(name: string, codes: Int32Array, values: readonly string[]) {
    this.name = name;
    this.codes = codes;
    this.values = values;
  }

  /** Number of rows. */
  get rows(): number {
    return this.codes.length;
  }

  /** Number of codes. */
  get distinct(): number {
    return this.values.length;
  }

  /** Rows of each code. */
  get counts(): Int32Array {
    if (this.#counts === undefined) {
      this.#counts = new Int32Array(this.values.length);
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
    this.#index ??= new TextIndex(this.values);
    return this.#index;
  }

  /** The number each code's text stands for; NaN where it is none. */
  get numbers(): Float64Array {
    this.#numbers ??= parseAll(this.values, parseNumber);
    return this.#numbers;
  }

  /** Days since 1970-01-01 of each code's text; NaN where it is no date. */
  get dates(): Float64Array {
    this.#dates ??= parseAll(this.values, parseDate);
    return this.#dates;
  }

  /** True when at least nine tenths of the present rows hold numbers. */
  get isNumeric(): boolean {
    this.#isNumeric ??= this.present > 0 && massOf(this.numbers, this.counts) >= 0.9 * this.present;
    return this.#isNumeric;
  }

  /** True when at least nine tenths of the present rows hold dates. */
  get isDate(): boolean {
    this.#isDate ??= this.present > 0 && massOf(this.dates, this.counts) >= 0.9 * this.present;
    return this.#isDate;
  }

  /** Shannon entropy of the cells in bits a row; an empty cell is one more value. */
  get entropy(): number {
    if (this.#entropy < 0) this.#entropy = entropyOf(this.counts, this.present, this.codes.length);
    return this.#entropy;
  }
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

function parseAll(values: readonly string[], parse: (text: string) => number): Float64Array {
  const numbers = new Float64Array(values.length);
  for (let code = 0; code < values.length; code++) {
    const text = values[code] as string;
    // More than 15 digits are a name, not a number: a double would confuse neighbours.
    numbers[code] = text.length > 40 || (text.length > 15 && /^\s*[+-]?\d{16,}/.test(text)) ? Number.NaN : parse(text);
  }
  return numbers;
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
  let unread = 0;
  const columns = table.names.map((column) => {
    const { codes, dictionary, nullCode, unreadableCode } = encode(table, column);
    const { texts, long } = textsOf(dictionary);
    unread += long;
    const whole = nullCode < 0 && unreadableCode < 0;
    return new SheetColumn(column, whole ? codes : withoutValue(codes, dictionary.size), texts);
  });
  if (person === undefined) return { name, rows: table.rows, columns, personOf: null, persons: table.rows, unread };
  const codes = (columns[table.indexOf(person)] as SheetColumn).codes;
  const personOf = new Int32Array(table.rows);
  let persons = (columns[table.indexOf(person)] as SheetColumn).distinct;
  for (let row = 0; row < table.rows; row++) {
    const code = codes[row] as number;
    personOf[row] = code < 0 ? persons++ : code;
  }
  return { name, rows: table.rows, columns, personOf, persons, unread };
}

/** Methods of Node's Buffer that its types leave out. */
interface Slices {
  latin1Slice(from: number, to: number): string;
  utf8Slice(from: number, to: number): string;
}

/** Texts of a dictionary; with Node's Buffer, several times faster than a TextDecoder called per value. */
function textsOf(dictionary: {
  readonly size: number;
  readonly offsets: Uint32Array;
  readonly bytes: Uint8Array;
  at(code: number): string;
}): { texts: string[]; long: number } {
  const { size, offsets, bytes } = dictionary;
  const texts = new Array<string>(size);
  let long = 0;
  const isLong = (code: number): boolean => {
    if ((offsets[code + 1] as number) - (offsets[code] as number) <= LONGEST_TEXT) return false;
    texts[code] = `\u0000${code}`;
    long++;
    return true;
  };
  if (typeof Buffer === 'undefined') {
    for (let code = 0; code < size; code++) if (!isLong(code)) texts[code] = dictionary.at(code);
    return { texts, long };
  }
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) as Buffer & Slices;
  const ascii = isAscii(bytes);
  for (let code = 0; code < size; code++) {
    const from = offsets[code] as number;
    const to = offsets[code + 1] as number;
    if (to - from > LONGEST_TEXT && isLong(code)) continue;
    texts[code] = ascii ? buffer.latin1Slice(from, to) : buffer.utf8Slice(from, to);
  }
  return { texts, long };
}

function isAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if ((bytes[i] as number) > 127) return false;
  return true;
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
