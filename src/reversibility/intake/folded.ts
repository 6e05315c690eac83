/**
 * The values of a column folded (width, case, blanks, writing of numbers), with their index: made once a column.
 * @module
 */
import { fold } from './fold.js';
import type { SheetColumn } from './sheet.js';
import { hashTexts, TextIndex } from './text-index.js';

/** Folded texts of a column's values and their hashes. */
export interface Folded {
  readonly texts: readonly string[];
  readonly hashes: Int32Array;
}

const hashes = new WeakMap<SheetColumn, Int32Array>();

/** Hashes of a column's values, without an index of them. */
export function hashesOf(column: SheetColumn): Int32Array {
  let own = hashes.get(column);
  if (own === undefined) {
    own = hashTexts(column.values);
    hashes.set(column, own);
  }
  return own;
}

const texts = new WeakMap<SheetColumn, Folded>();
const indexes = new WeakMap<SheetColumn, TextIndex>();

/** Each value folded; the values themselves where folding changes none. */
export function foldedTexts(column: SheetColumn): Folded {
  let own = texts.get(column);
  if (own === undefined) {
    const { values } = column;
    const folded = new Array<string>(values.length);
    let same = true;
    for (let code = 0; code < folded.length; code++) {
      const plain = fold(values[code] as string);
      folded[code] = plain;
      if (plain !== values[code]) same = false;
    }
    own = same ? { texts: values, hashes: hashesOf(column) } : { texts: folded, hashes: hashTexts(folded) };
    texts.set(column, own);
  }
  return own;
}

/** Folded value to code; the first code where two values fold alike. */
export function foldedIndex(column: SheetColumn): TextIndex {
  let index = indexes.get(column);
  if (index === undefined) {
    const own = foldedTexts(column);
    index = own.texts === column.values ? column.index : new TextIndex(own.texts, own.hashes);
    indexes.set(column, index);
  }
  return index;
}
