/**
 * The distinct values of all source columns, to be asked whether they hold a decoded value: exactly, or folded (width,
 * case, blanks, writing of numbers).
 * @module
 */
import { fold } from './fold.js';
import { foldedIndex } from './folded.js';
import { areMany, Postings } from './postings.js';
import { isGap, type Sheet, type SheetColumn } from './sheet.js';
import { HashSketch, hashText, hashUnits, type TextIndex } from './text-index.js';

/** A source column by position. */
export interface SourceColumn {
  readonly source: number;
  readonly position: number;
  readonly column: SheetColumn;
}

/** Of many source columns, at least so many are held against one; more of them while its values are few. */
const LEAST = 24;
const WORK = 8000;

/** All source columns with their indexes. */
export class Lookup {
  readonly columns: readonly SourceColumn[];
  /** Which texts stand in any column at all: most guesses stand in none, and are turned away by one look. */
  #sketch: HashSketch | undefined;
  #foldedSketch: HashSketch | undefined;
  /** Where the sources have many columns: which of them hold a text, as it stands and folded. */
  readonly #many: boolean;
  #beginnings: Uint8Array | undefined;
  #firsts: Uint8Array | undefined;
  #exactPostings: Postings | undefined;
  #foldedPostings: Postings | undefined;

  constructor(sources: readonly Sheet[]) {
    this.columns = sources.flatMap((sheet, source) =>
      sheet.columns.map((column, position) => ({ source, position, column })),
    );
    this.#many = areMany(this.columns.map(({ column }) => column));
  }

  /**
   * Source columns that are worth a look for a column with these sample texts: all of them, or of many columns those that hold
   * most of the texts, exactly or folded.
   *
   * @param values - values of the column, each to be looked up in every candidate
   */
  candidates(texts: readonly string[], values: number): readonly SourceColumn[] {
    if (!this.#many) return this.columns;
    const exact = this.#exact.hits(texts);
    const folded = this.#folding.hits(texts.map(fold));
    const most = exact.map((hits, i) => Math.max(hits, folded[i] as number));
    const found: number[] = [];
    for (let i = 0; i < most.length; i++) if ((most[i] as number) > 0) found.push(i);
    found.sort((a, b) => (most[b] as number) - (most[a] as number) || a - b);
    return found
      .slice(0, Math.max(LEAST, Math.floor(WORK / Math.max(1, values))))
      .map((i) => this.columns[i] as SourceColumn);
  }

  get #exact(): Postings {
    this.#exactPostings ??= new Postings(
      this.columns.map(({ column }) => column),
      (text) => text,
    );
    return this.#exactPostings;
  }

  get #folding(): Postings {
    this.#foldedPostings ??= new Postings(
      this.columns.map(({ column }) => column),
      fold,
    );
    return this.#foldedPostings;
  }

  /** Folded value to code; the first code where two values fold alike. */
  folded(column: SheetColumn): TextIndex {
    return foldedIndex(column);
  }

  /** False when no source column holds the text. */
  #maybe(text: string): boolean {
    this.#sketch ??= sketchOf(this.columns.map(({ column }) => column.index));
    return this.#sketch.maybe(hashText(text));
  }

  #maybeFolded(text: string): boolean {
    this.#foldedSketch ??= sketchOf(this.columns.map(({ column }) => this.folded(column)));
    return this.#foldedSketch.maybe(hashText(text));
  }

  /** False when no source value begins with this UTF-16 unit or, of bytes, with this byte of UTF-8. */
  beginsUnit(unit: number, bytes: boolean): boolean {
    this.#firsts ??= firstsOf(this.columns);
    // Beyond a unit, or half of a character: of these nothing is known.
    if (unit < 0) return false;
    if (unit > 0xffff || (unit >= 0xd800 && unit < 0xe000)) return true;
    return ((this.#firsts[unit] as number) & (bytes ? 3 : 1)) !== 0;
  }

  /** False when no source value begins with these four UTF-16 units. */
  beginsUnits(units: ArrayLike<number>): boolean {
    this.#beginnings ??= beginningsOf(this.columns);
    return this.#beginnings[hashUnits(units, 4) & (BEGINNINGS - 1)] === 1;
  }

  /** True when some source column holds the text. */
  holds(text: string): boolean {
    if (!this.#maybe(text)) return false;
    if (this.#many) return this.#exact.holds(text);
    for (const { column } of this.columns) if (column.index.has(text)) return true;
    return false;
  }

  /** Largest share of the samples that one source column holds exactly. */
  best(samples: readonly (string | null)[]): number {
    const known = samples.filter((text): text is string => text !== null && this.#maybe(text));
    if (this.#many) return known.length === 0 ? 0 : Math.max(0, ...this.#exact.hits(known)) / samples.length;
    return mostHits(known, samples.length, this.columns, (column) => column.index);
  }

  /** As {@link best}, folded. */
  bestFolded(samples: readonly (string | null)[]): number {
    const known = samples
      .map((text) => (text === null ? null : fold(text)))
      .filter((text): text is string => text !== null && this.#maybeFolded(text));
    if (this.#many) return known.length === 0 ? 0 : Math.max(0, ...this.#folding.hits(known)) / samples.length;
    return mostHits(known, samples.length, this.columns, (column) => this.folded(column));
  }
}

/** By UTF-16 unit: 1 where a source value begins with it, 2 where the UTF-8 of one does. */
function firstsOf(columns: readonly SourceColumn[]): Uint8Array {
  const seen = new Uint8Array(0x10000);
  for (const { column } of columns) {
    for (const text of column.values) {
      const unit = text.length === 0 ? 0 : text.charCodeAt(0);
      seen[unit] = (seen[unit] as number) | 1;
    }
  }
  for (let unit = 0; unit < seen.length; unit++) {
    if (((seen[unit] as number) & 1) === 0) continue;
    const surrogate = unit >= 0xd800 && unit < 0xe000;
    const byte =
      unit < 0x80
        ? unit
        : unit < 0x800
          ? 0xc0 | (unit >> 6)
          : surrogate
            ? 0xf0 | surrogateLead(unit)
            : 0xe0 | (unit >> 12);
    seen[byte] = (seen[byte] as number) | 2;
  }
  return seen;
}

/** The first three bits of a character of two units. */
function surrogateLead(unit: number): number {
  return (0x10000 + ((unit & 0x3ff) << 10)) >> 18;
}

/** Hashes of the first four characters that are told apart. */
const BEGINNINGS = 1 << 20;

function beginningsOf(columns: readonly SourceColumn[]): Uint8Array {
  const seen = new Uint8Array(BEGINNINGS);
  for (const { column } of columns)
    for (const text of column.values) if (text.length >= 4) seen[hashText(text.slice(0, 4)) & (BEGINNINGS - 1)] = 1;
  return seen;
}

function sketchOf(indexes: readonly TextIndex[]): HashSketch {
  const own = [...new Set(indexes)];
  const sketch = new HashSketch(own.reduce((texts, index) => texts + index.hashes().length, 0));
  for (const index of own) sketch.add(index.hashes());
  return sketch;
}

function mostHits(
  texts: readonly string[],
  asked: number,
  columns: readonly SourceColumn[],
  indexOf: (column: SheetColumn) => TextIndex,
): number {
  if (texts.length === 0) return 0;
  let best = 0;
  const hashes = texts.map(hashText);
  for (const { column } of columns) {
    const index = indexOf(column);
    let hits = 0;
    for (let i = 0; i < texts.length; i++) if (index.has(texts[i] as string, hashes[i])) hits++;
    if (hits > best) best = hits;
  }
  return best / asked;
}

/** Up to `limit` codes of a column, evenly spread over those that occur. */
export function sampleCodes(column: SheetColumn, limit: number): number[] {
  const size = column.distinct;
  if (size <= limit) return Array.from({ length: size }, (_, code) => code);
  return Array.from({ length: limit }, (_, i) => Math.floor(((i + 0.5) * size) / limit));
}

/** Different gaps that may stand among the values of a column. */
const MOST_GAPS = 2;

/** Sampled texts without the few that stand for gaps: those are in no code. */
export function withoutGaps(texts: readonly string[]): readonly string[] {
  const told = texts.filter((text) => text !== '' && text !== '\u0000' && !isGap(text));
  return told.length > 3 && told.length >= texts.length - MOST_GAPS ? told : texts;
}
