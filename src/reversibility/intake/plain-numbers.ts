/**
 * Texts that are numbers, each written in the one plain way, so that equal texts are equal numbers: two columns of them are held
 * against one another in order, several times faster than text by text.
 * @module
 */
import { PackedTexts, type Texts } from './packed-texts.js';
import { sortOrder } from './sort-order.js';

/** More digits than a double tells apart. */
const DIGITS = 15;

/** The numbers of texts in rising order and the text of each; equal ones as they stand in the list. */
export interface PlainOrder {
  readonly numbers: Float64Array;
  readonly codes: Int32Array;
}

const orders = new WeakMap<Texts, PlainOrder | null>();

/** The order of texts that are all plain numbers; null where one is not. Kept per list. */
export function plainOrder(texts: Texts): PlainOrder | null {
  let order = orders.get(texts);
  if (order === undefined) {
    order = orderOf(texts);
    orders.set(texts, order);
  }
  return order;
}

function orderOf(texts: Texts): PlainOrder | null {
  const packed = texts instanceof PackedTexts ? texts : null;
  const values = new Float64Array(packed?.size ?? (texts as readonly string[]).length);
  for (let code = 0; code < values.length; code++) {
    const value = plainNumber(packed === null ? ((texts as readonly string[])[code] as string) : packed.at(code));
    if (Number.isNaN(value)) return null;
    values[code] = value;
  }
  const sorted = sortOrder(
    values,
    Int32Array.from(values, (_, code) => code),
  );
  const numbers = new Float64Array(sorted.length);
  for (let i = 0; i < sorted.length; i++) numbers[i] = values[sorted[i] as number] as number;
  return { numbers, codes: sorted };
}

/**
 * The number of a text of at most 15 digits without exponent, sign of plus, or zeros that say nothing; NaN for any other text.
 * Two different texts of this kind are two different doubles.
 */
export function plainNumber(text: string): number {
  const { length } = text;
  const negative = text.charCodeAt(0) === 45;
  const from = negative ? 1 : 0;
  if (length === from || length - from > DIGITS + 1) return Number.NaN;
  let digits = 0;
  let decimals = -1;
  let whole = 0;
  for (let i = from; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 46) {
      if (decimals >= 0 || i === from || i === length - 1) return Number.NaN;
      decimals = 0;
      continue;
    }
    if (unit < 48 || unit > 57) return Number.NaN;
    whole = 10 * whole + unit - 48;
    digits++;
    if (decimals >= 0) decimals++;
  }
  if (digits > DIGITS) return Number.NaN;
  const zero = text.charCodeAt(from) === 48;
  if (zero && digits > 1 && text.charCodeAt(from + 1) !== 46) return Number.NaN;
  if (decimals > 0 && text.charCodeAt(length - 1) === 48) return Number.NaN;
  if (negative && whole === 0) return Number.NaN;
  // Both are exact, so the quotient is the double nearest to what is written.
  const value = decimals > 0 ? whole / (POWERS[decimals] as number) : whole;
  return negative ? -value : value;
}

const POWERS: readonly number[] = Array.from({ length: DIGITS + 1 }, (_, i) => Number(`1e${i}`));

/** For each text of one list the place of the first equal text of another, or what stands for none. */
export function codesInOrder(own: PlainOrder, other: PlainOrder, none: number): Int32Array {
  const codes = new Int32Array(own.codes.length);
  let at = 0;
  for (let i = 0; i < codes.length; i++) {
    const value = own.numbers[i] as number;
    while (at < other.numbers.length && (other.numbers[at] as number) < value) at++;
    const met = at < other.numbers.length && other.numbers[at] === value;
    codes[own.codes[i] as number] = met ? (other.codes[at] as number) : none;
  }
  return codes;
}
