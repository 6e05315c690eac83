/**
 * What kind of text stands in each cell of a product: cells of one kind belong into one column. Only the cells asked about are
 * looked at. See readings.md.
 * @module
 */
import type { Sheet, SheetColumn } from '../../intake/sheet.js';

/** Cells that are asked a column at most when columns are made of others. */
const SHAPE_ROWS = 600;
/** Cells that are asked for the commonest shape of a column. */
const COMMON_ROWS = 20_000;

/** Shapes of the cells of a product, as numbers; 0 for no value. */
export class Shapes {
  readonly #columns: readonly SheetColumn[];
  /** Shape of each code of a column, 0 where it was not asked yet. */
  readonly #known: readonly Int32Array[];
  readonly #numbers = new Map<string, number>();

  constructor(product: Sheet) {
    this.#columns = product.columns;
    this.#known = product.columns.map((column) => new Int32Array(column.distinct));
  }

  #at(column: number, row: number): number {
    const own = this.#columns[column] as SheetColumn;
    const code = own.codes[row] as number;
    if (code < 0) return 0;
    const known = this.#known[column] as Int32Array;
    if ((known[code] as number) === 0) known[code] = this.#numberOf(own.text(code));
    return known[code] as number;
  }

  #numberOf(text: string): number {
    const shape = shapeAndLength(text);
    let number = this.#numbers.get(shape);
    if (number === undefined) {
      number = this.#numbers.size + 1;
      this.#numbers.set(shape, number);
    }
    return number;
  }

  /**
   * How alike the cells of each new column are: mean share of the commonest shape over columns.
   *
   * @param rowOf - product row of a row and a part of the new columns
   */
  likeness(rowOf: (index: number, part: number) => number, parts: number, rows: number): number {
    let total = 0;
    const asked = Math.min(rows, Math.max(8, Math.floor(SHAPE_ROWS / parts)));
    for (let column = 0; column < this.#columns.length; column++) {
      for (let part = 0; part < parts; part++) {
        const shapes = this.#sample(column, asked, (i) => rowOf(Math.floor(((i + 0.5) * rows) / asked), part));
        total += Math.max(0, ...shapes.values()) / asked;
      }
    }
    return total / (this.#columns.length * parts);
  }

  /** The commonest shape of each column. */
  commonest(): number[] {
    return this.#columns.map(({ rows }, column) => {
      const asked = Math.min(rows, COMMON_ROWS);
      const shapes = this.#sample(column, asked, (i) => Math.floor(((i + 0.5) * rows) / asked));
      return [...shapes].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? 0;
    });
  }

  #sample(column: number, asked: number, rowOf: (i: number) => number): Map<number, number> {
    const counts = new Map<number, number>();
    for (let i = 0; i < asked; i++) {
      const shape = this.#at(column, rowOf(i));
      counts.set(shape, (counts.get(shape) ?? 0) + 1);
    }
    return counts;
  }
}

/** Characters that a shape is of. */
const LONGEST = 48;
/** Characters of a text's length are told apart up to this. */
const LONG = 12;
/** The kind of each character of ASCII, and a shape that is being written. */
const KINDS = Uint8Array.from({ length: 128 }, (_, unit) => kindOf(String.fromCharCode(unit)).charCodeAt(0));
const written = new Uint16Array(LONGEST + 3);
const SLASH = 47;
const ZERO = 48;

/** Shape and length as one text; of ASCII it is written without one text a character. */
export function shapeAndLength(text: string): string {
  const end = Math.min(LONGEST, text.length);
  let size = 0;
  let last = -1;
  for (let i = 0; i < end; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 127) return `${shapeOf(text)}/${Math.min(LONG, text.length)}`;
    const kind = KINDS[unit] as number;
    if (kind !== last) written[size++] = kind;
    last = kind;
  }
  const length = Math.min(LONG, text.length);
  written[size++] = SLASH;
  if (length > 9) written[size++] = ZERO + 1;
  written[size++] = ZERO + (length % 10);
  return String.fromCharCode.apply(null, written.subarray(0, size) as unknown as number[]);
}

/** Runs of digits, letters, Han and marks. */
function shapeOf(text: string): string {
  let shape = '';
  let last = '';
  for (const char of text.slice(0, LONGEST)) {
    const kind = kindOf(char);
    if (kind !== last) shape += kind;
    last = kind;
  }
  return shape;
}

function kindOf(char: string): string {
  const unit = char.charCodeAt(0);
  if (unit < 128) {
    if (unit >= 48 && unit <= 57) return '9';
    const letter = unit | 32;
    return letter >= 97 && letter <= 122 ? 'a' : char;
  }
  return /\p{L}/u.test(char) ? 'h' : char;
}
