/**
 * The values of a column folded (width, case, blanks, writing of numbers), with their index: made once a column.
 * @module
 */
import { fold } from './fold.js';
import type { Texts } from './packed-texts.js';
import type { SheetColumn } from './sheet.js';
import { hashTexts, TextIndex } from './text-index.js';

/** Folded texts of a column's values and their hashes. */
export interface Folded {
  /** The column's own where folding changes none. */
  readonly texts: Texts;
  readonly hashes: Int32Array;
}

const texts = new WeakMap<SheetColumn, Folded>();
const indexes = new WeakMap<SheetColumn, TextIndex>();

/** Each value folded; the values themselves where folding changes none. */
export function foldedTexts(column: SheetColumn): Folded {
  let own = texts.get(column);
  if (own === undefined) {
    const folded = foldAll(column);
    own =
      folded === null
        ? { texts: column.packed ?? column.values, hashes: column.hashes }
        : { texts: folded, hashes: hashTexts(folded) };
    texts.set(column, own);
  }
  return own;
}

/** Null where folding changes none. */
function foldAll(column: SheetColumn): string[] | null {
  let folded: string[] | null = null;
  for (let code = 0; code < column.distinct; code++) {
    const text = column.text(code);
    const plain = fold(text);
    if (folded === null && plain !== text) folded = column.values.slice(0, code);
    folded?.push(plain);
  }
  return folded;
}

/** Folded value to code; the first code where two values fold alike. */
export function foldedIndex(column: SheetColumn): TextIndex {
  let index = indexes.get(column);
  if (index === undefined) {
    const own = foldedTexts(column);
    index = own.texts === (column.packed ?? column.values) ? column.index : new TextIndex(own.texts, own.hashes);
    indexes.set(column, index);
  }
  return index;
}
