/**
 * The distinct values of all source columns, to be asked whether they hold a decoded value: exactly, or folded (width,
 * case, blanks, writing of numbers).
 * @module
 */
import { fold } from '../attack/decode-text.js';
import type { Sheet, SheetColumn } from './sheet.js';

/** A source column by position. */
export interface SourceColumn {
  readonly source: number;
  readonly position: number;
  readonly column: SheetColumn;
}

/** All source columns with their indexes. */
export class Lookup {
  readonly columns: readonly SourceColumn[];
  readonly #folded = new Map<SheetColumn, ReadonlyMap<string, number>>();

  constructor(sources: readonly Sheet[]) {
    this.columns = sources.flatMap((sheet, source) =>
      sheet.columns.map((column, position) => ({ source, position, column })),
    );
  }

  /** Folded value to code; the first code where two values fold alike. */
  folded(column: SheetColumn): ReadonlyMap<string, number> {
    let index = this.#folded.get(column);
    if (index === undefined) {
      const map = new Map<string, number>();
      for (let code = column.distinct - 1; code >= 0; code--) map.set(fold(column.values[code] as string), code);
      index = map;
      this.#folded.set(column, index);
    }
    return index;
  }

  /** True when some source column holds the text. */
  holds(text: string): boolean {
    for (const { column } of this.columns) if (column.index.has(text)) return true;
    return false;
  }

  /** Largest share of the samples that one source column holds exactly. */
  best(samples: readonly (string | null)[]): number {
    let best = 0;
    for (const { column } of this.columns) {
      const index = column.index;
      let hits = 0;
      for (const text of samples) if (text !== null && index.has(text)) hits++;
      if (hits > best) best = hits;
    }
    return samples.length === 0 ? 0 : best / samples.length;
  }

  /** As {@link best}, folded. */
  bestFolded(samples: readonly (string | null)[]): number {
    let best = 0;
    const keys = samples.map((text) => (text === null ? null : fold(text)));
    for (const { column } of this.columns) {
      const index = this.folded(column);
      let hits = 0;
      for (const key of keys) if (key !== null && index.has(key)) hits++;
      if (hits > best) best = hits;
    }
    return samples.length === 0 ? 0 : best / samples.length;
  }
}

/** Up to `limit` codes of a column, evenly spread over those that occur. */
export function sampleCodes(column: SheetColumn, limit: number): number[] {
  const size = column.distinct;
  if (size <= limit) return Array.from({ length: size }, (_, code) => code);
  return Array.from({ length: limit }, (_, i) => Math.floor(((i + 0.5) * size) / limit));
}
