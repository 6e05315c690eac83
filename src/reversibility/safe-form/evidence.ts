/**
 * How many bits say that labels are a function of a source column rather than labels by chance.
 *
 * A reading is a code: the column, the label of each value, what does not fit. By the no-hypercompression inequality (Grünwald, The
 * Minimum Description Length Principle, 2007, section 3.3) labels of a distribution P are coded in g bits fewer than -log2 P by
 * any fixed code with probability at most 2^-g, whatever the search that found the reading. See hierarchy.md.
 * @module
 */

/** Bits that a reading must save: chance does so once in 16,000 readings. */
export const EVIDENCE = 14;

const FACTORIALS: Float64Array = factorials(1024);

function factorials(size: number): Float64Array {
  const list = new Float64Array(size);
  for (let n = 2; n < size; n++) list[n] = (list[n - 1] as number) + Math.log2(n);
  return list;
}

/** log2 of n! (Stirling's series beyond the table; error below 1e-12). */
export function log2Factorial(n: number): number {
  if (n < FACTORIALS.length) return FACTORIALS[Math.round(n)] as number;
  return ((n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * n) - 1 / (360 * n ** 3)) / Math.LN2;
}

/** log2 of the number of ways to take k of n. */
export function log2Choose(n: number, k: number): number {
  return k <= 0 || k >= n ? 0 : log2Factorial(n) - log2Factorial(k) - log2Factorial(n - k);
}

/** Bits of the order of labels: log2 of the ways to put them into rows. */
export function bitsOfOrder(counts: ArrayLike<number>): number {
  let total = 0;
  let bits = 0;
  for (let label = 0; label < counts.length; label++) {
    total += counts[label] as number;
    bits -= log2Factorial(counts[label] as number);
  }
  return bits + log2Factorial(total);
}

/**
 * Bits of a function from values to labels: each value by itself, by how many values a label has, or by runs along an order: the
 * shortest of them, and which it is.
 *
 * @param labelOf - label of each value that stands in rows, in the values' order where they have one
 */
export function bitsOfMap(labelOf: ArrayLike<number>, labels: number, ordered: boolean): number {
  const values = labelOf.length;
  if (values === 0 || labels < 2) return 0;
  const each = values * Math.log2(labels);
  const sizes = new Float64Array(labels);
  let runs = 1;
  for (let value = 0; value < values; value++) {
    const label = labelOf[value] as number;
    if (label >= 0) sizes[label] = (sizes[label] as number) + 1;
    if (value > 0 && label !== labelOf[value - 1]) runs++;
  }
  const bySizes = log2Choose(values + labels - 1, labels - 1) + bitsOfOrder(sizes);
  const byRuns =
    Math.log2(values) + log2Choose(values - 1, runs - 1) + Math.log2(labels) + (runs - 1) * Math.log2(labels - 1);
  return Math.log2(3) + Math.min(each, bySizes, ordered ? byRuns : Number.POSITIVE_INFINITY);
}

/**
 * Bits of a table of counts (class × label) by chance: the fewer of labels put into rows in any order, and of any counts in each class.
 * With one class only: of any counts, and of equally likely labels.
 */
export function bitsOfChance(table: ArrayLike<number>, classes: number, labels: number): number {
  const byLabel = new Float64Array(labels);
  const own = new Float64Array(labels);
  let within = 0;
  let any = 0;
  let total = 0;
  for (let group = 0; group < classes; group++) {
    let size = 0;
    for (let label = 0; label < labels; label++) {
      own[label] = table[group * labels + label] as number;
      size += own[label] as number;
      byLabel[label] = (byLabel[label] as number) + (own[label] as number);
    }
    within += bitsOfOrder(own);
    any += log2Choose(size + labels - 1, labels - 1);
    total += size;
  }
  const inOrder = bitsOfOrder(byLabel);
  return Math.min(any, classes > 1 ? inOrder - within : total * Math.log2(labels) - inOrder);
}

/**
 * Bits of a product's counts given those of the source under a reading, and the product's rows of each class: drawn from the source's,
 * by what is lost or added in each cell, or by which cells are whole and which gone.
 */
export function bitsOfResidual(
  product: ArrayLike<number>,
  source: ArrayLike<number>,
  classes: number,
  labels: number,
): number {
  let bits = 0;
  let met = 0;
  let coded = 0;
  // Suppression of whole classes: cells as they are in the source, cells that are gone, and others.
  const kinds = new Float64Array(3);
  let others = 0;
  for (let group = 0; group < classes; group++) {
    let rows = 0;
    let room = 0;
    let drawn = 0;
    let changes = 0;
    let largest = -1;
    let spared = 0;
    for (let label = 0; label < labels; label++) {
      const held = product[group * labels + label] as number;
      const has = source[group * labels + label] as number;
      rows += held;
      room += has;
      drawn = held <= has ? drawn - log2Choose(has, held) : Number.POSITIVE_INFINITY;
      const change = bitsOfInteger(has - held);
      if (has > 0 || held > 0) {
        const kind = held === has ? 0 : held === 0 ? 1 : 2;
        kinds[kind] = (kinds[kind] as number) + 1;
        if (kind === 2) others += change;
      }
      changes += change;
      if (has > largest) {
        largest = has;
        spared = change;
      }
    }
    if (rows === 0) continue;
    met++;
    // The cell that is largest in the source follows from the others and the rows of the class.
    const byDraw = drawn + log2Choose(room, rows);
    const byCell = changes - spared;
    if (byCell < byDraw) coded++;
    bits += Math.min(byDraw, byCell);
  }
  const cells = (kinds[0] as number) + (kinds[1] as number) + (kinds[2] as number);
  const whole = others + bitsOfOrder(kinds) + log2Choose(cells + 2, 2);
  return 1 + Math.min(whole, bits + Math.log2(met + 1) + log2Choose(met, coded));
}

/** Bits of a whole number of either sign: 1 / ((z + 1)(z + 2)) for the z-th of 0, 1, -1, 2, -2, ... */
function bitsOfInteger(value: number): number {
  const z = value > 0 ? 2 * value - 1 : -2 * value;
  return Math.log2((z + 1) * (z + 2));
}

/** Scales of noise that a code may name. */
const SCALES: readonly number[] = [0.5, 1, 2, 4, 8, 16, 32, 64];

/**
 * Bits that whole figures tell of values near them: figures anywhere between the least and the greatest against a code of their
 * distances (two-sided geometric, of the best of eight scales).
 *
 * @param pairs - figure and value of each group
 */
export function bitsOfNearness(pairs: readonly (readonly [number, number])[]): number {
  const all = pairs.flat();
  const room = pairs.length * Math.log2(1 + Math.max(...all) - Math.min(...all));
  const distance = pairs.reduce((sum, [figure, value]) => sum + Math.abs(figure - value), 0);
  const codes = SCALES.map((scale) => {
    const q = Math.exp(-1 / scale);
    return pairs.length * Math.log2((1 + q) / (1 - q)) + (distance * Math.LOG2E) / scale;
  });
  return room - Math.min(...codes) - Math.log2(SCALES.length);
}
