/**
 * A recoding: a function from the values of a source column to the labels of a product column, and how well it fits. The readers of
 * labels are in read-labels.ts; what is read is verified on joint classes in generalisation.ts.
 * @module
 */
import type { SheetColumn } from '../intake/sheet.js';

/** Code of a label for source values that no label of the product covers. */
export const UNCOVERED = -1;

/** Share of the product's present rows that a recoding must understand to be one. */
export const LEAST_MASS = 0.9;

/** A source column seen through the labels of a product column. */
export interface Recoding {
  readonly source: number;
  readonly column: number;
  /** Product column. */
  readonly product: number;
  /** In words: `interval`, `prefix(4)`, `year`, `hierarchy`, ... */
  readonly how: string;
  /** Product code of each source code, UNCOVERED where none. Null when labels overlap (local recoding). */
  readonly map: Int32Array | null;
  /** For overlapping labels: 1 for each (product code × source code) pair that fits; null otherwise. */
  readonly fits: Uint8Array | null;
  /** Product codes that stand for everything (suppressed). */
  readonly everything: ReadonlySet<number>;
  /** True where an empty cell stands for the rows without a value, not for everything. */
  readonly missing?: true;
  /** Share of the product's present rows with a label that is understood. */
  readonly mass: number;
  /** Agreement of label frequencies between product and source, 0 to 1. */
  readonly similarity: number;
  /** Share of source rows that some label covers. */
  readonly covered: number;
  /** For ages: reference days (since 1970) that fit the counts about as well, and the recoding by any other day. */
  readonly reference?: { readonly days: readonly number[]; readonly onDay: (day: number) => Recoding | null };
}

export interface Base {
  readonly own: SheetColumn;
  readonly product: number;
  readonly source: number;
  readonly everything: ReadonlySet<number>;
}

/** A partition by a map: mass, agreement of frequencies, cover. */
export function measured(base: Base, to: SheetColumn, position: number, how: string, map: Int32Array): Recoding {
  const counts = new Float64Array(base.own.distinct);
  const rowsOf = to.counts;
  let covered = 0;
  for (let code = 0; code < map.length; code++) {
    const label = map[code] as number;
    if (label < 0) continue;
    const rows = rowsOf[code] as number;
    counts[label] = (counts[label] as number) + rows;
    covered += rows;
  }
  return measuredBy(base, to, position, how, { counts, covered }, () => map);
}

/** Source rows of each label, and of all labels. */
export interface Reach {
  readonly counts: Float64Array;
  readonly covered: number;
}

/** As {@link measured} of a map that is made when it is asked for. */
export function measuredBy(
  base: Base,
  to: SheetColumn,
  position: number,
  how: string,
  { counts, covered }: Reach,
  mapOf: () => Int32Array,
): Recoding {
  const { own } = base;
  let mass = 0;
  let understood = 0;
  let intersection = 0;
  for (let code = 0; code < counts.length; code++) {
    const rows = own.counts[code] as number;
    if (base.everything.has(code)) {
      mass += rows;
      continue;
    }
    if ((counts[code] as number) === 0) continue;
    mass += rows;
    understood += rows;
  }
  for (let code = 0; code < counts.length; code++) {
    if (base.everything.has(code) || understood === 0) continue;
    intersection += Math.min(
      (own.counts[code] as number) / understood,
      (counts[code] as number) / Math.max(1, to.present),
    );
  }
  let map: Int32Array | undefined;
  return {
    source: base.source,
    column: position,
    product: base.product,
    how,
    get map() {
      map ??= mapOf();
      return map;
    },
    fits: null,
    everything: base.everything,
    mass: mass / own.present,
    similarity: intersection,
    covered: covered / Math.max(1, to.present),
  };
}

export function overlapped(base: Base, to: SheetColumn, position: number, how: string, fits: Uint8Array): Recoding {
  const { own } = base;
  let mass = 0;
  let feasible = 0;
  for (let label = 0; label < own.distinct; label++) {
    const rows = own.counts[label] as number;
    if (base.everything.has(label)) {
      mass += rows;
      feasible += rows;
      continue;
    }
    let inside = 0;
    for (let code = 0; code < to.distinct; code++) {
      if (fits[label * to.distinct + code] === 1) inside += to.counts[code] as number;
    }
    if (inside === 0) continue;
    mass += rows;
    if (rows <= inside) feasible += rows;
  }
  return {
    source: base.source,
    column: position,
    product: base.product,
    how,
    map: null,
    fits,
    everything: base.everything,
    mass: mass / own.present,
    similarity: 0.6 * (feasible / own.present),
    covered: 1,
  };
}
