/**
 * The texts of a source column as a crib: by length, as units one after the other. See keys.md.
 * @module
 */
import type { SheetColumn } from '../../intake/sheet.js';
import { HashSketch, TextIndex } from '../../intake/text-index.js';
import { utf8Binary } from './synthesis.js';

/** Characters that tables hold. */
export const TABLED = 128;
/** Longer texts are no cribs. */
export const LONGEST_CRIB = 400;

/** Source texts of one length. */
export interface Cribs {
  /** UTF-16 units of all texts, one text after the other. */
  readonly units: Uint16Array;
  /** Units of each text. */
  readonly length: number;
  readonly count: number;
  /** All of them are of ASCII. */
  readonly ascii: boolean;
}

/** Source texts by length in a view's characters, and the set of all. */
export interface Crib {
  readonly byLength: ReadonlyMap<number, Cribs>;
  readonly all: TextIndex;
  /** Some text holds a letter of ASCII. */
  readonly letters: boolean;
  /** Turns most guesses away before their text is made. */
  readonly sketch: HashSketch;
}

const alphabets = new WeakMap<Cribs, Uint8Array>();

/**
 * Which characters of ASCII stand at each place of the source's texts of a length, one table of {@link TABLED} after the other; all 0
 * where no text is so long, null where some hold more than ASCII or are too long to be cribs. Kept.
 */
export function alphabetsOf(crib: Crib, length: number): Uint8Array | null {
  if (length > LONGEST_CRIB) return null;
  const own = crib.byLength.get(length);
  if (own === undefined) return new Uint8Array(length * TABLED);
  if (!own.ascii) return null;
  let found = alphabets.get(own);
  if (found === undefined) {
    found = new Uint8Array(length * TABLED);
    const { units } = own;
    for (let at = 0, place = 0; at < units.length; at++, place++) {
      if (place === length) place = 0;
      found[place * TABLED + (units[at] as number)] = 1;
    }
    alphabets.set(own, found);
  }
  return found;
}

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
    const texts = coded ? column.values.map(utf8Binary) : null;
    crib = made(texts === null ? textsOf(column) : listed(texts), texts === null ? column.index : new TextIndex(texts));
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

/** Texts of which single units are asked for. */
interface Units {
  readonly size: number;
  readonly lengthOf: (code: number) => number;
  /** Writes the units of a text. */
  readonly write: (code: number, to: Uint16Array, at: number) => void;
}

/** The texts of a column, without making strings of bytes. */
function textsOf(column: SheetColumn): Units {
  const { packed } = column;
  if (packed?.ascii !== true) return listed(column.values);
  const { bytes, starts, ends } = packed;
  return {
    size: packed.size,
    lengthOf: (code) => (ends[code] as number) - (starts[code] as number),
    write(code, to, at) {
      const end = ends[code] as number;
      for (let from = starts[code] as number, i = at; from < end; from++, i++) to[i] = bytes[from] as number;
    },
  };
}

function listed(texts: readonly string[]): Units {
  return {
    size: texts.length,
    lengthOf: (code) => (texts[code] as string).length,
    write(code, to, at) {
      const text = texts[code] as string;
      for (let i = 0; i < text.length; i++) to[at + i] = text.charCodeAt(i);
    },
  };
}

function made(texts: Units, all: TextIndex): Crib {
  const sketch = new HashSketch(texts.size);
  sketch.add(all.hashes());
  const counts = new Uint32Array(LONGEST_CRIB + 1);
  for (let code = 0; code < texts.size; code++) {
    const length = texts.lengthOf(code);
    if (length <= LONGEST_CRIB) counts[length] = (counts[length] as number) + 1;
  }
  const lists = new Map<number, Uint16Array>();
  counts.forEach((count, length) => {
    if (count > 0) lists.set(length, new Uint16Array(count * length));
  });
  const used = new Uint32Array(LONGEST_CRIB + 1);
  for (let code = 0; code < texts.size; code++) {
    const length = texts.lengthOf(code);
    const list = lists.get(length);
    if (list === undefined) continue;
    texts.write(code, list, used[length] as number);
    used[length] = (used[length] as number) + length;
  }
  const byLength = new Map<number, Cribs>();
  let letters = false;
  for (const [length, units] of lists) {
    byLength.set(length, {
      units,
      length,
      count: counts[length] as number,
      ascii: units.every((unit) => unit < TABLED),
    });
    letters ||= units.some((unit) => (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122));
  }
  return { byLength, all, letters, sketch };
}
