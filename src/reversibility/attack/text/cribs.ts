/**
 * The texts of a source column as a crib: by length, with what they begin with. See keys.md.
 * @module
 */
import type { SheetColumn } from '../../intake/sheet.js';
import { HashSketch, hashUnits, TextIndex } from '../../intake/text-index.js';
import { utf8Binary } from './synthesis.js';

/** Characters that tables hold. */
export const TABLED = 128;

/** Source texts of one length. */
export interface Cribs {
  readonly texts: string[];
  /** All of them are of ASCII. */
  ascii: boolean;
  /** Which of them begin alike, as a number; -1 where they begin with more than ASCII. Made when asked for. */
  beginnings?: Int32Array;
  /** Different beginnings. */
  different?: number;
}

/** Of fewer texts each beginning is looked at. */
const MANY_CRIBS = 2000;

/** {@link Cribs.beginnings} of many texts that are long enough; null of others. */
export function beginningsOf(cribs: Cribs): Int32Array | null {
  const { texts } = cribs;
  if (texts.length < MANY_CRIBS || (texts[0] as string).length < BEGINNING) return null;
  if (cribs.beginnings === undefined) {
    const numbers = new Map<number, number>();
    cribs.beginnings = Int32Array.from(texts, (text) => {
      let key = 0;
      for (let i = 0; i < BEGINNING; i++) {
        const code = text.charCodeAt(i);
        if (code >= TABLED) return -1;
        key = key * TABLED + code;
      }
      let number = numbers.get(key);
      if (number === undefined) {
        number = numbers.size;
        numbers.set(key, number);
      }
      return number;
    });
    cribs.different = numbers.size;
  }
  return cribs.beginnings;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= TABLED) return false;
  return true;
}

/** Source texts by length in a view's characters, and the set of all. */
export interface Crib {
  readonly byLength: ReadonlyMap<number, Cribs>;
  readonly all: TextIndex;
  /** Some text holds a letter of ASCII. */
  readonly letters: boolean;
  /** Turns most guesses away before their text is made. */
  readonly sketch: HashSketch;
  /** Which hashes of first characters occur: turns nearly all guesses away before the rest of a key is solved. */
  readonly beginnings: Uint8Array;
}

/** Characters of a beginning. */
export const BEGINNING = 4;
/** Hashes of beginnings that are told apart. */
export const BEGINNINGS: number = 1 << 18;

const cribs = new WeakMap<SheetColumn, Map<boolean, Crib>>();

/** The texts of a source column as a crib; kept. @param bytes - as the bytes of UTF-8 */
export function cribOf(column: SheetColumn, bytes: boolean): Crib {
  // Of ASCII the bytes are the characters.
  const coded = bytes && column.packed?.ascii !== true;
  let both = cribs.get(column);
  if (both === undefined) {
    both = new Map();
    cribs.set(column, both);
  }
  let crib = both.get(coded);
  if (crib === undefined) {
    const texts = coded ? column.values.map(utf8Binary) : column.values;
    crib = made(texts, coded ? new TextIndex(texts) : column.index);
    both.set(coded, crib);
  }
  return crib;
}

/** Texts from which on a crib is made again rather than kept. */
const MANY_TEXTS = 1 << 17;

/** Lets go of the cribs of large columns: when keys have been sought for. */
export function forgetCribs(columns: readonly SheetColumn[]): void {
  for (const column of columns) if (column.distinct > MANY_TEXTS) cribs.delete(column);
}

function made(texts: readonly string[], all: TextIndex): Crib {
  const byLength = new Map<number, Cribs>();
  const sketch = new HashSketch(texts.length);
  sketch.add(all.hashes());
  const beginnings = new Uint8Array(BEGINNINGS);
  const units: number[] = [];
  for (const text of texts) {
    const list = byLength.get(text.length);
    const ascii = isAscii(text);
    if (list === undefined) byLength.set(text.length, { texts: [text], ascii });
    else {
      list.texts.push(text);
      list.ascii &&= ascii;
    }
    for (let i = 0; i < BEGINNING; i++) units[i] = text.charCodeAt(i);
    if (text.length >= BEGINNING) beginnings[hashUnits(units, BEGINNING) & (BEGINNINGS - 1)] = 1;
  }
  const letters = texts.some((text) => /[a-z]/i.test(text));
  return { byLength, all, letters, sketch, beginnings };
}
