/**
 * How many product rows stand in the source as tuples, for one set of columns after another: the few product tuples are indexed
 * and the source runs past them, so a question costs one pass over the source and no index of it.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import type { Step } from '../inverse.js';
import { addColumn, emptyTuples, highHash, indexTuples, lowHash, saltOf, type TupleHashes } from './tuple-join.js';

/** Tuples of product and source over columns that were settled; {@link Presence.probe} asks about one more. */
export class Presence {
  readonly #sheet: Sheet;
  readonly #rows: number;
  readonly #own: TupleHashes;
  readonly #source: TupleHashes;

  /** @param rows - product rows; the cells of all steps have this length */
  constructor(sheet: Sheet, rows: number) {
    this.#sheet = sheet;
    this.#rows = rows;
    this.#own = emptyTuples(rows);
    this.#source = emptyTuples(sheet.rows);
  }

  /** Settles a column. */
  add(step: Step): void {
    addColumn(this.#own, step.cells, step.column);
    addColumn(this.#source, (this.#sheet.columns[step.column] as SheetColumn).codes, step.column);
  }

  /** Share of the product rows that stand in the source over the settled columns and this one. */
  probe(step: Step): number {
    if (this.#rows === 0) return 0;
    const own: TupleHashes = {
      low: this.#own.low.slice(),
      high: this.#own.high.slice(),
      valid: this.#own.valid.slice(),
    };
    addColumn(own, step.cells, step.column);
    const index = indexTuples(own);
    const seen = new Uint8Array(index.groups);
    const { codes } = this.#sheet.columns[step.column] as SheetColumn;
    markSeen(index.slots, index.low, index.high, this.#source.low, this.#source.high, codes, saltOf(step.column), seen);
    let present = 0;
    for (let row = 0; row < this.#rows; row++) {
      if (own.valid[row] === 1 && seen[index.groupOf[row] as number] === 1) present++;
    }
    return present / this.#rows;
  }
}

function markSeen(
  slots: Int32Array,
  low: Uint32Array,
  high: Uint32Array,
  sourceLow: Uint32Array,
  sourceHigh: Uint32Array,
  codes: Int32Array,
  salt: number,
  seen: Uint8Array,
): void {
  const mask = slots.length - 1;
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    const a = ((sourceLow[row] as number) + lowHash(code, salt)) >>> 0;
    const b = ((sourceHigh[row] as number) + highHash(code, salt)) >>> 0;
    let slot = (a ^ (b >>> 7)) & mask;
    for (;;) {
      const group = slots[slot] as number;
      if (group < 0) break;
      if (low[group] === a && high[group] === b) {
        seen[group] = 1;
        break;
      }
      slot = (slot + 1) & mask;
    }
  }
}
