/**
 * What a join of columns can be worth at most, by random rows: most joins are turned away here before all rows are joined. See
 * combine.md.
 * @module
 */
import { fold } from '../../intake/fold.js';
import { foldedIndex, foldedTexts } from '../../intake/folded.js';
import { plainNumber } from '../../intake/plain-numbers.js';
import type { SheetColumn } from '../../intake/sheet.js';
import { hashText } from '../../intake/text-index.js';
import type { Board } from '../attack.js';
import { moreThan, type randomRows, SPREAD } from '../shared/fit-at-most.js';
import { DENSE_SIMILARITY, type Fit, type fitOf, GUESSED, isDense } from '../shared/match.js';
import { standsAnywhere } from '../shared/stand-anywhere.js';
import { isWhole } from './joined-cells.js';

/** Parts that a source column's rows are cut into, about as many rows each. */
const PARTS = 32;

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
  const more = moreThan(present.length);
  const rows = (board.product.rows * present.length) / texts.length;
  const drawn = new Drawn(present.map(fold));
  return columns.filter((column) => isEnough(atMost(column, drawn, rows, more), needed, column));
}

/** Folded texts of random rows, with what finds them in a column. */
class Drawn {
  readonly texts: readonly string[];
  #hashes: Int32Array | undefined;
  #numbers: Float64Array | undefined;

  constructor(texts: readonly string[]) {
    this.texts = texts;
  }

  get hashes(): Int32Array {
    this.#hashes ??= Int32Array.from(this.texts, hashText);
    return this.#hashes;
  }

  /** The whole number that each is plainly; NaN for any other. */
  get numbers(): Float64Array {
    this.#numbers ??= Float64Array.from(this.texts, wholeNumber);
    return this.#numbers;
  }
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
function atMost(column: SheetColumn, drawn: Drawn, rows: number, more: number): Fit {
  const { shares } = partsOf(column);
  const { texts } = drawn;
  const found = foundIn(column, drawn);
  let hits = 0;
  for (const own of found) hits += own;
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

/** How many of the texts stand in each part of a column. */
function foundIn(column: SheetColumn, drawn: Drawn): Float64Array {
  const { partOf, byNumber } = partsOf(column);
  const found = new Float64Array(PARTS);
  if (byNumber === null) {
    for (const code of foldedIndex(column).codesOf(drawn.texts, drawn.hashes, -1))
      if (code >= 0) found[partOf[code] as number] = (found[partOf[code] as number] as number) + 1;
    return found;
  }
  const { least, parts } = byNumber;
  for (const value of drawn.numbers) {
    const place = value - least;
    // False of what is no number, too, and the column holds none of these.
    if (!(place >= 0 && place < parts.length)) continue;
    const part = parts[place] as number;
    if (part < PARTS) found[part] = (found[part] as number) + 1;
  }
  return found;
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
  // None at all, or too far apart.
  if (most < least || most - least >= RANGE) return null;
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
  return Float64Array.from({ length: column.distinct }, (_, code) => wholeNumber(column.text(code)));
}

function wholeNumber(text: string): number {
  const value = plainNumber(text);
  return isWhole(value) ? value : Number.NaN;
}

/** A partition of a column's values: part of each code of its folded index, and share of the present rows in each part. */
interface Parts {
  readonly partOf: Uint8Array;
  readonly shares: Float64Array;
  /** Part of each whole number from a least one on, {@link PARTS} of one that is not there; null where the column holds others. */
  readonly byNumber: { readonly least: number; readonly parts: Uint8Array } | null;
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
  return { partOf, shares, byNumber: byNumberOf(column, partOf) };
}

function byNumberOf(column: SheetColumn, partOf: Uint8Array): Parts['byNumber'] {
  const tally = countsOf(column);
  if (tally === null) return null;
  const parts = new Uint8Array(tally.counts.length).fill(PARTS);
  const numbers = wholeNumbers(column);
  for (let code = 0; code < numbers.length; code++) {
    if (Number.isNaN(numbers[code])) return null;
    parts[(numbers[code] as number) - tally.least] = partOf[code] as number;
  }
  return { least: tally.least, parts };
}

function rankOf(number: number): number {
  return Number.isNaN(number) ? Number.MAX_VALUE : number;
}
