/**
 * Source columns as they may have been before they were mixed: on a curve, as ranks, or with the characters of their numbers in
 * another order. The codes of the values stay, so what is read of a bent column is read of the column.
 *
 * Box and Cox, "An analysis of transformations", JRSS B 26(2), 1964 (the customary curves). See linear.md.
 * @module
 */
import { type Sheet, SheetColumn } from '../intake/sheet.js';

/** One way to bend all columns of a table. */
export interface Bend {
  /** Name of the inverse, for formulas. */
  readonly inverse: string;
  /** The number's text, its rank among the column's different numbers, its mean rank among all, and the smallest number. */
  readonly write: (text: string, value: number, rank: number, meanRank: number, least: number) => string | null;
}

const finite = (value: number): string | null => (Number.isFinite(value) ? String(value) : null);

/** Customary curves, and orders of characters that leave a number a number. */
export const BENDS: readonly Bend[] = [
  { inverse: 'exp', write: (_, x) => finite(Math.log(x)) },
  { inverse: 'expm1', write: (_, x) => finite(Math.log1p(x)) },
  { inverse: 'expm1-from-least', write: (_, x, __, ___, least) => finite(Math.log1p(x - least)) },
  { inverse: 'square', write: (_, x) => finite(Math.sqrt(x)) },
  { inverse: 'sqrt', write: (_, x) => finite(x * x) },
  { inverse: 'cbrt', write: (_, x) => finite(x * x * x) },
  { inverse: 'reciprocal', write: (_, x) => finite(1 / x) },
  { inverse: 'unrank', write: (_, __, rank) => String(rank) },
  { inverse: 'unrank-mean', write: (_, __, ___, meanRank) => String(meanRank) },
  { inverse: 'reverse', write: (text) => numeral([...text].reverse().join('')) },
  { inverse: 'unrail', write: (text) => numeral(everySecond(text, 0) + everySecond(text, 1)) },
  {
    inverse: 'unhalve',
    write: (text) => numeral(text.slice(text.length >> 1) + text.slice(0, text.length >> 1)),
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

function bendOnce(column: SheetColumn, { inverse, write }: Bend): SheetColumn | null {
  if (!column.isNumeric || column.distinct > MOST_VALUES || column.distinct < 3) return null;
  const { numbers } = column;
  const order = Int32Array.from({ length: column.distinct }, (_, code) => code).sort(
    (a, b) => (numbers[a] as number) - (numbers[b] as number),
  );
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
  const least = numbers[order[0] as number] as number;
  const values: string[] = [];
  for (let code = 0; code < column.distinct; code++) {
    const text = write(
      column.values[code] as string,
      numbers[code] as number,
      ranks[code] as number,
      means[code] as number,
      least,
    );
    if (text === null) return null;
    values.push(text);
  }
  return new SheetColumn(`${inverse}^-1(${column.name})`, column.codes, values);
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
