/**
 * Source columns as they may have been before they were mixed: on a curve, as ranks, or with the characters of their numbers in
 * another order. The codes of the values stay, so what is read of a bent column is read of the column.
 *
 * Box and Cox, "An analysis of transformations", JRSS B 26(2), 1964 (the customary curves). See linear.md.
 * @module
 */
import { type Sheet, SheetColumn } from '../../intake/sheet.js';
import { sortOrder } from '../../intake/sort-order.js';
import { textOrder } from '../../intake/text-order.js';

/** Place of each value of a column among its numbers. */
interface Places {
  /** Rank among the different numbers, by code. */
  readonly ranks: Int32Array;
  /** Mean rank among the numbers of all rows, by code. */
  readonly means: Float64Array;
  readonly least: number;
}

/** One way to bend all columns of a table: by numbers, or by the characters of their texts. */
export interface Bend {
  /** Name of the inverse, for formulas. */
  readonly inverse: string;
  readonly number?: (value: number, code: number, places: Places) => number;
  readonly text?: (text: string) => string | null;
  /** The numbers of any column, by code. */
  readonly coded?: (column: SheetColumn) => Float64Array;
}

/** Texts as ranks and dates as days beside numbers: what tools that take numbers alone are given (label encoders). */
export const CODED: Bend = { inverse: 'uncode', coded: codedNumbers };

function codedNumbers(column: SheetColumn): Float64Array {
  if (column.isNumeric) return column.numbers;
  if (column.isDate) return column.dates;
  const numbers = new Float64Array(column.distinct);
  const codes = Int32Array.from({ length: column.distinct }, (_, code) => code);
  textOrder(column.packed ?? column.values, codes).forEach((code, rank) => {
    numbers[code] = rank;
  });
  return numbers;
}

/** Customary curves, and orders of characters that leave a number a number. */
export const BENDS: readonly Bend[] = [
  { inverse: 'exp', number: Math.log },
  { inverse: 'expm1', number: Math.log1p },
  { inverse: 'expm1-from-least', number: (x, _, { least }) => Math.log1p(x - least) },
  { inverse: 'square', number: Math.sqrt },
  { inverse: 'sqrt', number: (x) => x * x },
  { inverse: 'cbrt', number: (x) => x * x * x },
  { inverse: 'reciprocal', number: (x) => 1 / x },
  { inverse: 'unrank', number: (_, code, { ranks }) => ranks[code] as number },
  { inverse: 'unrank-mean', number: (_, code, { means }) => means[code] as number },
  { inverse: 'reverse', text: (text) => numeral([...text].reverse().join('')) },
  { inverse: 'unrail', text: (text) => numeral(everySecond(text, 0) + everySecond(text, 1)) },
  {
    inverse: 'unhalve',
    text: (text) => numeral(text.slice(text.length >> 1) + text.slice(0, text.length >> 1)),
  },
];

function everySecond(text: string, from: number): string {
  let out = '';
  for (let i = from; i < text.length; i += 2) out += text[i] as string;
  return out;
}

function numeral(text: string): string | null {
  return /^-?\d+(?:\.\d+)?$/.test(text) || /^-?\.\d+$/.test(text) ? text : null;
}

const MOST_VALUES = 100_000;
const bent = new WeakMap<SheetColumn, Map<string, SheetColumn | null>>();

/** A numeric column bent; null where it is none, or some of its values cannot be bent. */
export function bendColumn(column: SheetColumn, bend: Bend): SheetColumn | null {
  let known = bent.get(column);
  if (known === undefined) {
    known = new Map();
    bent.set(column, known);
  }
  let own = known.get(bend.inverse);
  if (own === undefined) {
    own = bendOnce(column, bend);
    known.set(bend.inverse, own);
  }
  return own;
}

function bendOnce(column: SheetColumn, bend: Bend): SheetColumn | null {
  if (!canBend(column, bend)) return null;
  if (bend.coded !== undefined)
    return new SheetColumn(`${bend.inverse}^-1(${column.name})`, column.codes, Array.from(bend.coded(column), String));
  const values: string[] = [];
  const places = placesFor(column, bend);
  for (let code = 0; code < column.distinct; code++) {
    const text = written(column, code, bend, places);
    if (text === null) return null;
    values.push(text);
  }
  return new SheetColumn(`${bend.inverse}^-1(${column.name})`, column.codes, values);
}

function canBend(column: SheetColumn, { coded }: Bend): boolean {
  if (coded !== undefined) return column.distinct <= MOST_VALUES && column.distinct >= 2;
  return column.isNumeric && column.distinct <= MOST_VALUES && column.distinct >= 3;
}

const NOWHERE: Places = { ranks: new Int32Array(0), means: new Float64Array(0), least: 0 };

/** Places of the values of a column, where a bend asks for them. */
function placesFor(column: SheetColumn, { number }: Bend): Places {
  return number === undefined || number.length < 3 ? NOWHERE : placesOf(column);
}

function written(column: SheetColumn, code: number, { number, text }: Bend, places: Places): string | null {
  if (number === undefined) return (text as NonNullable<Bend['text']>)(column.values[code] as string);
  const value = number(column.numbers[code] as number, code, places);
  return Number.isFinite(value) ? String(value) : null;
}

const placed = new WeakMap<SheetColumn, Places>();

function placesOf(column: SheetColumn): Places {
  let places = placed.get(column);
  if (places === undefined) {
    places = placeValues(column);
    placed.set(column, places);
  }
  return places;
}

function placeValues(column: SheetColumn): Places {
  const { numbers } = column;
  const codes = Int32Array.from({ length: column.distinct }, (_, code) => code);
  const order = numbers.some(Number.isNaN)
    ? codes.sort((a, b) => (numbers[a] as number) - (numbers[b] as number))
    : sortOrder(numbers, codes);
  const ranks = new Int32Array(column.distinct);
  const means = new Float64Array(column.distinct);
  let rank = -1;
  let below = 0;
  for (let i = 0; i < order.length; i++) {
    const code = order[i] as number;
    if (i === 0 || numbers[code] !== numbers[order[i - 1] as number]) rank++;
    ranks[code] = rank;
    const count = column.counts[code] as number;
    means[code] = below + (count + 1) / 2;
    below += count;
  }
  return { ranks, means, least: numbers[order[0] as number] as number };
}

/**
 * The numbers of a bent column without their texts: what {@link bendColumn} would read of them.
 *
 * @returns null where the column cannot be bent, or would not be one of numbers
 */
export function bentNumbers(column: SheetColumn, bend: Bend): Pick<SheetColumn, 'codes' | 'numbers'> | null {
  if (bend.coded !== undefined)
    return canBend(column, bend) ? { codes: column.codes, numbers: bend.coded(column) } : null;
  if (bend.number === undefined) {
    const own = bendColumn(column, bend);
    return own?.isNumeric === true ? own : null;
  }
  if (!canBend(column, bend)) return null;
  const places = placesFor(column, bend);
  const numbers = new Float64Array(column.distinct);
  let mass = 0;
  for (let code = 0; code < numbers.length; code++) {
    const value = bend.number(column.numbers[code] as number, code, places);
    if (!Number.isFinite(value)) return null;
    // A text of sixteen digits is a name, not a number; from 1e21 on there is an exponent.
    const size = Math.abs(value);
    numbers[code] = size >= 1e15 && size < 1e21 ? Number.NaN : value + 0;
    if (!Number.isNaN(numbers[code])) mass += column.counts[code] as number;
  }
  return mass >= 0.9 * column.present ? { codes: column.codes, numbers } : null;
}

/** A table of the same shape in which the columns that can be bent are; the others hold nothing. */
export function bendSheet(sheet: Sheet, bend: Bend): Sheet | null {
  let any = 0;
  const columns = sheet.columns.map((column) => {
    const own = bendColumn(column, bend);
    if (own !== null) any++;
    return own ?? new SheetColumn(column.name, new Int32Array(column.rows).fill(-1), []);
  });
  return any < 2 ? null : { ...sheet, columns };
}
