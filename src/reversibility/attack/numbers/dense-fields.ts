/**
 * Bits of any origin stand among dense numbers: whether a field's frequencies are a source column's, by random rows first, then by
 * all, before a column is made of it. See packed-numbers.md.
 * @module
 */
import type { SheetColumn } from '../../intake/sheet.js';
import { moreThan, SPREAD } from '../shared/fit-at-most.js';

/** Share of all numbers of so many bits from which on other bits stand in a column by chance. */
const DENSE = 0.3;
/** Shares of a column's numbers that count as its commonest; the last are all. */
const COMMON: readonly number[] = [0.1, 0.25, 0.5, 0.75, 1];
const NONE = 255;

/** Rows of few numbers tell a share with this error only. */
const ERROR = 0.1;
const FEW = 200;

/** What a find must agree in frequencies, and read of the rows. */
export interface Needed {
  readonly similarity: number;
  readonly mass: number;
}

/** The numbers of a source column that are dense among those of so many bits. */
export class DenseNumbers {
  /** Rows of each number. */
  readonly #rows: Float64Array;
  /** The first of {@link COMMON} among which a number is. */
  readonly #ranks: Uint8Array;
  /** Share of the rows that hold one of the commonest. */
  readonly #shares: readonly number[];
  readonly #distinct: number;
  readonly #present: number;
  readonly #own: Float64Array;

  private constructor(column: SheetColumn, numbers: Float64Array, size: number) {
    const { counts } = column;
    this.#present = column.present;
    this.#rows = new Float64Array(size);
    this.#own = new Float64Array(size);
    this.#ranks = new Uint8Array(size).fill(NONE);
    for (let code = 0; code < numbers.length; code++) {
      const number = numbers[code] as number;
      this.#rows[number] = (this.#rows[number] as number) + (counts[code] as number);
    }
    const order = Array.from(new Set(numbers)).sort((a, b) => this.#rowsOf(b) - this.#rowsOf(a));
    this.#distinct = order.length;
    const among = COMMON.map(() => 0);
    for (const [i, number] of order.entries()) {
      const rank = COMMON.findIndex((share) => i < share * order.length);
      this.#ranks[number] = rank;
      for (let own = rank; own < among.length; own++) among[own] = (among[own] as number) + this.#rowsOf(number);
    }
    this.#shares = among.map((rows) => rows / column.present);
  }

  /** Null where a column's numbers are not dense, or not whole ones after as many decimals. */
  static of(column: SheetColumn, bits: number, decimals: number): DenseNumbers | null {
    const size = 2 ** bits;
    if (column.distinct < DENSE * size) return null;
    const numbers = column.numbers.map((own) => Math.round(own * 10 ** decimals));
    return numbers.every((own) => own >= 0 && own < size) ? new DenseNumbers(column, numbers, size) : null;
  }

  #rowsOf(number: number): number {
    return this.#rows[number] as number;
  }

  /**
   * False where random rows hold the commonest numbers so much more or less often than the column that frequencies cannot be as alike
   * as is needed. Whatever the set of numbers, two distributions have no more in common than the difference of its shares leaves
   * (Levin, Peres and Wilmer, Markov Chains and Mixing Times, section 4.1); the numbers of half of the rows are such a set for the
   * other half, which is how few numbers that come again and again are told.
   *
   * @param fields - of random rows, in no order
   * @param rows - of the product
   */
  couldAgree(fields: readonly number[], rows: number, needed: Needed): boolean {
    // Of few rows for each number a find may agree by how few they are.
    if (this.#distinct > needed.similarity * needed.mass * rows || fields.length < FEW) return true;
    const held = COMMON.map(() => 0);
    for (const field of fields) {
      const rank = this.#ranks[field] as number;
      if (rank !== NONE) held[rank] = (held[rank] as number) + 1;
    }
    const error = fields.length < SPREAD / 2 ? ERROR : moreThan(fields.length);
    let among = 0;
    const asCommon = this.#shares.every((share, i) => {
      among += held[i] as number;
      return Math.abs(among / fields.length - share) <= 1 - needed.similarity + error;
    });
    return asCommon && this.#couldComeAgain(fields, needed);
  }

  #couldComeAgain(fields: readonly number[], needed: Needed): boolean {
    const half = Math.floor(fields.length / 2);
    const first = new Set(fields.slice(0, half));
    const held = fields.slice(half).reduce((sum, field) => sum + (first.has(field) ? 1 : 0), 0);
    let share = 0;
    for (const field of first) share += this.#rowsOf(field) / this.#present;
    return held / (fields.length - half) - share <= 1 - needed.similarity + moreThan(half);
  }

  /**
   * Whether all rows agree, measured as `fitOf` does.
   *
   * @param fields - of each value of the product; -1 where it has none
   * @param counts - rows of each value
   * @param present - rows that hold one
   */
  agrees(fields: Int32Array, counts: Int32Array, present: number, needed: Needed): boolean {
    const own = this.#own.fill(0);
    let mass = 0;
    for (let code = 0; code < fields.length; code++) {
      const field = fields[code] as number;
      if (field < 0 || this.#rowsOf(field) === 0) continue;
      own[field] = (own[field] as number) + (counts[code] as number);
      mass += counts[code] as number;
    }
    let intersection = 0;
    let contained = 0;
    let distinct = 0;
    for (let field = 0; field < own.length; field++) {
      const rows = own[field] as number;
      if (rows === 0) continue;
      distinct++;
      intersection += Math.min(rows / present, this.#rowsOf(field) / this.#present);
      contained += Math.min(rows, this.#rowsOf(field));
    }
    const alike = Math.max(intersection, (distinct / Math.max(1, mass)) * (contained / present));
    return mass > needed.mass * present && alike > needed.similarity;
  }
}
