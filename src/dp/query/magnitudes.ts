/**
 * Bounds discovery: a histogram over powers of two of the quantum, and from its noisy counts the range that holds the data.
 *
 * Wilson et al., PETS 2020, §5.1.1 ("approximate bounds"). See magnitudes.md.
 * @module
 */

/** Values are counted by sign and magnitude: zero, (0, 1], (1, 2], (2, 4], ... quanta up to 2^40. */
const MAGNITUDES = 42;
/** Cells: negative magnitudes from large to small, zero, positive from small to large. */
export const MAGNITUDE_CELLS: number = 2 * (MAGNITUDES - 1) + 1;

/** Cell of a finite value. */
export function magnitudeCell(value: number, quantum: number): number {
  const size = Math.abs(value) / quantum;
  if (!(size > 0)) return MAGNITUDES - 1;
  let level = 1;
  // 2^(level - 1) is exact; magnitudes beyond the last cell count in it.
  while (level < MAGNITUDES - 1 && size > 2 ** (level - 1)) level++;
  return MAGNITUDES - 1 + (value < 0 ? -level : level);
}

/** Range of a cell's values in quanta. */
function rangeOf(cell: number): readonly [low: number, high: number] {
  const level = cell - (MAGNITUDES - 1);
  if (level === 0) return [0, 0];
  const outer = 2 ** (Math.abs(level) - 1);
  const inner = Math.abs(level) === 1 ? 0 : outer / 2;
  return level > 0 ? [inner, outer] : [-outer, -inner];
}

/** Lower and upper bound in quanta from noisy counts: the outermost cells that reach the threshold; [0, 0] when none does. */
export function boundsFrom(counts: ArrayLike<number>, threshold: number): readonly [low: number, high: number] {
  let [first, last] = [-1, -1];
  for (let cell = 0; cell < counts.length; cell++) {
    if ((counts[cell] as number) < threshold) continue;
    if (first < 0) first = cell;
    last = cell;
  }
  return first < 0 ? [0, 0] : [rangeOf(first)[0], rangeOf(last)[1]];
}
