/**
 * Two columns made into one, row by row: of texts each pair that comes often is joined once, of numbers each result written once.
 * @module
 */
import { SheetColumn } from '../../intake/sheet.js';

/** One text a row from the cells of two columns; null where one has none. */
export function pairTexts(
  a: SheetColumn,
  b: SheetColumn,
  join: (a: string, b: string) => string | null,
): (string | null)[] {
  const texts = new Array<string | null>(a.codes.length);
  // Where few pairs come twice, remembering them costs more than joining them.
  const memo = a.distinct * b.distinct > 8 * texts.length ? null : new Map<number, string | null>();
  for (let row = 0; row < texts.length; row++) {
    const x = a.codes[row] as number;
    const y = b.codes[row] as number;
    if (x < 0 || y < 0) {
      texts[row] = null;
      continue;
    }
    const key = x * b.distinct + y;
    let text = memo?.get(key);
    if (text === undefined) {
      text = join(a.text(x), b.text(y));
      memo?.set(key, text);
    }
    texts[row] = text;
  }
  return texts;
}

/** What the cells of two columns stand for, and what is made of it. */
export interface Figures {
  /** Number of a cell of the first column; NaN where it has none. */
  readonly left: (text: string) => number;
  readonly right: (text: string) => number;
  readonly compute: (x: number, y: number) => number;
  /** Text of a result; null where it is none. */
  readonly write: (value: number) => string | null;
}

/** Results of figures row by row: each different one is written once. */
export function columnOfResults(name: string, a: SheetColumn, b: SheetColumn, figures: Figures): SheetColumn {
  const { codes, numbers } = codesOfNumbers(resultsOf(a, b, figures));
  const values: string[] = [];
  const codeOfText = new Map<string, number>();
  const textCodes = Int32Array.from(numbers, (number) => {
    const text = figures.write(number);
    if (text === null) return -1;
    const known = codeOfText.get(text);
    if (known !== undefined) return known;
    const code = values.push(text) - 1;
    codeOfText.set(text, code);
    return code;
  });
  for (let row = 0; row < codes.length; row++)
    if ((codes[row] as number) >= 0) codes[row] = textCodes[codes[row] as number] as number;
  return new SheetColumn(name, codes, values);
}

/** Whole numbers that are written with no more digits than any operation keeps. */
export function isWhole(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) < 1e10;
}

/** Result in each row; NaN where there is none. */
export function resultsOf(
  a: SheetColumn,
  b: SheetColumn,
  { left, right, compute }: Pick<Figures, 'left' | 'right' | 'compute'>,
): Float64Array {
  const first = Float64Array.from(a.values, left);
  const second = Float64Array.from(b.values, right);
  const results = new Float64Array(a.codes.length);
  for (let row = 0; row < results.length; row++) {
    const x = a.codes[row] as number;
    const y = b.codes[row] as number;
    results[row] = x < 0 || y < 0 ? Number.NaN : compute(first[x] as number, second[y] as number);
  }
  return results;
}

/** Code of each number, in order of first rows; -1 for NaN. The two zeros are one. */
function codesOfNumbers(values: Float64Array): { codes: Int32Array; numbers: Float64Array } {
  let capacity = 16;
  while (capacity < 2 * values.length) capacity *= 2;
  const slots = new Int32Array(capacity).fill(-1);
  const codes = new Int32Array(values.length);
  const numbers = new Float64Array(values.length);
  const key = new Float64Array(1);
  const words = new Uint32Array(key.buffer);
  let count = 0;
  for (let row = 0; row < values.length; row++) {
    // Adding zero makes one of the two zeros.
    const value = (values[row] as number) + 0;
    if (Number.isNaN(value)) {
      codes[row] = -1;
      continue;
    }
    key[0] = value;
    const mixed = Math.imul((words[0] as number) ^ Math.imul(words[1] as number, 0x9e3779b1), 0x85ebca6b);
    let slot = (mixed ^ (mixed >>> 15)) & (capacity - 1);
    let code = slots[slot] as number;
    while (code >= 0 && numbers[code] !== value) {
      slot = (slot + 1) & (capacity - 1);
      code = slots[slot] as number;
    }
    if (code < 0) {
      code = count++;
      slots[slot] = code;
      numbers[code] = value;
    }
    codes[row] = code;
  }
  return { codes, numbers: numbers.subarray(0, count) };
}
