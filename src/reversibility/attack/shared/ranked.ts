/**
 * Some order statistics of many numbers: they are counted by even stretches of their range, and only the stretches that hold a wanted
 * rank are sorted.
 *
 * Distribution counting: Knuth, "The Art of Computer Programming" 3, 5.2 (algorithm D).
 * @module
 */

const SMALL = 2048;
const STRETCHES = 4096;

/**
 * The numbers of the given ranks (0 is the least), as sorting all would find them; NaN is the largest.
 *
 * @param ranks - rising
 */
export function ranked(values: Float64Array, ranks: readonly number[]): Float64Array {
  const n = values.length;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const value = values[i] as number;
    if (value < least) least = value;
    if (value > most) most = value;
    sum += value;
  }
  const by = STRETCHES / (most - least);
  if (n <= SMALL || !Number.isFinite(by) || !Number.isFinite(sum)) {
    const sorted = values.slice().sort();
    return Float64Array.from(ranks, (rank) => sorted[rank] as number);
  }
  const starts = new Int32Array(STRETCHES + 1);
  for (let i = 0; i < n; i++) {
    const at = Math.min(STRETCHES - 1, Math.floor(((values[i] as number) - least) * by)) + 1;
    starts[at] = (starts[at] as number) + 1;
  }
  for (let i = 0; i < STRETCHES; i++) starts[i + 1] = (starts[i + 1] as number) + (starts[i] as number);
  // Where the numbers of the stretches that are asked for are put.
  const placeOf = new Int32Array(STRETCHES).fill(-1);
  let held = 0;
  let stretch = 0;
  for (const rank of ranks) {
    while ((starts[stretch + 1] as number) <= rank) stretch++;
    if ((placeOf[stretch] as number) >= 0) continue;
    placeOf[stretch] = held;
    held += (starts[stretch + 1] as number) - (starts[stretch] as number);
  }
  const kept = new Float64Array(held);
  const next = placeOf.slice();
  for (let i = 0; i < n; i++) {
    const value = values[i] as number;
    const at = Math.min(STRETCHES - 1, Math.floor((value - least) * by));
    const place = next[at] as number;
    if (place < 0) continue;
    kept[place] = value;
    next[at] = place + 1;
  }
  const result = new Float64Array(ranks.length);
  stretch = 0;
  let sorted = -1;
  ranks.forEach((rank, i) => {
    while ((starts[stretch + 1] as number) <= rank) stretch++;
    const from = placeOf[stretch] as number;
    const size = (starts[stretch + 1] as number) - (starts[stretch] as number);
    if (sorted !== stretch) kept.subarray(from, from + size).sort();
    sorted = stretch;
    result[i] = kept[from + rank - (starts[stretch] as number)] as number;
  });
  return result;
}
