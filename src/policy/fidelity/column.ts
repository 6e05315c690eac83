/**
 * A released column as the comparisons see it.
 * @module
 */
import { type Table, take } from '../../table/index.js';
import type { Binner } from './bins.js';
import type { SourceTerms } from './terms.js';

/** Rows that pairs, propensity and models look at. */
export const MOST_ROWS = 20_000;

/** A released column with its bins on both sides. */
export interface Column {
  readonly name: string;
  readonly output: string;
  readonly binner: Binner;
  readonly rawBinner: Binner;
  /** Null where source cells cannot be brought into the terms of the extract. */
  readonly terms: SourceTerms | null;
}

/** Rows that were not left out. */
export function keptRows(raw: Table, kept: Uint8Array): Table {
  return take(raw, Int32Array.from([...kept.keys()].filter((row) => kept[row] === 1)));
}
