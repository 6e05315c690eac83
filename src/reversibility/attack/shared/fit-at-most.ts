/**
 * How well frequencies agree under a map at most, by random rows: most maps are turned away here before all values are sent through them.
 * @module
 */
import { SeededRandom } from '../../../testing/index.js';
import { fold } from '../../intake/fold.js';
import { foldedIndex } from '../../intake/folded.js';
import type { SheetColumn } from '../../intake/sheet.js';
import { hashText } from '../../intake/text-index.js';
import type { Fit } from './match.js';

/** Rows of a second look. */
export const SPREAD = 2000;

/** Odds against which a mean of random rows is held. */
const ODDS = 1e9;

/** How much more all rows may hold than so many random ones: once in a billion (Hoeffding 1963, theorem 1). */
export function moreThan(rows: number): number {
  return Math.sqrt(Math.log(ODDS) / (2 * Math.max(1, rows)));
}

/** Rows in no order, each as likely as any; null where there are few. */
export function randomRows(rows: number, count: number = SPREAD): readonly number[] | null {
  if (rows < 6 * count) return null;
  const key = `${rows}/${count}`;
  let own = lists.get(key);
  if (own === undefined) {
    const random = new SeededRandom('rows of a second look');
    own = Array.from({ length: count }, () => random.below(rows));
    if (lists.size >= LISTS) lists.clear();
    lists.set(key, own);
  }
  return own;
}

/** Tables have few numbers of rows. */
const LISTS = 16;
const lists = new Map<string, readonly number[]>();

const drawn = new WeakMap<SheetColumn, Int32Array | null>();

/** Codes of a column in random rows that have a value; null where there are few. */
export function randomCodes(column: SheetColumn): Int32Array | null {
  let codes = drawn.get(column);
  if (codes === undefined) {
    const rows = randomRows(column.rows);
    codes = rows === null ? null : Int32Array.from(rows, (row) => column.codes[row] as number).filter((c) => c >= 0);
    if (codes !== null && codes.length < SPREAD / 2) codes = null;
    drawn.set(column, codes);
  }
  return codes;
}

/** What random rows are sent to. */
export interface Drawn {
  /** Rows of the value in each random row. */
  readonly hits: ArrayLike<number>;
  /** Source rows of what it is sent to; 0 where that is nothing. */
  readonly rows: ArrayLike<number>;
  /** Random rows that count: from the first. */
  readonly length: number;
}

/**
 * What `fitOf` gives of the map, as random rows have it, and how much more each of its parts may be.
 *
 * Each part of it is a mean over the rows of a number within [0, 1]: of a row whose value stands in `h` rows and is sent to one of `r`
 * rows, that is 1 / h for the different values, min(1, r / h) for the rows held in them, and min(1, r / h by present rows) for the
 * shares in common. Values sent to one and the same count once each, which makes all of these larger, never smaller.
 *
 * @param present - rows that hold a value, of the product and of the source column
 */
export function fitOfRandom(
  { hits, rows, length }: Drawn,
  present: readonly [own: number, source: number],
  more: number,
): Fit {
  const ratio = present[0] / Math.max(1, present[1]);
  let mass = 0;
  let distinct = 0;
  let contained = 0;
  let intersection = 0;
  for (let i = 0; i < length; i++) {
    const other = rows[i] as number;
    if (other === 0) continue;
    const share = other / (hits[i] as number);
    mass++;
    distinct += 1 / (hits[i] as number);
    contained += Math.min(share, 1);
    intersection += Math.min(share * ratio, 1);
  }
  const least = mass / length - more;
  const spread = least <= 0 ? 1 : Math.min(1, (distinct / length + more) / least);
  return {
    mass: Math.min(1, mass / length + more),
    similarity: Math.min(1, Math.max(intersection / length + more, spread * (contained / length + more))),
  };
}

/** Random rows of a first look: most maps read next to nothing. */
export const FIRST = 500;

/** Texts of a column in random rows, to be looked up in one source column after the other. */
export class RandomTexts {
  readonly #column: SheetColumn;
  readonly #codes: Int32Array | null;
  #hits: Int32Array | undefined;
  #plain: Looked | undefined;
  #folded: Looked | undefined;

  constructor(column: SheetColumn) {
    this.#column = column;
    this.#codes = randomCodes(column);
  }

  /**
   * False where fewer of the rows than a share surely stand in a source column, or frequencies agree by less: by a few random rows
   * first, then by more.
   *
   * @param folds - whether texts are folded on both sides
   */
  couldAgree(to: SheetColumn, folds: boolean, share: number): boolean {
    if (this.#codes === null) return true;
    const { texts, hashes } = folds ? this.#foldedTexts() : this.#plainTexts();
    const index = folds ? foldedIndex(to) : to.index;
    const hits = this.#rowsOfEach(this.#codes);
    for (const length of [FIRST, hashes.length]) {
      const rows = index.codesOf(texts, hashes.subarray(0, length), -1);
      for (let i = 0; i < length; i++) rows[i] = (rows[i] as number) < 0 ? 0 : (to.counts[rows[i] as number] as number);
      const fit = fitOfRandom({ hits, rows, length }, [this.#column.present, to.present], moreThan(length));
      if (Math.min(fit.mass, fit.similarity) < share) return false;
    }
    return true;
  }

  #rowsOfEach(codes: Int32Array): Int32Array {
    const { counts } = this.#column;
    this.#hits ??= codes.map((code) => counts[code] as number);
    return this.#hits;
  }

  #plainTexts(): Looked {
    this.#plain ??= looked(Array.from(this.#codes ?? [], (code) => this.#column.text(code)));
    return this.#plain;
  }

  #foldedTexts(): Looked {
    this.#folded ??= looked(this.#plainTexts().texts.map(fold));
    return this.#folded;
  }
}

/** Texts to be looked up. */
interface Looked {
  readonly texts: readonly string[];
  readonly hashes: Int32Array;
}

function looked(texts: readonly string[]): Looked {
  return { texts, hashes: Int32Array.from(texts, hashText) };
}
