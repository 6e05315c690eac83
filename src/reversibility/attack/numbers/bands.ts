/**
 * Numbers cut into bands, with what is left of them in a column beside: quantile or width codes and the distance from the band's middle,
 * mean or edge, or the place within the band. In order the bands hold the source's sorted numbers one after the other. See bands.md.
 *
 * Sorting attack: Naveed, Kamara and Wright, CCS 2015, section 4, band by band.
 * @module
 */
import type { Sheet, SheetColumn } from '../../intake/sheet.js';
import type { Derived, Step } from '../../inverse.js';
import { FOREIGN } from '../../restoration/tuple-join.js';
import type { Attack, Board } from '../attack.js';
import { isReadWhole } from '../attack.js';
import { type Grouped, groupedBy } from '../shared/grouped-numbers.js';
import { sortedNumbers } from '../shared/sorted-numbers.js';

const MOST_BANDS = 64;
const LEAST_ROWS = 40;
/** Rows of a band from which on a line through them says something. */
const LEAST_BAND = 8;
/** Deviation from a line as a share of the band's range. */
const NEAR = 1e-4;
const PLACES: readonly number[] = [0.5, 0.25, 0.75, 0.1, 0.9];

/** The attack. */
export const bands: Attack = {
  id: 'bands',
  knowledge: 'A2',
  run(board) {
    const { columns, rows } = board.product;
    const codes = columns.filter(
      ({ distinct, present }) => distinct >= 2 && distinct <= MOST_BANDS && present === rows && rows >= LEAST_ROWS,
    );
    const rests = board.derived.filter(({ attack, from: [own], column }) => {
      const position = own as number;
      return (
        attack === 'containment' &&
        column.isNumeric &&
        column.distinct >= Math.max(12, 0.02 * rows) &&
        !board.settled.has(position) &&
        !isReadWhole(board, position)
      );
    });
    if (codes.length === 0 || rests.length === 0) return 'no column of bands stands beside unexplained numbers';
    board.sources.forEach((sheet, source) => {
      if (sheet.rows !== rows) return;
      const targets = targetsOf(sheet);
      for (const code of codes) {
        const orders = ordersOf(code);
        for (const rest of rests) {
          if (board.late()) return;
          if (rest.column === code) continue;
          board.steps.push(...stepsBy(board, source, targets, code, orders, rest));
        }
      }
    });
    return null;
  },
};

/** A numeric source column with the code of each of its rows in rising order. */
interface Target {
  readonly position: number;
  readonly values: Float64Array;
  readonly codes: Int32Array;
  /** Sums of the values before each place. */
  readonly sums: Float64Array;
}

function targetsOf(sheet: Sheet): Target[] {
  return sheet.columns.flatMap((column, position) => {
    const sorted = column.distinct >= 12 ? sortedNumbers(column) : null;
    if (sorted === null) return [];
    const values = new Float64Array(sorted.rows);
    const codes = new Int32Array(sorted.rows);
    let at = 0;
    sorted.values.forEach((value, i) => {
      for (let k = 0; k < (sorted.counts[i] as number); k++) {
        values[at] = value;
        codes[at++] = sorted.codes[i] as number;
      }
    });
    const sums = new Float64Array(values.length + 1);
    for (let i = 0; i < values.length; i++) sums[i + 1] = (sums[i] as number) + (values[i] as number);
    return [{ position, values, codes, sums }];
  });
}

/** Orders of the bands: of their numbers, or of their texts, rising and falling. */
function ordersOf(column: SheetColumn): Int32Array[] {
  const codes = Array.from({ length: column.distinct }, (_, code) => code);
  const number = (code: number): number => column.numbers[code] as number;
  const text = (code: number): string => column.text(code);
  // Intervals are put in order by the number that they begin with.
  const first = (code: number): number => Number(/-?\d+(?:\.\d+)?/.exec(text(code))?.[0] ?? Number.NaN);
  if (column.isNumeric) codes.sort((a, b) => number(a) - number(b));
  else if (codes.every((code) => Number.isFinite(first(code)))) codes.sort((a, b) => first(a) - first(b));
  else codes.sort((a, b) => (text(a) < text(b) ? -1 : 1));
  return [Int32Array.from(codes), Int32Array.from(codes).reverse()];
}

function stepsBy(
  board: Board,
  source: number,
  targets: readonly Target[],
  code: SheetColumn,
  orders: readonly Int32Array[],
  rest: Derived,
): Step[] {
  const shapes = shapesOf(rest.column, code);
  let grouped: Grouped | null = null;
  const steps: Step[] = [];
  for (const { position, values, codes, sums } of targets) {
    if (values.length !== shapes.rows) continue;
    for (const order of orders) {
      if (!couldFit(shapes, order, values, sums)) continue;
      grouped ??= groupedBy(rest.column, code.codes, code.distinct);
      const good = fitted(grouped, order, values);
      if (good < (1 - WRONG) * values.length) continue;
      const cells = cellsOf(grouped, order, codes, board.product.rows);
      const share = good / board.product.rows;
      const at = board.product.columns.indexOf(code);
      steps.push({
        source,
        column: position,
        from: [rest.from[0] as number, at],
        formula: `bands(${rest.formula}, ${code.name})`,
        attack: 'bands',
        knowledge: 'A2',
        bits: rest.bits + 64 * code.distinct,
        cells,
        mass: share,
        score: 0.9 * share,
        similarity: 0.9,
      });
      break;
    }
  }
  return steps;
}

/** Size, least, largest and mean of the rests in each band. */
interface Shapes {
  readonly rows: number;
  readonly sizes: Float64Array;
  readonly least: Float64Array;
  readonly most: Float64Array;
  readonly sums: Float64Array;
}

function shapesOf({ codes, numbers }: SheetColumn, bandOf: SheetColumn): Shapes {
  const bands = bandOf.distinct;
  const own = {
    sizes: new Float64Array(bands),
    least: new Float64Array(bands).fill(Number.POSITIVE_INFINITY),
    most: new Float64Array(bands).fill(Number.NEGATIVE_INFINITY),
    sums: new Float64Array(bands),
  };
  let rows = 0;
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    const value = code < 0 ? Number.NaN : (numbers[code] as number);
    if (Number.isNaN(value)) continue;
    const band = bandOf.codes[row] as number;
    rows++;
    own.sizes[band] = (own.sizes[band] as number) + 1;
    own.sums[band] = (own.sums[band] as number) + value;
    if (value < (own.least[band] as number)) own.least[band] = value;
    if (value > (own.most[band] as number)) own.most[band] = value;
  }
  return { rows, ...own };
}

/** Share of the rows that may stand in bands that do not fit, and the deviation of a mean that as many wrong places could make. */
const WRONG = 0.1;
const OFF = 0.021;

/** False where the means of the rests stand elsewhere between their ends than those of the source's numbers, in too many bands. */
function couldFit(
  { sizes, least, most, sums }: Shapes,
  order: Int32Array,
  values: Float64Array,
  total: Float64Array,
): boolean {
  let start = 0;
  let bad = 0;
  for (const band of order) {
    const size = sizes[band] as number;
    const low = values[start] as number;
    const range = (values[start + size - 1] as number) - low;
    const own = (most[band] as number) - (least[band] as number);
    if (size >= LEAST_BAND) {
      const mean = ((total[start + size] as number) - (total[start] as number)) / size;
      const at = ((sums[band] as number) / size - (least[band] as number)) / own;
      if (own > 0 !== range > 0 || (own > 0 && Math.abs(at - (mean - low) / range) > OFF)) bad += size;
      if (bad > WRONG * values.length) return false;
    }
    start += size;
  }
  return true;
}

/** Rows in bands whose rests lie on a line with the source's numbers of these places; 0 as soon as most do not. */
function fitted(grouped: Grouped, order: Int32Array, values: Float64Array): number {
  let start = 0;
  let good = 0;
  let bad = 0;
  let telling = 0;
  let beyond = 0;
  for (const band of order) {
    const from = grouped.starts[band] as number;
    const size = (grouped.starts[band + 1] as number) - from;
    const line = onLine(grouped.values, from, values, start, size);
    if (line === false) bad += size;
    else {
      good += size;
      if (line === true) {
        telling++;
        beyond += differentIn(values, start, size) - 2;
      }
    }
    if (bad > WRONG * values.length) return 0;
    start += size;
  }
  return telling >= 2 && beyond >= LEAST_BAND ? good : 0;
}

/** Different values of a sorted run. */
function differentIn(values: Float64Array, from: number, size: number): number {
  let different = 1;
  for (let i = from + 1; i < from + size; i++) if (values[i] !== values[i - 1]) different++;
  return different;
}

/** Whether two sorted runs of equal length lie on one rising line; null where they say nothing. */
function onLine(a: Float64Array, fromA: number, b: Float64Array, fromB: number, size: number): boolean | null {
  // Two values lie on a line with any two, however often they come again (the rows of two persons).
  if (size < LEAST_BAND || differentIn(b, fromB, size) < 3) return null;
  const lowA = a[fromA] as number;
  const lowB = b[fromB] as number;
  const rangeA = (a[fromA + size - 1] as number) - lowA;
  const rangeB = (b[fromB + size - 1] as number) - lowB;
  if (!(rangeA > 0) || !(rangeB > 0)) return rangeA === rangeB ? null : false;
  const off = (i: number): boolean =>
    Math.abs(((a[fromA + i] as number) - lowA) / rangeA - ((b[fromB + i] as number) - lowB) / rangeB) > NEAR;
  for (const place of PLACES) if (off(Math.floor(place * (size - 1)))) return false;
  let misses = 0;
  for (let i = 0; i < size; i++) if (off(i) && ++misses > 0.02 * size) return false;
  return true;
}

function cellsOf(grouped: Grouped, order: Int32Array, codes: Int32Array, rows: number): Int32Array {
  const cells = new Int32Array(rows).fill(FOREIGN);
  let start = 0;
  for (const band of order) {
    const from = grouped.starts[band] as number;
    const size = (grouped.starts[band + 1] as number) - from;
    for (let i = 0; i < size; i++) cells[grouped.rows[from + i] as number] = codes[start + i] as number;
    start += size;
  }
  return cells;
}
