/**
 * How many product rows stand in the source as tuples over a set of columns, and over that set without one of them: hashes of
 * tuples are sums, so a column is taken from all tuples in one pass.
 * @module
 */
import type { Sheet, SheetColumn } from '../intake/sheet.js';
import type { Step } from '../inverse.js';
import { sampleStep } from './select.js';
import { addColumn, emptyTuples, highHash, indexTuples, lowHash, saltOf, type TupleHashes } from './tuple-join.js';

/** Tuples over all of the given steps; products of many rows are asked by an even sample. */
export class LeaveOneOut {
  readonly #sheet: Sheet;
  readonly #own: TupleHashes;
  /** Foreign cells of each product row. */
  readonly #foreign: Uint16Array;
  readonly #source: TupleHashes;

  /** @param rows - product rows; the cells of all steps have this length */
  constructor(sheet: Sheet, steps: readonly Step[], rows: number) {
    const asked = steps.map((step) => sampleStep(step, rows));
    const count = asked[0]?.cells.length ?? 0;
    this.#sheet = sheet;
    this.#own = emptyTuples(count);
    this.#foreign = new Uint16Array(count);
    this.#source = emptyTuples(sheet.rows);
    for (const { cells, column } of asked) {
      addColumn(this.#own, cells, column);
      for (let row = 0; row < count; row++)
        if ((cells[row] as number) < -1) this.#foreign[row] = (this.#foreign[row] as number) + 1;
      addColumn(this.#source, (sheet.columns[column] as SheetColumn).codes, column);
    }
  }

  /** Share of the product rows asked that stand in the source over all columns. */
  all(): number {
    return presentShare(this.#own.low, this.#own.high, this.#foreign, this.#source.low, this.#source.high);
  }

  /** The same without one of the columns. */
  without(step: Step, rows: number): number {
    const { cells, column } = sampleStep(step, rows);
    const salt = saltOf(column);
    const own = less(this.#own, cells, salt);
    const source = less(this.#source, (this.#sheet.columns[column] as SheetColumn).codes, salt);
    const foreign = this.#foreign.slice();
    for (let row = 0; row < cells.length; row++)
      if ((cells[row] as number) < -1) foreign[row] = (foreign[row] as number) - 1;
    return presentShare(own.low, own.high, foreign, source.low, source.high);
  }
}

/** Tuple hashes without a column; a foreign cell had added nothing. */
function less(tuples: TupleHashes, codes: Int32Array, salt: number): { low: Uint32Array; high: Uint32Array } {
  const low = tuples.low.slice();
  const high = tuples.high.slice();
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number;
    if (code < -1) continue;
    low[row] = (low[row] as number) - lowHash(code, salt);
    high[row] = (high[row] as number) - highHash(code, salt);
  }
  return { low, high };
}

function presentShare(
  low: Uint32Array,
  high: Uint32Array,
  foreign: Uint16Array,
  sourceLow: Uint32Array,
  sourceHigh: Uint32Array,
): number {
  if (low.length === 0) return 0;
  const index = indexTuples({ low, high });
  const mask = index.slots.length - 1;
  const seen = new Uint8Array(index.groups);
  for (let row = 0; row < sourceLow.length; row++) {
    const a = sourceLow[row] as number;
    const b = sourceHigh[row] as number;
    let slot = (a ^ (b >>> 7)) & mask;
    for (;;) {
      const group = index.slots[slot] as number;
      if (group < 0) break;
      if (index.low[group] === a && index.high[group] === b) {
        seen[group] = 1;
        break;
      }
      slot = (slot + 1) & mask;
    }
  }
  let present = 0;
  for (let row = 0; row < low.length; row++)
    if (foreign[row] === 0 && seen[index.groupOf[row] as number] === 1) present++;
  return present / low.length;
}
