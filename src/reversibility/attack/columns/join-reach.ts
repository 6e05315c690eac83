/**
 * What a join of columns can be worth at most, by random rows: most joins are turned away here before all rows are joined. See
 * combine.md.
 * @module
 */
import { SeededRandom } from '../../../testing/index.js';
import { fold } from '../../intake/fold.js';
import { foldedIndex, foldedTexts } from '../../intake/folded.js';
import { plainNumber } from '../../intake/plain-numbers.js';
import type { SheetColumn } from '../../intake/sheet.js';
import { hashText } from '../../intake/text-index.js';
import type { Board } from '../attack.js';
import { DENSE_SIMILARITY, type Fit, type fitOf, GUESSED, isDense } from '../shared/match.js';
import { standsAnywhere } from '../shared/stand-anywhere.js';
import { isWhole } from './joined-cells.js';

/** Rows of a second look, and how much more all rows may hold than these: once in a billion (Hoeffding 1963, theorem 1). */
const SPREAD = 2000;
const MORE = Math.sqrt(Math.log(1e9) / (2 * SPREAD));

/** Parts that a source column's rows are cut into, about as many rows each. */
const PARTS = 32;

/** Rows in no order, each as likely as any; null where there are few. */
export function randomRows(rows: number): number[] | null {
  if (rows < 6 * SPREAD) return null;
  const random = new SeededRandom('rows of a second look');
  return Array.from({ length: SPREAD }, () => random.below(rows));
}

/**
 * Source columns that a join could read well enough to be kept, by random rows; all where these say nothing.
 *
 * @param needed - share of the present rows, by how far frequencies agree as a score has it, that a step must give
 * @param texts - what {@link randomRows} join to
 */
export function couldReach(board: Board, needed: number, texts: readonly (string | null)[]): readonly SheetColumn[] {
  const present = texts.filter((text) => text !== null);
  const columns = board.lookup.candidates(present, 1).map(({ column }) => column);
  if (present.length < SPREAD / 2) return columns;
  const more = MORE * Math.sqrt(SPREAD / present.length);
  const rows = (board.product.rows * present.length) / texts.length;
  const folded = present.map(fold);
  const hashes = Int32Array.from(folded, hashText);
  return columns.filter((column) => isEnough(atMost(column, folded, hashes, rows, more), needed, column));
}

/** True where a step of this share and agreement could be kept. */
function isEnough({ mass, similarity }: Fit, needed: number, column: SheetColumn): boolean {
  if (mass * (0.3 + 0.7 * similarity) < needed) return false;
  return similarity >= DENSE_SIMILARITY || !isDense(column);
}

/**
 * Share of the rows whose texts stand in a column, and agreement of their frequencies as {@link fitOf} measures it, that are surely not
 * passed by all rows.
 *
 * Values put together agree no less than one by one. The mean of what random rows share with a part is too small by at most half a
 * standard deviation of their number in it, which over all parts is at most half the root of parts by rows (Cauchy-Schwarz).
 *
 * @param rows - rows that join to anything
 * @param more - how much more all rows may hold
 */
function atMost(column: SheetColumn, texts: readonly string[], hashes: Int32Array, rows: number, more: number): Fit {
  const codes = foldedIndex(column).codesOf(texts, hashes, -1);
  const { partOf, shares } = partsOf(column);
  const found = new Float64Array(shares.length);
  let hits = 0;
  for (const code of codes) {
    if (code < 0) continue;
    const part = partOf[code] as number;
    found[part] = (found[part] as number) + 1;
    hits++;
  }
  // Rows of the source for one of the join: by these a join of a part of the rows agrees with its part.
  const whole = Math.max(1, column.present / rows);
  let common = 0;
  let contained = 0;
  for (let part = 0; part < found.length; part++) {
    const own = (found[part] as number) / texts.length;
    common += Math.min(own, shares[part] as number);
    contained += Math.min(own, whole * (shares[part] as number));
  }
  const mass = hits / texts.length;
  const luck = 0.5 * Math.sqrt(shares.length / texts.length) + more;
  const spread = Math.min(1, column.distinct / Math.max(1, (mass - more) * rows));
  return {
    mass: Math.min(1, mass + more),
    similarity: Math.min(1, Math.max(common + luck, spread * (contained + luck))),
  };
}

/**
 * False where whole numbers, one a row, read none of these columns well enough: counted as numbers, without a text for any of them.
 *
 * @param results - one a row, NaN where there is none
 * @param bits - of the join
 */
export function couldHold(
  columns: readonly SheetColumn[],
  needed: number,
  results: Float64Array,
  bits: number,
): boolean {
  const hits = tallyOf(results, null);
  if (hits === null) return true;
  return columns.some((column) => {
    const counts = countsOf(column);
    if (counts === null) return true;
    if (!isEnough(fitOfNumbers(hits, counts, column.present), needed, column)) return false;
    return bits < GUESSED || !isDense(column) || !standsAnywhere(results, null, column);
  });
}

/** How often each whole number from a least one on comes. */
interface Tally {
  readonly least: number;
  readonly counts: Int32Array;
  readonly present: number;
}

/** Whole numbers between the ends that are counted in a list. */
const RANGE = 1 << 20;

/** The tally of numbers; null where one is not whole, or they lie too far apart. @param weights - rows of each; null for one each */
function tallyOf(numbers: Float64Array, weights: Int32Array | null): Tally | null {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of numbers) {
    if (Number.isNaN(value)) continue;
    if (!isWhole(value)) return null;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (!(most - least < RANGE)) return null;
  const counts = new Int32Array(most - least + 1);
  let present = 0;
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i] as number;
    if (Number.isNaN(value)) continue;
    const weight = weights === null ? 1 : (weights[i] as number);
    counts[value - least] = (counts[value - least] as number) + weight;
    present += weight;
  }
  return { least, counts, present };
}

/** As {@link fitOf} of the texts of these numbers. @param others - rows of the source column */
function fitOfNumbers(own: Tally, source: Tally, others: number): Fit {
  const shift = own.least - source.least;
  let mass = 0;
  let distinct = 0;
  let intersection = 0;
  let contained = 0;
  const end = Math.min(own.counts.length, source.counts.length - shift);
  for (let i = Math.max(0, -shift); i < end; i++) {
    const hit = own.counts[i] as number;
    const rows = source.counts[i + shift] as number;
    if (hit === 0 || rows === 0) continue;
    mass += hit;
    distinct++;
    intersection += Math.min(hit / own.present, rows / others);
    contained += Math.min(hit, rows);
  }
  if (mass === 0) return { mass: 0, similarity: 0 };
  return {
    mass: mass / own.present,
    similarity: Math.min(1, Math.max(intersection, ((distinct / mass) * contained) / own.present)),
  };
}

const counted = new WeakMap<SheetColumn, Tally | null>();

/** Rows of each whole number of a column; null where it holds others, or folding changes what its texts are. */
function countsOf(column: SheetColumn): Tally | null {
  let counts = counted.get(column);
  if (counts === undefined) {
    const plain = foldedTexts(column).texts === (column.packed ?? column.values);
    counts = plain ? tallyOf(wholeNumbers(column), column.counts) : null;
    counted.set(column, counts);
  }
  return counts;
}

/** The whole number that each text is, as it is written plainly; NaN for any other text. */
function wholeNumbers(column: SheetColumn): Float64Array {
  return Float64Array.from({ length: column.distinct }, (_, code) => {
    const value = plainNumber(column.text(code));
    return isWhole(value) ? value : Number.NaN;
  });
}

/** A partition of a column's values: part of each code of its folded index, and share of the present rows in each part. */
interface Parts {
  readonly partOf: Uint8Array;
  readonly shares: Float64Array;
}

const known = new WeakMap<SheetColumn, Parts>();

function partsOf(column: SheetColumn): Parts {
  let parts = known.get(column);
  if (parts === undefined) {
    parts = cut(column);
    known.set(column, parts);
  }
  return parts;
}

/** Numbers in their order, other values as they stand; what folds alike belongs together. */
function cut(column: SheetColumn): Parts {
  const { counts, present, numbers, isNumeric } = column;
  const { texts, hashes } = foldedTexts(column);
  const foldedCodes = foldedIndex(column).codesOf(texts, hashes, -1);
  const order = Int32Array.from(counts, (_, code) => code);
  if (isNumeric) order.sort((a, b) => rankOf(numbers[a] as number) - rankOf(numbers[b] as number) || a - b);
  const partOf = new Uint8Array(column.distinct);
  const shares = new Float64Array(PARTS);
  let before = 0;
  for (const code of order) {
    // By the middle of its rows, so that a value of many rows takes the parts that it fills.
    const rows = counts[code] as number;
    partOf[code] = Math.min(PARTS - 1, Math.floor(((before + rows / 2) * PARTS) / Math.max(1, present)));
    before += rows;
  }
  for (let code = 0; code < foldedCodes.length; code++) {
    const part = partOf[foldedCodes[code] as number] as number;
    shares[part] = (shares[part] as number) + (counts[code] as number) / Math.max(1, present);
  }
  return { partOf, shares };
}

function rankOf(number: number): number {
  return Number.isNaN(number) ? Number.MAX_VALUE : number;
}
