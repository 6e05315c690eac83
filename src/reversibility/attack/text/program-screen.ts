/**
 * What a program from one column's texts to another's cannot do without, asked of a few tied rows before {@link synthesise} is: of a
 * wide table nearly all pairs of columns are turned away here, by what is read once a column. See synthesis.md.
 * @module
 */
import type { SheetColumn } from '../../intake/sheet.js';
import { modular, numberOf } from './number-programs.js';
import { BYTE_GROUPS, ENOUGH, EXAMPLES, type Example, utf8Binary, VIEWS } from './synthesis.js';

/** Columns of more values are not screened: what is kept of each value would outweigh the time. */
const MOST_VALUES = 1 << 16;
/** Tied rows that are looked at where any of them may refuse. */
const FEW = 12;

/** What is asked of the texts of a column, by code; read when it is asked for. */
class TextShapes {
  readonly #column: SheetColumn;
  readonly #read: Uint8Array;
  /** The number that a text is; NaN for others. */
  readonly numbers: Float64Array;
  readonly decimals: Uint8Array;
  readonly units: Uint16Array;
  readonly points: Uint16Array;
  readonly bytes: Uint16Array;
  /** Digits of a text of nothing else; else 0. */
  readonly digits: Uint8Array;

  constructor(column: SheetColumn) {
    const size = column.distinct;
    this.#column = column;
    this.#read = new Uint8Array(size);
    this.numbers = new Float64Array(size);
    this.decimals = new Uint8Array(size);
    this.units = new Uint16Array(size);
    this.points = new Uint16Array(size);
    this.bytes = new Uint16Array(size);
    this.digits = new Uint8Array(size);
  }

  read(code: number): void {
    if (this.#read[code] === 1) return;
    this.#read[code] = 1;
    const text = this.#column.text(code);
    this.numbers[code] = numberOf(text);
    this.decimals[code] = Math.min(255, (text.split('.')[1] ?? '').length);
    this.units[code] = Math.min(0xffff, text.length);
    this.points[code] = Math.min(0xffff, [...text].length);
    this.bytes[code] = Math.min(0xffff, utf8Binary(text).length);
    this.digits[code] = /^\d{1,200}$/.test(text) ? text.length : 0;
  }
}

const kept = new WeakMap<SheetColumn, TextShapes>();

function shapesOf(column: SheetColumn): TextShapes {
  let shapes = kept.get(column);
  if (shapes === undefined) {
    shapes = new TextShapes(column);
    kept.set(column, shapes);
  }
  return shapes;
}

/** Tied rows from which a program would be learnt, and those on which it would be tested. */
interface Picked {
  readonly learn: readonly number[];
  readonly test: readonly number[];
}

/** Product texts under one view, by code. */
interface Viewed {
  readonly texts: Map<number, string | null>;
  readonly view: (text: string) => string | null;
}

/** A product column in tied rows, screened against source columns. */
export class ProgramScreen {
  readonly #column: SheetColumn;
  readonly #own: Int32Array;
  readonly #views: readonly Viewed[];
  readonly #seen: Int32Array;
  #round = 0;
  #full: Picked | undefined;

  /** @param own - codes of the column in the tied rows */
  constructor(column: SheetColumn, own: Int32Array) {
    this.#column = column;
    this.#own = own;
    this.#views = VIEWS.map(([, view]) => ({ view, texts: new Map() }));
    this.#seen = new Int32Array(column.distinct <= MOST_VALUES ? column.distinct : 0);
  }

  /** False where no program gives a source column's values. @param values - its codes in the tied rows */
  mayHold(to: SheetColumn, values: Int32Array): boolean {
    if (this.#column.distinct < 2 * ENOUGH) return false;
    if (this.#column.distinct > MOST_VALUES || to.distinct > MOST_VALUES) return true;
    const { learn, test } = this.#pick(values);
    if (learn.length < ENOUGH || test.length < ENOUGH) return false;
    const only = values[test[0] as number];
    if (test.every((row) => values[row] === only)) return false;
    const y = shapesOf(this.#column);
    const x = shapesOf(to);
    for (const list of [learn, test]) {
      for (const row of list) {
        y.read(this.#own[row] as number);
        x.read(values[row] as number);
      }
    }
    const pair: Pair = { own: this.#own, values, learn, test, from: this.#column, to, y, x };
    return (
      mayBeLine(pair) ||
      mayBeWhole(pair) ||
      mayBePlaced(pair) ||
      this.#views.some((viewed, i) => mayBeReplaced(pair, viewed, i > 0))
    );
  }

  /** The rows of which the examples of two columns are made (`examplesOf`). */
  #pick(values: Int32Array): Picked {
    this.#full ??= this.#pickFrom(null);
    const has = (row: number): boolean => (values[row] as number) >= 0;
    // Where no row of the full list is a gap, none other takes its place.
    return this.#full.learn.every(has) && this.#full.test.every(has) ? this.#full : this.#pickFrom(values);
  }

  #pickFrom(values: Int32Array | null): Picked {
    const own = this.#own;
    const round = ++this.#round;
    const learn: number[] = [];
    const test: number[] = [];
    let size = 0;
    const stride = Math.max(1, Math.floor(own.length / (6 * EXAMPLES)));
    for (let row = 0; row < own.length; row += stride) {
      const code = own[row] as number;
      if (code < 0 || (values !== null && (values[row] as number) < 0) || this.#seen[code] === round) continue;
      this.#seen[code] = round;
      const list = ++size % 2 === 0 ? test : learn;
      if (list.length < EXAMPLES) list.push(row);
      if (learn.length >= EXAMPLES && test.length >= EXAMPLES) break;
    }
    return { learn, test };
  }
}

/** A product and a source column in the picked rows. */
interface Pair extends Picked {
  readonly own: Int32Array;
  readonly values: Int32Array;
  readonly from: SheetColumn;
  readonly to: SheetColumn;
  readonly y: TextShapes;
  readonly x: TextShapes;
}

/** A line through two far examples must meet nine tenths of the others. */
function mayBeLine({ own, values, learn, test, y, x }: Pair): boolean {
  let asked = 0;
  let low = -1;
  let high = -1;
  let decimals = 0;
  const at = (row: number): number => y.numbers[own[row] as number] as number;
  const value = (row: number): number => x.numbers[values[row] as number] as number;
  for (const row of learn) {
    decimals = Math.max(decimals, x.decimals[values[row] as number] as number);
    if (!Number.isFinite(at(row)) || !Number.isFinite(value(row))) continue;
    asked++;
    if (low < 0 || at(row) < at(low)) low = row;
    if (high < 0 || at(row) > at(high)) high = row;
  }
  if (asked < 0.95 * learn.length || at(low) === at(high) || value(low) === value(high)) return false;
  const slope = (value(high) - value(low)) / (at(high) - at(low));
  const offset = value(low) - slope * at(low);
  const unit = 10 ** -Math.min(12, decimals);
  let left = 0.1 * test.length;
  for (const row of test) {
    const known = value(row);
    // What is written otherwise than a plain number may yet fold alike.
    if (!Number.isFinite(known)) continue;
    if (!(Math.abs(slope * at(row) + offset - known) <= unit + 1e-6 * Math.abs(known)) && --left < 0) return false;
  }
  return true;
}

/** Whole numbers may be linear over GF(2), or modulo a number. */
function mayBeWhole(pair: Pair): boolean {
  const { own, values, learn, y, x } = pair;
  let longest = 0;
  let whole = 0;
  for (const row of learn) {
    const a = y.digits[own[row] as number] as number;
    const b = x.digits[values[row] as number] as number;
    if (a === 0 || b === 0) break;
    longest = Math.max(longest, a, b);
    whole++;
  }
  if (whole >= Math.min(60, learn.length) && modular(examplesAt(pair, learn.slice(0, 60))) !== null) return true;
  if (whole < Math.min(240, learn.length)) return false;
  return longest > 9 || !contradicted(pair, learn.slice(0, whole));
}

/** True where equal sums of product bits stand beside different sums of source bits. */
function contradicted({ own, values, y, x }: Pair, learn: readonly number[]): boolean {
  const rows = new Uint32Array(32);
  const images = new Uint32Array(32);
  for (const row of learn) {
    let left = ((y.numbers[own[row] as number] as number) | 0x80000000) >>> 0;
    let right = (x.numbers[values[row] as number] as number) >>> 0;
    while (left !== 0) {
      const bit = Math.clz32(left);
      if (rows[bit] === 0) {
        rows[bit] = left;
        images[bit] = right;
        break;
      }
      left = (left ^ (rows[bit] as number)) >>> 0;
      right = (right ^ (images[bit] as number)) >>> 0;
    }
    if (left === 0 && right !== 0) return true;
  }
  return false;
}

function examplesAt({ own, values, from, to }: Pair, rows: readonly number[]): Example[] {
  return rows.map((row) => [from.text(own[row] as number), to.text(values[row] as number)]);
}

/** Each character of the source must stand at one place of the product, or always be the same. */
function mayBePlaced(pair: Pair): boolean {
  const { own, values, learn, y, x } = pair;
  const width = x.units[values[learn[0] as number] as number] as number;
  let same = true;
  let digits = true;
  let most = 0;
  let shortest = 1000;
  for (const row of learn) {
    const code = values[row] as number;
    if (x.units[code] !== width) same = false;
    if (x.digits[code] === 0) digits = false;
    if (!same && !digits) return false;
    most = Math.max(most, x.units[code] as number);
    shortest = Math.min(shortest, y.units[own[row] as number] as number);
  }
  if (most < 2 || most > 64 || shortest < 2 || shortest > 512) return false;
  const few = examplesAt(pair, learn.slice(0, FEW)).map(
    ([text, source]) => [text, source.padStart(most, '0')] as const,
  );
  for (let place = 0; place < most; place++) {
    const first = few[0]?.[1][place];
    let found = few.every(([, source]) => source[place] === first);
    for (let at = -shortest; at < shortest && !found; at++)
      found = few.every(([text, source]) => text[at < 0 ? text.length + at : at] === source[place]);
    if (!found) return false;
  }
  return true;
}

/** Characters may be replaced where nearly all lengths agree and a table for each place holds; bytes moved where one key does. */
function mayBeReplaced({ own, values, learn, from, to, x }: Pair, { texts, view }: Viewed, keyed: boolean): boolean {
  const kept: [string, number][] = [];
  let sameBytes = keyed;
  let missing = 0.05 * learn.length;
  for (const row of learn) {
    const code = own[row] as number;
    let text = texts.get(code);
    if (text === undefined) {
      text = view(from.text(code));
      if (text !== null && text.length > 2000) text = null;
      texts.set(code, text);
    }
    if (text === null) return false;
    const value = values[row] as number;
    if (text.length !== x.bytes[value]) sameBytes = false;
    if (pointsOf(text) === x.points[value]) kept.push([text, value]);
    else missing--;
    if (missing < -1e-6 && !sameBytes) return false;
  }
  if (missing >= -1e-6 && mayBeTable(kept, to)) return true;
  if (!sameBytes) return false;
  const few = learn
    .slice(0, FEW)
    .map((row): Example => [texts.get(own[row] as number) as string, utf8Binary(to.text(values[row] as number))]);
  return BYTE_GROUPS.some(([, solve]) => few.every((example) => sameKey(example, few[0] as Example, solve)));
}

function pointsOf(text: string): number {
  let count = text.length;
  for (let i = 1; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xdc00 && unit < 0xe000 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) count--;
  }
  return count;
}

function sameKey([text, source]: Example, [first, known]: Example, solve: (y: number, x: number) => number): boolean {
  const { length } = source;
  for (let i = 0; i < length && i < known.length; i++)
    if (solve(text.charCodeAt(i), source.charCodeAt(i)) !== solve(first.charCodeAt(i), known.charCodeAt(i)))
      return false;
  return true;
}

/**
 * A table for each place contradicts itself no oftener than one for many places: beyond what a table may, none holds. Images of a
 * character at a place but its first are that many contradictions at least.
 */
function mayBeTable(kept: readonly (readonly [text: string, value: number])[], to: SheetColumn): boolean {
  let asked = 0;
  for (const [text] of kept) asked += pointsOf(text);
  const most = 4 + 0.02 * asked;
  const keys = new Set<number>();
  const images = new Set<number>();
  for (const [text, value] of kept) {
    const source = to.text(value);
    // Places of characters of two units are not those of units.
    if (pointsOf(text) !== text.length || pointsOf(source) !== source.length) continue;
    for (let place = 0; place < text.length; place++) {
      const key = place * 0x10000 + text.charCodeAt(place);
      keys.add(key);
      images.add((Math.imul(key, 0x9e3779b1) + Math.imul(source.charCodeAt(place), 0x85ebca6b)) | 0);
    }
    if (images.size - keys.size > most) return false;
  }
  return true;
}
