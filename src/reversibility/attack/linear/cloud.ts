/**
 * Rows of numeric columns as points of a space, and an even sample of them.
 * @module
 */

/** Points in whitened coordinates (mean zero, unit variance, uncorrelated), row by row; rows with gaps are left out. */
export interface Cloud {
  readonly width: number;
  readonly rows: number;
  readonly points: Float64Array;
  /** Table row of each point. */
  readonly rowOf: Int32Array;
}

/** Evenly spread points, all where they are no more than `most`. */
export function sampleOf(rows: number, most: number): Int32Array {
  const count = Math.min(rows, most);
  return Int32Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * rows) / count));
}
