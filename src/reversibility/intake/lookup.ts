/**
 * The distinct values of all source columns, to be asked whether they hold a decoded value: exactly, or folded (width,
 * case, blanks, writing of numbers).
 * @module
 */
import { fold } from '../attack/decode-text.js';
import type { Sheet, SheetColumn } from './sheet.js';
import { HashSketch, hashText, TextIndex } from './text-index.js';

/** A source column by position. */
export interface SourceColumn {
  readonly source: number;
  readonly position: number;
  readonly column: SheetColumn;
}

/** All source columns with their indexes. */
export class Lookup {
  readonly columns: readonly SourceColumn[];
  readonly #folded = new Map<SheetColumn, TextIndex>();
  /** Which texts stand in any column at all: most guesses stand in none, and are turned away by one look. */
  #sketch: HashSketch | undefined;
  #foldedSketch: HashSketch | undefined;

  constructor(sources: readonly Sheet[]) {
    this.columns = sources.flatMap((sheet, source) =>
      sheet.columns.map((column, position) => ({ source, position, column })),
    );
  }

  /** Folded value to code; the first code where two values fold alike. */
  folded(column: SheetColumn): TextIndex {
    let index = this.#folded.get(column);
    if (index === undefined) {
      const texts = new Array<string>(column.distinct);
      let same = true;
      for (let code = 0; code < texts.length; code++) {
        const text = column.values[code] as string;
        const plain = fold(text);
        if (plain === text) texts[code] = text;
        else {
          texts[code] = plain;
          same = false;
        }
      }
      index = same ? column.index : new TextIndex(texts);
      this.#folded.set(column, index);
    }
    return index;
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

  /** True when some source column holds the text. */
  holds(text: string): boolean {
    if (!this.#maybe(text)) return false;
    for (const { column } of this.columns) if (column.index.has(text)) return true;
    return false;
  }

  /** Largest share of the samples that one source column holds exactly. */
  best(samples: readonly (string | null)[]): number {
    const known = samples.filter((text): text is string => text !== null && this.#maybe(text));
    return mostHits(known, samples.length, this.columns, (column) => column.index);
  }

  /** As {@link best}, folded. */
  bestFolded(samples: readonly (string | null)[]): number {
    const known = samples
      .map((text) => (text === null ? null : fold(text)))
      .filter((text): text is string => text !== null && this.#maybeFolded(text));
    return mostHits(known, samples.length, this.columns, (column) => this.folded(column));
  }
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
  for (const { column } of columns) {
    const index = indexOf(column);
    let hits = 0;
    for (const text of texts) if (index.has(text)) hits++;
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
