/**
 * Product columns that write digests alike, held against the source together: the digest of a probe is made, written and looked up
 * once for all of them, and only what stands in one of them is counted column by column. See hashes.md.
 * @module
 */
import type { SourceColumn } from '../../intake/lookup.js';
import { sampleCodes } from '../../intake/lookup.js';
import type { Sheet, SheetColumn } from '../../intake/sheet.js';
import { HashSketch, hashText } from '../../intake/text-index.js';
import { HEAD_DIGITS, type Head, HeadSet, KEPT_WORDS, keepWords, PLACE, type Place } from './digest-heads.js';
import type { Salted } from './guessed-salts.js';
import type { HashKind } from './hash-kinds.js';
import {
  type Candidate,
  COMMON_SALTS,
  candidates,
  plainCandidates,
  type Recipe,
  rareCandidates,
} from './hash-recipes.js';
import { keyOfWriting, type Writing, writingsOfColumn } from './hash-writings.js';
import { wordsBetween } from './words-of-texts.js';

const PROBES = 96;

const probed = new WeakMap<SheetColumn, Map<string, readonly string[]>>();

/** Digests of the probes of a source column under a recipe; kept, as every product column asks for them. */
export function probesOf(source: SheetColumn, recipe: Recipe): readonly string[] {
  let kept = probed.get(source);
  if (kept === undefined) {
    kept = new Map();
    probed.set(source, kept);
  }
  let digests = kept.get(recipe.key);
  if (digests === undefined) {
    const texts = probeTexts(source, recipe);
    digests = texts.some(recipe.changes) ? texts.map(recipe.hex) : [];
    kept.set(recipe.key, digests);
  }
  return digests;
}

const worded = new WeakMap<SheetColumn, Map<string, Int32Array>>();
const head: Head = new Int32Array(2);

/** Words of the digests of {@link probesOf}: these are kept, the digests are not. */
function wordsOf(source: SheetColumn, recipe: Recipe): Int32Array {
  let kept = worded.get(source);
  if (kept === undefined) {
    kept = new Map();
    worded.set(source, kept);
  }
  let words = kept.get(recipe.key);
  if (words === undefined) {
    const texts = probeTexts(source, recipe);
    words = new Int32Array(texts.some(recipe.changes) ? KEPT_WORDS * texts.length : 0);
    if (words.length > 0) wordsUnder(recipe, texts, words);
    kept.set(recipe.key, words);
  }
  return words;
}

/** Kept words of the digests of texts under a recipe. @param out - {@link KEPT_WORDS} a text */
export function wordsUnder(recipe: Recipe, texts: readonly string[], out: Int32Array): void {
  if (recipe.around !== undefined) {
    const { around, written } = recipe;
    wordsBetween(recipe.hash, around[0], written === undefined ? texts : texts.map(written), around[1], out);
    return;
  }
  for (const [i, text] of texts.entries()) keepWords(recipe.hex(text), out, KEPT_WORDS * i);
}

const sampled = new WeakMap<SheetColumn, readonly string[]>();

/** The probes of a source column for a recipe. */
function probeTexts(source: SheetColumn, { rare }: Recipe): readonly string[] {
  const texts = allProbes(source);
  return rare === undefined ? texts : texts.filter((_, i) => i % rare === 0);
}

function allProbes(source: SheetColumn): readonly string[] {
  let texts = sampled.get(source);
  if (texts === undefined) {
    texts = sampleCodes(source, PROBES).map((code) => source.text(code));
    sampled.set(source, texts);
  }
  return texts;
}

/** Digests of lists of source columns in sampled rows: 64 bits of each, where its writing tells them, and the way to write one. */
export interface Joints {
  readonly heads: Int32Array;
  readonly candidate: (index: number) => Candidate;
  readonly at: (index: number) => Joint;
}

/** True when 64 bits of a candidate's digests can be read off what it writes. */
export function hasHead({ recipe, writing }: Candidate): boolean {
  return writing.head !== undefined && recipe.hash.length >= HEAD_DIGITS;
}

/** The digest of one list of source columns in one sampled row. */
export interface Joint {
  readonly digest: string;
  readonly columns: readonly number[];
  readonly separator: string;
  readonly candidate: Candidate;
}

/** Columns of one writing, and what is tried on them. */
export class DigestGroup {
  readonly writings: readonly Writing[];
  readonly salts: readonly string[];
  tried: readonly Candidate[];
  readonly #columns: readonly SheetColumn[];
  #sketch: HashSketch | undefined;
  readonly #met = new Map<SheetColumn, readonly Candidate[]>();
  /** The same by all values of a column that has few, and by its name: surveys hold the same few in a hundred columns. */
  readonly #metByValues = new Map<string, readonly Candidate[]>();
  readonly #held = new Map<Writing, WeakMap<readonly string[], number>>();
  readonly #joint = new WeakMap<Sheet, readonly Joint[]>();
  /** 64 bits of all texts, by their place in the digest. */
  readonly #heads = new Map<Place, HeadSet>();
  readonly #rare: boolean;
  /** Rare recipes that have read one of the columns: people digest all of them in one way. */
  readonly #read: Candidate[] = [];

  /**
   * @param columns - of one writing, at least one
   * @param salts - public ones beside the common; null for plain digests only
   */
  constructor(columns: readonly SheetColumn[], salts: readonly string[] | null) {
    this.writings = writingsOfColumn(columns[0] as SheetColumn);
    this.salts = salts ?? [];
    this.#rare = salts !== null;
    this.tried =
      salts === null
        ? plainCandidates(this.writings)
        : candidates(this.writings, [...new Set([...COMMON_SALTS, ...salts])]);
    this.#columns = columns;
  }

  /** True when one of the columns holds the text. */
  holds(text: string): boolean {
    if (this.#sketch === undefined) {
      this.#sketch = new HashSketch(this.#columns.reduce((texts, column) => texts + column.distinct, 0));
      for (const column of this.#columns) this.#sketch.add(column.index.hashes());
    }
    return this.#sketch.maybe(hashText(text)) && this.#columns.some((column) => column.index.has(text));
  }

  /** True when one of the columns may hold a digest with these 64 bits: all writings of a group with one place read them alike. */
  #mayHold(writing: Writing, first: number, second: number): boolean {
    const place = writing.place ?? PLACE.first;
    let heads = this.#heads.get(place);
    if (heads === undefined) {
      const read = writing.head as NonNullable<Writing['head']>;
      heads = new HeadSet(this.#columns.reduce((texts, column) => texts + column.distinct, 0));
      for (const column of this.#columns)
        for (let code = 0; code < column.distinct; code++) if (read(column.text(code), head)) heads.add(head);
      this.#heads.set(place, heads);
    }
    return heads.has(first, second);
  }

  /** Different digests of the column that has the fewest. */
  get fewest(): number {
    return this.#columns.reduce((least, { distinct }) => Math.min(least, distinct), Number.POSITIVE_INFINITY);
  }

  /** True where 64 bits of a digest of the kind can be read off what the writing writes. */
  isHeaded(hash: HashKind, writing: Writing): boolean {
    return writing.head !== undefined && hash.length >= HEAD_DIGITS;
  }

  /** Some texts of the columns. */
  texts(most: number): string[] {
    const each = Math.ceil(most / this.#columns.length);
    return this.#columns.flatMap((column) => sampleCodes(column, each).map((code) => column.text(code))).slice(0, most);
  }

  /** Adds a way that was found to have made some of the digests. */
  offer(candidate: Candidate): void {
    this.tried = [candidate, ...this.tried];
    this.#met.clear();
    this.#metByValues.clear();
  }

  /** The first of many digests that stands in one of the columns; null where none does. */
  firstOf({ hash, words, hex }: Salted, writing: Writing): number | null {
    const headed = this.isHeaded(hash, writing);
    const place = writing.place ?? PLACE.first;
    for (let i = 0, at: number = place; at < words.length; i++, at += KEPT_WORDS) {
      if (headed && !this.#mayHold(writing, words[at] as number, words[at + 1] as number)) continue;
      if (this.holds(writing.write(hex(i)))) return i;
    }
    return null;
  }

  /** Notes what has read a column where it is rare. */
  readBy(candidate: Candidate): void {
    const { key } = candidate.recipe;
    if (key.endsWith('/all') && !this.#read.some(({ recipe }) => recipe.key === key)) this.#read.push(candidate);
  }

  /** What has read another column. */
  get read(): readonly Candidate[] {
    return this.#read;
  }

  /** What is tried of which a probe of the source column stands in one of the columns, in order. */
  met(to: SourceColumn): readonly Candidate[] {
    let met = this.#met.get(to.column);
    if (met === undefined) {
      const { column } = to;
      met = this.#metOnce(column, '', () => this.tried);
      if (met.length === 0 && this.#rare)
        met = this.#metOnce(column, `by ${column.name}`, () => rareCandidates(this.writings, column.name));
      this.#met.set(column, met);
    }
    return met;
  }

  #metOnce(column: SheetColumn, tried: string, of: () => readonly Candidate[]): readonly Candidate[] {
    const key = column.distinct > PROBES ? null : [tried, ...[...allProbes(column)].sort()].join('\u0000');
    const known = key === null ? undefined : this.#metByValues.get(key);
    const met = known ?? of().filter((candidate) => this.#meets(column, candidate));
    if (key !== null) this.#metByValues.set(key, met);
    return met;
  }

  #meets(source: SheetColumn, candidate: Candidate): boolean {
    const { recipe, writing } = candidate;
    if (!hasHead(candidate)) return probesOf(source, recipe).some((digest) => this.holds(writing.write(digest)));
    const words = wordsOf(source, recipe);
    const texts = probeTexts(source, recipe);
    for (let i = 0, at: number = writing.place ?? PLACE.first; at < words.length; i++, at += KEPT_WORDS) {
      if (!this.#mayHold(writing, words[at] as number, words[at + 1] as number)) continue;
      if (this.holds(writing.write(recipe.hex(texts[i] as string)))) return true;
    }
    return false;
  }

  /** How many of these digests stand in one of the columns. @param digests - kept by the caller */
  count(digests: readonly string[], writing: Writing): number {
    let counts = this.#held.get(writing);
    if (counts === undefined) {
      counts = new WeakMap();
      this.#held.set(writing, counts);
    }
    let count = counts.get(digests);
    if (count === undefined) {
      count = digests.reduce((sum, digest) => sum + (this.holds(writing.write(digest)) ? 1 : 0), 0);
      counts.set(digests, count);
    }
    return count;
  }

  /** Of the digests of columns together those that stand in one of the columns, in order. */
  metJoint(sheet: Sheet, of: () => Joints): readonly Joint[] {
    let met = this.#joint.get(sheet);
    if (met === undefined) {
      const { heads, candidate, at } = of();
      const list: Joint[] = [];
      for (let i = 0; 2 * i < heads.length; i++) {
        const own = candidate(i);
        if (hasHead(own) && !this.#mayHold(own.writing, heads[2 * i] as number, heads[2 * i + 1] as number)) continue;
        const joint = at(i);
        if (this.holds(joint.digest)) list.push(joint);
      }
      met = list;
      this.#joint.set(sheet, met);
    }
    return met;
  }
}

/** The columns that look like digests, by writing, each with its group. */
export function groupsOf(columns: readonly SheetColumn[], salts: readonly string[]): Map<SheetColumn, DigestGroup> {
  const byKey = new Map<string, SheetColumn[]>();
  for (const column of columns) {
    const writings = writingsOfColumn(column);
    if (writings.length === 0 || column.distinct < 2) continue;
    const key = writings.map(keyOfWriting).join();
    const own = byKey.get(key);
    if (own === undefined) byKey.set(key, [column]);
    else own.push(column);
  }
  const groups = new Map<SheetColumn, DigestGroup>();
  for (const own of byKey.values()) {
    const group = new DigestGroup(own, salts);
    for (const column of own) groups.set(column, group);
  }
  return groups;
}
