/**
 * Which of thousands of source columns hold some texts: one list of all values with the columns that hold each, so that a question
 * costs what it finds and not one look into every column.
 * @module
 */
import type { SheetColumn } from './sheet.js';
import { TextIndex } from './text-index.js';

/** Values over all columns up to which the list is made. */
const MOST_VALUES = 4_000_000;

/** Columns by the texts they hold. */
export class Postings {
  readonly #index: TextIndex;
  /** Places of each text among `#columns`, by the code of its first occurrence. */
  readonly #starts: Int32Array;
  readonly #columns: Int32Array;
  readonly #size: number;

  /** @param read - what of a value is compared */
  constructor(columns: readonly SheetColumn[], read: (text: string) => string) {
    const texts: string[] = [];
    const columnOf: number[] = [];
    columns.forEach((column, position) => {
      for (const text of column.values) {
        texts.push(read(text));
        columnOf.push(position);
      }
    });
    this.#size = columns.length;
    this.#index = new TextIndex(texts);
    const first = Int32Array.from(texts, (text) => this.#index.get(text) as number);
    const starts = new Int32Array(texts.length + 1);
    for (const code of first) starts[code + 1] = (starts[code + 1] as number) + 1;
    for (let code = 0; code < texts.length; code++)
      starts[code + 1] = (starts[code + 1] as number) + (starts[code] as number);
    const at = starts.slice();
    const list = new Int32Array(texts.length);
    first.forEach((code, i) => {
      const slot = at[code] as number;
      at[code] = slot + 1;
      list[slot] = columnOf[i] as number;
    });
    this.#starts = starts;
    this.#columns = list;
  }

  /** True when some column holds the text. */
  holds(text: string): boolean {
    return this.#index.has(text);
  }

  /** How many of the texts each column holds. */
  hits(texts: Iterable<string>): Int32Array {
    const hits = new Int32Array(this.#size);
    for (const text of texts) {
      const code = this.#index.get(text);
      if (code === undefined) continue;
      const end = this.#starts[code + 1] as number;
      for (let slot = this.#starts[code] as number; slot < end; slot++) {
        const column = this.#columns[slot] as number;
        hits[column] = (hits[column] as number) + 1;
      }
    }
    return hits;
  }
}

/** True for so many columns that looking into each for every question would take too long. */
export function areMany(columns: readonly SheetColumn[]): boolean {
  if (columns.length <= 64) return false;
  return columns.reduce((sum, column) => sum + column.distinct, 0) <= MOST_VALUES;
}
