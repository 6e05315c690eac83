/**
 * Values of a column digested together under one salt, and the digests of a row that they are held against. See salted-hashes.md.
 * @module
 */
import type { SheetColumn } from '../../intake/sheet.js';
import { type Head, HeadSet, KEPT_WORDS, PLACE, type Place } from './digest-heads.js';
import type { Writing } from './hash-writings.js';
import type { Recipe } from './salt-recipes.js';

/** Values from which on they are digested together. */
const TOGETHER = 8;

/** Words of the digests of all values of a column, by recipe and salt: writings that differ in the part of a digest share them. */
export class WordsOfValues {
  readonly #to: SheetColumn;
  readonly #kept: Map<string, Int32Array> | null;
  #room = new Int32Array(0);

  /** @param shared - by several writings; else the words are good until the next are asked for */
  constructor(to: SheetColumn, shared: boolean) {
    this.#to = to;
    this.#kept = shared ? new Map() : null;
  }

  /** Null where they are not digested together. */
  of(recipe: Recipe, salt: string): Int32Array | null {
    const { distinct, values } = this.#to;
    if (recipe.words === undefined || distinct < TOGETHER) return null;
    const key = `${recipe.key}\u0000${salt}`;
    const known = this.#kept?.get(key);
    if (known !== undefined) return known;
    if (this.#kept !== null || this.#room.length === 0) this.#room = new Int32Array(KEPT_WORDS * distinct);
    recipe.words(salt, values, this.#room);
    this.#kept?.set(key, this.#room);
    return this.#room;
  }
}

/** Digests that are asked by one row. */
export class Wanted<Asked> {
  readonly digests: Map<string, Asked> = new Map();
  readonly #sets = new Map<Place, HeadSet>();

  /** The values whose digests may be wanted ones, in order; null where that is not asked. @param words - of the digests of all values */
  screen(
    head: NonNullable<Writing['head']>,
    words: Int32Array | null,
    place: Place = PLACE.first,
  ): readonly number[] | null {
    if (words === null) return null;
    let set = this.#sets.get(place);
    if (set === undefined) {
      set = new HeadSet(this.digests.size);
      const own: Head = new Int32Array(2);
      for (const text of this.digests.keys()) if (head(text, own)) set.add(own);
      this.#sets.set(place, set);
    }
    const codes: number[] = [];
    for (let at: number = place, code = 0; at < words.length; at += KEPT_WORDS, code++)
      if (set.has(words[at] as number, words[at + 1] as number)) codes.push(code);
    return codes;
  }
}
